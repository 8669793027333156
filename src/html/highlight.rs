//! Code highlighting with few classes, so that one style sheet serves every language and colour scheme. The most
//! common languages are highlighted by a scanner, all others by grammars.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::escape_to;
use super::scan::scan;

/// Maximum size of a highlighted block and of a line in it, in bytes: grammars consist of regular expressions and
/// would delay the page.
const MAX_BLOCK: usize = 64 << 10;
const MAX_LINE: usize = 2_000;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Classes by scope. The first matching prefix of the innermost scope wins.
static CLASSES: LazyLock<Vec<(Scope, &str)>> = LazyLock::new(|| {
    [
        ("comment", "comment"),
        ("punctuation.definition.comment", "comment"),
        ("constant.character.escape", "escape"),
        ("constant.numeric", "number"),
        ("constant", "constant"),
        ("string", "string"),
        ("punctuation.definition.string", "string"),
        ("markup.inserted", "inserted"),
        ("markup.deleted", "deleted"),
        ("markup.heading", "heading"),
        ("entity.name.section", "heading"),
        ("meta.diff.header", "heading"),
        ("meta.diff.range", "heading"),
        ("entity.name.function", "function"),
        ("variable.function", "function"),
        ("support.function", "function"),
        ("entity.name.tag", "tag"),
        ("entity.other.attribute-name", "attribute"),
        ("entity.name.type", "type"),
        ("entity.name.class", "type"),
        ("entity.name.struct", "type"),
        ("support.type", "type"),
        ("support.class", "type"),
        ("storage.type", "keyword"),
        ("storage.modifier", "keyword"),
        ("storage", "keyword"),
        ("keyword.operator", "operator"),
        ("keyword", "keyword"),
        ("variable.parameter", "variable"),
        ("variable.other", "variable"),
        ("variable.language", "variable"),
        ("punctuation", "punctuation"),
    ]
    .into_iter()
    .filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, class)))
    .collect()
});

/// Highlights code as HTML with `hl-…` classes. The case of the language does not matter. Returns `None` if the
/// language is unknown or the block is too large for a grammar.
pub fn highlight(code: &str, language: &str) -> Option<String> {
    let language = language.to_ascii_lowercase();
    let mut writer = SpanWriter { html: String::with_capacity(code.len() * 2), class: None };
    if let Some(parts) = scan(code, &language) {
        parts.into_iter().for_each(|(text, class)| writer.write(text, class));
        return Some(writer.finish());
    }
    if code.len() > MAX_BLOCK || code.lines().any(|line| line.len() > MAX_LINE) {
        return None;
    }
    let syntax = syntax(&language)?;
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    // The class at each depth of the stack, so that deep nesting costs no more than shallow.
    let mut classes: Vec<Option<&'static str>> = Vec::new();
    for line in code.split_inclusive('\n') {
        let operations = state.parse_line(line, &SYNTAXES).ok()?;
        let mut done = 0;
        for (at, operation) in operations {
            writer.write(&line[done..at], classes.last().copied().flatten());
            let change = |change, _: &[Scope]| match change {
                BasicScopeStackOp::Push(scope) => {
                    classes.push(class(scope).or(classes.last().copied().flatten()));
                }
                BasicScopeStackOp::Pop => {
                    classes.pop();
                }
            };
            stack.apply_with_hook(&operation, change).ok()?;
            done = at;
        }
        writer.write(&line[done..], classes.last().copied().flatten());
    }
    Some(writer.finish())
}

/// The grammar of a language, by a name used in code fences.
fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let name = match language {
        "" | "text" | "txt" | "plain" | "plaintext" | "none" | "output" => return None,
        "docker" => "dockerfile",
        "protobuf" => "proto",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(name)
}

fn class(scope: Scope) -> Option<&'static str> {
    CACHED_CLASSES.with_borrow_mut(|cache| {
        *cache.entry(scope).or_insert_with(|| {
            CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, class)| *class)
        })
    })
}

thread_local! {
    /// The class of each scope seen so far: there are few, and they recur.
    static CACHED_CLASSES: RefCell<HashMap<Scope, Option<&'static str>>> = RefCell::default();
}

/// Writes spans, joining neighbours of the same class.
struct SpanWriter {
    html: String,
    class: Option<&'static str>,
}

impl SpanWriter {
    fn write(&mut self, text: &str, class: Option<&'static str>) {
        if text.is_empty() {
            return;
        }
        // White space has no colour, so it joins the open span.
        if class != self.class && !text.trim().is_empty() {
            self.close();
            if let Some(class) = class {
                self.html.push_str("<span class=\"hl-");
                self.html.push_str(class);
                self.html.push_str("\">");
            }
            self.class = class;
        }
        escape_to(&mut self.html, text);
    }

    fn close(&mut self) {
        if self.class.take().is_some() {
            self.html.push_str("</span>");
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}
