//! Diagnostics: what is wrong, where, and what to do, as plain data.
//!
//! Nothing here prints, colours or reads a file. A diagnostic stays data until the command line shows it or a report writes it
//! as JSON. Problems in content travel beside a good value (`Checked`); `Error` is for a run that cannot go on at all.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How much a diagnostic matters to the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The named thing was left out or hidden; the run ends with exit code 1.
    Error,
    /// The named thing was built, perhaps not as meant; fails the run only under `--strict`.
    Warning,
    /// Worth knowing, never a failure.
    Note,
}

impl Severity {
    /// The word used in text and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

macro_rules! codes {
    ($($name:ident = $text:literal, $doc:literal;)*) => {
        /// The name of one kind of diagnostic. `docs/diagnostics.md` has a paragraph on each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $doc] $name,)*
        }

        impl Code {
            /// Every code, in the order of `docs/diagnostics.md`.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as people see and search it, words with dashes.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    ConfigInvalid = "config-invalid", "`dateline.yaml` or `categories.yaml` has a wrong value, key or form.";
    DataInvalid = "data-invalid", "A file of `data/` cannot be read as what its name says.";
    FrontInvalid = "front-invalid", "A file of `content/fronts/` has a wrong value, key, form or name.";
    FrontPick = "front-pick", "A story that a front picks is not there, or is not shown.";
    NoFrontMatter = "no-front-matter", "A story file does not begin with `---`.";
    FrontMatterSyntax = "front-matter-syntax", "The front matter is not YAML.";
    FrontMatterSize = "front-matter-size", "The front matter is larger than 64 KiB.";
    FrontMatterAlias = "front-matter-alias", "The front matter uses YAML anchors or aliases.";
    FrontMatterComment = "front-matter-comment", "A text of the front matter ends at a blank and `#`, where YAML begins a comment.";
    UnknownKey = "unknown-key", "A key of the front matter is not one of the story's.";
    DuplicateKey = "duplicate-key", "A key appears twice, or together with its own alias.";
    WrongType = "wrong-type", "A value has the wrong type.";
    BadValue = "bad-value", "A value is not one of those allowed.";
    BadTime = "bad-time", "A time cannot be read, or does not exist.";
    BadSlug = "bad-slug", "A slug cannot be a part of a URL.";
    BadCategory = "bad-category", "A category path cannot be a part of a URL, or is reserved.";
    BadAlias = "bad-alias", "An alias is not a path on this site.";
    MissingHeadline = "missing-headline", "A story has no headline.";
    NotUtf8 = "not-utf8", "A file is not valid UTF-8.";
    BinaryFile = "binary-file", "A .md file holds binary data.";
    FileTooLarge = "file-too-large", "A file is larger than the limit.";
    FileUnreadable = "file-unreadable", "A file or folder cannot be read.";
    StoryEnding = "story-ending", "A file that looks like a story has a name that does not end in .md.";
    EmptyBody = "empty-body", "A story has no text and is not an alert.";
    NoDate = "no-date", "A story has no date.";
    FutureDate = "future-date", "A story is dated later than the clock of the build.";
    SameVersion = "same-version", "Two files are the same version of one story, with different content.";
    SameUrl = "same-url", "Two pages claim one URL.";
    CategorySpelling = "category-spelling", "One category is written in two ways.";
    NameSpelling = "name-spelling", "Two spellings of a topic, author or place have one page.";
    NameAddress = "name-address", "A topic, author or place has no page: it has no letter or digit to make an address of, or the story has too many.";
    UnknownSubject = "unknown-subject", "A subject code is not in its vocabulary, or is not a code.";
    TranslationLanguage = "translation-language", "A story has several translations into one language.";
    HtmlLimit = "html-limit", "A text has more HTML, or nests deeper, than a parser can take in good time.";
    LinkTarget = "link-target", "A link or an entry of a menu leads to what is not public or not there.";
    LinkScheme = "link-scheme", "A link has a scheme that is not allowed.";
    LinkFragment = "link-fragment", "A link leads to a place that its page does not have.";
    DuplicateId = "duplicate-id", "An id or the name of a footnote appears twice in a text.";
    TextDropped = "text-dropped", "Something in a text is left out of its page.";
    MarkupShown = "markup-shown", "Something that looks like markup is shown to readers as it stands.";
    MediaMissing = "media-missing", "A picture or file is not there.";
    MediaPath = "media-path", "A picture's or file's path leads outside the content folder.";
    MediaBlock = "media-block", "Audio or video stands beside other text.";
    BlockContent = "block-content", "A fenced block holds something that its kind does not have.";
    RecordingBroken = "recording-broken", "Audio or video cannot be read.";
    MediaRights = "media-rights", "The rights to a picture ended, or its terms forbid the web.";
    PictureBroken = "picture-broken", "A picture cannot be read.";
    PictureActive = "picture-active", "An SVG holds something that could run, or asks another file.";
    PictureTooLarge = "picture-too-large", "A picture has too many bytes or pixels.";
    PictureFormat = "picture-format", "A picture is in a format that browsers do not show.";
    PictureRemote = "picture-remote", "A picture at another site is not shown.";
    RelatedTarget = "related-target", "A hand-picked related story is not public or not there.";
    SocialCardFont = "social-card-font", "No font of the theme can draw a social card.";
    ThemeInvalid = "theme-invalid", "A theme is missing, or a file of it is wrong.";
    TemplateSyntax = "template-syntax", "A template cannot be read.";
    TemplateRender = "template-render", "A template failed while it rendered a page.";
    PageTooLarge = "page-too-large", "A page grew over 64 MiB.";
    UnknownMenu = "unknown-menu", "A standing page joins a menu that the settings do not have.";
    UnknownLayout = "unknown-layout", "`layout` names a template that the theme does not have.";
    Leak = "leak", "The output holds something of a story that is hidden or withdrawn.";
    ForeignFile = "foreign-file", "A file that dateline did not write lies in the output folder.";
    OutputWrite = "output-write", "A page cannot be written.";
    ManifestDamaged = "manifest-damaged", "The list of written files cannot be read.";
    SiteLocked = "site-locked", "Another build of the site is running.";
    StateUnusable = "state-unusable", "The state of the build cannot be kept.";
    SameDerivedUri = "same-derived-uri", "Two stories without a uri have one day and slug.";
    AddressMoved = "address-moved", "An address that was public leads nowhere now.";
    StateDamaged = "state-damaged", "The state of the last build cannot be read.";
    WireFormat = "wire-format", "A file is in none of the wire formats.";
    WireSyntax = "wire-syntax", "A wire file breaks the rules of XML, JSON or its own format.";
    WireCharset = "wire-charset", "The bytes of a wire file are not in the character set that it declares.";
    WireControl = "wire-control", "Control characters were taken out of wire copy.";
    WireCut = "wire-cut", "The end of a transmission is missing.";
    WireWork = "wire-work", "A wire file takes more work than its size allows.";
    WireNoText = "wire-no-text", "An item of the wire claims to be text and has none.";
    WireSkipped = "wire-skipped", "A good wire file holds no text story.";
    WireStatus = "wire-status", "A status, embargo or version of the wire cannot be read.";
    WireWithheld = "wire-withheld", "A mark in the copy keeps a story, or a part of it, from being published.";
    WireNotCopy = "wire-not-copy", "Nothing shows that a text is wire copy.";
    WireSource = "wire-source", "A wire file is not what its source sends.";
    WireMapping = "wire-mapping", "A wire file does not fit the mapping of its source.";
    WireTime = "wire-time", "A time of the wire has no zone, no year, or cannot be read.";
    WireUri = "wire-uri", "A wire item has no identifier, and one was derived.";
    WireHeadline = "wire-headline", "A wire item has no headline, and one was taken from the text.";
    WireDropped = "wire-dropped", "Something in wire copy was left out of the text.";
    TextLost = "text-lost", "Words of a wire item are neither in its story nor in a field for the desk.";
    TextInvented = "text-invented", "A story made from wire copy has words that the item does not have.";
    ImportOlder = "import-older", "A later version of an imported story is already there.";
    ImportConflict = "import-conflict", "The same version of a story came with different content.";
    ImportReturns = "import-returns", "A story comes back after it was canceled.";
    ImportMedia = "import-media", "A picture or file that goes with an item was not copied.";
    ImportTake = "import-take", "A part of a story that is told in several takes is missing.";
    ImportVersion = "import-version", "An update of a story without identifiers could not be joined to it.";
    ImportKill = "import-kill", "A kill does not name the story it kills, and one with the same slug is public.";
    ImportWrite = "import-write", "A story could not be written.";
    PublishRefused = "publish-refused", "The site as it stands in the output folder must not be published.";
    PublishFailed = "publish-failed", "A target refused something or could not be reached.";
    PublishConflict = "publish-conflict", "Somebody else publishes to the target.";
    SecretFound = "secret-found", "A file to be published holds what looks like a secret.";
    HostLimit = "host-limit", "The site is larger than its host allows.";
    PurgeFailed = "purge-failed", "The site was published, but a cache or a search engine was not told.";
    MigrateFrontMatter = "migrate-front-matter", "The front matter of another generator's file cannot be read.";
    MigrateKey = "migrate-key", "A key of another generator has no counterpart.";
    MigrateHidden = "migrate-hidden", "A file of another generator may not be public, and is a draft.";
    MigrateMarkup = "migrate-markup", "A tag of another generator's templates has no counterpart.";
    MigrateFile = "migrate-file", "A file of another generator's site is not taken over.";
    ThemeCheck = "theme-check", "A theme does something that goes wrong on some stories.";
    ServeAddress = "serve-address", "The preview cannot listen where it was told to.";
    DeskRefused = "desk-refused", "A live desk cannot start.";
    PushRefused = "push-refused", "A live desk did not take an item that was pushed.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place in a file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The file as the user knows it: relative to the site's folder.
    pub file: String,
    /// Line and column, where known.
    pub place: Option<(u32, u32)>,
}

impl Location {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Location {
        Location { file: file.into(), place: None }
    }

    /// A line and column in a file.
    pub fn at(file: impl Into<String>, line: u32, column: u32) -> Location {
        Location { file: file.into(), place: Some((line, column)) }
    }
}

/// Line and column of a byte of a text, from 1; columns in characters.
pub fn place(text: &[u8], at: usize) -> (u32, u32) {
    let before = &text[..at.min(text.len())];
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{}:{line}:{column}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// One thing that is wrong: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Its kind.
    pub code: Code,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Where, if it has a place.
    pub at: Option<Location>,
    /// What to do about it.
    pub hints: Vec<String>,
    /// Lines of source that came with the problem, already drawn (templates bring theirs).
    pub excerpt: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without place or hint.
    pub fn new(severity: Severity, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity, code, message: message.into(), at: None, hints: Vec::new(), excerpt: None }
    }

    /// An error.
    pub fn error(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// The same with a place.
    pub fn at(mut self, at: Location) -> Diagnostic {
        self.at = Some(at);
        self
    }

    /// The same with one more hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hints.push(hint.into());
        self
    }

    /// The order in which a run lists its diagnostics: by place, then severity, so that it never depends on threads.
    pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
        diagnostics
            .sort_by(|a, b| (&a.at, a.severity, a.code, &a.message).cmp(&(&b.at, b.severity, b.code, &b.message)));
        diagnostics.dedup();
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = &self.at {
            write!(f, "{at}: ")?;
        }
        write!(f, "{}: {}", self.severity.as_str(), self.message)
    }
}

/// A value with what was found wrong on the way to it.
#[derive(Clone, Debug, Default)]
pub struct Checked<T> {
    /// The value, as good as it could be made.
    pub value: T,
    /// What was found wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a run cannot go on at all: configuration, theme, output folder. Exit code 2.
#[derive(Clone, Debug)]
pub struct Error {
    /// One or more problems, each with its place.
    pub diagnostics: Vec<Diagnostic>,
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Error {
        Error { diagnostics: vec![diagnostic] }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, diagnostic) in self.diagnostics.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Diagnostics that many pages may have: each is reported once, with the number of pages.
#[derive(Debug, Default)]
pub struct Repeated(BTreeMap<(Option<Location>, String), (Diagnostic, usize)>);

impl Repeated {
    /// Adds what is wrong with one page.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        let key = (diagnostic.at.clone(), diagnostic.message.clone());
        self.0.entry(key).or_insert((diagnostic, 0)).1 += 1;
    }

    /// Each of them, by place.
    pub fn once(self) -> impl Iterator<Item = Diagnostic> {
        self.0.into_values().map(|(diagnostic, pages)| match pages {
            1 => diagnostic,
            _ => diagnostic.hint(format!("and on {}", plural(pages - 1, "more page", "more pages"))),
        })
    }
}

/// A number with its noun, as in "1 page" and "2 pages".
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The name that somebody may have meant by a misspelt one, whatever the case of its letters: at most three letters differ, and not all.
pub fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let written = written.to_lowercase();
    let most = written.chars().count().saturating_sub(1).min(3);
    let distances = names.into_iter().map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &written), name));
    let (distance, name) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= most).then_some(name)
}

/// The result of a step without which the run cannot go on.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_near_one_and_another_name_near_none() {
        let near = |written: &str| nearest(written, ["headline", "by", "urgency"]);
        assert_eq!(near("urgencyy"), Some("urgency"));
        assert_eq!(near("Headlien"), Some("headline"));
        assert_eq!(near("zzz"), None);
        assert_eq!(near("colour"), None);
        assert_eq!(near(""), None);
    }

    #[test]
    fn what_many_pages_have_is_said_once() {
        let mut repeated = Repeated::default();
        for message in ["b", "a", "b", "b"] {
            repeated.add(Diagnostic::error(Code::TemplateRender, message));
        }
        let said: Vec<(String, Vec<String>)> = repeated.once().map(|one| (one.message, one.hints)).collect();
        let (a, b) = (("a".into(), Vec::new()), ("b".into(), vec!["and on 2 more pages".into()]));
        assert_eq!(said, [a, b]);
    }
}
