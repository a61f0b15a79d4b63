//! A branch of a git repository, as Pages hosts take it.
//!
//! The whole publish is one commit, and the push is a compare-and-set on the branch: git refuses it if somebody else pushed since.
//! Without `history` each commit stands alone, so that a withdrawn text is in no former commit of the branch.

use super::{Audit, Drift, Held, Target, Work};
use crate::config::publish::Options;
use crate::file;
use crate::path::RelPath;
use crate::publish::fault::Fault;
use crate::publish::object::Abilities;
use crate::publish::plan::Change;
use crate::publish::record::{self, FOLDER, Head, Lease, Record};
use crate::publish::request::Traffic;
use crate::publish::state::State;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const RECORD: &str = "record";
const TRIES: usize = 4;

/// A branch.
pub(super) struct Git {
    url: String,
    branch: String,
    history: bool,
    author: (String, String),
    /// A bare repository on this machine, with an index of its own.
    repository: PathBuf,
    /// The commit that the branch has; empty where there is no branch.
    head: String,
    tries: usize,
    /// Seconds after which a silent line is dead.
    timeout: u64,
    sent: Traffic,
}

impl Git {
    pub(super) fn new(url: &str, branch: &str, options: &Options, publisher: &str) -> Git {
        let clean = |text: &str| text.chars().filter(|c| !c.is_control() && !"<>".contains(*c)).collect::<String>();
        let author = options.author.as_deref().and_then(|author| author.strip_suffix('>')?.split_once('<'));
        let author = author.map(|(name, mail)| (clean(name.trim()), clean(mail.trim())));
        Git {
            url: url.to_string(),
            branch: branch.to_string(),
            history: options.history,
            author: author.unwrap_or_else(|| (clean(publisher), "noreply@localhost".into())),
            repository: PathBuf::new(),
            head: String::new(),
            tries: (options.retries + 1).min(TRIES),
            timeout: options.timeout_seconds,
            sent: Traffic::default(),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(&self.repository);
        command.args(["-c", "core.quotePath=false", "-c", "gc.auto=0", "-c", "core.autocrlf=false"]);
        command.args(args);
        // A question would wait for an answer that no one gives, and a dead line for ever.
        command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        command.env("GIT_HTTP_LOW_SPEED_LIMIT", "1").env("GIT_HTTP_LOW_SPEED_TIME", (self.timeout * 4).to_string());
        if std::env::var_os("GIT_SSH_COMMAND").is_none() && std::env::var_os("GIT_SSH").is_none() {
            let ssh = std::env::var("DATELINE_SSH").unwrap_or_else(|_| "ssh".into());
            let timeout = self.timeout;
            let ssh = format!("{ssh} -o BatchMode=yes -o ConnectTimeout={timeout} -o ServerAliveInterval={timeout}");
            command.env("GIT_SSH_COMMAND", ssh);
        }
        command.env("GIT_INDEX_FILE", self.repository.join("dateline-index"));
        for (role, (name, mail)) in [("AUTHOR", &self.author), ("COMMITTER", &self.author)] {
            command.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), mail);
        }
        command
    }

    fn git(&mut self, args: &[&str], input: &[u8]) -> Result<Vec<u8>, Fault> {
        let what = format!("git {}", args.first().unwrap_or(&""));
        let cannot = |error: std::io::Error| {
            Fault::failed(format!("{what} cannot be run: {error}")).hint("git must be installed")
        };
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(cannot)?;
        let stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        });
        let output = output.map_err(cannot)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        let lines = stderr.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("hint:"));
        let stderr = without_user(&lines.take(3).collect::<Vec<_>>().join("; "));
        let fault = Fault::failed(format!("{}: {what}: {stderr}", self.shown()));
        Err(match HINTS.iter().find(|(words, _)| words.iter().any(|word| stderr.contains(word))) {
            Some((_, hint)) => fault.hint(*hint),
            None => fault,
        })
    }

    /// Removes the locks of a git that was killed, which would stop every later one. Nobody else works in this repository.
    fn remove_locks(&self) {
        let is_store = |entry: &walkdir::DirEntry| entry.depth() == 1 && entry.file_name() == "objects";
        let entries = walkdir::WalkDir::new(&self.repository).into_iter().filter_entry(|entry| !is_store(entry));
        for entry in entries.flatten().filter(|entry| entry.file_type().is_file()) {
            if entry.path().extension().is_some_and(|ending| ending == "lock") {
                let _ = file::remove(entry.path());
            }
        }
    }

    /// A command that talks to the other end, tried again when it fails.
    fn remote(&mut self, args: &[&str]) -> Result<Vec<u8>, Fault> {
        let mut wait = Duration::from_millis(500);
        for attempt in 1..=self.tries {
            self.sent.requests += 1;
            match self.git(args, b"") {
                Ok(out) => return Ok(out),
                Err(fault) if attempt == self.tries || is_lasting(&fault) => return Err(fault),
                Err(_) => std::thread::sleep(wait),
            }
            wait *= 2;
        }
        Err(Fault::failed(format!("{}: git was not tried", self.shown())))
    }

    /// The commit that the branch has at the other end; empty where there is no branch.
    fn remote_head(&mut self) -> Result<String, Fault> {
        let (url, name) = (self.url.clone(), format!("refs/heads/{}", self.branch));
        let out = self.remote(&["ls-remote", "--", &url, &name])?;
        let text = String::from_utf8_lossy(&out);
        let line = text.lines().find(|line| line.ends_with(&format!("\t{name}")));
        Ok(line.and_then(|line| line.split_whitespace().next()).unwrap_or_default().to_string())
    }

    fn one_line(&mut self, args: &[&str], input: &[u8]) -> Result<String, Fault> {
        Ok(String::from_utf8_lossy(&self.git(args, input)?).trim().to_string())
    }

    /// Stores bytes and returns git's name for them.
    fn blob(&mut self, bytes: &[u8]) -> Result<String, Fault> {
        self.sent.bytes += bytes.len() as u64;
        self.one_line(&["hash-object", "-w", "--no-filters", "--stdin"], bytes)
    }
}

/// What git says, part of it, and what to do.
const HINTS: &[(&[&str], &str)] = &[
    (
        &["could not read Username", "could not read Password", "Authentication failed", "403", "401"],
        "git must find a token that may write: by its credential helper, or by `http.extraHeader` in CI; docs/publishing.md says how",
    ),
    (
        &["Permission denied (publickey", "Host key verification failed"],
        "see that `git push` works by hand with this address first",
    ),
    (
        &["protected branch", "hook declined"],
        "the host protects this branch: allow it to be replaced, for dateline does that",
    ),
    (&["does not exist", "not found", "does not appear"], "make the repository first, and look at the address"),
];

/// A text without the users and passwords of addresses in it: git's own settings may put some there.
fn without_user(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        let end = after.find(|c: char| c == '/' || c.is_whitespace() || c == '\'').unwrap_or(after.len());
        rest = after.get(..end).and_then(|host| host.rfind('@')).map_or(after, |at| &after[at + 1..]);
    }
    out.push_str(rest);
    out
}

/// Whether trying again is of no use.
fn is_lasting(fault: &Fault) -> bool {
    let message = &fault.diagnostic.message;
    ["rejected", "stale info", "denied", "not found", "does not appear", "Authentication", "could not read"]
        .iter()
        .any(|word| message.contains(word))
}

impl Target for Git {
    fn shown(&self) -> String {
        format!("{}#{}", self.url, self.branch)
    }

    fn abilities(&self) -> Abilities {
        Abilities { atomic: true, ..Abilities::default() }
    }

    fn open(&mut self, state: &State) -> Result<Held, Fault> {
        self.repository = state.path("repository.git");
        self.remove_locks();
        if !self.repository.join("HEAD").is_file() {
            let path = self.repository.display().to_string();
            file::make_folders(&self.repository).map_err(|error| Fault::local(&self.repository, &error))?;
            self.git(&["init", "--quiet", "--bare", &path], b"")?;
        }
        self.head = self.remote_head()?;
        let _ = file::remove(&self.repository.join("dateline-index"));
        if self.head.is_empty() {
            return Ok(Held::default());
        }
        let head = self.head.clone();
        if self.git(&["cat-file", "-e", &format!("{head}^{{tree}}")], b"").is_err() {
            let (url, branch) = (self.url.clone(), self.branch.clone());
            let depth: &[&str] = if self.history { &[] } else { &["--depth=1"] };
            let mut args = vec!["fetch", "--quiet", "--no-tags"];
            args.extend(depth);
            args.extend(["--", &url, &branch]);
            self.remote(&args)?;
        }
        self.git(&["read-tree", &head], b"")?;
        let name = format!("{head}:{FOLDER}/{RECORD}");
        let Ok(text) = self.git(&["cat-file", "blob", &name], b"") else {
            return Err(Fault::refused(format!("{} holds commits that are not dateline's", self.shown()))
                .hint("name a branch of its own, or delete that one"));
        };
        let parsed = String::from_utf8(text).ok().and_then(|text| record::from_text(&text));
        let (head, record) = parsed.ok_or_else(|| {
            Fault::failed(format!("{}: the record of what was published is damaged", self.shown()))
                .hint("name another branch, or delete that one")
        })?;
        Ok(Held { head, record, ..Held::default() })
    }

    fn begin(&mut self, _: &Lease, _: &str, _: bool) -> Result<(), Fault> {
        Ok(())
    }

    fn apply(&mut self, _: u64, changes: &[Change], work: &Work) -> Result<(), Fault> {
        // git reads the kept files by itself: one process for all, a path a line.
        let puts: Vec<(&Change, PathBuf)> = changes
            .iter()
            .filter_map(|change| Some((change, work.state.kept_path(change.put.as_ref()?.hash))))
            .map(|(change, path)| (change, fs::canonicalize(&path).unwrap_or(path)))
            .collect();
        let mut list = Vec::new();
        for (_, path) in &puts {
            self.sent.bytes += fs::metadata(path).map_or(0, |metadata| metadata.len());
            list.extend_from_slice(path.as_os_str().as_encoded_bytes());
            list.push(b'\n');
        }
        let names = self.git(&["hash-object", "-w", "--no-filters", "--stdin-paths"], &list)?;
        let names = String::from_utf8_lossy(&names).into_owned();
        let mut index = Vec::new();
        for ((change, _), name) in puts.iter().zip(names.lines()) {
            index.extend_from_slice(format!("100644 {name}\t{}\0", change.path).as_bytes());
        }
        for change in changes.iter().filter(|change| change.put.is_none()) {
            let nothing = "0".repeat(self.head.len().max(40));
            index.extend_from_slice(format!("0 {nothing}\t{}\0", change.path).as_bytes());
        }
        self.git(&["update-index", "-z", "--index-info"], &index)?;
        work.progress.step(changes.len());
        Ok(())
    }

    fn finish(&mut self, publish: Head, after: &Record, _: &State) -> Result<(), Fault> {
        let text = record::to_text(publish, after);
        let blob = self.blob(text.as_bytes())?;
        let line = format!("100644 {blob}\t{FOLDER}/{RECORD}\0");
        self.git(&["update-index", "-z", "--index-info"], line.as_bytes())?;
        let tree = self.one_line(&["write-tree"], b"")?;
        let message = format!("Publish {}\n", publish.serial);
        let head = self.head.clone();
        let mut args = vec!["commit-tree", &tree];
        if self.history && !head.is_empty() {
            args.extend(["-p", &head]);
        }
        let commit = self.one_line(&args, message.as_bytes())?;
        let name = format!("refs/heads/{}", self.branch);
        let lease = format!("--force-with-lease={name}:{head}");
        let (url, what) = (self.url.clone(), format!("{commit}:{name}"));
        if let Err(fault) = self.remote(&["push", "--quiet", &lease, "--", &url, &what]) {
            // A push that was cut off may have been taken all the same.
            let now = self.remote_head()?;
            if now != commit {
                return Err(if now == head {
                    fault
                } else {
                    Fault::conflict(format!("somebody else pushed to {}", self.shown())).hint("run again")
                });
            }
        }
        self.head = commit;
        let _ = file::remove(&self.repository.join("dateline-index"));
        Ok(())
    }

    fn tidy(&mut self, is_due: bool) -> Result<(), Fault> {
        if !is_due || self.head.is_empty() {
            return Ok(());
        }
        // What no commit of the branch needs any more goes, so that withdrawn texts do not stay here.
        let commit = self.head.clone();
        self.git(&["update-ref", "refs/heads/live", &commit], b"")?;
        self.git(&["prune", "--expire=now"], b"")?;
        let _ = self.git(&["-c", "gc.auto=6700", "-c", "gc.autoDetach=false", "gc", "--auto", "--quiet"], b"");
        Ok(())
    }

    fn drift(&mut self, record: &Record, audit: &Audit) -> Result<Drift, Fault> {
        let mut drift = Drift::default();
        let listed = if self.head.is_empty() {
            Vec::new()
        } else {
            let head = self.head.clone();
            self.git(&["ls-tree", "-r", "-z", &head], b"")?
        };
        let mut there = BTreeMap::new();
        for line in String::from_utf8_lossy(&listed).split('\0') {
            let Some((about, path)) = line.split_once('\t') else { continue };
            if RelPath::new(path).is_some() && !path.starts_with(&format!("{FOLDER}/")) {
                there.insert(path.to_string(), about.rsplit(' ').next().unwrap_or_default().to_string());
            }
        }
        let unknown = there.keys().filter(|path| !record.contains_key(*path) && !audit.objects.contains_key(*path));
        drift.unknown.extend(unknown.cloned());
        drift.wrong.extend(record.keys().filter(|path| !there.contains_key(*path)).cloned());
        let (mut names, mut list) = (Vec::new(), Vec::new());
        for (path, object) in &audit.objects {
            names.push(path);
            let kept = audit.kept.get(&object.hash).map(|kept| fs::canonicalize(kept).unwrap_or(kept.clone()));
            list.extend_from_slice(kept.unwrap_or_default().as_os_str().as_encoded_bytes());
            list.push(b'\n');
        }
        // One process for all, as when they were sent.
        let hashes = self.git(&["hash-object", "--no-filters", "--stdin-paths"], &list)?;
        let hashes = String::from_utf8_lossy(&hashes).into_owned();
        let other = names
            .iter()
            .zip(hashes.lines())
            .filter(|(path, hash)| there.get(**path).map(String::as_str) != Some(*hash));
        drift.wrong.extend(other.map(|(path, _)| path.to_string()));
        Ok(drift)
    }

    fn traffic(&self) -> Traffic {
        self.sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_user_of_an_address_is_shown() {
        for (text, expected) in [
            ("unable to access 'https://me:t0ken@host/a@b.git/': 403", "unable to access 'https://host/a@b.git/': 403"),
            ("To https://host/a.git failed; ssh://git@host", "To https://host/a.git failed; ssh://host"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(without_user(text), expected);
        }
    }
}
