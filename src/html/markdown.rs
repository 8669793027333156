//! The writer: Markdown events to HTML.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, Parser, Tag, TagEnd, TextMergeStream};

use super::highlight::highlight;
use super::sanitize::{Treatment, escape_stray, sanitize, sanitize_title, treatment};
use super::stretches::Stretches;
use super::{Additions, Context, HtmlPolicy, Label, LinkTarget, Rendered, TocEntry, escape, escape_to};
use crate::parse::{
    Attribute, Document, Gfm, Heading, HeadingChange, Level, LinkKind, Obligation, Piece, RawHeading,
    autolinks, emoji, fold, key_words, link, page_id, picture, pieces,
};

/// A whole document. The H1 that opens it is taken out of the body.
pub fn document(
    text: &str,
    document: &Document,
    policy: HtmlPolicy,
    context: &dyn Context,
    additions: Additions<'_>,
) -> Rendered {
    let mut writer = Writer::new(policy, context, &document.headings);
    writer.takes_title = document.title.is_some();
    writer.additions = additions;
    if additions.obligations {
        writer.obligations = &document.obligations;
    }
    writer.taken = Some(taken_ids(document, additions.obligations));
    writer.run(Gfm::rewritten(&text[document.body..], &document.rewriting));
    let mut body = writer.finish();
    let mut title = writer.title.take();
    if policy == HtmlPolicy::Sanitized && document.raw_html {
        body = sanitize_stretches(body, std::mem::take(&mut writer.stretches));
        title = title.map(|title| sanitize_title(&title));
    }
    let (first, rest) = document.headings.split_at(usize::from(document.title.is_some()));
    let named = |heading: &&Heading| !heading.id.is_empty();
    Rendered {
        title,
        title_id: first.iter().find(named).map(|heading| heading.id.clone()),
        body,
        toc: rest
            .iter()
            .filter(named)
            .map(|heading| TocEntry {
                level: heading.level,
                text: heading.text.clone(),
                id: heading.id.clone(),
            })
            .collect(),
    }
}

/// The ids that a page gives to headings and obligations; a document with neither raw ids nor obligations needs none.
fn taken_ids(document: &Document, obligations: bool) -> HashSet<String> {
    if document.anchors.is_empty() {
        return HashSet::new();
    }
    let headings = document.headings.iter().map(|heading| &heading.id);
    let obligations = document.obligations.iter().filter(|found| obligations && !found.is_anchor);
    headings.chain(obligations.map(|found| &found.id)).cloned().collect()
}

/// A body in which all raw HTML is reduced to what GitHub would show.
fn sanitize_stretches(body: String, stretches: Stretches) -> String {
    let Some(found) = stretches.found() else { return sanitize(&body) };
    let mut clean = String::with_capacity(body.len());
    let mut done = 0;
    for stretch in found {
        clean.push_str(&body[done..stretch.start]);
        clean.push_str(&sanitize(&body[stretch.clone()]));
        done = stretch.end;
    }
    clean.push_str(&body[done..]);
    clean
}

/// A piece of Markdown from a data file. `inline` leaves out the paragraph around a single one.
pub fn fragment(text: &str, inline: bool, policy: HtmlPolicy, context: &dyn Context) -> String {
    if is_plain(text) {
        return if inline { text.to_owned() } else { format!("<p>{text}</p>") };
    }
    written(text, inline, policy, context)
}

/// Whether a text is a line in which nothing can be Markdown, and nothing has to be escaped: many fields of data are.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || b" ,.;'()/?-".contains(&b))
        && !text.contains("www.")
}

fn written(text: &str, inline: bool, policy: HtmlPolicy, context: &dyn Context) -> String {
    let mut writer = Writer::new(policy, context, &[]);
    writer.run(Gfm::new(text));
    let mut html = writer.finish();
    if policy == HtmlPolicy::Sanitized && writer.raw_html {
        html = sanitize(&html);
    }
    let html = html.trim_end();
    match html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")) {
        Some(inner) if inline && !inner.contains("<p>") => inner.to_owned(),
        _ => html.to_owned(),
    }
}

struct Writer<'a> {
    policy: HtmlPolicy,
    context: &'a dyn Context,
    /// The document's headings; a fragment has none, and its headings have no ids.
    headings: &'a [Heading],
    next_heading: usize,
    /// Ids of the page, to which each one in raw HTML is added: of two places with one id, the first would be the only
    /// one that a link leads to. A fragment has none, as its page is made of many and nothing refers to their places.
    taken: Option<HashSet<String>>,
    html: String,
    /// The first heading is taken out of the body.
    takes_title: bool,
    title: Option<String>,
    /// What was written before the title that is being taken out.
    before_title: Option<String>,
    raw_heading: RawHeading,
    /// Index of the raw heading that is open.
    open_raw_heading: Option<usize>,
    raw_html: bool,
    stretches: Stretches,
    additions: Additions<'a>,
    /// The obligations that are still to come.
    obligations: &'a [Obligation],
    /// The terms that were met, by their place among the terms.
    met: HashSet<usize>,
    in_heading: bool,
    /// How many raw elements are open within which no link may begin.
    raw_depth: usize,
    /// Whether each span of emphasis or link that is open is strong, the innermost last.
    strong: Vec<bool>,
    /// Open links, the innermost last; `false` for those without an address.
    open_links: Vec<bool>,
    /// The innermost link is an address in angle brackets.
    in_autolink: bool,
    /// Description of the picture that is open.
    picture: Option<Picture>,
    code: Option<(String, String)>,
    html_block: Option<String>,
    table: Vec<Alignment>,
    cell: usize,
    in_cell: bool,
    in_head: bool,
    footnotes: Footnotes,
    /// What was written before the footnote that is open, and its label, where it is shown.
    before_footnote: Vec<(String, Option<String>)>,
}

struct Picture {
    depth: usize,
    target: LinkTarget,
    title: String,
    description: String,
}

/// Footnotes, numbered in the order of their first use. Their ids hold a dot, which no heading's does.
#[derive(Default)]
struct Footnotes {
    numbers: HashMap<String, usize>,
    uses: HashMap<String, usize>,
    texts: HashMap<String, String>,
}

impl<'a> Writer<'a> {
    fn new(policy: HtmlPolicy, context: &'a dyn Context, headings: &'a [Heading]) -> Self {
        Self {
            policy,
            context,
            headings,
            next_heading: 0,
            taken: None,
            html: String::new(),
            takes_title: false,
            title: None,
            before_title: None,
            raw_heading: RawHeading::default(),
            open_raw_heading: None,
            raw_html: false,
            stretches: Stretches::default(),
            additions: Additions::default(),
            obligations: &[],
            met: HashSet::new(),
            in_heading: false,
            raw_depth: 0,
            strong: Vec::new(),
            open_links: Vec::new(),
            in_autolink: false,
            picture: None,
            code: None,
            html_block: None,
            table: Vec::new(),
            cell: 0,
            in_cell: false,
            in_head: false,
            footnotes: Footnotes::default(),
            before_footnote: Vec::new(),
        }
    }

    fn run(&mut self, gfm: Gfm<'_>) {
        self.html.reserve(gfm.text().len() * 3 / 2);
        self.footnotes.numbers = footnote_numbers(&gfm);
        let mut events = TextMergeStream::new(Parser::new_ext(gfm.text(), gfm.options())).peekable();
        while let Some(event) = events.next() {
            let Event::Start(Tag::List(first)) = event else {
                self.event(event);
                continue;
            };
            // A list whose first item is a task is a task list.
            let item = events.next_if(|event| matches!(event, Event::Start(Tag::Item)));
            // The marker stands behind the paragraph's start in a loose list.
            let paragraph =
                events.next_if(|event| item.is_some() && matches!(event, Event::Start(Tag::Paragraph)));
            let is_task = matches!(events.peek(), Some(Event::TaskListMarker(_)));
            self.raw_heading.follow(&event);
            self.stretches.begin(self.html.len());
            self.start_list(first, is_task);
            item.into_iter().chain(paragraph).for_each(|event| self.event(event));
        }
    }

    fn event(&mut self, event: Event<'_>) {
        if self.raw_heading.follow(&event) {
            self.end_raw_heading();
        }
        if let Some(picture) = &mut self.picture {
            match event {
                Event::Start(Tag::Image { .. }) => picture.depth += 1,
                Event::End(TagEnd::Image) if picture.depth > 0 => picture.depth -= 1,
                Event::End(TagEnd::Image) => {
                    self.end_picture();
                    self.stretches.end(self.html.len());
                }
                Event::Text(text)
                | Event::Code(text)
                | Event::InlineMath(text)
                | Event::DisplayMath(text) => {
                    picture.description.push_str(&text);
                }
                Event::SoftBreak | Event::HardBreak => picture.description.push(' '),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => {
                self.stretches.begin(self.html.len());
                self.start(tag);
            }
            Event::End(tag) => {
                self.end(tag);
                self.stretches.end(self.html.len());
            }
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                self.html.push_str("<code>");
                escape_to(&mut self.html, &code);
                self.html.push_str("</code>");
            }
            Event::Html(html) => match &mut self.html_block {
                Some(block) => block.push_str(&html),
                None => self.raw(&html),
            },
            // The parser leaves raw HTML as it is; in a table, the bar between cells is escaped there, too.
            Event::InlineHtml(html) if self.in_cell => self.raw(&html.replace("\\|", "|")),
            Event::InlineHtml(html) => self.raw(&html),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>\n"),
            Event::Rule => self.html.push_str("<hr>\n"),
            Event::TaskListMarker(done) => {
                let (state, label) = if done { (" checked", Label::Done) } else { ("", Label::Open) };
                let label = self.label(label);
                let _ =
                    write!(self.html, "<input type=\"checkbox\" disabled{state} aria-label=\"{label}\"> ");
            }
            Event::FootnoteReference(label) => self.footnote_reference(&label),
            Event::InlineMath(math) => {
                let _ = write!(self.html, "<span class=\"rb-math\">${}$</span>", escape(&math));
            }
            Event::DisplayMath(math) => {
                let _ =
                    write!(self.html, "<span class=\"rb-math rb-math-display\">$${}$$</span>", escape(&math));
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. }) {
            self.strong.push(tag == Tag::Strong);
        }
        match tag {
            // A title is text without paragraphs.
            Tag::Paragraph if self.before_title.is_some() => {}
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { level, .. } => self.start_heading(level as u8),
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    // What follows the name are notes for other programs (`rust,ignore`).
                    CodeBlockKind::Fenced(info) => {
                        info.trim().split([',', ' ', '{']).next().unwrap_or_default().to_owned()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::HtmlBlock => self.html_block = Some(String::new()),
            Tag::List(first) => self.start_list(first, false),
            Tag::Item => self.html.push_str("<li>"),
            Tag::FootnoteDefinition(label) => {
                let label = Some(fold(&label)).filter(|label| {
                    self.footnotes.numbers.contains_key(label) && !self.footnotes.texts.contains_key(label)
                });
                self.before_footnote.push((std::mem::take(&mut self.html), label));
            }
            Tag::Table(alignments) => {
                self.table = alignments;
                self.html.push_str("<div class=\"rb-table\"><table>\n");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.cell = 0;
                self.html.push_str("<thead>\n<tr>");
            }
            Tag::TableRow => {
                self.cell = 0;
                self.html.push_str("<tr>");
            }
            Tag::TableCell => {
                self.in_cell = true;
                self.html.push_str(if self.in_head { "<th" } else { "<td" });
                self.html.push_str(match self.table.get(self.cell) {
                    Some(Alignment::Left) => " class=\"rb-left\">",
                    Some(Alignment::Center) => " class=\"rb-center\">",
                    Some(Alignment::Right) => " class=\"rb-right\">",
                    Some(Alignment::None) | None => ">",
                });
            }
            Tag::Emphasis => self.html.push_str("<em>"),
            // As on GitHub, what is strong is not made stronger.
            Tag::Strong if self.strong.iter().rev().nth(1) == Some(&true) => {}
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Strikethrough => self.html.push_str("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                let (kind, destination) = link(link_type, dest_url);
                self.in_autolink = kind == LinkKind::Autolink;
                self.start_link(&destination, kind, &title);
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                let target = self.context.target(&dest_url, picture(link_type));
                self.picture = Some(Picture {
                    depth: 0,
                    target,
                    title: title.into_string(),
                    description: String::new(),
                });
            }
            // Not among the options.
            Tag::Superscript
            | Tag::Subscript
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) {
            self.strong.pop();
        }
        match tag {
            TagEnd::Paragraph if self.before_title.is_some() => self.html.push('\n'),
            TagEnd::Paragraph => self.html.push_str("</p>\n"),
            TagEnd::Heading(level) => self.end_heading(level as u8),
            TagEnd::BlockQuote(Some(_)) => self.html.push_str("</div>\n"),
            TagEnd::BlockQuote(None) => self.html.push_str("</blockquote>\n"),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => {
                let block = self.html_block.take().unwrap_or_default();
                self.raw(&block);
            }
            TagEnd::List(ordered) => self.html.push_str(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.html.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => {
                if let Some((before, label)) = self.before_footnote.pop() {
                    let text = std::mem::replace(&mut self.html, before);
                    self.footnotes.texts.extend(label.map(|label| (label, text)));
                }
            }
            TagEnd::Table => {
                self.html.push_str("</tbody>\n</table></div>\n");
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.html.push_str("</tr>\n</thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.html.push_str("</tr>\n"),
            TagEnd::TableCell => {
                self.in_cell = false;
                self.cell += 1;
                self.html.push_str(if self.in_head { "</th>" } else { "</td>" });
            }
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong if self.strong.last() == Some(&true) => {}
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.html.push_str("</del>"),
            TagEnd::Link => self.end_link(),
            TagEnd::Image
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// The heading that is being written, where it can be linked to: one without words has no id.
    fn named_heading(&self) -> Option<&'a Heading> {
        self.headings.get(self.next_heading).filter(|heading| !heading.id.is_empty())
    }

    fn start_heading(&mut self, level: u8) {
        self.in_heading = true;
        if self.takes_title && self.next_heading == 0 && self.before_footnote.is_empty() {
            self.before_title = Some(std::mem::take(&mut self.html));
            return;
        }
        match self.named_heading().filter(|_| self.before_footnote.is_empty()) {
            Some(heading) => {
                let _ = write!(self.html, "<h{level} id=\"{}\">", escape(&heading.id));
            }
            None => {
                let _ = write!(self.html, "<h{level}>");
            }
        }
    }

    fn end_heading(&mut self, level: u8) {
        self.in_heading = false;
        if !self.before_footnote.is_empty() {
            let _ = writeln!(self.html, "</h{level}>");
            return;
        }
        let heading = self.named_heading();
        self.next_heading += 1;
        if let Some(before) = self.before_title.take() {
            self.title = Some(std::mem::replace(&mut self.html, before));
            return;
        }
        self.heading_links(heading);
        let _ = writeln!(self.html, "</h{level}>");
    }

    /// The links at the end of a heading: to itself, and to where it is cited.
    fn heading_links(&mut self, heading: Option<&Heading>) {
        let Some(heading) = heading else { return };
        let id = escape(&heading.id);
        let label = self.label(Label::Section);
        let _ = write!(self.html, " <a class=\"rb-anchor\" href=\"#{id}\" aria-label=\"{label}\">#</a>");
        let cited = self.additions.citations.and_then(|citations| citations.get(&heading.id));
        if let Some(times) = cited {
            let times = escape(times);
            let _ = write!(self.html, " <a class=\"rb-cites\" href=\"#cited-by.{id}\">{times}</a>");
        }
    }

    /// A heading in raw HTML begins. Its own id, if it has one, stands beside the one that GitHub gives it.
    fn start_raw_heading(&mut self, html: &str, name: &str, span: Range<usize>, attributes: &[Attribute]) {
        let heading = self.named_heading();
        let takes_title = self.takes_title && self.next_heading == 0;
        self.open_raw_heading = Some(self.next_heading);
        self.next_heading += 1;
        self.in_heading = true;
        let (own, others): (Vec<_>, Vec<_>) =
            attributes.iter().cloned().partition(|attribute| attribute.name == "id");
        if takes_title {
            self.before_title = Some(std::mem::take(&mut self.html));
            return self.own_place(html, &own);
        }
        self.in_stretch(|stretches| stretches.tag(name, false));
        let Some(heading) = heading else { return self.raw_tag(html, name, span, attributes) };
        let _ = write!(self.html, "<{name} id=\"{}\"", escape(&heading.id));
        for attribute in others {
            self.html.push(' ');
            self.raw_attribute(html, name, &attribute);
        }
        self.html.push('>');
        self.own_place(html, &own);
    }

    /// The place of a raw heading's own id.
    fn own_place(&mut self, html: &str, own: &[Attribute]) {
        let id = own.first().and_then(|attribute| self.free_id(&attribute.text(html)));
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            let _ = write!(self.html, "<a id=\"{}\"></a>", escape(&id));
        }
    }

    /// The raw heading that is open ends; whether it was the title.
    fn end_raw_heading(&mut self) -> bool {
        self.in_heading = false;
        self.open_raw_heading = None;
        let Some(before) = self.before_title.take() else { return false };
        let title = std::mem::replace(&mut self.html, before);
        self.title = Some(title.trim().to_owned());
        self.stretches.resume(self.html.len());
        true
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>) {
        let (class, title) = match kind {
            None => return self.html.push_str("<blockquote>\n"),
            Some(BlockQuoteKind::Note) => ("note", Label::Note),
            Some(BlockQuoteKind::Tip) => ("tip", Label::Tip),
            Some(BlockQuoteKind::Important) => ("important", Label::Important),
            Some(BlockQuoteKind::Warning) => ("warning", Label::Warning),
            Some(BlockQuoteKind::Caution) => ("caution", Label::Caution),
        };
        let title = self.label(title);
        let _ = writeln!(
            self.html,
            "<div class=\"rb-alert rb-alert-{class}\"><p class=\"rb-alert-title\">{title}</p>"
        );
    }

    fn start_list(&mut self, first: Option<u64>, tasks: bool) {
        let class = if tasks { " class=\"rb-tasks\"" } else { "" };
        let _ = match first {
            None => writeln!(self.html, "<ul{class}>"),
            Some(1) => writeln!(self.html, "<ol>"),
            Some(first) => writeln!(self.html, "<ol start=\"{first}\">"),
        };
    }

    fn end_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        // What GitHub shows as a picture or a formula.
        let kind = match language.as_str() {
            "mermaid" | "geojson" | "topojson" | "stl" => " rb-diagram",
            "math" => " rb-math rb-math-display",
            _ => "",
        };
        if language.is_empty() {
            self.html.push_str("<pre class=\"rb-code\"><code>");
        } else {
            let language = escape(&language);
            let _ = write!(self.html, "<pre class=\"rb-code{kind}\" data-lang=\"{language}\"><code>");
        }
        match highlight(&code, &language) {
            Some(highlighted) => self.html.push_str(&highlighted),
            None => escape_to(&mut self.html, &code),
        }
        self.html.push_str("</code></pre>\n");
    }

    fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
            return;
        }
        if !self.open_links.is_empty() {
            return if self.in_autolink {
                self.plain(&htmlize::unescape(text))
            } else {
                self.normative(text)
            };
        }
        let mut done = 0;
        for link in autolinks(text) {
            self.normative(&text[done..link.span.start]);
            self.start_link(&link.destination, LinkKind::Bare, "");
            escape_to(&mut self.html, &text[link.span.clone()]);
            self.end_link();
            done = link.span.end;
        }
        self.normative(&text[done..]);
    }

    /// Running text with its key words, each a place of its own. The reader finds them in the same order.
    fn normative(&mut self, text: &str) {
        if self.obligations.is_empty() || self.in_heading {
            return self.plain(text);
        }
        let mut done = 0;
        for word in key_words(text) {
            let Some((obligation, rest)) = self.obligations.split_first() else { break };
            self.obligations = rest;
            self.plain(&text[done..word.start]);
            let id = escape(&obligation.id);
            let place = if obligation.is_anchor { String::new() } else { format!(" id=\"{id}\"") };
            let level = obligation.level.id();
            let forbids = matches!(obligation.level, Level::MustNot | Level::ShouldNot);
            let not = if forbids && text[word.end..].starts_with(" NOT") { " NOT".len() } else { 0 };
            let word = word.start..word.end + not;
            // A link within a link is none.
            let _ = if self.may_link() {
                let label = self.label(Label::Statement);
                write!(
                    self.html,
                    "<a class=\"rb-key rb-key-{level}\"{place} href=\"#{id}\" title=\"{label}\">{}</a>",
                    &text[word.clone()]
                )
            } else {
                write!(
                    self.html,
                    "<span class=\"rb-key rb-key-{level}\"{place}>{}</span>",
                    &text[word.clone()]
                )
            };
            done = word.end;
        }
        self.plain(&text[done..]);
    }

    /// Running text with the terms that it is the first to use, and with emoji.
    fn plain(&mut self, text: &str) {
        let text = &*emoji(text);
        let Some((terms, glossary)) = self.additions.terms.filter(|_| self.may_link()) else {
            return escape_to(&mut self.html, text);
        };
        let mut done = 0;
        for (at, index) in terms.find(text) {
            if !self.met.insert(index) {
                continue;
            }
            let term = terms.term(index);
            escape_to(&mut self.html, &text[done..at.start]);
            let _ = write!(
                self.html,
                "<a class=\"rb-term\" href=\"{}#{}\" title=\"{}\">",
                escape(glossary),
                escape(&term.id),
                escape(&term.meaning)
            );
            escape_to(&mut self.html, &text[at.clone()]);
            self.html.push_str("</a>");
            done = at.end;
        }
        escape_to(&mut self.html, &text[done..]);
    }

    /// Whether a link may begin here.
    fn may_link(&self) -> bool {
        !self.in_heading && self.raw_depth == 0 && self.open_links.is_empty()
    }

    fn start_link(&mut self, destination: &str, kind: LinkKind, title: &str) {
        let target = self.context.target(destination, kind);
        let href = target.href;
        self.open_links.push(href.is_some());
        let Some(href) = href else { return };
        let _ = write!(self.html, "<a href=\"{}\"", escape(&href));
        if let Some(class) = target.class {
            let _ = write!(self.html, " class=\"{class}\"");
        }
        let title = if title.is_empty() { target.title.unwrap_or_default() } else { title.to_owned() };
        if !title.is_empty() {
            let _ = write!(self.html, " title=\"{}\"", escape(&title));
        }
        self.html.push('>');
    }

    fn end_link(&mut self) {
        if self.open_links.pop() == Some(true) {
            self.html.push_str("</a>");
        }
    }

    fn end_picture(&mut self) {
        let Some(picture) = self.picture.take() else { return };
        let Some(address) = picture.target.href else {
            return escape_to(&mut self.html, &picture.description);
        };
        let _ = write!(
            self.html,
            "<img src=\"{}\" alt=\"{}\" loading=\"lazy\"",
            escape(&address),
            escape(&picture.description)
        );
        if !picture.title.is_empty() {
            let _ = write!(self.html, " title=\"{}\"", escape(&picture.title));
        }
        self.html.push('>');
    }

    fn footnote_reference(&mut self, label: &str) {
        let label = fold(label);
        // Within a footnote that is not shown, nothing is used.
        let is_shown = self.before_footnote.last().is_none_or(|(_, label)| label.is_some());
        let Some(number) = self.footnotes.numbers.get(&label).copied().filter(|_| is_shown) else { return };
        let uses = self.footnotes.uses.entry(label).or_default();
        *uses += 1;
        let suffix = if *uses == 1 { String::new() } else { format!("-{uses}") };
        if self.taken.is_none() {
            let _ = write!(self.html, "<sup class=\"rb-footnote-ref\">{number}</sup>");
            return;
        }
        let _ = write!(
            self.html,
            "<sup class=\"rb-footnote-ref\"><a href=\"#fn.{number}\" id=\"fnref.{number}{suffix}\">{number}</a></sup>"
        );
    }

    /// Raw HTML with its addresses resolved and without comments.
    fn raw(&mut self, html: &str) {
        for piece in pieces(html) {
            match piece {
                Piece::Comment(_) => {}
                Piece::Text(span) => {
                    let text = match self.policy {
                        HtmlPolicy::AsWritten => Cow::Borrowed(&html[span]),
                        HtmlPolicy::Sanitized => escape_stray(&html[span]),
                    };
                    if !text.trim().is_empty() {
                        self.raw_html = true;
                        self.in_stretch(|stretches| stretches.text(&text));
                    }
                    self.html.push_str(&text);
                }
                Piece::Tag { span, name, end, attributes } => {
                    let treatment = match self.policy {
                        HtmlPolicy::AsWritten => Treatment::Kept,
                        HtmlPolicy::Sanitized if name == "input" && !is_checkbox(html, &attributes) => {
                            Treatment::Dropped
                        }
                        HtmlPolicy::Sanitized => treatment(&name),
                    };
                    match treatment {
                        Treatment::Kept => self.kept_tag(html, &name, end, span, &attributes),
                        Treatment::Dropped => {}
                        Treatment::Shown => self.html.push_str(&html[span].replace('<', "&lt;")),
                    }
                }
            }
        }
    }

    fn kept_tag(&mut self, html: &str, name: &str, end: bool, span: Range<usize>, attributes: &[Attribute]) {
        self.raw_html = true;
        match self.raw_heading.tag(name, end).filter(|_| !self.headings.is_empty()) {
            Some(HeadingChange::Begins(_)) => {
                self.end_raw_heading();
                return self.start_raw_heading(html, name, span, attributes);
            }
            Some(HeadingChange::Ends) => {
                let index = self.open_raw_heading;
                if self.end_raw_heading() {
                    return;
                }
                let heading = index.and_then(|index| self.headings.get(index));
                self.heading_links(heading.filter(|heading| !heading.id.is_empty()));
            }
            None => {}
        }
        self.in_stretch(|stretches| stretches.tag(name, end));
        let holds_no_link = matches!(name, "a" | "code" | "pre" | "kbd" | "button" | "summary");
        // An anchor without a destination is a place: `<a id="x">`.
        let is_place = name == "a" && !end && attributes.iter().all(|known| known.name != "href");
        if holds_no_link && end {
            self.raw_depth = self.raw_depth.saturating_sub(1);
        } else if holds_no_link && !is_place {
            self.raw_depth += 1;
        }
        self.raw_tag(html, name, span, attributes);
    }

    /// A tag with its attributes.
    fn raw_tag(&mut self, html: &str, name: &str, span: Range<usize>, attributes: &[Attribute]) {
        let mut done = span.start;
        for attribute in attributes {
            self.html.push_str(&html[done..attribute.span.start]);
            self.raw_attribute(html, name, attribute);
            done = attribute.span.end;
        }
        self.html.push_str(&html[done..span.end]);
    }

    /// The id that a place in raw HTML has on the page, unless another place has it.
    fn free_id(&mut self, written: &str) -> Option<String> {
        let id = page_id(written).into_owned();
        self.taken.as_mut()?.insert(id.clone()).then_some(id)
    }

    /// An attribute of a raw tag, with its addresses resolved, as a class where it is one of presentation, and with an
    /// id that is the document's own.
    fn raw_attribute(&mut self, html: &str, element: &str, attribute: &Attribute) {
        let written = attribute.text(html);
        let name = attribute.name.as_str();
        let is_sanitized = self.policy == HtmlPolicy::Sanitized;
        let (name, value) = match name {
            "align" if is_sanitized && !written.is_empty() => ("class", alignment(&written).to_owned()),
            "id" => match self.free_id(&written) {
                Some(id) => (name, id),
                None => return,
            },
            "name" if element == "a" => (name, page_id(&written).into_owned()),
            _ if attribute.holds_address(element) => {
                let mut address = |written: &str, kind: LinkKind| Some(self.raw_address(written, kind));
                let value = attribute.with_addresses(element, html, &mut address);
                (name, value.unwrap_or_default())
            }
            _ => return self.html.push_str(&html[attribute.span.clone()]),
        };
        if name == attribute.name && value == written {
            self.html.push_str(&html[attribute.span.clone()]);
        } else {
            let _ = write!(self.html, "{name}=\"{}\"", escape(&value));
        }
    }

    /// Notes raw HTML, unless it stands in the title, which is sanitised apart from the body.
    fn in_stretch(&mut self, note: impl FnOnce(&mut Stretches)) {
        if !self.before_footnote.is_empty() {
            self.stretches.moved();
        } else if self.before_title.is_none() {
            note(&mut self.stretches);
        }
    }

    fn raw_address(&self, written: &str, kind: LinkKind) -> String {
        match self.context.target(written, kind).href {
            Some(href) => href.to_string(),
            _ if self.policy == HtmlPolicy::AsWritten => written.to_owned(),
            _ => "#".to_owned(),
        }
    }

    /// What is said beside the text's own words, as HTML.
    fn label(&self, label: Label) -> String {
        escape(&self.context.label(label))
    }

    fn finish(&mut self) -> String {
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
            if self.taken.is_none() {
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

/// The numbers of the footnotes that are shown, by folded label: those that the text refers to, or a footnote that is
/// shown. As on GitHub, they are counted by the first reference, wherever that is written.
fn footnote_numbers(gfm: &Gfm<'_>) -> HashMap<String, usize> {
    if !gfm.text().contains("[^") {
        return HashMap::new();
    }
    // References, each with the footnote that it is in; of two footnotes with one label, the second is none.
    let mut references: Vec<(Option<String>, String)> = Vec::new();
    let mut defined = HashSet::new();
    let (mut open, mut pictures) = (Vec::new(), 0);
    for event in Parser::new_ext(gfm.text(), gfm.options()) {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => {
                let label = fold(&label);
                open.push(if defined.insert(label.clone()) { label } else { String::new() });
            }
            Event::End(TagEnd::FootnoteDefinition) => drop(open.pop()),
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Image) => pictures -= 1,
            Event::FootnoteReference(label) if pictures == 0 => {
                references.push((open.last().cloned(), fold(&label)));
            }
            _ => {}
        }
    }
    let mut within: HashMap<Option<&str>, Vec<&str>> = HashMap::new();
    for (from, to) in references.iter().filter(|(_, to)| defined.contains(to)) {
        within.entry(from.as_deref()).or_default().push(to);
    }
    let mut shown = HashSet::from([None]);
    let mut next = vec![None];
    while let Some(from) = next.pop() {
        let referred = within.get(&from).into_iter().flatten().map(|to| Some(*to));
        next.extend(referred.filter(|to| shown.insert(*to)));
    }
    let mut numbers = HashMap::new();
    for (from, to) in references.iter().filter(|(_, to)| defined.contains(to)) {
        if shown.contains(&from.as_deref()) {
            let number = numbers.len() + 1;
            numbers.entry(to.clone()).or_insert(number);
        }
    }
    numbers
}

/// Whether an `<input>` is a box to check: all others go.
fn is_checkbox(html: &str, attributes: &[Attribute]) -> bool {
    let kind = attributes.iter().find(|attribute| attribute.name == "type");
    kind.is_some_and(|kind| kind.text(html).eq_ignore_ascii_case("checkbox"))
}

/// The class of an `align` attribute.
fn alignment(value: &str) -> &'static str {
    match value.to_ascii_lowercase().as_str() {
        "center" | "middle" => "rb-center",
        "right" => "rb-right",
        _ => "rb-left",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Same;

    impl Context for Same {
        fn target(&self, destination: &str, _: LinkKind) -> LinkTarget {
            LinkTarget { href: crate::url::Href::new(destination), ..LinkTarget::default() }
        }

        fn label(&self, _: Label) -> String {
            "x".into()
        }
    }

    /// The body before it is sanitised, and where it has to be.
    fn body(text: &str) -> (String, Stretches) {
        let parsed = crate::parse::parse(text);
        let mut writer = Writer::new(HtmlPolicy::Sanitized, &Same, &parsed.headings);
        writer.run(Gfm::new(&text[parsed.body..]));
        (writer.finish(), writer.stretches)
    }

    #[test]
    fn only_blocks_with_raw_html_are_sanitised() {
        // The sanitiser writes a fixed space as an entity, the writer as it is.
        let (whole, stretches) = body("a & \u{a0}b\n\nx <kbd onclick=\"y\">z</kbd> \u{a0}q\n\n- \u{a0}c\n");
        assert_eq!(
            whole,
            "<p>a &amp; \u{a0}b</p>\n<p>x <kbd onclick=\"y\">z</kbd> \u{a0}q</p>\n<ul>\n<li>\u{a0}c</li>\n</ul>\n"
        );
        let clean = sanitize_stretches(whole, stretches);
        assert_eq!(
            clean,
            "<p>a &amp; \u{a0}b</p>\n<p>x <kbd>z</kbd> &nbsp;q</p>\n<ul>\n<li>\u{a0}c</li>\n</ul>\n"
        );
        // What is opened in one block and closed in another belongs together.
        let (whole, stretches) = body("<details onclick=\"x\">\n\na\u{a0}a\n\n</details>\n\nb\u{a0}b\n");
        let clean = sanitize_stretches(whole, stretches);
        assert_eq!(clean, "<details>\n<p>a&nbsp;a</p>\n</details>\n<p>b\u{a0}b</p>\n");
    }

    proptest! {
        /// What is taken for plain text is written as any other.
        #[test]
        fn plain_texts_are_written_as_they_are(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "a", "B", "1", " ", ".", ". ", ",", ";", "'", "(", ")", "/", "?", "-", "- ", "--", "é", "\u{a0}", "…", "www", ".", "x.y",
            ]), 0..12), inline in proptest::bool::ANY) {
            let text = parts.concat();
            if is_plain(&text) {
                let policy = HtmlPolicy::Sanitized;
                prop_assert_eq!(fragment(&text, inline, policy, &Same), written(&text, inline, policy, &Same));
            }
        }

        /// Sanitising evens out how things are written; after it, stretches and the whole are the same.
        #[test]
        fn stretches_come_out_as_the_whole_would(parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "a", " ", "\n", "\n\n", "- ", "> ", "# ", "*", "**", "`", "[", "](x)", "![", "[^1]", "[^1]: ", "| ", "|-|\n", "```\n",
                "<name>", "<li>", "<ul>", "</ul>", "<tr>", "</td>", "</p>", "<p>", "<b>", "</b>", "<div>", "</div>", "<details>", "</details>", "<p align=center>", "</p>", "<a name=x>", "</a>",
                "<br>", "<!-- c -->", "<script>", "</script>", "<table>", "<td>", "</table>", "<i onclick=y>", "</i>", "<",
            ]), 0..30)) {
            let (whole, stretches) = body(&parts.concat());
            // Where they cannot be told, the whole is what is sanitised.
            if stretches.clone().found().is_some() {
                let clean = sanitize_stretches(whole.clone(), stretches);
                prop_assert_eq!(sanitize(&clean), sanitize(&whole), "{}\n{}", parts.concat(), whole);
            }
        }
    }
}
