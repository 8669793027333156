//! Limits the loops of templates.
//!
//! Tera has no such limit: three nested loops over a list of thousands would block a build for hours. Before a template
//! is compiled, each list that it loops over is piped through a filter that counts its elements. The limit counts steps
//! and not time, so that it does not depend on the machine.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tera::{Error, Kwargs, State, TeraResult, Value};

/// Maximum number of loop iterations for one page.
const MOST_STEPS: usize = 10_000_000;

/// Beginning of the error message.
pub(super) const TOO_MANY: &str = "the loops of one page iterate over more than";

/// Name of the filter.
pub(super) const FILTER: &str = "rolebook_steps";

thread_local! {
    /// Number of loop iterations of the page that is being rendered.
    static STEPS: Cell<usize> = const { Cell::new(0) };
    /// Set to stop rendering the current page.
    static STOP: RefCell<Arc<AtomicBool>> = RefCell::default();
}

/// Panic payload of a page that is no longer needed.
pub struct Interrupted;

/// Runs `work` on this thread. Pages rendered in it unwind with [`Interrupted`] once `stop` is set.
pub fn interruptible<T>(stop: Arc<AtomicBool>, work: impl FnOnce() -> T) -> T {
    STOP.set(stop);
    work()
}

/// Resets the counter for a new page.
pub(super) fn begin() {
    STEPS.set(0);
}

/// The filter: returns its input, and adds its length to the counter.
///
/// # Errors
/// If the page exceeds the limit.
pub(super) fn count(value: Value, _: Kwargs, _: &State) -> TeraResult<Value> {
    if STOP.with_borrow(|stop| stop.load(Ordering::Relaxed)) {
        std::panic::resume_unwind(Box::new(Interrupted));
    }
    let length = value.len().unwrap_or_default();
    STEPS.set(STEPS.get().saturating_add(length));
    if STEPS.get() > MOST_STEPS {
        return Err(Error::message(format!("{TOO_MANY} {MOST_STEPS} values")));
    }
    Ok(value)
}

/// A template with instrumented loops.
pub(super) struct InstrumentedTemplate {
    /// Text to compile.
    pub text: String,
    /// Positions and lengths of insertions, in bytes.
    inserted: Vec<(usize, usize)>,
}

impl InstrumentedTemplate {
    /// Instruments the loops of a template: `{% for x in LIST %}`, and `[x for x in LIST]` anywhere.
    pub(super) fn new(template: &str) -> Self {
        let mut instrumented = Self { text: String::with_capacity(template.len()), inserted: Vec::new() };
        let mut done = 0;
        let end = format!(") | {FILTER}");
        for (at, is_end) in lists(template) {
            instrumented.text.push_str(&template[done..at]);
            let inserted = if is_end { &end } else { "(" };
            instrumented.inserted.push((instrumented.text.len(), inserted.len()));
            instrumented.text.push_str(inserted);
            done = at;
        }
        instrumented.text.push_str(&template[done..]);
        instrumented
    }

    /// Maps an offset to the original template.
    pub(super) fn original(&self, at: usize) -> usize {
        let before = self.inserted.iter().take_while(|(inserted, _)| *inserted < at);
        at - before.map(|(inserted, length)| (*length).min(at - inserted)).sum::<usize>()
    }
}

/// Start and end of the lists that a template loops over, in order of position.
fn lists(template: &str) -> Vec<(usize, bool)> {
    let mut boundaries = Vec::new();
    let mut at = 0;
    while let Some(open) = template[at..].find('{').map(|open| at + open) {
        let (inside, close) = match template.as_bytes().get(open + 1) {
            Some(b'{') => (open + 2, "}}"),
            Some(b'%') => (open + 2, "%}"),
            Some(b'#') => {
                let Some(end) = template[open..].find("#}") else { break };
                at = open + end + 2;
                continue;
            }
            _ => {
                at = open + 1;
                continue;
            }
        };
        at = in_tag(template, inside, close, &mut boundaries);
        let tag = template[inside..at].trim_end_matches(close).trim_matches(['-', ' ', '\t', '\r', '\n']);
        if close == "%}" && tag == "raw" {
            at = end_of_raw(template, at);
        }
    }
    // Lists may be nested.
    boundaries.sort_unstable();
    boundaries
}

/// End of the text after `{% raw %}`.
fn end_of_raw(template: &str, from: usize) -> usize {
    let tags = template[from..].match_indices("{%");
    let ends = |(at, _): &(usize, &str)| {
        template[from + at + 2..].trim_start_matches('-').trim_start().starts_with("endraw")
    };
    tags.into_iter().find(ends).map_or(template.len(), |(at, _)| from + at)
}

/// The list of a loop whose end has not been reached.
struct Open {
    /// Number of open brackets around it.
    depth: usize,
    /// True if it belongs to a tag, false if to an expression.
    is_tag: bool,
}

/// Scans a tag or expression after its opening delimiter for lists, and returns the end.
fn in_tag(template: &str, from: usize, close: &str, boundaries: &mut Vec<(usize, bool)>) -> usize {
    let bytes = template.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut depth = 0_usize;
    let mut at = from;
    // True while only white space or the white-space control sign has been read.
    let mut is_first = true;
    while at < bytes.len() {
        let rest = &template[at..];
        // `}}` may also close two nested maps.
        if rest.starts_with(close) && depth == 0 {
            if open.pop().is_some() {
                let end = if bytes[at - 1] == b'-' { at - 1 } else { at };
                boundaries.push((end, true));
            }
            return at + close.len();
        }
        let byte = bytes[at];
        match byte {
            b'"' | b'\'' | b'`' => {
                at = end_of_string(bytes, at);
                is_first = false;
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                if open.last().is_some_and(|list| list.depth == depth && !list.is_tag) {
                    open.pop();
                    boundaries.push((at, true));
                }
                depth = depth.saturating_sub(1);
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' => {
                let word = word(rest);
                let is_name = at > from && bytes[at - 1] == b'.';
                if word == "for"
                    && !is_name
                    && let Some(list) = list_after_in(&rest[word.len()..])
                {
                    at += word.len() + list;
                    boundaries.push((at, false));
                    open.push(Open { depth, is_tag: is_first });
                    is_first = false;
                    continue;
                }
                if word == "if" && open.last().is_some_and(|list| list.depth == depth && !list.is_tag) {
                    open.pop();
                    boundaries.push((at, true));
                }
                at += word.len();
                is_first = false;
                continue;
            }
            _ => {}
        }
        is_first &= byte.is_ascii_whitespace() || byte == b'-';
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    at
}

/// The end of a string literal; its first byte is the quote.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while at < bytes.len() && bytes[at] != bytes[from] {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// The leading letters, digits and underscores of a text.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The start of the list in `x in LIST` or `key, x in LIST`.
fn list_after_in(text: &str) -> Option<usize> {
    let mut rest = text.trim_start();
    for _ in 0..2 {
        let name = word(rest);
        if name.is_empty() {
            return None;
        }
        rest = rest[name.len()..].trim_start();
        match rest.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => break,
        }
    }
    let list = rest
        .strip_prefix("in")
        .filter(|list| !list.starts_with(|c: char| c.is_alphanumeric() || c == '_'))?;
    Some(text.len() - list.trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instrumented(template: &str) -> String {
        InstrumentedTemplate::new(template).text.replace(&format!(" | {FILTER}"), "!")
    }

    #[test]
    fn lists_of_loops_are_found() {
        for (template, expected) in [
            ("{% for x in list %}{% endfor %}", "{% for x in (list )!%}{% endfor %}"),
            ("{%- for k, v in a.b -%} x", "{%- for k, v in (a.b )!-%} x"),
            ("{% for x in [1, 2] %}{{ x }}", "{% for x in ([1, 2] )!%}{{ x }}"),
            ("{% for x in a if b else c %}", "{% for x in (a if b else c )!%}"),
            ("{{ [x for x in list] }}", "{{ [x for x in (list)!] }}"),
            ("{{ [x for x in list if x in y] | join }}", "{{ [x for x in (list )!if x in y] | join }}"),
            ("{% set a = [[y for y in x] for x in b] %}", "{% set a = [[y for y in (x)!] for x in (b)!] %}"),
            ("{% for x in [y for y in z] %}", "{% for x in ([y for y in (z)!] )!%}"),
            ("{{ <part list={[x for x in y]} /> }}", "{{ <part list={[x for x in (y)!]} /> }}"),
            ("{% for x in f(a=\"%} for\") %}", "{% for x in (f(a=\"%} for\") )!%}"),
            // Not loops.
            ("for x in y", "for x in y"),
            ("{# {% for x in y %} #}", "{# {% for x in y %} #}"),
            ("{% raw %}{% for x in y %}{%- endraw %}", "{% raw %}{% for x in y %}{%- endraw %}"),
            (
                "{{ a.for }} {{ fill(for=1) }} {{ 'for x in y' }}",
                "{{ a.for }} {{ fill(for=1) }} {{ 'for x in y' }}",
            ),
            ("{{ {a: {b: 1}} }}{% if x in y %}", "{{ {a: {b: 1}} }}{% if x in y %}"),
            ("{% for x in", "{% for x in("),
            ("{% for", "{% for"),
        ] {
            assert_eq!(instrumented(template), expected);
        }
    }

    #[test]
    fn offsets_map_to_the_original() {
        let template = "{% for x in list %}{{ [y for y in x] }}{% endfor %}é";
        let instrumented = InstrumentedTemplate::new(template);
        for needle in ["list", "{{", "]", "{% endfor", "é"] {
            let at = instrumented.text.find(needle).unwrap();
            assert_eq!(instrumented.original(at), template.find(needle).unwrap(), "{needle}");
        }
    }
}
