//! Fields with labels over copy as text.

use super::{LINES, stamp};
use crate::wire::copy::RawItem;
use crate::wire::newsml_g2::bare_code;
use crate::wire::text::clean;
use crate::wire::time::WireTime;

/// Fields with labels, one a line: `Headline: …`, `Slug: …`. Two at least, because a headline may begin with such a word; the name of
/// the sender or a slug may stand over them.
pub(super) fn take(lines: &mut Vec<&str>, raw: &mut RawItem) {
    let is_field = |line: &&&str| line.trim().is_empty() || label(line).is_some();
    let mut from = 0;
    let mut count = lines.iter().take(LINES).take_while(is_field).count();
    if lines[..count].iter().all(|line| line.trim().is_empty()) {
        let over = lines.get(count).map(|line| line.trim()).filter(|line| line.len() <= 30 && !line.contains(' '));
        let Some(over) = over else { return };
        from = count + 1;
        count = from + lines[from..].iter().take(LINES).take_while(is_field).count();
        if lines[from..count].iter().filter(|line| label(line).is_some()).count() >= 2 {
            raw.item.meta.notes.push(("header".to_string(), clean(over)));
        }
    }
    let found: Vec<(Field, String)> = lines[from..count].iter().filter_map(|line| label(line)).collect();
    let has_text = lines[count..].iter().any(|line| !line.trim().is_empty());
    if found.len() < 2 || !has_text {
        return;
    }
    // The labels; the values stay in fields.
    let labels = lines.drain(..count).filter_map(|line| line.split_once(':')).map(|(label, _)| label.to_string());
    raw.item.dropped.extend(labels);
    for (field, value) in found.into_iter().filter(|(_, value)| !value.is_empty()) {
        let item = &mut raw.item;
        match field {
            Field::Headline => item.meta.headline = value,
            Field::Subheadline => item.meta.subheadline = Some(value),
            Field::Description => item.meta.description = Some(value),
            Field::By => item.byline = Some(value),
            Field::Slug => item.meta.slugline = Some(value),
            Field::Dateline => raw.dateline_field = Some(value),
            Field::Category => item.meta.wire_category = Some(value),
            Field::Priority => item.meta.wire_priority = Some(value),
            Field::Provider => item.meta.provider = Some(value),
            Field::Subject => item.meta.subjects.extend(bare_code(&value)),
            Field::Note => item.meta.ed_note = Some(value),
            Field::Keywords => {
                item.meta.keywords = value.split([',', ';', '/']).map(clean).filter(|word| !word.is_empty()).collect();
            }
            Field::Date => match (WireTime::parse(&value), stamp(&value)) {
                (Some(time), _) => {
                    item.meta.version_created = Some(time);
                    item.dropped.push(value);
                }
                (None, Some(stamp)) => {
                    item.dropped.push(value.clone());
                    stamp.fill(raw);
                }
                (None, None) => item.meta.notes.push(("header".to_string(), value)),
            },
            Field::Other => item.meta.notes.push(("header".to_string(), value)),
        }
    }
}

/// What a label names.
#[derive(Clone, Copy)]
enum Field {
    Headline,
    Subheadline,
    Description,
    By,
    Slug,
    Dateline,
    Category,
    Priority,
    Provider,
    Subject,
    Note,
    Keywords,
    Date,
    Other,
}

/// What labels are called, in lower case.
const LABELS: &[(Field, &[&str])] = &[
    (
        Field::Headline,
        &["headline", "title", "titel", "überschrift", "título", "titulo", "titular", "titre", "titolo", "заголовок"],
    ),
    (Field::Subheadline, &["subheadline", "subtitle", "untertitel", "subtítulo", "sous-titre", "sottotitolo"]),
    (
        Field::Description,
        &["abstract", "summary", "standfirst", "zusammenfassung", "resumen", "résumé", "sommario", "sammanfattning"],
    ),
    (Field::By, &["byline", "by", "author", "autor", "auteur", "autore"]),
    (Field::Slug, &["slug", "slugline"]),
    (Field::Dateline, &["dateline", "location", "place", "ort", "lugar", "lieu"]),
    (
        Field::Category,
        &["category", "section", "ressort", "desk", "categoría", "categoria", "catégorie", "rubrique", "sección"],
    ),
    (Field::Priority, &["priority", "urgency", "priorität", "prioridad", "priorité", "urgence"]),
    (Field::Provider, &["source", "agency", "provider", "quelle", "fuente", "agencia", "agence", "agentur"]),
    (Field::Subject, &["subject code", "iptc", "iptc code"]),
    (Field::Note, &["embargo", "embargoed", "sperrfrist", "ednote", "editor's note", "note to editors", "notes"]),
    (
        Field::Keywords,
        &["keywords", "keyword", "tags", "stichworte", "stichwörter", "palabras clave", "mots-clés", "mots clés"],
    ),
    (Field::Date, &["date", "datum", "fecha", "data", "date/time", "sent", "published", "dated"]),
    (
        Field::Other,
        &[
            "words",
            "word count",
            "wordcount",
            "id",
            "story id",
            "storyid",
            "service",
            "language",
            "lang",
            "version",
            "take",
            "type",
            "genre",
            "copyright",
            "status",
            "length",
            "time",
            "country",
            "idioma",
            "sprache",
        ],
    ),
];

fn label(line: &str) -> Option<(Field, String)> {
    let (name, value) = line.trim().split_once(':')?;
    if name.len() > 24 || !(value.is_empty() || value.starts_with([' ', '\t'])) {
        return None;
    }
    let lower = name.trim().to_lowercase();
    let field = LABELS.iter().find(|(_, names)| names.contains(&lower.as_str()))?.0;
    let value = clean(value);
    // What holds a story must not be lost among other values.
    let is_bound = lower.starts_with("embargo") || lower == "sperrfrist";
    Some((field, if is_bound && !value.is_empty() { format!("{}: {value}", name.trim()) } else { value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> (String, Option<String>, usize) {
        let mut raw = RawItem::default();
        let mut lines: Vec<&str> = text.lines().collect();
        take(&mut lines, &mut raw);
        (raw.item.meta.headline, raw.item.meta.description, lines.len())
    }

    #[test]
    fn fields_stand_alone_or_below_a_name() {
        let fields = "Headline: Port closes\n\nAbstract: Ships wait.\n\nText.";
        let expected = ("Port closes".to_string(), Some("Ships wait.".to_string()), 1);
        assert_eq!(taken(fields), expected);
        assert_eq!(taken(&format!("\nLSW\n\n{fields}")), expected);
        // One alone may be the beginning of a headline, and what is not a name stays over them.
        assert_eq!(taken("Abstract: a show of the port\n\nText.").2, 3);
        assert_eq!(taken(&format!("The port closed\n\n{fields}")).0, "");
    }
}
