//! Accounts by which people are known.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::url::{Href, encode_path};

/// A kind of account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountKind {
    /// Key of data files: `gitlab`.
    pub id: String,
    /// `GitLab`
    pub label: String,
    /// Form in which pages show an account: `@{name}`.
    pub title: String,
    /// Address of a profile, with `{name}` for the name of the account, where there is one.
    pub url: Option<String>,
    /// Characters that a name may hold besides letters and digits of ASCII.
    pub symbols: String,
}

/// Stands for the name of an account.
const NAME: &str = "{name}";

impl AccountKind {
    /// Every kind, in order.
    pub fn all() -> &'static [Arc<Self>] {
        #[derive(Deserialize)]
        struct File {
            accounts: Vec<Arc<AccountKind>>,
        }
        static KINDS: LazyLock<Vec<Arc<AccountKind>>> = LazyLock::new(|| {
            let file: Result<File, _> = toml::from_str(include_str!("accounts.toml"));
            file.expect("the kinds that come with the program are right").accounts
        });
        &KINDS
    }

    /// The kind that is meant where a name is given without one: the first.
    pub fn usual() -> &'static Self {
        &Self::all()[0]
    }

    /// Whether a name has only the letters, digits and symbols that accounts of this kind may have.
    pub fn fits(&self, name: &str) -> bool {
        let fits = |char: char| char.is_ascii_alphanumeric() || self.symbols.contains(char);
        !name.is_empty() && name.chars().all(fits)
    }
}

/// An account of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Kind of account.
    pub kind: Arc<AccountKind>,
    /// Name, as in the data file.
    pub name: String,
}

impl Account {
    /// Text that pages show.
    pub fn title(&self) -> String {
        self.kind.title.replace(NAME, &self.name)
    }

    /// Address of the profile, for kinds that have one.
    pub fn profile(&self) -> Option<Href> {
        Href::web(&self.kind.url.as_ref()?.replace(NAME, &encode_path(&self.name)))
    }
}
