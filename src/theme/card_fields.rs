//! Which fields of cards a template reads, of those that most themes do not show.
//!
//! These are made for a page, and count for it, only where its templates read them: a story that gets another topic does not change a
//! list that shows no topics. Names count wherever they stand in a tag, as a field or in quotes, since a card may have any name; only what
//! `story` has itself is known to be no card's. Where a field is not written out, or a whole card is handed on, all count.

use super::reads::{end_of_quoted, end_of_word, is_letter};

/// A set of fields of cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CardFields(u8);

impl CardFields {
    /// None of them.
    pub const NONE: CardFields = CardFields(0);
    /// Links to the authors.
    pub const AUTHORS: CardFields = CardFields(1);
    /// Links to the topics.
    pub const TOPICS: CardFields = CardFields(2);
    /// The genres.
    pub const GENRES: CardFields = CardFields(4);
    /// The label of its genres.
    pub const LABEL: CardFields = CardFields(8);
    /// The front matter's `extra`.
    pub const EXTRA: CardFields = CardFields(16);
    /// When it was last changed.
    pub const UPDATED: CardFields = CardFields(32);
    /// All of them.
    pub const ALL: CardFields = CardFields(63);

    /// Whether all fields of another set are in this one.
    pub fn has(self, other: CardFields) -> bool {
        self.0 & other.0 == other.0
    }

    /// The fields of both sets.
    pub fn and(self, other: CardFields) -> CardFields {
        CardFields(self.0 | other.0)
    }

    fn of_name(name: &str) -> CardFields {
        match name {
            "authors" => CardFields::AUTHORS,
            "topics" => CardFields::TOPICS,
            "genres" => CardFields::GENRES,
            "label" => CardFields::LABEL,
            "extra" => CardFields::EXTRA,
            "updated" => CardFields::UPDATED,
            _ => CardFields::NONE,
        }
    }

    /// The fields that a tag names, between its braces.
    pub(super) fn of_tag(tag: &str) -> CardFields {
        let bytes = tag.as_bytes();
        let mut fields = CardFields::NONE;
        // What stands before: `word`, `story.`, `).` …
        let mut before = Before::Nothing;
        let (mut at, mut words) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            let start = at;
            at += 1;
            before = match byte {
                _ if is_letter(*byte) => {
                    at = end_of_word(bytes, start);
                    let (word, after) = (&tag[start..at], &tag[at..]);
                    words += 1;
                    if words == 1 && word == "for" && is_pair(after) || hands_on(word, after) {
                        return CardFields::ALL;
                    }
                    if before == Before::Dot {
                        fields = fields.and(CardFields::of_name(word));
                    }
                    match word {
                        "story" if before != Before::Dot && before != Before::DotOfStory => Before::Story,
                        _ if is_operator(word) => Before::Nothing,
                        _ => Before::Value,
                    }
                }
                b'"' | b'\'' | b'`' => {
                    at = end_of_quoted(bytes, start);
                    let names = tag[start + 1..at].trim_end_matches(char::from(*byte)).split('.');
                    fields = names.fold(fields, |fields, name| fields.and(CardFields::of_name(name)));
                    Before::Value
                }
                b'.' if before == Before::Story => Before::DotOfStory,
                b'.' => Before::Dot,
                b'[' if before != Before::Nothing && is_open(&tag[at..]) => return CardFields::ALL,
                b')' | b']' => Before::Value,
                b'?' => before,
                _ if byte.is_ascii_whitespace() || byte.is_ascii_digit() => before,
                _ => Before::Nothing,
            };
        }
        fields
    }
}

/// What stands before a place in a tag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Value,
    Story,
    Dot,
    DotOfStory,
}

fn is_operator(word: &str) -> bool {
    ["in", "and", "or", "not", "if", "elif", "else", "is"].contains(&word)
}

/// Whether a filter gives fields whose names are not written out.
fn hands_on(filter: &str, after: &str) -> bool {
    let is_written = || after.split(')').next().is_some_and(|key| key.contains(['"', '\'', '`']));
    matches!(filter, "values" | "pairs") || filter == "get" && !is_written()
}

/// Whether a loop gives keys and values, whose names are then not written out.
fn is_pair(after: &str) -> bool {
    after.split(" in ").next().is_some_and(|names| names.contains(','))
}

/// Whether a key in square brackets is not written out: neither a text, nor a number or a range of numbers.
fn is_open(after: &str) -> bool {
    let key = after.trim_start();
    let is_range = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, ':' | '-');
    let is_text = key.starts_with(['"', '\'', '`'])
        && key[1..].find(&key[..1]).is_some_and(|end| key[end + 2..].trim_start().starts_with(']'));
    !is_text && !key.trim_start_matches(is_range).starts_with(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, expected: &str) {
        let found = CardFields::of_tag(tag);
        let names = ["authors", "topics", "genres", "label", "extra", "updated"];
        let shown: Vec<&str> = names.into_iter().filter(|name| found.has(CardFields::of_name(name))).collect();
        let shown = if found == CardFields::ALL { "*".to_string() } else { shown.join(" ") };
        assert_eq!(shown, expected, "{tag}");
    }

    #[test]
    fn names_are_found_as_they_are_written() {
        check(" if card.label ", "label");
        check(" for topic in list.rest[0].topics ", "topics");
        check(" card?.extra.authors ", "authors extra");
        check(" card[\"genres\"] ", "genres");
        check(" cards | map(attribute=\"label.name\") | first ", "label");
        check(" card | get(key=\"extra\") ", "extra");
        check(" t.topics ~ topics ~ x.label_2 ", "topics");
        check(" for a in story.authors ", "");
        check(" if story?.updated and story . topics ", "");
        check(" for card in story.related[:3] ", "");
        check(" story.related[0].updated.date ", "updated");
        check(" front.latest[:12] ~ subtags[-1] ~ [label, \"x\"] ", "");
        check(" if x in [label] ", "");
    }

    #[test]
    fn what_is_not_written_out_counts_as_all() {
        check(" card[name] ", "*");
        check(" card[\"to\" ~ \"pics\"] ", "*");
        check(" for key, value in card ", "*");
        check(" card | values ", "*");
        check(" card | get(key=name) ", "*");
        check(" list.rest[n].headline ", "*");
        check(" f(x)[y] ", "*");
    }
}
