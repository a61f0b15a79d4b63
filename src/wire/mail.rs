//! Mail (RFC 5322, MIME): its text is copy if it shows that, attached wire files are items of their own, and pictures go with the story.

mod parts;
mod sender;

use super::account::{self, Mapped, Part, PartText, Source, Whole};
use super::body;
use super::copy::RawItem;
use super::item::{Association, Attached, Format, Outcome, is_media_ending};
use super::text::{clean, meaningful};
use super::{Context, Notes, Parsed, WireItem, WireTime, charset, dateline, plain};
use crate::diag::Code;
use crate::media_type;
use parts::{Leaf, Parts};
use std::borrow::Cow;

/// How many mails may be attached to each other.
const NESTED: u32 = 3;

/// What the headers of a mail say of the text in it.
struct Head {
    subject: Option<String>,
    sent: Option<WireTime>,
    sender: Option<String>,
    provider: Option<String>,
    id: Option<String>,
}

/// Reads a mail.
pub(super) fn read(bytes: &[u8], context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    parsed.format = Some(Format::Mail);
    let bytes = with_line_feeds(bytes);
    let Some(mut parts) = parts::of(&bytes) else {
        return notes.error(Code::WireSyntax, "the mail has no headers that can be read");
    };
    if parts.is_cut {
        notes.warn(Code::WireDropped, "the mail has more parts, or deeper ones, than are read; some were left out");
    }
    let head = head(&parts);
    let is_text = |leaf: &Leaf<'_>| !leaf.is_attachment && leaf.name.is_none() && leaf.kind.starts_with("text/");
    let has_plain = parts.leaves.iter().any(|leaf| is_text(leaf) && leaf.kind == "text/plain");
    let text_kind = if has_plain { "text/plain" } else { "text/html" };
    let (texts, others): (Vec<Leaf<'_>>, Vec<Leaf<'_>>) =
        std::mem::take(&mut parts.leaves).into_iter().partition(|leaf| is_text(leaf) && leaf.kind == text_kind);
    let mut media = Vec::new();
    for leaf in others {
        match media_name(&leaf, parsed) {
            Some(name) => {
                media.push((name.clone(), leaf.id.clone(), leaf.is_related));
                parsed.files.push(Attached { name, bytes: leaf.bytes.into_owned() });
            }
            None => attachment(&leaf, context, notes, parsed),
        }
    }
    let (from, said) = (parsed.items.len(), notes.diagnostics.len());
    for (number, leaf) in texts.iter().enumerate() {
        let media = if number == 0 { &media[..] } else { &[] };
        text(leaf, &head, media, context, notes, parsed);
    }
    without_letters(from, said, context, notes, parsed);
    if parsed.items.is_empty() && parsed.outcome.is_none() {
        notes.skip(parsed, Outcome::Skip, "the mail has neither a text nor wire copy");
    }
}

/// What becomes of a text that shows nothing of copy. Where attached items are the copy, somebody wrote it along with them; where it is
/// not even running text, it can be no story. Else it is kept withheld.
fn without_letters(from: usize, said: usize, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let is_letter = |item: &WireItem| item.held.as_deref() == Some(plain::NOT_COPY) || item.meta.advisory;
    if context.is_copy || parsed.items.len() == from || !parsed.items[from..].iter().all(is_letter) {
        return;
    }
    let is_text = parsed.items[from..].iter().any(plain::has_prose);
    if from == 0 && is_text {
        return;
    }
    parsed.items.truncate(from);
    parsed.accounted = from;
    notes.diagnostics.truncate(said);
    if from == 0 {
        parsed.outcome = Some(Outcome::Error);
        return notes.error(Code::WireFormat, "the mail holds no wire copy, and its text is not running text");
    }
    let message = "the text of the mail beside its attached items shows nothing of wire copy and was left out";
    notes.note(Code::WireDropped, message);
}

/// Mail of old systems ends its lines in CR alone.
fn with_line_feeds(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\n', bytes).is_some() {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
}

fn head(parts: &Parts<'_>) -> Head {
    let head = &parts.head;
    let single = |text: &str| meaningful(body::single(text));
    let from = head.from().and_then(|from| from.first());
    let name = from.and_then(|one| one.name.as_deref()).and_then(single);
    let address = from.and_then(|one| one.address.as_deref()).map(clean);
    // A name is a provider only if it is that of an agency: most senders are people.
    let organization = head.header("Organization").and_then(|value| value.as_text()).and_then(single);
    let sent = head.date().map(|date| date.to_rfc3339()).and_then(|text| WireTime::parse(&text));
    let sender = match (&name, address) {
        (Some(name), Some(address)) => Some(format!("{name} <{address}>")),
        (name, address) => name.clone().or(address),
    };
    Head {
        subject: head.subject().map(without_marks).and_then(single),
        sent,
        sender,
        provider: organization.or_else(|| name.filter(|name| dateline::is_known(name))),
        id: head.message_id().map(|id| format!("mid:{}", clean(id))),
    }
}

/// A subject without the marks of answers and lists: `Re: [desk] Port closes`.
fn without_marks(subject: &str) -> &str {
    let mut subject = subject.trim();
    for _ in 0..10 {
        let mark = subject.split_once(':').filter(|(mark, _)| {
            ["re", "fw", "fwd", "aw", "wg", "rv", "tr", "sv"].iter().any(|known| mark.eq_ignore_ascii_case(known))
        });
        let list = subject.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        subject = match (mark, list) {
            (Some((_, rest)), _) => rest.trim_start(),
            (_, Some((name, rest))) if name.len() <= 40 && !rest.trim().is_empty() => rest.trim_start(),
            _ => break,
        };
    }
    subject
}

/// The name under which a picture or other medium goes with the story; `None` for other parts.
fn media_name(leaf: &Leaf<'_>, parsed: &Parsed) -> Option<String> {
    let (main, sub) = leaf.kind.split_once('/')?;
    let named = leaf.name.as_deref().map(|name| clean(name.rsplit(['/', '\\']).next().unwrap_or(name)));
    let named = named.filter(|name| !name.is_empty() && !name.starts_with('.') && name.len() <= 200);
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let has_ending = |name: &str| ending(name).is_some_and(|ending| is_media_ending(&ending));
    let by_kind = media_type::ending(&leaf.kind);
    let is_media = matches!(main, "image" | "audio" | "video") || sub == "pdf";
    let is_unnamed = leaf.kind == "application/octet-stream";
    let name = match named {
        Some(name) if has_ending(&name) && (is_media || is_unnamed) => name,
        Some(name) if is_media => format!("{name}.{}", by_kind?),
        None if is_media => format!("{main}.{}", by_kind?),
        _ => return None,
    };
    let is_taken = |name: &str| parsed.files.iter().any(|file| file.name == name);
    (1..=1000)
        .map(|number| if number == 1 { name.clone() } else { format!("{number}-{name}") })
        .find(|name| !is_taken(name))
}

/// A file that is none of the media: wire copy, another mail, or nothing for readers.
fn attachment(leaf: &Leaf<'_>, context: &Context, notes: &mut Notes, parsed: &mut Parsed) {
    let shown = leaf.name.as_deref().map(clean).unwrap_or_else(|| leaf.kind.clone());
    let shown: String = shown.chars().take(80).collect();
    let is_sealed = ["signature", "calendar", "vcard", "x-vcard", "css", "rtf", "delivery-status", "ms-tnef"];
    let is_other = is_sealed.iter().any(|kind| leaf.kind.ends_with(kind)) || leaf.is_related;
    let dropped = format!("`{shown}` in the mail is neither wire copy nor a picture and was left out");
    if is_other || leaf.kind == "text/html" || notes.mails >= NESTED || leaf.bytes.trim_ascii().is_empty() {
        return notes.note(Code::WireDropped, dropped);
    }
    let file = std::mem::take(&mut notes.file);
    notes.file = format!("{file}/{shown}");
    let before = notes.diagnostics.len();
    let document = notes.document.take();
    notes.mails += 1;
    let own = super::read_kind(&leaf.bytes, context, notes);
    notes.mails -= 1;
    (notes.file, notes.document) = (file, document);
    if own.format.is_none() {
        // Whatever it is, it does not claim to be wire copy.
        notes.diagnostics.truncate(before);
        return notes.note(Code::WireDropped, dropped);
    }
    parsed.items.extend(own.items);
    for file in own.files {
        if parsed.files.iter().all(|known| known.name != file.name) {
            parsed.files.push(file);
        }
    }
    parsed.outcome = parsed.outcome.or(own.outcome);
    parsed.lost_words += own.lost_words;
    parsed.invented_words += own.invented_words;
    parsed.accounted = parsed.items.len();
}

/// The text of a mail, with the media that go with it: their names, ids, and whether they belong to HTML alone.
fn text(
    leaf: &Leaf<'_>,
    head: &Head,
    media: &[(String, Option<String>, bool)],
    context: &Context,
    notes: &mut Notes,
    parsed: &mut Parsed,
) {
    let decoded = charset::decode(&leaf.bytes, leaf.charset.as_deref(), context.charset);
    parsed.charset.get_or_insert(decoded.charset);
    if let Some(warning) = decoded.warning {
        notes.push(warning);
    }
    let text = super::of_lines(decoded.text, notes);
    let (text, signature) = without_signature(&text);
    if text.trim().is_empty() && parsed.items.len() + media.len() > 0 && head.subject.is_none() {
        return;
    }
    let from = parsed.items.len();
    let flowed = if leaf.is_flowed { Cow::Owned(unflowed(text)) } else { Cow::Borrowed(text) };
    let of_sender;
    let (mut raw, proof) = match leaf.kind.as_str() {
        "text/html" => {
            let mut body = body::of_string(text);
            let texts: Vec<String> = body.blocks.iter().map(super::block::Block::plain).collect();
            let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
            let end = sender::from(&lines).unwrap_or(lines.len());
            body.blocks.truncate(end);
            of_sender = lines[end..].join("\n");
            (RawItem { body, ..RawItem::default() }, plain::Proof::of_lines(&lines))
        }
        _ => {
            let lines: Vec<&str> = flowed.lines().collect();
            let end = sender::from(&lines).unwrap_or(lines.len());
            of_sender = lines[end..].join("\n");
            plain::raw(&lines[..end].join("\n"))
        }
    };
    let mut account = Mapped::of(Whole::Text(text));
    account.own.extend(head.subject.clone());
    for (name, text) in [("subject", head.subject.as_deref()), ("text", Some(text)), ("signature", signature)] {
        let text = PartText::Marked(Cow::Borrowed(text.unwrap_or("")));
        account.texts.push(Part { name: name.to_string(), at: None, text });
    }
    let signatures = signature.into_iter().chain([of_sender.as_str()]).map(clean).filter(|text| !text.is_empty());
    raw.item.meta.notes.extend(signatures.map(|text| ("signature".to_string(), text)));
    fill(&mut raw, head);
    pictures(&mut raw, media);
    plain::take(raw, proof, context, notes, parsed);
    if decoded.in_doubt {
        parsed.items[from..].iter_mut().for_each(|item| item.hold("its character set cannot be told"));
    }
    account::balance(Source::Mapped(&account), from, notes, parsed);
}

/// Text and signature, which stands below a line of two hyphens and a blank.
fn without_signature(text: &str) -> (&str, Option<&str>) {
    match text.rfind("\n-- \n") {
        Some(at) => (&text[..=at], Some(text[at + 5..].trim())),
        None => (text, None),
    }
}

/// Joins the lines of a paragraph that was wrapped on the way (RFC 3676).
fn unflowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.strip_suffix(" \n") {
            Some(flows) if !flows.trim().is_empty() => {
                out.push_str(flows);
                out.push(' ');
            }
            _ => out.push_str(line),
        }
    }
    out
}

/// Fills what the text itself leaves out.
fn fill(raw: &mut RawItem, head: &Head) {
    let meta = &mut raw.item.meta;
    meta.kind = Some("text".to_string());
    if let Some(subject) = &head.subject {
        raw.commands.push(subject.clone());
        if meta.headline.is_empty() {
            meta.headline.clone_from(subject);
        } else if *subject != meta.headline {
            meta.notes.push(("subject".to_string(), subject.clone()));
        }
    }
    meta.version_created = meta.version_created.or(head.sent);
    meta.provider = meta.provider.take().or_else(|| head.provider.clone());
    meta.alt_ids.extend(head.id.clone());
    meta.notes.extend(head.sender.clone().map(|sender| ("sender".to_string(), sender)));
}

/// The media of a mail go with its text: those that were attached, and those that its HTML shows.
fn pictures(raw: &mut RawItem, media: &[(String, Option<String>, bool)]) {
    let mut associations: Vec<Association> = std::mem::take(&mut raw.body.figures);
    for one in &mut associations {
        let id = one.href.as_deref().and_then(|href| href.strip_prefix("cid:"));
        let Some(id) = id else { continue };
        let named = media.iter().find(|(_, own, _)| own.as_deref() == Some(id));
        one.href = named.map(|(name, ..)| name.clone());
    }
    let is_shown = |name: &str, shown: &[Association]| shown.iter().any(|one| one.href.as_deref() == Some(name));
    for (name, _, is_related) in media {
        if !is_related && !is_shown(name, &associations) {
            let kind = match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
                Some("mp4" | "webm") => "video",
                Some("mp3" | "m4a" | "ogg" | "wav") => "audio",
                Some("pdf") => "other",
                _ => "picture",
            };
            associations.push(Association {
                kind: Some(kind.to_string()),
                href: Some(name.clone()),
                ..Association::default()
            });
        }
    }
    raw.item.meta.associations = associations;
}

#[cfg(test)]
mod tests {
    use crate::story::Status;
    use crate::wire::{self, Context, Format, Outcome, Parsed, markup};

    fn parsed(mail: &str) -> Parsed {
        wire::read(mail.as_bytes(), "a.eml", &Context::default())
    }

    fn messages(parsed: &Parsed) -> Vec<String> {
        parsed.diagnostics.iter().map(ToString::to_string).collect()
    }

    const HEAD: &str = "From: =?utf-8?q?Ana_R=C3=A9yes?= <ana@wire.example>\nTo: desk@news.example\nSubject: Re: [copy] Port of Halden closes\n\
                        Date: Wed, 18 Nov 2026 10:15:00 +0100\nMessage-ID: <1@wire.example>\nMIME-Version: 1.0\n";
    const COPY: &str =
        "HALDEN, Nov 18 (LSW) - The port of Halden closed on Wednesday.\n\nSeven ships wait in the bay.\n";

    #[test]
    fn the_text_of_a_mail_is_copy_that_shows_it() {
        let found = parsed(&format!("{HEAD}\n{COPY}\n-- \nAna Reyes\n+47 555 010\n"));
        let [item] = &found.items[..] else { panic!("{:?}", messages(&found)) };
        assert_eq!((found.format, found.outcome()), (Some(Format::Mail), Outcome::Story), "{:?}", messages(&found));
        assert_eq!(item.meta.headline, "Port of Halden closes");
        assert_eq!(
            item.meta.version_created.map(|time| time.to_string()).as_deref(),
            Some("2026-11-18T10:15:00+01:00")
        );
        assert_eq!(item.meta.alt_ids, ["mid:1@wire.example"]);
        assert_eq!(
            markup::markdown(&item.body),
            "The port of Halden closed on Wednesday.\n\nSeven ships wait in the bay.\n"
        );
        for note in [("sender", "Ana Réyes <ana@wire.example>"), ("signature", "Ana Reyes\n+47 555 010")] {
            assert!(
                item.meta
                    .notes
                    .iter()
                    .any(|(kind, text)| kind == note.0 && text.replace('\n', " ") == note.1.replace('\n', " ")),
                "{:?}",
                item.meta.notes
            );
        }
        assert_eq!((found.lost_words, found.invented_words), (0, 0), "{:?}", messages(&found));
    }

    #[test]
    fn a_mail_without_running_text_is_no_story() {
        let found = parsed(&format!(" \n{HEAD}\nbody text\n\n-- \n"));
        assert_eq!((found.outcome(), found.items.len()), (Outcome::Error, 0));
        assert_eq!(messages(&found), ["a.eml: error: the mail holds no wire copy, and its text is not running text"]);
        assert_eq!(parsed(&mixed(&[PICTURE])).outcome(), Outcome::Skip);
    }

    #[test]
    fn a_mail_that_shows_nothing_of_copy_is_withheld() {
        let found =
            parsed(&format!("{HEAD}\nDear all,\n\nthe lift is out of order until Friday. Please use the stairs.\n"));
        assert_eq!((found.outcome(), found.items[0].meta.status), (Outcome::NotPublished, Status::Withheld));
        // What the subject says counts, whatever the text looks like.
        for subject in ["KILL: Port of Halden closes", "EMBARGOED until Friday: Port of Halden closes"] {
            let mail = format!(
                "{}\nPort of Halden closes\n\n{COPY}",
                HEAD.replace("Re: [copy] Port of Halden closes", subject)
            );
            let found = parsed(&mail);
            assert_ne!(found.items[0].meta.status, Status::Usable, "{subject}: {:?}", messages(&found));
        }
    }

    fn mixed(parts: &[&str]) -> String {
        let parts: String = parts.iter().map(|part| format!("--xx\n{part}\n")).collect();
        format!("{HEAD}Content-Type: multipart/mixed; boundary=\"xx\"\n\nThis is MIME.\n{parts}--xx--\n")
    }

    const PICTURE: &str = "Content-Type: image/jpeg; name=\"port.jpg\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n/9j/4AAQ";

    #[test]
    fn pictures_go_with_the_text() {
        let text = format!(
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n{}",
            COPY.replace("bay", "h=F4tel")
        );
        let found = parsed(&mixed(&[&text, PICTURE]));
        let [item] = &found.items[..] else { panic!("{:?}", messages(&found)) };
        assert!(markup::markdown(&item.body).contains("the hôtel"), "{}", markup::markdown(&item.body));
        assert_eq!(item.meta.associations[0].href.as_deref(), Some("port.jpg"));
        assert_eq!((found.files[0].name.as_str(), &found.files[0].bytes[..4]), ("port.jpg", &b"\xff\xd8\xff\xe0"[..]));
    }

    #[test]
    fn html_stands_where_there_is_no_plain_text() {
        let html = format!(
            "Content-Type: text/html\n\n<p>{}</p><p>Seven <b>ships</b><script>x()</script></p><img src='cid:p1' alt='The port'>",
            COPY.lines().next().unwrap()
        );
        let inline = "Content-Type: image/png\nContent-ID: <p1>\n\nPNG";
        let logo = "Content-Type: image/png; name=logo.png\nContent-ID: <p2>\n\nPNG";
        let related = |parts: &str| format!("Content-Type: multipart/related; boundary=yy\n\n{parts}--yy--");
        let parts: String = [&html[..], inline, logo].iter().map(|part| format!("--yy\n{part}\n")).collect();
        let found = parsed(&mixed(&[&related(&parts)]));
        let [item] = &found.items[..] else { panic!("{:?}", messages(&found)) };
        assert_eq!(
            markup::html(&item.body),
            "<p>The port of Halden closed on Wednesday.</p>\n<p>Seven <strong>ships</strong></p>\n"
        );
        let pictures: Vec<_> =
            item.meta.associations.iter().map(|one| (one.href.as_deref(), one.caption.as_deref())).collect();
        assert_eq!(pictures, [(Some("image.png"), Some("The port"))]);
        // Plain text goes before it.
        let plain = format!("Content-Type: text/plain\n\n{COPY}");
        let both = format!(
            "Content-Type: multipart/alternative; boundary=zz\n\n--zz\n{plain}\n--zz\n{}\n--zz--",
            related(&parts)
        );
        let found = parsed(&mixed(&[&both]));
        assert_eq!((found.items.len(), found.items[0].meta.associations.len()), (1, 0), "{:?}", messages(&found));
        assert_eq!((found.lost_words, found.invented_words), (0, 0), "{:?}", messages(&found));
    }

    #[test]
    fn attached_wire_files_are_items_of_their_own() {
        let ninjs = r#"{"uri":"urn:x:1","type":"text","versioncreated":"2026-11-18T09:00:00Z","headline":"Ships wait","body_text":"Seven ships wait in the bay.","associations":{"a":{"type":"picture","renditions":{"o":{"href":"port.jpg"}}}}}"#;
        let json = format!("Content-Type: application/json; name=a.json\nContent-Disposition: attachment\n\n{ninjs}");
        let letter =
            "Content-Type: text/plain\n\nDear editors,\n\nplease find our story in the attachment of this mail.";
        let word =
            "Content-Type: application/msword; name=a.doc\nContent-Transfer-Encoding: base64\n\n0M8R4KGxGuEAAAAA";
        let found = parsed(&mixed(&[letter, &json, PICTURE, word]));
        let [item] = &found.items[..] else { panic!("{:?}", messages(&found)) };
        assert_eq!(
            (item.uri(), item.meta.associations[0].href.as_deref(), found.outcome()),
            ("urn:x:1", Some("port.jpg"), Outcome::Story)
        );
        let said = messages(&found);
        assert!(
            said.iter().any(|one| one.contains("`a.doc` in the mail is neither wire copy nor a picture")),
            "{said:?}"
        );
        assert!(said.iter().any(|one| one.contains("shows nothing of wire copy and was left out")), "{said:?}");
        assert!(!said.iter().any(|one| one.contains("it is kept withheld")), "{said:?}");
        // A text that is copy is a story beside them.
        let text = format!("Content-Type: text/plain\n\n{COPY}");
        assert_eq!(parsed(&mixed(&[&text, &json])).items.len(), 2);
        // What is broken in an attached file is told with its name.
        let broken = "Content-Type: text/xml; name=b.xml\n\n<nitf><body>";
        let found = parsed(&mixed(&[letter, broken]));
        assert!(messages(&found)[0].starts_with("a.eml/b.xml:1:"), "{:?}", messages(&found));
    }

    #[test]
    fn mails_in_mails() {
        let inner = format!("Content-Type: message/rfc822\n\n{HEAD}\n{COPY}");
        let found = parsed(&mixed(&[&inner]));
        assert_eq!(found.items.len(), 1, "{:?}", messages(&found));
        let mut deep = format!("{HEAD}\n{COPY}");
        for _ in 0..40 {
            deep = format!("Subject: a\nFrom: b@c.example\nContent-Type: message/rfc822\n\n{deep}");
        }
        assert_eq!(parsed(&deep).outcome(), Outcome::Skip);
    }
}
