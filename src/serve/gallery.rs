//! The stress stories by the theme at hand: all of them side by side, and each by itself.

use super::snapshot::{Made, Snapshot};
use crate::build;
use crate::diag::Diagnostic;
use crate::hash::Hash;
use crate::theming::stress;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the gallery stands.
pub(super) const FOLDER: &str = "/_dateline/stress/";

/// Stress pages by name, as they were made by a theme.
#[derive(Default)]
pub(super) struct Gallery(Mutex<Option<(Hash, Arc<Pages>)>>);

/// Pages by name, in the order of the stories; or why there are none.
pub(super) type Pages = Result<BTreeMap<String, Made>, Vec<Diagnostic>>;

impl Gallery {
    /// The pages by the theme of a snapshot. They are made when first asked for.
    pub(super) fn pages(&self, snapshot: &Snapshot) -> Arc<Pages> {
        let inputs = snapshot.inputs();
        let key = crate::hash::Hasher::new()
            .hash(snapshot.theme.hash())
            .hash(inputs.config.hash())
            .hash(inputs.data.hash())
            .finish();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, pages)) = &*kept
            && *known == key
        {
            return Arc::clone(pages);
        }
        let theme = build::theme_of(&snapshot.root, None);
        let pages = theme.and_then(|theme| stress::pages(&snapshot.root, theme, None));
        let pages = pages.map_err(|error| error.diagnostics);
        let home = inputs.config.href("/media/");
        let pages = Arc::new(pages.map(|pages| named(pages, &home)));
        *kept = Some((key, Arc::clone(&pages)));
        pages
    }
}

fn named(pages: Vec<stress::StressPage>, media: &str) -> BTreeMap<String, Made> {
    let mut all: BTreeMap<String, Made> = BTreeMap::new();
    for page in pages {
        let mut name = page.name.clone();
        let mut number = 2;
        while all.contains_key(&name) {
            name = format!("{}-{number}", page.name);
            number += 1;
        }
        let mut made = Made::default();
        match page.outcome {
            // Their pictures are not the site's.
            Ok(bytes) => {
                made.bytes = String::from_utf8_lossy(&bytes).replace(media, &format!("{FOLDER}file/")).into_bytes()
            }
            Err(error) => made.error = Some(error),
        }
        all.insert(name, made);
    }
    all
}

/// A picture of the stress stories, by the rest of its path after [`FOLDER`].
pub(super) fn picture(path: &str) -> Option<&'static [u8]> {
    stress::picture(path.strip_prefix("file/")?)
}
