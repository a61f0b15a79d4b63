//! The walk of a process that walks the same folder again and again: it remembers each folder as it was last read, and reads those again
//! in which something was touched.

use super::ignore::Ignore;
use super::{Source, SourceFile, read, sort, statics};
use crate::diag::Checked;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// Where files may have changed since the last walk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Touched {
    /// Anywhere.
    #[default]
    Anywhere,
    /// At these paths and nowhere else, all of them as the walk names them.
    At(Vec<PathBuf>),
}

impl Touched {
    /// Nowhere.
    pub fn nowhere() -> Touched {
        Touched::At(Vec::new())
    }

    /// Adds a path.
    pub fn add(&mut self, path: PathBuf) {
        if let Touched::At(paths) = self {
            paths.push(path);
        }
    }
}

/// The content folder of a site as it was last walked.
#[derive(Debug, Default)]
pub struct Walk {
    content: PathBuf,
    ignore: Vec<String>,
    folders: FxHashMap<PathBuf, Folder>,
}

/// A folder as it was last read.
#[derive(Debug)]
struct Folder {
    found: Checked<Source>,
    folders: Vec<PathBuf>,
}

impl Walk {
    /// Walks `content/` and `static/` of the site in a folder, as [`super::walk_site`] does. Only folders in which something was touched
    /// are read.
    pub fn site(&mut self, root: &Path, ignore: &[String], touched: &Touched) -> Checked<Source> {
        let (mut content, statics) = rayon::join(
            || self.content(&root.join("content"), ignore, touched),
            || statics::walk(&root.join(super::STATIC_FOLDER)),
        );
        content.value.statics = statics.value;
        content.diagnostics.extend(statics.diagnostics);
        content
    }

    fn content(&mut self, content: &Path, ignore: &[String], touched: &Touched) -> Checked<Source> {
        match touched {
            Touched::At(paths) if self.content == content && self.ignore == ignore => {
                paths.iter().for_each(|path| self.forget(path));
            }
            Touched::At(_) | Touched::Anywhere => {
                let (content, ignore) = (content.to_path_buf(), ignore.to_vec());
                *self = Walk { content, ignore, folders: FxHashMap::default() };
            }
        }
        let mut found: Checked<Source> = Checked::default();
        found.value.ignore = Ignore::new(ignore);
        let mut level = if content.is_dir() { vec![content.to_path_buf()] } else { Vec::new() };
        while !level.is_empty() {
            self.read(&level, &found.value.ignore);
            let mut next = Vec::new();
            for folder in level.iter().filter_map(|folder| self.folders.get(folder)) {
                folder.add_to(&mut found);
                next.extend_from_slice(&folder.folders);
            }
            level = next;
        }
        sort(&mut found.value);
        found
    }

    /// Reads those of the folders that are not known, side by side.
    fn read(&mut self, folders: &[PathBuf], ignore: &Ignore) {
        let unknown: Vec<&PathBuf> = folders.iter().filter(|folder| !self.folders.contains_key(*folder)).collect();
        let read = |folder: &PathBuf| {
            let (mut found, mut folders): (Checked<Source>, _) = (Checked::default(), Vec::new());
            found.value.ignore.clone_from(ignore);
            read(&self.content, folder, &mut found, &mut folders);
            sort(&mut found.value);
            folders.sort_unstable();
            (folder.clone(), Folder { found, folders })
        };
        let read: Vec<(PathBuf, Folder)> = unknown.into_par_iter().with_max_len(1).map(read).collect();
        self.folders.extend(read);
    }

    /// Forgets the nearest folder that is known above a path, since folders on the way may be new, and all below the path where it is, or
    /// was, a folder itself.
    fn forget(&mut self, path: &Path) {
        if let Some(above) = path.ancestors().skip(1).find(|folder| self.folders.contains_key(*folder)) {
            self.folders.remove(above);
        }
        if self.folders.contains_key(path) {
            self.folders.retain(|folder, _| !folder.starts_with(path));
        }
    }
}

impl Folder {
    fn add_to(&self, all: &mut Checked<Source>) {
        let Source { stories, pages, fronts, media, .. } = &self.found.value;
        let lists: [(&mut Vec<SourceFile>, &[SourceFile]); 4] = [
            (&mut all.value.stories, stories),
            (&mut all.value.pages, pages),
            (&mut all.value.fronts, fronts),
            (&mut all.value.media, media),
        ];
        lists.into_iter().for_each(|(all, own)| all.extend_from_slice(own));
        all.diagnostics.extend(self.found.diagnostics.iter().cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::super::walk_site;
    use super::*;
    use crate::diag::Diagnostic;
    use crate::file;

    /// All that a walk finds, as text.
    fn found(checked: &Checked<Source>) -> String {
        let mut diagnostics = checked.diagnostics.clone();
        Diagnostic::sort(&mut diagnostics);
        format!("{:?} {diagnostics:?}", checked.value.all())
    }

    #[test]
    fn a_walk_that_is_told_what_was_touched_finds_what_a_new_one_finds() {
        let site = tempfile::tempdir().unwrap();
        let (root, content) = (site.path(), site.path().join("content"));
        let mut walk = Walk::default();
        let mut check = |what: &str, touched: Touched| {
            assert_eq!(found(&walk.site(root, &[], &touched)), found(&walk_site(root, &[])), "{what}");
        };
        check("no folder", Touched::Anywhere);
        let write = |path: &str, text: &str| {
            let path = content.join(path);
            file::make_folders(path.parent().unwrap()).unwrap();
            file::write_atomic(&path, text.as_bytes(), false).unwrap();
            path
        };
        ["a.md", "2026/11/23/b.md", "2026/11/24/c.md", "pages/d.md", "fronts/en.yaml", "2026/11/e.jpg", "2026/11.md"]
            .iter()
            .for_each(|path| _ = write(path, "x"));
        check("the first", Touched::Anywhere);
        check("nothing", Touched::nowhere());
        for path in
            ["2026/11/23/b.md", "2026/11/24/new.md", "2026/11/f.jpg", "top.md", "pages/deep/er/g.md", "2027/1/2/h.md"]
        {
            let path = write(path, "longer");
            check(&path.display().to_string(), Touched::At(vec![path]));
        }
        write("pages/new/i.md", "x");
        check("the name of a new folder", Touched::At(vec![content.join("pages/new")]));
        let gone = content.join("2026/11/23/b.md");
        file::remove(&gone).unwrap();
        check("a file went", Touched::At(vec![gone]));
        let (from, to) = (content.join("2026/11"), content.join("2026/12"));
        file::rename(&from, &to).unwrap();
        check("a folder has another name", Touched::At(vec![from, to.clone()]));
        file::remove_tree(&to).unwrap();
        check("a folder went", Touched::At(vec![to.clone()]));
        write("2026/12", "a file in the place of a folder");
        check("a file in its place", Touched::At(vec![to]));
        write("2026/12.md", "x");
        check("other patterns", Touched::Anywhere);
        assert_eq!(
            found(&walk.site(root, &["pages/".to_string()], &Touched::nowhere())),
            found(&walk_site(root, &["pages/".to_string()]))
        );
    }
}
