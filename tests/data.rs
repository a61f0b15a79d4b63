//! Files of `data/`, `extra` and menus: templates read them, and a change makes the pages whose templates do.

use crate::support::{Site, found, written};

/// A site whose front page reads `data.markets`, whose lists read `data.table` and `site.extra.phone`, and whose other pages read
/// neither.
fn site() -> Site {
    let site = Site::with("theme: own\nextra: {phone: 1, other: 1}\n");
    site.file("themes/own/theme.yaml", "extends: default\n");
    let block = "{% block footer %}{{ super() }}";
    site.file(
        "themes/own/templates/front.html",
        format!("{{% extends \"default/front.html\" %}}{block}{{% for row in data.markets %}}<i>{{{{ row.name }}}} {{{{ row.price }}}}</i>{{% endfor %}}{{% endblock %}}"),
    );
    site.file(
        "themes/own/templates/list.html",
        format!("{{% extends \"default/list.html\" %}}{block}{{% include \"parts/box.html\" %}}{{% endblock %}}"),
    );
    site.file("themes/own/templates/parts/box.html", "<i>{{ data.table.goals[0] }} {{ site.extra.phone }}</i>");
    site.file("data/markets.csv", "name,price\nOil,71.2\n\"Wheat, red\",6\n");
    site.file("data/table.yaml", "goals: [3, 1]\n");
    site.file("data/rates.json", "{\"ECB\": 2.25}");
    site.story("one", "category: politics\nkeywords: [Wind]\nby: Ana Ruiz\n", "Text.");
    site.story("two", "category: sport\n", "Text.");
    site
}

const LISTS: [&str; 6] = ["/2026/11/20/", "/by/ana-ruiz/", "/latest/", "/politics/", "/sport/", "/topics/wind/"];

#[test]
fn a_change_makes_the_pages_whose_templates_read_it() {
    let site = site();
    site.build();
    assert!(site.read("index.html").contains("<i>Oil 71.2</i><i>Wheat, red 6</i>"));
    assert!(site.read("politics/index.html").contains("<i>3 1</i>"));
    assert_eq!(written(&site), [""; 0]);
    site.file("data/markets.csv", "name,price\nOil,72\n");
    assert_eq!(written(&site), ["/"]);
    site.file("data/table.yaml", "goals: [4, 1]\n");
    assert_eq!(written(&site), LISTS);
    // What no template reads, and what says the same in other letters, makes nothing.
    site.file("data/rates.json", "{\"ECB\": 2.5}").file("data/table.yaml", "goals:\n- 4\n- 1 # as before\n");
    site.file("data/new.yaml", "a: 1\n");
    assert_eq!(written(&site), [""; 0]);
    let settings = |extra: &str, more: &str| {
        site.file(
            "dateline.yaml",
            format!("title: Check\nbase_url: https://example.org/\ntheme: own\nextra: {extra}\n{more}"),
        );
    };
    settings("{phone: 1, other: 2, third: {a: b}}", "");
    assert_eq!(written(&site), [""; 0]);
    settings("{phone: 2, other: 2}", "");
    assert_eq!(written(&site), LISTS);
    assert!(site.read("politics/index.html").contains("<i>4 2</i>"));
    // A menu that no template reads.
    settings("{phone: 2}", "menus: {special: [{name: Sport, url: /sport/}]}\n");
    assert_eq!(written(&site), [""; 0]);
    // One that stands on every page.
    settings("{phone: 2}", "menus: {footer: [{name: Front, url: /}]}\n");
    let all = written(&site);
    let html = site.tree().keys().filter(|path| path.ends_with(".html")).count();
    assert_eq!(all.len(), html, "{all:?}");
    // As a build without a state makes it.
    let copy = site.copy();
    copy.build();
    assert!(copy.tree() == site.tree());
}

#[test]
fn no_story_is_read_again_for_data() {
    let site = site();
    site.build();
    std::thread::sleep(std::time::Duration::from_millis(20));
    site.build();
    site.file("data/markets.csv", "name,price\nOil,99\n");
    let counts = site.build().counts;
    assert_eq!((counts.opened, counts.rendered), (0, 1));
}

#[test]
fn what_cannot_be_read_stops_the_build_with_its_place() {
    for (path, text, expected) in [
        ("data/a.yaml", "x: [1\n", "data/a.yaml:2:1"),
        ("data/a.yaml", "x: 1\nx: 2\n", "data/a.yaml:2:1"),
        ("data/a.json", "{\"x\": 1,\n \"y\": }", "data/a.json:2:7"),
        ("data/a.csv", "a,b\n1,2,3\n", "data/a.csv:2:5"),
        ("data/a-b.csv", "a\n", "data/a-b.csv"),
        ("data/table.json", "{}", "data/table.yaml"),
    ] {
        let site = site();
        site.file(path, text);
        let ran = site.run_build(&[]);
        assert_eq!(ran.code, 2, "{path}: {}", ran.stderr);
        assert!(ran.stderr.contains("error[data-invalid]") && ran.stderr.contains(expected), "{path}: {}", ran.stderr);
    }
    let site = site();
    site.file("data/notes.txt", "no data").file("data/.hidden.csv", "").file("data/deep/x.csv", "");
    assert_eq!(found(&site.build()), [""; 0]);
}

#[test]
fn a_template_that_reads_what_is_not_there_says_so() {
    let site = site();
    site.remove("data/markets.csv");
    let ran = site.run_build(&[]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("themes/own/templates/front.html"), "{}", ran.stderr);
    assert!(site.has("politics/index.html"), "other pages are made");
}
