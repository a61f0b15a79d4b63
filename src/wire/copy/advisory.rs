//! Texts for desks and not for readers: diaries, schedules, notices of coverage, and tests of the line.

use crate::wire::block::{Block, Inline};
use crate::wire::item::WireItem;

/// Names of a genre, type or slug of texts for desks, in lower case.
const KINDS: &[&str] = &[
    "advisory",
    "advisories",
    "media advisory",
    "coverage advisory",
    "daybook",
    "news digest",
    "digest advisory",
    "news schedule",
    "news agenda",
    "planning note",
    "editorial note",
    "note to editors",
    "tagesvorschau",
    "wochenvorschau",
    "monatsvorschau",
    "terminvorschau",
    "themenvorschau",
    "programmvorschau",
    "terminhinweis",
    "tagesplanung",
    "themenplanung",
    "planungshinweis",
    "redaktionshinweis",
    "redaktioneller hinweis",
    "kundeninformation",
    "kundenmitteilung",
    "achtung",
    "prévisions",
    "previsions",
    "agenda prévisionnel",
    "previsiones",
    "previsiones informativas",
    "agenda informativa",
    "previsões",
    "previsioni",
    "agenda redazionale",
    "dagsprogram",
    "dagsoversigt",
    "arbeidsliste",
    "dagens jobb",
    "planeringslista",
    "tt-planering",
];

/// What a headline of such a text begins with, behind the name of the agency.
const HEADS: &[&str] = &[
    "terminvorschau",
    "tagesvorschau",
    "wochenvorschau",
    "monatsvorschau",
    "themenvorschau",
    "tagesplanung",
    "themenplanung",
    "themenüberblick",
    "planungshinweis",
    "redaktionshinweis",
    "kundeninformation",
    "news digest",
    "daybook",
    "news agenda",
    "news schedule",
    "world news schedule",
    "coverage advisory",
    "media advisory",
    "photo advisory",
    "video advisory",
    "advisory:",
    "advisory -",
    "note to editors",
    "notice to editors",
    "previsiones informativas",
    "agenda informativa",
    "prévisions du ",
    "prévisions de la journée",
    "previsioni del giorno",
    "dagsprogram",
    "planeringslista",
];

/// Where and in which words an item says that it is for desks.
pub(super) fn found(item: &WireItem) -> Option<(&'static str, String)> {
    let is_kind = |text: &str| {
        let lower = text.trim().trim_matches(['(', ')', '[', ']']).to_lowercase();
        KINDS.contains(&lower.rsplit(':').next().unwrap_or(&lower).trim())
    };
    let genre = item.meta.genres.iter().find(|genre| is_kind(genre)).map(|genre| ("genre", genre.clone()));
    let slug = || {
        let slug = item.meta.slugline.as_deref()?;
        let mut parts = slug.split(['/', ',', ';']).map(str::trim);
        // `Vorschau` alone may also be that of a match; as the first word it is the desk's.
        let is_preview = slug.split('/').next().is_some_and(|first| first.trim().eq_ignore_ascii_case("vorschau"));
        let found = parts.find(|part| is_kind(part) || is_notice(part)).map(str::to_string);
        found.or_else(|| is_preview.then(|| slug.to_string()))
    };
    let note = || {
        let headers = item.meta.notes.iter().filter(|(kind, _)| kind == "header").map(|(_, text)| text.trim());
        let is_note = |text: &&str| is_kind(text) || text.eq_ignore_ascii_case("vorschau");
        headers.into_iter().find(is_note).map(str::to_string)
    };
    let take = || item.meta.take.clone().filter(|take| is_kind(take) || is_for_editors(take));
    let headline = || is_head(&item.meta.headline).then(|| item.meta.headline.clone());
    let budget = || budget(item).map(str::to_string);
    genre
        .or_else(|| slug().map(|words| ("slug", words)))
        .or_else(|| note().map(|words| ("header", words)))
        .or_else(|| take().map(|words| ("take", words)))
        .or_else(|| headline().map(|words| ("headline", words)))
        .or_else(|| budget().map(|words| ("slug", words)))
        .or_else(|| plans(item).map(|words| ("text", words)))
}

/// The slug of a list of what an agency will move: `BJT15` has no other meaning, `BUDGET` may also be that of a country.
fn budget(item: &WireItem) -> Option<&str> {
    let slug = item.meta.slugline.as_deref()?;
    let mut words = slug.split(|c: char| !c.is_alphanumeric());
    let is_day = |rest: &str| rest.len() <= 2 && rest.bytes().all(|b| b.is_ascii_digit());
    if words.clone().any(|word| word.strip_prefix("BJT").is_some_and(is_day)) {
        return Some(slug);
    }
    let is_budget = words.any(|word| word.eq_ignore_ascii_case("budget"));
    let announces = |text: &str| {
        let lower = text.to_lowercase();
        let is_list = ["file the following", "move the following", "moving the following", "news budget for"];
        is_list.iter().any(|words| lower.contains(words))
            || lower.trim_end_matches(['.', ':']).ends_with("commentary budget")
    };
    let says = is_budget
        && (announces(&item.meta.headline) || item.body.iter().take(4).any(|block| announces(&block.plain())));
    says.then_some(slug)
}

/// A paragraph that says when its story moves, of a text that has several: `SENT: 120 words.`, `UPCOMING: 700 words by 6 p.m.`.
fn plans(item: &WireItem) -> Option<String> {
    let is_plan = |text: &str| {
        let counted = |lead: &str| {
            text.match_indices(lead).any(|(at, _)| {
                let rest = &text[at + lead.len()..];
                let near = rest.char_indices().nth(40).map_or(rest, |(end, _)| &rest[..end]);
                near.starts_with([':', ',']) && near.bytes().any(|b| b.is_ascii_digit()) && near.contains("words")
            })
        };
        counted("SENT")
            || counted("UPCOMING")
            || text.contains("tory will move in the")
            || text.contains("tory moved in the")
    };
    // Hardly any paragraph has one of these, and only such a one is looked at whole.
    let parts = [b"SENT".as_slice(), b"UPCOMING", b"tory will ", b"tory moved "].map(memchr::memmem::Finder::new);
    let may_be = |block: &&Block| match block {
        Block::Paragraph(inlines) => inlines.iter().any(|inline| match inline {
            Inline::Text(text) => parts.iter().any(|part| part.find(text.as_bytes()).is_some()),
            _ => false,
        }),
        _ => false,
    };
    let mut found = item.body.iter().filter(may_be).map(Block::plain).filter(|text| is_plan(text));
    let first = found.next()?;
    // One may stand in a story about agencies, a list has many.
    found.nth(1).map(|_| first)
}

/// `BC-AP News Coverage Advisory 10:15`, `BC-AP News Digest 2 pm`: an agency speaks of its own service, perhaps with a time.
fn is_notice(slug: &str) -> bool {
    let lower = slug.to_lowercase();
    let name = ["bc-", "am-", "pm-"].iter().find_map(|cycle| lower.strip_prefix(cycle)).unwrap_or(&lower);
    let is_time = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            || ["am", "pm", "a.m.", "p.m.", "edt", "est", "gmt"].contains(word)
    };
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while words.last().is_some_and(is_time) {
        words.pop();
    }
    let of_agency = words.first().is_some_and(|word| crate::wire::dateline::is_known(word));
    let kinds = ["advisory", "digest", "coverage plan", "coverage plans", "service guide", "daybook", "budget"];
    let name = words.join(" ");
    of_agency && words.len() > 1 && kinds.iter().any(|kind| name.ends_with(kind))
}

/// `(ATTN EDITORS)`, alone.
fn is_for_editors(take: &str) -> bool {
    let lower = take.trim().trim_matches(['(', ')']).to_lowercase();
    ["attn editors", "attention editors", "attn editor", "note to editors"].contains(&lower.as_str())
}

fn is_head(headline: &str) -> bool {
    let lower = headline.trim_start_matches(['(', '[', '*', '+', ' ']).to_lowercase();
    if is_notice(&lower) && lower.starts_with("bc-") {
        return true;
    }
    let begins = |text: &str| HEADS.iter().any(|head| text.starts_with(head));
    if begins(&lower) {
        return true;
    }
    // `dpa-Terminvorschau`, `AP News Digest`: an agency before it, with a hyphen or a blank.
    let Some((agency, rest)) = lower.split_once(['-', ' ', ':']) else { return false };
    crate::wire::dateline::is_known(agency) && begins(rest.trim_start())
}

/// Phrases that only a test of the line has, in lower case.
const TESTS: &[&str] = &[
    "test message",
    "test transmission",
    "test story",
    "this is a test",
    "this is only a test",
    "testmeldung",
    "testnachricht",
    "testaussendung",
    "dies ist ein test",
    "dies ist eine test",
    "message de test",
    "message test",
    "ceci est un test",
    "dépêche de test",
    "mensaje de prueba",
    "noticia de prueba",
    "esto es una prueba",
    "mensagem de teste",
    "notícia de teste",
    "isto é um teste",
    "messaggio di prova",
    "notizia di prova",
    "testmelding",
    "testmeddelelse",
    "testmeddelande",
    "dette er en test",
    "detta är ett test",
    "testiviesti",
    "тестовое сообщение",
    "رسالة تجريبية",
    "测试稿",
    "テスト配信",
];

/// Words that ask those who receive a test to pass it over.
const IGNORE: &[&str] = &[
    "ignore",
    "disregard",
    "do not use",
    "do not publish",
    "subscriber",
    "transmission",
    "ignorieren",
    "nicht verwenden",
    "nicht veröffentlichen",
    "ignorer",
    "ne pas ",
    "ignorar",
    "no publicar",
    "ignorare",
    "negeren",
    "ignorera",
    "ignorér",
    "игнорир",
    "vennligst overse",
    "bortse fra",
    "bort fra denne",
    "bortses fra",
];

/// Whether an item is a test of the line: by its headline, or by a short text that says so.
pub(super) fn is_test(item: &WireItem) -> bool {
    let headline = item.meta.headline.trim().to_lowercase();
    let asks = |text: &str| IGNORE.iter().any(|words| text.contains(words));
    let words: Vec<&str> = headline.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_word = |word: &&str| {
        let filler =
            ["test", "tests", "testing", "tést", "prueba", "prova", "essai", "only", "please", "message", "ignore"];
        filler.contains(word) || word.bytes().all(|b| b.is_ascii_digit())
    };
    let has_test =
        words.iter().any(|word| matches!(*word, "test" | "tests" | "testing" | "prueba" | "prova" | "essai"));
    if has_test && (words.iter().all(is_word) || asks(&headline)) {
        return true;
    }
    if TESTS.iter().any(|words| headline.starts_with(words)) {
        return true;
    }
    let length: usize = item.body.iter().map(|block| block.plain().len()).sum();
    if item.body.len() > 6 || length > 800 {
        return false;
    }
    let text = item.body.iter().map(Block::plain).collect::<Vec<_>>().join(" ").to_lowercase();
    // People speak of tests in stories; the agency's own begins with the words, or asks to pass it over.
    TESTS.iter().any(|words| text.starts_with(words) || (text.contains(words) && asks(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Meta;

    fn item(headline: &str, text: &str) -> WireItem {
        let body = vec![Block::text(text.to_string())];
        let meta = Meta { headline: headline.to_string(), ..Meta::default() };
        WireItem { meta, body, ..WireItem::default() }
    }

    #[test]
    fn tests_of_the_line() {
        for (headline, text) in [
            ("TEST - please ignore", "Lorem."),
            ("Test", "Text."),
            ("TEST TEST 123", "Text."),
            ("Testmeldung", "Bitte nicht verwenden."),
            ("Mensaje de prueba", "Texto."),
            ("Tittel - Dette er en test - vennligst overse", "Tekst."),
            ("Note", "This is a test message to all subscribers. Please disregard."),
            ("Line check", "Dies ist ein Test der Leitung."),
        ] {
            assert!(is_test(&item(headline, text)), "{headline}");
        }
        for (headline, text) in [
            ("Test of the new bridge begins", "Engineers test the bridge."),
            ("England win first test", "They won."),
            ("Bridge opens", "This bridge, she said, is a test of patience."),
            ("Nuclear test alarms ministers", "They met."),
        ] {
            assert!(!is_test(&item(headline, text)), "{headline}");
        }
    }

    #[test]
    fn lists_of_what_will_move() {
        let text = |slug: &str, texts: &[&str]| {
            let mut item = item("Port", "");
            item.meta.slugline = Some(slug.to_string());
            item.body = texts.iter().map(|text| Block::text(*text)).collect();
            found(&item).map(|(place, _)| place)
        };
        let plan = "PORT — Ships wait in the bay. SENT: 120 words, photos.";
        let coming = "QUAY — Ministers meet. UPCOMING: 700 words by 6 p.m.";
        assert_eq!(text("BC-Port", &[plan, coming, plan]), Some("text"));
        assert_eq!(text("BC-Port", &[plan, coming]), None);
        let moved = "Ships wait. (Story will move in the “a” category.)";
        assert_eq!(text("BC-Port", &[moved, moved, moved]), Some("text"));
        assert_eq!(text("BC-SPOT-BJT15-LSW", &["Ships wait."]), Some("slug"));
        let announced = "The Longshore Service will file the following for Wednesday.";
        assert_eq!(text("BC-LONGSHORE-NEWS-BUDGET-LSW", &[announced]), Some("slug"));
        assert_eq!(text("BC-HALDEN-BUDGET-LSW", &["Parliament passed the budget."]), None);
        assert_eq!(text("BC-BJTARK-LSW", &["Parliament passed it."]), None);
    }

    #[test]
    fn texts_for_desks() {
        let with = |headline: &str, slug: &str, genre: &str| {
            let mut item = item(headline, "Text.");
            item.meta.slugline = Some(slug.to_string());
            item.meta.genres = vec![genre.to_string()];
            found(&item).map(|(place, _)| place)
        };
        for (headline, slug, genre, place) in [
            ("Bridge", "bridge", "Advisory", "genre"),
            ("Bridge", "bridge", "anpagenre:Daybook", "genre"),
            ("Termine", "Vorschau/Wissen", "", "slug"),
            ("Termine", "Termine/Tagesvorschau", "", "slug"),
            ("Coverage plans", "BC-AP News Coverage Advisory 10:15", "", "slug"),
            ("The world at 2 p.m.", "BC-AP News Digest 2 pm", "", "slug"),
            ("BC-AP News Coverage Advisory", "", "", "headline"),
            ("dpa-Terminvorschau für Sonntag", "", "", "headline"),
            ("AP News Digest 6 p.m.", "", "", "headline"),
            ("AFP news agenda", "", "", "headline"),
            ("Coverage advisory: summit", "", "", "headline"),
        ] {
            assert_eq!(with(headline, slug, genre), Some(place), "{headline} {slug} {genre}");
        }
        for (headline, slug, genre) in [
            ("Spitzenspiel am Samstag", "Fußball/Bundesliga/Vorschau", "Vorschau"),
            ("Travel advisory issued for Halden", "travel", "News"),
            ("Ministers set agenda", "agenda", "Analysis"),
            ("Travel advisory issued", "BC-US--Travel Advisory", "News"),
            ("Parliament passes budget", "BC-AP-EU--Budget", "News"),
        ] {
            assert_eq!(with(headline, slug, genre), None, "{headline}");
        }
    }
}
