//! Checks of a page's accessibility that its HTML alone allows. They do not replace a look at the page.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind,
};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// What a page has, as far as it is looked at.
#[derive(Default)]
struct Page {
    language: bool,
    viewport: bool,
    title: String,
    mains: usize,
    headings: Vec<u8>,
    ids: BTreeSet<String>,
    twice: BTreeSet<String>,
    labels: BTreeSet<String>,
    fields: Vec<Option<String>>,
    /// Links and buttons that are open: their name so far, and how they begin.
    open: Vec<Named>,
    faults: BTreeSet<String>,
    unescaped: bool,
    in_title: bool,
    in_label: usize,
}

struct Named {
    tag: String,
    name: String,
    shown: String,
}

/// The class of the markup that stress stories have in their texts. Escaped, it is text and no element.
const PROBE: &str = "unescaped";

/// What is found wrong with a page: sentences without a full stop, each once.
pub(super) fn faults(html: &str) -> Vec<String> {
    let sink = Sink(RefCell::new(Page::default()));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                if tag.kind == TagKind::StartTag {
                    page.start(&tag);
                    return match &*tag.name {
                        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                        "style" => TokenSinkResult::RawData(RawKind::Rawtext),
                        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                        _ => TokenSinkResult::Continue,
                    };
                }
                page.end(&tag.name);
            }
            Token::CharacterTokens(text) => page.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn value(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs
        .iter()
        .find(|attribute| &*attribute.name.local == name)
        .map(|attribute| attribute.value.trim().to_string())
}

impl Page {
    fn start(&mut self, tag: &Tag) {
        let value = |name: &str| value(tag, name);
        let filled = |name: &str| value(name).filter(|text| !text.is_empty());
        if value("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|class| class == PROBE)) {
            self.unescaped = true;
        }
        if let Some(id) = filled("id")
            && !self.ids.insert(id.clone())
        {
            self.twice.insert(id);
        }
        let name = filled("aria-label").or_else(|| filled("aria-labelledby")).or_else(|| filled("title"));
        match &*tag.name {
            "html" => self.language = filled("lang").is_some(),
            "meta" if value("name").as_deref() == Some("viewport") => {
                self.viewport = true;
                let content = value("content").unwrap_or_default().replace(' ', "");
                if content.contains("user-scalable=no") || content.contains("maximum-scale=1") {
                    self.faults.insert("the viewport keeps readers from enlarging the page".to_string());
                }
            }
            "title" => self.in_title = true,
            "main" => self.mains += 1,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.headings.push(tag.name.as_bytes()[1] - b'0'),
            "img" => {
                if value("alt").is_none() {
                    let source = value("src").unwrap_or_default();
                    self.faults.insert(format!("the picture {source} has no `alt`"));
                }
                let alt = value("alt").unwrap_or_default();
                self.open.iter_mut().for_each(|open| open.name.push_str(&alt));
            }
            "a" if value("href").is_some() => self.named(tag, name),
            "button" | "summary" => self.named(tag, name),
            "label" => {
                self.in_label += 1;
                self.labels.extend(filled("for"));
            }
            "input" | "select" | "textarea" => {
                let is_field = !matches!(value("type").as_deref(), Some("hidden" | "submit" | "button" | "reset"));
                if is_field && name.is_none() && self.in_label == 0 {
                    self.fields.push(filled("id"));
                }
            }
            "svg" => {
                let name = name.unwrap_or_default();
                self.open.iter_mut().for_each(|open| open.name.push_str(&name));
            }
            _ => {}
        }
    }

    fn named(&mut self, tag: &Tag, name: Option<String>) {
        let target = value(tag, "href").or_else(|| value(tag, "class")).unwrap_or_default();
        let shown = format!("{} {target}", tag.name).trim().to_string();
        self.open.push(Named { tag: tag.name.to_string(), name: name.unwrap_or_default(), shown });
    }

    fn end(&mut self, tag: &str) {
        match tag {
            "title" => self.in_title = false,
            "label" => self.in_label = self.in_label.saturating_sub(1),
            _ => {}
        }
        if self.open.last().is_some_and(|open| open.tag == tag)
            && let Some(open) = self.open.pop()
            && open.name.trim().is_empty()
        {
            self.faults.insert(format!("`{}` has no text and no label", open.shown));
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
        }
        self.open.iter_mut().for_each(|open| open.name.push_str(text));
    }

    fn finish(mut self) -> Vec<String> {
        let mut fault = |is_fault: bool, text: &str| {
            if is_fault {
                self.faults.insert(text.to_string());
            }
        };
        fault(self.unescaped, "markup in a text of the story became markup of the page");
        fault(!self.language, "`<html>` has no `lang`");
        fault(!self.viewport, "there is no `<meta name=\"viewport\">`");
        fault(self.title.trim().is_empty(), "there is no `<title>`, or it is empty");
        fault(self.mains != 1, "there must be one `<main>`");
        fault(self.headings.iter().filter(|level| **level == 1).count() != 1, "there must be one `<h1>`");
        let skips = self.headings.windows(2).any(|pair| pair[1] > pair[0] + 1);
        fault(skips, "a heading is more than one level below the one before it");
        let unlabelled = self.fields.iter().any(|id| id.as_ref().is_none_or(|id| !self.labels.contains(id)));
        fault(unlabelled, "a field has no label");
        let twice: Vec<String> = self.twice.iter().map(|id| format!("the id `{id}` is there twice")).collect();
        self.faults.extend(twice);
        self.faults.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "<!doctype html><html lang=en><head><meta name=viewport content='width=device-width'><title>T</title></head>\
        <body><main><h1>H</h1>REST</main></body></html>";

    fn check(rest: &str, expected: &[&str]) {
        assert_eq!(faults(&GOOD.replace("REST", rest)), expected, "{rest}");
    }

    #[test]
    fn faults_are_found() {
        check("<h2>a</h2><h3>b</h3><h2>c</h2>", &[]);
        check("<h2>a</h2><h4>b</h4>", &["a heading is more than one level below the one before it"]);
        check("<h1>a</h1>", &["there must be one `<h1>`"]);
        check("<img src=a.png>", &["the picture a.png has no `alt`"]);
        check("<a href=/><img src=a.png alt=''></a>", &["`a /` has no text and no label"]);
        check("<a href=/><img src=a.png alt=Home></a><a href=/b aria-label=B></a><a name=x></a>", &[]);
        check("<button class=x> </button>", &["`button x` has no text and no label"]);
        check("<p id=a><p id=a>", &["the id `a` is there twice"]);
        check("<input id=q>", &["a field has no label"]);
        check("<label for=q>Q</label><input id=q><label><input></label><input type=hidden>", &[]);
        check("<script>'<h1>'</script><style>x</style>", &[]);
        check("&lt;b class=\"unescaped\"&gt;", &[]);
        check("<b class=\"unescaped\">x</b>", &["markup in a text of the story became markup of the page"]);
        assert_eq!(faults("").len(), 5);
    }
}
