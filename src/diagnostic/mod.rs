//! Diagnostics: problems with their location and help.
//!
//! Stages return diagnostics beside their result and never print them. A [`Location`] contains its line of source text,
//! so showing a diagnostic does not need the file.

pub mod code;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::email::emails;

pub use code::{CODES, Code};

/// Effect of a diagnostic on the outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The output would be wrong; a build leaves the previous site untouched.
    Error,
    /// Worth fixing; fails a build only under `--strict`.
    Warning,
    /// For the reader's information.
    Info,
}

/// A file as shown to users.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// A line of a file, and the span in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The file.
    pub file: FileName,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The source line without its line ending, shortened if very long; `None` if unknown.
    pub text: Option<Arc<str>>,
    /// Start and end of the marked span, in bytes of `text`.
    pub marked: (u32, u32),
}

/// The ends of names of data files, which may contain email addresses of people.
const DATA_FILES: [&str; 6] = [".yaml", ".yml", ".toml", ".json", ".csv", ".tsv"];

/// Maximum length of a displayed source line, in bytes.
const SHOWN_LINE: usize = 400;

impl PartialOrd for Diagnostic {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Location {
    /// The location of a byte range of `text`, clamped to it. For many locations in one text, use [`LineIndex`].
    pub fn of(file: &FileName, text: &str, span: Range<usize>) -> Self {
        Self::after(Position::default(), file, text, span)
    }

    /// The location of a byte range, counting lines and columns from an earlier mark.
    fn after(mark: Position, file: &FileName, text: &str, span: Range<usize>) -> Self {
        let start = floor_char(text, span.start.min(text.len()));
        let end = floor_char(text, span.end.clamp(start, text.len()));
        let mark = mark.advance(text, start);
        let line_start = mark.line_start;
        // Scans no further than the displayed part, because a long line may have many locations.
        let line_end = |limit: usize| {
            let limit = floor_char(text, limit).max(start);
            memchr::memchr(b'\n', &text.as_bytes()[start..limit]).map_or(limit, |at| start + at)
        };
        let line = text[line_start..line_end(line_start + SHOWN_LINE + 2)].trim_end_matches('\r');
        let from = match line.len() > SHOWN_LINE {
            true => floor_char(text, start - (start - line_start).min(SHOWN_LINE / 4)),
            false => line_start,
        };
        let line_end = line_end(from + SHOWN_LINE);
        let excerpt = text[from..line_end].trim_end_matches('\r');
        let marked_start = (start - from).min(excerpt.len());
        let marked_end = (end - from).clamp(marked_start, excerpt.len());
        Self {
            file: file.clone(),
            line: 1 + mark.line as u32,
            column: 1 + mark.column as u32,
            text: Some(excerpt.into()),
            marked: (marked_start as u32, marked_end as u32),
        }
    }

    /// Masks credentials in the line, and email addresses in a line of data, byte by byte, so that `marked` stays valid.
    fn mask_credentials(&mut self) {
        let Some(text) = &self.text else { return };
        let mut masked = text.to_string();
        let is_data = DATA_FILES.iter().any(|end| self.file.path.ends_with(end));
        let emails = is_data.then(|| emails(text)).into_iter().flatten();
        for range in credentials(text).chain(emails) {
            masked.replace_range(range.clone(), &"*".repeat(range.len()));
        }
        if masked != **text {
            self.text = Some(masked.into());
        }
    }

    /// True if the marked span is one of the text, which other programs may have written.
    fn is_valid(&self) -> bool {
        let (start, end) = self.marked;
        self.text.as_deref().is_none_or(|text| text.get(start as usize..end as usize).is_some())
    }

    /// A location without source text.
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

/// Distance between the marks of [`LineIndex`], in bytes.
const STEP: usize = 1024;

/// A byte offset with its line and column, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Position {
    at: usize,
    line: usize,
    line_start: usize,
    /// In characters.
    column: usize,
}

impl Position {
    /// The mark of a later offset.
    fn advance(mut self, text: &str, to: usize) -> Self {
        let passed = &text.as_bytes()[self.at..to];
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.line += memchr::memchr_iter(b'\n', passed).count();
            self.line_start = self.at + last + 1;
            self.column = text[self.line_start..to].chars().count();
        } else {
            self.column += text[self.at..to].chars().count();
        }
        self.at = to;
        self
    }
}

/// An index of a text for finding lines and columns without counting from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex(Vec<Position>);

impl LineIndex {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        let marks = std::iter::successors(Some(Position::default()), |mark| {
            let next = mark.at + STEP;
            (next < text.len()).then(|| mark.advance(text, floor_char(text, next)))
        });
        Self(marks.collect())
    }

    /// The location of a byte range of the text; see [`Location::of`].
    pub fn location(&self, file: &FileName, text: &str, span: Range<usize>) -> Location {
        let start = floor_char(text, span.start.min(text.len()));
        Location::after(self.before(start), file, text, span)
    }

    /// Line and column (in characters) of a byte offset, both from 1.
    pub fn position(&self, text: &str, at: usize) -> (usize, usize) {
        let at = floor_char(text, at);
        let mark = self.before(at).advance(text, at);
        (1 + mark.line, 1 + mark.column)
    }

    fn before(&self, at: usize) -> Position {
        let after = self.0.partition_point(|mark| mark.at <= at);
        after.checked_sub(1).map_or_else(Position::default, |index| self.0[index])
    }
}

fn floor_char(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Its code.
    pub code: Code,
    /// Its severity.
    pub severity: Severity,
    /// Statement of the problem in one sentence, without a full stop.
    pub message: String,
    /// Advice on how to fix it.
    pub help: Option<String>,
    /// Its location; `None` for problems of the environment.
    pub location: Option<Location>,
    /// Related locations, each with a label.
    pub related: Vec<(Location, String)>,
    /// Reason why the site's owners accept it. Accepted diagnostics count neither as errors nor as warnings.
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
    /// Creates a diagnostic with the default severity of its code.
    pub fn new(code: Code, message: impl Into<String>, location: impl Into<Option<Location>>) -> Self {
        Self::of(code.severity(), code, message, location)
    }

    /// Creates a diagnostic with a given severity; see [`Diagnostic::new`].
    pub fn of(
        severity: Severity,
        code: Code,
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

    /// Masks credentials in all addresses of the diagnostic.
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

    /// True if all marked spans are spans of their texts. Only a diagnostic from a file may have others.
    pub fn is_valid(&self) -> bool {
        self.location.iter().chain(self.related.iter().map(|(location, _)| location)).all(Location::is_valid)
    }

    /// Sets the help.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// True if it counts as an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error && self.accepted.is_none()
    }

    /// True if it counts as a warning.
    pub fn is_warning(&self) -> bool {
        self.severity == Severity::Warning && self.accepted.is_none()
    }

    /// Sets the help, if any.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// Adds a related location, if any.
    pub fn maybe_related(self, location: Option<Location>, label: &str) -> Self {
        match location {
            Some(location) => self.related(location, label),
            None => self,
        }
    }

    /// Adds a related location.
    pub fn related(mut self, location: Location, label: impl Into<String>) -> Self {
        self.related.push((location, label.into()));
        self
    }
}

/// Replaces every user name and password in addresses by `***`.
///
/// Both are masked, because a GitHub token may be in the place of either. `git@` of an SSH address is not a secret.
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

/// The parts of addresses that may be secret.
fn credentials(text: &str) -> impl Iterator<Item = Range<usize>> {
    memchr::memmem::find_iter(text.as_bytes(), "://").filter_map(|at| {
        let start = at + "://".len();
        let ends_address =
            |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\'' | '"' | '`' | '<' | '>');
        let address = text[start..].split(ends_address).next().unwrap_or_default();
        let authority = address.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        // Only a port may follow the host; anything else belongs to a password that contains a slash.
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

/// The candidate most similar to `given`, if similar enough.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = given.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|name| {
            let most = 1 + name.len().max(given.len()) / 4;
            Some((distance(&lower, &name.to_lowercase(), most)?, name))
        })
        .min()
        .map(|(_, name)| name)
}

/// `1 page`, `2 pages`
pub fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Maximum number of names that help lists.
const MAX_LISTED: usize = 30;

/// Help for an unknown name: the most similar candidate or, if none is similar enough, all candidates.
pub fn suggestion<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(name) = nearest(given, candidates.iter().copied()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let listed: Vec<String> = candidates.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
    let more = match candidates.len().saturating_sub(MAX_LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!listed.is_empty()).then(|| format!("expected one of {}{more}", listed.join(", ")))
}

/// Number of names compared on each side of the position of `given`.
pub const NEAR: usize = 64;

/// An index for [`nearest`] over any number of names.
///
/// In a long list, only the neighbours of the given name are compared, in the order of names and in the order of
/// reversed names. A name with one typo shares its beginning or its end with the intended name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameIndex {
    /// NameIndex in lower case, and the originals.
    forward: Vec<(String, String)>,
    /// Reversed names in lower case, and indexes into `forward`.
    backward: Vec<(String, usize)>,
}

impl<S: Into<String>> FromIterator<S> for NameIndex {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let names = names.into_iter().map(Into::into);
        let mut forward: Vec<_> = names.map(|name: String| (name.to_lowercase(), name)).collect();
        forward.sort_unstable();
        forward.dedup();
        let mut backward: Vec<_> = if forward.len() > 2 * NEAR {
            forward.iter().enumerate().map(|(index, (lower, _))| (reversed(lower), index)).collect()
        } else {
            Vec::new()
        };
        backward.sort_unstable();
        Self { forward, backward }
    }
}

impl NameIndex {
    /// The names to compare with `given`.
    pub fn around(&self, given: &str) -> impl Iterator<Item = &str> {
        let lower = given.to_lowercase();
        let backwards = reversed(&lower);
        let forward = neighbours(&self.forward, |(name, _)| *name < lower);
        let backward = neighbours(&self.backward, |(name, _)| *name < backwards);
        let backward = backward.iter().map(|(_, index)| &self.forward[*index]);
        forward.iter().chain(backward).map(|(_, name)| name.as_str())
    }

    /// The name most similar to `given`, if similar enough.
    pub fn nearest(&self, given: &str) -> Option<&str> {
        nearest(given, self.around(given))
    }
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// The elements of a sorted list around a position; all elements of a short list.
pub fn neighbours<T>(sorted: &[T], is_before: impl FnMut(&T) -> bool) -> &[T] {
    if sorted.len() <= 2 * NEAR {
        return sorted;
    }
    let at = sorted.partition_point(is_before);
    &sorted[at.saturating_sub(NEAR)..(at + NEAR).min(sorted.len())]
}

/// Maximum length of compared names in bytes, because the time grows with the square.
const LONGEST_NAME: usize = 256;

/// The number of insertions, deletions, substitutions and transpositions of characters between two texts, if at most
/// `most`.
pub fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    if one.len().max(other.len()) > LONGEST_NAME {
        return None;
    }
    // An edit adds at most one character and removes at most one, so character counts rule out most pairs.
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
    fn masking_keeps_the_marked_span() {
        let text = "remote = \"https://a:b@h\" # é";
        let at = Location::of(&FileName::site("site.toml"), text, 25..26);
        let masked = Diagnostic::new(code::DATA_SYNTAX, text, at).without_credentials();
        let location = masked.location.unwrap();
        assert_eq!(location.text.as_deref(), Some("remote = \"https://***@h\" # é"));
        assert_eq!((location.column, location.marked), (26, (25, 26)));
        assert!(!masked.message.contains("a:b"));
    }

    /// Counts lines and columns without an index.
    fn counted(text: &str, at: usize) -> (u32, u32) {
        let before = &text[..at];
        let column = before.chars().rev().take_while(|c| *c != '\n').count();
        (1 + before.matches('\n').count() as u32, 1 + column as u32)
    }

    #[test]
    fn an_index_finds_the_same_positions_as_counting() {
        let text = ["é".repeat(3 * STEP), "a\r\n\n".repeat(STEP), "x".repeat(2 * STEP + 1)].concat();
        let (file, lines) = (FileName::site("a.md"), LineIndex::new(&text));
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at) && at % 7 < 2) {
            let location = lines.location(&file, &text, at..at + 3);
            assert_eq!((location.line, location.column), counted(&text, at), "{at}");
            assert_eq!(location, Location::of(&file, &text, at..at + 3), "{at}");
            let position = lines.position(&text, at);
            assert_eq!(position, (location.line as usize, location.column as usize), "{at}");
        }
    }

    #[test]
    fn only_neighbours_in_a_long_list_are_compared() {
        let names: NameIndex = (0..10_000).map(|number| format!("Heading-{number}-of-all")).collect();
        assert_eq!(names.nearest("heading-4711-of-all"), Some("Heading-4711-of-all"));
        assert_eq!(names.nearest("headinq-4711-of-all"), Some("Heading-4711-of-all"));
        assert_eq!(names.nearest("heading-4711-or-all"), Some("Heading-4711-of-all"));
        assert_eq!(names.nearest("something else"), None);
        assert!(names.around("heading-4711-of-all").count() <= 4 * NEAR);
        let few: NameIndex = ["b", "a", "B"].into_iter().collect();
        assert_eq!(few.around("z").collect::<Vec<_>>(), ["a", "B", "b"]);
    }

    #[test]
    fn long_names_are_not_compared() {
        let name = "y".repeat(LONGEST_NAME);
        assert_eq!(nearest(&name[1..], [name.as_str()]), Some(name.as_str()));
        let longer = format!("y{name}");
        assert_eq!(nearest(&name, [longer.as_str()]), None);
    }

    #[test]
    fn long_lines_are_shortened_around_the_span() {
        let file = FileName::site("a.md");
        let short = format!("{}\nb{}\r\nc", "a".repeat(9), "b".repeat(SHOWN_LINE - 1));
        let location = Location::of(&file, &short, SHOWN_LINE..SHOWN_LINE + 4);
        assert_eq!(location.text.as_deref(), Some(&short[10..10 + SHOWN_LINE]));
        assert_eq!(location.marked, (SHOWN_LINE as u32 - 10, SHOWN_LINE as u32 - 6));
        let long = format!("{}!{}\n", "a".repeat(5000), "b".repeat(200));
        let location = Location::of(&file, &long, 5000..5001);
        assert_eq!(location.column, 5001);
        let (from, to) = (location.marked.0 as usize, location.marked.1 as usize);
        let excerpt = location.text.unwrap_or_default();
        assert_eq!(&excerpt[from..to], "!");
        assert_eq!(excerpt.len(), SHOWN_LINE / 4 + 201);
        assert_eq!(Location::of(&file, &long, 5000..9000).marked, (100, 301));
    }
}
