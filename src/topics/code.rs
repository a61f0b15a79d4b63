//! Subject codes as stories and settings write them, and what can be wrong with one.

use super::table::TABLE;
use super::{MEDIA_TOPIC, SUBJECT_CODE, SubjectCode, Topic};
use std::borrow::Cow;

/// The longest text, in bytes, that is taken for a misspelt code or name. The longest name has 70.
const TEXT_LIMIT: usize = 120;

/// What a subject code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A Media Topic.
    Topic(Topic),
    /// A Subject Code.
    Code(SubjectCode),
    /// By its prefix a Media Topic, but not in the table; what follows the prefix.
    UnknownTopic(&'a str),
    /// By its prefix a Subject Code, but not in the table; what follows the prefix.
    UnknownCode(&'a str),
    /// A code of another vocabulary, or no code.
    Other(&'a str),
}

impl<'a> Subject<'a> {
    /// Reads `medtop:20000065`, `subj:15054000`, or the address that stands for one.
    pub fn read(text: &'a str) -> Subject<'a> {
        let (prefix, digits) = match cut(text) {
            Some(parts) => parts,
            None => return Subject::Other(text),
        };
        if prefix == "medtop" {
            TABLE.topic(digits).map_or(Subject::UnknownTopic(digits), Subject::Topic)
        } else {
            TABLE.code(digits).map_or(Subject::UnknownCode(digits), Subject::Code)
        }
    }

    /// The Media Topic: itself, or the one a Subject Code [leads to](SubjectCode::topic).
    pub fn topic(self) -> Option<Topic> {
        match self {
            Subject::Topic(topic) => Some(topic),
            Subject::Code(code) => code.topic(),
            _ => None,
        }
    }

    /// The name in a language, else in English: of the Media Topic that means the same, else of the Subject Code.
    pub fn name(self, language: &str) -> Option<&'static str> {
        match self {
            Subject::Topic(topic) => Some(topic.name(language)),
            Subject::Code(code) => Some(code.same().map_or(code.name(), |topic| topic.name(language))),
            _ => None,
        }
    }

    /// The code with its prefix, whichever way it was written; of another vocabulary as written.
    pub fn qcode(self) -> Cow<'a, str> {
        match self {
            Subject::Topic(topic) => topic.qcode().into(),
            Subject::Code(code) => format!("subj:{}", code.code()).into(),
            Subject::UnknownTopic(digits) => format!("medtop:{digits}").into(),
            Subject::UnknownCode(digits) => format!("subj:{digits}").into(),
            Subject::Other(text) => text.into(),
        }
    }

    /// The address that names the subject; that of a code which may be newer than the table, too. `None` for a code of a
    /// vocabulary that is not known, unless it is an address itself.
    pub fn uri(self) -> Option<String> {
        match self {
            Subject::Topic(topic) => Some(topic.uri()),
            Subject::Code(code) => Some(code.uri()),
            Subject::UnknownTopic(digits) => is_code(digits).then(|| format!("{MEDIA_TOPIC}{digits}")),
            Subject::UnknownCode(digits) => is_code(digits).then(|| format!("{SUBJECT_CODE}{digits}")),
            Subject::Other(text) => is_address(text).then(|| text.to_string()),
        }
    }
}

/// Prefix and digits of a code of either vocabulary. Addresses are taken with `https:` and a last slash, too.
fn cut(text: &str) -> Option<(&'static str, &str)> {
    if let Some(digits) = text.strip_prefix("medtop:") {
        return Some(("medtop", digits));
    }
    if let Some(digits) = text.strip_prefix("subj:") {
        return Some(("subj", digits));
    }
    let address = text.strip_prefix("https:").or_else(|| text.strip_prefix("http:"))?;
    let known = |known: &str| known.strip_prefix("http:").and_then(|known| address.strip_prefix(known));
    let (prefix, digits) = match known(MEDIA_TOPIC) {
        Some(digits) => ("medtop", digits),
        None => ("subj", known(SUBJECT_CODE)?),
    };
    Some((prefix, digits.strip_suffix('/').unwrap_or(digits)))
}

/// What is wrong with a subject code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// One sentence without a full stop.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The code may be right, but is newer than the table.
    pub may_be_newer: bool,
}

/// Says what is wrong with a code; `None` if it is known, or of a vocabulary that is not known.
pub fn fault(text: &str) -> Option<Fault> {
    let short: String = text.chars().take(80).collect();
    let fault = |message: &str, hint: String| {
        Some(Fault { message: format!("`{short}` {message}"), hint, may_be_newer: false })
    };
    match Subject::read(text) {
        Subject::Topic(_) | Subject::Code(_) => None,
        Subject::UnknownTopic(digits) | Subject::UnknownCode(digits) if !is_code(digits) => {
            fault("is not a code of eight digits", suggest(text))
        }
        Subject::UnknownTopic(digits) if TABLE.topics.last().is_some_and(|last| digits > last.code) => Some(Fault {
            message: format!("`{short}` is not among the Media Topics that dateline knows"),
            hint: "a newer code is kept and exported as it is, but has no name and no section".to_string(),
            may_be_newer: true,
        }),
        Subject::UnknownTopic(_) => fault("is not a Media Topic", suggest(text)),
        Subject::UnknownCode(digits) => fault("is not a Subject Code", suggest_broader(digits)),
        Subject::Other(text) => {
            let topic = misspelt(text)?;
            let hint = format!("did you mean `{}` ({})?", topic.qcode(), topic.name("en"));
            fault("is not a subject code", hint)
        }
    }
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty()) && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn is_code(digits: &str) -> bool {
    digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The known code nearest to one that is unknown.
fn suggest(text: &str) -> String {
    let Some((prefix, digits)) = cut(text).filter(|(_, digits)| digits.len() <= 12) else {
        return "codes look like medtop:20000065".to_string();
    };
    if let Some(topic) = Topic::named(digits.trim()) {
        return format!("did you mean `{}` ({})?", topic.qcode(), topic.name("en"));
    }
    let topics = TABLE.topics.iter().map(|row| (row.code, row.name(0).unwrap_or("")));
    let codes = TABLE.codes.iter().map(|row| (row.code, row.name));
    let known: Box<dyn Iterator<Item = (&str, &str)>> =
        if prefix == "medtop" { Box::new(topics) } else { Box::new(codes) };
    let near = known.min_by_key(|(code, _)| strsim::damerau_levenshtein(code, digits));
    match near.filter(|(code, _)| strsim::damerau_levenshtein(code, digits) <= 2) {
        Some((code, name)) => format!("did you mean `{prefix}:{code}` ({name})?"),
        None => "codes look like medtop:20000065".to_string(),
    }
}

/// The Media Topic that a text in the place of a code may mean, by its code or its English name.
pub fn nearest(text: &str) -> Option<Topic> {
    if text.len() > TEXT_LIMIT {
        return None;
    }
    let distance = |topic: &Topic| strsim::damerau_levenshtein(&topic.name("en").to_lowercase(), &text.to_lowercase());
    let near = || Topic::all().filter(|topic| topic.retired().is_none()).min_by_key(distance);
    misspelt(text).or_else(|| near().filter(|topic| distance(topic) <= 2))
}

/// The matter, else the subject, that the digits of an unknown Subject Code begin with.
fn suggest_broader(digits: &str) -> String {
    let mut begun = [5, 2].into_iter().filter_map(|end| TABLE.code(&format!("{:0<8}", digits.get(..end)?)));
    match begun.next() {
        Some(code) => format!("did you mean `subj:{}` ({})?", code.code(), code.name()),
        None => "Subject Codes begin with 01 to 17".to_string(),
    }
}

/// The topic that a text without the right prefix may mean: `20000065`, `medtopic:20000065`, `politics`.
fn misspelt(text: &str) -> Option<Topic> {
    if text.len() > TEXT_LIMIT {
        return None;
    }
    match text.split_once(':') {
        None if is_code(text) => TABLE.topic(text),
        None => Topic::named(text),
        Some((prefix, digits)) => {
            let prefix = prefix.to_ascii_lowercase();
            let near = ["medtop", "mediatopic"].iter().any(|known| strsim::damerau_levenshtein(known, &prefix) <= 2);
            TABLE.topic(digits.trim()).filter(|_| near)
        }
    }
}
