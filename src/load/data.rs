//! The files of `data/`, which templates read as `data.NAME`: YAML, JSON and CSV.

mod csv;

use crate::config;
use crate::diag::{Code, Diagnostic, Error, Location, Result};
use crate::file::{self, ReadError};
use crate::hash::{Hash, Hasher};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of these files.
pub const DATA_FOLDER: &str = "data";

/// The largest file, in bytes.
const LIMIT: u64 = 4 << 20;
/// The most files.
const FILES: usize = 500;

/// What the files of `data/` say.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// By the names of the files without their endings.
    pub values: BTreeMap<String, Value>,
    /// A hash of each.
    pub hashes: BTreeMap<String, Hash>,
}

impl Data {
    /// A hash of all of it.
    pub fn hash(&self) -> Hash {
        let mut hasher = Hasher::new();
        for (name, hash) in &self.hashes {
            hasher.bytes(name).hash(*hash);
        }
        hasher.finish()
    }

    fn add(&mut self, name: &str, value: Value) {
        // Writing plain values to memory does not fail.
        let hash = Hash::of(&serde_json::to_vec(&value).unwrap_or_default());
        self.hashes.insert(name.to_string(), hash);
        self.values.insert(name.to_string(), value);
    }
}

/// The form of a file.
#[derive(Clone, Copy)]
enum Form {
    Yaml,
    Json,
    Csv,
}

impl Form {
    fn of(ending: &str) -> Option<Form> {
        match ending {
            "yaml" | "yml" => Some(Form::Yaml),
            "json" => Some(Form::Json),
            "csv" => Some(Form::Csv),
            _ => None,
        }
    }
}

/// Reads the files. Templates count on them as on settings, so what is wrong with one stops the run.
pub fn data(root: &Path) -> Result<Data> {
    let folder = root.join(DATA_FOLDER);
    let mut data = Data::default();
    let mut diagnostics = Vec::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for file in files(&folder)? {
        let (Some(stem), Some(form)) =
            (file.file_stem(), file.extension().and_then(|ending| Form::of(ending.to_str()?)))
        else {
            continue;
        };
        let shown = format!("{DATA_FOLDER}/{}", file.display());
        let fault = |message: String, hint: &str| {
            Diagnostic::error(Code::DataInvalid, message).at(Location::file(&shown)).hint(hint)
        };
        let Some(name) = stem.to_str().filter(|name| is_name(name)) else {
            let hint = "name it with letters, digits and `_`, as in data/fuel_prices.csv, for templates to read it as data.fuel_prices";
            diagnostics.push(fault("the file's name cannot stand in a template".to_string(), hint));
            continue;
        };
        if let Some(other) = names.insert(name.to_string(), shown.clone()) {
            let message = format!("templates read {other} as data.{name} already");
            diagnostics.push(fault(message, "give one of the files another name"));
            continue;
        }
        match read(&folder.join(&file), &shown, form) {
            Ok(value) => data.add(name, value),
            Err(error) => diagnostics.extend(error.diagnostics),
        }
    }
    if diagnostics.is_empty() { Ok(data) } else { Err(Error { diagnostics }) }
}

/// The names of all files in the folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: io::Error| {
        let message = format!("cannot be read: {error}");
        Error::from(Diagnostic::error(Code::FileUnreadable, message).at(Location::file(DATA_FOLDER)))
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        let name = PathBuf::from(entry.file_name());
        let is_hidden = name.as_os_str().as_encoded_bytes().starts_with(b".");
        if is_hidden || entry.file_type().map_err(unreadable)?.is_dir() {
            continue;
        }
        files.push(name);
    }
    if files.len() > FILES {
        let message = format!("the folder has {} files, more than {FILES}", files.len());
        return Err(Diagnostic::error(Code::DataInvalid, message).at(Location::file(DATA_FOLDER)).into());
    }
    files.sort();
    Ok(files)
}

fn is_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

fn read(path: &Path, shown: &str, form: Form) -> Result<Value> {
    let at = |message: String, line: u32, column: u32| {
        Diagnostic::error(Code::DataInvalid, message).at(Location::at(shown, line, column))
    };
    if !path.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
        let diagnostic = Diagnostic::error(Code::FileUnreadable, "is not a regular file").at(Location::file(shown));
        return Err(diagnostic
            .hint("symbolic links in data/ are not followed; put a copy in the place of the link")
            .into());
    }
    let mut bytes = Vec::new();
    file::read_bounded(path, LIMIT, &mut bytes).map_err(|error| {
        let (code, message) = match error {
            ReadError::TooLarge(size) => (Code::FileTooLarge, format!("the file has {size} bytes, more than 4 MiB")),
            ReadError::Io(error) => (Code::FileUnreadable, format!("cannot be read: {error}")),
        };
        Diagnostic::error(code, message).at(Location::file(shown))
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Diagnostic::error(Code::NotUtf8, "the file is not UTF-8").at(Location::file(shown)))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match form {
        Form::Yaml => config::read_yaml(text, shown).map_err(|error| {
            let diagnostics = error.diagnostics.into_iter();
            let ours = |one: Diagnostic| Diagnostic { code: Code::DataInvalid, hints: Vec::new(), ..one };
            let hint = "data are YAML: `key: value` lines, or `- ` before each item of a list";
            Error { diagnostics: diagnostics.map(|one| ours(one).hint(hint)).collect() }
        }),
        Form::Json => serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let short = message.split(" at line ").next().unwrap_or(&message).to_string();
            at(short, error.line() as u32, error.column() as u32).into()
        }),
        Form::Csv => csv::read(text).map_err(|(message, line, column)| {
            at(message, line, column).hint("write one row a line, its cells as many as those of the first line").into()
        }),
    }
}
