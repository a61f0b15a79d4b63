//! What all steps of a publish share.

use super::request::Request;
use super::state::State;
use super::target::Target;
use crate::config::Config;
use crate::config::publish::Target as Settings;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One publish to one target.
pub(super) struct Job<'a> {
    pub(super) root: &'a Path,
    pub(super) config: &'a Config,
    pub(super) request: &'a Request<'a>,
    pub(super) settings: &'a Settings,
    pub(super) output: PathBuf,
    pub(super) state: State,
    pub(super) target: Box<dyn Target>,
}

impl Job<'_> {
    /// The address of a file for readers.
    pub(super) fn address(&self, path: &str) -> String {
        crate::purge::address(&self.home(), path)
    }

    /// The address of the site at this target.
    pub(super) fn home(&self) -> String {
        self.settings.options.base_url.clone().unwrap_or_else(|| self.config.home())
    }
}

/// The name of this machine, for whoever finds its lease. A container may lack the program, other systems than Linux lack the file.
pub(super) fn host_name() -> String {
    let plain = |text: &str| text.trim().chars().filter(char::is_ascii_graphic).take(60).collect::<String>();
    let of_file = || std::fs::read_to_string("/etc/hostname").map(|name| plain(&name)).ok();
    let of_system =
        || Command::new("uname").arg("-n").output().map(|it| plain(&String::from_utf8_lossy(&it.stdout))).ok();
    let known = of_file().filter(|name| !name.is_empty()).or_else(of_system).filter(|name| !name.is_empty());
    known.unwrap_or_else(|| "somewhere".to_string())
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn a_machine_has_a_name() {
        let name = super::host_name();
        assert!(!name.is_empty() && name != "somewhere" && name.bytes().all(|byte| byte.is_ascii_graphic()), "{name}");
    }
}
