//! JSON of agencies and web feeds, on specimens of our own, and what keeps a story from being published in any format.

use dateline::story::Status;
use dateline::wire::{self, Context, Format, Outcome, Parsed, WireItem, markup};

fn read(bytes: impl AsRef<[u8]>) -> Parsed {
    wire::read(bytes.as_ref(), "x", &Context::default())
}

fn html(item: &WireItem) -> String {
    markup::html(&item.body).replace('\n', "")
}

/// Whether the one story of a text is withheld, and for which reason.
fn held(text: &str) -> Option<String> {
    let parsed = read(text);
    assert_eq!(parsed.items.len(), 1, "{text}: {:?}", parsed.diagnostics);
    parsed.items[0].held.clone()
}

#[test]
fn digitalwires() {
    let parsed = read(include_bytes!("../fuzz/corpus/digitalwires/quay.digitalwires.json"));
    assert_eq!((parsed.format, parsed.outcome()), (Some(Format::Digitalwires), Outcome::Story));
    let item = &parsed.items[0];
    assert_eq!((item.uri(), item.version()), ("urn:newsml:wire.example:20090101:261118-930-7", 2));
    assert_eq!(
        html(item),
        "<p>Der Kai in Halden wird um 80 Meter länger.</p><h2>Kosten</h2><p>Das Land zahlt die Hälfte.</p>"
    );
    assert_eq!(item.meta.dateline.as_ref().and_then(|line| line.place.as_deref()), Some("Halden"));
    assert_eq!(item.meta.subjects, ["medtop:20000337"]);
    assert_eq!(item.meta.ed_note.as_deref(), Some("Neu: Kosten"));
    // The larger rendition.
    assert_eq!(item.meta.associations[0].href.as_deref(), Some("https://pictures.wire.example/1.jpg"));
    let kinds: Vec<&str> = item.meta.notes.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["notebook", "notebook", "closingLine"]);
    // A preview of the desk is for desks.
    let text = r#"{"format": "digitalwires@1", "urn": "urn:x:1", "version": 1, "version_created": "2026-11-18T10:15:00Z", "pubstatus": "usable",
        "headline": "Audio-Programm", "article_html": "<p>Zwei Beiträge.</p>",
        "categories": [{"type": "dnltype:genre", "name": "Vorschau", "qcode": "dpatextgenre:32"}]}"#;
    assert!(read(text).items[0].meta.advisory);
    assert!(!read(text.replace("genre:32", "genre:1")).items[0].meta.advisory);
}

#[test]
fn ap_media_api() {
    let text = include_str!("../fuzz/corpus/ap_media/lock.ap-media.json");
    let parsed = read(text);
    assert_eq!((parsed.format, parsed.outcome()), (Some(Format::ApMedia), Outcome::Story));
    let item = &parsed.items[0];
    assert_eq!((item.uri(), item.version(), item.byline.as_deref()), ("77aa", 3, Some("IDA BERG, OLE DAHL")));
    assert_eq!(html(item), "<p>The lock at Halden opened on Wednesday.</p><p>Boats came early.</p>");
    // A picture in a feed is passed over.
    assert_eq!(parsed.items.len(), 1);
    // Without its NITF there is no text to publish.
    let without = text.replace("\"content\"", "\"length\"");
    let parsed = read(without);
    assert_eq!((parsed.outcome(), parsed.items[0].meta.status), (Outcome::NotPublished, Status::Withheld));
    assert_eq!(
        parsed.items[0].held.as_deref(),
        Some(
            "the text of the item is its NITF rendition `https://api.wire.example/d?format=NITF`, which is not in the file"
        )
    );
}

#[test]
fn reuters_connect_and_afp_core() {
    let parsed = read(include_bytes!("../fuzz/corpus/reuters/buoy.reuters.json"));
    let item = &parsed.items[0];
    assert_eq!(
        (parsed.format, item.uri(), item.version()),
        (Some(Format::ReutersConnect), "tag:wire.example,2026:newsml_KBN1", 4)
    );
    assert!(html(item).starts_with("<p>The fairway to Halden gets new buoys.</p>"), "{}", html(item));
    assert_eq!(item.meta.slugline.as_deref(), Some("NORWAY-BUOYS"));
    let parsed = read(include_bytes!("../fuzz/corpus/afp/pier.afp.json"));
    let item = &parsed.items[0];
    assert_eq!((parsed.format, item.version(), item.byline.as_deref()), (Some(Format::AfpCore), 2, Some("Ida Berg")));
    assert_eq!(html(item), "<p>The pier at Halden is closed until Friday.</p><p>A storm damaged it.</p>");
    assert_eq!(item.meta.dateline.as_ref().and_then(|line| line.agency.as_deref()), Some("AFP"));
}

#[test]
fn feeds_bring_full_text_or_nothing_public() {
    for (bytes, format, uri, version, text) in [
        (
            &include_bytes!("../fuzz/corpus/rss/mole.rss.xml")[..],
            Format::Rss,
            "halden-1",
            20_261_118_090_000,
            "<p>The mole at Halden gets a light and a horn.</p><p>Work begins in <a href=\"https://wire.example/march\">March</a>.</p>",
        ),
        (
            include_bytes!("../fuzz/corpus/atom/dune.atom.xml"),
            Format::Atom,
            "tag:wire.example,2026:dune",
            20_261_118_093_000,
            "<p>The dunes near Halden <em>move</em> inland.</p><ul><li>North</li><li>South</li></ul>",
        ),
        (
            include_bytes!("../fuzz/corpus/json_feed/reef.jsonfeed.json"),
            Format::JsonFeed,
            "reef-1",
            20_261_118_090_000,
            "<p>The reef off Halden is charted.</p>",
        ),
    ] {
        let parsed = read(bytes);
        assert_eq!((parsed.format, parsed.outcome()), (Some(format), Outcome::Story));
        let (first, second) = (&parsed.items[0], &parsed.items[1]);
        assert_eq!((first.uri(), first.version(), html(first).as_str()), (uri, version, text));
        // A summary alone, or a draft.
        assert_eq!((first.meta.status, second.meta.status), (Status::Usable, Status::Withheld), "{format:?}");
    }
    let atom = read(include_bytes!("../fuzz/corpus/atom/dune.atom.xml"));
    assert_eq!(atom.items[2].meta.status, Status::Canceled);
    assert_eq!(read("<rss><channel><title>x</title></channel></rss>").outcome(), Outcome::NotStory);
}

#[test]
fn many_authors_of_a_feed_are_the_byline_of_no_entry() {
    let feed = |count: usize| {
        let authors: String = (1..=count).map(|number| format!("<author><name>Ana {number}</name></author>")).collect();
        let parsed = read(format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Desk</title>{authors}<entry><id>u:1</id><title>Port</title>\
             <updated>2026-11-18T10:00:00Z</updated><content>Text of the port.</content></entry></feed>"
        ));
        let notes: Vec<String> = parsed.diagnostics.iter().map(|one| one.message.clone()).collect();
        (parsed.items[0].byline.is_some(), notes)
    };
    assert_eq!(feed(20), (true, Vec::new()));
    let note = "the feed has more than 20 authors; entries without an author of their own have none";
    assert_eq!(feed(21), (false, vec![note.to_string()]));
}

#[test]
fn an_export_of_wordpress_keeps_drafts_back() {
    let item = |own: &str| {
        format!(
            "<rss xmlns:content='c' xmlns:wp='w'><channel><item><title>Port</title><guid>u1</guid><pubDate>Wed, 18 Nov 2026 10:00:00 GMT</pubDate>\
             <content:encoded>&lt;p&gt;Text of the port.&lt;/p&gt;</content:encoded>{own}</item></channel></rss>"
        )
    };
    assert_eq!(held(&item("<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>")), None);
    for own in [
        "<wp:status>draft</wp:status>",
        "<wp:status>private</wp:status>",
        "<wp:status>trash</wp:status>",
        "<wp:status>pending</wp:status>",
        "<wp:post_password>x</wp:post_password>",
    ] {
        assert!(held(&item(own)).is_some(), "{own}");
    }
    assert_eq!(read(item("<wp:post_type>attachment</wp:post_type>")).outcome(), Outcome::Skip);
}

#[test]
fn keys_that_hold_a_story_hold_it_in_every_json() {
    for key in [
        "\"state\": \"killed\"",
        "\"is_draft\": true",
        "\"published\": false",
        "\"deleted_at\": \"2026-11-18T10:00:00Z\"",
    ] {
        for start in [
            "{\"uri\": \"u\", \"type\": \"text\", \"headline\": \"Port\", \"body_html\": \"<p>Text.</p>\"",
            "{\"urn\": \"u\", \"headline\": \"Port\", \"article_html\": \"<p>Text.</p>\"",
            "{\"uri\": \"u\", \"headLine\": \"Port\", \"bodyXhtml\": \"<p>Text.</p>\"",
            "{\"uno\": \"u\", \"headline\": \"Port\", \"news\": [\"Text.\"]",
            "{\"altids\": {\"itemid\": \"u\"}, \"type\": \"text\", \"headline\": \"Port\", \"body_nitf\": \"<nitf><body><body.content><p>Text.</p></body.content></body></nitf>\"",
        ] {
            assert_eq!(held(&format!("{start}}}")), None, "{start}");
            assert!(held(&format!("{start}, {key}}}")).is_some(), "{start}, {key}");
        }
    }
}

#[test]
fn one_story_by_other_keys() {
    let text = "{\"guid\": \"tag:b\", \"evolvedfrom\": \"tag:a\", \"type\": \"text\", \"headline_main\": \"Port opens\", \"description_main\": \"At noon.\", \
                \"body_main\": \"<p>The port opened.</p>\", \"body_summary\": \"<p>Short.</p>\"}";
    let item = &read(text).items[0];
    assert_eq!(
        (item.meta.headline.as_str(), item.meta.description.as_deref(), html(item).as_str()),
        ("Port opens", Some("At noon."), "<p>The port opened.</p>")
    );
    assert_eq!(item.meta.replaces, ["tag:a"]);
    let vignette = "<div><h1>Port</h1><div class=\\\"dat\\\"><span class=\\\"vignette\\\">Trafik</span><span class=\\\"source\\\">TT</span></div><p>Hamnen öppnar.</p></div>";
    let item = &read(format!("{{\"uri\": \"u\", \"headline\": \"Port\", \"body_html\": \"{vignette}\"}}")).items[0];
    assert_eq!((item.meta.kicker.as_deref(), html(item).as_str()), (Some("Trafik"), "<p>Hamnen öppnar.</p>"));
}

#[test]
fn text_that_is_no_copy_says_why_it_is_withheld() {
    let parsed = read("name,place\nbridge,Portville\n");
    let warning = parsed.diagnostics.iter().find(|one| one.code.as_str() == "wire-not-copy").unwrap();
    assert_eq!(warning.message, "nothing shows that the text is wire copy; it is kept withheld");
    let context = Context { is_copy: true, ..Context::default() };
    let text = "Bridge opens\n\nThe bridge is open again.\n";
    assert_eq!(read(text).outcome(), Outcome::NotPublished);
    assert_eq!(wire::read(text.as_bytes(), "x", &context).outcome(), Outcome::Story);
}

#[test]
fn words_of_desks_hold_a_story_wherever_they_stand() {
    let seven = |slug: &str, head: &str, text: &str| {
        format!(
            "\u{1}bdt0123 4 pl 030 dpa 0123\r\n{slug}\r\n\u{2}{head} =\r\n\r\nHalden (dpa) - {text}\r\n\u{3}\r\n181000 Nov 26\r\n"
        )
    };
    let text = "Der Kai ist offen.";
    assert_eq!(held(&seven("Hafen/", "Kai öffnet", text)), None);
    for (slug, head, text) in [
        ("Hafen/Sperrfrist 1800/", "Kai öffnet", text),
        ("Hafen/", "Kai öffnet (frei ab 18.00 Uhr)", text),
        ("Hafen/", "Kai öffnet - Sperrfrist 18.00 Uhr", text),
        (
            "Hafen/",
            "Kai öffnet",
            "Der Kai ist offen.\r\n\r\nSperrfrist: Freitag, 6.00 Uhr\r\n\r\nBoote kamen früh am Morgen.",
        ),
    ] {
        assert!(held(&seven(slug, head, text)).is_some(), "{slug} {head} {text}");
    }
    let line =
        "Port opens\n\nHALDEN, Nov 18 (AP) - The port opened.\n\nBoats came early.\n\nEND EMBARGO 0001 GMT MONDAY\n";
    assert!(held(line).is_some());
    let role = "<newsItem guid='u' version='1'><itemMeta><itemClass qcode='ninat:text'/><edNote role='aparole:embargotext'>frei nach der Sitzung</edNote></itemMeta>\
                <contentMeta><headline>Port</headline></contentMeta><contentSet><inlineData contenttype='text/plain'>The port opened.</inlineData></contentSet></newsItem>";
    assert!(held(role).is_some());
    assert!(held(&role.replace("embargotext", "editorialnote")).is_none());
    let test = "{\"uri\": \"u\", \"headline\": \"TEST - please ignore\", \"body_text\": \"Line check.\"}";
    assert_eq!(held(test).as_deref(), Some("the item is a test message"));
    let is_advisory = |text: &str| read(text).items[0].meta.advisory;
    assert!(is_advisory(&seven("Vorschau/Tagesvorschau/", "(Vorschau)\r\nTermine am Freitag", "Sitzung im Hafen.")));
    assert!(is_advisory(
        "{\"uri\": \"u\", \"type\": \"advisory\", \"headline\": \"Plans\", \"body_text\": \"We cover the port.\"}"
    ));
    assert!(!is_advisory(&seven("Fußball/Vorschau/", "Spiel am Freitag", "Halden spielt am Freitag.")));
}
