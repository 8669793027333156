//! Decides whether a site may replace a branch, as a pure function of facts about the branch.

use crate::config::is_branch_name;

/// A branch of a remote, before a site is pushed to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// True if the working tree of the sources has a branch of this name checked out.
    pub is_checked_out: bool,
    /// True if it is the default branch of the remote.
    pub is_default: bool,
    /// The tip of the branch; `None` if the remote has no such branch.
    pub tip: Option<Tip>,
}

/// The tip of a branch of a remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// True if its files are a site published by rolebook.
    pub is_site: bool,
    /// Path of a file that belongs to the sources of the site.
    pub source: Option<String>,
    /// Path of one of its files; `None` if it has none.
    pub file: Option<String>,
    /// True if it has a commit in common with the history of the checked-out commit, as far as that is known.
    pub shares_history: bool,
}

/// Reason not to push to a branch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a valid branch name for git or GitHub.
    #[error("invalid branch name `{0}`")]
    Name(String),
    /// `--replace-branch` names another branch.
    #[error("`--replace-branch {replace}` does not match the branch to publish to, `{branch}`")]
    OtherBranch {
        /// The branch published to.
        branch: String,
        /// The branch named by the flag.
        replace: String,
    },
    /// The branch contains something that publishing would replace.
    #[error("the branch `{branch}` {reason}")]
    Occupied {
        /// The branch.
        branch: String,
        /// Its content.
        reason: ProtectedContent,
    },
}

/// Content of a branch that a site may replace only if the user allows it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtectedContent {
    /// The branch of the working tree.
    #[error("contains the sources of the site: it is checked out here")]
    CheckedOut,
    /// Contains a file of the sources.
    #[error("contains the sources of the site, such as `{0}`, which publishing would replace")]
    Source(String),
    /// Shares a commit with the sources.
    #[error(
        "shares history with the checked-out commit, so it contains or once contained the sources of the site"
    )]
    SharedHistory,
    /// Is the default branch, which clones check out.
    #[error("is the default branch of the remote and does not contain a site published by rolebook")]
    Default,
    /// Contains files that rolebook has not published.
    #[error("contains files such as `{0}` and no site published by rolebook")]
    Foreign(String),
}

impl Refusal {
    /// Advice on how to resolve it.
    pub fn help(&self) -> String {
        match self {
            Self::Name(name) => match name.strip_prefix("refs/heads/").filter(|name| is_branch_name(name)) {
                Some(name) => format!("write `{name}`, without `refs/heads/`"),
                None => "use a branch for the site only, such as gh-pages".into(),
            },
            Self::OtherBranch { branch, .. } => {
                format!("pass `--replace-branch {branch}` if the site may replace the contents of the branch")
            }
            Self::Occupied { branch, .. } => format!(
                "choose a branch for the site only with --branch, such as gh-pages; if the site may replace the contents of `{branch}`, pass `--replace-branch {branch}`"
            ),
        }
    }
}

/// Checks that a site may be pushed to a branch. `replace` is the branch that the user allows to be replaced regardless
/// of its content.
///
/// # Errors
/// The first refusal.
pub fn check(name: &str, replace: Option<&str>, branch: &Branch) -> Result<(), Refusal> {
    check_names(name, replace)?;
    match reason(branch) {
        Some(reason) if replace.is_none() => Err(Refusal::Occupied { branch: name.into(), reason }),
        _ => Ok(()),
    }
}

/// The checks of [`check`] that need no remote.
///
/// # Errors
/// If the name is invalid, or `replace` is a different one.
pub fn check_names(name: &str, replace: Option<&str>) -> Result<(), Refusal> {
    if !is_branch_name(name) {
        return Err(Refusal::Name(name.into()));
    }
    match replace.filter(|replace| *replace != name) {
        Some(replace) => Err(Refusal::OtherBranch { branch: name.into(), replace: replace.into() }),
        None => Ok(()),
    }
}

fn reason(branch: &Branch) -> Option<ProtectedContent> {
    let Some(tip) = &branch.tip else {
        return branch.is_checked_out.then_some(ProtectedContent::CheckedOut);
    };
    if let Some(path) = &tip.source {
        return Some(ProtectedContent::Source(path.clone()));
    }
    if tip.shares_history {
        return Some(ProtectedContent::SharedHistory);
    }
    if tip.is_site {
        return None;
    }
    if branch.is_checked_out {
        return Some(ProtectedContent::CheckedOut);
    }
    if branch.is_default {
        return Some(ProtectedContent::Default);
    }
    tip.file.clone().map(ProtectedContent::Foreign)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    fn names() -> impl Strategy<Value = String> {
        let names = vec![
            "gh-pages",
            "main",
            "HEAD",
            "@",
            "a..b",
            "-x",
            "refs/heads/x",
            "refs",
            "x.lock",
            "a/.b",
            "a//b",
            "/a",
            "a/",
            "",
            "a.",
            "a~b",
            "a^b",
            "a:b",
            "a?b",
            "a*b",
            "a[b",
            "a\\b",
            "a b",
            "a\tb",
            "a\u{7f}b",
            "@{",
            "a@{b",
            "é/ü",
            "a/@",
            "0123456789012345678901234567890123456789",
            "a.lock/b",
            "head",
        ];
        prop_oneof![prop::sample::select(names).prop_map(str::to_owned), "[-a@./{~ ]{0,6}", ".{0,8}"]
    }

    fn branches() -> impl Strategy<Value = Branch> {
        let path = || prop::option::of(Just("site.toml".to_owned()));
        let tip = (any::<bool>(), path(), path(), any::<bool>()).prop_map(
            |(is_site, source, file, shares_history)| Tip { is_site, source, file, shares_history },
        );
        (any::<bool>(), any::<bool>(), prop::option::of(tip))
            .prop_map(|(is_checked_out, is_default, tip)| Branch { is_checked_out, is_default, tip })
    }

    proptest! {
        /// Only a new branch, an empty one or an earlier site is replaced without the flag.
        #[test]
        fn sources_are_replaced_only_with_the_flag(name in names(), other in names(), branch in branches()) {
            prop_assert!(check(&name, Some(&other), &branch).is_err() || name == other);
            let plain = check(&name, None, &branch);
            let flagged = check(&name, Some(&name), &branch);
            prop_assert_eq!(flagged.is_ok(), is_branch_name(&name));
            let Some(tip) = &branch.tip else {
                prop_assert_eq!(plain.is_ok(), is_branch_name(&name) && !branch.is_checked_out);
                return Ok(());
            };
            if tip.source.is_some() || tip.shares_history {
                prop_assert!(plain.is_err());
            } else if tip.is_site {
                prop_assert_eq!(plain.is_ok(), is_branch_name(&name));
            } else if tip.file.is_some() || branch.is_default || branch.is_checked_out {
                prop_assert!(plain.is_err());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Rejects every name that git rejects.
        #[test]
        fn invalid_git_names_are_rejected(name in names()) {
            prop_assume!(!name.contains('\0'));
            let git = Command::new("git").args(["check-ref-format", "--branch", &name]).output().unwrap();
            if is_branch_name(&name) {
                prop_assert!(git.status.success(), "{name:?}");
            }
        }
    }

    #[test]
    fn names_with_a_special_meaning_are_rejected() {
        let hexadecimal = ["a".repeat(40), "A0".repeat(32)];
        let others = [
            "HEAD",
            "@",
            "-x",
            "--all",
            "refs/heads/x",
            "refs/tags/x",
            "refs",
            "a..b",
            "a b",
            "x.lock",
            "a/.b",
            "",
            "/a",
            "a/",
            "a//b",
            "a.",
            "a@{1}",
            "a~1",
            "a^",
            "a:b",
            "*",
            "a\nb",
            "a\\b",
        ];
        for name in hexadecimal.iter().map(String::as_str).chain(others) {
            assert!(!is_branch_name(name), "{name:?}");
        }
        for name in ["gh-pages", "www/live", "é", "a@b", "heads/x", "a-", "head", "a/@", "deadbeef", "x.y"] {
            assert!(is_branch_name(name), "{name:?}");
        }
    }
}
