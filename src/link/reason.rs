//! Why a reference leads nowhere. What is said about it is a matter of the checks.

use crate::source::SourceId;

/// Why a reference leads nowhere. Paths are within the source that the reference means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is written.
    Empty,
    /// `[text](address)` in the place of an address, or too many brackets.
    Brackets,
    /// A place in a document, without the document, in a file of data.
    PlaceInData,
    /// An address of mail without `mailto:`.
    Mail(String),
    /// The scheme is not one of [`SCHEMES`](crate::url::SCHEMES).
    Scheme(String),
    /// The path leads out of the source.
    OutsideSource(String),
    /// The path is in a source that has no address on the web and is not here.
    NotOnTheWeb {
        /// The path.
        path: String,
        /// The source.
        source: SourceId,
    },
    /// There is no such file, but one whose path differs in case.
    OtherCase {
        /// The path as it is written.
        path: String,
        /// The path of the file.
        known: String,
    },
    /// There is no such file.
    Missing {
        /// The path.
        path: String,
        /// What it may stand for.
        meant: Option<Meant>,
    },
    /// The document has no such heading or anchor.
    NoAnchor {
        /// The document.
        path: String,
        /// The anchor.
        anchor: String,
        /// The id that is most like it.
        nearest: Option<String>,
    },
    /// The page lists a folder, and has no headings or anchors.
    AnchorInFolder {
        /// The folder.
        path: String,
        /// The anchor.
        anchor: String,
    },
    /// The file is left out of the site, as its name can be no address.
    LeftOut(String),
    /// The file cannot be copied to the site.
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        fault: Option<String>,
    },
    /// Files of this type are not copied to the site, as they may run scripts there.
    MayRunScripts(String),
}

impl Reason {
    /// Whether the fault is in the file that is referred to, and not in the reference.
    pub fn is_of_file(&self) -> bool {
        matches!(self, Self::LeftOut(_) | Self::Unreadable { .. } | Self::MayRunScripts(_))
    }
}

/// What a path that is not there may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// A path from the root of the source, or an address, that is written nearly the same.
    Alike(String),
    /// A file elsewhere in the source, by its path.
    Elsewhere(String),
    /// A folder elsewhere in the source that has no such file.
    FolderElsewhere(String),
}
