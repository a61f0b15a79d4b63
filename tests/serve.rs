//! The preview, over HTTP: the same bytes as a build, the manners of a host, changes shown as they are saved, and hostile requests.

#![cfg(feature = "serve")]
#![allow(clippy::print_stdout, reason = "a test that is passed over says so")]

use crate::support::{NOW, Site, edit_behind, time};
use dateline::serve::{Event, Listener, ServeOptions, start};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// So long a test waits before it fails. It is not a measure of anything.
const TIMEOUT: Duration = Duration::from_secs(90);

/// A running preview.
struct Preview {
    address: SocketAddr,
    events: Arc<Heard>,
}

#[derive(Default)]
struct Heard(Mutex<Vec<Event>>);

impl Listener for Heard {
    fn on_event(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

/// An answer.
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

fn options(site: &Site) -> ServeOptions {
    ServeOptions {
        root: site.root().to_path_buf(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 0,
        spare_ports: 0,
        names: Vec::new(),
        now: Some(time(NOW)),
        clock: || time("2036-01-01T00:00:00Z"),
        drafts: false,
        poll: false,
    }
}

impl Preview {
    fn of(site: &Site) -> Preview {
        Preview::with(site, |_| {})
    }

    fn with(site: &Site, change: impl FnOnce(&mut ServeOptions)) -> Preview {
        let mut options = options(site);
        change(&mut options);
        let events = Arc::new(Heard::default());
        let listener: Arc<dyn Listener> = events.clone();
        let server = start(options, listener).unwrap_or_else(|error| panic!("{error}"));
        let address = server.address();
        // It ends with the test program.
        std::thread::spawn(move || server.run(|| {}).unwrap());
        Preview { address, events }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            text.push_str(&format!("Host: {}\r\n", self.address));
        }
        headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\r\n")));
        self.raw(format!("{text}\r\n").as_bytes())
    }

    fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        stream.write_all(request).unwrap();
        // Lines without content may stand before a request, so the server waits for it until the client leaves.
        if request.iter().all(u8::is_ascii_whitespace) {
            stream.shutdown(Shutdown::Write).unwrap();
        }
        let mut bytes = Vec::new();
        // A request that is refused early may be cut off by a reset.
        let _ = stream.read_to_end(&mut bytes);
        let at = memchr::memmem::find(&bytes, b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_string())).collect();
        Answer { status: status.unwrap_or(0), headers, body: bytes.get(at + 4..).unwrap_or_default().to_vec() }
    }

    /// Asks until the answer is as wanted.
    fn until(&self, path: &str, what: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        let start = Instant::now();
        loop {
            let answer = self.get(path);
            if wanted(&answer) {
                return answer;
            }
            assert!(start.elapsed() < TIMEOUT, "{path}: {what}\n{} {}", answer.status, answer.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Opens a page as a browser does; its first news have come.
    fn browser(&self, path: &str) -> Browser {
        let browser = self.browser_at(path);
        browser.wait("problems", |_| true);
        browser
    }

    /// Opens a page as a browser does, and reads the events sent to it.
    fn browser_at(&self, path: &str) -> Browser {
        let version = self.get(path).header("x-dateline-version").to_string();
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        let request =
            format!("GET /_dateline/events?page={path}&version={version} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            let mut name = String::new();
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if let Some(event) = line.strip_prefix("event: ") {
                    name = event.to_string();
                } else if let Some(data) = line.strip_prefix("data: ")
                    && sender.send((name.clone(), serde_json::from_str(data).unwrap())).is_err()
                {
                    return;
                }
            }
        });
        Browser { events: receiver }
    }

    fn heard(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        self.events.0.lock().unwrap().iter().filter(|event| wanted(event)).count()
    }

    /// Waits until an event was heard.
    fn wait(&self, what: &str, wanted: impl Fn(&Event) -> bool) {
        let start = Instant::now();
        while self.heard(&wanted) == 0 {
            assert!(start.elapsed() < TIMEOUT, "{what}: {:?}", self.events.0.lock().unwrap());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

struct Browser {
    events: Receiver<(String, serde_json::Value)>,
}

impl Browser {
    /// Waits for an event of that name; others that come before are passed over.
    fn wait(&self, name: &str, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        let start = Instant::now();
        loop {
            let left = TIMEOUT.checked_sub(start.elapsed()).unwrap_or_else(|| panic!("no event `{name}`"));
            let (heard, data) = self.events.recv_timeout(left).unwrap_or_else(|_| panic!("no event `{name}`"));
            if heard == name && wanted(&data) {
                return data;
            }
        }
    }
}

/// A page without the script that the preview adds.
fn without_script(bytes: &[u8]) -> Vec<u8> {
    let Some(at) = memchr::memmem::find(bytes, b"<script src=\"/_dateline/client.js\"") else { return bytes.to_vec() };
    let end = memchr::memmem::find(&bytes[at..], b"</script>").unwrap() + at + "</script>".len();
    [&bytes[..at], &bytes[end..]].concat()
}

/// The address of a file of the output.
fn address(prefix: &str, file: &str) -> String {
    let mut path = format!("{prefix}/");
    dateline::path::push_encoded(&mut path, file.strip_suffix("index.html").unwrap_or(file));
    path
}

fn demonstration(settings: &str) -> Site {
    let (site, root) = (Site::new(), Path::new(env!("CARGO_MANIFEST_DIR")));
    let own = fs::read_to_string(root.join("dateline.yaml")).unwrap();
    let key = |line: &str| line.split(':').next().unwrap_or("").to_string();
    let given: Vec<String> = settings.lines().map(key).collect();
    let own: Vec<&str> = own.lines().filter(|line| !given.contains(&key(line))).collect();
    site.file("dateline.yaml", format!("{}\n{settings}", own.join("\n")));
    for folder in ["content", "themes"] {
        for (path, bytes) in crate::support::tree(&root.join(folder)) {
            site.file(&format!("{folder}/{path}"), bytes);
        }
    }
    site
}

#[test]
fn every_page_is_the_one_that_a_build_makes() {
    // A prefix is in every address alike, so a part of the pages shows it. The renditions of pictures are those of the other site.
    let plain = ("", "", crate::support::step(3));
    let settings = "base_url: https://example.org/wire/\nimages: {widths: [], social: false}\n";
    let prefixed = (settings, "/wire", crate::support::step(12));
    for (settings, prefix, step) in [plain, prefixed] {
        let site = demonstration(settings);
        // Once without a state, once with one.
        let before = Preview::of(&site);
        assert_eq!(before.get(&address(prefix, "index.html")).status, 200);
        assert!(!site.output().exists() && !site.root().join(".dateline").exists());
        site.build();
        let (output, state) =
            (crate::support::tree(&site.output()), crate::support::tree(&site.root().join(".dateline")));
        let after = Preview::of(&site);
        let mut seen = 0;
        for (file, bytes) in output.iter().filter(|(file, _)| !file.starts_with(".dateline")).step_by(step) {
            for preview in [&before, &after] {
                let answer = preview.get(&address(prefix, file));
                assert!([200, 301].contains(&answer.status), "{file}: {}", answer.status);
                assert!(without_script(&answer.body) == *bytes, "{file} differs");
                let is_page = answer.status == 200 && file.ends_with(".html");
                assert_eq!(answer.body.len() > bytes.len(), is_page, "{file}: the script");
                let kind = dateline::media_type::of(file);
                assert_eq!(answer.header("content-type"), kind, "{file}");
            }
            seen += 1;
        }
        assert!(seen * step > 500, "{seen} files");
        assert_eq!(crate::support::tree(&site.output()), output);
        assert_eq!(crate::support::tree(&site.root().join(".dateline")), state);
    }
}

#[test]
fn it_answers_as_a_host_does() {
    let site = Site::new();
    site.story("strike", "aliases: [/old/]", "Cranes stood still.").story("kept", "pubStatus: withheld", "Hidden.");
    let preview = Preview::of(&site);
    let url = "/news/2026/11/20/strike/";
    let page = preview.get(url);
    assert_eq!((page.status, page.header("cache-control")), (200, "no-cache"));
    assert_eq!(page.header("content-length"), page.body.len().to_string());

    let folder = preview.get("/news/2026/11/20/strike?a=b");
    assert_eq!((folder.status, folder.header("location")), (301, "/news/2026/11/20/strike/?a=b"));
    let old = preview.get("/old/");
    assert_eq!((old.status, old.header("location")), (301, url));
    let missing = preview.get("/nowhere/");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("/_dateline/client.js"));
    assert_eq!(preview.get("/news/2026/11/20/kept/").status, 404);

    // The policy of the theme, with what the preview's own script needs.
    let policy = page.header("content-security-policy");
    let own = format!("script-src-elem 'self' {}/_dateline/;", preview.address);
    assert!(policy.starts_with("default-src 'none'; img-src 'self'; ") && policy.contains(&own), "{policy}");
    assert_eq!(preview.get("/_dateline/stress/").header("content-security-policy"), "");
    let head = preview.ask("HEAD", url, &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), page.header("content-length"));
    let same = preview.ask("GET", url, &[("If-None-Match", page.header("etag"))]);
    assert_eq!((same.status, same.body.len()), (304, 0));
    let part = preview.ask("GET", "/robots.txt", &[("Range", "bytes=0-9")]);
    let whole = preview.get("/robots.txt");
    assert_eq!((part.status, &part.body[..]), (206, &whole.body[..10]));
    assert_eq!(part.header("content-range"), format!("bytes 0-9/{}", whole.body.len()));
    let beyond = preview.ask("GET", "/robots.txt", &[("Range", "bytes=99999-")]);
    assert_eq!(beyond.status, 416);
    let other = preview.ask("GET", "/robots.txt", &[("Range", "bytes=0-9"), ("If-Range", "\"other\"")]);
    assert_eq!((other.status, &other.body), (200, &whole.body));
    let post = preview.ask("POST", url, &[]);
    assert_eq!((post.status, post.header("allow")), (405, "GET, HEAD"));
}

#[test]
fn hostile_requests_get_nothing() {
    let site = Site::new();
    site.story("strike", "", "Cranes stood still.").file("secret.txt", "SECRET").file("content/secret.txt", "SECRET");
    site.file(".env", "SECRET").file("themes/own/theme.yaml", "# SECRET");
    let preview = Preview::of(&site);
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/media/secret.txt",
        "/media/../dateline.yaml",
        "/content/secret.txt",
        "/.env",
        "/%2eenv",
        "/.dateline/state",
        "/themes/own/theme.yaml",
        "//etc/passwd",
        "///etc/passwd",
        "/_dateline/../secret.txt",
        "/_dateline/%2e%2e/secret.txt",
        "/_dateline/nothing",
        "/index.html%00.txt",
        "/%00",
        "/%ff",
        "/%",
        "/%zz",
        "/news/%0d%0aSet-Cookie:%20a=b",
        "/con:/aux",
    ] {
        let answer = preview.get(path);
        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.text().contains("SECRET") && !answer.headers.contains_key("set-cookie"), "{path}");
    }
    assert_eq!(preview.get(&format!("/{}", "a".repeat(5000))).status, 414);
    assert!([0, 400, 414, 431].contains(&preview.get(&format!("/{}", "a".repeat(200_000))).status));
    let large = "x".repeat(100_000);
    assert!([0, 400, 431].contains(&preview.ask("GET", "/", &[("X-Large", &large)]).status));
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", ""] {
        assert_eq!(preview.ask("GET", "/", &[("Host", host)]).status, 421, "{host}");
    }
    assert_eq!(preview.ask("GET", "/", &[("Host", "localhost:1")]).status, 200);
    let headers = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")];
    assert_eq!(preview.ask("GET", "/_dateline/problems", &headers).status, 403);
    for request in [&b"\x16\x03\x01\x02\x00\x01\x00"[..], b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n\r\n"] {
        assert!(![200, 500].contains(&preview.raw(&[request, b"\r\n\r\n"].concat()).status));
    }
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn clients_that_send_nothing_do_not_keep_others_out() {
    let site = Site::new();
    site.story("strike", "", "Cranes stood still.");
    let preview = Preview::of(&site);
    let idle: Vec<TcpStream> = (0..150)
        .map(|n| {
            let mut stream = TcpStream::connect(preview.address).unwrap();
            if n % 2 == 0 {
                stream.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
            }
            stream
        })
        .collect();
    assert_eq!(preview.get("/").status, 200);
    drop(idle);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_site_is_not_followed() {
    let site = Site::new();
    let outside = crate::support::folder();
    fs::write(outside.path().join("secret.png"), "SECRET").unwrap();
    let picture = crate::support::png(2, 3, "");
    site.file("content/2026/11/cranes.png", &picture).story("strike", "", "![Cranes](cranes.png)");
    let preview = Preview::of(&site);
    let url = "/media/2026/11/cranes.png";
    assert_eq!(preview.get(url).body, picture);
    fs::remove_file(site.root().join("content/2026/11/cranes.png")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.png"), site.root().join("content/2026/11/cranes.png"))
        .unwrap();
    let answer = preview.until(url, "gone", |answer| answer.status == 404);
    assert!(!answer.text().contains("SECRET"));
}

/// The theme of the tests that edit one: `default` with a story page of its own.
fn edited(site: &Site, story: &str) {
    let text = format!("{{% extends \"default/base.html\" %}}\n{{% block main %}}{story}{{% endblock %}}\n");
    site.file("themes/own/templates/story.html", text);
}

fn themed(settings: &str) -> Site {
    let site = Site::with(&format!("theme: own\n{settings}"));
    site.file("themes/own/theme.yaml", "extends: default\n").file("themes/own/static/own.css", "a {}");
    edited(&site, "<h1>{{ story.headline }}</h1>");
    site.story("strike", "", "Cranes stood still.").story("port", "", "Ships wait.");
    site
}

const STRIKE: &str = "/news/2026/11/20/strike/";

#[test]
fn an_edit_of_a_template_is_shown_at_once() {
    for poll in [false, true] {
        let site = themed("");
        let preview = Preview::with(&site, |options| options.poll = poll);
        preview.wait("opened", |event| matches!(event, Event::Opened { .. }));
        let (browser, second, front) = (preview.browser(STRIKE), preview.browser(STRIKE), preview.browser("/"));
        edited(&site, "<h1>{{ story.headline }} as edited</h1>");
        browser.wait("page", |_| true);
        second.wait("page", |_| true);
        assert!(preview.get(STRIKE).text().contains("Headline of strike as edited"));
        // The same bytes as a build makes of it.
        site.build();
        assert_eq!(
            without_script(&preview.get(STRIKE).body),
            site.read("news/2026/11/20/strike/index.html").as_bytes()
        );
        assert!(front.events.try_iter().all(|(name, _)| name != "page"));
        assert_eq!(preview.heard(|event| matches!(event, Event::Polling(_))), usize::from(poll));
    }
}

#[test]
fn polling_finds_an_edit_of_the_same_length_whose_time_was_set_back() {
    let site = themed("");
    let preview = Preview::with(&site, |options| options.poll = true);
    preview.wait("opened", |event| matches!(event, Event::Opened { .. }));
    assert!(preview.get(STRIKE).text().contains("Cranes stood still."));
    edit_behind(&site, "content/2026/11/strike.md", b"still", b"ready");
    preview.until(STRIKE, "edited", |answer| answer.text().contains("Cranes stood ready."));
}

#[test]
fn a_style_sheet_is_swapped_and_other_files_reload() {
    let site = themed("");
    let preview = Preview::of(&site);
    let browser = preview.browser(STRIKE);
    site.file("themes/own/static/own.css", "a { color: red }");
    assert_eq!(browser.wait("styles", |_| true), serde_json::json!(["/assets/own.css"]));
    assert_eq!(preview.get("/assets/own.css").text(), "a { color: red }");
    site.file("themes/own/static/own.js", "// new");
    browser.wait("reload", |_| true);
    assert_eq!(preview.get("/assets/own.js").text(), "// new");
    fs::remove_file(site.root().join("themes/own/static/own.js")).unwrap();
    preview.until("/assets/own.js", "gone", |answer| answer.status == 404);
}

#[test]
fn files_of_static_come_and_change_without_a_restart() {
    let site = Site::new();
    site.story("strike", "", "Text.");
    let preview = Preview::of(&site);
    assert_eq!(preview.get("/ads.txt").status, 404);
    let browser = preview.browser("/");
    // The folder comes with its first file.
    site.file("static/ads.txt", "one");
    browser.wait("reload", |_| true);
    let answer = preview.get("/ads.txt");
    assert_eq!((answer.status, answer.text().as_str()), (200, "one"));
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    site.file("static/ads.txt", "three");
    browser.wait("reload", |_| true);
    assert_eq!(preview.get("/ads.txt").text(), "three");
    // A link in the place of a file leads nowhere.
    site.file("secret.txt", "secret").remove("static/ads.txt");
    std::os::unix::fs::symlink("../secret.txt", site.root().join("static/ads.txt")).unwrap();
    browser.wait("reload", |_| true);
    assert_ne!(preview.get("/ads.txt").text(), "secret");
}

#[test]
fn stories_are_read_again_as_they_are_saved() {
    let site = themed("");
    site.build();
    let preview = Preview::of(&site);
    let (browser, front) = (preview.browser(STRIKE), preview.browser("/"));
    // As editors save: a new file that takes the name of the old one.
    let text = fs::read_to_string(site.root().join("content/2026/11/strike.md")).unwrap();
    let (new, name) =
        (site.root().join("content/2026/11/.strike.md.swp"), site.root().join("content/2026/11/strike.md"));
    fs::write(&new, text.replace("Headline of strike", "Strike is over")).unwrap();
    fs::rename(&new, &name).unwrap();
    browser.wait("page", |_| true);
    front.wait("page", |_| true);
    assert!(
        preview.get(STRIKE).text().contains("Strike is over") && preview.get("/").text().contains("Strike is over")
    );
    site.story("later", "firstCreated: 2026-11-21T12:00:00Z", "More.");
    preview.until("/news/2026/11/21/later/", "there", |answer| answer.status == 200);
    site.remove("content/2026/11/later.md");
    preview.until("/news/2026/11/21/later/", "gone", |answer| answer.status == 404);
    // What is shown is what a build of now would make.
    site.build();
    for (file, bytes) in crate::support::tree(&site.output()).iter().filter(|(file, _)| !file.starts_with('.')) {
        assert!(without_script(&preview.get(&address("", file)).body) == *bytes, "{file}");
    }
}

#[test]
fn many_files_at_once_are_few_changes() {
    let site = themed("");
    let preview = Preview::of(&site);
    preview.wait("opened", |event| matches!(event, Event::Opened { .. }));
    preview.get("/");
    for n in 0..2000 {
        site.story(&format!("s{n}"), "", "Text.");
    }
    preview.until("/news/2026/11/20/s1999/", "there", |answer| answer.status == 200);
    let updates = preview.heard(|event| matches!(event, Event::Updated { .. }));
    // Far fewer than files, on however slow a disk.
    assert!(updates < 400, "{updates} updates");
}

#[test]
fn the_last_good_page_stays_under_a_fault() {
    let site = themed("");
    let preview = Preview::of(&site);
    let browser = preview.browser(STRIKE);
    let good = preview.get(STRIKE);

    // A template that cannot be read: everything stays as it was.
    edited(&site, "<h1>{{ story.headline </h1>");
    let problems = browser.wait("problems", |data| data["fatal"][0].is_object());
    let fault = &problems["fatal"][0];
    assert!(fault["place"].as_str().unwrap().starts_with("themes/own/templates/story.html:2:"), "{fault}");
    assert!(fault["excerpt"].as_str().unwrap().contains("story.headline"), "{fault}");
    assert_eq!(preview.get(STRIKE).body, good.body);
    edited(&site, "<h1>{{ story.headline }} mended</h1>");
    browser.wait("page", |_| true);
    browser.wait("problems", |data| data["fatal"] == serde_json::json!([]));
    preview.wait("mended", |event| matches!(event, Event::Mended));

    // One that fails on this page: the page as it last was, and a status that says so.
    edited(&site, "<h1>{{ story.hedline }}</h1>");
    let problems = browser.wait("problems", |data| data["fatal"][0].is_object());
    let place = problems["fatal"][0]["place"].as_str().unwrap();
    assert!(place.starts_with("themes/own/templates/story.html:2:"), "{place}");
    let failed = preview.get(STRIKE);
    assert!(failed.status == 500 && failed.text().contains("Headline of strike mended"));
    // A page that never was good has the reason in its text.
    let other = preview.get("/news/2026/11/20/port/");
    assert!(other.status == 500 && other.text().contains("hedline"), "{}", other.text());
    let faults = |event: &Event| matches!(event, Event::Problems(all) if all[0].message.contains("hedline"));
    assert_eq!(preview.heard(faults), 1, "the terminal gets it once");
    // In a part, with the way that led to it.
    site.file("themes/own/templates/parts/own.html", "<p>{{ story.hedline }}</p>");
    edited(&site, "{% include \"parts/own.html\" %}");
    let problems = browser
        .wait("problems", |data| data["fatal"][0]["place"].as_str().is_some_and(|at| at.contains("parts/own.html")));
    assert!(problems["fatal"][0]["excerpt"].as_str().unwrap().contains("story.html"), "{problems}");
    // A template that includes itself, and a loop without end.
    edited(&site, "{% include \"story.html\" %}");
    browser.wait("problems", |data| data["fatal"][0].is_object());
    edited(
        &site,
        "{% for a in range(end=900) %}{% for b in range(end=900) %}{% for c in range(end=900) %}x{% endfor %}{% endfor %}{% endfor %}",
    );
    browser.wait("problems", |data| data["fatal"][0]["message"].as_str().is_some_and(|text| text.contains("range")));
    edited(&site, "<h1>{{ story.headline }}</h1>");
    browser.wait("problems", |data| data["fatal"] == serde_json::json!([]));
    assert_eq!(preview.get(STRIKE).body, good.body);

    // The whole theme goes, and comes back.
    fs::rename(site.root().join("themes/own"), site.root().join("gone")).unwrap();
    browser.wait("problems", |data| data["fatal"][0].is_object());
    assert_eq!(preview.get(STRIKE).body, good.body);
    fs::remove_dir(site.root().join("themes")).unwrap();
    fs::create_dir(site.root().join("themes")).unwrap();
    fs::rename(site.root().join("gone"), site.root().join("themes/own")).unwrap();
    browser.wait("problems", |data| data["fatal"] == serde_json::json!([]));
    edited(&site, "<h1>{{ story.headline }} again</h1>");
    preview.until(STRIKE, "edited", |answer| answer.text().contains("again"));
}

#[test]
fn settings_are_taken_in_too() {
    let site = themed("");
    let preview = Preview::of(&site);
    let browser = preview.browser(STRIKE);
    let settings = |more: &str| {
        site.file("dateline.yaml", format!("base_url: https://example.org/\ntheme: own\n{more}"));
    };
    settings("title: Another name\n");
    browser.wait("page", |_| true);
    assert!(preview.get("/").text().contains("Another name"));
    settings("titel: Typo\n");
    let problems = browser.wait("problems", |data| data["fatal"][0].is_object());
    assert!(problems["fatal"][0]["place"].as_str().unwrap().starts_with("dateline.yaml:"), "{problems}");
    settings("title: Third name\n");
    browser.wait("problems", |data| data["fatal"] == serde_json::json!([]));
    assert!(preview.get("/").text().contains("Third name"));
    site.file("content/categories.yaml", "news:\n  name: Bulletins\n");
    preview.until("/news/", "renamed", |answer| answer.text().contains("Bulletins"));
}

#[test]
fn faults_of_content_are_shown_on_their_page() {
    let site = themed("");
    let preview = Preview::of(&site);
    let browser = preview.browser(STRIKE);
    site.story("strike", "", "Cranes [stood](nowhere.md) still.");
    let shown = browser.wait("problems", |data| data["page"][0].is_object());
    assert!(shown["page"][0]["place"].as_str().unwrap().starts_with("content/2026/11/strike.md:"), "{shown}");
    assert!(shown["page"][0]["excerpt"].as_str().unwrap().contains("nowhere.md"), "{shown}");
    assert_eq!(shown["fatal"], serde_json::json!([]));
    // An error hides the story. An open page of it shows why it went.
    site.story("strike", "urgencyy: 3", "Cranes stood still.");
    let shown = browser.wait("problems", |data| data["fatal"][0].is_object());
    assert!(shown["fatal"][0]["message"].as_str().unwrap().contains("urgencyy"), "{shown}");
    assert_eq!((shown["errors"].as_u64(), preview.get(STRIKE).status), (Some(1), 404));
    let list = preview.get("/_dateline/problems").text();
    assert!(list.contains("urgencyy"), "{list}");
    site.story("strike", "", "Cranes stood still.");
    browser.wait("problems", |data| data["page"] == serde_json::json!([]) && data["errors"] == 0);
}

#[test]
fn a_site_that_cannot_be_read_is_shown_when_it_is_mended() {
    let site = themed("");
    edited(&site, "{% if %}");
    let preview = Preview::of(&site);
    let answer = preview.get(STRIKE);
    assert!(answer.status == 500 && answer.text().contains("story.html"), "{}", answer.text());
    edited(&site, "<h1>good</h1>");
    preview.until(STRIKE, "mended", |answer| answer.status == 200);
}

#[test]
fn builds_and_the_preview_leave_each_other_alone() {
    let site = themed("");
    let preview = Preview::of(&site);
    preview.get("/");
    for n in 0..3 {
        site.story("strike", "", &format!("Text {n}."));
        let report = site.build();
        assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
        preview.until(STRIKE, "edited", |answer| answer.status == 200);
        edited(&site, &format!("{n} {{{{ story.body }}}}"));
        preview.until(STRIKE, "edited", |answer| answer.text().contains(&format!("{n} <p>Text {n}.</p>")));
    }
}

#[test]
fn a_port_in_use_is_reported() {
    let site = Site::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let ran = site.cli(&["serve", "--port", &port.to_string()]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains(&format!("error[serve-address]: port {port} is in use")), "{}", ran.stderr);
    assert!(ran.stderr.contains("--port 0"), "{}", ran.stderr);
    let mut options = options(&site);
    (options.port, options.spare_ports) = (port, 50);
    let server = start(options, Arc::new(Heard::default())).unwrap();
    assert!(server.address().port() > port);
}

#[test]
fn a_folder_without_a_site_is_reported() {
    let site = Site::new();
    site.remove("dateline.yaml");
    let ran = site.cli(&["serve", "--port", "0"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("dateline.yaml") && ran.stderr.contains("--site"), "{}", ran.stderr);
}

#[test]
fn hidden_stories_are_for_this_machine_alone() {
    let site = themed("");
    let body = "<h1>{{ story.headline }}</h1>{{ story.body }}{% for p in story.pictures %}<img src=\"{{ p.src }}\">{% endfor %}";
    edited(&site, body);
    site.file("content/2026/11/budget.png", crate::support::png(2, 3, ""));
    site.story("budget", "embargoedUntil: 2026-12-01T06:00:00Z", "Secret figures. ![Chart](budget.png)");
    site.story("kept", "pubStatus: withheld", "Held back.").story("draft", "draft: true", "Half a text.");
    site.story("desk", "advisory: true", "For desks.").story("bad", "urgency: many", "Wrong.");
    let preview = Preview::of(&site);
    let list = preview.get("/_dateline/hidden/").text();
    for why in [
        "under embargo until 2026-12-01T06:00:00Z",
        "withheld",
        "a draft",
        "an advisory",
        "an error in its front matter",
    ] {
        assert!(list.contains(why), "{why}\n{list}");
    }
    assert!(!list.contains("strike.md"), "{list}");
    let page = preview.get("/_dateline/hidden/2026/11/budget.md");
    assert!(page.status == 200 && page.text().contains("Secret figures."), "{}", page.text());
    assert!(page.text().contains("/_dateline/file/2026/11/budget.png"), "{}", page.text());
    assert_eq!(preview.get("/_dateline/file/2026/11/budget.png").body, crate::support::png(2, 3, ""));
    let browser = preview.browser_at("/_dateline/hidden/2026/11/budget.md");
    let shown = browser.wait("problems", |_| true);
    assert!(shown["hidden"].as_str().unwrap().contains("embargo"), "{shown}");
    // A public story is not a hidden one, and the public site names none.
    assert_eq!(preview.get("/_dateline/hidden/2026/11/strike.md").status, 404);
    for path in ["/news/2026/11/20/budget/", "/media/2026/11/budget.png", "/_dateline/hidden/../budget.md"] {
        assert_eq!(preview.get(path).status, 404, "{path}");
    }
    assert_eq!(preview.get("/_dateline/file/2026/11/budget.md").status, 404);
    assert!(!preview.get("/").text().contains("budget"));
    // It follows an edit, too.
    site.story("budget", "embargoedUntil: 2026-12-01T06:00:00Z", "Other figures.");
    browser.wait("page", |_| true);
    assert!(preview.get("/_dateline/hidden/2026/11/budget.md").text().contains("Other figures."));

    // From the network they are not there.
    let outer = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    let Ok(outer) = outer.map(|address| address.ip()) else {
        println!("this machine has no network: the rest is passed over");
        return;
    };
    let mut open = Preview::with(&site, |options| options.address = IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    open.address = SocketAddr::new(outer, open.address.port());
    assert_eq!(open.get(STRIKE).status, 200);
    for path in ["/_dateline/hidden/", "/_dateline/hidden/2026/11/budget.md", "/_dateline/file/2026/11/budget.png"] {
        let answer = open.get(path);
        assert!(answer.status == 404 && !answer.text().contains("figures"), "{path}");
    }
    assert_eq!(open.get("/_dateline/events?page=/_dateline/hidden/2026/11/budget.md").status, 404);
}

#[test]
fn the_inspector_shows_what_made_a_page() {
    let site = themed("");
    edited(&site, "<h1>{{ story.headline }}</h1>");
    site.story("picked", "related: [urn:check:port]", "Words.");
    let preview = Preview::of(&site);
    let text = preview.get("/_dateline/inspect?page=/news/2026/11/20/picked/").text();
    for part in [
        "<td>story.html</td>",
        "<td>own → default</td>",
        "themes/own/templates/story.html",
        "themes/default/templates/base.html",
        "urn:check:picked, version 1",
        "named under `related`; published 2026-11-20T12:00:00",
        "content/2026/11/port.md",
        "content/2026/11/picked.md",
        "&quot;headline&quot;: &quot;Headline of picked&quot;",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let front = preview.get("/_dateline/inspect?page=/").text();
    assert!(front.contains("front page: urgency 5, published"), "{front}");
    let list = preview.get("/_dateline/inspect?page=/news/").text();
    assert!(list.contains("from the oldest; published"), "{list}");
    let nothing = preview.get("/_dateline/inspect?page=/nowhere/").text();
    assert!(nothing.contains("not-found"), "{nothing}");
}

#[test]
fn the_inspector_says_why_a_front_shows_a_story() {
    let site = themed("");
    let front = "content/fronts/en.yaml";
    site.story("held", "pubStatus: withheld", "Words.");
    site.file(front, "zones:\n- {zone: lead, story: urn:check:port, links: [urn:check:held]}\n- zone: latest\n");
    let preview = Preview::of(&site);
    let text = preview.get("/_dateline/inspect?page=/").text();
    for part in [
        "zone 1, lead: picked; published",
        "zone 2, latest: automatic, by time; published",
        "`urn:check:held` is picked and not shown: it is withheld",
        "content/fronts/en.yaml:2:47",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // An edit of the file shows at once, and so does what is wrong with it.
    site.file(front, "zones:\n- {zone: package, title: Quagga, stories: [urn:check:port]}\n");
    preview.until("/", "the edit", |answer| answer.text().contains("Quagga"));
    site.file(front, "zones:\n- {zone: package, titel: Quagga}\n");
    preview.until("/_dateline/problems", "the fault", |answer| answer.text().contains("did you mean `title`?"));
}

#[test]
fn stress_stories_are_shown_by_the_theme_at_hand() {
    let site = themed("");
    let preview = Preview::of(&site);
    let list = preview.get("/_dateline/stress/").text();
    for name in ["02-headline-alone", "05-right-to-left", "08-withdrawn", "17-thirty-related", "front", "not-found"] {
        assert!(list.contains(&format!("/_dateline/stress/{name}")), "{name}\n{list}");
    }
    let page = preview.get("/_dateline/stress/10-picture").text();
    assert!(page.contains("<h1>A story with a picture</h1>") && page.contains("client.js"), "{page}");
    assert!(!preview.get("/_dateline/stress/10-picture?small=1").text().contains("client.js"));
    assert!(preview.get("/_dateline/stress/file/wide.png").body.starts_with(b"\x89PNG"));
    assert_eq!(preview.get("/_dateline/stress/nothing").status, 404);
    assert_eq!(preview.get("/_dateline/stress/file/01-plain.md").status, 404);
    let browser = preview.browser("/_dateline/stress/10-picture");
    edited(&site, "<h1>{{ story.headline }} by another theme</h1>");
    browser.wait("page", |_| true);
    assert!(preview.get("/_dateline/stress/10-picture").text().contains("by another theme"));
}

/// A namespace of its own has its own limit of watched folders, so the machine's is left alone.
#[cfg(target_os = "linux")]
#[test]
fn changes_are_polled_for_where_the_system_does_not_report_them() {
    use std::process::{Command, Stdio};
    let limit = "echo 3 > /proc/sys/user/max_inotify_watches && exec \"$@\"";
    let can = Command::new("unshare").args(["-Ur", "sh", "-c", limit, "sh", "true"]).stderr(Stdio::null()).status();
    if !can.is_ok_and(|status| status.success()) {
        println!("user namespaces cannot be made here: passed over");
        return;
    }
    let site = themed("");
    let mut child = Command::new("unshare")
        .args(["-Ur", "sh", "-c", limit, "sh", env!("CARGO_BIN_EXE_dateline"), "serve", "--port", "0", "--site"])
        .arg(site.root())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut line = |start: &str| lines.find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start}"));
    let link = line("http://");
    let shown = line("looking for changes once a second");
    assert!(shown.contains("fs.inotify.max_user_watches"), "{shown}");
    let address = link.split('/').nth(2).unwrap().parse().unwrap();
    let preview = Preview { address, events: Arc::default() };
    edited(&site, "<h1>{{ story.headline }} as edited</h1>");
    preview.until(STRIKE, "edited", |answer| answer.text().contains("as edited"));
    child.kill().unwrap();
    child.wait().unwrap();
}
