//! Kinds of group, which each community defines.

use std::sync::Arc;

use indexmap::IndexMap;

/// A kind of group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kind {
    /// The id in data files.
    pub id: String,
    /// The singular: `Working group`.
    pub label: String,
    /// The plural: `Working groups`.
    pub plural: String,
    /// The format of a group's name, with `{name}` for the name without the kind: `Guild of {name}`.
    pub title: String,
    /// The position among the kinds.
    pub order: u32,
    /// The column of its groups on the map.
    pub map: MapColumn,
}

/// The column of a group on the map of who works for whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MapColumn {
    /// At the top, above the groups that it oversees.
    Top,
    /// On the left: groups that others work for.
    #[default]
    Left,
    /// On the right: groups that work for others.
    Right,
    /// At the bottom.
    Bottom,
}

impl Kind {
    /// A group's name with its kind: `Guild of Painters`. A name that already includes the kind is unchanged.
    pub fn with_name(&self, name: &str) -> String {
        let contains = |word: &str| name.split_whitespace().any(|part| part.eq_ignore_ascii_case(word));
        let mut kind_words = self.title.split_whitespace().filter(|word| *word != NAME).peekable();
        if kind_words.peek().is_some() && kind_words.all(contains) {
            return name.to_owned();
        }
        self.title.replace(NAME, name)
    }
}

/// The placeholder for the name of a group in [`Kind::title`].
pub const NAME: &str = "{name}";

/// The id of the kind of groups whose data does not say.
const GROUP: &str = "group";

/// The kinds of group of a community, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds(Vec<Arc<Kind>>);

impl Kinds {
    /// Sorts kinds by their order and id.
    pub fn new(kinds: IndexMap<String, Kind>) -> Self {
        let mut kinds: Vec<_> = kinds.into_iter().map(|(id, kind)| Arc::new(Kind { id, ..kind })).collect();
        kinds.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        Self(kinds)
    }

    /// Adds kinds. A kind replaces one with its id.
    pub fn extended(&self, kinds: IndexMap<String, Kind>) -> Self {
        let own: IndexMap<_, _> = self.0.iter().map(|kind| (kind.id.clone(), (**kind).clone())).collect();
        Self::new(own.into_iter().chain(kinds).collect())
    }

    /// The kind of groups whose data does not say.
    pub fn unnamed(&self) -> Arc<Kind> {
        let kind = || {
            let text = |text: &str| text.to_owned();
            let (id, label, plural, title) = (text(GROUP), text("Group"), text("Groups"), text(NAME));
            Arc::new(Kind { id, label, plural, title, order: u32::MAX, map: MapColumn::Left })
        };
        self.get(GROUP).cloned().unwrap_or_else(kind)
    }

    /// Adds the kind of groups whose data does not say.
    pub fn with_unnamed(mut self) -> Self {
        if self.get(GROUP).is_none() {
            self.0.push(self.unnamed());
        }
        self
    }

    /// All kinds.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.0.iter()
    }

    /// The ids of all kinds.
    pub fn ids(&self) -> Vec<&str> {
        self.0.iter().map(|kind| kind.id.as_str()).collect()
    }

    /// A kind by id.
    pub fn get(&self, id: &str) -> Option<&Arc<Kind>> {
        self.0.iter().find(|kind| kind.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(title: &str) -> Kind {
        let text = |text: &str| text.to_owned();
        let (id, label, plural) = (text("x"), text("X"), text("Xs"));
        Kind { id, label, plural, title: text(title), order: 1, map: MapColumn::Left }
    }

    #[test]
    fn the_kind_is_added_to_a_name_once() {
        for (title, name, expected) in [
            ("Guild {name}", "Docs", "Guild Docs"),
            ("Guild {name}", "Docs guild", "Docs guild"),
            ("Guild {name}", "Guilders", "Guild Guilders"),
            ("{name} Committee", "Steering", "Steering Committee"),
            ("{name} Committee", "Code of Conduct committee", "Code of Conduct committee"),
            ("Technical Board for {name}", "Board", "Technical Board for Board"),
            ("{name}", "Board", "Board"),
        ] {
            assert_eq!(kind(title).with_name(name), expected);
        }
    }
}
