//! Describes the channels and teams of groups, with their links.

use super::scope::Scope;
use super::view::{Channel, Contacts, LinkOrText, Team};
use crate::config::SourceConfig;
use crate::facts::{self, ChannelKind};
use crate::model::Group;
use crate::source::File;
use crate::url::{self, Href};

impl Scope<'_> {
    /// Contact information of a group.
    pub fn contacts(&self, file: File, contact: &facts::Contact) -> Contacts {
        let config = file.config(self.db);
        Contacts {
            channels: contact.channels.iter().map(|channel| self.channel(channel, config)).collect(),
            teams: contact
                .teams
                .iter()
                .map(|team| Team {
                    name: team.name.clone(),
                    url: team_address(config, &team.name),
                    description_html: team
                        .description
                        .as_ref()
                        .map(|description| self.markdown(file, description, true)),
                })
                .collect(),
        }
    }

    /// A channel with its label and link.
    pub fn channel(&self, channel: &facts::Channel, config: &SourceConfig) -> Channel {
        let (kind, link) = (&channel.kind, self::channel(channel, config));
        Channel {
            kind: kind.id.clone(),
            label: self.channel_label(kind),
            link,
            private: kind.private,
            page: kind.page,
        }
    }

    /// `Mailing list`
    pub fn channel_label(&self, kind: &ChannelKind) -> String {
        self.string(&format!("channels.{}", kind.id))
    }

    /// The chat channel of a group.
    pub fn chat(&self, group: &Group) -> Option<LinkOrText> {
        let chat = group.facts.contact.channel(|kind| kind.chat)?;
        Some(self::channel(chat, group.file.config(self.db)))
    }
}

/// Link to a channel, by the address in the data, the source's base address for its kind, or the pattern of the kind;
/// without any of them, it has no address.
fn channel(channel: &facts::Channel, config: &SourceConfig) -> LinkOrText {
    if let Some(url) = channel.own_address() {
        let label = channel.label.clone().unwrap_or_else(|| address_label(&url, &channel.kind));
        return LinkOrText { label, url: Some(url), external: true };
    }
    let base = config.channels.get(&channel.kind.id);
    let url = match base {
        Some(base) => Href::web(&format!("{base}{}", url::encode_path(channel.name()))),
        None => channel.address(),
    };
    let mail = || Href::mail(&channel.value).filter(|_| channel.kind.mail);
    let label = channel.title().unwrap_or_else(|| channel.value.clone());
    LinkOrText { label, url: mail().or(url), external: true }
}

/// The label of an address: that of a page is the whole of it, the name of a mailing list is its last part, and other
/// addresses say less than their host.
fn address_label(address: &Href, kind: &ChannelKind) -> String {
    let rest = address.split_once(':').map_or(address.as_str(), |(_, rest)| rest);
    match rest.strip_prefix("//") {
        Some(rest) if kind.page => url::decode(rest.trim_end_matches('/')),
        Some(rest) if kind.mail => {
            url::decode(rest.trim_end_matches('/').rsplit(['/', '!']).next().unwrap_or(rest))
        }
        Some(rest) => rest.split('/').next().unwrap_or_default().to_owned(),
        None => rest.to_owned(),
    }
}

/// Address of a team's page.
pub(super) fn team_address(config: &SourceConfig, team: &str) -> Option<Href> {
    Href::web(&format!("{}{}", config.teams.as_ref()?, url::encode_path(team)))
}
