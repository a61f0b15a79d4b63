//! What the file system alone costs: the least that a build could do.
//!
//! `floor scan FOLDER` walks a folder on one thread and looks at every file, as a build has to that finds nothing to do.
//! `floor build CONTENT OUTPUT NEW` reads every file of CONTENT and writes the files that OUTPUT has, of the same sizes and in the
//! same folders, into NEW, which must not exist, on two threads, and computes nothing. Both print seconds of wall time, and of user and system
//! time of all threads. Plain `rustc -O` makes it; `benches/measure` does.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const THREADS: usize = 2;
/// How many files a thread takes at once.
const BLOCK: usize = 64;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["scan", folder] => timed(|| scan(Path::new(folder))),
        ["build", content, output, new] => build(Path::new(content), Path::new(output), Path::new(new)),
        _ => panic!("floor scan FOLDER, or floor build CONTENT OUTPUT NEW"),
    }
}

/// Walks a folder and asks for the length and time of every file.
fn scan(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.file_type().expect("a type").is_dir() {
            count += scan(&entry.path());
        } else {
            let metadata = entry.metadata().expect("metadata");
            count += usize::from(metadata.len() > 0 && metadata.modified().is_ok());
        }
    }
    count
}

fn files(folder: &Path, found: &mut Vec<(PathBuf, usize)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.file_type().expect("a type").is_dir() {
            files(&entry.path(), found);
        } else {
            found.push((entry.path(), entry.metadata().expect("metadata").len() as usize));
        }
    }
}

fn build(content: &Path, output: &Path, new: &Path) {
    let (mut sources, mut pages) = (Vec::new(), Vec::new());
    files(content, &mut sources);
    files(output, &mut pages);
    sources.sort();
    pages.sort();
    let place = |(path, length): &(PathBuf, usize)| (new.join(path.strip_prefix(output).expect("a path below")), *length);
    let pages: Vec<(PathBuf, usize)> = pages.iter().map(place).collect();
    let folders: BTreeSet<&Path> = pages.iter().filter_map(|(path, _)| path.parent()).collect();
    let folders: Vec<&Path> = folders.into_iter().collect();
    let longest = pages.iter().map(|(_, length)| *length).max().unwrap_or(0);
    let bytes: Vec<u8> = (0..longest).map(|at| b' ' + (at % 90) as u8).collect();
    timed(|| {
        fs::create_dir_all(new).expect("a new folder");
        side_by_side(&sources, |(path, length), room| {
            room.clear();
            room.reserve(*length);
            File::open(path).and_then(|mut file| file.read_to_end(room)).expect("a file");
        });
        // Folders come in order, so that those above are there first.
        for folder in &folders {
            fs::create_dir_all(folder).expect("a folder");
        }
        side_by_side(&pages, |(path, length), _| {
            File::create(path).and_then(|mut file| file.write_all(&bytes[..*length])).expect("a file");
        });
        pages.len()
    });
}

/// Does something for each, by two threads.
fn side_by_side<T: Sync>(all: &[T], work: impl Fn(&T, &mut Vec<u8>) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut room = Vec::new();
                loop {
                    let start = next.fetch_add(BLOCK, Ordering::Relaxed);
                    let Some(block) = all.get(start..all.len().min(start + BLOCK)).filter(|block| !block.is_empty()) else {
                        break;
                    };
                    block.iter().for_each(|one| work(one, &mut room));
                }
            });
        }
    });
}

fn timed(work: impl FnOnce() -> usize) {
    let (start, before) = (Instant::now(), processor());
    let count = work();
    let (wall, after) = (start.elapsed().as_secs_f64(), processor());
    println!("{count} {wall:.3} {:.2} {:.2}", after.0 - before.0, after.1 - before.1);
}

/// Seconds of user and of system time so far; in hundredths, as Linux tells them.
fn processor() -> (f64, f64) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let seconds = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0) / 100.0;
    (seconds(11), seconds(12))
}
