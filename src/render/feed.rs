//! `/feed.xml`: the most recently changed pages as Atom (RFC 4287).

use std::io;

use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::model;
use crate::pages::{self, FEED, Recent};
use crate::source::{Db, Site};
use crate::url::below;

/// Renders the feed; `None` if the site has none.
pub(super) fn feed(db: &dyn Db) -> Option<String> {
    let base_url = Site::get(db).config(db).base_url.as_ref().filter(|_| pages::has_feed(db))?;
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    // Writing to memory cannot fail.
    write(&mut writer, db, base_url).ok()?;
    String::from_utf8(writer.into_inner()).ok().map(|text| text + "\n")
}

fn write(to: &mut Writer<Vec<u8>>, db: &dyn Db, base_url: &str) -> io::Result<()> {
    let config = Site::get(db).config(db);
    let recent = pages::recent(db);
    let address = |url: &str| below(base_url, url);
    let changes = address(&pages::CHANGES.url(db));
    let authors = |to: &mut Writer<Vec<u8>>, names: &mut dyn Iterator<Item = &String>| {
        for name in names {
            to.create_element("author").write_inner_content(|to| element(to, "name", name))?;
        }
        io::Result::Ok(())
    };
    to.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = to
        .create_element("feed")
        .with_attributes([("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", config.language.as_str())]);
    feed.write_inner_content(|to| {
        element(to, "id", &changes)?;
        element(to, "title", &config.title)?;
        if let Some(description) = &config.description {
            element(to, "subtitle", description)?;
        }
        let updated = recent.iter().map(|recent| recent.change.time).max().unwrap_or(Timestamp::UNIX_EPOCH);
        element(to, "updated", &updated.to_string())?;
        link(to, "self", "application/atom+xml", &address(FEED))?;
        link(to, "alternate", "text/html", &changes)?;
        to.create_element("generator")
            .with_attribute(("version", env!("CARGO_PKG_VERSION")))
            .write_text_content(BytesText::new(env!("CARGO_PKG_NAME")))?;
        // The change has no author.
        authors(to, &mut std::iter::once(&config.title))?;
        for Recent { route, file, change } in recent {
            let page = address(&route.url(db));
            to.create_element("entry").write_inner_content(|to| {
                // The id includes the time of the change, so that a later change of the page is a new entry.
                element(to, "id", &format!("{page}#changed-{}", change.time.as_second()))?;
                element(to, "title", &pages::title(db, route))?;
                element(to, "updated", &change.time.to_string())?;
                link(to, "alternate", "text/html", &page)?;
                authors(to, &mut change.authors.iter())?;
                to.create_element("category")
                    .with_attribute(("term", clean(&file.config(db).title()).as_str()))
                    .write_empty()?;
                match model::description(db, *file).as_ref().filter(|_| file.is_document(db)) {
                    Some(description) => element(to, "summary", description),
                    None => Ok(()),
                }
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

fn element(to: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    to.create_element(name).write_text_content(BytesText::new(&clean(text))).map(|_| ())
}

fn link(to: &mut Writer<Vec<u8>>, rel: &str, media_type: &str, href: &str) -> io::Result<()> {
    let attributes = [("rel", rel), ("type", media_type), ("href", href)];
    to.create_element("link").with_attributes(attributes).write_empty().map(|_| ())
}

/// Removes characters that XML does not allow: control characters other than white space (XML 1.0, 2.2).
fn clean(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}
