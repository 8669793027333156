//! Values of placeholders in texts of a page.

use super::contacts::team_address;
use super::schedule;
use super::scope::Scope;
use crate::facts::{Placeholder, Segment, Template};
use crate::model::{Group, ItemSubject, Role, Route};
use crate::source::File;
use crate::strings::{Strings, strings};
use crate::url::{Href, is_mail, is_web};

/// Values of placeholders for a group and a role.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    scope: Scope<'a>,
    group: Option<&'a Group>,
    role: Option<&'a Role>,
    subject: Option<&'a ItemSubject<'a>>,
}

/// Text and address of a placeholder's value.
type Value = (Option<String>, Option<Href>);

impl<'a> Values<'a> {
    /// Creates the values for a group and a role.
    pub fn new(scope: &Scope<'a>, group: Option<&'a Group>, role: Option<&'a Role>) -> Self {
        Self { scope: *scope, group, role, subject: None }
    }

    /// Adds the values of the record that an item repeats for.
    pub fn with(self, subject: Option<&'a ItemSubject<'a>>) -> Self {
        Self { subject, ..self }
    }

    /// The role.
    pub(super) fn role(&self) -> Option<&'a Role> {
        self.role
    }

    /// The group.
    pub(super) fn group(&self) -> Option<&'a Group> {
        self.group
    }

    /// True if there is a group.
    pub(super) fn has_group(&self) -> bool {
        self.group.is_some()
    }

    fn value(&self, placeholder: &Placeholder) -> Value {
        match (placeholder, self.group) {
            (Placeholder::RoleTitle, _) => {
                let role = self.role.map(|role| self.scope.role_ref(role));
                (self.role.map(|role| role.title.clone()), role.map(|role| role.url))
            }
            (_, None) => (None, None),
            (_, Some(group)) => {
                self.of_subject(placeholder, group).unwrap_or_else(|| self.of_group(placeholder, group))
            }
        }
    }

    fn of_group(&self, placeholder: &Placeholder, group: &Group) -> Value {
        let (scope, facts) = (&self.scope, &group.facts);
        match placeholder {
            Placeholder::GroupName => (Some(group.full_name()), Some(scope.group_ref(group).url)),
            Placeholder::GroupLabel => {
                (facts.label.as_ref().map(|label| format!("{}/{label}", facts.kind.id)), None)
            }
            Placeholder::GroupLabelCommand => {
                (facts.label.as_ref().map(|label| format!("/{} {label}", facts.kind.id)), None)
            }
            Placeholder::GroupId => (Some(group.id().to_owned()), None),
            Placeholder::GroupListAddress => {
                let address = facts.contact.public_list().and_then(|list| list_address(&list.value));
                let mail = address.as_deref().and_then(Href::mail);
                (address, mail)
            }
            Placeholder::GroupLeads => (leads(strings(scope.db), group), None),
            Placeholder::GroupStakeholders => {
                let groups = scope.groups(&group.stakeholders);
                (all_of(strings(scope.db), groups.into_iter().map(|of| of.name).collect()), None)
            }
            Placeholder::GroupCharter => {
                let destination = facts.charter_destination();
                let address = destination.and_then(|destination| scope.reference(group.file, &destination));
                (address.is_some().then(|| scope.string("parts.the_charter")), address.map(|link| link.url))
            }
            Placeholder::GroupLiaison => {
                let liaison = facts.contact.liaison.as_ref().map(|liaison| scope.person(liaison));
                (liaison.as_ref().map(|liaison| liaison.name.clone()), liaison.map(|liaison| liaison.url))
            }
            Placeholder::GroupUrl => {
                let url = Route::Group(group.id().to_owned()).url(scope.db);
                (Some(group.full_name()), Some(scope.to(&url)))
            }
            Placeholder::Channel(kind) => {
                let channel = facts.contact.channel(|of| of.id == kind.id);
                let link = channel.map(|channel| scope.channel(channel, group.file.config(scope.db)).link);
                link.map_or((None, None), |link| (Some(link.label), link.url))
            }
            _ => (None, None),
        }
    }

    /// The value of a placeholder of the record that an item repeats for.
    fn of_subject(&self, placeholder: &Placeholder, group: &Group) -> Option<Value> {
        let scope = &self.scope;
        Some(match (self.subject?, placeholder) {
            (ItemSubject::Meeting(meeting), Placeholder::MeetingTitle) => {
                (Some(meeting.title.value.clone()), meeting.join.as_deref().and_then(Href::web))
            }
            (ItemSubject::Meeting(meeting), Placeholder::MeetingSchedule) => {
                (schedule::when_within(strings(scope.db), &meeting.schedule), None)
            }
            (ItemSubject::Meeting(meeting), Placeholder::MeetingNotes) => {
                (Some(scope.string("meeting.its_notes")), meeting.notes.as_deref().and_then(Href::web))
            }
            (ItemSubject::Team(team), Placeholder::TeamName) => {
                (Some(team.name.clone()), team_address(group.file.config(scope.db), &team.name))
            }
            (ItemSubject::Subproject(subproject), Placeholder::SubprojectName) => {
                let page = Route::Group(group.id().to_owned()).url(scope.db);
                let id = super::subproject::subproject_id(scope.db, group, subproject).unwrap_or_default();
                (Some(subproject.name.value.clone()), Some(scope.to(&page).fragment(id)))
            }
            (ItemSubject::Access(_, access), Placeholder::AccessName) => {
                let of_group = self.with(None);
                let names = access.iter().map(|access| of_group.plain(&access.1.name)).collect();
                (all_of(strings(scope.db), names), None)
            }
            (ItemSubject::Access(way, _), Placeholder::AccessBy) => {
                (Some(scope.string(&format!("access_by.{}", way.id()))), None)
            }
            _ => return None,
        })
    }

    /// Fills in a plain text.
    pub(super) fn plain(&self, text: &Template) -> String {
        text.segments().iter().map(|segment| self.plain_segment(segment)).collect()
    }

    /// Fills in a segment of a plain text.
    pub(super) fn plain_segment(&self, segment: &Segment) -> String {
        let value = segment.placeholder().and_then(|placeholder| {
            let absent = self.absent(placeholder)?;
            let (text, address) = self.value(placeholder);
            Some(match segment {
                Segment::Destination(_) => address.map_or_else(String::new, |address| address.to_string()),
                _ => text.unwrap_or(absent),
            })
        });
        value.unwrap_or_else(|| segment.to_string())
    }

    /// Fills in a Markdown text, except for destinations; [`address`](Self::address) resolves those.
    pub(super) fn markdown(&self, text: &Template) -> String {
        let mut filled = String::with_capacity(text.source().len());
        for segment in text.segments() {
            match (segment, segment.placeholder().and_then(|placeholder| self.absent(placeholder))) {
                (Segment::Literal(text), _) => filled.push_str(text),
                (Segment::Placeholder(placeholder), Some(absent)) => match self.value(placeholder).0 {
                    Some(text) => filled.push_str(&escape(&text)),
                    None => filled.push_str(&absent),
                },
                _ => filled.push_str(&segment.to_string()),
            }
        }
        filled
    }

    /// Renders a Markdown text as HTML, without a paragraph element around a single paragraph.
    pub(super) fn html(&self, file: File, text: &Template) -> String {
        if !text.has_placeholders() {
            return self.scope.shared_markdown(file, text.source());
        }
        let address = |destination: &str| self.address(text, destination);
        self.scope.markdown_with(file, &self.markdown(text), true, &address)
    }

    /// The address of a destination that begins with a placeholder of `text`, in its [`markdown`](Self::markdown).
    /// The outer `None` means any other destination, the inner that the group has no value for the placeholder.
    pub(super) fn address(&self, text: &Template, destination: &str) -> Option<Option<Href>> {
        text.segments().iter().find_map(|segment| {
            let Segment::Destination(placeholder) = segment else { return None };
            let rest = destination.strip_prefix(&segment.to_string())?;
            placeholder.is_fact().then(|| self.value(placeholder).1.map(|address| address.suffix(rest)))
        })
    }

    /// See [`Strings::absent`].
    fn absent(&self, placeholder: &Placeholder) -> Option<String> {
        strings(self.scope.db).absent(placeholder)
    }
}

/// `Some Body (@somebody), Another`; each person once, regardless of their number of roles.
fn leads(strings: &Strings, group: &Group) -> Option<String> {
    let mut seen = std::collections::BTreeSet::new();
    let leads = group.facts.leads.iter().map(|lead| &lead.person);
    let leads = leads.filter(|person| seen.insert(&person.id.value));
    let names: Vec<String> = leads
        .map(|person| match person.accounts.first() {
            Some(account) => format!("{} ({})", person.name, account.title()),
            None => person.name.clone(),
        })
        .collect();
    (!names.is_empty()).then(|| strings.list(&names))
}

/// `A, B and C`
fn all_of(strings: &Strings, mut names: Vec<String>) -> Option<String> {
    let last = names.pop()?;
    let and = || strings.get("page.and");
    Some(if names.is_empty() { last } else { format!("{}{}{last}", strings.list(&names), and()) })
}

/// The email address of a mailing list. For Google Groups, it is derived from the web address: `…/a/<domain>/g/<list>`
/// for a list of an organisation; `…/g/<list>` and the older `…#!forum/<list>` for `googlegroups.com`.
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

/// Escapes text from data for use in Markdown (CommonMark 2.4).
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
    fn mailing_lists_have_an_email_address() {
        for (page, address) in [
            ("https://groups.google.com/a/example.org/g/paint-x", Some("paint-x@example.org")),
            ("https://groups.google.com/g/guild-of-paint/", Some("guild-of-paint@googlegroups.com")),
            (
                "https://groups.google.com/forum/#!forum/guild-of-paint",
                Some("guild-of-paint@googlegroups.com"),
            ),
            ("list@example.org", Some("list@example.org")),
            ("https://groups.google.com/a/example.org/g/x?y=1", None),
            ("https://example.org/lists/x", None),
        ] {
            assert_eq!(list_address(page).as_deref(), address, "{page}");
        }
    }
}
