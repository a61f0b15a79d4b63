//! The tour in README.md, run line by line: its commands work as they stand, and print what it shows.

#![cfg(unix)]
use crate::support::{NOW, skip};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Commands that go by a clock.
const CLOCKED: &str = "build|check|why|next-change|init|new|import|publish|serve";

const ITEM: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<nitf><head><title>Ferry sails again</title>
<docdata><doc-id id-string="tour-1"/><date.issue norm="20261123T103000Z"/></docdata></head>
<body><body.head><hedline><hl1>Ferry to the islands sails again</hl1></hedline></body.head>
<body.content><p>The ferry left Kelby at noon with 90 passengers.</p></body.content></body></nitf>
"#;

/// A reader of the tour, with a terminal.
struct Reader {
    folder: tempfile::TempDir,
    at: PathBuf,
    /// What the last command printed, on both channels.
    printed: String,
    /// The story that was begun last.
    story: Option<PathBuf>,
}

impl Reader {
    /// A terminal in which `dateline` is this program, at a fixed time.
    fn new() -> Reader {
        let folder = crate::support::folder();
        let program = folder.path().join("dateline");
        let script = format!(
            "#!/bin/sh\ncase \" $* \" in *\" --now \"*) ;; *) case \"$1\" in {CLOCKED}) set -- \"$@\" --now {NOW};; esac;; esac\nexec '{}' \"$@\"\n",
            env!("CARGO_BIN_EXE_dateline")
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let at = folder.path().join("desk");
        fs::create_dir(&at).unwrap();
        Reader { folder, at, printed: String::new(), story: None }
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        let path = format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap());
        command.args(["-c", line]).current_dir(&self.at).env("PATH", path).env("NO_COLOR", "1");
        command
    }

    fn types(&mut self, line: &str) {
        let line = line.split("  #").next().unwrap().trim();
        if let Some(folder) = line.strip_prefix("cd ") {
            self.at.push(folder);
            assert!(self.at.is_dir(), "{line}");
        } else if line.starts_with("dateline serve") {
            self.looks(line);
        } else if !line.is_empty() {
            let output = self.command(&format!("exec 2>&1; {line}")).output().unwrap();
            self.printed = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success(), "{line}\n{}", self.printed);
            let begun = self.printed.lines().last().filter(|_| line.starts_with("dateline new"));
            self.story = begun.map(|path| self.at.join(path)).or(self.story.take());
        }
    }

    /// Starts the preview, and looks at its front page where the browser would.
    fn looks(&self, line: &str) {
        let line = format!("{} --port 0", line.replace(" --open", ""));
        let mut preview = self.command(&format!("exec {line}")).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(preview.stderr.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.find_map(|line| Some(line.strip_prefix("http://")?.split('/').next()?.to_string()));
        let mut page = String::new();
        if let Some(address) = &address {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
            stream.read_to_string(&mut page).unwrap();
        }
        preview.kill().unwrap();
        preview.wait().unwrap();
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("First cranes rise"), "{line}: {address:?} {page}");
    }

    /// Fails unless the last command ended with these lines.
    fn sees(&mut self, shown: &str) {
        if shown.starts_with("error[unknown-key]") {
            self.misspells();
        }
        // The script above calls the program by its path.
        let printed = self.printed.replace(env!("CARGO_BIN_EXE_dateline"), "dateline");
        let (printed, shown) = (timeless(&printed), timeless(shown));
        assert!(printed.contains(&shown), "the tour shows\n{shown}\nand this was printed:\n{printed}");
    }

    /// Writes a file whose path is the remark at its head, in place of the one that `init` wrote, looks at it, and puts that back.
    fn writes(&self, text: &str) {
        let path = self.at.join(text.lines().next().unwrap().trim_start_matches("# "));
        let before = fs::read(&path).unwrap();
        fs::write(&path, text).unwrap();
        let output = self.command("exec 2>&1; dateline check").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && !said.contains("front-"), "{said}");
        fs::write(path, before).unwrap();
    }

    /// What the tour says in words: a key with a wrong letter, and a look at it.
    fn misspells(&mut self) {
        let path = self.story.clone().unwrap();
        let good = fs::read_to_string(&path).unwrap();
        fs::write(&path, good.replacen("\n---\n\n", "\nurgencyy: 3\n---\n\n", 1)).unwrap();
        let output = self.command("exec 2>&1; dateline check").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        self.printed = String::from_utf8(output.stdout).unwrap();
        fs::write(&path, good).unwrap();
    }
}

/// A text without how long something took.
fn timeless(text: &str) -> String {
    let words = text.lines().map(|line| {
        let words = line.split(' ').map(|word| {
            let number = word.trim_end_matches([';', ',']).strip_suffix('s').and_then(|n| n.parse::<f64>().ok());
            if number.is_some() { "…s" } else { word }
        });
        words.collect::<Vec<_>>().join(" ").trim_end().to_string()
    });
    words.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_line_of_the_tour_works_and_prints_what_it_shows() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let tour = readme.split("\n## Five minutes\n").nth(1).unwrap().split("\n## ").next().unwrap();
    if cfg!(not(feature = "serve")) {
        return skip("the tour has a preview, which this program is built without");
    }
    let mut reader = Reader::new();
    let (mut typed, mut seen) = (0, 0);
    let mut fences = tour.split("\n```");
    fences.next();
    while let (Some(block), Some(_)) = (fences.next(), fences.next()) {
        let (kind, text) = block.split_once('\n').unwrap();
        match kind {
            "sh" => {
                fs::write(reader.at.join("item.xml"), ITEM).unwrap();
                for line in text.lines() {
                    reader.types(line);
                    typed += 1;
                }
            }
            "text" => {
                reader.sees(text);
                seen += 1;
            }
            "markdown" => {
                let path = reader.story.as_ref().unwrap();
                let begun = fs::read_to_string(path).unwrap();
                let head = begun.strip_suffix("---\n").unwrap();
                assert!(text.starts_with(head), "the tour's story begins otherwise than `new` does:\n{begun}");
                fs::write(path, format!("{text}\n")).unwrap();
            }
            "yaml" => reader.writes(text),
            other => panic!("a block of `{other}` is not known to this test"),
        }
    }
    assert!(typed >= 9 && seen >= 2, "{typed} lines, {seen} outputs");
}
