//! Media types of files (RFC 9110, section 8.3.1), by the endings of their names.

use crate::recording;

/// The media type of a file by its ending, text with its charset.
pub fn of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        // Feeds have types of their own.
        "feed.xml" => return "application/rss+xml; charset=utf-8",
        "atom.xml" => return "application/atom+xml; charset=utf-8",
        // Apple's form for links into apps has no ending.
        "apple-app-site-association" => return "application/json; charset=utf-8",
        "feed.json" => return "application/feed+json; charset=utf-8",
        _ => {}
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "vtt" => "text/vtt; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "jpg" | "jpeg" | "jpe" | "jfif" => "image/jpeg",
        "png" => "image/png",
        "apng" => "image/apng",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "wasm" => "application/wasm",
        _ => recording::content_type(name).unwrap_or("application/octet-stream"),
    }
}

/// The usual ending of files of a media type, for those that may go with a story.
pub fn ending(media_type: &str) -> Option<&'static str> {
    let bare = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    Some(match bare.as_str() {
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/avif" => "avif",
        "image/svg+xml" => "svg",
        "image/tiff" => "tif",
        "audio/aac" => "aac",
        "audio/flac" => "flac",
        "audio/mp4" | "audio/x-m4a" => "m4a",
        "audio/mpeg" | "audio/mp3" => "mp3",
        "audio/ogg" => "ogg",
        "audio/wav" | "audio/x-wav" => "wav",
        "video/mp4" => "mp4",
        "video/ogg" => "ogv",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        "application/pdf" => "pdf",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_those_of_their_types() {
        for media_type in ["image/jpeg", "image/png", "image/tiff", "audio/flac", "video/quicktime", "application/pdf"]
        {
            assert_eq!(of(&format!("x.{}", ending(media_type).unwrap())), media_type);
        }
        assert_eq!((ending("IMAGE/JPG; q=1"), ending("text/html"), ending("")), (Some("jpg"), None, None));
    }

    #[test]
    fn text_has_a_charset_and_feeds_their_type() {
        for (path, expected) in [
            ("a/index.html", "text/html; charset=utf-8"),
            ("feed.xml", "application/rss+xml; charset=utf-8"),
            ("es/atom.xml", "application/atom+xml; charset=utf-8"),
            ("sitemap.xml", "application/xml; charset=utf-8"),
            ("media/a.JPG", "image/jpeg"),
            ("media/storm.flac", "audio/flac"),
            ("media/storm.mov", "video/quicktime"),
            ("CNAME", "application/octet-stream"),
        ] {
            assert_eq!(of(path), expected, "{path}");
        }
    }
}
