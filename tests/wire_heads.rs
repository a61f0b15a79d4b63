//! What stands over and under the text of older services: notes, initials, routing and profiles, none of which is for readers.

use dateline::story::Status;
use dateline::wire::{self, Context, Parsed, WireItem, markup};

fn read(text: &str) -> Parsed {
    let parsed = wire::read(text.as_bytes(), "x", &Context { date: "2026-11-18".parse().ok(), ..Context::default() });
    let texts: Vec<String> = parsed
        .diagnostics
        .iter()
        .filter(|one| one.code.as_str().starts_with("text-"))
        .map(|one| one.message.clone())
        .collect();
    assert!(texts.is_empty(), "{texts:?}");
    parsed
}

fn one(text: &str) -> WireItem {
    let mut parsed = read(text);
    assert_eq!(parsed.items.len(), 1, "{:?}", parsed.diagnostics);
    parsed.items.remove(0)
}

fn html(item: &WireItem) -> String {
    markup::html(&item.body).replace('\n', "")
}

fn anpa(slug: &str, text: &str) -> String {
    format!(
        "\u{16}\u{16}\u{1}W0815\u{1f}longs\nr a\u{13}\u{11}{slug}   11-18 0120\n\u{2}{text}\u{3}LSW-11-18-26 1015GMT\u{4}\n"
    )
}

const TEXT: &str = "   HALDEN, Norway _ Ships left the port on Wednesday after\nthe storm.\n   Two stayed.\n";

#[test]
fn a_marked_headline_is_followed_by_notes_and_initials() {
    let item = one(&anpa(
        "BC-STORM-LSW",
        &format!(
            "BC-STORM-LSW<\nSHIPS LEAVE PORT OF HALDEN AFTER THE STORM, HARBOUR\nMASTER SAYS<\n   (ART ADV: A map is being sent to clients.\nOthers can call 000-0000.)\n(tb)\n By ANA REYES<\n c.2026 Longshore Wire<\n{TEXT}"
        ),
    ));
    assert_eq!(item.meta.headline, "SHIPS LEAVE PORT OF HALDEN AFTER THE STORM, HARBOUR MASTER SAYS");
    assert_eq!(item.byline.as_deref(), Some("ANA REYES"));
    assert_eq!(item.meta.signoff.as_deref(), Some("tb"));
    assert_eq!(item.meta.copyright_notice.as_deref(), Some("c.2026 Longshore Wire"));
    let note = item.meta.ed_note.as_deref().unwrap();
    assert_eq!(note, "(ART ADV: A map is being sent to clients. Others can call 000-0000.)");
    assert_eq!(html(&item), "<p>Ships left the port on Wednesday after the storm.</p><p>Two stayed.</p>");
    assert_eq!(item.meta.dateline.unwrap().text, "HALDEN, Norway");
    // A text may begin with a bracket, and a headline without a mark is found as before.
    let item = one(&anpa("BC-STORM", "BC-STORM<\nShips leave port<\n   (Halden) is a port, people say here.\n"));
    assert_eq!((item.meta.headline.as_str(), item.meta.ed_note.as_deref()), ("Ships leave port", None));
    assert_eq!(html(&item), "<p>(Halden) is a port, people say here.</p>");
    // An empty field of a headline: it stands below, over the byline.
    let item = one(&anpa(
        "BC-STORM",
        &format!("BC-STORM<\n<\n \t   Ships leave port\n    By Ana Reyes\n   c. 2026 Longshore Wire\n{TEXT}"),
    ));
    assert_eq!((item.meta.headline.as_str(), item.byline.as_deref()), ("Ships leave port", Some("Ana Reyes")));
    assert!(html(&item).starts_with("<p>Ships left"));
}

#[test]
fn fields_go_on_over_the_ends_of_lines() {
    let item = one(&anpa(
        "BC-Storm",
        &format!(
            "^BC-Storm, 1st Ld-Writethru,120<\n^Ships leave the port of Halden after a storm that kept\nthem for days<\n^EDS: UPDATES with harbour master; ALSO\nmoving on the sports wire.<\n^With BC-Storm-Map<\n^AP Photos LSW101-103<\n^By ANA REYES=\n^Associated Press Writer=\n\n\t{}",
            &TEXT[3..]
        ),
    ));
    assert_eq!(item.meta.headline, "Ships leave the port of Halden after a storm that kept them for days");
    assert_eq!(item.byline.as_deref(), Some("ANA REYES"));
    let note = item.meta.ed_note.as_deref().unwrap();
    assert_eq!(note, "UPDATES with harbour master; ALSO moving on the sports wire. With BC-Storm-Map");
    assert!(html(&item).starts_with("<p>Ships left the port"), "{}", html(&item));
    // Bylines and alarms may stand on lines without marks.
    let item = one(&anpa(
        "BC-Storm",
        &format!("^BC-Storm<\n^Ships leave port<\nURGENT\nBy ANA REYES\nAssociated Press Writer\n\t{}", &TEXT[3..]),
    ));
    assert_eq!((item.byline.as_deref(), item.meta.take.as_deref()), (Some("ANA REYES"), Some("URGENT")));
    assert!(html(&item).starts_with("<p>Ships left the port"), "{}", html(&item));
}

#[test]
fn a_profile_below_the_text_is_for_machines() {
    let profile = "(PROFILE\n(WS SL:BC-Storm; CT:i;\n(REG:EURO;)\n(LANG:ENGLISH;))\n)\n";
    let item = one(&anpa("BC-Storm", &format!("^BC-Storm<\n^Ships leave port<\n\t{}{profile}", &TEXT[3..])));
    assert!(html(&item).ends_with("<p>Two stayed.</p>"), "{}", html(&item));
    assert_eq!(item.meta.language.as_deref(), Some("en"));
    assert!(item.meta.notes.iter().any(|(kind, text)| kind == "routing" && text.contains("REG:EURO")));
}

#[test]
fn budgets_and_tests_are_for_desks() {
    let text = "BC-BUDGET-LSW<\nSPORTS BUDGET<\n   Longshore Wire plans to move the following for clients on Wednesday:\n   STORM (Halden) _ Ships leave port. 600 words.\n";
    assert!(one(&anpa("BC-BUDGET-LSW", text)).meta.advisory);
    let text = "BC-STORM<\nTHE OLD PORT<\n   (This ``separate buy'' article is available to clients; call 000-0000.)\n   HALDEN, Norway _ Ships left.\n";
    let item = one(&anpa("BC-STORM", text));
    assert_eq!(item.held.as_deref(), Some("the article has to be bought or arranged for"));
    let text = "BC-BUDGET<\nMINISTER SPEAKS ON BUDGET<\n   HALDEN, Norway _ The budget grows.\n";
    assert!(!one(&anpa("BC-BUDGET", text)).meta.advisory);
    assert_eq!(one("HALDEN, Nov 18 (LSW) - Dette er en test - vennligst overse.\n").meta.status, Status::Withheld);
}

#[test]
fn initials_and_services_below_the_text() {
    for last in [
        "(jt)",
        "(parf-dgs)",
        "sa-kl",
        "X X X",
        "Story Filed By Longshore Papers",
        "For Use By Clients of the Longshore Wire",
    ] {
        let item = one(&anpa("BC-Storm", &format!("^BC-Storm<\n^Ships leave port<\n\t{}{last}\n", &TEXT[3..])));
        assert!(html(&item).ends_with("<p>Two stayed.</p>"), "{last}: {}", html(&item));
    }
    for last in ["(more)", "no-no, she said", "by-law"] {
        let item = one(&anpa("BC-Storm", &format!("^BC-Storm<\n^Ships leave port<\n\t{}\t{last}.\n", &TEXT[3..])));
        assert!(html(&item).contains(last), "{last}: {}", html(&item));
    }
    let afp = "\u{1}FRA0064 1 G 0004 FRA\r\n\u{2}Ships leave port\r\n\r\nHalden (AFP) - Ships left.\r\n\r\nab/cd\r\n\r\n\u{3}AFP 181030 NOV 26\r\n\u{4}\r\n";
    assert_eq!(one(afp).meta.version_created.unwrap().to_string(), "2026-11-18T10:30:00");
}

#[test]
fn dashes_and_quotes_of_typewriters() {
    let text = "^BC-Storm<\n^Ships leave port<\n\tHALDEN, Norway (AP) _ A fleet of 90 ships _\nthe largest _ left. ``The `old' port is ours,'' she said.\n";
    let text = html(&one(&anpa("BC-Storm", text)));
    assert_eq!(text, "<p>A fleet of 90 ships — the largest — left. “The ‘old' port is ours,” she said.</p>");
    let text = "Ships leave port\n\nHALDEN, Norway (AP) -- ``We go,'' she said _ and went.\n\n''We stay'' and `x`.\n";
    assert!(html(&one(text)).starts_with("<p>“We go,” she said — and went.</p>"));
    // Without both marks nothing is touched.
    let text = "Ships leave port\n\nHALDEN, Norway (AP) -- It''s a fact _ she said.\n";
    assert_eq!(html(&one(text)), "<p>It''s a fact _ she said.</p>");
}

#[test]
fn codes_of_envelopes_are_for_desks() {
    let item = one(
        "ZCZC LSW\n%A\n#Court: Port\n$Ships may leave port\n\n:(HALDEN)\n&LSW\\reyesa\n*02000000\n@Nor\nShips may leave the port, a court said.\n\n   Two stayed.\n\nLSW RTV\nNNNN\n",
    );
    assert_eq!(item.meta.headline, "Ships may leave port");
    let text = html(&item);
    assert!(text.starts_with("<p>Ships may leave the port, a court said.</p>"), "{text}");
    assert_eq!(item.meta.dateline.unwrap().place.as_deref(), Some("HALDEN"));
    let item = one(
        "ZCZC LSW\n$S\n:Sailing\n=Halden Cup\n^SAILING: Halden Cup preview\n*X\n&S\n+15039001\nHALDEN, Nov 18 (LSW) - Ships race on Sunday.\nNNNN\n",
    );
    assert_eq!(item.meta.headline, "SAILING: Halden Cup preview");
    assert_eq!(html(&item), "<p>Ships race on Sunday.</p>");
    let routed =
        |head: &str| one(&format!("ZCZC ABC000\n{head}\n   HALDEN, Nov 18 (LSW) - Ships race on Sunday.\nNNNN\n"));
    for (head, headline, slug) in [
        ("YY TDR", "Ships race on Sunday.", None),
        ("YY RFG INTERNET (3RR) NC(ATD)\nHalden Cup FIELDS Sunday", "Halden Cup FIELDS Sunday", None),
        ("YY TDR\n:POTTED :Halden Cup FIELDS Sunday", "Halden Cup FIELDS Sunday", Some("POTTED")),
        ("YY TDR\n:Halden Cup skippers 2026\n:SKIPPERS", "Halden Cup skippers 2026", Some("SKIPPERS")),
    ] {
        let item = routed(head);
        assert_eq!((item.meta.headline.as_str(), item.meta.slugline.as_deref()), (headline, slug), "{head}");
        assert_eq!(html(&item), "<p>Ships race on Sunday.</p>", "{head}");
    }
}

#[test]
fn datelines_with_years_of_two_figures() {
    for (line, iso) in [
        ("GUATEMALA CITY, 10 AUG 89 (AFP) -- ", "1989-08-10"),
        ("SOFIA (BULGARIA), 31 MAR 89 (BTA) -- [TEXT] ", "1989-03-31"),
        ("HALDEN, 18 Nov 26 (LSW) - ", "2026-11-18"),
    ] {
        let item = one(&format!("Ships leave port\n\n{line}Ships left the port today.\n"));
        assert_eq!(html(&item), "<p>Ships left the port today.</p>", "{line}");
        assert_eq!(item.meta.dateline.unwrap().iso_date.as_deref(), Some(iso), "{line}");
    }
}

#[test]
fn services_of_iptc_7901_have_long_names() {
    let text = "\u{1}longshore-int0012 4 pl 826  dpa 0000\r\n\r\nHalden/Ships/\r\n\u{2}Ships leave port =\r\n\r\nHalden (dpa) - Ships left.\r\n\r\n\u{3}181030 GMT Nov 26\r\n\u{4}\r\n";
    let item = one(text);
    assert_eq!(item.meta.wire_service.as_deref(), Some("longshore-int"));
    assert_eq!((item.meta.headline.as_str(), html(&item).as_str()), ("Ships leave port", "<p>Ships left.</p>"));
}

/// The words of a caption may stand in an attribute of the text: nothing was invented.
#[test]
fn captions_from_attributes_are_the_source_s_own() {
    let item = "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>Longshore</title><item><guid>urn:x:1</guid>\
        <title>Ships leave port</title><pubDate>Wed, 18 Nov 2026 10:15:00 GMT</pubDate><content:encoded><![CDATA[<p>Ships left the port after the storm.</p>\
        <p><img src='https://x.example/a.jpg' alt='Cranes at the caf&eacute; of Halden' width='600'></p>]]></content:encoded></item></channel></rss>";
    let item = one(item);
    assert_eq!(item.meta.associations[0].caption.as_deref(), Some("Cranes at the café of Halden"));
}

#[test]
fn further_headlines_of_nitf_are_kept() {
    for name in ["hedline", "headline"] {
        let item = one(&format!(
            "<nitf><body><body.head><{name}><hl1>Port shut</hl1><hl2>Ships wait at Halden quay</hl2><hl3>Third line</hl3></{name}></body.head>\
             <body.content><p>Cranes stood still.</p></body.content></body></nitf>"
        ));
        assert_eq!(item.meta.headline, "Port shut");
        assert_eq!(item.meta.subheadline.as_deref(), Some("Ships wait at Halden quay"));
        assert_eq!(item.meta.notes, [("headline".to_string(), "Third line".to_string())]);
    }
}

#[test]
fn what_stands_beside_a_caption_is_the_credit() {
    let media = |inner: &str| {
        let item = one(&format!(
            "<nitf><body><body.head><hedline><hl1>Port shut</hl1></hedline></body.head>\
             <body.content><p>Cranes stood still.</p>{inner}</body.content></body></nitf>"
        ));
        let one = item.meta.associations[0].clone();
        (one.caption.unwrap_or_default(), one.credit.unwrap_or_default())
    };
    let pair = |caption: &str, credit: &str| (caption.to_string(), credit.to_string());
    let figure =
        "<figure><img src='a.jpg'/><div class='byline'>Ivo Lind/LSW</div><figcaption>The port</figcaption></figure>";
    assert_eq!(media(figure), pair("The port", "Ivo Lind/LSW"));
    let figure = "<figure><img src='a.jpg' alt='A crane'/><p class='wp-caption-text'>The port</p></figure>";
    assert_eq!(media(figure), pair("The port", ""));
    let own = "<media media-type='image'><media-reference source='a.jpg'/><media-caption>The port</media-caption><x:thing>Lind Archive</x:thing></media>";
    assert_eq!(media(own), pair("The port", "Lind Archive"));
}

#[test]
fn lines_of_other_components_are_for_desks() {
    let logo = "<NewsComponent><Role FormalName='Logo'/><NewsLines><NewsLine><NewsLineType FormalName='ClickThru URL'/>\
                <NewsLineText>https://halden.example</NewsLineText></NewsLine></NewsLines>\
                <ContentItem Href='logo.png'><MediaType FormalName='Photo'/></ContentItem></NewsComponent>";
    let item = one(&format!(
        "<NewsML><NewsItem><Identification><NewsIdentifier><PublicIdentifier>urn:newsml:x.example:20261118:a:1</PublicIdentifier></NewsIdentifier></Identification>\
         <NewsManagement><FirstCreated>20261118T101500Z</FirstCreated><Status FormalName='Usable'/></NewsManagement>\
         <NewsComponent><NewsComponent><Role FormalName='Main'/><NewsLines><HeadLine>Port shut</HeadLine></NewsLines>\
         <ContentItem><MediaType FormalName='Text'/><DataContent><p>Cranes stood still.</p></DataContent></ContentItem></NewsComponent>{logo}</NewsComponent></NewsItem></NewsML>"
    ));
    assert_eq!(item.meta.notes, [("media".to_string(), "https://halden.example".to_string())]);
}

#[test]
fn articles_of_a_service_have_their_source_over_the_text() {
    let item = one(&anpa(
        "PORT-AFTER-STORMsked",
        "^PORT-AFTER-STORM sked<\n^Port of Halden after the storm, HALDEN DAILY\nPort of Halden after the storm, HALDEN DAILY<\n\
         \x20  November 18, 2026\n   HALDEN DAILY\n   NORWAY\n   ENGLISH\n\
         COPYRIGHT 2026 BY LONGSHORE SOURCES, INC. NO PORTION OF THE\nMATERIALS MAY BE USED IN ANY MEDIA\n\
         \x20  WITHOUT ATTRIBUTION TO LONGSHORE SOURCES, INC.\n   Ships left the port on Wednesday after the storm.\n   Two stayed.\n",
    ));
    assert_eq!(item.meta.headline, "Port of Halden after the storm, HALDEN DAILY");
    assert_eq!(html(&item), "<p>Ships left the port on Wednesday after the storm.</p><p>Two stayed.</p>");
    let notice = item.meta.copyright_notice.unwrap();
    assert!(notice.starts_with("COPYRIGHT 2026 BY") && notice.ends_with("SOURCES, INC."), "{notice}");
    // A story about a copyright keeps its first paragraph.
    let item = one(&anpa(
        "BC-COPYRIGHT",
        "COURT RULES<\n   HALDEN _ A judge ruled on Wednesday.\n   The notice COPYRIGHT 1998 was void.\n",
    ));
    assert_eq!(html(&item), "<p>A judge ruled on Wednesday.</p><p>The notice COPYRIGHT 1998 was void.</p>");
}

#[test]
fn a_message_in_one_line_is_text_that_is_withheld() {
    let item =
        one("\u{16}\u{16}\u{1}f0835\u{1f}longs u f BC-PORT   11-18 0013 \u{2}PORT OF HALDEN CLOSES AFTER STORM \u{3} ");
    assert_eq!(html(&item), "<p>PORT OF HALDEN CLOSES AFTER STORM</p>");
    assert_eq!(item.meta.status, Status::Withheld);
}

#[test]
fn signs_between_and_behind_the_lines_of_text() {
    let item = one(
        "Halden storm EDS-Updates with quotes\n\nHALDEN, Nov 18 (AP) - The so-\ncalled storm and the \"\nPort\" report, pre- \nand post-war, came.\n",
    );
    assert_eq!(item.meta.headline, "Halden storm");
    assert_eq!(item.meta.ed_note.as_deref(), Some("EDS-Updates with quotes"));
    assert_eq!(html(&item), "<p>The so-called storm and the &quot;Port&quot; report, pre- and post-war, came.</p>");
    // The separators of ASCII part words; a table in an envelope ends its lines with `=!`.
    let rows: Vec<String> = (1..8).map(|n| format!("Black Horse {n} ({n})")).collect();
    let item =
        one(&format!("ZCZC FMG000\nHalden\u{1f}weights<!\n(Weights  )=!\n{}\nLast of them\nNNNN\n", rows.join("\n")));
    assert_eq!(item.meta.headline, "Halden weights");
    assert_eq!(html(&item), format!("<p>(Weights )<br/>{}<br/>Last of them</p>", rows.join("<br/>")));
    let item = one(
        "HALDEN, Nov 18 (AP) - Ships waited.\n\n    -- A storm kept the ships\n       of Halden in port\n\nThey left.\n",
    );
    assert_eq!(html(&item), "<p>Ships waited.</p><p>-- A storm kept the ships of Halden in port</p><p>They left.</p>");
}

#[test]
fn the_title_of_the_first_of_several_texts_is_no_byline() {
    let item = one(
        "News in brief\n\nCouncil Approves Port\n\nHALDEN (AP) -- The council voted.\n\nStorm Nears Coast\n\nMOSS (AP) -- A storm comes.\n",
    );
    assert_eq!((item.byline, item.meta.status), (None, Status::Usable));
    let item = one("Council votes on port\n\nAna Reyes\n\nHALDEN (AP) -- The council voted.\n\nIt was late.\n");
    assert_eq!(item.byline.as_deref(), Some("Ana Reyes"));
}

#[test]
fn numbers_of_lists_are_not_missed() {
    let item = one("HALDEN, Nov 18 (AP) - Ships of the day:\n\n1. Ana\n\n2. Bella\n\n3. Clara\n\n4. Dora\n\n5. Emma\n");
    assert!(html(&item).contains("<ol><li>Ana</li>"), "{}", html(&item));
}

#[test]
fn names_of_ninjs_that_hold_their_version() {
    let item = |version: &str| {
        one(&format!(
            "{{\"uri\": \"http://FEED/a1/2026-11-18T10:15:00.000Z/{version}\", \"version\": \"{version}\", \"type\": \"text\", \
             \"versionCreated\": \"2026-11-18T10:15:00.000Z\", \"headline\": \"Port\", \"body_text\": \"Cranes stood still.\"}}"
        ))
    };
    assert_eq!((item("1").uri(), item("2").uri()), ("http://FEED/a1", "http://FEED/a1"));
}
