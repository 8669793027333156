//! The tabs that are open, and what they are told.
//!
//! A tab is told how things stand, not what happened: a message that is missed, or a server that was
//! restarted, leaves nothing to make up for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::diagnostic::{Diagnostic, Severity};

/// How many diagnostics a tab is shown; the terminal shows the rest.
const SHOWN: usize = 50;

/// How things stand for a page.
pub(super) struct News {
    /// Version of what its address has.
    pub version: String,
    /// Versions of the files that pages use, by address.
    pub assets: BTreeMap<String, String>,
    /// A running number, and the address of the page that is being edited.
    pub guide: Option<(u64, String)>,
    /// Everything that is wrong.
    pub problems: Arc<Vec<Diagnostic>>,
    /// What is wrong with this page.
    pub findings: Vec<Diagnostic>,
}

/// The open tabs.
#[derive(Default)]
pub(super) struct Tabs {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    count: u64,
    tabs: BTreeMap<u64, Tab>,
}

struct Tab {
    /// Path of its address, percent-decoded.
    page: String,
    news: watch::Sender<Arc<str>>,
}

impl Tabs {
    /// A tab shows a page; gives its number and where it hears how things stand.
    pub(super) fn open(&self, page: String) -> (u64, watch::Receiver<Arc<str>>) {
        let (news, heard) = watch::channel(Arc::from(""));
        let mut open = self.lock();
        open.count += 1;
        let number = open.count;
        open.tabs.insert(number, Tab { page, news });
        (number, heard)
    }

    /// A tab is closed.
    pub(super) fn close(&self, number: u64) {
        self.lock().tabs.remove(&number);
    }

    /// The pages that are shown in some tab.
    pub(super) fn pages(&self) -> BTreeSet<String> {
        self.lock().tabs.values().map(|tab| tab.page.clone()).collect()
    }

    /// Tells all tabs of a page how things stand, unless they know.
    pub(super) fn tell(&self, page: &str, news: &News) {
        let message: Arc<str> = news.to_json().to_string().into();
        for tab in self.lock().tabs.values().filter(|tab| tab.page == page) {
            tab.news.send_if_modified(|known| {
                let differs = *known != message;
                known.clone_from(&message);
                differs
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl News {
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

/// A diagnostic for the overlay, with the marked part of its source line apart.
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
