//! What `{group.name}` and its like become on a page.

use super::schedule;
use super::scope::{Scope, team_address};
use super::view::{Channel, Link};
use crate::model::placeholder::{self, names, plain};
use crate::model::{Group, Role, Route, Subject};

use crate::url::{Href, is_mail, is_web};
use crate::words::words;

/// What the placeholders stand for on a page.
#[derive(Clone)]
pub struct Values {
    /// Name, text, address.
    values: Vec<(&'static str, Option<String>, Option<Href>)>,
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
                (label.map(|label| format!("{}/{label}", group.facts.kind.id)), None)
            }
            ("group.label_command", Some(group)) => {
                let label = group.facts.label.as_ref();
                (label.map(|label| format!("/{} {label}", group.facts.kind.id)), None)
            }
            ("group.id", Some(group)) => (Some(group.id().to_owned()), None),
            ("group.list_address", Some(group)) => {
                let list = group.facts.contact.public_list();
                let address = list.and_then(|list| list_address(&list.value));
                (address.clone(), address.as_deref().and_then(Href::mail))
            }
            ("group.leads", Some(group)) => (leads(group), None),
            ("group.stakeholders", Some(group)) => {
                let groups = scope.groups(&group.stakeholders);
                (all_of(groups.into_iter().map(|of| of.name).collect(), &scope.word("page.and")), None)
            }
            ("group.charter", Some(group)) => {
                let written = group.facts.charter_destination();
                let address = written.and_then(|written| scope.reference(group.file, &written));
                (address.is_some().then(|| scope.word("parts.the_charter")), address.map(|link| link.url))
            }
            ("group.liaison", Some(group)) => {
                let liaison = group.facts.contact.liaison.as_ref().map(|liaison| scope.person(liaison));
                (liaison.as_ref().map(|liaison| liaison.name.clone()), liaison.map(|liaison| liaison.url))
            }
            ("group.url", Some(group)) => {
                let url = Route::Group(group.id().to_owned()).url(scope.db);
                (Some(group.full_name()), Some(scope.to(&url)))
            }
            (name, Some(_)) => {
                let kind = placeholder::channel(name);
                let known = |channel: &&Channel| kind.is_some_and(|kind| kind.id == channel.kind);
                contacts.channels.iter().find(known).map_or((None, None), |channel| split(&channel.link))
            }
        };
        let values = names().map(|name| {
            let (text, address) = value(name);
            (name, text, address)
        });
        Self { values: values.collect() }
    }

    /// The same, with the values of what an item is made of.
    pub fn with(&self, scope: &Scope, group: &Group, subject: &Subject) -> Self {
        let mut values = self.values.clone();
        let mut set = |name: &str, text: Option<String>, address: Option<Href>| {
            if let Some(value) = values.iter_mut().find(|(known, ..)| *known == name) {
                (value.1, value.2) = (text, address);
            }
        };
        match subject {
            Subject::Meeting(meeting) => {
                set(
                    "meeting.title",
                    Some(meeting.title.value.clone()),
                    meeting.join.as_deref().and_then(Href::web),
                );
                let when = schedule::when_within(words(scope.db), &meeting.schedule);
                set("meeting.when", when, None);
                set(
                    "meeting.notes",
                    Some(scope.word("meeting.its_notes")),
                    meeting.notes.as_deref().and_then(Href::web),
                );
            }
            Subject::Team(team) => {
                let address = team_address(group.file.config(scope.db), &team.name);
                set("team.name", Some(team.name.clone()), address);
            }
            Subject::Subproject(subproject) => {
                let page = Route::Group(group.id().to_owned()).url(scope.db);
                let id = super::group::subproject_id(scope.db, group, subproject).unwrap_or_default();
                let address = scope.to(&page).fragment(id);
                set("subproject.name", Some(subproject.name.value.clone()), Some(address));
            }
            Subject::Access(access) => {
                let edit = access.1.edit.as_ref().and_then(|edit| Href::web(&self.plain(edit)));
                set("access.name", Some(self.plain(&access.1.name)), edit.clone());
                set("access.edit", Some(scope.word("parts.access_file")), edit);
            }
        }
        Self { values }
    }

    /// Fills a text that is no Markdown.
    pub(super) fn plain(&self, text: &str) -> String {
        placeholder::fill(text, |name, before| {
            let (_, value, address) = self.values.iter().find(|(known, ..)| *known == name)?;
            if before.ends_with("](") {
                return Some(address.as_deref().unwrap_or_default().to_owned());
            }
            Some(value.clone().unwrap_or_else(|| plain(name).to_owned()))
        })
    }

    /// Fills a Markdown text. A placeholder after `](` stands for an address and stays as it is, for
    /// [`address`](Self::address).
    pub(super) fn markdown(&self, text: &str) -> String {
        placeholder::fill(text, |name, before| {
            let (_, value, _) = self.values.iter().find(|(known, ..)| *known == name)?;
            let is_address = before.ends_with("](");
            (!is_address).then(|| value.as_deref().map_or_else(|| plain(name).to_owned(), escape))
        })
    }

    /// The address that a destination in Markdown stands for, where it begins with a placeholder. The inner `None` is
    /// that of a fact that the group lacks.
    pub(super) fn address(&self, destination: &str) -> Option<Option<Href>> {
        let (span, name) = placeholder::find(destination).next().filter(|(span, _)| span.start == 0)?;
        let (.., address) = self.values.iter().find(|(known, ..)| *known == name)?;
        Some(address.clone().map(|address| address.suffix(&destination[span.end..])))
    }
}

/// `Some Body (@somebody), Another (@another)`; each person once, whatever roles they hold.
fn leads(group: &Group) -> Option<String> {
    let mut seen = std::collections::BTreeSet::new();
    let leads = group.facts.leads.iter().map(|lead| &lead.person);
    let leads = leads.filter(|person| seen.insert(person.handle.to_lowercase()));
    let names: Vec<String> =
        leads.map(|person| format!("{} (@{})", person.name, person.handle.value)).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// `A, B and C`
fn all_of(mut names: Vec<String>, and: &str) -> Option<String> {
    let last = names.pop()?;
    Some(if names.is_empty() { last } else { format!("{}{and}{last}", names.join(", ")) })
}

/// The address of a mailing list, as people write to it. Google Groups has it in the address of its page:
/// `…/a/<domain>/g/<list>` for a list of an organisation, `…/g/<list>` and the older `…#!forum/<list>` for its own.
pub fn list_address(list: &str) -> Option<String> {
    if !is_web(list) {
        return is_mail(list).then(|| list.to_owned());
    }
    let path = list.split_once("://")?.1.strip_prefix("groups.google.com/")?.trim_end_matches('/');
    let (domain, path) = match path.strip_prefix("a/") {
        Some(rest) => rest.split_once('/')?,
        None => ("googlegroups.com", path),
    };
    let name = path
        .strip_prefix("g/")
        .or_else(|| path.strip_prefix("forum/#!forum/"))
        .or_else(|| path.strip_prefix("forum/?#!forum/"))
        .or_else(|| path.strip_prefix("group/"))?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    (!name.is_empty() && name.chars().all(fits)).then(|| format!("{name}@{domain}"))
}

fn split(link: &Link) -> (Option<String>, Option<Href>) {
    (Some(link.label.clone()), Some(link.url.clone()).filter(|url| !url.is_empty()))
}

/// Data is no Markdown: what would be markup is escaped (CommonMark 2.4).
pub fn escape(text: &str) -> String {
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
    fn a_list_is_written_to_by_mail() {
        for (page, address) in [
            ("https://groups.google.com/a/kubernetes.io/g/sig-x", Some("sig-x@kubernetes.io")),
            ("https://groups.google.com/g/kubernetes-sig-x/", Some("kubernetes-sig-x@googlegroups.com")),
            (
                "https://groups.google.com/forum/#!forum/kubernetes-sig-x",
                Some("kubernetes-sig-x@googlegroups.com"),
            ),
            ("list@example.org", Some("list@example.org")),
            ("https://groups.google.com/a/kubernetes.io/g/x?y=1", None),
            ("https://example.org/lists/x", None),
        ] {
            assert_eq!(list_address(page).as_deref(), address, "{page}");
        }
    }

    #[test]
    fn fills_texts_and_addresses() {
        let values = Values {
            values: vec![
                ("group.name", Some("SIG *X*".into()), None),
                ("group.charter", None, None),
                ("group.slack", Some("#x".into()), Href::web("https://s/x")),
            ],
        };
        assert_eq!(
            values.markdown("Ask {group.name} in [{group.slack}]({group.slack}?x)."),
            "Ask SIG \\*X\\* in [#x]({group.slack}?x)."
        );
        assert_eq!(
            values.markdown("[read]({group.charter}) {group.charter}"),
            "[read]({group.charter}) your group’s charter"
        );
        let address =
            |destination| values.address(destination).map(|address| address.map(|of| of.to_string()));
        assert_eq!(address("{group.slack}?x"), Some(Some("https://s/x?x".into())));
        assert_eq!(address("{group.charter}"), Some(None));
        assert_eq!((address("{group.nosuch}"), address("x/{group.slack}")), (None, None));
    }
}
