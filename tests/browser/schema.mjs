// Holds the structured data of every page against the types of schema.org, as schema-dts has them, and against what search engines require.
// Usage: node schema.mjs PROGRAM [ARGUMENT...], or node schema.mjs SITE where SITE is a folder that is built already.

import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { build, htmlFiles } from "./site.mjs";

/** What each type must have for search engines to show it. */
const REQUIRED = {
  NewsArticle: ["headline", "datePublished", "dateModified", "author", "publisher", "mainEntityOfPage", "inLanguage"],
  ListItem: ["position", "name"],
  BreadcrumbList: ["itemListElement"],
  CorrectionComment: ["text"],
  Person: ["name"],
  NewsMediaOrganization: ["name", "url"],
  WebSite: ["name", "url"],
  CollectionPage: ["name", "url"],
  ProfilePage: ["name", "url", "mainEntity"],
};
/** Kinds of page that have structured data, and its type. */
const KINDS = {
  story: "NewsArticle", front: "WebSite", author: "ProfilePage", category: "CollectionPage", topic: "CollectionPage", place: "CollectionPage", day: "CollectionPage", month: "CollectionPage", year: "CollectionPage", corrections: "CollectionPage", latest: "CollectionPage",
};

/** The vocabulary: for each interface its parents and its properties with the types of their values. */
function vocabulary() {
  const file = join(createRequire(import.meta.url).resolve("schema-dts"), "../schema.d.ts");
  const interfaces = new Map();
  let current = null;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const head = /^(?:export )?interface (\w+)(?: extends (.+?))? \{/.exec(line);
    if (head) {
      const parents = (head[2] ?? "").split(",").map((name) => name.trim()).filter((name) => /^\w+$/.test(name));
      current = { parents, properties: new Map() };
      interfaces.set(head[1], current);
      continue;
    }
    const property = /^ {4}"([^"@]+)"\?: SchemaValue<(.+), "[^"]+">;/.exec(line);
    if (property && current) current.properties.set(property[1], property[2].split("|").map((type) => type.trim()));
  }
  if (interfaces.size < 500) throw new Error("schema-dts has another form than expected");
  return interfaces;
}

const WORDS = vocabulary();

/** The interfaces of a type, from its own to the top. */
function lineage(type) {
  const found = [];
  const queue = [`${type}Leaf`, `${type}Base`].filter((name) => WORDS.has(name));
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (found.includes(next)) continue;
    found.push(next);
    queue.push(...(WORDS.get(next)?.parents ?? []));
  }
  return found;
}

const isType = (type, wanted) => type === wanted || lineage(type).includes(`${wanted}Base`);
const isAddress = (text) => /^https?:\/\/\S+$/.test(text) && URL.canParse(text);
const isTime = (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));

/** Whether a text may stand where values of these types are wanted. */
function fits(text, types) {
  if (types.includes("Text")) return true;
  if (types.includes("URL") && isAddress(text)) return true;
  if (types.some((type) => type === "DateTime" || type === "Date") && isTime(text)) return true;
  // A member of an enumeration is named by its address.
  return types.some((type) => lineage(type).includes("EnumerationBase") || !WORDS.has(`${type}Leaf`)) && isAddress(text);
}

function check(value, path, faults) {
  const type = value["@type"];
  const chain = lineage(type);
  if (!chain.length) {
    faults.push(`${path}: there is no type ${type}`);
    return;
  }
  // A story that is only mentioned, as the original of a translation, need not tell all.
  const isMentioned = type === "NewsArticle" && !("@context" in value);
  for (const key of isMentioned ? [] : REQUIRED[type] ?? []) if (!(key in value)) faults.push(`${path}: ${type} without ${key}`);
  if (type === "BreadcrumbList" && (value.itemListElement ?? []).length < 2) faults.push(`${path}: a path of fewer than two steps`);
  for (const [key, held] of Object.entries(value)) {
    if (key.startsWith("@")) {
      if (!["@type", "@id", "@context"].includes(key)) faults.push(`${path}: ${key}`);
      continue;
    }
    const owner = chain.find((name) => WORDS.get(name).properties.has(key));
    if (!owner) {
      faults.push(`${path}: ${type} has no ${key}`);
      continue;
    }
    const types = WORDS.get(owner).properties.get(key);
    for (const one of [held].flat()) {
      const at = `${path}.${key}`;
      if (typeof one === "string") {
        if (!one) faults.push(`${at} is empty`);
        else if (!fits(one, types)) faults.push(`${at}: "${one}" is none of ${types.join(", ")}`);
        if (/[uU]rl$|^item$|^sameAs$|^image$/.test(key) && !isAddress(one)) faults.push(`${at}: "${one}" is not a full address`);
        if (/^date[A-Z]|^expires$/.test(key) && !isTime(one)) faults.push(`${at}: "${one}" is not a time`);
      } else if (typeof one === "number") {
        if (!types.some((wanted) => ["Number", "Integer", "Text"].includes(wanted))) faults.push(`${at}: a number, but wanted is ${types.join(", ")}`);
      } else if (one && typeof one === "object") {
        if (!types.some((wanted) => isType(one["@type"], wanted))) faults.push(`${at}: ${one["@type"]} is none of ${types.join(", ")}`);
        check(one, at, faults);
      } else faults.push(`${at}: ${one}`);
    }
  }
}

/** Looks at every page of a built site; gives the faults and how many pages had data. */
export function structured(output) {
  const faults = [];
  const seen = new Map();
  for (const file of htmlFiles(output)) {
    const text = readFileSync(file, "utf8");
    const kind = /<body class="k-([a-z-]+)"/.exec(text)?.[1];
    const path = `/${relative(output, file).replace(/index\.html$/, "")}`;
    const scripts = [...text.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)].map((match) => match[1]);
    if (scripts.length !== (kind in KINDS ? 1 : 0)) faults.push(`${path}: ${scripts.length} blocks of structured data`);
    for (const script of scripts) {
      const value = JSON.parse(script);
      if (value["@context"] !== "https://schema.org") faults.push(`${path}: the context is ${value["@context"]}`);
      if (value["@type"] !== KINDS[kind]) faults.push(`${path}: ${value["@type"]} on a page of the kind ${kind}`);
      check(value, `${path} ${value["@type"]}`, faults);
      seen.set(value["@type"], (seen.get(value["@type"]) ?? 0) + 1);
    }
  }
  for (const type of new Set(Object.values(KINDS))) if (!seen.has(type)) faults.push(`/: no page has ${type}`);
  return { faults, seen };
}

const [first, ...rest] = process.argv.slice(2);
if (!first) {
  console.error("usage: node schema.mjs PROGRAM [ARGUMENT...], or node schema.mjs SITE");
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), "dateline-schema-"));
try {
  const isSite = !rest.length && statSync(first, { throwIfNoEntry: false })?.isDirectory();
  const { faults, seen } = structured(isSite ? first : build([first, ...rest], work, "default"));
  for (const line of faults) console.log(`FAULT ${line}`);
  console.log(`structured data: ${[...seen].map(([type, pages]) => `${pages} ${type}`).join(", ")}; ${faults.length} faults`);
  process.exitCode = faults.length ? 1 : 0;
} finally {
  rmSync(work, { recursive: true, force: true });
}
