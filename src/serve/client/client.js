// Brings changes into the page that is open: style sheets are swapped, pages are morphed in place, and what is wrong is shown
// above the page. Everything of its own stands in a shadow root, so that page and preview do not see each other's styles.
(() => {
  "use strict";
  if (window.datelinePreview) return;
  const script = document.currentScript;
  let version = script?.dataset.dateline ?? "";
  let source = null;
  let problems = { fatal: [], page: [], errors: 0, warnings: 0, notice: null, hidden: null };
  let closed = "";

  const STYLE = `
    :host { all: initial; display: block; }
    * { box-sizing: border-box; }
    .overlay, .panel, .bar { font: 15px/1.5 system-ui, sans-serif; color: #1d1d1f; direction: ltr; text-align: left; }
    .overlay { position: fixed; inset: 0; z-index: 2147483646; background: rgb(20 20 25 / 55%); overflow: auto; padding: 5vh 1rem; }
    .card { background: #fff; max-width: 56rem; margin: 0 auto; border-top: 6px solid #b3261e; border-radius: 4px; padding: 1rem 1.5rem 1.5rem; }
    h2 { font-size: 1.15rem; line-height: 1.35; margin: 1rem 0 .25rem; overflow-wrap: anywhere; }
    .place { font-family: ui-monospace, monospace; font-size: .875rem; margin: 0; color: #8c1d18; overflow-wrap: anywhere; }
    pre { font: .8125rem/1.5 ui-monospace, monospace; background: #f3f3f5; padding: .75rem; overflow: auto; margin: .75rem 0; white-space: pre; }
    .hint { margin: .25rem 0 0; }
    .hint::before { content: "help: "; font-weight: 600; }
    .stays { color: #55555c; margin: 1.25rem 0 0; font-size: .875rem; }
    button { font: inherit; color: inherit; background: #fff; border: 1px solid #8a8a90; border-radius: 4px; padding: .2rem .6rem; cursor: pointer; min-height: 2rem; }
    button:focus-visible { outline: 3px solid #1a5fb4; outline-offset: 2px; }
    .close { float: right; }
    .bar { position: fixed; inset-inline-start: .75rem; bottom: .75rem; z-index: 2147483645; display: flex; gap: .5rem; font-size: .875rem; }
    .bar button, .notice { box-shadow: 0 1px 6px rgb(0 0 0 / 30%); }
    .bar .bad { border-color: #b3261e; color: #8c1d18; font-weight: 600; }
    .notice { background: #fff4ce; border: 1px solid #9d5d00; border-radius: 4px; padding: .2rem .6rem; }
    .panel { position: fixed; inset-block: 0; right: 0; width: min(34rem, 100vw); z-index: 2147483646; background: #fff; border-left: 1px solid #8a8a90; box-shadow: 0 0 24px rgb(0 0 0 / 30%); display: flex; flex-direction: column; }
    .panel header { padding: .5rem .75rem; border-bottom: 1px solid #d0d0d5; display: flex; justify-content: space-between; align-items: center; font-weight: 600; }
    .panel iframe { flex: 1; border: 0; width: 100%; background: #fff; }
    .banner { position: relative; z-index: 2147483644; background: #8c1d18; color: #fff; font: 600 15px/1.4 system-ui, sans-serif; padding: .5rem 1rem; text-align: center; direction: ltr; overflow-wrap: anywhere; }
    @media print { .overlay, .panel, .bar { display: none; } }
  `;

  const host = document.createElement("dateline-preview");
  const root = host.attachShadow({ mode: "open" });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement("style");
    style.textContent = STYLE;
    root.append(style);
  }
  // Before the body, not in it: morphing the body leaves it alone, and a banner takes its own place.
  document.documentElement.insertBefore(host, document.body);

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const button = (text, className, act) => {
    const made = element("button", className, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  const place = (name, made) => {
    root.querySelector(`.${name}`)?.remove();
    if (made) root.append(made);
  };

  // What is wrong.

  const count = (number, word) => (number ? `${number} ${word}${number === 1 ? "" : "s"}` : "");

  function card(problem) {
    const part = element("section");
    part.append(element("h2", "", problem.message));
    if (problem.place) part.append(element("p", "place", problem.place));
    if (problem.excerpt) part.append(element("pre", "", problem.excerpt));
    for (const hint of problem.hints) part.append(element("p", "hint", hint));
    return part;
  }

  function overlay() {
    const name = JSON.stringify(problems.fatal);
    if (!problems.fatal.length || closed === name) return place("overlay", null);
    const made = element("div", "overlay");
    made.setAttribute("role", "alertdialog");
    made.setAttribute("aria-label", "This cannot be shown");
    const box = element("div", "card");
    box.append(button("Close", "close", () => { closed = name; draw(); }));
    box.append(...problems.fatal.map(card));
    box.append(element("p", "stays", "Below is the page as it last was. This goes away when the file is mended."));
    made.append(box);
    place("overlay", made);
  }

  function bar() {
    const parts = [];
    if (problems.notice) parts.push(element("span", "notice", problems.notice));
    const here = problems.page.length;
    const all = [count(problems.errors, "error"), count(problems.warnings, "warning")].filter(Boolean).join(", ");
    const fatal = problems.fatal.length && closed ? "cannot be shown" : "";
    const text = [fatal, here ? `${count(here, "problem")} on this page` : "", all ? `${all} in all` : ""].filter(Boolean).join("; ");
    if (text) {
      parts.push(button(text, here || fatal ? "bad" : "", () => {
        if (fatal) { closed = ""; draw(); } else panel("Problems", `/_dateline/problems?page=${encodeURIComponent(location.pathname)}`);
      }));
    }
    if (!parts.length) return place("bar", null);
    const made = element("div", "bar");
    made.append(...parts);
    place("bar", made);
  }

  function banner() {
    if (!problems.hidden) return place("banner", null);
    const made = element("div", "banner", problems.hidden);
    made.setAttribute("role", "note");
    place("banner", made);
  }

  function draw() {
    banner();
    overlay();
    bar();
  }

  // Panels at the side.

  function panel(title, address) {
    const made = element("div", "panel");
    made.dataset.title = title;
    const head = element("header", "", title);
    head.append(button("Close", "", () => place("panel", null)));
    const frame = element("iframe");
    frame.title = title;
    frame.src = address;
    made.append(head, frame);
    place("panel", made);
  }

  const inspect = () => panel("Inspector", `/_dateline/inspect?page=${encodeURIComponent(location.pathname)}`);
  const panelIs = (title) => root.querySelector(".panel")?.dataset.title === title;

  addEventListener("keydown", (event) => {
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyI") {
      event.preventDefault();
      if (panelIs("Inspector")) place("panel", null);
      else inspect();
    } else if (event.key === "Escape") {
      if (root.querySelector(".panel")) place("panel", null);
      else if (root.querySelector(".overlay")) { closed = JSON.stringify(problems.fatal); draw(); }
    }
  });

  // Changes.

  /** Swaps style sheets at these addresses for their new bytes; the old ones stay until the new ones are there. */
  function styles(addresses) {
    for (const link of document.querySelectorAll("link[rel~=stylesheet]")) {
      const url = new URL(link.href, location.href);
      // A sheet may import the one that changed, so every sheet of this server is fetched again where none has the address.
      const known = [...document.querySelectorAll("link[rel~=stylesheet]")].some((one) => addresses.includes(new URL(one.href).pathname));
      if (url.origin !== location.origin || (known && !addresses.includes(url.pathname))) continue;
      url.searchParams.set("dateline", Date.now());
      const next = link.cloneNode();
      next.href = url.pathname + url.search;
      next.addEventListener("load", () => link.remove(), { once: true });
      next.addEventListener("error", () => next.remove(), { once: true });
      link.after(next);
    }
  }

  /** An element of the head as the server sent it. */
  const plain = (node) => {
    const copy = node.cloneNode(true);
    const href = copy.getAttribute("href");
    if (href) copy.setAttribute("href", href.replace(/[?&]dateline=\d+$/, ""));
    return copy.outerHTML;
  };

  function head(next) {
    const wanted = new Map([...next.children].map((node) => [plain(node), node]));
    for (const node of [...document.head.children]) {
      const key = plain(node);
      if (wanted.has(key)) wanted.delete(key);
      else node.remove();
    }
    document.head.append(...wanted.values());
  }

  const scripts = (page) =>
    [...page.querySelectorAll("script:not([data-dateline])")]
      .filter((one) => !/json/.test(one.type))
      .map((one) => one.outerHTML).join("\n");
  let ran = scripts(document);

  const STATE = { DETAILS: ["open"], DIALOG: ["open"], INPUT: ["checked", "value"], OPTION: ["selected"] };

  function morph(text) {
    const next = new DOMParser().parseFromString(text, "text/html");
    // Scripts have run: what they did cannot be taken back.
    if (scripts(next) !== ran) return location.reload();
    const at = [scrollX, scrollY];
    for (const { name, value } of next.documentElement.attributes) document.documentElement.setAttribute(name, value);
    head(next.head);
    window.Idiomorph.morph(document.body, next.body, {
      restoreFocus: true,
      ignoreActiveValue: true,
      callbacks: {
        beforeAttributeUpdated: (name, node) => !(STATE[node.nodeName]?.includes(name) || name === "aria-expanded"),
      },
    });
    scrollTo({ left: at[0], top: at[1], behavior: "instant" });
  }

  async function refresh() {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const text = await answer.text();
    if (answer.status >= 500) return;
    if (!(answer.headers.get("content-type") ?? "").startsWith("text/html")) return location.reload();
    morph(text);
    version = answer.headers.get("x-dateline-version") ?? "";
    if (panelIs("Inspector")) inspect();
    window.datelinePreview.changes += 1;
    dispatchEvent(new CustomEvent("dateline:changed"));
  }

  // One change at a time, in their order.
  let work = Promise.resolve();
  const then = (act) => { work = work.then(act).catch(() => {}); };

  function connect() {
    if (source) return;
    const page = encodeURIComponent(location.pathname);
    source = new EventSource(`/_dateline/events?page=${page}&version=${encodeURIComponent(version)}`);
    source.addEventListener("problems", (event) => {
      problems = JSON.parse(event.data);
      if (!problems.fatal.length) closed = "";
      draw();
      if (panelIs("Problems")) panel("Problems", `/_dateline/problems?page=${encodeURIComponent(location.pathname)}`);
    });
    source.addEventListener("styles", (event) => then(() => styles(JSON.parse(event.data))));
    source.addEventListener("page", () => then(refresh));
    source.addEventListener("reload", () => location.reload());
    source.addEventListener("error", () => {
      disconnect();
      setTimeout(() => { if (!document.hidden) connect(); }, 500);
    });
  }

  function disconnect() {
    source?.close();
    source = null;
  }

  // Browsers open few connections to one server: pages out of sight give theirs up, and catch up when they are seen again.
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", () => { if (!document.hidden) connect(); });

  window.datelinePreview = { changes: 0, inspect };
  if (!document.hidden) connect();
  if (new URLSearchParams(location.search).has("inspect")) inspect();
})();
