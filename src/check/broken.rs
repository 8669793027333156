//! Diagnostics of broken references: code, message and help for each reason.

use crate::diagnostic::{Code, code};
use crate::link::{Reason, Suggestion};
use crate::source::{Db, Site};
use crate::url;

/// The diagnostic code of a broken reference.
pub fn code(reason: &Reason) -> Code {
    match reason {
        Reason::Empty => code::LINK_EMPTY,
        Reason::Brackets | Reason::AnchorInData | Reason::Mail(_) => code::LINK_MALFORMED,
        Reason::Scheme(_) => code::LINK_SCHEME,
        Reason::OutsideSource(_) | Reason::NotOnTheWeb { .. } | Reason::Missing { .. } => {
            code::LINK_MISSING_DOCUMENT
        }
        Reason::OtherCase { .. } => code::LINK_CASE_MISMATCH,
        Reason::NoAnchor { .. } | Reason::AnchorInFolder { .. } => code::LINK_MISSING_ANCHOR,
        Reason::LeftOut(_) => code::LINK_LEFT_OUT,
        Reason::Unreadable { .. } | Reason::MayRunScripts(_) => code::LINK_NOT_COPIED,
    }
}

/// The message about a broken reference. `destination` is its text, before resolution.
pub fn message(db: &dyn Db, reason: &Reason, destination: &str) -> String {
    let destination = destination.trim();
    match reason {
        Reason::Empty => "the link has no destination".to_owned(),
        Reason::Brackets => format!("invalid link destination `{destination}`"),
        Reason::AnchorInData => {
            format!("invalid reference `{destination}`: an anchor in a data file needs a document")
        }
        Reason::Mail(address) => format!("missing `mailto:` before the email address `{address}`"),
        Reason::Scheme(scheme) => format!("the scheme `{scheme}` is not allowed in links and pictures"),
        Reason::OutsideSource(path) => format!("`{path}` is outside the source"),
        Reason::NotOnTheWeb { path, source } => {
            let source = Site::get(db).config(db).sources[source.0].title();
            format!("`{path}` is in the source `{source}`, which has no web address")
        }
        Reason::OtherCase { path, actual } => format!("`{path}` does not exist, but `{actual}` does"),
        Reason::Missing { path, .. } => format!("`{path}` does not exist"),
        Reason::NoAnchor { path, anchor, .. } => format!("`{path}` has no heading or anchor `{anchor}`"),
        Reason::AnchorInFolder { path, anchor } => {
            format!("`{path}` is a folder and has no heading or anchor `{anchor}`")
        }
        Reason::LeftOut(path) => {
            format!("`{path}` is not part of the site: its name cannot be part of an address")
        }
        Reason::Unreadable { path, fault } => {
            let fault = fault.as_ref().map_or(String::new(), |fault| format!(": {fault}"));
            format!("cannot copy `{path}` to the site{fault}")
        }
        Reason::MayRunScripts(path) => {
            format!("`{path}` is not copied to the site: files of this type can run scripts")
        }
    }
}

/// The help for a broken reference, if there is any. `destination` is its text, before resolution.
pub fn help(reason: &Reason, destination: &str) -> Option<String> {
    Some(match reason {
        Reason::Brackets => {
            let destination = destination.trim();
            let inner = destination.split_once("](").map_or(destination, |(_, address)| address);
            format!("write `{}`", inner.trim_matches(['(', ')', '[', ']']))
        }
        Reason::AnchorInData => "write the path of the document before the anchor".to_owned(),
        Reason::Mail(address) => format!("write `mailto:{address}`"),
        Reason::Scheme(scheme) if scheme == "data" => {
            "save the data as a file next to the document, and link to the file".to_owned()
        }
        Reason::Scheme(_) => {
            format!("use one of {}, or write the address as text", url::SCHEMES.join(", "))
        }
        Reason::OutsideSource(_) => "write a path inside the source, or a full address".to_owned(),
        Reason::NotOnTheWeb { .. } => "set `web` for the source in site.toml".to_owned(),
        Reason::OtherCase { actual, .. } => {
            format!("write `/{actual}`; paths are case-sensitive on GitHub")
        }
        Reason::Missing { suggestion, .. } => match suggestion.as_ref()? {
            Suggestion::Similar(path) => format!("did you mean `{path}`?"),
            Suggestion::Elsewhere(path) => format!("did you mean `/{path}`?"),
            Suggestion::FolderElsewhere(path) => {
                format!("the folder exists at `/{path}`, but without this file")
            }
        },
        Reason::NoAnchor { nearest, .. } => format!("did you mean `#{}`?", nearest.as_ref()?),
        Reason::LeftOut(_) => "rename the file".to_owned(),
        Reason::MayRunScripts(_) => {
            "set `web` for the source in site.toml, so that the link leads to the file there".to_owned()
        }
        Reason::Empty | Reason::AnchorInFolder { .. } | Reason::Unreadable { .. } => return None,
    })
}
