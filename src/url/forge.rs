//! Addresses of files in repositories on GitHub, GitLab, Forgejo and sites like them.

use std::borrow::Cow;

use super::without_web_scheme;

/// A kind of site that hosts repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    /// github.com.
    GitHub,
    /// GitLab, on any host.
    GitLab,
    /// Forgejo and Gitea, on any host: Codeberg.
    Forgejo,
    /// A site that names its pages as GitHub does. Whether files can be edited there is unknown.
    Other,
}

/// A page about a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// The content of a file without a page around it.
    Raw,
    /// The form for editing a file.
    Edit,
}

/// The names of the pages of a forge. The address of a page is `<repository>/<name>/<revision>/<path>`.
#[derive(Debug)]
struct PageNames {
    forge: Forge,
    file: &'static str,
    folder: &'static str,
    raw: &'static str,
    edit: Option<&'static str>,
    /// True if the revision may be a commit.
    has_commits: bool,
}

/// The pages of all forges. Forgejo has other pages for each kind of revision.
static PAGES: [PageNames; 6] = [
    PageNames {
        forge: Forge::GitHub,
        file: "blob",
        folder: "tree",
        raw: "raw",
        edit: Some("edit"),
        has_commits: true,
    },
    PageNames {
        forge: Forge::GitLab,
        file: "-/blob",
        folder: "-/tree",
        raw: "-/raw",
        edit: Some("-/edit"),
        has_commits: true,
    },
    PageNames {
        forge: Forge::Forgejo,
        file: "src/branch",
        folder: "src/branch",
        raw: "raw/branch",
        edit: Some("_edit"),
        has_commits: false,
    },
    PageNames {
        forge: Forge::Forgejo,
        file: "src/commit",
        folder: "src/commit",
        raw: "raw/commit",
        edit: None,
        has_commits: true,
    },
    PageNames {
        forge: Forge::Forgejo,
        file: "src/tag",
        folder: "src/tag",
        raw: "raw/tag",
        edit: None,
        has_commits: false,
    },
    PageNames {
        forge: Forge::Other,
        file: "blob",
        folder: "tree",
        raw: "raw",
        edit: None,
        has_commits: true,
    },
];

/// The host of GitHub's raw files: `https://raw.githubusercontent.com/owner/name/main/README.md`.
const GITHUB_RAW: &str = "raw.githubusercontent.com";

/// The address of a page about a file or folder, in parts.
#[derive(Clone, Debug)]
pub struct ForgeAddress<'a> {
    /// The address of the repository, which ends in `/`.
    pub repository: Cow<'a, str>,
    /// The page.
    pub view: View,
    /// The revision and the path.
    pub rest: &'a str,
    pages: &'static PageNames,
}

impl<'a> ForgeAddress<'a> {
    /// Reads a web address. Forms for editing are not read, as they do not name the kind of revision everywhere.
    pub fn read(address: &'a str) -> Option<Self> {
        let bare = without_web_scheme(address)?;
        let (host, path) = bare.split_once('/')?;
        let is_github = is_github(host);
        if host.eq_ignore_ascii_case(GITHUB_RAW) {
            let end = memchr::memchr_iter(b'/', path.as_bytes()).nth(1)?;
            let (repository, rest) = (format!("https://github.com/{}", &path[..=end]), &path[end + 1..]);
            let rest = rest.strip_prefix("refs/heads/").unwrap_or(rest);
            let (view, pages) = (View::Raw, &PAGES[0]);
            return Some(Self { repository: repository.into(), view, rest, pages });
        }
        let path_start = address.len() - path.len();
        // The owner and the name of the repository come before its pages.
        let mut starts = memchr::memchr_iter(b'/', path.as_bytes()).map(|slash| slash + 1).skip(1);
        let page = |start: usize| {
            let all = PAGES.iter().filter(|pages| (pages.forge == Forge::GitHub) == is_github);
            let mut named = all.flat_map(|pages| {
                [(View::File, pages.file), (View::Folder, pages.folder), (View::Raw, pages.raw)]
                    .map(|(view, name)| (pages, view, name))
            });
            named.find_map(|(pages, view, name)| {
                let rest = path[start..].strip_prefix(name)?.strip_prefix('/')?;
                let repository = (&address[..path_start + start]).into();
                let has_revision = !rest.is_empty() && !rest.starts_with('/');
                has_revision.then_some(Self { repository, view, rest, pages })
            })
        };
        if is_github { page(starts.next()?) } else { starts.find_map(page) }
    }

    /// The forge.
    pub fn forge(&self) -> Forge {
        self.pages.forge
    }

    /// The address of another page about the same path.
    pub fn at(&self, view: View) -> Option<String> {
        let name = match view {
            View::File => self.pages.file,
            View::Folder => self.pages.folder,
            View::Raw => self.pages.raw,
            View::Edit => self.pages.edit?,
        };
        Some(format!("{}{name}/{}", self.repository, self.rest))
    }

    /// The repository without its host: `group/name`.
    pub fn repository_path(&self) -> &str {
        let bare = without_web_scheme(&self.repository).unwrap_or_default();
        bare.split_once('/').map_or("", |(_, path)| path.trim_end_matches('/'))
    }

    /// The revision, if it contains no slash, and the path.
    pub fn revision_and_path(&self) -> (&'a str, &'a str) {
        self.rest.split_once('/').unwrap_or((self.rest, ""))
    }
}

impl Forge {
    /// The commit and the path of a page below a repository: `blob/<commit>/<path>`.
    pub fn pinned(self, below_repository: &str) -> Option<(&str, &str)> {
        let all = PAGES.iter().filter(|pages| pages.forge == self && pages.has_commits);
        let mut rests = all.flat_map(|pages| [pages.file, pages.folder]).filter_map(|name| {
            let rest = below_repository.strip_prefix(name)?.strip_prefix('/')?;
            Some(rest.split_once('/').unwrap_or((rest, "")))
        });
        let is_commit =
            |name: &str| (7..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_hexdigit());
        rests.find(|(revision, _)| is_commit(revision))
    }
}

/// The address for editing files, derived from that for reading them: `…/edit/main/` for `…/blob/main/`.
pub fn edit_address(web: &str) -> Option<String> {
    ForgeAddress::read(web).filter(|read| read.view == View::File)?.at(View::Edit)
}

/// The address of folders, derived from that of files: `…/tree/main/` for `…/blob/main/`.
pub fn folder_address(web: &str) -> Cow<'_, str> {
    other_view(web, View::Folder)
}

/// The address of the content of a file, for the address of the page about it.
pub fn raw_address(address: &str) -> Cow<'_, str> {
    other_view(address, View::Raw)
}

fn other_view(address: &str, view: View) -> Cow<'_, str> {
    let read = ForgeAddress::read(address).filter(|read| read.view == View::File);
    read.and_then(|read| read.at(view)).map_or(address.into(), Cow::from)
}

/// Other addresses of the files below an address: pages of folders for those of files, and the reverse.
pub fn equivalent_addresses(web: &str) -> Vec<String> {
    let Some(read) = ForgeAddress::read(web).filter(|read| read.view != View::Raw) else { return Vec::new() };
    let mut addresses: Vec<String> =
        [View::File, View::Folder].into_iter().filter_map(|view| read.at(view)).collect();
    if read.forge() == Forge::GitLab {
        // Former addresses of GitLab.
        addresses.extend(["blob", "tree"].map(|name| format!("{}{name}/{}", read.repository, read.rest)));
    }
    addresses.retain(|address| address != web);
    addresses.dedup();
    addresses
}

/// The names of the fields of a form for a new issue, by the address of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssueFields {
    /// The field for the title.
    pub title: &'static str,
    /// The field for the text.
    pub body: &'static str,
}

impl IssueFields {
    /// The fields of a form that is not on GitHub.
    pub fn of(new_issue: &str) -> Option<Self> {
        let (host, path) = without_web_scheme(new_issue)?.split_once('/')?;
        let is_gitlab = host.eq_ignore_ascii_case("gitlab.com") || format!("/{path}").contains("/-/");
        if is_github(host) {
            None
        } else if is_gitlab {
            Some(Self { title: "issue[title]", body: "issue[description]" })
        } else {
            Some(Self { title: "title", body: "body" })
        }
    }
}

/// True for the hosts of GitHub's pages.
fn is_github(host: &str) -> bool {
    ["github.com", "www.github.com"].iter().any(|name| host.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Forge, file, folder, raw, edit.
    const ADDRESSES: [(Forge, &str, &str, &str, Option<&str>); 7] = [
        (
            Forge::GitHub,
            "https://github.com/o/r/blob/main/",
            "https://github.com/o/r/tree/main/",
            "https://github.com/o/r/raw/main/",
            Some("https://github.com/o/r/edit/main/"),
        ),
        (
            Forge::GitLab,
            "https://gitlab.com/group/sub/project/-/blob/main/",
            "https://gitlab.com/group/sub/project/-/tree/main/",
            "https://gitlab.com/group/sub/project/-/raw/main/",
            Some("https://gitlab.com/group/sub/project/-/edit/main/"),
        ),
        (
            Forge::GitLab,
            "https://git.x.example/gitlab/o/r/-/blob/main/docs/",
            "https://git.x.example/gitlab/o/r/-/tree/main/docs/",
            "https://git.x.example/gitlab/o/r/-/raw/main/docs/",
            Some("https://git.x.example/gitlab/o/r/-/edit/main/docs/"),
        ),
        (
            Forge::Forgejo,
            "https://codeberg.org/o/r/src/branch/main/",
            "https://codeberg.org/o/r/src/branch/main/",
            "https://codeberg.org/o/r/raw/branch/main/",
            Some("https://codeberg.org/o/r/_edit/main/"),
        ),
        (
            Forge::Forgejo,
            "https://x.example/src/branch/src/branch/main/",
            "https://x.example/src/branch/src/branch/main/",
            "https://x.example/src/branch/raw/branch/main/",
            Some("https://x.example/src/branch/_edit/main/"),
        ),
        (
            Forge::Forgejo,
            "https://codeberg.org/o/r/src/commit/0123abc/",
            "https://codeberg.org/o/r/src/commit/0123abc/",
            "https://codeberg.org/o/r/raw/commit/0123abc/",
            None,
        ),
        (
            Forge::Other,
            "https://git.x.example/o/r/blob/main/",
            "https://git.x.example/o/r/tree/main/",
            "https://git.x.example/o/r/raw/main/",
            None,
        ),
    ];

    #[test]
    fn every_forge_has_its_own_addresses() {
        for (forge, file, folder, raw, edit) in ADDRESSES {
            assert_eq!(ForgeAddress::read(file).map(|read| read.forge()), Some(forge), "{file}");
            assert_eq!(edit_address(file).as_deref(), edit, "{file}");
            assert_eq!(folder_address(file), folder);
            assert_eq!(raw_address(file), raw);
        }
    }

    #[test]
    fn other_addresses_are_not_read() {
        for address in [
            "https://github.com/o/r",
            "https://github.com/o/r/issues/1",
            "https://github.com/o/r/blob/",
            "https://github.com/o/r/x/blob/main/",
            "https://github.com/blob/main/x/",
            "https://x.example/docs/",
            "https://x.example/-/blob/main/",
            "https://gitlab.com/o/r/-/blob//x",
            "ftp://github.com/o/r/blob/main/",
            "",
        ] {
            assert!(ForgeAddress::read(address).is_none(), "{address}");
            assert_eq!((edit_address(address), raw_address(address)), (None, address.into()), "{address}");
        }
    }

    #[test]
    fn repositories_and_paths() {
        for (address, repository, path) in [
            ("https://raw.githubusercontent.com/o/r/refs/heads/main/x/OWNERS", "o/r", "x/OWNERS"),
            ("https://raw.githubusercontent.com/o/r/main/OWNERS", "o/r", "OWNERS"),
            ("https://gitlab.com/g/s/r/-/raw/main/x/OWNERS", "g/s/r", "x/OWNERS"),
            ("https://codeberg.org/o/r/raw/branch/main/OWNERS", "o/r", "OWNERS"),
        ] {
            let read = ForgeAddress::read(address).unwrap();
            assert_eq!((read.repository_path(), read.revision_and_path()), (repository, ("main", path)));
        }
    }

    #[test]
    fn commits_are_told_from_branches() {
        for (forge, below, pinned) in [
            (Forge::GitHub, "blob/0123abc/x.md", Some(("0123abc", "x.md"))),
            (Forge::GitHub, "tree/0123abc", Some(("0123abc", ""))),
            (Forge::GitHub, "blob/main/x.md", None),
            (Forge::GitLab, "-/blob/0123abc/x.md", Some(("0123abc", "x.md"))),
            (Forge::GitLab, "blob/0123abc/x.md", None),
            (Forge::Forgejo, "src/commit/0123abc/x.md", Some(("0123abc", "x.md"))),
            (Forge::Forgejo, "src/branch/0123abc/x.md", None),
        ] {
            assert_eq!(forge.pinned(below), pinned, "{below}");
        }
    }

    #[test]
    fn forms_for_issues() {
        let fields = |address| IssueFields::of(address).map(|fields| (fields.title, fields.body));
        assert_eq!(fields("https://github.com/o/r/issues/new"), None);
        let gitlab = Some(("issue[title]", "issue[description]"));
        assert_eq!(fields("https://gitlab.com/o/r/-/issues/new"), gitlab);
        assert_eq!(fields("https://gitlab.com/o/r/issues/new"), gitlab);
        assert_eq!(fields("https://git.x.example/g/s/r/-/issues/new"), gitlab);
        assert_eq!(fields("https://codeberg.org/o/r/issues/new"), Some(("title", "body")));
    }

    proptest! {
        #[test]
        fn addresses_of_all_views_lead_to_the_same_path(
            owner in "[a-z][a-z0-9.-]{0,6}",
            name in "[a-z][a-z0-9._-]{0,6}",
            rest in "[a-z0-9]{1,8}(/[a-zA-Z0-9 ._-]{1,6}){0,4}/?",
            host in prop_oneof![Just("github.com"), Just("x.example"), Just("X.example:8443")],
        ) {
            let is_github = host == "github.com";
            for pages in PAGES.iter().filter(|pages| (pages.forge == Forge::GitHub) == is_github) {
                let address = format!("https://{host}/{owner}/{name}/{}/{rest}", pages.file);
                let read = ForgeAddress::read(&address).unwrap();
                prop_assert_eq!(read.forge(), pages.forge);
                prop_assert_eq!(read.rest, &*rest);
                prop_assert_eq!(read.repository_path(), format!("{owner}/{name}"));
                let raw = read.at(View::Raw).unwrap();
                let back = ForgeAddress::read(&raw).unwrap();
                prop_assert_eq!(back.view, View::Raw);
                prop_assert_eq!(back.at(View::File), Some(address.clone()));
                prop_assert!(equivalent_addresses(&address).iter().all(|other| *other != address));
            }
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>(), path in "(/|-|blob|src|branch|é){0,12}") {
            for address in [text.clone(), format!("https://x.example/{path}"), format!("https://github.com/{path}{text}")] {
                if let Some(read) = ForgeAddress::read(&address) {
                    prop_assert!(address.starts_with(&*read.repository) && address.ends_with(read.rest));
                }
                let _ = (equivalent_addresses(&address), IssueFields::of(&address), Forge::GitLab.pinned(&address));
            }
        }
    }
}
