//! `desk:` in the settings: what comes in to a live desk, and where it goes.

use super::publish::Target;
use super::{FILE, places};
use crate::config::places::Step;
use crate::diag::{Code, Diagnostic, Location, nearest};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// How a live desk works. The drop folders of the sources are watched besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// Drop folders without a source: absolute, or below the site's folder.
    pub drop: Vec<PathBuf>,
    /// Where to listen for pushes; `None` is nowhere.
    pub push: Option<SocketAddr>,
    /// The targets to publish to, by name; `None` are all.
    pub targets: Option<Vec<String>>,
}

/// The desk as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawDesk {
    drop: Vec<String>,
    push: Option<String>,
    targets: Option<Vec<String>>,
}

/// Checks the desk. `text` is that of `dateline.yaml`.
pub(super) fn check(raw: RawDesk, targets: &[Target], text: &str, diagnostics: &mut Vec<Diagnostic>) -> Desk {
    let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
    for wanted in raw.targets.iter().flatten().filter(|wanted| !names.contains(&wanted.as_str())) {
        let hint = match nearest(wanted, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "name targets of `publish`".to_string(),
        };
        let place = places::of_value(text, &[Step::Key("desk", 0), Step::Key("targets", 0)]);
        let (line, column) = place.unwrap_or((1, 1));
        let message = format!("there is no target `{}`", wanted.escape_debug());
        let diagnostic = Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line, column));
        diagnostics.push(diagnostic.hint(hint));
    }
    let push = raw.push.and_then(|address| {
        let parsed = address.parse().ok();
        if parsed.is_none() {
            let (line, column) =
                places::of_value(text, &[Step::Key("desk", 0), Step::Key("push", 0)]).unwrap_or((1, 1));
            let message = format!("`{}` is not an address to listen on", address.escape_debug());
            let diagnostic = Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line, column));
            diagnostics.push(diagnostic.hint("write an address and a port, as in 127.0.0.1:8300"));
        }
        parsed
    });
    Desk { drop: raw.drop.into_iter().map(PathBuf::from).collect(), push, targets: raw.targets }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_names_targets_that_there_are() {
        let checked = |desk: &str| {
            let text = format!("title: T\nbase_url: https://example.org/\npublish: {{live: {{to: ./www}}}}\n{desk}");
            let site = tempfile::tempdir().unwrap();
            crate::file::write_atomic(&site.path().join(FILE), text.as_bytes(), false).unwrap();
            let config = super::super::load(site.path());
            let text =
                |error: crate::diag::Error| error.diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>();
            config.map(|config| config.desk).map_err(text)
        };
        let push = Some("127.0.0.1:8300".parse().unwrap());
        let desk = Desk { drop: vec!["in".into()], push, targets: Some(vec!["live".to_string()]) };
        assert_eq!(checked("desk: {drop: [in], push: '127.0.0.1:8300', targets: [live]}\n").unwrap(), desk);
        assert_eq!(checked("").unwrap(), Desk::default());
        let faults = checked("desk:\n  targets: [lives]\n").unwrap_err();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].ends_with("error: there is no target `lives`"), "{faults:?}");
        assert!(faults[0].starts_with("dateline.yaml:5:"), "{faults:?}");
        let faults = checked("desk:\n  push: localhost\n").unwrap_err();
        assert_eq!(faults, ["dateline.yaml:5:9: error: `localhost` is not an address to listen on"]);
    }
}
