//! What went wrong, where, and what to do about it.
//!
//! Diagnostics are plain values: stages return them beside their result and never print. A
//! [`Location`] carries its own line of source text, so a diagnostic can be shown without going back
//! to the file.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

/// A page of documentation for each code.
static PAGES: Dir = include_dir!("$CARGO_MANIFEST_DIR/docs/diagnostics");

/// Every code that a diagnostic may have.
pub fn codes() -> Vec<String> {
    let pages = PAGES.dirs().flat_map(Dir::files).map(|page| page.path().with_extension(""));
    pages.map(|code| code.to_string_lossy().replace('\\', "/")).collect()
}

/// How much a diagnostic matters for the outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The output cannot be right; a build leaves the previous site untouched.
    Error,
    /// Worth mending; fails a build only under `--strict`.
    Warning,
    /// For the reader's information.
    Info,
}

/// A file as the user knows it: its source's name (`None` for the site's own) and its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName {
    /// Name of the `[[source]]`; `None` for files of the site folder itself.
    pub source: Option<Arc<str>>,
    /// Path relative to the source's root (to the site folder when there is no source), with `/`.
    pub path: Arc<str>,
}

impl FileName {
    /// A file of the site folder itself.
    pub fn site(path: &str) -> Self {
        Self { source: None, path: path.into() }
    }
}

/// A place in a file: one line of it, with the part that is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileName,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The source line without its line end, shortened when very long; `None` when it is not known.
    pub text: Option<Arc<str>>,
    /// Start and end, in bytes of `text`, of what the caret underlines.
    pub marked: (u32, u32),
}

/// Longest part of a source line kept for display, in bytes.
const SHOWN_LINE: usize = 400;

impl PartialOrd for Diagnostic {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Location {
    /// The place of a byte range of `text`; ranges outside it are clamped.
    pub fn of(file: &FileName, text: &str, span: Range<usize>) -> Self {
        let start = floor_char(text, span.start.min(text.len()));
        let end = floor_char(text, span.end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..line_start]).count();
        let column = 1 + text[line_start..start].chars().count();
        let shown = text[line_start..line_end].trim_end_matches('\r');
        let (from, to) = if shown.len() > SHOWN_LINE {
            let from = floor_char(text, (start - line_start).saturating_sub(SHOWN_LINE / 4) + line_start);
            (from - line_start, (floor_char(text, from + SHOWN_LINE) - line_start).min(shown.len()))
        } else {
            (0, shown.len())
        };
        let marked_start = (start - line_start).clamp(from, to) - from;
        let marked_end = (end - line_start).clamp(from + marked_start, to) - from;
        Self {
            file: file.clone(),
            line: line as u32,
            column: column as u32,
            text: Some(shown[from..to].into()),
            marked: (marked_start as u32, marked_end as u32),
        }
    }

    /// Masks credentials in the line byte by byte, so that the marks stay where they are.
    fn mask_credentials(&mut self) {
        let Some(text) = &self.text else { return };
        let mut masked = text.to_string();
        for range in credentials(text) {
            masked.replace_range(range.clone(), &"*".repeat(range.len()));
        }
        if masked != **text {
            self.text = Some(masked.into());
        }
    }

    /// A line whose text is not at hand.
    pub fn line(file: &FileName, line: u32, column: u32) -> Self {
        Self { file: file.clone(), line, column, text: None, marked: (0, 0) }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(source) = &self.file.source {
            write!(f, "{source}:")?;
        }
        write!(f, "{}:{}:{}", self.file.path, self.line, self.column)
    }
}

fn floor_char(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// `area/kebab-name`; every code has a page under `docs/diagnostics/`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where; `None` for findings about the environment.
    pub location: Option<Location>,
    /// Other places that matter, each with what it has to do with the finding.
    pub related: Vec<(Location, String)>,
    /// Why the owners of the site accept the finding; it then counts as no error and no warning.
    pub accepted: Option<Arc<str>>,
}

impl Ord for Diagnostic {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.location, self.severity, self.code, &self.message).cmp(&(
            &other.location,
            other.severity,
            other.code,
            &other.message,
        ))
    }
}

impl Diagnostic {
    /// A diagnostic without help or further places.
    pub fn new(
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
        location: impl Into<Option<Location>>,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            help: None,
            location: location.into(),
            related: Vec::new(),
            accepted: None,
        }
    }

    /// An error; see [`Diagnostic::new`].
    pub fn error(
        code: &'static str,
        message: impl Into<String>,
        location: impl Into<Option<Location>>,
    ) -> Self {
        Self::new(Severity::Error, code, message, location)
    }

    /// A warning; see [`Diagnostic::new`].
    pub fn warning(
        code: &'static str,
        message: impl Into<String>,
        location: impl Into<Option<Location>>,
    ) -> Self {
        Self::new(Severity::Warning, code, message, location)
    }

    /// An info line; see [`Diagnostic::new`].
    pub fn info(
        code: &'static str,
        message: impl Into<String>,
        location: impl Into<Option<Location>>,
    ) -> Self {
        Self::new(Severity::Info, code, message, location)
    }

    /// The same finding without the credentials of addresses in it.
    pub fn without_credentials(mut self) -> Self {
        let mask = |text: &mut String| {
            if let Cow::Owned(masked) = without_credentials(text) {
                *text = masked;
            }
        };
        mask(&mut self.message);
        self.help.iter_mut().for_each(mask);
        let related = self.related.iter_mut().map(|(location, label)| {
            mask(label);
            location
        });
        self.location.iter_mut().chain(related).for_each(Location::mask_credentials);
        self
    }

    /// Adds what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether it counts as an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error && self.accepted.is_none()
    }

    /// Whether it counts as a warning.
    pub fn is_warning(&self) -> bool {
        self.severity == Severity::Warning && self.accepted.is_none()
    }

    /// Adds what to do about it, where that is known.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// Adds another place that matters.
    pub fn related(mut self, location: Location, label: impl Into<String>) -> Self {
        self.related.push((location, label.into()));
        self
    }
}

/// A text with every user name and password in an address replaced by `***`.
///
/// A token for GitHub may stand in the place of either, so neither is kept; `git@` of an SSH address is no secret.
pub fn without_credentials(text: &str) -> Cow<'_, str> {
    let mut ranges = credentials(text).peekable();
    if ranges.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let (mut masked, mut end) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        masked.push_str(&text[end..range.start]);
        masked.push_str("***");
        end = range.end;
    }
    masked.push_str(&text[end..]);
    Cow::Owned(masked)
}

/// The parts of addresses in a text that may be secret.
fn credentials(text: &str) -> impl Iterator<Item = Range<usize>> {
    memchr::memmem::find_iter(text.as_bytes(), "://").filter_map(|at| {
        let start = at + "://".len();
        let ends_address =
            |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\'' | '"' | '`' | '<' | '>');
        let address = text[start..].split(ends_address).next().unwrap_or_default();
        let authority = address.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        // Behind the host there may only be a port: anything else is a password that holds a slash.
        let is_port = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()) || part.ends_with(']');
        let is_cut =
            !authority.contains('@') && authority.rsplit_once(':').is_some_and(|(_, part)| !is_port(part));
        let end = if is_cut { address } else { authority }.rfind('@')?;
        let scheme = text[..at].rsplit(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).next();
        let is_ssh = scheme.is_some_and(|scheme| scheme.to_ascii_lowercase().contains("ssh"));
        let from = if is_ssh { address[..end].find(':')? + 1 } else { 0 };
        (from < end).then_some(start + from..start + end)
    })
}

/// The known name nearest to `given`, if one is near enough to be meant.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = given.to_lowercase();
    known
        .into_iter()
        .filter_map(|name| {
            let most = 1 + name.len().max(given.len()) / 4;
            Some((distance(&wanted, &name.to_lowercase(), most)?, name))
        })
        .min()
        .map(|(_, name)| name)
}

/// How many letters have to be put in, taken out, exchanged or swapped to make one text the other, where that are
/// not more than `most`.
pub fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    // A step puts in or takes out one letter, and may do both. So most texts need no closer look.
    let mut more = [0_i32; 128];
    if one.is_ascii() && other.is_ascii() {
        one.bytes().for_each(|byte| more[usize::from(byte)] += 1);
        other.bytes().for_each(|byte| more[usize::from(byte)] -= 1);
    }
    let apart: u32 = more.iter().map(|more| more.unsigned_abs()).sum();
    let least = (apart as usize).div_ceil(2).max(one.chars().count().abs_diff(other.chars().count()));
    (least <= most).then(|| strsim::damerau_levenshtein(one, other)).filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked() {
        for (text, masked) in [
            ("https://ada:token@host/x", "https://***@host/x"),
            ("'https://ghp_1@github.com/a/b.git/'", "'https://***@github.com/a/b.git/'"),
            ("https://:token@host", "https://***@host"),
            ("https://a:p@ss@host/x", "https://***@host/x"),
            ("https://a:p/s?s#@host/x", "https://***@host/x"),
            ("HTTP://a:b@h and ftp://c:d@h", "HTTP://***@h and ftp://***@h"),
            ("ssh://git@github.com/a", "ssh://git@github.com/a"),
            ("ssh://git:pw@github.com/a", "ssh://git:***@github.com/a"),
            ("git@github.com:a/b", "git@github.com:a/b"),
            ("https://host:443/@ada", "https://host:443/@ada"),
            ("https://[::1]:80/@ada https://[::1]/@b", "https://[::1]:80/@ada https://[::1]/@b"),
            ("https://medium.com/@ada?x=a@b", "https://medium.com/@ada?x=a@b"),
            ("ä://é:ü@ö", "ä://***@ö"),
            ("://@", "://@"),
        ] {
            assert_eq!(without_credentials(text), masked);
        }
    }

    #[test]
    fn a_masked_line_keeps_its_marks() {
        let text = "remote = \"https://a:b@h\" # é";
        let at = Location::of(&FileName::site("site.toml"), text, 25..26);
        let masked = Diagnostic::error("data/syntax", text, at).without_credentials();
        let location = masked.location.unwrap();
        assert_eq!(location.text.as_deref(), Some("remote = \"https://***@h\" # é"));
        assert_eq!((location.column, location.marked), (26, (25, 26)));
        assert!(!masked.message.contains("a:b"));
    }
}
