//! The integration tests, in one program: linking the crate once takes a fraction of the time that a program a file would.

#![allow(clippy::disallowed_methods, reason = "tests change the disk as users, editors and other programs do")]

#[path = "support/cloud.rs"]
mod cloud;
#[path = "support/s3.rs"]
mod s3;
mod support;

mod bad_input;
mod blocks;
mod build;
mod calendars;
mod chrome;
mod clock;
mod crash;
mod data;
mod demo;
mod embeds;
mod feeds;
mod found;
mod fronts;
mod fuzz_corpus;
mod history;
mod identity;
mod images;
mod incremental;
mod labels;
mod latest;
mod layers;
mod leaks;
mod live_desk;
mod live_desk_push;
mod loss_account;
mod menus;
mod migrate;
mod moved;
mod moved_aliases;
mod moved_owners;
mod moved_record;
mod names;
mod newsrooms;
mod publish;
mod publish_at_once;
mod publish_stores;
mod recordings;
mod search;
mod serve;
mod social_cards;
mod sources;
mod sponsored;
mod stamps;
mod static_files;
mod story_format;
mod themes;
mod theming;
mod topics;
mod tour;
mod unreached;
mod wire;
mod wire_formats;
mod wire_forms;
mod wire_heads;
mod wire_rules;
mod wxr;
