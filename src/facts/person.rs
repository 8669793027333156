//! People.

use super::{Account, Extra};
use crate::parse::{At, slug};

/// A person as named in a data file. Email addresses are never kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The id, used in addresses: from the name of the first account, or else the person's name; the span is that of
    /// the name. Entries with the same id are the same person.
    pub id: At<String>,
    /// Accounts in the order of their kinds; empty for a person who is identified by name only.
    pub accounts: Vec<Account>,
    /// The full name, or that of the first account if the file has none.
    pub name: String,
    /// The employer as it is written.
    pub company: Option<String>,
    /// The start of the term in the role in which the person is named, as it is written.
    pub since: Option<String>,
    /// The end of the term, as it is written.
    pub until: Option<String>,
}

/// The entry of a person in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The person.
    pub person: Person,
    /// Pronouns.
    pub pronouns: Option<String>,
    /// The place of residence.
    pub place: Option<String>,
    /// A picture: a path in the source.
    pub picture: Option<At<String>>,
    /// Former accounts and names.
    pub aliases: Vec<At<String>>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}

impl Person {
    /// The id of a person with this account name or full name.
    pub fn id_of(name: &str) -> String {
        slug(&name.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// True if the data has a full name.
    pub fn has_name(&self) -> bool {
        self.accounts.iter().all(|account| account.name != self.name)
    }

    /// Returns the name of the first account as it is written, or else the id.
    pub fn handle(&self) -> &str {
        handle(&self.accounts, &self.id)
    }
}

/// Returns the name of the first account, or else the id.
pub fn handle<'a>(accounts: &'a [Account], id: &'a str) -> &'a str {
    accounts.first().map_or(id, |account| &account.name)
}
