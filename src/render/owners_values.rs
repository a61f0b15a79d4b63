//! What pages depend on of the values that a site's owner gives to themes: what their templates read, and nothing else.

use super::Renderer;
use crate::hash::{Hash, Hasher};
use crate::theme::{Names, Reads};
use std::collections::BTreeMap;

/// Hashes of values by name, and of all together.
struct Values {
    all: Hash,
    each: BTreeMap<String, Hash>,
}

impl Values {
    fn new(each: BTreeMap<String, Hash>) -> Values {
        let mut all = Hasher::new();
        each.iter().for_each(|(name, hash)| {
            all.bytes(name).hash(*hash);
        });
        Values { all: all.finish(), each }
    }

    /// Adds those that are read.
    fn put(&self, names: &Names, hasher: &mut Hasher) {
        match names {
            Names::All => _ = hasher.hash(self.all),
            Names::Some(names) => {
                for name in names {
                    hasher.bytes(name).hash(self.each.get(name).copied().unwrap_or_default());
                }
            }
        }
    }
}

/// The values that templates may read.
pub(super) struct OwnersValues {
    extra: Values,
    data: Values,
    /// By edition.
    menus: Vec<Values>,
}

fn hash(value: &impl serde::Serialize) -> Hash {
    // Writing plain values to memory does not fail.
    Hash::of(&serde_json::to_vec(value).unwrap_or_default())
}

impl OwnersValues {
    pub(super) fn new(renderer: &Renderer) -> OwnersValues {
        let extra = match &renderer.site.config.extra {
            serde_json::Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), hash(value))).collect(),
            // It has no keys; whoever asks for one asks for all of it.
            value => BTreeMap::from([(String::new(), hash(value))]),
        };
        let menus = renderer.editions.iter().map(|edition| {
            Values::new(edition.view.menus.iter().map(|(name, links)| (name.clone(), hash(links))).collect())
        });
        OwnersValues {
            extra: Values::new(extra),
            data: Values::new(renderer.site.data.hashes.clone()),
            menus: menus.collect(),
        }
    }

    /// Adds what a template reads in an edition.
    pub(super) fn put(&self, edition: u8, reads: &Reads, hasher: &mut Hasher) {
        self.extra.put(&reads.extra, hasher);
        self.data.put(&reads.data, hasher);
        self.menus[usize::from(edition)].put(&reads.menus, hasher);
    }
}
