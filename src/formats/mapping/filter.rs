//! Conditions on records, in the Common Expression Language.

use std::sync::Arc;

use cel::{Context, Program};

use crate::formats::extra::json;
use crate::parse::{Node, Value};

/// A condition over the fields of a record.
#[derive(Clone)]
pub(super) struct Filter {
    text: String,
    program: Arc<Program>,
}

impl Filter {
    /// Compiles a condition.
    ///
    /// # Errors
    /// Says what is wrong with the text: that it is too complex, or a syntax error in the words of the library.
    pub(super) fn compile(text: &str) -> Result<Self, String> {
        if is_too_complex(text) {
            return Err("it is too long or nested too deeply".to_owned());
        }
        let program = Program::compile(text).map_err(|errors| {
            let first = errors.errors.first().map(|error| error.msg.clone());
            first.unwrap_or_else(|| errors.to_string())
        })?;
        Ok(Self { text: text.to_owned(), program: Arc::new(program) })
    }

    /// True unless the condition is false for a record of a file with a text. A field that the record lacks is null. A condition that cannot
    /// be evaluated says nothing about the record, so that it is kept.
    pub(super) fn keeps(&self, record: &Node, text: &str) -> bool {
        let mut context = Context::default();
        let entries: &[_] = if let Value::Table(entries) = &record.value { entries } else { &[] };
        for name in self.program.references().variables() {
            let field = entries.iter().find(|(key, _)| key.name == name);
            let value = field.map_or(serde_json::Value::Null, |(_, node)| json(node, text));
            if context.add_variable(name, value).is_err() {
                return true;
            }
        }
        !matches!(self.program.execute(&context), Ok(cel::Value::Bool(false)))
    }
}

/// True for a condition whose evaluation could exhaust the stack or take long. The library has no limits of its own.
fn is_too_complex(text: &str) -> bool {
    let (mut depth, mut deepest) = (0_usize, 0);
    for char in text.chars() {
        match char {
            '(' | '[' | '{' | '?' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let operators = text.matches(['+', '-', '*', '/', '%', '!', '<', '>', '=', '&', '|', '.']).count();
    let loops = [".all(", ".exists(", ".exists_one(", ".map(", ".filter("];
    let loops: usize = loops.iter().map(|name| text.matches(name).count()).sum();
    text.len() > MOST_BYTES || deepest > MOST_LEVELS || operators > MOST_OPERATORS || loops > MOST_LOOPS
}

/// Limits of [`is_too_complex`].
const MOST_BYTES: usize = 1000;
const MOST_LEVELS: usize = 10;
const MOST_OPERATORS: usize = 100;
const MOST_LOOPS: usize = 2;

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Filter {}

impl std::fmt::Debug for Filter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileName;
    use crate::parse;

    #[test]
    fn conditions() {
        let yaml = "id: sig-a\nstatus: active\nn: 3\nquoted: '3'\nflag: true\nlist: [x]";
        let record = parse::yaml(&FileName::site("x.yaml"), yaml, 0..yaml.len()).unwrap();
        for (condition, keeps) in [
            ("id != 'sig-template'", true),
            ("id == 'sig-b'", false),
            ("status == 'archived'", false),
            ("absent == 'x'", false),
            ("absent != 'x'", true),
            ("absent.size() > 1", true),
            ("n > 3", false),
            ("n == 3", true),
            ("quoted == 3", false),
            ("flag == true", true),
            ("'x' in list", true),
            ("!id.startsWith('sig-')", false),
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
