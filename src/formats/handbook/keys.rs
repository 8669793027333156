//! Keys of the handbook's data files and front matter. Each kind of record has one list, shared by the reader and the
//! writer; a test compares it with docs/content.md. The keys of channels and accounts come from their kinds.

/// Declares a module with a constant per key for each kind of record.
macro_rules! records {
    ($($(#[$doc:meta])* $record:ident { $($key:ident = $name:literal),* $(,)? })*) => {
        $(
            $(#[$doc])*
            pub(in crate::formats::handbook) mod $record {
                $(pub(in crate::formats::handbook) const $key: &str = $name;)*
            }
        )*

        /// All kinds of record with their keys.
        #[cfg(test)]
        const RECORDS: &[(&str, &[&str])] =
            &[$((stringify!($record), &[$($record::$key),*])),*];
    };
}

records! {
    /// A file in `groups/`.
    group {
        ID = "id",
        KIND = "kind",
        NAME = "name",
        LABEL = "label",
        MISSION = "mission",
        ASK_ABOUT = "ask_about",
        CHARTER = "charter",
        STAKEHOLDERS = "stakeholders",
        PARENT = "parent",
        ALIASES = "aliases",
        LEADS = "leads",
        EMERITUS = "emeritus",
        MEETINGS = "meetings",
        CONTACT = "contact",
        SUBPROJECTS = "subprojects",
        ROLES = "roles",
        EXTRA = "extra",
    }
    /// A holder of a role, in addition to the keys of a person.
    lead { ROLE = "role" }
    /// A person, in addition to the keys of accounts.
    person { EMAIL = "email", NAME = "name", COMPANY = "company", SINCE = "since", UNTIL = "until" }
    /// A file in `people/`, in addition to the keys of a person.
    profile {
        PRONOUNS = "pronouns",
        PLACE = "place",
        PICTURE = "picture",
        ALIASES = "aliases",
        EXTRA = "extra",
    }
    /// The file `community.toml`.
    community { LEADS = "leads" }
    /// A meeting of a group or of a subproject.
    meeting {
        TITLE = "title",
        DAY = "day",
        TIME = "time",
        TZ = "tz",
        FREQUENCY = "frequency",
        LENGTH = "length",
        DATES = "dates",
        JOIN = "join",
        NOTES = "notes",
        RECORDINGS = "recordings",
        CALENDAR = "calendar",
        EXTRA = "extra",
    }
    /// Contacts of a group or subproject, in addition to the keys of channels.
    contact { LIAISON = "liaison", TEAMS = "teams" }
    /// A channel with a name and an address.
    channel { NAME = "name", URL = "url" }
    /// A team with permissions.
    team { NAME = "name", DESCRIPTION = "description" }
    /// A subproject of a group.
    subproject {
        NAME = "name",
        DESCRIPTION = "description",
        CONTACT = "contact",
        OWNERS = "owners",
        LEADS = "leads",
        MEETINGS = "meetings",
        EXTRA = "extra",
    }
    /// Additions of a group to a role.
    overlay { NOTE = "note", SKILLS = "skills", CHECKLIST = "checklist", CHARTER = "charter" }
    /// The statement of a charter about who holds a role.
    charter { HELD_BY = "held_by", CLAUSE = "clause" }
    /// A file in `skills/`.
    skill_area {
        ID = "id",
        NAME = "name",
        ORDER = "order",
        DESCRIPTION = "description",
        SKILLS = "skills",
        EXTRA = "extra",
    }
    /// A skill.
    skill {
        ID = "id",
        NAME = "name",
        DESCRIPTION = "description",
        REFS = "refs",
        LEVELS = "levels",
        EXTRA = "extra",
    }
    /// A level of a skill.
    skill_level { LEVEL = "level", NAME = "name", DESCRIPTION = "description", GROW = "grow" }
    /// A file in `checklists/`.
    checklist {
        ID = "id",
        TITLE = "title",
        DESCRIPTION = "description",
        ROLE = "role",
        ORDER = "order",
        INCLUDE = "include",
        ITEMS = "items",
        WAIVERS = "waivers",
        FOR_GROUP = "for_group",
        FOR_GROUPS = "for_groups",
        ABOUT = "about",
        SITUATION = "situation",
        LETTERS = "letters",
        EXTRA = "extra",
    }
    /// An item of a checklist.
    item {
        ID = "id",
        TITLE = "title",
        PHASE = "phase",
        EVERY = "every",
        TEXT = "text",
        DONE = "done",
        COVERS = "covers",
        REFS = "refs",
        FOR_GROUPS = "for_groups",
        NEEDS = "needs",
        EACH = "each",
        EVIDENCE = "evidence",
        EXTRA = "extra",
    }
    /// A letter to send.
    letter {
        ID = "id",
        TITLE = "title",
        TO = "to",
        CC = "cc",
        SUBJECT = "subject",
        TEXT = "text",
        BLANKS = "blanks",
    }
    /// A field that the sender of a letter fills in.
    blank { ID = "id", LABEL = "label", EXAMPLE = "example" }
    /// An obligation that no item needs to cover.
    waiver { OBLIGATION = "obligation", REASON = "reason" }
    /// The file `access.toml`.
    access_file { ACCESS = "access" }
    /// Something that holders of a role get access to.
    access {
        ID = "id",
        NAME = "name",
        GIVES = "gives",
        PLACE = "place",
        EDIT = "edit",
        BY = "by",
        APPROVER = "approver",
        DONE = "done",
        ROLES = "roles",
        FOR_GROUPS = "for_groups",
        NEEDS = "needs",
        REFS = "refs",
        EXTRA = "extra",
    }
    /// A file in `rules/`.
    rules { RULES = "rules", UNDECIDED = "undecided", BASELINE = "baseline" }
    /// A rule.
    rule {
        ID = "id",
        TITLE = "title",
        CLAUSE = "clause",
        ROLES = "roles",
        DUTY = "duty",
        EACH = "each",
        WHERE = "where",
        REQUIRE = "require",
        MESSAGE = "message",
        FIX = "fix",
        SEVERITY = "severity",
        UNTIL = "until",
        EXCEPT = "except",
    }
    /// Subjects that are known not to meet a rule.
    baseline { RULE = "rule", SUBJECTS = "subjects" }
    /// Clauses that no data can decide.
    undecided { CLAUSE = "clause", REASON = "reason" }
    /// The file `glossary.toml`.
    glossary { TERMS = "terms" }
    /// A term of the glossary.
    term {
        TERM = "term",
        DEFINITION = "definition",
        ALIASES = "aliases",
        SOURCE = "source",
        EXTRA = "extra",
    }
    /// Front matter of a document.
    page {
        TITLE = "title",
        DESCRIPTION = "description",
        ORDER = "order",
        UPSTREAM = "upstream",
        NORMATIVE = "normative",
        ALIASES = "aliases",
        EXTRA = "extra",
    }
    /// Front matter of a role, in addition to the keys of a document.
    role {
        ID = "id",
        SHORT = "short",
        SUMMARY = "summary",
        CATEGORY = "category",
        OPTIONAL = "optional",
        LEADS = "leads",
        APPLIES_TO = "applies_to",
        HELD_AS = "held_as",
        NUMBER = "number",
        PERMISSIONS_LIKE = "permissions_like",
        APPOINTED_BY = "appointed_by",
        TERM = "term",
        ELECTION = "election",
        TIME = "time",
        ASK = "ask",
        ASK_ABOUT = "ask_about",
        GOVERNED_BY = "governed_by",
        DUTIES = "duties",
        READING = "reading",
        SKILLS = "skills",
        CHARTER_SECTIONS = "charter_sections",
    }
    /// A duty that governance states without an upper-case key word.
    duty { TEXT = "text", CLAUSE = "clause" }
    /// The number of holders of a role.
    number { MIN = "min", RECOMMENDED = "recommended" }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::RECORDS;
    use crate::diagnostic::FileName;
    use crate::formats::{DataFile, default_vocabulary, handbook};

    const DOCS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/content.md"));

    /// Sections of docs/content.md, each with the file for its examples and the records that it documents.
    const SECTIONS: [(&str, &str, &[&str]); 10] = [
        ("## Front matter", "", &["page"]),
        ("### Roles", "", &["role", "number", "duty"]),
        (
            "## Groups",
            "groups/example.toml",
            &[
                "group",
                "lead",
                "person",
                "meeting",
                "contact",
                "channel",
                "team",
                "subproject",
                "overlay",
                "charter",
            ],
        ),
        ("## Skills", "skills/example.toml", &["skill_area", "skill", "skill_level"]),
        ("## Checklists", "checklists/example.toml", &["checklist", "item", "letter", "blank", "waiver"]),
        ("## Access", "access.toml", &["access_file", "access"]),
        ("## Glossary", "glossary.toml", &["glossary", "term"]),
        ("## Rules", "rules/example.toml", &["rules", "rule", "undecided", "baseline"]),
        ("## People", "people/example.toml", &["profile"]),
        ("## Roles of the community as a whole", "community.toml", &["community"]),
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

    fn keys(value: &toml::Value, documented: &mut BTreeSet<String>) {
        match value {
            toml::Value::Table(table) => {
                documented.extend(table.keys().cloned());
                table.values().for_each(|value| keys(value, documented));
            }
            toml::Value::Array(values) => values.iter().for_each(|value| keys(value, documented)),
            _ => {}
        }
    }

    #[test]
    fn every_key_is_documented() {
        let described: BTreeSet<&str> =
            SECTIONS.iter().flat_map(|(.., records)| records.iter().copied()).collect();
        assert_eq!(described, RECORDS.iter().map(|(record, _)| *record).collect());
        for (heading, _, records) in SECTIONS {
            let section = section(heading);
            // Inline code in running text: `key` or `key = value`.
            let code = section.split('`').skip(1).step_by(2);
            let mut documented: BTreeSet<String> =
                code.filter_map(|code| code.split(" = ").next()).map(str::to_owned).collect();
            for example in examples(section) {
                keys(&toml::from_str(example).expect(example), &mut documented);
            }
            for (record, keys) in RECORDS.iter().filter(|(record, _)| records.contains(record)) {
                for key in *keys {
                    assert!(documented.contains(*key), "`{key}` of {record} is missing from {heading}");
                }
            }
        }
    }

    #[test]
    fn documented_keys_are_read() {
        for (heading, path, _) in SECTIONS.iter().filter(|(_, path, _)| !path.is_empty()) {
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
