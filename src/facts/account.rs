//! Accounts that identify people.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::url::{Href, decode, fill_pattern, without_web_scheme};

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

/// The placeholder for the name of the account in [`AccountKind::title`] and [`AccountKind::url`].
pub const NAME: &str = "{name}";

impl AccountKind {
    /// The kinds that every community has, in order.
    pub fn built_in() -> &'static [Arc<Self>] {
        #[derive(Deserialize)]
        struct AccountFile {
            accounts: Vec<Arc<AccountKind>>,
        }
        static KINDS: LazyLock<Vec<Arc<AccountKind>>> = LazyLock::new(|| {
            let file: Result<AccountFile, _> = toml::from_str(include_str!("accounts.toml"));
            file.expect("the kinds that come with the program are right").accounts
        });
        &KINDS
    }

    /// The name in a value of a data file, which may have the sign of the format (`@name`) or be the address of the
    /// profile. Any other value is returned as it is.
    pub fn name_in(&self, value: &str) -> String {
        let of_profile = self.url.as_deref().and_then(|pattern| {
            let (start, end) = pattern.split_once(NAME)?;
            let rest = without_start(without_web_scheme(value)?, without_web_scheme(start)?)?;
            let name = decode(rest.trim_end_matches('/').strip_suffix(end.trim_end_matches('/'))?);
            self.fits(&name).then_some(name)
        });
        let sign = self.title.split_once(NAME).map_or("", |(sign, _)| sign);
        of_profile.unwrap_or_else(|| value.strip_prefix(sign).unwrap_or(value).to_owned())
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
        fill_pattern(self.kind.url.as_ref()?, NAME, &self.name)
    }
}

/// The rest of an address after the start of a pattern. The case of the host does not count, nor does `www.`.
fn without_start<'a>(address: &'a str, start: &str) -> Option<&'a str> {
    let without_www = |text: &'a str| {
        text.get(..4).filter(|www| www.eq_ignore_ascii_case("www.")).map_or(text, |_| &text[4..])
    };
    let start = start.strip_prefix("www.").unwrap_or(start);
    let host_end = start.find('/').unwrap_or(start.len());
    let (host, rest) = without_www(address).split_at_checked(host_end)?;
    host.eq_ignore_ascii_case(&start[..host_end]).then(|| rest.strip_prefix(&start[host_end..]))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_addresses_of_profiles() {
        for (kind, value, name) in [
            ("github", "ann", "ann"),
            ("github", "@ann", "ann"),
            ("github", "https://github.com/ann", "ann"),
            ("github", "http://www.GitHub.com/ann/", "ann"),
            ("gitlab", "https://gitlab.com/ann.b", "ann.b"),
            ("launchpad", "~ann", "ann"),
            ("launchpad", "https://launchpad.net/~ann", "ann"),
            ("irc", "ann", "ann"),
            ("matrix", "@ann:x.example", "@ann:x.example"),
            ("matrix", "https://matrix.to/#/@ann:x.example", "@ann:x.example"),
            // Not a profile of this kind.
            ("github", "https://gitlab.com/ann", "https://gitlab.com/ann"),
            ("github", "https://github.com.example/ann", "https://github.com.example/ann"),
            ("github", "https://github.com/orgs/x", "https://github.com/orgs/x"),
            ("github", "https://github.com/", "https://github.com/"),
            ("github", "https://github.co", "https://github.co"),
        ] {
            let of = AccountKind::built_in().iter().find(|of| of.id == kind).unwrap();
            assert_eq!(of.name_in(value), name, "{kind} {value}");
        }
    }
}
