//! Paths to values in a tree of data.

use std::fmt;

use crate::parse::{Node, TableKey, Value};

/// The key of the heading above a table in Markdown.
pub(super) const HEADING: &str = "@name";

/// A step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The value of a key of a table. In a list, the value of the key in any of its items.
    Key(String),
    /// `[]`: the items of a list. A value that is no list is its only item.
    Items,
    /// `{}`: the values of a table.
    Values,
}

/// A path such as `leadership.chairs[]` or `teams{}`. Without steps, written `.`, it is the record itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path {
    steps: Vec<Step>,
}

/// A value that a path leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathTarget<'n> {
    /// The value.
    pub(super) node: &'n Node,
    /// The key of the innermost table whose values were taken with `{}`.
    pub(super) key: Option<&'n TableKey>,
}

/// A key on the way to values.
#[derive(Clone, Copy)]
pub(super) struct Touched<'n> {
    /// The key.
    pub(super) key: &'n TableKey,
    /// True if no key follows.
    pub(super) is_last: bool,
    /// True if `{}` took it: it is data, not the name of a field.
    pub(super) is_data: bool,
}

impl<'n> PathTarget<'n> {
    /// The root of a tree.
    pub(super) fn root(node: &'n Node) -> Self {
        Self { node, key: None }
    }
}

impl Path {
    /// True for the path to the record itself.
    pub(super) fn is_whole(&self) -> bool {
        self.steps.is_empty()
    }

    /// Reads a path.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        if text == "." {
            return Ok(Self::default());
        }
        if text.is_empty() || text.starts_with('.') || text.ends_with('.') || text.contains("..") {
            return Err("it has an empty step");
        }
        let mut steps = Vec::new();
        for (index, part) in text.split('.').enumerate() {
            let name_end = part.find(['[', '{']).unwrap_or(part.len());
            let (name, mut rest) = part.split_at(name_end);
            if name.starts_with('@') && name != HEADING {
                return Err("only `@key`, `@stem`, `@folder` and `@name` begin with `@`");
            }
            if name.contains([']', '}']) {
                return Err("it has a closing bracket without an opening one");
            }
            match name {
                "" if index > 0 => return Err("it has an empty step"),
                "" => {}
                name => steps.push(Step::Key(name.to_owned())),
            }
            while !rest.is_empty() {
                let step = [("[]", Step::Items), ("{}", Step::Values)].into_iter();
                let next = step.into_iter().find_map(|(text, step)| Some((rest.strip_prefix(text)?, step)));
                let Some((after, step)) = next else { return Err("only `[]` and `{}` may follow a key") };
                steps.push(step);
                rest = after;
            }
        }
        Ok(Self { steps })
    }

    /// True if it takes the values of a table, whose keys are data.
    pub(super) fn takes_keys(&self) -> bool {
        self.steps.contains(&Step::Values)
    }

    /// True for `[]`: the items of the record itself.
    pub(super) fn is_items(&self) -> bool {
        self.steps == [Step::Items]
    }

    /// The key of a path such as `a` or `a[]`.
    pub(super) fn list_key(&self) -> Option<&str> {
        match self.steps.as_slice() {
            [Step::Key(key)] | [Step::Key(key), Step::Items] => Some(key),
            _ => None,
        }
    }

    /// The path to the lists of which it leads to the items.
    pub(super) fn to_lists(&self) -> Self {
        let end = self.steps.iter().rposition(|step| *step != Step::Items).map_or(0, |last| last + 1);
        Self { steps: self.steps[..end].to_vec() }
    }

    /// True if it may lead to many values.
    pub(super) fn is_many(&self) -> bool {
        self.steps.iter().any(|step| !matches!(step, Step::Key(_)))
    }

    /// The values that it leads to, in order; null counts as absent. `touch` receives every key on the way.
    pub(super) fn select<'n>(
        &self,
        from: PathTarget<'n>,
        touch: &mut impl FnMut(Touched<'n>),
    ) -> Vec<PathTarget<'n>> {
        let mut targets = vec![from];
        let last = self.steps.iter().rposition(|step| *step != Step::Items);
        for (index, step) in self.steps.iter().enumerate() {
            let mut next = Vec::new();
            for from in targets {
                let is_data = *step == Step::Values;
                step.take(from, &mut next, &mut |key| {
                    touch(Touched { key, is_last: Some(index) == last, is_data });
                });
            }
            targets = next;
        }
        targets.retain(|target| target.node.value != Value::Null);
        targets
    }
}

impl Step {
    fn take<'n>(
        &self,
        from: PathTarget<'n>,
        next: &mut Vec<PathTarget<'n>>,
        touch: &mut impl FnMut(&'n TableKey),
    ) {
        match (self, &from.node.value) {
            (Self::Key(name), Value::Table(entries)) => {
                for (key, node) in entries.iter().filter(|(key, _)| key.name == *name) {
                    touch(key);
                    next.push(PathTarget { node, key: from.key });
                }
            }
            (Self::Key(_), Value::List(items)) => {
                let tables = items.iter().filter(|item| matches!(item.value, Value::Table(_)));
                tables.for_each(|node| self.take(PathTarget { node, key: from.key }, next, touch));
            }
            (Self::Items, Value::List(items)) => {
                next.extend(items.iter().map(|node| PathTarget { node, key: from.key }));
            }
            (Self::Items, Value::Null) => {}
            (Self::Items, _) => next.push(from),
            (Self::Values, Value::Table(entries)) => {
                for (key, node) in entries {
                    touch(key);
                    next.push(PathTarget { node, key: Some(key) });
                }
            }
            (Self::Values, Value::List(items)) => {
                let tables = items.iter().filter(|item| matches!(item.value, Value::Table(_)));
                tables.for_each(|node| self.take(PathTarget { node, key: from.key }, next, touch));
            }
            _ => {}
        }
    }
}

/// Writes it as in a mapping.
impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return formatter.write_str(".");
        }
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(name) if index > 0 => write!(formatter, ".{name}")?,
                Step::Key(name) => formatter.write_str(name)?,
                Step::Items => formatter.write_str("[]")?,
                Step::Values => formatter.write_str("{}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::FileName;
    use crate::parse;

    fn values(path: &str, yaml: &str) -> Vec<String> {
        let tree = parse::yaml(&FileName::site("x.yaml"), yaml, 0..yaml.len()).unwrap();
        let values = Path::read(path).unwrap().select(PathTarget::root(&tree), &mut |_| {});
        let text = |target: PathTarget| match &target.node.value {
            Value::Text(text) => match target.key {
                Some(key) => format!("{}={text}", key.name),
                None => text.clone(),
            },
            other => other.kind().to_owned(),
        };
        values.into_iter().map(text).collect()
    }

    #[test]
    fn paths_lead_to_values() {
        for (path, yaml, expected) in [
            ("a", "a: 1\nb: 2", vec!["1"]),
            ("a.b", "a: {b: 1}", vec!["1"]),
            ("a[]", "a: [1, 2]", vec!["1", "2"]),
            ("a[]", "a: 1", vec!["1"]),
            ("a[]", "a:", vec![]),
            ("a[].b", "a: [{b: 1}, {c: 2}, {b: 3}]", vec!["1", "3"]),
            ("a.b", "a: [{b: 1}, {c: 2}, {b: 3}]", vec!["1", "3"]),
            ("a{}", "a: {x: 1, y: 2}", vec!["x=1", "y=2"]),
            ("a{}[]", "a: {x: [1], y: [2, 3]}", vec!["x=1", "y=2", "y=3"]),
            ("a{}", "a: [{x: 1}, {y: 2}]", vec!["x=1", "y=2"]),
            ("{}", "x: 1", vec!["x=1"]),
            ("[]", "[1, 2]", vec!["1", "2"]),
            (".", "text", vec!["text"]),
            ("a.b", "a: 1", vec![]),
            ("irc-channel", "irc-channel: x", vec!["x"]),
        ] {
            assert_eq!(values(path, yaml), expected, "{path} in {yaml}");
        }
    }

    #[test]
    fn invalid_paths() {
        for path in
            ["", ".a", "a.", "a..b", "a[", "a[0]", "a]", "a}{", "@keys", "a.@key", "@stem.a", "a[]b", "a.{}"]
        {
            assert!(Path::read(path).is_err(), "{path}");
        }
    }

    proptest! {
        #[test]
        fn a_path_is_written_as_it_was_read(text in r"[a-z]{1,3}(\[\]|\{\})?(\.[a-z-]{1,3}(\[\]|\{\}){0,2}){0,3}") {
            prop_assert_eq!(Path::read(&text).unwrap().to_string(), text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in r"[a\.\[\]\{\}@]{0,8}") {
            if let Ok(path) = Path::read(&text) {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}
