//! Views with those of their fields alone that templates name: what no template asks for is not made into a value.

use crate::theme::Fields;

/// A view with the fields that the templates of a page name.
pub struct Shown<'v, V> {
    /// The view.
    pub view: &'v V,
    /// The names.
    pub fields: Fields,
}

/// Defines a view of which templates may get a part.
macro_rules! view {
    ($(#[$about:meta])* pub struct $view:ident $(<$life:lifetime>)? { $($(#[$of:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        pub struct $view $(<$life>)? {
            $($(#[$of])* pub $field: $type,)*
        }

        impl $(<$life>)? serde::Serialize for $crate::render::views::Shown<'_, $view $(<$life>)?> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct;
                let has = |name| self.fields.has(name);
                let fields = [$(const { $crate::theme::Fields::named(stringify!($field)) }),*];
                let count = fields.into_iter().filter(|field| has(*field)).count();
                let mut shown = serializer.serialize_struct(stringify!($view), count)?;
                $(if has(const { $crate::theme::Fields::named(stringify!($field)) }) {
                    shown.serialize_field(stringify!($field), &self.view.$field)?;
                })*
                shown.end()
            }
        }
    };
}

pub(super) use view;
