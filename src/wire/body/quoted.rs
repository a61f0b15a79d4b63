//! What browsers set beside the text: the reading of characters, and quotation marks.

use super::walker::Walker;
use crate::wire::block::Inline;
use crate::wire::dom::{Element, Node};

impl Walker {
    /// `漢字` and how it is read: browsers set that above, a line of text has it in brackets.
    pub(super) fn ruby(&mut self, element: &Element<'_>, unescaped: u8) {
        let has_brackets = element.find("rp").is_some();
        for node in &element.children {
            match node {
                Node::Element(child) if child.is("rt") && !has_brackets => {
                    self.run.push(Inline::Text("(".to_string()));
                    self.children(child, unescaped);
                    self.run.push(Inline::Text(")".to_string()));
                }
                Node::Element(child) => self.element(child, unescaped),
                Node::Text(text) => self.add_text(text, unescaped),
            }
        }
    }

    /// A quotation in a line, for which browsers set the quotation marks.
    pub(super) fn quoted(&mut self, element: &Element<'_>, unescaped: u8) {
        let is_mark =
            |c: char| matches!(c, '"' | '“' | '„' | '”' | '«' | '»' | '\'' | '‘' | '‚' | '’' | '`' | '「' | '『');
        let before = match self.run.last() {
            Some(Inline::Text(text)) => text.trim_end().ends_with(is_mark),
            _ => false,
        };
        let own = element.text().is_none_or(|text| text.starts_with(is_mark) || text.ends_with(is_mark));
        let has_marks = own || before;
        if !has_marks {
            self.run.push(Inline::Text("“".to_string()));
        }
        self.children(element, unescaped);
        if !has_marks {
            self.run.push(Inline::Text("”".to_string()));
        }
    }
}
