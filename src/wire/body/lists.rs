//! Lists: with and without numbers, and of definitions.

use super::runs::paragraphs;
use super::walker::Walker;
use crate::wire::block::{Block, Inline};
use crate::wire::dom::{Element, Node};

/// The largest number of an item: what Markdown can write.
const NUMBER: u32 = 999_999_999;

impl Walker {
    pub(super) fn list(&mut self, ordered: bool, element: &Element<'_>, unescaped: u8) {
        self.flush();
        if self.is_left_out(element) {
            return;
        }
        let mut items: Vec<Vec<Block>> = Vec::new();
        let mut numbers = Vec::new();
        for node in &element.children {
            let child = match node {
                Node::Element(child) => child,
                // Text between items belongs to the one before it.
                Node::Text(text) if text.trim().is_empty() => continue,
                Node::Text(text) => {
                    self.add_text(text, unescaped);
                    let run = std::mem::take(&mut self.run);
                    match items.last_mut() {
                        Some(item) => item.extend(paragraphs(run)),
                        None => self.out.extend(paragraphs(run)),
                    }
                    continue;
                }
            };
            let is_list = child.is("ul") || child.is("ol");
            let blocks = if is_list { self.blocks_of(child, unescaped) } else { self.inner(child, unescaped) };
            match items.last_mut() {
                _ if blocks.is_empty() => {}
                // A list right inside a list is part of the item before it.
                Some(item) if is_list => item.extend(blocks),
                _ => {
                    numbers.push(child.attribute("value").and_then(|value| value.parse::<u32>().ok()));
                    items.push(blocks);
                }
            }
        }
        if items.is_empty() {
            return;
        }
        if !ordered {
            return self.out.push(Block::List { start: None, items });
        }
        let is_reversed = element.attributes.iter().any(|(name, _)| name == "reversed");
        let start = element.attribute("start").and_then(|start| start.parse::<u32>().ok());
        self.numbered(start, is_reversed, numbers, items);
    }

    /// A numbered list. Where the numbers do not go up by one, it falls into lists of which each has its number; where they go down, as
    /// in a list of the ten best, they are written out.
    fn numbered(&mut self, start: Option<u32>, is_reversed: bool, values: Vec<Option<u32>>, items: Vec<Vec<Block>>) {
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let mut next = start.unwrap_or(if is_reversed { count } else { 1 }).min(NUMBER);
        let falls = is_reversed || values.windows(2).any(|pair| matches!(pair, [Some(a), Some(b)] if b < a));
        let mut open: Option<(u32, Vec<Vec<Block>>)> = None;
        for (mut item, value) in items.into_iter().zip(values) {
            let number = value.unwrap_or(next).min(NUMBER);
            next = if is_reversed { number.saturating_sub(1) } else { number.saturating_add(1) };
            if falls {
                let label = Inline::Text(format!("{number}. "));
                match item.first_mut() {
                    Some(Block::Paragraph(inlines)) => inlines.insert(0, label),
                    _ => item.insert(0, Block::Paragraph(vec![label])),
                }
                self.out.extend(item);
                continue;
            }
            match &mut open {
                Some((first, items))
                    if value.is_none_or(|value| u64::from(value) == u64::from(*first) + items.len() as u64) =>
                {
                    items.push(item);
                }
                _ => {
                    let done = open.replace((number, vec![item]));
                    self.out.extend(done.map(|(start, items)| Block::List { start: Some(start), items }));
                }
            }
        }
        self.out.extend(open.map(|(start, items)| Block::List { start: Some(start), items }));
    }

    pub(super) fn definitions(&mut self, element: &Element<'_>, unescaped: u8) {
        self.flush();
        let mut items = Vec::new();
        for child in element.elements() {
            let mut blocks = self.inner(child, unescaped);
            if child.is("dt") {
                for block in &mut blocks {
                    if let Block::Paragraph(inlines) = block {
                        *inlines = vec![Inline::Strong(std::mem::take(inlines))];
                    }
                }
            }
            if !blocks.is_empty() {
                items.push(blocks);
            }
        }
        if !items.is_empty() {
            self.out.push(Block::List { start: None, items });
        }
    }
}
