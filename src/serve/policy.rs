//! The content security policy that the theme states, with what the preview needs besides: its own script, frames for its own pages,
//! and requests to itself. So the browser complains of what it would complain of on the published site.

use crate::theming::policy;

/// Directives that would harm a preview: it has no certificate, and reports are for the published site.
const LEFT_OUT: [&str; 3] = ["upgrade-insecure-requests", "report-uri", "report-to"];

/// The policy of a page that is asked for under this name (the field `Host`).
pub(super) fn for_preview(policy: &str, host: &str) -> String {
    // A source may have a path. Addresses of IPv6 cannot stand in one.
    let own =
        if host.starts_with('[') || host.is_empty() { "'self'".to_string() } else { format!("{host}/_dateline/") };
    let mut directives = policy::directives(policy);
    directives.retain(|(name, _)| !LEFT_OUT.contains(&&**name));
    // What is asked in which order where a directive is missing (CSP Level 3, 6.8.3).
    allow(&mut directives, &["script-src-elem", "script-src", "default-src"], &own);
    allow(&mut directives, &["frame-src", "child-src", "default-src"], &own);
    allow(&mut directives, &["connect-src", "default-src"], "'self'");
    let text = |(name, sources): &(String, Vec<&str>)| [&[name.as_str()], &sources[..]].concat().join(" ");
    directives.iter().map(text).collect::<Vec<_>>().join("; ")
}

/// Adds a source to the first of these directives. One by which others go too is left alone: the first gets what it has.
fn allow<'p>(directives: &mut Vec<(String, Vec<&'p str>)>, names: &[&str], source: &'p str) {
    let found = names.iter().find_map(|name| directives.iter().position(|(known, _)| known == name));
    // Where none is stated, all is allowed.
    let Some(at) = found else { return };
    let mut sources = directives[at].1.clone();
    sources.retain(|one| !one.eq_ignore_ascii_case("'none'"));
    if !sources.contains(&source) && !sources.contains(&"*") {
        sources.push(source);
    }
    match directives[at].0 == names[0] {
        true => directives[at].1 = sources,
        false => directives.push((names[0].to_string(), sources)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: &str, expected: &str) {
        assert_eq!(for_preview(policy, "localhost:4000"), expected, "{policy}");
    }

    #[test]
    fn the_preview_may_do_what_it_has_to() {
        check(
            "default-src 'none'; img-src 'self'; script-src 'self'; connect-src 'self'",
            "default-src 'none'; img-src 'self'; script-src 'self'; connect-src 'self'; \
             script-src-elem 'self' localhost:4000/_dateline/; frame-src localhost:4000/_dateline/",
        );
        check(
            " Script-Src 'none';; upgrade-insecure-requests; connect-src 'NONE' ;script-src *; report-uri /r",
            "script-src 'none'; connect-src 'self'; script-src-elem localhost:4000/_dateline/",
        );
        check("img-src 'self'", "img-src 'self'");
        check(
            "default-src *; frame-src https://e.org",
            "default-src *; frame-src https://e.org localhost:4000/_dateline/; script-src-elem *; connect-src *",
        );
        assert_eq!(for_preview("script-src-elem 'none'", "[::1]:4000"), "script-src-elem 'self'");
    }
}
