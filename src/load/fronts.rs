//! Curated fronts: the files of `content/fronts/`. They are few and small, so every run reads them.

use super::LoadInputs;
use super::media::{Folder, Media};
use super::parsed::never;
use crate::diag::{Checked, Code, Diagnostic, Location};
use crate::file::{self, ReadError};
use crate::front::{self, Front, Text};
use crate::parse::markdown;
use crate::path::RelPath;
use crate::source::Source;
use crate::story::Stories;

/// The largest file, in bytes.
const LIMIT: u64 = 256 << 10;
/// The most files.
const FILES: usize = 1_000;

/// Reads the fronts, in order of their paths. What is known of the pictures in their texts is added to that of the stories.
pub fn fronts(inputs: &LoadInputs, source: &Source, stories: &mut Stories) -> Checked<Vec<Front>> {
    let mut found: Checked<Vec<Front>> = Checked::default();
    if source.fronts.len() > FILES {
        let message = format!("the folder has {} files, more than {FILES}", source.fronts.len());
        let at = Location::file(format!("content/{}", front::FOLDER));
        let diagnostic = Diagnostic::error(Code::FrontInvalid, message).at(at);
        found.diagnostics.push(diagnostic.hint("the rest was left out"));
    }
    for file in source.fronts.iter().take(FILES) {
        let of = match front::of_path(&file.path, inputs.config) {
            Ok(of) => of,
            Err(diagnostic) => {
                found.diagnostics.push(diagnostic);
                continue;
            }
        };
        let read = text(inputs, &file.path).map(|yaml| front::read(&file.path, of, yaml, inputs.config));
        match read {
            Ok(Checked { value, diagnostics }) => {
                found.diagnostics.extend(diagnostics);
                found.value.extend(value);
            }
            Err(diagnostic) => found.diagnostics.push(diagnostic),
        }
    }
    for front in &mut found.value {
        let name = front.file();
        for zone in &mut front.zones {
            let Some(text) = &mut zone.text else { continue };
            let pictures = files(inputs, source, (&front.path, &name), text, &mut found.diagnostics);
            for (path, facts) in pictures {
                match facts {
                    Some(facts) => drop(stories.pictures.insert(path, facts)),
                    None => drop(stories.broken.insert(path)),
                }
            }
        }
    }
    found
}

fn text(inputs: &LoadInputs, path: &RelPath) -> Result<String, Diagnostic> {
    let at = || Location::file(format!("content/{path}"));
    let mut bytes = Vec::new();
    file::read_bounded(&path.under(&inputs.root.join("content")), LIMIT, &mut bytes).map_err(|error| {
        let (code, message) = match error {
            ReadError::TooLarge(size) => (Code::FileTooLarge, format!("the file has {size} bytes, more than 256 KiB")),
            ReadError::Io(error) => (Code::FileUnreadable, format!("cannot be read: {error}")),
        };
        Diagnostic::error(code, message).at(at())
    })?;
    String::from_utf8(bytes)
        .map_err(|_| Diagnostic::error(Code::NotUtf8, "the file is not UTF-8").at(at()).hint("save the file as UTF-8"))
}

/// Takes up what a text of a front links to and shows. Returns what is known of the pictures.
fn files(
    inputs: &LoadInputs,
    source: &Source,
    (path, name): (&RelPath, &str),
    text: &mut Text,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(RelPath, Option<crate::picture::Facts>)> {
    let home = inputs.config.home();
    let body = markdown::read(&text.markdown, &home);
    let (line, indent) = text.start;
    let place = |at: usize| {
        let before = text.markdown.get(..at).unwrap_or("");
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32;
        (line + before.matches('\n').count() as u32, indent + column + 1)
    };
    for fault in body.faults {
        let (line, column) = place(fault.at);
        let diagnostic = Diagnostic::new(fault.severity, fault.code, fault.message);
        diagnostics.push(diagnostic.at(Location::at(name, line, column)).hint(fault.hint));
    }
    let languages = &inputs.config.languages;
    let content = Folder { path: &inputs.root.join("content"), source, languages };
    let mut media = Media::of(&content, path, name, diagnostics);
    let links = media.references(&body.references, &home, place);
    let rights = media.forbidden(&[]).into_iter().map(never).collect();
    let Media { files, pictures, .. } = media;
    (text.links, text.media, text.rights) = (links, files, rights);
    pictures
}
