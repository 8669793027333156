//! Builds a page's links, relative to the address in its `Scope`, and references to people, groups and roles.

use std::sync::Arc;

use super::view::{GroupRef, IssueFields, Link, PersonRef, RoleRef, Seat};
use crate::facts::{self, Account, Situation};
use crate::link::{self, Fallback, PageTarget, Target};
use crate::model::{self, GeneratedFile, Group, Key, Role, Route};
use crate::parse::At;
use crate::source::{Db, File, Site, SourceId};
use crate::strings::strings;
use crate::trace::Obligation;
use crate::url::{self, Href};

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
    pub fn checklist_data(&self, route: Route) -> Option<Href> {
        GeneratedFile::Checklist(route).url(self.db).map(|url| self.to(&url))
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
            Target::Asset(asset) => {
                let address = match self.web(asset.file.source(self.db)) {
                    Some(web) => Href::web(&format!("{web}{}", url::encode_path(&asset.file.path(self.db))))?,
                    None => self.to(&asset.url),
                };
                Some(address.suffix(&asset.suffix))
            }
            Target::SourceFile(file) if picture => Href::web(&url::raw_address(&file.url)),
            Target::SourceFile(file) => Href::web(&file.url),
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
            Target::SourceFile(file) => match &file.anchor {
                // The title of an absent document is unknown.
                Some(anchor) => format!("{} § {}", file.path, model::title_from_name(anchor)),
                None => file.path.clone(),
            },
            Target::Asset(asset) => asset.file.path(self.db).to_string(),
            Target::External(address) => {
                address.trim_start_matches("https://").trim_end_matches('/').to_owned()
            }
            Target::Broken(_) => destination.to_owned(),
        };
        let external = matches!(target, Target::External(_) | Target::SourceFile(_));
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

    /// Label of a heading that is cited `times` times.
    pub fn cited_times(&self, times: usize) -> String {
        self.fill("parts.cited_times", &[("n", &times.to_string())])
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
            optional: seat.is_optional,
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

    /// Link to the charter of a group, given as a file name in its folder, a path, or an address.
    pub fn charter(&self, group: &Group) -> Option<Link> {
        let link = self.reference(group.file, &group.facts.charter_destination()?)?;
        Some(Link { label: self.string("parts.charter"), ..link })
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
