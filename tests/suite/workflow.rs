//! Workflows and the action: checked by an independent reader and by linters. Their shell steps run locally, with a
//! folder in place of GitHub's releases.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::host::Host;
use crate::support::{TestSite, project};

const WORKFLOW: &str = ".github/workflows/pages.yml";

/// A site created by `init --github`.
fn started() -> TestSite {
    let site = TestSite::new(&[]);
    site.run(&["init", "start", "--github"]).fine();
    TestSite::copy(&site.path().join("start"))
}

fn read(path: &Path) -> Value {
    let script = project().join("tests/independent/workflows.py");
    let output = Command::new("python3").arg(script).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Value>(&output.stdout).unwrap()[0].take()
}

/// The project's own workflows, and the one created for communities.
fn workflows(site: &TestSite) -> Vec<PathBuf> {
    let own = fs::read_dir(project().join(".github/workflows")).unwrap();
    own.map(|entry| entry.unwrap().path()).chain([site.path().join(WORKFLOW)]).collect()
}

fn lint(program: &str, arguments: &[&Path]) -> Output {
    Command::new(program).args(arguments).output().unwrap()
}

#[track_caller]
fn assert_clean(output: &Output) {
    let text = [&*output.stdout, &*output.stderr].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "{text}");
}

#[test(needs(Program("actionlint"), Program("shellcheck")))]
fn actionlint_finds_nothing() {
    let site = started();
    let files = workflows(&site);
    assert_eq!(files.len(), 4, "{files:?}");
    assert_clean(&lint("actionlint", &files.iter().map(PathBuf::as_path).collect::<Vec<_>>()));
    // Checks that the linter can find faults, including those in shell steps.
    let text = fs::read_to_string(site.path().join(WORKFLOW)).unwrap();
    for (right, wrong) in [("runs-on:", "run-on:"), ("$RUNNER_TEMP/handbook\"", "\"$RUNNER_TEMP/handbook")] {
        assert!(text.contains(right));
        site.file("wrong.yml", text.replace(right, wrong));
        assert!(!lint("actionlint", &[&site.path().join("wrong.yml")]).status.success(), "{wrong}");
    }
}

#[test(needs(Program("action-validator")))]
fn action_validator_finds_nothing() {
    let site = started();
    let action = project().join("action.yml");
    assert_clean(&lint("action-validator", &[&action]));
    let wrong = fs::read_to_string(&action).unwrap().replace("shell: bash", "shel: bash");
    site.file("wrong/action.yml", wrong);
    assert!(!lint("action-validator", &[&site.path().join("wrong/action.yml")]).status.success());
}

#[test(needs(Program("shellcheck"), Python("yaml")))]
fn shellcheck_finds_nothing() {
    let site = TestSite::new(&[]);
    let action = project().join("action.yml");
    for step in read(&action)["runs"]["steps"].as_array().unwrap() {
        site.file("step.bash", format!("#!/usr/bin/env bash\n{}", step["run"].as_str().unwrap()));
        assert_clean(&lint("shellcheck", &[&site.path().join("step.bash")]));
    }
}

#[test(needs(Program("hadolint")))]
fn hadolint_finds_nothing() {
    assert_clean(&lint("hadolint", &[&project().join("Containerfile")]));
}

#[test(needs(Python("yaml")))]
fn actions_are_pinned_and_permissions_minimal() {
    let site = started();
    let allowed = BTreeMap::from([
        ("attestations", vec!["write"]),
        ("contents", vec!["read", "write"]),
        ("id-token", vec!["write"]),
        ("pages", vec!["read", "write"]),
        ("security-events", vec!["write"]),
    ]);
    // All uses of an action have the same version.
    let mut versions: HashMap<String, String> = HashMap::new();
    for place in workflows(&site) {
        let workflow = read(&place);
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{}: each job asks", place.display());
        for (name, job) in workflow["jobs"].as_object().unwrap() {
            let permissions = job["permissions"].as_object().unwrap_or_else(|| panic!("{name}: permissions"));
            for (scope, value) in permissions {
                assert!(
                    allowed[scope.as_str()].contains(&value.as_str().unwrap()),
                    "{name}: {scope} {value}"
                );
            }
            // Jobs with write permission run neither content nor programs of the repository.
            let writes = |scope: &str| permissions.get(scope).is_some_and(|value| value == "write");
            if writes("pages") || writes("contents") || writes("attestations") {
                let steps = job["steps"].as_array().unwrap();
                let uses = |step: &Value| step["uses"].as_str().unwrap_or("").starts_with("actions/checkout");
                assert!(!steps.iter().any(uses), "{}: {name}", place.display());
            }
        }
        for line in fs::read_to_string(&place).unwrap().lines() {
            let Some((_, action)) = line.split_once("uses: ") else { continue };
            if action == concat!("rolebook/rolebook@v", env!("CARGO_PKG_VERSION")) {
                continue;
            }
            let (path, pin) = action.split_once('@').unwrap();
            let (commit, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{line}: a version"));
            assert!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{line}");
            let repository = path.split('/').take(2).collect::<Vec<_>>().join("/");
            let pin = format!("{commit} {version}");
            assert_eq!(versions.entry(repository).or_insert(pin.clone()), &pin, "{line}");
        }
    }
    assert!(versions.len() >= 8, "{versions:?}");
}

/// A runner with the folders and files that GitHub provides to steps.
struct Runner {
    folder: TestSite,
    variables: HashMap<String, String>,
}

impl Runner {
    fn new() -> Self {
        let folder = TestSite::new(&[("output", ""), ("path", ""), ("temp/.keep", ""), ("bin/.keep", "")]);
        let at = |name: &str| folder.path().join(name).display().to_string();
        let variables = HashMap::from([
            ("GITHUB_OUTPUT".to_owned(), at("output")),
            ("GITHUB_PATH".to_owned(), at("path")),
            ("RUNNER_TEMP".to_owned(), at("temp")),
            ("RUNNER_OS".to_owned(), "Linux".to_owned()),
            ("RUNNER_ARCH".to_owned(), "X64".to_owned()),
        ]);
        Self { folder, variables }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Adds a program that takes precedence over those of the system.
    #[cfg(unix)]
    fn program(self, name: &str, text: &str) -> Self {
        use std::os::unix::fs::PermissionsExt;
        self.folder.file(&format!("bin/{name}"), text);
        let place = self.folder.path().join("bin").join(name);
        fs::set_permissions(place, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// Runs the shell of a step as GitHub does.
    fn step(&self, step: &Value, folder: &Path) -> Run {
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            let from_elsewhere = value.as_str().unwrap().contains("${{");
            assert!(!from_elsewhere || self.variables.contains_key(name), "the test must set {name}");
        }
        let script = self.folder.path().join("step.sh");
        fs::write(&script, step["run"].as_str().expect("a shell step")).unwrap();
        let path = format!("{}:{}", self.folder.path().join("bin").display(), std::env::var("PATH").unwrap());
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(script)
            .envs(&self.variables)
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .current_dir(folder)
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap(),
            output: String::from_utf8([output.stdout, output.stderr].concat()).unwrap(),
        }
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).unwrap()
    }
}

struct Run {
    code: i32,
    output: String,
}

/// Creates an archive like the release workflow, with a program that prints its arguments.
#[cfg(unix)]
fn release(folder: &TestSite, path: &str, target: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    folder
        .file("pack/rolebook", "#!/bin/sh\nfor word; do echo \"<$word>\"; done\n")
        .file("pack/README.md", "Read.\n");
    let pack = folder.path().join("pack");
    fs::set_permissions(pack.join("rolebook"), fs::Permissions::from_mode(0o755)).unwrap();
    let place = folder.path().join(path);
    fs::create_dir_all(&place).unwrap();
    let archive = format!("rolebook-{target}.tar.gz");
    let run = |program: &str, arguments: &[&str], folder: &Path| {
        let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success());
        output.stdout
    };
    let to = place.join(&archive).display().to_string();
    run("tar", &["-czf", &to, "rolebook", "README.md"], &pack);
    let sums = run("sha256sum", &["--", &archive], &place);
    fs::write(place.join("SHA256SUMS"), sums).unwrap();
    place
}

#[cfg(unix)]
#[test(needs(Python("yaml")))]
fn the_action_verifies_checksums() {
    let releases = TestSite::new(&[]);
    let version = env!("CARGO_PKG_VERSION");
    release(&releases, "latest/download", "aarch64-apple-darwin");
    let place = release(&releases, &format!("download/v{version}"), "x86_64-unknown-linux-musl");
    let host = Host::start(releases.path().to_owned(), "/releases/");
    let address = host.site().trim_end_matches('/').to_owned();
    let action = read(&project().join("action.yml"));
    let steps = action["runs"]["steps"].as_array().unwrap();
    let runner = |version: &str| Runner::new().set("RELEASES", &address).set("VERSION", version);
    let here = releases.path();

    for version in [version.to_owned(), format!("v{version}")] {
        let runner = runner(&version);
        let run = runner.step(&steps[0], here);
        assert_eq!((run.code, run.output.as_str()), (0, "<--version>\n"), "{version}");
        let program = runner.text("output").trim_end().strip_prefix("path=").unwrap().to_owned();
        assert!(Path::new(&program).is_file(), "{program}");
        assert_eq!(Path::new(runner.text("path").trim_end()), Path::new(&program).parent().unwrap());
        // Arguments are not expanded by the shell.
        let runner =
            runner.set("PROGRAM", &program).set("COMMAND", "check").set("ARGS", "--strict  *\n$(id) `id`\n");
        let run = runner.step(&steps[1], here);
        assert_eq!((run.code, run.output.as_str()), (0, "<check>\n<--strict>\n<*>\n<$(id)>\n<`id`>\n"));
        let run = runner.set("ARGS", "").step(&steps[1], here);
        assert_eq!((run.code, run.output.as_str()), (0, "<check>\n"));
    }
    let mac = runner("latest").set("RUNNER_OS", "macOS").set("RUNNER_ARCH", "ARM64");
    assert_eq!(mac.step(&steps[0], here).code, 0);

    // Without an archive for the system, the program is built from source.
    let cargo =
        "#!/bin/sh\nmkdir -p bin\necho \"#!/bin/sh\necho $*\" > bin/rolebook\nchmod +x bin/rolebook\n";
    for (version, wanted) in [("latest", ""), ("0.0.9", " --version 0.0.9")] {
        let runner = runner(version).program("cargo", cargo);
        let run = runner.step(&steps[0], here);
        assert_eq!(run.code, 0, "{}", run.output);
        assert!(
            run.output.contains(&format!("\ninstall rolebook --locked --root .{wanted}\n")),
            "{}",
            run.output
        );
    }
    let other = runner(version).program("cargo", cargo).set("RUNNER_ARCH", "RISCV64").step(&steps[0], here);
    assert!(other.code == 0 && other.output.contains("building from source"), "{}", other.output);

    // Invalid versions are used in neither addresses nor commands.
    for wrong in ["1", "main", "../v1.0.0", "0.1.0; id", ""] {
        let run = runner(wrong).step(&steps[0], here);
        assert!(run.code == 2 && run.output.contains("invalid version"), "{wrong}: {}", run.output);
    }

    // With a wrong or missing checksum, nothing is installed or built.
    let sums = fs::read_to_string(place.join("SHA256SUMS")).unwrap();
    let swapped = format!("{}{}", if sums.starts_with('0') { '1' } else { '0' }, &sums[1..]);
    for (sums, message) in [(swapped.as_str(), "has the checksum"), ("", "none for it")] {
        fs::write(place.join("SHA256SUMS"), sums).unwrap();
        let runner = runner(version).program("cargo", cargo);
        let run = runner.step(&steps[0], here);
        assert!(run.code == 1 && run.output.contains(message), "{}", run.output);
        assert_eq!((runner.text("output"), runner.text("path")), (String::new(), String::new()));
        assert!(!runner.folder.path().join("temp/rolebook/bin/rolebook").exists());
    }
    // A host that does not respond is an error, and does not lead to a build from source.
    let gone =
        runner(version).set("RELEASES", "http://127.0.0.1:9").program("cargo", cargo).step(&steps[0], here);
    assert!(gone.code == 1 && gone.output.contains("cannot be downloaded"), "{}", gone.output);
}

/// The shell steps of a job.
fn shell<'a>(workflow: &'a Value, job: &str) -> Vec<&'a Value> {
    let steps = workflow["jobs"][job]["steps"].as_array().unwrap();
    steps.iter().filter(|step| step["run"].is_string()).collect()
}

#[cfg(unix)]
#[test(needs(Python("yaml")))]
fn the_workflow_annotates_errors_and_builds_valid_sites() {
    let program = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_rolebook"));
    let site = started();
    let workflow = read(&site.path().join(WORKFLOW));
    let runner =
        Runner::new().program("rolebook", &program).set("ADDRESS", "https://example.github.io/start");
    for step in shell(&workflow, "check") {
        let run = runner.step(step, site.path());
        assert_eq!(run.code, 0, "{}", run.output);
    }
    let build = shell(&workflow, "build");
    let run = runner.step(build[0], site.path());
    assert_eq!(run.code, 0, "{}", run.output);
    let lost = runner.text("temp/handbook/404.html");
    assert!(lost.contains("\"/start/"), "links use the base path of the site");

    site.file("content/guides/meetings.md", "# How we meet\n\nSee [notes](nots.md).\n");
    let check = shell(&workflow, "check");
    let run = runner.step(check[0], site.path());
    assert_eq!(run.code, 1);
    let mark = "::error file=content/guides/meetings.md,line=3,col=5,title=link/missing-document::";
    assert!(run.output.lines().any(|line| line.starts_with(mark)), "{}", run.output);
    assert_eq!(runner.step(check[1], site.path()).code, 0, "findings do not prevent the report");
    let report: Value = serde_json::from_str(&runner.text("temp/rolebook.sarif")).unwrap();
    let place = &report["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "content/guides/meetings.md");
    assert_eq!(place["region"]["startLine"], 3);
    assert_eq!(runner.step(build[0], site.path()).code, 1, "a broken site is not published");
    // The report distinguishes a broken site from a failed run.
    fs::remove_file(site.path().join("site.toml")).unwrap();
    assert_eq!(runner.step(check[1], site.path()).code, 1);

    let site = started();
    let external = shell(&workflow, "external");
    let run = runner.step(external[0], site.path());
    assert_eq!(run.code, 0, "{}", run.output);
    assert!(site.path().join(".rolebook/external.json").is_file(), "results for the cache are stored");
}

#[test(needs(Python("yaml")))]
fn paths_start_at_the_root_of_the_repository() {
    let repository = TestSite::new(&[(".git/HEAD", "ref: refs/heads/main\n")]);
    repository.run(&["init", "docs/hand book", "--github"]).fine();
    let site = repository.path().join("docs/hand book");
    assert!(!site.join(".github").exists());
    let workflow = read(&repository.path().join(WORKFLOW));
    for step in ["check", "build", "external"].iter().flat_map(|job| shell(&workflow, job)) {
        assert_eq!(step["working-directory"], "docs/hand book");
    }
    let text = workflow["jobs"]["external"].to_string();
    assert_eq!(text.matches("\"docs/hand book/.rolebook\"").count(), 2, "{text}");
    fs::remove_file(repository.path().join(WORKFLOW)).unwrap();
    let run = repository.run(&["init", "docs/#1", "--github"]);
    assert!(run.code == 2 && run.stderr.contains("letters, digits"), "{}", run.stderr);
    assert!(!repository.path().join("docs/#1/site.toml").exists());

    repository.file("docs/hand book/content/a.md", "# A\n\n[b](b.md)\n");
    let run = repository.run(&["check", "--site", "docs/hand book", "--message-format", "github"]);
    assert!(run.stdout.contains("::error file=docs/hand book/content/a.md,line=3,"), "{}", run.stdout);
    let run = repository.run(&["check", "--site", "docs/hand book", "--message-format", "sarif"]);
    assert!(run.stdout.contains("\"docs/hand%20book/content/a.md\""), "{}", run.stdout);
    let run = repository.run(&["check", "--site", "docs/hand book", "--message-format", "json"]);
    assert!(run.stdout.contains("\"path\":\"content/a.md\""), "{}", run.stdout);

    // Code scanning needs locations, so results about the whole site are located in its settings.
    repository.file(
        "docs/hand book/site.toml",
        "title = \"T\"\ntheme = \"none\"\n[[source]]\npath = \"content\"\n",
    );
    let run = repository.run(&["check", "--site", "docs/hand book", "--message-format", "sarif"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let results = report["runs"][0]["results"].as_array().unwrap();
    let lost = results
        .iter()
        .find(|result| result["ruleId"] == "theme/unknown")
        .expect("a result for the unknown theme");
    let place = &lost["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place["uri"], "docs/hand%20book/site.toml");
}

#[test]
fn new_files_are_valid_and_never_overwrite_others() {
    let site = started();
    let before = crate::support::files(site.path());
    for (arguments, path) in [
        (vec!["new", "role", "note-taker"], "content/roles/note-taker.md"),
        (vec!["new", "group", "sig-tea"], "content/groups/sig-tea.toml"),
        (vec!["new", "checklist", "note-taker"], "content/checklists/note-taker.toml"),
        (vec!["new", "checklist", "leaving"], "content/checklists/leaving.toml"),
        (vec!["new", "page", "guides/first-tea"], "content/guides/first-tea.md"),
        (vec!["new", "page", "tea"], "content/tea.md"),
        (vec!["new", "rule", "one-lead"], "content/rules/one-lead.toml"),
    ] {
        let run = site.run(&arguments).fine();
        assert!(run.stdout.contains(path), "{}", run.stdout);
        assert!(site.path().join(path).is_file(), "{path}");
        let again = site.run(&arguments);
        assert!(again.code == 2 && again.stderr.contains("already"), "{}", again.stderr);
    }
    let text = |path: &str| fs::read_to_string(site.path().join(path)).unwrap();
    assert!(text("content/roles/note-taker.md").contains("# Note taker\n"));
    assert!(text("content/checklists/note-taker.toml").contains("role = \"note-taker\"\n"));
    assert!(
        !text("content/checklists/leaving.toml").contains("role ="),
        "a checklist whose name is not a role has no role"
    );
    assert!(text("content/groups/sig-tea.toml").contains("\nkind = \"sig\"\nname = \"Tea\"\n"));
    let run = site.run(&["check", "--strict"]).fine();
    assert!(run.stderr.contains("0 warnings"), "{}", run.stderr);

    // An id counts in any file.
    site.file(
        "content/roles/other.md",
        "+++\nid = \"warden\"\nskills = { facilitation = 1 }\n+++\n# Warden\n\nW.\n",
    );
    for (arguments, message) in [
        (vec!["new", "role", "warden"], "the role `warden` already exists"),
        (vec!["new", "role", "../warden"], "invalid role name"),
        (vec!["new", "role", "Warden"], "invalid role name"),
        (vec!["new", "page", "/etc/tea"], "invalid page name"),
        (vec!["new", "page", "a/../../tea"], "invalid page name"),
        (vec!["new", "group", "tea"], "start the name with one of sig-"),
        (vec!["new", "workflow"], "already exists"),
        (vec!["new", "page", "index"], "already exists"),
    ] {
        let run = site.run(&arguments);
        assert!(run.code == 2 && run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
    }
    let after = crate::support::files(site.path());
    for (path, bytes) in before {
        assert!(after[&path] == bytes, "{path} is as it was");
    }
}
