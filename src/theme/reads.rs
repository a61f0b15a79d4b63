//! What a template reads of the values that a site's owner gives to themes: keys of `site.extra`, menus, and files of `data/`; and which
//! fields of stories and pages.
//!
//! A change of one of these has to reach the pages whose templates read it, and should reach no others. So templates are looked
//! through for the names. Where a name is not written out, as in `data[name]`, or a whole value is handed on, as in `set s = site`,
//! everything counts as read: reading too much into a template costs an unneeded page, too little leaves a page out of date.

use super::fields::{Fields, Named};
use std::collections::BTreeSet;

/// Names that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// Any of them.
    All,
    /// These.
    Some(BTreeSet<String>),
}

impl Default for Names {
    fn default() -> Names {
        Names::Some(BTreeSet::new())
    }
}

impl Names {
    fn add(&mut self, name: Option<String>) {
        match (&mut *self, name) {
            (Names::All, _) => {}
            (_, None) => *self = Names::All,
            (Names::Some(names), Some(name)) => _ = names.insert(name),
        }
    }

    fn extend(&mut self, other: &Names) {
        match other {
            Names::All => *self = Names::All,
            Names::Some(names) => names.iter().for_each(|name| self.add(Some(name.clone()))),
        }
    }
}

/// What a template reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Keys of `site.extra`.
    pub extra: Names,
    /// Menus, of `edition.menus`.
    pub menus: Names,
    /// Files of `data/`.
    pub data: Names,
    /// Fields of cards.
    pub cards: Fields,
    /// Fields of the page and the story.
    pub fields: Fields,
    /// What the fields are found from.
    pub(super) named: Named,
}

impl Reads {
    /// What is not known to a theme: everything.
    pub(super) const ALL: Reads = Reads {
        extra: Names::All,
        menus: Names::All,
        data: Names::All,
        cards: Fields::ALL,
        fields: Fields::ALL,
        named: Named::ALL,
    };

    /// Looks through a template.
    pub(super) fn of(source: &str) -> Reads {
        let mut reads = Reads::default();
        for tag in tags(source) {
            match tag.kind {
                TagKind::Comment => {}
                // It does not end as it should; whatever follows may be read.
                _ if !tag.is_whole => return Reads::ALL,
                _ => reads.tag(&source[tag.start + 2..tag.end - 2]),
            }
        }
        reads
    }

    pub(super) fn extend(&mut self, other: &Reads) {
        self.extra.extend(&other.extra);
        self.menus.extend(&other.menus);
        self.data.extend(&other.data);
        self.named.extend(&other.named);
        (self.cards, self.fields) = self.named.fields();
    }

    /// Looks through what stands between the braces of a tag.
    fn tag(&mut self, tag: &str) {
        self.named.tag(tag);
        let mut words = Words { rest: tag, after_dot: false };
        while let Some(word) = words.next_word() {
            match word {
                "site" => match words.access() {
                    Some(Some(field)) if field != "extra" => {}
                    Some(Some(_)) => self.extra.add(words.access().flatten()),
                    _ => self.extra.add(None),
                },
                "edition" => match words.access() {
                    Some(Some(field)) if field != "menus" => {}
                    Some(Some(_)) => self.menus.add(words.access().flatten()),
                    _ => self.menus.add(None),
                },
                "data" => self.data.add(words.access().flatten()),
                "__tera_context" => *self = Reads::ALL,
                _ => {}
            }
        }
    }
}

/// What stands in a masked template where a value is put in.
pub(crate) const VALUE: char = '\u{1}';
/// What stands in a masked template in place of a tag or a comment.
pub(crate) const TAG: char = '\u{2}';

/// A template with everything that tera reads masked, byte for byte, so that what is left is HTML and places are the same: values by
/// [`VALUE`], tags and comments by [`TAG`].
pub(crate) fn masked(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for tag in tags(source) {
        out.push_str(&source[out.len()..tag.start]);
        let mask = if tag.kind == TagKind::Value { VALUE } else { TAG };
        out.extend(std::iter::repeat_n(mask, tag.end - tag.start));
    }
    out.push_str(&source[out.len()..]);
    out
}

#[derive(Clone, Copy, PartialEq)]
enum TagKind {
    Value,
    Statement,
    Comment,
}

/// What tera reads of a template, with its braces.
struct Tag {
    kind: TagKind,
    start: usize,
    end: usize,
    /// Whether it ends; else it goes on to the end of the template.
    is_whole: bool,
}

/// The tags of a template, one after another.
fn tags(source: &str) -> impl Iterator<Item = Tag> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let starts = memchr::memchr_iter(b'{', &source.as_bytes()[done..]).map(|at| done + at);
        let start = { starts }.find(|at| is_tag(&source[at + 1..]))?;
        let inner = &source[start + 2..];
        let (kind, length) = match source.as_bytes()[start + 1] {
            b'#' => (TagKind::Comment, inner.find("#}")),
            b'%' => (TagKind::Statement, end_of(inner)),
            _ => (TagKind::Value, end_of(inner)),
        };
        let end = length.map_or(source.len(), |length| start + length + 4);
        done = end;
        Some(Tag { kind, start, end, is_whole: length.is_some() })
    })
}

fn is_tag(after: &str) -> bool {
    matches!(after.as_bytes().first(), Some(b'{' | b'%' | b'#'))
}

/// Where a tag ends, past texts in quotes and braces of maps.
fn end_of(tag: &str) -> Option<usize> {
    let bytes = tag.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'' | b'`') => {
                at += 1 + bytes[at + 1..].iter().position(|byte| *byte == quote)?;
            }
            b'{' => depth += 1,
            b'%' if depth == 0 && bytes.get(at + 1) == Some(&b'}') => return Some(at),
            b'}' if depth > 0 => depth -= 1,
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The words of a tag, one after another, without texts in quotes.
struct Words<'t> {
    rest: &'t str,
    /// Whether a dot stands before what is left: the next word is a field of something else.
    after_dot: bool,
}

impl<'t> Words<'t> {
    /// The next name that is not a field of another.
    fn next_word(&mut self) -> Option<&'t str> {
        let bytes = self.rest.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' | b'\'' | b'`' => {
                    at = end_of_quoted(bytes, at);
                    self.after_dot = false;
                }
                _ if is_letter(*byte) => {
                    let start = at;
                    at = end_of_word(bytes, at);
                    if !std::mem::take(&mut self.after_dot) {
                        let word = &self.rest[start..at];
                        self.rest = &self.rest[at..];
                        return Some(word);
                    }
                }
                _ => {
                    if !byte.is_ascii_whitespace() {
                        self.after_dot = *byte == b'.';
                    }
                    at += 1;
                }
            }
        }
        None
    }

    /// What of the last word is wanted: `None` where nothing is, `Some(None)` where it is not written out.
    fn access(&mut self) -> Option<Option<String>> {
        let after = self.rest.trim_start();
        let after = after.strip_prefix('?').filter(|after| after.starts_with(['.', '['])).unwrap_or(after);
        if let Some(field) = after.strip_prefix('.') {
            self.rest = field.trim_start();
            return Some(self.rest.bytes().next().is_some_and(is_letter).then(|| self.take_word().to_string()));
        }
        let key = after.strip_prefix('[')?;
        self.rest = key.trim_start();
        let name = self.quoted();
        match self.rest.trim_start().strip_prefix(']') {
            Some(rest) => {
                self.rest = rest;
                Some(name.map(str::to_string))
            }
            None => Some(None),
        }
    }

    fn take_word(&mut self) -> &'t str {
        let (word, rest) = self.rest.split_at(end_of_word(self.rest.as_bytes(), 0));
        self.rest = rest;
        word
    }

    /// A text in quotes that begins here.
    fn quoted(&mut self) -> Option<&'t str> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let inner = &self.rest[1..];
        let end = inner.find(quote)?;
        self.rest = &inner[end + 1..];
        Some(&inner[..end])
    }
}

/// Whether a word may begin with this byte. Every byte beyond ASCII counts, so that words end at ASCII alone.
pub(super) fn is_letter(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphabetic() || !byte.is_ascii()
}

/// Where the word ends that begins at a place.
pub(super) fn end_of_word(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    while end < bytes.len() && (is_letter(bytes[end]) || bytes[end].is_ascii_digit()) {
        end += 1;
    }
    end
}

/// Where the text ends whose first quote is at a place: past its last quote.
pub(super) fn end_of_quoted(bytes: &[u8], start: usize) -> usize {
    memchr::memchr(bytes[start], &bytes[start + 1..]).map_or(bytes.len(), |length| start + length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(names: &Names) -> String {
        match names {
            Names::All => "*".to_string(),
            Names::Some(names) => names.iter().cloned().collect::<Vec<_>>().join(" "),
        }
    }

    fn check(source: &str, extra: &str, menus: &str, data: &str) {
        let reads = Reads::of(source);
        let found = [shown(&reads.extra), shown(&reads.menus), shown(&reads.data)];
        assert_eq!(found, [extra, menus, data], "{source}");
    }

    #[test]
    fn names_are_found_as_they_are_written() {
        check("{{ site.extra.phone }}{{ site.title }}", "phone", "", "");
        check("{%- if site.extra[\"a b\"] is defined -%}{{ site . extra . c }}", "a b c", "", "");
        check("{% for m in edition.menus.main %}{{ edition.url }}{% endfor %}", "", "main", "");
        check("{{ data.markets[0].price }}{{ data['x'].y }}{{ data?.z }}", "", "", "markets x z");
        check("{{ story.extra.data.x }}{{ story.site }}{{ page . data }}", "", "", "");
        check("<p data-x=\"data.y\">data site edition</p>{# {{ data.z }} #}", "", "", "");
        check("{{ \"data.x }} {{ site.extra\" }}{{ data.after }}", "", "", "after");
        check("{{ {\"a\": {\"b\": data.in_map}} }}{{ data.after }}", "", "", "after in_map");
        check("{{ a.b(c=data.d) }}{{ x | default(value=site.extra.e) }}", "e", "", "d");
        check("{{ database }}{{ mysite.extra.x }}{{ data_2.x }}", "", "", "");
    }

    #[test]
    fn masks_keep_every_place() {
        for (source, expected) in [
            ("<a b=\"{{ x(y=\"}}\") }}\">{% if é %}c{#d#}", "<a b=\"111111111111111\">22222222222c22222"),
            ("{ {{ x", "{ 1111"),
        ] {
            let masked = masked(source).replace(VALUE, "1").replace(TAG, "2");
            assert_eq!(masked, expected);
            assert_eq!(masked.len(), source.len());
        }
    }

    #[test]
    fn what_is_not_written_out_counts_as_all() {
        check("{{ data[name] }}", "", "", "*");
        check("{{ data[\"a\" ~ b] }}", "", "", "*");
        check("{% for name, rows in data %}", "", "", "*");
        check("{% set s = site %}", "*", "", "");
        check("{{ site[\"extra\"].x }}", "x", "", "");
        check("{{ site[part].x }}", "*", "", "");
        check("{% for key, value in site.extra %}", "*", "", "");
        check("{{ edition.menus | length }}{{ <Nav of={edition} /> }}", "", "*", "");
        check("{{ __tera_context }}", "*", "*", "*");
        check("{% raw %}{{ \" {% endraw %}{{ data.x }}", "*", "*", "*");
    }
}
