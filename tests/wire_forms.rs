//! Forms in which agencies set codes, credits, corrections and captions around a text, on small copy of our own.

use dateline::story::Status;
use dateline::wire::{self, Context, Outcome, WireItem, markup};

/// The one story of a text.
fn one(text: impl AsRef<[u8]>) -> WireItem {
    let context = Context { date: "2026-11-18".parse().ok(), ..Context::default() };
    let mut parsed = wire::read(text.as_ref(), "x", &context);
    assert_eq!(parsed.items.len(), 1, "{:?}", parsed.diagnostics);
    parsed.items.remove(0)
}

fn html(item: &WireItem) -> String {
    markup::html(&item.body).replace('\n', "")
}

fn anpa(slug: &str, text: &str) -> String {
    format!("\u{16}\u{16}\u{1}f0096\u{1f}longs\r\n{slug}\r\n\u{2}{}\r\n\u{3}\r\n", text.replace('\n', "\r\n"))
}

fn g2(content: &str, body: &str) -> String {
    format!(
        "<newsItem guid='urn:x:1' version='2'><itemMeta><itemClass qcode='ninat:text'/><versionCreated>2026-11-18T10:15:00Z</versionCreated>\
         </itemMeta><contentMeta><headline>Port opens again</headline>{content}</contentMeta>\
         <contentSet><inlineXML><html><body>{body}</body></html></inlineXML></contentSet></newsItem>"
    )
}

fn nitf(docdata: &str, head: &str, body: &str) -> String {
    format!(
        "<nitf><head><docdata>{docdata}<date.issue norm='20261118T101500Z'/></docdata></head><body><body.head>\
         <hedline><hl1>Port opens</hl1></hedline>{head}</body.head><body.content>{body}</body.content></body></nitf>"
    )
}

fn newsml1(id: &str, components: &str) -> String {
    format!(
        "<NewsML><NewsItem><Identification><NewsIdentifier><PublicIdentifier>{id}</PublicIdentifier></NewsIdentifier></Identification>\
         <NewsManagement><FirstCreated>20261118T101500Z</FirstCreated><Status FormalName='Usable'/></NewsManagement>{components}</NewsItem></NewsML>"
    )
}

#[test]
fn a_row_of_values_is_no_headline() {
    let rows = "HALDEN COIN PRICES - MAY 4 crown 142-152 ducat 126-136 mark\nold 150-160 mark new 148-158 eagle 750-900\n639-654 florin 519-523 bar 20400-20650";
    let item = one(anpa("u f BC-HALDEN-COINS   05-04 0028", rows));
    assert_eq!(item.meta.status, Status::Withheld);
    let story =
        "PORT OF HALDEN CLOSES AFTER STORM\n    HALDEN, May 4 - The port of Halden closed on Monday after a storm.";
    assert_eq!(one(anpa("u f BC-HALDEN-PORT   05-04 0028", story)).meta.status, Status::Usable);
}

#[test]
fn a_message_without_its_priority_line_is_kept_withheld() {
    let text = "\u{16}\u{16}\u{1}f0096\u{1f}longs\r\n\u{2}PORT OF HALDEN CLOSES AFTER STORM\r\n    HALDEN, May 4 - The port closed on Monday.\r\n\u{3}\r\n";
    let item = one(text);
    assert_eq!(
        (item.meta.status, item.meta.headline.as_str()),
        (Status::Withheld, "PORT OF HALDEN CLOSES AFTER STORM")
    );
    assert_eq!(html(&item), "<p>The port closed on Monday.</p>");
}

#[test]
fn what_is_added_to_a_text_has_no_headline() {
    let text = "BC-HALDEN-Port, 1st Add,0979<\r\n^HALDEN: the port.<\r\n   Ships waited in the bay on Monday, said the master.";
    let item = one(anpa("r i BC-HALDEN-Port 1stAdd   05-04 0979", text));
    assert!(item.meta.headline.starts_with("Ships waited"), "{}", item.meta.headline);
    let text = "BC-HALDEN-Port, 1st Ld,0979<\r\n^Port opens<\r\n   HALDEN (AP) _ Ships came in.\r\n   They left.\r\n^ The storm, 7th graf pvs<";
    assert_eq!(html(&one(anpa("r i BC-HALDEN-Port   05-04 0979", text))), "<p>Ships came in.</p><p>They left.</p>");
}

#[test]
fn codes_credits_and_corrections_around_a_text() {
    let item = one(g2("", "<p>HALDEN (AP) - Ships came in.</p><p>They left.</p>51 77 CRO01 1113 GEST GEST03"));
    assert_eq!(html(&item), "<p>Ships came in.</p><p>They left.</p>");
    let item = one(g2("", "<p>Longshore Sports</p><p>Port opens again</p><p>HALDEN (AP) - Ships came in.</p>"));
    assert_eq!(
        (html(&item).as_str(), item.meta.credit_line.as_deref()),
        ("<p>Ships came in.</p>", Some("Longshore Sports"))
    );
    let summary = "<description role='drol:summary'>Night desk &lt;desk@longshore.example&gt;</description>";
    assert_eq!(one(g2(summary, "<p>HALDEN (AP) - Ships came in.</p>")).meta.description, None);
    let pre = "<pre>------------\n      KORREKTUR-HINWEIS\n      In der Meldung muss es\n      Halden heissen.\n------------\n</pre>";
    let item = one(g2("", &format!("{pre}<p>HALDEN (AP) - Ships came in.</p>")));
    assert_eq!(item.meta.correction.map(|one| one.note).as_deref(), Some("In der Meldung muss es Halden heissen."));
    assert_eq!(markup::html(&item.body), "<p>Ships came in.</p>\n");
    let line = "<p>2.4.2026 16:02:09 CEST | Halden Port | Annual report</p>";
    let item = one(g2("", &format!("{line}<p>HALDEN (AP) - Ships came in.</p>")));
    assert_eq!(html(&item), "<p>Ships came in.</p>");
}

#[test]
fn nitf_heads() {
    let item = one(nitf("", "<byline>By Ana Reyes, <byttl>Port Writer</byttl>.</byline>", "<p>Ships came in.</p>"));
    assert_eq!(item.byline.as_deref(), Some("Ana Reyes"));
    let keys = "<doc-id id-string='urn-x-99-1:1562753522000'/><key-list><keyword key='Port/Storm/Halden/'/><keyword key='Halden, Norway'/></key-list>";
    let item = one(nitf(keys, "", "<p>Ships came in.</p>"));
    assert_eq!((item.uri(), item.version()), ("urn-x-99-1", 1_562_753_522_000));
    assert_eq!(item.meta.keywords, ["Port", "Storm", "Halden", "Halden, Norway"]);
    let rights =
        "<rights><rights.owner>Longshore</rights.owner><rights.owner.photo>ana.png</rights.owner.photo></rights>";
    assert_eq!(one(nitf("", rights, "<p>Ships came in.</p>")).meta.copyright_notice.as_deref(), Some("Longshore"));
    let item = one(nitf(
        "",
        "",
        "<p>Ships came in.<fn><fn-label>1</fn-label><fn-value>Two of them.</fn-value></fn></p><p>They left.</p>",
    ));
    assert_eq!(html(&item), "<p>Ships came in.</p><p>They left.</p><p>1 Two of them.</p>");
    let document = nitf("", "", "<p>Ships came in.</p>");
    let second = "<hl1>Port opens</hl1><hl2 class='ShortHeadLine'>By sea</hl2>";
    assert_eq!(one(document.replace("<hl1>Port opens</hl1>", second)).meta.subheadline, None);
}

#[test]
fn newsml1_clips_captions_and_takes() {
    let text = "<ContentItem><DataContent>Ships came in.</DataContent></ContentItem>";
    let clip = format!(
        "<NewsComponent><NewsLines><HeadLine>Port opens</HeadLine></NewsLines><NewsComponent><Role FormalName='Video'/>\
         <NewsLines><HeadLine>\"We wait\" (Ana Reyes)</HeadLine></NewsLines>{text}</NewsComponent></NewsComponent>"
    );
    let item = one(newsml1("urn:newsml:longshore.example:4625:1N", &clip));
    assert_eq!((item.meta.headline.as_str(), item.uri()), ("Port opens", "urn:newsml:longshore.example:4625"));
    let lines = "<NewsLines><HeadLine>Port opens</HeadLine><SubHeadLine>(Avance) PORT STORM</SubHeadLine></NewsLines>";
    let item = one(newsml1(
        "urn:newsml:longshore.example:20261118:a:1",
        &format!("<NewsComponent>{lines}{text}</NewsComponent>"),
    ));
    let parts = (item.meta.subheadline.as_deref(), item.meta.slugline.as_deref(), item.meta.take.as_deref());
    assert_eq!(parts, (None, Some("PORT STORM"), Some("Avance")));
    let data = "<NewsComponent><ContentItem><DataContent>&lt;Match&gt;&lt;Home&gt;Halden&lt;/Home&gt;&lt;Goals&gt;2&lt;/Goals&gt;&lt;/Match&gt;</DataContent></ContentItem></NewsComponent>";
    assert_eq!(html(&one(newsml1("urn:newsml:longshore.example:20261118:a:1", data))), "<p>Halden 2</p>");
    let picture = format!(
        "<NewsComponent>{lines}<NewsComponent><Role FormalName='Main'/>{text}</NewsComponent><NewsComponent><NewsComponent><Role FormalName='Main'/>\
         <ContentItem Href='a.jpg'><MediaType FormalName='Photo'/></ContentItem></NewsComponent><NewsComponent><Role FormalName='Caption'/>\
         <ContentItem><DataContent><nitf><body><body.head><hedline><hl1>Port opens</hl1></hedline></body.head><body.content><p>A ship</p></body.content></body></nitf>\
         </DataContent></ContentItem></NewsComponent></NewsComponent></NewsComponent>"
    );
    let item = one(newsml1("urn:newsml:longshore.example:20261118:a:1", &picture));
    assert_eq!(item.meta.associations[0].caption.as_deref(), Some("A ship"));
}

#[test]
fn iptc_7901_services() {
    let text = "lbn0000 4 vm 71  lbn 0000\n\nPort/Halden/\nFullStory\nPort opens again\nBy ANA REYES =\n\nHalden (dpa/lbn) - Ships came in to the Moss-\nHalden pier.\n  1. One ship\n  2. Two ships\n\n251100 Nov 26\n";
    let item = one(text);
    assert_eq!((item.meta.headline.as_str(), item.meta.provider.as_deref()), ("Port opens again", Some("dpa")));
    assert_eq!(
        html(&item),
        "<p>Ships came in to the Moss-Halden pier.</p><ol><li>One ship</li><li>Two ships</li></ol>"
    );
}

#[test]
fn what_machines_write_below_text_copy() {
    let item = one(
        "Port opens again\n\nHALDEN, Nov. 18 (Xinhua) -- Ships came in. enditem\n\n=08221026\n\nNNNN\n18:27 g # PAB\n",
    );
    assert_eq!(html(&item), "<p>Ships came in.</p>");
    let item = one("Port opens again\n\nHALDEN, Nov 18 AAP - Ships came in.\n\nThey left.\n\nAAP RACING\n");
    assert_eq!(html(&item), "<p>Ships came in.</p><p>They left.</p>");
    // The name of a service of results shows nothing.
    let results = wire::read(
        "RACE: HALDEN\n\nFirst the bay, then the grey one came in.\n\nAAP RESULTS\n".as_bytes(),
        "x",
        &Context::default(),
    );
    assert_eq!(results.outcome(), Outcome::NotPublished);
}
