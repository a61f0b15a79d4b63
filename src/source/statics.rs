//! The files of `static/`, which go to the root of the site as they are.

use super::{SourceFile, Stamp};
use crate::diag::{Checked, Code, Diagnostic, Location};
use crate::path::RelPath;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The one hidden folder that is published: hosts and programs look for files there (RFC 8615).
const WELL_KNOWN: &str = ".well-known";
/// Names that file managers leave, in lower case.
const LEFT_BY_SYSTEMS: [&str; 3] = ["thumbs.db", "ehthumbs.db", "desktop.ini"];
/// Endings of files that editors leave beside those that they save.
const LEFT_BY_EDITORS: [&str; 6] = ["~", ".bak", ".orig", ".swp", ".swo", ".tmp"];

/// Lists the files of `static/` by path, without hidden files and what editors and file managers leave. Links are not followed, so
/// none can lead out of the site.
pub(super) fn walk(folder: &Path) -> Checked<Vec<SourceFile>> {
    let mut found: Checked<Vec<SourceFile>> = Checked::default();
    match folder.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return found,
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => {
            found.diagnostics.push(not_regular(folder, folder));
            return found;
        }
        Err(error) => {
            found.diagnostics.push(unreadable(folder, folder, &error));
            return found;
        }
    }
    let mut open = vec![folder.to_path_buf()];
    while let Some(at) = open.pop() {
        if let Err(error) = read(folder, &at, &mut open, &mut found) {
            found.diagnostics.push(unreadable(folder, &at, &error));
        }
    }
    found.value.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Reads one folder.
fn read(folder: &Path, at: &Path, open: &mut Vec<PathBuf>, found: &mut Checked<Vec<SourceFile>>) -> io::Result<()> {
    for entry in fs::read_dir(at)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let is_known = at == folder && name == WELL_KNOWN && kind.is_dir();
        if !is_known && is_left(&name.to_string_lossy()) {
            continue;
        }
        let path = at.join(&name);
        if kind.is_dir() {
            open.push(path);
            continue;
        }
        if !kind.is_file() {
            found.diagnostics.push(not_regular(folder, &path));
            continue;
        }
        match path.strip_prefix(folder).ok().and_then(RelPath::from_path) {
            Some(path) => {
                // A file that goes away during the walk is met again when it is read.
                let stamp = entry.metadata().map(|metadata| Stamp::of(&metadata)).unwrap_or_default();
                found.value.push(SourceFile { path, stamp });
            }
            None => {
                let message = "the file name is not UTF-8, or has a backslash or a control character";
                let diagnostic = Diagnostic::error(Code::FileUnreadable, message);
                found.diagnostics.push(diagnostic.at(Location::file(shown(folder, &path))).hint("rename the file"));
            }
        }
    }
    Ok(())
}

/// Whether a file or folder of this name is hidden, or left there by an editor or a file manager.
fn is_left(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with('.')
        || LEFT_BY_SYSTEMS.contains(&name.as_str())
        || LEFT_BY_EDITORS.iter().any(|ending| name.ends_with(ending))
        || name.len() > 1 && name.starts_with('#') && name.ends_with('#')
}

fn not_regular(folder: &Path, path: &Path) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::FileUnreadable, "is not a regular file or folder and was not published");
    let hint = "symbolic links in static/ are not followed; put a copy in the place of the link";
    diagnostic.at(Location::file(shown(folder, path))).hint(hint)
}

fn unreadable(folder: &Path, path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::FileUnreadable, format!("cannot be read: {error}")).at(Location::file(shown(folder, path)))
}

fn shown(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    Path::new(super::STATIC_FOLDER).join(below).display().to_string().trim_end_matches('/').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file;

    fn check(names: &[&str], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            file::make_folders(path.parent().unwrap()).unwrap();
            file::write_atomic(&path, b"x", false).unwrap();
        }
        let found = walk(folder.path());
        assert_eq!(found.value.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), expected);
        assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics);
    }

    #[test]
    fn hidden_files_and_what_editors_leave_stay_out() {
        check(
            &["ads.txt", "a/b.html", ".well-known/security.txt"],
            &[".well-known/security.txt", "a/b.html", "ads.txt"],
        );
        for left in [
            ".DS_Store",
            ".htaccess",
            ".git/config",
            "a/.well-known/x",
            ".well-known/.hidden",
            "ads.txt~",
            "#ads.txt#",
            ".#ads.txt",
            ".ads.txt.swp",
            "ads.txt.bak",
            "ads.txt.orig",
            "Thumbs.db",
            "a/desktop.ini",
        ] {
            check(&["ads.txt", left], &["ads.txt"]);
        }
        check(&["#", "tilde~x", "bak"], &["#", "bak", "tilde~x"]);
        check(&[], &[]);
    }

    #[test]
    fn a_folder_that_is_not_there_has_no_files() {
        let folder = tempfile::tempdir().unwrap();
        let found = walk(&folder.path().join("static"));
        assert!(found.value.is_empty() && found.diagnostics.is_empty());
    }
}
