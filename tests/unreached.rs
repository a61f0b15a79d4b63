//! Whatever of the content does not reach its page is named, with its place; and what a page hides is in no other file.

use crate::support::{Site, png};

/// What a build of one more file says, without the hints; `site` is the rest of it.
fn said(site: &Site) -> Vec<String> {
    let ran = site.cli(&["build", "--now", crate::support::NOW]);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    let places = lines.windows(2).filter(|pair| pair[1].trim().starts_with("--> "));
    places.map(|pair| format!("{} {}", pair[1].trim().trim_start_matches("--> "), pair[0])).collect()
}

#[track_caller]
fn check(site: &Site, expected: &[&str]) {
    assert_eq!(said(site), expected);
    // What is wrong with a file is said again by a build that does not read it.
    assert_eq!(said(site), expected);
}

/// Each construct stands once in a text, with the word `needle` in it: the page shows the word, or a line names the construct.
#[test]
fn each_construct_is_shown_or_named() {
    let constructs = [
        "needle",
        "*needle*",
        "**needle**",
        "~~needle~~",
        "`needle`",
        "> needle",
        "- needle",
        "1. needle",
        "## needle",
        "    needle",
        "```\nneedle\n```",
        "|needle|\n|-|\n|b|",
        "|a|\n|-|\n|b|needle|",
        "x[^1]\n\n[^1]: needle",
        "[^2]: needle",
        "x[^needle]",
        "[needle](https://a.example)",
        "[needle](none.md)",
        "[needle](my file.pdf)",
        "[needle][none]",
        "[needle]: address",
        "![needle](none.jpg)",
        "![needle](my photo.png)",
        "![needle](https://a.example/b.jpg)",
        "![needle](photo.tiff)",
        "https://a.example/needle",
        "needle@a.example",
        "<https://a.example/needle>",
        "<needle@a.example>",
        "<urn:x:needle>",
        "<https://example.org/needle/>",
        "https://example.org/needle/",
        "<NEEDLE>",
        "<needle> said",
        "<needle:x>",
        "<b>needle</b>",
        "<p>needle</p>",
        "<div>needle</div>",
        "<p hidden>needle</p>",
        "<p style=\"display:none\">needle</p>",
        "<iframe src=needle></iframe>",
        "<video src=needle></video>",
        "<audio src=needle></audio>",
        "<object data=needle></object>",
        "<embed src=needle>",
        "<form action=needle></form>",
        "<input value=needle>",
        "<button>needle</button>",
        "<select><option>needle</option></select>",
        "<textarea>needle</textarea>",
        "<canvas>needle</canvas>",
        "<svg><text>needle</text></svg>",
        "<math>needle</math>",
        "<template>needle</template>",
        "<noscript>needle</noscript>",
        "<script>needle</script>",
        "<style>needle</style>",
        "<title>needle</title>",
        "<dialog>needle</dialog>",
        "<my-part>needle</my-part>",
        "<marquee>needle</marquee>",
        "<font>needle</font>",
        "<center>needle</center>",
        "<details><summary>a</summary>needle</details>",
        "<ruby>a<rt>needle</rt></ruby>",
        "<a href=\"needle.md\">x</a>",
        "<a href=\"#needle\">x</a>",
        "<img src=\"needle.jpg\">",
        "<plaintext>needle",
        "<video>needle",
        "<!-- a\n\nneedle",
        "x <!-- a\n\nneedle -->",
        "[x](#needle)",
        "## x {#needle}",
        "x {#needle}",
        "{{< needle >}}",
        "{% needle %}",
        "<frameset><frame src=needle></frameset>",
        "<table><tr><td>needle</td></tr></table>",
        "<picture><source srcset=needle></picture>",
        "<dl><dt>needle</dt></dl>",
        "needle\\\nx",
        "a\n\n---\n\nneedle",
        "&needle;",
        "&#110;eedle",
        "\\*needle\\*",
        "<li>needle",
        "<h2>needle",
        "<xmp>needle</xmp>",
        "<label>needle</label>",
        "<main>needle</main>",
        "<bdo dir=rtl>needle</bdo>",
        "<area href=needle>",
        "<progress>needle</progress>",
        "<o:p>needle</o:p>",
        "<AAPL> needle",
        "<A> needle",
        "<a name=needle>x</a>[x](#needle)",
    ];
    let site = Site::new();
    for (at, construct) in constructs.iter().enumerate() {
        site.story(&format!("story-{at}"), "", &format!("Before.\n\n{construct}\n\nAfter."));
    }
    site.file("content/2026/11/photo.tiff", b"II*\0");
    // The report has all of them, the terminal not.
    let named = site.run_build(&[]).found();
    for (at, construct) in constructs.iter().enumerate() {
        let page = site.read(&format!("news/2026/11/20/story-{at}/index.html"));
        let body = &page[page.find("Before.").unwrap_or(0)..];
        let is_shown = body.to_lowercase().contains("needle");
        let place = format!(" content/2026/11/story-{at}.md:");
        let is_named = named.iter().any(|line| line.contains(&place));
        assert!(is_shown || is_named, "{construct:?} is neither shown nor named\n{page}");
    }
}

#[test]
fn files_that_no_story_is_read_from() {
    let site = Site::new();
    site.story("open", "", "Text.");
    for name in ["a.MD", "b.markdown", "c.mdx"] {
        site.file(&format!("content/2026/11/{name}"), "---\nheadline: A\n---\n\nText.\n");
    }
    site.file("content/2026/11/d.txt", "---\nheadline: A\n---\n\nText.\n");
    site.file("content/2026/11/e.txt", "Not a story.\n");
    // Without front matter, the ending alone shows that a story was meant.
    site.file("content/2026/11/x.MD", "Text.\n").file("content/2026/11/y.markdown", "Text.\n");
    for name in ["f", "g.md.bak", "h.md ", "i.md~", "j.text", "k.json"] {
        site.file(&format!("content/2026/11/{name}"), "\u{feff}---\n# Note\nheadline: A\n---\n\nText.\n");
    }
    site.file("content/2026/11/l.yaml", "---\na: b\n");
    site.file("content/2026/11/m.csv", "---\n1;2\n");
    site.file("content/2026/11/.n.md.swp", "---\nheadline: A\n---\n");
    let line = |name: &str| {
        format!(
            "content/2026/11/{name} warning[story-ending]: the file looks like a story, but only names that end in .md are read"
        )
    };
    let names = "a.MD b.markdown c.mdx d.txt f g.md.bak h.md i.md~ j.text k.json x.MD y.markdown";
    let lines: Vec<String> = names.split(' ').map(line).collect();
    check(&site, &lines.iter().map(String::as_str).collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn linked_folders_and_files_are_named() {
    let site = Site::new();
    site.story("open", "", "Text.");
    site.file("archive/old.md", "---\nheadline: A\n---\n\nText.\n");
    site.file("archive/p.png", png(9, 9, "p"));
    for (target, name) in
        [("archive", "archive"), ("archive/old.md", "old.md"), ("archive/p.png", "p.png"), ("none", "gone")]
    {
        std::os::unix::fs::symlink(site.root().join(target), site.root().join("content").join(name)).unwrap();
    }
    let line = |name: &str| format!("content/{name} warning[file-unreadable]: not a regular file or folder; skipped");
    let lines = ["archive", "gone", "old.md", "p.png"].map(line);
    check(&site, &lines.each_ref().map(String::as_str));
}

#[test]
fn a_link_to_a_folder_that_git_wrote_as_text() {
    let site = Site::new();
    site.file("archive/old.md", "---\nheadline: Old\nfirstCreated: 2026-11-20T10:00:00Z\n---\n\nText.\n");
    site.file("content/archive", "../archive");
    site.file("content/licence", "../no-folder");
    check(
        &site,
        &[
            "content/archive warning[file-unreadable]: holds the path of a folder, as git writes a symbolic link where it cannot make one",
        ],
    );
}

#[test]
fn pictures_that_are_not_shown() {
    let site = Site::new();
    site.file("content/2026/11/quay.tiff", b"II*\0");
    site.file("content/2026/11/my quay.png", png(9, 9, "quay"));
    site.story(
        "open",
        "associations:\n- {href: quay.tiff}\n- {href: \"https://cdn.example/a.jpg\", caption: A}\n- {type: video, href: \"https://cdn.example/v\"}",
        "Text ![b](https://cdn.example/b.jpg) ![c](<my quay.png>) ![d](my quay.png)",
    );
    check(
        &site,
        &[
            "content/2026/11/open.md:6:10 warning[picture-format]: most browsers do not show `quay.tiff`",
            "content/2026/11/open.md:7:11 warning[picture-remote]: the picture `https://cdn.example/a.jpg` is at another site and is not shown",
            "content/2026/11/open.md:11:6 warning[picture-remote]: the picture `https://cdn.example/b.jpg` is at another site, and the built-in themes block it",
            "content/2026/11/open.md:11:61 warning[markup-shown]: `](my quay.png)` is shown as it stands: a link or picture that cannot be read",
        ],
    );
}

#[test]
fn front_matter_that_yaml_cuts_and_keys_of_pages() {
    let site = Site::new();
    site.story("open", "headline: Storm in district #5, mayor says", "Text.");
    site.file(
        "content/pages/about.md",
        "---\nheadline: About\nby: Ana\nextra: {a: 1}\nassociations:\n- href: gone.jpg\n---\n\nText.\n",
    );
    check(
        &site,
        &[
            "content/2026/11/open.md:4:29 warning[front-matter-comment]: YAML takes `#5, mayor says` for a comment, so `headline` ends before it",
            "content/pages/about.md:3:1 warning[unknown-key]: a standing page does not use `by`",
            "content/pages/about.md:5:1 warning[unknown-key]: a standing page does not use `associations`",
            "content/pages/about.md:6:9 warning[media-missing]: there is no file `gone.jpg`",
        ],
    );
}

#[test]
fn links_to_places_are_checked_across_the_site() {
    let site = Site::new();
    site.story("vote", "", "Text.\n\n## Day *two*\n\n## End {#end}\n\nMore, and [back](#day-two).");
    site.file("content/pages/about.md", "---\nheadline: About\n---\n\n## Desk\n\nText.\n");
    site.story(
        "open",
        "",
        "[a](vote.md#day-two) [b](vote.md#end) [c](vote.md#none) [d](urn:check:vote) [e](/pages/about.md#desk) [f](/pages/about.md#x) [g](vote.md#top)",
    );
    // By the address of a page, with and without that of the site.
    site.story(
        "paths",
        "",
        "[a](/news/2026/11/20/vote/#end) [b](https://example.org/about/#desk) [c](/news/2026/11/20/vote/#none) [d](https://example.org/about/#x) [e](/news/#list)",
    );
    check(
        &site,
        &[
            "content/2026/11/open.md:7:39 warning[link-fragment]: the page has no place `#none`",
            "content/2026/11/open.md:7:103 warning[link-fragment]: the page has no place `#x`",
            "content/2026/11/paths.md:7:70 warning[link-fragment]: the page has no place `#none`",
            "content/2026/11/paths.md:7:103 warning[link-fragment]: the page has no place `#x`",
        ],
    );
    let paths = site.read("news/2026/11/20/paths/index.html");
    for link in ["/news/2026/11/20/vote/#h-end", "/about/#h-desk", "/news/#list"] {
        assert!(paths.contains(&format!("href=\"{link}\"")), "{link}\n{paths}");
    }
    let vote = "/news/2026/11/20/vote/";
    let page = site.read("news/2026/11/20/open/index.html");
    for link in
        [format!("{vote}#h-day-two"), format!("{vote}#h-end"), "/about/#h-desk".to_string(), format!("{vote}#top")]
    {
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}\n{page}");
    }
    assert!(site.read("news/2026/11/20/vote/index.html").contains("<a href=\"#h-day-two\">back</a>"));
    // A heading that changes changes the page that leads to it.
    site.story("vote", "", "Text.\n\n## Day three\n\n## End {#end}\n\nMore.");
    let day_two = "content/2026/11/open.md:7:1 warning[link-fragment]: the page has no place `#day-two`".to_string();
    let after = said(&site);
    assert!(after.len() == 5 && after.contains(&day_two), "{after:?}");
    assert!(!site.read("news/2026/11/20/open/index.html").contains("#h-day-two"));
}

#[test]
fn what_a_page_hides_is_in_no_file() {
    let site = Site::with("pages: {ninjs: true}\n");
    let hidden = [
        "<!-- needle -->",
        "<!--\n\nneedle\n\n-->",
        "<div>\n<!-- x\n\nneedle -->\n</div>",
        "<script>\n\nneedle\n</script>",
        "<style>\n\n.needle {}\n</style>",
        "<?php a > needle ?>",
        "<![CDATA[ a > needle ]]>",
        "<template>\n\nneedle\n\n</template>",
        "<p hidden>needle</p>",
        "<div style=\"display:none\">\n\nneedle\n\n</div>",
        "<div style=\"display:&#110;one\">needle</div>",
        "<span style='dis\\70lay:/**/none!important'>needle</span>",
        "<b style=opacity:0>needle</b>",
        "<p style=\"font-size:0\">needle</p>",
        "<div popover>needle</div>",
        "<font hidden>needle</font>",
        "<p hidden>\n\nneedle\n\n</p>",
        "<progress>needle</progress>",
        "<noscript>needle</noscript>",
        "<iframe>needle</iframe>",
        "<video>needle</video>",
        "<textarea>needle</textarea>",
        "<svg><title>needle</title></svg>",
        "[needle]: /needle \"needle\"",
        "```text needle\ncode\n```",
        "<p data-x=\"needle\">x</p>",
    ];
    for (at, text) in hidden.iter().enumerate() {
        site.story(&format!("before-{at}"), "", &format!("{text}\n\nShown."));
        site.story(&format!("after-{at}"), "", &format!("Shown.\n\n{text}\n"));
    }
    site.build();
    site.assert_nowhere("needle", &[]);
    let feed = site.read("feed.json");
    assert!(feed.contains("Shown."), "{feed}");
}
