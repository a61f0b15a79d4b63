//! What search engines ask for: sitemap index, sitemap parts, the news sitemap, and robots.txt.
//!
//! The caller cuts the lists to the limits below (by month, by age): a list cut here would be cut in silence.

use crate::clock::{Timestamp, Zone};
use crate::render::xml::{push, push_element};

const XMLNS: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const NEWS_XMLNS: &str = "http://www.google.com/schemas/sitemap-news/0.9";

/// A story in the news sitemap.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewsEntry<'a> {
    /// Full address of the story's page.
    pub(super) url: &'a str,
    /// Name of the publication, exactly as registered.
    pub(super) name: &'a str,
    /// BCP 47 language of the story; written as the two or three letters that the format wants.
    pub(super) language: &'a str,
    /// First publication.
    pub(super) published: Timestamp,
    /// Headline, without kicker or marks.
    pub(super) title: &'a str,
}

/// Appends one part: full addresses, each with the time of its last change, if known.
pub(super) fn part(urls: &[(String, Option<Timestamp>)], out: &mut Vec<u8>) {
    push_list(out, "urlset", "url", urls);
}

/// Appends the index of all parts, each with the latest change in it, if known.
pub(super) fn index(parts: &[(String, Option<Timestamp>)], out: &mut Vec<u8>) {
    push_list(out, "sitemapindex", "sitemap", parts);
}

/// Appends the news sitemap; valid without any story, as on a quiet weekend. Dates stand in the site's zone.
pub(super) fn news(entries: &[NewsEntry<'_>], zone: &Zone, out: &mut Vec<u8>) {
    push(
        out,
        &format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"{XMLNS}\" xmlns:news=\"{NEWS_XMLNS}\">\n"
        ),
    );
    for entry in entries {
        push(out, "<url>\n");
        push_element(out, "loc", entry.url);
        push(out, "<news:news>\n<news:publication>\n");
        push_element(out, "news:name", entry.name);
        push_element(out, "news:language", &news_language(entry.language));
        push(out, "</news:publication>\n");
        push_element(out, "news:publication_date", &entry.published.rfc3339(zone));
        push_element(out, "news:title", entry.title);
        push(out, "</news:news>\n</url>\n");
    }
    push(out, "</urlset>\n");
}

/// Appends robots.txt: all may be read, but not by the robots that are named, and here is where to begin. Takes full addresses of
/// sitemaps and of the licence.
pub(super) fn robots(sitemaps: &[String], disallow: &[String], license: Option<&str>, out: &mut Vec<u8>) {
    push(out, "User-agent: *\nAllow: /\n");
    if !disallow.is_empty() {
        push(out, "\n");
        disallow.iter().for_each(|robot| push(out, &format!("User-agent: {robot}\n")));
        push(out, "Disallow: /\n");
    }
    if let Some(license) = license {
        push(out, &format!("\nLicense: {}\n", license.replace(char::is_control, "")));
    }
    if !sitemaps.is_empty() {
        push(out, "\n");
    }
    for sitemap in sitemaps {
        // A line end in an address would begin a rule of its own.
        push(out, &format!("Sitemap: {}\n", sitemap.replace(char::is_control, "")));
    }
}

fn push_list(out: &mut Vec<u8>, root: &str, item: &str, urls: &[(String, Option<Timestamp>)]) {
    push(out, &format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{root} xmlns=\"{XMLNS}\">\n"));
    for (url, lastmod) in urls {
        push(out, &format!("<{item}>\n"));
        push_element(out, "loc", url);
        if let Some(lastmod) = lastmod {
            push_element(out, "lastmod", &lastmod.to_string());
        }
        push(out, &format!("</{item}>\n"));
    }
    push(out, &format!("</{root}>\n"));
}

/// Two or three letters, without region or script; but Chinese by its script, `zh-cn` or `zh-tw`.
fn news_language(language: &str) -> String {
    let language = language.to_ascii_lowercase();
    let mut subtags = language.split(['-', '_']);
    let primary = subtags.next().unwrap_or("");
    if primary == "zh" {
        // The script decides; without one, the region.
        let subtags: Vec<&str> = subtags.collect();
        let simplified = subtags.contains(&"hans");
        let traditional = subtags.iter().any(|subtag| matches!(*subtag, "hant" | "tw" | "hk" | "mo"));
        return if traditional && !simplified { "zh-tw" } else { "zh-cn" }.to_string();
    }
    let known = matches!(primary.len(), 2 | 3) && primary.bytes().all(|byte| byte.is_ascii_lowercase());
    // `und` is the code for "undetermined".
    if known { primary.to_string() } else { "und".to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::xml::tests::{HARMLESS, HOSTILE, read};

    #[test]
    fn parts_and_index_hold_what_they_were_given() {
        let urls = [("https://example.org/?a=1&b=<".to_string(), Some(Timestamp::EPOCH)), (HOSTILE.to_string(), None)];
        let mut out = Vec::new();
        part(&urls, &mut out);
        assert_eq!(
            read(&out),
            [
                "urlset xmlns=http://www.sitemaps.org/schemas/sitemap/0.9",
                "urlset/url/loc https://example.org/?a=1&b=<",
                "urlset/url/lastmod 1970-01-01T00:00:00Z",
                &format!("urlset/url/loc {HARMLESS}"),
            ]
        );
        out.clear();
        index(&urls, &mut out);
        assert_eq!(read(&out)[1], "sitemapindex/sitemap/loc https://example.org/?a=1&b=<");
        assert_eq!(read(&out)[2], "sitemapindex/sitemap/lastmod 1970-01-01T00:00:00Z");
    }

    #[test]
    fn news_holds_a_story_and_may_be_empty() {
        let zone = Zone::named("Asia/Kolkata").unwrap();
        let mut out = Vec::new();
        news(&[], &zone, &mut out);
        assert_eq!(read(&out).len(), 2, "two namespaces and nothing else");
        out.clear();
        let entry = NewsEntry {
            url: "https://example.org/a/",
            name: "Agency & Sons",
            language: "pt-BR",
            published: Timestamp::EPOCH,
            title: HOSTILE,
        };
        news(&[entry], &zone, &mut out);
        assert_eq!(
            read(&out)[2..],
            [
                "urlset/url/loc https://example.org/a/",
                "urlset/url/news:news/news:publication/news:name Agency & Sons",
                "urlset/url/news:news/news:publication/news:language pt",
                "urlset/url/news:news/news:publication_date 1970-01-01T05:30:00+05:30",
                &format!("urlset/url/news:news/news:title {HARMLESS}"),
            ]
        );
    }

    #[test]
    fn languages_as_news_search_wants_them() {
        for (language, code) in [
            ("es", "es"),
            ("EN-gb", "en"),
            ("fil", "fil"),
            ("zh", "zh-cn"),
            ("zh-Hant", "zh-tw"),
            ("zh-HK", "zh-tw"),
            ("zh-Hans-HK", "zh-cn"),
            ("", "und"),
            ("x-klingon", "und"),
        ] {
            assert_eq!(news_language(language), code, "{language}");
        }
    }

    #[test]
    fn robots_cannot_be_given_another_line() {
        let mut out = Vec::new();
        robots(&["https://example.org/sitemap.xml\nDisallow: /".to_string()], &[], None, &mut out);
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "User-agent: *\nAllow: /\n\nSitemap: https://example.org/sitemap.xmlDisallow: /\n");
    }
}
