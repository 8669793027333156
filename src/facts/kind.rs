//! Kinds of group.

/// The kinds of group that governance knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKind {
    /// Special interest group: permanent, owns code.
    Sig,
    /// Working group: temporary, owns no code.
    Wg,
    /// Committee: named sets of people chartered for sensitive work.
    Committee,
    /// User group.
    Ug,
}

impl GroupKind {
    /// In the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Sig, Self::Wg, Self::Committee, Self::Ug];

    /// As data files write it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sig => "sig",
            Self::Wg => "wg",
            Self::Committee => "committee",
            Self::Ug => "ug",
        }
    }

    /// `Special interest group`
    pub fn label(self) -> &'static str {
        match self {
            Self::Sig => "Special interest group",
            Self::Wg => "Working group",
            Self::Committee => "Committee",
            Self::Ug => "User group",
        }
    }

    /// `Special interest groups`
    pub fn plural(self) -> &'static str {
        match self {
            Self::Sig => "Special interest groups",
            Self::Wg => "Working groups",
            Self::Committee => "Committees",
            Self::Ug => "User groups",
        }
    }

    /// A group's name with its kind: `SIG Scheduling`, `Steering Committee`. A name that says the kind
    /// itself stays as it is.
    pub fn with_name(self, name: &str) -> String {
        let says = |word: &str| name.split_whitespace().any(|part| part.eq_ignore_ascii_case(word));
        match self {
            Self::Sig if !says("SIG") => format!("SIG {name}"),
            Self::Wg if !says("WG") => format!("WG {name}"),
            Self::Ug if !says("UG") => format!("UG {name}"),
            Self::Committee if !says("Committee") => format!("{name} Committee"),
            _ => name.to_owned(),
        }
    }
}
