//! Channels on which a group is reached.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

/// A kind of channel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelKind {
    /// `mailing-list`
    pub id: String,
    /// Key of data files: `mailing_list`.
    pub key: String,
    /// `Mailing list`
    pub label: String,
    /// Form in which pages show a channel, such as `#{value}`; without it they show the end of its address.
    pub title: Option<String>,
    /// Phrase in a checklist for a group that has no such channel.
    pub absent: String,
    /// True for a chat.
    #[serde(default)]
    pub chat: bool,
    /// True for a mailing list.
    #[serde(default)]
    pub mail: bool,
    /// True for a channel of the group's leads only.
    #[serde(default)]
    pub private: bool,
}

impl ChannelKind {
    /// Every kind, in order.
    pub fn all() -> &'static [Arc<Self>] {
        #[derive(Deserialize)]
        struct File {
            channels: Vec<Arc<ChannelKind>>,
        }
        static KINDS: LazyLock<Vec<Arc<ChannelKind>>> = LazyLock::new(|| {
            let file: Result<File, _> = toml::from_str(include_str!("channels.toml"));
            file.expect("the kinds that come with the program are right").channels
        });
        &KINDS
    }
}

/// A channel of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Kind of channel.
    pub kind: Arc<ChannelKind>,
    /// Name or address, as in the data file.
    pub value: String,
}

impl Channel {
    /// Text that pages show, for kinds that define one.
    pub fn title(&self) -> Option<String> {
        Some(self.kind.title.as_ref()?.replace("{value}", self.value.trim_start_matches('#')))
    }
}
