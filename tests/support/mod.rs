//! A small site in a temporary folder, and what tests ask of it. `tests/README.md` shows how to add a test.

#![allow(dead_code, reason = "each test program uses a part of this")]
use dateline::build::{BuildOptions, Report};
use dateline::clock::{Timestamp, Zone};
use scraper::{Html, Selector};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A PNG of noise, as large as its pixels are, with a text in it. Another text makes another picture.
pub(crate) fn png(width: u32, height: u32, text: &str) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], content: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(content);
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend([kind, content].concat());
        bytes.extend(sum.sum().to_be_bytes());
    };
    chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat());
    chunk(b"tEXt", format!("Comment\0{text}").as_bytes());
    let mut seed = dateline::hash::Hash::of(text.as_bytes()).0 as u64 | 1;
    let mut pixels = Vec::new();
    for _ in 0..height {
        // Each line begins with the number of its filter: none.
        pixels.push(0_u8);
        pixels.extend((0..width * 3).map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 56) as u8
        }));
    }
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut packed, &pixels).unwrap();
    chunk(b"IDAT", &packed.finish().unwrap());
    chunk(b"IEND", b"");
    bytes
}

/// The head of an MP4 of 640 × 360 pixels and as many milliseconds, with a text in it.
pub(crate) fn movie(milliseconds: u32, text: &str) -> Vec<u8> {
    let piece =
        |name: &[u8; 4], content: &[u8]| [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat();
    let length = [&[0; 12][..], &1000_u32.to_be_bytes(), &milliseconds.to_be_bytes(), &[0; 80]].concat();
    let size = [&(640_u32 << 16).to_be_bytes()[..], &(360_u32 << 16).to_be_bytes()].concat();
    // Its matrix begins with a one.
    let track = piece(b"tkhd", &[&[0; 40][..], &[0, 1, 0, 0], &[0; 32], &size].concat());
    let movie = [piece(b"mvhd", &length), piece(b"trak", &track)].concat();
    [piece(b"ftyp", b"isom"), piece(b"free", text.as_bytes()), piece(b"moov", &movie)].concat()
}

/// The clock of a build where a test does not name another.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// A temporary folder: in memory where there is room, because a disk takes longer over thousands of small files than most tests over
/// the rest. `TMPDIR` names another place.
pub(crate) fn folder() -> TempDir {
    static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
        let memory = Path::new("/dev/shm");
        let is_named = std::env::var_os("TMPDIR").is_some();
        if !is_named && has_room(memory) { memory.into() } else { std::env::temp_dir() }
    });
    tempfile::Builder::new().prefix(PREFIX).tempdir_in(&*PLACE).unwrap()
}

/// How the folders of tests begin.
const PREFIX: &str = "dateline-test.";

/// Whether a folder in memory has room for tests, and whether programs may be run from it. Removes what tests that were killed left there.
fn has_room(memory: &Path) -> bool {
    const KILOBYTES: u64 = 4_000_000;
    let number = |line: &str| line.split_whitespace().find_map(|word| word.parse::<u64>().ok()).unwrap_or(0);
    let facts = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let is_free = facts.lines().any(|line| line.starts_with("MemAvailable:") && number(line) >= KILOBYTES);
    let room = Command::new("df").args(["-k", "--output=avail"]).arg(memory).output();
    if !is_free || !room.is_ok_and(|room| number(&String::from_utf8_lossy(&room.stdout)) >= KILOBYTES) {
        return false;
    }
    for entry in fs::read_dir(memory).into_iter().flatten().flatten() {
        let is_own = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        let age = entry.metadata().and_then(|metadata| metadata.modified()).ok().and_then(|time| time.elapsed().ok());
        if is_own && age.is_some_and(|age| age > Duration::from_hours(3)) {
            // Another run may do the same.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let Ok(folder) = tempfile::Builder::new().prefix(PREFIX).tempdir_in(memory) else { return false };
    let probe = folder.path().join("probe");
    let made =
        fs::write(&probe, "#!/bin/sh\n").and_then(|()| fs::set_permissions(&probe, fs::Permissions::from_mode(0o755)));
    made.is_ok() && Command::new(probe).status().is_ok_and(|status| status.success())
}

/// A site in a temporary folder. It starts with settings of two lines and no content.
pub(crate) struct Site {
    folder: TempDir,
}

/// What the program did.
pub(crate) struct Ran {
    /// Its exit code.
    pub(crate) code: i32,
    /// What it said on stdout.
    pub(crate) stdout: String,
    /// What it said on stderr.
    pub(crate) stderr: String,
    /// The file of `--report`, or null.
    pub(crate) report: serde_json::Value,
    /// The site's folder, with a slash.
    root: String,
}

impl Site {
    pub(crate) fn new() -> Site {
        Site::with("")
    }

    /// A site with more lines in its settings.
    pub(crate) fn with(settings: &str) -> Site {
        let site = Site { folder: folder() };
        site.file("dateline.yaml", format!("title: Check\nbase_url: https://example.org/\n{settings}"));
        site
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn output(&self) -> PathBuf {
        self.root().join("output")
    }

    /// Writes a file below the site's folder.
    pub(crate) fn file(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Site {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// Writes `content/2026/11/NAME.md`: a story of noon on 20 November with this name as slug and in its uri and headline.
    /// A line in `front` takes the place of a default of the same key.
    pub(crate) fn story(&self, name: &str, front: &str, body: &str) -> &Site {
        let headline = format!("Headline of {name}");
        let uri = format!("urn:check:{name}");
        let defaults = [("headline", headline.as_str()), ("uri", &uri), ("firstCreated", "2026-11-20T12:00:00Z")];
        let mut text = String::from("---\n");
        for (key, value) in defaults {
            if !front.lines().any(|line| line.starts_with(&format!("{key}:"))) {
                text.push_str(&format!("{key}: {value}\n"));
            }
        }
        let end = if front.is_empty() || front.ends_with('\n') { "" } else { "\n" };
        self.file(&format!("content/2026/11/{name}.md"), format!("{text}{front}{end}---\n\n{body}\n"))
    }

    /// The same site, never built.
    pub(crate) fn copy(&self) -> Site {
        let copy = Site::new();
        for (path, bytes) in tree(self.root()) {
            if !path.starts_with("output/") && !path.starts_with(".dateline/") {
                copy.file(&path, bytes);
            }
        }
        copy
    }

    pub(crate) fn remove(&self, path: &str) -> &Site {
        fs::remove_file(self.root().join(path)).unwrap();
        self
    }

    pub(crate) fn build(&self) -> Report {
        self.build_at(NOW)
    }

    pub(crate) fn build_at(&self, now: &str) -> Report {
        self.build_with(now, |_| {})
    }

    pub(crate) fn build_with(&self, now: &str, change: impl FnOnce(&mut BuildOptions<'static>)) -> Report {
        let mut options =
            BuildOptions { threads: 2, write: true, list_pages: true, ..BuildOptions::read_only(time(now)) };
        change(&mut options);
        dateline::build::build(self.root(), &options).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs the program on this site.
    pub(crate) fn cli(&self, args: &[&str]) -> Ran {
        self.cli_with(args, &[])
    }

    pub(crate) fn cli_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.args(args).arg("--site").arg(self.root()).current_dir(self.root());
        command.envs(environment.iter().copied()).env("RUST_BACKTRACE", "0");
        let output = command.output().unwrap();
        let ran = Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            report: serde_json::Value::Null,
            root: format!("{}/", self.root().display()),
        };
        assert!(!ran.stderr.contains("panicked"), "{args:?}\n{}", ran.stderr);
        ran
    }

    /// Runs `build` at `NOW` and reads its report.
    pub(crate) fn run_build(&self, more: &[&str]) -> Ran {
        let report = self.root().join("report.json");
        let mut args = vec!["build", "--now", NOW, "--report", report.to_str().unwrap()];
        args.extend(more);
        let mut ran = self.cli(&args);
        ran.report = serde_json::from_slice(&fs::read(&report).unwrap_or_else(|_| panic!("{}", ran.stderr))).unwrap();
        ran
    }

    /// A file of the output as text.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.output().join(path)).unwrap_or_else(|error| panic!("output/{path}: {error}"))
    }

    /// A page of the output, parsed.
    pub(crate) fn html(&self, path: &str) -> Html {
        Html::parse_document(&self.read(path))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.output().join(path).exists()
    }

    /// Every file of the output but dateline's own, with its bytes.
    pub(crate) fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        tree(&self.output())
    }

    /// Fails if a text stands anywhere in the output, in the name or the bytes of a file, except in files that end so.
    pub(crate) fn assert_nowhere(&self, text: &str, except: &[&str]) {
        for (path, bytes) in self.tree() {
            let allowed = except.iter().any(|end| path.ends_with(end));
            assert!(allowed || !path.contains(text), "`{text}` in the name {path}");
            assert!(allowed || !contains(&bytes, text), "`{text}` in {path}");
        }
    }

    /// The files of the output that hold a text.
    pub(crate) fn files_with(&self, text: &str) -> Vec<String> {
        self.tree().into_iter().filter(|(_, bytes)| contains(bytes, text)).map(|(path, _)| path).collect()
    }
}

impl Ran {
    /// Fails if the program did.
    pub(crate) fn well(self) -> Ran {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// Its diagnostics as `error no-front-matter content/a.md:1:1`, paths from the site's folder.
    pub(crate) fn found(&self) -> Vec<String> {
        let diagnostics = self.report["diagnostics"].as_array().unwrap();
        let line = |d: &serde_json::Value| {
            let text = |key: &str| d[key].as_str().unwrap_or("").to_string();
            let mut line = format!("{} {} {}", text("severity"), text("code"), text("file").replace(&self.root, ""));
            if let (Some(row), Some(column)) = (d["line"].as_u64(), d["column"].as_u64()) {
                line.push_str(&format!(":{row}:{column}"));
            }
            line
        };
        diagnostics.iter().map(line).collect()
    }
}

/// Diagnostics of a library build, in the same form.
pub(crate) fn found(report: &Report) -> Vec<String> {
    let place = |d: &dateline::diag::Diagnostic| d.at.as_ref().map(|at| at.to_string()).unwrap_or_default();
    report.diagnostics.iter().map(|d| format!("{} {} {}", d.severity.as_str(), d.code, place(d))).collect()
}

pub(crate) fn time(text: &str) -> Timestamp {
    Zone::utc().parse(text).unwrap()
}

pub(crate) fn contains(bytes: &[u8], text: &str) -> bool {
    assert!(!text.is_empty(), "nothing to look for");
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

/// Every file of a folder but dateline's own, by path.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root) {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_string();
        if entry.file_type().is_file() && !path.starts_with(".dateline-") {
            files.insert(path, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// A copy of a folder with the times of change.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::copy(entry.path(), &place).unwrap();
            set_modified(&place, modified(entry.path()));
        }
    }
}

pub(crate) fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

pub(crate) fn set_modified(path: &Path, time: SystemTime) {
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

/// Puts a text in the place of another of the same length, and sets the time of change back.
pub(crate) fn edit_behind(site: &Site, path: &str, from: &[u8], to: &[u8]) {
    let place = site.root().join(path);
    let (mut bytes, time) = (fs::read(&place).unwrap(), modified(&place));
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
    assert_eq!(from.len(), to.len());
    fs::write(&place, bytes).unwrap();
    set_modified(&place, time);
}

/// The text of each element that a selector finds, white space made plain.
pub(crate) fn texts(html: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector)
        .map(|element| element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// An attribute of each element that a selector finds.
pub(crate) fn attributes(html: &Html, selector: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector).filter_map(|element| element.value().attr(name)).map(str::to_string).collect()
}

/// Says that a test could not be made here.
#[allow(clippy::print_stderr, reason = "a skipped test should be seen with --nocapture")]
pub(crate) fn skip(reason: &str) {
    eprintln!("skipped: {reason}");
}

/// The addresses that a build writes, which has nothing to say of the site.
pub(crate) fn written(site: &Site) -> Vec<String> {
    // A file that was written before has an older time of change than a build that begins now.
    std::thread::sleep(std::time::Duration::from_millis(20));
    let report = site.build();
    assert_eq!(found(&report), [""; 0]);
    assert_eq!(report.counts.rendered, report.written.len(), "{:?}", report.written);
    report.written.iter().map(|line| line.url.clone()).collect()
}

/// Whether slow tests make all of their rounds: where `DATELINE_WHOLE` is set.
pub(crate) fn is_whole() -> bool {
    std::env::var_os("DATELINE_WHOLE").is_some()
}

/// The step between faults that are tried in turn: 1 where all rounds are made ([`is_whole`]).
pub(crate) fn step(few: usize) -> usize {
    if is_whole() { 1 } else { few }
}

/// How many rounds a test makes: what an environment variable says, or else `few`, or `whole` where all are made ([`is_whole`]).
pub(crate) fn number(name: &str, few: u64, whole: u64) -> u64 {
    let usual = if is_whole() { whole } else { few };
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Makes so many rounds of a test, by number, on all processors. Fails if one does.
pub(crate) fn rounds(count: u64, round: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(0);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return;
            }
            round(at);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    std::thread::scope(|scope| (0..threads).for_each(|_| _ = scope.spawn(work)));
}

/// Where random tests begin: what `DATELINE_SEED` says, or else `usual`.
pub(crate) fn seed(usual: u64) -> u64 {
    number("DATELINE_SEED", usual, usual)
}

/// A small generator of pseudo-random numbers, the same on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit as u64) as usize
    }

    pub(crate) fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}
