//! Whether text is wire copy at all. Feeds' folders also get tables, logs, checksums and calendars; nothing in their bytes says that they
//! are not stories, so text has to show that it is one.

use crate::letters;
use crate::wire::block::Block;
use crate::wire::copy::{RawItem, is_end_mark};
use crate::wire::dateline;
use crate::wire::item::WireItem;
use crate::wire::text::clean;

/// What the lines and the header of a text show, before its story is made.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::wire) struct Proof {
    /// A `ZCZC` envelope, fields with labels, or another header of an agency.
    pub(super) header: bool,
    /// The last lines hold an end mark.
    pub(super) end_mark: bool,
    /// Most lines are those of a machine: columns of commas, assignments, digests, code.
    pub(super) machine: bool,
}

impl Proof {
    /// Looks at the lines as they came.
    pub(in crate::wire) fn of_lines(lines: &[&str]) -> Proof {
        let shown: Vec<&str> = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
        let header =
            shown.first().is_some_and(|line| line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("zczc")));
        let header = header || shown.first().is_some_and(|line| line.to_lowercase().starts_with("source:"));
        // `30` and `xxx` alone are end marks only below a text; as the only line they are nothing.
        let end_mark = shown.len() > 2 && shown.iter().rev().take(6).any(|line| is_sure_end(&clean(line)));
        let looked = &shown[..shown.len().min(400)];
        let count = looked.iter().filter(|line| is_machine_line(line)).count();
        let machine = shown.first().is_some_and(|line| is_machine_head(line)) || count * 2 > looked.len();
        Proof { header, end_mark, machine }
    }

    /// Adds what the header gave.
    pub(super) fn with_header(mut self, raw: &RawItem) -> Proof {
        let item = &raw.item;
        let is_agency = item.meta.provider.as_deref().is_some_and(dateline::is_known);
        let is_slugged =
            item.meta.slugline.is_some() && (item.meta.take.is_some() || item.meta.wire_priority.is_some());
        let is_release = item.meta.notes.iter().any(|(kind, _)| kind == "release");
        self.header |= is_agency || is_slugged || is_release || item.meta.ed_note.is_some() || item.meta.take.is_some();
        self
    }

    /// Whether the story is wire copy, by this and what was found in its text.
    pub(super) fn holds(self, item: &WireItem) -> bool {
        if self.machine || !has_prose(item) {
            return false;
        }
        let is_told = item.meta.correction.is_some() || item.meta.ed_note.is_some();
        self.header || self.end_mark || item.meta.dateline.is_some() || is_told || is_flash(item) || is_brief(item)
    }
}

/// News in brief: each text has a dateline of its own, so that the story has none.
fn is_brief(item: &WireItem) -> bool {
    item.body.iter().take(3).any(|block| {
        dateline::find(&block.plain()).is_some_and(|found| found.known_agency && found.dateline.place.is_some())
    })
}

/// One line in capitals, as agencies send flashes.
fn is_flash(item: &WireItem) -> bool {
    let words = item.meta.headline.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    item.body.is_empty() && words >= 6 && !item.meta.headline.chars().any(char::is_lowercase)
}

/// End marks that are neither a number nor a common word.
fn is_sure_end(line: &str) -> bool {
    let is_word = line.chars().any(char::is_alphabetic) || line.starts_with(['-', '#', '—']);
    let ends_in_mark = line.rsplit(' ').next().is_some_and(|last| last.starts_with('(') && is_end_mark(last));
    (is_word && is_end_mark(line)) || ends_in_mark
}

/// The first line of a file that is for machines, whatever stands below it.
fn is_machine_head(line: &str) -> bool {
    let starts = [
        "BEGIN:V",
        "#!",
        "<?php",
        "%!PS",
        "{\\rtf",
        "X-WR-",
        "-----BEGIN",
        "import ",
        "#include",
        "SELECT ",
        "CREATE TABLE",
    ];
    starts.iter().any(|start| line.starts_with(start))
        || (line.starts_with('[') && line.ends_with(']') && !line.contains(' '))
        || matches!(line, "---" | "%YAML 1.2")
}

/// A line that no desk writes.
fn is_machine_line(line: &str) -> bool {
    let is_digest = line.split_whitespace().next().is_some_and(|word| {
        word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_digit())
    });
    let columns = |sign: char| line.matches(sign).count();
    let is_quoted_row = line.starts_with('"') && line.contains("\",\"");
    let is_row =
        columns('\t') >= 2 || columns(';') >= 3 && !line.contains("; ") || columns(',') >= 2 && !line.contains(", ");
    // `key=value`, `key: value` with a key of one word in lower case, `2026-11-27 10:00:01 INFO …`.
    let is_assignment =
        line.split_once('=').is_some_and(|(key, _)| !key.trim().is_empty() && !key.trim().contains(' '));
    let is_property = line.split_once(':').is_some_and(|(key, value)| {
        let is_key = !key.is_empty()
            && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ';' | '='));
        is_key
            && (key.chars().all(|c| !c.is_uppercase())
                || key.chars().all(|c| !c.is_lowercase()) && !value.starts_with(' '))
            && key.chars().any(char::is_alphabetic)
    });
    let digits = line.bytes().take(20).filter(u8::is_ascii_digit).count();
    let is_log = line.starts_with(|c: char| c.is_ascii_digit() || c == '[')
        && digits >= 10
        && line.bytes().take(20).any(|b| b == b':');
    let is_code =
        line.ends_with([';', '{', '}']) || line.starts_with("//") || line.starts_with("def ") || line.starts_with("$ ");
    is_digest || is_quoted_row || is_row || is_assignment || is_property || is_log || is_code
}

/// Whether some paragraph is running text: at least four words of letters, or eight characters of a script without blanks.
pub(in crate::wire) fn has_prose(item: &WireItem) -> bool {
    let is_prose = |text: &str| {
        let is_word = |word: &&str| {
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            letters > 0 && letters * 2 >= word.chars().count()
        };
        text.split_whitespace().filter(is_word).take(5).count() >= 4
            || text.chars().filter(|c| letters::is_unspaced(*c)).take(8).count() >= 8
    };
    is_prose(&item.meta.headline)
        || item.body.iter().any(|block| !matches!(block, Block::Pre(_)) && is_prose(&block.plain()))
}

#[cfg(test)]
mod tests {
    use crate::wire::{self, Context, Outcome};

    fn outcome(text: &str) -> Outcome {
        wire::read(text.as_bytes(), "x", &Context::default()).outcome()
    }

    #[test]
    fn what_shows_that_it_is_copy() {
        for text in [
            "Bridge opens at noon\n\nPORTVILLE, Nov 27 (AP) - The bridge opened at noon.\n",
            "Bridge opens at noon\n\nThe bridge opened at noon on Friday.\n\n(END)\n",
            "ZCZC\nBridge opens at noon\n\nThe bridge opened at noon on Friday.\nNNNN\n",
            "Bridge opens at noon\n\n(Adds quotes)\n\nThe bridge opened at noon on Friday.\n",
            "URGENT\n\nBridge opens at noon\n\nThe bridge opened at noon on Friday.\n",
            "Source: Halden Port\n\nBridge opens at noon\n\nThe bridge opened at noon on Friday.\n",
        ] {
            assert_eq!(outcome(text), Outcome::Story, "{text}");
        }
    }

    #[test]
    fn what_does_not_is_withheld() {
        for text in [
            "d41d8cd98f00b204e9800998ecf8427e  bridge.xml\n",
            "\"Subject\",\"Start Date\"\n\"CPI release\",\"3/9/2026\"\n",
            "name;place;time\nbridge;Portville;10\n",
            "2026-11-27 10:00:01 INFO poll started\n2026-11-27 10:00:02 INFO poll ended\n",
            "BEGIN:VCALENDAR\nSUMMARY:Bridge opens at noon today in town\nEND:VCALENDAR\n",
            "[wire]\nhost=feed.example\nuser=desk\n",
            "#!/bin/sh\necho The bridge opened at noon on Friday\n",
            "host: feed.example\nuser: desk\npath: /in\n",
            "-----BEGIN PGP SIGNATURE-----\niQIzBAABCAAd\n-----END PGP SIGNATURE-----\n",
            "Shopping\n\nmilk\neggs\n",
            "Dear all, the lift is out of order until Friday. Please use the stairs.\n",
            "Open 10.2\nHigh 10.9\nLow 9.8\n",
            "\"PORTVILLE, Nov 27 (AP) - The bridge opened.\",\"1\"\n\"PORTVILLE, Nov 27 (AP) - It closed.\",\"2\"\n",
        ] {
            assert!(matches!(outcome(text), Outcome::NotPublished | Outcome::Error), "{text}: {:?}", outcome(text));
        }
    }
}
