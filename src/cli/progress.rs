//! How far a build is: one line redrawn on a terminal, plain lines in a pipe, nothing when quiet.

use super::show::count;
use crate::progress::Progress;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Between two redrawings that steps ask for.
const REDRAW_MILLIS: u64 = 100;
/// A stage shorter than this is not worth a line in a log.
const LONG_STAGE: Duration = Duration::from_secs(2);
const BAR_WIDTH: usize = 20;

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// One line, drawn over itself.
    Bar,
    /// A line when a long stage ends.
    Lines,
    /// Not at all.
    Silent,
}

/// Shows progress until it is dropped, and then leaves a clean line behind.
///
/// Steps come from many threads, so they only count; whoever finds the last drawing old enough draws.
pub(super) struct Meter {
    mode: Mode,
    start: Instant,
    done: AtomicUsize,
    /// Milliseconds after `start` of the last drawing.
    drawn: AtomicU64,
    state: Mutex<State>,
}

struct State {
    out: Box<dyn Write + Send>,
    stage: Option<Stage>,
    /// Characters now on the terminal's line.
    width: usize,
}

struct Stage {
    name: &'static str,
    total: Option<usize>,
    start: Instant,
}

impl Meter {
    pub(super) fn on_stderr(quiet: bool) -> Meter {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let mode = match (quiet, io::stderr().is_terminal() && !dumb) {
            (true, _) => Mode::Silent,
            (false, true) => Mode::Bar,
            (false, false) => Mode::Lines,
        };
        Meter::new(mode, Box::new(io::stderr()))
    }

    fn new(mode: Mode, out: Box<dyn Write + Send>) -> Meter {
        Meter {
            mode,
            start: Instant::now(),
            done: AtomicUsize::new(0),
            drawn: AtomicU64::new(0),
            state: Mutex::new(State { out, stage: None, width: 0 }),
        }
    }

    /// Progress matters too little to fail over a thread that panicked while drawing.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Progress for Meter {
    fn stage(&self, name: &'static str, total: Option<usize>) {
        if self.mode == Mode::Silent {
            return;
        }
        let mut state = self.state();
        let done = self.done.swap(0, Ordering::Relaxed);
        if self.mode == Mode::Lines {
            state.end_stage(done);
        }
        state.stage = Some(Stage { name, total, start: Instant::now() });
        if self.mode == Mode::Bar {
            // A new stage shows at once, however old the last drawing: it may be long and have no steps. There are few.
            self.drawn.store(self.millis(), Ordering::Relaxed);
            state.draw(0);
        }
    }

    fn step(&self, steps: usize) {
        let done = self.done.fetch_add(steps, Ordering::Relaxed) + steps;
        if self.mode != Mode::Bar {
            return;
        }
        let (now, last) = (self.millis(), self.drawn.load(Ordering::Relaxed));
        let due = now.saturating_sub(last) >= REDRAW_MILLIS;
        if due && self.drawn.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.state().draw(done);
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        let done = self.done.load(Ordering::Relaxed);
        match self.mode {
            Mode::Bar => self.state().over(""),
            Mode::Lines => self.state().end_stage(done),
            Mode::Silent => {}
        }
    }
}

impl State {
    fn draw(&mut self, done: usize) {
        if let Some(stage) = &self.stage {
            let line = bar(stage.name, done, stage.total);
            self.over(&line);
        }
    }

    /// Writes over the terminal's line, with blanks over what was longer before.
    fn over(&mut self, line: &str) {
        let width = line.chars().count();
        if width == 0 && self.width == 0 {
            return;
        }
        let old = self.width;
        let text = if width == 0 { format!("\r{:old$}\r", "") } else { format!("\r{line:old$}") };
        self.width = width;
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }

    fn end_stage(&mut self, done: usize) {
        if let Some(stage) = self.stage.take()
            && let Some(line) = plain(stage.name, done, stage.start.elapsed())
        {
            let _ = writeln!(self.out, "{line}");
        }
    }
}

/// The line on a terminal; short enough for 80 columns.
fn bar(name: &str, done: usize, total: Option<usize>) -> String {
    match total {
        Some(total) if total > 0 => {
            let done = done.min(total);
            let full = usize::try_from(done as u128 * BAR_WIDTH as u128 / total as u128).unwrap_or(BAR_WIDTH);
            let (full, rest) = ("#".repeat(full), "-".repeat(BAR_WIDTH - full));
            format!("{name:<10} [{full}{rest}] {}/{}", count(done), count(total))
        }
        _ if done > 0 => format!("{name:<10} {}", count(done)),
        _ => name.to_string(),
    }
}

/// The line in a log, for a stage that took long.
fn plain(name: &str, done: usize, took: Duration) -> Option<String> {
    let seconds = took.as_secs_f64();
    match done {
        _ if took < LONG_STAGE => None,
        0 => Some(format!("{name}: {seconds:.1}s")),
        _ => Some(format!("{name}: {} in {seconds:.1}s", count(done))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn shown(mode: Mode) -> String {
        let out = Shared::default();
        let meter = Meter::new(mode, Box::new(out.clone()));
        meter.stage("load", None);
        meter.stage("render", Some(2000));
        for _ in 0..2000 {
            meter.step(1);
        }
        drop(meter);
        let bytes = out.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_terminal_line_is_wiped_and_seldom_redrawn() {
        let text = shown(Mode::Bar);
        assert!(text.starts_with("\rload\rrender     [--------------------] 0/2,000"), "{text:?}");
        let last = text.trim_end_matches('\r').rsplit('\r').next().unwrap();
        assert!(!last.is_empty() && last.trim().is_empty(), "{text:?}");
        assert!(text.matches('\r').count() < 20 && !text.contains('\n'), "{text:?}");
    }

    #[test]
    fn short_stages_leave_no_lines_and_quiet_leaves_nothing() {
        assert_eq!(shown(Mode::Lines), "");
        assert_eq!(shown(Mode::Silent), "");
        assert_eq!(plain("render", 1234, Duration::from_millis(3210)).as_deref(), Some("render: 1,234 in 3.2s"));
        assert_eq!(plain("load", 0, Duration::from_millis(2500)).as_deref(), Some("load: 2.5s"));
    }

    #[test]
    fn the_bar_never_overflows() {
        assert_eq!(bar("render", 500, Some(1000)), "render     [##########----------] 500/1,000");
        assert_eq!(bar("render", 5, Some(3)), "render     [####################] 3/3");
        assert_eq!(bar("load", 7, None), "load       7");
        assert_eq!(bar("plan", 0, Some(0)), "plan");
        assert!(bar("render", usize::MAX, Some(usize::MAX)).contains("####################"));
    }
}
