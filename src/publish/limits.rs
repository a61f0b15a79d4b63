//! What is refused before anything is sent: too many deletions, and sites larger than their host takes.

use super::fault::Fault;
use super::object::Objects;
use super::plan::Plan;
use super::presets;
use super::state::State;
use crate::config::publish::{Percent, Preset};
use crate::diag::{Code, Diagnostic, Location};
use std::path::Path;

/// So many deletions are allowed whatever the share, unless that is 0%.
const ALWAYS: usize = 10;
/// Share of the stories that may vanish without a notice, as withdrawals do.
const STORIES: usize = 2;

/// Refuses a plan that deletes more than a share of what is there.
///
/// Withdrawals do not count. But if most stories would vanish, this is not a withdrawal: it is the build of an empty folder.
pub(super) fn deletions(plan: &Plan, most: Percent) -> Result<(), Fault> {
    let (deletions, share) = (plan.deletions(), most.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count is a count")]
    let allowed = (plan.before as f64 * share / 100.0).floor() as usize;
    let allowed = if share > 0.0 { allowed.max(ALWAYS) } else { 0 };
    if deletions > allowed {
        return Err(Fault::refused(format!(
            "{deletions} of {} files would be deleted, more than {share}% ({allowed})",
            plan.before
        ))
        .hint("look at the plan with --dry-run; if it is meant, give a larger share with --max-delete"));
    }
    let gone = plan.stories_gone();
    if gone > ALWAYS && gone * STORIES > plan.stories_before && share < 100.0 {
        return Err(Fault::refused(format!("{gone} of {} stories would vanish", plan.stories_before))
            .hint("is content/ complete? If it is meant, publish with --max-delete 100%"));
    }
    Ok(())
}

/// Refuses a site that its host would not take.
pub(super) fn host(objects: &Objects, preset: Option<Preset>, output: &Path, state: &State) -> Result<(), Fault> {
    let Some(preset) = preset else { return Ok(()) };
    let limits = presets::limits(preset);
    let fault = |message: String| Fault::from(Diagnostic::error(Code::HostLimit, message));
    let mut total = 0u64;
    for (path, object) in objects {
        let file = output.join(path);
        let metadata = std::fs::metadata(&file).or_else(|_| std::fs::metadata(state.kept_path(object.hash)));
        let bytes = metadata.map_or(0, |metadata| metadata.len());
        total += bytes;
        if limits.file.is_some_and(|limit| bytes > limit) {
            let limit = limits.file.unwrap_or_default() >> 20;
            let message = format!("the file has {} MiB, and {} takes {limit} MiB", bytes >> 20, limits.name);
            let at = Location::file(file.display().to_string());
            return Err(Diagnostic::error(Code::HostLimit, message)
                .at(at)
                .hint("make it smaller, or host it elsewhere")
                .into());
        }
    }
    if let Some(limit) = limits.total.filter(|limit| total > *limit) {
        let message = format!("the site has {} MiB, and {} takes {} MiB", total >> 20, limits.name, limit >> 20);
        return Err(fault(message).hint("publish to a store instead"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageKind;
    use crate::publish::plan::{Change, Stage};

    fn plan(before: usize, deletions: usize, gone: usize, stories_before: usize) -> Plan {
        let change = |stage, kind| Change { path: String::new(), stage, put: None, why: "gone", kind };
        let mut changes = vec![change(Stage::Delete, PageKind::Day); deletions];
        changes.extend(vec![change(Stage::Withdraw, PageKind::Story); gone]);
        Plan { changes, before, stories_before, ..Plan::default() }
    }

    #[test]
    fn deletions_are_limited_and_withdrawals_are_not() {
        for (before, gone, share, good) in [
            (1000, 50, 5.0, true),
            (1000, 51, 5.0, false),
            (20, 10, 5.0, true),
            (20, 1, 0.0, false),
            (20, 20, 100.0, true),
        ] {
            assert_eq!(deletions(&plan(before, gone, 0, 0), Percent(share)).is_ok(), good, "{before} {gone} {share}");
        }
        assert!(deletions(&plan(1000, 0, 300, 900), Percent(0.0)).is_ok());
    }

    #[test]
    fn the_build_of_an_empty_folder_is_refused() {
        assert!(deletions(&plan(1000, 0, 500, 900), Percent(5.0)).is_err());
        assert!(deletions(&plan(1000, 0, 500, 900), Percent(100.0)).is_ok());
        assert!(deletions(&plan(20, 0, 5, 5), Percent(5.0)).is_ok());
    }
}
