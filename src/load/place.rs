//! Places in a file, for what is wrong there.

use crate::diag;
use crate::parse::front_matter::Parts;

/// Lines and columns in a file of places in its text. It counts on from the place that was asked for last, so that to ask for many in
/// their order takes as long as to read the text once.
pub(super) struct Places<'p> {
    body: &'p str,
    /// Line of the file in which the text begins.
    first_line: u32,
    at: usize,
    line: u32,
    column: u32,
}

impl<'p> Places<'p> {
    pub(super) fn of(parts: &Parts<'p>) -> Places<'p> {
        Places { body: parts.body, first_line: parts.body_line, at: 0, line: parts.body_line, column: 1 }
    }

    /// Line and column of a place, in bytes of the text.
    pub(super) fn at(&mut self, at: usize) -> (u32, u32) {
        if at < self.at {
            (self.at, self.line, self.column) = (0, self.first_line, 1);
        }
        let between = &self.body[self.at..at];
        self.line += memchr::memchr_iter(b'\n', between.as_bytes()).count() as u32;
        let rest = match memchr::memrchr(b'\n', between.as_bytes()) {
            Some(end) => {
                self.column = 1;
                &between[end + 1..]
            }
            None => between,
        };
        self.column += rest.chars().count() as u32;
        self.at = at;
        (self.line, self.column)
    }
}

/// Line and column of the first place where a text stands, from 1.
pub fn place_of(text: &str, wanted: &str) -> Option<(u32, u32)> {
    Some(diag::place(text.as_bytes(), text.find(wanted)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::front_matter;

    #[test]
    fn places_are_right_in_any_order() {
        let text = "---\nheadline: A\n---\n\nÉtude, a\nbé c\n";
        let parts = front_matter::split(text).unwrap();
        let mut places = Places::of(&parts);
        let mut place = |word: &str| places.at(parts.body.find(word).unwrap());
        let start = place("Étude");
        assert_eq!(place(", a"), (start.0, start.1 + 5));
        assert_eq!(place(" c"), (start.0 + 1, 3));
        assert_eq!(place("bé"), (start.0 + 1, 1));
        assert_eq!(place("Étude"), start);
    }
}
