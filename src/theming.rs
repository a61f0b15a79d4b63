//! Tools for people who write themes: a theme to start from, a check against hard stories, and what an edit changes.

pub mod check;
pub mod diff;
pub mod hard;
mod markup;
pub mod start;
