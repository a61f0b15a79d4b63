//! Copy as text: kicker, headline, byline, dateline and paragraphs, perhaps in a `ZCZC … NNNN` envelope.

mod envelope;
pub(super) mod header;
mod proof;

pub(super) use super::account::Source;
use super::block::{Block, Inline, plain as plain_text};
use super::body::{self, Body};
use super::copy::{RawItem, byline, is_byline_title, is_desk_note, is_signoff, leading_mark, says_not_for_publication};
use super::dateline;
use super::item::Format;
use super::lines;
use super::text::clean;
use super::{Context, Notes, Parsed, account};
use crate::diag::{Code, Diagnostic};
use crate::letters;
use crate::story::Status;
use envelope::{after_end, envelope, envelopes, starts_envelope};
pub(super) use proof::{Proof, has_prose};

/// Reads a file: one story, or one in each of its envelopes.
pub(super) fn read(text: &str, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    parsed.format = Some(Format::Plain);
    // Text of the web brings the references of HTML along.
    let text = super::html::without_references(text);
    let mut at = 0;
    for text in envelopes(&text) {
        let from = parsed.items.len();
        story(text, context, notes, parsed);
        account::balance(Source::Text(text, at), from, notes, parsed);
        at += text.len();
    }
}

fn story(text: &str, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let (raw, proof) = raw(text);
    take(raw, proof, context, notes, parsed);
}

/// A story as its lines give it, and what shows that it is copy.
pub(super) fn raw(text: &str) -> (RawItem, Proof) {
    let mut raw = RawItem::default();
    raw.item.meta.kind = Some("text".to_string());
    // In an envelope `^` is a code of its own, where nothing ends its field.
    let is_wrapped = starts_envelope(text.trim_start());
    let mut lines: Vec<&str> =
        text.split('\n').map(|line| unmarked(line.trim_end_matches('\r').trim_end(), is_wrapped)).collect();
    let proof = Proof::of_lines(&lines);
    after_end(&mut lines, &mut raw);
    envelope(&mut lines, &mut raw);
    let all = lines.clone();
    let last_stamp = header::take_last_stamp(&mut lines);
    let at = lines.iter().zip(&all).position(|(kept, before)| kept != before).unwrap_or(lines.len());
    let gone = &all[at..at + (all.len() - lines.len())];
    raw.item.dropped.extend(gone.iter().map(|line| line.to_string()));
    release_head(&mut lines, &mut raw);
    header::take(&mut lines, &mut raw);
    header::take_below(&mut lines, &mut raw);
    media_marks(&mut lines, &mut raw);
    if !raw.item.meta.headline.is_empty() {
        slug_and_byline(&mut lines, &mut raw);
    }
    if let Some(stamp) = last_stamp {
        stamp.fill(&mut raw);
    }
    if let Some(at) = lines::notebook(&lines) {
        let desk = lines.split_off(at);
        if let Some(last) = desk.iter().rfind(|line| !line.is_empty()).filter(|line| is_signoff(line)) {
            raw.item.meta.signoff = Some(clean(last));
        }
        raw.item.meta.notes.push(("notebook".to_string(), clean(&desk.join("\n"))));
    }
    let text_at = if raw.item.meta.headline.is_empty() { head(&lines, &mut raw) } else { 0 };
    let mut rest = &lines[text_at.min(lines.len())..];
    // The time of a page or a press release, between headline and text.
    if let Some(at) = rest.iter().position(|line| !line.trim().is_empty())
        && let Some(stamp) = header::stamp(&clean(rest[at])).filter(|_| rest.len() > at + 1)
    {
        stamp.fill(&mut raw);
        raw.item.meta.notes.push(("header".to_string(), clean(rest[at])));
        rest = &rest[at + 1..];
    }
    let is_markup = |line: &&str| body::has_tags(line);
    raw.body = if rest.iter().any(is_markup) {
        // Text of a web page, with its tags.
        body::of_string(&rest.join("\n"))
    } else {
        Body { blocks: lines::blocks(rest, 3), ..Body::default() }
    };
    if text.contains("``") && text.contains("''") {
        typewriter_signs(&mut raw);
    }
    name_line(&mut raw);
    let proof = proof.with_header(&raw);
    (raw, proof)
}

/// Reads the text of a story, and keeps it withheld where nothing shows that it is copy.
pub(super) fn take(mut raw: RawItem, proof: Proof, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    if let Some(time) = raw.item.meta.version_created.filter(super::WireTime::is_floating) {
        notes.floating("the time", time);
    }
    let is_empty = raw.body.blocks.iter().all(Block::is_empty);
    if is_empty && raw.item.meta.headline.is_empty() {
        return notes.error(Code::WireNoText, "the copy has neither headline nor text");
    }
    // A line alone is an alert: all there is.
    raw.may_be_empty = true;
    let from = parsed.items.len();
    notes.take(raw, context, parsed);
    for item in &mut parsed.items[from..] {
        let is_open = item.meta.status == Status::Usable && !item.meta.advisory;
        if is_open && !context.is_copy && !proof.holds(item) {
            notes.push(Diagnostic::warning(Code::WireNotCopy, format!("{NOT_COPY}; it is kept withheld")).hint(HINT));
            item.hold(NOT_COPY);
        }
    }
}

/// A slug right over the byline, below a headline that stood in a field.
fn slug_and_byline(lines: &mut Vec<&str>, raw: &mut RawItem) {
    let (end, group) = group(lines, 0);
    let [slug, by] = group.as_slice() else { return };
    let (slug, by) = (clean(slug), clean(by));
    if byline(&by).is_some() && raw.item.byline.is_none() && slug.chars().count() <= 30 && !slug.ends_with(['.', ':']) {
        raw.item.byline = Some(by);
        match raw.item.meta.slugline {
            None => raw.item.meta.slugline = Some(slug),
            Some(_) => raw.item.meta.notes.push(("header".to_string(), slug)),
        }
        lines.drain(..end);
    }
}

/// `=(Video+Photo)=`, alone on a line over the text: what there is beside it.
fn media_marks(lines: &mut Vec<&str>, raw: &mut RawItem) {
    let is_mark = |line: &str| line.len() <= 60 && line.starts_with("=(") && line.ends_with(")=");
    let near = lines.len().min(12);
    let found = lines[..near].iter().position(|line| is_mark(line.trim()));
    if let Some(at) = found {
        raw.item.meta.notes.push(("media".to_string(), clean(lines.remove(at))));
    }
}

/// Why text is withheld that does not show what it is.
pub(super) const NOT_COPY: &str = "nothing shows that the text is wire copy";

/// What to do about text that does not show what it is.
const HINT: &str = "copy has a dateline, an agency's header or an end mark; if a sender's copy has none of these, import it with --copy";

/// A line without the marks that say how it is set. `=!` and `<!` end lines of tables in an envelope.
fn unmarked(line: &str, is_wrapped: bool) -> &str {
    match line.strip_suffix("<!").or_else(|| line.strip_suffix("=!")) {
        Some(line) if is_wrapped => line.trim_end(),
        _ if is_wrapped && !line.ends_with(['<', '=']) => line,
        _ => without_carets(line),
    }
}

/// `^Headline<`: a line as ANPA 1312 sets it.
pub(super) fn without_carets(line: &str) -> &str {
    line.strip_prefix('^').map_or(line, |inner| inner.trim_end_matches(['<', '=']))
}

/// Quotes and dashes of typewriters, where a text has both quotes: ``` `` ```, `''` and a lone `_`.
fn typewriter_signs(raw: &mut RawItem) {
    let typed = |text: &str| text.replace("``", "“").replace("''", "”").replace(" _ ", " — ");
    raw.item.meta.headline = typed(&raw.item.meta.headline);
    for block in &mut raw.body.blocks {
        let blocks = match block {
            Block::List { items, .. } => items.iter_mut().flatten().collect(),
            block => vec![block],
        };
        for block in blocks {
            let (Block::Paragraph(inlines) | Block::Heading(_, inlines)) = block else { continue };
            for inline in inlines {
                if let Inline::Text(text) = inline {
                    *text = typed(text);
                }
            }
        }
    }
}

/// `Source: …` and `MEDIA RELEASE …` before a press release.
fn release_head(lines: &mut Vec<&str>, raw: &mut RawItem) {
    for _ in 0..4 {
        let Some(at) = lines.iter().position(|line| !line.trim().is_empty()) else { return };
        let line = lines[at].trim();
        if let Some(source) = line.strip_prefix("Source:").or_else(|| line.strip_prefix("SOURCE:")) {
            raw.item.meta.provider = Some(clean(source));
            raw.item.dropped.push(line.to_string());
        } else if line.starts_with("MEDIA RELEASE") || line.starts_with("PRESS RELEASE") || is_release(line) {
            raw.item.meta.notes.push(("release".to_string(), clean(line)));
        } else {
            return;
        }
        lines.drain(..=at);
    }
}

/// `Press release`, alone on its line.
fn is_release(line: &str) -> bool {
    let kinds = [
        "press release",
        "media release",
        "news release",
        "pressemitteilung",
        "communiqué de presse",
        "comunicado de prensa",
        "comunicato stampa",
    ];
    line.len() <= 40 && kinds.contains(&line.trim_end_matches(':').to_lowercase().as_str())
}

/// Lines of one group: what stands between blank lines, without the indented lines that follow.
fn group<'l>(lines: &[&'l str], from: usize) -> (usize, Vec<&'l str>) {
    let Some(start) = (from..lines.len()).find(|at| !lines[*at].trim().is_empty()) else {
        return (lines.len(), Vec::new());
    };
    let mut end = start + 1;
    while end < lines.len()
        && !lines[end].trim().is_empty()
        && !lines[end].starts_with("   ")
        && !lines[end].starts_with('\t')
    {
        end += 1;
    }
    super::work::spend(end - from);
    (end, lines[start..end].to_vec())
}

/// Whether a line may stand over a headline: at most three words, without the end of a sentence.
fn is_kicker(line: &str) -> bool {
    let line = line.trim();
    // Scripts without blanks have a word in one to three signs.
    let longest = if line.chars().any(letters::is_unspaced) { 8 } else { 40 };
    line.split_whitespace().count() <= 3
        && line.chars().count() <= longest
        && !line.ends_with(['.', '!', '?', ':', ',', ';', '"', '”'])
}

/// Whether a text can be a headline: short, and no dateline, byline or note.
fn is_headline(text: &str) -> bool {
    text.chars().count() <= 200
        && dateline::find(text).is_none_or(|found| !found.known_agency && !text.ends_with('.'))
        && byline(text).is_none()
        && !is_desk_note(text)
        && !says_not_for_publication(text)
}

/// Whether a headline stands in the next lines, with a text after it.
fn has_headline(lines: &[&str], from: usize) -> bool {
    let (end, next) = group(lines, from);
    let line = clean(&next.join(" "));
    let is_line =
        next.len() <= 2 && line.chars().count() <= 150 && !line.ends_with('.') && dateline::find(&line).is_none();
    is_line && !group(lines, end).1.is_empty()
}

/// `BC-NORWAY-CRANES`: capitals and hyphens without a blank.
fn is_slug(line: &str) -> bool {
    (5..=50).contains(&line.len())
        && line.contains('-')
        && line.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '/' | '&' | '_'))
        && line.chars().any(char::is_uppercase)
        && line.rsplit(['-', '/']).next().is_some_and(|last| !last.bytes().all(|b| b.is_ascii_digit()))
}

/// What a desk writes over urgent copy, or over copy that takes a story back.
fn is_alarm(line: &str) -> bool {
    matches!(line, "URGENT" | "FLASH" | "BULLETIN" | "ALERT" | "SNAP") || leading_mark(line).is_some()
}

/// Kicker and headline. Returns where the text begins.
fn head(lines: &[&str], raw: &mut RawItem) -> usize {
    let (mut end, mut first) = group(lines, 0);
    // Notes for desks may stand on top, a byline, the slug, and the words of an alarm.
    for _ in 0..8 {
        if first.is_empty() || group(lines, end).1.is_empty() {
            break;
        }
        // A note that ends with its line leaves the next one to the headline.
        let start = end - first.len();
        let alone = clean(first[0]);
        if first.len() > 1 && alone.ends_with([')', '.']) && is_desk_note(&alone) {
            raw.item.meta.ed_note =
                Some(raw.item.meta.ed_note.take().map_or_else(|| alone.clone(), |known| format!("{known} {alone}")));
            (end, first) = group(lines, start + 1);
            continue;
        }
        let line = clean(&first.join(" "));
        let item = &mut raw.item;
        if is_desk_note(&line) {
            item.meta.ed_note =
                Some(item.meta.ed_note.take().map_or_else(|| line.clone(), |known| format!("{known} {line}")));
        } else if first.len() > 1 {
            break;
        } else if byline(&line).is_some() && item.byline.is_none() && has_headline(lines, end) {
            item.byline = Some(line);
        } else if is_slug(&line) && item.meta.slugline.is_none() && has_headline(lines, end) {
            item.meta.slugline = Some(line);
        } else if is_alarm(&line) && item.meta.take.is_none() && has_headline(lines, end) {
            item.meta.take = Some(line);
        } else {
            break;
        }
        (end, first) = group(lines, end);
    }
    let (next_end, next) = group(lines, end);
    let has_more = group(lines, next_end).1.iter().any(|line| !line.trim().is_empty());
    if first.len() == 1 && is_kicker(first[0]) && !next.is_empty() && next.len() <= 2 && has_more {
        let text = clean(&next.join(" "));
        let indented = next[0].starts_with("   ");
        // A headline has no full stop, except `U.S.` and its like.
        let last = text.rsplit(' ').next().unwrap_or("").trim_end_matches('.');
        let is_short = last.contains('.') || ["Inc", "Corp", "Co", "Ltd", "Jr", "Sr", "No"].contains(&last);
        let sentence = text.ends_with('.') && (text.split(' ').count() > 14 || !is_short);
        if is_headline(&text) && !indented && !sentence && !is_kicker(&text) && dateline::find(&text).is_none() {
            raw.item.meta.kicker = Some(clean(first[0]));
            raw.item.meta.headline = text;
            return next_end;
        }
    }
    if first.is_empty() { lines.len() } else { headline(&first, end, raw) }
}

/// The headline of the first group of lines, which ends at `end`. Returns where the text begins.
fn headline(first: &[&str], end: usize, raw: &mut RawItem) -> usize {
    match first {
        [line] if is_headline(&clean(line)) => {
            raw.item.meta.headline = clean(line);
            end
        }
        // Two wrapped lines, unless the second is the text.
        [line, second]
            if is_headline(&clean(&first.join(" ")))
                && dateline::find(&clean(second)).is_none()
                && second.chars().count() <= 100
                && !second.trim_end().ends_with('.') =>
        {
            raw.item.meta.headline = format!("{} {}", clean(line), clean(second));
            end
        }
        // The headline stands directly over the text.
        [line, second, ..]
            if is_headline(&clean(line)) && !line.trim_end().ends_with('.') && line.chars().count() <= 120 =>
        {
            let wrapped = line.chars().count() > 50
                && first.len() > 2
                && dateline::find(&clean(second)).is_none()
                && second.chars().count() <= 90;
            if wrapped && first.iter().all(|line| line.chars().count() <= 90) {
                // All lines are of one length: this is a paragraph, and there is no headline.
                return 0;
            }
            raw.item.meta.headline = clean(line);
            below_headline(&first[1..], raw) + end - first.len() + 1
        }
        _ => 0,
    }
}

/// A byline and what the writer is, right below the headline: how many lines they take.
fn below_headline(lines: &[&str], raw: &mut RawItem) -> usize {
    let Some(line) = lines.first().map(|line| clean(line)).filter(|line| byline(line).is_some()) else { return 0 };
    raw.item.byline.get_or_insert(line);
    let titles: Vec<String> =
        lines[1..].iter().map(|line| clean(line)).take_while(|line| is_byline_title(line)).collect();
    let count = 1 + titles.len();
    raw.item.meta.notes.extend(titles.into_iter().map(|title| ("bylineTitle".to_string(), title)));
    count
}

/// A name alone between headline and dateline is a byline.
fn name_line(raw: &mut RawItem) {
    let text = |at: usize| match raw.body.blocks.get(at) {
        Some(Block::Paragraph(inlines)) => Some(plain_text(inlines)),
        _ => None,
    };
    let Some(first) = text(0) else { return };
    let words: Vec<&str> = first.split(' ').collect();
    let is_name = (2..=4).contains(&words.len())
        && first.chars().count() <= 40
        && words.iter().all(|word| word.starts_with(|c: char| c.is_uppercase() || c == '('))
        && words
            .iter()
            .all(|word| word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.' | '(' | ')')))
        && first.chars().any(char::is_lowercase)
        && !first.ends_with('.');
    let dateline_follows = (1..4).filter_map(text).any(|text| dateline::find(&text).is_some());
    // Over several texts it is the title of the first.
    let is_place = |block: &&Block| {
        dateline::find(&block.plain()).is_some_and(|found| found.known_agency && found.dateline.place.is_some())
    };
    let is_one = || raw.body.blocks.iter().filter(is_place).take(2).count() < 2;
    if is_name && dateline_follows && raw.item.byline.is_none() && is_one() {
        raw.item.byline = Some(first);
        raw.body.blocks.remove(0);
    }
}
