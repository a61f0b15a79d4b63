//! The content folder: which files there are. Opens none of them.

use crate::diag::{Checked, Code, Diagnostic, Location};
use crate::path::RelPath;
use std::path::Path;
use walkdir::WalkDir;

/// The largest story file, in bytes.
pub const STORY_LIMIT: u64 = 8 << 20;

/// What lies in the content folder.
#[derive(Debug, Default)]
pub struct Source {
    /// Story files, by path.
    pub stories: Vec<RelPath>,
    /// Files below `pages/`, by path.
    pub pages: Vec<RelPath>,
}

/// Walks the content folder. Links are not followed, so none can lead out of it or round in a circle.
pub fn walk(content: &Path) -> Checked<Source> {
    let mut found: Checked<Source> = Checked::default();
    if !content.is_dir() {
        return found;
    }
    let entries = WalkDir::new(content).sort_by_file_name().into_iter().filter_entry(|entry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
    });
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let at = error.path().map(|path| shown(content, path)).unwrap_or_else(|| "content".into());
                let reason = error.io_error().map_or_else(|| error.to_string(), |error| error.to_string());
                let diagnostic = Diagnostic::error(Code::FileUnreadable, format!("cannot be read: {reason}"));
                found.diagnostics.push(diagnostic.at(Location::file(at)));
                continue;
            }
        };
        let is_markdown = entry.path().extension().is_some_and(|end| end == "md");
        if !is_markdown || entry.file_type().is_dir() {
            continue;
        }
        if !entry.file_type().is_file() {
            let diagnostic = Diagnostic::warning(Code::FileUnreadable, "is no regular file and was passed over");
            let diagnostic = diagnostic.at(Location::file(shown(content, entry.path())));
            found.diagnostics.push(diagnostic.hint("symbolic links in content/ are not followed"));
            continue;
        }
        let relative = entry.path().strip_prefix(content).ok().and_then(RelPath::from_path);
        match relative {
            Some(path) if path.folders().next() == Some("pages") => found.value.pages.push(path),
            Some(path) => found.value.stories.push(path),
            None => {
                let diagnostic =
                    Diagnostic::error(Code::FileUnreadable, "the file name is not UTF-8, or has a backslash");
                found.diagnostics.push(diagnostic.at(Location::file(shown(content, entry.path()))));
            }
        }
    }
    found.value.stories.sort();
    found.value.pages.sort();
    found
}

fn shown(content: &Path, path: &Path) -> String {
    match path.strip_prefix(content) {
        Ok(inner) => format!("content/{}", inner.display()),
        Err(_) => path.display().to_string(),
    }
}
