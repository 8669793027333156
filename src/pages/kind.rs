//! The trait and registry entry of a kind of page.

use std::borrow::Cow;

use serde::Serialize;

use super::scope::Scope;
use super::search_entry::SearchEntry;
use super::{PageView, sharing};
use crate::model::{self, Navigation, Route};
use crate::source::Db;

#[cfg(test)]
pub(super) use schemars::JsonSchema as Documented;

/// View models have a JSON Schema in tests, which document them from their types.
#[cfg(not(test))]
pub(super) trait Documented {}
#[cfg(not(test))]
impl<T> Documented for T {}

/// Name of the variable that holds the view model of a kind in its template.
pub fn object(kind: &'static str) -> Cow<'static, str> {
    match kind {
        // Names cannot start with a digit.
        "404" => "not_found".into(),
        kind if kind.contains('-') => kind.replace('-', "_").into(),
        kind => kind.into(),
    }
}

/// A kind of page, defined by the view model that its template receives.
pub(super) trait ViewModel: Documented + Serialize + Sized + 'static {
    /// Name of its template, and key of its strings in the theme: `kinds.NAME`, `sections.NAME`.
    const NAME: &'static str;
    /// True if the site has a preview picture for pages of this kind.
    const HAS_PICTURE: bool;

    /// The routes of this kind that come from data.
    fn routes(db: &dyn Db) -> Vec<Route>;

    /// True if the page at a route is of this kind.
    fn shows(db: &dyn Db, route: &Route) -> bool;

    /// Position in the navigation, if listed. Only pages with a fixed address can be listed.
    fn navigation(_: &dyn Db) -> Option<Navigation> {
        None
    }

    /// The page at a route; `None` if the route is of another kind or its subject does not exist.
    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)>;

    /// Search entries of the page at a route; empty if the route is of another kind.
    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry>;
}

/// A kind with a single page at a fixed address.
pub(super) trait FixedPage: Documented + Serialize + Sized + 'static {
    /// See [`ViewModel::NAME`].
    const NAME: &'static str;
    /// See [`ViewModel::HAS_PICTURE`].
    const HAS_PICTURE: bool;
    /// Its address.
    const ROUTE: Route;

    /// True if the site has the page.
    fn exists(db: &dyn Db) -> bool;

    /// Position in the navigation, if listed.
    fn navigation(db: &dyn Db) -> Option<Navigation>;

    /// Builds the page.
    fn view(scope: &Scope) -> (PageView, Self);

    /// Search entries of the page.
    fn search_entries(db: &dyn Db) -> Vec<SearchEntry>;
}

impl<P: FixedPage> ViewModel for P {
    const NAME: &'static str = P::NAME;
    const HAS_PICTURE: bool = P::HAS_PICTURE;

    fn routes(db: &dyn Db) -> Vec<Route> {
        P::exists(db).then_some(P::ROUTE).into_iter().collect()
    }

    fn shows(_: &dyn Db, route: &Route) -> bool {
        *route == P::ROUTE
    }

    fn navigation(db: &dyn Db) -> Option<Navigation> {
        P::navigation(db)
    }

    fn view(scope: &Scope, route: &Route) -> Option<(PageView, Self)> {
        Self::shows(scope.db, route).then(|| P::view(scope))
    }

    fn search_entries(db: &dyn Db, route: &Route) -> Vec<SearchEntry> {
        if Self::shows(db, route) { P::search_entries(db) } else { Vec::new() }
    }
}

/// The renderer's representation of a view model.
pub trait TemplateValue {
    /// Converts a view model.
    fn new(model: &impl Serialize) -> Self;
}

/// For uses of the registry that build no pages.
impl TemplateValue for () {
    fn new(_: &impl Serialize) {}
}

/// A registered kind of page.
pub(super) struct Kind<V> {
    pub(super) page: model::PageKind,
    pub(super) view: fn(&Scope, &Route) -> Option<(PageView, V)>,
    pub(super) search_entries: fn(&dyn Db, &Route) -> Vec<SearchEntry>,
    #[cfg(test)]
    pub(super) schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

impl<V: TemplateValue> Kind<V> {
    pub(super) fn of<K: ViewModel>() -> Self {
        Self {
            page: model::PageKind {
                name: K::NAME,
                has_picture: K::HAS_PICTURE,
                routes: K::routes,
                shows: K::shows,
                navigation: K::navigation,
            },
            view: view::<K, V>,
            search_entries: K::search_entries,
            #[cfg(test)]
            schema: |generator| generator.subschema_for::<K>(),
        }
    }
}

fn view<K: ViewModel, V: TemplateValue>(scope: &Scope, route: &Route) -> Option<(PageView, V)> {
    let (page, body) = K::view(scope, route)?;
    let picture = if K::HAS_PICTURE { sharing::picture(scope.db, K::NAME) } else { None };
    let address = sharing::address(scope.db, route);
    Some((PageView { kind: K::NAME, address, picture, ..page }, V::new(&body)))
}
