//! Functions that expressions may call besides those of the language.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use cel::common::types::Type;
use cel::common::value::{CowVal, StaticVal, Val};
use cel::extractors::{IntoResolveResult, This};
use cel::{Context, Env, ExecutionError, FunctionContext, extensions};
use jiff::civil::Date;
use regex::{Regex, RegexBuilder};

use super::Shared;
use crate::url::file_address;

/// The function that returns a document.
pub const DOCUMENT: &str = "document";
/// The function that returns the number of days between two dates.
const DAYS: &str = "days";
/// The function that returns the year of a date.
const YEAR: &str = "year";
/// The function that returns a text in lower case.
const LOWER: &str = "lower";
/// The function that returns an address in the form in which two addresses of one file are equal.
const FILE_ADDRESS: &str = "file_address";

/// The function that matches a text with a regular expression.
pub(super) const MATCHES: &str = "matches";

/// A document by the name of its source and its path.
pub(super) type Name = (String, String);

/// The data behind [`DOCUMENT`].
///
/// Functions cannot query the database. Therefore an expression is evaluated again and again, each time with the
/// documents that it asked for before, until it asks for no others.
#[derive(Default)]
pub struct Lookup(Mutex<Answers>);

#[derive(Default)]
struct Answers {
    /// Documents; `None` if the source is absent.
    known: BTreeMap<Name, Option<Shared>>,
    asked: BTreeSet<Name>,
    /// The known documents that expressions read.
    read: BTreeSet<Name>,
}

/// The variable with the data behind [`DOCUMENT`]. No expression can name it.
pub(super) const LOOKUP: &str = "@lookup";

/// A [`Lookup`] as the value of a variable.
#[derive(Clone)]
pub(super) struct Handle(pub(super) Arc<Lookup>);

impl Val for Handle {
    fn get_type(&self) -> &Type {
        Self::cel_type()
    }

    fn cel_type() -> &'static Type {
        static TYPE: Type = Type::new_unspecified_type(LOOKUP);
        &TYPE
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Handle {}

/// The result of [`DOCUMENT`].
struct DocumentResult(Result<Shared, ExecutionError>);

impl<'context, 'call> IntoResolveResult<'context, 'call> for DocumentResult {
    fn into_resolve_result(self) -> Result<CowVal<'context, 'call>, ExecutionError> {
        self.0.map(|document| CowVal::Owned(document.0.0.clone()))
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(LOOKUP)
    }
}

impl Lookup {
    /// The documents that expressions asked for and that are not known yet.
    pub fn take_asked(&self) -> BTreeSet<Name> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).asked)
    }

    /// The documents that expressions read since the last call.
    pub fn take_read(&self) -> BTreeSet<Name> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).read)
    }

    /// Adds a document; `None` if its source is absent.
    pub fn answer(&self, name: Name, document: Option<Shared>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).known.insert(name, document);
    }

    fn document(&self, source: &str, path: &str) -> Result<Shared, ExecutionError> {
        let name = (source.to_owned(), path.trim_start_matches('/').to_owned());
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match answers.known.get(&name) {
            Some(Some(document)) => {
                let document = document.clone();
                answers.read.insert(name);
                Ok(document)
            }
            Some(None) => Err(ExecutionError::function_error(DOCUMENT, format!("source {source}"))),
            None => {
                answers.asked.insert(name);
                Err(ExecutionError::function_error(DOCUMENT, path))
            }
        }
    }
}

/// The language with the functions that need no data. Made once, as adding the functions takes longer than evaluating a
/// condition.
pub(super) fn plain() -> &'static Context<'static, 'static> {
    static CONTEXT: LazyLock<Context> = LazyLock::new(base);
    &CONTEXT
}

/// The language with all functions; those that need data use the [`Lookup`] in the variable [`LOOKUP`].
pub(super) fn full() -> &'static Context<'static, 'static> {
    static CONTEXT: LazyLock<Context> = LazyLock::new(|| {
        let mut context = base();
        add_lookup(&mut context);
        context
    });
    &CONTEXT
}

fn base() -> Context<'static, 'static> {
    let mut env = Env::stdlib();
    env.add_extension(extensions::strings).expect("the extension is added once");
    let mut context = Context::with_env(Arc::new(env));
    let matches = |This(text): This<Arc<String>>, pattern: Arc<String>| {
        let fault = |fault| ExecutionError::function_error(MATCHES, fault);
        regex(&pattern).map(|regex| regex.is_match(&text)).map_err(fault)
    };
    let added = context.add_function(MATCHES, matches);
    debug_assert!(added.is_ok(), "the library is compiled without regular expressions");
    context
}

/// Maximum number of regular expressions to keep. Patterns may be in data.
const KEPT: usize = 500;
/// Regular expressions by pattern, or the fault in it.
type Compiled = HashMap<String, Result<Arc<Regex>, String>>;
/// Maximum size of a compiled regular expression, in bytes.
const SIZE: usize = 1 << 20;

/// A regular expression, compiled once. It is shared, as a clone would begin with an empty cache.
///
/// # Errors
/// The pattern is invalid or too large.
pub(super) fn regex(pattern: &str) -> Result<Arc<Regex>, String> {
    static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);
    let compiled = || COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = compiled().get(pattern) {
        return regex.clone();
    }
    let regex = RegexBuilder::new(pattern).size_limit(SIZE).build().map(Arc::new).map_err(|fault| {
        // The last line names the fault; those before show its place in the pattern.
        let text = fault.to_string();
        let last = text.lines().next_back().unwrap_or_default();
        format!("invalid regular expression: {}", last.trim_start_matches("error: "))
    });
    let mut compiled = compiled();
    if compiled.len() < KEPT {
        compiled.insert(pattern.to_owned(), regex.clone());
    }
    regex
}

fn add_lookup(context: &mut Context) {
    let document = |context: &FunctionContext, source: Arc<String>, path: Arc<String>| {
        let lookup = context.ptx.get_variable(LOOKUP);
        let lookup = lookup.as_ref().and_then(|lookup| lookup.downcast_ref::<Handle>());
        let absent = || ExecutionError::function_error(DOCUMENT, &path);
        DocumentResult(lookup.ok_or_else(absent).and_then(|lookup| lookup.0.document(&source, &path)))
    };
    let added = [
        context.add_function(DOCUMENT, document),
        context.add_function(DAYS, |from: Arc<String>, to: Arc<String>| days(&from, &to)),
        context.add_function(YEAR, |text: Arc<String>| date(&text, YEAR).map(|date| i64::from(date.year()))),
        context.add_function(LOWER, |text: Arc<String>| text.to_lowercase()),
        context.add_function(FILE_ADDRESS, |address: Arc<String>| file_address(&address)),
    ];
    debug_assert!(added.iter().all(Result::is_ok), "the names are not those of the language");
}

fn date(text: &str, function: &str) -> Result<Date, ExecutionError> {
    let message = || format!("`{text}` is not a date such as 2026-01-31");
    text.parse().map_err(|_| ExecutionError::function_error(function, message()))
}

fn days(from: &str, to: &str) -> Result<i64, ExecutionError> {
    let (from, to) = (date(from, DAYS)?, date(to, DAYS)?);
    let span = from.until(to).map_err(|error| ExecutionError::function_error(DAYS, error))?;
    Ok(i64::from(span.get_days()))
}
