//! Draws cards: cosmic-text breaks lines, orders scripts and shapes, swash makes pictures of glyphs, png packs them. Here is only
//! where everything stands.

use super::super::Flaw;
use super::super::make::{broken, guarded};
use super::{Colour, Colours, Font, Fonts, Lines, SIZE, Style};
use cosmic_text::fontdb::{self, Database};
use cosmic_text::{
    Attrs, Buffer, CacheKeyFlags, Family, FontSystem, Metrics, Shaping, SwashCache, SwashContent, Weight, Wrap,
};
use std::borrow::Cow;
use std::sync::Arc;

/// Space at both sides, in pixels.
const MARGIN: f32 = 64.0;
/// Height of the band on top.
const BAND: f32 = 104.0;
/// Where the kicker begins.
const TOP: f32 = 152.0;
/// Space between kicker and headline.
const GAP: f32 = 18.0;
/// Where the date begins.
const FOOT: f32 = 546.0;
/// Sizes of headlines, of which the largest is taken that fits.
const SIZES: [f32; 5] = [84.0, 74.0, 64.0, 56.0, 48.0];
/// Height of a line, as a part of the size of its letters: of scripts that have little above and below their letters, and of others.
const LEADING: [f32; 2] = [1.18, 1.42];
/// The most of a headline that is looked at, in bytes: far more than a card has room for.
const TEXT_LIMIT: usize = 600;
/// Glyphs in several places of a pixel that are kept; then all are forgotten.
const KEPT: usize = 4096;

/// Steps from a ground to a colour. One byte is a pixel: which pair of ground and colour, and which step.
const STEPS: usize = 16;

/// Pairs of a ground and a colour on it.
#[derive(Clone, Copy)]
enum Ink {
    Text,
    Soft,
    Accent,
    OnAccent,
}

/// The name by which fonts are asked for.
const FAMILY: &str = "social card";

/// Draws one card after another. It is made ready once, which takes longer than a card does.
pub struct Artist {
    system: FontSystem,
    glyphs: SwashCache,
}

impl Artist {
    /// An artist with these fonts.
    pub fn new(fonts: &Fonts) -> Artist {
        Artist { system: system(database(&fonts.files)), glyphs: SwashCache::new() }
    }

    /// The bytes of a card, as PNG. The headline is in them as text, too.
    pub fn draw(&mut self, style: &Style, lines: &Lines) -> Result<Vec<u8>, Flaw> {
        if style.fonts.files.is_empty() {
            return Err(broken("the theme has no font"));
        }
        let drawn = guarded(|| {
            let canvas = self.canvas(lines);
            png(&canvas, &style.colours, &lines.headline)
        });
        if drawn.is_err() || self.glyphs.image_cache.len() > KEPT {
            *self = Artist::new(&style.fonts);
        }
        drawn
    }

    fn canvas(&mut self, lines: &Lines) -> Vec<u8> {
        let (width, height) = (SIZE.0 as usize, SIZE.1 as usize);
        let mut canvas = vec![byte(Ink::Text, 0); width * height];
        canvas[..width * BAND as usize].fill(byte(Ink::OnAccent, 0));
        let leading = LEADING[usize::from(lines.rtl || lines.headline.chars().any(is_tall))];
        let brand = self.text(&apart(&lines.brand), lines.rtl, 46.0, 1.2, 1);
        let top = (BAND - brand.height()) / 2.0;
        self.ink(&mut canvas, &brand, top, Ink::OnAccent);
        let mut top = TOP;
        if !lines.kicker.is_empty() {
            let kicker = self.text(&apart(&lines.kicker), lines.rtl, 36.0, leading, 1);
            self.ink(&mut canvas, &kicker, top, Ink::Accent);
            top += kicker.height() + GAP;
        }
        let room = FOOT - top - if lines.date.is_empty() { 0.0 } else { GAP };
        let most = |size: f32| (room / (size * leading)).floor().max(1.0) as usize;
        let mut headline = None;
        for size in SIZES {
            let is_last = size == SIZES[SIZES.len() - 1];
            let tried = self.text(&lines.headline, lines.rtl, size, leading, most(size));
            if is_last || tried.fits {
                headline = Some(tried);
                break;
            }
        }
        if let Some(headline) = headline {
            self.ink(&mut canvas, &headline, top, Ink::Text);
        }
        if !lines.date.is_empty() {
            let date = self.text(&apart(&lines.date), lines.rtl, 32.0, 1.2, 1);
            self.ink(&mut canvas, &date, FOOT, Ink::Soft);
        }
        canvas
    }

    /// Sets a text in so many lines. What does not fit ends in dots.
    fn text(&mut self, text: &str, rtl: bool, size: f32, leading: f32, most: usize) -> Set {
        let mut buffer = Buffer::new(&mut self.system, Metrics::new(size, (size * leading).round()));
        buffer.set_wrap(Wrap::WordOrGlyph);
        buffer.set_size(Some(SIZE.0 as f32 - 2.0 * MARGIN), None);
        let attributes = Attrs::new()
            .family(Family::Name(FAMILY))
            .weight(Weight::NORMAL)
            .cache_key_flags(CacheKeyFlags::DISABLE_HINTING);
        // A mark of direction first: a headline in Arabic may begin with a Latin name.
        let (mark, text) = (if rtl { '\u{200f}' } else { '\u{200e}' }, one_line(text));
        let mut set = |text: &str| {
            buffer.set_text(text, &attributes, Shaping::Advanced, None);
            buffer.shape_until_scroll(&mut self.system, false);
            let last = buffer.layout_runs().nth(most.saturating_sub(1));
            // Where the text ends that fits.
            last.filter(|_| buffer.layout_runs().count() > most)
                .map(|run| run.glyphs.iter().map(|glyph| glyph.end).max().unwrap_or(0))
        };
        let mut text = format!("{mark}{text}");
        let mut end = set(&text);
        let fits = end.is_none();
        while let Some(most) = end {
            text.truncate(last_word(&text, most));
            let shown = format!("{}…", text.trim_end());
            // With the dots one more word may have to go.
            end = set(&shown).map(|_| text.len().saturating_sub(1)).filter(|end| *end > mark.len_utf8());
        }
        Set { buffer, fits }
    }

    /// Puts a set text on the canvas.
    fn ink(&mut self, canvas: &mut [u8], set: &Set, top: f32, ink: Ink) {
        // Marks may be piled up over letters without end: none gets from the ground into the band, or the other way.
        let seen = match ink {
            Ink::OnAccent => 0..BAND as usize,
            _ => BAND as usize..SIZE.1 as usize,
        };
        for run in set.buffer.layout_runs() {
            for glyph in run.glyphs {
                let place = glyph.physical((MARGIN, (top + run.line_y).round()), 1.0);
                let Some(image) = self.glyphs.get_image(&mut self.system, place.cache_key) else { continue };
                let (left, top) = (place.x + image.placement.left, place.y - image.placement.top);
                let wide = image.placement.width as usize;
                // A picture in colours, as of an emoji, counts by how dense it is.
                let (each, of) = match image.content {
                    SwashContent::Mask => (1, 0),
                    SwashContent::SubpixelMask | SwashContent::Color => (4, 3),
                };
                for (at, pixel) in image.data.chunks_exact(each).enumerate() {
                    let step = (usize::from(pixel[of]) * (STEPS - 1) + 127) / 255;
                    let x = usize::try_from(left + (at % wide) as i32).ok().filter(|x| *x < SIZE.0 as usize);
                    let y = usize::try_from(top + (at / wide) as i32).ok().filter(|y| seen.contains(y));
                    if let (Some(x), Some(y), true) = (x, y, step > 0) {
                        let under = &mut canvas[y * SIZE.0 as usize + x];
                        // Where glyphs meet, the denser one is seen.
                        *under = byte(ink, step.max(usize::from(*under) % STEPS));
                    }
                }
            }
        }
    }
}

/// A text with its lines.
struct Set {
    buffer: Buffer,
    fits: bool,
}

impl Set {
    fn height(&self) -> f32 {
        self.buffer.layout_runs().map(|run| run.line_top + run.line_height).fold(0.0, f32::max)
    }
}

/// A text whose own first letter gives its direction: the site's name, a section or a date may be in another language than the story.
fn apart(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// A text as one line of single blanks, cut where it is far too long.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        let blank = usize::from(!line.is_empty());
        line.push_str(&" "[..blank]);
        line.push_str(word);
        if line.len() > TEXT_LIMIT {
            line.truncate((0..=TEXT_LIMIT).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0));
            break;
        }
    }
    line
}

/// Where the last word before a place ends; the place itself, or one before it, where there is no blank at all.
fn last_word(text: &str, before: usize) -> usize {
    let before = (0..=before.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let is_end = text[before..].starts_with(char::is_whitespace);
    let word = if is_end { Some(before) } else { text[..before].rfind(char::is_whitespace) };
    // A cut in the middle is better than half a card.
    word.filter(|word| *word > before / 2).unwrap_or(before)
}

/// Whether a character is of a script that stands far above and below its line: Hebrew to Thaana, and those of South Asia.
fn is_tall(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{109f}')
}

fn byte(ink: Ink, step: usize) -> u8 {
    (ink as usize * STEPS + step) as u8
}

fn png(canvas: &[u8], colours: &Colours, title: &str) -> Result<Vec<u8>, Flaw> {
    let Colours { background, text, soft, accent, on_accent } = *colours;
    // In the order of `Ink`.
    let pairs = [(background, text), (background, soft), (background, accent), (accent, on_accent)];
    let palette: Vec<u8> = pairs
        .into_iter()
        .flat_map(|(Colour(from), Colour(to))| {
            (0..STEPS).flat_map(move |step| {
                [0, 1, 2].map(|n| {
                    let (from, to) = (usize::from(from[n]), usize::from(to[n]));
                    ((from * (STEPS - 1 - step) + to * step + (STEPS - 1) / 2) / (STEPS - 1)) as u8
                })
            })
        })
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    // The best would be a tenth smaller, and take four times as long.
    encoder.set_deflate_compression(png::DeflateCompression::Level(4));
    encoder.set_filter(png::Filter::NoFilter);
    // Plain, so that a search for what must not be public sees it.
    encoder.add_itxt_chunk("Title".to_string(), title.replace('\0', "")).map_err(broken)?;
    encoder.write_header().and_then(|mut writer| writer.write_image_data(canvas)).map_err(broken)?;
    Ok(bytes)
}

/// Sets text with these fonts and no others. All have one name, which no list of fonts for a script knows, so that what the first lacks
/// is looked for in the next.
fn system(database: Database) -> FontSystem {
    FontSystem::new_with_locale_and_db("und".to_string(), database)
}

/// The fonts under one name and one weight.
fn database(files: &[Font]) -> Database {
    let mut loaded = Database::new();
    let mut database = Database::new();
    for font in files {
        for id in loaded.load_font_source(fontdb::Source::Binary(Arc::new(Bytes(Arc::clone(font))))) {
            if let Some(face) = loaded.face(id) {
                let mut face = face.clone();
                for (family, _) in &mut face.families {
                    FAMILY.clone_into(family);
                }
                FAMILY.clone_into(&mut face.post_script_name);
                (face.weight, face.style, face.stretch) =
                    (fontdb::Weight::NORMAL, fontdb::Style::Normal, fontdb::Stretch::Normal);
                database.push_face_info(face);
            }
        }
    }
    database
}

/// Bytes that several threads look at.
struct Bytes(Arc<Cow<'static, [u8]>>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

pub(super) fn is_font(font: &Font) -> bool {
    !database(std::slice::from_ref(font)).is_empty()
}

/// Every character that one of the fonts has, in order.
pub(super) fn characters(files: &[Font]) -> Vec<u32> {
    let database = database(files);
    let ids: Vec<fontdb::ID> = database.faces().map(|face| face.id).collect();
    let mut system = system(database);
    let mut characters = Vec::new();
    for id in ids {
        if let Some(font) = system.get_font(id, fontdb::Weight::NORMAL) {
            font.as_swash().charmap().enumerate(|character, _| characters.push(character));
        }
    }
    characters.sort_unstable();
    characters.dedup();
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style() -> Style {
        let built_in = concat!(env!("CARGO_MANIFEST_DIR"), "/themes/default/fonts");
        let fonts = ["Serif", "NaskhArabic", "SerifHebrew", "SerifArmenian", "SerifGeorgian", "SerifDevanagari"];
        let font = |name| std::fs::read(format!("{built_in}/Noto{name}-Bold.ttf")).map(|bytes| Font::new(bytes.into()));
        Style::new(Colours::default(), fonts.map(|name| font(name).unwrap()).into())
    }

    fn lines(headline: &str) -> Lines {
        Lines { headline: headline.to_string(), ..Lines::default() }
    }

    /// The canvas of a headline alone.
    fn canvas(headline: &str, rtl: bool) -> Vec<u8> {
        let style = style();
        assert_eq!(style.fonts.lack(headline), None);
        Artist::new(&style.fonts).canvas(&Lines { rtl, ..lines(headline) })
    }

    /// How many pixels of each column, or of each line, letters touch.
    fn inked(canvas: &[u8], by_column: bool) -> Vec<usize> {
        let (width, height) = (SIZE.0 as usize, SIZE.1 as usize);
        let mut inked = vec![0; if by_column { width } else { height }];
        for at in (0..canvas.len()).filter(|at| usize::from(canvas[*at]) % STEPS > 0) {
            inked[if by_column { at % width } else { at / width }] += 1;
        }
        inked
    }

    fn first_and_last(inked: &[usize]) -> (usize, usize) {
        let is_inked = |inked: &usize| *inked > 0;
        (inked.iter().position(is_inked).unwrap(), inked.iter().rposition(is_inked).unwrap())
    }

    /// Stretches of columns that letters touch.
    fn pieces(inked: &[usize]) -> usize {
        (1..inked.len()).filter(|at| inked[*at] > 0 && inked[at - 1] == 0).count()
    }

    #[test]
    fn what_is_drawn_is_the_same_for_ever() {
        let style = style();
        let lines = Lines {
            rtl: false,
            brand: "Meridian Wire".into(),
            kicker: "Порты".into(),
            headline: "Λιμάνια: ships wait as crews walk out in Łódź, Đà Nẵng and Київ".into(),
            date: "23 November 2026".into(),
        };
        let mut artist = Artist::new(&style.fonts);
        let first = artist.draw(&style, &lines).unwrap();
        artist.draw(&style, &self::lines("Something else")).unwrap();
        // Nothing stays behind from card to card.
        assert_eq!(artist.draw(&style, &lines).unwrap(), first);
        let hash = crate::hash::Hash::of(&artist.canvas(&lines)).to_string();
        assert_eq!(hash, "b813acc7d8dea1b19aaa7e39059e803a");
        assert!(first.len() < 40_000, "{}", first.len());
        assert!(memchr::memmem::find(&first, lines.headline.as_bytes()).is_some());
        let picture = image::load_from_memory(&first).unwrap().into_rgb8();
        assert_eq!(picture.dimensions(), SIZE);
        assert_eq!((picture.get_pixel(0, 0).0, picture.get_pixel(0, 629).0), ([0x22; 3], [0xff; 3]));
    }

    #[test]
    fn arabic_is_joined_and_stands_on_the_right() {
        let words = canvas("ميناء سلام", true);
        let (first, last) = first_and_last(&inked(&words, true));
        assert!(first > 600 && (1100..=1136).contains(&last), "{first} {last}");
        // Apart, its letters would be as many pieces as letters; three words of five joined letters are few.
        let joined = pieces(&inked(&canvas("سلسلة", true), true));
        let apart = pieces(&inked(&canvas("س\u{200c}ل\u{200c}س\u{200c}ل\u{200c}ة", true), true));
        assert!(joined == 1 && apart >= 4, "{joined} {apart}");
        // What begins with a Latin name is written from the right all the same: the name stands there.
        let name_first = canvas("III ميناء", true);
        let (_, last) = first_and_last(&inked(&name_first, true));
        let strokes = pieces(&inked(&name_first, true)[last - 150..]);
        assert!(strokes >= 3, "{strokes}");
        assert_ne!(name_first, canvas("III ميناء", false));
    }

    #[test]
    fn a_date_keeps_its_order_on_a_card_from_right_to_left() {
        let style = style();
        let dated = |date: &str| {
            let lines = Lines { rtl: true, date: date.to_string(), ..lines("") };
            inked(&Artist::new(&style.fonts).canvas(&lines), true)
        };
        let date = dated("23 November 2026");
        assert!(date == dated("\u{2066}23 November 2026\u{2069}"), "as from left to right");
        assert!(date != dated("\u{2067}23 November 2026\u{2069}"), "as from right to left");
    }

    #[test]
    fn what_is_long_gets_smaller_and_ends_in_dots() {
        let heights = |headline: &str| first_and_last(&inked(&canvas(headline, false), false));
        for headline in [
            "Short".to_string(),
            "word ".repeat(20),
            "word ".repeat(400),
            "unbroken".repeat(300),
            "\u{301}".repeat(500),
            "  ".to_string() + &"\u{202e}x\u{2067}".repeat(40),
        ] {
            let (first, last) = heights(&headline);
            assert!(first >= BAND as usize && last < FOOT as usize, "{headline}: {first} {last}");
        }
        // The letters of the short one are larger.
        let of = |headline: &str| {
            let (first, last) = heights(headline);
            last - first
        };
        assert!(of("H") > 55 && of("H") < 70, "{}", of("H"));
    }

    #[test]
    fn nothing_at_all_can_be_drawn() {
        let style = style();
        let empty = Artist::new(&style.fonts).draw(&style, &lines("")).unwrap();
        assert!(empty.len() < 3000, "{}", empty.len());
        let bare = Style::default();
        assert!(Artist::new(&bare.fonts).draw(&bare, &lines("Text")).is_err());
        assert_eq!(bare.fonts.lack("a b"), Some('a'));
        assert_eq!(bare.fonts.lack(" \u{200f}\u{ad}\n"), None);
    }

    #[test]
    fn what_a_font_lacks_is_reported() {
        let fonts = style().fonts;
        for known in [
            "Ärger in Łódź",
            "Ελλάδα",
            "Україна",
            "الميناء «مغلق» ٢٣",
            "شهر و گاز",
            "שלום",
            "Հայաստան",
            "საქართველო",
            "हिन्दी",
            "Đà Nẵng",
            "“€ – …”",
        ] {
            assert_eq!(fonts.lack(known), None, "{known}");
        }
        assert_eq!(fonts.lack("北京"), Some('北'));
        assert_eq!(fonts.lack("Go 🚢"), Some('🚢'));
        assert!(!is_font(&Font::new(b"wOF2 and more".to_vec().into())));
    }
}
