//! A folder on another machine, by the system's own ssh and rsync.
//!
//! rsync writes each file under another name and renames it, so each is whole. Each stage is one run of rsync. The record lies in
//! `.dateline/` there. The file `lease` is the lock: it is written under another name and linked to its own by `ln`, which succeeds for one
//! only, so it never exists without saying whose it is. Uploads through a pipe are length-checked before they take effect, because a dropped
//! connection looks like the end of the input.

use super::{Audit, Drift, Held, Target, Work};
use crate::clock::Timestamp;
use crate::config::publish::Options;
use crate::file;
use crate::hash::Hash;
use crate::path::RelPath;
use crate::publish::fault::Fault;
use crate::publish::object::{Abilities, Objects};
use crate::publish::plan::Change;
use crate::publish::record::{self, FOLDER, Head, LEASE_SECONDS, Lease, Record};
use crate::publish::request::Traffic;
use crate::publish::state::State;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Exit codes for faults of the connection, not of the files: ssh's own, and rsync's for sockets, protocol streams and timeouts.
const TRANSIENT: &[i32] = &[255, 10, 12, 30, 35];
/// Most tries of a command; rsync takes up where it stopped.
const TRIES: usize = 6;

/// Files of one run of rsync at most, so that the lock can be renewed in between.
const BATCH: usize = 5000;
/// Between two signs of life of a long publish.
const RENEW: Duration = Duration::from_secs(LEASE_SECONDS as u64 / 5);

/// A folder reached by ssh.
pub(super) struct Ssh {
    host: String,
    path: String,
    shown: String,
    /// The ssh command with its options, as rsync takes it.
    ssh: Vec<String>,
    tries: usize,
    /// Seconds after which a request counts as failed.
    timeout: u64,
    head: Head,
    lease: Option<String>,
    /// The list of paths that this publish may touch.
    touched: Hash,
    begun: Instant,
    renewed: Instant,
    sent: Traffic,
    work: PathBuf,
}

impl Ssh {
    pub(super) fn new(host: &str, port: Option<u16>, path: &str, options: &Options) -> Ssh {
        // As git has GIT_SSH_COMMAND: for keys, jump hosts and the like that are not in ssh's own settings.
        let command = std::env::var("DATELINE_SSH").unwrap_or_else(|_| "ssh".into());
        let mut ssh: Vec<String> = command.split_whitespace().map(str::to_string).collect();
        // A question would wait for an answer that no one gives.
        ssh.extend(["-o".into(), "BatchMode=yes".into()]);
        ssh.extend(["-o".into(), format!("ConnectTimeout={}", options.timeout_seconds)]);
        // And a line that is dead would wait for ever.
        ssh.extend(["-o".into(), format!("ServerAliveInterval={}", options.timeout_seconds)]);
        ssh.extend(port.iter().flat_map(|port| ["-p".to_string(), port.to_string()]));
        let shown = match port {
            Some(port) => format!("ssh://{host}:{port}{path}"),
            None => format!("ssh://{host}{path}"),
        };
        Ssh {
            host: host.to_string(),
            path: path.to_string(),
            shown,
            ssh,
            tries: (options.retries + 1).min(TRIES),
            timeout: options.timeout_seconds,
            head: Head::default(),
            lease: None,
            touched: Hash::default(),
            begun: Instant::now(),
            renewed: Instant::now(),
            sent: Traffic::default(),
            work: PathBuf::new(),
        }
    }

    /// Runs a command until it succeeds or fails for a reason that lasts.
    fn run(&mut self, what: &str, make: impl Fn() -> Command, input: &[u8]) -> Result<Output, Fault> {
        let mut wait = Duration::from_millis(500);
        for attempt in 1.. {
            self.sent.requests += 1;
            let output = pipe(make(), input).map_err(|error| {
                Fault::failed(format!("{what} cannot be run: {error}")).hint("ssh and rsync must be installed")
            })?;
            if output.status.success() {
                return Ok(output);
            }
            let lasting = output.status.code().is_none_or(|code| !TRANSIENT.contains(&code));
            if lasting || attempt >= self.tries {
                let stderr = String::from_utf8_lossy(&output.stderr);
                let stderr: Vec<&str> = stderr.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
                let stderr = stderr.join("; ");
                let fault = Fault::failed(format!("{}: {what}: {stderr}", self.shown));
                return Err(match HINTS.iter().find(|(words, _)| words.iter().any(|word| stderr.contains(word))) {
                    Some((_, hint)) => fault.hint(*hint),
                    None => fault,
                });
            }
            std::thread::sleep(wait);
            wait *= 2;
        }
        Err(Fault::failed(format!("{what} was not tried")))
    }

    /// Runs a line of shell at the other end. Paths in it hold plain characters only, as the settings see to.
    fn shell(&mut self, what: &str, script: &str, input: &[u8]) -> Result<Vec<u8>, Fault> {
        let (ssh, host) = (self.ssh.clone(), self.host.clone());
        let make = || {
            let mut command = Command::new(ssh.first().map_or("ssh", String::as_str));
            command.args(ssh.iter().skip(1)).arg("--").arg(&host).arg(script);
            command
        };
        self.run(what, make, input).map(|output| output.stdout)
    }

    /// Runs rsync from a folder to the target with a list of files.
    fn rsync(&mut self, from: &Path, options: &[&str], list: &[&str]) -> Result<Vec<u8>, Fault> {
        let mut input = Vec::new();
        for path in list {
            input.extend_from_slice(path.as_bytes());
            input.push(0);
        }
        let shell = self.ssh.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        let to = format!("{}:{}/", self.host, self.path);
        let from = format!("{}/", from.display());
        // Longer than it takes the other end to write a large file, for then nothing is said.
        let timeout = format!("--timeout={}", self.timeout * 10);
        let make = || {
            let mut command = Command::new("rsync");
            command.arg(&timeout);
            command.args(["--rsh", &shell, "--recursive", "--perms", "--chmod=D755,F644", "--from0", "--files-from=-"]);
            command.args(options).arg("--").arg(&from).arg(&to);
            command
        };
        self.run("rsync", make, &input).map(|output| output.stdout)
    }

    fn stage(&self, name: &str) -> Result<PathBuf, Fault> {
        let folder = self.work.join(name);
        let fail = |error: io::Error| Fault::local(&folder, &error);
        if folder.exists() {
            file::remove_tree(&folder).map_err(fail)?;
        }
        file::make_folders(&folder).map_err(fail)?;
        Ok(folder)
    }

    /// A file of dateline's own at the other end.
    fn own(&self, name: &str) -> String {
        format!("{}/{FOLDER}/{name}", self.path)
    }

    /// A test for a shell: the lease is this publish's.
    fn is_mine(&self, id: &str) -> String {
        format!("grep -q -F -e {} {} 2>/dev/null", quoted(&format!(" {id}")), self.own("lease"))
    }
}

impl Target for Ssh {
    fn shown(&self) -> String {
        self.shown.clone()
    }

    fn abilities(&self) -> Abilities {
        Abilities { compressed_files: true, ..Abilities::default() }
    }

    fn open(&mut self, state: &State) -> Result<Held, Fault> {
        self.work = state.path("stage");
        let (record, lease, touched) = (self.own("record"), self.own("lease"), self.own("touched"));
        let path = &self.path;
        // Four parts with a byte between them that is in none.
        let script = format!(
            "cd / && {{ [ ! -e {record} ] || cat {record}; }} && printf '\\001' && \
             line=$(cat {lease} 2>/dev/null || :) && printf '%s\\001' \"$line\" && set -- $line && \
             {{ [ -z \"$2\" ] || cat {touched}-\"$2\" 2>/dev/null || :; }} && printf '\\001' && \
             {{ [ -e {record} ] || ls -A {path} 2>/dev/null | grep -v -x -F {FOLDER} | head -n 1; }}; printf '\\001'"
        );
        let out = String::from_utf8_lossy(&self.shell("reading the record", &script, b"")?).into_owned();
        let mut parts = out.split('\u{1}');
        let mut next = || parts.next().unwrap_or_default();
        let (text, lease, touched, other) = (next(), next(), next(), next());
        let mut held = Held::default();
        if !text.is_empty() {
            let parsed = record::from_text(text);
            (held.head, held.record) = parsed.ok_or_else(|| {
                Fault::failed(format!("{}: the record of what was published is damaged", self.shown))
                    .hint(format!("remove {FOLDER}/ there and publish with --audit --prune"))
            })?;
        }
        held.lease = parse_lease(lease);
        held.unsure = held.lease.as_ref().and_then(|_| record::read_paths(touched)).unwrap_or_default();
        held.has_unrecorded_files = held.lease.is_none() && !other.is_empty();
        self.head = held.head;
        self.lease = held.lease.as_ref().map(|lease| lease.id.clone());
        Ok(held)
    }

    fn begin(&mut self, lease: &Lease, touched: &str, _: bool) -> Result<(), Fault> {
        let (folder, own, list) = (format!("{}/{FOLDER}", self.path), self.own("lease"), self.own("touched"));
        let (hash, length, mine) = (lease.touched, touched.len(), self.is_mine(&lease.id));
        // A lease that was read above is ours, or was abandoned by its owner; otherwise the first one wins.
        let take = match self.lease {
            Some(_) => format!("mv -f {own}.$$ {own}"),
            None => format!(
                "{{ ln {own}.$$ {own} 2>/dev/null; done=$?; rm -f {own}.$$; [ $done = 0 ] || {mine} || exit 9; }}"
            ),
        };
        // Between reading the record and taking the lock somebody else may have published.
        let known = if self.head.serial == 0 { String::new() } else { self.head.to_line() };
        let is_known = format!("[ \"$(sed -n 2p {} 2>/dev/null)\" = '{known}' ]", self.own("record"));
        let line = quoted(&lease_line(lease.since, lease.touched, &lease.id));
        let script = format!(
            "umask 022; [ ! -L {folder} ] || {{ echo {folder} is a symbolic link >&2; exit 8; }}; mkdir -p {folder} && cat > {list}.$$ && [ $(wc -c < {list}.$$) -eq {length} ] && \
             mv -f {list}.$$ {list}-{hash} && printf '%s\\n' {line} > {own}.$$ && {take} && {{ {is_known} || {{ {mine} && rm -f {own}; exit 9; }}; }}"
        );
        let Err(fault) = self.shell("taking the lock", &script, touched.as_bytes()) else {
            self.lease = Some(lease.id.clone());
            self.touched = lease.touched;
            return Ok(());
        };
        let (head, was_free) = (self.head, self.lease.is_none());
        let is_other = |held: Held| held.head != head || (was_free && held.lease.is_some());
        let is_busy = self.reopen().is_ok_and(is_other);
        let busy = || Fault::conflict(format!("somebody else publishes to {}", self.shown));
        Err(if is_busy { busy().hint("run again when they have ended") } else { fault })
    }

    fn apply(&mut self, _: u64, changes: &[Change], work: &Work) -> Result<(), Fault> {
        changes.chunks(BATCH).try_for_each(|batch| {
            self.renew(work.now)?;
            self.send(batch, work)
        })
    }

    fn finish(&mut self, head: Head, after: &Record, _: &State) -> Result<(), Fault> {
        let (record, lease, touched) = (self.own("record"), self.own("lease"), self.own("touched"));
        let id = self.lease.clone().unwrap_or_default();
        let text = record::to_text(head, after);
        let (length, mine) = (text.len(), self.is_mine(&id));
        self.sent.bytes += length as u64;
        // Only the owner of the lock may write the record.
        let script = format!(
            "umask 022; {mine} || exit 9; cat > {record}.$$ && [ $(wc -c < {record}.$$) -eq {length} ] && {mine} && \
             mv -f {record}.$$ {record} && rm -f {lease} {touched}-* {lease}.* {touched}.* {record}.*"
        );
        match self.shell("writing the record", &script, text.as_bytes()) {
            Ok(_) => {}
            Err(fault) => {
                // The connection may have ended after the work was done.
                let mut held = Held::default();
                if let Ok(now) = self.reopen() {
                    held = now;
                }
                if held.head != head || held.record != *after {
                    return Err(match held.lease {
                        Some(lease) if lease.id != id => {
                            Fault::conflict(format!("somebody else took over publishing to {}", self.shown))
                        }
                        _ => fault,
                    });
                }
            }
        }
        self.head = head;
        let _ = file::remove_tree(&self.work);
        Ok(())
    }

    fn drift(&mut self, record: &Record, audit: &Audit) -> Result<Drift, Fault> {
        let folder = self.stage("audit")?;
        copy_all(&folder, &audit.objects, audit)?;
        let shell = self.ssh.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        let to = format!("{}:{}/", self.host, self.path);
        let from = format!("{}/", folder.display());
        let make = || {
            let mut command = Command::new("rsync");
            command.args(["--rsh", &shell, "--recursive", "--checksum", "--dry-run", "--delete", "-8"]);
            command.args([&format!("--exclude=/{FOLDER}"), "--out-format=%o %n", "--", &from, &to]);
            command
        };
        let out = self.run("rsync", make, b"")?.stdout;
        let mut drift = Drift::default();
        for line in String::from_utf8_lossy(&out).lines() {
            let Some((what, path)) = line.split_once(' ') else { continue };
            let Some(path) = RelPath::new(path) else { continue };
            let path = path.as_str().to_string();
            match what {
                "send" => _ = drift.wrong.insert(path),
                "del." if !record.contains_key(&path) => _ = drift.unknown.insert(path),
                _ => {}
            }
        }
        // What the record has and the site has not is planned as gone in any case.
        let _ = file::remove_tree(&self.work);
        Ok(drift)
    }

    fn traffic(&self) -> Traffic {
        self.sent
    }
}

impl Ssh {
    /// Sends and deletes, each with one run of rsync.
    fn send(&mut self, changes: &[Change], work: &Work) -> Result<(), Fault> {
        let folder = self.stage("send")?;
        let (mut puts, mut deletions) = (Vec::new(), Vec::new());
        for change in changes {
            let Some(object) = &change.put else {
                deletions.push(change.path.as_str());
                continue;
            };
            let to = folder.join(&change.path);
            let fail = |error: io::Error| Fault::local(&to, &error);
            if let Some(parent) = to.parent() {
                file::make_folders(parent).map_err(fail)?;
            }
            if object.form.is_none() {
                file::link(&work.state.kept_path(object.hash), &to).map_err(fail)?;
            } else {
                file::write_new(&to, &work.bytes(object)?).map_err(fail)?;
            }
            self.sent.bytes += fs::metadata(&to).map_or(0, |metadata| metadata.len());
            puts.push(change.path.as_str());
        }
        if !puts.is_empty() {
            // Two versions may have one size and, without times, nothing else would distinguish them.
            self.rsync(&folder, &["--ignore-times"], &puts)?;
        }
        if !deletions.is_empty() {
            let empty = self.stage("none")?;
            // The files must be missing here, but the folders that lead to them must not.
            for path in &deletions {
                if let Some(parent) = empty.join(path).parent() {
                    file::make_folders(parent).map_err(|error| Fault::local(&empty, &error))?;
                }
            }
            self.rsync(&empty, &["--delete-missing-args"], &deletions)?;
        }
        changes.iter().try_for_each(|change| work.done(change))
    }

    /// Says that a long publish is still going on, and finds out whether it was taken over.
    fn renew(&mut self, now: Timestamp) -> Result<(), Fault> {
        if self.renewed.elapsed() < RENEW {
            return Ok(());
        }
        let passed = i64::try_from(self.begun.elapsed().as_secs()).unwrap_or(i64::MAX);
        let id = self.lease.clone().unwrap_or_default();
        let line = quoted(&lease_line(now.plus_seconds(passed), self.touched, &id));
        let (own, mine) = (self.own("lease"), self.is_mine(&id));
        let script = format!("{mine} || exit 9; printf '%s\\n' {line} > {own}.$$ && {mine} && mv -f {own}.$$ {own}");
        self.renewed = Instant::now();
        match self.shell("renewing the lock", &script, b"") {
            Err(fault) if self.reopen().is_ok_and(|held| held.lease.is_some_and(|lease| lease.id == id)) => Err(fault),
            Err(_) => Err(Fault::conflict(format!("somebody else took over publishing to {}", self.shown))),
            Ok(_) => Ok(()),
        }
    }

    /// What the target holds now.
    fn reopen(&mut self) -> Result<Held, Fault> {
        let (record, lease) = (self.own("record"), self.own("lease"));
        let script = format!("cat {record} 2>/dev/null; printf '\\001'; cat {lease} 2>/dev/null; :");
        let out = String::from_utf8_lossy(&self.shell("reading the record", &script, b"")?).into_owned();
        let (text, lease) = out.split_once('\u{1}').unwrap_or((&out, ""));
        let (head, record) = record::from_text(text).unwrap_or_default();
        Ok(Held { head, record, lease: parse_lease(lease), ..Held::default() })
    }
}

/// What is said at the other end, part of it, and what to do.
const HINTS: &[(&[&str], &str)] = &[
    (
        &["Host key verification failed", "REMOTE HOST IDENTIFICATION"],
        "connect once by hand with `ssh` to look at the key of that machine and to accept it",
    ),
    (
        &["Permission denied (", "Too many authentication failures"],
        "that machine takes none of your keys: give one to ssh's agent, or name it with DATELINE_SSH=\"ssh -i KEY\"",
    ),
    (&["Permission denied"], "the user must be allowed to write in that folder"),
    (&["rsync: command not found", "rsync: not found"], "rsync must be installed at the other end too"),
    (&["No space left", "Disk quota exceeded"], "the disk at the other end is full"),
];

/// The lock's one line.
fn lease_line(since: Timestamp, touched: Hash, id: &str) -> String {
    format!("{} {touched} {id}", since.millis())
}

fn parse_lease(line: &str) -> Option<Lease> {
    let mut parts = line.trim_end().splitn(3, ' ');
    let since = Timestamp::from_millis(parts.next()?.parse().ok()?);
    let touched = Hash::parse(parts.next()?)?;
    Some(Lease { id: parts.next()?.to_string(), since, touched })
}

fn copy_all(folder: &Path, objects: &Objects, audit: &Audit) -> Result<(), Fault> {
    for (path, object) in objects {
        let to = folder.join(path);
        let fail = |error: io::Error| Fault::local(&to, &error);
        if let Some(parent) = to.parent() {
            file::make_folders(parent).map_err(fail)?;
        }
        match audit.kept.get(&object.hash) {
            Some(kept) if object.form.is_none() => file::link(kept, &to).map_err(fail)?,
            _ => file::write_new(&to, &audit.bytes(object)?).map_err(fail)?,
        }
    }
    Ok(())
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Runs a command with input, on a thread of its own so that neither side waits for the other.
fn pipe(mut command: Command, input: &[u8]) -> io::Result<Output> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A command that ends early needs no more input; its exit code says why.
            stdin.map(|mut stdin| stdin.write_all(input))
        });
        child.wait_with_output()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_comes_back_and_half_a_lease_is_none() {
        let line = lease_line(Timestamp::from_millis(7), Hash::of(b"x"), "desk 12 1790000000000");
        let lease =
            Lease { id: "desk 12 1790000000000".into(), since: Timestamp::from_millis(7), touched: Hash::of(b"x") };
        assert_eq!(parse_lease(&format!("{line}\n")), Some(lease));
        assert_eq!(parse_lease(""), None);
        assert_eq!(parse_lease(&line[..20]), None);
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
