//! Diagnostics about a whole folder: one that applies to many files is given once, with their number.

use crate::diag::Diagnostic;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct Notes {
    single: Vec<Diagnostic>,
    /// By message: the first one, and how often.
    many: BTreeMap<String, (Diagnostic, usize)>,
}

impl Notes {
    /// Says something of one file.
    pub(super) fn say(&mut self, diagnostic: Diagnostic) {
        self.single.push(diagnostic);
    }

    /// Says something that may hold for more files.
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        self.many.entry(diagnostic.message.clone()).and_modify(|(_, count)| *count += 1).or_insert((diagnostic, 1));
    }

    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut all = self.single;
        Diagnostic::sort(&mut all);
        all.extend(self.many.into_values().map(|(mut diagnostic, count)| {
            if count > 1 {
                diagnostic.message.push_str(&format!(" ({count} times)"));
            }
            diagnostic
        }));
        all
    }
}
