//! Which fields of a page, a story and of cards a template names.
//!
//! These are made for a page, and count for it, only where its templates name them: a story that gets another topic does not change a
//! list that shows no topics. A name counts wherever it stands in a tag, as a field or in quotes, since a value may have any name; only
//! what `story` has itself is known to be no card's. Where a field is not written out, or a value is used as a whole (printed,
//! compared, handed on), all count.

use super::reads::{end_of_quoted, end_of_word, is_letter};
use std::collections::BTreeSet;

/// A set of names of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fields(u64);

/// All names. The first of them is always made.
const NAMES: [&str; 52] = [
    "url",
    "headline",
    "kicker",
    "description",
    "section",
    "published",
    "corrected",
    "correction",
    "updated",
    "alert",
    "archived",
    "urgency",
    "picture",
    "language",
    "dir",
    "authors",
    "topics",
    "genres",
    "label",
    "sponsor",
    "extra",
    "newer",
    "kind",
    "title",
    "canonical",
    "alternates",
    "noindex",
    "feeds",
    "image",
    "image_width",
    "image_height",
    "image_alt",
    "frame_policy",
    "json_ld",
    "uri",
    "version",
    "subheadline",
    "parents",
    "dateline",
    "place",
    "body",
    "versions",
    "pictures",
    "recordings",
    "media",
    "credit",
    "copyright",
    "usage_terms",
    "digital_source_type",
    "related",
    "translations",
    "ninjs",
];

/// Values that hold fields of a page, a story or a card, or have such values in them.
const VALUES: &[&str] = &["card", "front", "list", "not_found", "page", "story", "zone"];

/// Fields that hold cards, or what has them.
const OF_CARDS: &[&str] = &["breaking", "latest", "links", "related", "rest", "sections", "stories", "zones"];

/// Values that have no cards, unless a template gives their names to others.
const WITHOUT_CARDS: &[&str] = &["data", "edition", "loop", "site", "t"];

/// Filters that choose from cards, and look at no field but by its name.
const CHOOSING: &[&str] = &["first", "group_by", "last", "nth", "reverse", "sort"];

impl Fields {
    /// None of them, but for the address, which tells one story from another.
    pub const NONE: Fields = Fields(1);
    /// Links to the authors.
    pub const AUTHORS: Fields = Fields::named("authors");
    /// Links to the topics.
    pub const TOPICS: Fields = Fields::named("topics");
    /// The genres.
    pub const GENRES: Fields = Fields::named("genres");
    /// The label of its genres.
    pub const LABEL: Fields = Fields::named("label");
    /// The front matter's `extra`.
    pub const EXTRA: Fields = Fields::named("extra");
    /// When it was last changed.
    pub const UPDATED: Fields = Fields::named("updated");
    /// The structured data of a page.
    pub const JSON_LD: Fields = Fields::named("json_ld");
    /// All of them.
    pub const ALL: Fields = Fields((1 << NAMES.len()) - 1);

    /// The field of a name that is known not to be missing from the list.
    pub const fn named(name: &str) -> Fields {
        let mut at = 0;
        while at < NAMES.len() {
            if is_same(NAMES[at].as_bytes(), name.as_bytes()) {
                return Fields(1 << at);
            }
            at += 1;
        }
        panic!("a field is missing from the list")
    }

    /// Whether all fields of another set are in this one.
    pub fn has(self, other: Fields) -> bool {
        self.0 & other.0 == other.0
    }

    /// The fields of both sets.
    pub fn and(self, other: Fields) -> Fields {
        Fields(self.0 | other.0)
    }

    fn of_name(name: &str) -> Fields {
        NAMES.iter().position(|known| *known == name).map_or(Fields(0), |at| Fields(1 << at))
    }

    /// The names in a text that may name fields, as `attribute="published.date"` does.
    fn of_text(text: &str) -> Fields {
        text.split('.').fold(Fields(0), |fields, name| fields.and(Fields::of_name(name)))
    }
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// What templates name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Fields that may be those of cards.
    cards: Fields,
    /// Fields that `story` has itself.
    of_story: Fields,
    /// Names that may stand for cards.
    values: BTreeSet<String>,
    /// Names that stand for what has another name, the second.
    given: BTreeSet<(String, String)>,
    /// Names that are used as a whole.
    as_whole: BTreeSet<String>,
    /// Whether a field is not written out, or cards are used as a whole.
    is_open: bool,
}

impl Named {
    /// What is not known: everything.
    pub(super) const ALL: Named = Named {
        cards: Fields::ALL,
        of_story: Fields::ALL,
        values: BTreeSet::new(),
        given: BTreeSet::new(),
        as_whole: BTreeSet::new(),
        is_open: true,
    };

    pub(super) fn extend(&mut self, other: &Named) {
        self.cards = self.cards.and(other.cards);
        self.of_story = self.of_story.and(other.of_story);
        self.values.extend(other.values.iter().cloned());
        self.given.extend(other.given.iter().cloned());
        self.as_whole.extend(other.as_whole.iter().cloned());
        self.is_open |= other.is_open;
    }

    /// The fields of cards, and those of the page and the story.
    pub(super) fn fields(&self) -> (Fields, Fields) {
        let mut values: BTreeSet<&str> = self.values.iter().map(String::as_str).collect();
        values.extend(VALUES);
        let mut count = 0;
        while count < values.len() {
            count = values.len();
            let given = self.given.iter().filter(|(_, other)| values.contains(&**other));
            let given: Vec<&str> = given.map(|(name, _)| &**name).collect();
            values.extend(given);
        }
        if self.is_open || self.as_whole.iter().any(|name| values.contains(&**name)) {
            return (Fields::ALL, Fields::ALL);
        }
        let all = self.cards.and(self.of_story).and(Fields::NONE);
        // A theme may call its cards `story`.
        let is_given = self.values.contains("story") || self.given.iter().any(|(name, _)| name == "story");
        (if is_given { all } else { self.cards.and(Fields::NONE) }, all)
    }

    /// Looks through what stands between the braces of a tag.
    pub(super) fn tag(&mut self, tag: &str) {
        let tokens = tokens(tag);
        let kind = match tokens[..] {
            [Token::Word("for"), Token::Word(name), Token::Word("in"), ..] => Kind::Gives(name),
            [Token::Word("for"), ..] => return self.is_open = true,
            [Token::Word("set" | "set_global"), Token::Word(name), Token::Sign(b'='), ..] => Kind::Gives(name),
            [Token::Word("if" | "elif"), ..] => Kind::Asks,
            _ => Kind::Other,
        };
        for at in 0..tokens.len() {
            match tokens[at] {
                Token::Text(text) => self.cards = self.cards.and(Fields::of_text(text)),
                Token::Sign(b'[') if at > 0 && is_value(tokens[at - 1]) && !is_written(&tokens[at + 1..]) => {
                    match tokens[..at] {
                        [.., Token::Sign(b'.'), _] => self.is_open = true,
                        [.., Token::Word(name)] if WITHOUT_CARDS.contains(&name) => {
                            self.as_whole.insert(name.to_string());
                        }
                        _ => self.is_open = true,
                    }
                }
                Token::Word(word) => self.word(&tokens, at, word, kind),
                Token::Sign(_) => {}
            }
        }
    }

    /// Looks at a word of a tag: the name of a value, with the path of fields behind it, or of a filter or function.
    fn word(&mut self, tokens: &[Token], at: usize, word: &str, kind: Kind) {
        let before = at.checked_sub(1).map(|before| tokens[before]);
        if before == Some(Token::Sign(b'.')) {
            let is_of_story = matches!(tokens[..at - 1], [Token::Word("story")])
                || matches!(tokens[..at - 1], [.., before, Token::Word("story")] if before != Token::Sign(b'.'));
            let fields = if is_of_story { &mut self.of_story } else { &mut self.cards };
            *fields = fields.and(Fields::of_name(word));
            return;
        }
        if is_operator(word) || before == Some(Token::Word("for")) {
            return;
        }
        if before == Some(Token::Sign(b'|')) {
            let arguments = || tokens[at + 1..].iter().take_while(|token| **token != Token::Sign(b')'));
            let takes_field = word == "get" || arguments().any(|token| *token == Token::Word("attribute"));
            let is_written = arguments().any(|token| matches!(token, Token::Text(_)))
                && !arguments().any(|token| *token == Token::Sign(b'~'));
            self.is_open |= matches!(word, "values" | "keys" | "pairs") || takes_field && !is_written;
            return;
        }
        let (mut end, mut last) = (at + 1, None);
        loop {
            match tokens.get(end..).unwrap_or_default() {
                [Token::Sign(b'.'), Token::Word(field), ..] => (last, end) = (Some(*field), end + 2),
                [Token::Sign(b'['), Token::Text(field), Token::Sign(b']'), ..] => (last, end) = (Some(*field), end + 3),
                [Token::Sign(b'['), ..] => {
                    let length = tokens[end..].iter().position(|token| *token == Token::Sign(b']'));
                    end += length.map_or(1, |length| length + 1);
                }
                _ => break,
            }
        }
        let has_cards = last.is_none_or(|last| OF_CARDS.contains(&last));
        let last = last.filter(|_| !WITHOUT_CARDS.contains(&word));
        let after = &tokens[end.min(tokens.len())..];
        // A function, the name of an argument, or what is set.
        if !has_cards
            || after.first() == Some(&Token::Sign(b'('))
            || is_assigned(after)
            || before == Some(Token::Word("is"))
        {
            return;
        }
        if is_harmless(kind, at, before, after) {
            match (kind, last) {
                (Kind::Gives(name), Some(_)) => _ = self.values.insert(name.to_string()),
                (Kind::Gives(name), None) => _ = self.given.insert((name.to_string(), word.to_string())),
                _ => {}
            }
        } else if last.is_some() {
            self.is_open = true;
        } else {
            self.as_whole.insert(word.to_string());
        }
    }
}

/// Where the value stands in `for name in value` and `set name = value`.
const GIVEN: usize = 3;

/// What a tag does.
#[derive(Clone, Copy)]
enum Kind<'t> {
    /// Gives this name to what begins at the token [`GIVEN`].
    Gives(&'t str),
    /// Asks whether something is there.
    Asks,
    Other,
}

/// Whether a tag that uses a value goes on with it under another name, counts it, or asks whether it is there, and looks at nothing in it.
fn is_harmless(kind: Kind, at: usize, before: Option<Token>, after: &[Token]) -> bool {
    let is_asked = matches!(before, Some(Token::Word("if" | "elif" | "and" | "or" | "not")));
    let goes_on = |token: &&Token| !matches!(token, Token::Word("and" | "or" | "is" | "if" | "else"));
    let end = after.iter().take_while(goes_on).count();
    let filters = after[..end].windows(2).filter_map(|pair| match pair {
        [Token::Sign(b'|'), Token::Word(filter)] => Some(*filter),
        _ => None,
    });
    if matches!(after, [Token::Sign(b'|'), Token::Word("length" | "get"), ..]) {
        return true;
    }
    let is_chosen = end == 0 || after[0] == Token::Sign(b'|') && { filters }.all(|filter| CHOOSING.contains(&filter));
    is_chosen
        && match kind {
            Kind::Gives(_) => at == GIVEN || is_asked || before == Some(Token::Word("else")),
            Kind::Asks => is_asked,
            Kind::Other => before == Some(Token::Word("if")),
        }
}

/// A part of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    /// A name, a keyword or a number.
    Word(&'t str),
    /// What stands in quotes.
    Text(&'t str),
    Sign(u8),
}

/// The parts of a tag. A question mark in front of a field says nothing of its own.
fn tokens(tag: &str) -> Vec<Token<'_>> {
    let bytes = tag.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            _ if is_letter(*byte) || byte.is_ascii_digit() => {
                at = end_of_word(bytes, start);
                tokens.push(Token::Word(&tag[start..at]));
            }
            b'"' | b'\'' | b'`' => {
                at = end_of_quoted(bytes, start);
                tokens.push(Token::Text(tag[start + 1..at].trim_end_matches(char::from(*byte))));
            }
            b'?' => {}
            // The dashes of `{%- -%}`.
            b'-' if start == 0 || at == bytes.len() => {}
            _ if byte.is_ascii_whitespace() => {}
            _ => tokens.push(Token::Sign(*byte)),
        }
    }
    tokens
}

fn is_operator(word: &str) -> bool {
    ["in", "and", "or", "not", "if", "elif", "else", "is", "for", "set", "set_global", "true", "false", "none"]
        .contains(&word)
        || word.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

/// Whether a square bracket behind this token takes something out of a value, and does not begin a list.
fn is_value(token: Token) -> bool {
    match token {
        Token::Word(word) => !is_operator(word),
        Token::Text(_) => true,
        Token::Sign(sign) => matches!(sign, b')' | b']'),
    }
}

/// Whether a key in square brackets is written out: a text, a number or a range of numbers.
fn is_written(key: &[Token]) -> bool {
    if let [Token::Text(_), Token::Sign(b']'), ..] = key {
        return true;
    }
    let is_number = |token: &Token| match token {
        Token::Word(word) => word.bytes().all(|byte| byte.is_ascii_digit()),
        Token::Sign(sign) => matches!(sign, b':' | b'-'),
        Token::Text(_) => false,
    };
    key.iter().find(|token| !is_number(token)) == Some(&Token::Sign(b']'))
}

/// Whether a name is set here: `name=`, but not `name ==`.
fn is_assigned(after: &[Token]) -> bool {
    matches!(after, [Token::Sign(b'='), next, ..] if *next != Token::Sign(b'='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Choices;
    use std::path::Path;

    fn shown(fields: Fields) -> String {
        let names: Vec<&str> = NAMES.into_iter().filter(|name| fields.has(Fields::named(name))).collect();
        if fields == Fields::ALL { "*".to_string() } else { names[1..].join(" ") }
    }

    /// `cards` and `all` are the fields of cards, and those of the page and the story.
    fn check(tags: &[&str], cards: &str, all: &str) {
        let mut named = Named::default();
        tags.iter().for_each(|tag| named.tag(tag));
        let (found, of_all) = named.fields();
        assert_eq!([shown(found), shown(of_all)], [cards, all], "{tags:?}");
    }

    #[test]
    fn names_are_found_as_they_are_written() {
        check(&[" if card.label "], "label", "label");
        check(&[" for topic in list.rest[0].topics "], "topics", "topics");
        check(&["- card?.extra.authors -"], "authors extra", "authors extra");
        check(&[" card[\"genres\"] ", " f(x).kicker.dir "], "kicker dir genres", "kicker dir genres");
        check(&[" cards | map(attribute=\"label.name\") | first "], "label", "label");
        check(&[" card | get(key=\"extra\") "], "extra", "extra");
        check(&[" t.topics ~ topics ~ x.label_2 "], "topics", "topics");
        check(&[" for a in story.authors "], "", "authors");
        check(&[" if story?.updated and story . topics "], "", "updated topics");
        check(&[" x.story.topics ", " story.section.label "], "topics label", "section topics label");
        check(&[" for card in story.related[:3] ", " card.dir "], "dir", "dir related");
        check(&[" story.related[0].updated.date "], "updated", "updated related");
        check(&[" list.children[:12] ~ subtags[-1] ~ [label, \"x\"] "], "", "");
        check(&[" if x in [label] "], "", "");
    }

    #[test]
    fn built_in_themes_write_out_what_they_name() {
        for theme in ["default", "archive", "bulletin"] {
            let theme = crate::theme::load(Path::new("none"), theme, &Choices::new(), "/assets/").ok().unwrap();
            for template in crate::theme::REQUIRED {
                assert_ne!(theme.reads(template).fields, Fields::ALL, "{template}");
            }
            assert!(theme.reads("story.html").fields.has(Fields::named("body")));
            assert!(!theme.reads("story.html").fields.has(Fields::named("uri")));
        }
    }

    #[test]
    fn values_are_followed_under_other_names() {
        check(&[" set card = story ", " if card and card.label ", " card.topics "], "topics label", "topics label");
        check(&[" set one = list.stories | first ", " one.dir ", " if not one "], "dir", "dir");
        check(&[" for story in list.stories ", " story.topics "], "topics", "topics");
        check(&[" if list.stories | length > 3 ", " front.latest | length "], "", "");
        check(&[" for fact in story.extra.facts ", " fact "], "", "extra");
        check(&[" set kicker = card.kicker or x.dir ", " if kicker != under ", " kicker "], "kicker dir", "kicker dir");
        check(&[" x.url if card is defined else y "], "", "");
    }

    #[test]
    fn what_is_not_written_out_counts_as_all() {
        for tag in [
            " card[name] ",
            " card[\"to\" ~ \"pics\"] ",
            " for key, value in card ",
            " card | values ",
            " x | keys ",
            " card | get(key=name) ",
            " for card in list.stories | sort(attribute=name) ",
            " x | group_by(attribute=\"to\" ~ name) ",
            " list.rest[n].headline ",
            " f(x)[y] ",
        ] {
            check(&[tag], "*", "*");
        }
    }

    #[test]
    fn what_is_used_as_a_whole_counts_as_all() {
        for tag in [
            " card ",
            "- story -",
            " page | str ",
            " f(a=card) ",
            " \"\" ~ story ",
            " if card == other ",
            " if card in front.latest ",
            " set x = [card] ",
            " set x = card ~ \"\" ",
            " list.stories ",
            " list.stories[0] ",
            " for x in list.stories | unique ",
            " set x = list.stories | first | str ",
            " list ",
            " x.url or card ",
            " <Card of={card} /> ",
        ] {
            check(&[tag], "*", "*");
        }
        check(&[" for c in list.stories ", " c "], "*", "*");
        check(&[" set one = story ", " one ~ one.url "], "*", "*");
        check(&[" for zone in front.zones ", " zone.html ", " zone | str "], "*", "*");
    }
}
