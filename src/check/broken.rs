//! Diagnostics of broken references: code, message and help for each reason.

use crate::diagnostic::{Code, code};
use crate::link::{BrokenReason, Suggestion};
use crate::source::{Db, Site};
use crate::url;

/// The diagnostic code of a broken reference.
pub fn code(reason: &BrokenReason) -> Code {
    match reason {
        BrokenReason::Empty => code::LINK_EMPTY,
        BrokenReason::Brackets | BrokenReason::AnchorInData | BrokenReason::Mail(_) => code::LINK_MALFORMED,
        BrokenReason::Scheme(_) => code::LINK_SCHEME,
        BrokenReason::OutsideSource(_) | BrokenReason::NotOnTheWeb { .. } | BrokenReason::Missing { .. } => {
            code::LINK_MISSING_DOCUMENT
        }
        BrokenReason::OtherCase { .. } => code::LINK_CASE_MISMATCH,
        BrokenReason::NoAnchor { .. } | BrokenReason::AnchorInFolder { .. } => code::LINK_MISSING_ANCHOR,
        BrokenReason::LeftOut(_) => code::LINK_LEFT_OUT,
        BrokenReason::Unreadable { .. } | BrokenReason::MayRunScripts(_) => code::LINK_NOT_COPIED,
    }
}

/// The message about a broken reference. `destination` is its text, before resolution.
pub fn message(db: &dyn Db, reason: &BrokenReason, destination: &str) -> String {
    let destination = destination.trim();
    match reason {
        BrokenReason::Empty => "the link has no destination".to_owned(),
        BrokenReason::Brackets => format!("invalid link destination `{destination}`"),
        BrokenReason::AnchorInData => {
            format!("invalid reference `{destination}`: an anchor in a data file needs a document")
        }
        BrokenReason::Mail(address) => format!("missing `mailto:` before the email address `{address}`"),
        BrokenReason::Scheme(scheme) => format!("the scheme `{scheme}` is not allowed in links and pictures"),
        BrokenReason::OutsideSource(path) => format!("`{path}` is outside the source"),
        BrokenReason::NotOnTheWeb { path, source } => {
            let source = Site::get(db).config(db).sources[source.0].title();
            format!("`{path}` is in the source `{source}`, which has no web address")
        }
        BrokenReason::OtherCase { path, actual } => format!("`{path}` does not exist, but `{actual}` does"),
        BrokenReason::Missing { path, .. } => format!("`{path}` does not exist"),
        BrokenReason::NoAnchor { path, anchor, .. } => {
            format!("`{path}` has no heading or anchor `{anchor}`")
        }
        BrokenReason::AnchorInFolder { path, anchor } => {
            format!("`{path}` is a folder and has no heading or anchor `{anchor}`")
        }
        BrokenReason::LeftOut(path) => {
            format!("`{path}` is not part of the site: its name cannot be part of an address")
        }
        BrokenReason::Unreadable { path, fault } => {
            let fault = fault.as_ref().map_or(String::new(), |fault| format!(": {fault}"));
            format!("cannot copy `{path}` to the site{fault}")
        }
        BrokenReason::MayRunScripts(path) => {
            format!("`{path}` is not copied to the site: files of this type can run scripts")
        }
    }
}

/// The help for a broken reference, if there is any. `destination` is its text, before resolution.
pub fn help(reason: &BrokenReason, destination: &str) -> Option<String> {
    Some(match reason {
        BrokenReason::Brackets => {
            let destination = destination.trim();
            let inner = destination.split_once("](").map_or(destination, |(_, address)| address);
            format!("write `{}`", inner.trim_matches(['(', ')', '[', ']']))
        }
        BrokenReason::AnchorInData => "write the path of the document before the anchor".to_owned(),
        BrokenReason::Mail(address) => format!("write `mailto:{address}`"),
        BrokenReason::Scheme(scheme) if scheme == "data" => {
            "save the data as a file next to the document, and link to the file".to_owned()
        }
        BrokenReason::Scheme(_) => {
            format!("use one of {}, or write the address as text", url::SCHEMES.join(", "))
        }
        BrokenReason::OutsideSource(_) => "write a path inside the source, or a full address".to_owned(),
        BrokenReason::NotOnTheWeb { .. } => "set `web` for the source in site.toml".to_owned(),
        BrokenReason::OtherCase { actual, .. } => {
            format!("write `/{actual}`; paths are case-sensitive on GitHub")
        }
        BrokenReason::Missing { suggestion, .. } => match suggestion.as_ref()? {
            Suggestion::Similar(path) => format!("did you mean `{path}`?"),
            Suggestion::Elsewhere(path) => format!("did you mean `/{path}`?"),
            Suggestion::FolderElsewhere(path) => {
                format!("the folder exists at `/{path}`, but without this file")
            }
        },
        BrokenReason::NoAnchor { nearest, .. } => format!("did you mean `#{}`?", nearest.as_ref()?),
        BrokenReason::LeftOut(_) => "rename the file".to_owned(),
        BrokenReason::MayRunScripts(_) => {
            "set `web` for the source in site.toml, so that the link leads to the file there".to_owned()
        }
        BrokenReason::Empty | BrokenReason::AnchorInFolder { .. } | BrokenReason::Unreadable { .. } => {
            return None;
        }
    })
}
