//! Publishing with real git, from repositories in temporary folders to bare ones beside them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::browser::Browser;
use crate::host::Host;
use crate::html::broken_links;
use crate::support::{Run, copy, files, project, until};

const BRANCH: &str = "refs/heads/gh-pages";

/// A site in a repository, its remote, and an isolated home folder.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    /// A small committed site with an empty remote.
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["home", "bin", "tmp", "site/content"] {
            fs::create_dir_all(world.place(folder)).unwrap();
        }
        world.config("[user]\nname = Ada\nemail = ada@example.org\n[init]\ndefaultBranch = main\n");
        world.git("", &["init", "--quiet", "--bare", "remote.git"]);
        world.git("site", &["init", "--quiet"]);
        world.git("site", &["remote", "add", "origin", "../remote.git"]);
        world.file("site.toml", &toml("base_url = \"https://a.example/x/\"", ""));
        world.file("content/index.md", "# Small\n\nHello.\n");
        world.file(".gitignore", "/public\n");
        world.commit("First");
        world
    }

    fn place(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes the git configuration of all repositories.
    fn config(&self, text: &str) {
        fs::write(self.place("home/gitconfig"), text).unwrap();
    }

    /// Writes a file of the site.
    fn file(&self, path: &str, text: &str) {
        let place = self.place("site").join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }

    /// Writes a script.
    fn script(&self, path: &str, text: &str) {
        let place = self.place(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(place, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Replaces `git` by a script, in which `$GIT` is the real one.
    fn replace_git(&self, text: &str) {
        self.script("bin/git", &format!("GIT='{}'\n{text}", real_git().display()));
    }

    fn commit(&self, message: &str) {
        self.git("site", &["add", "-A"]);
        self.git("site", &["commit", "--quiet", "-m", message]);
    }

    /// Prepares a command that is isolated from the machine's configuration.
    fn command(&self, program: &Path, folder: &str) -> Command {
        let mut command = Command::new(program);
        let path = format!("{}:{}", self.place("bin").display(), std::env::var("PATH").unwrap());
        command
            .current_dir(self.place(folder))
            .env("PATH", path)
            .env("HOME", self.place("home"))
            .env("TMPDIR", self.place("tmp"))
            .env("GIT_CONFIG_GLOBAL", self.place("home/gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("NO_COLOR", "1")
            .env("LC_ALL", "C")
            .env_remove("SOURCE_DATE_EPOCH")
            .stdin(Stdio::null());
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "XDG_CONFIG_HOME"] {
            command.env_remove(name);
        }
        command
    }

    fn git_output(&self, folder: &str, arguments: &[&str]) -> Output {
        self.command(&real_git(), folder).args(arguments).output().unwrap()
    }

    #[track_caller]
    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = self.git_output(folder, arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    fn rolebook(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_rolebook")), folder);
        command.args(arguments);
        command
    }

    fn publish_in(&self, folder: &str, arguments: &[&str]) -> Run {
        let output = self.rolebook(folder, &[&["publish"], arguments].concat()).output().unwrap();
        assert!(files(&self.place("tmp")).is_empty(), "temporary folders remain");
        Run::new(output)
    }

    fn publish(&self, arguments: &[&str]) -> Run {
        self.publish_in("site", arguments)
    }

    /// The commit of the remote's branch.
    fn tip(&self) -> Option<String> {
        let output = self.git_output("remote.git", &["rev-parse", "--verify", "--quiet", BRANCH]);
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }

    /// Number of commits of the remote's branch.
    fn history(&self) -> usize {
        self.git("remote.git", &["rev-list", "--count", BRANCH]).parse().unwrap()
    }

    /// All files of the remote's branch.
    fn published(&self) -> BTreeMap<String, Vec<u8>> {
        let listed = self.git("remote.git", &["ls-tree", "-r", "-z", BRANCH]);
        let entries = listed.split('\0').filter_map(|entry| entry.split_once('\t'));
        entries
            .map(|(entry, path)| {
                let (kind, id) = entry.rsplit_once(' ').unwrap();
                assert_eq!(kind, "100644 blob", "{path}");
                (path.to_owned(), self.git_output("remote.git", &["cat-file", "blob", id]).stdout)
            })
            .collect()
    }

    /// All files of a build of the committed site, with the files that publishing adds.
    fn built(&self, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
        let out = self.place("built");
        let arguments = [&["build", "--no-cache", "--out", out.to_str().unwrap()], arguments].concat();
        Run::new(self.rolebook("site", &arguments).output().unwrap()).fine();
        let mut built = files(&out);
        fs::remove_dir_all(out).unwrap();
        built.remove(".rolebook").unwrap();
        built.insert(".nojekyll".into(), Vec::new());
        built
    }

    /// The user's state, which publishing must not change.
    fn state(&self, folder: &str) -> String {
        let git_dir = PathBuf::from(self.git(folder, &["rev-parse", "--absolute-git-dir"]));
        let common = self.git(folder, &["rev-parse", "--path-format=absolute", "--git-common-dir"]);
        let below = files(Path::new(&common));
        // Remote-tracking branches follow a push, as with any other push.
        let kept = below.keys().filter(|path| {
            !path.starts_with("objects/")
                && !path.starts_with("refs/remotes/")
                && !path.starts_with("logs/refs/remotes/")
        });
        let kept: Vec<&String> = kept.collect();
        let lock = below.keys().find(|path| path.ends_with(".lock"));
        assert_eq!(lock, None);
        let status = ["--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=all"];
        let worktree: Vec<_> =
            files(&self.place(folder)).into_iter().filter(|(path, _)| !path.starts_with(".git/")).collect();
        format!(
            "{kept:?}\n{:?}\n{:?}\n{}\n{}\n{}\n{worktree:?}",
            fs::read(git_dir.join("index")).unwrap(),
            fs::read_to_string(git_dir.join("HEAD")).unwrap(),
            self.git(folder, &status),
            self.git(folder, &["for-each-ref", "refs/heads", "refs/tags", "refs/rolebook"]),
            self.git(folder, &["worktree", "list", "--porcelain"]),
        )
    }

    /// A script that adds a commit to the remote's branch; `git` is the real one there.
    fn others_push(&self) -> String {
        let remote = self.place("remote.git");
        format!(
            "(unset GIT_DIR GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY; export GIT_DIR='{}'; \
             tip=$('{git}' rev-parse {BRANCH}); \
             new=$(echo Theirs | '{git}' commit-tree -p $tip $('{git}' mktree </dev/null)); \
             '{git}' update-ref {BRANCH} $new)",
            remote.display(),
            git = real_git().display()
        )
    }
}

fn toml(head: &str, tail: &str) -> String {
    format!("title = \"Small\"\n{head}\n\n[[source]]\npath = \"content\"\n\n{tail}\n")
}

/// The git installed on the machine.
fn real_git() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let mut candidates = std::env::split_paths(&path).map(|folder| folder.join("git"));
    candidates.find(|place| place.is_file()).expect("git is on the path")
}

#[test]
fn a_first_publication() {
    let world = World::new();
    let before = world.state("site");
    let run = world.publish(&[]).fine();
    assert_eq!(world.published(), world.built(&[]));
    assert_eq!(world.state("site"), before);
    let (head, tip) = (world.git("site", &["rev-parse", "HEAD"]), world.tip().unwrap());
    let short = world.git("site", &["rev-parse", "--short", "HEAD"]);
    let message = world.git("remote.git", &["log", "-1", "--format=%an <%ae>%n%B", BRANCH]);
    assert_eq!(message, format!("Ada <ada@example.org>\nPublish {short}\n\nSource: {head}"));
    assert_eq!(world.history(), 1);
    assert!(run.stderr.contains(&format!("gh-pages of origin is at {}", &tip[..10])), "{}", run.stderr);
    assert!(world.published().contains_key("404.html"));
    assert_eq!(run.stdout, "");
}

#[test]
fn changes_are_committed_on_top() {
    let world = World::new();
    world.file("content/old.md", "# Old\n");
    world.commit("Old");
    world.publish(&[]).fine();
    let first = world.tip().unwrap();
    fs::remove_file(world.place("site/content/old.md")).unwrap();
    world.file("content/new.md", "# New\n");
    world.commit("Second");
    let before = world.state("site");
    let run = world.publish(&["--message", "News"]).fine();
    assert!(run.stderr.contains("1 added") && run.stderr.contains("1 removed"), "{}", run.stderr);
    assert_eq!(world.published(), world.built(&[]));
    assert_eq!(world.state("site"), before);
    assert_eq!(world.git("remote.git", &["rev-parse", &format!("{BRANCH}^")]), first);
    let head = world.git("site", &["rev-parse", "HEAD"]);
    assert_eq!(
        world.git("remote.git", &["log", "-1", "--format=%B", BRANCH]),
        format!("News\n\nSource: {head}")
    );
}

#[test]
fn nothing_changed_makes_no_commit() {
    let world = World::new();
    world.publish(&[]).fine();
    let first = world.tip();
    world.file("notes.txt", "nothing of the site\n");
    world.commit("Notes");
    let run = world.publish(&[]).fine();
    assert!(run.stderr.contains("already has this site; nothing to publish"), "{}", run.stderr);
    assert_eq!(world.tip(), first);
}

#[test]
fn orphan_publications_have_one_commit() {
    let world = World::new();
    for text in ["# One\n", "# Two\n"] {
        world.file("content/index.md", text);
        world.commit("Edit");
        world.publish(&[]).fine();
    }
    assert_eq!(world.history(), 2);
    // The same site without history.
    world.publish(&["--orphan"]).fine();
    assert_eq!(world.history(), 1);
    let tip = world.tip();
    assert!(world.publish(&["--orphan"]).fine().stderr.contains("nothing to publish"));
    assert_eq!(world.tip(), tip);
    world.file("content/index.md", "# Three\n");
    world.commit("Edit");
    world.publish(&["--orphan"]).fine();
    assert_eq!(world.history(), 1);
    assert_eq!(world.published(), world.built(&[]));
}

#[test]
fn commits_of_others_stay_in_the_history() {
    let world = World::new();
    world.publish(&[]).fine();
    // Between the remote's answer and the push, then before the remote is asked.
    for race in ["hook", "git"] {
        let once = format!("[ -e ../{race} ] || {{ touch ../{race}; {}; }}", world.others_push());
        match race {
            "hook" => world.script("site/.git/hooks/pre-push", &format!("cat >/dev/null; {once}")),
            _ => {
                world.replace_git(&format!("case \" $* \" in *\" push \"*) {once};; esac; exec $GIT \"$@\""))
            }
        }
        world.file("content/index.md", &format!("# {race}\n"));
        world.commit("Edit");
        let (before, length) = (world.state("site"), world.history());
        let run = world.publish(&[]).fine();
        assert!(run.stderr.contains("others pushed in the meantime"), "{}", run.stderr);
        assert_eq!(world.history(), length + 2, "{race}");
        let theirs = world.git("remote.git", &["log", "-1", "--format=%s", &format!("{BRANCH}^")]);
        assert_eq!(theirs, "Theirs");
        assert_eq!(world.published(), world.built(&[]));
        assert_eq!(world.state("site"), before);
    }
}

#[test]
fn force_replaces_what_others_pushed() {
    let world = World::new();
    world.publish(&[]).fine();
    let push = world.others_push();
    world.replace_git(&format!("case \" $* \" in *\" push \"*) {push};; esac; exec $GIT \"$@\""));
    world.file("content/index.md", "# Mine\n");
    world.commit("Edit");
    world.publish(&["--force"]).fine();
    assert_eq!(world.history(), 2);
    assert_eq!(world.published(), world.built(&[]));
}

#[test]
fn attempts_are_limited_while_others_push() {
    let world = World::new();
    world.publish(&[]).fine();
    let push = world.others_push();
    world.replace_git(&format!("case \" $* \" in *\" push \"*) {push};; esac; exec $GIT \"$@\""));
    world.file("content/index.md", "# Mine\n");
    world.commit("Edit");
    let run = world.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("the branch changed 5 times"), "{}", run.stderr);
    assert_eq!(world.git("remote.git", &["log", "-1", "--format=%s", BRANCH]), "Theirs");
}

#[test]
fn rejected_pushes_are_reported() {
    let world = World::new();
    world.publish(&[]).fine();
    let tip = world.tip();
    world.script("remote.git/hooks/pre-receive", "echo the branch is frozen >&2; exit 1");
    world.file("content/index.md", "# New\n");
    world.commit("Edit");
    for arguments in [&[] as &[&str], &["--force"], &["--orphan"]] {
        let run = world.publish(arguments);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("`git push` failed"), "{}", run.stderr);
        assert!(run.stderr.contains("the branch is frozen"), "{}", run.stderr);
        assert_eq!(world.tip(), tip);
    }
}

#[test]
fn uncommitted_changes_are_rejected() {
    let world = World::new();
    world.file("content/index.md", "# Edited\n");
    for index in 0..6 {
        world.file(&format!("content/new{index}.md"), &format!("# New {index}\n"));
    }
    let run = world.publish(&[]);
    assert_eq!((run.code, world.tip()), (2, None));
    for part in ["uncommitted changes", "M content/index.md", "?? content/new0.md", "and 2 more"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    let before = world.state("site");
    world.publish(&["--allow-dirty"]).fine();
    assert_eq!(world.state("site"), before);
    let message = world.git("remote.git", &["log", "-1", "--format=%B", BRANCH]);
    assert!(message.ends_with(" with uncommitted changes"), "{message}");
    assert!(world.published().contains_key("new0/index.html"));
}

#[test]
fn ignored_files_are_not_uncommitted_changes() {
    let world = World::new();
    world.file("public/index.html", "built");
    world.publish(&[]).fine();
}

#[test]
fn ignored_files_of_the_site_are_not_published() {
    let world = World::new();
    world.file("content/drafts/secret.md", "# Secret\n");
    world.file(".gitignore", "public/\ncontent/drafts/\n");
    world.git("site", &["add", ".gitignore"]);
    world.git("site", &["commit", "--quiet", "-m", "Ignore drafts"]);
    let run = world.publish(&[]);
    assert_eq!((run.code, world.tip()), (2, None));
    assert!(
        run.stderr.contains("git ignores files that are part of the site:\n  content/drafts/secret.md\n"),
        "{}",
        run.stderr
    );
    world.publish(&["--allow-dirty"]).fine();
    let message = world.git("remote.git", &["log", "-1", "--format=%B", BRANCH]);
    assert!(message.ends_with(" with uncommitted changes"), "{message}");
    let config = fs::read_to_string(world.place("site/site.toml")).unwrap();
    let excluding = config.replacen("path = \"content\"", "path = \"content\"\nexclude = [\"/drafts/\"]", 1);
    assert_ne!(config, excluding);
    world.file("site.toml", &excluding);
    world.commit("Exclude drafts");
    world.publish(&[]).fine();
    assert!(world.published().keys().all(|path| !path.contains("drafts")));
}

#[test]
fn a_detached_head_can_be_published() {
    let world = World::new();
    world.git("site", &["checkout", "--quiet", "--detach"]);
    let before = world.state("site");
    world.publish(&[]).fine();
    assert_eq!(world.published(), world.built(&[]));
    assert_eq!(world.state("site"), before);
}

#[test]
fn a_worktree_with_the_branch_checked_out_elsewhere() {
    let world = World::new();
    world.publish(&[]).fine();
    world.git("site", &["fetch", "--quiet", "origin"]);
    world.git("site", &["worktree", "add", "--quiet", "../pages", "gh-pages"]);
    // The status would correctly report how far it is behind.
    world.git("site", &["branch", "--quiet", "--unset-upstream", "gh-pages"]);
    world.git("site", &["worktree", "add", "--quiet", "-b", "topic", "../topic"]);
    fs::write(world.place("topic/content/index.md"), "# Topic\n").unwrap();
    world.git("topic", &["commit", "--quiet", "-am", "Topic"]);
    let before = (world.state("site"), world.state("topic"), world.state("pages"));
    world.publish_in("topic", &[]).fine();
    assert_eq!((world.state("site"), world.state("topic"), world.state("pages")), before);
    assert_eq!(world.history(), 2);
    let page = String::from_utf8(world.published()["index.html"].clone()).unwrap();
    assert!(page.contains("Topic"));
}

#[test]
fn a_shallow_clone() {
    let world = World::new();
    world.publish(&[]).fine();
    world.file("content/index.md", "# Second\n");
    world.commit("Second");
    world.publish(&[]).fine();
    world.git("site", &["push", "--quiet", "origin", "main"]);
    let address = format!("file://{}", world.place("remote.git").display());
    world.git("", &["clone", "--quiet", "--depth=1", "--branch=main", &address, "shallow"]);
    fs::write(world.place("shallow/content/index.md"), "# Third\n").unwrap();
    world.git("shallow", &["commit", "--quiet", "-am", "Third"]);
    let before = world.state("shallow");
    world.publish_in("shallow", &[]).fine();
    assert_eq!(world.state("shallow"), before);
    assert_eq!(world.history(), 3);
    world.git("remote.git", &["fsck", "--strict"]);
}

#[test]
fn sha256_repositories_are_supported() {
    let world = World::new();
    fs::remove_dir_all(world.place("site/.git")).unwrap();
    fs::remove_dir_all(world.place("remote.git")).unwrap();
    world.git("", &["init", "--quiet", "--bare", "--object-format=sha256", "remote.git"]);
    world.git("site", &["init", "--quiet", "--object-format=sha256"]);
    world.git("site", &["remote", "add", "origin", "../remote.git"]);
    world.commit("First");
    world.publish(&[]).fine();
    assert_eq!(world.published(), world.built(&[]));
    assert!(world.publish(&[]).fine().stderr.contains("nothing to publish"));
}

#[test]
fn problems_that_prevent_publishing_are_reported() {
    let world = World::new();
    for (arguments, says) in [
        (&["--remote", "upstream"] as &[&str], "no remote named `upstream`"),
        (&["--remote", "upstream"], "choose one of origin with --remote"),
        (&["--remote=--upload-pack=/x"], "no remote named `--upload-pack=/x`"),
        (&["--branch", "a..b"], "invalid branch name `a..b`"),
        (&["--branch", "HEAD"], "invalid branch name `HEAD`"),
        (&["--branch", "@"], "invalid branch name `@`"),
        (&["--branch=-x"], "invalid branch name `-x`"),
        (&["--branch", "refs/heads/site"], "write `site`, without `refs/heads/`"),
        (&["--branch", "0123456789abcdef0123456789abcdef01234567"], "invalid branch name"),
        (&["--replace-branch", "main"], "does not match the branch to publish to, `gh-pages`"),
        (&["--branch", "main"], "the branch `main` contains the sources"),
        (&["--remote", "../nowhere.git"], "`git ls-remote` failed"),
        (&["--cname", "https://a.example"], "handbook.example.org"),
    ] {
        let run = world.publish(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
    }
    // A branch with an earlier state of the sources, under another name.
    world.git("site", &["push", "--quiet", "origin", "main:gh-pages"]);
    let run = world.publish(&[]);
    assert!(run.code == 2 && run.stderr.contains("contains the sources"), "{}", run.stderr);
    world.git("site", &["remote", "remove", "origin"]);
    let run = world.publish(&[]);
    assert!(run.code == 2 && run.stderr.contains("git remote add origin"), "{}", run.stderr);
    fs::rename(world.place("site/.git"), world.place("away")).unwrap();
    let run = world.publish(&[]);
    assert!(run.code == 2 && run.stderr.contains("is not in a git repository"), "{}", run.stderr);
    world.git("site", &["init", "--quiet"]);
    let run = world.publish(&[]);
    assert!(run.code == 2 && run.stderr.contains("has no commits yet"), "{}", run.stderr);
    let run = world.rolebook("site", &["publish"]).env("PATH", world.place("bin")).output().unwrap();
    assert!(String::from_utf8_lossy(&run.stderr).contains("`git` is not installed or not on the path"));
    assert_eq!(run.status.code(), Some(2));
}

/// Checks that a branch is left unchanged, with a reason, unless the flag names it.
#[track_caller]
fn is_refused(world: &World, folder: &str, branch: &str, reason: &str) {
    let name = format!("refs/heads/{branch}");
    let tip = world.git("remote.git", &["rev-parse", &name]);
    for more in [&[] as &[&str], &["--force", "--orphan"]] {
        let run = world.publish_in(folder, &[&["--branch", branch], more].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{more:?} {}", run.stderr);
        assert!(run.stderr.contains(reason), "{reason}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("--replace-branch {branch}")), "{}", run.stderr);
        assert_eq!(world.git("remote.git", &["rev-parse", &name]), tip);
    }
    let other = world.publish_in(folder, &["--branch", branch, "--replace-branch", "other"]);
    assert!(other.code == 2 && other.stderr.contains("does not match the branch"), "{}", other.stderr);
    world.publish_in(folder, &["--branch", branch, "--replace-branch", branch]).fine();
    assert_eq!(world.git("remote.git", &["rev-parse", &format!("{name}^")]), tip, "the history is kept");
}

/// A remote with two commits of the sources.
fn with_sources() -> World {
    let world = World::new();
    world.git("site", &["push", "--quiet", "origin", "main"]);
    world.file("content/index.md", "# Small\n\nAgain.\n");
    world.commit("Second");
    world.git("site", &["push", "--quiet", "origin", "main"]);
    world
}

/// A clone of depth 1 with a detached head, as workflows create it.
fn shallow_clone(world: &World, reference: &str) {
    let address = format!("file://{}", world.place("remote.git").display());
    world.git("", &["init", "--quiet", "ci"]);
    world.git("ci", &["remote", "add", "origin", &address]);
    world.git("ci", &["fetch", "--quiet", "--depth=1", "origin", reference]);
    world.git("ci", &["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
}

#[test]
fn sources_newer_than_the_checkout_are_not_replaced() {
    let world = with_sources();
    world.git("site", &["checkout", "--quiet", "--detach", "HEAD~1"]);
    is_refused(&world, "site", "main", "contains the sources of the site, such as `site.toml`");
}

#[test]
fn sources_are_not_replaced_from_a_shallow_clone() {
    let world = with_sources();
    world.git("site", &["checkout", "--quiet", "-b", "topic"]);
    world.file("content/topic.md", "# Topic\n");
    world.commit("Topic");
    world.git("site", &["checkout", "--quiet", "--detach", "main"]);
    world.git("site", &["merge", "--quiet", "--no-ff", "-m", "Merge", "topic"]);
    world.git("site", &["push", "--quiet", "origin", "HEAD:refs/pull/1/merge"]);
    shallow_clone(&world, "refs/pull/1/merge");
    is_refused(&world, "ci", "main", "contains the sources of the site, such as `site.toml`");
}

#[test]
fn sources_below_a_folder_are_not_replaced() {
    let world = World::new();
    for path in ["site.toml", "content/index.md"] {
        let text = fs::read_to_string(world.place("site").join(path)).unwrap();
        world.file(&format!("docs/book/{path}"), &text);
        world.git("site", &["rm", "--quiet", "-f", path]);
    }
    world.commit("Moved");
    // The same files without history.
    let copy = world.git("site", &["commit-tree", "-m", "Copy", "HEAD^{tree}"]);
    world.git("site", &["push", "--quiet", "origin", &format!("{copy}:refs/heads/copy")]);
    is_refused(&world, "site/docs/book", "copy", "such as `docs/book/site.toml`");
}

/// Commits files without a parent and pushes the commit.
fn push_files(world: &World, branch: &str, files: &[(&str, &str)]) {
    let folder = format!("foreign-{}", branch.replace('/', "-"));
    world.git("", &["init", "--quiet", &folder]);
    for (path, text) in files {
        let place = world.place(&folder).join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
    world.git(&folder, &["add", "-A"]);
    world.git(&folder, &["commit", "--quiet", "-m", "Foreign"]);
    world
        .git(&folder, &["push", "--quiet", "--force", "../remote.git", &format!("HEAD:refs/heads/{branch}")]);
}

#[test]
fn branches_that_may_hold_sources_are_not_replaced() {
    let world = with_sources();
    // A single unchanged document of the sources.
    push_files(&world, "part", &[("content/index.md", "# Small\n\nAgain.\n")]);
    is_refused(&world, "site", "part", "such as `content/index.md`");
    // The same text in another place, and another text in its place.
    push_files(&world, "moved", &[("index.md", "# Small\n\nAgain.\n")]);
    is_refused(&world, "site", "moved", "such as `index.md`");
    push_files(&world, "edited", &[("content/index.md", "# Edited\n")]);
    is_refused(&world, "site", "edited", "such as `content/index.md`");
    // All files are removed, but the history is that of the sources.
    let empty = world.git("site", &["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let removed = world.git("site", &["commit-tree", "-m", "Removed", "-p", "HEAD", &empty]);
    world.git("site", &["push", "--quiet", "origin", &format!("{removed}:refs/heads/removed")]);
    is_refused(&world, "site", "removed", "shares history");
    // The default branch of the remote.
    push_files(&world, "front", &[("index.html", "<p>Hello.</p>")]);
    world.git("remote.git", &["symbolic-ref", "HEAD", "refs/heads/front"]);
    is_refused(&world, "site", "front", "is the default branch");
    // A shallow clone.
    shallow_clone(&world, "main");
    push_files(&world, "unknown", &[("index.html", "<p>Hello.</p>")]);
    is_refused(&world, "ci", "unknown", "such as `index.html`");
}

#[test]
fn the_work_of_others_is_replaced_only_on_request() {
    let world = with_sources();
    push_files(&world, "gh-pages", &[("index.html", "<p>Hello.</p>"), (".nojekyll", "")]);
    push_files(&world, "develop", &[("src/main.c", "int main() {}\n")]);
    is_refused(&world, "site", "gh-pages", "such as `.nojekyll` and no site published by rolebook");
    for arguments in [&["--branch", "develop"][..], &["--branch", "develop", "--orphan"]] {
        let run = world.publish(arguments);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("such as `src/main.c`"), "{}", run.stderr);
    }
    world.publish(&["--replace-branch", "gh-pages"]).fine();
    assert_eq!(world.history(), 2);
    world.file("content/index.md", "# Edited\n");
    world.commit("Edit");
    world.publish(&[]).fine();
    assert_eq!(world.history(), 3);
}

/// A published branch is recognised by its files, regardless of messages and later commits.
#[test]
fn an_earlier_site_is_replaced() {
    let world = with_sources();
    world.publish(&[]).fine();
    let site = world.git("remote.git", &["commit-tree", "-m", "Deploy", &format!("{BRANCH}^{{tree}}")]);
    world.git("remote.git", &["update-ref", BRANCH, &site]);
    world.git("remote.git", &["update-ref", "refs/heads/front", &site]);
    world.git("remote.git", &["symbolic-ref", "HEAD", "refs/heads/front"]);
    shallow_clone(&world, "main");
    for number in 0..2 {
        fs::write(world.place("ci/content/index.md"), format!("# Small {number}\n")).unwrap();
        world.git("ci", &["commit", "--quiet", "-am", "Edit"]);
        for branch in ["gh-pages", "front"] {
            world.publish_in("ci", &["--branch", branch]).fine();
        }
    }
    assert_eq!(world.history(), 3);
    // A picture copied by the site is in the sources as well.
    let picture = fs::read(project().join("tests/sites/miniature/upstream/sig-paint/dot.png")).unwrap();
    fs::write(world.place("ci/content/dot.png"), picture).unwrap();
    fs::write(world.place("ci/content/index.md"), "# Small\n\n![Dot](dot.png)\n").unwrap();
    world.git("ci", &["add", "-A"]);
    world.git("ci", &["commit", "--quiet", "-m", "Picture"]);
    for text in ["# A\n\n![Dot](dot.png)\n", "# B\n\n![Dot](dot.png)\n"] {
        fs::write(world.place("ci/content/index.md"), text).unwrap();
        world.git("ci", &["commit", "--quiet", "-am", "Edit"]);
        world.publish_in("ci", &[]).fine();
    }
    assert!(world.published().contains_key("dot.png"));
}

#[test]
fn credentials_of_a_remote_are_not_shown() {
    let world = World::new();
    let secrets = ["s3cret", "t0ken"];
    let is_silent = |run: &Run| {
        for secret in secrets {
            assert!(
                !format!("{}{}", run.stdout, run.stderr).contains(secret),
                "{}{}",
                run.stdout,
                run.stderr
            );
        }
    };
    // Nothing listens on this port.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for remote in [
        format!("http://ada:s3cret@127.0.0.1:{port}/x.git"),
        format!("http://t0ken@127.0.0.1:{port}/x.git"),
        "ada:t0ken@host.invalid".to_owned(),
        "ftps://s3cret@".to_owned(),
    ] {
        for more in [&[] as &[&str], &["--dry-run"]] {
            let run = world.publish(&[&["--remote", &remote], more].concat());
            assert_eq!(run.code, 2);
            is_silent(&run);
        }
    }
    // The name of a remote whose address contains credentials, and one that git rewrites.
    let remote = world.place("remote.git");
    world.git("site", &["remote", "set-url", "--push", "origin", "https://ada:s3cret@host.invalid/x.git"]);
    let rewritten = format!("url.file://{}.insteadOf", remote.display());
    world.git("site", &["config", &rewritten, "https://ada:s3cret@host.invalid/x.git"]);
    is_silent(&world.publish(&["--dry-run"]).fine());
    is_silent(&world.publish(&["--remote", "https://ada:s3cret@host.invalid/x.git"]).fine());
    assert!(world.tip().is_some());
    world.script("remote.git/hooks/pre-receive", "echo see https://ada:s3cret@host.invalid/ >&2; exit 1");
    world.file("content/index.md", "# New\n");
    world.commit("Edit");
    let run = world.publish(&[]);
    assert!(run.code == 2 && run.stderr.contains("https://***@host.invalid/"), "{}", run.stderr);
    is_silent(&run);
    // Faults in site.toml have a location.
    for key in ["remot", "branch"] {
        let line = format!("[publish]\n{key} = \"https://ada:s3cret@host.invalid/x.git\"");
        world.file("site.toml", &toml("", &line));
        for format in ["human", "json", "github", "sarif"] {
            let arguments = ["check", "--message-format", format];
            let run = Run::new(world.rolebook("site", &arguments).output().unwrap());
            assert_eq!(run.code, 1);
            is_silent(&run);
        }
    }
}

#[test]
fn published_files_are_unchanged() {
    let world = World::new();
    world.config(&format!(
        "[user]\nname = Ada\nemail = ada@example.org\n[core]\nautocrlf = true\nsplitIndex = true\n\
         excludesFile = {home}/ignore\nattributesFile = {home}/attributes\n\
         [filter \"shout\"]\nclean = tr a-z A-Z\n",
        home = world.place("home").display()
    ));
    fs::write(world.place("home/ignore"), "*.html\n*.css\n").unwrap();
    fs::write(world.place("home/attributes"), "* text eol=crlf ident\n").unwrap();
    world.file(".gitattributes", "* text filter=shout working-tree-encoding=UTF-16\n*.toml -filter -working-tree-encoding\n*.md -filter -working-tree-encoding\n.git* -filter -working-tree-encoding\n");
    world.file("content/odd \"name\" é.md", "# Odd\n\n$Id$ line\r\n");
    world.commit("Traps");
    let before = world.state("site");
    world.publish(&[]).fine();
    assert_eq!(world.published(), world.built(&[]));
    assert!(world.published().keys().any(|path| path.contains("odd")));
    assert_eq!(world.state("site"), before);
}

#[test]
fn a_dry_run_changes_nothing() {
    let world = World::new();
    let before = world.state("site");
    let objects = world.git("site", &["count-objects"]);
    let run = world.publish(&["--dry-run"]).fine();
    assert!(run.stdout.lines().any(|line| line.starts_with("added    index.html (")), "{}", run.stdout);
    assert_eq!((world.tip(), world.state("site")), (None, before));
    assert_eq!(world.git("site", &["count-objects"]), objects, "no objects are stored");
    world.file("content/old.md", "# Old\n");
    world.commit("Old");
    world.publish(&[]).fine();
    let tip = world.tip();
    fs::remove_file(world.place("site/content/old.md")).unwrap();
    world.file("content/index.md", "# Small\n\nHello again.\n");
    world.commit("Edit");
    let run = world.publish(&["--dry-run"]).fine();
    let size = |files: &BTreeMap<String, Vec<u8>>, path: &str| {
        files.get(path).map(|bytes| format!("{:.1} kB", bytes.len() as f64 / 1e3))
    };
    let (old, new) = (world.published(), world.built(&[]));
    for line in [
        format!("removed  old/index.html ({})", size(&old, "old/index.html").unwrap()),
        format!(
            "changed  index.html ({} → {})",
            size(&old, "index.html").unwrap(),
            size(&new, "index.html").unwrap()
        ),
    ] {
        assert!(run.stdout.lines().any(|other| other == line), "{line}\n{}", run.stdout);
    }
    assert_eq!(world.tip(), tip);
}

#[test]
fn errors_and_strict_warnings_prevent_publishing() {
    let world = World::new();
    // A data file without a page is a warning.
    world.file("content/stray.toml", "");
    world.commit("Warning");
    let run = world.publish(&["--strict"]);
    assert_eq!((run.code, world.tip()), (1, None), "{}", run.stderr);
    assert!(
        run.stderr.contains("content/stray.toml") && run.stderr.contains("leave out --strict"),
        "{}",
        run.stderr
    );
    let run = world.publish(&[]).fine();
    assert!(run.stderr.contains("the site has 1 warning;"), "{}", run.stderr);
    let tip = world.tip();
    assert!(tip.is_some());
    world.publish(&["--allow-warnings"]).fine();
    world.file("content/index.md", "# Small\n\n[gone](gone.md)\n");
    world.commit("Error");
    for arguments in [&[] as &[&str], &["--strict"]] {
        let run = world.publish(arguments);
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains("link/missing-document"), "{}", run.stderr);
    }
    assert_eq!(world.tip(), tip);
    // Accepted, they are neither.
    let accept = "[[accept]]\ncode = \"data/unknown-file\"\npath = \"content/stray.toml\"\nreason = \"R\"";
    let links = accept.replace("data/unknown-file", "link/missing-document").replace("stray.toml", "*.md");
    world.file("site.toml", &toml("base_url = \"https://a.example/x/\"", &format!("{accept}\n{links}")));
    world.commit("Accepted");
    let run = world.publish(&["--strict"]).fine();
    assert!(run.stderr.contains("the site has 0 warnings, 2 accepted;"), "{}", run.stderr);
    assert_eq!(world.history(), 2);
    world.file("content/index.md", "# Small\n");
    // Warnings in documents of another source.
    fs::remove_file(world.place("site/content/stray.toml")).unwrap();
    for name in ["", "name = \"theirs\"\n"] {
        world.file("content/index.md", &format!("# Small {}\n", name.len()));
        world.file("theirs/index.md", "# Theirs\n\nSee [this][nowhere].\n");
        let source = format!(
            "[[source]]\n{name}path = \"theirs\"\nmount = \"theirs\"\nformat = \"markdown\"\nbroken_links = \"warn\""
        );
        world.file("site.toml", &toml("base_url = \"https://a.example/x/\"", &source));
        world.commit("Mounted");
        let check = Run::new(world.rolebook("site", &["check"]).output().unwrap()).fine();
        assert!(check.stderr.contains("1 warning"), "{}", check.stderr);
        world.publish(&[]).fine();
    }
    assert_eq!(world.history(), 4);
}

#[test]
fn the_address_follows_from_the_remote() {
    let world = World::new();
    world.file("site.toml", &toml("", ""));
    world.commit("No address");
    let run = world.publish(&[]).fine();
    assert!(run.stderr.contains("the site has no address"), "{}", run.stderr);
    // A remote on GitHub, simulated by the answers of git.
    world.replace_git(
        "case \" $* \" in *\" get-url \"*) echo git@github.com:Example/Hand.book.git;; *) exec $GIT \"$@\";; esac",
    );
    let run = world.publish(&[]).fine();
    assert!(
        run.stderr.contains("the site will be at https://example.github.io/Hand.book/"),
        "{}",
        run.stderr
    );
    assert_eq!(world.published(), world.built(&["--base-url", "https://example.github.io/Hand.book/"]));
    world.publish(&["--base-url", "http://example.github.io/Hand.book"]).fine();
    let tip = world.tip();
    let run = world.publish(&["--base-url", "https://handbook.example.org/"]);
    assert_eq!(run.code, 2);
    for part in [
        "https://handbook.example.org/",
        "GitHub Pages serves Example/Hand.book at https://example.github.io/Hand.book/",
        "cname = \"handbook.example.org\"",
    ] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    world.file("site.toml", &toml("base_url = \"https://example.github.io/other/\"", ""));
    world.commit("Another address");
    let run = world.publish(&[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("base_url is https://example.github.io/other/"), "{}", run.stderr);
    assert_eq!(world.tip(), tip);
}

#[test]
fn a_custom_domain_is_published() {
    let world = World::new();
    let run = world.publish(&["--cname", "handbook.example.org"]);
    assert_eq!(run.code, 2);
    for part in ["base_url is https://a.example/x/", "the site's domain is https://handbook.example.org/"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    world.file("site.toml", &toml("", "[publish]\ncname = \"Handbook.example.org\""));
    world.commit("Domain");
    world.publish(&[]).fine();
    let mut built = world.built(&["--base-url", "https://handbook.example.org/"]);
    built.insert("CNAME".into(), b"handbook.example.org\n".to_vec());
    assert_eq!(world.published(), built);
    // A domain that only the published branch has is not removed without a request.
    let tip = world.tip();
    world.file("site.toml", &toml("", ""));
    world.commit("No domain");
    let run = world.publish(&[]);
    assert_eq!((run.code, world.tip()), (2, tip));
    assert!(run.stderr.contains("has the domain handbook.example.org"), "{}", run.stderr);
    world.publish(&["--cname", ""]).fine();
    assert!(!world.published().contains_key("CNAME"));
}

#[test]
fn site_toml_configures_the_target() {
    let world = World::new();
    world.git("", &["init", "--quiet", "--bare", "other.git"]);
    world.git("site", &["remote", "add", "pages", "../other.git"]);
    let publish = "[publish]\nremote = \"pages\"\nbranch = \"www/live\"";
    world.file("site.toml", &toml("base_url = \"https://a.example/x/\"", publish));
    world.commit("Where to");
    world.publish(&[]).fine();
    world.git("other.git", &["rev-parse", "--verify", "refs/heads/www/live"]);
    assert_eq!(world.tip(), None);
    world.publish(&["--remote", "../remote.git", "--branch", "gh-pages"]).fine();
    assert_eq!(world.published(), world.built(&[]));
}

#[test]
fn commits_are_signed_as_configured() {
    let world = World::new();
    world.script("bin/sign", "exit 1");
    world.git("site", &["config", "commit.gpgSign", "true"]);
    world.git("site", &["config", "gpg.program", world.place("bin/sign").to_str().unwrap()]);
    let run = world.publish(&[]);
    assert_eq!((run.code, world.tip()), (2, None));
    assert!(run.stderr.contains("`git commit-tree` failed"), "{}", run.stderr);
}

#[test]
fn publishing_killed_after_any_step_can_be_repeated() {
    let world = World::new();
    world.publish(&[]).fine();
    world.file("content/index.md", "# New\n");
    world.commit("Edit");
    let (before, old) = (world.state("site"), world.tip());
    let new = world.built(&[]);
    // The n-th git finishes its work and then kills the program.
    world.replace_git(
        "echo >>\"$COUNT\"; $GIT \"$@\"; code=$?; [ $(wc -l <\"$COUNT\") = $AT ] && kill -9 $PPID; exit $code",
    );
    let (mut killed, mut arrived) = (0, 0);
    for at in 1.. {
        let count = world.place("count");
        let _ = fs::remove_file(&count);
        let mut command = world.rolebook("site", &["publish"]);
        let status = command.env("COUNT", &count).env("AT", at.to_string()).output().unwrap().status;
        assert_eq!(world.state("site"), before, "killed after step {at}");
        if status.success() {
            break;
        }
        assert_eq!(status.code(), None, "killed after step {at}");
        killed += 1;
        if world.tip() != old {
            assert_eq!(world.published(), new, "killed after step {at}");
            arrived += 1;
        }
    }
    assert!(killed > 10, "{killed}");
    assert!(arrived > 0);
    assert_eq!(world.published(), new);
    assert_eq!(world.history(), 2);
}

#[test]
fn an_interrupted_push_changes_nothing() {
    let world = World::new();
    world.publish(&[]).fine();
    world.script("site/.git/hooks/pre-push", "cat >/dev/null; kill -9 $PPID");
    world.file("content/index.md", "# New\n");
    world.commit("Edit");
    let (before, old) = (world.state("site"), world.tip());
    let run = world.publish(&[]);
    assert_eq!((run.code, world.tip()), (2, old));
    assert_eq!(world.state("site"), before);
}

#[test]
fn publishing_killed_during_the_push_can_be_repeated() {
    let world = World::new();
    world.publish(&[]).fine();
    world.script(
        "site/.git/hooks/pre-push",
        "cat >/dev/null; touch ../pushing; while [ ! -e ../go ]; do sleep 0.05; done",
    );
    world.file("content/index.md", "# New\n");
    world.commit("Edit");
    let (before, old) = (world.state("site"), world.tip());
    let mut command = world.rolebook("site", &["publish"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until(|| world.place("pushing").exists().then_some(())).expect("a push");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(world.tip(), old);
    assert!(files(&world.place("tmp")).is_empty(), "temporary files are removed before the push");
    // git itself survives and finishes.
    fs::write(world.place("go"), "").unwrap();
    until(|| (world.tip() != old).then_some(())).expect("the end of the push");
    assert_eq!(world.published(), world.built(&[]));
    until(|| {
        (fs::read_to_string(world.place("site/.git/refs/remotes/origin/gh-pages"))
            .ok()
            .map(|id| id.trim().to_owned())
            == world.tip())
        .then_some(())
    });
    assert_eq!(world.state("site"), before);
}

/// The handbook on a simple host, below a path named like a repository.
#[test(needs(Browser))]
fn the_published_handbook_works_below_a_path() {
    let world = World::new();
    copy(&project().join("content"), &world.place("site/content"));
    fs::copy(project().join("site.toml"), world.place("site/site.toml")).unwrap();
    world.commit("The handbook");
    world.publish(&["--base-url", "https://a.example/handbook/", "--strict"]).fine();
    world.git("", &["clone", "--quiet", "--branch", "gh-pages", "remote.git", "published"]);
    fs::remove_dir_all(world.place("published/.git")).unwrap();
    let published = files(&world.place("published"));
    assert!(published.contains_key(".nojekyll") && published.len() > 500, "{} files", published.len());
    let served = published.into_iter().map(|(path, bytes)| (format!("handbook/{path}"), bytes)).collect();
    assert_eq!(broken_links(&served, |_| true), [] as [String; 0]);

    let mut browser = Browser::start();
    let host = Host::start(world.place("published"), "/handbook/");
    let tab = browser.open(&host.site());
    let click = |text: &str| {
        format!(
            "[...document.querySelectorAll('a')].find(a => a.textContent.trim() === '{text}' && a.offsetParent).click()"
        )
    };
    browser.run(&tab, &click("Groups"));
    browser.wait(&tab, "location.pathname === '/handbook/groups/' && document.readyState === 'complete'");
    browser.run(&tab, "document.querySelector('a[href=\"sig-scheduling/technical-lead/\"]').click()");
    browser.wait(&tab, "document.querySelector('h1')?.textContent.replace('\\u00a0', ' ') === 'SIG Scheduling · Technical Lead'");
    browser.wait(&tab, "!!document.querySelector('[data-item] input')");
    assert_eq!(*host.missed.lock().unwrap(), [] as [String; 0], "requests for missing files");
    browser.go(&tab, &format!("{}no/such/page/", host.site()));
    browser.wait(&tab, "document.styleSheets.length > 0 && document.styleSheets[0].cssRules.length > 0");
    browser.run(&tab, "document.querySelector('.rb-brand').click()");
    browser.wait(&tab, "location.pathname === '/handbook/' && document.readyState === 'complete'");
}
