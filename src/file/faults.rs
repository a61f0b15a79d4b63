//! Faults on demand, for tests: after a given number of changes of the disk, every further one fails and does nothing.
//!
//! What then lies on the disk is what a process leaves that is killed at that moment, or that meets a full disk, so a test can
//! go through all such moments one by one. Nothing but tests sets it; otherwise it costs one look at a number a change.

use std::io;
use std::sync::atomic::{AtomicI64, Ordering};

/// How many more changes succeed; at 0 and below none, at `i64::MAX` all.
static LEFT: AtomicI64 = AtomicI64::new(i64::MAX);

/// Lets so many changes of the disk succeed, by all threads together, and all after them fail.
pub fn fail_after(changes: u32) {
    LEFT.store(i64::from(changes), Ordering::SeqCst);
}

/// Lets all changes succeed again. Says whether any had failed.
pub fn mend() -> bool {
    LEFT.swap(i64::MAX, Ordering::SeqCst) < 0
}

/// Counts one change of the disk.
pub(super) fn step() -> io::Result<()> {
    if LEFT.load(Ordering::Relaxed) == i64::MAX {
        return Ok(());
    }
    if LEFT.fetch_sub(1, Ordering::SeqCst) <= 0 {
        return Err(io::Error::new(io::ErrorKind::StorageFull, "no space left on the disk (a fault made by a test)"));
    }
    Ok(())
}
