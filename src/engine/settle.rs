//! Makes inputs of the parts of documents that other pages depend on; see [`Settled`].

use std::collections::HashMap;
use std::sync::Arc;

use salsa::{Durability, Setter};

use super::{Database, Engine, each};
use crate::link;
use crate::model::{self, Outline, Settled, SettledDocument};
use crate::source::File;

/// The parts of a document as its text is now.
type Parts = (Outline, Vec<String>, Vec<Arc<str>>);

impl Engine {
    /// Settles all documents. For a preview, once they have been read: afterwards, an edit of a text is served sooner.
    pub fn settle(&mut self) {
        let settled = Settled::get(&self.db);
        let mut files = self.files();
        // A role is a document with data, which its parts depend on.
        files.retain(|file| file.is_document(&self.db) && !model::is_role(&self.db, *file));
        let before = settled.documents(&self.db);
        if settled.is_current(&self.db) && files.iter().all(|file| before.contains_key(file)) {
            return;
        }
        let before = before.clone();
        let parts = each(self.db.clone(), &files, |db, file| read(db, *file));
        let mut documents = HashMap::with_capacity(files.len());
        for (file, parts) in files.into_iter().zip(parts) {
            let document = match before.get(&file) {
                Some(document) => {
                    self.set_parts(*document, parts);
                    *document
                }
                None => {
                    let (outline, aliases, destinations) = parts;
                    SettledDocument::builder(outline, aliases, destinations)
                        .durability(Durability::MEDIUM)
                        .new(&self.db)
                }
            };
            documents.insert(file, document);
        }
        settled.set_documents(&mut self.db).with_durability(Durability::HIGH).to(documents);
        settled.set_is_current(&mut self.db).with_durability(Durability::HIGH).to(true);
    }

    /// Settles a document again whose content has changed.
    pub(super) fn settle_again(&mut self, file: File) {
        match model::settled(&self.db, file) {
            Some(document) if file.is_document(&self.db) => {
                let parts = read(&self.db, file);
                self.set_parts(document, parts);
            }
            Some(_) => self.unsettle(),
            None => {}
        }
    }

    /// Makes queries read the documents again, because the configuration has changed, which their parts depend on.
    pub(super) fn unsettle(&mut self) {
        let settled = Settled::get(&self.db);
        if settled.is_current(&self.db) {
            settled.set_is_current(&mut self.db).with_durability(Durability::HIGH).to(false);
        }
    }

    /// Sets the parts that differ.
    fn set_parts(&mut self, document: SettledDocument, (outline, aliases, destinations): Parts) {
        let db = &mut self.db;
        if *document.outline(db) != outline {
            document.set_outline(db).to(outline);
        }
        if *document.aliases(db) != aliases {
            document.set_aliases(db).to(aliases);
        }
        if *document.destinations(db) != destinations {
            document.set_destinations(db).to(destinations);
        }
    }
}

fn read(db: &Database, file: File) -> Parts {
    (model::read_outline(db, file), model::read_aliases(db, file), link::read_destinations(db, file))
}
