//! The templates of the theme, compiled by Tera, and their errors.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera, Value};

use super::fill::{code, fill, local_date, number};
use super::steps::{self, InstrumentedTemplate};
use crate::diagnostic::{Code, Diagnostic, FileName, Location, code};
use crate::model::Route;
use crate::pages::{self, Page, Place, TemplateValue};
use crate::source::{DEFAULT_TEMPLATES, Db, Site, Theme};
use crate::strings::strings;

/// The compiled templates of the theme.
pub struct Templates {
    tera: Tera,
    /// Instrumented templates by name. Empty if only the default theme is used, whose loops are known to end.
    instrumented: BTreeMap<String, InstrumentedTemplate>,
}

impl Templates {
    /// Renders a page.
    ///
    /// # Errors
    /// `template/render` with the template and line; the message contains the address.
    pub fn render(&self, db: &dyn Db, route: &Route, page: Page<Value>) -> Result<String, Diagnostic> {
        let url = &route.url(db);
        let mut context = Context::new();
        context.insert_value("site", site(db, pages::place(db, route)).clone());
        context.insert("page", &page.page);
        context.insert_value(pages::object(page.page.kind), page.body);
        let name = format!("{}.html", page.page.kind);
        let mut output = BoundedWriter { bytes: Vec::with_capacity(USUAL_PAGE), full: false };
        RANGES.set(0);
        steps::begin();
        let rendered = self.tera.render_to(&name, &context, &mut output);
        if output.full {
            let message = format!("the page {url} is larger than {} MB", LARGEST_PAGE >> 20);
            let location = Location::line(&file_name(Site::get(db).theme(db), &name), 1, 1);
            let help = "check the loops of the template";
            return Err(Diagnostic::new(code::TEMPLATE_RENDER, message, location).help(help));
        }
        rendered.map_err(|error| self.fault(db, url, &error))?;
        // Templates and their input are UTF-8, and so is their output.
        Ok(String::from_utf8(output.bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }
}

impl Templates {
    /// The diagnostic for a template that fails to render.
    fn fault(&self, db: &dyn Db, url: &str, error: &tera::Error) -> Diagnostic {
        let original_span = |name: &str, span: Range<usize>| match self.instrumented.get(name) {
            Some(instrumented) => instrumented.original(span.start)..instrumented.original(span.end),
            None => span,
        };
        let fault = diagnostic(code::TEMPLATE_RENDER, error, Site::get(db).theme(db), original_span);
        if fault.message.contains(steps::TOO_MANY) || fault.message.contains(TOO_MANY_NUMBERS) {
            return fault.help(format!("check the nested loops; the page is {url}"));
        }
        fault
    }
}

/// Maximum size of a page in bytes.
const LARGEST_PAGE: usize = 64 << 20;
/// Maximum count of numbers that all `range` calls of a page may return together.
const MOST_NUMBERS: u64 = 1_000_000;
const TOO_MANY_NUMBERS: &str = "the `range` calls of one page produce more than";

/// Size in bytes that most pages do not exceed.
const USUAL_PAGE: usize = 32 << 10;

/// Output of a template, limited to [`LARGEST_PAGE`].
struct BoundedWriter {
    bytes: Vec<u8>,
    full: bool,
}

impl std::io::Write for BoundedWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + bytes.len() > LARGEST_PAGE {
            self.full = true;
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

thread_local! {
    /// Count of numbers that `range` has returned for the current page.
    static RANGES: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Tera's `range` with a limit on all calls of a page together, which also bounds nested loops.
fn range(arguments: tera::Kwargs, _: &tera::State) -> tera::TeraResult<Vec<i64>> {
    let start = arguments.get::<i64>("start")?.unwrap_or(0);
    let end = arguments.must_get::<i64>("end")?;
    let step = arguments.get::<i64>("step_by")?.unwrap_or(1);
    let span =
        if step > 0 { i128::from(end) - i128::from(start) } else { i128::from(start) - i128::from(end) };
    let count = match step.unsigned_abs() {
        0 => return Err(tera::Error::message("`step_by` of `range` must not be 0")),
        step => (span.max(0) as u128).div_ceil(u128::from(step)),
    };
    RANGES.set(RANGES.get().saturating_add(u64::try_from(count).unwrap_or(u64::MAX)));
    if RANGES.get() > MOST_NUMBERS {
        return Err(tera::Error::message(format!("{TOO_MANY_NUMBERS} {MOST_NUMBERS} numbers")));
    }
    Ok((0..count as i64).map(|index| start + index * step).collect())
}

/// The variable `site`, converted once for all pages at a place.
#[salsa::tracked(no_eq)]
fn site<'db>(db: &'db dyn Db, place: Place<'db>) -> Value {
    Value::new(&pages::site(db, place))
}

impl TemplateValue for Value {
    fn new(model: &impl Serialize) -> Self {
        Self::from_serializable(model)
    }
}

/// The compiled templates of the theme, or the first error.
#[salsa::tracked(no_eq)]
pub fn templates(db: &dyn Db) -> Result<Templates, Diagnostic> {
    let theme = Site::get(db).theme(db);
    let mut tera = Tera::default();
    tera.set_fallback_prefixes([DEFAULT_TEMPLATES]).map_err(|error| syntax(&error, theme))?;
    tera.register_function("range", range);
    tera.register_filter(steps::FILTER, steps::count);
    let strings = strings(db);
    tera.register_filter("fill", fill(&Site::get(db).config(db).language, strings));
    tera.register_filter("code", code);
    tera.register_filter("number", number(strings.numerals()));
    tera.register_filter("local_date", local_date(strings.clone()));
    tera.global_context().insert("t", &strings.table);
    let templates = || theme.templates.iter().map(|(name, (text, _))| (name.as_str(), &**text));
    if theme.templates.values().all(|(_, own)| !own) {
        tera.add_raw_templates(templates()).map_err(|error| syntax(&error, theme))?;
        return Ok(Templates { tera, instrumented: BTreeMap::new() });
    }
    // Compiled without instrumentation, to report errors at their original position.
    tera.clone().add_raw_templates(templates()).map_err(|error| syntax(&error, theme))?;
    let instrumented = templates().map(|(name, text)| (name.to_owned(), InstrumentedTemplate::new(text)));
    let instrumented: BTreeMap<String, InstrumentedTemplate> = instrumented.collect();
    let templates =
        instrumented.iter().map(|(name, instrumented)| (name.as_str(), instrumented.text.as_str()));
    tera.add_raw_templates(templates).map_err(|error| syntax(&error, theme))?;
    Ok(Templates { tera, instrumented })
}

/// The diagnostic for a template that does not compile.
fn syntax(error: &tera::Error, theme: &Theme) -> Diagnostic {
    diagnostic(code::TEMPLATE_SYNTAX, error, theme, |_, span| span)
}

/// The diagnostic for a Tera error. `original_span` maps offsets of the instrumented template to the original. Templates of the
/// built-in theme have no file in the site, but are named as well.
fn diagnostic(
    code: Code,
    error: &tera::Error,
    theme: &Theme,
    original_span: impl Fn(&str, Range<usize>) -> Range<usize>,
) -> Diagnostic {
    let file = |name: &str| file_name(theme, name);
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let name = report.filename();
            let text = theme.templates.get(name).map_or("", |(text, _)| text);
            let location = Location::of(&file(name), text, original_span(name, report.span().range.clone()));
            Diagnostic::new(code, report.message(), location)
        }
        kind => {
            let message = error.to_string();
            let message = message.lines().next().unwrap_or_default().to_owned();
            let name = match kind {
                ErrorKind::MissingParent { current, .. } => Some(current),
                ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => Some(tpl),
                _ => theme.templates.keys().find(|name| message.contains(name.as_str())),
            };
            Diagnostic::new(code, message, name.map(|name| Location::line(&file(name), 1, 1)))
        }
    }
}

fn file_name(theme: &Theme, name: &str) -> FileName {
    let own = matches!(theme.templates.get(name), Some((_, true)));
    theme.file(&format!("templates/{}", name.strip_prefix(DEFAULT_TEMPLATES).unwrap_or(name)), own)
}
