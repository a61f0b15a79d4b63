//! How a run tells whoever waits how far it is.

/// Receives the progress of a run. Called from many threads.
pub trait Progress: Sync {
    /// A stage begins; `total` is the number of steps if known.
    fn stage(&self, name: &'static str, total: Option<usize>);
    /// Some steps are done.
    fn step(&self, steps: usize);
}

/// Ignores progress.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &'static str, _: Option<usize>) {}
    fn step(&self, _: usize) {}
}
