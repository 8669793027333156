//! The types of expressions, checked before anything is evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo,
};

use super::Expression;
use super::function::{self, MATCHES};
use crate::diagnostic::suggestion;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Anything: data without a fixed shape.
    Any,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// A text.
    Text,
    /// Values in order.
    List(Box<Type>),
    /// Values by text.
    Map(Box<Type>),
    /// A record with known fields.
    Record(&'static RecordType),
    /// A record whose fields have these names and any type.
    Columns(BTreeSet<String>),
}

/// A kind of record.
#[derive(Debug)]
pub struct RecordType {
    /// The name in diagnostics and docs.
    pub name: &'static str,
    /// The fields with their types.
    pub fields: &'static [FieldType],
}

/// A field of a record: its name, and a function that returns its type, as records refer to each other.
pub(super) type FieldType = (&'static str, fn() -> Type);

impl PartialEq for RecordType {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for RecordType {}

impl Type {
    /// A list of values of a type.
    pub fn list(of: Self) -> Self {
        Self::List(Box::new(of))
    }

    /// A map of values of a type.
    pub fn map(of: Self) -> Self {
        Self::Map(Box::new(of))
    }

    /// The type in the words of diagnostics, with an article.
    pub fn name(&self) -> String {
        match self {
            Self::Any => "any value".to_owned(),
            Self::Bool => "a boolean".to_owned(),
            Self::Int => "a whole number".to_owned(),
            Self::Double => "a number".to_owned(),
            Self::Text => "text".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
            Self::Record(record) => format!("a {}", record.name),
            Self::Columns(_) => "a record".to_owned(),
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Double | Self::Any)
    }

    /// True if values of the types can be equal.
    fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::Int | Self::Double, Self::Int | Self::Double) => true,
            (Self::List(one), Self::List(other)) | (Self::Map(one), Self::Map(other)) => one.fits(other),
            (Self::Record(_) | Self::Columns(_), Self::Map(_)) => true,
            (Self::Map(_), Self::Record(_) | Self::Columns(_)) => true,
            (one, other) => one == other,
        }
    }

    /// The type of either of two values.
    fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Any }
    }
}

/// A fault in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionFault {
    /// The byte range in the expression.
    pub range: Range<usize>,
    /// The problem.
    pub message: String,
    /// The way to correct it.
    pub help: Option<String>,
}

impl ExpressionFault {
    /// A fault without help.
    pub fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: None }
    }
}

/// The types of variables by name.
pub type Variables = BTreeMap<&'static str, Type>;

/// Finds faults in the types of an expression. Returns its type.
///
/// # Errors
/// All faults, in the order of the text.
pub fn check(expression: &Expression, variables: &Variables) -> Result<Type, Vec<ExpressionFault>> {
    let scope = variables.iter().map(|(name, of)| ((*name).to_owned(), of.clone())).collect();
    let info = expression.program.source_info();
    let mut checker = TypeChecker { text: &expression.text, info, scope, faults: Vec::new() };
    let of = checker.type_of(expression.program.expression());
    let mut faults = checker.faults;
    // A macro repeats an argument in its expansion.
    let order = |fault: &ExpressionFault| (fault.range.start, fault.range.end, fault.message.clone());
    faults.sort_by_key(order);
    faults.dedup();
    if faults.is_empty() { Ok(of) } else { Err(faults) }
}

struct TypeChecker<'a> {
    text: &'a str,
    info: &'a SourceInfo,
    /// The types of variables, those of loops last.
    scope: Vec<(String, Type)>,
    faults: Vec<ExpressionFault>,
}

/// Member functions on texts: name, types of arguments, result.
const OF_TEXTS: [(&str, &[Type], Type); 12] = [
    ("contains", &[Type::Text], Type::Bool),
    ("startsWith", &[Type::Text], Type::Bool),
    ("endsWith", &[Type::Text], Type::Bool),
    ("matches", &[Type::Text], Type::Bool),
    ("lowerAscii", &[], Type::Text),
    ("upperAscii", &[], Type::Text),
    ("trim", &[], Type::Text),
    ("replace", &[Type::Text, Type::Text], Type::Text),
    ("indexOf", &[Type::Text], Type::Int),
    ("charAt", &[Type::Int], Type::Text),
    ("size", &[], Type::Int),
    ("substring", &[Type::Int, Type::Int], Type::Text),
];

/// Functions: name, types of arguments, result.
const FUNCTIONS: [(&str, &[Type], Type); 10] = [
    ("size", &[Type::Any], Type::Int),
    ("string", &[Type::Any], Type::Text),
    ("int", &[Type::Any], Type::Int),
    ("double", &[Type::Any], Type::Double),
    ("type", &[Type::Any], Type::Any),
    ("days", &[Type::Text, Type::Text], Type::Int),
    ("year", &[Type::Text], Type::Int),
    ("lower", &[Type::Text], Type::Text),
    ("file_address", &[Type::Text], Type::Text),
    ("matches", &[Type::Text, Type::Text], Type::Bool),
];

impl TypeChecker<'_> {
    fn report(&mut self, at: &IdedExpr, message: String, help: Option<String>) {
        let range = self.range(at);
        self.faults.push(ExpressionFault { range, message, help });
    }

    /// The place of an expression: of a field its name, of an operation its operator.
    fn range(&self, at: &IdedExpr) -> Range<usize> {
        let mut start =
            self.info.offset_for(at.id).map_or(0, |(start, _)| start as usize).min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let (start, name) = match &at.expr {
            Expr::Select(select) => {
                let from = self.text[start..].find(select.field.as_str()).map_or(start, |at| start + at);
                (from, select.field.as_str())
            }
            Expr::Ident(name) => (start, name.as_str()),
            Expr::Call(call) => {
                let is_function = self.text[start..].starts_with(&call.func_name);
                let member = self.text[start..].find(call.func_name.as_str()).map_or(start, |at| start + at);
                let is_member = call.target.is_some();
                // Operators have underscores in place of their operands.
                let operator = call.func_name.trim_matches(['_', '@']);
                // A call of a function is at its bracket.
                let before = self.text[..start].trim_end().strip_suffix(call.func_name.as_str());
                if let Some(before) = before {
                    (before.len(), call.func_name.as_str())
                } else if is_member {
                    (member, call.func_name.as_str())
                } else if is_function {
                    (start, call.func_name.as_str())
                } else if self.text[start..].starts_with(operator) {
                    (start, operator)
                } else {
                    (start, "")
                }
            }
            _ => (start, ""),
        };
        start..(start + name.len().max(1)).min(self.text.len().max(start))
    }

    fn type_of(&mut self, at: &IdedExpr) -> Type {
        match &at.expr {
            Expr::Unspecified | Expr::Struct(_) => Type::Any,
            Expr::Literal(literal) => match literal {
                LiteralValue::Boolean(_) => Type::Bool,
                LiteralValue::Double(_) => Type::Double,
                LiteralValue::Int(_) => Type::Int,
                LiteralValue::String(_) => Type::Text,
                LiteralValue::UInt(_) | LiteralValue::Bytes(_) | LiteralValue::Null => Type::Any,
            },
            Expr::Ident(name) => self.variable(at, name),
            Expr::Select(select) => self.field(at, select),
            Expr::List(list) => {
                let items = list.elements.iter().map(|item| self.type_of(item));
                Type::list(items.reduce(Type::or).unwrap_or(Type::Any))
            }
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.type_of(&entry.key);
                        self.type_of(&entry.value);
                    }
                }
                Type::map(Type::Any)
            }
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::Call(call) => self.call(at, call),
        }
    }

    fn variable(&mut self, at: &IdedExpr, name: &str) -> Type {
        if let Some((_, of)) = self.scope.iter().rev().find(|(known, _)| known == name) {
            return of.clone();
        }
        let names: Vec<String> =
            self.scope.iter().map(|(name, _)| name.clone()).filter(|name| !name.starts_with('@')).collect();
        let help = suggestion(name, names.iter().map(String::as_str));
        self.report(at, format!("unknown variable `{name}`"), help);
        Type::Any
    }

    fn field(&mut self, at: &IdedExpr, select: &SelectExpr) -> Type {
        let of = self.type_of(&select.operand);
        let result = match &of {
            Type::Any => Type::Any,
            Type::Map(of) => (**of).clone(),
            Type::Record(record) => match record.fields.iter().find(|(name, _)| *name == select.field) {
                Some((_, of)) => of(),
                None => {
                    let help = suggestion(&select.field, record.fields.iter().map(|(name, _)| *name));
                    let message = format!("a {} has no field `{}`", record.name, select.field);
                    self.report(at, message, help);
                    Type::Any
                }
            },
            Type::Columns(columns) => {
                if !columns.contains(&select.field) {
                    let help = suggestion(&select.field, columns.iter().map(String::as_str));
                    self.report(at, format!("no record has a field `{}`", select.field), help);
                }
                Type::Any
            }
            other => {
                let message = format!("{} has no fields, so there is no `{}`", other.name(), select.field);
                self.report(at, message, None);
                Type::Any
            }
        };
        if select.test { Type::Bool } else { result }
    }

    /// A loop: `all`, `exists`, `exists_one`, `map` or `filter`.
    fn comprehension(&mut self, of: &ComprehensionExpr) -> Type {
        let range = self.type_of(&of.iter_range);
        let initial = self.type_of(&of.accu_init);
        let item = match &range {
            Type::List(item) => (**item).clone(),
            Type::Map(_) | Type::Record(_) | Type::Columns(_) => {
                if matches!(initial, Type::List(_)) {
                    let message = "a map has no order, so its entries do not make a list".to_owned();
                    let help = "use `all`, `exists` or `size`".to_owned();
                    self.report(&of.iter_range, message, Some(help));
                }
                Type::Text
            }
            Type::Any => Type::Any,
            other => {
                self.report(&of.iter_range, format!("expected a list, found {}", other.name()), None);
                Type::Any
            }
        };
        let outside = self.scope.len();
        self.scope.push((of.iter_var.clone(), item));
        if let Some(second) = &of.iter_var2 {
            self.scope.push((second.clone(), Type::Any));
        }
        self.scope.push((of.accu_var.clone(), initial.clone()));
        self.type_of(&of.loop_cond);
        let step = match &of.loop_step.expr {
            // `filter` adds an item, or leaves the list as it is.
            Expr::Call(call) if call.func_name == "_?_:_" && initial == Type::list(Type::Any) => {
                self.type_of(&of.loop_step);
                call.args.get(1).map_or(Type::Any, |added| self.type_of(added))
            }
            _ => self.type_of(&of.loop_step),
        };
        if let Some((_, accumulated)) = self.scope.last_mut() {
            *accumulated = if initial == Type::list(Type::Any) { step } else { initial };
        }
        let result = self.type_of(&of.result);
        self.scope.truncate(outside);
        result
    }

    fn call(&mut self, at: &IdedExpr, call: &CallExpr) -> Type {
        let target = call.target.as_ref().map(|target| self.type_of(target));
        let arguments: Vec<Type> = call.args.iter().map(|argument| self.type_of(argument)).collect();
        if let Some(target) = target {
            return self.member(at, call, &target, &arguments);
        }
        match (call.func_name.as_str(), arguments.as_slice()) {
            ("_&&_" | "_||_", _) => {
                for (of, argument) in arguments.iter().zip(&call.args) {
                    self.expect(argument, of, &Type::Bool);
                }
                Type::Bool
            }
            ("!_", [of]) => {
                self.expect(&call.args[0], of, &Type::Bool);
                Type::Bool
            }
            ("@not_strictly_false", _) => Type::Bool,
            ("_?_:_", [condition, yes, no]) => {
                self.expect(&call.args[0], condition, &Type::Bool);
                yes.clone().or(no.clone())
            }
            ("_==_" | "_!=_", [one, other]) => {
                if !one.fits(other) {
                    let message = format!("{} never equals {}", one.name(), other.name());
                    self.report(at, message, None);
                }
                Type::Bool
            }
            ("_<_" | "_<=_" | "_>_" | "_>=_", [one, other]) => {
                let is_ordered = |of: &Type| of.is_number() || *of == Type::Text || *of == Type::Bool;
                if !(one.fits(other) && is_ordered(one) && is_ordered(other)) {
                    let message = format!("{} cannot be compared with {}", one.name(), other.name());
                    self.report(at, message, None);
                }
                Type::Bool
            }
            ("_+_", [one, other]) => match (one, other) {
                (Type::Any, _) | (_, Type::Any) => Type::Any,
                (Type::Text, Type::Text) => Type::Text,
                (Type::List(first), Type::List(second)) => {
                    // An empty list has items of any type.
                    match (&**first, &**second) {
                        (Type::Any, of) | (of, Type::Any) => Type::list(of.clone()),
                        (one, other) => Type::list(one.clone().or(other.clone())),
                    }
                }
                (one, other) => self.arithmetic(at, one, other),
            },
            ("_-_" | "_*_" | "_/_" | "_%_", [one, other]) => self.arithmetic(at, one, other),
            ("-_", [of]) => {
                if !of.is_number() {
                    self.report(&call.args[0], format!("expected a number, found {}", of.name()), None);
                }
                of.clone()
            }
            ("@in", [item, of]) => {
                match of {
                    Type::Any => {}
                    Type::List(expected) => self.expect(&call.args[0], item, expected),
                    Type::Map(_) | Type::Record(_) | Type::Columns(_) => {
                        self.expect(&call.args[0], item, &Type::Text);
                    }
                    _ => {
                        let message = format!("expected a list or a map after `in`, found {}", of.name());
                        self.report(at, message, None);
                    }
                }
                Type::Bool
            }
            ("_[_]", [of, index]) => match of {
                Type::List(item) => {
                    self.expect(&call.args[1], index, &Type::Int);
                    (**item).clone()
                }
                Type::Map(item) => {
                    self.expect(&call.args[1], index, &Type::Text);
                    (**item).clone()
                }
                _ => Type::Any,
            },
            ("size", [of]) => {
                if of.is_number() && *of != Type::Any || *of == Type::Bool {
                    let message = format!("expected text, a list or a map, found {}", of.name());
                    self.report(&call.args[0], message, None);
                }
                Type::Int
            }
            (name @ ("string" | "int" | "double"), [of]) => {
                if !(of.is_number() || *of == Type::Text || (*of == Type::Bool && name == "string")) {
                    let message = format!("expected a number or text, found {}", of.name());
                    self.report(&call.args[0], message, None);
                }
                match name {
                    "string" => Type::Text,
                    "int" => Type::Int,
                    _ => Type::Double,
                }
            }
            ("document", _) => {
                self.arguments(at, call, &arguments, &[Type::Text, Type::Text]);
                self.scope
                    .iter()
                    .find(|(name, _)| name == DOCUMENT_TYPE)
                    .map_or(Type::Any, |(_, of)| of.clone())
            }
            (MATCHES, [_, _]) => {
                self.arguments(at, call, &arguments, &[Type::Text, Type::Text]);
                self.pattern(&call.args);
                Type::Bool
            }
            (name, _) => match FUNCTIONS.iter().find(|(known, ..)| *known == name) {
                Some((_, expected, result)) => {
                    self.arguments(at, call, &arguments, expected);
                    result.clone()
                }
                None => {
                    let names = FUNCTIONS.iter().map(|(name, ..)| *name).chain(["document"]);
                    let help = suggestion(name, names);
                    self.report(at, format!("unknown function `{name}`"), help);
                    Type::Any
                }
            },
        }
    }

    fn arithmetic(&mut self, at: &IdedExpr, one: &Type, other: &Type) -> Type {
        let is_mixed = one != other && *one != Type::Any && *other != Type::Any;
        if !one.is_number() || !other.is_number() || is_mixed {
            let message = format!("cannot calculate with {} and {}", one.name(), other.name());
            let are_numbers = one.is_number() && other.is_number();
            let help = are_numbers.then(|| "convert the whole number with `double(…)`".to_owned());
            self.report(at, message, help);
        }
        one.clone().or(other.clone())
    }

    fn member(&mut self, at: &IdedExpr, call: &CallExpr, target: &Type, arguments: &[Type]) -> Type {
        let name = call.func_name.as_str();
        let of_texts = OF_TEXTS.iter().find(|(known, ..)| *known == name);
        if name == MATCHES {
            self.pattern(&call.args);
        }
        match (target, of_texts, name) {
            (Type::Any, ..) => Type::Any,
            (Type::Text, Some((_, expected, result)), _) => {
                // The end of a part of a text may be left out.
                if name != "substring" {
                    self.arguments(at, call, arguments, expected);
                }
                result.clone()
            }
            (Type::Text, None, "split") => Type::list(Type::Text),
            (Type::List(_) | Type::Map(_), _, "size") => Type::Int,
            (Type::List(_), _, "join") => Type::Text,
            _ => {
                let names = OF_TEXTS.iter().map(|(name, ..)| *name).chain(["split", "join"]);
                let help = suggestion(name, names);
                let message = format!("{} has no function `{name}`", target.name());
                self.report(at, message, help);
                Type::Any
            }
        }
    }

    /// Reports an invalid regular expression if the pattern is a literal.
    fn pattern(&mut self, arguments: &[IdedExpr]) {
        if let Some(argument) = arguments.last()
            && let Expr::Literal(LiteralValue::String(pattern)) = &argument.expr
            && let Err(fault) = function::regex(pattern.inner())
        {
            self.report(argument, fault, None);
        }
    }

    fn arguments(&mut self, at: &IdedExpr, call: &CallExpr, given: &[Type], expected: &[Type]) {
        if given.len() != expected.len() {
            let message = format!(
                "`{}` takes {}, found {}",
                call.func_name,
                crate::diagnostic::counted(expected.len(), "argument"),
                given.len()
            );
            self.report(at, message, None);
            return;
        }
        for ((of, expected), argument) in given.iter().zip(expected).zip(&call.args) {
            self.expect(argument, of, expected);
        }
    }

    fn expect(&mut self, at: &IdedExpr, found: &Type, expected: &Type) {
        if !found.fits(expected) {
            self.report(at, format!("expected {}, found {}", expected.name(), found.name()), None);
        }
    }
}

/// The name under which [`Variables`] contain the type of documents. Variables cannot have this name.
pub const DOCUMENT_TYPE: &str = "@document";
