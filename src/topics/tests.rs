//! The tables against the rules of the program, and against the vocabulary they were made from.

use super::table::{LANGUAGES, TABLE, TOP};
use super::*;
use serde_json::Value;
use std::path::Path;

fn topic(digits: &str) -> Topic {
    Topic::find(&format!("medtop:{digits}")).unwrap_or_else(|| panic!("{digits}"))
}

fn topic_at(digits: &str) -> Option<Topic> {
    SubjectCode::find(&format!("subj:{digits}")).unwrap().same()
}

fn codes(topics: impl Iterator<Item = Topic>) -> Vec<&'static str> {
    topics.map(Topic::code).collect()
}

#[test]
fn codes_and_addresses_name_topics() {
    let economy = topic("04000000");
    assert_eq!(economy.name("en"), "economy, business and finance");
    assert_eq!(economy.qcode(), "medtop:04000000");
    assert_eq!(economy.uri(), "http://cv.iptc.org/newscodes/mediatopic/04000000");
    for code in [&economy.uri(), "https://cv.iptc.org/newscodes/mediatopic/04000000/", "medtop:04000000"] {
        assert_eq!(Topic::find(code), Some(economy), "{code}");
    }
    for code in ["", "04000000", "MEDTOP:04000000", "medtop:", "medtop:4000000", "subj:04000000", "medtop:99999999"] {
        assert_eq!(Topic::find(code), None, "{code}");
    }
}

#[test]
fn names_fall_back_to_english() {
    let football = topic("20001065");
    for (language, name) in [
        ("es", "Fútbol"),
        ("es-MX", "Fútbol"),
        ("ES", "Fútbol"),
        ("pt-BR", "futebol"),
        ("pt-PT", "futebol"),
        ("zh", "足球"),
        ("zh-CN", "足球"),
        ("zh-Hans-HK", "足球"),
        ("zh-Hant", "soccer"),
        ("zh-TW", "soccer"),
        ("en-GB", "soccer"),
        ("el", "soccer"),
        ("", "soccer"),
    ] {
        assert_eq!(football.name(language), name, "{language}");
    }
    // Only English and Danish know this one.
    assert_eq!((topic("20001285").name("es"), topic("20001285").own_name("es")), ("vandalism", None));
    assert_eq!(topic("01000000").name("pt-BR"), "artes, cultura, entretenimento e mídia");
}

#[test]
fn lineages_lead_to_the_top() {
    assert_eq!(codes(topic("20000579").lineage()), ["20000579", "20000574", "11000000"]);
    assert_eq!(topic("20000579").path(), "politics/election/national-elections");
    assert_eq!(Topic::at_path("politics/election/national-elections"), Some(topic("20000579")));
    assert_eq!(Topic::at_path("politics/elections"), None);
}

#[test]
fn retired_topics_lead_to_living_ones() {
    // With a successor, and with none but the nearest living topic above.
    let oil = topic("20000267");
    assert_eq!((oil.retired(), oil.current()), (Some("2019-07-25"), topic("20001243")));
    assert_eq!(oil.path(), topic("20001243").path());
    let air = topic("20000163");
    assert_eq!(codes(air.lineage()), ["20000163", "20000162", "20000160", "03000000"]);
    assert_eq!(air.current(), topic("03000000"));
    assert_eq!(topic("04000000").current(), topic("04000000"));
}

#[test]
fn subject_codes_lead_to_topics() {
    let topic_of = |code: &str| SubjectCode::find(code).unwrap().topic().map(Topic::code);
    assert_eq!(topic_of("subj:15054000"), Some("20001065"));
    assert_eq!(topic_of("http://cv.iptc.org/newscodes/subjectcode/15054000"), Some("20001065"));
    // Two topics say that they are the same: the living one counts.
    assert_eq!(topic_of("subj:16009000"), Some("20000062"));
    // None of its own, so that of the matter above.
    let soap = SubjectCode::find("subj:01016001").unwrap();
    assert_eq!((soap.name(), soap.same()), ("soap opera", None));
    assert_eq!((soap.topic(), soap.topic().map(|topic| topic.name("en"))), (topic_at("01016000"), Some("television")));
    assert_eq!(topic_of("subj:16000000"), None);
    assert_eq!(SubjectCode::find("subj:00000000"), None);
}

#[test]
fn addresses_are_addresses() {
    let address = |code: &str| Subject::read(code).uri();
    let topic = "http://cv.iptc.org/newscodes/mediatopic/20009999";
    assert_eq!(address("medtop:20009999").as_deref(), Some(topic));
    assert_eq!(address(topic).as_deref(), Some(topic));
    assert_eq!(address("https://example.org/x").as_deref(), Some("https://example.org/x"));
    for code in
        ["medtop:<b> x", "medtop:", "subj:1", "acme:9", "https:// x", "javascript://x", "", "text http://e.org/"]
    {
        assert_eq!(address(code), None, "{code}");
    }
}

#[test]
fn faults_say_what_was_meant() {
    let check = |code: &str, message: &str, hint: &str| {
        let fault = code::fault(code).unwrap_or_else(|| panic!("{code}"));
        assert_eq!((fault.message.as_str(), fault.hint.as_str()), (message, hint));
    };
    check(
        "medtop:2000065",
        "`medtop:2000065` is not a code of eight digits",
        "did you mean `medtop:20000065` (civil unrest)?",
    );
    check(
        "medtop:18000000",
        "`medtop:18000000` is not a Media Topic",
        "did you mean `medtop:08000000` (human interest)?",
    );
    check(
        "medtop:20009999",
        "`medtop:20009999` is not among the Media Topics that dateline knows",
        "a newer code is kept and exported as it is, but has no name and no section",
    );
    check(
        "medtop:politics",
        "`medtop:politics` is not a code of eight digits",
        "did you mean `medtop:11000000` (politics)?",
    );
    check("subj:15054999", "`subj:15054999` is not a Subject Code", "did you mean `subj:15054000` (soccer)?");
    check("medtop:", "`medtop:` is not a code of eight digits", "codes look like medtop:20000065");
    check("Deporte", "`Deporte` is not a subject code", "did you mean `medtop:15000000` (sport)?");
    check(
        "medtopic:20000065",
        "`medtopic:20000065` is not a subject code",
        "did you mean `medtop:20000065` (civil unrest)?",
    );
    for good in ["medtop:20000065", "subj:15054000", "dpacat:pl", "Hafenstreik", "https://example.org/x", "", ":"] {
        assert_eq!(code::fault(good), None, "{good}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(32))]

    #[test]
    fn no_text_is_too_much(text in "(medtop:|subj:|http://cv.iptc.org/newscodes/subjectcode/)?.{0,20}", language in "\\PC{0,12}") {
        let subject = Subject::read(&text);
        code::fault(&text);
        code::nearest(&text);
        subject.name(&language);
        if let Some(uri) = subject.uri() {
            assert!(!uri.contains(char::is_whitespace), "{uri}");
        }
    }
}

#[test]
fn every_topic_is_whole_and_has_a_path() {
    assert_eq!(TABLE.topics.len(), 1286);
    assert!(TABLE.topics.is_sorted_by(|a, b| a.code < b.code) && TABLE.codes.is_sorted_by(|a, b| a.code < b.code));
    let mut living = 0;
    for topic in Topic::all() {
        assert!(!topic.row().name(0).unwrap().is_empty() && topic.code().len() == 8);
        assert_eq!(topic.broader().is_none(), topic.code().ends_with("000000"), "{}", topic.code());
        assert!(topic.lineage().count() <= 7 && topic.current().retired().is_none());
        if topic.retired().is_none() {
            living += 1;
            assert_eq!(Topic::at_path(topic.path()), Some(topic), "two topics at {}", topic.path());
        }
    }
    assert_eq!((living, TABLE.by_path.len()), (1133, 1133));
    let top: Vec<&str> = TABLE.by_path.iter().map(|topic| topic.path()).filter(|path| !path.contains('/')).collect();
    assert_eq!(TOP.len(), 17);
    assert!(top.iter().all(|path| TOP.iter().any(|known| known == path)), "{top:?}");
}

#[allow(clippy::print_stderr, reason = "a skipped test should be seen with --nocapture")]
fn vocabulary(name: &str) -> Option<Value> {
    let Some(fixtures) = std::env::var_os("DATELINE_FIXTURES") else {
        eprintln!("skipped: DATELINE_FIXTURES is not set");
        return None;
    };
    let path = Path::new(&fixtures).join("wire/vocab").join(name);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_slice(&text).unwrap())
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map(|items| items.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// White space runs are one blank in the tables.
fn clean(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_tables_hold_the_vocabulary() {
    let (Some(topics), Some(subjects)) = (vocabulary("mediatopics.json"), vocabulary("subject_codes.json")) else {
        return;
    };
    let topics = topics["concepts"].as_object().unwrap();
    assert_eq!(topics.len(), TABLE.topics.len());
    for (digits, concept) in topics {
        let topic = topic(digits);
        assert_eq!(
            topic.broader().map(Topic::code).into_iter().collect::<Vec<_>>(),
            texts(&concept["broader"]),
            "{digits}"
        );
        assert_eq!(topic.retired(), concept["retired"].as_str(), "{digits}");
        for (column, language) in LANGUAGES.iter().enumerate() {
            let name = concept["name"][language].as_str().map(clean);
            assert_eq!(topic.row().name(column), name.as_deref(), "{digits} {language}");
        }
        for code in texts(&concept["subj"]) {
            let same = SubjectCode::find(&format!("subj:{code}")).unwrap().same().unwrap();
            assert!(same == topic || (topic.retired().is_some() && topic.current() == same), "{digits} {code}");
        }
    }
    let subjects = subjects["codes"].as_object().unwrap();
    assert_eq!(subjects.len(), TABLE.codes.len());
    for (code, name) in subjects {
        let found = SubjectCode::find(&format!("subj:{code}")).unwrap();
        assert_eq!(found.name(), clean(name.as_str().unwrap().trim_end_matches("-DEPRECATED")), "{code}");
        if let Some(same) = found.same() {
            assert!(texts(&topics[same.code()]["subj"]).contains(&code.as_str()), "{code}");
        }
    }
}
