//! Paths of a mapping: `story.texts[role=main].value`, `Head.Author[*].@name`.

/// The longest path, in bytes.
const LENGTH: usize = 500;
/// The most steps of a path.
const STEPS: usize = 20;

/// The way from an item to a value in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    text: String,
    /// From the item inwards; none for the item itself.
    pub steps: Vec<Step>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// A key of JSON, or an element or attribute of XML by its local name; empty for the list that the way begins at.
    pub name: Name,
    /// Which of several.
    pub pick: Pick,
}

/// What a step asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// The entries of the list itself.
    Itself,
    /// A key or an element.
    Child(String),
    /// An attribute.
    Attribute(String),
}

/// Which of several values of one name.
#[derive(Clone, Debug, PartialEq)]
pub enum Pick {
    /// In XML the first; in JSON the value as it is.
    First,
    /// All of a list, or all elements of the name.
    All,
    /// The one with this number, from 0.
    Number(usize),
    /// All that have this text in a key, element or attribute of theirs.
    Where(Name, String),
}

impl Path {
    /// Reads a path; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Path, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("it is empty".to_string());
        }
        if text.len() > LENGTH {
            return Err(format!("it is longer than {LENGTH} bytes"));
        }
        let mut steps = Vec::new();
        if text != "." {
            let mut rest = Some(text);
            while let Some(text) = rest {
                if steps.len() == STEPS {
                    return Err(format!("it has more than {STEPS} steps"));
                }
                let (step, after) = step(text, steps.is_empty())?;
                rest = match after.strip_prefix('.') {
                    Some(more) => Some(more),
                    None if after.is_empty() => None,
                    None => return Err(format!("`{}` stands where a point is expected", first(after))),
                };
                if rest.is_some() && matches!(step.name, Name::Attribute(_)) {
                    return Err("an attribute is the end of the way".to_string());
                }
                steps.push(step);
            }
        }
        Ok(Path { text: text.to_string(), steps })
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn first(text: &str) -> char {
    text.chars().next().unwrap_or(' ')
}

/// A step, and what stands after it.
fn step(text: &str, is_first: bool) -> Result<(Step, &str), String> {
    let (name, rest) = if is_first && text.starts_with('[') { (Name::Itself, text) } else { name(text)? };
    let Some(inner) = rest.strip_prefix('[') else { return Ok((Step { name, pick: Pick::First }, rest)) };
    if matches!(name, Name::Attribute(_)) {
        return Err("an attribute has one value".to_string());
    }
    if let Some(rest) = inner.strip_prefix("*]") {
        return Ok((Step { name, pick: Pick::All }, rest));
    }
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(rest) = inner[digits..].strip_prefix(']').filter(|_| digits > 0) {
        let number = inner[..digits].parse().map_err(|_| "a number is too large".to_string())?;
        return Ok((Step { name, pick: Pick::Number(number) }, rest));
    }
    if !inner.contains(']') {
        return Err("a bracket is not closed".to_string());
    }
    let (own, rest) = self::name(inner)?;
    let rest = rest.strip_prefix('=').ok_or("in brackets stand a number, `*` or `name=text`")?;
    let (wanted, rest) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or("a quotation mark is not closed")?,
        None => rest.split_at(rest.find(']').unwrap_or(rest.len())),
    };
    let rest = rest.strip_prefix(']').ok_or("a bracket is not closed")?;
    Ok((Step { name, pick: Pick::Where(own, wanted.to_string()) }, rest))
}

/// A name, and what stands after it.
fn name(text: &str) -> Result<(Name, &str), String> {
    let (is_attribute, text) = match text.strip_prefix('@') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (name, rest) = match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or("a quotation mark is not closed")?,
        None => text.split_at(text.find(['.', '[', ']', '=', '@', '"']).unwrap_or(text.len())),
    };
    if name.trim().is_empty() {
        return Err("a name is empty".to_string());
    }
    let name = name.to_string();
    Ok((if is_attribute { Name::Attribute(name) } else { Name::Child(name) }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(name: &str) -> Name {
        Name::Child(name.to_string())
    }

    #[test]
    fn the_forms_of_a_path() {
        for (text, expected) in [
            (".", vec![]),
            ("a", vec![(child("a"), Pick::First)]),
            ("dc:title.$t", vec![(child("dc:title"), Pick::First), (child("$t"), Pick::First)]),
            ("[*].b[2]", vec![(Name::Itself, Pick::All), (child("b"), Pick::Number(2))]),
            ("\"a.b c\".@d", vec![(child("a.b c"), Pick::First), (Name::Attribute("d".to_string()), Pick::First)]),
            ("a[@role=main]", vec![(child("a"), Pick::Where(Name::Attribute("role".to_string()), "main".to_string()))]),
            (
                "a[b=\"x] y\"].c",
                vec![(child("a"), Pick::Where(child("b"), "x] y".to_string())), (child("c"), Pick::First)],
            ),
        ] {
            let steps: Vec<_> =
                Path::parse(text).unwrap().steps.into_iter().map(|step| (step.name, step.pick)).collect();
            assert_eq!(steps, expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_path() {
        for (text, fault) in [
            ("", "it is empty"),
            ("a.", "a name is empty"),
            (".a", "a name is empty"),
            ("a[*", "a bracket is not closed"),
            ("a[]", "a name is empty"),
            ("a[x]", "in brackets stand a number, `*` or `name=text`"),
            ("a[-1]", "in brackets stand a number, `*` or `name=text`"),
            ("a[0]b", "`b` stands where a point is expected"),
            ("a]b", "`]` stands where a point is expected"),
            ("@a.b", "an attribute is the end of the way"),
            ("@a[0]", "an attribute has one value"),
            ("\"a", "a quotation mark is not closed"),
            ("a[99999999999999999999999]", "a number is too large"),
        ] {
            assert_eq!(Path::parse(text), Err(fault.to_string()), "{text}");
        }
        assert!(Path::parse(&"a.".repeat(25)).unwrap_err().contains("20 steps"));
        assert!(Path::parse(&"a".repeat(501)).unwrap_err().contains("500 bytes"));
    }
}
