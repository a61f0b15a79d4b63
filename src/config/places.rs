//! Where a value or a key stands in a YAML document. `serde_yaml` knows the place of an error, but not of a good value, so the
//! document is read once more and the reading stops there on purpose. Only asked for where something is wrong.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// One step from a value to a value inside it. `Key` counts equal keys, so that the second of two can be pointed at.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<'k> {
    /// The value of this key.
    Key(&'k str, usize),
    /// The item with this number, from 0.
    Item(usize),
}

/// Line and column of the value at a path, from 1.
pub fn of_value(yaml: &str, path: &[Step]) -> Option<(u32, u32)> {
    place(yaml, Seek { path, key: false })
}

/// Line and column of the key that the path ends with.
pub fn of_key(yaml: &str, path: &[Step]) -> Option<(u32, u32)> {
    place(yaml, Seek { path, key: true })
}

fn place(yaml: &str, seek: Seek) -> Option<(u32, u32)> {
    for document in serde_yaml::Deserializer::from_str(yaml) {
        let error = seek.deserialize(document).err()?;
        let place = error.location().map(|place| (place.line() as u32, place.column() as u32));
        // What is looked for may stand behind an empty document.
        let message = error.to_string();
        let is_empty =
            ["invalid type: unit value", "invalid type: Option value"].iter().any(|is| message.starts_with(is));
        if !is_empty || seek.path.is_empty() {
            return place;
        }
    }
    None
}

#[derive(Clone, Copy)]
struct Seek<'p> {
    path: &'p [Step<'p>],
    /// Whether the last key is wanted, and not its value.
    key: bool,
}

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value looked for")
    }

    // A scalar is the end of the way: the default methods fail with "invalid type", which carries its place.

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Some((Step::Item(wanted), rest)) = self.path.split_first() else {
            return Err(Error::custom("here"));
        };
        for _ in 0..*wanted {
            access.next_element::<IgnoredAny>()?;
        }
        access.next_element_seed(Seek { path: rest, ..self })?;
        while access.next_element::<IgnoredAny>()?.is_some() {}
        // It is not there.
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Some((Step::Key(wanted, nth), rest)) = self.path.split_first() else {
            return Err(Error::custom("here"));
        };
        let mut key = Key { wanted, left: *nth, stops: self.key && rest.is_empty() };
        while let Some(is_it) = access.next_key_seed(&mut key)? {
            if is_it {
                access.next_value_seed(Seek { path: rest, ..self })?;
            } else {
                access.next_value::<IgnoredAny>()?;
            }
        }
        // It is not there.
        Ok(())
    }
}

/// Reads a key and says whether it is the one looked for.
struct Key<'p> {
    wanted: &'p str,
    left: usize,
    stops: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for &mut Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        if text != self.wanted {
            return Ok(false);
        }
        if self.left > 0 {
            self.left -= 1;
            return Ok(false);
        }
        if self.stops { Err(E::custom("here")) } else { Ok(true) }
    }
}
