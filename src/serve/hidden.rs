//! Stories that the public cannot see, made as they would be if it could. Only this machine may ask for them.
//!
//! The snapshot that is shown does not change: a story is put beside the public ones for one page, and removed afterwards.

use super::snapshot::{Made, Snapshot, make};
use crate::desk::{self, PublicId, PublicStory, Visibility};
use crate::path::{RelPath, UrlPath};
use crate::plan::{self, Inputs, Page, PageOf};
use crate::render::Renderer;
use crate::story::StoryId;

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

/// Why a version is hidden, and what ends that; `None` where it is public, or a later version counts in its place.
fn why(site: &Inputs, id: StoryId) -> Option<String> {
    let hidden = site.public.hidden(site.stories, id, site.now)?;
    let end = match hidden {
        desk::Hidden::Draft => "; it stays hidden until `draft` is taken out".to_string(),
        desk::Hidden::Unreadable => "; it stays hidden until that is corrected".to_string(),
        desk::Hidden::Withheld => "; it stays hidden until another version says otherwise".to_string(),
        desk::Hidden::Embargo(end) => format!(" until {}", end.rfc3339(&site.config.zone)),
        desk::Hidden::Advisory => ", for desks only".to_string(),
        desk::Hidden::Withdrawn | desk::Hidden::Replaced => String::new(),
    };
    Some(format!("it is {}{end}", hidden.words()))
}

/// The page of a hidden story, as it would be.
pub(super) fn page(snapshot: &Snapshot, hidden: &Hidden) -> Made {
    let site = snapshot.inputs();
    let story = site.stories.get(hidden.story);
    let first = desk::first_version(site.stories, hidden.story);
    let published = desk::published(site.stories.get(first));
    let mut public = site.public.clone();
    let id = PublicId(public.stories.len() as u32);
    public.stories.push(PublicStory { current: hidden.story, first, visibility: Visibility::Published, published });
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
    make(renderer, &Page { url, of: PageOf::Story(id) })
}

/// The banner over the page of a hidden story.
pub(super) fn banner(snapshot: &Snapshot, hidden: &Hidden) -> String {
    let site = snapshot.inputs();
    let url = site.config.href(&plan::story_url(&site, desk::first_version(site.stories, hidden.story)));
    format!("Hidden from the public: {}. Its address {url} does not show it.", hidden.why)
}

/// A picture or file of a hidden story; any regular file that lies in `content/`.
pub(super) fn file(snapshot: &Snapshot, path: &str) -> Option<Made> {
    let path = RelPath::new(path)?;
    let source = snapshot.inputs().source;
    source.media.binary_search_by(|file| file.path.cmp(&path)).ok()?;
    let url = UrlPath::new(&format!("/media/{path}"))?;
    let page = Page { url, of: PageOf::Media(path) };
    snapshot.is_inside(&page).then(|| snapshot.render(&page))
}
