//! A page that shows every component with sample data, for theme authors.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cited::{Cited, Place};
use super::coverage::Cell;
use super::items::{Item, Phase};
use super::kind::FixedPage;
use super::lead::{Skill, Step};
use super::obligations::{Duty, DutyItem, Statement};
use super::role_facts::MAX_LEVEL;
use super::rosters::{GroupLists, samples as lists};
use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::view::{
    Access, Blank, Calendar, Channel, Contacts, Fact, Letter, Level, Link, Meeting, PersonRef, Recurrence,
    RoleRef, Seat, SkillGroup, SkillRow, Team,
};
use super::{Changed, MEETINGS_SCRIPTS, PageView, Section, SectionItem, TocItem};
use crate::facts::{ChannelKind, Extra, Vocabulary};
use crate::html::{self, DefinedTerm, HtmlPolicy, Label, LinkTarget, Terms};
use crate::model::{self, Navigation, Route};
use crate::parse::{self, LinkKind};
use crate::source::{Db, Site};
use crate::strings::strings;
use crate::svg::{self, Graph, PictureNode};
use crate::url::Href;

/// `components`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Components {
    /// Names of the custom properties that the theme's style sheets declare on `:root`.
    pub properties: Vec<String>,
    /// A sample document with every supported element.
    pub body_html: String,
    pub seats: Vec<Seat>,
    pub facts: Vec<Fact>,
    pub meetings: Vec<Meeting>,
    pub calendar: Calendar,
    pub contacts: Contacts,
    pub skills: Vec<SkillGroup>,
    pub assessment: Vec<Skill>,
    pub levels: Vec<Level>,
    /// One cell for each state of a role.
    pub cells: Vec<Cell>,
    pub phases: Vec<Phase>,
    /// The lists of a group.
    pub lists: GroupLists,
    pub duties: Vec<Duty>,
    pub access: Vec<Access>,
    pub letter: Letter,
    pub cited: Vec<Cited>,
    pub upstream: Link,
    pub digest: Link,
    pub refs: Vec<Link>,
    pub graph_svg: String,
}

/// The sample document.
const DOCUMENT: &str = include_str!("components.md");
/// Anchor that sample links lead to, on the page itself.
const ANCHOR: &str = "rb-main";

fn here() -> Href {
    Href::element(ANCHOR)
}

fn web(path: &str) -> Href {
    Href::web(&format!("https://example.org/{path}")).unwrap_or_default()
}

/// One destination in the sample document for each kind of reference.
struct Samples<'a> {
    picture: Href,
    label: &'a dyn Fn(Label) -> String,
}

impl html::Context for Samples<'_> {
    fn target(&self, destination: &str, _: LinkKind) -> LinkTarget {
        let to = |href: Href, class, title: Option<&str>| LinkTarget {
            href: Some(href),
            class,
            title: title.map(str::to_owned),
        };
        match destination {
            "external" => to(web(""), Some("rb-external"), None),
            "clause" => to(here(), Some("rb-clause"), Some("Rules § Chair")),
            "role" => to(here(), Some("rb-role"), Some("Role: Chair")),
            "pinned" => to(here(), Some("rb-pinned"), Some("As of commit 0123456")),
            "broken" => to(web("gone"), Some("rb-broken"), None),
            "picture" => to(self.picture.clone(), None, None),
            _ => to(here(), None, None),
        }
    }

    fn label(&self, label: Label) -> String {
        (self.label)(label)
    }
}

/// Route of the components page.
pub const COMPONENTS: Route = Route::Fixed("/components/");

impl FixedPage for Components {
    const NAME: &'static str = "components";
    const HAS_PICTURE: bool = false;
    const ROUTE: Route = COMPONENTS;

    fn exists(db: &dyn Db) -> bool {
        Site::get(db).config(db).components
    }

    fn navigation(_: &dyn Db) -> Option<Navigation> {
        None
    }

    fn view(scope: &Scope) -> (PageView, Self) {
        let page = PageView::new(scope, &strings(scope.db).get("kinds.components"))
            .breadcrumbs(vec![scope.home()])
            .scripts(&MEETINGS_SCRIPTS, true);
        let rendered = document(
            &Samples { picture: scope.to("/assets/favicon.svg"), label: &|label| scope.label(label) },
            scope.cited_times(3),
        );
        let mut page =
            page.headings([("Custom properties".into(), "rb-properties"), ("Text".into(), "rb-text")]);
        page.toc.extend(super::body::toc(&rendered.toc));
        page.toc.extend([TocItem { label: "Components".into(), url: Href::element("rb-parts"), level: 2 }]);
        let item =
            |label: &str, current, folder| SectionItem { label: label.into(), url: here(), current, folder };
        page.section = Some(Section {
            title: "Section".into(),
            url: here(),
            items: vec![
                item("A folder", false, true),
                item("This page", true, false),
                item("A page", false, false),
            ],
            before: 0,
            after: 0,
        });
        page.prev = Some(link("Previous page"));
        page.next = Some(link("Next page"));
        page.edit = vec![link("sample.md")];
        page.view_source = page.edit.clone();
        page.changed = Some(Changed {
            date: "2026-02-03".into(),
            contributors: vec!["Ann Ångström".into(), "Bob Byron".into()],
            more: 2,
        });
        let style_sheets =
            Site::get(scope.db).assets(scope.db).iter().filter(|(name, _)| name.ends_with(".css"));
        let mut names = Vec::new();
        for (_, bytes) in style_sheets {
            properties(&String::from_utf8_lossy(bytes), &mut names);
        }
        (page, samples(names, rendered.body, model::vocabulary(scope.db)))
    }

    fn search_entries(_: &dyn Db) -> Vec<SearchEntry> {
        Vec::new()
    }
}

/// Adds the names of custom properties that a style sheet declares on `:root`, without duplicates.
fn properties(css: &str, names: &mut Vec<String>) {
    // Comments may contain colons and semicolons.
    let css: String =
        css.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, after)| after)).collect();
    for part in css.split(":root").skip(1) {
        let Some((_, block)) = part.split_once('{') else { continue };
        let block = block.split('}').next().unwrap_or_default();
        for declaration in block.split(';') {
            let name = declaration.split(':').next().unwrap_or_default().trim();
            let name = name.rsplit(char::is_whitespace).next().unwrap_or_default();
            if name.starts_with("--") && !names.iter().any(|other| other == name) {
                names.push(name.to_owned());
            }
        }
    }
}

fn document(samples: &Samples, cited: String) -> html::Rendered {
    let terms = Terms::new(vec![DefinedTerm {
        id: ANCHOR.into(),
        meaning: "A term that the glossary explains".into(),
        names: vec!["sample term".into()],
    }]);
    let citations = BTreeMap::from([(CITED.to_owned(), cited)]);
    let additions =
        html::Additions { obligations: true, terms: Some((&terms, "")), citations: Some(&citations) };
    html::document(DOCUMENT, &parse::parse(DOCUMENT), HtmlPolicy::AsWritten, samples, additions)
}

/// Id of the sample heading that is cited.
const CITED: &str = "a-heading-that-is-cited";

fn link(label: &str) -> Link {
    Link { label: label.into(), url: here(), external: false }
}

fn external(label: &str) -> Link {
    Link { label: label.into(), url: web(""), external: true }
}

fn person(name: &str, company: Option<&str>) -> PersonRef {
    let handle = name.split(' ').next().unwrap_or_default().to_lowercase();
    PersonRef {
        name: name.into(),
        initials: super::scope::initials(name),
        id: handle.clone(),
        handle,
        url: here(),
        company: company.map(str::to_owned),
        term: None,
        profiles: Vec::new(),
    }
}

fn role(title: &str) -> RoleRef {
    RoleRef { id: title.to_lowercase(), title: title.into(), short: title.into(), url: here() }
}

fn level(level: u8, raised: bool) -> Level {
    let name = ["", "Learning", "Practicing", "Guiding", "Shaping"][usize::from(level)];
    Level { level, name: name.into(), max: MAX_LEVEL, raised }
}

fn statement(level: &'static str, level_id: &'static str, text: &str) -> Statement {
    Statement {
        id: format!("chair.{level_id}"),
        level,
        level_id,
        text: text.into(),
        context: None,
        url: here(),
        clause: "Rules § Chair".into(),
    }
}

/// A chat, a mailing list and a private list, each with a name.
fn sample_channels(vocabulary: &Vocabulary) -> impl Iterator<Item = (&ChannelKind, &'static str)> {
    let kinds = || vocabulary.channels.iter();
    let samples = [
        (kinds().find(|kind| kind.chat), "#paint"),
        (kinds().find(|kind| kind.mail && !kind.private), "paint"),
        (kinds().find(|kind| kind.mail && kind.private), "paint-leads"),
    ];
    samples.into_iter().filter_map(|(kind, name)| Some((&**kind?, name)))
}

fn samples(properties: Vec<String>, body_html: String, vocabulary: &Vocabulary) -> Components {
    let ann = || person("Ann Ångström", Some("Brush & Co"));
    let bob = || person("Bob Byron", None);
    let seat = |title: &str, holders: Vec<PersonRef>, optional, recorded| Seat {
        role: role(title),
        url: here(),
        holders,
        optional,
        recorded,
        wanted: None,
    };
    let meeting = Meeting {
        title: "Regular meeting".into(),
        when: Some("Tuesdays, 09:00 Pacific Time, every two weeks".into()),
        note: Some("The exact weeks are not published.".into()),
        join: Href::web("https://example.org/join"),
        notes: Href::web("https://example.org/notes"),
        recordings: Href::web("https://example.org/recordings"),
        calendar: Href::web("https://example.org/calendar"),
        recurrence: Some(Recurrence {
            weekday: Some(2),
            time: "09:00".into(),
            end: None,
            length: None,
            zone: "America/Los_Angeles".into(),
            zone_label: "Pacific Time".into(),
            every: Some(2),
            nth: None,
            days_after: 0,
            start: Some("2026-02-03".into()),
            phase_unknown: false,
            dates: Vec::new(),
        }),
        extra: Extra::default(),
    };
    let row = |name: &str, asked| SkillRow {
        id: name.to_lowercase(),
        name: name.into(),
        url: here(),
        level: asked,
    };
    let cell = |filled, holders| Cell { url: here(), filled, holders, wanted: None };
    let item = |id: &str, text: &str, done: Option<&str>, refs: Vec<Link>| Item {
        id: id.into(),
        text_html: text.into(),
        done_html: done.map(str::to_owned),
        refs,
        ..Item::default()
    };
    let covering = DutyItem {
        id: "answer".into(),
        link: link("Answer"),
        groups: vec![link("Guild of Painters"), link("Drying")],
    };
    let duty = |statement, shared, items, waived: Option<&str>, uncovered| Duty {
        statement,
        shared,
        items,
        waived: waived.map(str::to_owned),
        uncovered,
        rules: Vec::new(),
        undecided: None,
        here: None,
    };
    let node = |label: &str| PictureNode { label: label.into(), url: here() };
    let graph = Graph {
        roles: vec![node("Chair"), node("Mixer")],
        documents: vec![node("Rules"), node("Elections")],
        governed: vec![(0, 0, 1), (1, 0, 4), (1, 1, 9)],
        cites: vec![(0, 1, 2)],
    };
    Components {
        properties,
        body_html,
        seats: vec![
            seat("Chair", vec![ann(), bob()], false, true),
            seat("Tech Lead", Vec::new(), false, true),
            seat("Mixer", Vec::new(), true, true),
            seat("Subproject Lead", Vec::new(), false, false),
        ],
        facts: vec![
            Fact { label: "Term".into(), html: "Two years".into() },
            Fact { label: "Chosen by".into(), html: "<a href=\"#rb-main\">Lazy consensus</a>".into() },
        ],
        meetings: vec![meeting],
        calendar: Calendar { url: Some(here()), unconfirmed: None, subscribe: None, week: here(), missing: vec!["Office hours".into()] },
        contacts: Contacts {
            channels: sample_channels(vocabulary)
                .map(|(kind, name)| Channel {
                    kind: kind.id.clone(),
                    label: kind.label.clone(),
                    link: external(name).into(),
                    page: kind.page,
                    private: kind.private,
                })
                .collect(),
            teams: vec![
                Team { name: "paint-leads".into(), url: Href::web("https://example.org/"), description_html: None },
                Team { name: "paint-all".into(), url: None, description_html: Some("Everyone who <em>paints</em>".into()) },
            ],
        },
        skills: vec![SkillGroup {
            area: link("Craft"),
            skills: vec![row("Mixing", level(3, true)), row("Drying", level(1, false)), row("Framing", level(0, false))],
        }],
        assessment: vec![Skill {
                id: "sample-mixing".into(),
                name: "Mixing".into(),
                url: here(),
                level: level(2, false),
                expected_html: "Finds the shade that was asked for.".into(),
                levels: (1..=MAX_LEVEL).map(|number| level(number, false)).collect(),
                steps: vec![Step { from: 1, html: "Mix what somebody else describes.".into() }],
            }],
        levels: (1..=MAX_LEVEL).map(|number| level(number, false)).collect(),
        cells: vec![
            cell("shared", vec![ann(), bob()]),
            cell("alone", vec![ann()]),
            cell("vacant", Vec::new()),
            cell("open", Vec::new()),
        ],
        phases: vec![
            Phase {
                id: "day-1",
                label: "Day 1".into(),
                items: vec![
                    item("answer", "Answer <a href=\"#rb-main\">the letter</a>.", Some("it is answered."), vec![link("Rules § Chair"), external("A form")]),
                    item("read", "Read the rules.", None, Vec::new()),
                ],
            },
            Phase { id: "week-1", label: "Week 1".into(), items: vec![item("stir", "Stir.", None, Vec::new())] },
        ],
        lists: lists(),
        duties: vec![
            duty(statement("MUST", "must", "answer what is asked"), true, vec![covering], None, false),
            duty(statement("MUST NOT", "must-not", "stay silent"), false, Vec::new(), None, true),
            duty(statement("SHOULD", "should", "be kind"), false, Vec::new(), Some("Nobody is asked to."), false),
            duty(statement("SHOULD NOT", "should-not", "hurry"), false, Vec::new(), None, false),
            duty(statement("MAY", "may", "ask for help"), false, Vec::new(), None, false),
        ],
        access: vec![Access {
            id: "sample-team".into(),
            item: "get-access.sample-team".into(),
            name: "Team of the leads".into(),
            gives_html: "Merging pull requests.".into(),
            place_html: "<code>teams.yaml</code>".into(),
            edit: Href::web("https://example.org/edit"),
            approver_html: "An owner of the file".into(),
            done_html: None,
            refs: vec![link("Rules § Access")],
            through: Some(role("Member")),
            extra: Extra::default(),
        }],
        letter: Letter {
            id: "sample-letter".into(),
            title: "Asking for the team".into(),
            to: "the owners of the file".into(),
            cc: Some("the leads of the group".into()),
            subject_html: "A new lead: <span class=\"rb-blank\" data-blank=\"nominee\">[the nominee]</span>".into(),
            text_html: "Dear owners,\n\n<span class=\"rb-blank\" data-blank=\"nominee\">[the nominee]</span> is a lead now.".into(),
            blanks: vec![Blank { id: "nominee".into(), label: "The nominee".into(), example: "Ann".into() }],
        },
        cited: vec![Cited {
            clause: Some(Link { url: Href::element(CITED), ..link("A cited heading") }),
            id: format!("cited-by.{CITED}"),
            total: 3,
            places: vec![
                Place { page: link("Chair"), section: Some(link("Duties")), passage: "as the rules say".into(), times: 2 },
                Place { page: link("Elections"), section: None, passage: String::new(), times: 1 },
            ],
            more: 0,
        }],
        upstream: external("rules.md"),
        digest: link("The rules in short"),
        refs: vec![link("Rules § Chair"), external("Elections")],
        graph_svg: svg::graph(&graph, "A sample citation graph"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_properties_of_the_root_are_listed() {
        let css = "/* :root has names */\n:root { --a: 1; --b : x }\n:root[data-theme] { color-scheme: dark; --a: 2; }\n.x { --c: 3; }";
        let mut names = Vec::new();
        properties(css, &mut names);
        assert_eq!(names, ["--a", "--b"]);
    }

    #[test]
    fn the_sample_has_every_class_that_documents_may_have() {
        let body = document(
            &Samples {
                picture: Href::relative("/components/", "/assets/favicon.svg"),
                label: &|_| "label".into(),
            },
            "cited".into(),
        )
        .body;
        let has = |class: &&&str| body.split(['"', ' ']).any(|part| part == **class);
        let missing: Vec<_> = html::DOCUMENT_CLASSES.iter().filter(|class| !has(class)).collect();
        assert_eq!(missing, [] as [&&str; 0], "{body}");
    }
}
