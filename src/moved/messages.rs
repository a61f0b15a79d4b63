//! What is said of addresses that lead nowhere.

use super::{Moved, Now};
use crate::diag::{Code, Diagnostic, Location, Severity, plural};
use crate::parse::aliases;
use crate::path::{RelPath, UrlPath};

/// How many addresses a build names one by one.
const NAMED: usize = 20;

/// What a build says of addresses that lead nowhere. Where there are many, it names some and counts the others.
pub fn diagnostics(moved: &[Moved]) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = moved.iter().take(NAMED).map(diagnostic).collect();
    if let Some(more) = moved.len().checked_sub(NAMED).filter(|more| *more > 0) {
        let message = format!(
            "{} nowhere now",
            plural(more, "more address that was public leads", "more addresses that were public lead")
        );
        let summary = Diagnostic::warning(Code::AddressMoved, message);
        diagnostics.push(summary.hint("`dateline check --moved` names them all; add `--fix` to keep them"));
    }
    diagnostics
}

/// What there is to say of addresses of public stories and pages that no alias can keep.
pub fn of_refused(moved: &[Moved]) -> Vec<Diagnostic> {
    let is_refused = |one: &&Moved| one.no_alias.is_some() && matches!(one.now, Now::Public(_));
    moved.iter().filter(is_refused).map(diagnostic).collect()
}

fn diagnostic(Moved { path, uri, is_page, now, no_alias }: &Moved) -> Diagnostic {
    let note = |message: String| Diagnostic::new(Severity::Note, Code::AddressMoved, message);
    let at = |source: &RelPath| Location::file(format!("content/{source}"));
    let line = || format!("add `aliases: [{}]`, or only the path if there is a list already", aliases::item(path));
    let diagnostic = match (now, no_alias) {
        (Now::Public(source), None) => {
            let message = format!("{path} was an address of {uri} and leads nowhere now");
            let line = format!("{}, or run `dateline check --moved --fix`", line());
            Diagnostic::warning(Code::AddressMoved, message).at(at(source)).hint(line)
        }
        (Now::Public(source), Some(why)) => {
            let message = format!("{path} was an address of {uri} and leads nowhere now; no alias can keep it: {why}");
            let diagnostic = Diagnostic::warning(Code::AddressMoved, message).at(at(source));
            diagnostic.hint("undo the edit that moved it, if readers or other sites have the address")
        }
        (Now::Withdrawn(source, notice), _) => {
            let message = format!("{path} was the address of {uri}, whose notice of withdrawal stands at {notice}");
            let hint =
                "give the kill the `category`, `firstCreated` and `slug` of the story, or keep its first version";
            Diagnostic::warning(Code::AddressMoved, message).at(at(source)).hint(hint)
        }
        (Now::Gone, why) => {
            let diagnostic = note(format!("{path} was an address of {uri}, which is in no file any more"));
            match (is_page, why.is_none()) {
                (true, true) => diagnostic.hint("give the address to another page by `aliases`"),
                (true, false) => diagnostic,
                (false, true) => diagnostic.hint(
                    "withdraw a story with `pubStatus: canceled`, or give its address to another one by `aliases`",
                ),
                (false, false) => diagnostic.hint("withdraw a story with `pubStatus: canceled`"),
            }
        }
        (Now::Other(source), why) => {
            let message = format!("{path} was an address of {uri}, and what is here now seems to be another story");
            let diagnostic = note(message).at(at(source));
            if why.is_none() { diagnostic.hint(format!("if it is the same, {}", line())) } else { diagnostic }
        }
    };
    diagnostic.hint(format!("if it may go: `dateline check --moved --forget {}`", in_shell(path)))
}

/// A path as `--forget` and a shell take it: percent-encoded where a character of it would do something else in a shell, or is not
/// printed.
fn in_shell(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    match UrlPath::new(path) {
        Some(url) if !path.chars().all(is_plain) => url.href(),
        _ => path.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_shell;

    #[test]
    fn a_shell_takes_a_path_as_it_is() {
        assert_eq!(in_shell("/a/b-c_d.html"), "/a/b-c_d.html");
        assert_eq!(in_shell("/خبر/"), "/خبر/");
        assert_eq!(in_shell("/a b/$(x)'/"), "/a%20b/%24%28x%29%27/");
        assert_eq!(in_shell("/a\u{202e}b/"), "/a%E2%80%AEb/");
    }
}
