//! The rules of the wire formats, one by one, on small copy of our own: what agencies do that the stored samples do not show.

use dateline::story::Status;
use dateline::wire::{self, Context, Outcome, Parsed, WireItem, markup};

fn read(text: impl AsRef<[u8]>) -> Parsed {
    wire::read(text.as_ref(), "x", &Context { date: "2026-11-18".parse().ok(), ..Context::default() })
}

/// The one story of a text.
fn one(text: impl AsRef<[u8]>) -> WireItem {
    let mut parsed = read(text);
    assert_eq!(parsed.items.len(), 1, "{:?}", parsed.diagnostics);
    parsed.items.remove(0)
}

fn html(item: &WireItem) -> String {
    markup::html(&item.body).replace('\n', "")
}

/// A NewsML-G2 item with more in its item metadata, its content metadata and its content.
fn g2(meta: &str, content: &str, set: &str) -> String {
    format!(
        "<newsItem guid='urn:x:1' version='2'>{}<itemMeta><itemClass qcode='ninat:text'/><versionCreated>2026-11-18T10:15:00Z</versionCreated>\
         {meta}</itemMeta><contentMeta><headline>Port</headline>{content}</contentMeta>{set}</newsItem>",
        "<catalog><scheme alias='m' uri='http://cv.iptc.org/newscodes/mediatopic/'/><scheme alias='medtop' uri='http://x.example/'/></catalog>"
    )
}

const TEXT: &str =
    "<contentSet><inlineXML><html><body><p>Cranes stood still.</p></body></html></inlineXML></contentSet>";

#[test]
fn newsml_g2_catalogues_sets_and_references() {
    // The alias of the file's own catalogue counts, whatever it is elsewhere.
    let item = one(g2("", "<subject qcode='m:20000523'/><subject qcode='medtop:20000219'/>", TEXT));
    assert_eq!(item.meta.subjects, ["medtop:20000523"]);
    let sets = format!("<contentSet><remoteContent href='a.jpg' contenttype='image/jpeg'/></contentSet>{TEXT}");
    let item = one(g2("", "", &sets));
    assert_eq!((html(&item).as_str(), item.meta.associations.len()), ("<p>Cranes stood still.</p>", 1));
    // A picture in line is not text.
    let base64 = "<contentSet><inlineData contenttype='image/jpeg'>/9j/4AAQ</inlineData></contentSet>";
    assert_eq!(read(g2("", "", base64)).outcome(), Outcome::Error);
    // TT names the item that it replaces by its number.
    let numbers = "<altId type='tt:uno'>urn:x:1</altId><altId type='tt:refuno'>urn:x:0</altId>";
    assert_eq!(one(g2("<signal qcode='tt_sig:replace'/>", numbers, TEXT)).meta.replaces, ["urn:x:0"]);
    assert_eq!(one(g2("", numbers, TEXT)).meta.replaces, [""; 0]);
}

#[test]
fn an_alert_is_a_headline_alone_and_nothing_else_is() {
    for (meta, content) in [("<signal qcode='sig:alert'/>", ""), ("", "<genre qcode='genre:Flash'/>")] {
        assert!(one(g2(meta, content, "")).meta.alert, "{meta}{content}");
    }
    assert_eq!(read(g2("", "", "")).outcome(), Outcome::Error);
    assert!(one("{\"uri\": \"u\", \"type\": \"text\", \"profile\": \"flash\", \"headline\": \"Port\"}").meta.alert);
    let nitf = |kind: &str| {
        format!(
            "<nitf><head><tobject tobject.type='{kind}'/></head><body><body.head><hedline><hl1>Port</hl1></hedline></body.head></body></nitf>"
        )
    };
    assert!(one(nitf("alert")).meta.alert);
    assert_eq!(read(nitf("news")).outcome(), Outcome::Error);
    // Not even an alert without a headline.
    assert_eq!(read(newsml("<NewsItemType FormalName='Alert'/>", "")).outcome(), Outcome::Error);
}

/// A NewsML 1 item with this management and these contents.
fn newsml(management: &str, content: &str) -> String {
    format!(
        "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>x.example</ProviderId><DateId>20261118</DateId><NewsItemId>A1</NewsItemId>\
         <RevisionId>3</RevisionId><PublicIdentifier>urn:newsml:x.example:20261118::3N</PublicIdentifier></NewsIdentifier></Identification>\
         <NewsManagement>{management}</NewsManagement><NewsComponent>{content}</NewsComponent></NewsItem></NewsML>"
    )
}

#[test]
fn newsml_1_contents() {
    let text = |words: &str| format!("<ContentItem><DataContent><p>{words}</p></DataContent></ContentItem>");
    let usable = "<Status FormalName='usable'/>";
    let item = one(newsml(usable, &text("Cranes.")));
    assert_eq!((item.uri(), item.version()), ("urn:newsml:x.example:20261118:A1", 3), "an identifier without an item");
    let language = |tag: &str, words: &str| {
        format!(
            "<NewsComponent><DescriptiveMetadata><Language FormalName='{tag}'/></DescriptiveMetadata>{}</NewsComponent>",
            text(words)
        )
    };
    let both = read(newsml(usable, &(language("nl", "Kranen.") + &language("fr", "Grues."))));
    assert_eq!(both.items.iter().filter_map(|item| item.meta.language.as_deref()).collect::<Vec<_>>(), ["nl", "fr"]);
    assert_eq!(both.items[1].meta.translation_of.as_deref(), Some(both.items[0].uri()));
    let equal = format!("<NewsComponent EquivalentsList='yes'>{}{}</NewsComponent>", text("Same."), text("Same."));
    assert_eq!(html(&one(newsml(usable, &equal))), "<p>Same.</p>");
    let encoded =
        "<ContentItem><Encoding Notation='None'><DataContent><p>In it.</p></DataContent></Encoding></ContentItem>";
    assert_eq!(html(&one(newsml(usable, encoded))), "<p>In it.</p>");
    let video = "<ContentItem Href='a.mp4'><MediaType FormalName='Video'/></ContentItem>";
    assert_eq!(read(newsml(usable, video)).outcome(), Outcome::Skip);
    let lines = "<ContentItem><DataContent>One.\n\n   Two.</DataContent></ContentItem>";
    assert_eq!(html(&one(newsml(usable, lines))), "<p>One.</p><p>Two.</p>");
    // An embargo that ends in something else than publication has no end.
    let held = "<Status FormalName='Embargoed'/><StatusWillChange><FutureStatus FormalName='Withheld'/><DateAndTime>20261119T060000Z</DateAndTime></StatusWillChange>";
    assert_eq!(one(newsml(held, &text("Cranes."))).meta.status, Status::Withheld);
}

#[test]
fn nitf_messages_and_references() {
    let nitf = |docdata: &str, attributes: &str| {
        format!(
            "<nitf><head><tobject><tobject.subject tobject.subject.refnum='IPTC:11006005'/></tobject>\
             <docdata {attributes}><doc-id id-string='a.1'/><date.issue norm='20261118T120000Z'/>{docdata}</docdata></head>\
             <body><body.head><hedline><hl1>Port</hl1></hedline></body.head><body.content><p>Cranes.</p></body.content></body></nitf>"
        )
    };
    let item = one(nitf(
        "<ed-msg info='One'/><ed-msg info='Two'/>",
        "management-doc-idref='a.0' management-idref-status='canceled'",
    ));
    assert_eq!(
        (item.meta.ed_note.as_deref(), item.meta.replaces.as_slice()),
        (Some("One Two"), &["a.0".to_string()][..])
    );
    assert_eq!(item.meta.subjects, ["subj:11006005"]);
    for (docdata, status) in [
        ("<ed-msg msg-type='kill' info='x'/>", Status::Withheld),
        ("<date.release norm='Monday noon'/>", Status::Withheld),
        ("<date.release norm='YYYYMMDD000000-HHMM'/>", Status::Usable),
    ] {
        assert_eq!(one(nitf(docdata, "")).meta.status, status, "{docdata}");
    }
    assert!(one(nitf("<date.release norm='20311118T120000Z'/>", "")).meta.embargoed_until.is_some());
}

#[test]
fn ninjs_of_all_versions_even_mixed() {
    let ninjs = |more: &str| one(format!("{{\"uri\": \"u\", \"type\": \"text\", \"headline\": \"Port\", {more}}}"));
    let body = "\"body_html\": \"<p>Cranes.</p>\"";
    assert_eq!(
        html(&ninjs("\"bodies\": {\"role\": \"main\", \"contenttype\": \"text/html\", \"value\": \"<p>A.</p>\"}")),
        "<p>A.</p>"
    );
    let two = "\"bodies\": [{\"role\": \"summary\", \"contentType\": \"text/html\", \"value\": \"<p>S.</p>\"}, {\"role\": \"main\", \"contentType\": \"text/html\", \"value\": \"<p>M.</p>\"}]";
    assert_eq!(html(&ninjs(two)), "<p>M.</p>");
    assert_eq!(html(&ninjs("\"body_html\": \"&lt;p&gt;A.&lt;/p&gt;&lt;p&gt;B.&lt;/p&gt;\"")), "<p>A.</p><p>B.</p>");
    assert_eq!(
        ninjs(&format!("\"by\": [\"Ana Reyes\", \"Tom Brandt\"], {body}")).byline.as_deref(),
        Some("Ana Reyes, Tom Brandt")
    );
    assert_eq!(
        ninjs(&format!("\"authors\": [{{\"name\": \"Ana Reyes\"}}], {body}")).byline.as_deref(),
        Some("Ana Reyes")
    );
    // The strictest of two spellings counts, in either order.
    for status in [
        "\"pubStatus\": \"withheld\", \"pubstatus\": \"usable\"",
        "\"pubStatus\": \"usable\", \"pubstatus\": \"withheld\"",
    ] {
        assert_eq!(ninjs(&format!("{status}, {body}")).meta.status, Status::Withheld, "{status}");
    }
    for embargo in [
        "\"embargoed\": \"2031-01-01T00:00:00Z\", \"embargoedUntil\": \"2026-01-01T00:00:00Z\"",
        "\"embargoed\": \"2026-01-01T00:00:00Z\", \"embargoedUntil\": \"2031-01-01T00:00:00Z\"",
    ] {
        let until = ninjs(&format!("{embargo}, {body}")).meta.embargoed_until.unwrap();
        assert_eq!(until.to_string(), "2031-01-01T00:00:00Z", "{embargo}");
    }
    let picture = |status: &str| {
        format!(
            "\"associations\": {{\"a\": {{\"type\": \"picture\", \"pubstatus\": \"{status}\", \"href\": \"https://x.example/a.jpg\"}}}}, {body}"
        )
    };
    assert_eq!(ninjs(&picture("usable")).meta.associations.len(), 1);
    assert_eq!(ninjs(&picture("canceled")).meta.associations.len(), 0);
}

/// An IPTC 7901 message with these lines before and in its text, with its control characters or without.
fn iptc(number: u32, head: &str, text: &str, controls: bool) -> String {
    let whole = format!(
        "\u{1}abc{number:04} 3 i 120  dpa 0456\r\n\r\nHalden/harbour/\r\n\u{2}{head} =\r\n\r\nHalden (dpa) - {text}\r\n\r\ndpa ar tb\r\n\r\n\u{3}181030 GMT Nov 26\r\n\u{7f}\u{4}"
    );
    if controls { whole } else { whole.replace(|c: char| c.is_control() && !matches!(c, '\r' | '\n'), "") }
}

#[test]
fn iptc_7901_messages_and_desk_material() {
    for controls in [true, false] {
        let stream = iptc(1, "Harbour opens", "The harbour opened.", controls)
            + "\r\n"
            + &iptc(2, "Ferry sails", "The ferry sails.", controls);
        let parsed = read(&stream);
        let found: Vec<(&str, String)> =
            parsed.items.iter().map(|item| (item.meta.headline.as_str(), html(item))).collect();
        assert_eq!(
            found,
            [
                ("Harbour opens", "<p>The harbour opened.</p>".to_string()),
                ("Ferry sails", "<p>The ferry sails.</p>".to_string())
            ]
        );
    }
    for desk in [
        "## Redaktionelle Kontakte\r\n- Autor: Tom Brandt, +47 000",
        "Kontakt: Tom Brandt, tom@x.example, +47 000",
        "# Notizblock\r\n- Hafen",
    ] {
        let item = one(iptc(1, "Harbour opens", &format!("The harbour opened.\r\n\r\n{desk}"), true));
        assert_eq!(html(&item), "<p>The harbour opened.</p>", "{desk}");
        assert!(!item.meta.notes.is_empty());
    }
    let item = one(iptc(1, "ECONOMIE:\r\nBERNE:\r\nLe port ouvre", "Le port.", true));
    assert_eq!((item.meta.kicker.as_deref(), item.meta.headline.as_str()), (Some("ECONOMIE"), "Le port ouvre"));
    assert_eq!(
        one(iptc(1, "(Sperrfrist: 19. November, 06.00 Uhr)\r\nHafen offen", "Text.", true)).meta.status,
        Status::Withheld
    );
    let item = one(iptc(1, "Harbour", "It opened.\r\n\r\n- one is\r\nhere\r\n- two", true));
    assert_eq!(html(&item), "<p>It opened.</p><ul><li>one is here</li><li>two</li></ul>");
}

/// An ANPA 1312 message with this priority line and text.
fn anpa(start: &str, line: &str, text: &str, stamp: &str) -> String {
    format!("{start}W0815\u{1f}asian\r\n{line}\r\n\u{2}{text}\u{3}{stamp}<\r\n\u{c}\u{4}")
}

#[test]
fn anpa_1312_messages_tables_and_holds() {
    let line = "r a\u{13}\u{11} BC-NO--Halden-Storm   11-18 0120";
    let text = "^BC-NO--Halden-Storm,100<\r\n^Storm passes<\r\n\t   HALDEN, Norway (AP) _ The storm passed.\r\n";
    let stamp = "AP-WF-11-18-26 1509EST";
    for start in ["\u{16}\u{16}\u{1}", "\u{16}\u{16}\u{16}\u{1}", "\u{1}", ""] {
        let message = anpa(start, line, text, stamp);
        let parsed = read(message.clone() + &message.replace("0815", "0816"));
        assert_eq!(parsed.items.len(), 2, "{start:?}: {:?}", parsed.diagnostics);
        let item = &parsed.items[0];
        assert_eq!((item.meta.headline.as_str(), item.meta.provider.as_deref()), ("Storm passes", Some("AP")));
        assert_eq!(item.meta.version_created.unwrap().to_string(), "2026-11-18T15:09:00-05:00");
    }
    let table =
        "^BC-Table,10<\r\n^Table<\r\n^By The Wire=\r\n\t W L T\r\nHalden 1 2 3<\r\nMoss 2 3 4<\r\nLarvik 4 5 6<\r\n";
    let item = one(anpa("\u{1}", "r s\u{14}\u{12} BC-Table   11-18 0120", table, stamp));
    assert!(html(&item).contains("<pre>Halden 1 2 3Moss 2 3 4Larvik 4 5 6</pre>"), "{}", html(&item));
    for (line, text) in [
        (line, text.replace("BC-NO--Halden-Storm,", "ADV23-NO--Halden-Storm,")),
        (line, text.replace("Storm,100", "Storm, ADV23,100")),
        ("u a\u{13}\u{11} BC-Halden,KILL   11-18 0120", text.to_string()),
        (line, text.replace("Storm,100", "Storm, ELIM,100")),
    ] {
        assert_eq!(one(anpa("\u{1}", line, &text, stamp)).meta.status, Status::Withheld, "{line} {text}");
    }
    let item = one(anpa("\u{1}", line, &text.replace("passed", "\u{1b}(Bpa\u{e}ss\u{f}ed"), stamp));
    assert_eq!(html(&item), "<p>The storm passed.</p>");
    // A slug is short: a message that lost its line ends keeps all its text.
    let text = text.replace("passed", &"passed the islands ".repeat(20));
    let message = anpa("\u{16}\u{16}\u{1}", line, &text, stamp).replace("\r\n", "\u{b}");
    let item = one(message.split('\u{3}').next().unwrap());
    assert!(html(&item).contains("passed the islands passed"), "{}", html(&item));
}

#[test]
fn plain_text_envelopes_and_embargoes() {
    let story = |before: &str, after: &str| {
        format!(
            "{before}Port of Halden opens after long strike\n\n{after}Halden, Nov 18 (EFE).- The port opened.\n\nThe end. EFE ar-jlr/sc\n"
        )
    };
    let item = one(story("", ""));
    assert_eq!(
        (html(&item).as_str(), item.meta.signoff.as_deref()),
        ("<p>The port opened.</p><p>The end.</p>", Some("ar-jlr/sc"))
    );
    for (before, after) in [
        ("EMBARGOED until 0600 GMT Nov 19\n\n", ""),
        ("Sperrfrist: 19. November, 06.00 Uhr\n\n", ""),
        ("", "(EMBARGOED TO 0001 FRIDAY)\n\n"),
        ("", "HOLD FOR RELEASE AT NOON\n\n"),
    ] {
        let item = one(story(before, after));
        assert_eq!(
            (item.meta.status, item.meta.headline.as_str()),
            (Status::Withheld, "Port of Halden opens after long strike"),
            "{before}{after}"
        );
    }
    assert_eq!(one(story("FOR IMMEDIATE RELEASE\n\n", "")).meta.status, Status::Usable);
    let about = story("", "").replace("Port of Halden opens after long strike", "Trade embargo on Halden ends");
    assert_eq!(one(about).meta.status, Status::Usable);
    let two = format!("ZCZC A1\n{}NNNN\n\nZCZC A2\n{}NNNN\n", story("", ""), story("", "").replace("Port", "Ferry"));
    assert_eq!(read(two).items.len(), 2);
}

#[test]
fn breaks_part_paragraphs_where_nothing_else_does() {
    let line = "Cranes stood still at the port of Halden for a second day on Wednesday, the harbour master said.";
    let set = |body: &str| format!("<contentSet><inlineXML><html><body>{body}</body></html></inlineXML></contentSet>");
    let item = one(g2("", "", &set(&format!("{line}<br/>{line}"))));
    assert_eq!(item.body.len(), 2);
    assert_eq!(one(g2("", "", &set("<p>Port Road 1<br/>Halden</p>"))).body.len(), 1);
    assert_eq!(one(g2("", "", &set("<p>One is.<br/>    Two is.</p>"))).body.len(), 2);
}

#[test]
fn xml_that_declares_nothing_is_utf_8() {
    let text = g2("", "", TEXT).replace("still", "caf\u{e9}");
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let parsed = read(&latin);
    assert_eq!(parsed.charset, Some("windows-1252"));
    assert!(parsed.diagnostics.iter().any(|one| one.message.contains("is not UTF-8")), "{:?}", parsed.diagnostics);
    assert!(html(&parsed.items[0]).contains("caf\u{e9}"));
}

/// Copy that says usable and all the same must not be published, by what its desk says elsewhere.
#[test]
fn kills_in_words_and_signals_hold_a_story() {
    let withheld = |text: String| assert_eq!(one(&text).meta.status, Status::Withheld, "{text}");
    for meta in [
        "<edNote>MANDATORY KILL: The story is wrong.</edNote>",
        "<edNote>Story withdrawn by the agency</edNote>",
        "<edNote role='x:anything'>La dépêche est annulée</edNote>",
        "<signal qcode='sig:kill'/>",
        "<pubStatus qcode='stat:usable'/><pubStatus qcode='stat:withheld'/>",
    ] {
        withheld(g2(meta, "", TEXT));
    }
    for headline in ["ZURÜCKGEZOGEN: Hafen", "(ANULADA) Grúas", "ANNULATION - Halden", "BULLETIN KILL Halden"] {
        withheld(g2("", "", TEXT).replace("Port", headline));
    }
    for management in ["<Instruction FormalName='Delete'/>", "<NewsItemType FormalName='Kill'/>"] {
        withheld(newsml(management, "<ContentItem><DataContent><p>Cranes.</p></DataContent></ContentItem>"));
    }
    for text in [
        "MANDATORY KILL\n\n",
        "Eds: MANDATORY KILL. Do not use.\n\n",
        "ANULA\n\n",
        "(ATENCION: Elimine la noticia)\n\n",
    ] {
        withheld(format!("{text}Port of Halden opens\n\nHalden, Nov 18 (EFE).- It opened.\n\nThe end.\n"));
    }
    for head in [
        "ANNULATION\r\nHalden: les grues",
        "Zurückziehung: Hafen",
        "(Achtung: Die Meldung wird zurückgezogen.)\r\nHafen",
    ] {
        withheld(iptc(1, head, "Text.", true));
    }
    withheld("{\"uri\": \"u\", \"type\": \"text\", \"headline\": \"A\", \"body_html\": \"<p>B.</p>\", \"genre\": [{\"name\": \"Kill\"}]}".to_string());
    // What replaces another story, or reports a former one, is not a kill.
    for meta in [
        "<edNote>Replaces earlier story, which was withdrawn</edNote>",
        "<edNote>Adds police report of two killed</edNote>",
    ] {
        assert_eq!(one(g2(meta, "", TEXT)).meta.status, Status::Usable, "{meta}");
    }
    assert_eq!(one(g2("", "", TEXT).replace("Port", "ANNULE ET REMPLACE: Port")).meta.status, Status::Usable);
}

#[test]
fn embargoes_in_any_place_hold_a_story() {
    let withheld = |text: String| assert_eq!(one(&text).meta.status, Status::Withheld, "{text}");
    let long = format!("<edNote>{} EMBARGOED UNTIL Thursday 06:00.</edNote>", "Sent for planning only. ".repeat(30));
    for meta in [
        "<edNote>EMBARGO</edNote>",
        "<edNote>EMBARGO 10:00 GMT</edNote>",
        "<edNote role='x:info'>Embargo do 19.11. 06:00</edNote>",
        "<edNote>Klausuleret til onsdag kl. 18</edNote>",
        "<edNote>Эмбарго до 18:00</edNote>",
        "<embargoed>2031-11-19T06:00:00 CET</embargoed>",
        &long,
    ] {
        withheld(g2(meta, "", TEXT));
    }
    let rights = "<rightsInfo><usageTerms>Embargoed until 19 November</usageTerms></rightsInfo>";
    withheld(g2("", "", &format!("{TEXT}{rights}")));
    for line in
        ["*** SOB EMBARGO ATÉ 18:00 ***", "ACHTUNG: Sperrfrist Mittwoch, 18.00 Uhr", "محظور النشر حتى الساعة 18:00"]
    {
        withheld(format!("Port of Halden opens\n\n{line}\n\nHalden, Nov 18 (EFE).- It opened.\n"));
    }
    let ninjs = |more: &str| {
        one(format!(
            "{{\"uri\": \"u\", \"type\": \"text\", \"headline\": \"A\", \"body_html\": \"<p>B.</p>\", {more}}}"
        ))
    };
    assert_eq!(ninjs("\"embargoed\": 1795075200").meta.status, Status::Withheld);
    assert_eq!(ninjs("\"embargo_text\": \"until noon\"").meta.status, Status::Withheld);
    assert!(ninjs("\"embargoDate\": \"2031-01-01T00:00:00Z\"").meta.embargoed_until.is_some());
    assert_eq!(ninjs("\"embargo\": false").meta.status, Status::Usable);
    let line = "r a\u{13}\u{11} BC-NO--Halden   11-18 0120";
    for note in ["ADVANCE FOR SUNDAY, NOV. 22", "Eds: For release Sunday, Nov. 22, and thereafter."] {
        withheld(anpa(
            "\u{1}",
            line,
            &format!("^BC-NO--Halden,10<\r\n^Storm<\r\n^{note}<\r\n\t   HALDEN (AP) _ It passed.\r\n"),
            "",
        ));
    }
    withheld(anpa("\u{1}", line, "^BC-NO--Halden, HFR,10<\r\n^Storm<\r\n\t   HALDEN (AP) _ It passed.\r\n", ""));
    let released = "<nitf><head><docdata><doc-id id-string='a'/><date.release>20311118T120000Z</date.release></docdata></head><body><body.head><hedline><hl1>A</hl1></hedline></body.head><body.content><p>B.</p></body.content></body></nitf>";
    assert!(one(released).meta.embargoed_until.is_some(), "a release without a day of issue, and without norm");
    for usable in ["<edNote>Adds reaction to embargo on oil</edNote>", "<edNote>Embargo lifted</edNote>"] {
        assert_eq!(one(g2(usable, "", TEXT)).meta.status, Status::Usable, "{usable}");
    }
}

#[test]
fn xml_text_is_whole_and_its_escapes_are_resolved() {
    let set = |body: &str| format!("<contentSet><inlineXML><html><body>{body}</body></html></inlineXML></contentSet>");
    let item = one(g2(
        "",
        "",
        &set("&lt;p&gt;HALDEN (AP) - Cranes &amp;amp; ships.&lt;/p&gt;&lt;p&gt;Two&lt;br/&gt;b.&lt;/p&gt;"),
    ));
    assert_eq!(html(&item), "<p>Cranes &amp; ships.</p><p>Two<br/>b.</p>");
    assert_eq!(html(&one(g2("", "", &set("<p>A&amp;nbsp;b &amp;quot;c&amp;quot;</p>")))), "<p>A b &quot;c&quot;</p>");
    let base64 = "<contentSet><inlineData contenttype='text/plain' encoding='http://cv.iptc.org/newscodes/encoding/base64'>Q3JhbmVzIHN0b29kIHN0aWxsLg==</inlineData></contentSet>";
    assert_eq!(html(&one(g2("", "", base64))), "<p>Cranes stood still.</p>");
    let encoded = "<ContentItem><Encoding Notation='Base64'><DataContent>Q3JhbmVzIHN0b29kIHN0aWxsLg==</DataContent></Encoding></ContentItem>";
    assert_eq!(html(&one(newsml("", encoded))), "<p>Cranes stood still.</p>");
    let bare = "<nitf><body><body.head><hedline><hl1>Port</hl1></hedline></body.head><body.content>One.\n\n   Two.\n\n   Three.</body.content></body></nitf>";
    assert_eq!(html(&one(bare)), "<p>One.</p><p>Two.</p><p>Three.</p>");
    assert_eq!(read("<newsMessage><header/><itemSet/></newsMessage>").outcome(), Outcome::NotStory);
}

#[test]
fn the_headline_is_the_main_one_in_the_language_of_the_item() {
    let item = |headlines: &str| {
        one(g2("", headlines, TEXT)
            .replace("<headline>Port</headline>", "")
            .replace("version='2'", "version='2' xml:lang='en'"))
    };
    let found = item(
        "<headline role='hldrole:short'>A</headline><headline role='hldrole:main'>B</headline><headline role='hldrole:sub'>C</headline><headline role='x:kicker'>D</headline>",
    );
    assert_eq!(
        (found.meta.headline.as_str(), found.meta.subheadline.as_deref(), found.meta.kicker.as_deref()),
        ("B", Some("C"), Some("D"))
    );
    assert_eq!(
        item("<headline xml:lang='fr'>Grues</headline><headline xml:lang='en-GB'>Cranes</headline>").meta.headline,
        "Cranes"
    );
    let ninjs = one(
        "{\"uri\": \"u\", \"type\": \"text\", \"version\": 3.0, \"headlines\": [{\"role\": \"short\", \"value\": \"A\"}, {\"role\": \"headline\", \"value\": \"B\"}], \"bodies\": [{\"contenttype\": \"text/html\", \"value\": \"<p>C.</p>\"}], \"rightsinfo\": {\"usageterms\": \"Terms\"}}",
    );
    assert_eq!(
        (ninjs.meta.headline.as_str(), ninjs.version(), ninjs.meta.usage_terms.as_deref()),
        ("B", 3, Some("Terms"))
    );
    let lines = "{\"uri\": \"a\", \"type\": \"text\", \"headline\": \"A\", \"body_text\": \"B.\"}\n{\"uri\": \"b\", \"type\": \"text\", \"headline\": \"A\", \"body_text\": \"B.\"}\n";
    assert_eq!(read(lines).items.len(), 2);
}

#[test]
fn bylines_titles_and_last_lines() {
    let nitf = |head: &str, content: &str, end: &str| {
        one(format!(
            "<nitf><body><body.head><hedline><hl1>Port</hl1></hedline>{head}</body.head><body.content>{content}</body.content>{end}</body></nitf>"
        ))
    };
    let by = "<byline>By <person>Ana Reyes</person></byline><byline>By <person>Tom Brandt</person></byline>";
    assert_eq!(nitf(by, "<p>A.</p>", "").byline.as_deref(), Some("Ana Reyes, Tom Brandt"));
    // A line below the name says what the writer is.
    for (by, expected) in [
        ("<by>By Ana Reyes<br/>AP Business Writer</by>", "Ana Reyes"),
        ("<by>Ana Reyes<br/>Tom Brandt</by>", "Ana Reyes, Tom Brandt"),
        ("<by>By<br/>Ana Reyes</by>", "Ana Reyes"),
        ("<by>Ana Reyes<br/>and Tom Brandt</by>", "Ana Reyes and Tom Brandt"),
        ("<by>Ana Reyes</by><by>Reuters</by>", "Ana Reyes, Reuters"),
    ] {
        assert_eq!(one(g2("", by, TEXT)).byline.as_deref(), Some(expected), "{by}");
    }
    let item = nitf(
        "",
        "<p>By Ana Reyes</p><p>AP Business Writer</p><p>HALDEN (AP) — Cranes.</p>",
        "<body.end><tagline>For desks</tagline></body.end>",
    );
    assert_eq!((html(&item).as_str(), item.byline.as_deref()), ("<p>Cranes.</p>", Some("Ana Reyes")));
    assert!(item.meta.notes.iter().any(|(_, text)| text == "For desks"));
    for last in [
        "((ana.reyes@x.example; +47 000; Messaging: ana@x.example))",
        "Keywords: HALDEN CRANES/",
        "(ANI)",
        "--IANS",
        "(©NTB)",
        "-- BERNAMA",
        "ana@x.example\n(END)",
        "(Schluss) abc/def",
        "Y12-ABC/ DEF",
        "PTI ABC DEF",
    ] {
        let item =
            one(format!("Port of Halden opens\n\nHALDEN, Nov 18 (AP) - It opened.\n\nThe end of it.\n\n{last}\n"));
        assert_eq!(html(&item), "<p>It opened.</p><p>The end of it.</p>", "{last}");
    }
    let item = one("By Ana Reyes, PA\n\nPort of Halden opens\n\nHALDEN, Nov 18 (AP) - It opened.\n\nThe end.\n");
    assert_eq!((item.meta.headline.as_str(), item.byline.as_deref()), ("Port of Halden opens", Some("Ana Reyes, PA")));
    // A note right above the text does not take the lead with it.
    let item = one("Port of Halden opens\n\nEds: Adds quotes.\nHALDEN (AP) — It opened.\n\nThe end.\n");
    assert_eq!(
        (html(&item).as_str(), item.meta.ed_note.as_deref()),
        ("<p>It opened.</p><p>The end.</p>", Some("Eds: Adds quotes."))
    );
    let item = one("BC-NORWAY-PORT\n\nURGENT\n\nPort of Halden opens\n\nHALDEN (AP) _ It opened.\n\nThe end.\n");
    assert_eq!(
        (item.meta.headline.as_str(), item.meta.slugline.as_deref()),
        ("Port of Halden opens", Some("BC-NORWAY-PORT"))
    );
    assert!(one("Port\n\nLiebe Kunden,\n\nder Bericht kommt um 15.00.\n").meta.advisory);
}

#[test]
fn headers_of_other_agencies() {
    let message = |line: &str, head: &str, foot: &str| {
        format!(
            "\u{1}{line}\r\n\r\nPort/\r\n\u{2}{head} =\r\n\r\nHalden (dpa) - It opened.\r\n\r\ndpa ab cd\r\n\u{3}{foot}\r\n"
        )
    };
    for line in
        ["bdt0123 4 PL 110  dpa 0456", "i0123 4 pol 110 efe", "afxde0123 4 wi 110 dpa", "BIN045 3 GEN 0 F BELGA"]
    {
        let parsed = read(message(line, "Port opens", "181030Z NOV 26"));
        assert_eq!(parsed.format, Some(wire::Format::Iptc7901), "{line}");
        assert_eq!(
            (html(&parsed.items[0]).as_str(), parsed.items[0].meta.version_created.unwrap().to_string().as_str()),
            ("<p>It opened.</p>", "2026-11-18T10:30:00Z")
        );
    }
    for (head, take, headline) in [
        ("2. Lead\r\nPort opens", "2. Lead", "Port opens"),
        ("Zusammenfassung 1530\r\nPort opens", "Zusammenfassung 1530", "Port opens"),
    ] {
        let item = one(message("bdt0123 4 pl 110  dpa 0456", head, "181030 Nov 26"));
        assert_eq!((item.meta.take.as_deref(), item.meta.headline.as_str()), (Some(take), headline));
    }
    let notes = message("bdt0123 4 pl 110  dpa 0456", "Port opens", "181030 Nov 26")
        .replace("dpa ab cd", "Notizblock\r\n\r\n- Autor: Ana\r\n\r\ndpa ab cd");
    assert_eq!(html(&one(notes)), "<p>It opened.</p>");
    let line = "b a\u{13}\u{11} BC-NO--Halden   11-18 0020";
    let text = "^BC-NO--Halden, 1st Ld,20<\r\n^BULLETIN<\r\n\t   HALDEN (AP) _ Cranes stood still.\r\n";
    for message in [
        anpa("\u{16}\u{16}\u{1}", line, text, "AP-CS-11-18-26\r\n1509EST"),
        anpa("\u{16}\u{16}\u{1}", line, text, "AP-CS-11-18-26 1509EST").replace("\r\n", "\r"),
    ] {
        let item = one(&message);
        assert_eq!(
            (item.meta.headline.as_str(), item.meta.headline_derived),
            ("Cranes stood still.", true),
            "{message:?}"
        );
        assert_eq!(item.meta.version_created.unwrap().to_string(), "2026-11-18T15:09:00-05:00", "{message:?}");
    }
    let plain = anpa(
        "\u{1}",
        line,
        "AM-Halden,120\r\nStorm passes\r\nBy Ana Reyes\r\nAP Writer\r\n   HALDEN (AP) _ It passed.\r\n",
        "",
    );
    let item = one(plain);
    assert_eq!(
        (item.meta.headline.as_str(), item.byline.as_deref(), html(&item).as_str()),
        ("Storm passes", Some("Ana Reyes"), "<p>It passed.</p>")
    );
}

#[test]
fn bytes_of_two_character_sets() {
    let mut text = "Grève à Halden\n\nHalden, 18 nov (AFP) - Les grues à l’arrêt été ".as_bytes().to_vec();
    text.extend(b"d\xe9j\xe0.\n");
    let parsed = read(&text);
    assert_eq!((parsed.charset, parsed.items[0].meta.headline.as_str()), (Some("utf-8"), "Grève à Halden"));
    assert!(html(&parsed.items[0]).contains("été déjà"));
    assert!(parsed.diagnostics.iter().any(|one| one.message.contains("is not UTF-8")), "{:?}", parsed.diagnostics);
}

#[test]
fn nothing_before_the_markup_hides_it() {
    let withheld = g2("<pubStatus qcode='stat:withheld'/>", "", TEXT);
    assert_eq!(one(format!("\u{feff}\u{feff}{withheld}")).meta.status, Status::Withheld);
    assert_eq!(read(format!("?? <?xml version='1.0'?>{withheld}")).outcome(), Outcome::Error);
    assert_eq!(read("x({\"uri\": \"u\", \"pubstatus\": \"withheld\", \"headline\": \"A\"})").outcome(), Outcome::Error);
}

#[test]
fn notes_in_the_text_and_what_a_text_leaves_unsaid() {
    let set = |body: &str| format!("<contentSet><inlineXML><html><body>{body}</body></html></inlineXML></contentSet>");
    let item = one(g2(
        "",
        "",
        &set("<p>(Adds quote) HALDEN (AP) - One.</p><p>Eds: Call the desk.</p><p>Two.</p><p>EDS: More follows.</p>"),
    ));
    assert_eq!(html(&item), "<p>One.</p><p>Two.</p>");
    assert_eq!(item.meta.ed_note.as_deref(), Some("Eds: Call the desk. EDS: More follows. (Adds quote)"));
    let item = one(g2("", "", &set("<p>(Corrects name in first paragraph) HALDEN (AP) - One.</p>")));
    assert_eq!(
        (html(&item).as_str(), item.meta.correction.as_ref().map(|correction| correction.note.as_str())),
        ("<p>One.</p>", Some("Corrects name in first paragraph"))
    );
    let item = one(g2(
        "",
        "",
        &set("<p>One.</p><img src='javascript:x' alt='a'/><img src='data:image/png;base64,AA' alt='b'/>"),
    ));
    assert!(item.meta.associations.iter().all(|one| one.href.is_none()), "{:?}", item.meta.associations);
    let item = one(g2("", "", &set("<p>توقفت الرافعات في الميناء.</p>")).replace("Port", "توقف"));
    assert_eq!(item.meta.language.as_deref(), Some("ar"));
}

#[test]
fn lines_of_plain_text() {
    let text = |body: &str| one(format!("Port of Halden opens again\n\nHALDEN, Nov 18 (AP) - It opened.\n\n{body}\n"));
    let list = text("1. One is\n2. Two is\n3. Three is\n\nThe end.");
    assert_eq!(html(&list), "<p>It opened.</p><ol><li>One is</li><li>Two is</li><li>Three is</li></ol><p>The end.</p>");
    assert_eq!(html(&text("The end\nof it.\nREUTERS")), "<p>It opened.</p><p>The end of it.</p>");
    assert_eq!(
        html(&text("Photo shows cranes. (Xinhua/Ana Reyes)")),
        "<p>It opened.</p><p>Photo shows cranes. (Xinhua/Ana Reyes)</p>"
    );
    assert_eq!(
        html(&text("A &amp; B.\n\n<p>Two <b>c</b>.</p>")),
        "<p>It opened.</p><p>A &amp; B.</p><p>Two <strong>c</strong>.</p>"
    );
    let item = one("(EDS: Recasts throughout.)\nPort of Halden opens\n\nHALDEN (AP) — It opened.\n\nThe end.\n");
    assert_eq!(
        (item.meta.headline.as_str(), item.meta.ed_note.as_deref()),
        ("Port of Halden opens", Some("(EDS: Recasts throughout.)"))
    );
    let item = one("Port opens\n\nThis story has been updated.\n\nHALDEN (AP) — It opened.\n\nThe end.\n");
    assert_eq!(item.meta.headline, "Port opens");
    let line = "Cranes stood still at the port of Halden for a second day on Wednesday, the harbour master said.";
    let ninjs =
        format!("{{\"uri\": \"u\", \"type\": \"text\", \"headline\": \"A\", \"body_text\": \"{line}\\n{line}\"}}");
    assert_eq!(one(ninjs).body.len(), 2);
    let hidden = "{\"uri\": \"u\", \"type\": \"text\", \"headline\": \"A\", \"body_html\": \"<p>One.</p><p style='display: none'>Two.</p>\"}";
    assert_eq!(html(&one(hidden)), "<p>One.</p>");
}

#[test]
fn headers_over_plain_text() {
    let story = |head: &str| {
        one(format!(
            "{head}\nPort workers strike in Halden\n\nHALDEN (AP) — Cranes stood still.\n\n\"No,\" they said.\n"
        ))
    };
    for (head, slug, take) in [
        ("AFP 1203\n\nFRS0123 4 I 0312 FRA /AFP-CC45\nPolitique-port-grève\n", Some("Politique-port-grève"), None),
        ("Nº 123\nURGENTE\nHALDEN GRÚAS\n(Actualiza con declaraciones)\n", Some("HALDEN GRÚAS"), Some("URGENTE")),
        ("HALDEN GRÚAS\n(Ampliación)\n", Some("HALDEN GRÚAS"), None),
        ("huelga-puerto-Noruega URGENTE\n", Some("huelga-puerto-Noruega"), Some("URGENTE")),
        ("Lusa - Sociedade / 18-11-2026 / 10:15\n", None, None),
        ("PTI\nDEL45\nPORT STRIKE", Some("PORT STRIKE"), None),
        ("18.11.2026 10:15\nПОРТ-ЗАБАСТОВКА", Some("ПОРТ-ЗАБАСТОВКА"), None),
        ("NTB 18.11.2026 10:15\nHAST", None, Some("HAST")),
        ("+++ EILMELDUNG +++\n", None, Some("+++ EILMELDUNG +++")),
        (
            "a0123\nu w BC-NO--Halden-Strike, 1st Ld-Writethru   11-18 0312",
            Some("BC-NO--Halden-Strike"),
            Some("1st Ld-Writethru"),
        ),
        ("i\nBC-HALDEN-STRIKE\n312 words", Some("BC-HALDEN-STRIKE"), None),
        ("Slug: PORT-STRIKE\nWords: 312\n", Some("PORT-STRIKE"), None),
    ] {
        let item = story(head);
        assert_eq!(item.meta.headline, "Port workers strike in Halden", "{head}");
        assert_eq!((item.meta.slugline.as_deref(), item.meta.take.as_deref()), (slug, take), "{head}");
        assert_eq!(html(&item), "<p>Cranes stood still.</p><p>&quot;No,&quot; they said.</p>", "{head}");
        assert_eq!(item.meta.kicker, None, "{head}");
    }
    // Words for readers stay, and a line that is all there is.
    for kicker in ["Politics", "COVID-19", "COP30", "Franco-German", "MH370"] {
        assert_eq!(story(&format!("{kicker}\n")).meta.kicker.as_deref(), Some(kicker));
    }
    assert_eq!(one("URGENT\n").meta.headline, "URGENT");
    let item = one("Headline: Port opens\nByline: Ana Reyes\nDate: 18 Nov 2026\n\nHALDEN (AP) — It opened.\n");
    assert_eq!((item.meta.headline.as_str(), item.byline.as_deref()), ("Port opens", Some("Ana Reyes")));
    assert_eq!(item.meta.content_created.unwrap().to_string(), "2026-11-18");
    let item = one("Title: Port opens\nEmbargo: Friday 10:00\n\nHALDEN (AP) — It opened.\n");
    assert_eq!(item.meta.status, Status::Withheld);
    let item = one("Eds: UPDATES.\nPORT OPENS\nBy ANA REYES\nAssociated Press\n\nHALDEN (AP) — It opened.\n");
    assert_eq!((item.meta.headline.as_str(), item.byline.as_deref()), ("PORT OPENS", Some("ANA REYES")));
    assert_eq!(html(&item), "<p>It opened.</p>");
    for head in ["NTB 18.11.2026 10:15\nKLAUSULERT TIL 19.11. KL. 06\n", "AFP 123\nEMBARGO 19/11/2026 06:00"] {
        assert_eq!(
            (story(head).meta.status, story(head).meta.headline.as_str()),
            (Status::Withheld, "Port workers strike in Halden")
        );
    }
    assert_eq!(one("Port opens\n\nNovember 18, 2026 08:00 PM Eastern Standard Time\n\nHALDEN, Norway--(BUSINESS WIRE)--It opened.\n\nAll is well.\n").body.len(), 2);
    // The first paragraph, in want of a headline.
    let item = one("HALDEN, Norway -- Cranes stood still.\n\n\"No,\" they said.\n");
    assert!(item.meta.headline_derived && item.meta.dateline.unwrap().place.as_deref() == Some("HALDEN, Norway"));
}

#[test]
fn last_lines_of_other_agencies() {
    let text = |last: &str| {
        one(format!("Port of Halden opens again\n\nHALDEN, Nov 18 (AP) - It opened.\n\nAll is well.{last}\n"))
    };
    for (last, signoff) in [
        (" PTI ABC DE DE", Some("PTI ABC DE DE")),
        ("\n\nmfl\n181015 NOV 26\nends", Some("mfl")),
        ("\n\nab cd", Some("ab cd")),
        ("\n\n/АБ/", Some("/АБ/")),
        ("\n\nABC-DE\n18-NOV-26 10:15", Some("ABC-DE")),
        ("\nEnditem/bl", None),
        ("\n(MORE)", None),
        ("\n\n(Reporting by Ana Reyes) ((ana@x.example; +47 000))", None),
    ] {
        let item = text(last);
        let credit = if last.contains("Reporting") { "<p>(Reporting by Ana Reyes)</p>" } else { "" };
        assert_eq!(html(&item), format!("<p>It opened.</p><p>All is well.</p>{credit}"), "{last}");
        assert_eq!(item.meta.signoff.as_deref(), signoff, "{last}");
    }
    assert_eq!(text("\n\n(By Ana Reyes)").byline.as_deref(), Some("Ana Reyes"));
    assert_eq!(text("\n\nAna Ek/TT").byline.as_deref(), Some("Ana Ek/TT"));
    assert_eq!(html(&text("\n___\nFollow Ana.")), "<p>It opened.</p><p>All is well.</p><hr/><p>Follow Ana.</p>");
}

#[test]
fn keys_that_stand_twice() {
    let ninjs =
        |keys: &str| read(format!("{{\"uri\": \"u\", \"type\": \"text\", {keys}, \"body_text\": \"It opened.\"}}"));
    let parsed = ninjs("\"headline\": \"A\", \"headline\": \"B\"");
    assert_eq!((parsed.outcome(), parsed.items[0].meta.headline.as_str()), (Outcome::Story, "B"));
    assert!(parsed.diagnostics.iter().any(|one| one.message.contains("`headline` appears twice")));
    for keys in
        ["\"pubstatus\": \"withheld\", \"pubstatus\": \"usable\"", "\"embargoed\": \"2030-01-01\", \"embargoed\": null"]
    {
        assert_eq!(ninjs(&format!("\"headline\": \"A\", {keys}")).outcome(), Outcome::NotPublished, "{keys}");
    }
    let parsed = ninjs("\"headline\": \"A\", \"headline\": \"A\"");
    assert!(parsed.diagnostics.iter().all(|one| !one.message.contains("twice")));
    let two = "{\"uri\": \"u\", \"type\": \"text\", \"headline\": \"A\", \"body_text\": \"It.\"}";
    assert_eq!(read(format!("{two}\n{two}")).items.len(), 2);
    assert_eq!(read(format!("{two} x")).outcome(), Outcome::Error);
}

#[test]
fn orders_and_advisories_in_envelopes() {
    let usable = "<Status FormalName='usable'/>";
    let content = "<ContentItem><DataContent><p>Cranes.</p></DataContent></ContentItem>";
    let item = one(newsml(&format!("{usable}<Instruction FormalName='Withhold'/>"), content));
    assert_eq!(item.meta.status, Status::Withheld);
    let update =
        newsml(usable, "").replace("<NewsComponent></NewsComponent>", "<Update><Replace DuidRef='a'/></Update>");
    assert_eq!(read(update).outcome(), Outcome::NotStory);
    assert!(one(g2("<role qcode='nrol:advisory'/>", "", TEXT)).meta.advisory);
    assert_eq!(one(g2("<link rel='irel:supersedes' residref='urn:x:0'/>", "", TEXT)).meta.replaces, ["urn:x:0"]);
    let frac = "<nitf><body><body.head><hedline><hl1>A</hl1></hedline></body.head><body.content><p>At <num>5<frac><frac-num>1</frac-num><frac-sep>/</frac-sep><frac-den>2</frac-den></frac></num> now.</p></body.content></body></nitf>";
    assert_eq!(html(&one(frac)), "<p>At 5 1/2 now.</p>");
    let line = "d f\u{13}\u{11} COLUMN-PORT   11-18 0120";
    let text = "^(For use by clients of the service only)<\r\n^By ANA REYES=\r\n^c.2026 Halden News=\r\n\t   HALDEN _ It opened.\r\n^(Optional trim begins)<\r\n\t   All is well.\r\n^ENDIT PORT<\r\n";
    let item = one(anpa("\u{16}\u{16}\u{1}", line, text, ""));
    assert_eq!(html(&item), "<p>It opened.</p><p>All is well.</p>");
    assert_eq!(item.meta.copyright_notice.as_deref(), Some("c.2026 Halden News"));
}
