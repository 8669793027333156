//! The words of a community: its kinds of group, channels and accounts, and its names of zones.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

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
    /// Roles of the data that no document describes, by id.
    pub roles: IndexMap<String, NamedRole>,
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
            roles: IndexMap::new(),
        }
    }
}

/// A role of the data that no document describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRole {
    /// The title: `Spec sponsor`.
    pub title: String,
    /// The short name for tables; the title by default.
    pub short: Option<String>,
    /// False if holders do not lead the group: members, liaisons to others.
    pub leads: bool,
    /// The number of holders a group should have.
    pub recommended: Option<u32>,
    /// The minimum number of holders.
    pub min: Option<u32>,
}
