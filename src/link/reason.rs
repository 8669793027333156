//! Reasons why references are broken. Messages are composed in `check` and `pages`.

use crate::source::SourceId;

/// Reason why a reference is broken. Paths are relative to the root of the referenced source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrokenReason {
    /// The destination is empty.
    Empty,
    /// The destination begins with a bracket: a whole link `[text](address)`, or an extra bracket.
    Brackets,
    /// The reference is in a data file and consists of an anchor without a document.
    AnchorInData,
    /// An email address without `mailto:`.
    Mail(String),
    /// The scheme is not one of [`SCHEMES`](crate::url::SCHEMES).
    Scheme(String),
    /// The path leads above the root of the source.
    OutsideSource(String),
    /// The path has no page on the site, and its source has no web address.
    NotOnTheWeb {
        /// The path.
        path: String,
        /// The source.
        source: SourceId,
    },
    /// The path does not exist, but one that differs only in case does.
    OtherCase {
        /// The path of the reference.
        path: String,
        /// The path of the file or folder.
        actual: String,
    },
    /// The path does not exist.
    Missing {
        /// The path.
        path: String,
        /// The path that may be meant.
        suggestion: Option<Suggestion>,
    },
    /// The document has no such heading or anchor.
    NoAnchor {
        /// The document.
        path: String,
        /// The anchor.
        anchor: String,
        /// The most similar id of the document.
        nearest: Option<String>,
    },
    /// The reference has an anchor, but its target is a list of a folder, which has no anchors.
    AnchorInFolder {
        /// The folder.
        path: String,
        /// The anchor.
        anchor: String,
    },
    /// The file is left out of the site because its name cannot be part of an address.
    LeftOut(String),
    /// The file cannot be copied to the site.
    Unreadable {
        /// The file.
        path: String,
        /// Description of the error, if reading the file failed.
        fault: Option<String>,
    },
    /// The file is of a type that is not copied to the site because it can run scripts.
    MayRunScripts(String),
}

impl BrokenReason {
    /// True if the fault is in the target, not in the reference.
    pub fn is_fault_of_target(&self) -> bool {
        matches!(self, Self::LeftOut(_) | Self::Unreadable { .. } | Self::MayRunScripts(_))
    }
}

/// A suggestion for a path that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// A similar path from the root of the source, with its leading `/`, or a full address.
    Similar(String),
    /// The path of a file or folder elsewhere in the source, without a leading `/`.
    Elsewhere(String),
    /// The path of a folder elsewhere in the source that does not contain the file, without a leading `/`.
    FolderElsewhere(String),
}
