//! Tools for people who write themes: a theme to start from, a check against stress stories, and what an edit changes.

pub mod check;
pub mod diff;
mod loads;
mod markup;
pub(crate) mod policy;
mod references;
pub mod start;
pub mod stress;
