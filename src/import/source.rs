//! What is known of the source of a file: how it is read, and what becomes of its stories.

use super::Options;
use crate::config::sources::{Trust, WithoutUri};
use crate::diag::{Code, Diagnostic, Location};
use crate::story::Status;
use crate::wire::{self, Context, DERIVED, Format, Outcome, Parsed};

/// Why a story waits for an editor.
const UNTRUSTED: &str = "an editor releases the stories of its source";

/// What a reader gets to know besides the bytes.
pub(super) fn context<'s>(options: &Options<'s>) -> Context<'s> {
    let own = Context { date: options.date, is_copy: options.is_copy, ..Context::default() };
    let Some(source) = options.source else { return own };
    Context {
        is_copy: options.is_copy || source.is_copy,
        summary_is_text: source.summary_is_text,
        charset: source.charset,
        zone: source.zone.as_ref(),
        provider: source.provider.as_deref(),
        language: source.language.as_deref(),
        mapping: source.mapping.as_ref(),
        ..own
    }
}

/// Reads a file, and puts the rules of its source in force.
pub(super) fn read(bytes: &[u8], name: &str, options: &Options) -> Parsed {
    let mut parsed = wire::read(bytes, name, &context(options));
    let Some(source) = options.source else { return parsed };
    let refuse = |parsed: &mut Parsed, message: String, hint: &str| {
        parsed.outcome = Some(Outcome::Error);
        let diagnostic = Diagnostic::error(Code::WireSource, message).hint(hint);
        parsed.diagnostics.push(diagnostic.at(Location::file(name)));
    };
    if source.mapping.is_some() && parsed.format.is_some_and(|format| format != Format::Mapped) {
        parsed.items.clear();
        let message =
            format!("the source {} has a mapping, which is for JSON and XML, and this is neither", source.name);
        refuse(&mut parsed, message, "give what the sender sends in other formats a source of its own");
        return parsed;
    }
    if let (Some(format), Some(expected)) = (parsed.format, source.format.as_deref())
        && format.as_str() != expected
    {
        let message = format!("the source {} sends {expected}, and this is {}", source.name, format.as_str());
        parsed.items.clear();
        refuse(&mut parsed, message, "correct `format` of the source in dateline.yaml, or leave it out");
        return parsed;
    }
    let is_derived = |uri: &str| uri.starts_with(DERIVED);
    match source.without_uri {
        WithoutUri::Derive => {}
        WithoutUri::Withhold => {
            let open =
                parsed.items.iter_mut().filter(|item| is_derived(item.uri()) && item.meta.status == Status::Usable);
            open.for_each(|item| item.hold("it has no identifier"));
        }
        WithoutUri::Refuse => {
            let before = parsed.items.len();
            parsed.items.retain(|item| !is_derived(item.uri()));
            if parsed.items.len() < before {
                let items = match before - parsed.items.len() {
                    1 => "1 item has".to_string(),
                    count => format!("{count} items have"),
                };
                let message = format!("{items} no identifier, and the source {} refuses such items", source.name);
                refuse(
                    &mut parsed,
                    message,
                    "ask the sender for identifiers, or change `without_uri` of the source in dateline.yaml",
                );
            }
        }
    }
    if source.trust == Trust::Withheld {
        let open = parsed.items.iter_mut().filter(|item| item.meta.status == Status::Usable);
        open.for_each(|item| item.hold(UNTRUSTED));
    }
    let all_held = !parsed.items.is_empty() && parsed.items.iter().all(|item| item.held.is_some());
    if parsed.outcome == Some(Outcome::Story) && all_held {
        parsed.outcome = Some(Outcome::NotPublished);
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::Format;
    use crate::config::sources::FORMATS;

    #[test]
    fn settings_and_readers_have_the_same_words_for_formats() {
        // The format of a house has no word of its own: its source names a mapping.
        let all = Format::ALL.iter().filter(|format| **format != Format::Mapped);
        let words: Vec<&str> = all.map(|format| format.as_str()).collect();
        assert_eq!(words, FORMATS);
        let readme = include_str!("../../README.md");
        assert!(readme.contains(&format!("`import` reads {} formats", words.len())), "README.md has another number");
    }
}
