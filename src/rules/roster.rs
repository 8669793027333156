//! Lists of people as values of expressions.

use crate::diagnostic::Location;
use crate::expression::{Value, map};
use crate::source::Db;

/// `rosters`: the lists by source and name.
#[salsa::tracked]
pub(super) fn rosters(db: &dyn Db) -> Value {
    let _ = db;
    map([])
}

/// The place of a list.
pub(super) fn location(db: &dyn Db, source: &str, name: &str) -> Option<Location> {
    let _ = (db, source, name);
    None
}
