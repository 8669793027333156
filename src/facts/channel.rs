//! Channels on which a group is reached.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

/// A kind of channel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelKind {
    /// `mailing-list`
    pub id: String,
    /// `Mailing list`
    pub label: String,
    /// How a channel is shown, with `{value}` for what data files say of it; by its address where there is none.
    pub title: Option<String>,
    /// What a checklist says in place of the channel where a group has none.
    pub absent: String,
    /// Whether people talk there at once.
    #[serde(default)]
    pub chat: bool,
    /// Whether one writes to it by mail.
    #[serde(default)]
    pub mail: bool,
    /// Whether it is for the leads of the group.
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

    /// The key of data files: `mailing_list`.
    pub fn key(&self) -> String {
        self.id.replace('-', "_")
    }
}

/// A channel of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// What it is.
    pub kind: Arc<ChannelKind>,
    /// Which one, as data files say it: a name or an address.
    pub value: String,
}

impl Channel {
    /// How it is shown where it has a title of its own.
    pub fn title(&self) -> Option<String> {
        Some(self.kind.title.as_ref()?.replace("{value}", self.value.trim_start_matches('#')))
    }
}
