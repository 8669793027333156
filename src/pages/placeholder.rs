//! What `{group.name}` and its like become on a page.

use super::scope::{Scope, charter_destination};
use crate::link::url;
use crate::model::placeholder::{find, names, plain};
use crate::model::{Group, Role, Route};

/// Destination of a link whose address the group does not have.
pub const NO_ADDRESS: &str = "rolebook:no-address";

/// What the placeholders stand for on a page.
pub struct Values {
    /// Name, text, address.
    values: Vec<(&'static str, Option<String>, Option<String>)>,
}

impl Values {
    /// The values for a group and a role.
    pub fn new(scope: &Scope, group: Option<&Group>, role: Option<&Role>) -> Self {
        let contacts =
            group.map(|group| scope.contacts(group.file, &group.facts.contact)).unwrap_or_default();
        let value = |name: &'static str| match (name, group) {
            ("role.title", _) => {
                (role.map(|role| role.title.clone()), role.map(|role| scope.role_ref(role).url))
            }
            (_, None) => (None, None),
            ("group.name", Some(group)) => (Some(group.full_name()), Some(scope.group_ref(group).url)),
            ("group.label", Some(group)) => {
                let label = group.facts.label.as_ref();
                (label.map(|label| format!("{}/{label}", group.facts.kind.id())), None)
            }
            ("group.id", Some(group)) => (Some(group.id().to_owned()), None),
            ("group.slack", Some(_)) => split(&contacts.slack),
            ("group.mailing_list", Some(_)) => split(&contacts.mailing_list),
            ("group.charter", Some(group)) => {
                let written =
                    group.facts.charter.as_deref().map(|written| charter_destination(group, written));
                let address = written.and_then(|written| scope.reference(group.file, &written));
                (address.is_some().then(|| "the charter".to_owned()), address.map(|link| link.url))
            }
            ("group.liaison", Some(group)) => {
                let liaison = group.facts.contact.liaison.as_ref().map(|liaison| scope.person(liaison));
                (liaison.as_ref().map(|liaison| liaison.name.clone()), liaison.map(|liaison| liaison.url))
            }
            ("group.url", Some(group)) => {
                let url = Route::Group(group.id().to_owned()).url(scope.db);
                (Some(group.full_name()), Some(scope.to(&url)))
            }
            _ => (None, None),
        };
        let values = names().map(|name| {
            let (text, address) = value(name);
            (name, text, address)
        });
        Self { values: values.collect() }
    }

    /// Fills a Markdown text. After `](` a placeholder stands for an address.
    pub fn apply(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut done = 0;
        for (span, name) in find(text) {
            let Some((_, value, address)) = self.values.iter().find(|(known, ..)| *known == name) else {
                continue;
            };
            filled.push_str(&text[done..span.start]);
            done = span.end;
            if filled.ends_with("](") {
                filled.push_str(&address.as_deref().map_or(NO_ADDRESS.to_owned(), written_address));
            } else {
                match value {
                    Some(value) => filled.push_str(&escape(value)),
                    None => filled.push_str(plain(name)),
                }
            }
        }
        filled.push_str(&text[done..]);
        filled
    }
}

/// An address as a Markdown destination. One within the site is marked, so that it is not resolved again.
fn written_address(address: &str) -> String {
    if address.contains("://") || address.starts_with("mailto:") {
        format!("<{}>", address.replace('>', "%3E").replace('<', "%3C"))
    } else {
        format!("<{PAGE_ADDRESS}{}>", url::encode_fragment(address))
    }
}

/// Marks a destination that is an address relative to the page already.
pub const PAGE_ADDRESS: &str = "rolebook:page:";

fn split(link: &Option<super::view::Link>) -> (Option<String>, Option<String>) {
    let address = link.as_ref().map(|link| link.url.clone()).filter(|url| !url.is_empty());
    (link.as_ref().map(|link| link.label.clone()), address)
}

/// Data is no Markdown: what would be markup is escaped (CommonMark 2.4).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if matches!(char, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_texts_and_addresses() {
        let values = Values {
            values: vec![
                ("group.name", Some("SIG *X*".into()), None),
                ("group.charter", None, None),
                ("group.slack", Some("#x".into()), Some("https://s/x".into())),
            ],
        };
        assert_eq!(
            values.apply("Ask {group.name} in [{group.slack}]({group.slack})."),
            "Ask SIG \\*X\\* in [#x](<https://s/x>)."
        );
        assert_eq!(
            values.apply("[read]({group.charter}) {group.charter}"),
            "[read](rolebook:no-address) your group’s charter"
        );
    }
}
