//! Changes below a folder that do not leave it by a symbolic link.
//!
//! The folder itself may be reached by a link; below it, each folder that leads to a file must be a folder. A link that takes the
//! place of one while a file is written is noticed too: the temporary file was made beside the file, so the rename finds it on this
//! side of the link or not at all. Nothing that lies elsewhere is ever written over.

use super::{faults, make_folder, put, remove, rename, temporary_beside};
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A symbolic link stands where a folder must be.
#[derive(Debug)]
struct LinkInTheWay(PathBuf);

impl fmt::Display for LinkInTheWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is a symbolic link, which is not followed", self.0.display())
    }
}

impl std::error::Error for LinkInTheWay {}

/// Whether an error of this module is about a symbolic link.
pub fn is_link(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<LinkInTheWay>())
}

/// Fails if a path is a symbolic link, wherever it leads.
pub fn not_a_link(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.file_type().is_symlink() => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, LinkInTheWay(path.to_path_buf())))
        }
        _ => Ok(()),
    }
}

/// Fails if a link leads out of `root` on the way to `path`. A missing folder is allowed, and so is what stands at the path
/// itself.
pub fn check(root: &Path, path: &str) -> io::Result<()> {
    check_folder(root, Path::new(path).parent().unwrap_or(Path::new("")))
}

/// Fails if a folder below `root`, or one on the way to it, is a link.
pub fn check_folder(root: &Path, path: &Path) -> io::Result<()> {
    let mut folder = root.to_path_buf();
    for part in path.components() {
        folder.push(part);
        not_a_link(&folder)?;
    }
    Ok(())
}

/// Makes the folders that lead from `root` to `path`.
pub fn make_folders(root: &Path, path: &str) -> io::Result<()> {
    let mut folder = root.to_path_buf();
    for part in Path::new(path).parent().into_iter().flat_map(Path::components) {
        folder.push(part);
        match folder.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => continue,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => match make_folder(&folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            },
            Err(error) => return Err(error),
        }
        not_a_link(&folder)?;
        if !folder.is_dir() {
            let message = format!("{} is a file", folder.display());
            return Err(io::Error::new(io::ErrorKind::NotADirectory, message));
        }
    }
    Ok(())
}

/// Writes a file whole, with the folders that lead to it; with `sync`, its bytes are on the disk before it has its name.
pub fn write(root: &Path, path: &str, bytes: &[u8], sync: bool) -> io::Result<()> {
    place(root, path, |temporary| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(temporary)?;
        put(&mut file, bytes)?;
        if sync { file.sync_data() } else { Ok(()) }
    })
}

/// Copies a file whole, with the folders that lead to it and without having it in memory.
pub fn copy(from: &Path, root: &Path, path: &str) -> io::Result<()> {
    place(root, path, |temporary| fs::copy(from, temporary).map(|_| ()))
}

fn place(root: &Path, path: &str, fill: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    make_folders(root, path)?;
    let to = root.join(path);
    let temporary = temporary_beside(&to);
    let result = faults::step()
        .and_then(|()| fill(&temporary))
        .and_then(|()| check(root, path))
        .and_then(|()| rename(&temporary, &to));
    if result.is_err() {
        // Best effort: the write failed already.
        let _ = remove(&temporary);
    }
    result
}

/// Removes a file if it is there, and the folders above it that are empty then.
pub fn delete(root: &Path, path: &str) -> io::Result<()> {
    check(root, path)?;
    let file = root.join(path);
    match remove(&file) {
        Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Err(error),
        _ => {
            let mut folder = file;
            while folder.pop() && folder != root && super::remove_folder(&folder).is_ok() {}
            Ok(())
        }
    }
}

/// Whether a regular file, not a link to one, is at a path.
pub fn is_file(root: &Path, path: &str) -> bool {
    check(root, path).is_ok() && root.join(path).symlink_metadata().is_ok_and(|metadata| metadata.is_file())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_is_done_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (root, other) = (folder.path().join("root"), folder.path().join("other"));
        fs::create_dir_all(root.join("a")).unwrap();
        fs::create_dir_all(&other).unwrap();
        super::super::write_atomic(&other.join("mine"), b"mine", false).unwrap();
        let source = other.join("mine");
        symlink("../../other", root.join("a/out")).unwrap();
        symlink("../nowhere", root.join("dangling")).unwrap();
        symlink("a", root.join("inside")).unwrap();
        for path in ["a/out/mine", "a/out/deep/er", "dangling/x", "inside/x"] {
            for error in [
                write(&root, path, b"theirs", false).unwrap_err(),
                copy(&source, &root, path).unwrap_err(),
                delete(&root, path).unwrap_err(),
                check(&root, path).unwrap_err(),
            ] {
                assert!(is_link(&error), "{path}: {error}");
            }
            assert!(!is_file(&root, path), "{path}");
        }
        assert_eq!(fs::read(&source).unwrap(), b"mine");
        assert_eq!(fs::read_dir(&other).unwrap().count(), 1);
        assert!(!folder.path().join("nowhere").exists());
        // A link in the place of a file is replaced or removed, and what it leads to stays.
        for (n, path) in ["link", "a/link"].into_iter().enumerate() {
            symlink(&source, root.join(path)).unwrap();
            assert!(!is_file(&root, path));
            if n == 0 {
                write(&root, path, b"new", false).unwrap()
            } else {
                delete(&root, path).unwrap()
            }
            assert_eq!(fs::read(&source).unwrap(), b"mine");
        }
        assert_eq!(fs::read(root.join("link")).unwrap(), b"new");
        assert!(is_file(&root, "link"));
        write(&root, "b/c/d", b"deep", false).unwrap();
        assert_eq!(fs::read(root.join("b/c/d")).unwrap(), b"deep");
        delete(&root, "b/c/d").unwrap();
        assert!(!root.join("b").exists());
        // A root that is a link is followed: it is where the site was said to go.
        symlink(&root, folder.path().join("www")).unwrap();
        write(&folder.path().join("www"), "x", b"x", false).unwrap();
        assert_eq!(fs::read(root.join("x")).unwrap(), b"x");
    }

    #[test]
    fn a_link_that_appears_while_a_file_is_written_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (root, other) = (folder.path().join("root"), folder.path().join("other"));
        fs::create_dir_all(root.join("a")).unwrap();
        fs::create_dir_all(&other).unwrap();
        super::super::write_atomic(&other.join("x"), b"mine", false).unwrap();
        let swapped = |before: bool| {
            place(&root, "a/x", |temporary| {
                let swap = || {
                    fs::rename(root.join("a"), root.join("was")).unwrap();
                    symlink("../other", root.join("a")).unwrap();
                };
                if before {
                    swap();
                }
                super::super::write_hidden(temporary, b"theirs", false)?;
                if !before {
                    swap();
                }
                Ok(())
            })
        };
        for before in [true, false] {
            assert!(is_link(&swapped(before).unwrap_err()));
            assert_eq!(fs::read(other.join("x")).unwrap(), b"mine");
            assert_eq!(fs::read_dir(&other).unwrap().count(), 1, "no temporary file is left there");
            fs::remove_file(root.join("a")).unwrap();
            fs::rename(root.join("was"), root.join("a")).unwrap();
        }
    }
}
