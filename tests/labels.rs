//! Labels of the settings, in both built-in themes, and what a change of one costs.

use crate::support::{Site, attributes, found, texts, written};

const LABELS: &str = "labels:\n  opinion: {name: {en: Opinion, es: Opinión}, genres: [Op-Ed, Opinión]}\n  live: {name: {en: Live, es: En directo}, style: red}\n";

#[test]
fn stories_and_cards_show_the_label_of_the_first_genre_that_has_one() {
    for theme in ["default", "archive", "bulletin"] {
        let site = Site::with(&format!("languages: [en, es]\ntheme: {theme}\n{LABELS}"));
        site.story("one", "genres: [Current, op-ed, Live]", "Text.");
        site.story("uno", "genres: opinion\nlanguage: es", "Texto.");
        site.story("two", "genres: LIVE", "Text.").story("none", "genres: [Feature]", "Text.");
        assert_eq!(found(&site.build()), [""; 0], "{theme}");
        for (page, label, class) in [
            ("news/2026/11/20/one/", "Opinion", "label-opinion"),
            ("es/news/2026/11/20/uno/", "Opinión", "label-opinion"),
            ("news/2026/11/20/two/", "Live", "label-red"),
        ] {
            let html = site.html(&format!("{page}index.html"));
            assert_eq!(texts(&html, "article.text .label"), [label], "{theme} {page}");
            assert_eq!(attributes(&html, "article.text .label", "class"), [format!("tag label {class}")], "{theme}");
        }
        assert_eq!(texts(&site.html("news/2026/11/20/none/index.html"), "article.text .label"), [""; 0], "{theme}");
        for (page, labels) in [
            ("news/index.html", &["Opinion", "Live"][..]),
            ("es/news/index.html", &["Opinión"]),
            ("2026/11/20/index.html", &["Opinion", "Live"]),
            ("404.html", &["Opinion", "Live"]),
        ] {
            let mut shown = texts(&site.html(page), "main .label");
            shown.sort_unstable_by(|a, b| b.cmp(a));
            assert_eq!(shown, labels, "{theme} {page}");
        }
        for page in ["index.html", "es/index.html"] {
            assert!(!texts(&site.html(page), "main .label").is_empty(), "{theme} {page}");
        }
    }
}

#[test]
fn a_changed_label_makes_the_pages_that_show_it() {
    let settings = |site: &Site, labels: &str| {
        site.file("dateline.yaml", format!("title: Check\nbase_url: https://example.org/\n{labels}"));
    };
    let site = Site::with("");
    settings(&site, LABELS);
    site.file("content/categories.yaml", "sport: {name: Sport}\nworld: {name: World}\n");
    for number in 0..500 {
        let (section, day) = (["sport", "world"][number % 2], 1 + number / 2 % 20);
        let genre = if number == 1 { "genres: Opinion\n" } else { "" };
        let time = format!("firstCreated: 2026-{:02}-{day:02}T08:00:00Z", 1 + number / 40 % 10);
        site.story(
            &format!("s{number}"),
            &format!("{genre}category: {section}\n{time}"),
            &format!("Word{number} alone."),
        );
    }
    site.build();
    assert_eq!(written(&site), [""; 0]);
    // Nothing has the label `live`.
    settings(&site, &LABELS.replace("name: {en: Live", "name: {en: Live now"));
    assert_eq!(written(&site), [""; 0]);
    for labels in
        [LABELS.replace("en: Opinion", "en: Comment"), LABELS.replace("genres:", "style: red, genres:"), String::new()]
    {
        settings(&site, &labels);
        let pages = written(&site);
        assert!(
            pages.contains(&"/world/2026/01/01/s1/".to_string()) && pages.contains(&"/2026/01/01/".to_string()),
            "{pages:?}"
        );
        assert!(pages.len() < 12, "{pages:?}");
        let shows = |url: &String| site.read(&format!("{}index.html", &url[1..])).contains("s1/");
        assert!(pages.iter().all(shows), "{pages:?}");
    }
    let copy = site.copy();
    copy.build();
    assert!(copy.tree() == site.tree());
}

/// A theme whose lists show these values of cards.
fn theme_that_shows(site: &Site, values: &str) {
    site.file("themes/own/theme.yaml", "extends: default\n");
    let text = "{% extends \"default/list.html\" %}{% block list_top %}{% for card in list.stories %}";
    site.file("themes/own/templates/list.html", format!("{text}<i>{values}</i>{{% endfor %}}{{% endblock %}}"));
}

#[test]
fn cards_carry_what_themes_ask_for() {
    let site = Site::with(&format!("theme: own\n{LABELS}"));
    theme_that_shows(
        &site,
        "{% for author in card.authors %}{{ author.name }}+{% endfor %} {{ card.topics[0].url }} {{ card.genres | join(sep=\"+\") }} {{ card.label.style }} {{ card.extra.stars }} {{ card.updated.time }}",
    );
    let front = "by: [Ana Ruiz, Ben Cole]\nkeywords: [Wind]\ngenres: [Current, Op-Ed]\nextra: {stars: 4}\nversionCreated: 2026-11-20T17:30:00Z";
    site.story("one", front, "Text.");
    assert_eq!(found(&site.build()), [""; 0]);
    assert_eq!(
        texts(&site.html("news/index.html"), "i"),
        ["Ana Ruiz+Ben Cole+ /topics/wind/ Current+Op-Ed opinion 4 17:30"]
    );
}

#[test]
fn a_list_is_rebuilt_for_what_its_template_reads_of_a_card() {
    let site = Site::with("theme: own\nsearch: no\npages: {topics: no}\n");
    theme_that_shows(&site, "{{ card.extra.stars }}");
    let made = |front: &str| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        site.story("one", front, "Text.");
        site.build().counts.rendered
    };
    made("extra: {stars: 1}\nkeywords: Wind");
    let for_topics = made("extra: {stars: 1}\nkeywords: Sun");
    // The section, the day and the list of all stories.
    assert_eq!(made("extra: {stars: 2}\nkeywords: Sun"), for_topics + 3);
    assert_eq!(texts(&site.html("news/index.html"), "i"), ["2"]);
}
