//! `rolebook check`

mod baseline;
mod rule;

use std::collections::{BTreeMap, BTreeSet};

use super::cli::CheckArgs;
use super::progress::ProgressDisplay;
use super::report::{Extent, Reporter};
use super::{CONTENT_ERRORS, NOTHING_CHANGED, SUCCESS, USAGE_ERROR, key, read_with};
use crate::cache;
use crate::config::{External, HeaderText};
use crate::diagnostic::{Code, Diagnostic, code};
use crate::engine::{Engine, Finished, Inputs};
use crate::external::{self, CheckedAddresses, Environment};
use crate::source::Site;

/// The file with the results for external addresses in the cache.
const CACHE: &str = "external.json";

/// Reports everything a build would report. Pages are rendered but not written, because templates may have errors. After
/// a build of the same input, its diagnostics are reported again.
pub(super) fn run(args: &CheckArgs) -> u8 {
    let reporter = Reporter::new(&args.messages, if args.all { Extent::Full } else { Extent::Grouped });
    let display = ProgressDisplay::start();
    let inputs = match read_with(&args.site, args.base_url.clone(), &reporter, display.progress()) {
        Ok(inputs) => inputs,
        Err(code) => return code,
    };
    if let Some(last) = last_build(args, &inputs) {
        drop(display);
        detail!("{NOTHING_CHANGED}");
        return report(args, &reporter, last.diagnostics, &[]);
    }
    let mut engine = Engine::of(inputs);
    if args.write_baseline {
        return baseline::write(&mut engine, &reporter);
    }
    if !args.rule.is_empty() {
        return rule::check(&mut engine, &args.rule, &reporter);
    }
    let mut diagnostics = engine.diagnostics();
    diagnostics.extend(engine.render_faults());
    if args.external {
        match external(&engine, args.fresh) {
            Ok(external) => diagnostics.extend(external),
            Err(message) => {
                say!("error: cannot check external addresses: {message}");
                return USAGE_ERROR;
            }
        }
    }
    let diagnostics = engine.accept(diagnostics, args.external);
    drop(display);
    // A check of all areas reports these faults anyway.
    let unread_data = if args.only.is_empty() { Vec::new() } else { engine.unread_data(false) };
    report(args, &reporter, diagnostics, &unread_data)
}

/// The last build, if it had the same input and reported all that the check would.
fn last_build(args: &CheckArgs, inputs: &Inputs) -> Option<Finished> {
    let is_more = args.write_baseline || !args.rule.is_empty() || !args.only.is_empty() || args.external;
    let key = if is_more { None } else { key(inputs) };
    Finished::find(&cache::Cache::of(&inputs.root), &key?).filter(|last| last.has_same_copies(inputs))
}

/// Reports the selected diagnostics, and returns the exit code. Faults by which data is missing are always reported.
fn report(
    args: &CheckArgs,
    reporter: &Reporter,
    mut diagnostics: Vec<Diagnostic>,
    unread_data: &[Diagnostic],
) -> u8 {
    if !args.only.is_empty() {
        diagnostics.retain(|diagnostic| is_in(&args.only, diagnostic) || unread_data.contains(diagnostic));
    }
    reporter.report(&diagnostics);
    // These areas follow from the data of all groups.
    let of_data = [code::CONFORMANCE_UNMET, code::ROSTER_MISSING_PERSON].map(Code::area);
    let depends_on_data = args.only.iter().any(|area| of_data.contains(&area.as_str()));
    finish(reporter, &diagnostics, depends_on_data && !unread_data.is_empty())
}

/// True if a diagnostic is in one of the areas. An unused acceptance is also in the area of its code.
fn is_in(areas: &[String], diagnostic: &Diagnostic) -> bool {
    let is_selected = |area: &str| areas.iter().any(|selected| selected == area);
    is_selected(diagnostic.code.area())
        || (diagnostic.code == code::DATA_UNMATCHED_ACCEPTANCE
            && areas.iter().any(|area| diagnostic.message.contains(&format!("`{area}/"))))
}

/// Prints the number of diagnostics and returns the exit code. A check of incomplete data fails.
fn finish(reporter: &Reporter, diagnostics: &[Diagnostic], is_incomplete: bool) -> u8 {
    if is_incomplete {
        say!("the check is incomplete, because data could not be read");
    }
    if is_incomplete || reporter.fails(diagnostics) {
        say!("{}", reporter.tally(diagnostics));
        return CONTENT_ERRORS;
    }
    status!("{}", reporter.tally(diagnostics));
    SUCCESS
}

/// Checks addresses outside the site, unless the cache has a recent result.
fn external(engine: &Engine, fresh: bool) -> Result<Vec<Diagnostic>, String> {
    let settings = Site::get(&engine.db).config(&engine.db).external.clone();
    let files = cache::Cache::of(&engine.root);
    let mut cache = CheckedAddresses::parse(&files.text(CACHE).unwrap_or_default());
    let now = jiff::Timestamp::now().as_second();
    let age = if fresh { -1 } else { settings.max_age.saturating_mul(3600) };
    let occurrences = external::addresses(&engine.db);
    let mut outcomes: BTreeMap<_, _> = occurrences
        .keys()
        .filter_map(|address| Some((address.clone(), cache.get(address, now, age)?)))
        .collect();
    let cached = outcomes.len();
    let mut asked = external::requests(&engine.db, &occurrences);
    asked.retain(|request| !outcomes.contains_key(&request.address));
    let environment = environment(&settings);
    let progress = engine.progress().clone();
    progress.start("Checking external addresses", asked.len());
    let checked =
        external::check(asked.into_iter(), &settings, &environment, move |done| progress.set(done))?;
    status!(
        "{}: {} requested, {cached} cached",
        match occurrences.len() {
            1 => "1 external address".to_owned(),
            number => format!("{number} external addresses"),
        },
        checked.len()
    );
    for (address, outcome) in &checked {
        cache.keep(address, outcome, now);
    }
    outcomes.extend(checked);
    // Without a cache the next check only takes longer.
    if let Err(error) = files.put_text(CACHE, &cache.text()) {
        status!("warning: {}/{CACHE}: {error}", cache::FOLDER);
    }
    Ok(external::diagnostics(&engine.db, &occurrences, &outcomes))
}

/// The variables used in the settings, and the use of a proxy.
fn environment(settings: &External) -> Environment {
    let names = settings.headers.values().flat_map(|fields| fields.values());
    let names: BTreeSet<String> = names
        .filter_map(|value| match value {
            HeaderText::Variable { env } => Some(env.clone()),
            HeaderText::Text(_) => None,
        })
        .collect();
    let mut variables = BTreeMap::new();
    for name in names {
        match std::env::var(&name) {
            Ok(value) => {
                variables.insert(name, value);
            }
            Err(_) => {
                status!(
                    "note: the environment variable `{name}` is not set; headers that use it are not sent"
                )
            }
        }
    }
    let proxies = ["http_proxy", "https_proxy", "all_proxy"];
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_proxied = proxies.iter().any(|name| is_set(name) || is_set(&name.to_uppercase()));
    Environment { variables, is_proxied }
}
