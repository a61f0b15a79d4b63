//! How much work the reading of one file may take, counted and not timed.
//!
//! Every byte that a step goes over is counted. A reader whose work is in proportion to its input stays far below the bound; what passes
//! it is refused, so that the next file can be read. The count is the same on every machine.

use std::cell::Cell;

/// Steps that any file may take.
const BASE: u64 = 64 << 20;
/// Steps that a file may take besides for each of its bytes.
const EACH: u64 = 400;

thread_local! {
    // A file is read on one thread from its beginning to its end, and what counts lies many calls deep.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
}

/// Counts the work of `read` for a file of so many bytes. The number of steps, or `None` if they were too many.
pub(super) fn count<T>(bytes: usize, read: impl FnOnce() -> T) -> (T, Option<u64>) {
    let most = BASE + EACH * bytes as u64;
    let outer = LEFT.replace(most);
    let value = read();
    let left = LEFT.replace(outer);
    (value, (left > 0).then_some(most - left))
}

/// Counts some steps. `false` once there have been too many: then a step may leave its work undone, since nothing will come of it.
pub(super) fn spend(steps: usize) -> bool {
    let left = LEFT.get().saturating_sub(steps as u64);
    LEFT.set(left);
    left > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Context, Outcome, read_after};

    fn steps(text: &str) -> u64 {
        read_after(text.as_bytes(), "a", &Context::default(), 0).1.unwrap_or(u64::MAX)
    }

    fn ninjs(key: &str, text: &str) -> String {
        let text = serde_json::to_string(text).unwrap();
        format!(
            r#"{{"uri": "urn:a:1", "type": "text", "version": "1", "versionCreated": "2026-11-20T07:00:00Z", "pubStatus": "usable", "headline": "Ship leaves port", "{key}": {text}}}"#
        )
    }

    fn nitf(text: &str) -> String {
        format!(
            "<nitf><head><docdata><doc-id id-string='a'/></docdata></head><body><body.head><hedline><hl1>Ship leaves port</hl1></hedline></body.head><body.content>{text}</body.content></body></nitf>"
        )
    }

    fn iptc(text: &str) -> String {
        format!(
            "\u{1}abc0123 3 i 120  dpa 0456\r\n\r\nHalden/ship/\r\n\u{2}Ship leaves port\r\n\r\nHalden (dpa) - {text}\r\n\r\n\u{3}181030 GMT Nov 26\r\n\u{4}\r\n"
        )
    }

    #[test]
    fn work_doubles_with_the_input() {
        let units = [
            "\n",
            "   \n",
            "a\n\n",
            "   a\n",
            "a ",
            "ship",
            "&",
            "&amp;",
            "&lt;",
            "a &lt; b ",
            "&lt;a ",
            "<",
            "<br/>",
            "<form>a",
            "<title>a",
            "<a ",
            "(",
            "/",
            "- ",
            "a, ",
            "a   1   2\n",
            "* a\n",
            "(Adds quote)\n\n",
            "By Ana Reyes\n\n",
            "HALDEN, Nov 20 (AP) - a\n\n",
            "Keywords: A/B\n\n",
            "<AAPL> ",
            "\u{7}a",
            "\u{1b}(B",
            "<p>a</p>",
            "<p>a",
            "<div>",
            "<b>",
            "<font size=1>",
            "<table><tr><td>",
            "<ul><li>",
            "<br>",
            "   a<br>",
            "<x>",
            "</b>",
            "<p>Related Articles</p>",
            "<p>(Adds quote)</p>",
            "<p>ar/tb</p>",
            "<img src='a.jpg'>",
            "<script>",
            "<!-- a -->",
            "<!--",
            "&lt;b&gt;a&lt;/b&gt;",
            "<a href='https://a.example/'>a</a>",
            "<div class='notebook'>a</div>",
            "<pre>a   1\nb   2</pre>",
        ];
        for unit in units {
            type Form = fn(&str) -> String;
            let forms: [(&str, Form); 5] = [
                ("body_text", |text| ninjs("body_text", text)),
                ("body_html", |text| ninjs("body_html", &format!("<p>a</p>{text}"))),
                ("nitf", nitf),
                ("iptc", iptc),
                ("text", |text| format!("Ship leaves port\n\nHalden, Nov 20 (EFE).- {text}\n")),
            ];
            for (name, form) in forms {
                let [once, twice] = [400, 800].map(|count| steps(&form(&unit.repeat(count))));
                assert!(twice <= once * 5 / 2, "{name} of {unit:?}: {once} steps, then {twice}");
            }
        }
    }

    #[test]
    fn the_work_of_a_feed_doubles_with_its_items() {
        // The name of the channel is in every story and stands beside its item.
        let rss = |count: usize| {
            let items: String = (0..count).map(|k| format!("<item><guid>urn:a:{k}</guid><title>Ship leaves port</title><description>Text {k}.</description></item>")).collect();
            format!("<rss version='2.0'><channel><title>Longshore Wire</title>{items}</channel></rss>")
        };
        let atom = |count: usize| {
            let items: String = (0..count).map(|k| format!("<entry><id>urn:a:{k}</id><title>Ship leaves port</title><content type='html'>Text {k}.</content></entry>")).collect();
            format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>Longshore Wire</title>{items}</feed>")
        };
        let authors = |count: usize| {
            atom(count).replacen(
                "<entry>",
                &format!("{}<entry>", "<author><name>Ana Reyes</name></author>".repeat(count)),
                1,
            )
        };
        let feeds: [&dyn Fn(usize) -> String; 3] = [&rss, &atom, &authors];
        for feed in feeds {
            let [once, twice] = [200, 400].map(|count| steps(&feed(count)));
            assert!(twice <= once * 5 / 2, "{once} steps, then {twice}: {}", feed(1));
        }
    }

    #[test]
    fn the_work_of_mails_and_mappings_doubles_with_their_parts() {
        let mapping = "items: a[*]\nfields: {uri: b, headline: \"c[d=e].f\", keywords: \"g[*]\"}\nbody: \"h[*]\"\n";
        let mapping = crate::config::mapping::read(mapping, "m.yaml").unwrap();
        let context = Context { mapping: Some(&mapping), ..Context::default() };
        let json = |items: usize, inner: usize| {
            let text = r#"{"f": "Ship leaves port", "d": "x"}, "#.repeat(inner);
            let words = r#""word", "#.repeat(inner);
            let item = |k: usize| {
                format!(
                    r#"{{"b": "urn:a:{k}", "c": [{text}{{"d": "e", "f": "Ship leaves port"}}], "g": [{words}"w"], "h": [{words}"Text {k}."], "i": {{"j": ["six words of text without field"]}}}}"#
                )
            };
            format!(r#"{{"a": [{}]}}"#, (0..items).map(item).collect::<Vec<_>>().join(","))
        };
        let xml = |items: usize, inner: usize| {
            let text = "<c><d>x</d></c><g>word</g><h>Text</h><i>six words of text without field</i>".repeat(inner);
            let item = |k: usize| format!("<a><b>urn:a:{k}</b>{text}<c><d>e</d><f>Ship leaves port</f></c></a>");
            format!("<x>{}</x>", (0..items).map(item).collect::<String>())
        };
        let mail = |parts: usize, lines: usize| {
            let part =
                format!("--b\nContent-Type: text/plain; name=a.txt\n\n{}\n", "Ship leaves port\n\n".repeat(lines));
            format!(
                "Subject: a\nFrom: b@c.example\nContent-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
                part.repeat(parts)
            )
        };
        let forms: [&dyn Fn(usize, usize) -> String; 3] = [&json, &xml, &mail];
        for form in forms {
            let steps = |text: String| read_after(text.as_bytes(), "a", &context, 0).1.unwrap_or(u64::MAX);
            for (once, twice) in [((40, 2), (80, 2)), ((2, 100), (2, 200))] {
                let [once, twice] = [once, twice].map(|(one, other)| steps(form(one, other)));
                assert!(twice <= once * 5 / 2, "{once} steps, then {twice}: {}", form(1, 1));
            }
        }
    }

    #[test]
    fn every_path_of_a_mapping_counts() {
        // What is empty costs time as well, each time that a path leads to it.
        let xml = format!("<x><b>urn:a:1</b><h>Ships wait.</h><c>{}</c></x>", "<d/>".repeat(2_000));
        let json = r#"{"b": "urn:a:1", "h": "Ships wait.", "c": {"d": {"e": 1}}}"#.to_string();
        for (text, path, least) in [(&xml, "c", 2_000), (&json, "c.d.f", 16)] {
            let steps = |paths: usize| {
                let list = vec![path; paths].join(", ");
                let mapping = format!("fields: {{uri: b, headline: h, keywords: [{list}]}}\nbody: h\n");
                let mapping = crate::config::mapping::read(&mapping, "m.yaml").unwrap();
                let context = Context { mapping: Some(&mapping), ..Context::default() };
                read_after(text.as_bytes(), "a", &context, 0).1.unwrap_or(u64::MAX)
            };
            let [few, many] = [10, 50].map(steps);
            assert!(many - few >= 40 * least, "{path}: {few} steps, then {many}");
        }
    }

    #[test]
    fn what_takes_too_much_is_refused() {
        let (value, steps) = count(1, || {
            assert!(spend(1000));
            assert!(!spend(usize::MAX));
            assert!(!spend(1));
            7
        });
        assert_eq!((value, steps), (7, None));
        assert_eq!(count(1, || spend(9)).1, Some(9));
        let item = ninjs("body_text", "Ships wait.");
        let read = |before: usize| read_after(item.as_bytes(), "a", &Context::default(), before).0;
        assert_eq!((read(0).outcome(), read(0).items.len()), (Outcome::Story, 1));
        // All of it is spent before the text is read.
        let parsed = read(usize::MAX);
        assert_eq!((parsed.outcome(), parsed.items.len()), (Outcome::Error, 0));
        let message = "reading the file takes more work than its size allows; it was not imported";
        assert_eq!(parsed.diagnostics.iter().map(|one| one.message.as_str()).collect::<Vec<_>>(), [message]);
    }
}
