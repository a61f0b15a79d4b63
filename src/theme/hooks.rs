//! Hooks: blocks that the built-in themes leave empty, for what a publisher adds without a copy of a template.

use super::Files;
use super::settings::Settings;
use crate::html;
use crate::page::PageKind;
use crate::path::RelPath;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use tera::{Kwargs, State, Tera, TeraResult, Value};

/// The blocks, each with the template that shows it, and the kind of page that the template is for; those of `base.html` stand on every
/// page.
pub(crate) const HOOKS: [(&str, &str, Option<PageKind>); 12] = [
    ("base.html", "head_end", None),
    ("base.html", "body_start", None),
    ("base.html", "before_main", None),
    ("base.html", "footer", None),
    ("base.html", "body_end", None),
    ("story.html", "before_body", Some(PageKind::Story)),
    ("story.html", "in_body", Some(PageKind::Story)),
    ("story.html", "after_body", Some(PageKind::Story)),
    ("story.html", "after_related", Some(PageKind::Story)),
    ("list.html", "list_top", Some(PageKind::Category)),
    ("list.html", "list_every", Some(PageKind::Category)),
    ("front.html", "after_lead", Some(PageKind::Front)),
];

/// The name of the theme that tries them.
const TRIAL: &str = "hooks-trial";

/// What a theme says of its hooks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Hooks {
    /// After how many paragraphs of a text `in_body` stands.
    in_body_after: u16,
    /// After how many cards of a list `list_every` stands each time.
    list_every: u16,
}

/// What templates read as `theme`.
#[derive(Serialize)]
struct Seen<'s> {
    #[serde(flatten)]
    hooks: Hooks,
    #[serde(flatten)]
    settings: &'s Settings,
}

impl Default for Hooks {
    fn default() -> Hooks {
        Hooks { in_body_after: 3, list_every: 6 }
    }
}

/// The same as it is written in `theme.yaml`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenHooks {
    in_body_after: Option<u16>,
    list_every: Option<u16>,
}

impl WrittenHooks {
    /// As often as can be, so that short texts and lists show them.
    pub(super) const OFTEN: WrittenHooks = WrittenHooks { in_body_after: Some(1), list_every: Some(1) };

    /// The key whose value is out of range.
    pub(super) fn fault(self) -> Option<&'static str> {
        let keys = [("in_body_after", self.in_body_after), ("list_every", self.list_every)];
        keys.into_iter().find(|(_, value)| value.is_some_and(|value| !(1..=1000).contains(&value))).map(|(key, _)| key)
    }
}

impl Hooks {
    /// Each number by the first theme of a chain that says it.
    pub(super) fn of(written: impl Iterator<Item = WrittenHooks> + Clone) -> Hooks {
        let usual = Hooks::default();
        let in_body_after = written.clone().find_map(|hooks| hooks.in_body_after);
        let list_every = written.clone().find_map(|hooks| hooks.list_every);
        Hooks {
            in_body_after: in_body_after.unwrap_or(usual.in_body_after),
            list_every: list_every.unwrap_or(usual.list_every),
        }
    }

    /// The two numbers, for keys of pages.
    pub(super) fn numbers(self) -> [i64; 2] {
        [self.in_body_after.into(), self.list_every.into()]
    }

    /// Gives templates the numbers, the settings of the theme, and the filter that splits a text.
    pub(super) fn register(self, tera: &mut Tera, settings: &Settings) {
        tera.global_context().insert("theme", &Seen { hooks: self, settings });
        tera.register_filter(
            "split_after_paragraph",
            |text: &str, arguments: Kwargs, _: &State| -> TeraResult<Vec<Value>> {
                let number: usize = arguments.must_get("number")?;
                let (before, after) = text.split_at(html::paragraph_end(text, number).unwrap_or(text.len()));
                Ok(vec![Value::safe_string(before), Value::safe_string(after.trim_start())])
            },
        );
    }
}

/// What stands on a page that shows a hook of the trial.
pub(crate) fn mark(hook: &str) -> String {
    format!("<!-- hook {hook} -->")
}

/// A theme that extends the first of a chain and fills those of its hooks that `has` names with their marks.
pub(super) fn trial(chain: &[(String, Files)], has: impl Fn(&str, &str) -> bool) -> (String, Files) {
    let mut files = Files::new();
    for (template, hook, _) in HOOKS {
        let file = format!("templates/{template}");
        let holder = chain.iter().find(|(_, files)| files.keys().any(|path| path.as_str() == file));
        let (Some((theme, _)), Some(path)) = (holder, RelPath::new(&file)) else { continue };
        if has(template, hook) {
            let extends = || Cow::Owned(format!("{{% extends \"{theme}/{template}\" %}}\n").into_bytes());
            let block = format!("{{% block {hook} %}}{{{{ super() }}}}{}{{% endblock %}}\n", mark(hook));
            files.entry(path).or_insert_with(extends).to_mut().extend_from_slice(block.as_bytes());
        }
    }
    (TRIAL.to_string(), files)
}
