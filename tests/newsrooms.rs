//! Nothing hidden is published, shown by newsrooms made at random.
//!
//! Every word of every story, page and picture carries a mark of its own. A newsroom is built, edited, and built again at another
//! time; each time the name and the bytes of every file are searched for marks, and each mark found must be one that the public may
//! see there. What it may see is worked out here from `docs/desk-rules.md`, not by the code under test. At the end all that is hidden
//! is deleted from a copy of the newsroom, and the copy's site must be the same to the byte: so no count, date, order or number
//! depends on it either.
//!
//! That the test can fail was shown by taking away one filter after another: the rules for withheld, unreadable, canceled, embargoed,
//! advisory, expired, draft and replaced stories, the order of versions, links to drafts, and redirects to killed stories (`desk`);
//! pictures, aliases, sitemaps, news sitemap, and links to notices of withdrawal (`plan`); lists, their order, archived stories in
//! lists of topics, and translations (`index`); spelling of names, embargo and status of standing pages (`build`, `load`); feeds,
//! front pages, ninjs, and links by uri, file, path and full address, in Markdown, in angle brackets and in raw HTML (`render`,
//! `markdown`); the links in a page's key; and the removal of pages that are gone (`write`). 150 newsrooms found each of these 38. One
//! more, the links in angle brackets in the key of a page without other links, takes some 300, and has a test in `incremental.rs`.
//! So were withdrawn stories in the search (`index`), the pictures of withdrawn stories and their renditions (`plan`), and, of the
//! versions that a story's history lists, those withheld, advisories, and those with an embargo of their own (`render`): 300
//! newsrooms found each of these 5.
//!
//! Taking away that picks have to be published, that zones have a time, and that a package without stories has no heading (`index::fronts`)
//! was found by 150 newsrooms each.
//! Fronts pick stories of any standing, in zones for a time; the copy's fronts pick the published ones alone, and have only the zones
//! that are due.
//!
//! `DATELINE_NEWSROOMS` says how many newsrooms, `DATELINE_SEED` where to begin. One in forty has hundreds of stories.

use crate::support::{Dice, Site, time};
use dateline::build::{BuildOptions, build};
use dateline::diag::Code;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

mod rollback;

/// What a mark stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Text that readers get with the version: headline, body, caption, names.
    Text,
    /// How a name is spelt that other stories have too; lists may spell it as an archived story does.
    Spelling,
    /// The last part of the address.
    Slug,
    /// The section's name and path.
    Section,
    /// The name of the story in all its versions.
    Uri,
    /// The note of a correction or kill.
    Note,
    /// An old address.
    Alias,
    /// For the desk alone, whatever becomes of the story.
    Desk,
}

/// Whose mark it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// A version of a story: which story, which version.
    Version(usize, usize),
    Page(usize),
    Picture(usize),
    /// A zone of a front.
    Zone(usize),
    /// What the owner publishes whatever the stories are: files of `static/` and `data/`.
    Site,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    owner: Owner,
    part: Part,
}

/// What the public may see of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Hidden,
    Published,
    Archived,
    Tombstone,
    /// Another story took its place; whether its address forwards.
    Retired(bool),
}

#[derive(Clone, Debug, Default)]
struct Version {
    path: String,
    number: u64,
    fields: BTreeMap<&'static str, String>,
    body: String,
    draft: bool,
    status: &'static str,
    advisory: bool,
    embargo: Option<i64>,
    expires: Option<i64>,
    created: i64,
    replaces: Vec<usize>,
    pictures: Vec<usize>,
    /// A picture that may not be shown from some hour on, or ever.
    barred: Option<(usize, Option<i64>)>,
    /// Front matter that is not YAML.
    broken: bool,
}

impl Version {
    fn write(&self, site: &Site) {
        let mut fields: String = self.fields.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
        let mut add = |key: &str, value: Option<String>| {
            fields.extend(value.map(|value| format!("{key}: {value}\n")));
        };
        add("version", Some(self.number.to_string()));
        add("versionCreated", Some(stamp(self.created)));
        add("embargoedUntil", self.embargo.map(stamp));
        add("expires", self.expires.map(stamp));
        add("draft", self.draft.then(|| "true".to_string()));
        add("advisory", self.advisory.then(|| "true".to_string()));
        add("pubStatus", (!self.status.is_empty()).then(|| self.status.to_string()));
        if self.broken {
            fields.push_str("headline: [\n");
        }
        site.file(&self.path, format!("---\n{fields}---\n\n{}\n", self.body));
    }
}

#[derive(Clone, Debug)]
struct Page {
    path: String,
    status: &'static str,
    embargo: Option<i64>,
    pictures: Vec<usize>,
    text: String,
}

impl Page {
    fn is_public(&self, now: i64) -> bool {
        self.status.is_empty() && self.embargo.is_none_or(|end| end <= now)
    }

    fn write(&self, site: &Site) {
        let embargo = self.embargo.map(|end| format!("embargoedUntil: {}\n", stamp(end))).unwrap_or_default();
        site.file(&self.path, self.text.replacen("---\n\n", &format!("{}{embargo}---\n\n", self.status), 1));
    }
}

/// A zone of a front.
#[derive(Clone, Debug)]
struct Zone {
    file: &'static str,
    from: Option<i64>,
    until: Option<i64>,
    /// Whether it shows nothing without a pick.
    is_package: bool,
    /// Which stories it picks, and how.
    picks: Vec<(usize, String)>,
    pictures: Vec<usize>,
    /// Its other lines.
    text: String,
}

impl Zone {
    fn is_due(&self, now: i64) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

struct Newsroom {
    site: Site,
    dice: Dice,
    /// Whether stories list their former versions.
    history: bool,
    marks: Vec<Mark>,
    /// Spellings of shared names: whose they are. The first is nobody's: it is how addresses spell them.
    spellings: Vec<Mark>,
    stories: Vec<Vec<Version>>,
    slugs: Vec<String>,
    pages: Vec<Page>,
    pictures: Vec<String>,
    zones: Vec<Zone>,
}

/// An hour, counted from 20 November 2026; the newsrooms live in that month.
fn stamp(hour: i64) -> String {
    let (mut month, mut day) = (11, 20 + hour.div_euclid(24));
    for length in [30, 31, 31, 28, 31] {
        if day > length {
            (month, day) = (month + 1, day - length);
        } else {
            break;
        }
    }
    let (year, month) = if month > 12 { (2027, month - 12) } else { (2026, month) };
    format!("{year}-{month:02}-{day:02}T{:02}:00:00Z", hour.rem_euclid(24))
}

/// A mark in text: in lower case, so that it comes through an address as it is.
fn word(id: usize) -> String {
    let letters: String = (0..5).map(|n| char::from(b'a' + (id >> (n * 4) & 15) as u8)).collect();
    format!("zq{letters}qz")
}

/// One of four names that many stories have, spelt in a way of its own: capitals are the digits of a number.
fn spelling(name: usize, id: usize) -> String {
    let letters: String = (0..14).map(|n| if id >> n & 1 == 1 { 'O' } else { 'o' }).collect();
    format!("kq{}{letters}", char::from(b'a' + name as u8))
}

impl Newsroom {
    fn new(seed: u64) -> Newsroom {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed);
        let languages = dice.pick(&["[en]", "[en]", "[en, es]"]).to_string();
        let pages = dice.pick(&[
            "{}",
            "{}",
            "{list_feeds: [category, topic, place, author], full_text_feeds: [edition, category, place]}",
            "{days: false, rss: false, latest: false}",
        ]);
        let social_cards = dice.pick(&["0", "0", "1", "4", "1000"]).to_string();
        let history = dice.below(2) == 0;
        let site = Site::with(&format!(
            "images: {{widths: [16, 40], social_cards: {social_cards}}}\nlanguages: {languages}\npages: {pages}\nlists: {{per_page: {}, front: {}, feed: {}}}\nrelated: {}\n\
             version_history: {history}\ntheme: own\nlabels: {{kqaoooooooooooooo: {{name: Label}}}}\n",
            1 + dice.below(4),
            1 + dice.below(8),
            1 + dice.below(8),
            dice.below(6),
        ));
        // Lists show all that cards carry.
        let card = "{{ card.genres | join(sep=\" \") }} {% if card.label %}{{ card.label.style }}{% endif %} {% for value in card.extra | values %}{{ value }}{% endfor %} {% if card.sponsor %}{{ card.sponsor.name }}{% endif %}";
        site.file("themes/own/theme.yaml", "extends: default\n").file(
            "themes/own/templates/list.html",
            format!("{{% extends \"default/list.html\" %}}{{% block list_top %}}{{{{ data.notes.note }}}}{{% for name, links in edition.menus %}}{{% for link in links %}}{{{{ link.name }}}}{{% endfor %}}{{% endfor %}}{{% for card in list.stories %}}{card}{{% endfor %}}{{% endblock %}}"),
        );
        let nobody = Mark { owner: Owner::Page(usize::MAX), part: Part::Text };
        let mut newsroom = Newsroom {
            site,
            dice,
            history,
            marks: Vec::new(),
            spellings: vec![nobody],
            stories: Vec::new(),
            slugs: Vec::new(),
            pages: Vec::new(),
            pictures: Vec::new(),
            zones: Vec::new(),
        };
        let dice = &mut newsroom.dice;
        let count = if seed % 40 == 39 { 100 + dice.below(200) } else { 2 + dice.below(9) };
        if dice.below(2) == 0 {
            newsroom.site.file("content/categories.yaml", "politics: {name: Politics}\nkqcoooooooooooooo: {}\n");
        }
        for _ in 0..1 + count / 3 {
            newsroom.picture();
        }
        // Every story has an address before any text is written, so that texts can link to stories yet to come.
        for story in 0..count {
            let slug = newsroom.mark(Owner::Version(story, 0), Part::Slug);
            newsroom.slugs.push(slug);
            newsroom.stories.push(Vec::new());
        }
        for story in 0..count {
            let versions = 1 + newsroom.dice.below(3) * newsroom.dice.below(2);
            (0..versions).for_each(|_| newsroom.version(story));
        }
        for page in 0..newsroom.dice.below(3) {
            newsroom.page(page);
        }
        for zone in 0..newsroom.dice.below(6) {
            newsroom.zone(zone);
        }
        newsroom.owners_files();
        newsroom.write_fronts(&newsroom.site, |_| true, |_| true);
        newsroom
    }

    fn mark(&mut self, owner: Owner, part: Part) -> String {
        self.marks.push(Mark { owner, part });
        word(self.marks.len() - 1)
    }

    fn spelt(&mut self, owner: Owner, part: Part) -> String {
        self.spellings.push(Mark { owner, part });
        spelling(if part == Part::Section { 2 } else { self.dice.below(2) }, self.spellings.len() - 1)
    }

    fn picture(&mut self) {
        let at = self.pictures.len();
        let (name, bytes) = (self.mark(Owner::Picture(at), Part::Text), self.mark(Owner::Picture(at), Part::Text));
        // Every other one is large enough to have renditions, whose names have its mark.
        let (width, height) = if at.is_multiple_of(2) { (80, 60) } else { (2, 3) };
        // Every third one is a video.
        let (ending, bytes) = match at % 3 {
            2 => ("mp4", crate::support::movie(1000 + at as u32, &bytes)),
            _ => ("png", crate::support::png(width, height, &bytes)),
        };
        self.site.file(&format!("content/2026/11/{name}.{ending}"), bytes);
        self.pictures.push(format!("/2026/11/{name}.{ending}"));
    }

    fn hour(&mut self) -> i64 {
        self.dice.below(120) as i64
    }

    /// The address of a story, where it has the section `politics` and was made on the first day.
    fn address(&self, story: usize) -> String {
        format!("/politics/2026/11/19/{}/", self.slugs[story])
    }

    fn uri(&self, story: usize) -> String {
        self.stories[story]
            .first()
            .and_then(|first| first.fields.get("uri").cloned())
            .unwrap_or_else(|| format!("urn:t:{story}"))
    }

    /// A link to some story, in one of the ways there are; its text is the linking story's own.
    fn link(&mut self, own: &str) -> String {
        let story = self.dice.below(self.stories.len());
        let (uri, address) = (self.uri(story), self.address(story));
        let file = self.stories[story].last().map_or("/2026/11/none.md", |version| &version.path["content".len()..]);
        match self.dice.below(9) {
            0 | 1 => format!("[{own}]({file})"),
            2 => format!("[{own}]({uri})"),
            3 => format!("[{own}]({address})"),
            4 => format!("[{own}](https://example.org{address}#top)"),
            5 => format!("<https://example.org{address}>"),
            6 => format!("<{uri}>"),
            7 => format!("<a href=\"https://example.org{address}\" title=\"{own}\">{own}</a>"),
            _ => format!("<a href=\"{address}\">{own}</a> [{own}]({address}ninjs.json)"),
        }
    }

    fn picked(&mut self) -> usize {
        self.dice.below(self.pictures.len())
    }

    fn version(&mut self, story: usize) {
        let number = self.stories[story].len();
        let owner = Owner::Version(story, number);
        let mut version = Version { number: number as u64 * 3 + 1, ..Version::default() };
        let mut text = |room: &mut Newsroom, key: &'static str, part: Part| {
            let mark = room.mark(owner, part);
            version.fields.insert(key, format!("Of {key} {mark}"));
        };
        for key in [
            "headline",
            "subheadline",
            "description",
            "kicker",
            "creditLine",
            "copyrightNotice",
            "usageTerms",
            "located",
            "slugline",
        ] {
            if key == "headline" || self.dice.below(2) == 0 {
                text(self, key, Part::Text);
            }
        }
        for key in ["edNote", "signoff", "take", "wireService"] {
            text(self, key, Part::Desk);
        }
        let name = if number == 0 { self.slugs[story].clone() } else { self.mark(owner, Part::Slug) };
        version.path = format!("content/2026/11/{name}.md");
        let uri = if number == 0 { format!("urn:t:{}", self.mark(owner, Part::Uri)) } else { self.uri(story) };
        version.fields.insert("uri", uri);
        version.fields.insert("firstCreated", "2026-11-19T12:00:00Z".into());
        version.created = self.hour() * 2 - 100 + number as i64;
        let names = [
            self.mark(owner, Part::Text),
            self.mark(owner, Part::Text),
            self.mark(owner, Part::Text),
            self.mark(owner, Part::Section),
        ];
        let [topic, author, place, section] = names;
        let spelt = [
            self.spelt(owner, Part::Spelling),
            self.spelt(owner, Part::Spelling),
            self.spelt(owner, Part::Spelling),
            self.spelt(owner, Part::Section),
        ];
        let [shared_topic, shared_author, shared_place, shared_section] = spelt;
        version.fields.insert("keywords", format!("[Topic {topic}, {shared_topic}]"));
        let (genre, spelt_genre) = (self.mark(owner, Part::Text), self.spelt(owner, Part::Spelling));
        version.fields.insert("genres", format!("[Genre {genre}, {spelt_genre}]"));
        let (sponsor, extra) = (self.mark(owner, Part::Text), self.mark(owner, Part::Text));
        match self.dice.below(6) {
            0 => _ = version.fields.insert("sponsor", format!("Sponsor {sponsor}")),
            1 => {
                let sponsor = format!("{{name: Sponsor {sponsor}, url: \"https://sponsor.example/{sponsor}\"}}");
                version.fields.insert("sponsor", sponsor);
            }
            2 | 3 => _ = version.fields.insert("extra", format!("{{note: Extra {extra}}}")),
            _ => {}
        }
        version.fields.insert("by", format!("[Author {author}, {shared_author}]"));
        version.fields.insert(
            "dateline",
            if self.dice.below(2) == 0 {
                format!("\"{}, Nov 20 (Check)\"", place.to_uppercase())
            } else {
                format!("\"{shared_place}, Nov 20 (Check)\"")
            },
        );
        version.fields.insert(
            "category",
            match self.dice.below(6) {
                0 => format!("Desk {section}"),
                1 => format!("{shared_section}/{section}"),
                2 | 3 => shared_section,
                _ => "politics".into(),
            },
        );
        version.fields.insert("language", self.dice.pick(&["en", "en", "es"]).into());
        if self.dice.below(3) == 0 {
            let note = self.mark(owner, Part::Note);
            version.fields.insert("correction", format!("{{note: Note {note}, date: 2026-11-20}}"));
        }
        if self.dice.below(3) == 0 {
            let alias = self.mark(owner, Part::Alias);
            // The same address in several spellings, as years of moving leave them.
            version.fields.insert("aliases", format!("[/old/{alias}/, old/{alias}, /OLD/{alias}/]"));
        }
        if self.dice.below(3) == 0 {
            let other = self.dice.below(self.stories.len());
            let key = *["related", "related", "replaces", "translationOf"].get(self.dice.below(4)).unwrap();
            let value = match key {
                "related" if self.dice.below(2) == 0 => format!("[{}]", self.slugs[other]),
                "translationOf" => self.uri(other),
                _ => format!("[\"{}\"]", self.uri(other)),
            };
            if key == "replaces" && other != story && !self.stories[other].is_empty() {
                version.replaces.push(other);
            }
            version.fields.insert(key, value);
        }
        if self.dice.below(2) == 0 {
            let (picture, caption) = (self.picked(), self.mark(owner, Part::Text));
            version.pictures.push(picture);
            let end = self.hour();
            let terms = match self.dice.below(6) {
                0 => {
                    version.barred = Some((picture, None));
                    ", rights: ONLINE OUT".to_string()
                }
                1 => {
                    version.barred = Some((picture, Some(end)));
                    format!(", validTo: {}", stamp(end))
                }
                _ => String::new(),
            };
            let href = &self.pictures[picture];
            version.fields.insert("associations", format!("[{{href: {href}, caption: {caption}{terms}}}]"));
        }
        version.body = self.body(owner, &mut version.pictures);
        match self.dice.below(16) {
            0 | 1 => version.status = "canceled",
            2 | 3 => version.status = "withheld",
            4 => version.status = "cancelled",
            5 => version.advisory = true,
            6 | 7 => version.embargo = Some(self.hour()),
            8 => version.expires = Some(self.hour()),
            9 => (version.embargo, version.expires) = (Some(self.hour()), Some(self.hour())),
            10 => version.draft = true,
            11 => drop(version.fields.insert("pinUntil", stamp(self.dice.below(120) as i64))),
            12 => drop(version.fields.insert("urgency", (1 + self.dice.below(5)).to_string())),
            13 if self.dice.below(3) == 0 => version.broken = true,
            _ => {}
        }
        version.write(&self.site);
        self.stories[story].push(version);
    }

    fn body(&mut self, owner: Owner, pictures: &mut Vec<usize>) -> String {
        let mut body = String::new();
        for _ in 0..1 + self.dice.below(3) {
            let mark = self.mark(owner, Part::Text);
            let words = self.dice.pick(&[
                "The harbour council met again",
                "Frost took the orchard",
                "A ferry sank",
                "The budget vote fell",
            ]);
            body.push_str(&format!("{words} of {mark}"));
            if self.dice.below(2) == 0 {
                body.push_str(", see ");
                body.push_str(&self.link(&mark));
            }
            if self.dice.below(4) == 0 {
                let picture = self.picked();
                pictures.push(picture);
                body.push_str(&format!(" ![{mark}]({})", self.pictures[picture]));
            }
            body.push_str(".\n\n");
            if self.dice.below(6) == 0 {
                let picture = self.picked();
                pictures.push(picture);
                body.push_str(&format!("![{mark}]({})\n\n", self.pictures[picture]));
            }
            if self.dice.below(6) == 0 {
                let picture = self.picked();
                pictures.push(picture);
                body.push_str(&self.block(&mark, picture));
            }
            if self.dice.below(3) == 0 {
                body.push_str(&self.unseen(owner));
            }
        }
        body
    }

    /// Blocks with a mark, one of them with a picture.
    fn block(&mut self, mark: &str, picture: usize) -> String {
        let (link, picture) = (self.link(mark), &self.pictures[picture]);
        let other = self.dice.pick(&[
            "facts #\n- #",
            "quote #\n#",
            "timeline #\n- 2026-11-20: #",
            "facts #\nwrong #",
            "chart bar #\n#,#\n#,1\n\n#",
        ]);
        let other = other.replace('#', mark);
        let map = format!("```map {mark}\n![{mark}]({picture}) {mark}\nhttps://example.org/{mark}/\n```");
        format!("```gallery {mark}\n![{mark}]({picture} \"{mark}\") {mark} {link}\n```\n\n```{other}\n```\n\n{map}\n\n")
    }

    /// Something that stands in a text and on no page.
    fn unseen(&mut self, owner: Owner) -> String {
        let mark = self.mark(owner, Part::Desk);
        let form = self.dice.pick(&[
            "<!-- # -->",
            "<!--\n#\n\n#\n-->",
            "<div>\n<!-- #\n\n# *#* [#](#) -->\n</div>",
            "Words <!-- # --> and <b hidden>#</b> words.",
            "<script>\n#\n\n#\n</script>",
            "<style>\n.# {}\n\n.# {}\n</style>",
            "<?php # > # ?>",
            "<![CDATA[ # > # ]]>",
            "<!DOCTYPE #>",
            "<template>\n\n#\n\n</template>",
            "<noscript>#</noscript> <textarea>#</textarea>",
            "<p hidden>#</p>",
            "<div style=\"display: none\">\n\n#\n\n</div>",
            "<div style=\"display&colon;none\">#</div>",
            "Words <span style='dis\\70lay:/**/none!important'>#</span> words.",
            "<p style=\"display:none;display:bogus;opacity:1\">#</p>",
            "<b style=opacity:0>#\n\n#</b>",
            "<p hidden>\n\n#\n\n</p>",
            "<div popover>\n<script>'</div>'</script>\n# <div>#</div> #\n</div>",
            "<font style=\"font:0/0 a\">#</font> <label hidden>#</label> <progress>#</progress>",
            "<iframe src=\"#\">#</iframe>",
            "<video src=\"#\">#</video>",
            "<select><option value=\"#\">#</option></select>",
            "<input type=\"hidden\" value=\"#\">",
            "<svg><title>#</title></svg>",
            "<span data-x=\"#\" style=\"--x: #\">words</span>",
            "[#]: /news/# \"#\"",
            "```text #\ncode\n```",
            "|a|b|\n|-|-|\n|c|d|#|",
            "Words {.#}\n---",
        ]);
        format!("{}\n\n", form.replace('#', &mark))
    }

    fn page(&mut self, at: usize) {
        let owner = Owner::Page(at);
        let (name, headline) = (self.mark(owner, Part::Text), self.mark(owner, Part::Text));
        let mut pictures = Vec::new();
        let body = self.body(owner, &mut pictures);
        let status =
            *["", "", "draft: true\n", "pubStatus: withheld\n", "advisory: true\n"].get(self.dice.below(5)).unwrap();
        let embargo = (self.dice.below(3) == 0).then(|| self.hour());
        let menu =
            self.dice.pick(&["", "menu: main\n", "menu: {name: footer, order: 2}\n", "menu: top\n", "menu: no\n"]);
        let page = Page {
            path: format!("content/pages/{name}.md"),
            status,
            embargo,
            pictures,
            text: format!("---\nheadline: {headline}\n{menu}---\n\n{body}"),
        };
        page.write(&self.site);
        self.pages.push(page);
    }

    /// Menus that name standing pages and stories, a file of `data/` that lists show, and files of `static/` where lists may stand: what
    /// stands at such an address must not tell whether a hidden story would have made the list.
    fn owners_files(&mut self) {
        let note = self.mark(Owner::Site, Part::Text);
        self.site.file("data/notes.yaml", format!("note: Note {note}\n"));
        for _ in 0..self.dice.below(3) {
            let path = self.dice.pick(&[
                "politics/index.html",
                "corrections/index.html",
                "topics/index.html",
                "2026/11/20/index.html",
                "latest/index.html",
                "es/politics/feed.xml",
                "ads.txt",
            ]);
            let text = self.mark(Owner::Site, Part::Text);
            self.site.file(&format!("static/{path}"), text);
        }
        let mut menus = self.dice.pick(&["menus:\n  top:\n", "menus:\n  top: []\n  main:\n"]).to_string();
        for page in &self.pages {
            let name = page.path.rsplit('/').next().unwrap().trim_end_matches(".md");
            menus.push_str(&format!("  - {{page: {name}}}\n"));
        }
        menus.push_str("  - {name: News, url: /politics/}\n  - index: corrections\n");
        let settings = std::fs::read_to_string(self.site.root().join("dateline.yaml")).unwrap();
        if self.dice.below(2) == 0 {
            self.site.file("dateline.yaml", format!("{settings}{menus}"));
        }
    }

    /// A zone of a front, with marks in all of its texts.
    fn zone(&mut self, at: usize) {
        let owner = Owner::Zone(at);
        let file = self.dice.pick(&["en", "en", "en/politics"]);
        let title = self.mark(owner, Part::Text);
        let picks = (0..1 + self.dice.below(4)).map(|_| {
            let story = self.dice.below(self.stories.len());
            let version = self.dice.below(self.stories[story].len());
            let file = self.stories[story][version].path["content/".len()..].to_string();
            (story, if self.dice.below(2) == 0 { file } else { self.uri(story) })
        });
        let picks: Vec<(usize, String)> = picks.collect();
        let kind = self.dice.below(6);
        let repeat = self.dice.pick(&["", "  repeat: yes\n"]);
        let mut pictures = Vec::new();
        let text = match kind {
            0 => format!("- zone: lead\n{repeat}"),
            1 | 2 => {
                let standfirst = self.mark(owner, Part::Text);
                let count = self.dice.pick(&["", "", "  count: 2\n"]);
                format!("- zone: package\n  title: Title {title}\n  standfirst: Of {standfirst}\n{count}{repeat}")
            }
            3 => format!("- zone: section\n  section: politics\n  title: Title {title}\n{repeat}"),
            4 => {
                let mut text = self.body(owner, &mut pictures);
                text = text.lines().map(|line| format!("    {line}\n")).collect();
                format!("- zone: text\n  title: Title {title}\n  text: |\n{text}")
            }
            _ => format!("- zone: slot\n  name: x-{title}\n"),
        };
        let (is_package, has_picks) = (text.starts_with("- zone: package") && !text.contains("count:"), kind < 4);
        let hour = self.hour();
        let (from, until) = match self.dice.below(4) {
            0 => (Some(hour), None),
            1 => (None, Some(hour)),
            2 => (Some(hour), Some(hour + 1 + self.hour())),
            _ => (None, None),
        };
        let picks = if has_picks { picks } else { Vec::new() };
        self.zones.push(Zone { file, from, until, is_package, picks, pictures, text });
    }

    /// Writes the fronts with those zones and those picks that are wanted.
    fn write_fronts(&self, site: &Site, zones: impl Fn(&Zone) -> bool, picks: impl Fn(usize) -> bool) {
        for file in ["en", "en/politics"] {
            let mut front = String::from("zones:\n");
            for zone in self.zones.iter().filter(|zone| zone.file == file && zones(zone)) {
                front.push_str(&zone.text);
                let picked = zone.picks.iter().filter(|(story, _)| picks(*story));
                let mut picked: Vec<&str> = picked.map(|(_, text)| text.as_str()).collect();
                let is_lead = zone.text.starts_with("- zone: lead");
                // The story of a lead is the last pick; the others are links.
                if is_lead && zone.picks.last().is_some_and(|(story, _)| picks(*story)) {
                    front.extend(picked.pop().map(|text| format!("  story: \"{text}\"\n")));
                }
                let key = if is_lead { "links" } else { "stories" };
                if !picked.is_empty() {
                    front.push_str(&format!("  {key}: {picked:?}\n"));
                }
                front.extend(zone.from.map(|hour| format!("  from: {}\n", stamp(hour))));
                front.extend(zone.until.map(|hour| format!("  until: {}\n", stamp(hour))));
            }
            site.file(&format!("content/fronts/{file}.yaml"), front);
        }
    }

    /// Whether readers may see the texts of a zone.
    fn may_show(&self, zone: &Zone, standings: &[Standing], now: i64) -> bool {
        let has_pick = zone.picks.iter().any(|(story, _)| standings[*story] == Standing::Published);
        zone.is_due(now) && (!zone.is_package || has_pick)
    }

    /// Something happens in the newsroom.
    fn edit(&mut self) {
        let story = self.dice.below(self.stories.len());
        if self.dice.below(3) == 0 {
            return self.version(story);
        }
        let hour = self.hour();
        let choice = self.dice.below(7);
        let at = self.dice.below(self.stories[story].len());
        let version = &mut self.stories[story][at];
        match choice {
            0 => version.status = "canceled",
            1 => version.status = "withheld",
            2 => (version.status, version.draft, version.advisory, version.broken) = ("", false, false, false),
            3 => version.embargo = Some(hour),
            4 => version.expires = Some(hour),
            5 => version.draft = !version.draft,
            _ => version.advisory = !version.advisory,
        }
        version.write(&self.site);
    }

    /// The version of a story that counts and its first one, of those that are not drafts.
    fn chain(&self, story: usize) -> Option<(usize, usize)> {
        let mut versions: Vec<usize> = (0..self.stories[story].len())
            .filter(|at| !self.stories[story][*at].draft || self.stories[story][*at].broken)
            .collect();
        // A file that cannot be read counts as the newest.
        versions.sort_by_key(|at| (self.stories[story][*at].broken, self.stories[story][*at].number));
        Some((*versions.last()?, *versions.first()?))
    }

    /// The table of `docs/desk-rules.md`.
    fn standings(&self, now: i64) -> Vec<Standing> {
        let state = |story: usize| {
            let Some((current, _)) = self.chain(story) else { return Standing::Hidden };
            let version = &self.stories[story][current];
            match () {
                () if version.broken => Standing::Hidden,
                () if version.status == "canceled" => Standing::Tombstone,
                () if !version.status.is_empty()
                    || version.embargo.is_some_and(|end| end > now)
                    || version.advisory =>
                {
                    Standing::Hidden
                }
                () if version.expires.is_some_and(|end| end <= now) => Standing::Archived,
                () => Standing::Published,
            }
        };
        let mut standings: Vec<Standing> = (0..self.stories.len()).map(state).collect();
        // Of several that replace one story any may be the one; its address may forward if one of them is still there.
        let order = |story: usize| {
            self.chain(story).map(|(current, _)| (self.stories[story][current].created, self.uri(story)))
        };
        let mut next: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for story in 0..self.stories.len() {
            let Some((current, _)) = self.chain(story).filter(|_| standings[story] != Standing::Hidden) else {
                continue;
            };
            for &old in &self.stories[story][current].replaces {
                let may = matches!(standings[old], Standing::Published | Standing::Archived);
                if may && old != story && order(story) > order(old) {
                    next.entry(old).or_default().push(story);
                }
            }
        }
        let retired: Vec<(usize, bool)> = next.keys().map(|old| (*old, forwards(*old, &next, &standings))).collect();
        for (old, forwards) in retired {
            standings[old] = Standing::Retired(forwards);
        }
        standings
    }

    /// Whether the public may see a mark in a file of the site.
    fn may_see(&self, mark: Mark, file: &str, standings: &[Standing], now: i64) -> bool {
        let (story, version) = match mark.owner {
            Owner::Page(_) | Owner::Zone(_) if mark.part == Part::Desk => return false,
            Owner::Site => return true,
            Owner::Zone(at) => return self.zones.get(at).is_some_and(|zone| self.may_show(zone, standings, now)),
            Owner::Page(at) => return self.pages.get(at).is_some_and(|page| page.is_public(now)),
            Owner::Picture(at) => return self.shown(standings, now).contains(&at),
            Owner::Version(story, version) => (story, version),
        };
        let Some((current, first)) = self.chain(story) else { return false };
        let own = file.contains(self.stories[story][first].path.rsplit('/').next().unwrap().trim_end_matches(".md"));
        match (standings[story], mark.part) {
            (Standing::Hidden, _) | (_, Part::Desk) => false,
            (Standing::Published | Standing::Archived, Part::Slug | Part::Section) => version == first,
            (Standing::Published, Part::Uri) => true,
            (Standing::Published | Standing::Archived, Part::Note)
                if own && file.ends_with("index.html") && version != current =>
            {
                self.history && self.was_public(story, version, current, first)
            }
            (Standing::Published, _) => version == current,
            (Standing::Archived, Part::Uri) => !is_for_news(file) || self.is_cited(story, file, standings, now),
            (Standing::Archived, Part::Alias | Part::Spelling) => version == current,
            (Standing::Archived, _) => version == current && !is_for_news(file),
            (Standing::Tombstone, Part::Slug | Part::Section) => version == first && own,
            (Standing::Tombstone, Part::Uri) => own && file.ends_with("ninjs.json") || file.ends_with("atom.xml"),
            (Standing::Tombstone, Part::Note) => version == current && own && file.ends_with("index.html"),
            (Standing::Retired(true), Part::Slug | Part::Section) => version == first,
            (Standing::Tombstone | Standing::Retired(_), _) => false,
        }
    }

    /// Whether a text in a file for news links to a story under its identifier, as it may to an archived one: a text on the front page, or
    /// a story that a feed has as a whole.
    fn is_cited(&self, story: usize, file: &str, standings: &[Standing], now: i64) -> bool {
        let link = format!("<{}>", self.uri(story));
        let mut zones = self.zones.iter().filter(|zone| zone.file == "en" && zone.text.contains(&link));
        let is_feed = ["feed.xml", "atom.xml", "feed.json"].iter().any(|name| file.ends_with(name));
        let has_link = |other: usize| {
            let current = self.chain(other).map(|(current, _)| &self.stories[other][current]);
            standings[other] == Standing::Published && current.is_some_and(|version| version.body.contains(&link))
        };
        file == "index.html" && zones.any(|zone| self.may_show(zone, standings, now))
            || is_feed && (0..self.stories.len()).any(has_link)
    }

    /// Whether the history of a story may list a version that is not the one that counts.
    fn was_public(&self, story: usize, version: usize, current: usize, first: usize) -> bool {
        let versions = &self.stories[story];
        let former = &versions[version];
        let was_held = former.draft || former.advisory || former.broken || !former.status.is_empty();
        // No embargo but that of the whole story; every story is first created before the hours of the newsroom.
        let embargo = former.embargo.unwrap_or(i64::MIN);
        let is_of_the_story = embargo <= versions[first].embargo.unwrap_or(i64::MIN).max(-12);
        !was_held && is_of_the_story && former.number < versions[current].number
    }

    /// The pictures that something public shows.
    fn shown(&self, standings: &[Standing], now: i64) -> BTreeSet<usize> {
        let is_public = |story: &usize| matches!(standings[*story], Standing::Published | Standing::Archived);
        let public = (0..self.stories.len()).filter(is_public);
        let versions: Vec<&Version> =
            public.filter_map(|story| Some(&self.stories[story][self.chain(story)?.0])).collect();
        let barred: BTreeSet<usize> = versions
            .iter()
            .filter_map(|version| version.barred.filter(|(_, end)| end.is_none_or(|end| end <= now)))
            .map(|(picture, _)| picture)
            .collect();
        let stories = versions.iter().map(|version| &version.pictures);
        let pages = self.pages.iter().filter(|page| page.is_public(now)).map(|page| &page.pictures);
        let zones = self.zones.iter().filter(|zone| zone.is_due(now)).map(|zone| &zone.pictures);
        stories.chain(pages).chain(zones).flatten().copied().filter(|picture| !barred.contains(picture)).collect()
    }

    /// Searches the names and bytes of all files for what the public may not see; how many marks it saw.
    fn search(&self, files: &BTreeMap<String, Vec<u8>>, now: i64) -> Result<usize, String> {
        let standings = self.standings(now);
        let mut seen = 0;
        for (file, bytes) in files {
            // In a file of words the letters that a word shares with the one before are left out.
            let words = (file.contains("search/parts/") && file.ends_with(".txt"))
                .then(|| words_of(file, bytes, files).into_bytes());
            let bytes = words.as_ref().unwrap_or(bytes);
            for (place, bytes) in [("name", file.as_bytes()), ("bytes", bytes)] {
                let (mut words, mut spellings) = (BTreeSet::new(), BTreeSet::new());
                marks_in(bytes, &mut words, &mut spellings);
                let words = words.into_iter().map(|id| (word(id), self.marks.get(id)));
                let spellings = spellings.into_iter().map(|id| (format!("spelling {id}"), self.spellings.get(id)));
                for (text, mark) in words.chain(spellings) {
                    seen += 1;
                    let Some(mark) = mark else { return Err(format!("{text} in the {place} of {file} is nobody's")) };
                    if !self.may_see(*mark, file, &standings, now) {
                        let standing = match mark.owner {
                            Owner::Version(story, _) => format!("{:?}", standings[story]),
                            _ => String::new(),
                        };
                        let lower = String::from_utf8_lossy(bytes).to_ascii_lowercase();
                        let at = lower.find(&text).unwrap_or(0);
                        let near: String =
                            lower.chars().skip(lower[..at].chars().count().saturating_sub(90)).take(180).collect();
                        return Err(format!("{text} in the {place} of {file}: {mark:?} {standing}: {near}"));
                    }
                }
            }
        }
        Ok(seen)
    }

    /// A copy of the newsroom in which all is deleted that the public may not see, except what says that it is gone.
    fn without_hidden(&self, now: i64) -> Site {
        let copy = self.site.copy();
        let standings = self.standings(now);
        for (story, versions) in self.stories.iter().enumerate() {
            for version in versions {
                // An older version of a public story is where links may lead to.
                if standings[story] == Standing::Hidden || version.draft && !version.broken {
                    copy.remove(&version.path);
                }
            }
        }
        for page in self.pages.iter().filter(|page| !page.is_public(now)) {
            copy.remove(&page.path);
        }
        let is_published = |story: usize| standings[story] == Standing::Published;
        self.write_fronts(&copy, |zone| self.may_show(zone, &standings, now), is_published);
        copy
    }
}

/// The words of a part of the search index, with blanks between them.
fn words_of(file: &str, bytes: &[u8], files: &BTreeMap<String, Vec<u8>>) -> String {
    let name = file.rsplit('/').next().unwrap().trim_end_matches(".txt");
    let folder = file.strip_suffix(&format!("{name}.txt")).unwrap();
    let segments = files.iter().filter(|(path, _)| path.starts_with(folder) && path.ends_with(".json"));
    let segments = segments.filter_map(|(_, bytes)| serde_json::from_slice::<serde_json::Value>(bytes).ok());
    let of_file = |segment: &serde_json::Value| segment["words"].as_str().is_some_and(|words| words.contains(name));
    let segment = segments.into_iter().find(of_file).unwrap_or_else(|| panic!("no segment has {file}"));
    let entries = dateline::search::read::entries(bytes, segment["stories"].as_u64().unwrap() as u32).unwrap();
    entries.into_iter().map(|entry| entry.word).collect::<Vec<_>>().join(" ")
}

/// Whether a file has news only, and no archived story.
fn is_for_news(file: &str) -> bool {
    let path = file.strip_prefix("es/").unwrap_or(file);
    let feed = ["feed.xml", "atom.xml", "feed.json", "news-sitemap.xml"].iter().any(|name| path.ends_with(name));
    feed || path == "index.html"
        || path == "404.html"
        || ["topics/", "places/", "by/", "2026/", "corrections/"].iter().any(|folder| path.starts_with(folder))
}

/// Whether a disk to which case means nothing can hold all files, and none is a folder too.
fn fit_one_disk(files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for path in files.keys() {
        if !names.insert(path.to_lowercase()) {
            return Err(format!("{path} is there in another case too"));
        }
    }
    let is_file = |name: &String| name.match_indices('/').any(|(at, _)| names.contains(&name[..at]));
    names.iter().find(|name| is_file(name)).map_or(Ok(()), |name| Err(format!("a folder of {name} is a file")))
}

/// Whether a story that was replaced still leads to one that is there.
fn forwards(old: usize, next: &BTreeMap<usize, Vec<usize>>, standings: &[Standing]) -> bool {
    match next.get(&old) {
        Some(successors) => successors.iter().any(|successor| forwards(*successor, next, standings)),
        None => matches!(standings[old], Standing::Published | Standing::Archived),
    }
}

/// The marks in some bytes, in letters of either case.
fn marks_in(bytes: &[u8], words: &mut BTreeSet<usize>, spellings: &mut BTreeSet<usize>) {
    for at in memchr::memchr2_iter(b'q', b'Q', bytes) {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).map(u8::to_ascii_lowercase);
        if before == Some(b'z') && bytes.get(at + 6..at + 8).is_some_and(|end| end.eq_ignore_ascii_case(b"qz")) {
            let letters = bytes[at + 1..at + 6].iter().map(|c| usize::from(c.to_ascii_lowercase().wrapping_sub(b'a')));
            let letters: Vec<usize> = letters.collect();
            if letters.iter().all(|letter| *letter < 16) {
                words.insert(letters.iter().rev().fold(0, |id, letter| id << 4 | letter));
            }
        }
        if before == Some(b'k')
            && let Some(letters) = bytes.get(at + 2..at + 16)
            && letters.iter().all(|c| c.eq_ignore_ascii_case(&b'o'))
        {
            let id = letters.iter().rev().fold(0, |id, c| id << 1 | usize::from(*c == b'O'));
            // In an address there are no capitals.
            spellings.extend((id > 0).then_some(id));
        }
    }
}

/// Builds the site and searches it for leaks, which it must not find.
fn build_at(site: &Site, now: i64) {
    let options = BuildOptions { threads: 1, write: true, leaks: true, ..BuildOptions::read_only(time(&stamp(now))) };
    let report = build(site.root(), &options).unwrap_or_else(|error| panic!("{error}"));
    let leaks: Vec<String> =
        report.diagnostics.iter().filter(|d| d.code == Code::Leak).map(ToString::to_string).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// Makes a newsroom and lives through two days of it; how many marks were seen in public.
fn run(seed: u64) -> Result<usize, String> {
    let mut room = Newsroom::new(seed);
    let mut now = room.hour();
    let mut seen = 0;
    for day in 0..2 {
        build_at(&room.site, now);
        let built = room.site.tree();
        let context = |fault: String| format!("seed {seed}, {} after {day} edits: {fault}", stamp(now));
        seen += room.search(&built, now).map_err(context)?;
        fit_one_disk(&built).map_err(context)?;
        if day == 1 {
            let copy = room.without_hidden(now);
            build_at(&copy, now);
            let expected = copy.tree();
            let differs = |path: &&String| built.get(*path) != expected.get(*path);
            if let Some(path) = built.keys().chain(expected.keys()).find(differs) {
                let text = |files: &BTreeMap<String, Vec<u8>>| {
                    files.get(path).map_or("(none)".into(), |bytes| String::from_utf8_lossy(bytes).into_owned())
                };
                let (with, without) = (text(&built), text(&expected));
                let line = with.lines().zip(without.lines()).find(|(with, without)| with != without);
                return Err(context(format!("{path} gives away what is hidden: {line:?}")));
            }
        } else {
            (0..1 + room.dice.below(4)).for_each(|_| room.edit());
            now += room.dice.below(60) as i64 - 10;
        }
    }
    Ok(seen)
}

#[test]
#[allow(clippy::print_stdout, reason = "a failure has to be repeatable")]
fn nothing_hidden_is_published() {
    let (count, first) = (crate::support::number("DATELINE_NEWSROOMS", 20, 500), crate::support::seed(20_261_123));
    println!("{count} newsrooms from seed {first}");
    let seen = AtomicU64::new(0);
    crate::support::rounds(count, |at| {
        seen.fetch_add(run(first + at).unwrap_or_else(|fault| panic!("{fault}")) as u64, Ordering::Relaxed);
    });
    // A search that found nothing at all would prove nothing.
    assert!(seen.into_inner() > 500 * count, "too few marks are public");
}

#[test]
fn marks_are_found_as_they_were_made() {
    for id in [0, 1, 255, 70_000] {
        let (mut words, mut spellings) = (BTreeSet::new(), BTreeSet::new());
        marks_in(
            format!("x{}y {}", word(id).to_uppercase(), spelling(1, id % 1000)).as_bytes(),
            &mut words,
            &mut spellings,
        );
        assert_eq!((words, spellings), ([id].into(), (id % 1000 > 0).then_some(id % 1000).into_iter().collect()));
    }
}
