//! Pictures: renditions, what pictures say of themselves, and pictures that are broken.

#![cfg(feature = "images")]
use crate::support::{Ran, Site, attributes, png, texts};
use image::{DynamicImage, ExtendedColorType, GenericImageView, ImageEncoder, RgbImage, codecs::jpeg::JpegEncoder};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Small, so that pictures of tests may be small.
const SETTINGS: &str = "images: {widths: [40, 80], social_cards: 0}\n";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// A JPEG whose left half is red and whose right half is blue, with noise in it.
fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let noise = (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)).wrapping_mul(2_654_435_761) >> 27;
        let (red, blue) = if x < width / 2 { (220, 0) } else { (0, 220) };
        image::Rgb([red + noise as u8, noise as u8 * 2, blue + noise as u8])
    };
    let picture = RgbImage::from_fn(width, height, pixel);
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8).unwrap();
    bytes
}

/// The same with a segment of metadata.
fn with_segment(mut jpeg: Vec<u8>, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    jpeg.splice(2..2, [&[0xff, 0xe1], &length[..], content].concat());
    jpeg
}

/// Exif data: turned a quarter to the right, and taken at a place that stands in clear text.
fn exif() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    exif.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0");
    exif.extend(b"\0\x01\0\x02\0\x05\0\0\0\x08\0\0\0\x38\0\0\0\0LATITUDE");
    exif
}

fn xmp(attributes: &str) -> Vec<u8> {
    let head = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' \
         xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' \
         xmlns:xmpRights='http://ns.adobe.com/xap/1.0/rights/' xmlns:core='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/'>";
    [XMP, head.as_bytes(), format!("<r:Description {attributes}/></r:RDF></x:xmpmeta>").as_bytes()].concat()
}

/// Names of files below `media/`, without the hashes in them.
fn media(site: &Site) -> Vec<String> {
    let names = site.tree().into_keys().filter(|name| name.starts_with("media/"));
    let is_hash = |part: &&str| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit());
    names.map(|name| name.split('.').filter(|part| !is_hash(part)).collect::<Vec<_>>().join(".")).collect()
}

fn files_below(folder: &Path) -> usize {
    walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file()).count()
}

/// A file of the output whose name begins and ends so, decoded.
fn decoded(site: &Site, begins: &str, ends: &str) -> DynamicImage {
    let name = site.tree().into_keys().find(|name| name.starts_with(begins) && name.ends_with(ends));
    let name = name.unwrap_or_else(|| panic!("{begins}…{ends} in {:?}", media(site)));
    image::load_from_memory(&fs::read(site.output().join(name)).unwrap()).unwrap()
}

fn is_red(picture: &DynamicImage, x: u32, y: u32) -> bool {
    let pixel = picture.get_pixel(x, y).0;
    pixel[0] > 150 && pixel[2] < 120
}

#[test]
fn a_picture_has_renditions_where_it_is_shown() {
    let site = Site::with(SETTINGS);
    site.file("content/2026/11/quay.jpg", jpeg(200, 120)).file("content/2026/11/in text.png", png(100, 60, ""));
    site.story(
        "port",
        "associations: [{href: quay.jpg, caption: The quay}]",
        "Text. ![Map](<in text.png>)\n\n![Out](https://a.example/b.jpg)",
    );
    let report = site.build();
    assert_eq!(crate::support::found(&report), ["warning picture-remote content/2026/11/port.md:10:1"]);
    let made =
        ["in text-40q75.webp", "in text-80q75.webp", "in text.png", "quay-40q75.webp", "quay-80q75.webp", "quay.jpg"];
    assert_eq!(media(&site), made.map(|name| format!("media/2026/11/{name}")));
    assert_eq!(decoded(&site, "media/2026/11/quay-80q75.", ".webp").dimensions(), (80, 48));
    let page = site.html("news/2026/11/20/port/index.html");
    let lead = |name: &str| attributes(&page, "figure img", name).join(" ");
    assert_eq!(
        (lead("src"), lead("width"), lead("height")),
        ("/media/2026/11/quay.jpg".into(), "200".into(), "120".into())
    );
    assert_eq!((lead("fetchpriority"), lead("loading")), ("high".into(), String::new()));
    let srcset = lead("srcset");
    let candidates: Vec<&str> = srcset.split(", ").collect();
    assert!(candidates.len() == 2 && candidates[0].ends_with(".webp 40w") && candidates[1].ends_with(".webp 80w"));
    for candidate in candidates {
        assert!(site.has(candidate.trim_start_matches('/').split(' ').next().unwrap()), "{candidate}");
    }
    let text = |name: &str| attributes(&page, ".body img", name);
    assert_eq!((text("loading"), text("width")), (vec!["lazy".to_string(); 2], vec!["100".to_string()]));
    assert_eq!(text("sizes"), ["(min-width: 42rem) 40rem, 100vw"]);
    assert!(text("srcset")[0].starts_with("/media/2026/11/in%20text-40q75."), "{:?}", text("srcset"));
    assert_eq!(attributes(&site.html("index.html"), "img.thumb", "srcset"), [srcset]);
    let ninjs: Value = serde_json::from_str(&site.read("news/2026/11/20/port/ninjs.json")).unwrap();
    let renditions = ninjs["associations"][0]["renditions"].as_array().unwrap();
    let names: Vec<&str> = renditions.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["main", "40", "80"]);
    assert_eq!((&renditions[0]["contentType"], &renditions[2]["height"]), (&"image/jpeg".into(), &48.into()));
}

#[test]
fn what_is_small_or_moves_is_left_as_it_is() {
    let site = Site::with(SETTINGS);
    let gif = [b"GIF89a\x64\0\x64\0\0\0\0".to_vec(), vec![0; 20_000]].concat();
    let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' width='900' height='900'>{}</svg>", " ".repeat(20_000));
    site.file("content/2026/11/a.gif", gif).file("content/2026/11/b.svg", svg);
    site.file("content/2026/11/c.png", png(60, 20, "")).file("content/2026/11/d.png", png(40, 200, ""));
    site.story("all", "associations: [{href: a.gif}, {href: b.svg}, {href: c.png}, {href: d.png}]", "Text.");
    assert_eq!(crate::support::found(&site.build()), [""; 0]);
    assert_eq!(media(&site), ["a.gif", "b.svg", "c.png", "d.png"].map(|name| format!("media/2026/11/{name}")));
    assert!(attributes(&site.html("news/2026/11/20/all/index.html"), "img", "srcset").is_empty());
    let site = Site::with("images: {widths: [], social: false}\n");
    site.file("content/2026/11/quay.jpg", jpeg(800, 600)).story("port", "associations: [{href: quay.jpg}]", "Text.");
    site.build();
    assert_eq!(media(&site), ["media/2026/11/quay.jpg"]);
}

#[test]
fn a_turned_picture_is_turned_and_names_no_place() {
    let site = Site::with(SETTINGS);
    let picture = with_segment(
        with_segment(jpeg(200, 120), &exif()),
        &xmp("dc:rights='(c) Longshore' exif:GPSLatitude='38,42N'"),
    );
    site.file("content/2026/11/quay.jpg", &picture);
    site.story("port", "associations: [{href: quay.jpg}]", "Text.");
    site.build();
    let small = decoded(&site, "media/2026/11/quay-80q75.", ".webp");
    assert_eq!(small.dimensions(), (80, 133));
    // What was on the left is on top.
    assert!(is_red(&small, 40, 10) && !is_red(&small, 40, 120));
    let page = site.html("news/2026/11/20/port/index.html");
    let size = |name: &str| attributes(&page, "figure img", name).join("");
    assert_eq!((size("width"), size("height")), ("120".to_string(), "200".to_string()));
    for place in ["LATITUDE", "38,42N"] {
        assert!(String::from_utf8_lossy(&picture).contains(place));
        site.assert_nowhere(place, &[]);
    }
    let kept = site.files_with("xmpmeta");
    assert_eq!(kept, ["media/2026/11/quay.jpg"], "renditions have no metadata, the picture keeps its own");
}

#[test]
fn the_first_picture_is_cut_for_social_media() {
    let site = Site::with("images: {widths: [300]}\n");
    site.file("content/2026/11/quay.jpg", jpeg(700, 700)).file("content/2026/11/map.jpg", jpeg(700, 400));
    site.story("port", "associations: [{href: quay.jpg, altText: A quay}, {href: map.jpg}]", "Text.");
    site.build();
    let made = ["map-300q75.webp", "map.jpg", "quay-300q75.webp", "quay-700x367q80.jpg", "quay.jpg"];
    assert_eq!(media(&site), made.map(|name| format!("media/2026/11/{name}")));
    let cut = decoded(&site, "media/2026/11/quay-700x367", ".jpg");
    assert!(cut.dimensions() == (700, 367) && is_red(&cut, 10, 100) && !is_red(&cut, 690, 100));
    let page = site.html("news/2026/11/20/port/index.html");
    let meta = |property: &str| attributes(&page, &format!("meta[property='{property}']"), "content").join("");
    assert!(meta("og:image").starts_with("https://example.org/media/2026/11/quay-700x367q80."));
    assert_eq!([meta("og:image:width"), meta("og:image:height"), meta("og:image:alt")], ["700", "367", "A quay"]);
    // Feeds name the cut, too: it is small, and every reader knows JPEG.
    let cut = meta("og:image");
    assert!(site.read("feed.xml").contains(&format!(
        "<media:content url=\"{cut}\" medium=\"image\" type=\"image/jpeg\" width=\"700\" height=\"367\"/>"
    )));
    assert!(site.read("atom.xml").contains(&cut) && site.read("feed.json").contains(&cut));
}

#[test]
fn a_picture_speaks_for_itself_where_the_front_matter_is_silent() {
    let site = Site::with(SETTINGS);
    let metadata = "dc:description='A quay &amp; a ferry' dc:creator='Ana Reis' photoshop:Credit='Longshore' dc:rights='(c) Longshore 2026' \
                xmpRights:UsageTerms='No sales' xmpRights:WebStatement='https://a.example/terms' core:AltTextAccessibility='A stone quay'";
    site.file("content/2026/11/quay.jpg", with_segment(jpeg(200, 120), &xmp(metadata)));
    site.story("own", "associations: [{href: quay.jpg}]", "Text.");
    site.story("other", "associations: [{href: quay.jpg, caption: Ours, credit: Desk, altText: Water}]", "Text.");
    assert_eq!(crate::support::found(&site.build()), [""; 0]);
    let page = site.html("news/2026/11/20/own/index.html");
    assert_eq!(texts(&page, "figcaption"), ["A quay & a ferry Ana Reis / Longshore · (c) Longshore 2026"]);
    assert_eq!(attributes(&page, "figure img", "alt"), ["A stone quay"]);
    let json: Value = serde_json::from_str(&texts(&page, "script[type='application/ld+json']")[0]).unwrap();
    let image = &json["image"][0];
    assert_eq!((&image["@type"], &image["caption"]), (&"ImageObject".into(), &"A quay & a ferry".into()));
    assert_eq!((&image["creator"]["name"], &image["license"]), (&"Ana Reis".into(), &"https://a.example/terms".into()));
    let ninjs: Value = serde_json::from_str(&site.read("news/2026/11/20/own/ninjs.json")).unwrap();
    let association = &ninjs["associations"][0];
    assert_eq!(
        (&association["usageTerms"], &association["copyrightNotice"]),
        (&"No sales".into(), &"(c) Longshore 2026".into())
    );
    assert_eq!(association["descriptions"][1]["value"], "A stone quay");
    let page = site.html("news/2026/11/20/other/index.html");
    assert_eq!(texts(&page, "figcaption"), ["Ours Desk · (c) Longshore 2026"]);
    assert_eq!(attributes(&page, "figure img", "alt"), ["Water"]);
    assert_eq!(attributes(&site.html("index.html"), "img.thumb", "alt"), ["Water", "A stone quay"]);
}

#[test]
fn a_picture_that_forbids_the_web_is_left_out() {
    let site = Site::with(SETTINGS);
    let barred = with_segment(
        jpeg(200, 120),
        &xmp("photoshop:Instructions='No archives; ONLINE OUT' dc:description='SECRETLY'"),
    );
    site.file("content/2026/11/quay.jpg", &barred).file("content/2026/11/hall.jpg", &barred);
    site.story("own", "", "Text. ![Quay](quay.jpg)");
    site.story("other", "associations: [{href: hall.jpg, rights: Ours to show}]", "Text.");
    let ran = site.run_build(&[]);
    assert_eq!((ran.code, ran.found()), (0, vec!["warning media-rights content/2026/11/own.md".to_string()]));
    assert!(ran.stderr.contains("the terms of `/2026/11/quay.jpg` forbid its use on the web"), "{}", ran.stderr);
    assert_eq!(
        media(&site),
        ["hall-40q75.webp", "hall-80q75.webp", "hall.jpg"].map(|name| format!("media/2026/11/{name}"))
    );
    site.assert_nowhere("ONLINE OUT", &["hall.jpg"]);
}

#[test]
fn a_hidden_picture_has_no_renditions_and_a_withdrawn_one_loses_them() {
    let site = Site::with(SETTINGS);
    let cache = site.root().join(".dateline/renditions");
    site.file("content/2026/11/quay.jpg", jpeg(200, 120)).file("content/2026/11/hall.jpg", jpeg(220, 120));
    site.story("held", "embargoedUntil: 2026-11-24T00:00:00Z\nassociations: [{href: hall.jpg}]", "Text.");
    site.story("port", "associations: [{href: quay.jpg}]", "Text.");
    site.build();
    site.assert_nowhere("hall", &[]);
    assert_eq!((media(&site).len(), files_below(&cache)), (3, 2));
    site.build_at("2026-11-24T00:00:00Z");
    assert_eq!((media(&site).len(), files_below(&cache)), (6, 4));
    site.story("port", "pubStatus: canceled\nassociations: [{href: quay.jpg}]", "Text.");
    site.build_at("2026-11-24T00:00:01Z");
    site.assert_nowhere("quay", &[]);
    assert_eq!((media(&site).len(), files_below(&cache)), (3, 2));
}

#[test]
fn only_new_pictures_are_made_and_all_ways_lead_to_the_same_bytes() {
    let site = Site::with(SETTINGS);
    site.file("content/2026/11/quay.jpg", jpeg(200, 120)).story("port", "associations: [{href: quay.jpg}]", "Text.");
    site.build();
    let first = site.tree();
    site.file("content/2026/11/hall.jpg", jpeg(220, 120)).story("hall", "associations: [{href: hall.jpg}]", "Text.");
    let report = site.build();
    let written: Vec<&str> =
        report.written.iter().map(|line| line.url.as_str()).filter(|url| url.starts_with("/media/")).collect();
    assert!(written.len() == 3 && written.iter().all(|url| url.contains("/hall")), "{written:?}");
    let both = site.tree();
    // From the cache, where a damaged rendition is passed over; without it; by one thread; all the same.
    let damaged = walkdir::WalkDir::new(site.root().join(".dateline/renditions"))
        .into_iter()
        .flatten()
        .find(|entry| entry.file_type().is_file())
        .unwrap();
    fs::write(damaged.path(), "damaged").unwrap();
    fs::remove_dir_all(site.output()).unwrap();
    site.build();
    assert_eq!(site.tree(), both);
    let copy = site.copy();
    copy.build_with(crate::support::NOW, |options| options.threads = 1);
    assert_eq!(copy.tree(), both);
    fs::remove_dir_all(site.root().join(".dateline/renditions")).unwrap();
    site.build_with(crate::support::NOW, |options| options.verify = true);
    assert_eq!(site.tree(), both);
    // A picture that changes has other names; one that stays is not written again.
    site.file("content/2026/11/hall.jpg", jpeg(221, 120));
    let report = site.build();
    assert!(!report.written.iter().any(|line| line.url.contains("quay")), "{:?}", report.written);
    let names = |name: &str| site.tree().into_keys().filter(|file| file.contains(name)).collect::<Vec<_>>();
    assert!(names("hall-").len() == 2 && names("hall-").iter().all(|file| !both.contains_key(file)));
    assert!(first.keys().all(|file| !file.contains("quay") || site.tree().contains_key(file)));
}

/// Three ways in which a picture is broken, and two in which it is too large.
fn broken_site() -> Site {
    let site = Site::with(SETTINGS);
    let mut pixels = png(100, 60, "");
    pixels[9000] ^= 0xff;
    let mut bomb = png(1, 1, "");
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    bomb.resize(20_000, 0);
    let mut cut = jpeg(200, 120);
    cut.truncate(cut.len() / 2);
    site.file("content/2026/11/words.jpg", "These are words.").file("content/2026/11/cut.jpg", cut);
    site.file("content/2026/11/pixels.png", pixels).file("content/2026/11/bomb.png", bomb);
    site.file("content/2026/11/good.jpg", jpeg(200, 120));
    site.story(
        "one",
        "associations:\n  - {href: good.jpg}\n  - {href: words.jpg}\n",
        "Text.\n\nSee ![Map](cut.jpg) here.",
    );
    site.story("two", "associations: [{href: pixels.png}]", "Text.\n\n![x](bomb.png)");
    site.file("content/pages/about.md", "---\nheadline: About\n---\n\n![x](/2026/11/pixels.png)\n");
    site
}

fn check_broken(site: &Site, ran: &Ran) {
    let found = [
        "error picture-broken content/2026/11/one.md:7:12",
        "error picture-broken content/2026/11/one.md:12:5",
        "error picture-too-large content/2026/11/two.md:10:1",
        "error picture-broken content/2026/11/two.md:5:23",
    ];
    let mut expected: Vec<String> = found.map(str::to_string).to_vec();
    let mut seen = ran.found();
    expected.sort();
    seen.sort();
    assert_eq!((ran.code, seen), (1, expected), "{}", ran.stderr);
    for text in [
        "the picture `words.jpg` cannot be read as a picture: it has no size",
        "the picture `cut.jpg` cannot be read as a picture: the file ends in the middle",
        "the picture `bomb.png` has 65535 × 65535 pixels, more than 120 million",
        "the picture `pixels.png` cannot be read as a picture: ",
        "save it again, as JPEG, PNG or WebP; it was left out, the text stays",
    ] {
        assert!(ran.stderr.contains(text), "{text}\n{}", ran.stderr);
    }
    let gone = ["words.jpg", "cut.jpg", "pixels", "bomb"];
    gone.iter().for_each(|name| site.assert_nowhere(name, &[]));
}

#[test]
fn a_broken_picture_is_reported_and_left_out_and_the_rest_is_built() {
    let site = broken_site();
    let checked = site.cli(&["check", "--now", crate::support::NOW]);
    assert_eq!(checked.code, 1, "{}", checked.stderr);
    assert!(checked.stderr.contains("`pixels.png` cannot be read"), "{}", checked.stderr);
    check_broken(&site, &site.run_build(&[]));
    assert_eq!(
        media(&site),
        ["good-40q75.webp", "good-80q75.webp", "good.jpg"].map(|name| format!("media/2026/11/{name}"))
    );
    assert_eq!(texts(&site.html("news/2026/11/20/one/index.html"), ".body p"), ["Text.", "See here."]);
    // Every build says it again, without decoding; so does one that knows nothing.
    let before = site.tree();
    check_broken(&site, &site.run_build(&[]));
    fs::remove_dir_all(site.root().join(".dateline")).unwrap();
    check_broken(&site, &site.run_build(&["--threads", "1"]));
    assert_eq!(site.tree(), before);
    site.file("content/2026/11/pixels.png", png(100, 60, ""));
    let report = site.run_build(&[]);
    assert!(!report.stderr.contains("pixels.png"), "{}", report.stderr);
    assert!(site.has("media/2026/11/pixels.png"));
}

#[test]
fn a_wide_gamut_is_brought_to_srgb() {
    // A profile as Display P3 has it: red there is a red that sRGB has only brighter.
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let segment = [b"ICC_PROFILE\0\x01\x01", &profile[..]].concat();
    let mut picture = jpeg(200, 120);
    let length = (segment.len() as u16 + 2).to_be_bytes();
    picture.splice(2..2, [&[0xff, 0xe2], &length[..], &segment].concat());
    let site = Site::with(SETTINGS);
    site.file("content/2026/11/p3.jpg", picture).file("content/2026/11/srgb.jpg", jpeg(200, 120));
    site.story("port", "associations: [{href: p3.jpg}, {href: srgb.jpg}]", "Text.");
    site.build();
    let red =
        |name: &str| i32::from(decoded(&site, &format!("media/2026/11/{name}-80q75"), ".webp").get_pixel(10, 20).0[0]);
    assert!(red("p3") > red("srgb") + 8, "{} {}", red("p3"), red("srgb"));
}

#[test]
fn settings_of_images_are_checked() {
    for (settings, message) in [
        ("{widths: [960, 480]}", "`widths` of `images` are at most eight, from the smallest, each once"),
        ("{widths: [8]}", "a width of `images` is 8, expected 16 to 4096"),
        ("{quality: 0}", "`quality` of `images` is 0, expected 1 to 100"),
        ("{width: [480]}", "did you mean `widths`?"),
    ] {
        let ran = Site::with(&format!("images: {settings}\n")).cli(&["check"]);
        assert!(
            ran.code == 2 && ran.stderr.contains(message) && ran.stderr.contains("dateline.yaml:3"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_drawing_that_could_run_something_is_left_out() {
    let site = Site::new();
    let plain = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 300'/>";
    site.file("content/2026/11/map.svg", plain);
    let body = "First.\n\n![A map](map.svg)\n\n[The same](map.svg)\n";
    site.story("ferry", "firstCreated: 2026-11-20", body);
    site.run_build(&[]).well();
    let page = "news/2026/11/20/ferry/index.html";
    assert_eq!(attributes(&site.html(page), ".body img", "width"), ["400"]);
    assert!(site.has("media/2026/11/map.svg"));
    site.file("content/2026/11/map.svg", plain.replace("/>", "><script>alert(1)</script></svg>"));
    assert_eq!(site.run_build(&[]).found()[0], "error picture-active content/2026/11/ferry.md:9:1");
    assert!(!site.has("media/2026/11/map.svg") && attributes(&site.html(page), ".body img", "src").is_empty());
    site.file("content/2026/11/map.svg", plain);
    site.run_build(&[]).well();
    assert!(site.has("media/2026/11/map.svg"));
}
