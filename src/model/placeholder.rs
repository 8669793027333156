//! `{group.name}` and its like in the texts of checklists.

use std::sync::{Arc, LazyLock};

use crate::facts::{ChannelKind, Each};

/// A placeholder, what it says without a group or where the group lacks the fact, and how it is filled.
struct Placeholder {
    name: &'static str,
    plain: &'static str,
}

const PLACEHOLDERS: &[Placeholder] = &[
    Placeholder { name: "group.name", plain: "your group" },
    Placeholder { name: "group.label", plain: "your group’s label" },
    Placeholder { name: "group.label_command", plain: "the command that sets your group’s label" },
    Placeholder { name: "group.id", plain: "your-group" },
    Placeholder { name: "group.charter", plain: "your group’s charter" },
    Placeholder { name: "group.liaison", plain: "your group’s liaison" },
    Placeholder { name: "group.url", plain: "your group’s page" },
    Placeholder { name: "group.list_address", plain: "your group’s list" },
    Placeholder { name: "group.leads", plain: "your group’s leads" },
    Placeholder { name: "group.stakeholders", plain: "the groups that your group works for" },
    Placeholder { name: "role.title", plain: "your role" },
    Placeholder { name: "meeting.title", plain: "each of your group’s meetings" },
    Placeholder { name: "meeting.when", plain: "at its time" },
    Placeholder { name: "meeting.notes", plain: "its notes" },
    Placeholder { name: "team.name", plain: "each of your group’s teams" },
    Placeholder { name: "subproject.name", plain: "each of your group’s subprojects" },
    Placeholder { name: "access.name", plain: "everything your role gets access to" },
    Placeholder { name: "access.edit", plain: "the file or form behind it" },
];

/// What `needs` may name besides placeholders: lists of a group.
const LISTS: [&str; 3] = ["group.teams", "group.subprojects", "group.meetings"];

/// The facts of a group that an item may need.
pub fn facts() -> impl Iterator<Item = &'static str> {
    names().filter(|name| name.starts_with("group.")).chain(LISTS)
}

/// Whether a placeholder has a value in an item that is made of `each`.
pub fn fits(name: &str, each: Option<Each>) -> bool {
    match name.split_once('.') {
        Some(("group" | "role", _)) => true,
        Some((of, _)) => each.is_some_and(|each| each.id() == of),
        None => false,
    }
}

/// Names of all placeholders, without braces.
pub fn names() -> impl Iterator<Item = &'static str> {
    PLACEHOLDERS.iter().map(|placeholder| placeholder.name).chain(channels().map(|(name, _)| name.as_str()))
}

/// The placeholders of channels, each with the kind of channel that it stands for.
fn channels() -> impl Iterator<Item = &'static (String, Arc<ChannelKind>)> {
    static CHANNELS: LazyLock<Vec<(String, Arc<ChannelKind>)>> = LazyLock::new(|| {
        ChannelKind::all().iter().map(|kind| (format!("group.{}", kind.key), kind.clone())).collect()
    });
    CHANNELS.iter()
}

/// The kind of channel that a placeholder stands for.
pub fn channel(name: &str) -> Option<&'static ChannelKind> {
    channels().find(|(known, _)| known == name).map(|(_, kind)| kind.as_ref())
}

/// Longest placeholder, in bytes, braces included.
const LONGEST: usize = 128;

/// The placeholders in a text, with their byte ranges, braces included. Anything between braces that
/// looks like one counts: lower-case words with a dot between.
pub fn find(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, &str)> {
    text.match_indices('{').filter_map(|(start, _)| {
        // Looked for no further than the longest name goes: there may be many braces.
        let rest = &text.as_bytes()[start..text.len().min(start + LONGEST)];
        let end = start + memchr::memchr(b'}', rest)?;
        let name = &text[start + 1..end];
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-'))
        };
        let (of, field) = name.split_once('.')?;
        (word(of) && word(field)).then_some((start..end + 1, name))
    })
}

/// What a placeholder says without a group, or where the group lacks the fact.
pub fn plain(name: &str) -> &'static str {
    general(name).unwrap_or_default()
}

fn general(name: &str) -> Option<&'static str> {
    let fixed = PLACEHOLDERS.iter().find(|placeholder| placeholder.name == name);
    fixed.map(|placeholder| placeholder.plain).or_else(|| channel(name).map(|kind| kind.absent.as_str()))
}

/// Fills the placeholders of a text: `value` gets the name of one and all that stands before it, and has nothing for what
/// is to stay.
pub fn fill(text: &str, value: impl Fn(&str, &str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut done = 0;
    for (span, name) in find(text) {
        filled.push_str(&text[done..span.start]);
        done = span.start;
        if let Some(value) = value(name, &filled) {
            filled.push_str(&value);
            done = span.end;
        }
    }
    filled.push_str(&text[done..]);
    filled
}

/// A text with what its placeholders say without a group.
pub fn in_general(text: &str) -> String {
    fill(text, |name, _| general(name).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_only_what_looks_like_a_placeholder() {
        let found: Vec<_> =
            find("a {group.name} {Group.X} {x} {a b.c} {role.titel}").map(|(_, name)| name).collect();
        assert_eq!(found, ["group.name", "role.titel"]);
    }

    #[test]
    fn in_general_a_group_is_yours() {
        assert_eq!(
            in_general("Tell {group.name}, {role.titel} and {"),
            "Tell your group, {role.titel} and {"
        );
    }
}
