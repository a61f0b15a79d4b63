//! Stories that the public cannot see, made as they would be if it could. Only this machine may ask for them.
//!
//! The snapshot that is shown does not change: a story is put beside the public ones for one page, and gone with it.

use super::snapshot::{Made, Snapshot, make};
use crate::clock::Timestamp;
use crate::desk::{Live, LiveId, State};
use crate::path::{RelPath, UrlPath};
use crate::plan::{self, Inputs, Kind, Page};
use crate::render::Renderer;
use crate::story::{Status, Story, StoryId};

/// Where hidden stories stand, followed by their file.
pub(super) const FOLDER: &str = "/_dateline/hidden/";
/// Where their pictures stand.
pub(super) const FILES: &str = "/_dateline/file/";

/// A hidden story.
pub(super) struct Hidden {
    /// Which.
    pub(super) story: StoryId,
    /// Why it is hidden, and until when.
    pub(super) why: String,
}

/// Every version that is hidden, in order of the files' paths. A version that a newer one replaced is left out.
pub(super) fn all(snapshot: &Snapshot) -> Vec<Hidden> {
    let site = snapshot.inputs();
    let ids = site.stories.ids();
    ids.filter_map(|id| Some(Hidden { story: id, why: why(&site, id)? })).collect()
}

/// The version in a file of `content/`, if it is hidden.
pub(super) fn in_file(snapshot: &Snapshot, path: &str) -> Option<Hidden> {
    let site = snapshot.inputs();
    let path = RelPath::new(path)?;
    let at = site.stories.stories.binary_search_by(|story| story.source.cmp(&path)).ok()?;
    let story = StoryId(at as u32);
    Some(Hidden { story, why: why(&site, story)? })
}

/// Why a version is hidden; `None` where it is public, or a later version counts in its place.
fn why(site: &Inputs, id: StoryId) -> Option<String> {
    let story = site.stories.get(id);
    let live = site.public.of_version[id.index()].map(|live| site.public.get(live));
    if live.is_some_and(|live| live.current == id) {
        return None;
    }
    if story.draft {
        return Some("it is a draft; it stays hidden until `draft` is taken out".to_string());
    }
    if live.is_some() {
        return None;
    }
    Some(reason(story, site.now, |time| time.rfc3339(&site.config.zone)))
}

fn reason(story: &Story, now: Timestamp, shown: impl Fn(Timestamp) -> String) -> String {
    match story {
        Story { status: Status::Unreadable, .. } => {
            "its front matter has an error; it stays hidden until that is mended".to_string()
        }
        Story { status: Status::Withheld, .. } => {
            "it is withheld; it stays hidden until another version says otherwise".to_string()
        }
        Story { embargoed_until: Some(end), .. } if *end > now => format!("it is under embargo until {}", shown(*end)),
        Story { advisory: true, .. } => "it is an advisory, for desks only".to_string(),
        _ => "another version of it, or a story that replaces it, counts".to_string(),
    }
}

/// The page of a hidden story, as it would be.
pub(super) fn page(snapshot: &Snapshot, hidden: &Hidden) -> Made {
    let site = snapshot.inputs();
    let story = site.stories.get(hidden.story);
    let first = first(&site, hidden.story);
    let made_first = site.stories.get(first);
    let published = made_first.first_created.max(made_first.embargoed_until.unwrap_or(made_first.first_created));
    let mut public = site.public.clone();
    let id = LiveId(public.live.len() as u32);
    public.live.push(Live { current: hidden.story, first, state: State::Published, published });
    let mut plan = (*snapshot.plan).clone();
    let url = plan::story_url(&site, first);
    plan.story_urls.push(site.config.href(&url));
    for file in &story.rare().media {
        let mut address = FILES.to_string();
        crate::path::push_encoded(&mut address, file.as_str());
        plan.media_urls.entry(file.clone()).or_insert(address);
    }
    let Some(url) = UrlPath::new(&url) else { return Made::default() };
    let inputs = Inputs { public: &public, ..site };
    let renderer = Renderer::new(inputs, &plan, &snapshot.root);
    make(renderer, &Page { url, kind: Kind::Story(id) })
}

/// The lowest version of the same story; it makes the address.
fn first(site: &Inputs, id: StoryId) -> StoryId {
    let uri = &site.stories.get(id).uri;
    let rank = |id: &StoryId| {
        let story = site.stories.get(*id);
        (story.version, &story.source)
    };
    let versions = site.stories.ids().filter(|id| site.stories.get(*id).uri == *uri);
    versions.min_by(|a, b| rank(a).cmp(&rank(b))).unwrap_or(id)
}

/// The banner over the page of a hidden story.
pub(super) fn banner(snapshot: &Snapshot, hidden: &Hidden) -> String {
    let site = snapshot.inputs();
    let url = site.config.href(&plan::story_url(&site, first(&site, hidden.story)));
    format!("Hidden from the public: {}. Its address {url} does not show it.", hidden.why)
}

/// A picture or file of a hidden story; any regular file that lies in `content/`.
pub(super) fn file(snapshot: &Snapshot, path: &str) -> Option<Made> {
    let path = RelPath::new(path)?;
    let source = snapshot.inputs().source;
    source.media.binary_search_by(|file| file.path.cmp(&path)).ok()?;
    let url = UrlPath::new(&format!("/media/{path}"))?;
    let page = Page { url, kind: Kind::Media(path) };
    snapshot.is_inside(&page).then(|| snapshot.render(&page))
}
