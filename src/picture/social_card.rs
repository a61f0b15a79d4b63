//! Social cards: the pictures that social media show beside a link to a page that has no picture of its own.
//!
//! A card is a pure function of what it says ([`Card`]), how the theme has it look ([`Style`]) and this program's way of drawing.
//! All of these are in its hash, which is in its name: a card never changes, and a headline that does has another one. Nothing is
//! drawn with the system's fonts, so the bytes are the same on every machine.
//!
//! It is a PNG of few colours. Letters on an even ground take fewer bytes in it than in JPEG and have no artefacts around them, and
//! all large platforms accept it; not all accept WebP.

#[cfg(feature = "images")]
mod draw;
#[cfg(feature = "images")]
pub use draw::Artist;

use super::rendition;
use crate::clock::Day;
use crate::hash::{Hash, Hasher};
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Width and height in pixels.
pub const SIZE: (u32, u32) = rendition::SOCIAL;
/// A hash of all that draws cards, except the fonts.
const RECIPE: &str = env!("DATELINE_CARD_RECIPE");

/// What a card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card<'a> {
    /// Tag of the language of kicker and headline.
    pub language: &'a str,
    /// Tag of the language of the date.
    pub edition: &'a str,
    /// The site's name.
    pub brand: &'a str,
    /// Line over the headline, or empty.
    pub kicker: Cow<'a, str>,
    /// The headline.
    pub headline: &'a str,
    /// The day of publication.
    pub day: Option<Day>,
}

impl Card<'_> {
    /// A hash of what it says and how it looks.
    pub fn hash(&self, style: &Style) -> Hash {
        let mut hasher = Hasher::new();
        hasher.bytes(RECIPE).hash(style.hash).bytes(self.language).bytes(self.edition);
        hasher.bytes(self.brand).bytes(&*self.kicker).bytes(self.headline);
        if let Some(day) = self.day {
            hasher.number(day.year.into()).number(day.month.into()).number(day.day.into());
        }
        hasher.finish()
    }

    /// The first character that the fonts lack.
    pub fn lacks(&self, fonts: &Fonts) -> Option<char> {
        [self.brand, &*self.kicker, self.headline].into_iter().find_map(|text| fonts.lack(text))
    }
}

/// The name of a card's file; only the hash distinguishes it from others.
pub fn file_name(card: Hash) -> String {
    format!("social-card.{}.png", rendition::hash_in_names(card))
}

/// What a card shows, as it is drawn.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// Whether kicker and headline are written from right to left.
    pub rtl: bool,
    /// See [`Card`].
    pub brand: String,
    /// See [`Card`].
    pub kicker: String,
    /// See [`Card`].
    pub headline: String,
    /// The date in words; left out where the fonts lack a character of it.
    pub date: String,
}

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Reads `#0d5468` or `#fff`.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#')?;
        let digit = |at: usize| char::from(*digits.as_bytes().get(at)?).to_digit(16).map(|digit| digit as u8);
        let part = |at: usize| match digits.len() {
            3 => digit(at).map(|one| one * 17),
            6 => Some(digit(2 * at)? * 16 + digit(2 * at + 1)?),
            _ => None,
        };
        Some(Colour([part(0)?, part(1)?, part(2)?]))
    }
}

/// The colours of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colours {
    /// The ground.
    pub background: Colour,
    /// The headline.
    pub text: Colour,
    /// The date.
    pub soft: Colour,
    /// The band that has the site's name, and the kicker.
    pub accent: Colour,
    /// The site's name.
    pub on_accent: Colour,
}

impl Default for Colours {
    fn default() -> Colours {
        Colours {
            background: Colour([0xff; 3]),
            text: Colour([0x11; 3]),
            soft: Colour([0x55; 3]),
            accent: Colour([0x22; 3]),
            on_accent: Colour([0xff; 3]),
        }
    }
}

/// The bytes of a font, of the program or of a theme.
pub type Font = Arc<Cow<'static, [u8]>>;

/// Fonts, each used for what those before it lack.
#[derive(Clone, Default)]
pub struct Fonts {
    files: Vec<Font>,
    /// Which characters they have; looked up when first asked for.
    coverage: OnceLock<Coverage>,
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} fonts", self.files.len())
    }
}

/// Characters in order, each once.
#[derive(Clone, Debug, Default)]
struct Coverage(#[cfg_attr(not(feature = "images"), allow(dead_code))] Vec<u32>);

impl Fonts {
    /// These fonts.
    pub fn new(files: Vec<Font>) -> Fonts {
        Fonts { files, coverage: OnceLock::new() }
    }

    /// The first character of a text that they lack. Those that are never seen count as there.
    pub fn lack(&self, text: &str) -> Option<char> {
        let Coverage(known) = self.coverage.get_or_init(|| self.covered());
        text.chars().find(|c| !is_unseen(*c) && known.binary_search(&u32::from(*c)).is_err())
    }

    #[cfg(feature = "images")]
    fn covered(&self) -> Coverage {
        Coverage(draw::characters(&self.files))
    }

    /// Without the feature nothing is drawn.
    #[cfg(not(feature = "images"))]
    fn covered(&self) -> Coverage {
        Coverage::default()
    }
}

/// Whether a character controls how others are set, and is itself not seen: white space, marks of direction, joiners, selectors of a
/// form, the soft hyphen.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
            | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// How cards look, by the theme.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// The colours.
    pub colours: Colours,
    /// The fonts.
    pub fonts: Fonts,
    /// Of both.
    hash: Hash,
}

impl Style {
    /// These colours and fonts.
    pub fn new(colours: Colours, fonts: Vec<Font>) -> Style {
        let Colours { background, text, soft, accent, on_accent } = colours;
        let mut hasher = Hasher::new();
        for Colour(parts) in [background, text, soft, accent, on_accent] {
            hasher.bytes(parts);
        }
        for font in &fonts {
            hasher.hash(Hash::of(font));
        }
        Style { colours, fonts: Fonts::new(fonts), hash: hasher.finish() }
    }

    /// A hash of all of it.
    pub fn hash(&self) -> Hash {
        self.hash
    }
}

/// Whether bytes are a font that cards can be drawn with: TrueType or OpenType, not packed.
#[cfg(feature = "images")]
pub fn is_font(font: &Font) -> bool {
    draw::is_font(font)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read() {
        assert_eq!(Colour::parse("#0d5468"), Some(Colour([0x0d, 0x54, 0x68])));
        assert_eq!(Colour::parse("#Fa0"), Some(Colour([0xff, 0xaa, 0])));
        for bad in ["", "#", "0d5468", "#0d546", "#0d54688", "#+d5468", "#ääa", "teal"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_name_follows_what_is_said_and_how_it_looks() {
        let card = Card {
            language: "en",
            edition: "en",
            brand: "Wire",
            kicker: "Ports".into(),
            headline: "Ships wait",
            day: Some(Day { year: 2026, month: 11, day: 23 }),
        };
        let style = Style::new(Colours::default(), Vec::new());
        let same = card.hash(&style);
        let others = [
            Card { headline: "Ships wait on", ..card.clone() }.hash(&style),
            Card { kicker: "".into(), ..card.clone() }.hash(&style),
            Card { brand: "Wires", ..card.clone() }.hash(&style),
            Card { day: None, ..card.clone() }.hash(&style),
            Card { language: "ar", ..card.clone() }.hash(&style),
            card.hash(&Style::new(Colours { text: Colour([1; 3]), ..Colours::default() }, Vec::new())),
        ];
        assert!(!others.contains(&same));
        assert_eq!(card.clone().hash(&style), same);
        assert_eq!(file_name(Hash(0xab << 120)), "social-card.ab00000000000000.png");
    }
}
