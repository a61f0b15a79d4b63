//! `theme diff`: which pages an edit changes against the last build, grouped by the change.

use crate::build::{self, BuildOptions, Comparison};
use crate::diag::{Checked, Diagnostic, Result};
use crate::hash::{Hash, Hasher};
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// Lines of a sample.
const SAMPLE: usize = 40;
/// The longest line of a sample, in characters.
const LINE: usize = 200;
/// How long two texts are compared before the comparison becomes coarse.
const DIFF_TIMEOUT: Duration = Duration::from_millis(500);

/// Pages that change in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// How many pages.
    pub pages: usize,
    /// One of them: the first by its address.
    pub url: String,
    /// Its changed lines, with `-` and `+` in front, at most forty; empty where the page is new or no text.
    pub sample: Vec<String>,
    /// Lines that are not in the sample.
    pub more: usize,
}

/// What an edit changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The largest group first.
    pub groups: Vec<Group>,
    /// Pages that are made again and come out the same.
    pub same: usize,
    /// Pages that the last build did not have.
    pub new: usize,
    /// All pages of the site.
    pub pages: usize,
}

/// What came of one page.
enum One {
    Same,
    New,
    Changed { url: String, change: Hash, sample: Vec<String>, more: usize },
    Failed(Diagnostic),
}

/// Makes the pages that a build would make again, and compares them with those in the output folder. Nothing is written.
pub fn changes(root: &Path, options: &BuildOptions) -> Result<Checked<Changes>> {
    let stale = build::each_stale(root, options, compared)?;
    let mut found =
        Checked { value: Changes { pages: stale.value.0, ..Changes::default() }, diagnostics: stale.diagnostics };
    let mut groups: BTreeMap<Hash, Group> = BTreeMap::new();
    for one in stale.value.1 {
        match one {
            One::Same => found.value.same += 1,
            One::New => found.value.new += 1,
            One::Failed(diagnostic) => found.diagnostics.push(diagnostic),
            One::Changed { url, change, sample, more } => {
                let group =
                    groups.entry(change).or_insert(Group { pages: 0, url: url.clone(), sample: sample.clone(), more });
                group.pages += 1;
                if url < group.url {
                    (group.url, group.sample, group.more) = (url, sample, more);
                }
            }
        }
    }
    found.value.groups = groups.into_values().collect();
    found.value.groups.sort_by(|a, b| b.pages.cmp(&a.pages).then_with(|| a.url.cmp(&b.url)));
    Diagnostic::sort(&mut found.diagnostics);
    Ok(found)
}

fn compared(stale: Comparison) -> One {
    let new = match stale.made {
        Ok(bytes) => bytes,
        Err(diagnostic) => return One::Failed(diagnostic),
    };
    let Some(old) = stale.old else { return One::New };
    if *old == *new {
        return One::Same;
    }
    let url = stale.url.to_string();
    let (Ok(old), Ok(new)) = (std::str::from_utf8(&old), std::str::from_utf8(new)) else {
        return One::Changed { url, change: Hash::of(b"no text"), sample: Vec::new(), more: 0 };
    };
    let diff = TextDiff::configure().deadline(Instant::now() + DIFF_TIMEOUT).diff_lines(old, new);
    let mut hasher = Hasher::new();
    let (mut sample, mut more) = (Vec::new(), 0);
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => continue,
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        let line = change.value().trim_end_matches('\n');
        hasher.number(i64::from(sign == '+')).bytes(line);
        if sample.len() < SAMPLE {
            let cut: String = line.chars().take(LINE).collect();
            sample.push(format!("{sign}{cut}"));
        } else {
            more += 1;
        }
    }
    One::Changed { url, change: hasher.finish(), sample, more }
}
