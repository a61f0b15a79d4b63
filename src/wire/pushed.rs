//! Names of files that a sender pushes before the item that shows them, each by an id of its own, as Superdesk does.

use crate::media_type;

/// The longest id, in bytes.
const ID_LIMIT: usize = 200;

/// The name of the file of an id, without its ending; `None` for what cannot be an id. Signs that a file name should not have are
/// hyphens in it.
pub fn stem(id: &str) -> Option<String> {
    let is_id = id.len() <= ID_LIMIT && id.bytes().any(|byte| byte.is_ascii_alphanumeric());
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    is_id.then(|| id.chars().map(plain).collect())
}

/// The name of the file of an id. `None` for what cannot be an id, and for media types that no story shows.
pub fn file_name(id: &str, media_type: &str) -> Option<String> {
    Some(format!("{}.{}", stem(id)?, media_type::ending(media_type)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_names_that_stay_in_their_folder() {
        for (id, media_type, expected) in [
            ("5f1a2b3c4d5e6f7a8b9c0d1e", "image/jpeg", Some("5f1a2b3c4d5e6f7a8b9c0d1e.jpg")),
            ("20261120/a.b.jpg", "image/png; x=y", Some("20261120-a-b-jpg.png")),
            ("../../etc", "video/mp4", Some("------etc.mp4")),
            ("é1", "Audio/MPEG", Some("-1.mp3")),
            ("..", "image/png", None),
            ("", "image/png", None),
            ("a", "text/html", None),
        ] {
            assert_eq!(file_name(id, media_type).as_deref(), expected, "{id}");
        }
        assert_eq!(stem(&"a".repeat(ID_LIMIT + 1)), None);
    }
}
