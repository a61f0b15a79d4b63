//! SVG: pictures that are documents, and may hold what runs in a reader's browser. Such ones are refused.

use super::{Facts, Flaw};
use crate::hash::Hash;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements that run something, or bring another document.
const ACTIVE: [&str; 12] = [
    "script",
    "foreignobject",
    "iframe",
    "object",
    "embed",
    "audio",
    "video",
    "canvas",
    "handler",
    "listener",
    "animate",
    "set",
];

/// Whether a file is an SVG, by the ending of its name.
pub fn is_svg(extension: &str) -> bool {
    extension.eq_ignore_ascii_case("svg")
}

/// The facts of an SVG.
pub fn facts(bytes: &[u8]) -> Result<Facts, Flaw> {
    let text = std::str::from_utf8(bytes).map_err(|_| Flaw::Broken("it is not UTF-8".to_string()))?;
    let text = text.trim_start_matches('\u{feff}');
    let broken = |why: &dyn std::fmt::Display| Flaw::Broken(why.to_string());
    let mut reader = Reader::from_str(text);
    let mut size = None;
    let mut in_style = false;
    loop {
        match reader.read_event().map_err(|error| broken(&error))? {
            Event::Eof => break,
            Event::DocType(doctype) if doctype.contains('[') => {
                return Err(Flaw::Active("declarations of its own".to_string()));
            }
            Event::PI(instruction) if instruction.starts_with("xml-stylesheet") => {
                return Err(Flaw::Active("a style sheet of another file".to_string()));
            }
            Event::Start(tag) => {
                size.get_or_insert(element(&tag, size.is_none())?);
                in_style = tag.local_name().into_inner().eq_ignore_ascii_case("style");
            }
            Event::Empty(tag) => {
                size.get_or_insert(element(&tag, size.is_none())?);
            }
            Event::End(_) => in_style = false,
            Event::Text(css) if in_style => style(&css)?,
            Event::CData(css) if in_style => style(&css)?,
            _ => {}
        }
    }
    let (width, height) = size.ok_or_else(|| Flaw::Broken("it has no element".to_string()))?;
    Ok(Facts { hash: Hash::of(bytes), length: bytes.len() as u64, ..Facts::of_size(width, height) })
}

/// Looks at an element; gives the size that it states.
fn element(tag: &BytesStart, is_root: bool) -> Result<(u32, u32), Flaw> {
    let name = tag.local_name().into_inner().to_ascii_lowercase();
    if is_root && name != "svg" {
        return Err(Flaw::Broken(format!("it begins with `{}`", name.escape_debug())));
    }
    if ACTIVE.contains(&&*name) {
        return Err(Flaw::Active(format!("an element `{name}`")));
    }
    let (mut width, mut height, mut view) = (0, 0, (0, 0));
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| Flaw::Broken(error.to_string()))?;
        let key = attribute.key.local_name().into_inner().to_ascii_lowercase();
        let value = attribute.value.trim().to_string();
        match &*key {
            key if key.starts_with("on") => return Err(Flaw::Active(format!("an attribute `{key}`"))),
            "href" | "src" => link(&name, &value)?,
            "width" => width = pixels(&value),
            "height" => height = pixels(&value),
            "viewbox" => view = view_box(&value),
            _ => style(&value)?,
        }
    }
    Ok(if width > 0 && height > 0 { (width, height) } else { view })
}

/// An address: of a part of the picture, of a picture in it, or, of a link, of a page.
fn link(element: &str, value: &str) -> Result<(), Flaw> {
    let value = value.to_ascii_lowercase();
    let is_picture =
        ["png", "jpeg", "jpg", "gif", "webp"].iter().any(|form| value.starts_with(&format!("data:image/{form};")));
    let is_page = element == "a" && (value.starts_with("https://") || value.starts_with("http://"));
    match value.is_empty() || value.starts_with('#') || is_picture || is_page {
        true => Ok(()),
        false => Err(Flaw::Active("an address of another file".to_string())),
    }
}

/// Style, or any other value that may name a file as style does.
fn style(value: &str) -> Result<(), Flaw> {
    let value = value.to_ascii_lowercase();
    let mut rest = &*value;
    while let Some(at) = rest.find("url(") {
        rest = rest[at + 4..]
            .trim_start_matches([' ', '"', '\''])
            .trim_start_matches("&quot;")
            .trim_start_matches("&apos;");
        if !rest.starts_with('#') && !rest.starts_with("data:image/") {
            return Err(Flaw::Active("an address of another file".to_string()));
        }
    }
    // Escapes of CSS and of XML could spell any word.
    let is_hidden = (value.contains('\\') || value.contains("&#")) && value.contains('(');
    match value.contains("@import") || is_hidden {
        true => Err(Flaw::Active("a style of another file".to_string())),
        false => Ok(()),
    }
}

/// A length in pixels; 0 where it is in another unit.
fn pixels(value: &str) -> u32 {
    value
        .trim_end_matches("px")
        .parse::<f64>()
        .ok()
        .filter(|pixels| *pixels < 1e6)
        .map_or(0, |pixels| pixels.round() as u32)
}

fn view_box(value: &str) -> (u32, u32) {
    let mut numbers = value.split([' ', ',']).filter(|part| !part.is_empty()).map(pixels).skip(2);
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_drawings_have_their_size() {
        for (svg, size) in [
            ("<svg xmlns='http://www.w3.org/2000/svg' width='900' height='60px'/>", (900, 60)),
            (
                "\u{feff}<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\"><svg viewBox=\"0 0 24 12\"/>",
                (24, 12),
            ),
            (
                "<svg width='100%' height='100%'><style>a{fill:url(#a)}</style><a href='https://a.example/'/></svg>",
                (0, 0),
            ),
            (
                "<svg><use xlink:href='#a'/><image href='data:image/png;base64,AA=='/><text>on &lt;script></text></svg>",
                (0, 0),
            ),
        ] {
            let found = facts(svg.as_bytes()).map(|facts| (facts.width, facts.height));
            assert_eq!(found.ok(), Some(size), "{svg}");
        }
    }

    #[test]
    fn what_could_run_is_refused() {
        for svg in [
            "<svg><script>alert(1)</script></svg>",
            "<svg><SCRIPT/></svg>",
            "<svg><s:script xmlns:s='http://www.w3.org/2000/svg'/></svg>",
            "<svg onload='x'/>",
            "<svg><a href='javascript:alert(1)'/></svg>",
            "<svg><a xlink:href='&#106;avascript:alert(1)'/></svg>",
            "<svg><use href='https://a.example/x.svg#a'/></svg>",
            "<svg><image href='/media/x.png'/></svg>",
            "<svg><image href='data:image/svg+xml;base64,AA'/></svg>",
            "<svg><foreignObject/></svg>",
            "<svg><set attributeName='href' to='javascript:x'/></svg>",
            "<svg><rect style='fill:url(https://a.example/)'/></svg>",
            "<svg><rect fill='url( &quot;//a.example/&quot;)'/></svg>",
            "<svg><style>@import 'x.css'</style></svg>",
            "<svg><style><![CDATA[a{background:u\\72l(x)}]]></style></svg>",
            "<?xml-stylesheet href='x.css'?><svg/>",
            "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>",
        ] {
            assert!(matches!(facts(svg.as_bytes()), Err(Flaw::Active(_))), "{svg}: {:?}", facts(svg.as_bytes()));
        }
        for svg in ["", "text", "<html/>", "<svg", "<svg></b>", "\u{feff}"] {
            assert!(matches!(facts(svg.as_bytes()), Err(Flaw::Broken(_))), "{svg}");
        }
        assert!(facts(b"\xff\xfe<\0s\0").is_err());
    }
}
