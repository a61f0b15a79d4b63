//! What of marked-up text readers see: not what is hidden or deleted, no tracking picture, and raised figures never as plain ones.

use super::dom::Element;

/// Whether a page would not show an element.
pub(super) fn is_hidden(element: &Element<'_>) -> bool {
    if element.attributes.is_empty() {
        return false;
    }
    if element
        .attributes
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("hidden") && !value.eq_ignore_ascii_case("false"))
    {
        return true;
    }
    let style = element.attribute("style").is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        let value = |name: &str, values: &[&str]| {
            style
                .split(';')
                .filter_map(|one| one.split_once(':'))
                .any(|(key, value)| key == name && values.contains(&value.trim_end_matches("!important")))
        };
        value("display", &["none"])
            || value("visibility", &["hidden", "collapse"])
            || value("mso-hide", &["all"])
            || value("font-size", &["0", "0px", "0pt", "0em", "0%"])
            || value("opacity", &["0", "0.0", "0%"])
    });
    style || has_class(element, &["hidden", "d-none", "hide", "invisible", "display-none", "is-hidden"])
}

/// Whether an element is text that an editor deleted and whose change is still tracked.
pub(super) fn is_deleted(element: &Element<'_>) -> bool {
    element.is("del")
        || element.is("delText")
        || has_class(
            element,
            &["ice-del", "del", "deleted", "deletion", "msodel", "track-delete", "track-deleted", "tracked-deletion"],
        )
}

/// Whether an element is text that an editor put in place of other text: what is struck through beside it is deleted.
pub(super) fn is_inserted(element: &Element<'_>) -> bool {
    element.is("ins")
        || has_class(element, &["ice-ins", "ins", "msoins", "track-insert", "track-inserted", "tracked-insertion"])
}

/// Whether text in an element is struck through.
pub(super) fn is_struck(element: &Element<'_>) -> bool {
    element.is("s")
        || element.is("strike")
        || element.attribute("style").is_some_and(|style| style.to_ascii_lowercase().contains("line-through"))
}

fn has_class(element: &Element<'_>, words: &[&str]) -> bool {
    element.attribute("class").is_some_and(|classes| {
        classes.split_ascii_whitespace().any(|class| words.iter().any(|word| class.eq_ignore_ascii_case(word)))
    })
}

/// Whether a picture of this size is there to count readers, not to be seen.
pub(super) fn is_pixel(width: Option<&str>, height: Option<&str>) -> bool {
    let small = |size: Option<&str>| {
        let digits = size.map(|size| size.trim().trim_end_matches("px"))?;
        Some(digits.parse::<f64>().is_ok_and(|size| size <= 3.0))
    };
    matches!((small(width), small(height)), (Some(true), Some(true) | None) | (None, Some(true)))
}

/// Whether an `img` element counts readers: it is a pixel by its size or style, or by the name of its file, or it is hidden.
pub(super) fn is_tracker(image: &Element<'_>) -> bool {
    let style = image.attribute("style").unwrap_or("").to_ascii_lowercase();
    let of_style = |name: &str| {
        let mut parts = style.split(';').filter_map(|one| one.split_once(':'));
        parts.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
    };
    let width = image.attribute("width").or(of_style("width"));
    let height = image.attribute("height").or(of_style("height"));
    let file = image.attribute("src").unwrap_or("").split(['?', '#']).next().unwrap_or("");
    let stem = file.rsplit('/').next().unwrap_or("").rsplit_once('.').map_or("", |(stem, _)| stem).to_ascii_lowercase();
    // The counter of a service of press releases has no size and no name of a file.
    let is_counter = image.attribute("src").is_some_and(|source| source.contains("/newsroom/ti?"));
    is_hidden(image)
        || is_counter
        || is_pixel(width, height)
        || matches!(
            stem.as_str(),
            "1x1" | "pixel" | "spacer" | "blank" | "clear" | "transparent" | "beacon" | "tracker"
        )
}

/// `4<frac>…` is four and a quarter, whatever the agency calls the two parts.
pub(super) fn fraction(element: &Element<'_>) -> String {
    let part = |names: &[&str]| names.iter().find_map(|name| element.find(name)).and_then(Element::text);
    let numerator = part(&["numer", "frac-num", "num", "numerator"]);
    let denominator = part(&["denom", "frac-den", "den", "denominator"]);
    match (numerator, denominator) {
        (Some(numerator), Some(denominator)) => format!(" {numerator}/{denominator}"),
        _ => format!(" {}", element.text().unwrap_or_default()),
    }
}

/// Raised text: figures and signs have characters of their own, so that `10` and a raised `6` are not 106. Letters stay (`1st`).
pub(super) fn raised(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0' => '⁰',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4'..='9' => char::from_u32(0x2070 + (c as u32 - '0' as u32)).unwrap_or(c),
            '+' => '⁺',
            '-' | '−' | '–' => '⁻',
            '=' => '⁼',
            '(' => '⁽',
            ')' => '⁾',
            'n' if text.trim().len() == 1 => 'ⁿ',
            c => c,
        })
        .collect()
}

/// Lowered text: figures and signs have characters of their own.
pub(super) fn lowered(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(0x2080 + (c as u32 - '0' as u32)).unwrap_or(c),
            '+' => '₊',
            '-' | '−' | '–' => '₋',
            '=' => '₌',
            '(' => '₍',
            ')' => '₎',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::html;

    fn first(html: &str) -> Element<'static> {
        html::parse(html).elements().next().unwrap().clone()
    }

    #[test]
    fn hidden_elements_and_tracking_pictures() {
        for html in [
            "<p hidden>",
            "<p hidden=''>",
            "<div style='color: red; DISPLAY : none !important'>",
            "<span style='visibility:hidden'>",
            "<span style='font-size:0'>",
            "<li class='x d-none'>",
        ] {
            assert!(is_hidden(&first(html)), "{html}");
        }
        for html in [
            "<p>",
            "<p hidden='false'>",
            "<p style='display:block'>",
            "<p style='font-size:10px'>",
            "<p class='hidden-gem'>",
        ] {
            assert!(!is_hidden(&first(html)), "{html}");
        }
        for html in [
            "<img src='a.gif' width='1' height='1'>",
            "<img src='a.gif' width='1px' height='1px'>",
            "<img src='a.gif' height=0>",
            "<img src='a.gif' style='width:1px; height:1px'>",
            "<img src='https://t.example/1x1.gif?id=7'>",
            "<img src='a.gif' style='display:none'>",
        ] {
            assert!(is_tracker(&first(html)), "{html}");
        }
        for html in [
            "<img src='a.jpg' width='100%' height='1'>",
            "<img src='a.jpg' width='600' height='1'>",
            "<img src='pixel-art.png'>",
            "<img src='https://x.example/newsroom/tiles.png?nf=1'>",
        ] {
            assert!(!is_tracker(&first(html)), "{html}");
        }
    }

    #[test]
    fn raised_and_lowered_signs() {
        assert_eq!(raised("-6"), "⁻⁶");
        assert_eq!(raised("(1)"), "⁽¹⁾");
        assert_eq!(raised("th"), "th");
        assert_eq!(raised("n"), "ⁿ");
        assert_eq!(lowered("2"), "₂");
    }
}
