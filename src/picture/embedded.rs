//! What a picture says of itself in words: IPTC Photo Metadata, written as XMP or in the older records of the Information
//! Interchange Model (IIM). Where both say something, XMP counts, as the IPTC asks of readers.
//!
//! No well-kept library reads IIM, so its few records are read here; XMP is read by quick-xml. Both come from strangers: they are
//! bounded, and what cannot be read says nothing.

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attribute;
use quick_xml::name::{PrefixDeclaration, ResolveResult};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The longest text that is taken over, in bytes.
const TEXT_LIMIT: usize = 4096;
/// The largest XMP that is read, in bytes.
const XMP_LIMIT: usize = 1 << 20;
/// The deepest nesting of XMP that is followed.
const DEPTH_LIMIT: usize = 32;

/// The texts of a picture; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embedded {
    /// Caption (`dc:description`).
    pub caption: String,
    /// Text for those who do not see the picture (`Iptc4xmpCore:AltTextAccessibility`).
    pub alt_text: String,
    /// Who made it (`dc:creator`).
    pub by: String,
    /// Credit line (`photoshop:Credit`).
    pub credit: String,
    /// Copyright notice (`dc:rights`).
    pub copyright_notice: String,
    /// What may be done with it (`xmpRights:UsageTerms`).
    pub usage_terms: String,
    /// Address of a statement of its rights (`xmpRights:WebStatement`).
    pub web_statement: String,
    /// Address where a licence can be had (`plus:LicensorURL`).
    pub licensor_url: String,
    /// How it was made, an address of the IPTC's (`Iptc4xmpExt:DigitalSourceType`).
    pub digital_source_type: String,
    /// Instructions to desks (`photoshop:Instructions`), where restrictions stand. Never published.
    pub instructions: String,
}

impl Embedded {
    /// Reads both kinds of blocks.
    pub(super) fn read(iim: Option<&[u8]>, xmp: Option<Cow<[u8]>>) -> Embedded {
        let mut embedded = Embedded::default();
        if let Some(xmp) = xmp.filter(|xmp| xmp.len() <= XMP_LIMIT) {
            // What was read before a fault stays.
            let _ = embedded.read_xmp(&xmp);
        }
        if let Some(iim) = iim {
            embedded.read_iim(iim);
        }
        for address in [&mut embedded.web_statement, &mut embedded.licensor_url, &mut embedded.digital_source_type] {
            if !address.starts_with("https://") && !address.starts_with("http://")
                || address.contains(char::is_whitespace)
            {
                address.clear();
            }
        }
        embedded
    }

    /// All texts in which a restriction may stand.
    pub fn terms(&self) -> [&str; 3] {
        [&self.usage_terms, &self.instructions, &self.copyright_notice]
    }

    fn read_iim(&mut self, mut rest: &[u8]) {
        let mut is_utf8 = false;
        let mut found = Embedded::default();
        while let [0x1c, record, dataset, high, low, after @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            // Longer ones have a length of lengths; no text is that long.
            let Some(content) = after.get(..length).filter(|_| length < 0x8000) else { break };
            rest = &after[length..];
            if (*record, *dataset) == (1, 90) {
                is_utf8 = content == b"\x1b%G";
                continue;
            }
            let field = match (*record, *dataset) {
                (2, 40) => &mut found.instructions,
                (2, 80) => &mut found.by,
                (2, 110) => &mut found.credit,
                (2, 116) => &mut found.copyright_notice,
                (2, 120) => &mut found.caption,
                _ => continue,
            };
            add(field, &decoded(content, is_utf8));
        }
        for (field, text) in [
            (&mut self.instructions, found.instructions),
            (&mut self.by, found.by),
            (&mut self.credit, found.credit),
            (&mut self.copyright_notice, found.copyright_notice),
            (&mut self.caption, found.caption),
        ] {
            if field.is_empty() {
                *field = text;
            }
        }
    }

    fn read_xmp(&mut self, xmp: &[u8]) -> quick_xml::Result<()> {
        // UTF-8 in practice; anything else says nothing.
        let Ok(text) = std::str::from_utf8(xmp) else { return Ok(()) };
        let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}').trim_end_matches('\0'));
        reader.config_mut().check_end_names = true;
        let mut open: Vec<Open> = Vec::new();
        loop {
            let event = reader.read_event()?;
            match &event {
                Event::Start(start) | Event::Empty(start) => {
                    let property = property(&reader.resolver().resolve_element(start.name()));
                    let is_description = matches!(
                        reader.resolver().resolve_element(start.name()),
                        (ResolveResult::Bound(space), name) if space.as_ref() == RDF && name.as_ref() == "Description"
                    );
                    let mut language = String::new();
                    for attribute in start.attributes().flatten() {
                        if attribute.key.as_ref() == "xml:lang" {
                            language = unescaped(&attribute);
                        } else if is_description || property.is_none() {
                            if matches!(
                                attribute.key.as_namespace_binding(),
                                Some(PrefixDeclaration::Default | PrefixDeclaration::Named(_))
                            ) {
                                continue;
                            }
                            let name = reader.resolver().resolve_attribute(attribute.key);
                            if let Some(property) = self::property(&name) {
                                property.of(self, "", &unescaped(&attribute));
                            }
                        }
                    }
                    if matches!(event, Event::Start(_)) {
                        if open.len() >= DEPTH_LIMIT {
                            return Ok(());
                        }
                        let property = property.or_else(|| open.last().and_then(|open| open.property));
                        open.push(Open { property, language, text: String::new() });
                    }
                }
                Event::Text(text) => {
                    if let Some(open) = open.last_mut().filter(|open| open.text.len() < TEXT_LIMIT) {
                        open.text.push_str(text);
                    }
                }
                Event::CData(text) => {
                    if let Some(open) = open.last_mut().filter(|open| open.text.len() < TEXT_LIMIT) {
                        open.text.push_str(text);
                    }
                }
                Event::GeneralRef(name) => {
                    if let Some(open) = open.last_mut().filter(|open| open.text.len() < TEXT_LIMIT) {
                        match name.resolve_char_ref() {
                            Ok(Some(c)) => open.text.push(c),
                            _ => open.text.push_str(entity(name)),
                        }
                    }
                }
                Event::End(_) => {
                    if let Some(Open { property: Some(property), language, text }) = open.pop() {
                        property.of(self, &language, &text);
                    }
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }
}

/// An element that is open.
struct Open {
    property: Option<Property>,
    language: String,
    text: String,
}

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const DC: &str = "http://purl.org/dc/elements/1.1/";
const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
const RIGHTS: &str = "http://ns.adobe.com/xap/1.0/rights/";
const CORE: &str = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/";
const EXTENSION: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
const PLUS: &str = "http://ns.useplus.org/ldf/xmp/1.0/";

/// A property of XMP that is taken over.
#[derive(Clone, Copy)]
enum Property {
    Caption,
    AltText,
    By,
    Credit,
    CopyrightNotice,
    UsageTerms,
    WebStatement,
    LicensorUrl,
    DigitalSourceType,
    Instructions,
}

fn property((space, name): &(ResolveResult, quick_xml::name::LocalName)) -> Option<Property> {
    let ResolveResult::Bound(space) = space else { return None };
    Some(match (space.as_ref(), name.as_ref()) {
        (DC, "description") => Property::Caption,
        (DC, "creator") => Property::By,
        (DC, "rights") => Property::CopyrightNotice,
        (PHOTOSHOP, "Credit") => Property::Credit,
        (PHOTOSHOP, "Instructions") => Property::Instructions,
        (RIGHTS, "UsageTerms") => Property::UsageTerms,
        (RIGHTS, "WebStatement") => Property::WebStatement,
        (CORE, "AltTextAccessibility") => Property::AltText,
        (EXTENSION, "DigitalSourceType") => Property::DigitalSourceType,
        (PLUS, "LicensorURL") => Property::LicensorUrl,
        _ => return None,
    })
}

impl Property {
    /// Takes a text over. Of one in several languages the first counts, unless one is marked as the default.
    fn of(self, embedded: &mut Embedded, language: &str, text: &str) {
        let field = match self {
            Property::Caption => &mut embedded.caption,
            Property::AltText => &mut embedded.alt_text,
            Property::By => return add(&mut embedded.by, text),
            Property::Credit => &mut embedded.credit,
            Property::CopyrightNotice => &mut embedded.copyright_notice,
            Property::UsageTerms => &mut embedded.usage_terms,
            Property::WebStatement => &mut embedded.web_statement,
            Property::LicensorUrl => &mut embedded.licensor_url,
            Property::DigitalSourceType => &mut embedded.digital_source_type,
            Property::Instructions => &mut embedded.instructions,
        };
        let text = clean(text);
        if !text.is_empty() && (field.is_empty() || language == "x-default") {
            *field = text;
        }
    }
}

/// Adds a text to a list of them.
fn add(field: &mut String, text: &str) {
    let text = clean(text);
    if text.is_empty() || field.split(", ").any(|known| known == text) {
        return;
    }
    if !field.is_empty() {
        field.push_str(", ");
    }
    field.push_str(&text);
}

/// White space runs become one blank, control characters go; a long text is cut.
fn clean(text: &str) -> String {
    let mut clean = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if clean.len() + word.len() >= TEXT_LIMIT {
            break;
        }
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.extend(word.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')));
    }
    clean
}

/// The text of a record. Without a charset it is UTF-8 if it can be, else Windows-1252.
fn decoded(bytes: &[u8], is_utf8: bool) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) if is_utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

fn unescaped(attribute: &Attribute) -> String {
    quick_xml::escape::unescape(&attribute.value).map(Cow::into_owned).unwrap_or_default()
}

/// The five entities of XML; any other says nothing.
fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_xmp(inner: &str) -> Embedded {
        let xmp = format!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:d=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:ps=\"http://ns.adobe.com/photoshop/1.0/\" xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\" \
             xmlns:core=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\" xmlns:plus=\"http://ns.useplus.org/ldf/xmp/1.0/\" \
             xmlns:ext=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\">{inner}</rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
        );
        Embedded::read(None, Some(xmp.as_bytes().into()))
    }

    #[test]
    fn xmp_in_attributes_and_elements() {
        let embedded = of_xmp(
            "<rdf:Description ps:Credit=\"Longshore &amp; Co\" xmpRights:WebStatement=\"https://a.example/terms\" ext:DigitalSourceType=\"javascript:x\">\
             <d:description><rdf:Alt><rdf:li xml:lang=\"es\">El muelle</rdf:li><rdf:li xml:lang=\"x-default\">The  quay\n&#233; &lt;b&gt;</rdf:li></rdf:Alt></d:description>\
             <d:creator><rdf:Seq><rdf:li>Ana Reis</rdf:li><rdf:li>Tom Field</rdf:li></rdf:Seq></d:creator>\
             <core:AltTextAccessibility><rdf:Alt><rdf:li xml:lang=\"x-default\">A stone quay</rdf:li></rdf:Alt></core:AltTextAccessibility>\
             <plus:Licensor><rdf:Seq><rdf:li rdf:parseType=\"Resource\"><plus:LicensorURL>https://a.example/buy</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>\
             <xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang=\"x-default\">No sales</rdf:li></rdf:Alt></xmpRights:UsageTerms>\
             <ps:Instructions>ONLINE OUT</ps:Instructions></rdf:Description>",
        );
        let expected = Embedded {
            caption: "The quay é <b>".into(),
            alt_text: "A stone quay".into(),
            by: "Ana Reis, Tom Field".into(),
            credit: "Longshore & Co".into(),
            usage_terms: "No sales".into(),
            web_statement: "https://a.example/terms".into(),
            licensor_url: "https://a.example/buy".into(),
            instructions: "ONLINE OUT".into(),
            ..Embedded::default()
        };
        assert_eq!(embedded, expected);
        assert_eq!(embedded.terms(), ["No sales", "ONLINE OUT", ""]);
    }

    #[test]
    fn iim_in_three_charsets() {
        let record = |dataset: u8, text: &[u8]| [&[0x1c, 2, dataset, 0, text.len() as u8][..], text].concat();
        let latin = [record(120, b"Caf\xe9"), record(80, b"Ana"), record(80, b"Tom"), record(116, b"\xa9 A")].concat();
        let read = |iim: &[u8]| Embedded::read(Some(iim), None);
        let expected = Embedded {
            caption: "Café".into(),
            by: "Ana, Tom".into(),
            copyright_notice: "© A".into(),
            ..Embedded::default()
        };
        assert_eq!(read(&latin), expected);
        assert_eq!(read(&record(110, "Café".as_bytes())).credit, "Café");
        let marked = [&[0x1c, 1, 90, 0, 3, 0x1b, b'%', b'G'][..], &record(120, b"a\xffb")].concat();
        assert_eq!(read(&marked).caption, "a\u{fffd}b");
        for end in 0..latin.len() {
            read(&latin[..end]);
        }
    }

    #[test]
    fn xmp_counts_before_iim_and_faults_say_nothing() {
        let xmp = b"<x xmlns:d='http://purl.org/dc/elements/1.1/'><d:rights>A</d:rights><d:description>B</x>";
        let embedded = Embedded::read(Some(b"\x1c\x02\x74\0\x01Z\x1c\x02\x78\0\x01C"), Some(xmp[..].into()));
        assert_eq!((&*embedded.copyright_notice, &*embedded.caption), ("A", "C"));
        let deep = "<a>".repeat(100_000);
        assert_eq!(Embedded::read(None, Some(deep.as_bytes().into())), Embedded::default());
        let long = of_xmp(&format!("<d:rights>{}</d:rights>", "word ".repeat(10_000)));
        assert!(long.copyright_notice.len() < TEXT_LIMIT);
    }
}
