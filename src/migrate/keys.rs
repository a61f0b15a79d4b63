//! What the keys of other generators mean in a story.
//!
//! Doubt hides: whatever may say that a page is not public makes a draft, also where it cannot be read.

use super::dates;
use crate::clock::{Timestamp, Zone};
use crate::path::slug_fault;
use serde_json::{Map, Value};

/// A file's front matter in the terms of a story.
#[derive(Debug, Default)]
pub(super) struct OldStory {
    pub(super) headline: Option<String>,
    pub(super) subheadline: Option<String>,
    pub(super) description: Option<String>,
    pub(super) by: Vec<String>,
    pub(super) keywords: Vec<String>,
    pub(super) categories: Vec<String>,
    pub(super) slug: Option<String>,
    pub(super) language: Option<String>,
    pub(super) created: Option<Timestamp>,
    pub(super) updated: Option<Timestamp>,
    pub(super) publish: Option<Timestamp>,
    pub(super) expires: Option<Timestamp>,
    pub(super) aliases: Vec<String>,
    /// The address that the old site gave it in so many words.
    pub(super) address: Option<String>,
    pub(super) pictures: Vec<Picture>,
    /// What says that it is not public: a key, or a value.
    pub(super) hidden: Option<String>,
    /// Keys without a counterpart.
    pub(super) extra: Map<String, Value>,
    /// Keys whose value could not be used, with what was expected.
    pub(super) faults: Vec<(String, &'static str)>,
}

/// A picture of the story.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Picture {
    pub(super) href: String,
    pub(super) alt: Option<String>,
    pub(super) caption: Option<String>,
}

/// How a generator reads values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits<'z> {
    pub(super) zone: &'z Zone,
    /// A text stands for the words in it (Jekyll).
    pub(super) splits_words: bool,
    /// Tags that are names of collections (Eleventy).
    pub(super) has_collections: bool,
}

/// Collections that Eleventy sites make by tags.
const COLLECTIONS: [&str; 5] = ["all", "nav", "page", "post", "posts"];

impl OldStory {
    pub(super) fn of(keys: &Map<String, Value>, habits: Habits) -> OldStory {
        let mut story = OldStory::default();
        for (key, value) in keys.iter().filter(|(_, value)| !value.is_null()) {
            story.key(key, value, habits);
        }
        if habits.has_collections {
            story.keywords.retain(|tag| !COLLECTIONS.contains(&tag.as_str()));
        }
        story.keywords.extend(story.categories.iter().skip(1).cloned());
        let mut seen = Vec::new();
        story.keywords.retain(|word| {
            let lower = word.to_lowercase();
            !seen.contains(&lower) && {
                seen.push(lower);
                true
            }
        });
        story
    }

    fn key(&mut self, key: &str, value: &Value, habits: Habits) {
        match key.to_ascii_lowercase().as_str() {
            "title" | "headline" => self.headline = text(value),
            "subtitle" | "subheadline" => self.subheadline = text(value),
            "description" => self.description = text(value),
            "summary" | "excerpt" | "lead" | "abstract" => {
                self.description = self.description.take().or_else(|| text(value));
            }
            "author" | "authors" | "byline" => self.by.extend(names(value)),
            "tags" | "tag" | "keywords" => self.keywords.extend(list(value, habits.splits_words)),
            "categories" | "category" => self.categories.extend(list(value, habits.splits_words)),
            "slug" => self.slug = text(value),
            "lang" | "language" | "locale" => self.language = text(value).map(|tag| tag.replace('_', "-")),
            "aliases" | "alias" | "redirect_from" => self.aliases.extend(list(value, false)),
            "url" | "permalink" | "path" if *value != Value::Bool(false) => self.address = text(value),
            "date" => self.created = self.time(key, value, habits),
            "lastmod" | "updated" | "modified" | "last_modified_at" | "lastupdated" => {
                self.updated = self.time(key, value, habits);
            }
            "publishdate" | "pubdate" => self.publish = self.time(key, value, habits),
            "expirydate" | "unpublishdate" => self.expires = self.time(key, value, habits),
            "taxonomies" => self.inner(value, habits),
            "extra" | "params" if value.is_object() => {
                self.extra.extend(value.as_object().cloned().unwrap_or_default())
            }
            "image" | "images" | "featured_image" | "featuredimage" | "thumbnail" | "cover" | "banner" | "og_image"
            | "header" => self.picture(key, value),
            lower => match hides(lower, value) {
                Some(true) => self.hidden = Some(key.to_string()),
                Some(false) => {}
                None => drop(self.extra.insert(key.to_string(), value.clone())),
            },
        }
    }

    /// The keys of a map inside the front matter, as Zola has its taxonomies.
    fn inner(&mut self, value: &Value, habits: Habits) {
        for (key, value) in value.as_object().into_iter().flatten() {
            self.key(key, value, habits);
        }
    }

    /// A date that cannot be read may be one that is still to come.
    fn time(&mut self, key: &str, value: &Value, habits: Habits) -> Option<Timestamp> {
        let written = text(value)?;
        let time = dates::read(&written, habits.zone);
        if time.is_none() {
            self.faults.push((key.to_string(), "a date"));
            self.hidden = Some(key.to_string());
            self.extra.insert(key.to_string(), value.clone());
        }
        time
    }

    fn picture(&mut self, key: &str, value: &Value) {
        let (before, of) = (self.pictures.len(), |map: &Map<String, Value>, names: &[&str]| {
            names.iter().find_map(|name| map.get(*name).and_then(text))
        });
        let items = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
        for item in items {
            let picture = match item {
                Value::String(href) if !href.trim().is_empty() => {
                    Picture { href: href.trim().into(), ..Picture::default() }
                }
                Value::Object(map) => {
                    let Some(href) = of(map, &["image", "src", "url", "path", "href", "teaser", "relative"]) else {
                        continue;
                    };
                    Picture { href, alt: of(map, &["alt", "image_alt"]), caption: of(map, &["caption", "title"]) }
                }
                _ => continue,
            };
            if self.pictures.iter().all(|other| other.href != picture.href) {
                self.pictures.push(picture);
            }
        }
        if self.pictures.len() == before && !value.is_string() {
            self.extra.insert(key.to_string(), value.clone());
        }
    }

    /// The slug, if it can be one.
    pub(super) fn good_slug(&self) -> Option<&str> {
        self.slug.as_deref().filter(|slug| slug_fault(slug).is_none())
    }
}

/// Whether a key says that a page is not public; `None` for a key that says nothing of it.
fn hides(key: &str, value: &Value) -> Option<bool> {
    let is = |flag: bool| truth(value) == Some(flag);
    match key {
        "draft" | "private" | "headless" | "unpublished" | "eleventyexcludefromcollections" => Some(!is(false)),
        "published" | "publish" | "render" => Some(!is(true) && !is_past_form(value)),
        "permalink" | "url" | "path" => Some(true),
        "password" | "protected" | "encrypted" => Some(!is(false) && text(value).is_some()),
        "status" | "state" | "visibility" => {
            let word = text(value).unwrap_or_default().to_lowercase();
            Some(!matches!(word.as_str(), "published" | "publish" | "public" | "final" | "live"))
        }
        "build" | "_build" => {
            let never =
                |name: &str| value.get(name).is_some_and(|v| truth(v) == Some(false) || v == "never" || v == "link");
            Some(never("render") || never("list"))
        }
        _ => None,
    }
}

/// `published:` may be a date, which then says when.
fn is_past_form(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()) && text.len() >= 8)
}

/// Yes or no, in the words of YAML 1.1 too.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_i64().and_then(|n| match n {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "on" => Some(true),
            "false" | "no" | "n" | "off" | "" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A value as text; nothing where it is empty or no single value.
pub(super) fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn list(value: &Value, splits_words: bool) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        Value::String(words) if words.contains(',') => words.split(',').filter_map(|word| text(&word.into())).collect(),
        Value::String(words) if splits_words => words.split_whitespace().map(str::to_string).collect(),
        value => text(value).into_iter().collect(),
    }
}

/// Names of people, which may be maps with more about them.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(names).collect(),
        Value::Object(map) => map.get("name").and_then(text).into_iter().collect(),
        value => text(value).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn story(value: Value, splits_words: bool) -> OldStory {
        let zone = Zone::utc();
        let habits = Habits { zone: &zone, splits_words, has_collections: !splits_words };
        OldStory::of(value.as_object().unwrap(), habits)
    }

    #[test]
    fn keys_of_other_generators_are_those_of_a_story() {
        let story = story(
            json!({"title": 1984, "date": "2020-01-02 10:00:00 +0200", "lastmod": "2020-01-03", "summary": "S", "tags": ["a", "A", "posts"],
                "categories": ["Politics", "Elections"], "author": [{"name": "Ana Reyes"}, "Tom"], "slug": "x", "url": "/old/", "lang": "pt_BR",
                "redirect_from": "/older/", "weight": 3, "draft": false, "cover": {"image": "a.jpg", "alt": "A", "caption": "C"}}),
            false,
        );
        assert_eq!(story.headline.as_deref(), Some("1984"));
        assert_eq!(story.created.unwrap().to_string(), "2020-01-02T08:00:00Z");
        assert_eq!(
            (story.keywords, story.categories[0].as_str()),
            (vec!["a".to_string(), "Elections".to_string()], "Politics")
        );
        assert_eq!(
            (story.by, story.language.as_deref()),
            (vec!["Ana Reyes".to_string(), "Tom".to_string()], Some("pt-BR"))
        );
        assert_eq!((story.address.as_deref(), story.aliases), (Some("/old/"), vec!["/older/".to_string()]));
        assert_eq!(story.extra, *json!({"weight": 3}).as_object().unwrap());
        assert_eq!(
            story.pictures[0],
            Picture { href: "a.jpg".into(), alt: Some("A".into()), caption: Some("C".into()) }
        );
        assert_eq!(story.hidden, None);
    }

    #[test]
    fn whatever_may_hide_a_page_hides_it() {
        for hidden in [
            json!({"draft": true}),
            json!({"draft": "true"}),
            json!({"draft": "yes"}),
            json!({"draft": "maybe"}),
            json!({"draft": [1]}),
            json!({"Draft": 1}),
            json!({"published": false}),
            json!({"published": "no"}),
            json!({"publish": false}),
            json!({"render": false}),
            json!({"permalink": false}),
            json!({"headless": true}),
            json!({"_build": {"render": "never"}}),
            json!({"build": {"list": "never"}}),
            json!({"password": "secret"}),
            json!({"status": "in review"}),
            json!({"visibility": "private"}),
            json!({"eleventyExcludeFromCollections": true}),
            json!({"date": "some day"}),
            json!({"publishDate": "when ready"}),
            json!({"expiryDate": "soon"}),
        ] {
            assert!(story(hidden.clone(), false).hidden.is_some(), "{hidden}");
        }
        for public in [
            json!({"draft": false}),
            json!({"draft": "false"}),
            json!({"draft": null}),
            json!({"published": true}),
            json!({"published": "2020-01-01"}),
            json!({"render": true}),
            json!({"status": "published"}),
            json!({"build": {"render": "always"}}),
            json!({"password": ""}),
            json!({"permalink": "/x/"}),
        ] {
            assert!(story(public.clone(), false).hidden.is_none(), "{public}");
        }
    }

    #[test]
    fn a_text_is_words_where_the_generator_takes_it_so() {
        assert_eq!(story(json!({"tags": "harbour strike"}), true).keywords, ["harbour", "strike"]);
        assert_eq!(story(json!({"tags": "harbour strike"}), false).keywords, ["harbour strike"]);
        assert_eq!(story(json!({"taxonomies": {"tags": ["a"], "categories": ["B"]}}), false).categories, ["B"]);
    }
}
