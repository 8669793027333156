//! Accounts that identify people.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::url::{Href, encode_path};

/// A kind of account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountKind {
    /// The key in data files: `gitlab`.
    pub id: String,
    /// The name of the service: `GitLab`.
    pub label: String,
    /// The format in which pages show an account: `@{name}`.
    pub title: String,
    /// The address of a profile, if there is one, with `{name}` for the name of the account.
    pub url: Option<String>,
    /// Characters allowed in a name besides ASCII letters and digits.
    pub symbols: String,
}

/// The placeholder for the name of the account.
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

    /// The default kind for names without one: the first.
    pub fn usual() -> &'static Self {
        &Self::all()[0]
    }

    /// The name in a text: without an `@` before it, or the end of the address of a profile.
    pub fn name_in(&self, text: &str) -> String {
        let name = match self.url.as_deref().and_then(|url| url.strip_suffix(NAME)) {
            Some(profile) => text.strip_prefix(profile).map_or(text, |name| name.trim_end_matches('/')),
            None => text,
        };
        name.strip_prefix('@').unwrap_or(name).to_owned()
    }

    /// True if a name contains only characters that this kind allows.
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
    /// The name as it is in the data file.
    pub name: String,
}

impl Account {
    /// The text that pages show.
    pub fn title(&self) -> String {
        self.kind.title.replace(NAME, &self.name)
    }

    /// The address of the profile, for kinds that have one.
    pub fn profile(&self) -> Option<Href> {
        Href::web(&self.kind.url.as_ref()?.replace(NAME, &encode_path(&self.name)))
    }
}
