//! `migrate`: the content of a site that another generator made.

use super::args::{Common, MigrateArgs, OldGenerator};
use super::show::{self, plural};
use super::{CANNOT_GO_ON, Failure, clock, say, typed};
use crate::migrate::{Generator, Options, Report};
use crate::{config, migrate};

pub(super) fn run(common: &Common, args: &MigrateArgs) -> Result<u8, Failure> {
    let mut err = anstream::stderr().lock();
    let config = match config::load(&common.site) {
        Ok(config) => config,
        Err(error) => {
            let _ = show::diagnostics(&mut err, &common.site, &error.diagnostics, common.quiet);
            return Ok(CANNOT_GO_ON);
        }
    };
    let now = clock(&args.clock, &config.zone)?;
    let generator = match args.generator {
        OldGenerator::Hugo => Generator::Hugo,
        OldGenerator::Jekyll => Generator::Jekyll,
        OldGenerator::Zola => Generator::Zola,
        OldGenerator::Eleventy => Generator::Eleventy,
    };
    let options =
        Options { generator, from: &args.from, site: &common.site, config: &config, now, dry_run: args.dry_run };
    match migrate::run(&options) {
        Ok(done) => {
            let _ = show::diagnostics(&mut err, std::path::Path::new(""), &done.diagnostics, common.quiet);
            drop(err);
            say(common.quiet, &summary(&done.value, args.dry_run));
            if !args.dry_run {
                say(common.quiet, &format!("look at them: {}", typed(common, "check")));
            }
            Ok(super::build::verdict(&done.diagnostics, false))
        }
        Err(error) => {
            let _ = show::diagnostics(&mut err, std::path::Path::new(""), &error.diagnostics, common.quiet);
            Ok(CANNOT_GO_ON)
        }
    }
}

fn summary(report: &Report, dry_run: bool) -> String {
    let (stories, pages) =
        (plural(report.stories, "story", "stories"), plural(report.pages, "standing page", "standing pages"));
    let files = plural(report.files, "picture or other file", "pictures and other files");
    let drafts = plural(report.drafts, "draft", "drafts");
    let (written, unchanged) = (show::count(report.written), show::count(report.unchanged));
    let would = if dry_run { "to write" } else { "written" };
    format!("{stories} and {pages}, {drafts} among them, with {files}: {written} {would}, {unchanged} unchanged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts() {
        let report = Report { stories: 1204, drafts: 1, pages: 1, files: 2, written: 1207, unchanged: 0 };
        assert_eq!(
            summary(&report, false),
            "1,204 stories and 1 standing page, 1 draft among them, with 2 pictures and other files: 1,207 written, 0 unchanged"
        );
    }
}
