//! The words of a community: its kinds of group, channels and accounts, and its names of zones.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::account::AccountKind;
use super::channel::ChannelKind;
use super::kind::Kinds;

/// See the module documentation. The default has no kinds of group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// The kinds of group.
    pub kinds: Kinds,
    /// The kinds of channel, in the order in which pages list them.
    pub channels: Vec<Arc<ChannelKind>>,
    /// The kinds of account, in the order in which pages list them.
    pub accounts: Vec<Arc<AccountKind>>,
    /// The community's names of zones in lower case, with their IANA names.
    pub zones: BTreeMap<String, String>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            kinds: Kinds::default(),
            channels: ChannelKind::built_in().to_vec(),
            accounts: AccountKind::built_in().to_vec(),
            zones: BTreeMap::new(),
        }
    }
}
