//! Groups: their members, meetings and contacts, and their additions to roles.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Extra;
use super::channel::{Channel, ChannelKind};
use super::checklist::ChecklistItem;
use super::kind::Kind;
use super::meeting::Meeting;
use super::person::Person;
use crate::parse::{At, slug};

/// A group: its facts and its additions to the roles in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `paint`; the file stem, or the group's directory in a checkout.
    pub id: At<String>,
    /// The kind of group.
    pub kind: Arc<Kind>,
    /// The name without the kind: `Scheduling`.
    pub name: String,
    /// The GitHub label without its prefix.
    pub label: Option<String>,
    /// The purpose of the group; Markdown.
    pub mission: Option<At<String>>,
    /// Topics about which other groups may ask this one, as a phrase. Handbook data only.
    pub ask_about: Option<At<String>>,
    /// A file name next to the group's README, a path in the source, or a URL.
    pub charter: Option<At<String>>,
    /// Names or ids, as they are written, of the groups that a working group works for.
    pub stakeholders: Vec<At<String>>,
    /// The name or id, as it is written, of the group that this one is part of.
    pub parent: Option<At<String>>,
    /// Former ids.
    pub aliases: Vec<At<String>>,
    /// Current holders of roles, in the order of the file.
    pub leads: Vec<Lead>,
    /// The role keys of the seats that the data marks as vacant: `chair: TBD`.
    pub vacant: Vec<String>,
    /// Former leads.
    pub emeritus: Vec<Person>,
    /// Meetings of the group itself, in the order of the file.
    pub meetings: Vec<Meeting>,
    /// Contacts of the group.
    pub contact: Contact,
    /// Subprojects, in the order of the file.
    pub subprojects: Vec<Subproject>,
    /// Additions to roles, by role id. Handbook data only.
    pub overlays: BTreeMap<String, RoleOverlay>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}

impl Group {
    /// The id of a group with a name: the words of the name, with `+` and `#` as words. `C++` and `C` are different
    /// groups.
    pub fn id_of(name: &str) -> String {
        let words = name.replace('+', "plus").replace('#', "sharp").replace(['/', '&', '.'], " ");
        slug(words.trim()).split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    }

    /// A group of which nothing but the name is known.
    pub fn named(id: At<String>, name: String, kind: Arc<Kind>) -> Self {
        Self {
            id,
            kind,
            name,
            label: None,
            mission: None,
            ask_about: None,
            charter: None,
            stakeholders: Vec::new(),
            parent: None,
            aliases: Vec::new(),
            leads: Vec::new(),
            vacant: Vec::new(),
            emeritus: Vec::new(),
            meetings: Vec::new(),
            contact: Contact::default(),
            subprojects: Vec::new(),
            overlays: BTreeMap::new(),
            extra: Extra::new(),
        }
    }

    /// The people whom it names.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        let leads = self.leads.iter().map(|lead| &lead.person);
        let of_subprojects = self.subprojects.iter().flat_map(|subproject| &subproject.leads);
        leads.chain(&self.emeritus).chain(of_subprojects).chain(&self.contact.liaison)
    }

    /// The keys of the roles that somebody holds or that the data marks as vacant.
    pub fn role_keys(&self) -> impl Iterator<Item = &String> {
        self.leads.iter().map(|lead| &lead.role.value).chain(&self.vacant)
    }

    /// The number of facts about the group besides its people. A name is one if it is not the id.
    pub fn number_of_facts(&self) -> usize {
        let has = [
            self.name != self.id.value,
            self.mission.is_some(),
            self.charter.is_some(),
            self.label.is_some(),
            self.parent.is_some(),
        ];
        let has = has.iter().filter(|has| **has).count();
        has + self.meetings.len() + self.contact.channels.len() + self.subprojects.len()
    }

    /// True if the group is among groups listed by kind or id; an empty list means all.
    pub fn is_among(&self, names: &[At<String>]) -> bool {
        names.is_empty() || names.iter().any(|name| name.value == self.id.value || name.value == self.kind.id)
    }

    /// The destination of the charter, relative to the file.
    pub fn charter_destination(&self) -> Option<String> {
        let charter = self.charter.as_ref()?;
        let is_path = charter.contains('/');
        Some(if is_path { charter.value.clone() } else { format!("/{}/{}", self.id.value, charter.value) })
    }
}

/// A holder of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The role key of the data: `chair`, `secretary`.
    pub role: At<String>,
    /// The role key of the list that contains the person, if the record of the person names the role.
    pub beside: Option<String>,
    /// The holder.
    pub person: Person,
}

/// A holder of a role, in a record of people who name their groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSeat {
    /// The name or id of the group as it is written; `None` for a role in the community as a whole.
    pub group: Option<At<String>>,
    /// The kind of the group, if no other record describes it.
    pub kind: Arc<Kind>,
    /// The holder.
    pub lead: Lead,
}

impl Lead {
    /// The role and the person, which tell holders apart.
    pub fn key(&self) -> (String, String) {
        (self.role.value.clone(), self.person.id.value.clone())
    }
}

/// The contacts of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Channels, in the order of their kinds.
    pub channels: Vec<Channel>,
    /// Teams with permissions.
    pub teams: Vec<Team>,
    /// The person assigned to the group by the body that oversees it.
    pub liaison: Option<Person>,
}

impl Contact {
    /// The first channel whose kind matches.
    pub fn channel(&self, has: impl Fn(&ChannelKind) -> bool) -> Option<&Channel> {
        self.channels.iter().find(|channel| has(&channel.kind))
    }

    /// The mailing list that everybody may write to.
    pub fn public_list(&self) -> Option<&Channel> {
        self.channel(|kind| kind.mail && !kind.private)
    }
}

/// A team with permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// The name without the organisation.
    pub name: String,
    /// The purpose.
    pub description: Option<String>,
}

/// A subproject of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subproject {
    /// The name as it is written.
    pub name: At<String>,
    /// A description; Markdown.
    pub description: Option<String>,
    /// Its own contacts, if they differ from the group's.
    pub contact: Option<Contact>,
    /// URLs of OWNERS files.
    pub owners: Vec<String>,
    /// Its leads.
    pub leads: Vec<Person>,
    /// Its meetings.
    pub meetings: Vec<Meeting>,
    /// Further data, for templates and the API.
    pub extra: Extra,
}

/// The additions of a group to a role: `[roles.<role>]` in a group file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleOverlay {
    /// The role's id as it is written.
    pub role: At<String>,
    /// A note on differences in this group; Markdown.
    pub note: Option<At<String>>,
    /// Expected levels by skill id, where they differ from the role's.
    pub skills: BTreeMap<String, At<u8>>,
    /// Additional checklist items.
    pub checklist: Vec<ChecklistItem>,
    /// The statement of the group's charter about who holds the role.
    pub charter: Option<CharterStatement>,
}

/// The statement of a charter about who holds a role, as recorded by the handbook's authors. It cites the clause, so
/// that changes to the clause are noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharterStatement {
    /// The holder.
    pub holder: CharterHolder,
    /// The clause with the statement.
    pub clause: At<String>,
}

/// The holder of a role in a group according to its charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CharterHolder {
    /// Nobody: the group does not have the role.
    Nobody,
    /// The holders of the role with this id.
    Role(At<String>),
}
