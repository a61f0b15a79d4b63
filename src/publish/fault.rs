//! Why publishing stops.

use crate::diag::{Code, Diagnostic, Location};
use std::path::Path;

/// Why publishing stops.
#[derive(Clone, Debug)]
pub struct Fault {
    pub(super) diagnostic: Box<Diagnostic>,
    /// Whether the output folder is not as it should be, which a build that runs meanwhile explains.
    pub(super) of_output: bool,
}

impl Fault {
    /// Refused by the target, or out of reach.
    pub fn failed(message: impl Into<String>) -> Fault {
        Diagnostic::error(Code::PublishFailed, message).into()
    }

    /// Somebody else publishes.
    pub fn conflict(message: impl Into<String>) -> Fault {
        Diagnostic::error(Code::PublishConflict, message).into()
    }

    /// Must not be published as it is.
    pub fn refused(message: impl Into<String>) -> Fault {
        Diagnostic::error(Code::PublishRefused, message).into()
    }

    /// A file of this machine cannot be read or written.
    pub fn local(path: &Path, error: &std::io::Error) -> Fault {
        let mut fault = Fault::failed(format!("cannot be read or written: {error}"));
        fault.diagnostic.at = Some(Location::file(path.display().to_string()));
        fault
    }

    /// The same with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.diagnostic.hints.push(hint.into());
        self
    }

    /// The same of a fault in the output folder, with the command of dateline that mends it.
    pub(super) fn of_output(self, command: &str) -> Fault {
        Fault { of_output: true, ..self.hint(format!("run `dateline {command}` first")) }
    }

    /// As a diagnostic.
    pub fn diagnostic(self) -> Diagnostic {
        *self.diagnostic
    }
}

impl From<Diagnostic> for Fault {
    fn from(diagnostic: Diagnostic) -> Fault {
        Fault { diagnostic: Box::new(diagnostic), of_output: false }
    }
}

/// Says that this program was built without a feature.
#[cfg(not(all(feature = "s3", feature = "gcs", feature = "azure")))]
pub(super) fn without(feature: &str) -> Fault {
    Fault::refused(format!("this program was built without the feature `{feature}`"))
        .hint(format!("build it with `--features {feature}`"))
}
