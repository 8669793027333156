//! Declarations of the handbook's data files and front matter. Each kind of record has one, shared by the reader, the
//! writer, the JSON Schemas and the lists of keys in docs/. The keys of channels and accounts come from their kinds.

use crate::diagnostic::Severity;
use crate::facts::{Cadence, Each, PHASES, Phase, Situation, SubjectKind, Way};
use crate::parse::shape::{
    CommunityFields, FieldSet, INTEGER, Names, Record, Shape,
    Shape::{
        Any, Boolean, Choice, Condition, Date, Either, Entries, Filled, Integer, Items, List, Name, Prefixed,
        Table, Text,
    },
    TEXTS, fields,
};

/// The highest level of a skill.
pub(super) const MAX_LEVEL: i64 = 4;

/// The longest meeting, in minutes.
const MAX_LENGTH: i64 = 24 * 60;

/// The severities of rules.
pub(super) const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];

/// Declares a module with a [`Record`] and a constant per key for each kind of record.
macro_rules! records {
    ($(
        $(#[$doc:meta])*
        $record:ident, $about:literal $(, with $base:ident)? $(, rest $rest:expr)? => {
            $($key:ident = $name:literal: $shape:expr, $($need:ident,)? $meaning:literal;)*
        }
    )*) => {
        $(
            $(#[$doc])*
            pub(in crate::formats) mod $record {
                #[allow(clippy::wildcard_imports, reason = "a module per record")]
                use super::*;

                $(pub(in crate::formats) const $key: &str = $name;)*

                /// The fields of its own.
                pub(in crate::formats) static PART: FieldSet = FieldSet {
                    name: stringify!($record),
                    fields: fields![$($key => $shape, $($need,)? $meaning;)*],
                };

                /// The declaration.
                pub(in crate::formats) static RECORD: Record = Record {
                    about: $about,
                    parts: &[&PART $(, &super::$base::PART)?],
                    rest: records!(@rest $($rest)?),
                };
            }
        )*
    };
    (@rest) => { None };
    (@rest $rest:expr) => { Some($rest) };
}

/// Accounts of a person.
const ACCOUNTS: CommunityFields = CommunityFields {
    names: Names::Accounts,
    shape: &Filled,
    about: "the account, as `name`, `@name` or the URL of the profile; also those of [`[accounts]`](site.md#accounts)",
};

/// Data of the author's own.
const EXTRA_DATA: Shape = Entries(&Any);

records! {
    /// A file in `groups/`.
    group, "a group" => {
        ID = "id": Filled, "the id; the file name by default";
        KIND = "kind": Name(Names::Kinds), Required, "the id of its [kind](site.md#kinds-of-group)";
        NAME = "name": Text, Required, "the name without the kind";
        LABEL = "label": Text, "the label on GitHub, without its prefix";
        MISSION = "mission": Text, "Markdown, one or two sentences";
        ASK_ABOUT = "ask_about": Text, "what anyone may ask this group about; Markdown, a phrase";
        CHARTER = "charter": Text, "a file next to the README of the group in the mounted source, a path, or a URL";
        STAKEHOLDERS = "stakeholders": TEXTS, "the ids of its stakeholder groups";
        PARENT = "parent": Text, "the id of the group that this one is part of";
        ALIASES = "aliases": TEXTS, "former ids of the group";
        LEADS = "leads": List(&Table(&lead::RECORD)), "the holders of its roles";
        EMERITUS = "emeritus": List(&Table(&person::RECORD)), "former leads";
        MEETINGS = "meetings": List(&Table(&meeting::RECORD)), "its meetings";
        CONTACT = "contact": Table(&contact::RECORD), "how to reach the group";
        SUBPROJECTS = "subprojects": List(&Table(&subproject::RECORD)), "its subprojects";
        ROLES = "roles": Entries(&Table(&overlay::RECORD)), "what this group adds to a role, by the id of the role";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups), passed to templates and `handbook.json`";
    }
    /// A holder of a role, in addition to the keys of a person.
    lead, "a holder of a role", with person, rest ACCOUNTS => {
        ROLE = "role": Text, Required, "the role: a name that a role lists in `held_as`, or its id";
    }
    /// A person, in addition to the keys of accounts.
    person, "a person", rest ACCOUNTS => {
        NAME = "name": Text, OrRest, "the full name";
        COMPANY = "company": Text, "the employer";
        SINCE = "since": Text, "the start of the term, as you write it";
        UNTIL = "until": Text, "the end of the term, as you write it";
        EMAIL = "email": Any, "accepted, and never written to any output";
    }
    /// A file in `people/`, in addition to the keys of a person.
    profile, "a person", with person, rest ACCOUNTS => {
        PRONOUNS = "pronouns": Text, "the pronouns, such as `they/them`";
        PLACE = "place": Text, "where the person lives";
        PICTURE = "picture": Text, "a file, relative to this one or from the top of `content/` with a leading `/`";
        ALIASES = "aliases": TEXTS, "former accounts; their URLs lead to the page of the person";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups)";
    }
    /// The file `community.toml`.
    community, "roles of the community as a whole" => {
        LEADS = "leads": List(&Table(&lead::RECORD)), "holders of roles that belong to no group";
    }
    /// A meeting of a group or of a subproject.
    meeting, "a meeting" => {
        TITLE = "title": Text, Required, "the title";
        DAY = "day": Text, "the weekday";
        TIME = "time": Text, "the start, such as `09:00`, or the start and the end";
        TZ = "tz": Text, "the time zone: an IANA name, or a name in [`[zones]`](site.md#names-of-time-zones)";
        FREQUENCY = "frequency": Text, "how often it takes place, such as `biweekly`";
        LENGTH = "length": Integer(1, MAX_LENGTH), "the length in minutes";
        DATES = "dates": List(&Date), "single dates, instead of `day` and `frequency`";
        JOIN = "join": Text, "the URL of the call";
        NOTES = "notes": Text, "the URL of the notes";
        RECORDINGS = "recordings": Text, "the URL of the recordings";
        CALENDAR = "calendar": Text, "the URL of a calendar";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups)";
    }
    /// Contacts of a group or subproject, in addition to the keys of channels.
    contact, "contacts", rest CommunityFields {
        names: Names::Channels,
        shape: &Either(&[Text, Table(&channel::RECORD)]),
        about: "the name of a [channel](content.md#groups), its URL, or both; also those of [`[channels]`](site.md#channels)",
    } => {
        LIAISON = "liaison": Table(&person::RECORD), "the person who connects the group with a governing body";
        TEAMS = "teams": List(&Table(&team::RECORD)), "teams on GitHub";
    }
    /// A channel with a name and an address.
    channel, "a channel with a name and a URL" => {
        NAME = "name": Text, "the name";
        URL = "url": Text, "the URL";
    }
    /// A team with permissions.
    team, "a team on GitHub" => {
        NAME = "name": Text, Required, "the name";
        DESCRIPTION = "description": Text, "what the team is for";
    }
    /// A subproject of a group.
    subproject, "a subproject" => {
        NAME = "name": Text, Required, "the name";
        DESCRIPTION = "description": Text, "Markdown";
        CONTACT = "contact": Table(&contact::RECORD), "contacts, where they differ from those of the group";
        OWNERS = "owners": TEXTS, "URLs of `OWNERS` files";
        LEADS = "leads": List(&Table(&person::RECORD)), "the leads of the subproject";
        MEETINGS = "meetings": List(&Table(&meeting::RECORD)), "its meetings";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups)";
    }
    /// Additions of a group to a role.
    overlay, "an addition of a group to a role" => {
        NOTE = "note": Text, "Markdown about the role in this group";
        SKILLS = "skills": Entries(&Integer(1, MAX_LEVEL)), "levels that the group requires, by the id of the skill";
        CHECKLIST = "checklist": List(&Table(&item::RECORD)), "further items of the checklist of the role";
        CHARTER = "charter": Table(&charter::RECORD), "what the charter of the group says about the holders";
    }
    /// The statement of a charter about who holds a role.
    charter, "the statement of a charter about the holders of a role" => {
        HELD_BY = "held_by": Text, "the role whose holders also hold this one; without it, nobody holds the role";
        CLAUSE = "clause": Text, Required, "a reference to the clause of the charter";
    }
    /// A file in `skills/`.
    skill_area, "an area of skills" => {
        ID = "id": Filled, "the id; the file name by default";
        NAME = "name": Text, Required, "the name";
        ORDER = "order": INTEGER, "the position among the areas; last by default";
        DESCRIPTION = "description": Text, "Markdown";
        SKILLS = "skills": List(&Table(&skill::RECORD)), "the skills";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups)";
    }
    /// A skill.
    skill, "a skill" => {
        ID = "id": Text, Required, "the id, by which roles name the skill";
        NAME = "name": Text, Required, "the name";
        DESCRIPTION = "description": Text, Required, "Markdown";
        REFS = "refs": TEXTS, "references to further reading";
        LEVELS = "levels": List(&Table(&skill_level::RECORD)), "the levels";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups)";
    }
    /// A level of a skill.
    skill_level, "a level of a skill" => {
        LEVEL = "level": Integer(1, MAX_LEVEL), Required, "the level";
        NAME = "name": Text, Required, "the name";
        DESCRIPTION = "description": Text, Required, "what a person at this level does";
        GROW = "grow": Text, "how to reach the next level";
    }
    /// A file in `checklists/`.
    checklist, "a checklist" => {
        ID = "id": Filled, "the id; the file name by default";
        TITLE = "title": Text, Required, "the title";
        DESCRIPTION = "description": Text, "Markdown";
        ROLE = "role": Text, "the id of the role that it is for; without it, the checklist is for no particular role";
        ORDER = "order": INTEGER, "the position among the checklists; last by default";
        INCLUDE = "include": TEXTS, "the ids of other checklists, whose items come first within each phase";
        ITEMS = "items": List(&Table(&item::RECORD)), "the items";
        WAIVERS = "waivers": List(&Table(&waiver::RECORD)), "obligations of the role that need no item";
        FOR_GROUP = "for_group": Boolean, "`true` for a procedure of a group as a whole";
        FOR_GROUPS = "for_groups": TEXTS, "the kinds or ids of groups that have the procedure; all by default";
        ABOUT = "about": TEXTS, "the ids of the roles that the procedure concerns; all by default";
        SITUATION = "situation": Choice(|| Situation::ALL.map(Situation::id).to_vec()), "when a lead needs the procedure";
        LETTERS = "letters": List(&Table(&letter::RECORD)), "emails to send";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups)";
    }
    /// An item of a checklist.
    item, "an item of a checklist" => {
        ID = "id": Text, Required, "the id; keep it stable, as the progress of readers is stored under it";
        TITLE = "title": Text, "the action in a few words; by default the first sentence of the text";
        PHASE = "phase": Choice(|| PHASES.map(Phase::id).to_vec()), Required, "when it is due";
        EVERY = "every": Choice(|| Cadence::ALL.map(Cadence::id).to_vec()), "how often an item of the phase `ongoing` is due";
        TEXT = "text": Text, Required, "Markdown with [placeholders](content.md#checklists)";
        DONE = "done": Text, "how to tell that the item is done; Markdown with placeholders";
        COVERS = "covers": TEXTS, "the ids of the obligations that the item fulfills";
        REFS = "refs": TEXTS, "references to further reading";
        FOR_GROUPS = "for_groups": TEXTS, "the kinds or ids of groups that have the item; all by default";
        NEEDS = "needs": TEXTS, "facts such as `group.charter` that a group must have";
        EACH = "each": Choice(|| Each::ALL.map(Each::id).to_vec()), "what the item is repeated for; with `access`, for each way to get access";
        EVIDENCE = "evidence": Text, "the id of a [rule](rules.md) that decides whether the item is done";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups)";
    }
    /// A letter to send.
    letter, "an email to send" => {
        ID = "id": Text, Required, "the id";
        TITLE = "title": Text, Required, "the title";
        TO = "to": Text, Required, "the recipients, with placeholders";
        CC = "cc": Text, "further recipients, with placeholders";
        SUBJECT = "subject": Text, Required, "the subject, with placeholders";
        TEXT = "text": Text, Required, "the text, with placeholders";
        BLANKS = "blanks": List(&Table(&blank::RECORD)), "what the sender fills in: `{blank.<id>}`";
    }
    /// A field that the sender of a letter fills in.
    blank, "a blank of an email" => {
        ID = "id": Text, Required, "the id";
        LABEL = "label": Text, Required, "the label of the field";
        EXAMPLE = "example": Text, Required, "an example, shown until the blank is filled in";
    }
    /// An obligation that no item needs to cover.
    waiver, "an obligation that needs no item" => {
        OBLIGATION = "obligation": Text, Required, "the id of the obligation";
        REASON = "reason": Text, Required, "why it needs no item";
    }
    /// The file `access.toml`.
    access_file, "what holders of roles get access to" => {
        ACCESS = "access": List(&Table(&access::RECORD)), "the entries";
    }
    /// Something that holders of a role get access to.
    access, "something that holders of a role get access to" => {
        ID = "id": Text, Required, "the id";
        NAME = "name": Text, Required, "the name; plain text";
        GIVES = "gives": Text, Required, "what the holder gets";
        PLACE = "place": Text, Required, "where the access is recorded";
        EDIT = "edit": Text, "the URL at which it is changed";
        BY = "by": Choice(|| Way::ALL.map(Way::id).to_vec()), "how the access is given: by a change of a file, or on request, the default";
        APPROVER = "approver": Text, Required, "who approves it";
        DONE = "done": Text, "how the holder can tell that access was given";
        ROLES = "roles": TEXTS, "the ids of the roles that get it; also applies to roles whose `permissions_like` names one of these";
        FOR_GROUPS = "for_groups": TEXTS, "the kinds or ids of groups; all by default";
        NEEDS = "needs": TEXTS, "facts such as `group.charter` that a group must have";
        REFS = "refs": TEXTS, "references to further reading";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups)";
    }
    /// A file in `rules/`.
    rules, "rules of governance" => {
        RULES = "rules": List(&Table(&rule::RECORD)), "the rules";
        UNDECIDED = "undecided": List(&Table(&undecided::RECORD)), "clauses that neither data nor documents can decide";
        BASELINE = "baseline": List(&Table(&baseline::RECORD)), "subjects that are known not to meet a rule";
    }
    /// A rule.
    rule, "a rule" => {
        ID = "id": Text, Required, "the id of the rule, unique in the site";
        TITLE = "title": Text, Required, "the duty in a few words";
        CLAUSE = "clause": Either(&[Filled, Items(&Filled)]), Required, "the clause that requires it: a reference to a heading or an obligation, or a list of them";
        ROLES = "roles": TEXTS, "ids of the roles whose holders can fix it; their lead pages show what is not met";
        DUTY = "duty": Boolean, "`true` if the clause states the duty without an upper-case key word; the register of obligations then lists the title";
        EACH = "each": Either(&[Choice(|| SubjectKind::NAMES.map(|(name, _)| name).to_vec()), Prefixed("table.")]), Required, "the kind of subject";
        WHERE = "where": Condition, "the subjects that the rule is about; all by default";
        REQUIRE = "require": Condition, Required, "the condition that a subject must meet";
        MESSAGE = "message": Text, Required, "the message about a subject that does not meet it";
        FIX = "fix": Text, "how to meet it, in one sentence";
        SEVERITY = "severity": Choice(|| SEVERITIES.map(|(name, _)| name).to_vec()), "the severity of what is not met; by default `warning`";
        UNTIL = "until": Date, "a date; before it, subjects that do not meet the rule are excepted";
        EXCEPT = "except": Entries(&Filled), "subjects that are excepted, each with the reason: the id of a group or person, or the name of a list";
    }
    /// Subjects that are known not to meet a rule.
    baseline, "subjects that are known not to meet a rule" => {
        RULE = "rule": Text, Required, "the id of the rule";
        SUBJECTS = "subjects": TEXTS, "the ids of the subjects";
    }
    /// Clauses that no data can decide.
    undecided, "a clause that no data can decide" => {
        CLAUSE = "clause": Either(&[Filled, Items(&Filled)]), Required, "a reference to the clause, or a list of them";
        REASON = "reason": Text, Required, "why no data can decide it";
    }
    /// The file `glossary.toml`.
    glossary, "the glossary" => {
        TERMS = "terms": List(&Table(&term::RECORD)), "the terms";
    }
    /// A term of the glossary.
    term, "a term of the glossary" => {
        TERM = "term": Text, Required, "the term";
        DEFINITION = "definition": Text, Required, "Markdown";
        ALIASES = "aliases": TEXTS, "other forms of the term";
        SOURCE = "source": Text, "a reference to the clause that defines it";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups)";
    }
    /// Front matter of a document.
    page, "front matter of a document" => {
        TITLE = "title": Text, "overrides the title from the first heading";
        DESCRIPTION = "description": Text, "one sentence, shown in lists";
        ORDER = "order": INTEGER, "the position in the folder; pages without it follow, sorted by title";
        UPSTREAM = "upstream": Text, "the path of the document of a mounted source that this page summarizes as its digest; while no mounted source has that document, references to it lead here";
        NORMATIVE = "normative": Boolean, "whether the document contains [obligations](content.md#obligations)";
        EXTRA = "extra": EXTRA_DATA, "[data of your own](content.md#groups), passed to templates as `page.extra`";
        ALIASES = "aliases": TEXTS, "[former URLs](content.md#former-urls) of the page";
    }
    /// Front matter of a role, in addition to the keys of a document.
    role, "front matter of a role", with page => {
        ID = "id": Filled, "the id of the role; the file name by default";
        SHORT = "short": Text, "the short name for tables, such as `TL`";
        SUMMARY = "summary": Text, "the role in one or two sentences; Markdown";
        CATEGORY = "category": Text, "the heading under which lists show the role";
        OPTIONAL = "optional": Boolean, "whether a group may leave the role unfilled";
        TERM = "term": Text, "how long a term is; Markdown";
        ELECTION = "election": Text, "how and when holders are elected; Markdown";
        TIME = "time": Text, "how much time the role takes; Markdown";
        LEADS = "leads": Boolean, "`false` if holders do not lead their group: members, or liaisons to other groups. They are listed on the page of the group, have no lead page, and are never vacant";
        APPLIES_TO = "applies_to": TEXTS, "the kinds or ids of groups in which the role exists; without it, the role exists in no group";
        HELD_AS = "held_as": TEXTS, "the names that group data uses for this role, if they differ from its id";
        NUMBER = "number": Table(&number::RECORD), "the number of holders";
        PERMISSIONS_LIKE = "permissions_like": Text, "the id of the role that has the same permissions";
        APPOINTED_BY = "appointed_by": Text, "a phrase: `the group's chairs, by lazy consensus`";
        ASK = "ask": Text, "whom to ask about the role; Markdown, one sentence";
        ASK_ABOUT = "ask_about": Text, "what to ask the holders about; Markdown, a phrase. Group pages show it under “Whom to ask”";
        GOVERNED_BY = "governed_by": TEXTS, "references to the clauses that define the role";
        DUTIES = "duties": List(&Table(&duty::RECORD)), "duties that governance states without an upper-case MUST or SHOULD, see below";
        READING = "reading": TEXTS, "references to the documents that a new holder reads, in order; replaces the computed list";
        SKILLS = "skills": Entries(&Integer(1, MAX_LEVEL)), "the expected level by the id of the skill, such as `{ delegation = 3 }`; **required once the handbook defines skills** ([data/role-without-skills](diagnostics/data/role-without-skills.md))";
        CHARTER_SECTIONS = "charter_sections": TEXTS, "prefixes of the headings under which group charters describe differences in this role";
    }
    /// A duty that governance states without an upper-case key word.
    duty, "a duty in plain words" => {
        TEXT = "text": Text, Required, "the duty in your own words";
        CLAUSE = "clause": Text, Required, "a reference to the clause that states it";
    }
    /// The number of holders of a role.
    number, "the number of holders of a role" => {
        MIN = "min": INTEGER, "the number that a group must have";
        RECOMMENDED = "recommended": INTEGER, "the number that a group should have";
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::FileName;
    use crate::formats::{DataFile, default_vocabulary, handbook};

    const DOCS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/content.md"));

    /// Sections of docs/content.md, each with the file for its examples.
    const SECTIONS: [(&str, &str); 8] = [
        ("## Groups", "groups/example.toml"),
        ("## Skills", "skills/example.toml"),
        ("## Checklists", "checklists/example.toml"),
        ("## Access", "access.toml"),
        ("## Glossary", "glossary.toml"),
        ("## Rules", "rules/example.toml"),
        ("## People", "people/example.toml"),
        ("## Roles of the community as a whole", "community.toml"),
    ];

    /// The section up to the next heading of its level.
    fn section(heading: &str) -> &'static str {
        let start = DOCS.find(&format!("\n{heading}\n")).expect(heading) + 1;
        let level = heading.split(' ').next().unwrap_or_default();
        let rest = &DOCS[start..];
        rest.find(&format!("\n{level} ")).map_or(rest, |end| &rest[..end])
    }

    fn examples(section: &str) -> impl Iterator<Item = &str> {
        section
            .split("```toml\n")
            .skip(1)
            .filter_map(|rest| rest.split_once("```").map(|(example, _)| example))
    }

    #[test]
    fn documented_keys_are_read() {
        for (heading, path) in SECTIONS {
            for text in examples(section(heading)) {
                let name = FileName::site(path);
                let records = handbook::records(&DataFile {
                    name: &name,
                    path,
                    text,
                    vocabulary: default_vocabulary(),
                });
                let unknown_field =
                    records.diagnostics.iter().find(|diagnostic| diagnostic.code == "data/unknown-field");
                assert!(unknown_field.is_none(), "{heading}: {unknown_field:?}");
            }
        }
    }
}
