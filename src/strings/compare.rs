//! Compares the strings of a site with those that the theme declares.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::{Table, Value};

use super::uses::Uses;
use super::{PLURAL_FORMS, Plurals, placeholders};
use crate::diagnostic::{nearest, suggestion};
use crate::parse::{self, Node, TableKey};

/// A fault of an entry in a file of strings.
pub(super) struct StringFault {
    /// The message of the diagnostic.
    pub(super) message: String,
    /// The byte range of the key.
    pub(super) span: Range<usize>,
    /// The advice of the diagnostic.
    pub(super) help: Option<String>,
}

/// Returns the faults of a file: entries that are not declared or differ in shape from their declaration, unknown
/// placeholders, and strings without the plural form `other`. `inherited` contains the strings of the language, which
/// may have forms that the file lacks. With `uses`, the file itself declares the strings that are used.
pub(super) fn compare(
    file: &Node,
    declared: &Table,
    inherited: &Table,
    uses: Option<&Uses>,
) -> Vec<StringFault> {
    let mut comparison = Comparison { uses, faults: Vec::new() };
    if let parse::Value::Table(entries) = &file.value {
        comparison.table(entries, Some(declared), Some(inherited), "");
    }
    comparison.faults
}

type Entries = [(TableKey, Node)];

struct Comparison<'a> {
    uses: Option<&'a Uses>,
    faults: Vec<StringFault>,
}

impl Comparison<'_> {
    fn report(&mut self, key: &TableKey, message: String, help: Option<String>) {
        self.faults.push(StringFault { message, span: key.span.clone(), help });
    }

    /// Reports a value of the wrong type.
    fn wrong_type(&mut self, key: &TableKey, node: &Node, expected: &str, help: Option<&str>) {
        let message = format!("expected {expected} for `{}`, found {}", key.name, node.value.kind());
        self.report(key, message, help.map(str::to_owned));
    }

    /// Compares the entries of the table at a path.
    fn table(&mut self, entries: &Entries, declared: Option<&Table>, inherited: Option<&Table>, path: &str) {
        use parse::Value::{Table, Text};
        const HELP: &str = "write a table with the plural forms of the language, at least `other`";
        for (key, node) in entries {
            let inherited = inherited.and_then(|inherited| inherited.get(&key.name)?.as_table());
            match (declared.and_then(|declared| declared.get(&key.name)), &node.value) {
                (Some(Value::Table(forms)), value) if is_plural(forms) => match value {
                    Table(entries) => self.forms(key, entries, &placeholders_of(forms), inherited),
                    _ => self.wrong_type(key, node, "plural forms", Some(HELP)),
                },
                (Some(Value::Table(declared)), Table(entries)) => {
                    self.table(entries, Some(declared), inherited, &join(path, &key.name));
                }
                (Some(Value::Table(_)), _) => self.wrong_type(key, node, "a table of strings", None),
                (Some(Value::String(string)), Text(text)) => {
                    self.placeholders(key, &key.name, text, &placeholders(string).collect());
                }
                // A string that contains `{n}` has plural forms in some languages only.
                (Some(Value::String(string)), Table(entries))
                    if string.contains("{n}") && entries.iter().any(|(key, _)| is_form(key)) =>
                {
                    self.forms(key, entries, &placeholders(string).collect(), inherited);
                }
                (Some(_), _) => self.wrong_type(key, node, "text", None),
                (None, _) => self.undeclared(key, node, declared, inherited, path),
            }
        }
    }

    /// Compares the plural forms of a string.
    fn forms(&mut self, key: &TableKey, forms: &Entries, names: &BTreeSet<&str>, inherited: Option<&Table>) {
        for (form, node) in forms {
            match &node.value {
                _ if !is_form(form) => {
                    let help = suggestion(&form.name, PLURAL_FORMS);
                    self.report(form, format!("unknown plural form `{}` of `{}`", form.name, key.name), help);
                }
                parse::Value::Text(text) => {
                    self.placeholders(form, &format!("{}.{}", key.name, form.name), text, names);
                }
                _ => self.wrong_type(form, node, "text", None),
            }
        }
        let has_other = forms.iter().any(|(form, _)| form.name == Plurals::OTHER);
        if !has_other && !inherited.is_some_and(|inherited| inherited.contains_key(Plurals::OTHER)) {
            let help = "add it: it stands for all numbers without a form of their own".to_owned();
            self.report(key, format!("missing plural form `other` of `{}`", key.name), Some(help));
        }
    }

    /// Reports placeholders that are not among `names`, which are filled in.
    fn placeholders(&mut self, key: &TableKey, name: &str, text: &str, names: &BTreeSet<&str>) {
        for unknown in placeholders(text).filter(|placeholder| !names.contains(placeholder)) {
            let similar = nearest(unknown, names.iter().copied());
            let help = similar.map(|similar| format!("did you mean `{{{similar}}}`?"));
            self.report(key, format!("unknown placeholder `{{{unknown}}}` in `{name}`"), help);
        }
    }

    /// Reports an entry that the theme does not declare, unless the site declares it and uses it.
    fn undeclared(
        &mut self,
        key: &TableKey,
        node: &Node,
        declared: Option<&Table>,
        inherited: Option<&Table>,
        path: &str,
    ) {
        let whole = join(path, &key.name);
        let used: Vec<&str> = self.uses.map(|uses| uses.below(path)).unwrap_or_default();
        match (&node.value, self.uses) {
            (parse::Value::Table(entries), Some(uses)) if uses.reaches(&whole) => {
                if entries.iter().any(|(form, _)| form.name == Plurals::OTHER)
                    && entries.iter().all(|(form, _)| is_form(form))
                {
                    let texts = entries.iter().filter_map(|(_, node)| match &node.value {
                        parse::Value::Text(text) => Some(text.as_str()),
                        _ => None,
                    });
                    self.forms(key, entries, &texts.flat_map(placeholders).collect(), inherited);
                } else {
                    self.table(entries, None, inherited, &whole);
                }
            }
            (parse::Value::Text(_), Some(uses)) if uses.covers(&whole) => {}
            (_, Some(uses)) if uses.covers(&whole) => self.wrong_type(key, node, "text", None),
            _ => {
                let declared = declared.into_iter().flat_map(|table| table.keys().map(String::as_str));
                let similar = nearest(&key.name, declared.chain(used));
                let help = similar.map(|similar| format!("did you mean `{similar}`?"));
                let unused = || Some("no template or script of the site uses it".to_owned());
                let help = help.or_else(|| self.uses.and_then(|_| unused()));
                self.report(key, format!("unknown string `{}`", key.name), help);
            }
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn is_form(key: &TableKey) -> bool {
    PLURAL_FORMS.contains(&key.name.as_str())
}

/// True for the plural forms of a string, false for a table of strings.
fn is_plural(table: &Table) -> bool {
    let is_form = |(form, text): (&String, &Value)| PLURAL_FORMS.contains(&form.as_str()) && text.is_str();
    table.contains_key(Plurals::OTHER) && table.iter().all(is_form)
}

/// The placeholders of all plural forms of a string.
fn placeholders_of(forms: &Table) -> BTreeSet<&str> {
    forms.values().filter_map(Value::as_str).flat_map(placeholders).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileName;

    const DECLARED: &str = r#"
        plain = "{what} of {more}"
        number = "{n} more"
        [load]
        one = "One thing"
        other = "{n} things of {what}"
        [page]
        next = "Next"
    "#;

    /// The faults of a file, as the marked text and the message.
    fn faults(text: &str, inherited: &str, uses: Option<&Uses>) -> Vec<(String, String)> {
        let node = parse::toml(&FileName::site("x.toml"), text, 0..text.len()).unwrap();
        let (declared, inherited) = (DECLARED.parse().unwrap(), inherited.parse().unwrap());
        let faults = compare(&node, &declared, &inherited, uses);
        faults.into_iter().map(|fault| (text[fault.span].to_owned(), fault.message)).collect()
    }

    #[test]
    fn forms_and_placeholders_of_a_language() {
        for fine in [
            "plain = \"{more}\"",
            "load = { one = \"{n}\", few = \"{n} {what}\", other = \"x\" }",
            "number = \"{n}\"",
            "number = { few = \"{n} a\", other = \"b\" }",
            "[page]\nnext = \"Weiter\"",
        ] {
            assert_eq!(faults(fine, "", None), [], "{fine}");
        }
        for (wrong, marked, message) in [
            ("plain = \"{waht}\"", "plain", "unknown placeholder `{waht}` in `plain`"),
            ("plain = { other = \"x\" }", "plain", "expected text for `plain`, found a table"),
            ("plain = 1", "plain", "expected text for `plain`, found a number"),
            ("load = \"x\"", "load", "expected plural forms for `load`, found text"),
            ("load = { one = \"x\" }", "load", "missing plural form `other` of `load`"),
            ("load = { few = \"{m}\", other = \"\" }", "few", "unknown placeholder `{m}` in `load.few`"),
            ("load = { ohter = \"\", other = \"\" }", "ohter", "unknown plural form `ohter` of `load`"),
            ("load = { other = 1 }", "other", "expected text for `other`, found a number"),
            ("number = { one = \"x\" }", "number", "missing plural form `other` of `number`"),
            ("number = { other = \"{m}\" }", "other", "unknown placeholder `{m}` in `number.other`"),
            ("page = \"x\"", "page", "expected a table of strings for `page`, found text"),
            ("[page]\nnetx = \"x\"", "netx", "unknown string `netx`"),
            ("[pgae]\nnext = \"x\"", "pgae", "unknown string `pgae`"),
        ] {
            assert_eq!(faults(wrong, "", None), [(marked.to_owned(), message.to_owned())], "{wrong}");
        }
        // Another file of the language has the form.
        assert_eq!(faults("load = { one = \"x\" }", "load = { other = \"y\" }", None), []);
    }

    #[test]
    fn strings_of_a_site_are_used() {
        let template =
            "{{ t.own.title | fill(n=1) }}{% if x %}{{ t.page.extra }}{% endif %}{# t.own.not #} t.own.text";
        let uses = Uses::in_template(template);
        let fine = "[own]\ntitle = { one = \"{n}\", other = \"{x}\" }\n[page]\nextra = \"x\"\nnext = \"y\"";
        assert_eq!(faults(fine, "", Some(&uses)), []);
        for (wrong, marked, message) in [
            ("[own]\ntitel = \"x\"", "titel", "unknown string `titel`"),
            ("[own]\nnot = \"x\"", "not", "unknown string `not`"),
            ("[owm]\ntitle = \"x\"", "owm", "unknown string `owm`"),
            ("[page]\nextra = 1", "extra", "expected text for `extra`, found a number"),
        ] {
            assert_eq!(faults(wrong, "", Some(&uses)), [(marked.to_owned(), message.to_owned())], "{wrong}");
        }
    }
}
