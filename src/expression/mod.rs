//! Expressions in the Common Expression Language: conditions of mappings and rules.

mod function;
#[cfg(test)]
mod tests;
mod types;
mod value;

use std::collections::BTreeSet;
use std::sync::Arc;

use cel::common::ast::{EntryExpr, Expr, IdedExpr};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{ExecutionError, Program};

pub use self::function::{DOCUMENT, Lookup};
use self::function::{Handle, LOOKUP};
pub use self::types::{DOCUMENT_TYPE, ExpressionFault, RecordType, Type, Variables, check};
pub use self::value::{Datum, MapBuilder, Shared, from_json, from_object, list, map};

/// The result of an expression.
pub use cel::Value;

/// A compiled expression. Expressions with the same text are equal.
#[derive(Clone)]
pub struct Expression {
    text: String,
    program: Arc<Program>,
    names: Arc<ExpressionNames>,
}

/// The names in an expression. Finding them takes a walk through it.
struct ExpressionNames {
    variables: BTreeSet<String>,
    /// See [`Expression::reads`].
    read: BTreeSet<String>,
}

/// Limits of expressions, as the library has none of its own.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Maximum length in bytes.
    pub bytes: usize,
    /// Maximum nesting of brackets.
    pub levels: usize,
    /// Maximum number of operators.
    pub operators: usize,
    /// Maximum number of loops.
    pub loops: usize,
}

/// The reason why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A field or a source that the expression needs is absent. Contains its name.
    Absent(String),
    /// An operation does not fit its values, in the words of the library.
    Invalid(String),
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// The expression exceeds a limit or has a syntax error, in the words of the library, with its byte range.
    pub fn compile(text: &str, limits: Limits) -> Result<Self, ExpressionFault> {
        if limits.are_exceeded(text) {
            return Err(ExpressionFault::new(0..text.len(), "it is too long or nested too deeply"));
        }
        let program = Program::compile(text).map_err(|errors| {
            let Some(first) = errors.errors.first() else {
                return ExpressionFault::new(0..text.len(), errors.to_string());
            };
            let (line, column) = (usize::try_from(first.pos.0), usize::try_from(first.pos.1));
            let at = offset(text, line.unwrap_or(1), column.unwrap_or(1));
            let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
            ExpressionFault::new(at..end, syntax_error(&first.msg))
        })?;
        let variables = program.references().variables().into_iter().map(str::to_owned).collect();
        let mut read = BTreeSet::new();
        collect_names(program.expression(), &mut read);
        let names = ExpressionNames { variables, read: read.into_iter().map(str::to_owned).collect() };
        Ok(Self { text: text.to_owned(), program: Arc::new(program), names: Arc::new(names) })
    }

    /// The expression as it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of its variables.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.names.variables.iter().map(String::as_str)
    }

    /// True if it uses a variable.
    pub fn uses(&self, variable: &str) -> bool {
        self.names.variables.contains(variable)
    }

    /// True if it reads a field with a name, or uses a variable with this name other than for a field.
    pub fn reads(&self, name: &str) -> bool {
        self.names.read.contains(name)
    }

    /// Evaluates the expression.
    ///
    /// # Errors
    /// The expression has no value; see [`Failure`].
    pub fn evaluate(&self, values: &Values) -> Result<Value, Failure> {
        values.resolve(self.program.expression())
    }

    /// Evaluates the left side of the comparison at the top of the expression; `None` if there is none.
    pub fn left_side(&self, values: &Values) -> Option<Value> {
        let Expr::Call(call) = &self.program.expression().expr else { return None };
        let is_comparison = ["_==_", "_!=_", "_>=_", "_<=_", "_>_", "_<_"].contains(&call.func_name.as_str());
        let left = call.args.first().filter(|_| is_comparison && call.target.is_none())?;
        values.resolve(left).ok()
    }
}

fn collect_names<'e>(expression: &'e IdedExpr, names: &mut BTreeSet<&'e str>) {
    match &expression.expr {
        Expr::Ident(name) => {
            names.insert(name);
        }
        Expr::Select(select) => {
            names.insert(&select.field);
            // `group.name` reads a field, not the group.
            if !matches!(select.operand.expr, Expr::Ident(_)) {
                collect_names(&select.operand, names);
            }
        }
        Expr::Call(call) => {
            call.target.iter().for_each(|target| collect_names(target, names));
            call.args.iter().for_each(|argument| collect_names(argument, names));
        }
        Expr::List(list) => list.elements.iter().for_each(|item| collect_names(item, names)),
        Expr::Map(map) => {
            for entry in &map.entries {
                if let EntryExpr::MapEntry(entry) = &entry.expr {
                    collect_names(&entry.key, names);
                    collect_names(&entry.value, names);
                }
            }
        }
        Expr::Comprehension(of) => {
            for part in [&of.iter_range, &of.accu_init, &of.loop_cond, &of.loop_step, &of.result] {
                collect_names(part, names);
            }
        }
        Expr::Literal(_) | Expr::Struct(_) | Expr::Unspecified => {}
    }
}

impl Limits {
    fn are_exceeded(self, text: &str) -> bool {
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
        text.len() > self.bytes || deepest > self.levels || operators > self.operators || loops > self.loops
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Expression {}

impl std::fmt::Debug for Expression {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The byte offset of a line and column, both from 1. Columns count characters, as in the library.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let chars = text[start..].char_indices().nth(column.saturating_sub(1));
    chars.map_or(text.len(), |(at, _)| start + at)
}

/// A syntax error in short. The library lists every token that it expects.
fn syntax_error(message: &str) -> String {
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    let rest = [
        "mismatched input ",
        "extraneous input ",
        "no viable alternative at input ",
        "token recognition error at: ",
    ]
    .iter()
    .find_map(|start| message.strip_prefix(start));
    let given = rest.map(|rest| rest.split(" expecting ").next().unwrap_or(rest).trim_matches('\''));
    match given {
        Some("<EOF>") => "unexpected end".to_owned(),
        Some(given) => format!("unexpected `{}`", given.trim_end_matches("<EOF>").trim()),
        None => message.to_owned(),
    }
}

/// The values of variables, and the functions that expressions may call.
#[derive(Default)]
pub struct Values {
    variables: Vec<(String, Shared)>,
    lookup: Option<Handle>,
}

impl VariableResolver for Values {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        if name == LOOKUP {
            return self.lookup.as_ref().map(|lookup| CowVal::Borrowed(lookup as &dyn Val));
        }
        // Variables are few.
        let value = self.variables.iter().find(|(variable, _)| variable == name)?;
        Some(CowVal::Borrowed(&*value.1.0.0))
    }
}

impl Values {
    /// No variables; functions that need data answer from `lookup`.
    pub fn new(lookup: &Arc<Lookup>) -> Self {
        Self { variables: Vec::new(), lookup: Some(Handle(lookup.clone())) }
    }

    /// Variables without functions that need data.
    pub fn plain() -> Self {
        Self::default()
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: impl Into<Shared>) {
        self.variables.push((name.to_owned(), value.into()));
    }

    /// Sets several variables.
    pub fn extend(&mut self, variables: impl IntoIterator<Item = (&'static str, Shared)>) {
        variables.into_iter().for_each(|(name, value)| self.set(name, value));
    }

    fn resolve(&self, expression: &IdedExpr) -> Result<Value, Failure> {
        let functions = if self.lookup.is_some() { function::full() } else { function::plain() };
        let mut context = functions.new_inner_scope();
        context.set_variable_resolver(self);
        context.resolve(expression).map_err(|error| match error {
            ExecutionError::NoSuchKey(name) => Failure::Absent(name.as_str().to_owned()),
            ExecutionError::UndeclaredReference(name) => Failure::Absent(name.as_str().to_owned()),
            ExecutionError::FunctionError { function, message } if function == DOCUMENT => {
                Failure::Absent(message)
            }
            ExecutionError::FunctionError { function, message } => {
                Failure::Invalid(format!("`{function}`: {message}"))
            }
            error => Failure::Invalid(error.to_string()),
        })
    }
}

/// A value as text for messages. Maps have no order, so lists of them are sorted.
pub fn display(value: &Value) -> String {
    match value {
        Value::String(text) => text.as_str().to_owned(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::List(items) => {
            let mut items: Vec<String> = items.iter().map(display).collect();
            items.sort_unstable();
            items.join(", ")
        }
        Value::Map(map) => {
            let mut keys: Vec<String> = map.map.keys().map(ToString::to_string).collect();
            keys.sort_unstable();
            keys.join(", ")
        }
        _ => String::new(),
    }
}
