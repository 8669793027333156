//! People.

use super::Account;
use crate::parse::{At, slug};

/// A person as a data file names them. An e-mail address in the file is not kept anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Part of addresses, from the name of the first account or else the person's own name; its place is that name's.
    /// Entries with the same id are about one person.
    pub id: At<String>,
    /// In the order of their kinds; none for a person who is known by name only.
    pub accounts: Vec<Account>,
    /// Full name; that of the first account where the file has none.
    pub name: String,
    /// Employer, as written.
    pub company: Option<String>,
}

impl Person {
    /// The id of the person with an account or a name.
    pub fn id_of(name: &str) -> String {
        slug(&name.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The name of the first account as written, else the id.
    pub fn handle(&self) -> &str {
        handle(&self.accounts, &self.id)
    }
}

/// The name of the first account, else the id.
pub fn handle<'a>(accounts: &'a [Account], id: &'a str) -> &'a str {
    accounts.first().map_or(id, |account| &account.name)
}
