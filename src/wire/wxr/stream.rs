//! A WordPress export in its parts, read as they come: an export of many gigabytes is never in memory as a whole.

use encoding_rs::{Encoding, UTF_8};
use std::io::{self, BufRead};

/// The largest part that is read, in bytes; a longer one is passed over.
const LARGEST: usize = 32 << 20;
/// How much of what stands outside of parts is kept: an XML declaration.
const HEAD: usize = 1 << 10;

/// An element right in the channel: an author, a category, an item.
#[derive(Debug)]
pub struct Chunk {
    /// Its markup; none where it is larger than 32 MiB.
    pub text: Option<String>,
    /// The line of the file at which it begins, from 1.
    pub line: u32,
    /// Some of its bytes are not in the character set of the file.
    pub is_damaged: bool,
}

/// Why the rest of a file cannot be read.
#[derive(Debug)]
pub enum Fault {
    /// The system said no.
    Io(io::Error),
    /// The file is no export, or ends in the middle.
    Syntax(String, u32),
}

/// The parts of an export, one after the other.
pub struct Stream<R> {
    input: R,
    /// How many elements are open.
    depth: usize,
    line: u32,
    encoding: &'static Encoding,
    /// The markup of the part that is open.
    kept: Vec<u8>,
    is_too_large: bool,
    start: u32,
    has_root: bool,
}

/// What a piece of markup is.
enum Tag {
    Start,
    End,
    Empty,
    /// A comment, CDATA, a declaration.
    None,
}

impl<R: BufRead> Stream<R> {
    /// Reads from the beginning of a file.
    pub fn new(input: R) -> Stream<R> {
        Stream {
            input,
            depth: 0,
            line: 1,
            encoding: UTF_8,
            kept: Vec::new(),
            is_too_large: false,
            start: 1,
            has_root: false,
        }
    }

    /// The next part; `None` at the end.
    pub fn read_chunk(&mut self) -> Result<Option<Chunk>, Fault> {
        loop {
            // Text up to the next tag. Outside of parts there is none that matters.
            if !self.until(b"<")? {
                return self.end();
            }
            if self.depth <= 2 {
                self.kept.clear();
                self.kept.push(b'<');
                (self.start, self.is_too_large) = (self.line, false);
            }
            match self.tag()? {
                Tag::Start => self.depth += 1,
                Tag::End => self.depth = self.depth.saturating_sub(1),
                Tag::Empty | Tag::None => {}
            }
            if !self.has_root && self.depth > 0 {
                self.root()?;
            }
            if self.depth == 2
                && let Some(chunk) = self.chunk()
            {
                return Ok(Some(chunk));
            }
        }
    }

    /// What was kept, if it is an element of the channel and not the tag that opened this.
    fn chunk(&mut self) -> Option<Chunk> {
        let bytes = std::mem::take(&mut self.kept);
        let is_element = bytes.get(1).is_some_and(|byte| byte.is_ascii_alphabetic());
        let is_channel = bytes.starts_with(b"<channel") && !bytes.ends_with(b"</channel>");
        if !is_element || is_channel {
            return None;
        }
        if self.is_too_large {
            return Some(Chunk { text: None, line: self.start, is_damaged: false });
        }
        let (text, is_damaged) = self.encoding.decode_without_bom_handling(&bytes);
        Some(Chunk { text: Some(text.into_owned()), line: self.start, is_damaged })
    }

    fn root(&mut self) -> Result<(), Fault> {
        self.has_root = true;
        if self.kept.starts_with(b"<rss") {
            return Ok(());
        }
        Err(Fault::Syntax(
            "the file is not an export of WordPress: its root element is not <rss>".to_string(),
            self.start,
        ))
    }

    fn end(&self) -> Result<Option<Chunk>, Fault> {
        if !self.has_root {
            return Err(Fault::Syntax("the file is not an export of WordPress: it has no elements".to_string(), 1));
        }
        if self.depth > 0 {
            let message = format!("the file ends in the middle, in an element that begins at line {}", self.start);
            return Err(Fault::Syntax(message, self.line));
        }
        Ok(None)
    }

    /// Reads a tag, or what else begins with `<`, which is read already.
    fn tag(&mut self) -> Result<Tag, Fault> {
        let Some(first) = self.byte()? else { return Ok(Tag::None) };
        match first {
            b'/' => self.rest_of_tag(Tag::End),
            b'?' => {
                self.until(b"?>")?;
                self.declaration();
                Ok(Tag::None)
            }
            b'!' => {
                let end: &[u8] = match (self.byte()?, self.byte()?) {
                    (Some(b'-'), Some(b'-')) => b"-->",
                    (Some(b'['), _) => b"]]>",
                    _ => b">",
                };
                self.until(end)?;
                Ok(Tag::None)
            }
            _ => self.rest_of_tag(Tag::Start),
        }
    }

    /// Reads up to the end of a tag; `>` may stand in the value of an attribute.
    fn rest_of_tag(&mut self, kind: Tag) -> Result<Tag, Fault> {
        let (mut quote, mut last) = (None, 0);
        while let Some(byte) = self.byte()? {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'>') => return Ok(if last == b'/' && matches!(kind, Tag::Start) { Tag::Empty } else { kind }),
                (None, _) => {}
            }
            last = byte;
        }
        Ok(Tag::None)
    }

    /// Takes the character set from the XML declaration.
    fn declaration(&mut self) {
        if self.kept.starts_with(b"<?xml ")
            && let Some(name) = super::super::charset::xml_declaration(&self.kept)
        {
            self.encoding = Encoding::for_label(name.trim().as_bytes()).unwrap_or(UTF_8);
        }
    }

    fn byte(&mut self) -> Result<Option<u8>, Fault> {
        let Some(byte) = self.input.fill_buf().map_err(Fault::Io)?.first().copied() else { return Ok(None) };
        self.input.consume(1);
        self.keep(&[byte]);
        Ok(Some(byte))
    }

    /// Reads up to the end of a mark, and that as well. `false` where the file ends before.
    fn until(&mut self, mark: &[u8]) -> Result<bool, Fault> {
        let Some(last) = mark.last() else { return Ok(true) };
        // The bytes before, of which the mark may be the end.
        let mut tail: Vec<u8> = Vec::with_capacity(8);
        loop {
            let buffer = self.input.fill_buf().map_err(Fault::Io)?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let length = memchr::memchr(*last, buffer).map_or(buffer.len(), |at| at + 1);
            let piece = buffer[..length].to_vec();
            self.input.consume(length);
            self.keep(&piece);
            tail.extend_from_slice(&piece[piece.len().saturating_sub(mark.len())..]);
            if tail.ends_with(mark) {
                return Ok(true);
            }
            tail.drain(..tail.len().saturating_sub(mark.len()));
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', bytes).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        let most = if self.depth < 2 { HEAD } else { LARGEST };
        if self.kept.len() + bytes.len() <= most {
            self.kept.extend_from_slice(bytes);
        } else {
            self.is_too_large = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Read};

    /// The parts of a text, read in pieces of three bytes.
    fn parts(text: &str) -> (Vec<(u32, String)>, Option<String>) {
        let mut stream = Stream::new(BufReader::with_capacity(3, text.as_bytes()));
        let mut found = Vec::new();
        loop {
            match stream.read_chunk() {
                Ok(Some(chunk)) => found.push((chunk.line, chunk.text.unwrap_or_else(|| "too large".to_string()))),
                Ok(None) => return (found, None),
                Err(Fault::Syntax(message, line)) => return (found, Some(format!("{line}: {message}"))),
                Err(Fault::Io(error)) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn the_elements_of_the_channel() {
        let text = "<?xml version='1.0' encoding='UTF-8'?>\n<!-- <rss> -->\n<rss version='2.0'>\n<channel>\n<title>A</title>\
                    <wp:empty/>\n<item a='>'>\n<b><![CDATA[</item> ]] ]]></b><!-- </item> --></item>\n</channel></rss>\n";
        let (found, fault) = parts(text);
        let expected = [
            (5, "<title>A</title>"),
            (5, "<wp:empty/>"),
            (6, "<item a='>'>\n<b><![CDATA[</item> ]] ]]></b><!-- </item> --></item>"),
        ];
        let found: Vec<(u32, &str)> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!((found.as_slice(), fault), (&expected[..], None));
    }

    #[test]
    fn what_is_no_export() {
        assert_eq!(parts("").1.unwrap(), "1: the file is not an export of WordPress: it has no elements");
        assert_eq!(
            parts("\n<html></html>").1.unwrap(),
            "2: the file is not an export of WordPress: its root element is not <rss>"
        );
        let (found, fault) = parts("<rss><channel><title>A</title>\n<item>\n<title>B");
        assert_eq!(
            (found.len(), fault.unwrap()),
            (1, "3: the file ends in the middle, in an element that begins at line 2".to_string())
        );
    }

    #[test]
    fn a_part_without_end_takes_no_memory() {
        let text = io::repeat(b'a').take(LARGEST as u64 + 9);
        let text = b"<rss><channel><item>".chain(text).chain(&b"</item><item>b</item></channel></rss>"[..]);
        let mut stream = Stream::new(BufReader::new(text));
        assert!(stream.read_chunk().unwrap().unwrap().text.is_none());
        assert_eq!(stream.read_chunk().unwrap().unwrap().text.as_deref(), Some("<item>b</item>"));
    }
}
