//! Kinds of files that are read by the rules of the settings.

use crate::diag::Code;

/// What a file is, for what is said of its faults.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The code of a fault.
    pub code: Code,
    /// What the file holds, in the plural.
    pub noun: &'static str,
    /// Where all keys are described.
    pub manual: &'static str,
    /// What the manual calls the keys.
    pub keys: &'static str,
    /// What to do with keys of one's own, after the name of the manual; or empty.
    pub own_keys: &'static str,
}

/// Files of settings.
pub(super) const SETTINGS: Form = Form {
    code: Code::ConfigInvalid,
    noun: "settings",
    manual: "docs/configuration.md",
    keys: "settings",
    own_keys: "; those of your own go under `extra:`",
};

impl Form {
    /// How a value of the wanted kind is written.
    pub(super) fn example(&self, key: &str, wanted: &str) -> String {
        let value = match wanted {
            "text" => "\"some text\"",
            "a list" => "[one, two]",
            "a mapping" => return format!("write `{key}:` and below it, indented, one `key: value` a line"),
            wanted if wanted.starts_with("a whole number") => "10",
            "yes or no" => "yes",
            "text, or one text for each language" => "{en: one, es: other}",
            _ => return format!("see `{key}` in {}", self.manual),
        };
        format!("write it as in `{key}: {value}`")
    }
}
