//! The tables of `docs/story-format.md` are those of the table of keys.

#![allow(clippy::disallowed_methods, reason = "the page is written where that is asked for")]

use dateline::story::{KEYS, Key, KeyGroup};
use std::fs;
use std::path::Path;

fn row(key: &Key) -> String {
    format!("| `{}` | {} | {} |\n", key.name, key.kind.words(), key.meaning)
}

/// Each table with its heading in the page.
fn tables() -> Vec<(&'static str, String)> {
    let of = |group: KeyGroup| {
        let rows: String = KEYS.iter().filter(|key| key.group == group).map(row).collect();
        format!("| key | type | meaning |\n|---|---|---|\n{rows}")
    };
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let others: String = KEYS
        .iter()
        .filter(|key| !key.other_names.is_empty())
        .map(|key| format!("| {} | `{}` |\n", quoted(key.other_names), key.name))
        .collect();
    vec![
        ("### Identity and state\n", of(KeyGroup::State)),
        ("### Text about the story\n", of(KeyGroup::Text)),
        ("### Rights\n", of(KeyGroup::Rights)),
        ("### The site's own\n", of(KeyGroup::Site)),
        ("### For the desk alone\n", of(KeyGroup::Desk)),
        ("### Other names\n", format!("| written | means |\n|---|---|\n{others}")),
    ]
}

/// `UPDATE=1 cargo test --test tests story_format` writes the tables, to be read before they are kept.
#[test]
fn the_page_has_the_table_of_keys() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/story-format.md");
    let mut page = fs::read_to_string(&path).unwrap();
    for (heading, table) in tables() {
        let section = page.find(heading).unwrap_or_else(|| panic!("{heading} is missing")) + heading.len();
        let start = section + page[section..].find("\n|").expect("a table after the heading") + 1;
        let end = page[start..].find("\n\n").map_or(page.len(), |length| start + length + 1);
        if std::env::var_os("UPDATE").is_some() {
            page.replace_range(start..end, &table);
        }
        assert_eq!(&page[start..(start + table.len()).min(page.len())], table, "{heading}");
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, page).unwrap();
    }
}
