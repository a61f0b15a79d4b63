//! Pushes to the live desk, over HTTP: who may push, what is refused, and that what was taken is published.

#![cfg(feature = "serve")]

use crate::live_desk::{Desk, TARGET, TIMEOUT, clean, is_live, item, live, newsroom, noon, options, until};
use crate::support::{self, Site, tree};
use dateline::live_desk::{DeskOptions, Event};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const SOURCES: &str = "sources: {dpa: {}, other: {format: nitf}}\n";

/// An answer: its status, its head and what it says.
struct Answer {
    status: u16,
    head: String,
    text: String,
    said: Value,
}

/// Sends bytes and reads the answer.
fn send(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    // One that is refused may not be read to its end.
    let _ = stream.write_all(bytes);
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let said = serde_json::from_str(body).unwrap_or_default();
    Answer { status, head: head.to_string(), text: body.to_string(), said }
}

fn request(method: &str, path: &str, fields: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let fields = if fields.contains("Host:") { fields.to_string() } else { format!("Host: localhost\r\n{fields}") };
    format!("{method} {path} HTTP/1.1\r\n{fields}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

fn push(address: SocketAddr, source: &str, body: &str) -> Answer {
    send(address, &request("POST", &format!("/push/{source}"), "", body))
}

fn with_push(site: &Site) -> DeskOptions {
    DeskOptions { push: Some("127.0.0.1:0".parse().unwrap()), ..options(site, noon) }
}

/// Where a desk listens.
fn address(desk: &Desk) -> SocketAddr {
    let find = || {
        let events = desk.heard.0.lock().unwrap();
        events.iter().find_map(|event| if let Event::Listening(address) = event { Some(*address) } else { None })
    };
    until("the server", || find().is_some());
    find().unwrap()
}

/// How many items wait in the desk's folder of a source.
fn waiting(site: &Site, source: &str) -> usize {
    let folder = site.root().join(format!(".dateline/desk/push/source/{source}"));
    tree(&folder).keys().filter(|name| !name.contains('/')).count()
}

#[test]
fn an_item_waits_while_the_settings_lack_its_source() {
    let sources = "sources: {dpa: {trust: withheld}}\n";
    let site = newsroom(&format!("{TARGET}{sources}"));
    let desk = Desk::start(with_push(&site));
    let address = address(&desk);
    let settings = std::fs::read_to_string(site.root().join("dateline.yaml")).unwrap();
    site.file("dateline.yaml", settings.replace(sources, ""));
    assert_eq!(push(address, "dpa", &item("a", 1, "usable", "Halden", "")).status, 201);
    assert_eq!(send(address, &request("POST", "/push", "", &item("b", 1, "usable", "Moss", ""))).status, 201);
    until("the item without a source", || is_live(&site, "news/2026/11/23/moss-closes/index.html"));
    assert_eq!(waiting(&site, "dpa"), 1);
    site.file("dateline.yaml", settings);
    until("the item of the source", || waiting(&site, "dpa") == 0);
    until("its line", || desk.heard.items().iter().any(|line| line.source.as_deref() == Some("dpa")));
    desk.stop();
    assert!(!live(&site).keys().any(|path| path.contains("halden")), "the source is not trusted");
    assert!(live(&site) == clean(&site, noon()));
}

#[test]
fn what_is_pushed_is_live_and_a_retry_does_nothing() {
    let site = newsroom(&format!("{TARGET}{SOURCES}"));
    let desk = Desk::start(with_push(&site));
    let address = address(&desk);
    let body = item("a", 1, "usable", "Halden", "");
    for _ in 0..2 {
        let answer = push(address, "dpa", &body);
        assert_eq!((answer.status, &answer.said["status"]), (201, &"stored".into()));
    }
    until("the story", || is_live(&site, "news/2026/11/23/halden-closes/index.html"));
    until("the items", || waiting(&site, "dpa") == 0);
    let first = tree(&site.root().join("content"));
    assert_eq!(push(address, "dpa", &body).status, 201);
    until("the line of the retry", || desk.heard.items().last().is_some_and(|line| line.became == "same"));
    assert!(first == tree(&site.root().join("content")), "a retry writes nothing");
    let lines = desk.heard.items();
    assert_eq!(lines.iter().filter(|line| line.became == "new").count(), 1, "{lines:?}");
    assert_eq!(lines[0].source.as_deref(), Some("dpa"));
    // Without a source, as into a drop folder of the command line.
    assert_eq!(send(address, &request("POST", "/push", "", &item("b", 1, "usable", "Moss", ""))).status, 201);
    until("the second story", || is_live(&site, "news/2026/11/23/moss-closes/index.html"));
    desk.stop();
    assert!(live(&site) == clean(&site, noon()));
}

/// Sends an asset as the library does that Superdesk uses: a form of two fields.
fn push_asset(address: SocketAddr, id: &str, kind: &str, bytes: &[u8], secret: Option<&str>) -> Answer {
    let start = format!(
        "--c0ffee\r\nContent-Disposition: form-data; name=\"media_id\"\r\n\r\n{id}\r\n\
         --c0ffee\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{id}\"\r\nContent-Type: {kind}\r\n\r\n"
    );
    let body = [start.as_bytes(), bytes, b"\r\n--c0ffee--\r\n"].concat();
    let signature = secret.map(|secret| format!("x-superdesk-signature: sha1={}\r\n", sign(secret, &body)));
    let head = format!(
        "POST /assets/dpa HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=c0ffee\r\n{}Content-Length: {}\r\n\r\n",
        signature.unwrap_or_default(),
        body.len()
    );
    send(address, &[head.as_bytes(), &body].concat())
}

#[test]
fn assets_come_before_the_items_that_show_them() {
    let site = newsroom(&format!("{TARGET}{SOURCES}"));
    let secret = |name: &str| (name == dateline::live_desk::SECRET).then(|| "harbour".to_string());
    let desk = Desk::start(DeskOptions { environment: secret, ..with_push(&site) });
    let address = address(&desk);
    let asked = |id: &str| send(address, &request("GET", &format!("/assets/dpa/{id}"), "", "")).status;
    let (picture, other) = (support::png(3, 2, ""), support::png(4, 2, ""));
    assert_eq!(asked("5f1a2b"), 404);
    assert_eq!(push_asset(address, "5f1a2b", "image/png", &picture, None).status, 403);
    assert_eq!(push_asset(address, "5f1a2b", "image/png", &picture, Some("port")).status, 403);
    assert_eq!(push_asset(address, "5f1a2b", "text/html", b"<p>", Some("harbour")).status, 415);
    assert_eq!(asked("5f1a2b"), 404);
    for (id, bytes) in [("5f1a2b", &picture), ("20261123/7e.png", &other)] {
        assert_eq!(push_asset(address, id, "image/png", bytes, Some("harbour")).status, 201);
    }
    let there = send(address, &request("GET", "/assets/dpa/20261123/7e.png", "", ""));
    assert!(there.status == 200 && !there.text.contains("PNG"), "{}", there.text);
    assert_eq!(asked("5f1a2b"), 200);
    // One address is there still, the other one the sender took away.
    let associations = r#", "associations": {
"featuremedia": {"type": "picture", "description_text": "Cranes", "renditions": {
"original": {"href": "https://desk.example/raw/5f1a2b", "media": "5f1a2b", "mimetype": "image/png", "width": 1200, "height": 800}}},
"other": {"type": "picture", "description_text": "Ferries", "renditions": {
"original": {"media": "20261123/7e.png", "mimetype": "image/png"}}}}"#;
    let body = item("a", 1, "usable", "Halden", associations);
    let signature = format!("x-superdesk-signature: sha1={}\r\n", sign("harbour", body.as_bytes()));
    assert_eq!(send(address, &request("POST", "/push/dpa", &signature, &body)).status, 201);
    until("the story", || is_live(&site, "news/2026/11/23/halden-closes/index.html"));
    desk.stop();
    let names = tree(&site.root().join("content"));
    for wanted in [picture, other] {
        assert!(names.values().any(|bytes| *bytes == wanted), "{:?}", names.keys());
    }
    let page = site.html("news/2026/11/23/halden-closes/index.html");
    assert!(page.html().contains("Cranes") && page.html().contains("Ferries") && !page.html().contains("desk.example"));
    assert!(live(&site) == clean(&site, noon()));
}

#[test]
fn what_cannot_be_taken_is_refused_and_says_why() {
    let site = newsroom(SOURCES);
    let desk = Desk::start(with_push(&site));
    let address = address(&desk);
    let good = item("a", 1, "usable", "Halden", "");
    let post = |path: &str, fields: &str, body: &str| send(address, &request("POST", path, fields, body));
    for (path, fields, body, status) in [
        ("/push/nobody", "", &*good, 404),
        ("/push/..%2f..%2fcontent", "", &good, 404),
        ("/push/dpa/more", "", &good, 404),
        ("/pushed", "", &good, 404),
        ("/upload", "", &good, 404),
        ("/push/dpa", "", "", 400),
        ("/push/dpa", "", " \n", 400),
        ("/push/dpa", "", "<nitf><body>", 422),
        ("/push/dpa", "", "%PDF-1.7\n", 422),
        ("/push/other", "", &good, 422),
        ("/push/dpa", "Content-Type: multipart/form-data; boundary=x\r\n", &good, 415),
        ("/assets/dpa", "Content-Type: image/jpeg\r\n", "x", 415),
        ("/assets/dpa", "Content-Type: multipart/form-data; boundary=x\r\n", "x", 400),
        ("/assets/nobody", "Content-Type: multipart/form-data; boundary=x\r\n", "x", 404),
        ("/push/dpa", "Origin: https://example.org\r\n", &good, 403),
        ("/push/dpa", "Origin: null\r\n", &good, 403),
        ("/push/dpa", "X-Forwarded-For: 192.0.2.1\r\n", &good, 403),
        ("/push/dpa", "Host: rebound.example.org\r\n", &good, 421),
        ("/push/dpa", "Host: localhost\r\nHost: rebound.example.org\r\n", &good, 421),
        ("/health", "", "", 405),
    ] {
        let answer = post(path, fields, body);
        assert_eq!(answer.status, status, "{path} {fields} {body}: {}", answer.said);
        let message = answer.said["diagnostics"][0]["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty() && answer.said["diagnostics"][0]["severity"] == "error", "{}", answer.said);
        assert!(!answer.said.to_string().contains("ferries"), "nothing is said back");
    }
    let placed = &post("/push/dpa", "", "<nitf>\n<body>").said["diagnostics"][0];
    assert!(placed["file"] == "push/dpa" && placed["line"].as_u64() == Some(2), "{placed}");
    let too_large = format!("POST /push/dpa HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", (32 << 20) + 1);
    assert_eq!(send(address, too_large.as_bytes()).status, 413);
    let mut chunked =
        b"POST /push/dpa HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2100000\r\n".to_vec();
    chunked.resize(chunked.len() + 0x210_0000, b'x');
    assert_eq!(send(address, &chunked).status, 413);
    assert_eq!(waiting(&site, "dpa") + waiting(&site, "other"), 0, "nothing was stored");
    for path in ["/push/dpa", "/push"] {
        let answer = send(address, &request("GET", path, "", ""));
        assert!(answer.status == 405 && answer.head.to_lowercase().contains("allow: post"), "{}", answer.head);
    }
    desk.stop();
}

#[test]
fn with_a_secret_only_signed_items_are_taken() {
    let site = newsroom(SOURCES);
    let environment = |name: &str| (name == "DATELINE_PUSH_SECRET").then(|| "longshore".to_string());
    // With a secret other addresses than loopback are allowed, and other names.
    let everywhere = Some("0.0.0.0:0".parse().unwrap());
    let desk = Desk::start(DeskOptions { environment, push: everywhere, ..options(&site, noon) });
    let address = SocketAddr::from(([127, 0, 0, 1], address(&desk).port()));
    let body = item("a", 1, "usable", "Halden", "");
    let signed = |signature: &str, body: &str| {
        let fields = format!("Host: desk.example.org\r\n{signature}");
        send(address, &request("POST", "/push/dpa", &fields, body))
    };
    let right = format!("x-superdesk-signature: sha1={}\r\n", sign("longshore", body.as_bytes()));
    let wrong = format!("x-superdesk-signature: sha1={}\r\n", sign("longshores", body.as_bytes()));
    assert_eq!(signed("", &body).status, 403);
    assert_eq!(signed(&wrong, &body).status, 403);
    assert_eq!(signed("x-superdesk-signature: sha1=\r\n", &body).status, 403);
    assert_eq!(signed(&right, &body.replace("Halden", "Moss")).status, 403);
    assert_eq!(waiting(&site, "dpa"), 0);
    assert_eq!(signed(&right, &body).status, 201);
    until("the story", || site.has("news/2026/11/23/halden-closes/index.html"));
    // Names of items are for whoever knows the secret.
    for path in ["/", "/metrics"] {
        for fields in ["", "Authorization: Basic ZGVzazp3cm9uZw==\r\n", "Authorization: Bearer c2VjcmV0\r\n"] {
            let answer = send(address, &request("GET", path, fields, ""));
            assert!(answer.status == 401 && answer.head.contains("www-authenticate: Basic"), "{}", answer.head);
            assert!(!answer.text.contains("urn:desk:a"), "{}", answer.text);
        }
        // prometheus:longshore
        let login = "Authorization: Basic cHJvbWV0aGV1czpsb25nc2hvcmU=\r\n";
        assert_eq!(send(address, &request("GET", path, login, "")).status, 200, "{path}");
    }
    let health = send(address, &request("GET", "/health", "Host: desk.example.org\r\n", ""));
    assert!(health.status == 200 && health.said.get("next_change").is_none(), "{}", health.said);
    desk.stop();
}

/// HMAC-SHA-1 of a body, as `openssl` has it.
fn sign(secret: &str, body: &[u8]) -> String {
    let mut openssl = Command::new("openssl")
        .args(["dgst", "-sha1", "-hmac", secret, "-r"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    openssl.stdin.take().unwrap().write_all(body).unwrap();
    let said = String::from_utf8(openssl.wait_with_output().unwrap().stdout).unwrap();
    said.split(' ').next().unwrap().to_string()
}

#[test]
fn without_a_secret_the_desk_listens_on_loopback_alone() {
    let site = newsroom("");
    let ran = site.cli(&["desk", "--push", "0.0.0.0:0"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("0.0.0.0:0 can be reached from other machines"), "{}", ran.stderr);
    assert!(ran.stderr.contains("set DATELINE_PUSH_SECRET in the environment"), "{}", ran.stderr);
}

#[test]
fn the_health_of_the_desk_can_be_read() {
    let site = newsroom(SOURCES);
    site.story("jobs", "embargoedUntil: 2026-11-23T13:00:00Z\n", "Fewer were out of work.");
    let desk = Desk::start(with_push(&site));
    let address = address(&desk);
    let health = || send(address, &request("GET", "/health", "", "")).said;
    until("the build", || health()["last_build"] == support::NOW);
    assert_eq!(health()["next_change"], "2026-11-23T13:00:00Z");
    site.file("drop/bad.xml", "<nitf><body>");
    until("the bad item", || health()["failed"] == 1);
    until("an empty folder", || health()["waiting"] == 0);
    desk.stop();
}

#[test]
fn the_page_and_the_metrics_of_the_desk_say_what_came() {
    let site = newsroom(&format!("{TARGET}{SOURCES}"));
    let desk = Desk::start(with_push(&site));
    let address = address(&desk);
    assert_eq!(push(address, "dpa", &item("a", 1, "usable", "Halden", "")).status, 201);
    assert_eq!(push(address, "dpa", &item("b<i>", 1, "canceled", "Moss", "")).status, 201);
    let read = |path: &str| send(address, &request("GET", path, "", ""));
    let has = |line: &str| read("/metrics").text.lines().any(|known| known == line);
    let live = "dateline_desk_item_seconds_bucket{stage=\"live\",le=\"+Inf\"} 2";
    until(live, || has(live));
    site.file("drop/bad.xml", "<nitf><body>");
    for line in [
        "dateline_desk_items_total{source=\"dpa\",became=\"new\"} 2",
        "dateline_desk_items_total{source=\"\",became=\"error\"} 1",
        "dateline_desk_withdrawals_total 1",
        "dateline_desk_item_seconds_count{stage=\"written\"} 3",
        "dateline_desk_failed_items{folder=\"drop\"} 1",
        "dateline_desk_waiting_items{folder=\".dateline/desk/push/source/dpa\"} 0",
        "dateline_desk_target_up{target=\"live\"} 1",
    ] {
        until(line, || has(line));
    }
    let metrics = read("/metrics");
    assert!(metrics.head.contains("content-type: text/plain; version=0.0.4"), "{}", metrics.head);
    // Each metric is described once, before its values.
    let described: Vec<&str> = metrics.text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    for line in metrics.text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let is_of = |known: &&&str| known.split(' ').next().is_some_and(|known| name.starts_with(known));
        assert_eq!(described.iter().filter(is_of).count(), 1, "{line}");
    }
    let page = read("/");
    assert!(page.head.contains("content-type: text/html") && page.head.contains("refresh: 5"), "{}", page.head);
    assert!(page.text.contains("urn:desk:b&lt;i&gt;") && !page.text.contains("b<i>"), "{}", page.text);
    assert!(page.text.contains("new, withdrawn") && page.text.contains("<svg"), "{}", page.text);
    assert!(page.text.contains("bad.xml") && page.text.contains("up to date"), "{}", page.text);
    assert_eq!(read("/metrics?").status, 200);
    assert_eq!(send(address, &request("GET", "/", "Host: rebound.example.org\r\n", "")).status, 421);
    desk.stop();
}

#[test]
fn a_slow_sender_keeps_nobody_waiting_and_is_cut_off() {
    let site = newsroom(SOURCES);
    let desk = Desk::start(with_push(&site));
    let address = address(&desk);
    let body = item("a", 1, "usable", "Halden", "");
    let mut slow = TcpStream::connect(address).unwrap();
    slow.set_read_timeout(Some(TIMEOUT)).unwrap();
    let bytes = request("POST", "/push/dpa", "", &body);
    slow.write_all(&bytes[..bytes.len() - 10]).unwrap();
    let start = Instant::now();
    for number in 0..20 {
        let body = item(&format!("n{number}"), 1, "usable", &format!("Port {number}"), "");
        assert_eq!(push(address, "dpa", &body).status, 201);
    }
    assert_eq!(push(address, "dpa", "<nitf><body>").status, 422, "a bad item beside good ones");
    let mut said = String::new();
    slow.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 408 ") && start.elapsed() < TIMEOUT, "{said}");
    until("the good items", || (0..20).all(|n| site.has(&format!("news/2026/11/23/port-{n}-closes/index.html"))));
    assert!(!site.has("news/2026/11/23/halden-closes/index.html"), "half an item is none");
    desk.stop();
}

#[test]
fn a_full_disk_is_said_and_nothing_is_promised() {
    crate::crash::in_own_process("live_desk_push::a_full_disk_is_said_and_nothing_is_promised", || {
        use dateline::file::faults;
        let site = newsroom(SOURCES);
        let desk = Desk::start(with_push(&site));
        let address = address(&desk);
        until("the first build", || site.has("index.html"));
        let body = item("a", 1, "usable", "Halden", "");
        faults::fail_after(0);
        let answer = push(address, "dpa", &body);
        faults::mend();
        assert!(answer.status == 503 && answer.head.to_lowercase().contains("retry-after: "), "{}", answer.head);
        assert_eq!(push(address, "dpa", &body).status, 201);
        until("the story", || site.has("news/2026/11/23/halden-closes/index.html"));
        desk.stop();
    });
}

/// The program as a process, and where it listens.
fn spawn(site: &Site) -> (Child, SocketAddr) {
    let mut desk = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["desk", "--push", "127.0.0.1:0", "--site"])
        .arg(site.root())
        .env_remove("DATELINE_PUSH_SECRET")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(desk.stderr.take().unwrap()).lines();
    let line = lines.find_map(|line| line.unwrap().strip_prefix("taking pushes at http://").map(str::to_string));
    // Read on, so that the desk can go on telling.
    std::thread::spawn(move || lines.for_each(drop));
    (desk, line.unwrap().split('/').next().unwrap().parse().unwrap())
}

#[test]
fn what_was_taken_is_published_though_the_desk_is_killed() {
    let site = newsroom(SOURCES);
    for round in 0..support::number("DATELINE_DESK_KILLS", 3, 50) {
        let (mut desk, address) = spawn(&site);
        for number in 0..5 {
            let body = item(&format!("{round}-{number}"), 1, "usable", &format!("Bay {round} {number}"), "");
            assert_eq!(push(address, "dpa", &body).status, 201);
        }
        desk.kill().unwrap();
        desk.wait().unwrap();
        // A desk that takes no pushes takes what came.
        assert_eq!(site.cli(&["desk", "--once"]).code, 0);
        for number in 0..5 {
            assert!(site.has(&format!("news/2026/11/23/bay-{round}-{number}-closes/index.html")), "{round} {number}");
        }
        assert_eq!(waiting(&site, "dpa"), 0);
    }
}
