//! The keys of a record that is read from YAML, for tests that hold tables to them.

use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};

/// The keys that a record reads, in order of the alphabet.
#[track_caller]
pub(crate) fn of<'de, T: Deserialize<'de>>() -> Vec<String> {
    let Err(keys) = T::deserialize(Ask) else { panic!("it is not a record") };
    let mut keys: Vec<String> = keys.to_string().split(' ').map(str::to_string).collect();
    keys.sort_unstable();
    keys
}

/// Answers a record that wants to be read with an error that names its keys.
struct Ask;

impl<'de> Deserializer<'de> for Ask {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("no record"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        Err(Error::custom(fields.join(" ")))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
