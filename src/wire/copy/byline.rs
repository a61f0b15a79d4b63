//! Bylines: the names of those who wrote a text.

/// The name in a line that is a byline and nothing else: `By Jane Doe`, `Von Almut Kipp, dpa`.
pub(in crate::wire) fn byline(text: &str) -> Option<&str> {
    let words = [
        "By ",
        "BY ",
        "by ",
        "Von ",
        "VON ",
        "Por ",
        "POR ",
        "Par ",
        "PAR ",
        "De ",
        "Di ",
        "Av ",
        "Af ",
        "Door ",
        "بقلم ",
    ];
    let name = words.iter().find_map(|word| text.strip_prefix(word))?.trim();
    let count = name.split(' ').count();
    let is_sentence = name.ends_with(['.', '!', '?', ':']) && !name.ends_with("Jr.") && !name.ends_with("Sr.");
    let begins = name.starts_with(|c: char| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()));
    // Of what remains the words are names, `and` and titles; a verb would make it a sentence.
    let lower = name.split([' ', ',']).filter(|word| word.starts_with(char::is_lowercase)).count();
    let first_three = name.split(' ').take(3).filter(|word| word.starts_with(|c: char| c.is_lowercase())).count();
    (count <= 14 && name.chars().count() <= 100 && !is_sentence && begins && lower * 2 <= count && first_three <= 1)
        .then_some(name)
}

/// The names of those who did the work, in a sentence of its own over the text: `This article was reported by A and B and written by B`.
pub(in crate::wire) fn reporters(text: &str) -> Option<&str> {
    let starts = ["This article was reported by ", "This story was reported by ", "This article was written by "];
    let names = starts.iter().find_map(|start| text.strip_prefix(start))?;
    let end = [" and was written by ", " and written by ", " and it was written by ", ", and was written by "];
    let end = end.iter().filter_map(|word| names.find(word)).min().unwrap_or(names.len());
    let names = names[..end].trim_end_matches(['.', ',', ' ']);
    (names.starts_with(char::is_uppercase) && names.chars().count() <= 200).then_some(names)
}

/// The same for a line among header lines, where no sentence stands: `By dpa correspondents`.
pub(in crate::wire) fn is_header_byline(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or("");
    let is_by = ["By", "BY", "by", "Von", "VON", "Por", "POR", "Par", "PAR", "De", "Av", "Af"].contains(&first);
    byline(text).is_some() || (is_by && (2..=10).contains(&text.split(' ').count()) && !text.ends_with(['.', '!', '?']))
}

/// A byline below the text: `(By Ana Reyes)`, `Ana Ek/TT`.
pub(in crate::wire) fn last_byline(text: &str) -> Option<&str> {
    if let Some(inner) = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        return byline(inner).map(|_| inner);
    }
    let (name, agency) = text.rsplit_once('/')?;
    let words: Vec<&str> = name.split(' ').collect();
    let is_name = (2..=4).contains(&words.len())
        && words.iter().all(|word| {
            word.starts_with(char::is_uppercase)
                && word.chars().any(char::is_lowercase)
                && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'))
        });
    (is_name && super::super::dateline::is_known(agency)).then_some(text)
}

/// What a writer is, in a line of its own below the byline: `AP Sports Writer`, `Associated Press`, `dpa-Korrespondentin`.
pub(in crate::wire) fn is_byline_title(text: &str) -> bool {
    const TITLES: &[&str] = &[
        "writer",
        "writers",
        "correspondent",
        "correspondents",
        "reporter",
        "reporters",
        "editor",
        "columnist",
        "analyst",
        "critic",
        "korrespondent",
        "korrespondentin",
        "redakteur",
        "redakteurin",
        "correspondant",
        "correspondante",
        "corresponsal",
    ];
    let words = text.split(' ').count();
    if words > 6 || text.chars().count() > 50 || text.ends_with(['.', '!', '?', ':']) {
        return false;
    }
    let last = text.rsplit([' ', '-']).next().unwrap_or("").to_lowercase();
    (words > 1 && TITLES.contains(&last.as_str())) || super::super::dateline::is_known(text)
}

pub(in crate::wire) fn is_placeholder(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains("staff reporter") || lower.contains("staff writer") || lower.len() < 3
}

/// The words before a name, in lower case.
const BY: &[&str] = &["by", "von", "por", "par", "de", "av", "af", "door", "di"];

pub(in crate::wire) fn without_by(text: &str) -> &str {
    BY.iter().find_map(|word| text.strip_prefix(word)?.strip_prefix(' ')).unwrap_or(text)
}

/// The names in the lines of a byline's field; what the writer is may stand in a line below.
pub(in crate::wire) fn writers(lines: &[String]) -> Option<String> {
    let (first, below) = lines.split_first()?;
    let mut names = first.clone();
    for line in below.iter().filter(|line| !is_byline_title(line)) {
        // `By` goes on in the next line, and that may be `and Tom Brandt`.
        let goes_on = BY.contains(&names.to_lowercase().as_str()) || line.starts_with(char::is_lowercase);
        names.push_str(if goes_on { " " } else { ", " });
        names.push_str(line);
    }
    Some(names)
}

/// The names in a byline's field, where `par` and its like may be written small.
pub(in crate::wire) fn names(field: &str) -> &str {
    let small = ["by ", "von ", "por ", "par "].iter().find_map(|word| field.strip_prefix(word));
    // `Von dpa`
    let of_agency = field
        .split_once(' ')
        .filter(|(word, name)| BY.contains(&word.to_lowercase().as_str()) && super::super::dateline::is_known(name));
    if let Some((_, name)) = of_agency {
        return name;
    }
    byline(field).or(small.map(str::trim).filter(|name| name.starts_with(char::is_uppercase))).unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines() {
        assert_eq!(last_byline("(By Ana Reyes)"), Some("By Ana Reyes"));
        assert_eq!(last_byline("Ana Ek/TT"), Some("Ana Ek/TT"));
        assert_eq!(last_byline("Halden/TT"), None);
        assert_eq!(last_byline("(By then it was over.)"), None);
        let credit = "This article was reported by ANA REYES, TOM VALE and ANN LUND and written by LUND";
        assert_eq!(reporters(credit), Some("ANA REYES, TOM VALE and ANN LUND"));
        assert_eq!(reporters("This article was reported by the police to be missing."), None);
        assert_eq!(names("Von dpa"), "dpa");
        assert_eq!(byline("By Jane Doe"), Some("Jane Doe"));
        assert_eq!(byline("Von Almut Berg, dpa"), Some("Almut Berg, dpa"));
        assert_eq!(byline("By the time they came it was over"), None);
        assert_eq!(byline("De Halden viajó ayer a la capital para una reunión con el ministro."), None);
    }
}
