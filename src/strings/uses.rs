//! Finds the strings that templates and scripts of a site use.

use std::collections::BTreeSet;

use crate::source::{Theme, ThemeAssets};

/// The variable of templates that contains the strings.
const IN_TEMPLATES: &str = "t";

/// The constant of scripts that contains their strings.
const IN_SCRIPTS: &str = "strings";

/// The paths of the strings that a site uses, such as `page.next`. The path of a table stands for all its strings, and
/// the empty path for all strings.
#[derive(Debug, Default)]
pub(super) struct Uses(BTreeSet<String>);

impl Uses {
    /// Reads the site's own templates, and all scripts.
    pub(super) fn of(theme: &Theme, assets: &ThemeAssets) -> Self {
        let own = theme.templates.values().filter(|(_, is_own)| *is_own);
        let mut paths: BTreeSet<String> = own.flat_map(|(text, _)| Self::in_template(text).0).collect();
        for (name, bytes) in assets {
            let script = name.strip_suffix(".js").zip(std::str::from_utf8(bytes).ok());
            if let Some((name, text)) = script {
                let used = accesses(text, IN_SCRIPTS).into_iter();
                let below = |path: String| if path.is_empty() { path } else { format!(".{path}") };
                paths.extend(used.map(|path| format!("scripts.{name}{}", below(path))));
            }
        }
        Self(paths)
    }

    /// Reads the expressions of a template.
    pub(super) fn in_template(template: &str) -> Self {
        let mut paths = BTreeSet::new();
        let mut rest = template;
        while let Some(start) = rest.find('{') {
            rest = &rest[start + 1..];
            let end = match rest.as_bytes().first() {
                Some(b'{') => "}}",
                Some(b'%') => "%}",
                Some(b'#') => "#}",
                _ => continue,
            };
            let inside = rest.find(end).map_or(rest, |at| &rest[..at]);
            if end != "#}" {
                paths.extend(accesses(&inside[1..], IN_TEMPLATES));
            }
            rest = &rest[inside.len()..];
        }
        Self(paths)
    }

    /// True if the string at a path is used, or a table that contains it.
    pub(super) fn covers(&self, path: &str) -> bool {
        self.0.contains("")
            || self.0.contains(path)
            || path.match_indices('.').any(|(end, _)| self.0.contains(&path[..end]))
    }

    /// True if the string at a path is used, a table that contains it, or a string below it.
    pub(super) fn reaches(&self, path: &str) -> bool {
        self.covers(path) || !self.below(path).is_empty()
    }

    /// The keys of a table that are used.
    pub(super) fn below(&self, path: &str) -> Vec<&str> {
        let rest = |used: &'_ String| -> Option<std::ops::Range<usize>> {
            let start = match path {
                "" => 0,
                _ => used.strip_prefix(path)?.starts_with('.').then_some(path.len() + 1)?,
            };
            let length = used[start..].find('.').unwrap_or(used.len() - start);
            (length > 0).then_some(start..start + length)
        };
        self.0.iter().filter_map(|used| Some(&used[rest(used)?])).collect()
    }
}

/// The paths that follow a variable in code: `a.b` for `t.a.b` and `t.a["b"]`. A path ends where it depends on a value.
fn accesses(code: &str, variable: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut paths = Vec::new();
    let mut quote = None;
    let mut before = ' ';
    let mut rest = code;
    while let Some(next) = rest.chars().next() {
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        if quote.is_none() && length > 0 {
            let (word, after) = rest.split_at(length);
            // Neither a field of another variable, nor a parameter, nor the name of an argument.
            let is_argument =
                after.trim_start().strip_prefix('=').is_some_and(|after| !after.starts_with('='));
            if word == variable && !matches!(before, '.' | '@') && !is_argument {
                paths.push(path(after));
            }
            before = word.chars().next_back().unwrap_or(before);
            rest = after;
            continue;
        }
        quote = match quote {
            Some(open) => Some(open).filter(|open| *open != next),
            None => Some(next).filter(|next| matches!(next, '"' | '\'' | '`')),
        };
        if !next.is_whitespace() {
            before = next;
        }
        rest = &rest[next.len_utf8()..];
    }
    paths
}

/// The path at the start of a text: `.a.b`, `["a"].b`.
fn path(text: &str) -> String {
    let mut keys = Vec::new();
    let mut rest = text;
    loop {
        let quoted = |quote: char| {
            let (key, after) = rest.strip_prefix('[')?.strip_prefix(quote)?.split_once(quote)?;
            Some((key, after.strip_prefix(']')?))
        };
        let named = || {
            let name = rest.trim_start_matches('?').strip_prefix('.')?;
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            (end > 0).then(|| name.split_at(end))
        };
        let Some((key, after)) = quoted('"').or_else(|| quoted('\'')).or_else(named) else { break };
        keys.push(key);
        rest = after;
    }
    keys.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_expressions() {
        let uses = |template: &str| Uses::in_template(template).0.into_iter().collect::<Vec<_>>();
        for (template, paths) in [
            (
                "{{ t.page.next }} {%- if t.a == t.b.c -%} t.x {# {{ t.y }} #} {",
                vec!["a", "b.c", "page.next"],
            ),
            (
                "{{ t.kinds[kind] }}{{ t.phases[\"day-1\"] }}{{ t['a'].b }}",
                vec!["a.b", "kinds", "phases.day-1"],
            ),
            ("{{ x.t.a }}{{ fill(t=1) }}{{ 'it is t.a' }}{{ tt.b }}", vec![]),
            ("{% component a(b, @t) %}{{ t.c | upper }}", vec!["c"]),
            ("{% set words = t %}", vec![""]),
            ("{{ t.a", vec!["a"]),
        ] {
            assert_eq!(uses(template), paths, "{template}");
        }
    }

    #[test]
    fn a_table_stands_for_its_strings() {
        let uses = Uses(["a.b".to_owned(), "c".to_owned()].into());
        for (path, covered, reached) in [
            ("a.b", true, true),
            ("a.b.c", true, true),
            ("a", false, true),
            ("a.c", false, false),
            ("c.d.e", true, true),
            ("cd", false, false),
        ] {
            assert_eq!((uses.covers(path), uses.reaches(path)), (covered, reached), "{path}");
        }
        assert_eq!(uses.below(""), ["a", "c"]);
        assert!(Uses([String::new()].into()).covers("x"));
    }
}
