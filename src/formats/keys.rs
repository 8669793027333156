//! Declarations of the words of a community, in `site.toml` and in presets.

use super::mapping::MAPPING;
use crate::facts::MapColumn;
use crate::parse::shape::{
    FieldSet, Names, Record,
    Shape::{Boolean, Choice, Entries, Filled, Integer, Kinds, Table, Text},
    fields,
};

/// The largest number of holders, and the last position in an order.
const MAX: i64 = u32::MAX as i64;

/// The columns of the map of groups.
pub(super) const COLUMNS: [(&str, MapColumn); 4] = [
    ("top", MapColumn::Top),
    ("left", MapColumn::Left),
    ("right", MapColumn::Right),
    ("bottom", MapColumn::Bottom),
];

/// The tables with the words of a community.
pub(crate) static VOCABULARY: FieldSet = FieldSet {
    name: "words",
    fields: fields![
        "kinds" => Entries(&Table(&KIND)), "[kinds of group](site.md#kinds-of-group) by id";
        "roles" => Entries(&Table(&NAMED_ROLE)), "[roles](site.md#roles-in-data) that no document describes, by id";
        "zones" => Entries(&Filled), "IANA names of [time zones](site.md#names-of-time-zones) by the names that the community uses";
        "channels" => Kinds(Names::ChannelIds, &CHANNEL), "[kinds of channel](site.md#channels) by id: lower-case letters, digits and hyphens";
        "accounts" => Kinds(Names::Accounts, &ACCOUNT), "[kinds of account](site.md#accounts) by id: lower-case letters, digits and hyphens";
    ],
};

/// The file of a preset.
pub(crate) static PRESET: Record = Record { about: "a preset", parts: &[&VOCABULARY, &MAPPING], rest: None };

pub(super) static KIND: Record = Record {
    about: "a kind of group",
    parts: &[&FieldSet {
        name: "site.kinds",
        fields: fields![
            "label" => Filled, Required, "what one group is";
            "plural" => Filled, Required, "what several are";
            "title" => Filled, "how pages write the name of a group; `{name}` by default";
            "order" => Integer(0, MAX), "the position among the kinds; last by default";
            "map" => Choice(|| COLUMNS.map(|(name, _)| name).to_vec()), "the column on the map of groups; `left` by default";
        ],
    }],
    rest: None,
};

pub(super) static NAMED_ROLE: Record = Record {
    about: "a role without a document",
    parts: &[&FieldSet {
        name: "site.roles",
        fields: fields![
            "title" => Filled, Required, "the title";
            "short" => Text, "the short name for tables; by default the title";
            "leads" => Boolean, "`false` if holders do not lead their group: they have no lead page. `true` by default";
            "number" => Table(&NUMBER), "the number of holders";
        ],
    }],
    rest: None,
};

static NUMBER: Record = Record {
    about: "the number of holders of a role",
    parts: &[&FieldSet {
        name: "site.roles.number",
        fields: fields![
            "min" => Integer(0, MAX), "the number that a group must have";
            "recommended" => Integer(0, MAX), "the number that a group should have";
        ],
    }],
    rest: None,
};

pub(super) static CHANNEL: Record = Record {
    about: "a kind of channel",
    parts: &[&FieldSet {
        name: "site.channels",
        fields: fields![
            "label" => Filled, OfNew, "the name of the kind";
            "key" => Filled, "the key in `[contact]` and `[[source]]`; by default the id with `_` for `-`";
            "url" => Filled, "the URL of a channel, with `{value}` for its name; without it, names are not links";
            "title" => Filled, "how pages write a channel; `{value}` by default";
            "absent" => Filled, "what checklists say in a group without such a channel; by default from `label`";
            "chat" => Boolean, "whether it is a chat";
            "mail" => Boolean, "whether it is a mailing list";
            "private" => Boolean, "whether it is for leads only";
            "page" => Boolean, "whether it is only read: nobody can be asked there";
            "order" => Integer(0, MAX), "the position among the kinds; by default after the built-in kinds";
        ],
    }],
    rest: None,
};

pub(super) static ACCOUNT: Record = Record {
    about: "a kind of account",
    parts: &[&FieldSet {
        name: "site.accounts",
        fields: fields![
            "label" => Filled, OfNew, "the name of the kind";
            "url" => Filled, "the URL of a profile, with `{name}` for the account; without it, accounts are not links";
            "title" => Filled, "how pages write an account; `{name}` by default";
            "symbols" => Filled, "the characters of names besides letters and digits; `-_.` by default";
            "order" => Integer(0, MAX), "the position among the kinds; by default after the built-in kinds";
        ],
    }],
    rest: None,
};
