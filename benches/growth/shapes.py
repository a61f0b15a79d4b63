"""What is doubled. A shape is a name and a function that writes its input for a count; it returns the arguments of dateline."""
import json
import struct
import zlib

SHAPES = {}
DAY = "2026-11-20T07:00:00Z"


def shape(name, start=500, most=1 << 20):
    """Registers a shape. `start` is the first count; doubling stops at `most`, where a limit of the formats or patience lies."""

    def register(function):
        assert name not in SHAPES, name
        SHAPES[name] = (function, start, most)
        return function

    return register


# Files of a site.


def write(site, path, text):
    file = site / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def front(number=0, **keys):
    keys = {"headline": f"Ship {number} leaves port", "firstCreated": DAY, **keys}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in keys.items()) + "---\n\n"


def build(site, *options):
    return ["build", "--threads", "1", *options]


def text_shape(name, make, start=500, most=1 << 20, where="markdown"):
    """A text of one story, by what it holds for a count."""

    def body(site, count):
        write(site, "content/news/a.md", front() + make(count))
        return build(site)

    shape(f"{where}: {name}", start, most)(body)


def repeated(name, unit, after="", before="", **options):
    text_shape(name, lambda count: before + unit * count + after, **options)


# Constructs of Markdown.
repeated("paragraphs", "Ships wait in the bay.\n\n")
repeated("blank lines", "\n", "x\n")
repeated("lines of blanks", "   \n", "x\n")
repeated("one word", "ship")
repeated("one line", "ship and ")
repeated("links", "[a](https://a.example/) ")
repeated("links to itself", "[a](a.md) ")
repeated("broken links", "[a](gone.md) ")
text_shape("different broken links", lambda n: "".join(f"[a](gone-{k}.md) " for k in range(n)))
repeated("links in angle brackets", "<https://a.example/> ")
text_shape("reference links", lambda n: "".join(f"[a{k}] " for k in range(n)) + "\n\n" + "".join(f"[a{k}]: https://a.example/{k}\n" for k in range(n)))
text_shape("reference definitions", lambda n: "".join(f"[a{k}]: https://a.example/{k}\n" for k in range(n)))
text_shape("one definition again and again", lambda n: "[a]: /x\n" * n + "[a] " * n)
text_shape("a long reference", lambda n: "[a]: /" + "x" * n + "\n\n" + "[a] " * n)
repeated("definitions without an end", "[a\n", "")
repeated("definitions with a title without an end", "[a]: b 'c\n", "")
repeated("references to nothing", "[a][b] ")
repeated("opening brackets", "[")
repeated("closing brackets", "]")
repeated("pairs of brackets", "[]")
repeated("nested brackets", "[a ", "")
text_shape("nested pairs of brackets", lambda n: "[" * n + "a" + "](b)" * n)
repeated("pictures without an end", "![")
repeated("nested links", "[a](b")
repeated("link targets in angle brackets", "[a](<b")
repeated("link titles without an end", "[a](b 'c")
repeated("pictures", "![a](gone.jpg) ")
repeated("emphasis without an end", "*a ")
repeated("emphasis", "*a* ")
repeated("nested emphasis", "*a **b ")
repeated("mixed emphasis", "*a_ ")
repeated("mixed ends of emphasis", "a**b_c* ")
repeated("underscores", "_")
repeated("stars", "*")
repeated("tildes", "~~a ")
repeated("code spans without an end", "`a ``b ")
text_shape("growing code spans", lambda n: " ".join("`" * k for k in range(1, int((2 * n) ** 0.5) + 1)), start=4000)
repeated("backticks", "`a`")
repeated("code in fences", "a\n", "```\n", "```\n")
repeated("fences", "```\na\n```\n")
repeated("indented code", "    a\n")
repeated("nested quotes", "> ", "a\n")
repeated("nested quotes and lists", "> - ", "a\n")
repeated("nested numbered lists", "1) ", "a\n")
repeated("nested quotes without a blank", ">", "a\n")
repeated("lines that nest as deep as they may", "> " * 99 + "a\n", start=20)
repeated("quotes", "> a\n")
text_shape("quotes, deeper each line", lambda n: "".join(">" * (k % 100) + " a\n" for k in range(n)))
repeated("nested lists", "- ", "a\n")
text_shape("lists, deeper each line", lambda n: "".join("  " * (k % 60) + "- a\n" for k in range(n)))
repeated("lists", "- a\n")
repeated("loose lists", "- a\n\n")
repeated("numbered lists", "1. a\n")
repeated("lists of another sign each", "- a\n+ a\n")
repeated("rules", "***\n")
repeated("headings", "# Ship\n\n")
repeated("headings with one id", "# Ship {#a}\n\n")
repeated("attributes for nothing", "![a](a.jpg){width=50} ")
repeated("definitions of one name in paragraphs", "[a]: /b\n[a]: /c\n\nship\n\n")
text_shape("different headings", lambda n: "".join(f"# Ship {k}\n\n" for k in range(n)))
repeated("underlined headings", "Ship\n---\n\n")
repeated("rows of a table", "| b | c |\n", before="| a | b |\n|---|---|\n")
text_shape("columns of a table", lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|b" * n + "|\n")
text_shape("short rows of a wide table", lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|b|\n" * n)
repeated("rows that begin a table", "a|b\n")
text_shape("footnotes", lambda n: "".join(f"[^{k}] " for k in range(n)) + "\n\n" + "".join(f"[^{k}]: a\n\n" for k in range(n)))
text_shape("one footnote, referred to often", lambda n: "[^a] " * n + "\n\n[^a]: a\n")
repeated("footnotes of nothing", "[^a] ")
repeated("nested footnotes", "[^a]: ", "b\n")
repeated("hard line ends", "a\\\n")
repeated("ampersands", "&")
repeated("references to characters", "&amp;")
repeated("references without an end", "&a")
repeated("backslashes", "\\")
repeated("quotation marks", '"a \'b ')
repeated("dashes", "-- ")
repeated("braces", "{#a} ")
repeated("combining marks", "e\u0301")
repeated("Chinese lines", "船在海湾等候\n")
repeated("Thai words", "ข้าว")
repeated("right to left", "سفينة ")
# Its raw HTML.
for tag in ["div", "b", "font", "p", "a href='https://a.example/'", "table", "table><tr><td", "ul><li", "span", "svg", "math", "select", "template", "button", "h1", "q", "unknown", "nobr", "form", "ruby><rt", "svg><desc", "applet", "dl><dt", "frameset", "script", "style", "title", "textarea", "iframe", "video", "details", "option", "marquee"]:
    repeated(f"open <{tag}>", f"<{tag}>", where="html")
    repeated(f"paragraphs in <{tag}>", f"<{tag}>a\n\n", where="html")
for tag in ["div", "b", "a", "table"]:
    text_shape(f"nested <{tag}>", lambda n, tag=tag: f"<{tag}>" * n + "a" + f"</{tag}>" * n, where="html")
    repeated(f"<{tag}> side by side", f"<{tag}>a</{tag}> ", where="html")
    repeated(f"end tags of <{tag}>", f"</{tag}> ", before="<i>a", where="html")
repeated("different fonts", "<font size=1><font size=2><font size=3>a<p>", where="html")
text_shape("fonts, each with its own attributes", lambda n: "".join(f"<font size={k}>" for k in range(n)) + "<p>a" * n, where="html")
text_shape("misnested formatting", lambda n: "<b>" + "<i><div></b>" * n, where="html")
text_shape("a link in each paragraph, not closed", lambda n: "<p><a>a" * n, where="html")
text_shape("formatting before paragraphs", lambda n: "<b><i><u><s><tt>" * n + "<p>a</p>" * n, where="html")
text_shape("attributes", lambda n: "<p " + " ".join(f"a{k}=1" for k in range(n)) + ">a</p>", where="html")
text_shape("attributes without a blank", lambda n: "<p " + "".join(f"a{k}='1'" for k in range(n)) + ">a</p>", where="html")
text_shape("attributes in a paragraph", lambda n: "a <b " + " ".join(f"a{k}=1" for k in range(n)) + ">a</b>", where="html")
text_shape("attributes of <html> and <body>", lambda n: "".join(f"<html a{k}=1><body b{k}=1>" for k in range(n)), where="html")
text_shape("a long style", lambda n: "<p style='" + "color:red;" * n + "display:none'>a</p>", where="html")
repeated("styles", "<p style='display:&#110;one'>a</p>\n\n", where="html")
repeated("hidden and not closed", "<b hidden>a ", where="html")
repeated("hidden, one inside the other", "<div hidden>", "a", where="html")
text_shape("hidden and closed", lambda n: "<div hidden>" * n + "a" + "</div>" * n, where="html")
repeated("cells without a table", "<tr><td>a", where="html")
text_shape("classes", lambda n: "<div class='" + "table-scroll " * n + "'>a</div>", where="html")
text_shape("a long attribute", lambda n: "<a href='https://a.example/" + "x" * n + "'>a</a>", where="html")
text_shape("different addresses", lambda n: "".join(f"<a href='/x/{k}'>a</a> " for k in range(n)), where="html")
repeated("comments", "<!-- a -->\n", where="html")
repeated("comments without an end", "<!-- ", where="html")
repeated("comments without an end, each a line", "<!-- a\n\n", where="html")
repeated("instructions without an end", "a <? ", where="html")
repeated("CDATA without an end", "a <![CDATA[ ", where="html")
repeated("declarations without an end", "a <!A ", where="html")
repeated("tags without an end", "<a ", where="html")
repeated("tags without an end of a value", "a <a b='", where="html")
repeated("less-than signs", "<", where="html")
repeated("characters after a table", "a<b>", before="<table>", where="html")
repeated("pictures", "<img src='https://a.example/a.jpg'>", where="html")
repeated("pictures of the site, with HTML", "![a](a.jpg)<b>a</b> ", where="html")
repeated("links with HTML", "[a](https://a.example/)<b>a</b> ", where="html")
repeated("zero bytes", "<b>\0</b>", where="html")


# Front matter.


def front_shape(name, make, start=100, most=1 << 20):
    def body(site, count):
        write(site, "content/news/a.md", front(**make(count)) + "Text.\n")
        return build(site)

    shape(f"front matter: {name}", start, most)(body)


def flow(values):
    return "[" + ", ".join(values) + "]"


for key in ["keywords", "by", "places", "genres", "people", "related", "replaces", "altIds", "signals", "subjects"]:
    front_shape(key, lambda n, key=key: {key: flow(f"urn-{k}" for k in range(n))})
front_shape("aliases", lambda n: {"aliases": flow(f"/old/{k}/" for k in range(n))})
front_shape("one alias again and again", lambda n: {"aliases": flow("/old/" for _ in range(n))})
front_shape("media topics", lambda n: {"subjects": flow("medtop:20000082" for _ in range(n))})
front_shape("unknown keys", lambda n: {f"key{k}": k for k in range(n)})
front_shape("keys of extra", lambda n: {"extra": "{" + ", ".join(f"k{k}: {k}" for k in range(n)) + "}"})
front_shape("notes", lambda n: {"notes": "{" + ", ".join(f"k{k}: {k}" for k in range(n)) + "}"})
front_shape("a deep list", lambda n: {"extra": "[" * n + "]" * n})
front_shape("a deep map", lambda n: {"extra": "{a: " * n + "1" + "}" * n})
front_shape("wrong values", lambda n: {"keywords": flow("{a: b}" for _ in range(n))})
front_shape("wrong pictures", lambda n: {"associations": flow("1" for _ in range(n))})
front_shape("wrong keys of pictures", lambda n: {"associations": flow("{hreff: a}" for _ in range(n))})
front_shape("pictures that are not there", lambda n: {"associations": flow("{href: a.jpg}" for _ in range(n))})
front_shape("a long headline", lambda n: {"headline": "ship " * n})
front_shape("a long word as headline", lambda n: {"headline": "ship" * n})
front_shape("a long description", lambda n: {"description": "ship " * n})
front_shape("a long dateline", lambda n: {"dateline": "'" + "HALDEN, " * n + "'"})
front_shape("a long category", lambda n: {"category": "a/" * n})
front_shape("a key again and again", lambda n: {"keywords": "a\n" + "keywords: a\n" * n})
front_shape("anchors and aliases", lambda n: {"extra": "\n  a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n" + "".join(f"  b{k}: *a\n" for k in range(n))})
front_shape("aliases of aliases", lambda n: {"extra": "\n  a0: &a0 [x, x]\n" + "".join(f"  a{k}: &a{k} [*a{k - 1}, *a{k - 1}]\n" for k in range(1, n))}, start=4, most=64)
front_shape("one text, named often", lambda n: {"extra": "\n  a: &a " + "x" * (10 * n) + "\n" + "".join(f"  b{k}: *a\n" for k in range(n))})
front_shape("comments", lambda n: {"urgency": "5\n" + "# a\n" * n})
front_shape("quotation marks in a list", lambda n: {"keywords": flow("'a''b'" for _ in range(n))})
front_shape("tabs", lambda n: {"urgency": "5" + "\t" * n})


# Sites of many stories.


def site_shape(name, make, start=50, most=1 << 12, settings="", run=build):
    """A site of `count` stories: `make` gives the keys of each."""

    def body(site, count):
        if settings:
            with open(site / "dateline.yaml", "a", encoding="utf-8") as file:
                file.write(settings)
        for number in range(count):
            keys = dict(make(number, count))
            text = keys.pop("text", f"Ship {number} waits in the bay.\n")
            path = keys.pop("path", f"content/news/{number}.md")
            write(site, path, front(number, **keys) + text)
        return run(site)

    shape(f"site: {name}", start, most)(body)


def leaks(site):
    return ["check", "--leaks", "--threads", "1"]


ENGLISH = "languages: [en, fr]\n"
site_shape("stories", lambda k, n: {})
site_shape("stories on different days", lambda k, n: {"firstCreated": f"{1990 + k // 336}-{1 + k // 28 % 12:02}-{1 + k % 28:02}T00:00:00Z"})
site_shape("versions of one story", lambda k, n: {"uri": "urn:a", "version": k + 1})
site_shape("one version of one story", lambda k, n: {"uri": "urn:a", "version": 1})
site_shape("translations of one story", lambda k, n: {"uri": f"urn:a:{k}", "language": "en" if k == 0 else "fr", **({"translationOf": "urn:a:0"} if k else {})}, settings=ENGLISH)
site_shape("a chain of translations", lambda k, n: {"uri": f"urn:a:{k}", "language": "en" if k % 2 == 0 else "fr", "translationOf": f"urn:a:{k - 1}"}, settings=ENGLISH)
site_shape("a circle of translations", lambda k, n: {"uri": f"urn:a:{k}", "language": "en" if k % 2 == 0 else "fr", "translationOf": f"urn:a:{(k + 1) % n}"}, settings=ENGLISH)
site_shape("all replace one", lambda k, n: {"uri": f"urn:a:{k}", "replaces": "[urn:a:0]"})
site_shape("one replaces all", lambda k, n: {"uri": f"urn:a:{k}", **({"replaces": flow(f"urn:a:{j}" for j in range(1, n))} if k == 0 else {})})
site_shape("each replaces the last", lambda k, n: {"uri": f"urn:a:{k}", "replaces": f"[urn:a:{k - 1}]"})
site_shape("each replaces the next, in a circle", lambda k, n: {"uri": f"urn:a:{k}", "replaces": f"[urn:a:{(k + 1) % n}]"})
site_shape("each has the last among its other names", lambda k, n: {"uri": f"urn:a:{k}", "altIds": f"[urn:a:{k - 1}]"})
site_shape("all name one as related", lambda k, n: {"uri": f"urn:a:{k}", "related": "[urn:a:0]"})
site_shape("one names all as related", lambda k, n: {"uri": f"urn:a:{k}", **({"related": flow(f"urn:a:{j}" for j in range(n))} if k == 0 else {})})
site_shape("one headline and slug", lambda k, n: {"headline": "Ship leaves port", "slug": "ship"})
site_shape("one file name in many folders", lambda k, n: {"path": f"content/news/{k}/ship.md", "headline": "Ship leaves port"})
site_shape("one text", lambda k, n: {"headline": "Ship leaves port", "text": "The same ship waits in the same bay.\n" * 20})
site_shape("one alias", lambda k, n: {"aliases": "[/old/]"})
site_shape("an alias each", lambda k, n: {"aliases": f"[/old/{k}/]"})
site_shape("aliases that are other stories", lambda k, n: {"aliases": f"[/news/2026/11/20/{(k + 1) % n}/]"})
site_shape("a topic each", lambda k, n: {"keywords": f"[topic {k}]"})
site_shape("one topic", lambda k, n: {"keywords": "[topic]"})
site_shape("topics that differ by case", lambda k, n: {"keywords": "[" + "".join(c.upper() if k >> j & 1 else c for j, c in enumerate("abcdefghijkl")) + "]"})
site_shape("an author each", lambda k, n: {"by": f"[Ana {k}]"})
site_shape("a place each", lambda k, n: {"dateline": f"'Place {chr(97 + k % 26)}{chr(97 + k // 26 % 26)}{chr(97 + k // 676)}, Nov 20 (LSW)'"})
site_shape("a category each", lambda k, n: {"category": f"cat-{k}"})
site_shape("nested categories", lambda k, n: {"category": f"a/b/c/d/e/f{k}"})
site_shape("links to all others by file", lambda k, n: {"text": f"[a]({(k + 1) % n}.md) [b]({(k * 7) % n}.md)\n"})
site_shape("one links to all", lambda k, n: {"text": "".join(f"[a]({j}.md) " for j in range(n)) if k == 0 else "a\n"})
site_shape("one links to all by uri", lambda k, n: {"uri": f"urn:a:{k}", "text": "".join(f"[a](urn:a:{j}) " for j in range(n)) if k == 0 else "a\n"})
site_shape("withheld stories", lambda k, n: {"pubStatus": "withheld"})
site_shape("canceled stories", lambda k, n: {"pubStatus": "canceled"})
site_shape("embargoed stories", lambda k, n: {"embargoedUntil": "2050-01-01T00:00:00Z"})
site_shape("expired stories", lambda k, n: {"expires": "2026-11-21T00:00:00Z"})
site_shape("pinned stories", lambda k, n: {"pinUntil": "2050-01-01T00:00:00Z"})
site_shape("alerts", lambda k, n: {"alert": "true", "text": ""})
site_shape("errors", lambda k, n: {"urgency": 99})
site_shape("unreadable stories", lambda k, n: {"keywords": "[a"})
site_shape("broken links", lambda k, n: {"text": "[a](gone.md)\n"})
site_shape("corrections", lambda k, n: {"correction": "'The ship was larger.'"})
site_shape("standing pages", lambda k, n: {"path": f"content/pages/p{k}.md"})
site_shape("deep folders", lambda k, n: {"path": "content/news/" + "".join(f"d{j}/" for j in range(k // 8)) + f"{k}.md"}, most=400)
site_shape("a layout that is not there", lambda k, n: {"layout": "gone.html"})
site_shape("ninjs", lambda k, n: {"keywords": f"[topic {k % 9}]"}, settings="pages: {ninjs: true}\n")
site_shape("leaks: withheld stories", lambda k, n: {"pubStatus": "withheld" if k % 2 else "usable", "text": f"Some secret words number {k} that nobody may read before noon.\n"}, run=leaks)
site_shape("leaks: equal withheld stories", lambda k, n: {"pubStatus": "withheld" if k % 2 else "usable", "text": "The same secret words that nobody may read before noon.\n"}, run=leaks)
site_shape("leaks: the secret is found", lambda k, n: {"pubStatus": "withheld" if k == 0 else "usable", "headline": "Secret merger of two banks", "text": "Two banks will merge before noon today in secret.\n"}, run=leaks)
site_shape("explain", lambda k, n: {}, run=lambda site: ["why", "/"])


@shape("site: a long text to be kept from leaking")
def leak_text(site, count):
    write(site, "content/news/a.md", front(pubStatus="withheld") + "".join(f"secret{k} " for k in range(count)))
    write(site, "content/news/b.md", front(1) + "".join(f"public{k} " for k in range(count)))
    return leaks(site)


@shape("site: repeated signs to be kept from leaking")
def leak_signs(site, count):
    write(site, "content/news/a.md", front(pubStatus="withheld") + "ab" * count)
    write(site, "content/news/b.md", front(1) + "ab" * count)
    return leaks(site)


@shape("site: words of the search", start=2000)
def search_words(site, count):
    write(site, "content/news/a.md", front() + "".join(f"w{k} " for k in range(count)))
    return build(site)


@shape("site: names of one beginning for the search", start=2000)
def search_names(site, count):
    write(site, "content/news/a.md", front() + "".join("w" * (k % 30) + f"{k} " for k in range(count)))
    return build(site)


def png(shade):
    """One pixel."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes([0, shade]))) + chunk(b"IEND", b"")


@shape("site: pictures of one story", start=50, most=1000)
def pictures(site, count):
    for number in range(count):
        write(site, f"content/news/{number}.png", png(number % 256))
    write(site, "content/news/a.md", front() + "".join(f"![a]({number}.png)\n" for number in range(count)))
    return build(site)


@shape("site: one picture shown often", start=500)
def picture(site, count):
    write(site, "content/news/a.png", png(1))
    write(site, "content/news/a.md", front() + "![a](a.png)\n" * count)
    return build(site)


@shape("site: files that are not stories", start=500, most=1 << 14)
def files(site, count):
    for number in range(count):
        write(site, f"content/news/{number}.txt", "a")
    return build(site)


@shape("site: sections of the settings", most=4000)
def sections(site, count):
    write(site, "categories.yaml", "".join(f"- slug: s{k}\n  title: S {k}\n" for k in range(count)))
    write(site, "content/s1/a.md", front() + "Text.\n")
    return build(site)


# Wire copy.


def import_file(name, start=500, most=1 << 20, file="i", dry=False):
    """A file of wire copy, imported into an empty site."""

    def register(make):
        def body(site, count):
            path = write(site, file, make(count))
            return ["import", str(path), *(["--dry-run"] if dry else [])]

        shape(name, start, most)(body)
        return make

    return register


def ninjs(**keys):
    whole = {"uri": "http://a.example/1", "type": "text", "version": "1", "versionCreated": DAY, "pubStatus": "usable", "headline": "Hello ships here", **keys}
    return json.dumps(whole)


def g2(text="<p>a</p>", meta="", content="", items=None, kind="application/xhtml+xml"):
    def item(number):
        return (
            f'<newsItem guid="urn:a:{number}" version="1" xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/><versionCreated>{DAY}</versionCreated>'
            f'<pubStatus qcode="stat:usable"/>{meta}</itemMeta><contentMeta><headline>Ship {number} leaves port</headline>{content}</contentMeta>'
            f'<contentSet><inlineXML contenttype="{kind}"><html><body>{text}</body></html></inlineXML></contentSet></newsItem>'
        )

    whole = "".join(item(number) for number in range(items or 1))
    return f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{whole}</itemSet></newsMessage>'


def nitf(text="<p>a</p>", head="", body=""):
    return (
        f'<nitf><head><title>Ship</title>{head}<docdata management-status="usable"><doc-id id-string="a.1"/><date.issue norm="20261120T070000Z"/></docdata></head>'
        f"<body><body.head><hedline><hl1>Ship leaves port</hl1></hedline>{body}</body.head><body.content>{text}</body.content></body></nitf>"
    )


def newsml1(text="<p>a</p>", lines="", meta="", more=""):
    return (
        "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>a.example</ProviderId><DateId>20261120</DateId><NewsItemId>A</NewsItemId>"
        "<RevisionId>1</RevisionId><PublicIdentifier>urn:newsml:a.example:20261120:A:1</PublicIdentifier></NewsIdentifier></Identification>"
        '<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20261120T070000Z</FirstCreated><ThisRevisionCreated>20261120T070000Z</ThisRevisionCreated>'
        f'<Status FormalName="Usable"/>{meta}</NewsManagement><NewsComponent><NewsLines><HeadLine>Ship leaves port</HeadLine>{lines}</NewsLines>'
        f'<NewsComponent><ContentItem><MediaType FormalName="Text"/><DataContent><nitf><body><body.content>{text}</body.content></body></nitf></DataContent>'
        f"</ContentItem></NewsComponent>{more}</NewsComponent></NewsItem></NewsML>"
    )


def iptc(text, number=1):
    return f"\x01abc{number:04} 3 i 120  dpa 0456\r\n\r\nHalden/harbour/ship{number}/\r\n\x02Ship leaves port {number}\r\nBy Ana Reyes, dpa =\r\n\r\nHalden (dpa) - {text}\r\n\r\n\x03201030 GMT Nov 26\r\n\x7f\r\n\x04\r\n"


def rss(items):
    return f'<rss version="2.0"><channel><title>Longshore Wire</title>{items}</channel></rss>'


def atom(entries):
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Longshore Wire</title>{entries}</feed>'


def anpa(text, number=1):
    return f"\x16\x16\x01W{number:04}\x1f_asian\r\nr a\x13\x11 BC-NO--Ship   11-20 0120\r\n\x02\x02BC-NO--Ship{number},100<\r\n^Ship {number} leaves port<\r\n\t   HALDEN, Norway (AP) _ {text}\r\n\r\n\t   ^AP-WF-11-20-26 1509GMT<\r\n\r\n\x0c\r\n\x04\r\n"


def plain(text):
    return f"Ship leaves port\n\nHalden, Nov 20 (EFE).- {text}\n"


# Markup, for each format that has it.
MARKUP = {
    "paragraphs": lambda n: "<p>Ships wait.</p>" * n,
    "text beside paragraphs": lambda n: "a\n\n" * n,
    "blank lines": lambda n: "a" + "\n" * n + "b",
    "lines": lambda n: "<p>" + "a\n" * n + "</p>",
    "indented lines": lambda n: "<p>" + "   a\n" * n + "</p>",
    "one word": lambda n: f"<p>{'ship' * n}</p>",
    "breaks": lambda n: "<p>a" + "<br/>" * n + "</p>",
    "lines with breaks": lambda n: "<p>" + "a<br/>" * n + "</p>",
    "indented lines with breaks": lambda n: "<p>" + "&#160;&#160;&#160;a<br/>" * n + "</p>",
    "nested <div>": lambda n: "<div>" * n + "a" + "</div>" * n,
    "nested <b>": lambda n: "<p>" + "<b>" * n + "a" + "</b>" * n + "</p>",
    "nested <b> with paragraphs": lambda n: "<b><p>a</p>" * n + "</b>" * n,
    "nested <ul>": lambda n: "<ul><li>" * n + "a" + "</li></ul>" * n,
    "nested <blockquote>": lambda n: "<blockquote>" * n + "<p>a</p>" + "</blockquote>" * n,
    "nested <table>": lambda n: "<table><tr><td>" * n + "a" + "</td></tr></table>" * n,
    "tables": lambda n: "<table><tr><td>a</td></tr></table>" * n,
    "rows": lambda n: "<table>" + "<tr><td>a</td><td>b</td></tr>" * n + "</table>",
    "cells": lambda n: "<table><tr>" + "<td>a</td>" * n + "</tr></table>",
    "short rows after a wide one": lambda n: "<table><tr>" + "<td>a</td>" * n + "</tr>" + "<tr><td>b</td></tr>" * n + "</table>",
    "spans of columns": lambda n: "<table>" + '<tr><td colspan="1000" rowspan="1000">a</td></tr>' * n + "</table>",
    "spans of rows": lambda n: "<table>" + f'<tr><td rowspan="{n}">a</td></tr>' * n + "</table>",
    "items": lambda n: "<ul>" + "<li>a</li>" * n + "</ul>",
    "definitions": lambda n: "<dl>" + "<dt>a</dt><dd>b</dd>" * n + "</dl>",
    "spans": lambda n: "<p>" + "<b>a</b><i>b</i>" * n + "</p>",
    "links": lambda n: "<p>" + '<a href="https://a.example/">a</a> ' * n + "</p>",
    "headings": lambda n: "<h2>a</h2>" * n,
    "notes": lambda n: "<p>(Adds quote)</p>" * n + "<p>a</p>",
    "desk notes": lambda n: "<p>Eds: adds quote.</p>" * n + "<p>a</p>",
    "sections for desks": lambda n: '<p>a</p><div class="notebook">b</div>' * n,
    "lines of web pages": lambda n: "<p>a</p>" + "<p>Related Articles</p>" * n,
    "not for publication": lambda n: "<p>a</p>" + "<p>not for publication</p>" * n,
    "bylines": lambda n: "<p>By Ana Reyes</p>" * n + "<p>a</p>",
    "sign-offs": lambda n: "<p>a</p>" + "<p>ar/tb</p>" * n,
    "end marks": lambda n: "<p>a</p>" + "<p>-30-</p>" * n,
    "copyright lines": lambda n: "<p>a</p>" + "<p>(c) 2026 Longshore Wire</p>" * n,
    "contacts": lambda n: "<p>a</p>" + "<p>((Ana.Reyes@a.example; +1 234))</p>" * n,
    "datelines": lambda n: "<p>HALDEN, Nov 20 (AP) - a</p>" * n,
    "headlines again": lambda n: "<p>Ship leaves port</p>" * n,
    "rules": lambda n: "<hr/>" * n + "<p>a</p>",
    "preformatted lines": lambda n: "<pre>" + "a   1\n" * n + "</pre>",
    "blocks of preformatted lines": lambda n: "<pre>a   1\nb   2</pre>" * n,
    "pictures": lambda n: "<p>a</p>" + '<img src="a.jpg"/>' * n,
    "figures": lambda n: "<p>a</p>" + '<figure><img src="https://a.example/a.jpg"/><figcaption>b</figcaption></figure>' * n,
    "attributes": lambda n: "<p " + " ".join(f'a{k}="1"' for k in range(n)) + ">a</p>",
    "attributes, each its own prefix": lambda n: "<p " + " ".join(f'a{k}:b="1"' for k in range(n)) + ">a</p>",
    "unknown elements": lambda n: "<x>a</x>" * n,
    "nested unknown elements": lambda n: "<x>" * n + "a" + "</x>" * n,
    "different elements": lambda n: "".join(f"<x{k}>a</x{k}>" for k in range(n)),
    "tickers": lambda n: "<p>" + "Apple &lt;AAPL&gt; " * n + "</p>",
    "escaped tags": lambda n: "<p>" + "&lt;b&gt;a&lt;/b&gt;" * n + "</p>",
    "escaped ampersands": lambda n: "<p>" + "&amp;amp;" * n + "</p>",
    "ampersands": lambda n: "<p>" + "&amp;" * n + "</p>",
    "brackets": lambda n: "<p>" + "[*_`" * n + "</p>",
    "comments": lambda n: "<p>a" + "<!-- a -->" * n + "</p>",
    "embedded content": lambda n: "<p>a</p>" + "<iframe></iframe><form></form>" * n,
    "scripts": lambda n: "<p>a</p>" + "<script>a</script>" * n,
    "blanks": lambda n: "<p>" + "\u00a0 " * n + "a</p>",
}
SEVERAL = {
    "G2": lambda text: g2(text),
    "ninjs": lambda text: ninjs(body_html=text),
}
for name, make in MARKUP.items():
    for kind, whole in SEVERAL.items():
        import_file(f"{kind}: {name}")(lambda count, make=make, whole=whole: whole(make(count)))
for name in ["paragraphs", "nested <b>", "rows", "attributes", "notes", "text beside paragraphs", "figures"]:
    import_file(f"NITF: {name}")(lambda count, make=MARKUP[name]: nitf(make(count)))
    import_file(f"NewsML 1: {name}")(lambda count, make=MARKUP[name]: newsml1(make(count)))
OPEN = ["div", "b", "font", "p", "a", "table", "td", "li", "ul", "script", "svg", "select", "x", "x:y", "!--", "![CDATA[", "?"]
for tag in OPEN:
    import_file(f"ninjs: open <{tag}>")(lambda count, tag=tag: ninjs(body_html=f"a<p>b</p><{tag}>" + f"<{tag}>" * count))
    import_file(f"ninjs: unfinished <{tag}")(lambda count, tag=tag: ninjs(body_html=f"a<p>b</p><{tag} " * count))
import_file("ninjs: end tags")(lambda n: ninjs(body_html="<p>a</p>" + "</b>" * n))
import_file("ninjs: end tags deep in others")(lambda n: ninjs(body_html="<p>a</p>" + "<div>" * 90 + "</b>" * n))
import_file("ninjs: start tags deep in others")(lambda n: ninjs(body_html="<p>a</p>" + "<div>" * 90 + "<li>a" * n))
import_file("ninjs: attributes that are equal")(lambda n: ninjs(body_html="<p " + "a=1 " * n + ">x</p>"))
import_file("ninjs: 100 attributes, often", start=20)(lambda n: ninjs(body_html=("<p " + " ".join(f"a{k}=1" for k in range(100)) + ">x</p>") * n))

# Text, for each format that has it.
TEXT = {
    "blank lines": lambda n: "a" + "\n" * n + "b",
    "blank lines before the text": lambda n: "\n" * n + "b",
    "lines of blanks": lambda n: "a" + "\n   " * n + "b",
    "paragraphs": lambda n: "Ships wait.\n\n" * n,
    "indented paragraphs": lambda n: "   Ships wait.\n" * n,
    "lines": lambda n: "Ships wait in the bay for a better day\n" * n,
    "short lines": lambda n: "a\n" * n,
    "one line": lambda n: "Ships wait. " * n,
    "one word": lambda n: "ship" * n,
    "columns": lambda n: "port        1   2\nstarboard   3   4\n" * n,
    "items": lambda n: "* a\n" * n,
    "headings": lambda n: "Ships:\n\na\n\n" * n,
    "notes": lambda n: "(Adds quote)\n\n" * n + "a\n",
    "bylines": lambda n: "By Ana Reyes\n\n" * n + "a\n",
    "rows of signs": lambda n: "a\n\n" + "* * * *\n\n" * n,
    "brackets": lambda n: "(" * n,
    "brackets, one a paragraph": lambda n: "((a\n\n" * n,
    "slashes": lambda n: "/" * n,
    "dashes": lambda n: "- " * n,
    "commas": lambda n: "a, " * n,
    "ampersands": lambda n: "&" * n,
    "ampersands and a semicolon": lambda n: "&" * n + ";",
    "references": lambda n: "&amp;" * n,
    "less-than signs": lambda n: "<" * n,
    "tickers": lambda n: "<AAPL> " * n,
    "addresses": lambda n: "desk@a.example " * n,
    "links": lambda n: "https://a.example/ " * n,
    "notebooks": lambda n: "a\n\n# Notebook\n\n" * n,
    "copyright lines": lambda n: "a\n\n" + "(c) 2026 Longshore Wire\n\n" * n,
    "sign-offs": lambda n: "a\n\n" + "ar-tb/lv\n\n" * n,
    "keywords": lambda n: "a\n\n" + "Keywords: A/B\n\n" * n,
    "datelines": lambda n: "HALDEN, Nov 20 (AP) - a\n\n" * n,
    "embargoes": lambda n: "a\n\n" + "Embargoed until noon\n\n" * n,
    "control characters": lambda n: "a\x07" * n,
    "escapes": lambda n: "a\x1b(B" * n,
    "rows with semicolons": lambda n: "\t   ;Mon;Tue;Wed;Thu<\n\t   Halden;1;2;3;4<\n" * n,
}
for name, make in TEXT.items():
    import_file(f"ninjs text: {name}")(lambda count, make=make: ninjs(body_text=make(count)))
    import_file(f"text: {name}")(lambda count, make=make: plain(make(count)))
    import_file(f"IPTC 7901: {name}")(lambda count, make=make: iptc(make(count).replace("\n", "\r\n")))
    import_file(f"ANPA 1312: {name}")(lambda count, make=make: anpa(make(count).replace("\n", "\r\n\t   ")))
for name, make in {"IPTC 7901": iptc, "ANPA 1312": anpa}.items():
    import_file(f"{name}: blank lines above the slug")(lambda n, make=make: make("a").replace("\r\n", "\r\n" * n, 1))
    import_file(f"{name}: blank lines above the headline")(lambda n, make=make: make("a").replace("\x02", "\x02" + "\r\n" * n, 1))
import_file("text: beginnings of envelopes")(lambda n: "ZCZC\n" * n)
import_file("text: ends of envelopes")(lambda n: "ZCZC\na\n" + "NNNN\n" * n)
import_file("text: fields with labels")(lambda n: "Headline: a\nSlug: b\n" * n + "\na\n")
import_file("text: header lines")(lambda n: "AFP 1203\n" * n + "\na\n")
import_file("text: slugs")(lambda n: "PORT-STRIKE\n\n" * n + "\na\n")
import_file("text: alarms")(lambda n: "URGENT\n\n" * n + "\na\n")
import_file("IPTC 7901: messages", start=20, most=2000)(lambda n: "".join(iptc(f"Text {k} of its own.", k) for k in range(n)))
import_file("IPTC 7901: beginnings of messages")(lambda n: "\x01abc0001 3 i 120\r\n" * n)
import_file("ANPA 1312: messages", start=20, most=2000)(lambda n: "".join(anpa(f"Text {k} of its own.", k) for k in range(n)))
import_file("ANPA 1312: beginnings of messages")(lambda n: "\x16\x16\x01W0001\x1f_asian\r\n" * n)

# Fields.
for key in ["subjects", "people", "places", "organisations", "genres", "associations", "infosources", "headlines", "descriptions", "bodies", "altids", "trustindicators"]:
    import_file(f"ninjs: {key}")(lambda count, key=key: ninjs(body_text="a", **{key: [{"uri": f"http://a.example/{k}", "name": f"a {k}", "value": f"b {k}", "type": "picture", "role": "main", "contentType": "text/plain", "renditions": {}} for k in range(count)]}))
import_file("ninjs: renditions")(lambda n: ninjs(body_text="a", associations=[{"name": "a", "type": "picture", "uri": "http://a.example/p", "renditions": [{"name": f"r{k}", "href": f"https://a.example/{k}.jpg", "width": k} for k in range(n)]}]))
import_file("ninjs: named associations")(lambda n: ninjs(body_text="a", associations={f"a{k}": {"type": "picture", "uri": f"http://a.example/{k}", "renditions": {"x": {"href": f"https://a.example/{k}.jpg"}}} for k in range(n)}))
import_file("ninjs: unknown keys")(lambda n: ninjs(body_text="a", **{f"key{k}": 1 for k in range(n)}))
import_file("ninjs: a key again and again")(lambda n: ninjs(body_text="a")[:-1] + ', "by": "a"' * n + "}")
import_file("ninjs: a deep list")(lambda n: ninjs(body_text="a")[:-1] + ', "x": ' + "[" * n + "]" * n + "}")
import_file("ninjs: an open list")(lambda n: ninjs(body_text="a")[:-1] + ', "x": ' + "[" * n)
import_file("ninjs: a long headline")(lambda n: ninjs(body_text="a", headline="ship " * n))
import_file("ninjs: tags in the headline")(lambda n: ninjs(body_text="a", headline="<b>ship</b> " * n))
import_file("ninjs: open tags in the headline")(lambda n: ninjs(body_text="a", headline="a <b " * n))
import_file("ninjs: attributes in the headline")(lambda n: ninjs(body_text="a", headline="a <b " + " ".join(f"a{k}=1" for k in range(n)) + ">c</b>"))
import_file("ninjs: a long byline")(lambda n: ninjs(body_text="a", by="Ana Reyes and " * n))
import_file("ninjs: a long note")(lambda n: ninjs(body_text="a", edNote="Eds: adds quote. " * n))
import_file("ninjs: a long language")(lambda n: ninjs(body_text="a", language="en-" * n))
import_file("ninjs: a long identifier")(lambda n: ninjs(body_text="a", uri="http://a.example/" + "a" * n))
import_file("ninjs: a long time")(lambda n: ninjs(body_text="a", versionCreated="2026-11-20T07:00:00." + "0" * n + "Z"))
import_file("ninjs: items in a list", start=20, most=2000)(lambda n: "[" + ",".join(ninjs(uri=f"http://a.example/{k}", body_text=f"Text {k}.", headline=f"Ship {k}") for k in range(n)) + "]")
import_file("ninjs: items of one headline", start=20, most=2000)(lambda n: "[" + ",".join(ninjs(uri=f"http://a.example/{k}", body_text=f"Text {k}.") for k in range(n)) + "]")
import_file("ninjs: versions of one item", start=20, most=2000)(lambda n: "[" + ",".join(ninjs(version=str(k + 1), body_text=f"Text {k}.") for k in range(n)) + "]")
import_file("ninjs: items that replace one another", start=20, most=2000)(lambda n: "[" + ",".join(ninjs(uri=f"http://a.example/{k}", replacing=[f"http://a.example/{k - 1}"], body_text=f"Text {k}.", headline=f"Ship {k}") for k in range(n)) + "]")
import_file("ninjs: broken items", start=20, most=20000)(lambda n: "[" + ",".join('{"uri": "a", "type": "text", "version": {}}' for k in range(n)) + "]")
for tag in ['<subject qcode="medtop:2000052{}"/>', "<keyword>a{}</keyword>", "<headline>a{}</headline>", "<by>Ana {}</by>", "<creditline>a{}</creditline>", "<description>a{}</description>", '<language tag="e{}"/>', '<genre qcode="g:{}"/>', "<slugline>a{}</slugline>", '<located qcode="a:{}"/>', '<subject qcode="x:{}"><name>a</name><sameAs qcode="subj:09005000"/></subject>']:
    import_file(f"G2: {tag}")(lambda count, tag=tag: g2(content="".join(tag.format(k) for k in range(count))))
for tag in ['<link rel="irel:seeAlso" residref="urn:a:{}"/>', "<edNote>a{}</edNote>", '<signal qcode="sig:{}"/>', '<altId>a{}</altId>', "<profile>a{}</profile>", "<embargoed>{}</embargoed>", '<pubStatus qcode="stat:{}"/>', '<link rel="irel:replaces" residref="urn:a:{}"/>']:
    import_file(f"G2: {tag}")(lambda count, tag=tag: g2(meta="".join(tag.format(k) for k in range(count))))
import_file("G2: items in a message", start=20, most=2000)(lambda n: g2(items=n))
import_file("G2: contents")(lambda n: g2().replace("</contentSet>", "<inlineXML><p>a</p></inlineXML>" * n + "</contentSet>"))
import_file("G2: remote contents")(lambda n: g2().replace("</contentSet>", '<remoteContent href="https://a.example/a.jpg" contenttype="image/jpeg"/>' * n + "</contentSet>"))
import_file("G2: namespaces")(lambda n: g2().replace("<itemSet>", "<itemSet " + " ".join(f'xmlns:a{k}="a"' for k in range(n)) + ">"))
import_file("G2: prefixes")(lambda n: g2("".join(f"<a{k}:p>a</a{k}:p>" for k in range(n))))
import_file("G2: attributes of the root")(lambda n: g2().replace("<itemSet>", "<itemSet " + " ".join(f'a{k}="a"' for k in range(n)) + ">"))
import_file("G2: attributes of the item")(lambda n: g2().replace("<newsItem ", "<newsItem " + " ".join(f'a{k}="a"' for k in range(n)) + " "))
import_file("G2: names of a subject")(lambda n: g2(content='<subject qcode="x:1">' + "<name>a</name>" * n + "</subject>"))
import_file("G2: subjects in subjects")(lambda n: g2(content='<subject qcode="x:1">' * n + "</subject>" * n))
import_file("G2: catalogues")(lambda n: g2().replace("<itemMeta>", "<catalogRef href='a'/>" * n + "<itemMeta>"))
import_file("G2: assertions")(lambda n: g2().replace("</contentMeta>", "</contentMeta>" + "".join(f'<assert qcode="x:{k}"><name>a</name></assert>' for k in range(n))))
import_file("G2: subjects and assertions")(lambda n: g2(content="".join(f'<subject qcode="x:{k}"/>' for k in range(n))).replace("</contentMeta>", "</contentMeta>" + "".join(f'<assert qcode="x:{k}"><name>a</name></assert>' for k in range(n))))
import_file("G2: an open DOCTYPE")(lambda n: "<!DOCTYPE a [" + "<!ENTITY a 'b'>" * n + "]>" + g2())
import_file("G2: opened brackets of a DOCTYPE")(lambda n: "<!DOCTYPE a " + "[" * n + g2())
import_file("G2: references without an end")(lambda n: g2().replace('xml:lang="en"', 'xml:lang="en" a="' + "&" * n + '"'))
import_file("G2: syntax errors")(lambda n: g2("<p>a</q>" * n))
import_file("G2: Base64")(lambda n: g2().replace("<inlineXML", "<inlineData encoding='base64'>" + "QUFB" * n + "</inlineData><inlineXML"))
for tag in ['<tobject><tobject.subject tobject.subject.refnum="1100600{}"/></tobject>', '<docdata><ed-msg info="a{}"/></docdata>', '<docdata><key-list><keyword key="a{}"/></key-list></docdata>', '<meta name="a{}" content="b"/>', '<docdata><doc-id id-string="a{}"/></docdata>', '<revision-history name="a{}" comment="b"/>']:
    import_file(f"NITF: {tag}")(lambda count, tag=tag: nitf(head="".join(tag.format(k) for k in range(count))))
for tag in ["<byline>By <person>Ana {}</person></byline>", "<hedline><hl1>a{}</hl1></hedline>", "<abstract><p>a{}</p></abstract>", "<dateline><location>a{}</location></dateline>", "<note><p>a{}</p></note>"]:
    import_file(f"NITF: {tag}")(lambda count, tag=tag: nitf(body="".join(tag.format(k) for k in range(count))))
for tag in ["<ByLine>Ana {}</ByLine>", "<HeadLine>a{}</HeadLine>", "<AdvisoryLine>a{}</AdvisoryLine>", "<KeywordLine>a{}</KeywordLine>", "<CopyrightLine>a{}</CopyrightLine>"]:
    import_file(f"NewsML 1: {tag}")(lambda count, tag=tag: newsml1(lines="".join(tag.format(k) for k in range(count))))
import_file("NewsML 1: components")(lambda n: newsml1(more='<NewsComponent><Role FormalName="Caption"/><ContentItem><MediaType FormalName="Text"/><DataContent><p>a</p></DataContent></ContentItem></NewsComponent>' * n))
import_file("NewsML 1: pictures")(lambda n: newsml1(more="".join(f'<NewsComponent Duid="p{k}"><NewsComponent><Role FormalName="Caption"/><ContentItem><DataContent><p>a</p></DataContent></ContentItem></NewsComponent><NewsComponent><ContentItem Href="a{k}.jpg"><MediaType FormalName="Photo"/></ContentItem></NewsComponent></NewsComponent>' for k in range(n))))
import_file("NewsML 1: nested components", most=4000)(lambda n: newsml1(more="<NewsComponent>" * n + "</NewsComponent>" * n))
import_file("NewsML 1: instructions")(lambda n: newsml1(meta='<Instruction FormalName="a"/><StatusWillChange><FutureStatus FormalName="Usable"/><DateAndTime>20261119T060000Z</DateAndTime></StatusWillChange>' * n))
import_file("ninjs: escaped less-than signs")(lambda n: ninjs(body_html="<p>" + "&lt;" * n + "</p>"))
import_file("ninjs: escaped less-than signs between words")(lambda n: ninjs(body_html="<p>" + "a &lt; b " * n + "</p>"))
import_file("ninjs: escaped tags without an end")(lambda n: ninjs(body_html="<p>" + "&lt;a " * n + "</p>"))
import_file("ninjs: elements of no reader without an end")(lambda n: ninjs(body_html="<p>a</p>" + "<form>a" * n))
import_file("ninjs: tags without an end")(lambda n: ninjs(body_html="<p>a</p>" + "<a " * n))
import_file("NITF: breaks alone")(lambda n: nitf("<p>" + "<br/>" * n + "</p>"))
import_file("G2: breaks alone")(lambda n: g2("<p>" + "<br/>" * n + "</p>"))
import_file("G2: words that are lost of each item", start=20, most=2000)(lambda n: g2("<object><p>lost</p></object><p>a</p>", items=n))
import_file("Atom: authors of the feed", start=100, most=20000)(lambda n: atom("<author><name>Ana Reyes</name></author>" * n + "".join(f"<entry><id>urn:a:{k}</id><title>Ship</title><content>Text.</content></entry>" for k in range(n))))
import_file("G2: breaks in nested <b>")(lambda n: g2("<p>" + "<b>" * 50 + "a<br/>" * n + "</b>" * 50 + "</p>"))
import_file("G2: breaks in nested links")(lambda n: g2("<p>" + '<a href="https://a.example/">' * 50 + "a<br/>" * n + "</a>" * 50 + "</p>"))
for uri, name in [("urn:a:{}", "items of one headline"), ("urn:a", "items of one identifier")]:
    import_file(f"RSS: {name}", start=100, most=20000)(lambda n, uri=uri: rss("".join(f"<item><guid>{uri.format(k)}</guid><title>Ship leaves port</title><pubDate>Fri, 20 Nov 2026 07:00:00 GMT</pubDate><description>Text {k}.</description></item>" for k in range(n))))
    import_file(f"Atom: {name}", start=100, most=20000)(lambda n, uri=uri: atom("".join(f'<entry><id>{uri.format(k)}</id><title>Ship leaves port</title><updated>{DAY}</updated><content type="html">Text {k}.</content></entry>' for k in range(n))))
import_file("IPTC 7901: small messages in one file", start=100, most=10000)(lambda n: "".join(iptc("Text.", k % 10000) for k in range(n)))
import_file("ANPA 1312: small messages in one file", start=100, most=10000)(lambda n: "".join(anpa("Text.", k % 10000) for k in range(n)))


# Many files of wire copy.


def drop_shape(name, make, start=20, most=1280):
    def body(site, count):
        for number in range(count):
            write(site, f"in/{number:06}", make(number, count))
        return ["import", str(site / "in")]

    shape(f"import: {name}", start, most)(body)


def words(number):
    return " ".join(f"word{number}x{k}" for k in range(30))


drop_shape("ninjs", lambda k, n: ninjs(uri=f"http://a.example/{k}", headline=f"Ship {k}", body_text=words(k)))
drop_shape("one headline", lambda k, n: ninjs(uri=f"http://a.example/{k}", body_text=words(k)))
drop_shape("versions", lambda k, n: ninjs(version=str(k + 1), body_text=words(k)))
drop_shape("versions, newest first", lambda k, n: ninjs(version=str(n - k), body_text=words(k)))
drop_shape("one item again and again", lambda k, n: ninjs(body_text="a"))
drop_shape("one version, other words", lambda k, n: ninjs(body_text=words(k)))
drop_shape("each replaces the last", lambda k, n: ninjs(uri=f"http://a.example/{k}", replacing=[f"http://a.example/{k - 1}"], headline=f"Ship {k}", body_text=words(k)))
drop_shape("IPTC 7901 of one slug and day, other words", lambda k, n: iptc(words(k), k % 10000).replace(f"ship{k}", "ship"))
drop_shape("IPTC 7901 of one slug and day, same words", lambda k, n: iptc(words(1) + f" more{k}", k % 10000).replace(f"ship{k}", "ship"))
drop_shape("IPTC 7901 leads", lambda k, n: iptc(words(1), k % 10000).replace(f"ship{k}/\r\n", f"ship/\r\n").replace("\x02Ship", f"\x02{k + 1}TH LEAD\r\nShip").replace("port {k}", "port"))
drop_shape("text of one headline, other words", lambda k, n: plain(words(k)))
drop_shape("text of one headline, same words", lambda k, n: plain(words(1) + f" more{k}"))
drop_shape("ANPA 1312 of one slug and day, other words", lambda k, n: anpa(words(k), k % 10000).replace(f"Ship{k},", "Ship,"))
drop_shape("ANPA 1312 takes", lambda k, n: anpa(words(k), k % 10000).replace(f"Ship{k},", f"Ship, Take {k + 1} of {n},"))
drop_shape("ANPA 1312 takes, last first", lambda k, n: anpa(words(k), k % 10000).replace(f"Ship{k},", f"Ship, Take {n - k} of {n},"))
drop_shape("ANPA 1312 kills", lambda k, n: anpa(words(k), k % 10000).replace(f"Ship{k},", f"Ship, KILL,"))
drop_shape("broken files", lambda k, n: "<nitf>")
