//! dateline: a static site generator for news-agency wire stories.
//!
//! ```text
//!  content/*.md                            themes/
//!      │                                      │
//!  source ─▶ parse ─▶ story ─▶ desk ─▶ index ─▶ plan ─▶ render ─▶ write ─▶ output/
//!  └──────── load ───────┘      ▲
//!                           now (time)
//! ```
//!
//! The library never prints and never asks the machine for the time; [`cli`] does both. Modules are listed layer
//! by layer from the floor up, and each uses lower layers only; `tests/layers.rs` enforces this and has the few exceptions. Start with [`build::build`].

#[cfg(not(unix))]
compile_error!("dateline runs on Linux and macOS; on Windows, use it inside WSL");

// 0 floor
pub mod arena;
pub mod clock;
pub mod diag;
pub mod file;
pub mod hash;
pub mod html;
pub mod letters;
pub mod media_type;
pub mod page;
pub mod path;
pub mod progress;
pub mod recording;
// 1 words
pub mod related;
pub mod search;
// 2 model
pub mod config;
pub mod front;
pub mod picture;
pub mod story;
pub mod topics;
// 3 readers
pub mod parse;
pub mod source;
pub mod state;
pub mod theme;
pub mod wire;
// 4 newsroom
pub mod desk;
pub mod index;
pub mod load;
// 5 pages
pub mod last_build;
pub mod leaks;
pub mod moved;
pub mod plan;
pub mod purge;
pub mod render;
pub mod write;
// 6 drivers
pub mod build;
pub mod import;
#[cfg(feature = "serve")]
pub mod live_desk;
pub mod migrate;
pub mod publish;
#[cfg(feature = "serve")]
pub mod serve;
pub mod theming;
// 7 command line
pub mod cli;
