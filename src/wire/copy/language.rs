//! Language tags as agencies write them.

/// A BCP 47 tag from what agencies write; `None` for what is none.
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

#[cfg(test)]
mod tests {
    use super::*;

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
