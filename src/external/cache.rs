//! Cache of results, so that later checks request only old or broken addresses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Outcome;

/// Addresses that worked, with the time of the check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedAddresses {
    addresses: BTreeMap<String, CheckedAddress>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct CheckedAddress {
    /// Seconds since 1970.
    at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved: Option<String>,
}

impl CheckedAddresses {
    /// Parses a cache; anything invalid is an empty cache.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Serialises the cache.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The cached outcome of an address, if at most `age` seconds old at the time `now`.
    pub fn get(&self, address: &str, now: i64, age: i64) -> Option<Outcome> {
        let entry =
            self.addresses.get(address).filter(|entry| (0..=age).contains(&now.saturating_sub(entry.at)))?;
        Some(entry.moved.clone().map_or(Outcome::Fine, Outcome::Moved))
    }

    /// Stores successful outcomes, and removes the entry of others.
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
        self.addresses.insert(address.to_owned(), CheckedAddress { at: now, moved });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_broken_addresses_are_not_cached() {
        let mut cache = CheckedAddresses::default();
        cache.keep("a", &Outcome::Fine, 100);
        cache.keep("b", &Outcome::Moved("c".into()), 100);
        cache.keep("d", &Outcome::Fine, 100);
        cache.keep("d", &Outcome::Failed("404".into()), 110);
        let cache = CheckedAddresses::parse(&cache.text());
        assert_eq!(cache.get("a", 150, 50), Some(Outcome::Fine));
        assert_eq!(cache.get("a", 151, 50), None, "too old");
        assert_eq!(cache.get("a", 99, 50), None, "a clock that went back proves nothing");
        assert_eq!(cache.get("b", 100, 50), Some(Outcome::Moved("c".into())));
        assert_eq!(cache.get("d", 110, 50), None);
        assert_eq!(CheckedAddresses::parse("{ nonsense"), CheckedAddresses::default());
    }
}
