//! Where a reference leads.

use super::reason::Reason;
use crate::model::{document_url, folder_url};
use crate::source::{Db, File, SourceId};
use crate::url::Href;

/// Where a reference leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page of the site.
    Page(PageTarget),
    /// A file that is copied to the site.
    Asset {
        /// The file.
        file: File,
        /// Its address within the site.
        url: String,
        /// Query and fragment as written, each with its mark: `#page=3`.
        suffix: String,
    },
    /// A file or folder of a source that is no page here, at its address on the web.
    SourceFile {
        /// Its source.
        source: SourceId,
        /// Path within its source.
        path: String,
        /// Address on the web.
        url: String,
        /// Fragment as written.
        anchor: Option<String>,
    },
    /// An address outside the sources.
    External(Href),
    /// Nothing.
    Broken(Broken),
}

/// A page and a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTarget {
    /// The document, where the page is one.
    pub file: Option<File>,
    /// The source it is in.
    pub source: SourceId,
    /// Path of the document within its source, or of the folder.
    pub path: String,
    /// Id of the place, as the page has it.
    pub anchor: Option<String>,
    /// What the heading at the anchor says, without which the reference is to the whole page.
    pub heading: Option<String>,
    /// Title of the page.
    pub title: String,
    /// The anchor is written in another case than the page's id.
    pub case_differs: bool,
    /// The commit, where the reference is to the document as it was then.
    pub pinned: Option<String>,
    /// The former address of the page that was written in place of the document.
    pub moved_from: Option<String>,
    /// Address on the web of the document that this one digests, where the reference is to that document and
    /// its source is not here.
    pub original: Option<String>,
}

impl PageTarget {
    /// Its address within the site, without the place in it.
    pub fn url(&self, db: &dyn Db) -> String {
        match self.file {
            Some(file) => document_url(db, file),
            None => folder_url(db, self.source, &self.path),
        }
    }
}

/// A reference that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Why it does.
    pub reason: Reason,
    /// Where the reference leads all the same.
    pub fallback: Option<Fallback>,
}

/// Where a reference leads whose own place is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// The page without the place in it, by its address within the site.
    Page(String),
    /// The file on the web.
    Web(Href),
}
