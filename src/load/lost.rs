//! What of the content does not reach any page, outside of the texts: files that are nearly stories, pictures that no browser shows,
//! text of front matter that YAML takes for a comment, and keys that standing pages do not show.

use super::parsed::NAMES;
use super::place::place_of;
use crate::diag::{Code, Diagnostic, Location};
use crate::parse::front_matter::{Association, FrontMatter, menu_place};
use crate::parse::markdown;
use crate::path::{on_site, slugify};
use crate::source::SourceFile;
use crate::story::{KEYS, Key, KeyGroup, KeyKind, key};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Endings of files that other programs take for Markdown.
const MARKDOWN: &[&str] = &["markdown", "md", "mdown", "mdtext", "mdtxt", "mdwn", "mdx", "mkd", "mkdn", "qmd", "rmd"];
/// Endings of data, of which YAML begins with `---` as front matter does.
const DATA: &[&str] = &["yaml", "yml"];
/// Endings of pictures that most browsers show.
const SHOWN: &[&str] = &["apng", "avif", "bmp", "gif", "ico", "jfif", "jpe", "jpeg", "jpg", "png", "svg", "webp"];

/// Files that look like stories but are not read as such, because their names do not end in `.md`.
pub(super) fn nearly_stories(content: &Path, files: &[SourceFile]) -> Vec<Diagnostic> {
    let is_nearly = |file: &&SourceFile| {
        let ending = file.path.extension().unwrap_or_default().to_ascii_lowercase();
        let has = |list: &[&str]| list.binary_search(&ending.as_str()).is_ok();
        let may_be = !has(SHOWN) && !has(DATA) && file.stamp.length > 4;
        has(MARKDOWN) || may_be && begins_with_front_matter(&file.path.under(content))
    };
    let diagnostics = files.iter().filter(is_nearly).map(|file| {
        let message = "the file looks like a story, but only names that end in .md are read";
        let diagnostic = Diagnostic::warning(Code::StoryEnding, message);
        diagnostic.at(Location::file(super::shown(&file.path))).hint("rename it, or move it out of content/")
    });
    diagnostics.collect()
}

/// The longest path that git writes into a file in place of a symbolic link.
const LINK_LIMIT: u64 = 4096;

/// Files that hold the path of a folder and nothing else: where git cannot make symbolic links it writes such files in their place,
/// and the stories behind them are missing.
pub(super) fn links_as_text(content: &Path, files: &[SourceFile]) -> Vec<Diagnostic> {
    let leads_to_folder = |file: &&SourceFile| {
        if file.path.extension().is_some() || !(1..=LINK_LIMIT).contains(&file.stamp.length) {
            return false;
        }
        let path = file.path.under(content);
        let mut target = Vec::new();
        let is_read = crate::file::read_bounded(&path, LINK_LIMIT, &mut target).is_ok();
        let folder = std::str::from_utf8(&target).ok().filter(|target| !target.contains(['\n', '\0']));
        is_read && folder.zip(path.parent()).is_some_and(|(target, parent)| parent.join(target).is_dir())
    };
    let diagnostics = files.iter().filter(leads_to_folder).map(|file| {
        let message = "holds the path of a folder, as git writes a symbolic link where it cannot make one";
        let diagnostic = Diagnostic::warning(Code::FileUnreadable, message);
        let hint = "symbolic links in content/ are not followed: copy the folder here";
        diagnostic.at(Location::file(super::shown(&file.path))).hint(hint)
    });
    diagnostics.collect()
}

/// How much of a file is looked at for front matter.
const HEAD: u64 = 1024;

/// Whether a file begins with a line of `---` and a key under it.
fn begins_with_front_matter(file: &Path) -> bool {
    let mut head = Vec::new();
    let is_read = File::open(file).and_then(|file| file.take(HEAD).read_to_end(&mut head)).is_ok();
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.trim_start_matches('\u{feff}').lines();
    let is_key = |line: &str| {
        let name = line.split_once(':').map_or("", |(name, _)| name.trim_matches(['"', '\'']));
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    };
    is_read && lines.next().is_some_and(|line| line.trim_end() == "---") && lines.any(is_key)
}

/// A file of another site that front matter names.
pub(super) fn remote(association: &Association, file: &str, yaml: &str) -> Option<Diagnostic> {
    let href = association.href.as_deref()?;
    let (line, column) = place_of(yaml, href).map_or((1, 1), |(line, column)| (line + 1, column));
    let diagnostic = if association.is_picture() {
        let message = format!("the picture `{href}` is at another site and is not shown");
        Diagnostic::warning(Code::PictureRemote, message).hint("put the file beside the story and name it there")
    } else {
        return None;
    };
    Some(diagnostic.at(Location::at(file, line, column)))
}

/// A picture of another site that the text shows.
pub(super) fn remote_in_text(target: &str, home: &str, file: &str, place: (u32, u32)) -> Option<Diagnostic> {
    let is_remote = (markdown::is_external(target) || target.starts_with("//")) && on_site(home, target).is_none();
    let message = format!("the picture `{target}` is at another site, and the built-in themes block it");
    let diagnostic = Diagnostic::warning(Code::PictureRemote, message).at(Location::at(file, place.0, place.1));
    is_remote.then(|| diagnostic.hint("put the file beside the story and name it there"))
}

/// A picture that most browsers do not show.
pub(super) fn format(target: &str, file: &str, place: (u32, u32)) -> Option<Diagnostic> {
    let path = target.split(['?', '#']).next().unwrap_or("");
    let (_, ending) = path.rsplit('/').next().unwrap_or("").rsplit_once('.')?;
    let is_shown = SHOWN.binary_search(&ending.to_ascii_lowercase().as_str()).is_ok();
    let diagnostic = Diagnostic::warning(Code::PictureFormat, format!("most browsers do not show `{target}`"));
    let diagnostic = diagnostic.at(Location::at(file, place.0, place.1));
    (!is_shown && !markdown::has_scheme(target)).then(|| diagnostic.hint("convert it to JPEG, PNG, WebP or AVIF"))
}

/// Keys of maps inside a value whose values are texts.
const INNER_TEXTS: &[&str] =
    &["agency", "altText", "caption", "copyrightNotice", "credit", "href", "name", "note", "place", "rights", "text"];

/// Whether the value of a key is a text, or a list of texts.
fn holds_text(name: &str) -> bool {
    let is_text = |key: &Key| {
        use KeyKind::{Dateline, Headline, Identifier, Names, Notes, Slug, Text, Texts};
        (key.group != KeyGroup::Desk || key.kind == Notes)
            && matches!(key.kind, Dateline | Headline | Identifier | Names | Notes | Slug | Text | Texts)
    };
    key(name).is_some_and(is_text) || INNER_TEXTS.contains(&name)
}

/// Texts without quotation marks that YAML cuts at a blank and `#`.
pub(super) fn comments(yaml: &str, file: &str, diagnostics: &mut Vec<Diagnostic>) {
    if memchr::memmem::find(yaml.as_bytes(), b" #").is_none() {
        return;
    }
    let mut key = "";
    // Whether the value goes on in plain text on deeper lines, and how deep the lines of a block are.
    let (mut is_plain, mut block) = (false, None::<usize>);
    for (number, line) in (2..).zip(yaml.lines()) {
        let indent = line.len() - line.trim_start().len();
        if block.is_some_and(|deep| indent > deep || line.trim().is_empty()) {
            continue;
        }
        block = None;
        let text = line.trim_start();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let mut value = text;
        while let Some(item) = value.strip_prefix("- ") {
            value = item.trim_start();
            is_plain = true;
        }
        let named = value.split_once(':').filter(|(name, rest)| {
            name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && (rest.is_empty() || rest.starts_with(' '))
        });
        if let Some((name, rest)) = named {
            (key, value, is_plain) = (name, rest, true);
        } else if is_plain {
            // The first blank of a value is that behind its key.
            value = &line[line.len() - value.len() - usize::from(indent > 0 || text.len() > value.len())..];
        }
        let start = value.trim_start();
        if start.starts_with(['|', '>']) {
            (block, is_plain) = (Some(indent), false);
            continue;
        }
        let is_list = start.starts_with('[');
        if is_list || start.starts_with(['"', '\'', '{', '&', '*', '!']) {
            is_plain = false;
        }
        // A list that is not closed before the comment is cut inside.
        let cut = if is_list { cut_in_list(value) } else { value.find(" #").filter(|_| is_plain) };
        let Some(at) = cut.filter(|_| holds_text(key)) else { continue };
        diagnostics.push(comment(
            &value[at..],
            key,
            file,
            number,
            line[..line.len() - value.len() + at + 1].chars().count(),
        ));
    }
}

/// Names of which no address can be made, so that they have no page.
pub(super) fn names(front: &FrontMatter, file: &str, yaml: &str, diagnostics: &mut Vec<Diagnostic>) {
    for (key, all) in [("keywords", &front.keywords), ("by", &front.by)] {
        let Some(first) = all.get(NAMES) else { continue };
        let (line, column) = place_of(yaml, first).map_or((1, 1), |(line, column)| (line + 1, column));
        let message = format!("`{key}` has {} names, and those from `{first}` on were left out", all.len());
        let diagnostic = Diagnostic::warning(Code::NameAddress, message).at(Location::at(file, line, column));
        diagnostics.push(diagnostic.hint(format!("a story has at most {NAMES}; name the others in the text")));
    }
    let place = front.dateline.as_ref().and_then(|dateline| dateline.place.as_ref());
    let names = front.keywords.iter().map(|name| ("topic", name)).chain(front.by.iter().map(|name| ("author", name)));
    for (kind, name) in names.chain(place.map(|name| ("place", name))).filter(|(_, name)| has_no_address(name)) {
        let (line, column) = place_of(yaml, name).map_or((1, 1), |(line, column)| (line + 1, column));
        let message = format!("the {kind} `{name}` has no letter or digit, so it has no page");
        let diagnostic = Diagnostic::warning(Code::NameAddress, message).at(Location::at(file, line, column));
        diagnostics.push(diagnostic.hint(format!("add a word, as in `{name} name`")));
    }
}

/// Nearly every name has a letter or digit of ASCII, which any address keeps.
fn has_no_address(name: &str) -> bool {
    !name.bytes().any(|byte| byte.is_ascii_alphanumeric()) && slugify(name).is_empty()
}

fn comment(rest: &str, key: &str, file: &str, line: u32, before: usize) -> Diagnostic {
    let message = format!("YAML takes `{}` for a comment, so `{key}` ends before it", rest.trim());
    let diagnostic = Diagnostic::warning(Code::FrontMatterComment, message);
    let hint = "put the whole text in quotation marks, or the comment on a line of its own";
    diagnostic.at(Location::at(file, line, before as u32 + 1)).hint(hint)
}

/// Where a comment begins in a list that is still open: behind a blank, outside of quotation marks.
fn cut_in_list(value: &str) -> Option<usize> {
    let (mut depth, mut quote, mut before) = (0_usize, None, b' ');
    for (at, byte) in value.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if matches!(before, b' ' | b',' | b'[') => quote = Some(byte),
            (None, b'[') => depth += 1,
            (None, b']') => depth = depth.saturating_sub(1),
            (None, b'#') if before == b' ' => return (depth > 0).then(|| at - 1),
            _ => {}
        }
        before = byte;
    }
    None
}

/// Keys that standing pages use, or that say nothing of a page; those of the desk besides.
const OF_PAGES: &[&str] = &[
    "uri",
    "version",
    "headline",
    "pubStatus",
    "firstCreated",
    "versionCreated",
    "contentCreated",
    "embargoedUntil",
    "advisory",
    "draft",
    "language",
    "description",
    "slug",
    "aliases",
    "layout",
    "extra",
    "menu",
    "type",
];

/// Keys of a standing page that no page shows.
pub(super) fn of_page(front: &FrontMatter, file: &str, yaml: &str, diagnostics: &mut Vec<Diagnostic>) {
    let is_lost = |key: &&Key| {
        let is_used = key.group == KeyGroup::Desk || OF_PAGES.contains(&key.name);
        !is_used && front.value(key.name).is_some_and(|value| value.is_given())
    };
    for key in KEYS.iter().filter(is_lost) {
        let is_here = |line: &str| {
            let name = line.split(':').next().unwrap_or("").trim_end();
            name == key.name || key.other_names.contains(&name)
        };
        let line = yaml.lines().position(is_here).map_or(1, |line| line as u32 + 2);
        let diagnostic = Diagnostic::warning(Code::UnknownKey, format!("a standing page does not use `{}`", key.name));
        let hint = "pages have a headline, description, language, slug, aliases, layout, menu, extra, and the keys that hide them";
        diagnostics.push(diagnostic.at(Location::at(file, line, 1)).hint(hint));
    }
}

/// A menu of a story: only standing pages join menus, since what stands on every page must not change with the stories.
pub(super) fn menu_of_story(front: &FrontMatter, file: &str, yaml: &str, diagnostics: &mut Vec<Diagnostic>) {
    if front.menu.is_some() {
        let (line, column) = menu_place(yaml);
        let diagnostic = Diagnostic::warning(Code::UnknownKey, "a story does not use `menu`");
        let hint = "standing pages join menus; name the address of a story under `menus:` in dateline.yaml";
        diagnostics.push(diagnostic.at(Location::at(file, line, column)).hint(hint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(yaml: &str, expected: &[&str]) {
        let mut diagnostics = Vec::new();
        comments(yaml, "a.md", &mut diagnostics);
        let diagnostics: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(diagnostics, expected, "{yaml}");
    }

    #[test]
    fn lists_are_in_order() {
        for list in [MARKDOWN, DATA, SHOWN, INNER_TEXTS] {
            assert!(list.is_sorted());
        }
    }

    #[test]
    fn texts_that_yaml_cuts() {
        let cut = |place: &str, rest: &str, key: &str| {
            format!("a.md:{place}: warning: YAML takes `{rest}` for a comment, so `{key}` ends before it")
        };
        check("headline: Storm in district #5, mayor says", &[&cut("2:29", "#5, mayor says", "headline")]);
        check("urgency: 3\nby: #team", &[&cut("3:5", "#team", "by")]);
        check("keywords:\n- port #1\n- #two", &[&cut("3:8", "#1", "keywords"), &cut("4:3", "#two", "keywords")]);
        check("correction:\n  note: Said #4 first", &[&cut("3:14", "#4 first", "note")]);
        check("headline: Storm in\n  district #5", &[&cut("3:12", "#5", "headline")]);
        check("by: [Ana #1, Bob]", &[&cut("2:10", "#1, Bob]", "by")]);
        check("headline: A\nkeywords: [\"a #1\", b #2]", &[&cut("3:22", "#2]", "keywords")]);
        for good in [
            "keywords: [a, b] # note",
            "signals: [a, # note\n  b]",
            "headline: \"Storm in district #5\" # note",
            "headline: 'a #5'",
            "# headline: a #5",
            "urgency: 3 # high",
            "headline: Storm#5",
            "description: |\n  a #5\n  b #6\nurgency: 4 # x",
            "description: >-\n\n  a #5\n",
            "firstCreated: 2026-11-23T10:00:00Z # local",
            "keywords: [\"a #1\", b]",
        ] {
            check(good, &[]);
        }
    }

    #[test]
    fn pictures_that_browsers_do_not_show() {
        let is_told = |target: &str| format(target, "a.md", (1, 1)).is_some();
        assert!(["a.tiff", "A.TIF", "x/b.heic?x", "c.psd", "d.eps", "e.jp2"].into_iter().all(is_told));
        assert!(!["a.jpg", "A.PNG", "x.y/b", "d.avif#x", "e.svg"].into_iter().any(is_told));
    }
}
