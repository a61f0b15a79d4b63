//! Dates as datelines write them, in the languages of the agencies.

/// A date in one or two segments: the text as written, and the date understood.
pub(super) fn date(segments: &[&str]) -> Option<(String, Option<String>)> {
    let [first, rest @ ..] = segments else { return None };
    let year = match rest {
        [] => None,
        // `2026. november 18., szerda`
        [day] if is_weekday(day) && !is_weekday(first) => {
            let (_, iso) = date(&segments[..1])?;
            return Some((segments.join(", "), iso));
        }
        [year] => Some(self::year(year.trim_end_matches('.'))?),
        // `Monday, Jan 10, 2026`
        [day, more @ ..] if is_weekday(first) && more.len() <= 1 => {
            let (date, iso) = date(&segments[1..])?;
            let _ = day;
            return Some((format!("{first}, {date}"), iso));
        }
        _ => return None,
    };
    if let ([next], true) = (rest, is_weekday(first)) {
        let (date, iso) = date(&[next])?;
        return Some((format!("{first}, {date}"), iso));
    }
    if is_weekday(first) {
        return Some((first.to_string(), None));
    }
    let (month, day, own_year) = day_and_month(first)?;
    let year = year.or(own_year);
    let written = segments.join(", ");
    let iso = match year {
        Some(year) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("--{month:02}-{day:02}"),
    };
    let valid = jiff::civil::Date::new(year.unwrap_or(2000), month, day).is_ok();
    let keeps_dot = written.split(' ').next_back().is_some_and(|word| {
        (2..=5).contains(&word.chars().count())
            && word.ends_with('.')
            && !word.starts_with(|c: char| c.is_ascii_digit())
    });
    let written = if keeps_dot { written } else { written.trim_end_matches('.').to_string() };
    Some((written, valid.then_some(iso)))
}

fn year(text: &str) -> Option<i16> {
    let year: i16 = text.trim().parse().ok()?;
    (text.trim().len() == 4 && (1800..=2200).contains(&year)).then_some(year)
}

/// A year of two figures: 89 is 1989, 26 is 2026.
fn short_year(text: &str) -> Option<i16> {
    let digits = text.trim_start_matches('\'');
    let year: i16 = digits.parse().ok().filter(|_| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    Some(year + if year >= 70 { 1900 } else { 2000 })
}

/// `Jan 10`, `10 ene`, `Aug. 29 2014`, `21 Nov. 2024`, `10 de enero de 2024`, `25-11-2023`: month, day, year.
fn day_and_month(text: &str) -> Option<(i8, i8, Option<i16>)> {
    let mut words: Vec<&str> =
        text.split(' ').filter(|word| !matches!(*word, "" | "de" | "of" | "den" | "del" | "d.")).collect();
    if words.len() > 2 && LEVANTINE.iter().any(|name| words.contains(name)) {
        // `18 نوفمبر تشرين الثاني`: the month once more, by its name of the Levant.
        words.retain(|word| !LEVANTINE.contains(word));
    }
    // `نوفمبر/تشرين`
    for word in &mut words {
        if !word.is_ascii() {
            *word = word.split('/').next().unwrap_or(word);
        }
    }
    let number = |word: &str| -> Option<i8> {
        let digits = word.trim_end_matches(['.', 'º', ',']);
        let digits = digits
            .strip_suffix("st")
            .or(digits.strip_suffix("nd"))
            .or(digits.strip_suffix("rd"))
            .or(digits.strip_suffix("th"))
            .unwrap_or(digits);
        let digits = if digits == "1er" { "1" } else { digits };
        digits.parse().ok().filter(|day| (1..=31).contains(day) && digits.len() <= 2)
    };
    match words.as_slice() {
        [one] => {
            let parts: Vec<&str> = one.trim_end_matches('.').split(['-', '/', '.']).collect();
            let [day, month, year] = parts.as_slice() else { return None };
            if let Some(first) = self::year(day) {
                return Some((month.parse().ok()?, year.parse().ok()?, Some(first)));
            }
            Some((month.parse().ok().filter(|m| (1..=12).contains(m))?, number(day)?, Some(self::year(year)?)))
        }
        // `2026. november 18.`
        [year, name, day] if self::year(year.trim_end_matches('.')).is_some() && month(name).is_some() => {
            Some((month(name)?, number(day)?, self::year(year.trim_end_matches('.'))))
        }
        [first, second, rest @ ..] if rest.len() <= 1 => {
            let year = match rest.first() {
                Some(word) => {
                    // `10 AUG 89`: behind day and month a number of two figures is a year.
                    let short = || number(first).and(month(second)).and_then(|_| short_year(word));
                    Some(self::year(word.trim_end_matches('.')).or_else(short)?)
                }
                None => None,
            };
            match (number(first), month(second), month(first), number(second)) {
                (Some(day), Some(month), _, _) | (_, _, Some(month), Some(day)) => Some((month, day, year)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Months of the Levant, which stand after the usual name in Arabic datelines.
const LEVANTINE: &[&str] =
    &["كانون", "الثاني", "الأول", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين"];

/// Month names as datelines have them, in lower case; a shorter form of three letters and more means the first that begins with it.
const MONTHS: [&[&str]; 12] = [
    &[
        "january",
        "januar",
        "janvier",
        "janeiro",
        "januari",
        "jänner",
        "enero",
        "gennaio",
        "gener",
        "января",
        "січня",
        "stycznia",
        "ledna",
        "január",
        "tammikuuta",
        "tammikuu",
        "ocak",
        "ianuarie",
        "ιανουαρίου",
        "يناير",
        "जनवरी",
        "януари",
        "sausio",
        "jaanuar",
        "siječnja",
        "januára",
        "januara",
        "januarja",
        "јануара",
        "janvāri",
    ],
    &[
        "february",
        "februar",
        "febrero",
        "febbraio",
        "febrer",
        "février",
        "fevrier",
        "fevereiro",
        "februari",
        "februára",
        "февраля",
        "лютого",
        "lutego",
        "února",
        "február",
        "helmikuuta",
        "helmikuu",
        "şubat",
        "februarie",
        "φεβρουαρίου",
        "فبراير",
        "फरवरी",
        "февруари",
        "vasario",
        "veebruar",
        "veljače",
        "februara",
        "februarja",
        "фебруара",
        "februāri",
    ],
    &[
        "march",
        "mars",
        "marzo",
        "märz",
        "maerz",
        "março",
        "marco",
        "març",
        "mrt",
        "mrz",
        "maart",
        "marts",
        "maret",
        "марта",
        "березня",
        "marca",
        "března",
        "március",
        "maaliskuuta",
        "maaliskuu",
        "mart",
        "martie",
        "μαρτίου",
        "مارس",
        "मार्च",
        "март",
        "kovo",
        "märts",
        "ožujka",
        "marta",
    ],
    &[
        "april",
        "abril",
        "aprile",
        "avril",
        "апреля",
        "квітня",
        "kwietnia",
        "dubna",
        "április",
        "huhtikuuta",
        "huhtikuu",
        "nisan",
        "aprilie",
        "απριλίου",
        "أبريل",
        "إبريل",
        "ابريل",
        "अप्रैल",
        "април",
        "balandžio",
        "aprill",
        "travnja",
        "apríla",
        "aprila",
        "априла",
        "aprīlī",
    ],
    &[
        "may",
        "mayo",
        "mai",
        "maio",
        "maggio",
        "maig",
        "mei",
        "maj",
        "мая",
        "травня",
        "maja",
        "května",
        "május",
        "toukokuuta",
        "toukokuu",
        "mayıs",
        "μαΐου",
        "مايو",
        "май",
        "gegužės",
        "svibnja",
        "mája",
        "маја",
        "maijā",
    ],
    &[
        "june",
        "junio",
        "junho",
        "juin",
        "juni",
        "juny",
        "giugno",
        "июня",
        "червня",
        "czerwca",
        "června",
        "június",
        "kesäkuuta",
        "kesäkuu",
        "haziran",
        "iunie",
        "ιουνίου",
        "يونيو",
        "юни",
        "birželio",
        "juuni",
        "lipnja",
        "júna",
        "juna",
        "junija",
        "јуна",
        "jūnijā",
    ],
    &[
        "july",
        "julio",
        "julho",
        "juillet",
        "juli",
        "juliol",
        "luglio",
        "июля",
        "липня",
        "lipca",
        "července",
        "július",
        "heinäkuuta",
        "heinäkuu",
        "temmuz",
        "iulie",
        "ιουλίου",
        "يوليو",
        "юли",
        "liepos",
        "juuli",
        "srpnja",
        "júla",
        "jula",
        "julija",
        "јула",
        "jūlijā",
    ],
    &[
        "august",
        "agosto",
        "agost",
        "août",
        "aout",
        "augustus",
        "augusti",
        "agustus",
        "августа",
        "серпня",
        "sierpnia",
        "srpna",
        "augusztus",
        "elokuuta",
        "elokuu",
        "ağustos",
        "αυγούστου",
        "أغسطس",
        "август",
        "rugpjūčio",
        "kolovoza",
        "augusta",
        "avgusta",
        "augustā",
    ],
    &[
        "september",
        "septiembre",
        "setiembre",
        "setembro",
        "setembre",
        "septembre",
        "settembre",
        "sept",
        "сентября",
        "вересня",
        "września",
        "září",
        "szeptember",
        "syyskuuta",
        "syyskuu",
        "eylül",
        "septembrie",
        "σεπτεμβρίου",
        "سبتمبر",
        "септември",
        "rugsėjo",
        "rujna",
        "septembra",
        "септембра",
        "septembrī",
    ],
    &[
        "october",
        "octubre",
        "outubro",
        "octobre",
        "oktober",
        "ottobre",
        "октября",
        "жовтня",
        "października",
        "října",
        "október",
        "lokakuuta",
        "lokakuu",
        "ekim",
        "octombrie",
        "οκτωβρίου",
        "أكتوبر",
        "октомври",
        "spalio",
        "oktoober",
        "októbra",
        "oktobra",
        "октобра",
        "oktobrī",
    ],
    &[
        "november",
        "noviembre",
        "novembro",
        "novembre",
        "ноября",
        "листопада",
        "listopada",
        "listopadu",
        "marraskuuta",
        "marraskuu",
        "kasım",
        "noiembrie",
        "νοεμβρίου",
        "نوفمبر",
        "नवंबर",
        "ноември",
        "lapkričio",
        "studenoga",
        "studenog",
        "novembra",
        "новембра",
        "novembrī",
    ],
    &[
        "december",
        "diciembre",
        "dezembro",
        "décembre",
        "decembre",
        "dezember",
        "dicembre",
        "desember",
        "desembre",
        "декабря",
        "грудня",
        "grudnia",
        "prosince",
        "joulukuuta",
        "joulukuu",
        "aralık",
        "decembrie",
        "δεκεμβρίου",
        "ديسمبر",
        "दिसंबर",
        "декември",
        "gruodžio",
        "detsember",
        "prosinca",
        "decembra",
        "децембра",
        "decembrī",
    ],
];

/// The number of a month by its name in any of the languages; also for the footers of IPTC 7901.
pub(in crate::wire) fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches(['.', ',']).to_lowercase();
    // The signs of vowels in Devanagari are not letters of their own.
    if word.chars().count() < 3 || !word.chars().all(|c| c.is_alphabetic() || matches!(c, '\u{900}'..='\u{97f}')) {
        return None;
    }
    // Most names of the table differ in their first byte.
    let first = word.as_bytes().first();
    let is_in = |names: &&[&str]| names.iter().any(|name| name.as_bytes().first() == first && name.starts_with(&word));
    let at = MONTHS.iter().position(is_in)?;
    i8::try_from(at + 1).ok()
}

/// Whether a word is the name of a day of the week.
pub(in crate::wire) fn is_weekday(word: &str) -> bool {
    const DAYS: &[&str] = &[
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "segunda-feira",
        "terça-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira",
        "lunedì",
        "martedì",
        "mercoledì",
        "giovedì",
        "venerdì",
        "sabato",
        "domenica",
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
        "mandag",
        "måndag",
        "tirsdag",
        "tisdag",
        "onsdag",
        "torsdag",
        "fredag",
        "lørdag",
        "lördag",
        "søndag",
        "söndag",
        "hétfő",
        "kedd",
        "szerda",
        "csütörtök",
        "péntek",
        "szombat",
        "vasárnap",
    ];
    DAYS.contains(&word.trim_end_matches('.').to_lowercase().as_str())
}
