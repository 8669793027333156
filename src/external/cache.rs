//! What was found out before, so that a second check asks only for what is old or was broken.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Outcome;

/// Addresses that led somewhere, and when that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cache {
    addresses: BTreeMap<String, Seen>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// Seconds since 1970.
    at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved: Option<String>,
}

impl Cache {
    /// Reads what was kept; anything that cannot be read is as good as nothing.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The text to keep.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// What is known of an address, where it was seen at most `age` seconds before `now`.
    pub fn get(&self, address: &str, now: i64, age: i64) -> Option<Outcome> {
        let seen =
            self.addresses.get(address).filter(|seen| (0..=age).contains(&now.saturating_sub(seen.at)))?;
        Some(seen.moved.clone().map_or(Outcome::Fine, Outcome::Moved))
    }

    /// Keeps what leads somewhere, and forgets what does not.
    pub fn keep(&mut self, address: &str, outcome: &Outcome, now: i64) {
        let moved = match outcome {
            Outcome::Fine => None,
            Outcome::Moved(to) => Some(to.clone()),
            Outcome::Unchecked(_) => return,
            Outcome::Failed(_) => {
                self.addresses.remove(address);
                return;
            }
        };
        self.addresses.insert(address.to_owned(), Seen { at: now, moved });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_or_broken_is_asked_for_again() {
        let mut cache = Cache::default();
        cache.keep("a", &Outcome::Fine, 100);
        cache.keep("b", &Outcome::Moved("c".into()), 100);
        cache.keep("d", &Outcome::Fine, 100);
        cache.keep("d", &Outcome::Failed("404".into()), 110);
        let cache = Cache::parse(&cache.text());
        assert_eq!(cache.get("a", 150, 50), Some(Outcome::Fine));
        assert_eq!(cache.get("a", 151, 50), None, "too old");
        assert_eq!(cache.get("a", 99, 50), None, "a clock that went back proves nothing");
        assert_eq!(cache.get("b", 100, 50), Some(Outcome::Moved("c".into())));
        assert_eq!(cache.get("d", 110, 50), None);
        assert_eq!(Cache::parse("{ nonsense"), Cache::default());
    }
}
