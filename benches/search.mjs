// Asks a built site's search and says what each query loads. Usage: node benches/search.mjs OUTPUT [FOLDER] [QUERY...]
// FOLDER is that of an edition's search page, `search/` where none is given. Without queries it draws words of all frequencies from the index, by
// a fixed rule. Bytes are as the files lie, and compressed by gzip, as servers send text; a round trip is a wait for files that
// the ones before made known. The page itself loads beforehand which segments there are and what files they have; this is counted apart.

import { mkdtempSync, copyFileSync, readFileSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const [output, folder = "search/", ...asked] = process.argv.slice(2);
// Node takes a module by its ending.
const script = join(mkdtempSync(join(tmpdir(), "dateline-search-")), "search.mjs");
copyFileSync(join(output, "assets/search.js"), script);
const { Index, Query, Search } = await import(script);

const root = JSON.parse(readFileSync(join(output, folder, "index.json"), "utf8"));
const prefix = root.parts.slice(0, root.parts.indexOf(`/${folder}`) + 1);

/** A loader that counts. What is asked for while nothing was answered yet is one round trip. */
function counter() {
  const seen = { requests: 0, bytes: 0, packed: 0, trips: 0, open: 0 };
  const load = async (url) => {
    if (seen.open === 0) seen.trips += 1;
    seen.open += 1;
    const bytes = readFileSync(join(output, url.slice(prefix.length)));
    seen.requests += 1;
    seen.bytes += bytes.length;
    seen.packed += gzipSync(bytes).length;
    await new Promise((resolve) => setTimeout(resolve, 2));
    seen.open -= 1;
    return new Uint8Array(bytes);
  };
  return { seen, load };
}

async function ask(q, more = {}) {
  const { seen, load } = counter();
  await load(`${prefix}${folder}index.json`);
  const index = new Index(structuredClone(root), load);
  index.prepare(0);
  while (seen.open > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const page = { ...seen };
  for (const key of Object.keys(seen)) seen[key] = 0;
  const search = new Search(index, new Query({ q, ...more }, index));
  await search.advance(10);
  await Promise.all(search.hits.slice(0, 10).map((hit) => index.story(hit)));
  return { ...seen, page, hits: search.hits.length, isDone: search.isDone, searched: search.next };
}

/** Words of headlines of all times, every so-many-th. */
function sample(count) {
  const parts = join(output, folder, "parts");
  const files = readdirSync(parts).filter((name) => /-\d+\.json$/.test(name)).sort();
  const words = [];
  for (let at = 0; at < count; at += 1) {
    const stories = JSON.parse(readFileSync(join(parts, files[Math.floor((at * files.length) / count)]), "utf8"));
    words.push(...stories[at % stories.length][0].split(/\W+/).filter((word) => word.length > 3).slice(0, 2));
  }
  return words;
}

const words = sample(40);
const pairs = words.slice(1).map((word, at) => `${words[at]} ${word} `);
const kinds = asked.length
  ? asked.map((query) => [query, [query], {}])
  : [
    ["one word of a headline", words.map((word) => `${word} `), {}],
    ["the same, still being typed", words.map((word) => word.slice(0, 4)), {}],
    ["two such words", pairs, {}],
    ["two such words, by relevance", pairs, { order: "relevance" }],
    ["a word in no story", ["qqxyzzy ", "zzyzxqq "], {}],
  ];
const files = readdirSync(join(output, folder, "parts"));
const size = files.reduce((sum, name) => sum + statSync(join(output, folder, "parts", name)).size, 0);
console.log(`${root.segments.reduce((sum, segment) => sum + segment[3], 0)} stories, ${root.segments.length} segments, ${files.length} files, ${(size / 1e6).toFixed(1)} MB`);
const { page } = await ask("a");
console.log(`the page: kB ${(page.bytes / 1e3).toFixed(0)}, compressed ${(page.packed / 1e3).toFixed(0)}, requests ${page.requests}, round trips ${page.trips}`);
const middle = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
for (const [name, queries, more] of kinds) {
  const answers = [];
  for (const query of queries) answers.push(await ask(query, more));
  const column = (key) => answers.map((answer) => answer[key]);
  const figure = (key) => `${middle(column(key))} (${Math.max(...column(key))})`;
  console.log(
    `${name}: kB ${(middle(column("bytes")) / 1e3).toFixed(0)} (${(Math.max(...column("bytes")) / 1e3).toFixed(0)}), ` +
    `compressed ${(middle(column("packed")) / 1e3).toFixed(0)} (${(Math.max(...column("packed")) / 1e3).toFixed(0)}), requests ${figure("requests")}, ` +
    `round trips ${figure("trips")}, segments ${figure("searched")}, hits ${figure("hits")}, whole archive ${column("isDone").filter(Boolean).length} of ${answers.length}`,
  );
}
