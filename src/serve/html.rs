//! HTML of a server's own pages, written piece by piece; text is escaped on the way in.

/// HTML in the making.
#[derive(Default)]
pub(crate) struct Html(String);

impl Html {
    /// An element with text in it.
    pub(crate) fn text(&mut self, tag: &str, text: &str) {
        self.open(tag, "");
        self.push(text);
        self.close(tag);
    }

    /// An element of a class, with text in it.
    pub(crate) fn classed(&mut self, tag: &str, class: &str, text: &str) {
        self.open(tag, class);
        self.push(text);
        self.close(tag);
    }

    /// A link.
    pub(crate) fn link(&mut self, href: &str, text: &str) {
        self.0.push_str("<a target=\"_top\" href=\"");
        escape(&mut self.0, href);
        self.0.push_str("\">");
        self.push(text);
        self.0.push_str("</a>");
    }

    /// Another page in a frame.
    pub(crate) fn frame(&mut self, source: &str, title: &str) {
        self.0.push_str("<iframe loading=\"lazy\" src=\"");
        escape(&mut self.0, source);
        self.0.push_str("\" title=\"");
        escape(&mut self.0, title);
        self.0.push_str("\"></iframe>");
    }

    /// Begins an element; an empty class is left out.
    pub(crate) fn open(&mut self, tag: &str, class: &str) {
        let class = [("class", class)];
        self.tagged(tag, if class[0].1.is_empty() { &[] } else { &class });
    }

    /// Begins an element with attributes.
    pub(crate) fn tagged(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape(&mut self.0, value);
            self.0.push('"');
        }
        self.0.push('>');
    }

    /// Ends an element.
    pub(crate) fn close(&mut self, tag: &str) {
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
    }

    /// Text.
    pub(crate) fn push(&mut self, text: &str) {
        escape(&mut self.0, text);
    }

    /// A row of a table: what, and its value.
    pub(crate) fn row(&mut self, name: &str, value: &str) {
        self.open("tr", "");
        self.text("th", name);
        self.text("td", value);
        self.close("tr");
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// A whole page.
pub(crate) fn document(title: &str, body: &Html) -> String {
    let mut head = String::from("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    escape(&mut head, title);
    head.push_str("</title><meta name=\"viewport\" content=\"width=device-width\"><style>");
    head.push_str(include_str!("client/pages.css"));
    head.push_str("</style></head><body><main>");
    format!("{head}{}</main></body></html>", body.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        let mut html = Html::default();
        html.text("p", "<script>\"'&");
        html.link("/a?\"b", "x");
        let page = document("</title>", &html);
        assert!(page.contains("<p>&lt;script&gt;&quot;&#39;&amp;</p>"), "{page}");
        assert!(page.contains("href=\"/a?&quot;b\"") && page.contains("&lt;/title&gt;"), "{page}");
    }
}
