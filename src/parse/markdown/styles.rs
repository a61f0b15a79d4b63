//! Whether the attributes of an element hide its text from the readers of a page.
//!
//! The page keeps neither `style` nor `popover`, so text that they hide would come to light. They are read as a browser reads them:
//! entities first, then the declarations of CSS, of which the last valid one counts, and before it one that is `!important`. What a
//! value comes to can be open (`var()`, `calc()`); a text that may be hidden counts as hidden.

use super::tags::Tag;
use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, RuleBodyParser, Token, color::parse_named_color,
};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token as HtmlToken, TokenSink, TokenSinkResult, Tokenizer};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Whether an element with these attributes is hidden.
pub(super) fn attributes_hide(attributes: &str) -> bool {
    let tag = Tag { name: "", ends: false, attributes };
    // No attribute is shorter than `style`.
    attributes.len() > 5
        && (["hidden", "popover"].into_iter().any(|name| tag.attribute(name).is_some())
            || tag.attribute("style").is_some_and(|style| declarations_hide(&decoded(style))))
}

/// The value of an attribute without its entities.
fn decoded(value: &str) -> String {
    if !value.contains('&') {
        return value.to_string();
    }
    let sink = Value(RefCell::default());
    let tokenizer = Tokenizer::new(sink, Default::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(format!("<p a=\"{}\">", value.replace('"', "&quot;")).as_str()));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

struct Value(RefCell<String>);

impl TokenSink for Value {
    type Handle = ();

    fn process_token(&self, token: HtmlToken, _line: u64) -> TokenSinkResult<()> {
        if let HtmlToken::TagToken(tag) = token
            && let Some(attribute) = tag.attrs.first()
        {
            *self.0.borrow_mut() = attribute.value.to_string();
        }
        TokenSinkResult::Continue
    }
}

fn declarations_hide(style: &str) -> bool {
    let mut parser = Parser::new(style);
    let mut declared = Declared::default();
    for (property, parts) in RuleBodyParser::new(&mut parser, &mut Reader).flatten() {
        declared.take(&property, parts);
    }
    declared.hide()
}

/// A piece of a value.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    /// In lower case.
    Word(String),
    Number(f32),
    /// 1 is a hundred per cent.
    Percentage(f32),
    /// In pixels.
    Length(f32),
    Hash(String),
    /// The name of a function, before what stands in it.
    Function(String),
    /// The end of a function.
    End,
    Sign(char),
}

/// Reads declarations: the name of the property in lower case, and the value.
struct Reader;

type Read = (String, Vec<Part>);

impl<'i> DeclarationParser<'i> for Reader {
    type Declaration = Read;
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
        _start: &ParserState,
    ) -> Result<Read, ParseError<()>> {
        let mut parts = Vec::new();
        read_parts(input, &mut parts)?;
        Ok((name.to_ascii_lowercase(), parts))
    }
}

impl AtRuleParser<'_> for Reader {
    type Prelude = ();
    type AtRule = Read;
    type Error = ();
}

impl QualifiedRuleParser<'_> for Reader {
    type Prelude = ();
    type QualifiedRule = Read;
    type Error = ();
}

impl RuleBodyItemParser<'_, Read, ()> for Reader {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}

fn read_parts(input: &mut Parser, parts: &mut Vec<Part>) -> Result<(), ParseError<()>> {
    while let Ok(token) = input.next() {
        let part = match token {
            Token::Ident(word) => Part::Word(word.to_ascii_lowercase()),
            Token::Number { value, .. } => Part::Number(*value),
            Token::Percentage { unit_value, .. } => Part::Percentage(*unit_value),
            Token::Dimension { value, unit, .. } => Part::Length(value * pixels(unit)),
            Token::Hash(hash) | Token::IDHash(hash) => Part::Hash(hash.to_ascii_lowercase()),
            Token::Function(name) => Part::Function(name.to_ascii_lowercase()),
            Token::Delim(sign) => Part::Sign(*sign),
            Token::Comma => Part::Sign(','),
            _ => Part::Sign('?'),
        };
        let is_function = matches!(part, Part::Function(_));
        parts.push(part);
        if is_function {
            input.parse_nested_block(|inner| read_parts(inner, parts))?;
            parts.push(Part::End);
        }
    }
    Ok(())
}

/// The length of a unit, roughly: it is only asked whether something is nothing, or far away.
fn pixels(unit: &str) -> f32 {
    match unit.to_ascii_lowercase().as_str() {
        "em" | "rem" | "pc" | "ic" | "lh" | "rlh" => 16.0,
        "cm" => 38.0,
        "in" => 96.0,
        "px" | "pt" => 1.0,
        "mm" => 4.0,
        _ => 8.0,
    }
}

/// From this many pixels on, something beside the page is out of sight.
const FAR: f32 = 500.0;

/// What is declared of the properties that can hide text: whether it hides, and whether it is important.
#[derive(Default)]
struct Declared(BTreeMap<&'static str, (bool, bool)>);

/// The properties that can hide text, alone or with another; a shorthand counts as the one of them that it sets.
const PROPERTIES: &[(&str, &str)] = &[
    ("block-size", "size"),
    ("bottom", "offset"),
    ("clip", "clip"),
    ("clip-path", "clip-path"),
    ("color", "color"),
    ("content-visibility", "content-visibility"),
    ("display", "display"),
    ("filter", "filter"),
    ("font", "font-size"),
    ("font-size", "font-size"),
    ("font-size-adjust", "font-size-adjust"),
    ("height", "height"),
    ("inline-size", "size"),
    ("inset", "offset"),
    ("left", "left"),
    ("margin", "margin"),
    ("margin-left", "margin-left"),
    ("margin-top", "margin-top"),
    ("max-height", "max-height"),
    ("max-width", "max-width"),
    ("mso-hide", "mso-hide"),
    ("opacity", "opacity"),
    ("overflow", "overflow"),
    ("position", "position"),
    ("right", "right"),
    ("scale", "transform"),
    ("text-fill-color", "text-fill-color"),
    ("text-indent", "text-indent"),
    ("top", "top"),
    ("transform", "transform"),
    ("translate", "translate"),
    ("visibility", "visibility"),
    ("width", "width"),
];

impl Declared {
    fn take(&mut self, property: &str, mut parts: Vec<Part>) {
        let is_important = parts.len() > 2
            && parts[parts.len() - 2] == Part::Sign('!')
            && parts[parts.len() - 1] == Part::Word("important".to_string());
        if is_important {
            parts.truncate(parts.len() - 2);
        }
        let property = property.strip_prefix("-webkit-").unwrap_or(property);
        let Ok(at) = PROPERTIES.binary_search_by_key(&property, |(name, _)| *name) else { return };
        let Some(hides) = value_hides(PROPERTIES[at].0, &parts) else { return };
        let declared = self.0.entry(PROPERTIES[at].1).or_insert((hides, is_important));
        if is_important || !declared.1 {
            *declared = (hides, is_important);
        }
    }

    fn hide(&self) -> bool {
        const ALONE: &[&str] = &[
            "clip-path",
            "content-visibility",
            "display",
            "filter",
            "font-size",
            "font-size-adjust",
            "margin",
            "margin-left",
            "margin-top",
            "mso-hide",
            "opacity",
            "text-fill-color",
            "text-indent",
            "transform",
            "translate",
            "visibility",
        ];
        let is = |property: &&str| self.0.get(property).is_some_and(|(hides, _)| *hides);
        let any = |properties: &[&str]| properties.iter().any(is);
        any(ALONE)
            || is(&"color") && !self.0.contains_key("text-fill-color")
            || is(&"position") && any(&["clip", "offset", "left", "right", "top"])
            || is(&"overflow") && any(&["height", "max-height", "max-width", "size", "width"])
    }
}

/// Whether a value of a property hides text; for `position` and `overflow`, whether it lets another do so. `None` for a value that
/// browsers pass over, as far as that can be known.
fn value_hides(property: &str, parts: &[Part]) -> Option<bool> {
    const WIDE: &[&str] = &["inherit", "initial", "revert", "revert-layer", "unset"];
    let word = match parts {
        [Part::Word(word)] => word.as_str(),
        [] => return None,
        _ => "",
    };
    if WIDE.contains(&word) {
        return Some(false);
    }
    let has_function = parts.iter().any(|part| matches!(part, Part::Function(_)));
    match property {
        "display" if has_function => Some(true),
        "display" => {
            let is_known =
                |part: &Part| matches!(part, Part::Word(word) if DISPLAYS.binary_search(&word.as_str()).is_ok());
            if word == "none" { Some(true) } else { parts.iter().all(is_known).then_some(false) }
        }
        "visibility" | "content-visibility" if has_function => Some(true),
        "visibility" | "content-visibility" => match word {
            "hidden" => Some(true),
            "collapse" => (property == "visibility").then_some(true),
            "visible" => Some(false),
            "auto" => (property == "content-visibility").then_some(false),
            _ => None,
        },
        "mso-hide" => Some(word != "none"),
        "opacity" if has_function => Some(true),
        "opacity" | "font-size-adjust" => match parts {
            [Part::Number(value) | Part::Percentage(value)] => Some(*value <= 0.0),
            _ => None,
        },
        "font-size" | "font" => font_size(property, word, parts, has_function),
        "color" | "text-fill-color" => color(word, parts),
        "position" => Some(word != "static"),
        "overflow" => {
            Some(parts.iter().any(|part| matches!(part, Part::Word(word) if word == "hidden" || word == "clip")))
        }
        "filter" => Some(opaque(parts, "opacity")),
        "clip" => Some(spread(parts).is_some_and(|(least, most)| most - least <= 1.0)),
        "clip-path" => Some(clipped(parts)),
        "transform" if opaque(parts, "scale") || opaque(parts, "scalex") || opaque(parts, "scaley") => Some(true),
        "scale" => Some(numbers(parts).any(|value| value == 0.0)),
        "height" | "width" | "max-height" | "max-width" | "block-size" | "inline-size" => {
            Some(spread(parts).is_some_and(|(least, most)| least >= 0.0 && most <= 1.0))
        }
        // The others move text out of sight.
        _ => Some(spread(parts).is_some_and(|(least, _)| least <= -FAR)),
    }
}

/// The numbers of a value, a hundred per cent being 1.
fn numbers(parts: &[Part]) -> impl Iterator<Item = f32> {
    parts.iter().filter_map(|part| match part {
        Part::Number(value) | Part::Percentage(value) | Part::Length(value) => Some(*value),
        _ => None,
    })
}

/// The least and the greatest of the lengths of a value; a hundred per cent are as many pixels as a page is wide.
fn spread(parts: &[Part]) -> Option<(f32, f32)> {
    let lengths = parts.iter().filter_map(|part| match part {
        Part::Number(value) | Part::Length(value) => Some(*value),
        Part::Percentage(value) => Some(value * 1000.0),
        _ => None,
    });
    lengths.fold(None, |spread, value| {
        let (least, most) = spread.unwrap_or((value, value));
        Some((value.min(least), value.max(most)))
    })
}

/// Whether a value has a function of this name with a nought in it.
fn opaque(parts: &[Part], wanted: &str) -> bool {
    parts.iter().enumerate().any(|(at, part)| {
        let inner = parts[at + 1..].split(|part| *part == Part::End).next().unwrap_or_default();
        matches!(part, Part::Function(name) if name == wanted) && numbers(inner).any(|value| value <= 0.0)
    })
}

fn clipped(parts: &[Part]) -> bool {
    let Some(Part::Function(name)) = parts.first() else { return false };
    let most = numbers(parts).fold(0.0, f32::max);
    match name.as_str() {
        "inset" => parts.iter().any(|part| matches!(part, Part::Percentage(value) if *value >= 0.5)),
        "circle" | "ellipse" | "rect" | "xywh" | "polygon" => most <= 0.0 && numbers(parts).next().is_some(),
        _ => false,
    }
}

fn font_size(property: &str, word: &str, parts: &[Part], has_function: bool) -> Option<bool> {
    const SIZES: &[&str] = &[
        "larger",
        "large",
        "math",
        "medium",
        "small",
        "smaller",
        "x-large",
        "x-small",
        "xx-large",
        "xx-small",
        "xxx-large",
    ];
    if property == "font" {
        // The size stands before the stroke; the weight is a number of at least 1.
        let before = parts.split(|part| *part == Part::Sign('/')).next().unwrap_or_default();
        let has_none = before.iter().any(
            |part| matches!(part, Part::Number(value) | Part::Length(value) | Part::Percentage(value) if *value == 0.0),
        );
        let has_one = before.iter().any(|part| match part {
            Part::Length(_) | Part::Percentage(_) => true,
            Part::Word(word) => SIZES.contains(&word.as_str()),
            _ => false,
        });
        return if has_none { Some(true) } else { has_one.then_some(false) };
    }
    if has_function {
        let mut values = numbers(parts).peekable();
        return Some(values.peek().is_some() && values.all(|value| value == 0.0));
    }
    match parts {
        [Part::Number(0.0)] => Some(true),
        [Part::Length(value) | Part::Percentage(value)] if *value >= 0.0 => Some(*value == 0.0),
        _ => SIZES.contains(&word).then_some(false),
    }
}

fn color(word: &str, parts: &[Part]) -> Option<bool> {
    match parts {
        _ if word == "transparent" => Some(true),
        [Part::Word(_)] => {
            (word == "currentcolor" || parse_named_color(word).is_ok() || is_system_color(word)).then_some(false)
        }
        [Part::Hash(hash)] if !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => None,
        [Part::Hash(hash)] => match hash.len() {
            3 | 6 => Some(false),
            4 | 8 => Some(hash.ends_with(if hash.len() == 4 { "0" } else { "00" })),
            _ => None,
        },
        [Part::Function(_), inner @ ..] => {
            let values: Vec<f32> = numbers(inner).collect();
            let has_alpha = values.len() > 3 || inner.contains(&Part::Sign('/'));
            Some(has_alpha && values.last().is_some_and(|alpha| *alpha <= 0.0))
        }
        _ => None,
    }
}

fn is_system_color(word: &str) -> bool {
    matches!(
        word,
        "windowtext"
            | "canvastext"
            | "linktext"
            | "visitedtext"
            | "activetext"
            | "buttontext"
            | "fieldtext"
            | "highlighttext"
            | "graytext"
            | "marktext"
    )
}

/// Words of `display` under which an element is shown.
const DISPLAYS: &[&str] = &[
    "-moz-box",
    "-moz-inline-box",
    "-ms-flexbox",
    "-ms-grid",
    "-webkit-box",
    "-webkit-flex",
    "-webkit-inline-box",
    "-webkit-inline-flex",
    "block",
    "contents",
    "flex",
    "flow",
    "flow-root",
    "grid",
    "inline",
    "inline-block",
    "inline-flex",
    "inline-grid",
    "inline-table",
    "list-item",
    "math",
    "ruby",
    "ruby-base",
    "ruby-base-container",
    "ruby-text",
    "ruby-text-container",
    "run-in",
    "table",
    "table-caption",
    "table-cell",
    "table-column",
    "table-column-group",
    "table-footer-group",
    "table-header-group",
    "table-row",
    "table-row-group",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order() {
        assert!(PROPERTIES.is_sorted() && DISPLAYS.is_sorted());
    }

    #[track_caller]
    fn check(style: &str, hides: bool) {
        for attributes in [format!(" style=\"{style}\""), format!(" class=x STYLE = '{style}' id=y")] {
            assert_eq!(attributes_hide(&attributes), hides, "{attributes}");
        }
    }

    #[test]
    fn styles_that_hide() {
        for style in [
            "display:none",
            "display : none",
            "DISPLAY:NONE",
            "display:none;",
            ";display:none",
            "color:red;display:none",
            "display:&#110;one",
            "display:&#x6e;one",
            "display&colon;none",
            "color:red&semi;display:none",
            "display:&Tab;none&NewLine;",
            "display:/**/none",
            "display/* ; */:none",
            "/*x*/display:none",
            "display:none/*",
            "dis\\70lay:none",
            "dis\\70 lay:none",
            "display:\\6e one",
            "display:n\\6fne",
            "display:none!important",
            "display:none ! important",
            "display:none!important;display:block",
            "display:block;display:none",
            "display:none;display:bogus",
            "display:none;display:block block2",
            "display:var(--x)",
            "@media {};display:none",
            "@x {} display:none",
            "visibility:hidden",
            "visibility:hidden!important",
            "visibility:collapse",
            "content-visibility:hidden",
            "opacity:0",
            "opacity:0.0",
            "opacity:.0",
            "opacity:0e3",
            "opacity:0%",
            "opacity:-1",
            "opacity:calc(0)",
            "filter:opacity(0)",
            "font-size:0",
            "font-size:0px",
            "font-size:0.0em",
            "font-size:calc(0px)",
            "font:0/0 a",
            "font:bold 0px Arial",
            "color:transparent",
            "color:#0000",
            "color:#12345600",
            "color:rgba(0,0,0,0)",
            "color:rgb(0 0 0 / 0%)",
            "color:transparent;color:bogus",
            "-webkit-text-fill-color:transparent",
            "text-indent:-9999px",
            "text-indent:-100em",
            "position:absolute;left:-9999px",
            "position:fixed;top:-200%",
            "position:absolute;clip:rect(0,0,0,0)",
            "position:absolute;clip:rect(1px 1px 1px 1px)",
            "clip-path:inset(50%)",
            "clip-path:circle(0)",
            "height:0;overflow:hidden",
            "width:1px;overflow:hidden;height:1px",
            "transform:scale(0)",
            "transform:translateX(-9999px)",
            "margin-left:-9999px",
            "mso-hide:all",
        ] {
            check(style, true);
        }
        for attributes in
            [" hidden", " HIDDEN=\"until-found\"", " popover", " popover=manual", "/hidden/", " style=display:none"]
        {
            assert!(attributes_hide(attributes), "{attributes}");
        }
    }

    #[test]
    fn styles_that_show() {
        for style in [
            "",
            "display:block",
            "display:none;display:block",
            "display:block!important;display:none",
            "display:inline flex",
            "display:none none",
            "display:\"none\"",
            "display:none2",
            "xdisplay:none",
            "--display:none",
            "*display:none",
            "/*display:none*/",
            "content:';display:none'",
            "background:url(x;display:none)",
            "a{display:none}",
            "visibility:visible",
            "opacity:1",
            "opacity:0.5",
            "opacity:50%",
            "font-size:12px",
            "font-size:1e1pt",
            "font-size:clamp(1rem, 2vw, 0px)",
            "font-size:var(--size)",
            "font:12px/0 Arial",
            "font:bold 1em 'Times'",
            "color:red",
            "color:#000",
            "color:#0000ff",
            "color:rgba(0,0,0,.5)",
            "color:rgb(255, 0, 0)",
            "color:windowtext",
            "color:transparent;-webkit-text-fill-color:black",
            "text-indent:-18.0pt",
            "left:-9999px",
            "position:absolute;left:10px",
            "height:0",
            "overflow:hidden",
            "width:100%;overflow:hidden",
            "margin:0 auto",
            "margin-left:-.25in",
            "transform:rotate(0)",
            "clip-path:none",
            "mso-hide:none",
            "position:absolute;clip:auto",
        ] {
            check(style, false);
        }
        for attributes in ["", " title=\"hidden\"", " data-hidden", " aria-hidden=true", " inert", " style"] {
            assert!(!attributes_hide(attributes), "{attributes}");
        }
    }

    #[test]
    fn deep_and_long_styles_are_read() {
        assert!(declarations_hide(&format!("{}display:none", "color:red;".repeat(20_000))));
        let _ = declarations_hide(&"calc(".repeat(20_000));
        let _ = declarations_hide(&format!("display:{}", "calc(".repeat(20_000)));
        let _ = declarations_hide(&format!("x:{}", "{[(".repeat(20_000)));
    }
}
