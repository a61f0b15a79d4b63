//! Runs of text, in which addresses become links.

use super::super::{address, cjk};
use super::Events;
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use std::ops::Range;

impl<'a> Events<'a> {
    /// A run of text: its addresses become links.
    pub(super) fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        if !self.has_addresses && !self.has_brackets {
            self.sees(cjk::first(&text), cjk::last(&text));
            return self.ready.push_back((Event::Text(text), range));
        }
        let mut pieces = vec![(text, range)];
        while let Some((event, next)) = self.pull() {
            match event {
                Event::Text(text) if pieces.last().is_some_and(|(_, range)| range.end == next.start) => {
                    pieces.push((text, next));
                }
                event => {
                    self.peeked = Some((event, next));
                    break;
                }
            }
        }
        let first = pieces.iter().find_map(|(text, _)| text.chars().next());
        let last = pieces.iter().rev().find_map(|(text, _)| text.chars().next_back());
        self.sees(first, last);
        let whole = pieces[0].1.start..pieces[pieces.len() - 1].1.end;
        let Some(source) = self.source.get(whole.clone()).filter(|_| self.hidden_until <= whole.start) else {
            return self.ready.extend(pieces.into_iter().map(|(text, range)| (Event::Text(text), range)));
        };
        self.looks_like_markup(source, whole.start);
        if !self.has_addresses || self.links > 0 {
            return self.ready.extend(pieces.into_iter().map(|(text, range)| (Event::Text(text), range)));
        }
        let (mut from, mut done, mut piece) = (0, whole.start, 0);
        while let Some((address, before)) = address::find(source, from) {
            from = address.end;
            let (start, end) = (whole.start + address.start, whole.start + address.end);
            self.between(&pieces, &mut piece, done..start);
            // An entity is read; what smart punctuation made of a sign is not wanted in an address.
            let mut shown = String::with_capacity(address.len());
            for (text, range) in pieces[piece..].iter().take_while(|(_, range)| range.start < end) {
                let inner = start.max(range.start)..end.min(range.end);
                let is_entity = text.len() != range.len() && self.source[range.clone()].starts_with('&');
                shown.push_str(if is_entity { text } else { &self.source[inner] });
            }
            self.link(&shown, before, start..end);
            done = end;
        }
        self.between(&pieces, &mut piece, done..whole.end);
    }

    /// Passes on the text of a run that stands in a range of it. `piece` is the first piece that may.
    fn between(&mut self, pieces: &[(CowStr<'a>, Range<usize>)], piece: &mut usize, wanted: Range<usize>) {
        while let Some((text, range)) = pieces.get(*piece)
            && range.start < wanted.end
        {
            let inner = wanted.start.max(range.start)..wanted.end.min(range.end);
            if range.end > wanted.start && !inner.is_empty() {
                let shown = match text.len() == range.len() {
                    true if inner == *range => text.clone(),
                    true => text[inner.start - range.start..inner.end - range.start].to_string().into(),
                    // Nothing but an address cuts such a piece, and none begins within one.
                    false if range.start >= wanted.start => text.clone(),
                    false => CowStr::Borrowed(""),
                };
                self.ready.push_back((Event::Text(shown), inner));
            }
            if range.end > wanted.end {
                break;
            }
            *piece += 1;
        }
    }

    fn link(&mut self, shown: &str, before: &str, range: Range<usize>) {
        let (dest_url, shown) = (format!("{before}{shown}").into(), shown.to_string());
        let link_type = if before == "mailto:" { LinkType::Email } else { LinkType::Autolink };
        let dest_url = if link_type == LinkType::Email { shown.clone().into() } else { dest_url };
        let tag = Tag::Link { link_type, dest_url, title: CowStr::Borrowed(""), id: CowStr::Borrowed("") };
        self.ready.push_back((Event::Start(tag), range.clone()));
        self.ready.push_back((Event::Text(shown.into()), range.clone()));
        self.ready.push_back((Event::End(TagEnd::Link), range));
    }
}
