//! The loss account: every word that readers would have read of an item is in its stories or in a field for the desk, and its
//! stories have no word that the item does not have.
//!
//! It is computed from the parsed source, by its own walk over elements, keys and tags, and not from what the reader of the format
//! took. Words are runs of letters and digits; both sides keep hashes of them alone, so the account costs little and always runs.
//! Words that are glued to each other are found on both sides: the pieces are lost, and the whole is invented.

mod follow;
mod spell;
mod walk;

use super::block::{Block, Inline};
use super::dom::Element;
use super::item::WireItem;
use super::{Notes, Parsed};
use crate::diag::{Code, Diagnostic, plural};
use follow::Follow;
use serde_json::{Map, Value};
pub(super) use spell::Words;
use spell::{Speller, Word};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use walk::Walk;

/// Words named in a diagnostic.
const SAMPLE: usize = 8;
/// Words that hardly any story has besides those that it has in common with its source, word for word.
const WORDS: usize = 256;

/// Words that are searched for letter by letter before all words of a text are hashed.
const SEARCHES: u32 = 48;

/// An item as its format's parser left it.
#[derive(Clone, Copy)]
pub(super) enum Source<'s> {
    /// The element of an item, and the root of its document, where what belongs to it may stand.
    Xml(&'s Element<'s>, &'s Element<'s>),
    Json(&'s Map<String, Value>),
    /// A message, and the offset in the file at which it begins.
    Text(&'s str, usize),
    /// An item of which a mapping says where its texts are.
    Mapped(&'s Mapped<'s>),
}

/// The texts of an item, as the mapping of its source finds them.
pub(super) struct Mapped<'s> {
    /// Texts that readers would have read.
    pub(super) texts: Vec<Part<'s>>,
    /// Renditions of the text of the story, each in its parts.
    pub(super) bodies: Vec<Vec<Part<'s>>>,
    /// Words that the mapping says itself.
    pub(super) own: Vec<String>,
    /// All of the item.
    whole: Whole<'s>,
}

/// An item in the form that it came in.
pub(super) enum Whole<'s> {
    Json(&'s Value),
    /// The element, and the root of its document.
    Xml(&'s Element<'s>, &'s Element<'s>),
    Text(&'s str),
}

/// A text with its name and its place in the file.
pub(super) struct Part<'s> {
    pub(super) name: String,
    pub(super) at: Option<usize>,
    pub(super) text: PartText<'s>,
}

/// How a text came.
pub(super) enum PartText<'s> {
    /// It may hold markup.
    Marked(Cow<'s, str>),
    /// A tag in it is text.
    Plain(Cow<'s, str>),
    Element(&'s Element<'s>),
}

impl<'s> Mapped<'s> {
    pub(super) fn of(whole: Whole<'s>) -> Mapped<'s> {
        Mapped { texts: Vec::new(), bodies: Vec::new(), own: Vec::new(), whole }
    }
}

/// What the stories of an item have.
struct Known<'k> {
    items: &'k [WireItem],
    /// Words of all fields but the text.
    fields: Words,
    /// Words of the text, which are asked for where it does not stand in the source as it is.
    texts: OnceCell<Words>,
    /// How many words may still be searched for instead.
    searches: Cell<u32>,
    follow: RefCell<Follow>,
}

impl<'k> Known<'k> {
    /// Besides, the words of fields that readers see.
    fn of(items: &'k [WireItem]) -> (Known<'k>, Vec<u64>) {
        let mut follow = Follow::default();
        items.iter().flat_map(|item| &item.body).for_each(|block| push_text(block, &mut follow.text));
        let shown = hashes(items, each_field);
        let fields = Words::of(&[hashes(items, each_kept), shown.clone()].concat());
        let (texts, searches) = (OnceCell::new(), Cell::new(SEARCHES));
        (Known { items, fields, texts, searches, follow: RefCell::new(follow) }, shown)
    }

    fn has(&self, hash: u64, word: Word<'_>) -> bool {
        if self.fields.has(hash) {
            return true;
        }
        let left = self.searches.get();
        if left > 0 {
            self.searches.set(left - 1);
            if self.follow.borrow().has_word(word.as_str()) {
                return true;
            }
        }
        self.has_hash(hash)
    }

    /// By hashes alone, which know the pieces of words, too.
    fn has_hash(&self, hash: u64) -> bool {
        self.fields.has(hash) || self.texts.get_or_init(|| Words::of(&hashes(self.items, each_of_body))).has(hash)
    }
}

/// The hashes of the words that `each` visits, and of their pieces.
fn hashes<'i>(items: &'i [WireItem], each: impl Fn(&'i WireItem, &mut dyn FnMut(u64, &[u64], Word<'_>))) -> Vec<u64> {
    let mut found = Vec::with_capacity(WORDS);
    for item in items {
        each(item, &mut |hash, pieces, _| {
            found.push(hash);
            found.extend_from_slice(pieces);
        });
    }
    found
}

/// Balances the stories that came of one item, those from `from` on, and says what does not add up.
pub(super) fn balance(source: Source<'_>, from: usize, notes: &mut Notes, parsed: &mut Parsed) {
    let items = parsed.items.get(from..).unwrap_or(&[]);
    parsed.accounted = parsed.items.len();
    if items.is_empty() {
        return;
    }
    let (known, shown) = Known::of(items);
    let mut walk = Walk::new(&known);
    walk.source(source);
    if walk.lost > 0 {
        let place = walk.key.as_ref().map(|key| format!(" of `{key}`")).unwrap_or_default();
        let message = format!(
            "{}{place} did not get into the story: `{}`",
            plural(walk.lost, "word", "words"),
            sample(&walk.sample, walk.lost)
        );
        let hint = "compare the story with the file, and report the format if a reader would miss these words";
        notes.push_placed(Diagnostic::warning(Code::TextLost, message).hint(hint), walk.at);
        parsed.lost_words += walk.lost;
    }
    let (count, invented) = invented(source, &known, shown, walk, notes);
    if count > 0 {
        let message = format!(
            "{} not in the file: `{}`",
            plural(count, "word of the story is", "words of the story are"),
            sample(&invented, count)
        );
        let hint = "words that stood apart may have been joined: compare the story with the file";
        notes.push(Diagnostic::warning(Code::TextInvented, message).hint(hint));
        parsed.invented_words += count;
    }
}

/// How many words the source does not have of what readers see, and the first of them. `words` are those of fields.
fn invented(
    source: Source<'_>,
    known: &Known<'_>,
    mut words: Vec<u64>,
    mut walk: Walk<'_>,
    notes: &mut Notes,
) -> (usize, Vec<String>) {
    // What stands as it is in the source is in order; the rest is looked for in ever more of it.
    let mut follow = known.follow.borrow_mut();
    let (had, others) = follow.parts();
    push_hashes(&others, &mut words);
    let mut of_source = std::mem::take(&mut walk.words);
    let found = Words::of(&of_source);
    words.retain(|hash| !found.has(*hash));
    if words.is_empty() {
        return (0, Vec::new());
    }
    let document = match source {
        Source::Xml(item, root) => Some((item, root)),
        Source::Mapped(Mapped { whole: Whole::Xml(item, root), .. }) => Some((*item, *root)),
        _ => None,
    };
    // What stands around the items, as the name of a channel or the caption of a picture does, is gone over once and not again for
    // each; at first without the texts of other stories.
    let root = document.filter(|(item, root)| !std::ptr::eq(*item, *root)).map(|(_, root)| root);
    if let Some(root) = root {
        let around = notes.envelope.get_or_insert_with(|| around(root, known, false));
        words.retain(|hash| !around.has(*hash));
    }
    // In JSON, nearly everything is text.
    let is_json = matches!(source, Source::Json(_));
    if is_json && !words.is_empty() {
        walk.everything(source);
        let found = Words::of(&walk.words);
        words.retain(|hash| !found.has(*hash));
        of_source.append(&mut walk.words);
    }
    if words.is_empty() || stand_in(known.items, &others, &words, &had) {
        return (0, Vec::new());
    }
    push_hashes(&had, &mut of_source);
    let found = Words::of(&of_source);
    words.retain(|hash| !found.has(*hash));
    let around = match root {
        Some(root) if !words.is_empty() => {
            let around = &*notes.document.get_or_insert_with(|| around(root, known, true));
            words.retain(|hash| !around.has(*hash));
            Some(around)
        }
        _ => None,
    };
    if words.is_empty() {
        return (0, Vec::new());
    }
    // Attributes may hold text, too (`alt`, `content`). Hardly any file comes here.
    if !is_json {
        walk.everything(source);
        of_source.append(&mut walk.words);
    }
    let found = Words::of(&of_source);
    words.retain(|hash| !found.has(*hash));
    if words.is_empty() {
        return (0, Vec::new());
    }
    unknown(known.items, |hash| found.has(hash) || around.is_some_and(|around| around.has(hash)))
}

/// Whether some words, which are few, all stand in what the source was found to have.
fn stand_in(items: &[WireItem], others: &[&str], words: &[u64], had: &[&str]) -> bool {
    if words.len() > SEARCHES as usize {
        return false;
    }
    let mut all = true;
    let mut look = |hash: u64, _: &[u64], word: Word<'_>| {
        all = all && (!words.contains(&hash) || had.iter().any(|text| follow::has_word(text, word.as_str())));
    };
    items.iter().for_each(|item| each_field(item, &mut look));
    let mut speller = Speller::default();
    others.iter().for_each(|text| speller.whole(text, &mut look));
    all
}

/// The words of a document, with the texts of its stories or without.
fn around(root: &Element<'_>, known: &Known<'_>, has_texts: bool) -> Words {
    let mut walk = Walk::new(known);
    walk.document(root, has_texts);
    Words::of(&walk.words)
}

fn push_hashes(texts: &[&str], to: &mut Vec<u64>) {
    let mut speller = Speller::default();
    texts.iter().for_each(|text| speller.whole(text, &mut |hash, _: &[u64], _: Word<'_>| to.push(hash)));
}

/// How many words of the stories are not known, and the first of them.
fn unknown(items: &[WireItem], is_known: impl Fn(u64) -> bool) -> (usize, Vec<String>) {
    let (mut count, mut first) = (0, Vec::new());
    for item in items {
        each_shown(item, &mut |hash, pieces, word| {
            if is_known(hash) || (!pieces.is_empty() && pieces.iter().all(|piece| is_known(*piece))) {
                return;
            }
            count += 1;
            if first.len() < SAMPLE {
                first.push(word.as_str().to_string());
            }
        });
    }
    (count, first)
}

fn sample(words: &[String], count: usize) -> String {
    format!("{}{}", words.join(" "), if count > words.len() { " …" } else { "" })
}

/// Visits the words of a story that readers see, each with its pieces where markup stands inside it.
fn each_shown(item: &WireItem, visit: &mut dyn FnMut(u64, &[u64], Word<'_>)) {
    each_field(item, visit);
    each_of_body(item, visit);
}

/// Visits the words of the text.
fn each_of_body(item: &WireItem, mut visit: &mut dyn FnMut(u64, &[u64], Word<'_>)) {
    let mut speller = Speller::default();
    item.body.iter().for_each(|block| each_of_block(block, &mut speller, &mut visit));
}

/// Visits the words of the other fields that readers see.
fn each_field(item: &WireItem, mut visit: &mut dyn FnMut(u64, &[u64], Word<'_>)) {
    let mut speller = Speller::default();
    let texts = [
        Some(&item.meta.headline),
        item.meta.subheadline.as_ref(),
        item.meta.kicker.as_ref(),
        item.byline.as_ref(),
        item.meta.description.as_ref(),
        item.meta.correction.as_ref().map(|correction| &correction.note),
        item.meta.dateline.as_ref().map(|line| &line.text),
    ];
    let captions = item.meta.associations.iter().filter_map(|one| one.caption.as_ref());
    for text in texts.into_iter().flatten().chain(captions) {
        speller.whole(text, &mut visit);
    }
}

/// Visits the words of the other fields, most of which are for the desk.
fn each_kept(item: &WireItem, mut visit: &mut dyn FnMut(u64, &[u64], Word<'_>)) {
    let mut speller = Speller::default();
    let texts = [
        &item.meta.slugline,
        &item.meta.located,
        &item.meta.provider,
        &item.meta.credit_line,
        &item.meta.copyright_holder,
        &item.meta.copyright_notice,
        &item.meta.usage_terms,
        &item.meta.ed_note,
        &item.meta.signoff,
        &item.meta.take,
        &item.meta.wire_priority,
        &item.meta.wire_category,
        &item.meta.wire_sequence,
        &item.meta.wire_service,
    ];
    let media = item.meta.associations.iter().flat_map(|one| [&one.by, &one.credit, &one.rights, &one.href]);
    let line = item.meta.dateline.iter().flat_map(|line| [&line.place, &line.date, &line.agency]);
    let lists = [
        &item.meta.keywords,
        &item.meta.genres,
        &item.meta.places,
        &item.meta.people,
        &item.meta.organisations,
        &item.meta.signals,
        &item.meta.subjects,
        &item.dropped,
    ];
    item.body.iter().for_each(|block| each_number(block, &mut speller, &mut visit));
    let notes = item.meta.notes.iter().map(|(_, text)| text);
    let texts = texts.into_iter().chain(media).chain(line).flatten();
    for text in texts.chain(lists.into_iter().flatten()).chain(notes) {
        speller.whole(text, &mut visit);
    }
}

/// Visits the numbers of lists, which stand before the entries in sources without markup.
fn each_number(block: &Block, speller: &mut Speller, visit: &mut impl FnMut(u64, &[u64], Word<'_>)) {
    match block {
        Block::List { start, items } => {
            if let Some(start) = start {
                (*start..).take(items.len()).for_each(|number| speller.whole(&number.to_string(), visit));
            }
            items.iter().flatten().for_each(|block| each_number(block, speller, visit));
        }
        Block::Quote(blocks) => blocks.iter().for_each(|block| each_number(block, speller, visit)),
        _ => {}
    }
}

/// Adds the text of a block, in which words go on across markup and end with the block.
fn push_text(block: &Block, text: &mut String) {
    match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => push_inlines(inlines, text),
        Block::List { items, .. } => items.iter().flatten().for_each(|block| push_text(block, text)),
        Block::Quote(blocks) => blocks.iter().for_each(|block| push_text(block, text)),
        Block::Pre(lines) => text.push_str(lines),
        Block::Table(rows) => {
            for (_, cell) in rows.iter().flat_map(|row| &row.cells) {
                push_inlines(cell, text);
                text.push('\n');
            }
        }
        Block::Rule => {}
    }
    text.push('\n');
}

fn push_inlines(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(part) => text.push_str(part),
            Inline::Break => text.push('\n'),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
                push_inlines(inner, text);
            }
        }
    }
}

fn each_of_block(block: &Block, speller: &mut Speller, visit: &mut impl FnMut(u64, &[u64], Word<'_>)) {
    match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => {
            each_of_inlines(inlines, speller, visit);
            speller.end(visit);
        }
        Block::List { items, .. } => items.iter().flatten().for_each(|block| each_of_block(block, speller, visit)),
        Block::Quote(blocks) => blocks.iter().for_each(|block| each_of_block(block, speller, visit)),
        Block::Pre(text) => speller.whole(text, visit),
        Block::Table(rows) => {
            for (_, cell) in rows.iter().flat_map(|row| &row.cells) {
                each_of_inlines(cell, speller, visit);
                speller.end(visit);
            }
        }
        Block::Rule => {}
    }
}

fn each_of_inlines(inlines: &[Inline], speller: &mut Speller, visit: &mut impl FnMut(u64, &[u64], Word<'_>)) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => speller.text(text, visit),
            Inline::Break => speller.end(visit),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
                each_of_inlines(inner, speller, visit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Meta;
    use crate::wire::Context;
    use crate::wire::xml;

    /// The counts, and what is said, for a source and what a reader is supposed to have made of it.
    fn check(source: Source<'_>, headline: &str, body: Vec<Block>, expected: &[&str]) {
        let mut notes = Notes::new("x", &Context::default());
        let meta = Meta { headline: headline.to_string(), ..Meta::default() };
        let item = WireItem { meta, body, ..WireItem::default() };
        let mut parsed = Parsed { items: vec![item], ..Parsed::default() };
        balance(source, 0, &mut notes, &mut parsed);
        let messages: Vec<String> = notes.unplaced.iter().map(|(one, at)| format!("{at} {}", one.message)).collect();
        let messages: Vec<String> =
            messages.into_iter().chain(notes.diagnostics.iter().map(|one| one.message.clone())).collect();
        assert_eq!(messages, expected);
        assert_eq!(parsed.lost_words + parsed.invented_words > 0, !expected.is_empty());
        assert_eq!(parsed.accounted, 1);
    }

    fn nitf(body: &str, blocks: Vec<Block>, expected: &[&str]) {
        let text = format!(
            "<nitf><body><body.head><hedline><hl1>Port</hl1></hedline></body.head><body.content>{body}</body.content></body></nitf>"
        );
        let document = xml::parse(&text).unwrap();
        check(Source::Xml(&document.root, &document.root), "Port", blocks, expected);
    }

    fn json(html: &str, blocks: Vec<Block>, expected: &[&str]) {
        let value = serde_json::json!({"headline": "Port", "body_html": html});
        check(Source::Json(value.as_object().unwrap()), "Port", blocks, expected);
    }

    fn text(text: &str) -> Block {
        Block::text(text)
    }

    #[test]
    fn words_that_are_lost_are_named_with_their_place() {
        nitf("<p>One two.</p><p>Three</p>", vec![text("One two."), text("Three")], &[]);
        nitf("<p>One two.</p><p>Three</p>", vec![text("One two.")], &["98 1 word did not get into the story: `Three`"]);
        json(
            "<p>One</p><table><tr><td>two</td></tr></table>",
            vec![text("One")],
            &["1 word of `body_html` did not get into the story: `two`"],
        );
        json(
            "<p>a b c d e f g h i j</p>",
            vec![text("x")],
            &[
                "10 words of `body_html` did not get into the story: `a b c d e f g h …`",
                "1 word of the story is not in the file: `x`",
            ],
        );
        check(
            Source::Text("Port\n\nOne\ntwo\n", 7),
            "Port",
            vec![text("One")],
            &["17 1 word did not get into the story: `two`"],
        );
    }

    #[test]
    fn words_that_are_glued_are_lost_and_invented() {
        let glued = ["1 word of the story is not in the file: `twoThree`"];
        let lost = "2 words of `body_html` did not get into the story: `two Three`";
        json("<p>One two</p><p>Three</p>", vec![text("One twoThree")], &[lost, glued[0]]);
        json("<p>One two<br>Three</p>", vec![text("One twoThree")], &[lost, glued[0]]);
        json("<td>One two</td><td>Three</td>", vec![text("One twoThree")], &[lost, glued[0]]);
        json(
            "<p>10<sup>6</sup></p>",
            vec![text("106")],
            &[
                "2 words of `body_html` did not get into the story: `10 6`",
                "1 word of the story is not in the file: `106`",
            ],
        );
        // Markup inside a word parts nothing.
        json("<p><b>O</b>ne tw<i>o</i></p>", vec![text("One two")], &[]);
    }

    #[test]
    fn what_no_reader_would_have_read_is_not_missed() {
        json("<script>a b</script><style>c</style><!-- d --><p title='e'>One</p><del>f</del>", vec![text("One")], &[]);
        json("<p>&lt;p&gt;caf&eacute; &amp; m<sup>2</sup>", vec![text("café & m²")], &[]);
        let value = serde_json::json!({"headline": "Port", "body_html": "<p>One two three four</p>", "body_text": "One two three four (https://x.example)"});
        check(Source::Json(value.as_object().unwrap()), "Port", vec![text("One two three four")], &[]);
    }
}
