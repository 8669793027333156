//! Channels for contacting a group.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::url::{Href, SCHEMES, fill_pattern, scheme, without_mailto};

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
    /// The format in which pages show a channel, such as `#{value}`. Without it they show the value; of an address,
    /// the host or the last part.
    pub title: Option<String>,
    /// The address of a channel, with `{value}` for its name, if the name determines the address.
    pub url: Option<String>,
    /// The community's own phrase for checklists of a group without such a channel. Other phrases come from the theme.
    pub absent: Option<String>,
    /// True for chats.
    #[serde(default)]
    pub chat: bool,
    /// True for mailing lists.
    #[serde(default)]
    pub mail: bool,
    /// True for channels for the group's leads only.
    #[serde(default)]
    pub private: bool,
    /// True for pages that are read: nobody can be asked there.
    #[serde(default)]
    pub page: bool,
}

/// The placeholder for the name of a channel in [`ChannelKind::title`] and [`ChannelKind::url`].
pub const VALUE: &str = "{value}";

impl ChannelKind {
    /// The kinds that every community has, in order.
    pub fn built_in() -> &'static [Arc<Self>] {
        #[derive(Deserialize)]
        struct ChannelFile {
            channels: Vec<Arc<ChannelKind>>,
        }
        static KINDS: LazyLock<Vec<Arc<ChannelKind>>> = LazyLock::new(|| {
            let file: Result<ChannelFile, _> = toml::from_str(include_str!("channels.toml"));
            file.expect("the kinds that come with the program are right").channels
        });
        &KINDS
    }

    /// The sign that a format puts before every name: `#`.
    fn sign(&self) -> &str {
        self.title.as_deref().and_then(|title| title.split_once(VALUE)).map_or("", |(sign, _)| sign)
    }
}

/// A channel of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Kind of channel.
    pub kind: Arc<ChannelKind>,
    /// The name or address, as it is in the data file. The address of a mailing list lacks `mailto:`.
    pub value: String,
    /// The text that pages show instead of an address, if the data file has one.
    pub label: Option<String>,
}

impl Channel {
    /// Creates a channel from a value of a data file.
    pub fn new(kind: &Arc<ChannelKind>, value: &str) -> Self {
        let value = if kind.mail { without_mailto(value) } else { value };
        Self { kind: kind.clone(), value: value.to_owned(), label: None }
    }

    /// The text that pages show, for kinds that define a format.
    pub fn title(&self) -> Option<String> {
        Some(self.kind.title.as_ref()?.replace(VALUE, self.name()))
    }

    /// The name without the sign that the format adds: `general` for `#general`.
    pub fn name(&self) -> &str {
        match self.kind.sign() {
            "" => &self.value,
            sign => self.value.trim_start_matches(sign),
        }
    }

    /// The value, if it is an address itself.
    pub fn own_address(&self) -> Option<Href> {
        let scheme = scheme(&self.value)?;
        SCHEMES.contains(&scheme.as_str()).then(|| Href::new(&self.value)).flatten()
    }

    /// The address that the kind defines for the name.
    pub fn address(&self) -> Option<Href> {
        fill_pattern(self.kind.url.as_ref()?, VALUE, self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(id: &str, value: &str) -> Channel {
        let kind = ChannelKind::built_in().iter().find(|kind| kind.id == id).unwrap();
        Channel::new(kind, value)
    }

    #[test]
    fn names_and_addresses() {
        for (id, value, title, address) in [
            ("zulip", "general", Some("#general"), None),
            ("zulip", "#general", Some("#general"), None),
            ("irc", "##x", None, None),
            ("irc", "ircs://irc.x.example/#x", None, Some("ircs://irc.x.example/#x")),
            ("matrix", "#a:x.example", None, Some("https://matrix.to/#/%23a:x.example")),
            ("matrix", "matrix:r/a:x.example", None, Some("matrix:r/a:x.example")),
            ("forum", "javascript:alert(1)", None, None),
            ("mailing-list", "mailto:a@x.example", None, None),
        ] {
            let channel = channel(id, value);
            let shown = channel.title();
            assert_eq!(shown.as_deref(), title, "{id} {value}");
            let address_of = channel.own_address().or_else(|| channel.address());
            assert_eq!(address_of.as_deref(), address, "{id} {value}");
        }
        assert_eq!(channel("mailing-list", "mailto:a@x.example").value, "a@x.example");
    }
}
