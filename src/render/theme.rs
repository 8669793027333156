//! Tera: templates of the theme, and what is wrong with them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera, Value};

use super::fill::fill;
use super::steps::{self, Counted};
use crate::diagnostic::{Code, Diagnostic, FileName, Location, code};
use crate::pages::{Page, TemplateValue};
use crate::source::{DEFAULT_TEMPLATES, Db, Site, Theme};
use crate::strings::strings;

/// The compiled templates of the theme.
pub struct Templates {
    tera: Tera,
    /// The templates as they are compiled, by name; none where the theme is the default one alone, whose loops end.
    counted: BTreeMap<String, Counted>,
}

impl Templates {
    /// Renders a page.
    ///
    /// # Errors
    /// `template/render`, with the template and the line. `url` is the address that it names.
    pub fn render(&self, db: &dyn Db, url: &str, page: Page<Value>) -> Result<String, Diagnostic> {
        let mut context = Context::new();
        context.insert("site", &page.site);
        context.insert("page", &page.page);
        context.insert_value(object(page.page.kind), page.body);
        let name = format!("{}.html", page.page.kind);
        let mut output = Bounded { bytes: Vec::with_capacity(USUAL_PAGE), full: false };
        RANGES.set(0);
        steps::begin();
        let rendered = self.tera.render_to(&name, &context, &mut output);
        if output.full {
            let message = format!("the page {url} is larger than {} MB", LARGEST_PAGE >> 20);
            let location = Location::line(&file_name(Site::get(db).theme(db), &name), 1, 1);
            let help = "a loop of the template writes more than it should";
            return Err(Diagnostic::new(code::TEMPLATE_RENDER, message, location).help(help));
        }
        rendered.map_err(|error| self.fault(db, url, &error))?;
        // Templates and what they are given are texts: so is what comes of them.
        Ok(String::from_utf8(output.bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }
}

impl Templates {
    /// What keeps a page from being rendered.
    fn fault(&self, db: &dyn Db, url: &str, error: &tera::Error) -> Diagnostic {
        let place = |name: &str, span: Range<usize>| match self.counted.get(name) {
            Some(counted) => counted.original(span.start)..counted.original(span.end),
            None => span,
        };
        let fault = diagnostic(code::TEMPLATE_RENDER, error, Site::get(db).theme(db), place);
        if fault.message.contains(steps::TOO_MANY) || fault.message.contains(TOO_MANY_NUMBERS) {
            return fault.help(format!("the page is {url}; loops in loops multiply"));
        }
        fault
    }
}

/// Largest page, in bytes. A template may loop; the page it makes ends here.
const LARGEST_PAGE: usize = 64 << 20;
/// How many numbers `range` may give to one page, all its calls together.
const MOST_NUMBERS: u64 = 1_000_000;
const TOO_MANY_NUMBERS: &str = "`range` gives one page more than";

/// Most pages are smaller, in bytes.
const USUAL_PAGE: usize = 32 << 10;

/// What a template wrote, up to [`LARGEST_PAGE`].
struct Bounded {
    bytes: Vec<u8>,
    full: bool,
}

impl std::io::Write for Bounded {
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
    /// How many numbers `range` has given to the page that is being rendered.
    static RANGES: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// `range` of Tera, with a bound on all calls of a page together: loops in loops end, too.
fn range(arguments: tera::Kwargs, _: &tera::State) -> tera::TeraResult<Vec<i64>> {
    let start = arguments.get::<i64>("start")?.unwrap_or(0);
    let end = arguments.must_get::<i64>("end")?;
    let step = arguments.get::<i64>("step_by")?.unwrap_or(1);
    let span =
        if step > 0 { i128::from(end) - i128::from(start) } else { i128::from(start) - i128::from(end) };
    let count = match step.unsigned_abs() {
        0 => return Err(tera::Error::message("`step_by` of `range` is 0")),
        step => (span.max(0) as u128).div_ceil(u128::from(step)),
    };
    RANGES.set(RANGES.get().saturating_add(u64::try_from(count).unwrap_or(u64::MAX)));
    if RANGES.get() > MOST_NUMBERS {
        return Err(tera::Error::message(format!("{TOO_MANY_NUMBERS} {MOST_NUMBERS} numbers")));
    }
    Ok((0..count as i64).map(|index| start + index * step).collect())
}

impl TemplateValue for Value {
    fn new(model: &impl Serialize) -> Self {
        Self::from_serializable(model)
    }
}

/// The name under which a template gets what its kind of page shows.
fn object(kind: &'static str) -> Cow<'static, str> {
    match kind {
        // No name begins with a digit.
        "404" => "not_found".into(),
        kind if kind.contains('-') => kind.replace('-', "_").into(),
        kind => kind.into(),
    }
}

/// The theme's templates, or what keeps them from being compiled.
#[salsa::tracked(no_eq)]
pub fn templates(db: &dyn Db) -> Result<Templates, Diagnostic> {
    let theme = Site::get(db).theme(db);
    let mut tera = Tera::default();
    tera.set_fallback_prefixes([DEFAULT_TEMPLATES]).map_err(|error| syntax(&error, theme))?;
    tera.register_function("range", range);
    tera.register_filter(steps::FILTER, steps::count);
    tera.register_filter("fill", fill(&Site::get(db).config(db).language, strings(db).get("page.thousands")));
    tera.global_context().insert("t", &strings(db).table);
    let templates = || theme.templates.iter().map(|(name, (text, _))| (name.as_str(), &**text));
    if theme.templates.values().all(|(_, own)| !own) {
        tera.add_raw_templates(templates()).map_err(|error| syntax(&error, theme))?;
        return Ok(Templates { tera, counted: BTreeMap::new() });
    }
    // What is wrong is said of the templates as they are written.
    tera.clone().add_raw_templates(templates()).map_err(|error| syntax(&error, theme))?;
    let counted = templates().map(|(name, text)| (name.to_owned(), Counted::new(text)));
    let counted: BTreeMap<String, Counted> = counted.collect();
    let templates = counted.iter().map(|(name, counted)| (name.as_str(), counted.text.as_str()));
    tera.add_raw_templates(templates).map_err(|error| syntax(&error, theme))?;
    Ok(Templates { tera, counted })
}

/// What keeps a template from being compiled.
fn syntax(error: &tera::Error, theme: &Theme) -> Diagnostic {
    diagnostic(code::TEMPLATE_SYNTAX, error, theme, |_, span| span)
}

/// Tera's error at its place; `place` is where a template as it was compiled has it in the one that was written. A
/// template of the binary has no file in the site; it is named all the same.
fn diagnostic(
    code: Code,
    error: &tera::Error,
    theme: &Theme,
    place: impl Fn(&str, Range<usize>) -> Range<usize>,
) -> Diagnostic {
    let file = |name: &str| file_name(theme, name);
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let name = report.filename();
            let text = theme.templates.get(name).map_or("", |(text, _)| text);
            let location = Location::of(&file(name), text, place(name, report.span().range.clone()));
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
