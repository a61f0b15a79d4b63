//! The state of the last build never shows in the output: a build with it gives the same bytes as a build without it.
//!
//! The main test makes random edits, several at once, and compares after each step. `DATELINE_STEPS` says how many, `DATELINE_SEED`
//! where to begin; both are printed.

use crate::support::{Dice, NOW, Site, modified, number, seed, set_modified, time, tree};
use dateline::build::{BuildOptions, Report, Resident, Touched, build, build_again};
use dateline::source::Stamp;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SETTINGS: &str = "languages: [en, es]\nlists: {per_page: 3, front: 4, feed: 3}\npages: {list_feeds: [category, topic], full_text_feeds: [topic, /politics/]}\ntheme: own\nimages: {widths: [16, 40], social_cards: 3}\nversion_history: true\nextra: {note: 1}\nlabels: {opinion: {name: Opinion}}\n";

/// Steps in the life of one newsroom.
const STEPS: u64 = 20;

/// A story file of the newsroom, as its fields.
#[derive(Clone, Default)]
struct Draft {
    path: String,
    fields: BTreeMap<&'static str, String>,
    body: String,
}

struct Newsroom {
    site: Site,
    drafts: Vec<Draft>,
    dice: Dice,
    made: usize,
    hour: i64,
}

const WORDS: [&str; 24] = [
    "harbour",
    "strike",
    "pilot",
    "ferry",
    "tariff",
    "minister",
    "storm",
    "dam",
    "vote",
    "council",
    "bridge",
    "court",
    "museum",
    "orchard",
    "frost",
    "budget",
    "union",
    "tunnel",
    "island",
    "vaccine",
    "satellite",
    "wheat",
    "rail",
    "fuel",
];

impl Newsroom {
    /// A newsroom of so many stories. Where there are many, the related articles are brought up to date after an edit; where
    /// there are few, they are all worked out again.
    fn new(seed: u64, stories: usize) -> Newsroom {
        let site = Site::with(SETTINGS);
        site.file("themes/own/theme.yaml", "extends: base\n").file("themes/base/theme.yaml", "extends: default\n");
        site.file(
            "content/categories.yaml",
            "politics:\n  name: {en: Politics, es: Política}\nsport:\n  name: Sport\n",
        );
        site.file("static/ads.txt", "none\n")
            .file("data/rates.csv", "name,value\noil,1\n")
            .file("data/other.yaml", "a: 1\n");
        let block = "{% block footer %}{{ super() }}<p>";
        // What one layout of fronts shows of cards, and the page around it does not.
        let card = "{% for x in card.topics %}{{ x.name }}{% endfor %}{% for x in card.genres %}{{ x }}{% endfor %}{% for x in card.authors %}{{ x.url }}{% endfor %}{% if card.updated %}{{ card.updated.time }}{% endif %}";
        site.file(
            "themes/own/templates/layouts/feature.html",
            format!("{{% for card in zone.stories %}}<p>{card}</p>{{% endfor %}}"),
        );
        for (template, value) in [
            (
                "list",
                "{{ data.rates[0].value }}{% for card in list.rest %}{% if card.extra.stars is defined %}{{ card.extra.stars }}{% endif %}{% endfor %}",
            ),
            ("page", "{{ site.extra.note }}{{ data.other.a }}"),
        ] {
            let text = format!("{{% extends \"default/{template}.html\" %}}{block}{value}</p>{{% endblock %}}");
            site.file(&format!("themes/own/templates/{template}.html"), text);
        }
        site.file("content/pages/about.md", "---\nheadline: About\n---\n\nSee [the latest](/politics/).\n");
        let mut newsroom = Newsroom { site, drafts: Vec::new(), dice: Dice(seed), made: 0, hour: 0 };
        (0..stories).for_each(|_| newsroom.add());
        newsroom
    }

    fn now(&self) -> String {
        let minutes = self.hour * 20;
        format!("2026-11-{:02}T{:02}:{:02}:00Z", 23 + minutes / 1440, minutes / 60 % 24, minutes % 60)
    }

    fn text(&mut self, words: usize) -> String {
        let dice = &mut self.dice;
        (0..words).map(|_| dice.pick(&WORDS)).collect::<Vec<_>>().join(" ")
    }

    fn add(&mut self) {
        self.made += 1;
        let number = self.made;
        let dice = &mut self.dice;
        let mut draft =
            Draft { path: format!("content/2026/{:02}/s{number}.md", 10 + dice.below(2)), ..Draft::default() };
        draft.fields.insert("uri", format!("urn:t:{number}"));
        draft.fields.insert("firstCreated", format!("2026-11-{:02}T{:02}:00:00Z", 1 + dice.below(25), dice.below(24)));
        draft.fields.insert("category", dice.pick(&["politics", "politics/votes", "sport", "world"]).to_string());
        draft.fields.insert("keywords", dice.pick(&["[Wind power]", "[wind power, Rail]", "[Rail]", "[]"]).to_string());
        draft.fields.insert("by", dice.pick(&["Ana Ruiz", "Ben Cole", "[Ana Ruiz, Ben Cole]"]).to_string());
        draft.fields.insert("language", dice.pick(&["en", "en", "es"]).to_string());
        draft.fields.insert("dateline", dice.pick(&["\"OSLO, Nov 20 (Check)\"", "\"LIMA (Check)\""]).to_string());
        let headline = self.text(4);
        draft.fields.insert("headline", format!("{headline} {number}"));
        draft.body = self.text(30);
        self.write(&draft);
        self.drafts.push(draft);
    }

    fn write(&self, draft: &Draft) {
        let fields: String = draft.fields.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
        self.site.file(&draft.path, format!("---\n{fields}---\n\n{}\n", draft.body));
    }

    /// Changes one story and writes it.
    fn change(&mut self, change: impl FnOnce(&mut Draft, &mut Dice)) {
        if self.drafts.is_empty() {
            return self.add();
        }
        let at = self.dice.below(self.drafts.len());
        let mut draft = self.drafts[at].clone();
        change(&mut draft, &mut self.dice);
        self.write(&draft);
        self.drafts[at] = draft;
    }

    /// One random edit; says what it did.
    fn edit(&mut self) -> &'static str {
        let other = if self.drafts.is_empty() { 0 } else { self.dice.below(self.drafts.len()) };
        let (path, uri) =
            self.drafts.get(other).map_or_else(Default::default, |d| (d.path.clone(), d.fields["uri"].clone()));
        let text = self.text(30);
        match self.dice.below(42) {
            0..=3 => {
                self.add();
                "add"
            }
            4 => {
                self.change(|draft, _| draft.body = text);
                "body"
            }
            5 => {
                self.change(|draft, dice| drop(draft.fields.insert("headline", format!("New {}", dice.pick(&WORDS)))));
                "headline"
            }
            6 => {
                self.change(|draft, dice| {
                    drop(draft.fields.insert("category", dice.pick(&["politics", "sport/rowing"]).into()))
                });
                "category"
            }
            7 => {
                self.change(|draft, _| {
                    draft.fields.insert("version", "2".into());
                    draft.fields.insert("versionCreated", "2026-11-26T09:00:00Z".into());
                    draft.fields.insert("correction", "{note: A name was wrong., date: 2026-11-26}".into());
                });
                "correct"
            }
            8 => {
                self.change(|draft, dice| {
                    drop(draft.fields.insert("pubStatus", dice.pick(&["canceled", "withheld", "usable"]).into()))
                });
                "status"
            }
            9 => {
                self.change(|draft, dice| {
                    drop(draft.fields.insert(
                        "embargoedUntil",
                        format!("2026-11-2{}T{}:00:00Z", 2 + dice.below(5), dice.pick(&["06", "12"])),
                    ))
                });
                "embargo"
            }
            10 => {
                self.change(|draft, dice| {
                    drop(draft.fields.insert("expires", format!("2026-11-2{}T18:00:00Z", 3 + dice.below(5))))
                });
                "expires"
            }
            11 | 12 => {
                self.hour += 1 + self.dice.below(40) as i64;
                "clock"
            }
            13 if !self.drafts.is_empty() => {
                let gone = self.drafts.remove(other);
                self.site.remove(&gone.path);
                "delete"
            }
            14 if !self.drafts.is_empty() => {
                let moved = path.replace("/s", "/moved-s");
                fs::rename(self.site.root().join(&path), self.site.root().join(&moved)).unwrap();
                self.drafts[other].path = moved;
                "rename"
            }
            15 => {
                self.change(|draft, _| {
                    draft.body = format!("See [that](/{}) and [this]({uri}).", path.trim_start_matches("content/"))
                });
                "link"
            }
            16 => {
                let text = "{% extends \"default/story.html\" %}{% block main %}";
                self.site.file(
                    "themes/own/templates/story.html",
                    format!("{text}{}{{{{ super() }}}}{{% endblock %}}", self.dice.below(3)),
                );
                "story template"
            }
            17 => {
                let part = format!("<p>{}</p>{{% include \"default/not-found.html\" %}}", self.dice.below(3));
                self.site.file("themes/base/templates/not-found.html", part);
                "template of a parent theme"
            }
            18 => {
                let per_page = 2 + self.dice.below(3);
                let title = self.dice.pick(&["Check", "Other"]);
                let text = format!("title: {title}\nbase_url: https://example.org/\n{SETTINGS}");
                let menus = self.dice.pick(&[
                    "",
                    "menus: {main: [{section: sport}, {page: about}]}\n",
                    "menus: {footer: [{index: topics}, {name: X, url: /topics/rail/}], main: [{section: sport}]}\n",
                    "menus: {tops: [{page: terms}]}\n",
                ]);
                let text = text.replace("per_page: 3", &format!("per_page: {per_page}"));
                self.site.file("dateline.yaml", format!("{text}{menus}"));
                "settings"
            }
            19 => {
                let (width, text) = (20 * self.dice.below(6) as u32 + 1, ["a", "b"][self.dice.below(2)]);
                let mut picture = crate::support::png(width, 60, text);
                match self.dice.below(8) {
                    // Broken so that it shows when it is decoded, and so that it shows before.
                    0 => picture.iter_mut().skip(1000).take(1).for_each(|byte| *byte ^= 1),
                    1 => picture.truncate(3000),
                    _ => {}
                }
                self.site.file("content/2026/11/shot.png", picture);
                self.site.file("content/2026/11/talk.mp3", vec![7; self.dice.below(3)]);
                let mut video = crate::support::movie(1000 + width, text);
                if self.dice.below(4) == 0 {
                    video.truncate(60);
                }
                self.site.file("content/2026/11/storm.mp4", video);
                for (name, bytes) in [("storm.vtt", text.as_bytes()), ("storm.png", &crate::support::png(3, 2, text))] {
                    match self.dice.below(3) {
                        0 if self.site.root().join("content/2026/11").join(name).exists() => {
                            self.site.remove(&format!("content/2026/11/{name}"));
                        }
                        _ => {
                            self.site.file(&format!("content/2026/11/{name}"), bytes);
                        }
                    }
                }
                "picture"
            }
            20 => {
                self.change(|draft, _| {
                    drop(draft.fields.insert(
                        "associations",
                        "[{href: /2026/11/shot.png, caption: A shot}, {type: audio, href: /2026/11/talk.mp3}]".into(),
                    ));
                    draft
                        .body
                        .push_str("\n\n![In the text](/2026/11/shot.png)\n\n![A storm](/2026/11/storm.mp4 \"Ana\")\n");
                    draft.body.push_str("\n```gallery Shots\n![A shot](/2026/11/shot.png)\n```\n");
                    draft.body.push_str(&format!("\n```facts\n- [That]({uri})\n```\n"));
                });
                "picture of a story"
            }
            21 => {
                self.change(|draft, _| drop(draft.fields.insert("related", format!("[\"{uri}\"]"))));
                "picked by hand"
            }
            22 => {
                self.change(|draft, _| drop(draft.fields.insert("translationOf", format!("\"{uri}\""))));
                "translation"
            }
            23 => {
                self.change(|draft, _| drop(draft.fields.insert("replaces", format!("[\"{uri}\"]"))));
                "replaces"
            }
            24 => {
                let menu = self.dice.pick(&["", "", "menu: main", "menu: {name: footer, order: 2}", "menu: tops"]);
                let more = self.dice.pick(&["", "draft: true", "language: es", "embargoedUntil: 2026-11-24T06:00:00Z"]);
                let name = self.dice.pick(&["about", "about", "terms"]);
                self.site.file(
                    &format!("content/pages/{name}.md"),
                    format!("---\nheadline: About\n{menu}\n{more}\n---\n\nSee [it]({uri}). {text}\n"),
                );
                "standing page"
            }
            25 => {
                self.change(|draft, dice| drop(draft.fields.insert("urgency", format!("{}", 1 + dice.below(5)))));
                "urgency"
            }
            26 => {
                self.change(|draft, dice| {
                    let terms = dice.pick(&["rights: ONLINE OUT", "validTo: 2026-11-25T12:00:00Z", "rights: No sales"]);
                    let other = "href: \"https://e.org/x.jpg\"";
                    let value = format!("[{{href: /2026/11/shot.png, {terms}}}, {{{other}, {terms}}}]");
                    drop(draft.fields.insert("associations", value))
                });
                "rights"
            }
            27 if !self.drafts.is_empty() => {
                self.made += 1;
                let mut former = self.drafts[other].clone();
                former.path = format!("content/2026/10/f{}.md", self.made);
                let (number, hour) = (1 + self.dice.below(3), self.dice.below(24));
                former.fields.insert("version", number.to_string());
                former.fields.insert("versionCreated", format!("2026-11-25T{hour:02}:00:00Z"));
                self.write(&former);
                self.drafts.push(former);
                "another version"
            }
            28 | 29 => {
                self.change_behind_its_time();
                "same length, time set back"
            }
            30 if !self.drafts.is_empty() => {
                // As a checkout does it: another file of the same name, bytes and time.
                let place = self.site.root().join(&path);
                let (bytes, time) = (fs::read(&place).unwrap(), modified(&place));
                fs::remove_file(&place).unwrap();
                fs::write(&place, bytes).unwrap();
                set_modified(&place, time);
                "the same file again"
            }
            31 => {
                let path =
                    self.dice.pick(&["ads.txt", ".well-known/x.txt", "sport/index.html", "robots.txt", "a/b.pdf"]);
                self.site.file(&format!("static/{path}"), self.dice.pick(&["one", "two", "three"]));
                "file of static/"
            }
            32 => {
                let path =
                    self.site.root().join("static").join(self.dice.pick(&["ads.txt", "sport/index.html", "a/b.pdf"]));
                // It may be gone already.
                let _ = fs::remove_file(path);
                "file of static/ removed"
            }
            33 => {
                let value = self.dice.below(4);
                self.site.file("data/rates.csv", format!("name,value\noil,{value}\n"));
                self.site.file("data/other.yaml", format!("a: {}\n", value / 2));
                self.site.file("data/markets.csv", format!("name,value,language\noil,{value},\nwheat,1,es\n"));
                "data"
            }
            34 => {
                let text = fs::read_to_string(self.site.root().join("dateline.yaml")).unwrap();
                let notes = ["extra: {note: 1}", "extra: {note: 2, other: 1}", "extra: {note: 2, other: 2}"];
                let old = notes.into_iter().find(|note| text.contains(note)).unwrap();
                self.site.file("dateline.yaml", text.replace(old, self.dice.pick(&notes)));
                "extra"
            }
            35 | 36 => {
                let picks = (0..4).filter_map(|_| {
                    let at = self.dice.below(self.drafts.len().max(1));
                    let draft = self.drafts.get(at)?;
                    let file = draft.path.trim_start_matches("content/").to_string();
                    Some(if self.dice.below(2) == 0 { file } else { draft.fields["uri"].clone() })
                });
                let picks: Vec<String> = picks.collect();
                let front = self.front(&picks, &text);
                let page = self.dice.pick(&["en", "es", "en/politics", "en/sport/rowing"]);
                self.site.file(&format!("content/fronts/{page}.yaml"), front);
                "front"
            }
            37 => {
                let page = self.dice.pick(&["en", "es", "en/politics", "en/sport/rowing"]);
                // It may be gone already.
                let _ = fs::remove_file(self.site.root().join(format!("content/fronts/{page}.yaml")));
                "front removed"
            }
            38 => {
                self.change(|draft, dice| {
                    drop(
                        draft
                            .fields
                            .insert("genres", dice.pick(&["[Live, Opinion]", "opinion", "[OPINION]", "[]"]).into()),
                    )
                });
                "genres"
            }
            39 => {
                self.change(|draft, dice| {
                    drop(draft.fields.insert("extra", dice.pick(&["{stars: 1}", "{stars: 2}", "{}"]).into()))
                });
                "extra of a story"
            }
            40 => {
                let text = fs::read_to_string(self.site.root().join("dateline.yaml")).unwrap();
                let labels = [
                    "labels: {opinion: {name: Opinion}}",
                    "labels: {opinion: {name: {en: Comment, es: Opinión}, style: red}}",
                    "labels: {live: {name: Live, genres: Opinion}}",
                ];
                let old = labels.into_iter().find(|labels| text.contains(labels)).unwrap();
                self.site.file("dateline.yaml", text.replace(old, self.dice.pick(&labels)));
                "labels"
            }
            41 => {
                self.change(|draft, dice| {
                    let sponsor = dice.pick(&["Acme", "{name: Acme, url: \"https://acme.example/\"}", "Other", ""]);
                    drop(draft.fields.insert("sponsor", sponsor.into()));
                    draft.body.push_str(" [Away](https://e.org/) ");
                });
                "sponsor"
            }
            _ => "nothing",
        }
    }

    /// A front of some zones, some of them for a time.
    fn front(&mut self, picks: &[String], text: &str) -> String {
        let mut front = String::from("zones:\n");
        let first = picks.first().map_or("urn:t:none", String::as_str);
        let all = picks.join(", ");
        for _ in 0..1 + self.dice.below(5) {
            let zone = match self.dice.below(10) {
                0 => format!("zone: lead, story: \"{first}\", links: [{all}]"),
                1 => "zone: lead".to_string(),
                2 | 3 => format!("zone: package, title: Some, stories: [{all}, \"{first}\"], layout: feature"),
                4 => "zone: package, count: 3, layout: none-such".to_string(),
                5 => "zone: latest, count: 2, repeat: yes".to_string(),
                6 => format!("zone: section, section: sport, stories: [{all}]"),
                7 => format!("zone: text, text: \"{text}, see [it]({first}) ![shot](/2026/11/shot.png)\""),
                8 => "zone: slot, name: markets".to_string(),
                _ => "zone: slot, name: letter".to_string(),
            };
            let (day, hour) = (22 + self.dice.below(4), self.dice.pick(&["06", "18"]));
            let time = match self.dice.below(4) {
                0 => format!(", from: 2026-11-{day}T{hour}:00:00Z"),
                1 => format!(", until: 2026-11-{day}T{hour}:00:00Z"),
                _ => String::new(),
            };
            front.push_str(&format!("- {{{zone}{time}}}\n"));
        }
        front
    }

    /// Changes what decides whether a story is public, in a text of the same length, and sets the time of the file back.
    fn change_behind_its_time(&mut self) {
        const PAIRS: [(&str, &str); 3] =
            [("withheld", "canceled"), ("T06:00:00Z", "T09:00:00Z"), ("harbour", "tariffs")];
        let has =
            |draft: &Draft, text: &str| draft.body.contains(text) || draft.fields.values().any(|v| v.contains(text));
        let found = self.drafts.iter().enumerate().find_map(|(at, draft)| {
            let pairs = PAIRS.iter().flat_map(|(a, b)| [(a, b), (b, a)]);
            pairs.into_iter().find(|(from, _)| has(draft, from)).map(|(from, to)| (at, from, to))
        });
        let Some((at, from, to)) = found else { return };
        let place = self.site.root().join(&self.drafts[at].path);
        let time = modified(&place);
        let draft = &mut self.drafts[at];
        draft.body = draft.body.replace(from, to);
        draft.fields.values_mut().for_each(|value| *value = value.replace(from, to));
        let draft = self.drafts[at].clone();
        self.write(&draft);
        set_modified(&place, time);
        // Another story comes first the next time.
        self.drafts.rotate_left(at + 1);
    }
}

fn build_in(root: &Path, now: &str, threads: usize) -> Report {
    let options = BuildOptions { threads, write: true, ..BuildOptions::read_only(time(now)) };
    build(root, &options).unwrap_or_else(|error| panic!("{error}"))
}

/// A process that builds one site again and again, and is told what changed since it looked last.
#[derive(Default)]
struct Process {
    resident: Resident,
    looked: Option<BTreeMap<PathBuf, Stamp>>,
}

impl Process {
    fn build(&mut self, root: &Path, now: &str, threads: usize) -> Report {
        let entries = walkdir::WalkDir::new(root.join("content")).into_iter().map(Result::unwrap);
        let look: BTreeMap<PathBuf, Stamp> =
            entries.map(|entry| (entry.path().to_path_buf(), Stamp::of(&entry.metadata().unwrap()))).collect();
        let touched = match self.looked.take() {
            None => Touched::Anywhere,
            Some(before) => {
                let gone = before.keys().filter(|path| !look.contains_key(*path));
                let came = look.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp)).map(|(path, _)| path);
                Touched::At(
                    gone.chain(came).filter(|path| !path.is_dir() || !before.contains_key(*path)).cloned().collect(),
                )
            }
        };
        self.looked = Some(look);
        let options = BuildOptions { threads, write: true, ..BuildOptions::read_only(time(now)) };
        build_again(root, &options, &mut self.resident, &touched).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// The output of a build of the same files that has no state, with the manifest.
fn clean(site: &Site, now: &str, threads: usize) -> (BTreeMap<String, Vec<u8>>, Vec<u8>, Vec<String>) {
    let copy = crate::support::folder();
    for part in ["content", "static", "data", "themes", "dateline.yaml"] {
        for entry in walkdir::WalkDir::new(site.root().join(part)).into_iter().map(Result::unwrap) {
            let place = copy.path().join(entry.path().strip_prefix(site.root()).unwrap());
            if entry.file_type().is_dir() {
                fs::create_dir_all(place).unwrap();
            } else {
                // A link would change the time of status change of the newsroom's own file.
                fs::copy(entry.path(), place).unwrap();
            }
        }
    }
    let report = build_in(copy.path(), now, threads);
    let output = copy.path().join("output");
    (tree(&output), fs::read(output.join(".dateline-manifest")).unwrap(), crate::support::found(&report))
}

#[test]
#[allow(clippy::print_stdout, reason = "a failure has to be repeatable")]
fn random_edits_give_the_bytes_of_a_clean_build() {
    let (steps, seed) = (number("DATELINE_STEPS", 24, 1000), seed(20_261_123));
    println!("steps {steps}, seed {seed}");
    crate::support::rounds(steps.div_ceil(STEPS), |round| {
        let mut newsroom = Newsroom::new(seed + round, if round % 2 == 0 { 50 } else { 8 });
        let mut history = Vec::new();
        let mut process = Process::default();
        for _ in round * STEPS..steps.min((round + 1) * STEPS) {
            let edits = 1 + newsroom.dice.below(3);
            let edits: Vec<&str> = (0..edits).map(|_| newsroom.edit()).collect();
            history.push(edits.join(" + "));
            let threads = if newsroom.dice.below(2) == 0 { 1 } else { 8 };
            let now = newsroom.now();
            // A process that builds again and again ends now and then, and another one goes on.
            if newsroom.dice.below(4) == 0 {
                process = Process::default();
            }
            let report = process.build(newsroom.site.root(), &now, threads);
            let (expected, manifest, mut found) = clean(&newsroom.site, &now, 9 - threads);
            let log = format!("seed {}, at {now}, after {}", seed + round, history.join(", "));
            let built = newsroom.site.tree();
            for (path, bytes) in &expected {
                assert!(built.contains_key(path), "{path} is missing; {log}");
                let (built, bytes) = (String::from_utf8_lossy(&built[path]), String::from_utf8_lossy(bytes));
                assert!(built == bytes, "{path} differs; {log}\n--- built\n{built}\n--- clean\n{bytes}");
            }
            assert_eq!(built.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{log}");
            assert_eq!(fs::read(newsroom.site.output().join(".dateline-manifest")).unwrap(), manifest, "{log}");
            // Only a build that has a state can know which addresses went.
            let mut complaints = crate::support::found(&report);
            complaints.retain(|line| !line.contains("address-moved"));
            // A build that sees at once that nothing changed loads no story, and does not repeat the notes of the last one.
            if report.stages.iter().all(|(stage, _)| *stage != "load") {
                found.retain(|line| !line.starts_with("note "));
            }
            assert_eq!(complaints, found, "the same complaints; {log}");
        }
    });
}

/// A newsroom of so many stories, an hour apart, in two sections.
fn archive(stories: usize) -> Site {
    let site = Site::with("lists: {per_page: 50}\n");
    for number in 0..stories {
        story(&site, number, "");
    }
    settle();
    site
}

/// Waits until a file written before has an older time of change than a build that begins now.
fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(20));
}

fn story(site: &Site, number: usize, more: &str) {
    let mut dice = Dice(number as u64);
    let words: Vec<&str> = (0..40).map(|_| WORDS[dice.below(WORDS.len())]).collect();
    let (day, hour) = (1 + number / 24 % 28, number % 24);
    let (year, month) = (2000 + number / 24 / 28 / 12, 1 + number / 24 / 28 % 12);
    site.file(
        &format!("content/{year}/{month:02}/{day:02}/s{number}.md"),
        format!(
            "---\nuri: urn:t:{number}\nheadline: Story {number} {}\ncategory: {}\nfirstCreated: {year}-{month:02}-{day:02}T{hour:02}:00:00Z\n---\n\n{} {}{more}\n",
            words[0], ["politics", "sport"][number % 2], words.join(" "), number * 7919,
        ),
    );
}

/// What a build opened, made and wrote; by the program that `DATELINE_PROGRAM` names, where it names one.
fn work(site: &Site) -> [usize; 3] {
    let now = "2030-01-01T00:00:00Z";
    let Some(program) = std::env::var_os("DATELINE_PROGRAM") else {
        let counts = site.build_at(now).counts;
        return [counts.opened, counts.rendered, counts.written];
    };
    let report = site.root().join("report.json");
    let mut build = Command::new(program);
    build.args(["build", "--quiet", "--now", now, "--site"]).arg(site.root()).arg("--report").arg(&report);
    assert!(build.status().unwrap().success());
    let report: serde_json::Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    ["opened", "rendered", "written"].map(|name| report["counts"][name].as_u64().unwrap() as usize)
}

/// One new story costs the same in an archive of any size. `DATELINE_SCALE` is the larger size.
#[test]
fn the_work_follows_the_change() {
    let size = number("DATELINE_SCALE", 1_500, 5_000) as usize;
    let mut made = Vec::new();
    for stories in [size / 10 + 10, size + 10] {
        let site = archive(stories);
        work(&site);
        assert_eq!(work(&site), [0; 3]);
        story(&site, stories, "");
        let added = work(&site);
        assert_eq!(added[0], 1);
        story(&site, stories, " More.");
        let edited = work(&site);
        assert_eq!(edited[0], 1);
        made.push([added[1], added[2], edited[1], edited[2]]);
    }
    for (small, large) in made[0].iter().zip(&made[1]) {
        // A list may turn a page, and the year's first story of a day makes its day's list.
        assert!(small.abs_diff(*large) <= 6, "{made:?}");
    }
    assert!(made[1][0] < 60, "{made:?}");
}

#[test]
fn reasons_are_reported() {
    let site = Site::new();
    site.story("dock", "keywords: [Docks]\n", "Cranes stood idle.").story("vote", "", "Dockers vote on the offer.");
    site.build();
    site.story("dock", "keywords: [Docks]\n", "Cranes stood idle on Monday.");
    let why = site.cli(&["why", "/news/2026/11/20/dock/", "--now", NOW]);
    assert_eq!(why.code, 0, "{}", why.stderr);
    assert!(why.stdout.contains("the next build makes it:\n  its file or its state changed"), "{}", why.stdout);
    let built = site.build();
    let url = "/news/2026/11/20/dock/";
    let line = built.written.iter().find(|line| line.url == url).unwrap();
    assert!(line.reasons.contains(&"its file or its state changed"));
    let why = site.cli(&["why", "https://example.org/news/2026/11/20/dock/", "--now", NOW]);
    assert!(why.stdout.contains("is as the next build would make it"), "{}", why.stdout);
    assert!(why.stdout.contains("it was last made because:\n  its file"), "{}", why.stdout);
    assert_eq!(site.cli(&["why", "/nowhere/", "--now", NOW]).code, 1);
}

#[test]
fn the_next_change_is_due_ahead_or_never() {
    let site = Site::with("pages: {news_sitemap: false}\n");
    let ask = |now: &str| site.cli(&["next-change", "--now", now]);
    site.story("dock", "firstCreated: 2020-01-01", "Text.");
    site.build();
    let never = ask(NOW);
    assert_eq!((never.code, never.stdout.as_str()), (4, "the clock alone will not change the site\n"));
    site.story("held", "embargoedUntil: 2026-11-24T06:00:00Z", "Text.");
    site.build();
    assert_eq!(ask("2026-11-24T05:59:00Z").code, 3);
    let due = ask("2026-11-24T06:00:00Z");
    assert_eq!(
        (due.code, due.stdout.as_str()),
        (0, "due since 2026-11-24T06:00:00Z: embargo of urn:check:held ends\n")
    );
    let json = site.cli(&["next-change", "--json", "--now", "2026-11-24T05:59:00Z"]);
    assert_eq!(
        json.stdout,
        "{\"nextChange\":\"2026-11-24T06:00:00Z\",\"reason\":\"embargo of urn:check:held ends\",\"due\":false}\n"
    );
}

#[test]
fn verify_mends_the_output() {
    let site = Site::new();
    site.story("dock", "", "Cranes stood idle.");
    site.build();
    let page = "news/2026/11/20/dock/index.html";
    let before = site.tree();
    fs::write(site.output().join(page), "changed").unwrap();
    fs::remove_file(site.output().join("robots.txt")).unwrap();
    let report = site.build_with(NOW, |options| options.verify = true);
    assert_eq!(report.counts.written, 2);
    assert_eq!(site.tree(), before);
}

#[test]
fn a_damaged_state_is_a_warning_and_nothing_more() {
    // What is kept of pictures is not part of the state: where it is damaged it is made again, and nobody has to know.
    let site = Site::with("images: {social_cards: 0}\n");
    site.story("dock", "", "Cranes stood idle.").story("vote", "", "Dockers vote.");
    site.build();
    let before = site.tree();
    let files = || -> Vec<std::path::PathBuf> {
        // A file of addresses is read only where one of them changed; it has tests of its own.
        let is_state = |entry: &walkdir::DirEntry| entry.file_name() != "addresses";
        let entries = walkdir::WalkDir::new(site.root().join(".dateline")).sort_by_file_name().into_iter();
        let entries = entries.filter_entry(is_state);
        let others = ["lock", ".gitignore", "last-build.json", dateline::purge::FILE];
        let own = |name: &std::ffi::OsStr| !others.iter().any(|other| name == *other);
        let files = entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file() && own(entry.file_name()));
        files.map(|entry| entry.into_path()).collect()
    };
    let count = files().len();
    assert!(count >= 3, "{:?}", files());
    for at in 0..count {
        for damage in ["cut", "replaced", "emptied"] {
            let file = files().remove(at);
            let whole = fs::read(&file).unwrap();
            let bytes = match damage {
                "cut" => &whole[..whole.len() / 2],
                "replaced" => &[b'x'; 64][..],
                _ => &[],
            };
            fs::write(&file, bytes).unwrap();
            site.story("vote", "", "Dockers vote again.");
            let report = site.build();
            let codes: Vec<&str> = report.diagnostics.iter().map(|d| d.code.as_str()).collect();
            assert!(codes.iter().all(|code| *code == "state-damaged") && !codes.is_empty(), "{file:?} {codes:?}");
            site.story("vote", "", "Dockers vote.");
            site.build();
            assert_eq!(site.tree(), before, "{file:?} {damage}");
            assert!(site.build().diagnostics.is_empty());
        }
    }
    fs::remove_dir_all(site.root().join(".dateline")).unwrap();
    assert_eq!(site.build().counts.written, 0);
}

#[test]
fn two_builds_of_one_site_do_not_mix() {
    let site = Site::new();
    site.story("dock", "", "Cranes stood idle.");
    site.build();
    let lock = fs::File::options().write(true).open(site.root().join(".dateline/lock")).unwrap();
    lock.lock().unwrap();
    let ran = site.cli(&["build", "--now", NOW]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("error[site-locked]: another build of this site is running"), "{}", ran.stderr);
    drop(lock);
    assert_eq!(site.cli(&["build", "--now", NOW]).code, 0);
}

#[test]
fn a_link_in_angle_brackets_goes_when_its_story_does() {
    let site = Site::new();
    site.story("quagga", "", "Text.").story("own", "", "See <urn:check:quagga>.");
    site.build();
    assert!(site.read("news/2026/11/20/own/index.html").contains("href=\"/news/2026/11/20/quagga/\""));
    settle();
    site.story("quagga", "pubStatus: withheld", "Text.");
    site.build();
    site.assert_nowhere("quagga", &[]);
}
