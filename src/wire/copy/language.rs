//! Language tags as agencies write them.

/// A BCP 47 tag from what agencies write; `None` for anything else.
pub(in crate::wire) fn language_tag(text: &str) -> Option<String> {
    let text = text.trim().replace('_', "-");
    let tag = match text.to_ascii_lowercase().as_str() {
        "eng" | "english" => "en",
        "spa" | "esp" => "es",
        "fre" | "fra" => "fr",
        "ger" | "deu" => "de",
        "swe" => "sv",
        "por" => "pt",
        "ita" => "it",
        "ara" => "ar",
        "nld" | "dut" => "nl",
        "dan" => "da",
        "nor" => "no",
        "nob" => "nb",
        "nno" => "nn",
        "fin" => "fi",
        "rus" => "ru",
        "ukr" => "uk",
        "pol" => "pl",
        "ces" | "cze" => "cs",
        "slk" | "slo" => "sk",
        "hun" => "hu",
        "ron" | "rum" => "ro",
        "ell" | "gre" => "el",
        "tur" => "tr",
        "heb" | "iw" => "he",
        "fas" | "per" => "fa",
        "urd" => "ur",
        "hin" => "hi",
        "zho" | "chi" => "zh",
        "jpn" => "ja",
        "kor" => "ko",
        "cat" => "ca",
        "eus" | "baq" => "eu",
        "ind" => "id",
        "msa" | "may" => "ms",
        "german" | "deutsch" => "de",
        "french" | "français" => "fr",
        "spanish" | "español" => "es",
        "portuguese" | "português" => "pt",
        "italian" | "italiano" => "it",
        "dutch" | "nederlands" => "nl",
        "arabic" => "ar",
        "" | "x-default" | "und" | "mul" | "zxx" => return None,
        _ => &text,
    };
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or("");
    let good = (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        && tag.len() <= 35;
    if !good {
        return None;
    }
    Some(match tag.split_once('-') {
        Some((first, rest)) => format!("{}-{rest}", first.to_ascii_lowercase()),
        None => tag.to_ascii_lowercase(),
    })
}

/// The language of a text that does not say it, where the script leaves no choice worth asking about. Which way a page is written
/// depends on it. Latin and Cyrillic letters say nothing.
pub(in crate::wire) fn of_script(text: &str) -> Option<&'static str> {
    const SCRIPTS: &[&str] = &["ar", "he", "el", "ko", "ja", "zh", "th", "hi"];
    if text.is_ascii() {
        return None;
    }
    let mut counts = [0_usize; 8];
    let mut letters = 0;
    for c in text.chars().filter(|c| c.is_alphabetic()).take(400) {
        letters += 1;
        let script = match c {
            '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => 0,
            '\u{590}'..='\u{5ff}' => 1,
            '\u{370}'..='\u{3ff}' => 2,
            '\u{ac00}'..='\u{d7a3}' => 3,
            '\u{3040}'..='\u{30ff}' => 4,
            '\u{4e00}'..='\u{9fff}' => 5,
            '\u{e00}'..='\u{e7f}' => 6,
            '\u{900}'..='\u{97f}' => 7,
            _ => continue,
        };
        counts[script] += 1;
    }
    // Japanese has Chinese signs as well.
    if counts[4] * 10 > letters && (counts[4] + counts[5]) * 2 > letters {
        return Some("ja");
    }
    let (best, count) = counts.iter().enumerate().max_by_key(|(_, count)| **count)?;
    if count * 2 <= letters {
        return None;
    }
    match SCRIPTS[best] {
        "ar" if text.contains(['ٹ', 'ڈ', 'ڑ', 'ے']) => Some("ur"),
        "ar" if text.contains(['پ', 'چ', 'ژ', 'گ', 'ی']) => Some("fa"),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts() {
        for (text, tag) in [
            ("توقف الرافعات", Some("ar")),
            ("جرثقیل‌های بندر", Some("fa")),
            ("המנופים נעצרו", Some("he")),
            ("港のクレーン停止", Some("ja")),
            ("港口起重机停工", Some("zh")),
            ("항구 크레인", Some("ko")),
            ("Les grues à l’arrêt", None),
            ("Краны стоят", None),
        ] {
            assert_eq!(of_script(text), tag, "{text}");
        }
    }

    #[test]
    fn languages() {
        for (text, tag) in [
            ("EN", Some("en")),
            ("es-ES", Some("es-ES")),
            ("pt_BR", Some("pt-BR")),
            ("swe", Some("sv")),
            ("x-default", None),
            ("français", Some("fr")),
            ("dan", Some("da")),
            ("klingonese", None),
        ] {
            assert_eq!(language_tag(text).as_deref(), tag, "{text}");
        }
    }
}
