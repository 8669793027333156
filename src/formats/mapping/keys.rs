//! Declarations of the entries of a mapping.

use crate::parse::shape::{
    CommunityFields, FieldSet, Names, ONE_OR_MANY, Record, Shape,
    Shape::{Boolean, Condition, Either, Entries, Filled, Items, List, Table, Text},
    TEXTS, fields,
};

/// The place of a value in a record: a path, a text for all records, or a list of them.
pub(super) const PLACE: Shape =
    Shape::Shared("field", &Either(&[Text, Table(&FIXED), List(&Either(&[Text, Table(&FIXED)]))]));

/// The place of a value that a record must have.
const REQUIRED_PLACE: Shape = Either(&[Filled, Table(&FIXED), Items(&Either(&[Text, Table(&FIXED)]))]);

/// One file or path, or several.
const REQUIRED_TEXTS: Shape = Either(&[Filled, Items(&Text)]);

/// The entries of a source, see the module documentation of `mapping`.
pub(crate) static MAPPING: FieldSet = FieldSet {
    name: "mapping",
    fields: fields![
        "groups" => List(&Table(&GROUP)), "records that are groups, with their people, meetings and contacts";
        "seats" => List(&Table(&SEAT)), "records that are people who name their groups and roles";
        "people" => List(&Table(&PEOPLE)), "records that are people, with what is known about each";
        "rosters" => List(&Table(&ROSTER)), "records that are rosters: lists of people that are kept elsewhere";
        "tables" => List(&Table(&TABLE)), "any other records";
    ],
};

/// The same text in all records.
pub(super) static FIXED: Record = Record {
    about: "a text that is the same in all records",
    parts: &[&FieldSet { name: "fixed", fields: fields!["is" => Text, Required, "the text";] }],
    rest: None,
};

/// The places of records.
static SELECTION: FieldSet = FieldSet {
    name: "records",
    fields: fields![
        "files" => REQUIRED_TEXTS, Required, "the files, relative to the folder of the source: a pattern, or a list of patterns. `*` and `?` do not match `/`, `**` does; `[ab]` and `{a,b}` are alternatives. Case matters";
        "each" => ONE_OR_MANY, "the records in a file: a path, or a list of paths. In `[[source.groups]]` also a table of paths by kind: `{ team = \"teams[]\", club = \"clubs[]\" }`";
        "table" => Table(&HEADING), "reads the tables of Markdown files: `{}`, or `{ heading = \"…\" }`";
        "where" => Condition, "keeps the records for which the condition is not false";
        "ignore" => ONE_OR_MANY, "fields that are not needed: a path or a list of paths, from a record or from the top of the file. Everything below them is ignored, too";
    ],
};

static HEADING: Record = Record {
    about: "the tables of a Markdown file",
    parts: &[&FieldSet {
        name: "heading",
        fields: fields!["heading" => Text, "the key for the heading; `@name` by default";],
    }],
    rest: None,
};

pub(super) static GROUP: Record = Record {
    about: "records that are groups",
    parts: &[
        &FieldSet {
            name: "site.source.groups",
            fields: fields![
                "kind" => PLACE, "the id of a kind; in a list, fields that contain one: `[\"type\", { is = \"team\" }]`. By default `group`";
                "id" => PLACE, "the id, which becomes part of URLs; by default the field `id`";
                "name" => PLACE, "the name without the kind; by default `name` or `title`. A group without a name has its id as name";
                "label" => PLACE, "the label on GitHub; `kind/` at its start is dropped";
                "mission" => PLACE, "Markdown";
                "charter" => PLACE, "a file next to the README of the group, a path, or a URL";
                "parent" => PLACE, "the group that this one is part of";
                "stakeholders" => PLACE, "groups; all values at the first path that has any";
                "aliases" => PLACE, "former ids";
                "roles" => Entries(&PLACE), "people by role, see below";
                "emeritus" => PLACE, "former leads";
                "liaison" => PLACE, "one person";
                "person" => Table(&PERSON), "where the data of a [person](your-community.md#a-person) is";
                "meetings" => Table(&MEETINGS), "where the [meetings](your-community.md#meetings) are";
                "contact" => Table(&CONTACT), "[channels](site.md#channels) by key or id: `{ forum = \"talk\", mailing_list = \"list\" }`. The value is a name, a URL or a Markdown link";
                "teams" => Table(&TEAMS), "teams on GitHub";
                "subprojects" => Table(&SUBPROJECTS), "subprojects. `person`, `meetings` and `contact` of the group apply to them as well";
                "nested" => Text, "the path to a list or table of groups within this group, which is their parent. They are read like this group, at any depth, and have its kind";
                "extra" => Entries(&PLACE), "fields under names of your choice, passed as they are to templates (`group.extra`) and `handbook.json`";
                "each" => Either(&[Text, TEXTS, Entries(&Text)]), "the records in a file: a path, a list of paths, or a table of paths by kind";
            ],
        },
        &SELECTION,
    ],
    rest: None,
};

static SEAT: Record = Record {
    about: "records that are people who name their groups",
    parts: &[
        &FieldSet {
            name: "site.source.seats",
            fields: fields![
                "group" => PLACE, "the groups, by id or name; all values at the first path that has any. A name that no group has makes a new group";
                "kind" => PLACE, "the kind of new groups, as in [groups](your-community.md#groups)";
                "role" => REQUIRED_PLACE, Required, "the roles. `{ is = \"maintainer\" }` is the role of all records, `[\"title\"]` a path. A text is a path, and for records without a value there the role itself";
                "person" => Table(&PERSON), "where the data of a [person](your-community.md#a-person) is, `.` being the record";
                "fill" => TEXTS, "fields that repeat the value of the record above where they are empty; records that `where` leaves out count, too";
            ],
        },
        &SELECTION,
    ],
    rest: None,
};

/// The fields of a person in all mappings.
static IDENTITY: FieldSet = FieldSet {
    name: "person-everywhere",
    fields: fields![
        "handle" => PLACE, "an account of the first kind: GitHub, unless `[accounts]` changes the order";
        "name" => PLACE, "the full name; of a Markdown link, its text";
        "company" => PLACE, "the employer";
        "nobody" => TEXTS, "texts that stand for nobody, in addition to `TBD`, `TBA`, `none`, `N/A`, `-` and `vacant`. Case, emphasis and a remark in brackets do not matter";
        "pronouns" => PLACE, "the pronouns; only in `[[source.people]]`";
        "place" => PLACE, "where the person lives; only in `[[source.people]]`";
        "picture" => PLACE, "an image, relative to the file of the record; it is copied to the site. Only in `[[source.people]]`";
        "aliases" => PLACE, "former accounts or names, which then mean this person; only in `[[source.people]]`";
    ],
};

const ACCOUNTS: Option<CommunityFields> = Some(CommunityFields {
    names: Names::Accounts,
    shape: &PLACE,
    about: "the account, as `name`, `@name` or the URL of the profile; also those of [`[accounts]`](site.md#accounts)",
});

pub(super) static PERSON: Record = Record {
    about: "the places of the data of a person",
    parts: &[
        &FieldSet {
            name: "site.source.groups.person",
            fields: fields![
                "since" => PLACE, "the start of the term in the role, as you write it";
                "until" => PLACE, "the end of the term";
                "role" => PLACE, "further roles of this person in the group: ids, one or several";
            ],
        },
        &IDENTITY,
    ],
    rest: ACCOUNTS,
};

static PEOPLE: Record = Record {
    about: "records that are people",
    parts: &[
        &FieldSet {
            name: "site.source.people",
            fields: fields!["extra" => Entries(&PLACE), "fields under names of your choice, for `person.extra` in templates";],
        },
        &IDENTITY,
        &SELECTION,
    ],
    rest: ACCOUNTS,
};

static ROSTER: Record = Record {
    about: "records that are rosters",
    parts: &[
        &FieldSet {
            name: "site.source.rosters",
            fields: fields![
                "name" => PLACE, "the name; by default the field `name`. A record without one is left out";
                "title" => PLACE, "a phrase that says what the list is for";
                "members" => PLACE, "people, by default at `members`. All paths count. A member that is the name of another list of the source stands for the members of that list";
                "nested" => Text, "the path to lists within this list, as in [groups](your-community.md#groups)";
                "expect" => Either(&[Table(&EXPECT), List(&Table(&EXPECT))]), "the people who should be in the lists";
            ],
        },
        &SELECTION,
    ],
    rest: None,
};

static EXPECT: Record = Record {
    about: "the people who should be in a list",
    parts: &[&FieldSet {
        name: "site.source.rosters.expect",
        fields: fields![
            "roster" => Text, Required, "the name of the list of a group, with `{group.id}` for its id. A name without it means one list for all groups. Case does not matter";
            "roles" => ONE_OR_MANY, "the people: the holders of these roles, by the keys of the data. `subproject-lead` and `liaison` are roles, too. By default all other roles";
            "kinds" => ONE_OR_MANY, "the groups: those of these kinds. By default all";
            "groups" => ONE_OR_MANY, "the groups: those with these ids. By default all";
            "exact" => Boolean, "`true` if nobody else may be in the list. By default others may";
            "required" => Boolean, "`true` if each group must have its list. Counts only if the source contains a file for it and any such list exists";
            "retired" => Either(&[Boolean, Text, TEXTS]), "`true` if a list whose group is not in the data should be removed, or the patterns of the names of these lists, such as `[\"team-*-leads\"]`. A list does not count if its name begins with the id of another group";
            "clause" => Text, "a reference to the clause that requires the roster, as in a document of the handbook";
        ],
    }],
    rest: None,
};

static TABLE: Record = Record {
    about: "any other records",
    parts: &[
        &FieldSet {
            name: "site.source.tables",
            fields: fields!["name" => Text, Required, "the name of the table";],
        },
        &SELECTION,
    ],
    rest: None,
};

static MEETINGS: Record = Record {
    about: "the places of meetings",
    parts: &[&FieldSet {
        name: "site.source.groups.meetings",
        fields: fields![
            "each" => Text, "the path to the meetings; by default the record itself is one, if it has a schedule or a URL";
            "title" => PLACE, "by default `title` or `name`; without either, the title is “Meeting”";
            "schedule" => PLACE, "day, time, time zone and frequency in one text: `Every other Tuesday at 18:00 CET`";
            "day" => PLACE, "the weekday, if there is no `schedule`; by default the field `day`";
            "time" => PLACE, "the time, if there is no `schedule`; by default the field `time`";
            "tz" => PLACE, "the time zone, if there is no `schedule`; by default the field `tz`";
            "frequency" => PLACE, "the frequency, if there is no `schedule`; by default the field `frequency`";
            "join" => PLACE, "the URL of the call, or a Markdown link";
            "notes" => PLACE, "the URL of the notes, or a Markdown link";
            "recordings" => PLACE, "the URL of the recordings, or a Markdown link";
            "calendar" => PLACE, "the URL of a calendar, or a Markdown link";
            "extra" => Entries(&PLACE), "fields under names of your choice, as in [groups](your-community.md#groups)";
        ],
    }],
    rest: None,
};

static CONTACT: Record = Record {
    about: "the places of channels",
    parts: &[&FieldSet { name: "site.source.groups.contact", fields: &[] }],
    rest: Some(CommunityFields {
        names: Names::ChannelsOrIds,
        shape: &PLACE,
        about: "a name, a URL or a Markdown link; also those of [`[channels]`](site.md#channels)",
    }),
};

static TEAMS: Record = Record {
    about: "the places of teams on GitHub",
    parts: &[&FieldSet {
        name: "site.source.groups.teams",
        fields: fields![
            "each" => Text, Required, "the path to the teams";
            "name" => PLACE, "the name; by default the field `name`, or the text itself";
            "description" => PLACE, "what the team is for";
        ],
    }],
    rest: None,
};

static SUBPROJECTS: Record = Record {
    about: "the places of subprojects",
    parts: &[&FieldSet {
        name: "site.source.groups.subprojects",
        fields: fields![
            "each" => Text, Required, "the path to the subprojects";
            "name" => PLACE, "the name; by default the field `name`, or the text itself";
            "description" => PLACE, "Markdown";
            "owners" => PLACE, "the URLs of `OWNERS` files";
            "leads" => PLACE, "people";
            "extra" => Entries(&PLACE), "fields under names of your choice, as in [groups](your-community.md#groups)";
        ],
    }],
    rest: None,
};
