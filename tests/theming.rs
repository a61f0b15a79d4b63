//! Tools for people who write themes: `theme new`, `theme check`, `theme diff`.

use crate::support::{NOW, Site, found};
use std::fs;

#[test]
fn a_new_theme_builds_the_same_site() {
    let site = Site::new();
    site.story("strike", "", "Cranes stood still.");
    site.build();
    let before = crate::support::tree(&site.output());
    let ran = site.cli(&["theme", "new", "evening"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("themes/evening/templates/story.html"), "{}", ran.stdout);
    site.file("dateline.yaml", "title: Check\nbase_url: https://example.org/\ntheme: evening\n");
    assert!(site.build().diagnostics.is_empty());
    let after = crate::support::tree(&site.output());
    for (file, bytes) in before.iter().filter(|(file, _)| !file.starts_with('.')) {
        assert!(after[file] == *bytes, "{file}");
    }
    let again = site.cli(&["theme", "new", "evening"]);
    assert!(again.code == 2 && again.stderr.contains("there is such a theme already"), "{}", again.stderr);
    for (name, extends, message) in [
        ("../x", "default", "cannot be the name of a theme"),
        ("a/b", "default", "cannot be the name of a theme"),
        (".x", "default", "cannot be the name of a theme"),
        ("x", "nowhere", "there is no theme `nowhere`"),
    ] {
        let ran = site.cli(&["theme", "new", name, "--extends", extends]);
        assert!(ran.code == 2 && ran.stderr.contains(message), "{name}: {}", ran.stderr);
    }
    assert!(!site.root().join("themes/x").exists());
}

#[test]
fn the_themes_that_come_along_are_good() {
    let site = Site::with("languages: [en, es, ar]\n");
    // A section without stories comes before that of the stress stories.
    site.file("content/categories.yaml", "culture: {name: Culture}\n");
    for theme in ["default", "archive", "bulletin"] {
        let ran = site.cli(&["theme", "check", theme, "--strict"]);
        assert_eq!(ran.code, 0, "{theme}\n{}", ran.stderr);
        assert!(ran.stderr.contains("nothing to complain of"), "{}", ran.stderr);
    }
}

#[test]
fn a_check_finds_what_is_wrong() {
    let site = Site::with("theme: own\n");
    site.file("themes/own/theme.yaml", "extends: default\n");
    let check = |story: &str| {
        site.file("themes/own/templates/story.html", format!("{{% extends \"default/base.html\" %}}\n{story}\n"));
        site.cli(&["theme", "check"])
    };
    for (story, code, words) in [
        (
            "{% block main %}<h1>{{ story.headline }}</h1>{% endblock %}",
            0,
            &["pages do not show the text: 01-plain", "a correction"][..],
        ),
        (
            "{% block mian %}x{% endblock %}",
            2,
            &["Block `mian` is not defined in any parent template", "story.html:2:"],
        ),
        (
            "{% block main %}{{ story.headline | safe }}{% endblock %}",
            0,
            &["became markup of the page: 13-markup-in-text"],
        ),
        (
            "{% block main %}{% if false %}{{ story.hedline }}{% endif %}{% endblock %}",
            0,
            &["`story` has no `hedline`", "did you mean `headline`?"],
        ),
        ("{% block main %}{{ story.hedline }}{% endblock %}", 1, &["more pages", "error[template-render]"]),
        ("{% block main %}<img src=x>{% endblock %}", 0, &["the picture x has no `alt`"]),
        ("{% block main %}{% if %}{% endblock %}", 2, &["story.html:2:"]),
    ] {
        let ran = check(story);
        assert_eq!(ran.code, code, "{story}\n{}", ran.stderr);
        words.iter().for_each(|words| assert!(ran.stderr.contains(words), "{story}: {words}\n{}", ran.stderr));
    }
    assert_eq!(check("{% block main %}x{% endblock %}").code, 0);
    assert_eq!(site.cli(&["theme", "check", "--strict"]).code, 1);
    assert_eq!(site.cli(&["theme", "check", "nowhere"]).code, 2);
}

#[test]
fn hooks_are_filled_without_a_copy_of_a_template() {
    for (parent, holder) in [("default", "default"), ("archive", "archive"), ("bulletin", "default")] {
        let site = Site::with("theme: own\n");
        site.file("themes/own/theme.yaml", format!("extends: {parent}\nhooks: {{in_body_after: 2, list_every: 2}}\n"))
            .file(
                "themes/own/templates/story.html",
                format!("{{% extends \"{holder}/story.html\" %}}{{% block in_body %}}<aside>{{{{ story.headline }}}}</aside>{{% endblock %}}"),
            )
            .file(
                "themes/own/templates/list.html",
                format!("{{% extends \"{holder}/list.html\" %}}{{% block list_every %}}<p>again</p>{{% endblock %}}"),
            );
        site.story("long", "", "One.\n\n> Quoted.\n\nTwo.\n\nThree.").story("short", "", "One.\n\nTwo.");
        for number in 1..=4 {
            site.story(&format!("more-{number}"), "", "Text.");
        }
        assert!(site.build().diagnostics.is_empty());
        let page = site.read("news/2026/11/20/long/index.html");
        let words: Vec<&str> = ["<p>One.</p>", "Quoted.", "<p>Two.</p>", "<aside>", "<p>Three.</p>"].into();
        let places: Vec<usize> = words.iter().map(|words| page.find(words).expect(words)).collect();
        assert!(places.is_sorted(), "{parent}: {places:?}");
        // Where no text follows there is nothing to stand in.
        assert!(!site.read("news/2026/11/20/short/index.html").contains("<aside>"), "{parent}");
        // Six stories: behind the second and the fourth, not at the end.
        assert_eq!(site.read("news/index.html").matches("<p>again</p>").count(), 2, "{parent}");
        for (hooks, message) in [
            ("{in_body_after: 0}", "hooks: `in_body_after` is not between 1 and 1000"),
            ("{list_every: 1001}", "hooks: `list_every` is not between 1 and 1000"),
            ("{every: 1}", "unknown field `every`"),
        ] {
            site.file("themes/own/theme.yaml", format!("extends: {parent}\nhooks: {hooks}\n"));
            let ran = site.cli(&["theme", "check"]);
            assert!(ran.code == 2 && ran.stderr.contains(message), "{}", ran.stderr);
        }
    }
}

#[test]
fn sections_and_kinds_have_templates_of_their_own() {
    let site = Site::with("theme: own\npages: {topics: true}\n");
    let template = |name: &str| {
        let usual = name.split("--").next().unwrap().trim_end_matches(".html");
        let text =
            format!("{{% extends \"default/{usual}.html\" %}}{{% block body_end %}}<i>{name}</i>{{% endblock %}}");
        site.file(&format!("themes/own/templates/{name}"), text);
    };
    site.file("themes/own/theme.yaml", "extends: default\n");
    for name in ["story--sport.html", "story--sport--golf.html", "list--sport.html", "list--topic.html", "own.html"] {
        template(name);
    }
    site.file(
        "themes/own/templates/own.html",
        "{% extends \"list.html\" %}{% block body_end %}<i>own.html</i>{% endblock %}",
    );
    site.story("cup", "category: sport\nkeywords: [Cup]", "Text.")
        .story("hole", "category: sport/golf", "Text.")
        .story("boat", "category: sport/sailing\nlayout: story.html", "Text.")
        .story("vote", "category: politics", "Text.");
    site.file(
        "content/categories.yaml",
        "politics: {layout: own.html, extra: {colour: red}}\nculture: {layout: none.html}\n",
    );
    let report = site.build();
    let found: Vec<String> = report.diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect();
    assert_eq!(found, ["`layout` names the template `none.html`, which the theme does not have"]);
    assert_eq!(report.diagnostics[0].at.as_ref().unwrap().file, "content/categories.yaml");
    for (page, template) in [
        ("sport/2026/11/20/cup", "<i>story--sport.html</i>"),
        ("sport/golf/2026/11/20/hole", "<i>story--sport--golf.html</i>"),
        ("sport/sailing/2026/11/20/boat", ""),
        ("politics/2026/11/20/vote", ""),
        ("sport", "<i>list--sport.html</i>"),
        ("sport/golf", "<i>list--sport.html</i>"),
        ("politics", "<i>own.html</i>"),
        ("culture", ""),
        ("topics/cup", "<i>list--topic.html</i>"),
        ("2026/11/20", ""),
    ] {
        let text = site.read(&format!("{page}/index.html"));
        let shown = text.split_once("<i>").map_or("", |(_, rest)| rest.split_once("</i>").unwrap().0);
        assert_eq!(shown, template.trim_start_matches("<i>").trim_end_matches("</i>"), "{page}");
    }
    // Pages of other sections stay as they are.
    template("list--culture.html");
    site.file("content/categories.yaml", "politics: {layout: own.html, extra: {colour: blue}}\nculture: {}\n");
    let report = site.build();
    let written: Vec<&str> =
        report.written.iter().map(|line| line.url.as_str()).filter(|url| url.ends_with('/')).collect();
    assert_eq!(written, ["/culture/"], "no template shows the colour");
}

#[test]
fn hooks_that_are_lost_are_said() {
    let site = Site::with("theme: own\n");
    site.file("themes/own/theme.yaml", "extends: default\n").file(
        "themes/own/templates/list.html",
        "{% extends \"default/list.html\" %}{% block main %}<h1>{{ list.name }}</h1>{% endblock %}",
    );
    let ran = site.cli(&["theme", "check"]);
    let message = "pages of the kind `category` do not show what stands in `list_top`, `list_every`";
    assert!(ran.code == 0 && ran.stderr.contains(message), "{}", ran.stderr);
    assert!(!ran.stderr.contains("kind `story`"), "{}", ran.stderr);
    site.file(
        "themes/own/templates/base.html",
        "{% extends \"default/base.html\" %}{% block footer %}<footer></footer>{% endblock %}",
    );
    assert!(!site.cli(&["theme", "check"]).stderr.contains("`footer`"), "a block that is filled is there");
}

#[test]
fn a_diff_groups_pages_by_their_change() {
    let site = Site::with("theme: own\n");
    site.file("themes/own/theme.yaml", "extends: default\n");
    let template = |text: &str| {
        let text = format!("{{% extends \"default/base.html\" %}}\n{{% block main %}}\n{text}\n{{% endblock %}}\n");
        site.file("themes/own/templates/story.html", text);
    };
    template("<h1>{{ story.headline }}</h1>\n<p>old</p>");
    for n in 0..7 {
        site.story(&format!("s{n}"), if n == 3 { "alert: true" } else { "" }, if n == 3 { "" } else { "Text." });
    }
    site.build();
    let diff = |more: &[&str]| site.cli(&[&["theme", "diff", "--now", NOW], more].concat());
    assert!(diff(&[]).stdout.starts_with("0 of "), "{}", diff(&[]).stdout);
    template("<h1>{{ story.headline }}</h1>\n{% if story.alert %}<p>flash</p>{% else %}<p>new</p>{% endif %}");
    let before = crate::support::tree(site.root());
    let ran = diff(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("7 of ") && ran.stdout.contains("in 2 ways"), "{}", ran.stdout);
    assert!(ran.stdout.contains("6 pages, among them /news/2026/11/20/s0/"), "{}", ran.stdout);
    assert!(ran.stdout.contains("  -<p>old</p>\n  +<p>new</p>"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("1 page, among them /news/2026/11/20/s3/\n  -<p>old</p>\n  +<p>flash</p>"),
        "{}",
        ran.stdout
    );
    let json: serde_json::Value = serde_json::from_str(&diff(&["--json"]).stdout).unwrap();
    assert_eq!((json["changed"].as_u64(), json["groups"][0]["pages"].as_u64()), (Some(7), Some(6)));
    // An edit that no page shows: made again, and the same.
    template("<h1>{{ story.headline }}</h1>\n<p>old</p>{# a remark #}");
    let json: serde_json::Value = serde_json::from_str(&diff(&["--json"]).stdout).unwrap();
    assert_eq!((json["changed"].as_u64(), json["same"].as_u64()), (Some(0), Some(7)));
    fs::remove_dir_all(site.root().join(".dateline")).unwrap();
    assert!(diff(&[]).code == 0);
    let after = crate::support::tree(&site.output());
    for (file, bytes) in before.iter().filter_map(|(file, bytes)| Some((file.strip_prefix("output/")?, bytes))) {
        assert!(file.starts_with('.') || after[file] == *bytes, "{file}");
    }
}

#[test]
fn files_that_are_not_there_are_found_with_their_places() {
    let site = Site::with("theme: own\n");
    site.file("themes/own/theme.yaml", "extends: default\n")
        .file(
            "themes/own/templates/base.html",
            "{% extends \"default/base.html\" %}\n{% block head %}{% if false %}\n<link rel=\"icon\" href=\"{{ asset(path='icn/a.svg') }}\">{% endif %}\n  <img src=\"/assets/none.png\" alt=\"\">{% endblock %}\n",
        )
        .file("themes/own/static/icons/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .file("themes/own/static/css/a.css", "a { b: url(../icons/a.svg) }\n@import \"../style.css\";\n@import \"b.css\";\nc { d: url(\"../../e.woff2?v=1#x\") }\n");
    let ran = site.cli(&["theme", "check"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let said = |stderr: &str| {
        let lines: Vec<&str> = stderr.lines().collect();
        let pairs = lines.windows(2).filter(|pair| pair[0].contains("the theme has no file"));
        let line = |pair: &[&str]| {
            let message = pair[0].split(": ").nth(1).unwrap().to_string();
            format!("{} {message}", pair[1].trim_start_matches([' ', '-', '>']))
        };
        pairs.map(line).collect::<Vec<_>>()
    };
    assert_eq!(
        said(&ran.stderr),
        [
            "themes/own/static/css/a.css:3:10 the theme has no file `static/css/b.css`",
            "themes/own/static/css/a.css:4:13 the theme has no file `static/../../e.woff2?v=1#x`",
            "themes/own/templates/base.html:3:39 the theme has no file `static/icn/a.svg`",
            "themes/own/templates/base.html:4:13 the theme has no file `static/none.png`",
        ],
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("did you mean `icons/a.svg`?"), "{}", ran.stderr);
}

#[test]
fn what_the_policy_of_a_theme_blocks_is_found_with_its_place() {
    let site = Site::with("theme: own\nextra: {counter: https://count.example/a.js}\n");
    let policy = "default-src 'none'; img-src 'self' https://*.pictures.example; style-src 'self'; script-src 'self'; manifest-src 'self'; form-action 'self'";
    let write = |policy: &str| {
        site.file("themes/own/theme.yaml", format!("extends: default\ncontent_security_policy: \"{policy}\"\n"));
    };
    write(policy);
    site.file(
        "themes/own/templates/base.html",
        "{% extends \"default/base.html\" %}\n{% block head_end %}\n<script>let x = 1</script>\n<style>a { b: c }</style>\n<script src=\"https://cdn.example/{{ page.kind }}.js\"></script>\n<script src=\"{{ site.extra.counter }}\"></script>\n{% endblock %}\n{% block body_end %}\n<p style=\"color: red\" onclick=\"go()\"><a href=\"javascript:go()\">Go</a></p>\n<img alt=\"\" src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\">\n<img alt=\"\" src=\"https://i.pictures.example/a.png\">\n<form action=\"https://letters.example/\"></form>\n<iframe title=\"x\" src=\"https://video.example/\"></iframe>\n{% endblock %}\n",
    )
    .file("themes/own/static/own.css", "@font-face { font-family: A; src: url(https://fonts.example/a.woff2) }\n");
    let blocked = || {
        let ran = site.cli(&["theme", "check"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let lines: Vec<&str> = ran.stderr.lines().collect();
        let pairs = lines.windows(2).filter(|pair| pair[0].contains("policy blocks"));
        let line = |pair: &[&str]| {
            let message = pair[0].split("policy blocks ").nth(1).unwrap().to_string();
            let place = pair[1].trim_start_matches([' ', '-', '>']).trim_start_matches("themes/own/");
            if pair[1].trim_start().starts_with("-->") { format!("{place} {message}") } else { message }
        };
        pairs.map(line).collect::<Vec<_>>()
    };
    let page = "`https://count.example/a.js`, by `script-src 'self'`: ";
    let found = blocked();
    assert!(found[0].starts_with(page) && found[0].contains(" more"), "{found:#?}");
    assert_eq!(
        found[1..],
        [
            "static/own.css:1:39 `https://fonts.example/a.woff2`, by `default-src 'none'`",
            "templates/base.html:3:9 an inline script, by `script-src 'self'`",
            "templates/base.html:4:8 an inline style sheet, by `style-src 'self'`",
            "templates/base.html:5:14 `https://cdn.example/….js`, by `script-src 'self'`",
            "templates/base.html:9:11 a `style` attribute, by `style-src 'self'`",
            "templates/base.html:9:32 the attribute `onclick`, by `script-src 'self'`",
            "templates/base.html:9:47 a `javascript:` address, by `script-src 'self'`",
            "templates/base.html:10:18 `data:image/gif;base64,R0lGODlhAQABAAAAACw=`, by `img-src 'self' https://*.pictures.example`",
            "templates/base.html:12:15 `https://letters.example/`, by `form-action 'self'`",
            "templates/base.html:13:24 `https://video.example/`, by `default-src 'none'`",
        ]
    );
    write("default-src * data: 'unsafe-inline'");
    assert_eq!(blocked(), [""; 0]);
    // Without a policy nothing is blocked.
    site.file("themes/own/theme.yaml", "extends: default\n");
    assert_eq!(blocked(), [""; 0]);
}

#[test]
fn settings_of_a_theme_are_words_that_its_author_offers() {
    let site = Site::with("theme: own\ntheme_settings:\n  tone: loud\n");
    site.file("themes/own/theme.yaml", "extends: base\nsettings: {tone: [calm, loud]}\n");
    site.file("themes/base/theme.yaml", "extends: default\nsettings: {tone: [plain], weight: [light, bold]}\n");
    let template =
        "{% extends \"default/base.html\" %}{% block body_end %}{{ theme.tone }} {{ theme.weight }}{% endblock %}";
    site.file("themes/own/templates/base.html", template);
    site.story("one", "", "Text.");
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    // What the site does not choose is the first word; the first theme of the chain that has a setting counts.
    assert!(site.read("index.html").contains("loud light"));
    let settings = |more: &str| {
        site.file("dateline.yaml", format!("title: Check\nbase_url: https://example.org/\ntheme: own\n{more}"))
    };
    settings("theme_settings: {weight: bold}\n");
    site.build();
    assert!(site.read("news/2026/11/20/one/index.html").contains("calm bold"));
    for (chosen, words) in [
        ("  tone: shrill", ["theme_settings: `tone` is `shrill`", "dateline.yaml:5:9", "the theme has `calm`, `loud`"]),
        ("  tones: loud", ["the theme has no setting `tones`", "dateline.yaml:5:10", "it has `tone`, `weight`"]),
    ] {
        settings(&format!("theme_settings:\n{chosen}\n"));
        let ran = site.cli(&["build"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        words.iter().for_each(|words| assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr));
    }
    // Another theme has others.
    settings("theme_settings: {tone: loud}\n");
    assert_eq!(site.cli(&["theme", "check", "archive"]).code, 0);
    for (offered, message) in [
        ("{Tone: [a]}", "settings: `Tone` is not a name for a setting"),
        ("{list_every: [a]}", "settings: `list_every` is not a name for a setting"),
        ("{tone: []}", "settings: `tone` has 0 words, expected 1 to 50"),
        ("{tone: [\"a b\"]}", "settings: `tone` has the word `a b`"),
    ] {
        site.file("themes/own/theme.yaml", format!("extends: base\nsettings: {offered}\n"));
        let ran = site.cli(&["theme", "check"]);
        assert!(ran.code == 2 && ran.stderr.contains(message), "{offered}: {}", ran.stderr);
    }
}

#[test]
fn a_theme_extends_one_that_extends_another() {
    let site = Site::with("theme: evening\n");
    site.story("one", "", "Text of it.");
    assert_eq!(site.cli(&["theme", "new", "evening", "--extends", "bulletin"]).code, 0);
    assert_eq!(found(&site.build()), [] as [&str; 0]);
    assert!(site.read("news/2026/11/20/one/index.html").contains("/assets/bulletin"));
}
