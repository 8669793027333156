//! `/api/references.json`: every reference of every document, with its target.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::Generated;
use crate::check;
use crate::diagnostic::LineIndex;
use crate::link::{self, Target};
use crate::model;
use crate::source::{Db, File, Site, SourceId};
use crate::url;

/// A reference without its origin.
#[derive(Serialize)]
struct Reference<'a> {
    definition_line: Option<usize>,
    raw: Cow<'a, str>,
    status: &'static str,
    to: Option<To<'a>>,
    reason: Option<&'static str>,
    pinned: Option<&'a str>,
}

/// The JSON of a reference's origin, before and after its position. Equal for all references of a document.
struct Origin {
    before: String,
    after: String,
}

impl Origin {
    fn new(db: &dyn Db, file: File) -> Self {
        let (source, path) = (file.config(db).title(), file.path(db));
        let url = model::document_url(db, file);
        Self {
            before: format!("{{\"from\":{{\"source\":{},\"path\":{},\"line\":", json(&source), json(&path)),
            after: format!(",\"url\":{}}}", json(&url)),
        }
    }

    /// Writes the start of the object of a reference.
    fn write(&self, line: usize, column: usize, json: &mut Vec<u8>) {
        json.extend_from_slice(self.before.as_bytes());
        // Writing to memory cannot fail.
        let _ = write!(json, "{line},\"column\":{column}");
        json.extend_from_slice(self.after.as_bytes());
    }
}

/// A string in JSON. Serializing a string cannot fail.
fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[derive(Serialize)]
struct To<'a> {
    source: String,
    path: Cow<'a, str>,
    anchor: Option<&'a str>,
    url: String,
}

/// Renders `references.json`, document by document: one reference per line, by source, path and position.
pub(super) fn references_json(db: &dyn Db) -> Generated<'_> {
    Generated::Pieces(Box::new(move |writer| write(db, writer)))
}

fn write(db: &dyn Db, writer: &mut dyn Write) -> io::Result<()> {
    let files = Site::get(db).trees(db).iter().flat_map(|tree| tree.files.values().copied());
    let (mut json, mut is_first) = (vec![b'['], true);
    for file in files.filter(|file| file.is_document(db)) {
        of_document(db, file, &mut is_first, &mut json);
        writer.write_all(&json)?;
        json.clear();
    }
    writer.write_all(b"\n]\n")
}

/// Adds the references of a document.
fn of_document(db: &dyn Db, file: File, is_first: &mut bool, json: &mut Vec<u8>) {
    let origin = Origin::new(db, file);
    let text = file.text(db);
    let lines = LineIndex::new(text);
    let mut links: Vec<_> = model::document(db, file).links.iter().collect();
    links.sort_by_key(|link| link.span.start);
    for link in links {
        let target = link::target(db, file, &link.destination);
        let (line, column) = lines.position(text, link.span.start);
        let (status, reason) = match target {
            Target::Page(_) | Target::Asset(_) | Target::SourceFile(_) => ("resolved", None),
            Target::External(_) => ("external", None),
            Target::Broken(broken) => ("broken", Some(check::code(&broken.reason).name())),
        };
        let reference = Reference {
            definition_line: link.definition.as_ref().map(|span| lines.position(text, span.start).0),
            raw: url::without_name(&link.destination),
            status,
            to: to(db, target),
            reason,
            pinned: match target {
                Target::Page(page) => page.pinned.as_deref(),
                _ => None,
            },
        };
        json.extend_from_slice(if std::mem::take(is_first) { b"\n" } else { b",\n" });
        origin.write(line, column, json);
        let start = json.len();
        // Strings and numbers can be serialised, and writing to memory cannot fail.
        let _ = serde_json::to_writer(&mut *json, &reference);
        // The rest of the object continues it.
        json[start] = b',';
    }
}

fn to<'a>(db: &'a dyn Db, target: &'a Target) -> Option<To<'a>> {
    let source = |source: SourceId| Site::get(db).config(db).sources[source.0].title();
    match target {
        Target::Page(page) => Some(To {
            source: source(page.source),
            path: page.path.as_str().into(),
            anchor: page.anchor.as_deref(),
            url: match &page.anchor {
                Some(anchor) => format!("{}#{}", page.url(db), url::encode_fragment(anchor)),
                None => page.url(db),
            },
        }),
        Target::Asset(asset) => Some(To {
            source: source(asset.file.source(db)),
            path: asset.file.path(db).to_string().into(),
            anchor: asset.suffix.split_once('#').map(|(_, anchor)| anchor),
            url: format!("{}{}", asset.url, asset.suffix),
        }),
        Target::SourceFile(file) => Some(To {
            source: source(file.source),
            path: file.path.as_str().into(),
            anchor: file.anchor.as_deref(),
            url: file.url.clone(),
        }),
        Target::External(_) | Target::Broken(_) => None,
    }
}
