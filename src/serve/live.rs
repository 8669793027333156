//! Open tabs and the messages sent to them.
//!
//! A message contains the current state, not a change, so that missed messages and restarts of the server need no
//! special handling.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::diagnostic::{Diagnostic, Severity};

/// Maximum number of diagnostics in a message; the terminal shows all.
const SHOWN: usize = 50;

/// State of a page.
pub(super) struct PageState {
    /// Version of the content at its address.
    pub version: String,
    /// Versions of the files that pages use, by address.
    pub assets: BTreeMap<String, String>,
    /// Counter and address of the page being edited.
    pub guide: Option<(u64, String)>,
    /// All diagnostics of the site.
    pub problems: Arc<Vec<Diagnostic>>,
    /// Diagnostics of this page.
    pub findings: Vec<Diagnostic>,
}

/// The open tabs.
#[derive(Default)]
pub(super) struct Tabs {
    open: Mutex<OpenTabs>,
}

#[derive(Default)]
struct OpenTabs {
    count: u64,
    tabs: BTreeMap<u64, Tab>,
}

struct Tab {
    /// Percent-decoded path of its address.
    page: String,
    news: watch::Sender<Arc<str>>,
}

impl Tabs {
    /// Registers a tab that shows a page; returns its number and a receiver for states.
    pub(super) fn open(&self, page: String) -> (u64, watch::Receiver<Arc<str>>) {
        let (news, heard) = watch::channel(Arc::from(""));
        let mut open = self.lock();
        open.count += 1;
        let number = open.count;
        open.tabs.insert(number, Tab { page, news });
        (number, heard)
    }

    /// Removes a closed tab.
    pub(super) fn close(&self, number: u64) {
        self.lock().tabs.remove(&number);
    }

    /// The pages that are open in any tab.
    pub(super) fn pages(&self) -> BTreeSet<String> {
        self.lock().tabs.values().map(|tab| tab.page.clone()).collect()
    }

    /// Sends the state of a page to all its tabs, unless it is unchanged.
    pub(super) fn tell(&self, page: &str, news: &PageState) {
        let message: Arc<str> = news.to_json().to_string().into();
        for tab in self.lock().tabs.values().filter(|tab| tab.page == page) {
            tab.news.send_if_modified(|current| {
                let differs = *current != message;
                current.clone_from(&message);
                differs
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, OpenTabs> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PageState {
    fn to_json(&self) -> Value {
        let errors: Vec<_> = self.problems.iter().filter(|problem| problem.is_error()).collect();
        json!({
            "version": self.version,
            "assets": self.assets,
            "guide": self.guide.as_ref().map(|(count, url)| json!({"count": count, "url": url})),
            "errors": errors.iter().take(SHOWN).map(|error| diagnostic(error)).collect::<Vec<_>>(),
            "moreErrors": errors.len().saturating_sub(SHOWN),
            "findings": self.findings.iter().take(SHOWN).map(diagnostic).collect::<Vec<_>>(),
            "moreFindings": self.findings.len().saturating_sub(SHOWN),
        })
    }
}

/// A diagnostic for the overlay, with its source line split around the marked part.
fn diagnostic(diagnostic: &Diagnostic) -> Value {
    let location = diagnostic.location.as_ref();
    let line = location.and_then(|location| {
        let text = location.text.as_deref()?;
        let (start, end) = (location.marked.0 as usize, location.marked.1 as usize);
        Some([text.get(..start)?, text.get(start..end)?, text.get(end..)?])
    });
    json!({
        "code": diagnostic.code.name(),
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        },
        "message": diagnostic.message,
        "help": diagnostic.help,
        "place": location.map(ToString::to_string),
        "line": line,
    })
}
