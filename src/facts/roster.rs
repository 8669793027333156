//! Lists of people that are kept outside the records of groups, and other records.

use super::{Extra, Person};
use crate::parse::At;

/// A list of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// The name.
    pub name: At<String>,
    /// The people, in the order of the file.
    pub members: Vec<Person>,
}

/// A record for rules and exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRecord {
    /// The name of its table.
    pub table: String,
    /// The data. Email addresses are left out.
    pub data: Extra,
}
