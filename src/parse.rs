//! Content files: front matter and Markdown.

pub mod aliases;
pub mod dateline;
pub mod front_matter;
pub mod markdown;
mod node;
pub mod scalar;
pub mod terms;
