//! Channels for contacting a group.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

/// A kind of channel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelKind {
    /// The id: `mailing-list`.
    pub id: String,
    /// The key in data files: `mailing_list`.
    pub key: String,
    /// The name: `Mailing list`.
    pub label: String,
    /// The format in which pages show a channel, such as `#{value}`. Without it they show the last part of its
    /// address.
    pub title: Option<String>,
    /// The phrase that checklists use if a group has no such channel.
    pub absent: String,
    /// True for chats.
    #[serde(default)]
    pub chat: bool,
    /// True for mailing lists.
    #[serde(default)]
    pub mail: bool,
    /// True for channels for the group's leads only.
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
    /// The name or address, as it is in the data file.
    pub value: String,
}

impl Channel {
    /// The text that pages show, for kinds that define a format.
    pub fn title(&self) -> Option<String> {
        Some(self.kind.title.as_ref()?.replace("{value}", self.value.trim_start_matches('#')))
    }
}
