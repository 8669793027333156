//! Conditions on records, in the Common Expression Language.

use crate::expression::{Datum, Expression, Limits, Value as Evaluated, Values, from_json};
use crate::formats::extra::json;
use crate::parse::{Node, Value};

/// A condition over the fields of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter(Expression);

/// Records are many, so conditions are short.
const LIMITS: Limits = Limits { bytes: 1000, levels: 10, operators: 100, loops: 2 };

impl Filter {
    /// Compiles a condition.
    ///
    /// # Errors
    /// Says what is wrong with the text: that it is too complex, or a syntax error in the words of the library.
    pub(super) fn compile(text: &str) -> Result<Self, String> {
        Expression::compile(text, LIMITS).map(Self).map_err(|fault| fault.message)
    }

    /// True unless the condition is false for a record of a file with a text. A field that the record lacks is null. A condition that cannot
    /// be evaluated says nothing about the record, so that it is kept.
    pub(super) fn keeps(&self, record: &Node, text: &str) -> bool {
        let mut values = Values::plain();
        let entries: &[_] = if let Value::Table(entries) = &record.value { entries } else { &[] };
        for name in self.0.variables() {
            let field = entries.iter().find(|(key, _)| key.name == name);
            values.set(name, field.map_or_else(Datum::null, |(_, node)| from_json(&json(node, text))));
        }
        !matches!(self.0.evaluate(&values), Ok(Evaluated::Bool(false)))
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileName;
    use crate::parse;

    #[test]
    fn conditions() {
        let yaml = "id: team-a\nstatus: active\nn: 3\nquoted: '3'\nflag: true\nlist: [x]";
        let record = parse::yaml(&FileName::site("x.yaml"), yaml, 0..yaml.len()).unwrap();
        for (condition, keeps) in [
            ("id != 'team-template'", true),
            ("id == 'team-b'", false),
            ("status == 'archived'", false),
            ("absent == 'x'", false),
            ("absent != 'x'", true),
            ("absent.size() > 1", true),
            ("n > 3", false),
            ("n == 3", true),
            ("quoted == 3", false),
            ("flag == true", true),
            ("'x' in list", true),
            ("!id.startsWith('team-')", false),
        ] {
            assert_eq!(Filter::compile(condition).unwrap().keeps(&record, yaml), keeps, "{condition}");
        }
        let nested = format!("{}true{}", "(".repeat(100), ")".repeat(100));
        let long = format!("1{} == 1", "+1".repeat(400));
        let loops = "l.all(a, l.all(b, l.all(c, a == b)))";
        for condition in ["id ==", "", &nested, &long, loops] {
            assert!(Filter::compile(condition).is_err(), "{condition}");
        }
    }
}
