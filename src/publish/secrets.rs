//! Looks for what must never be published: keys, tokens, and the values of this very run's credentials.
//!
//! Few and certain forms only. A word that merely sounds like a secret may stand in any story.

use std::collections::BTreeSet;

/// A form of secret: how it begins, the characters that follow, how many at least, and what it is.
struct Form {
    start: &'static str,
    rest: fn(u8) -> bool,
    least: usize,
    what: &'static str,
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\n' | b'\r')
}

const FORMS: &[Form] = &[
    Form { start: "AKIA", rest: upper, least: 16, what: "an AWS access key" },
    Form { start: "ASIA", rest: upper, least: 16, what: "an AWS access key" },
    Form { start: "ghp_", rest: word, least: 36, what: "a GitHub token" },
    Form { start: "ghs_", rest: word, least: 36, what: "a GitHub token" },
    Form { start: "gho_", rest: word, least: 36, what: "a GitHub token" },
    Form { start: "github_pat_", rest: word, least: 60, what: "a GitHub token" },
    Form { start: "glpat-", rest: word, least: 20, what: "a GitLab token" },
    Form { start: "xoxb-", rest: word, least: 30, what: "a Slack token" },
    Form { start: "xoxp-", rest: word, least: 30, what: "a Slack token" },
    Form { start: "sk_live_", rest: word, least: 20, what: "a Stripe key" },
    Form { start: "AIza", rest: word, least: 35, what: "a Google API key" },
    Form { start: "AccountKey=", rest: base64, least: 64, what: "an Azure storage key" },
    Form { start: "PRIVATE KEY-----", rest: base64, least: 64, what: "a private key" },
];

/// Variables of the environment whose values must not be published.
const VARIABLES: &[&str] = &[
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_ACCESS_KEY",
    "AZURE_CLIENT_SECRET",
    "DATELINE_PURGE_TOKEN",
    "DATELINE_PUSH_SECRET",
    "GITHUB_TOKEN",
    "GITLAB_TOKEN",
    "CI_JOB_TOKEN",
    "GOOGLE_SERVICE_ACCOUNT_KEY",
    "AZURE_STORAGE_SAS_KEY",
    "FASTLY_API_TOKEN",
    "NETLIFY_AUTH_TOKEN",
    "CLOUDFLARE_API_TOKEN",
];

/// A shorter value, such as `test`, stands in any text.
const LEAST: usize = 16;

/// Names of files that hold secrets wherever they stand.
const NAMES: &[&str] =
    &[".env", ".git", ".htpasswd", ".netrc", ".npmrc", ".pgpass", "id_rsa", "id_ecdsa", "id_ed25519", "id_dsa"];

/// What to look for: the known forms and the secrets of the environment.
pub struct Secrets {
    values: Vec<(&'static str, Vec<u8>)>,
    allowed: BTreeSet<String>,
}

impl Secrets {
    /// Takes the secrets from the environment, and those that a target found elsewhere; `allowed` are files that are not looked at.
    pub fn new(
        environment: impl Fn(&str) -> Option<String>,
        found: &[(&'static str, String)],
        allowed: &[String],
    ) -> Secrets {
        let value = |name: &&'static str| {
            let value = environment(name)?;
            (value.len() >= LEAST).then(|| (*name, value.into_bytes()))
        };
        let allowed = allowed.iter().map(|path| path.trim_start_matches('/').to_string()).collect();
        let found =
            found.iter().filter(|(_, value)| value.len() >= LEAST).map(|(name, v)| (*name, v.clone().into_bytes()));
        Secrets { values: VARIABLES.iter().filter_map(value).chain(found).collect(), allowed }
    }

    /// What secret a file holds, if any. The secret itself is never shown.
    pub fn find(&self, path: &str, bytes: &[u8]) -> Option<String> {
        if self.allowed.contains(path) {
            return None;
        }
        if path.split('/').any(|part| NAMES.contains(&part)) {
            return Some("a file of secrets, by its name".into());
        }
        for (name, value) in &self.values {
            if memchr::memmem::find(bytes, value).is_some() {
                return Some(format!("the value of {name}"));
            }
        }
        FORMS.iter().find(|form| form.is_in(bytes)).map(|form| form.what.to_string())
    }
}

impl Form {
    fn is_in(&self, bytes: &[u8]) -> bool {
        memchr::memmem::find_iter(bytes, self.start).any(|at| {
            // In the middle of a longer word it is something else, an encoded picture for example.
            let starts = at == 0 || !bytes.get(at - 1).is_some_and(|b| b.is_ascii_alphanumeric());
            let rest = bytes.get(at + self.start.len()..).unwrap_or_default();
            let length = rest.iter().take_while(|byte| (self.rest)(**byte)).count();
            starts && length >= self.least
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_and_news_about_them_is_not() {
        let secrets = Secrets::new(
            |name| (name == "AWS_SECRET_ACCESS_KEY").then(|| "0123456789abcdef0123".to_string()),
            &[("the secret key of the profile", "from-a-file-of-keys".to_string())],
            &["/docs/keys.html".to_string()],
        );
        let key = format!("-----BEGIN RSA {} KEY-----\n{}", "PRIVATE", "QUJD".repeat(30));
        let token = format!("<p>{}{}</p>", "ghp_", "a1B2".repeat(9));
        for (path, text, expected) in [
            ("a.html", token.as_str(), Some("a GitHub token")),
            ("a.html", key.as_str(), Some("a private key")),
            ("a.html", "x 0123456789abcdef0123 y", Some("the value of AWS_SECRET_ACCESS_KEY")),
            ("a.html", "x from-a-file-of-keys y", Some("the value of the secret key of the profile")),
            ("media/.env", "", Some("a file of secrets, by its name")),
            ("a.html", "The file began with BEGIN RSA PRIVATE KEY-----, police said.", None),
            ("a.html", "Keys that begin with AKIA are AWS keys.", None),
            ("a.html", "xxAKIAAAAAAAAAAAAAAAAAAA", None),
            ("docs/keys.html", token.as_str(), None),
        ] {
            assert_eq!(secrets.find(path, text.as_bytes()).as_deref(), expected, "{path} {text}");
        }
    }
}
