//! Derives the address at which GitHub Pages serves a site from the address of its repository.

/// Host names of GitHub's repositories.
const GITHUB: [&str; 3] = ["github.com", "www.github.com", "ssh.github.com"];

/// A repository on GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitHub {
    /// The owning user or organisation.
    pub owner: String,
    /// The repository's name.
    pub name: String,
}

impl GitHub {
    /// The repository at the address of a remote, if it is on GitHub: `https://`, `ssh://`, `git://`, or
    /// `git@github.com:owner/name.git`.
    pub fn of(remote: &str) -> Option<Self> {
        let (authority, path) = match remote.split_once("://") {
            Some(("https" | "http" | "ssh" | "git" | "git+ssh" | "ssh+git", rest)) => rest.split_once('/')?,
            Some(_) => return None,
            None => remote.split_once(':')?,
        };
        let host = authority.rsplit('@').next()?.split(':').next()?;
        if !GITHUB.iter().any(|host_name| host_name.eq_ignore_ascii_case(host)) {
            return None;
        }
        let path = path.trim_matches('/');
        let (owner, name) = path.strip_suffix(".git").unwrap_or(path).split_once('/')?;
        let whole = !owner.is_empty() && !name.is_empty() && !name.contains('/');
        whole.then(|| Self { owner: owner.to_owned(), name: name.to_owned() })
    }

    /// The address on GitHub Pages: `https://owner.github.io/name/`, or the root for the owner's own site.
    pub fn pages(&self) -> String {
        let host = format!("{}.github.io", self.owner.to_lowercase());
        if self.name.eq_ignore_ascii_case(&host) {
            format!("https://{host}/")
        } else {
            format!("https://{host}/{}/", self.name)
        }
    }
}

/// True if two addresses are equivalent. The scheme is ignored, because GitHub Pages serves both.
pub(super) fn same(one: &str, other: &str) -> bool {
    parts(one) == parts(other)
}

/// The path of an address; `/` if it has none.
pub(super) fn path(address: &str) -> String {
    parts(address).1
}

/// The host of an address in lower case.
pub(super) fn host(address: &str) -> String {
    parts(address).0
}

fn parts(address: &str) -> (String, String) {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.trim_matches('/');
    (host.to_lowercase(), if path.is_empty() { "/".into() } else { format!("/{path}/") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(remote: &str) -> Option<String> {
        GitHub::of(remote).map(|repository| repository.pages())
    }

    #[test]
    fn repository_addresses_in_every_form() {
        for remote in [
            "https://github.com/Example/Hand.book.git",
            "https://github.com/Example/Hand.book",
            "https://github.com/Example/Hand.book/",
            "http://www.github.com/Example/Hand.book",
            "https://x-access-token:secret@github.com/Example/Hand.book.git",
            "https://GitHub.com:443/Example/Hand.book.git",
            "git://github.com/Example/Hand.book.git",
            "ssh://git@github.com/Example/Hand.book.git",
            "ssh://git@ssh.github.com:443/Example/Hand.book.git",
            "git@github.com:Example/Hand.book.git",
            "git@github.com:/Example/Hand.book",
            "github.com:Example/Hand.book.git",
        ] {
            assert_eq!(pages(remote).as_deref(), Some("https://example.github.io/Hand.book/"), "{remote}");
        }
    }

    #[test]
    fn an_owners_site_is_at_the_root() {
        for remote in
            ["git@github.com:Example/example.github.io.git", "https://github.com/example/Example.GitHub.io"]
        {
            assert_eq!(pages(remote).as_deref(), Some("https://example.github.io/"), "{remote}");
        }
    }

    #[test]
    fn other_hosts_are_not_github() {
        for remote in [
            "/srv/git/handbook.git",
            "../handbook.git",
            "C:\\git\\handbook",
            "file:///github.com/example/handbook",
            "https://gitlab.com/example/handbook.git",
            "https://github.com.example.org/example/handbook.git",
            "https://example.org/github.com/example/handbook.git",
            "git@example.org:github.com/handbook.git",
            "https://github.com/example",
            "https://github.com/example/handbook/wiki",
            "https://github.com",
            "",
        ] {
            assert_eq!(GitHub::of(remote), None, "{remote}");
        }
    }

    #[test]
    fn equivalent_addresses_are_the_same() {
        assert!(same("https://A.example/x", "http://a.example/x/"));
        assert!(same("https://a.example", "https://a.example/"));
        for other in
            ["https://b.example/x/", "https://a.example/X/", "https://a.example/", "https://a.example/x/y/"]
        {
            assert!(!same("https://a.example/x/", other), "{other}");
        }
    }
}
