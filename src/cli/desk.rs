//! `desk`: starts the live desk and says what it does.

use super::args::{Common, DeskArgs};
use super::show::{escape, plural};
use super::{CANNOT_GO_ON, CONTENT_ERRORS, Failure, GOOD, machine_clock, print, say, show};
use crate::live_desk::{DeskOptions, Event, ItemLine, Listener, TargetLine, run as run_desk};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub(super) fn run(common: &Common, args: &DeskArgs) -> Result<u8, Failure> {
    let options = DeskOptions {
        root: common.site.clone(),
        drops: args.drop.clone(),
        push: args.push,
        once: args.once,
        stop: Arc::default(),
        poll: args.poll,
        clock: machine_clock,
        environment: |name| std::env::var(name).ok(),
    };
    let talk = Talk { site: common.site.clone(), quiet: common.quiet };
    match run_desk(options, Arc::new(talk)) {
        Ok(true) => Ok(GOOD),
        Ok(false) => Ok(CONTENT_ERRORS),
        Err(error) => {
            let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &error.diagnostics, common.quiet);
            Ok(CANNOT_GO_ON)
        }
    }
}

/// Says what happens.
struct Talk {
    site: PathBuf,
    quiet: bool,
}

impl Listener for Talk {
    fn on_event(&self, event: Event) {
        match event {
            Event::Started { drops, targets } => {
                for folder in drops {
                    say(self.quiet, &format!("watching {}", escape(&folder.to_string_lossy())));
                }
                let targets = if targets.is_empty() { "none".to_string() } else { targets.join(", ") };
                say(self.quiet, &format!("targets: {}  (stop with Ctrl-C)", escape(&targets)));
            }
            Event::Listening(address) => say(self.quiet, &format!("taking pushes at http://{address}/push/SOURCE")),
            Event::Item(line) => {
                // A reader of these lines that has gone does not stop the desk.
                let _ = print(item(&line).as_bytes());
            }
            Event::Problems(all) => {
                let _ = show::diagnostics(&mut anstream::stderr().lock(), &self.site, &all, self.quiet);
            }
            Event::Mended => say(self.quiet, "mended"),
            Event::Target(line) => {
                let _ = show::diagnostics(&mut anstream::stderr().lock(), &self.site, &line.problems, self.quiet);
                say(self.quiet, &target(&line));
            }
            Event::Polling(why) => say(self.quiet, &format!("looking for changes once a second: {}", escape(&why))),
        }
    }
}

/// What became of an item, in words without spaces: time of receipt, source, uri, version, what became of it, milliseconds.
fn item(line: &ItemLine) -> String {
    let word = |text: &str| if text.is_empty() { "-".to_string() } else { escape(text).replace(' ', "%20") };
    let after = |took: Option<Duration>| took.map_or_else(|| "-".to_string(), |took| took.as_millis().to_string());
    let source = word(line.source.as_deref().unwrap_or_default());
    let file = line.file.file_name().unwrap_or_default().to_string_lossy();
    let uri = word(line.uri.as_deref().unwrap_or(&file));
    let version = line.version.map_or_else(|| "-".to_string(), |version| version.to_string());
    let became = if line.withdraws { format!("{},withdrawn", line.became) } else { line.became.to_string() };
    let (written, built, live) = (after(Some(line.written)), after(line.built), after(line.live));
    format!(
        "{} source={source} uri={uri} version={version} became={became} written={written} built={built} live={live}\n",
        line.received
    )
}

fn target(line: &TargetLine) -> String {
    let took = line.took.as_millis();
    match line.live {
        Some(changes) => format!("{}: {} live in {took} ms", line.name, plural(changes, "change", "changes")),
        None => format!("{}: not up to date; it will be tried again", line.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn a_line_has_the_same_words_whatever_an_item_says() {
        let line = ItemLine {
            received: Timestamp::from_millis(1_764_000_000_000),
            source: None,
            file: "drop/a.xml".into(),
            uri: Some("urn:x: 1\n\u{1b}[31m".to_string()),
            version: Some(2),
            became: "replaced",
            withdraws: true,
            written: Duration::from_millis(3),
            built: Some(Duration::from_millis(80)),
            live: None,
        };
        let text = item(&line);
        assert_eq!(text.split(' ').count(), 8, "{text}");
        assert!(text.ends_with(" version=2 became=replaced,withdrawn written=3 built=80 live=-\n"), "{text}");
        assert_eq!(text.lines().count(), 1);
        let nameless = item(&ItemLine { uri: None, version: None, ..line });
        assert!(nameless.contains(" uri=a.xml version=- "), "{nameless}");
    }
}
