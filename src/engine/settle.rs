//! Makes inputs of the parts of documents that other pages depend on; see [`Settled`].

use std::collections::HashSet;
use std::sync::Arc;

use salsa::{Durability, Setter};

use super::{Database, Engine, each};
use crate::diagnostic::Diagnostic;
use crate::facts::PageMatter;
use crate::link;
use crate::model::{self, Outline, Settled, SettledDocument};
use crate::source::File;

/// The parts of a document as its text is now.
type SettledParts = (Outline, Matter, Vec<Arc<str>>);
/// Front matter and its faults.
type Matter = (PageMatter, Vec<Diagnostic>);

impl Engine {
    /// Settles the documents that are not settled yet. Best done before anything else is asked for: only then does salsa
    /// know of each result that its inputs rarely change.
    pub fn settle(&mut self) {
        let settled = Settled::get(&self.db);
        let mut files = self.files();
        // A role is a document with data, which its parts depend on.
        files.retain(|file| file.is_document(&self.db) && !model::is_role(&self.db, *file));
        let is_current = settled.is_current(&self.db);
        let before = settled.documents(&self.db);
        let is_unread = |file: &&File| !is_current || !before.contains_key(*file);
        let unread: Vec<File> = files.iter().filter(is_unread).copied().collect();
        if unread.is_empty() && before.len() == files.len() {
            return;
        }
        let mut documents = before.clone();
        let files: HashSet<File> = files.into_iter().collect();
        documents.retain(|file, _| files.contains(file));
        let parts = each(self.db.clone(), &unread, |db, file| read(db, *file));
        for (file, parts) in unread.into_iter().zip(parts) {
            if let Some(document) = documents.get(&file) {
                self.set_parts(*document, parts);
            } else {
                let (outline, matter, destinations) = parts;
                let document = SettledDocument::builder(outline, matter, destinations)
                    .durability(Durability::MEDIUM)
                    .new(&self.db);
                documents.insert(file, document);
            }
        }
        settled.set_documents(&mut self.db).with_durability(Durability::HIGH).to(documents);
        if !is_current {
            settled.set_is_current(&mut self.db).with_durability(Durability::HIGH).to(true);
        }
    }

    /// Settles a document again whose content has changed, or makes queries read it if it cannot be read any more.
    pub(super) fn settle_again(&mut self, file: File) {
        let Some(document) = model::settled(&self.db, file) else { return };
        if file.is_document(&self.db) {
            // Comes first, as it says whether the outline contains obligations.
            self.set_matter(document, model::read_matter(&self.db, file).clone());
            let parts = read(&self.db, file);
            self.set_parts(document, parts);
        } else {
            self.forget_settled(file);
        }
    }

    /// Makes queries read a document until it is settled again.
    pub(super) fn forget_settled(&mut self, file: File) {
        let settled = Settled::get(&self.db);
        if settled.documents(&self.db).contains_key(&file) {
            let mut documents = settled.documents(&self.db).clone();
            documents.remove(&file);
            settled.set_documents(&mut self.db).with_durability(Durability::HIGH).to(documents);
        }
    }

    /// Makes queries read the documents again, because the configuration has changed, which their parts depend on.
    pub(super) fn unsettle(&mut self) {
        let settled = Settled::get(&self.db);
        if settled.is_current(&self.db) {
            settled.set_is_current(&mut self.db).with_durability(Durability::HIGH).to(false);
        }
    }

    fn set_matter(&mut self, document: SettledDocument, matter: Matter) {
        if *document.matter(&self.db) != matter {
            document.set_matter(&mut self.db).to(matter);
        }
    }

    /// Sets the parts that differ.
    fn set_parts(&mut self, document: SettledDocument, (outline, matter, destinations): SettledParts) {
        self.set_matter(document, matter);
        let db = &mut self.db;
        if *document.outline(db) != outline {
            document.set_outline(db).to(outline);
        }
        if *document.destinations(db) != destinations {
            document.set_destinations(db).to(destinations);
        }
    }
}

fn read(db: &Database, file: File) -> SettledParts {
    (model::read_outline(db, file), model::read_matter(db, file).clone(), link::read_destinations(db, file))
}
