//! The text of a story as blocks. Only what is listed here can stand in a story, so no markup of a wire file gets through as
//! it came: that is the allow-list.

/// A block of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading, level 2 to 6.
    Heading(u8, Vec<Inline>),
    /// A list; each item is a run of blocks.
    List {
        /// The number of the first item; `None` where they have none.
        start: Option<u32>,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// Lines that stay as they are.
    Pre(String),
    /// A table, row by row.
    Table(Vec<Row>),
    /// A line between two parts.
    Rule,
}

/// A row of cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The cells, and whether each is a heading.
    pub cells: Vec<(bool, Vec<Inline>)>,
}

/// Text within a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    /// Plain text; white space runs are single blanks.
    Text(String),
    /// A line break.
    Break,
    /// Strong text.
    Strong(Vec<Inline>),
    /// Emphasised text.
    Emphasis(Vec<Inline>),
    /// Text that is struck through, and meant to be seen so.
    Struck(Vec<Inline>),
    /// A link to a web, mail or telephone address.
    Link(String, Vec<Inline>),
}

impl Block {
    /// A paragraph of plain text.
    pub fn text(text: impl Into<String>) -> Block {
        Block::Paragraph(vec![Inline::Text(text.into())])
    }

    /// The words of the block.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        self.push_plain(&mut out);
        super::work::spend(out.len());
        out.trim().to_string()
    }

    fn push_plain(&self, out: &mut String) {
        match self {
            Block::Paragraph(inlines) | Block::Heading(_, inlines) => push_plain(inlines, out),
            Block::List { items, .. } => items.iter().flatten().for_each(|block| block.push_part(out)),
            Block::Quote(blocks) => blocks.iter().for_each(|block| block.push_part(out)),
            Block::Pre(text) => out.push_str(text),
            Block::Table(rows) => {
                for (_, cell) in rows.iter().flat_map(|row| &row.cells) {
                    push_plain(cell, out);
                    out.push(' ');
                }
            }
            Block::Rule => {}
        }
    }

    fn push_part(&self, out: &mut String) {
        self.push_plain(out);
        out.push(' ');
    }

    /// Whether there is nothing to read in it.
    pub fn is_empty(&self) -> bool {
        !matches!(self, Block::Rule) && self.plain().is_empty()
    }
}

/// The words of some inlines; a line break is one blank.
pub fn plain(inlines: &[Inline]) -> String {
    if let [Inline::Text(text)] = inlines {
        super::work::spend(text.len());
        return text.clone();
    }
    let mut out = String::new();
    push_plain(inlines, &mut out);
    super::work::spend(out.len() + inlines.len());
    out
}

fn push_plain(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Break => out.push(' '),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
                push_plain(inner, out)
            }
        }
    }
}

/// Takes `count` bytes of plain text off the front. `count` must be at a character border; a link or strong text that is cut
/// keeps what is left of it.
pub fn cut_front(inlines: &mut Vec<Inline>, mut count: usize) {
    let mut done = 0;
    for inline in inlines.iter_mut() {
        if count == 0 {
            break;
        }
        let length = match inline {
            Inline::Text(text) => text.len(),
            Inline::Break => 1,
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
                plain(inner).len()
            }
        };
        if length <= count {
            count -= length;
            done += 1;
            continue;
        }
        match inline {
            Inline::Text(text) => *text = text.get(count..).unwrap_or("").to_string(),
            Inline::Break => {}
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
                cut_front(inner, count)
            }
        }
        break;
    }
    inlines.drain(..done);
    trim_front(inlines);
}

/// Takes `count` bytes of plain text off the end.
pub fn cut_back(inlines: &mut Vec<Inline>, mut count: usize) {
    while count > 0 {
        let Some(inline) = inlines.last_mut() else { return };
        let length = match inline {
            Inline::Text(text) => text.len(),
            Inline::Break => 1,
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
                plain(inner).len()
            }
        };
        if length <= count {
            count -= length;
            inlines.pop();
            continue;
        }
        match inline {
            Inline::Text(text) => {
                let keep = text.len() - count;
                if text.is_char_boundary(keep) {
                    text.truncate(keep);
                }
            }
            Inline::Break => {}
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
                cut_back(inner, count)
            }
        }
        break;
    }
    trim_back(inlines);
}

/// Takes white space and breaks off the front.
pub fn trim_front(inlines: &mut Vec<Inline>) {
    let is_kept = |inline: &mut Inline| match inline {
        Inline::Break => false,
        Inline::Text(text) => {
            let kept = text.trim_start();
            if !kept.is_empty() && kept.len() != text.len() {
                *text = kept.to_string();
                return true;
            }
            !kept.is_empty()
        }
        Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
            trim_front(inner);
            !inner.is_empty()
        }
    };
    // All of it goes at once: a paragraph may begin with any number of breaks.
    let end = inlines.iter_mut().position(is_kept).unwrap_or(inlines.len());
    inlines.drain(..end);
}

/// Takes white space and breaks off the end.
pub fn trim_back(inlines: &mut Vec<Inline>) {
    loop {
        match inlines.last_mut() {
            Some(Inline::Break) => {}
            Some(Inline::Text(text)) => {
                text.truncate(text.trim_end().len());
                if !text.is_empty() {
                    return;
                }
            }
            Some(Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link(_, inner)) => {
                trim_back(inner);
                if !inner.is_empty() {
                    return;
                }
            }
            None => return,
        }
        inlines.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_breaks_go_off_both_ends() {
        let text = |t: &str| Inline::Text(t.to_string());
        let marked = |inner: Vec<Inline>| Inline::Strong(inner);
        let blank = || [Inline::Break, text("  "), marked(vec![Inline::Break, text(" ")]), Inline::Break];
        let whole = blank().into_iter().chain([marked(vec![text(" One "), Inline::Break])]).chain(blank());
        let mut inlines: Vec<Inline> = whole.collect();
        trim_front(&mut inlines);
        assert_eq!(inlines.first(), Some(&marked(vec![text("One "), Inline::Break])));
        trim_back(&mut inlines);
        assert_eq!(inlines, [marked(vec![text("One")])]);
        let mut nothing = Vec::from(blank());
        trim_front(&mut nothing);
        assert!(nothing.is_empty());
    }

    #[test]
    fn cutting_keeps_the_rest_of_the_markup() {
        let text = |t: &str| Inline::Text(t.to_string());
        let mut inlines = vec![Inline::Strong(vec![text("Berlin ("), text("dpa) - One")]), text(" two. EFE")];
        cut_front(&mut inlines, "Berlin (dpa) - ".len());
        cut_back(&mut inlines, " EFE".len());
        assert_eq!(inlines, [Inline::Strong(vec![text("One")]), text(" two.")]);
    }
}
