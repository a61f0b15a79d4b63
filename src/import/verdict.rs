//! Which of two versions of one story counts.

use super::intake::StoryImport;
use super::site_stories::{Detail, Known};
use crate::clock::Timestamp;
use crate::diag::{Code, Diagnostic, Severity};
use crate::hash::Hash;
use crate::story::Status;
use crate::wire::WireItem;

/// Whether an item takes the place of what the site has.
pub(super) enum Verdict {
    Replace,
    Same,
    Older,
}

impl StoryImport<'_> {
    /// The higher version counts; of two with one number the later, the one with a headline, the longer, the greater.
    pub(super) fn verdict(
        &self,
        item: &WireItem,
        hash: Hash,
        known: &Known,
        detail: &Detail,
        name: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Verdict {
        let (uri, there) = (item.uri(), format!("content/{}", known.path));
        let returns = |killed: u64, newer: u64| {
            let message =
                format!("{uri} comes back: version {killed} canceled it, version {newer} is usable ({there})");
            Diagnostic::warning(Code::ImportReturns, message)
                .hint("if it must stay withdrawn, set `pubStatus: canceled` in a higher version")
        };
        if item.version() < known.version {
            if item.meta.status == Status::Canceled && known.status == Status::Usable {
                diagnostics.push(returns(item.version(), known.version));
            }
            let message = format!(
                "version {} of {uri} is older than version {} in {there}; it was not imported",
                item.version(),
                known.version
            );
            diagnostics.push(Diagnostic::new(Severity::Note, Code::ImportOlder, message));
            return Verdict::Older;
        }
        if item.version() > known.version {
            if item.meta.status == Status::Usable && known.status == Status::Canceled {
                diagnostics.push(returns(known.version, item.version()));
            }
            return Verdict::Replace;
        }
        if detail.import.hash == Some(hash) {
            return Verdict::Same;
        }
        let message = format!("version {} of {uri} in {name} differs from the same version in {there}", item.version());
        let body_length = crate::wire::markup::markdown(&item.body).trim().len();
        let created = item.meta.version_created.as_ref().map(|time| time.instant(&self.site.zone));
        let created = created.or_else(|| item.meta.first_created.as_ref().map(|time| time.instant(&self.site.zone)));
        let own = (created.unwrap_or(Timestamp::EPOCH), !item.meta.headline_derived, body_length, hash);
        let other = (
            known.version_created,
            !detail.headline_derived,
            known.body_length,
            detail.import.hash.unwrap_or_default(),
        );
        let takes = own > other;
        let hint = if takes {
            "this one was taken: it is later or fuller"
        } else {
            "the one on the site stays: it is later or fuller"
        };
        diagnostics.push(Diagnostic::warning(Code::ImportConflict, message).hint(hint));
        if takes { Verdict::Replace } else { Verdict::Older }
    }
}
