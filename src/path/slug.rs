//! Names and the parts of addresses made from them: which spellings are one name, and what a name is in an address.
//!
//! Everything here goes by Unicode's composed form (NFC): macOS writes file names decomposed, keyboards and wires compose, and both
//! look the same.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use std::borrow::Cow;

/// The longest slug, in bytes: file systems stop at 255 for one name, and people long before.
pub const SLUG_LIMIT: usize = 120;

/// A text in Unicode's composed form.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { ComposingNormalizerBorrowed::new_nfc().normalize(text) }
}

/// The composed form, with letters, digits and blanks of full and half width in their usual width. Other compatibility forms (`º`,
/// `²`) stay: they mean something else.
fn usual(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| matches!(c, '\u{3000}' | '\u{ff00}'..='\u{ffef}');
    if text.is_ascii() || !text.contains(is_odd) {
        return nfc(text);
    }
    let decompose = DecomposingNormalizerBorrowed::new_nfkd();
    let mut narrow = String::with_capacity(text.len());
    for c in text.chars() {
        if is_odd(c) {
            narrow.push_str(&decompose.normalize(c.encode_utf8(&mut [0; 4])));
        } else {
            narrow.push(c);
        }
    }
    Cow::Owned(nfc(&narrow).into_owned())
}

/// What two spellings of one name have in common: names that differ in case, width, blanks, hyphens or the shape of apostrophes
/// alone are one name to a reader.
pub fn name_key(name: &str) -> String {
    let lower = usual(name).to_lowercase();
    let mut key = String::with_capacity(lower.len());
    for c in lower.chars() {
        if c.is_whitespace() || matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}') {
            if !key.is_empty() && !key.ends_with(' ') {
                key.push(' ');
            }
        } else if c == 'ß' {
            // The capital form of `Straße` is `STRASSE`.
            key.push_str("ss");
        } else if !is_apostrophe(c) && !is_invisible(c) {
            key.push(c);
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// The name of a file as disks have it that tell neither case nor Unicode forms apart (macOS, Windows, exFAT, SMB); `None` where it
/// is the same.
pub fn fold_file(file: &str) -> Option<String> {
    if file.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return None;
    }
    // By way of capitals, as NTFS does it: the two small forms of sigma have one.
    let folded: String = nfc(file).chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    (folded != file).then_some(folded)
}

/// Makes a slug of any text: lower case, words joined by `-`, at most `SLUG_LIMIT` bytes, cut at a word where possible.
///
/// Latin letters lose their accents; letters of other scripts stay as they are, for a transliteration helps nobody who
/// reads them. So do the marks that are part of a word (vowel signs, tone marks, points), but for the short vowels of Arabic, which
/// most texts leave out. May come out empty (punctuation, emoji).
pub fn slugify(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut capital_sigma = false;
    for c in usual(text).chars() {
        let ends_word = std::mem::take(&mut capital_sigma);
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if c.is_ascii() {
            // An apostrophe joins (`don't`), everything else parts.
            if c != '\'' {
                part(&mut slug, ends_word);
            }
        } else if is_left_out(c) || is_joiner_inside(c, &slug) {
            capital_sigma = ends_word;
        } else if c.is_alphanumeric() {
            if matches!(u32::from(c), 0xc0..=0x24f | 0x1e00..=0x1eff) {
                slug.extend(deunicode::deunicode_char(c).unwrap_or("").chars().map(|c| c.to_ascii_lowercase()));
            } else {
                slug.extend(c.to_lowercase());
                capital_sigma = c == 'Σ';
            }
        } else if is_mark(c) {
            // A mark without a letter before it belongs to no word.
            if !slug.is_empty() && !slug.ends_with('-') {
                slug.push(c);
            }
        } else {
            part(&mut slug, ends_word);
        }
    }
    part(&mut slug, capital_sigma);
    // Where something between a letter and its mark was left out, the two may have a form in common.
    let slug = nfc(slug.trim_matches('-')).into_owned();
    if slug.len() <= SLUG_LIMIT {
        return slug;
    }
    let end = end_before(&slug, SLUG_LIMIT);
    let end = slug[..end].rfind('-').filter(|cut| *cut > SLUG_LIMIT / 2).unwrap_or(end);
    slug[..end].to_string()
}

/// Ends a word. A sigma at its end has a form of its own, which capitals do not show.
fn part(slug: &mut String, ends_in_capital_sigma: bool) {
    let is_word = |slug: &str| slug.chars().rev().nth(1).is_some_and(char::is_alphabetic);
    if ends_in_capital_sigma && is_word(slug) {
        slug.pop();
        slug.push('ς');
    }
    if !slug.ends_with('-') {
        slug.push('-');
    }
}

/// The last place up to `most` bytes where a text can be cut: before a letter, never before a mark on one.
fn end_before(text: &str, most: usize) -> usize {
    let mut end = text.len().min(most);
    while end > 0 && (!text.is_char_boundary(end) || text[end..].chars().next().is_some_and(is_mark)) {
        end -= 1;
    }
    end
}

/// What is no letter of the word it stands in: the typographic apostrophe, Arabic tatweel and short vowels, accents of European
/// scripts (those that make another letter, as in `й`, are composed with it), and signs that cannot be seen.
fn is_left_out(c: char) -> bool {
    matches!(c, '\u{2019}' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{300}'..='\u{36f}')
        || matches!(c, '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{fe20}'..='\u{fe2f}')
        || is_invisible(c)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}')
}

/// The soft hyphen, the word joiner, the byte order mark and the signs that choose a form of the letter before.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a joiner or non-joiner stands inside a word of a script of India or South East Asia, where it shapes a letter. In Persian
/// it parts what is written as two words elsewhere.
fn is_joiner_inside(c: char, before: &str) -> bool {
    let shapes = |c: char| matches!(u32::from(c), 0x900..=0xdff | 0xf00..=0x109f | 0x1700..=0x1cff | 0xa800..=0xabff | 0x11000..=0x11fff);
    matches!(c, '\u{200c}' | '\u{200d}') && before.chars().next_back().is_some_and(shapes)
}

/// Combining marks that belong to words, in every script; those for symbols (as in keycaps) are none.
fn is_mark(c: char) -> bool {
    !c.is_ascii()
        && !matches!(c, '\u{20d0}'..='\u{20ff}')
        && !is_invisible(c)
        && GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

/// A slug with `-2`, `-3` … behind it, still within the limit of slugs; the slug itself for 1.
pub fn numbered(slug: &str, number: u32) -> String {
    if number == 1 {
        return slug.to_string();
    }
    let ending = format!("-{number}");
    let end = end_before(slug, SLUG_LIMIT - ending.len());
    format!("{}{ending}", slug[..end].trim_end_matches('-'))
}

/// Says what keeps a text from being one part of a URL; `None` if nothing does.
pub fn slug_fault(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("it is empty")
    } else if text.len() > SLUG_LIMIT {
        Some("it is longer than 120 bytes")
    } else if text.contains('/') || text.contains('\\') {
        Some("it has a slash")
    } else if text.starts_with('.') {
        Some("it begins with a dot")
    } else if !text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~') || is_mark(c)) {
        Some("it has a character other than letters, digits, `-`, `_`, `.` and `~`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_of_any_headline() {
        for (text, slug) in [
            ("Talks resume in Port Halden", "talks-resume-in-port-halden"),
            ("Don't panic: it's 5%", "dont-panic-its-5"),
            ("../../etc", "etc"),
            ("🚀🚀", ""),
            ("1️⃣ First ❤️ news", "1-first-news"),
        ] {
            assert_eq!(slugify(text), slug, "{text}");
        }
        assert!(slugify(&"wort ".repeat(200)).len() <= SLUG_LIMIT);
        for bad in ["", "../x", "a/b", ".x", "a b", "🚀"] {
            assert!(slug_fault(bad).is_some(), "{bad:?}");
        }
        assert_eq!(slug_fault("انتخابات-2"), None);
    }

    /// Addresses that sites have: made by the rules of the first releases, which must not change for these scripts.
    #[test]
    fn addresses_of_latin_cyrillic_and_arabic_names_stay() {
        for (text, slug) in [
            ("Elección en Árbol, niño", "eleccion-en-arbol-nino"),
            ("Straße & Œuvre", "strasse-oeuvre"),
            ("Łódź, Škoda, Đorđe", "lodz-skoda-dorde"),
            ("İstanbul'da ışık", "istanbulda-isik"),
            ("Nguyễn Thị Ánh", "nguyen-thi-anh"),
            ("O’Neill – “A”", "oneill-a"),
            ("1.º de mayo: 5 km²", "1-º-de-mayo-5-km²"),
            ("C++", "c"),
            ("AT&T", "at-t"),
            ("Auf\u{200c}lage", "auf-lage"),
            ("Новый йод", "новый-йод"),
            ("Ёлка и Їжак, Ўзбек", "ёлка-и-їжак-ўзбек"),
            ("замо\u{301}к", "замок"),
            ("انتخابات جديدة", "انتخابات-جديدة"),
            ("أحمد آل ثاني", "أحمد-آل-ثاني"),
            ("مُحَمَّد", "محمد"),
            ("محـــمد", "محمد"),
            ("رحمٰن", "رحمٰن"),
            ("می\u{200c}خواهم", "می-خواهم"),
            ("۱۴۰۵", "۱۴۰۵"),
            ("پاکستان کی خبریں", "پاکستان-کی-خبریں"),
        ] {
            assert_eq!(slugify(text), slug, "{text}");
        }
    }

    #[test]
    fn words_of_every_script_stay_whole() {
        for (text, slug) in [
            ("ข้าว", "ข้าว"),
            ("ข่าว", "ข่าว"),
            ("น้ำ ท่วม", "น้ำ-ท่วม"),
            ("हिन्दी समाचार", "हिन्दी-समाचार"),
            ("क्षि", "क्षि"),
            ("ক্ষ\u{200d}মতা", "ক্ষমতা"),
            ("தமிழ்", "தமிழ்"),
            ("മലയാള\u{d4d}\u{200d}", "മലയാള\u{d4d}"),
            ("ພາສາລາວ", "ພາສາລາວ"),
            ("ភាសាខ្មែរ", "ភាសាខ្មែរ"),
            ("မြန်မာ", "မြန်မာ"),
            ("བོད་སྐད་", "བོད-སྐད"),
            ("שָׁלוֹם", "שָׁלוֹם"),
            ("東京 ニュース", "東京-ニュース"),
            ("서울", "서울"),
            ("\u{301}\u{e48}", ""),
        ] {
            assert_eq!(slugify(text), *nfc(slug), "{text}");
            assert_eq!(slug_fault(slug).is_some(), slug.is_empty(), "{slug}");
        }
    }

    #[test]
    fn both_unicode_forms_make_one_slug() {
        let decompose = DecomposingNormalizerBorrowed::new_nfd();
        for text in ["йога", "Ёлка", "أحمد", "آسيا", "Żółć", "서울 한국", "がぎ", "ஸ்ரீ கொ", "Αθήνα", "שָׁלוֹם", "หน้า"]
        {
            assert_eq!(slugify(&decompose.normalize(text)), slugify(text), "{text}");
            assert_eq!(name_key(&decompose.normalize(text)), name_key(text), "{text}");
            let slug = slugify(text);
            assert_eq!(slugify(&slug), slug, "{text}");
        }
        assert_eq!(slugify("и\u{306}од"), "йод");
    }

    #[test]
    fn one_name_to_a_reader_is_one_name() {
        for (one, other) in [
            ("Wind power", "wind power"),
            ("Wind power", " Wind\u{a0} power "),
            ("Wind power", "Ｗｉｎｄ\u{3000}ｐｏｗｅｒ"),
            ("カナ", "ｶﾅ"),
            ("ガザ", "ｶﾞｻﾞ"),
            ("ΑΘΗΝΑΣ", "Αθηνας"),
            ("МОСКВА", "Москва"),
            ("STRASSE", "Straße"),
            ("Wind-power", "wind power"),
            ("O'Neill", "O’Neill"),
            ("Do\u{ad}nau", "Donau"),
        ] {
            assert_eq!(name_key(one), name_key(other), "{one} {other}");
            assert_eq!(slugify(one), slugify(other), "{one} {other}");
        }
        for (one, other) in [("C++", "C#"), ("José", "Jose"), ("ข้าว", "ข่าว"), ("10", "१०")] {
            assert_ne!(name_key(one), name_key(other), "{one} {other}");
        }
    }

    #[test]
    fn slugs_are_cut_before_a_letter() {
        let text = "กี่".repeat(60);
        let slug = slugify(&text);
        assert!(slug.len() <= SLUG_LIMIT && slug.len() > SLUG_LIMIT - 9 && slug.ends_with("กี่"), "{slug}");
        let numbered = numbered(&slug, 12);
        assert!(numbered.ends_with("กี่-12") && numbered.len() <= SLUG_LIMIT, "{numbered}");
    }

    #[test]
    fn files_are_folded_as_disks_fold_them() {
        for (file, folded) in [
            ("news/report/index.html", None),
            ("news/Report/index.html", Some("news/report/index.html")),
            ("новый/index.html", None),
            ("Новый/index.html", Some("новый/index.html")),
            ("и\u{306}/a.jpg", Some("й/a.jpg")),
            ("a/οδος", Some("a/οδοσ")),
            ("خبر/index.html", None),
        ] {
            assert_eq!(fold_file(file).as_deref(), folded, "{file}");
        }
    }
}
