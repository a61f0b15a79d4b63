//! `why` and `next-change`: questions about the site, answered from what the last build left and what lies there now.

use super::args::{Common, NextChangeArgs, ReadArgs, WhyArgs};
use super::{AHEAD, CANNOT_GO_ON, CONTENT_ERRORS, Failure, GOOD, NEVER, clock, print, show, site_zone};
use crate::build::{self, BuildOptions, NextChange, Why};
use crate::clock::Timestamp;
use crate::diag::Checked;
use serde_json::json;

pub(super) fn why(common: &Common, args: &WhyArgs) -> std::result::Result<u8, Failure> {
    let options = options(common, &args.read)?;
    match build::why(&common.site, &options, &args.url) {
        Ok(Checked { value: Some(why), .. }) => print(answer(&why).as_bytes()),
        Ok(Checked { value: None, .. }) => {
            let message = format!("the site has no page `{}`", args.url.escape_debug());
            let hint = "give the path from the root, as in /politics/2026/11/23/talks-resume/";
            let _ = show::failure(&mut anstream::stderr().lock(), &message, &[hint.to_string()]);
            Ok(CONTENT_ERRORS)
        }
        Err(error) => Ok(fail(common, &error)),
    }
}

fn answer(why: &Why) -> String {
    let mut text = format!("{} ({})\n", why.url, why.kind);
    match &why.next {
        None => text.push_str("is as the next build would make it\n"),
        Some(reasons) => {
            text.push_str("the next build makes it:\n");
            reasons.iter().for_each(|reason| text.push_str(&format!("  {reason}\n")));
        }
    }
    if let Some(reasons) = &why.last {
        text.push_str("it was last made because:\n");
        reasons.iter().for_each(|reason| text.push_str(&format!("  {reason}\n")));
    }
    text
}

pub(super) fn next_change(common: &Common, args: &NextChangeArgs) -> std::result::Result<u8, Failure> {
    let options = options(common, &args.read)?;
    match build::next_change(&common.site, &options) {
        Ok(Checked { value: next, .. }) => {
            let code = verdict(next.as_ref(), options.now);
            let text = if args.json { as_json(next.as_ref(), code) } else { as_text(next.as_ref(), code) };
            print(text.as_bytes())?;
            Ok(code)
        }
        Err(error) => Ok(fail(common, &error)),
    }
}

fn verdict(next: Option<&NextChange>, now: Timestamp) -> u8 {
    match next {
        Some(next) if next.at <= now => GOOD,
        Some(_) => AHEAD,
        None => NEVER,
    }
}

fn as_text(next: Option<&NextChange>, code: u8) -> String {
    match next {
        Some(next) if code == GOOD => format!("due since {}: {}\n", next.at, next.reason.escape_debug()),
        Some(next) => format!("{}: {}\n", next.at, next.reason.escape_debug()),
        None => "the clock alone will not change the site\n".to_string(),
    }
}

fn as_json(next: Option<&NextChange>, code: u8) -> String {
    let at = next.map(|next| next.at.to_string());
    let reason = next.map(|next| next.reason.as_str());
    format!("{}\n", json!({"nextChange": at, "reason": reason, "due": code == GOOD}))
}

fn options(common: &Common, args: &ReadArgs) -> std::result::Result<BuildOptions<'static>, Failure> {
    Ok(BuildOptions {
        drafts: args.drafts,
        base_url: args.base_url.clone(),
        output: args.output.clone(),
        ..BuildOptions::read_only(clock(&args.clock, &site_zone(&common.site))?)
    })
}

pub(super) fn fail(common: &Common, error: &crate::diag::Error) -> u8 {
    let _ = show::diagnostics(&mut anstream::stderr().lock(), &common.site, &error.diagnostics, common.quiet);
    CANNOT_GO_ON
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;

    #[test]
    fn due_ahead_or_never() {
        let time = |text: &str| Zone::utc().parse(text).unwrap();
        let next = NextChange { at: time("2026-11-23T14:00:00Z"), reason: "embargo of urn:x ends".to_string() };
        for (now, code, text) in [
            ("2026-11-23T14:00:00Z", GOOD, "due since 2026-11-23T14:00:00Z: embargo of urn:x ends\n"),
            ("2026-11-23T13:59:59Z", AHEAD, "2026-11-23T14:00:00Z: embargo of urn:x ends\n"),
        ] {
            assert_eq!(verdict(Some(&next), time(now)), code);
            assert_eq!(as_text(Some(&next), code), text);
        }
        assert_eq!(verdict(None, time("2026-11-23T14:00:00Z")), NEVER);
        assert_eq!(
            as_json(Some(&next), GOOD),
            "{\"nextChange\":\"2026-11-23T14:00:00Z\",\"reason\":\"embargo of urn:x ends\",\"due\":true}\n"
        );
        assert_eq!(as_json(None, NEVER), "{\"nextChange\":null,\"reason\":null,\"due\":false}\n");
    }
}
