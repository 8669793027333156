//! Footnotes, numbered in the order of their first use. Their ids contain a dot, unlike those of headings.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use memchr::memmem;

use super::HtmlWriter;
use crate::html::Label;
use crate::parse::{Event, Reading, Tag, TagEnd, fold};

/// The footnotes of a text by folded label.
#[derive(Default)]
pub(super) struct Footnotes {
    pub(super) numbers: HashMap<String, usize>,
    pub(super) uses: HashMap<String, usize>,
    pub(super) texts: HashMap<String, String>,
}

impl HtmlWriter<'_> {
    pub(super) fn start_footnote(&mut self, label: &str) {
        let label = Some(fold(label)).filter(|label| {
            self.footnotes.numbers.contains_key(label) && !self.footnotes.texts.contains_key(label)
        });
        self.before_footnote.push((std::mem::take(&mut self.html), label));
    }

    pub(super) fn end_footnote(&mut self) {
        if let Some((before, label)) = self.before_footnote.pop() {
            let text = std::mem::replace(&mut self.html, before);
            self.footnotes.texts.extend(label.map(|label| (label, text)));
        }
    }

    pub(super) fn footnote_reference(&mut self, label: &str) {
        let label = fold(label);
        // References within an unused footnote do not count.
        let is_used = self.before_footnote.last().is_none_or(|(_, label)| label.is_some());
        let Some(number) = self.footnotes.numbers.get(&label).copied().filter(|_| is_used) else { return };
        let uses = self.footnotes.uses.entry(label).or_default();
        *uses += 1;
        let suffix = if *uses == 1 { String::new() } else { format!("-{uses}") };
        if self.used_ids.is_none() {
            let _ = write!(self.html, "<sup class=\"rb-footnote-ref\">{number}</sup>");
            return;
        }
        let _ = write!(
            self.html,
            "<sup class=\"rb-footnote-ref\"><a href=\"#fn.{number}\" id=\"fnref.{number}{suffix}\">{number}</a></sup>"
        );
    }

    pub(super) fn finish(&mut self) -> String {
        let mut html = std::mem::take(&mut self.html);
        let mut used: Vec<_> = self.footnotes.numbers.iter().collect();
        used.sort_by_key(|(_, number)| **number);
        let texts = used
            .iter()
            .filter_map(|(label, number)| Some((*label, **number, self.footnotes.texts.get(*label)?)));
        let mut open = false;
        for (label, number, text) in texts {
            if !open {
                let label = self.label(Label::Footnotes);
                let _ = writeln!(html, "<section class=\"rb-footnotes\" aria-label=\"{label}\"><ol>");
                open = true;
            }
            if self.used_ids.is_none() {
                let _ = writeln!(html, "<li>{text}</li>");
                continue;
            }
            let mut back = String::new();
            for uses in 1..=self.footnotes.uses.get(label).copied().unwrap_or(1) {
                let suffix = if uses == 1 { String::new() } else { format!("-{uses}") };
                let label = self.label(Label::Back);
                let _ = write!(back, " <a href=\"#fnref.{number}{suffix}\" aria-label=\"{label}\">↩</a>");
            }
            let text = text.trim_end();
            let _ = match text.strip_suffix("</p>") {
                Some(text) => writeln!(html, "<li id=\"fn.{number}\">{text}{back}</p></li>"),
                None => writeln!(html, "<li id=\"fn.{number}\">{text}{back}</li>"),
            };
        }
        if open {
            html.push_str("</ol></section>\n");
        }
        html
    }
}

/// The numbers of the used footnotes, by folded label. A footnote is used if the text or another used footnote refers
/// to it. As on GitHub, the first reference determines the number, even if it is in a footnote.
pub(super) fn numbers(reading: Reading<'_>) -> HashMap<String, usize> {
    static MARK: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new("[^"));
    if MARK.find(reading.source().as_bytes()).is_none() {
        return HashMap::new();
    }
    // References, each with the footnote that contains it. A second footnote with the same label is ignored.
    let mut references: Vec<(Option<String>, String)> = Vec::new();
    let mut defined = HashSet::new();
    let mut open = Vec::new();
    for event in reading.events() {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => {
                let label = fold(reading.text(label));
                open.push(if defined.insert(label.clone()) { label } else { String::new() });
            }
            Event::End(TagEnd::FootnoteDefinition) => drop(open.pop()),
            Event::FootnoteReference(label) => {
                references.push((open.last().cloned(), fold(reading.text(label))));
            }
            _ => {}
        }
    }
    let mut within: HashMap<Option<&str>, Vec<&str>> = HashMap::new();
    for (from, to) in references.iter().filter(|(_, to)| defined.contains(to)) {
        within.entry(from.as_deref()).or_default().push(to);
    }
    let mut used = HashSet::from([None]);
    let mut next = vec![None];
    while let Some(from) = next.pop() {
        let referred = within.get(&from).into_iter().flatten().map(|to| Some(*to));
        next.extend(referred.filter(|to| used.insert(*to)));
    }
    let mut numbers = HashMap::new();
    for (from, to) in references.iter().filter(|(_, to)| defined.contains(to)) {
        if used.contains(&from.as_deref()) {
            let number = numbers.len() + 1;
            numbers.entry(to.clone()).or_insert(number);
        }
    }
    numbers
}
