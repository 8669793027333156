//! Builds the parts of a page. A `Scope` holds the address of the page, so that links are relative to it.

use std::cell::Cell;
use std::sync::Arc;

use super::schedule;
use super::view::{
    Calendar, Channel, Contacts, Fact, GroupRef, IssueFields, Level, Link, Meeting, PersonRef, Recurrence,
    RoleRef, Seat, SkillGroup, SkillRow, Team,
};
use crate::config::SourceConfig;
use crate::facts::{self, Account, ChannelKind, Occurrences, Schedule, Situation};
use crate::formats::Trust;
use crate::html::{self, HtmlPolicy, Label, LinkTarget};
use crate::link::{self, Fallback, PageTarget, Target};
use crate::model::{self, Group, Key, Role, Route, Text};
use crate::parse::At;
use crate::parse::LinkKind;
use crate::source::{Db, File, Site, SourceId};
use crate::strings::strings;
use crate::trace::Obligation;
use crate::url::{self, Href};

/// Highest level of a skill.
pub(super) const MAX_LEVEL: u8 = 4;

/// Context in which a page or file is built.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The database.
    pub db: &'a dyn Db,
    /// The base of relative links.
    pub base: Base<'a>,
}

/// Base of the links in an output.
#[derive(Clone, Copy)]
pub enum Base<'a> {
    /// A page, by its address within the site.
    Page(&'a str),
    /// The 404 page, which is served at any address.
    AnyPage,
    /// A data file loaded by pages of the site: addresses start with `/`.
    Data,
    /// Text for use outside the site: addresses of the site's pages start with `/`, and references to mounted documents
    /// lead to the web.
    External,
}

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
            Target::External(_) | Target::SourceFile { .. } if !picture => Some("rb-external"),
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

impl<'a> Scope<'a> {
    /// The address of the page, if a page is being built.
    pub fn url(&self) -> Option<&'a str> {
        match self.base {
            Base::Page(url) => Some(url),
            Base::AnyPage | Base::Data | Base::External => None,
        }
    }

    /// A string of the theme.
    pub fn string(&self, path: &str) -> String {
        strings(self.db).get(path)
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

    /// A string of the theme with its placeholders filled in, as plain text.
    pub fn fill(&self, path: &str, values: &[(&str, &str)]) -> String {
        strings(self.db).fill(path, values)
    }

    /// `Special interest groups`
    pub fn kind_plural(&self, kind: &facts::Kind) -> String {
        self.string(&format!("group_kinds.{}.plural", kind.id))
    }

    /// Link to an address within the site.
    pub fn to(&self, address: &str) -> Href {
        match self.base {
            Base::Page(from) => Href::relative(from, address),
            Base::AnyPage => Href::rooted(Site::get(self.db).config(self.db).base_path(), address),
            Base::Data | Base::External => Href::rooted("/", address),
        }
    }

    /// Address of the JSON data of a page's checklist.
    pub fn checklist_data(&self, route: &Route) -> Option<Href> {
        model::checklist_data_url(self.db, route).map(|url| self.to(&url))
    }

    /// Address of the form for a new issue.
    pub fn new_issue(&self) -> Option<Href> {
        Site::get(self.db).config(self.db).new_issue.as_deref().and_then(Href::web)
    }

    /// Names of the fields of that form, if it is not on GitHub.
    pub fn issue_fields(&self) -> Option<IssueFields> {
        let fields = url::IssueFields::of(&self.new_issue()?)?;
        Some(IssueFields { title: fields.title, body: fields.body })
    }

    /// Link to a page of the site.
    pub fn link(&self, label: impl Into<String>, route: &Route) -> Link {
        Link { label: label.into(), url: self.to(&route.url(self.db)), external: false }
    }

    /// The address written for a target; `None` for text without a link.
    pub fn href(&self, target: &Target, picture: bool) -> Option<Href> {
        match target {
            Target::Page(page) => self.page_href(page),
            Target::Asset { file, url, suffix } => {
                let address = match self.web(file.source(self.db)) {
                    Some(web) => Href::web(&format!("{web}{}", url::encode_path(&file.path(self.db))))?,
                    None => self.to(url),
                };
                Some(address.suffix(suffix))
            }
            Target::SourceFile { url, .. } if picture => Href::web(&url::raw_address(url)),
            Target::SourceFile { url, .. } => Href::web(url),
            Target::External(address) if picture => Href::new(&link::picture_address(address)),
            Target::External(address) => Some(address.clone()),
            Target::Broken(broken) => match broken.fallback.as_ref()? {
                Fallback::Page(url) => Some(self.to(url)),
                Fallback::Web(address) => Some(address.clone()),
            },
        }
    }

    /// Base address of the source's files on the web, if links must lead there.
    fn web(&self, source: SourceId) -> Option<&'a str> {
        let site = Site::get(self.db).config(self.db);
        let source = &site.sources[source.0];
        let own = source.trust.is_own() && site.base_url.is_some();
        source.web.as_deref().filter(|_| self.is_external() && !own)
    }

    fn page_href(&self, page: &PageTarget) -> Option<Href> {
        if let Some(original) = page.original.as_ref().filter(|_| self.is_external()) {
            return Href::web(original);
        }
        let at = |page_url: Href| match &page.anchor {
            Some(anchor) => page_url.fragment(anchor),
            None => page_url,
        };
        if let Some(web) = self.web(page.source) {
            let web = if page.file.is_none() { url::folder_address(web) } else { web.into() };
            return Href::web(&format!("{web}{}", url::encode_path(&page.path))).map(at);
        }
        let url = page.url(self.db);
        let is_here = page.anchor.is_some() && self.url() == Some(&*url);
        Some(at(if is_here { Href::default() } else { self.to(&url) }))
    }

    fn is_external(&self) -> bool {
        matches!(self.base, Base::External)
    }

    /// Link to a clause, labelled like `Rules § Chair`.
    pub fn reference(&self, from: File, destination: &str) -> Option<Link> {
        let target = link::target(self.db, from, destination);
        let label = match target {
            Target::Page(page) => match &page.heading {
                Some(heading) => [page.title.as_str(), " § ", heading].concat(),
                None => page.title.clone(),
            },
            Target::SourceFile { path, anchor, .. } => match anchor {
                // The title of an absent document is unknown.
                Some(anchor) => format!("{path} § {}", model::title_from_name(anchor)),
                None => path.to_string(),
            },
            Target::Asset { file, .. } => file.path(self.db).to_string(),
            Target::External(address) => {
                address.trim_start_matches("https://").trim_end_matches('/').to_owned()
            }
            Target::Broken(_) => destination.to_owned(),
        };
        let external = matches!(target, Target::External(_) | Target::SourceFile { .. });
        Some(Link { label, url: self.href(target, false)?, external })
    }

    /// The document and the clause of an obligation: `Rules § Chair`.
    pub fn clause_of(&self, obligation: &Obligation) -> String {
        let document = model::title(self.db, obligation.file);
        match &obligation.clause {
            Some(clause) => format!("{document} § {clause}"),
            None => document.clone(),
        }
    }

    /// Links to the references of a record.
    pub fn references(&self, from: File, references: &[At<String>]) -> Vec<Link> {
        references.iter().filter_map(|reference| self.reference(from, reference)).collect()
    }

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

    /// Label of a heading that is cited `times` times.
    pub fn cited_times(&self, times: usize) -> String {
        self.fill("parts.cited_times", &[("n", &times.to_string())])
    }

    /// Renders a document with additions.
    pub(super) fn with_additions(&self, file: File, additions: html::Additions<'_>) -> html::Rendered {
        let (db, context) = (self.db, PageContext { scope: *self, from: file, address: &|_| None });
        html::document(file.text(db), model::document(db, file), policy(db, file), &context, additions)
    }

    /// A person named in a data file.
    pub fn person(&self, person: &facts::Person) -> PersonRef {
        let term = self.term(person.since.as_deref(), person.until.as_deref());
        PersonRef {
            term,
            ..self.person_ref(&person.id, &person.accounts, &person.name, person.company.as_ref())
        }
    }

    /// A term of office in words.
    pub fn term(&self, since: Option<&str>, until: Option<&str>) -> Option<String> {
        match (since, until) {
            (Some(since), Some(until)) => Some(self.fill("term.both", &[("since", since), ("until", until)])),
            (Some(since), None) => Some(self.fill("term.since", &[("since", since)])),
            (None, Some(until)) => Some(self.fill("term.until", &[("until", until)])),
            (None, None) => None,
        }
    }

    /// A person from the model.
    pub fn known_person(&self, person: &model::Person) -> PersonRef {
        self.person_ref(&person.id, &person.accounts, &person.name, person.companies.first())
    }

    fn person_ref(&self, id: &str, accounts: &[Account], name: &str, company: Option<&String>) -> PersonRef {
        let route = Route::Person(id.to_owned());
        PersonRef {
            name: name.to_owned(),
            initials: initials(name),
            handle: facts::handle(accounts, id).to_owned(),
            url: self.to(&route.url(self.db)),
            company: company.cloned(),
            term: None,
            id: id.to_owned(),
            profiles: accounts.iter().filter_map(Account::profile).collect(),
        }
    }

    /// Reference to a group.
    pub fn group_ref(&self, group: &Group) -> GroupRef {
        GroupRef {
            id: group.id().to_owned(),
            name: group.full_name(),
            url: self.to(&Route::Group(group.id().to_owned()).url(self.db)),
            kind: group.facts.kind.id.clone(),
        }
    }

    /// References to groups by id; ids of unknown groups are skipped.
    pub fn groups<'b>(&self, ids: impl IntoIterator<Item = &'b String>) -> Vec<GroupRef> {
        ids.into_iter().filter_map(|id| self.named_group(id)).collect()
    }

    /// Reference to a group by id, without querying the group's facts.
    pub fn named_group(&self, id: &str) -> Option<GroupRef> {
        let label = model::group_label(self.db, Key::new(self.db, id.to_owned())).as_ref()?;
        Some(GroupRef {
            id: label.id.clone(),
            name: label.full_name.clone(),
            url: self.to(&Route::Group(label.id.clone()).url(self.db)),
            kind: label.kind.id.clone(),
        })
    }

    /// A group.
    pub fn group(&self, id: &str) -> Option<Arc<Group>> {
        model::group(self.db, Key::new(self.db, id.to_owned())).clone()
    }

    /// A role.
    pub fn role_ref(&self, role: &Role) -> RoleRef {
        RoleRef {
            id: role.id.clone(),
            title: role.title.clone(),
            short: role.short.clone(),
            url: self.to(&Route::Role(role.id.clone()).url(self.db)),
        }
    }

    /// Summary of the role as HTML.
    pub fn role_summary(&self, role: &Role) -> String {
        match &role.matter.summary {
            Some(summary) => self.markdown(role.file, summary, true),
            // The file of an implied role is that of the data.
            None if role.is_implied => String::new(),
            None => model::description(self.db, role.file).as_deref().map_or(String::new(), html::escape),
        }
    }

    /// References to roles by id; ids of unknown roles are skipped.
    pub fn roles(&self, ids: &[String]) -> Vec<RoleRef> {
        let role = |id: &String| model::role(self.db, Key::new(self.db, id.clone())).as_ref();
        ids.iter().filter_map(role).map(|role| self.role_ref(role)).collect()
    }

    /// The roles of a group.
    pub fn seats(&self, group: &Group) -> Vec<Seat> {
        let seats = model::seats(self.db, Key::new(self.db, group.id().to_owned()));
        seats.iter().map(|seat| self.seat(group.id(), seat)).collect()
    }

    /// A role of the group with the id `group`.
    pub fn seat(&self, group: &str, seat: &model::Seat) -> Seat {
        let route = self.seat_route(group, &seat.role);
        Seat {
            role: self.role_ref(&seat.role),
            url: self.to(&route.url(self.db)),
            holders: seat.holders.iter().map(|person| self.person(person)).collect(),
            optional: seat.role.matter.optional,
            recorded: seat.recorded,
            wanted: seat.role.wanted().filter(|wanted| seat.holders.len() < *wanted as usize),
        }
    }

    /// The lead page of a role in a group; for members, the page of the group.
    pub fn seat_route(&self, group: &str, role: &Role) -> Route {
        if role.matter.is_member {
            Route::Group(group.to_owned())
        } else {
            Route::Lead { group: group.to_owned(), role: role.id.clone() }
        }
    }

    /// The members of a group, who do not lead it, by role.
    pub fn member_seats(&self, group: &Group) -> Vec<Seat> {
        let seats = model::member_seats(self.db, Key::new(self.db, group.id().to_owned()));
        seats.iter().map(|seat| self.seat(group.id(), seat)).collect()
    }

    /// Meetings of a group or subproject.
    pub fn meetings(&self, meetings: &[facts::Meeting]) -> Vec<Meeting> {
        meetings.iter().map(|meeting| self.meeting(meeting)).collect()
    }

    /// A meeting.
    pub fn meeting(&self, meeting: &facts::Meeting) -> Meeting {
        let (schedule, strings) = (&meeting.schedule, strings(self.db));
        Meeting {
            title: meeting.title.value.clone(),
            when: schedule::when(strings, schedule),
            note: schedule::open(strings, schedule),
            join: meeting.join.as_deref().and_then(Href::web),
            notes: meeting.notes.as_deref().and_then(Href::web),
            recordings: meeting.recordings.as_deref().and_then(Href::web),
            calendar: meeting.calendar.as_deref().and_then(Href::web),
            extra: meeting.extra.clone(),
            recurrence: self.recurrence(schedule),
        }
    }

    /// The recurrence rule or the dates of a meeting, if its schedule determines them.
    fn recurrence(&self, schedule: &Schedule) -> Option<Recurrence> {
        let occurrences = schedule.occurrences()?;
        let zone_label = schedule.display_zone.as_ref();
        let general = Recurrence {
            weekday: None,
            time: schedule.time?.time().strftime("%H:%M").to_string(),
            end: schedule.end().map(|end| end.to_string()),
            length: schedule.length,
            zone: schedule.zone.clone()?,
            zone_label: zone_label.map_or_else(String::new, |zone| schedule::zone(strings(self.db), zone)),
            every: None,
            nth: None,
            days_after: 0,
            start: None,
            phase_unknown: false,
            dates: Vec::new(),
        };
        let recurrence = match occurrences {
            Occurrences::Times { times, .. } => {
                return Some(Recurrence {
                    dates: times.iter().map(|time| time.date().to_string()).collect(),
                    ..general
                });
            }
            Occurrences::Rule(recurrence) => recurrence,
        };
        let (every, nth, days_after) = match recurrence.rule {
            facts::Rule::Weeks(weeks) => (Some(weeks), None, 0),
            facts::Rule::Month { nth, days_after } => (None, Some(nth), days_after),
        };
        Some(Recurrence {
            weekday: Some(recurrence.weekday.to_monday_one_offset()),
            every,
            nth,
            days_after,
            start: recurrence.start.map(|start| start.to_string()),
            phase_unknown: recurrence.phase_unknown(),
            ..general
        })
    }

    /// True if any meeting of the group has a recurrence rule or dates.
    pub fn has_rules(&self, group: &Group) -> bool {
        !model::calendar(&group.facts).entries.is_empty()
    }

    /// The calendar of a group; `None` if it would be empty.
    pub fn calendar(&self, group: &Group) -> Option<Calendar> {
        let calendar = model::calendar(&group.facts);
        let file = |is_unconfirmed| {
            model::calendar_url(group.id(), is_unconfirmed).filter(|_| calendar.has(is_unconfirmed))
        };
        let (url, unconfirmed) = (file(false), file(true));
        url.as_ref().or(unconfirmed.as_ref())?;
        let missing = calendar.without_rule.iter().map(|meeting| meeting.title.value.clone());
        Some(Calendar {
            subscribe: url.as_ref().and_then(|url| self.subscription(url)),
            url: url.map(|url| self.to(&url)),
            unconfirmed: unconfirmed.map(|url| self.to(&url)),
            week: self.to(&Route::CALENDAR.url(self.db)).query("group", group.id()),
            missing: missing.collect(),
        })
    }

    /// The address for subscribing to a calendar file in an app.
    pub fn subscription(&self, url: &str) -> Option<Href> {
        let base = Site::get(self.db).config(self.db).base_url.as_deref()?;
        let (_, place) = base.split_once("://")?;
        Href::new(&format!("webcal://{}{url}", place.trim_end_matches('/')))
    }

    /// Contact information of a group.
    pub fn contacts(&self, file: File, contact: &facts::Contact) -> Contacts {
        let config = file.config(self.db);
        Contacts {
            channels: contact.channels.iter().map(|channel| self.channel(channel, config)).collect(),
            teams: contact
                .teams
                .iter()
                .map(|team| Team {
                    name: team.name.clone(),
                    url: team_address(config, &team.name),
                    description_html: team
                        .description
                        .as_ref()
                        .map(|description| self.markdown(file, description, true)),
                })
                .collect(),
        }
    }

    /// A channel with its label and link.
    pub fn channel(&self, channel: &facts::Channel, config: &SourceConfig) -> Channel {
        let (kind, link) = (&channel.kind, self::channel(channel, config));
        Channel {
            kind: kind.id.clone(),
            label: self.channel_label(kind),
            link,
            private: kind.private,
            page: kind.page,
        }
    }

    /// `Mailing list`
    pub fn channel_label(&self, kind: &ChannelKind) -> String {
        self.string(&format!("channels.{}", kind.id))
    }

    /// The chat channel of a group.
    pub fn chat(&self, group: &Group) -> Option<Link> {
        let chat = group.facts.contact.channel(|kind| kind.chat)?;
        Some(self::channel(chat, group.file.config(self.db)))
    }

    /// Link to the charter of a group, given as a file name in its folder, a path, or an address.
    pub fn charter(&self, group: &Group) -> Option<Link> {
        let link = self.reference(group.file, &group.facts.charter_destination()?)?;
        Some(Link { label: self.string("parts.charter"), ..link })
    }

    /// The levels required by a role, by area; `group` may require other levels.
    pub fn skills(&self, role: &Role, group: Option<&Group>) -> Vec<SkillGroup> {
        let overlay = group.and_then(|group| group.overlays.get(&role.id));
        let mut areas: Vec<SkillGroup> = Vec::new();
        for id in model::skill_ids(self.db) {
            let asked = role.matter.skills.get(id).map(|level| level.value);
            let here = overlay.and_then(|overlay| overlay.skills.get(id)).map(|level| level.value);
            let Some(level) = here.or(asked) else { continue };
            let Some(entry) = model::skill(self.db, Key::new(self.db, id.clone())) else { continue };
            let row = SkillRow {
                id: id.clone(),
                name: entry.skill.name.clone(),
                url: self.to(&Route::Skill(id.clone()).url(self.db)),
                level: self.level(entry, level, here.is_some() && here != asked),
            };
            let area = Link {
                label: entry.area_name.clone(),
                url: self.to(&Route::SKILLS.url(self.db)).fragment(&entry.area),
                external: false,
            };
            match areas.last_mut().filter(|last| last.area == area) {
                Some(last) => last.skills.push(row),
                None => areas.push(SkillGroup { area, skills: vec![row] }),
            }
        }
        areas
    }

    /// A level of a skill, with its name from the skill's file.
    pub fn level(&self, entry: &model::SkillEntry, level: u8, raised: bool) -> Level {
        let name = entry.skill.levels.iter().find(|described| described.level.value == level);
        Level {
            level,
            name: name.map_or(String::new(), |described| described.name.clone()),
            max: MAX_LEVEL,
            raised,
        }
    }

    /// Procedures filled in for the group as a whole.
    pub fn procedures(&self, group: &Group) -> Vec<Link> {
        let lists = model::group_checklists(self.db, Key::new(self.db, group.id().to_owned()));
        let link = |id: &String| {
            let entry = model::checklist(self.db, Key::new(self.db, id.clone())).as_ref()?;
            let route = Route::GroupChecklist { group: group.id().to_owned(), checklist: id.clone() };
            Some(self.link(entry.checklist.title.clone(), &route))
        };
        lists.iter().filter_map(link).collect()
    }

    /// The procedure of a group for a role in a situation.
    pub fn procedure(&self, group: &Group, role: &Role, situation: Situation) -> Option<Link> {
        let lists = model::group_checklists(self.db, Key::new(self.db, group.id().to_owned())).iter();
        let entries =
            lists.filter_map(|id| model::checklist(self.db, Key::new(self.db, id.clone())).as_ref());
        let fits = |entry: &&Arc<model::ChecklistEntry>| {
            entry.checklist.situation == Some(situation) && entry.checklist.is_about(&role.id)
        };
        let entry = { entries }.find(fits)?;
        let checklist = entry.checklist.id.value.clone();
        let route = Route::GroupChecklist { group: group.id().to_owned(), checklist };
        Some(self.link(entry.checklist.title.clone(), &route))
    }

    /// Facts about a role at a glance. `ask` includes the contact for questions.
    pub fn facts(&self, role: &Role, ask: bool) -> Vec<Fact> {
        let matter = &role.matter;
        let mut facts = Vec::new();
        let mut add = |label, html: Option<String>| {
            facts.extend(html.map(|html| Fact { label: self.string(label), html }));
        };
        let inline = |text: &At<String>| self.markdown(role.file, text, true);
        add(
            "facts.needed",
            (matter.optional && !role.is_implied).then(|| html::escape(&self.string("facts.optional"))),
        );
        add(
            "facts.how_many",
            match (matter.min, matter.recommended) {
                (Some(min), Some(recommended)) if min != recommended => {
                    let values = [("min", &*min.to_string()), ("max", &*recommended.to_string())];
                    Some(html::escape(&self.fill("facts.range", &values)))
                }
                (Some(number), _) | (None, Some(number)) => Some(number.to_string()),
                (None, None) => None,
            },
        );
        add("facts.appointed_by", matter.appointed_by.as_ref().map(inline));
        add("facts.term", matter.term.as_ref().map(inline));
        add("facts.election", matter.election.as_ref().map(inline));
        add("facts.time", matter.time.as_ref().map(inline));
        add(
            "facts.permissions",
            matter.permissions_like.as_ref().map(|like| {
                match model::role(self.db, Key::new(self.db, like.value.clone())) {
                    Some(like) => {
                        let link = self.role_ref(like);
                        let link = format!(
                            "<a href=\"{}\">{}</a>",
                            html::escape(&link.url),
                            html::escape(&link.title)
                        );
                        html::escape(&self.string("facts.same_as")).replace("{role}", &link)
                    }
                    None => html::escape(&like.value),
                }
            }),
        );
        add("facts.ask", matter.ask.as_ref().filter(|_| ask).map(inline));
        facts
    }
}

/// The first letters of the first and the last word of a name. A name repeated in another script is left out.
pub(super) fn initials(name: &str) -> String {
    /// Letters of alphabets stand before the radicals of CJK in Unicode.
    const FIRST_IDEOGRAPH: char = '\u{2e80}';
    let letters =
        name.split_whitespace().filter_map(|word| word.chars().next().filter(|c| c.is_alphabetic()));
    let mut letters: Vec<char> = letters.collect();
    if let Some(first) = letters.first().copied() {
        letters.retain(|letter| (*letter < FIRST_IDEOGRAPH) == (first < FIRST_IDEOGRAPH));
    }
    let ends = letters.first().into_iter().chain(letters.get(1..).and_then(<[char]>::last));
    ends.flat_map(|letter| letter.to_uppercase()).collect()
}

fn policy(db: &dyn Db, file: File) -> HtmlPolicy {
    match file.config(db).trust {
        Trust::Own => HtmlPolicy::AsWritten,
        Trust::Mounted => HtmlPolicy::Sanitized,
    }
}

/// Link to a channel, by the address in the data, the source's base address for its kind, or the pattern of the kind;
/// an empty address without any of them.
fn channel(channel: &facts::Channel, config: &SourceConfig) -> Link {
    if let Some(url) = channel.own_address() {
        let label = channel.label.clone().unwrap_or_else(|| address_label(&url, &channel.kind));
        return Link { label, url, external: true };
    }
    let base = config.channels.get(&channel.kind.id);
    let url = match base {
        Some(base) => Href::web(&format!("{base}{}", url::encode_path(channel.name()))),
        None => channel.address(),
    };
    let mail = || Href::mail(&channel.value).filter(|_| channel.kind.mail);
    let label = channel.title().unwrap_or_else(|| channel.value.clone());
    Link { label, url: mail().or(url).unwrap_or_default(), external: true }
}

/// The label of an address: that of a page is the whole of it, the name of a mailing list is its last part, and other
/// addresses say less than their host.
fn address_label(address: &Href, kind: &ChannelKind) -> String {
    let rest = address.split_once(':').map_or(address.as_str(), |(_, rest)| rest);
    match rest.strip_prefix("//") {
        Some(rest) if kind.page => url::decode(rest.trim_end_matches('/')),
        Some(rest) if kind.mail => {
            url::decode(rest.trim_end_matches('/').rsplit(['/', '!']).next().unwrap_or(rest))
        }
        Some(rest) => rest.split('/').next().unwrap_or_default().to_owned(),
        None => rest.to_owned(),
    }
}

/// Address of a team's page.
pub(super) fn team_address(config: &SourceConfig, team: &str) -> Option<Href> {
    Href::web(&format!("{}{}", config.teams.as_ref()?, url::encode_path(team)))
}
