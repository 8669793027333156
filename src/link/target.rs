//! Targets of references.

use super::reason::BrokenReason;
use crate::model::{document_url, folder_url};
use crate::source::{Db, File, SourceId};
use crate::url::Href;

/// The target of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page of the site.
    Page(Box<PageTarget>),
    /// A file that is copied to the site.
    Asset(Box<AssetTarget>),
    /// A file or folder of a source that has no page, at its address on the web.
    SourceFile(Box<SourceFileTarget>),
    /// An address outside the sources.
    External(Href),
    /// The reference is broken.
    Broken(Box<Broken>),
}

const _: () = assert!(size_of::<Target>() <= 24, "a site has hundreds of thousands");

/// A file that is copied to the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetTarget {
    /// The file.
    pub file: File,
    /// Address within the site.
    pub url: String,
    /// Query and fragment as written, including `?` and `#`: `#page=3`.
    pub suffix: String,
}

/// A file or folder of a source that has no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFileTarget {
    /// Its source.
    pub source: SourceId,
    /// Path within its source.
    pub path: String,
    /// Address on the web.
    pub url: String,
    /// The fragment.
    pub anchor: Option<String>,
}

/// A page, and an anchor on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTarget {
    /// The document; `None` for other pages.
    pub file: Option<File>,
    /// The source it is in.
    pub source: SourceId,
    /// Path of the document within its source, or of the folder.
    pub path: String,
    /// The id on the page.
    pub anchor: Option<String>,
    /// Text of the heading at the anchor; `None` for references to the whole page.
    pub heading: Option<String>,
    /// Title of the page.
    pub title: String,
    /// True if the anchor differs in case from the page's id.
    pub case_differs: bool,
    /// Commit of a reference to a former version of the document.
    pub pinned: Option<String>,
    /// The former address of the page, if the reference uses it.
    pub moved_from: Option<String>,
    /// Web address of the original that this document digests, if the reference is to the original and its source is
    /// absent.
    pub original: Option<String>,
}

impl PageTarget {
    /// Its address within the site, without the anchor.
    pub fn url(&self, db: &dyn Db) -> String {
        match self.file {
            Some(file) => document_url(db, file),
            None => folder_url(db, self.source, &self.path),
        }
    }
}

/// A broken reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Reason why it is broken.
    pub reason: BrokenReason,
    /// Target that is used instead.
    pub fallback: Option<Fallback>,
}

/// Target used for a broken reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// The page without the anchor, by its address within the site.
    Page(String),
    /// The file on the web.
    Web(Href),
}
