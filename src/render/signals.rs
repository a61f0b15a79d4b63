//! Statements of the rights to the site for machines, in the forms of TDMRep and RSL.

use super::xml::{push, push_element};
use crate::config::rights::Rights;
use serde_json::json;

/// Appends `tdmrep.json` (W3C TDM Reservation Protocol): one rule for the whole site.
pub(super) fn tdmrep(rights: &Rights, prefix: &str, out: &mut Vec<u8>) {
    let mut rule = json!({
        "location": format!("{prefix}/*"),
        "tdm-reservation": u8::from(rights.tdm_reservation.unwrap_or_default()),
    });
    if let Some(policy) = &rights.tdm_policy {
        rule["tdm-policy"] = json!(policy);
    }
    push(out, &format!("{}\n", json!([rule])));
}

/// Appends the licence in RSL 1.0: one for the whole site.
pub(super) fn license(rights: &Rights, prefix: &str, publisher: &str, out: &mut Vec<u8>) {
    push(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rsl xmlns=\"https://rslstandard.org/rsl\">\n");
    push(out, &format!("<content url=\"{prefix}/\">\n"));
    if let Some(terms) = &rights.terms {
        push_element(out, "terms", terms);
    }
    push(out, "<copyright>");
    push(out, &quick_xml::escape::escape(publisher));
    push(out, "</copyright>\n<license>\n");
    for (element, uses) in [("permits", &rights.permits), ("prohibits", &rights.prohibits)] {
        if !uses.is_empty() {
            // The uses are words of the standard, so they need no escape.
            push(out, &format!("<{element} type=\"usage\">{}</{element}>\n", uses.join(" ")));
        }
    }
    push(out, "</license>\n</content>\n</rsl>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_the_forms_of_their_standards() {
        let rights = Rights {
            tdm_reservation: Some(true),
            tdm_policy: Some("https://e.org/policy".into()),
            permits: vec!["search".into()],
            prohibits: vec!["ai-train".into(), "ai-input".into()],
            terms: Some("https://e.org/terms?a&b".into()),
            disallow: Vec::new(),
        };
        let mut out = Vec::new();
        tdmrep(&rights, "/wire", &mut out);
        let expected = json!([{"location": "/wire/*", "tdm-reservation": 1, "tdm-policy": "https://e.org/policy"}]);
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&out).unwrap(), expected);
        out.clear();
        license(&rights, "", "A & B", &mut out);
        let expected = "<content url=\"/\">\n<terms>https://e.org/terms?a&amp;b</terms>\n<copyright>A &amp; B</copyright>\n<license>\n<permits type=\"usage\">search</permits>\n<prohibits type=\"usage\">ai-train ai-input</prohibits>\n</license>\n</content>\n</rsl>\n";
        assert!(String::from_utf8(out).unwrap().ends_with(expected));
    }
}
