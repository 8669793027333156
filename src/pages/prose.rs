//! Renders Markdown as HTML for a page, with links relative to it.

use std::cell::Cell;

use super::scope::{Base, Scope};
use crate::formats::Trust;
use crate::html::{self, HtmlPolicy, Label, LinkTarget};
use crate::link::{self, Target};
use crate::model::{self, Text};
use crate::parse::LinkKind;
use crate::source::{Db, File};
use crate::url::Href;

/// Context for rendering the Markdown of a page.
struct PageContext<'a> {
    scope: Scope<'a>,
    from: File,
    /// Resolves destinations that are placeholders, before they are resolved as references.
    address: &'a dyn Fn(&str) -> Option<Option<Href>>,
}

impl html::Context for PageContext<'_> {
    fn target(&self, destination: &str, kind: LinkKind) -> LinkTarget {
        let address = (self.address)(destination);
        let destination = match &address {
            None => destination,
            // An absolute address may be an alias of a mounted document.
            Some(Some(href)) if href.is_absolute() => href,
            Some(href) => return LinkTarget { href: href.clone(), ..LinkTarget::default() },
        };
        let picture = matches!(kind, LinkKind::Image | LinkKind::ImageReference | LinkKind::HtmlSrc);
        let target = link::target(self.scope.db, self.from, destination);
        let class = match target {
            Target::External(_) | Target::SourceFile(_) if !picture => Some("rb-external"),
            Target::Page(page) if page.heading.is_some() && page.file != Some(self.from) => Some("rb-clause"),
            Target::Broken(_) => Some("rb-broken"),
            _ => None,
        };
        let pinned = match target {
            Target::Page(page) => page.pinned.as_deref(),
            _ => None,
        };
        let (class, title) = match target {
            _ if pinned.is_some() => {
                let title = pinned.map(|commit| {
                    self.scope.fill("parts.as_of", &[("commit", &commit.chars().take(7).collect::<String>())])
                });
                (Some("rb-pinned"), title)
            }
            Target::Page(page) if class == Some("rb-clause") => {
                let heading = page.heading.as_ref();
                (class, heading.map(|heading| format!("{} § {heading}", page.title)))
            }
            Target::Page(page) => {
                let role =
                    page.file.filter(|file| *file != self.from && model::is_role(self.scope.db, *file));
                role.map_or((class, None), |file| {
                    (Some("rb-role"), model::description(self.scope.db, file).clone())
                })
            }
            _ => (class, None),
        };
        LinkTarget { href: self.scope.href(target, picture), class, title }
    }

    fn label(&self, label: Label) -> String {
        self.scope.label(label)
    }
}

/// Context for rendering Markdown that may be the same on all pages.
struct AnyPageContext<'a> {
    page: PageContext<'a>,
    /// Set if a link depends on the page.
    depends_on_page: Cell<bool>,
}

impl html::Context for AnyPageContext<'_> {
    fn target(&self, destination: &str, kind: LinkKind) -> LinkTarget {
        let target = self.page.target(destination, kind);
        if target.href.as_ref().is_some_and(|href| href.starts_with('/')) {
            self.depends_on_page.set(true);
        }
        target
    }

    fn label(&self, label: Label) -> String {
        self.page.label(label)
    }
}

/// An interned text.
#[salsa::interned]
pub struct TextKey<'db> {
    /// The text.
    pub text: Text,
}

/// The HTML of a text without placeholders, without a paragraph element around a single paragraph. `None` if it differs
/// between pages, because it has links within the site.
#[salsa::tracked]
pub(super) fn html_on_any_page<'db>(db: &'db dyn Db, key: TextKey<'db>) -> Option<String> {
    let text = key.text(db);
    let scope = Scope { db, base: Base::Data };
    let page = PageContext { scope, from: text.file, address: &|_| None };
    let context = AnyPageContext { page, depends_on_page: Cell::new(false) };
    let html = html::fragment(&text.text, true, policy(db, text.file), &context);
    (!context.depends_on_page.get()).then_some(html)
}

impl Scope<'_> {
    /// Renders a Markdown field. `inline` omits the paragraph element around a single paragraph.
    pub fn markdown(&self, file: File, text: &str, inline: bool) -> String {
        self.markdown_with(file, text, inline, &|_| None)
    }

    /// Like [`Scope::markdown`] within a line, for a text that many pages show.
    pub(super) fn shared_markdown(&self, file: File, text: &str) -> String {
        let key = TextKey::new(self.db, Text { file, text: text.to_owned() });
        let html = html_on_any_page(self.db, key);
        html.clone().unwrap_or_else(|| self.markdown(file, text, true))
    }

    /// Like [`Scope::markdown`]; `address` resolves destinations that are placeholders. The inner `None` leaves the
    /// text without a link.
    pub(super) fn markdown_with(
        &self,
        file: File,
        text: &str,
        inline: bool,
        address: &dyn Fn(&str) -> Option<Option<Href>>,
    ) -> String {
        let context = PageContext { scope: *self, from: file, address };
        html::fragment(text, inline, policy(self.db, file), &context)
    }

    /// Like [`Scope::markdown`].
    pub fn text(&self, text: &Text, inline: bool) -> String {
        self.markdown(text.file, &text.text, inline)
    }

    /// Renders a document with additions.
    pub(super) fn with_additions(&self, file: File, additions: html::Additions<'_>) -> html::Rendered {
        let (db, context) = (self.db, PageContext { scope: *self, from: file, address: &|_| None });
        html::document(file.text(db), model::document(db, file), policy(db, file), &context, additions)
    }

    /// The theme's string for a label in rendered Markdown.
    pub fn label(&self, label: Label) -> String {
        self.string(match label {
            Label::Section => "prose.section",
            Label::Statement => "prose.statement",
            Label::Done => "prose.done",
            Label::Open => "prose.open",
            Label::Footnotes => "prose.footnotes",
            Label::Back => "prose.back",
            Label::Note => "prose.note",
            Label::Tip => "prose.tip",
            Label::Important => "prose.important",
            Label::Warning => "prose.warning",
            Label::Caution => "prose.caution",
        })
    }
}

fn policy(db: &dyn Db, file: File) -> HtmlPolicy {
    match file.config(db).trust {
        Trust::Own => HtmlPolicy::AsWritten,
        Trust::Mounted => HtmlPolicy::Sanitized,
    }
}
