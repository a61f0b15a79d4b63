//! What stands after the last word of a text: end marks, rules, sign-offs, copyright.

/// End marks, in lower case.
const MARKS: &[&str] = &[
    "efe",
    "reuters",
    "reuter",
    "-30-",
    "30",
    "###",
    "# # #",
    "##",
    "(end)",
    "end",
    "ends",
    "the end",
    "enditem",
    "/ritzau/",
    "==kyodo",
    "aap rtv",
    "nnnn",
    "(ansa)",
    "--30--",
    "xxx",
    "(businessdesk)",
    "end of text",
    "/end",
    "- end -",
    "--end--",
    "fim",
    "fin",
    "fine",
    "ende",
    "slut",
    "ansa",
    "kyodo",
    "--",
    "*** end ***",
    "(fin)",
    "(fim)",
    "/tass/",
    "afp",
    "(afp)",
    "-ends-",
    "- ends -",
    "~ends~",
    "endit",
    "x x x",
    "xxxx end of story",
    "(reuters)",
    "//",
    "(ende)",
    "(pti)",
    "（完）",
    "（了）",
    "(完)",
    "(了)",
    "(끝)",
    "(./.)",
    "-0-",
    "$$$",
    "(more)",
    "-more-",
    "--more--",
    "more",
    "mehr folgt",
    "(mehr folgt)",
    "(suite)",
    "(sigue)",
    "(segue)",
    "(continua)",
    "(continúa)",
    "(cont)",
    "(cont.)",
];

/// Services that stand behind an agency's name below a text.
const SERVICES: &[&str] =
    &["RTV", "RESULTS", "FIELDS", "BETTING", "COMMENT", "SPORT", "RACING", "NEWS", "FINANCE", "FEATURES"];

/// A line that is an end mark and nothing else.
pub(in crate::wire) fn is_end_mark(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    if MARKS.contains(&lower.as_str()) || is_agency_mark(text.trim()) {
        return true;
    }
    // `ENDIT STRIKE`
    if text.strip_prefix("ENDIT ").is_some_and(|slug| slug.len() <= 20 && !slug.chars().any(char::is_lowercase)) {
        return true;
    }
    // `Enditem/ab`
    if lower.strip_prefix("enditem/").is_some_and(|initials| initials.len() <= 6 && !initials.contains(' ')) {
        return true;
    }
    // `NewsAgency/Fim`, `(EFE)`
    let parts: Vec<&str> = lower.split('/').collect();
    parts.len() == 2
        && matches!(parts[1], "fim" | "fin" | "end" | "ende")
        && parts[0].len() <= 24
        && !parts[0].contains(' ')
}

/// The name of an agency alone, as a mark: `(ANI)`, `--IANS`, `/tt/`, `(©NTB)`, `(ANSA).`
fn is_agency_mark(text: &str) -> bool {
    let text = text.trim_end_matches('.');
    let is_framed = (text.starts_with('(') && text.ends_with(')'))
        || (text.starts_with('/') && text.ends_with('/'))
        || text.starts_with("--")
        || text.starts_with("==");
    let name = text.trim_matches(|c: char| matches!(c, '(' | ')' | '/' | '-' | '=' | '©' | ' '));
    let is_bare = !name.contains(' ') && name == text && !text.chars().any(char::is_lowercase);
    // `(Xinhua/Ana Reyes)` is the credit of a picture.
    let is_known = |part: &str| super::super::dateline::is_known(part);
    name.chars().count() <= 20 && (is_framed || is_bare) && is_known(name) && name.split('/').all(is_known)
}

/// Last lines for desks: `((ana@x.example; +47 000))`, an address of mail alone, `Keywords: PORT/`.
pub(in crate::wire) fn is_desk_line(text: &str) -> bool {
    let text = text.trim().trim_end_matches("(END)").trim_end();
    let doubled = text.starts_with("((") && text.ends_with("))");
    let is_mail =
        !text.contains(' ') && text.len() <= 80 && text.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    let is_keywords = text
        .strip_prefix("Keywords: ")
        .is_some_and(|words| words.contains('/') && (words.ends_with('/') || !words.chars().any(char::is_lowercase)));
    (doubled && (text.contains('@') || text.contains('+'))) || is_mail || is_keywords || is_service_line(text)
}

/// `Story Filed By Longshore Papers`, `AAP RESULTS`: who sent the text through which service. It is no proof that the text is copy:
/// services of results send tables.
pub(in crate::wire) fn is_service_line(text: &str) -> bool {
    let of_agency = text.trim().split_once(' ').is_some_and(|(name, service)| {
        name.len() >= 3
            && name.bytes().all(|b| b.is_ascii_uppercase())
            && SERVICES.contains(&service)
            && super::super::dateline::is_known(name)
    });
    if of_agency {
        return true;
    }
    let lower = text.to_lowercase();
    text.len() <= 80 && ["story filed by ", "for use by clients of "].iter().any(|words| lower.starts_with(words))
}

/// `51 77 03 CRO01 1113 GEST GEST03`: codes by which a service sorts its copy, below the text.
pub(in crate::wire) fn is_code_line(text: &str) -> bool {
    let is_code = |word: &str| word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let is_mixed = |word: &&str| word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| !b.is_ascii_digit());
    let words: Vec<&str> = text.split_whitespace().collect();
    (5..=40).contains(&words.len())
        && words.iter().all(|word| is_code(word))
        && words.iter().copied().filter(is_mixed).count() >= 2
}

/// `Results, 7th graf pvs`: where the rest of the earlier version goes on, below a partial lead.
pub(in crate::wire) fn is_pickup(text: &str) -> bool {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    text.len() <= 100
        && [" graf pvs", " graf pv", " grafs pvs", " graf previous", " para pvs", " pgh pvs"]
            .iter()
            .any(|end| lower.ends_with(end) || lower.contains(&format!("{end} ")))
}

pub(in crate::wire) fn is_rule(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '–' | '—' | ' ' | '^'))
}

/// Where the text ends if an end mark stands after its last sentence, and the sign-off if one stands after that.
pub(in crate::wire) fn run_in_ending(text: &str) -> Option<(usize, Option<String>)> {
    let trimmed = text.trim_end();
    if let Some(end) = run_in_end_mark(trimmed) {
        return Some((end, None));
    }
    if let Some((head, initials)) = trimmed.split_once(" (Schluss)").or_else(|| trimmed.split_once(" (Forts.)")) {
        let signoff = Some(initials.trim()).filter(|initials| is_signoff(initials) || initials.is_empty())?;
        return Some((head.trim_end().len(), Some(signoff.to_string()).filter(|text| !text.is_empty())));
    }
    // `… he said. PTI ABC DE`: the agency and the initials of its desk.
    if let Some(last) = trimmed.rfind(['.', '!', '?', '"', '”', '…'])
        && let sign = trimmed[last..].chars().next().map_or(1, char::len_utf8)
        && let Some(rest) = trimmed[last + sign..].strip_prefix(' ')
        && rest.split_once(' ').is_some_and(|(name, _)| ["PTI", "IANS", "ANI", "UNI"].contains(&name))
        && is_signoff(rest)
    {
        return Some((last + sign, Some(rest.to_string())));
    }
    // `(Reporting by Ana Reyes) ((ana@x.example; +47 000))`: what is for desks stands behind the credit.
    if let Some(open) = trimmed.rfind(" ((").filter(|open| trimmed[..*open].ends_with(['.', ')', '"', '”']))
        && is_desk_line(&trimmed[open + 1..])
    {
        return Some((open, None));
    }
    // `… he said. EFE ar-jlr/sc`: the sign-off of a last line that was joined to the text.
    let (head, last) = trimmed.rsplit_once(' ')?;
    let signoff = Some(last).filter(|last| last.contains('/') && is_signoff(last))?;
    run_in_end_mark(head).map(|end| (end, Some(signoff.to_string())))
}

fn run_in_end_mark(trimmed: &str) -> Option<usize> {
    const MARKS: &[&str] = &[
        "EFE",
        "REUTERS",
        "Reuters",
        "REUTER",
        "Reuter",
        "-30-",
        "###",
        "Enditem",
        "enditem",
        "/ritzau/",
        "(END)",
        "(ANSA)",
        "==Kyodo",
        "ENDS",
        "NNNN",
        "AFP",
        "(Lusa)",
        "LUSA",
        "END",
        "ends",
        "xxx",
        "--30--",
        "# # #",
        "(BusinessDesk)",
        "AAP RTV",
        "(Fim)",
        "(FIM)",
        "(Fin)",
        "(FIN)",
        "（完）",
        "（了）",
        "(끝)",
        "(./.)",
    ];
    // `… ha detto.(ANSA).`, `… (Belga)`, `… (©NTB)`: an agency in brackets after the last sentence.
    if let Some(open) = trimmed.rfind('(')
        && is_agency_mark(&trimmed[open..])
    {
        let before = trimmed[..open].trim_end();
        if before.ends_with(['.', '!', '?', '"', '”', '»', '…']) {
            return Some(before.len());
        }
    }
    for mark in MARKS {
        if let Some(rest) = trimmed.strip_suffix(mark) {
            let before = rest.trim_end();
            // `… intervalos de fuerte.EFE`: an agency's name in capitals needs no blank before it where a word ends the sentence.
            let is_glued = mark.len() >= 3
                && mark.bytes().all(|b| b.is_ascii_uppercase())
                && !matches!(*mark, "END" | "ENDS" | "NNNN")
                && before.strip_suffix(['.', '!', '?', '"', '”', '»', '…']).is_some_and(|text| {
                    text.ends_with(|c: char| {
                        c.is_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '"' | '”' | '»' | ')')
                    })
                });
            let is_apart = rest.len() > before.len() || mark.starts_with(['(', '#', '/', '=', '（']) || is_glued;
            if is_apart && before.ends_with(['.', '!', '?', '"', '”', '»', ')', '…', ',', '\'', '’', '。']) {
                return Some(before.len());
            }
        }
    }
    None
}

/// The initials of `(Schluss) abc/def`, `(Forts. mögl.) abc`: what APA puts before them.
pub(in crate::wire) fn without_closing(text: &str) -> &str {
    let mark = ["(Schluss)", "(schluss)", "(Forts. mögl.)", "(Forts.)"].iter().find_map(|mark| text.strip_prefix(mark));
    mark.map_or(text, str::trim_start)
}

/// `Y12-ABC/ DEF`: the code of ANSA's desk and initials.
fn is_desk_code(text: &str) -> bool {
    let Some((code, initials)) = text.split_once('-') else { return false };
    let is_code = (2..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let mut parts = initials.split('/').map(str::trim);
    is_code
        && code.bytes().any(|b| b.is_ascii_digit())
        && parts.all(|part| {
            (2..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
}

/// Words in brackets at the end of a text that are no initials.
const ENDS: &[&str] = &["more", "end", "ends", "fin", "fim", "cont", "sic", "suite"];

/// `mfl`, `ab cd`, `/АБ/`: initials without a sign between them. Short words of readers end in a full stop, or are known ends.
fn is_bare_initials(text: &str, framed: Option<&str>) -> bool {
    if let Some(inner) = text.strip_prefix('/').and_then(|inner| inner.strip_suffix('/')) {
        return (1..=4).contains(&inner.chars().count()) && inner.chars().all(char::is_uppercase);
    }
    // `(jt)`, `(parf-dgs)`
    if let Some(inner) = framed {
        let is_part = |part: &str| (2..=5).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase());
        return inner.split(['-', '/']).count() <= 3 && inner.split(['-', '/']).all(is_part) && !ENDS.contains(&inner);
    }
    // `sa-kl`
    let is_short = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase());
    if text.split_once('-').is_some_and(|(first, second)| is_short(first) && is_short(second)) {
        return true;
    }
    // `ABC-DE`
    let is_capital = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_uppercase());
    if text.split_once('-').is_some_and(|(first, second)| first.len() == 3 && is_capital(first) && is_capital(second)) {
        return true;
    }
    let words: Vec<&str> = text.split(' ').collect();
    words.len() <= 2
        && words.iter().all(|word| {
            (2..=3).contains(&word.len())
                && word.bytes().all(|b| b.is_ascii_lowercase())
                && !["end", "fin"].contains(word)
        })
}

/// A line of initials: `ar-jlr/sc`, `dpa abc yydd n1`, `AFP sn`, `MA // EA`.
pub(in crate::wire) fn is_signoff(text: &str) -> bool {
    let text = without_closing(text.trim());
    let framed = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
    let text = text.trim_matches(['(', ')']).replace("\\/", "/");
    let count = text.chars().count();
    if !(2..=60).contains(&count) || text.ends_with(['.', '!', '?', ':', ';', ',']) || text.contains(['"', '«', '“'])
    {
        return false;
    }
    if is_desk_code(&text) || is_bare_initials(&text, framed) {
        return true;
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let is_capital = |word: &&str| (2..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
    if words.len() >= 2 && words.len() <= 6 && matches!(words[0], "PTI" | "IANS") && words.iter().all(is_capital) {
        return true;
    }
    let agencies = [
        "dpa", "AFP", "afp", "SDA", "sda", "ats", "AAP", "aap", "EFE", "efe", "AP", "PA", "apa", "APA", "KNA", "ANSA",
        "PRN", "PTI", "IANS", "ANI",
    ];
    if words.len() >= 2 && (agencies.contains(&words[0]) || text.starts_with("AAP RTV")) {
        let rest = &words[1..];
        let initials = rest.iter().all(|word| word.chars().count() <= 12 && word.chars().all(is_initial));
        let short = rest.iter().filter(|word| word.chars().count() <= 4 || word.contains('/')).count();
        let lower = rest.iter().all(|word| !word.chars().any(char::is_uppercase) || *word == "RTV");
        return initials && lower && short * 2 >= rest.len() && words.len() <= 14;
    }
    if count > 40 {
        return false;
    }
    let joined: String = words.join("");
    let parts: Vec<&str> = joined.split(['/', '-']).filter(|part| !part.is_empty()).collect();
    let slashes = joined.contains('/');
    let is_lower = !joined.chars().any(|c| c.is_uppercase());
    let is_upper = !joined.chars().any(|c| c.is_lowercase());
    let initials = parts.len() >= 2
        && parts.iter().all(|part| (1..=5).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic));
    let has_case = joined.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    // Initials of scripts without case hold together by their slashes: `بور/منى/نور`, `ا ف ب/جص`.
    let agency_first = parts.first().is_some_and(|part| agencies.contains(part)) && slashes;
    (initials
        && slashes
        && words.len() <= 5
        && (is_lower || (is_upper && (joined.contains("//") || joined.len() <= 7)) || !has_case))
        || (initials && agency_first && parts.len() == 2)
        || (initials
            && words.len() == 1
            && is_lower
            && has_case
            && joined.contains('-')
            && joined.len() <= 12
            && parts.iter().all(|part| part.len() <= 3))
}

fn is_initial(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '/' | '-')
}

pub(in crate::wire) fn is_copyright(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_dated = ["c.20", "c. 20", "(c)20", "c.19", "c. 19", "(c)19"].iter().any(|sign| lower.starts_with(sign));
    (lower.starts_with('©') || lower.starts_with("(c) ") || lower.starts_with("copyright ") || is_dated)
        && text.chars().count() <= 600
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_run_in() {
        for (text, rest, signoff) in [
            ("He went. EFE", "He went.", None),
            ("He went. (END)", "He went.", None),
            ("He went. xxx", "He went.", None),
            ("He went.(ANSA).", "He went.", None),
            ("He went. (©NTB)", "He went.", None),
            ("He went. (Schluss) ab/cd", "He went.", Some("ab/cd")),
            ("他走了。（完）", "他走了。", None),
            ("He went. EFE ar-jlr/sc", "He went.", Some("ar-jlr/sc")),
            ("He went. PTI ABC DE DE", "He went.", Some("PTI ABC DE DE")),
            ("“He went.” PTI ABC DE", "“He went.”", Some("PTI ABC DE")),
            ("(Reporting by Ana Reyes) ((ana@x.example; +47 000))", "(Reporting by Ana Reyes)", None),
        ] {
            assert_eq!(run_in_ending(text), Some((rest.len(), signoff.map(str::to_string))), "{text}");
        }
        for text in [
            "It is the END",
            "He works for EFE",
            "They won 24/7",
            "He came in. It ends",
            "It shows cranes. (Xinhua/Ana Reyes)",
        ] {
            assert_eq!(run_in_ending(text), None, "{text}");
        }
    }

    #[test]
    fn sign_offs() {
        for text in [
            "ar-jlr/sc",
            "daa/mt/msr",
            "hh/ph/ts/hd",
            "dpa abc yydd n1",
            "AFP sn",
            "SDA/sj",
            "(SDA\\/sj)",
            "MA // EA",
            "بور/منى/نور",
            "ا ف ب/جص",
            "dpa hoe tam mfi mi xxde pba rdp bst wjh",
            "gr/bp",
            "AAP RTV ar",
            "dpa kre/su yysw a3 lön mda",
            "(Schluss) abc/def",
            "Y12-ABC/ DEF",
            "PTI ABC DEF",
            "بور/نور/غ ر",
        ] {
            assert!(is_signoff(text), "{text}");
        }
        for text in [
            "He won.",
            "Halden",
            "www.halden.example/news",
            "24/7",
            "One two three",
            "The end of it",
            "dpa reported it today",
            "COVID-19",
            "B-52",
        ] {
            assert!(!is_signoff(text), "{text}");
        }
    }
}
