//! Rules: what governance demands, as conditions over the facts.

use jiff::civil::Date;

use crate::diagnostic::Severity;
use crate::expression::Expression;
use crate::parse::At;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GovernanceRule {
    /// The id.
    pub id: At<String>,
    /// The duty in a few words.
    pub title: String,
    /// References to the clauses that demand it.
    pub clauses: Vec<At<String>>,
    /// Ids of the roles whose holders can see to it.
    pub roles: Vec<At<String>>,
    /// True if the clause states a duty without an upper-case key word. The title is the text of the obligation.
    pub is_duty: bool,
    /// The kind of its subjects.
    pub each: SubjectKind,
    /// The condition that a subject fits.
    pub condition: Option<At<Expression>>,
    /// The condition that a subject must meet.
    pub requirement: At<Expression>,
    /// The message about a subject that does not meet it.
    pub message: Message,
    /// The way to meet it, in one sentence.
    pub fix: Option<String>,
    /// The severity of a finding.
    pub severity: Severity,
    /// Until this day, subjects that do not meet the rule are excepted.
    pub until: Option<Date>,
    /// Subjects that are excepted, by id, with the reason.
    pub exceptions: Vec<(At<String>, String)>,
}

/// A kind of subject of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// A group.
    Group,
    /// A role in a group.
    Seat,
    /// A meeting of a group or of one of its subprojects.
    Meeting,
    /// A subproject of a group.
    Subproject,
    /// A person.
    Person,
    /// A list of people that is kept elsewhere.
    Roster,
    /// A record of the table with this name.
    Record(String),
}

/// The prefix of the kinds that are tables.
const TABLE: &str = "table.";

impl GovernanceRule {
    /// True if any of its expressions uses a variable.
    pub fn uses(&self, variable: &str) -> bool {
        self.expressions().any(|expression| expression.uses(variable))
    }

    /// True if the verdict about a group, or about a part of it, may depend on the people in the group.
    pub fn reads_people(&self) -> bool {
        let mut conditions = self.condition.iter().chain([&self.requirement]);
        conditions.any(|condition| PEOPLE.iter().any(|name| condition.reads(name)))
    }

    /// All its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &At<Expression>> {
        let of_message = self.message.parts.iter().filter_map(|part| match part {
            MessagePart::Value(expression) => Some(expression),
            MessagePart::Text(_) | MessagePart::Count => None,
        });
        self.condition.iter().chain([&self.requirement]).chain(of_message)
    }
}

/// The fields of groups, seats and subprojects that contain people who hold a role, and the variables with such fields.
const PEOPLE: [&str; 6] = ["leads", "holders", "liaison", "group", "seat", "subproject"];

impl SubjectKind {
    /// The names of the kinds besides tables.
    pub const NAMES: [(&str, Self); 6] = [
        ("group", Self::Group),
        ("seat", Self::Seat),
        ("meeting", Self::Meeting),
        ("subproject", Self::Subproject),
        ("person", Self::Person),
        ("roster", Self::Roster),
    ];

    /// The kind with a name.
    pub fn named(name: &str) -> Option<Self> {
        match name.strip_prefix(TABLE) {
            Some(table) => Some(Self::Record(table.to_owned())),
            None => Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind),
        }
    }

    /// True for groups and what belongs to one.
    pub fn is_of_group(&self) -> bool {
        matches!(self, Self::Group | Self::Seat | Self::Meeting | Self::Subproject)
    }
}

/// The message of a rule: text with expressions in braces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The parts in order.
    pub parts: Vec<MessagePart>,
}

/// A part of a [`Message`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagePart {
    /// Literal text.
    Text(String),
    /// The value of an expression.
    Value(At<Expression>),
    /// The left side of the comparison that the requirement is.
    Count,
}

/// Subjects that are known not to meet a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// The id of the rule.
    pub rule: At<String>,
    /// The ids of the subjects.
    pub subjects: Vec<At<String>>,
}

/// Clauses that no data can decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// References to the clauses.
    pub clauses: Vec<At<String>>,
    /// The reason.
    pub reason: String,
}
