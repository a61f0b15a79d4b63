//! Diagnostics and the summary as text.
//!
//! Messages, file names and source lines come from content, and content may be hostile: every control character is made
//! visible here, so that a story can neither colour, move nor hide what the terminal shows.

use crate::build::Report;
use crate::diag::{Diagnostic, Location, Severity};
use crate::file;
use crate::path::RelPath;
use annotate_snippets::renderer::{DEFAULT_HELP_STYLE as HELP, DEFAULT_LINE_NUM_STYLE as ARROW};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Diagnostics that a run shows before it only counts them.
const SHOWN: usize = 50;
/// The largest file that is read again for an excerpt.
const EXCERPT_FILE_LIMIT: u64 = 1 << 20;
/// The furthest column of which an excerpt is drawn; the place is given all the same.
const EXCERPT_COLUMN_LIMIT: usize = 4096;
/// Characters kept of a long line after the column.
const EXCERPT_REST: usize = 200;

/// Writes the diagnostics of a run in the order given; only errors when quiet.
pub(super) fn diagnostics(out: &mut dyn Write, site: &Path, all: &[Diagnostic], quiet: bool) -> io::Result<()> {
    let wanted = |diagnostic: &&Diagnostic| !quiet || diagnostic.severity == Severity::Error;
    let mut rest = all.iter().filter(wanted);
    let mut sources = Sources { site, last: None, bytes: Vec::new() };
    for diagnostic in rest.by_ref().take(SHOWN) {
        write_diagnostic(out, &mut sources, diagnostic)?;
        writeln!(out)?;
    }
    let rest: Vec<&Diagnostic> = rest.collect();
    if !rest.is_empty() {
        let tally = tally(rest.iter().copied());
        let detail = if tally.is_empty() { tally } else { format!(" ({tally})") };
        writeln!(out, "{} more{detail}; --report FILE.json has them all", count(rest.len()))?;
    }
    Ok(())
}

/// Writes why a command stopped, where that is not a diagnostic of a site.
pub(super) fn failure(out: &mut dyn Write, message: &str, hints: &[String]) -> io::Result<()> {
    let report = [Group::with_title(Level::ERROR.primary_title(escape(message)))];
    writeln!(out, "{}", Renderer::styled().render(&report))?;
    help(out, hints)
}

/// The last words of a run, without a line break at the end.
pub(super) fn summary(report: &Report, write: bool, seconds: f64) -> String {
    let counts = &report.counts;
    let mut text = format!("{}, {}", plural(counts.stories, "story", "stories"), plural(counts.pages, "page", "pages"));
    if write {
        let (written, unchanged, removed) = (count(counts.written), count(counts.unchanged), count(counts.removed));
        text.push_str(&format!(": {written} written, {unchanged} unchanged, {removed} removed"));
    } else {
        text.push_str(" checked");
    }
    text.push_str(&format!(" in {}", self::seconds(seconds)));
    let tally = tally(&report.diagnostics);
    if !tally.is_empty() {
        text.push_str(&format!("; {tally}"));
    }
    if let Some(next) = &report.next_change {
        text.push_str(&format!("\nnext change: {} ({})", next.at, escape(&next.reason)));
    }
    text
}

/// A time in seconds, in hundredths where it is short: a tenth of a second means little in a run of a few hundredths.
pub(super) fn seconds(seconds: f64) -> String {
    if seconds < 1.0 { format!("{seconds:.2}s") } else { format!("{seconds:.1}s") }
}

/// A number with thousands separators: `1,204`.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(super) fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `2 errors, 1 warning`; empty where there is neither.
fn tally<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let (mut errors, mut warnings) = (0, 0);
    for diagnostic in diagnostics {
        match diagnostic.severity {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
            Severity::Note => {}
        }
    }
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(plural(errors, "error", "errors"));
    }
    if warnings > 0 {
        parts.push(plural(warnings, "warning", "warnings"));
    }
    parts.join(", ")
}

fn write_diagnostic(out: &mut dyn Write, sources: &mut Sources, diagnostic: &Diagnostic) -> io::Result<()> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(escape(&diagnostic.message)).id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    let mut place = diagnostic.at.as_ref();
    if diagnostic.excerpt.is_none()
        && let Some(at) = place
        && let Some(excerpt) = sources.excerpt(at)
    {
        group = group.element(excerpt.snippet(&at.file));
        // The snippet names its place.
        place = None;
    }
    writeln!(out, "{}", Renderer::styled().render(&[group]))?;
    if let Some(at) = place {
        writeln!(out, " {ARROW}-->{ARROW:#} {}", escape(&at.to_string()))?;
    }
    if let Some(excerpt) = &diagnostic.excerpt {
        for line in excerpt.lines() {
            writeln!(out, "{}", escape_line(line))?;
        }
    }
    help(out, &diagnostic.hints)
}

fn help(out: &mut dyn Write, hints: &[String]) -> io::Result<()> {
    for hint in hints {
        writeln!(out, "{HELP}help{HELP:#}: {}", escape(hint))?;
    }
    Ok(())
}

/// Text on one line without control characters.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if drives_terminal(c) { safe.extend(c.escape_default()) } else { safe.push(c) }
    }
    safe
}

/// The same for a line of a drawing, whose tabs are part of it.
fn escape_line(line: &str) -> String {
    line.split('\t').map(escape).collect::<Vec<_>>().join("\t")
}

/// Control characters, the separators that some terminals break lines at, and those that turn the direction of text.
fn drives_terminal(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Source files of the site, read again for excerpts. Diagnostics come sorted by place, so one file is kept.
struct Sources<'a> {
    site: &'a Path,
    /// The file in `bytes`; `None` in it where it could not be read.
    last: Option<(String, bool)>,
    bytes: Vec<u8>,
}

impl Sources<'_> {
    /// The line at a place; `None` where the file, line or column is not there (any more) or too much to draw.
    fn excerpt(&mut self, at: &Location) -> Option<Excerpt> {
        let (line, column) = at.place?;
        let column = (column as usize).checked_sub(1)?;
        if column > EXCERPT_COLUMN_LIMIT || !self.read(&at.file) {
            return None;
        }
        let bytes = self.bytes.split(|byte| *byte == b'\n').nth((line as usize).checked_sub(1)?)?;
        let text = String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(bytes));
        // One character for one, so that the column stays right.
        let text: String = text
            .chars()
            .take(column + EXCERPT_REST)
            .map(|c| if c != '\t' && drives_terminal(c) { '\u{fffd}' } else { c })
            .collect();
        let mut rest = text.char_indices().map(|(at, c)| at..at + c.len_utf8()).skip(column);
        let span = match rest.next() {
            Some(span) => span,
            // Just after the last character, where something is missing.
            None if text.chars().count() == column => text.len()..text.len(),
            None => return None,
        };
        Some(Excerpt { text, line: line as usize, span })
    }

    fn read(&mut self, name: &str) -> bool {
        if let Some((last, readable)) = &self.last
            && last == name
        {
            return *readable;
        }
        let readable = RelPath::new(name).is_some_and(|path| {
            let path = path.under(self.site);
            // Asked first, because merely opening a named pipe would wait for its writer.
            fs::metadata(&path).is_ok_and(|metadata| metadata.is_file())
                && file::read_bounded(&path, EXCERPT_FILE_LIMIT, &mut self.bytes).is_ok()
        });
        self.last = Some((name.to_string(), readable));
        readable
    }
}

/// One line of source and the character in it that is meant.
struct Excerpt {
    text: String,
    line: usize,
    span: std::ops::Range<usize>,
}

impl Excerpt {
    fn snippet(self, file: &str) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
        Snippet::source(self.text)
            .path(escape(file))
            .line_start(self.line)
            .annotation(AnnotationKind::Primary.span(self.span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{Counts, NextChange};
    use crate::clock::Zone;
    use crate::diag::Code;

    /// What a pipe would get.
    fn shown(site: &Path, all: &[Diagnostic], quiet: bool) -> String {
        let mut out = Vec::new();
        diagnostics(&mut out, site, all, quiet).unwrap();
        anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string()
    }

    fn site(file: &str, text: &str) -> tempfile::TempDir {
        let site = tempfile::tempdir().unwrap();
        file::write_atomic(&site.path().join(file), text.as_bytes(), false).unwrap();
        site
    }

    #[test]
    fn a_diagnostic_shows_place_line_and_hints() {
        let site = site("a.md", "---\nurgency: twelve\n---\n");
        let diagnostic = Diagnostic::error(Code::BadValue, "urgency is a number from 1 to 8")
            .at(Location::at("a.md", 2, 10))
            .hint("1 is the most urgent")
            .hint("leave it out if unsure");
        let expected = "\
error[bad-value]: urgency is a number from 1 to 8
 --> a.md:2:10
  |
2 | urgency: twelve
  |          ^
help: 1 is the most urgent
help: leave it out if unsure

";
        assert_eq!(shown(site.path(), &[diagnostic], false), expected);
    }

    #[test]
    fn tabs_and_wide_letters_keep_the_caret_in_place() {
        let site = site("a.md", "\tab\u{4e2d}\tx\r\n");
        let text =
            shown(site.path(), &[Diagnostic::warning(Code::BadValue, "x").at(Location::at("a.md", 1, 6))], false);
        assert!(text.contains(" --> a.md:1:6\n"), "{text}");
        assert!(text.contains("1 |     ab\u{4e2d}    x\n  |             ^\n"), "{text}");
    }

    #[test]
    fn a_place_just_after_the_line_is_drawn_and_others_only_named() {
        let site = site("a.md", "key:\n\n");
        let text = |line, column| {
            let at = Location::at("a.md", line, column);
            shown(site.path(), &[Diagnostic::error(Code::BadValue, "x").at(at)], false)
        };
        assert!(text(1, 5).contains("1 | key:\n  |     ^\n"), "{}", text(1, 5));
        assert!(text(2, 1).contains(" --> a.md:2:1\n"), "{}", text(2, 1));
        for (line, column) in [(1, 6), (9, 1), (0, 0), (u32::MAX, u32::MAX)] {
            let text = text(line, column);
            assert!(text.contains(&format!(" --> a.md:{line}:{column}\n")) && !text.contains('^'), "{text}");
        }
    }

    #[test]
    fn excerpts_stay_inside_the_site_and_within_bounds() {
        let site = site("big.md", &"x".repeat(2 << 20));
        for file in ["../../etc/passwd", "/etc/passwd", "big.md", "missing.md", "."] {
            let text =
                shown(site.path(), &[Diagnostic::error(Code::BadValue, "x").at(Location::at(file, 1, 1))], false);
            assert!(text.contains(&format!(" --> {file}:1:1\n")) && !text.contains('^'), "{text}");
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_column() {
        let site = site("a.md", &"word ".repeat(100_000));
        let text =
            shown(site.path(), &[Diagnostic::error(Code::BadValue, "x").at(Location::at("a.md", 1, 901))], false);
        assert!(text.contains("a.md:1:901") && text.contains('^') && text.len() < 1000, "{text}");
    }

    #[test]
    fn content_cannot_drive_the_terminal() {
        let hostile = "a\u{1b}[2J\u{7}\r\u{9b}31m\u{202e}\u{7f}\n\tz";
        assert_eq!(escape(hostile), r"a\u{1b}[2J\u{7}\r\u{9b}31m\u{202e}\u{7f}\n\tz");
        let site = site("a.md", &format!("{hostile}\n"));
        let mut drawn = Diagnostic::error(Code::TemplateSyntax, hostile).at(Location::at(hostile, 1, 1)).hint(hostile);
        drawn.excerpt = Some(format!("1 | {hostile}"));
        let read = Diagnostic::error(Code::BadValue, "x").at(Location::at("a.md", 1, 1));
        let mut out = Vec::new();
        diagnostics(&mut out, site.path(), &[drawn, read], false).unwrap();
        failure(&mut out, hostile, &[hostile.to_string()]).unwrap();
        let text = String::from_utf8(out).unwrap();
        for line in text.lines() {
            // What is left are our own colours.
            let line = anstyle_free(line);
            assert!(!line.chars().any(|c| c != '\t' && drives_terminal(c)), "{line:?}");
        }
        assert_eq!(text.matches("\u{1b}[2J").count(), 0);
    }

    /// Takes away colours, and nothing else that begins with an escape character.
    fn anstyle_free(line: &str) -> String {
        let mut parts = line.split('\u{1b}');
        let mut text = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let end = part.find(|c: char| !matches!(c, '[' | ';' | '0'..='9')).unwrap_or(part.len());
            match part[end..].strip_prefix('m') {
                Some(rest) if part.starts_with('[') => text.push_str(rest),
                _ => {
                    text.push('\u{1b}');
                    text.push_str(part);
                }
            }
        }
        text
    }

    #[test]
    fn a_drawn_excerpt_stands_as_it_is() {
        let mut diagnostic =
            Diagnostic::error(Code::TemplateSyntax, "unexpected end").at(Location::at("story.html", 7, 3));
        diagnostic.excerpt = Some("7 | {{ x\n  |   ^".to_string());
        let text = shown(Path::new("."), &[diagnostic.hint("close it")], false);
        assert_eq!(
            text,
            "error[template-syntax]: unexpected end\n --> story.html:7:3\n7 | {{ x\n  |   ^\nhelp: close it\n\n"
        );
    }

    #[test]
    fn quiet_leaves_only_errors_and_long_lists_are_counted() {
        let mut all = vec![Diagnostic::warning(Code::EmptyBody, "no text"); 1100];
        all.push(Diagnostic::error(Code::BadTime, "no such day"));
        all.push(Diagnostic::new(Severity::Note, Code::BadValue, "by the way"));
        assert_eq!(shown(Path::new("."), &all, true), "error[bad-time]: no such day\n\n");
        let text = shown(Path::new("."), &all, false);
        assert_eq!(text.matches("warning[empty-body]").count(), 50);
        assert!(text.ends_with("\n1,052 more (1 error, 1,050 warnings); --report FILE.json has them all\n"), "{text}");
    }

    #[test]
    fn the_summary_is_one_line_and_says_what_comes_next() {
        let mut report = Report {
            counts: Counts { stories: 1204, pages: 5310, written: 12, unchanged: 5298, ..Counts::default() },
            ..Report::default()
        };
        let line = "1,204 stories, 5,310 pages: 12 written, 5,298 unchanged, 0 removed in 2.1s";
        assert_eq!(summary(&report, true, 2.14), line);
        assert_eq!(summary(&report, false, 0.042), "1,204 stories, 5,310 pages checked in 0.04s");
        report.diagnostics = vec![Diagnostic::error(Code::BadTime, "x"), Diagnostic::warning(Code::EmptyBody, "x")];
        report.next_change = Some(NextChange {
            at: Zone::utc().parse("2026-11-24T00:01:00Z").unwrap(),
            reason: "embargo of urn:x\u{1b} ends".to_string(),
        });
        let next = r"next change: 2026-11-24T00:01:00Z (embargo of urn:x\u{1b} ends)";
        assert_eq!(summary(&report, true, 2.14), format!("{line}; 1 error, 1 warning\n{next}"));
        report = Report { counts: Counts { stories: 1, pages: 1, ..Counts::default() }, ..Report::default() };
        assert!(summary(&report, true, 0.0).starts_with("1 story, 1 page: 0 written"));
    }

    #[test]
    fn thousands_are_parted() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_104_322, "1,104,322")] {
            assert_eq!(count(number), text);
        }
    }
}
