// Searches the site without a server: reads the index that lies beside the search page. docs/search.md describes its files.
// Words of a query are read by the rules of src/search/words.rs; a change here is a change there.

const LETTERS = {
  ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ħ: "h", ı: "i", ł: "l", ŋ: "n", ŧ: "t", ς: "σ",
  ى: "ي", ة: "ه", ٱ: "ا", ک: "ك", ی: "ي",
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");
const MARKS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/gu;
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/gu;
const WORD = /[\p{Alphabetic}\p{N}\u0900-\u0963\u0970-\u0dff\u0e00-\u0e4e]+/gu;
const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const RUN = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, "u");
const ARTICLES = ["ال", "وال", "بال", "كال", "فال", "لل"];
const LONGEST = 32;

/** Words of a query at most; results at a time; bytes of words that one step may load; stories in a file of headlines. */
const WORDS = 8;
const PAGE = 10;
const BUDGET = 110_000;
const SHOWN = 64;
/** For how many segments the list of files is loaded in advance: all that most archives have. */
const AHEAD = 12;

/** Lower case, without accents and vowel marks, each letter in one form. */
export function fold(text) {
  return text.normalize("NFKD").toLowerCase().replace(MARKS, "").replace(LETTER, (letter) => LETTERS[letter])
    .replace(DIGITS, (digit) => digit.codePointAt(0) & 15 ).normalize("NFC");
}

/** The words of a text as the index spells them. */
export function words(text) {
  const found = [];
  for (const [part] of fold(text).matchAll(WORD)) {
    for (const [run] of part.matchAll(RUN)) {
      const letters = [...run];
      if (IS_UNSPACED.test(run)) {
        if (letters.length === 1) found.push(run);
        for (let at = 1; at < letters.length; at += 1) found.push(letters[at - 1] + letters[at]);
        continue;
      }
      const article = ARTICLES.find((article) => run.startsWith(article) && letters.length >= article.length + 3);
      const bare = article ? letters.slice(article.length) : letters;
      if (bare.length > 1 && !(bare.length > 4 && /^[0-9]+$/.test(run))) found.push(bare.slice(0, LONGEST).join(""));
    }
  }
  return found;
}

/** Compares as the bytes of UTF-8 do. */
function compare(a, b) {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < left.length && at < right.length; at += 1) {
    if (left[at] !== right[at]) return left[at].codePointAt(0) - right[at].codePointAt(0);
  }
  return left.length - right.length;
}

/** Place of the last of some ascending words that is not after this one, or 0. */
function placeOf(firsts, word) {
  let [low, high] = [0, firsts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (compare(firsts[middle], word) <= 0) low = middle;
    else high = middle;
  }
  return low;
}

/** What a query asks for. */
export class Query {
  constructor({ q = "", section = "", from = "", until = "", order = "" }, index) {
    const stop = new Set(index.stop.split(" "));
    const all = words(q);
    const kept = [...new Set(all)].filter((word) => !stop.has(word)).slice(0, WORDS);
    // Whoever is still typing has not ended the last word.
    const last = /[\p{L}\p{N}\p{M}]$/u.test(q) ? all.at(-1) : undefined;
    this.common = all.length > 0 && !kept.length;
    // Single letters and long numbers are not in the index.
    this.short = !all.length && /[\p{L}\p{N}]/u.test(q);
    this.words = kept.map((word) => {
      const isOpen = word === last && (word.length > 2 || IS_UNSPACED.test(word));
      return { wanted: this.forms(word, index.endings), prefix: isOpen ? word : null };
    });
    if (section) this.words.push({ wanted: new Set([`/${section}`]), prefix: null, silent: true });
    this.from = day(from) ?? -Infinity;
    this.until = day(until) ?? Infinity;
    this.byRelevance = order === "relevance" && kept.length > 0;
    this.isEmpty = !this.words.length && from === "" && until === "";
  }

  /** A word, and the forms of it that differ by an ending. */
  forms(word, endings) {
    const forms = new Set([word]);
    const bases = endings.filter((ending) => word.endsWith(ending)).map((ending) => word.slice(0, -ending.length));
    for (const base of [word, ...bases].filter((base) => base.length > 2)) {
      forms.add(base);
      endings.forEach((ending) => forms.add(base + ending));
    }
    return forms;
  }
}

/** Days since 1970 of `2026-11-23`. */
function day(text) {
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? null : time / 86_400_000;
}

/** The bytes of a file of words, which are in Base64. */
export function unpack(bytes) {
  return Uint8Array.from(atob(new TextDecoder().decode(bytes)), (character) => character.charCodeAt(0));
}

/** Marks the stories that a file of words has for a word: 1, or 2 where the headline has it. */
export function mark(bytes, stories, { wanted, prefix }, marks) {
  const decoder = new TextDecoder();
  const before = new Uint8Array(255);
  let at = 0;
  const number = () => {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
      shift += 7;
    }
  };
  while (at < bytes.length) {
    const [shared, more] = [bytes[at], bytes[at + 1]];
    before.set(bytes.subarray(at + 2, at + 2 + more), shared);
    at += 2 + more;
    const word = decoder.decode(before.subarray(0, shared + more));
    const isWanted = wanted.has(word) || (prefix !== null && word.startsWith(prefix));
    const head = number();
    let story = 0;
    const see = (value) => {
      if (isWanted && marks[story] < value) marks[story] = value;
    };
    if (head & 1) {
      const field = at;
      at += (stories + 7) >> 3;
      for (; isWanted && story < stories; story += 1) if ((bytes[field + (story >> 3)] >> (story & 7)) & 1) see(1);
      story = 0;
      for (let left = number(); left > 0; left -= 1) {
        story += number();
        see(2);
      }
    } else {
      for (let left = head >> 1; left > 0; left -= 1) {
        const step = number();
        story += step >> 1;
        see(1 + (step & 1));
      }
    }
  }
}

/** The index of one edition. `load` gets the bytes of an address. */
export class Index {
  #parts = new Map();

  constructor(root, load) {
    Object.assign(this, root, { load });
  }

  /** A part, loaded once. */
  part(name, read) {
    const url = this.parts + name;
    if (!this.#parts.has(url)) {
      const part = this.load(url).then(read);
      part.catch(() => this.#parts.delete(url));
      this.#parts.set(url, part);
    }
    return this.#parts.get(url);
  }

  has(name) {
    return this.#parts.has(this.parts + name);
  }

  json(name) {
    return this.part(name, (bytes) => JSON.parse(new TextDecoder().decode(bytes)));
  }

  /** What files a segment has. */
  async segment(at) {
    const [name] = this.segments[at];
    const segment = await this.json(`${name}.json`);
    segment.names ??= segment.words.match(/.{10}/g) ?? [];
    segment.chunkNames ??= segment.chunks.match(/.{10}/g) ?? [];
    return segment;
  }

  /** Asks what files the next segments have, all at once. */
  prepare(next) {
    const ahead = this.segments.map((_, at) => at).slice(next, next + AHEAD);
    ahead.forEach((at) => this.segment(at).catch(() => {}));
  }

  /** The files of a segment that may have a word, by their places. */
  files(segment, { wanted, prefix }) {
    const places = new Set([...wanted].map((word) => placeOf(segment.firsts, word)));
    if (prefix !== null) {
      const last = placeOf(segment.firsts, `${prefix}\u{10ffff}`);
      for (let place = placeOf(segment.firsts, prefix); place <= last; place += 1) places.add(place);
    }
    return [...places].filter((place) => place < segment.names.length);
  }

  /** Headline, address, section, summary, language and sponsor of a story, with its day. */
  async story({ segment, story }) {
    let chunk = 0;
    let place = story;
    while (place >= segment.sizes[chunk]) place -= segment.sizes[chunk++];
    const stories = await this.json(`${segment.chunkNames[chunk]}-${Math.floor(place / SHOWN)}.json`);
    const [headline, url, section, summary, language, sponsor] = stories[place % SHOWN];
    let date = 0;
    for (let at = 0, left = story; at < segment.days.length && left >= 0; at += 2) {
      date += segment.days[at];
      left -= segment.days[at + 1];
    }
    return { headline, url, section, summary, language, sponsor, day: date };
  }
}

/** A search under way: from the newest stories back, as far as asked for and as far as the budget of bytes lasts. */
export class Search {
  constructor(index, query) {
    Object.assign(this, { index, query, next: 0, hits: [], seen: 0, counts: query.words.map(() => 0) });
  }

  /** Whether all was searched. */
  get isDone() {
    const rest = this.index.segments[this.next];
    return !rest || rest[2] < this.query.from;
  }

  /** Searches until there are so many results, or no more, or the budget is used up. */
  async advance(wanted) {
    let left = BUDGET;
    this.index.prepare(this.next);
    for (let wave = 2; !this.isDone && left > 0; wave *= 2) {
      if (!this.query.byRelevance && this.hits.length >= wanted) return;
      const places = this.index.segments.map((_, place) => place).slice(this.next, this.next + wave);
      const segments = await Promise.all(places.map((place) => this.index.segment(place)));
      const work = [];
      for (const [at, segment] of segments.entries()) {
        const [, first, last] = this.index.segments[places[at]];
        const isOutside = last < this.query.from || first > this.query.until;
        const files = isOutside ? [] : this.query.words.map((word) => this.index.files(segment, word));
        const all = [...new Set(files.flat())].filter((place) => !this.index.has(`${segment.names[place]}.txt`));
        const cost = all.reduce((sum, place) => sum + segment.lengths[place], 0);
        // One segment at least is searched in each step, so that every step gets further.
        if (work.length + (wave > 2) > 0 && cost > left) {
          left = 0;
          break;
        }
        left -= cost;
        work.push(isOutside ? [] : this.segment(segment, files));
      }
      this.next += work.length;
      for (const hits of await Promise.all(work)) this.hits.push(...hits);
    }
    if (this.query.byRelevance) this.rank(wanted - PAGE);
  }

  /** The hits of a segment, newest first. */
  async segment(segment, files) {
    const { stories } = segment;
    const found = await Promise.all(files.map(async (places, at) => {
      const parts = places.map((place) => this.index.part(`${segment.names[place]}.txt`, unpack));
      const marks = new Uint8Array(stories);
      for (const bytes of await Promise.all(parts)) mark(bytes, stories, this.query.words[at], marks);
      return marks;
    }));
    this.seen += stories;
    let [low, high, date, place] = [0, stories, 0, 0];
    for (let at = 0; at < segment.days.length; at += 2) {
      date += segment.days[at];
      if (date < this.query.from) low = place + segment.days[at + 1];
      place += segment.days[at + 1];
      if (date <= this.query.until) high = place;
      else if (at === 0) high = 0;
    }
    found.forEach((marks, at) => {
      for (const value of marks) this.counts[at] += value > 0;
    });
    const hits = [];
    for (let story = high - 1; story >= low; story -= 1) {
      const marks = found.map((marks) => marks[story]);
      if (marks.every((value) => value > 0)) hits.push({ segment, story, marks });
    }
    return hits;
  }

  /** Best first: by how rare the words are, and more where the headline has them; of equals the newest. What is shown already stays. */
  rank(shown) {
    const weights = this.counts.map((count, at) => (this.query.words[at].silent ? 0 : Math.log(1 + this.seen / (1 + count))));
    const rest = this.hits.splice(shown);
    for (const hit of rest) {
      hit.score = hit.marks.reduce((sum, value, at) => sum + weights[at] * (value === 2 ? 3 : 1), 0);
    }
    this.hits.push(...rest.sort((a, b) => b.score - a.score));
  }
}

/** Loads bytes; an address that is not there is an error. */
async function load(url, cache = "default") {
  const answer = await fetch(url, { cache });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

class Page {
  constructor(form) {
    this.form = form;
    this.status = document.querySelector(".found");
    this.list = document.querySelector(".results");
    this.button = document.querySelector(".further button");
    const language = document.documentElement.lang;
    this.shown = 0;
    this.dates = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
    this.numbers = new Intl.NumberFormat(language);
    const asked = new URLSearchParams(location.search);
    for (const field of this.fields()) if (asked.has(field.name)) field.value = asked.get(field.name);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.run(), 150);
    });
    this.button.addEventListener("click", () => this.more());
    this.run();
  }

  fields() {
    return [...this.form.elements].filter((field) => field.name);
  }

  /** The index; read again if parts that it names are gone. */
  async index(isStale) {
    if (isStale || !this.root) {
      const bytes = await load(this.form.dataset.index, isStale ? "reload" : "no-cache");
      this.root = new Index(JSON.parse(new TextDecoder().decode(bytes)), load);
    }
    return this.root;
  }

  async run() {
    clearTimeout(this.timer);
    const turn = (this.turn = {});
    const asked = Object.fromEntries(this.fields().map((field) => [field.name, field.value.trimStart()]));
    const address = new URL(location.href);
    address.search = new URLSearchParams(Object.entries(asked).filter(([, value]) => value)).toString();
    history.replaceState(null, "", address);
    // Where a part is gone the site was published meanwhile: once more, with the index of now.
    for (const isStale of [false, true]) {
      try {
        return await this.show(asked, turn, await this.index(isStale));
      } catch {
        if (isStale && turn === this.turn) this.status.textContent = this.form.dataset.fault;
      }
    }
  }

  async show(asked, turn, index) {
    const query = new Query(asked, index);
    const search = new Search(index, query);
    // What any query needs is loaded while the reader types the first.
    if (query.isEmpty) index.prepare(0);
    else await search.advance(PAGE);
    const shown = await this.stories(search, 0);
    if (turn !== this.turn) return;
    Object.assign(this, { search, shown: PAGE });
    this.list.replaceChildren(...shown);
    this.tell(query);
  }

  /** Shows the next results, and searches further back for them where it has to. */
  async more() {
    const { turn, search } = this;
    const from = Math.min(this.shown, search.hits.length);
    try {
      if (search.hits.length < from + PAGE) await search.advance(from + PAGE);
      const shown = await this.stories(search, from);
      if (turn !== this.turn) return;
      this.shown = from + PAGE;
      this.list.append(...shown);
      this.tell(search.query);
      (shown[0]?.querySelector("a") ?? this.button).focus();
    } catch {
      this.run();
    }
  }

  async stories(search, from) {
    const hits = search.hits.slice(from, from + PAGE);
    const stories = await Promise.all(hits.map((hit) => search.index.story(hit)));
    // Where another page has a story's address, the story keeps its place in the index and says nothing.
    return stories.filter((story) => story.url).map((story) => this.item(story));
  }

  item({ headline, url, section, summary, language, sponsor, day }) {
    const item = document.createElement("li");
    const add = (parent, name, text, more = {}) => {
      const element = Object.assign(document.createElement(name), { textContent: text }, more);
      if (language && name !== "time") Object.assign(element, { lang: language, dir: "auto" });
      parent.append(element);
      return element;
    };
    add(add(item, "h2", ""), "a", headline, { href: url });
    if (summary) add(item, "p", summary, { className: "desc" });
    const stamp = document.createElement("p");
    stamp.className = "stamp";
    const date = new Date(day * 86_400_000);
    const option = this.form.elements.section?.querySelector(`option[value="${CSS.escape(section)}"]`);
    stamp.append(option?.textContent ?? section, " · ");
    add(stamp, "time", this.dates.format(date), { dateTime: date.toISOString().slice(0, 10) });
    // A theme of before has no word for it; the name of who paid says it as well.
    if (sponsor) {
      stamp.append(" ");
      const mark = `${this.form.dataset.sponsored ?? ""} ${sponsor}`.trim();
      stamp.append(Object.assign(document.createElement("span"), { className: "tag label label-sponsored", textContent: mark }));
    }
    item.append(stamp);
    return item;
  }

  /** Says how many results there are, and how far back was searched. */
  tell(query) {
    const { dataset } = this.form;
    const { hits, isDone, next, index } = this.search;
    const { shown } = this;
    this.button.hidden = query.isEmpty || (shown >= hits.length && isDone);
    this.button.textContent = shown < hits.length ? this.button.dataset.more : this.button.dataset.further;
    if (query.common) this.status.textContent = dataset.common;
    else if (query.short) this.status.textContent = dataset.short ?? dataset.common;
    else if (query.isEmpty) this.status.textContent = "";
    else {
      const count = (isDone ? dataset.count : dataset.over).replace("{n}", this.numbers.format(hits.length));
      const since = index.segments[next - 1]?.[1] ?? 0;
      const date = this.dates.format(new Date(since * 86_400_000));
      this.status.textContent = isDone ? count : `${count} ${dataset.since.replace("{date}", date)}`;
    }
  }
}

const form = typeof document === "undefined" ? null : document.querySelector("form.search");
if (form) new Page(form);
