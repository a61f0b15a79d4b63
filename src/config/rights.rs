//! What the site says to machines about rights: robots.txt, TDMRep and RSL.

use serde::Deserialize;

/// Uses that RSL 1.0 has words for.
pub(super) const USES: &[&str] = &["all", "ai-all", "ai-train", "ai-input", "ai-index", "search"];

/// The settings below `rights`. Without any, nothing is said.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rights {
    /// Whether text and data mining is reserved (TDMRep); not said where `None`.
    #[serde(deserialize_with = "super::yes_no::optional")]
    pub tdm_reservation: Option<bool>,
    /// Full address of the policy for it.
    pub tdm_policy: Option<String>,
    /// Uses that are permitted (RSL).
    pub permits: Vec<String>,
    /// Uses that are prohibited (RSL).
    pub prohibits: Vec<String>,
    /// Full address of the terms that people read (RSL).
    pub terms: Option<String>,
    /// Robots that may read nothing, by the names they give themselves.
    pub disallow: Vec<String>,
}

impl Rights {
    /// Whether there is a licence in RSL.
    pub fn has_license(&self) -> bool {
        !self.permits.is_empty() || !self.prohibits.is_empty() || self.terms.is_some()
    }

    /// What is wrong with them: the key, and the message.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        for (key, uses) in [("permits", &self.permits), ("prohibits", &self.prohibits)] {
            if let Some(bad) = uses.iter().find(|use_| !USES.contains(&use_.as_str())) {
                return Some((key, format!("`{bad}` is not a known use; expected {}", USES.join(", "))));
            }
        }
        if let Some(both) = self.permits.iter().find(|use_| self.prohibits.contains(use_)) {
            return Some(("prohibits", format!("`{both}` is permitted and prohibited")));
        }
        for (key, address) in [("tdm_policy", &self.tdm_policy), ("terms", &self.terms)] {
            let good = |address: &String| super::split_base_url(address).is_some();
            if let Some(address) = address.as_ref().filter(|address| !good(address)) {
                return Some((key, format!("`{address}` is not a full address")));
            }
        }
        if self.tdm_policy.is_some() && self.tdm_reservation != Some(true) {
            return Some(("tdm_policy", "`tdm_policy` needs `tdm_reservation: true`".to_string()));
        }
        let is_token =
            |name: &&String| name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let bad = self.disallow.iter().find(is_token)?;
        Some((
            "disallow",
            format!("`{}` is not a valid name for a robot: letters, digits, - and _", bad.escape_debug()),
        ))
    }
}
