//! Command-line arguments.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::diagnostic::CODES;
use crate::formats;
use crate::source::default_theme;

/// Compiles a community's governance into a handbook that its leads can work from.
#[derive(Parser)]
#[command(version, propagate_version = true, after_help = examples(&["rolebook init handbook", "rolebook serve --open", "rolebook build"]))]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// Options of every command.
#[derive(Args)]
pub(super) struct GlobalArgs {
    /// Show only errors and the requested result
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = GLOBAL)]
    pub quiet: bool,
    /// Also show what is read and done
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub verbose: bool,
    /// When to use colors: on a terminal unless the environment says otherwise, always or never
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = GLOBAL)]
    pub color: ColorWhen,
}

const GLOBAL: &str = "Global options";

/// When text is colored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Write the site
    #[command(after_help = examples(&["rolebook build", "rolebook build --strict --message-format github", "rolebook build -S community=../community -o /tmp/site"]))]
    Build(BuildArgs),
    /// Report everything that a build would report, without writing anything
    #[command(after_help = examples(&["rolebook check", "rolebook check --external", "rolebook check --rule two-chairs", "rolebook check --only conformance --message-format github", "rolebook check --write-baseline"]))]
    Check(CheckArgs),
    /// Preview the site in a browser and keep it up to date while you edit
    #[command(after_help = examples(&["rolebook serve --open", "rolebook serve -p 8080 -S community=../community"]))]
    Serve(ServeArgs),
    /// Build the site and push it to the branch that GitHub Pages serves
    #[command(after_help = examples(&["rolebook publish --dry-run", "rolebook publish", "rolebook publish --remote upstream --cname handbook.example.org"]))]
    Publish(PublishArgs),
    /// Show which cited clauses have changed since they were reviewed, and accept them
    #[command(after_help = examples(&["rolebook review", "rolebook review governance.md#chairs", "rolebook review --all"]))]
    Review(ReviewArgs),
    /// Print one checklist, filled in for a role in a group
    #[command(after_help = examples(&["rolebook checklist chair docs", "rolebook checklist chair docs --for octocat --format github-issue"]))]
    Checklist(ChecklistArgs),
    /// Show what changes if a person leaves: seats, lists, rules, obligations
    #[command(after_help = examples(&["rolebook impact octocat", "rolebook impact octocat --format github-issue"]))]
    Impact(ImpactArgs),
    /// Write the checklists to a repository as GitHub issue forms
    #[command(after_help = examples(&["rolebook issue-forms .", "rolebook issue-forms ../community --labels area/leads"]))]
    IssueForms(IssueFormsArgs),
    /// Compare the lists of people in the sources with the data of the groups
    #[command(after_help = examples(&["rolebook rosters", "rolebook rosters --patch patches", "rolebook rosters --format json"]))]
    Rosters(RostersArgs),
    /// Write group files from a checkout (facts only)
    #[command(after_help = examples(&[&import_example()]))]
    Import(ImportArgs),
    /// Create a starter site
    #[command(after_help = examples(&["rolebook init handbook", "rolebook init handbook --github"]))]
    Init(InitArgs),
    /// Create a new file from a template
    #[command(after_help = examples(&["rolebook new group team-docs", "rolebook new role reviewer", "rolebook new page guides/first-meeting"]))]
    New(NewArgs),
    /// Write the JSON Schemas of site.toml, data files and front matter, for editors
    #[command(after_help = examples(&["rolebook schema schemas", "rolebook schema schemas --site ."]))]
    Schema(SchemaArgs),
    /// Show the files of the theme, and copy them to change them
    #[command(after_help = examples(&["rolebook theme list", "rolebook theme show templates/group.html", "rolebook theme eject templates/group.html"]))]
    Theme(ThemeArgs),
    /// Explain a diagnostic, or list those of an area
    #[command(after_help = examples(&["rolebook explain link/missing-anchor", "rolebook explain link"]))]
    Explain(ExplainArgs),
    /// Show what this machine and site lack
    #[command(after_help = examples(&["rolebook doctor"]))]
    Doctor(DoctorArgs),
    /// Print the completion script of a shell
    #[command(after_help = examples(&["rolebook completions bash", "rolebook completions fish"]))]
    Completions(CompletionsArgs),
    /// Write the manual pages of all commands
    #[command(hide = true, after_help = examples(&["rolebook man man1"]))]
    Man(ManArgs),
}

#[derive(Args)]
pub(super) struct SiteArgs {
    /// Folder of the site; default: this folder or its nearest parent that contains site.toml
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub site: Option<PathBuf>,
    /// Path of a source, by name; may be repeated
    #[arg(short = 'S', long, value_name = "NAME=PATH", value_parser = source)]
    pub source: Vec<(String, PathBuf)>,
}

#[derive(Args, Default)]
pub(super) struct MessageArgs {
    /// Format of diagnostics
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub message_format: MessageFormat,
    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,
}

/// Formats of diagnostics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// For people, with the source line
    #[default]
    Human,
    /// One JSON object per line
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Args)]
pub(super) struct BuildArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// Folder to write to; default: public/ in the site
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Address where the site will be published; overrides site.toml
    #[arg(short = 'u', long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// Build even if nothing has changed since the last build
    #[arg(long)]
    pub no_cache: bool,
    /// Show the time of each stage
    #[arg(long)]
    pub profile: bool,
}

#[derive(Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// Also request external addresses
    #[arg(long)]
    pub external: bool,
    /// Ignore cached results of earlier checks
    #[arg(long, requires = "external")]
    pub fresh: bool,
    /// Report only what is about a rule of governance, by its id; may be repeated
    #[arg(long, value_name = "ID", conflicts_with_all = ["only", "external"])]
    pub rule: Vec<String>,
    /// Report only diagnostics whose codes have these first parts
    #[arg(long, value_name = "AREA", value_delimiter = ',', value_parser = PossibleValuesParser::new(areas()))]
    pub only: Vec<String>,
    /// Write the subjects that do not meet a rule yet to rules/baseline.toml; they are accepted from then on
    #[arg(long, conflicts_with_all = ["rule", "only", "external"])]
    pub write_baseline: bool,
    /// Show every diagnostic in full, however many have the same code
    #[arg(long)]
    pub all: bool,
    /// Address where the site will be published; overrides site.toml
    #[arg(short = 'u', long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

#[derive(Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// Address of the published site, whose path the preview is served under; overrides site.toml
    #[arg(short = 'u', long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// Name or address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    pub host: String,
    /// Port to listen on; if it is taken, the next free one is used
    #[arg(short, long, default_value_t = 4000)]
    pub port: u16,
    /// Additional host name that browsers may use; may be repeated
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Open the site in a browser
    #[arg(short = 'O', long)]
    pub open: bool,
    /// Move the browser to the page that is being edited
    #[arg(long)]
    pub navigate: bool,
    /// Poll files, for file systems without change notifications (network folders)
    #[arg(long)]
    pub poll: bool,
}

#[derive(Args)]
pub(super) struct PublishArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// Name or address of the remote to push to; default: as in site.toml, else origin
    #[arg(long)]
    pub remote: Option<String>,
    /// Branch of the published site; default: as in site.toml, else gh-pages
    #[arg(long)]
    pub branch: Option<String>,
    /// Show which files would be added, changed and removed, without pushing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// First line of the commit message; default: `Publish` and the source commit
    #[arg(short, long)]
    pub message: Option<String>,
    /// Domain of the site; an empty value removes the domain
    #[arg(long, value_name = "HOST", value_parser = domain)]
    pub cname: Option<String>,
    /// Keep a single commit, without history
    #[arg(long)]
    pub orphan: bool,
    /// Publish even with uncommitted changes
    #[arg(long)]
    pub allow_dirty: bool,
    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,
    /// Has no effect: warnings stop publishing only under --strict
    #[arg(long, hide = true, conflicts_with = "strict")]
    pub allow_warnings: bool,
    /// Replace commits that others have pushed in the meantime
    #[arg(long)]
    pub force: bool,
    /// Replace the branch regardless of its contents; must name the branch that is published to
    #[arg(long, value_name = "BRANCH")]
    pub replace_branch: Option<String>,
    /// Address where the site will be published; overrides site.toml
    #[arg(short = 'u', long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

#[derive(Args)]
pub(super) struct ReviewArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// Documents or clauses to accept, such as governance.md or governance.md#chairs
    #[arg(value_name = "DOCUMENT[#CLAUSE]")]
    pub clauses: Vec<String>,
    /// Accept all clauses
    #[arg(long, conflicts_with = "clauses")]
    pub all: bool,
}

#[derive(Args)]
pub(super) struct ChecklistArgs {
    /// Id or title of a role, or id of a procedure
    pub role: String,
    /// Id or name of a group
    pub group: String,
    /// Handle of the person that the checklist is for
    #[arg(long = "for", value_name = "HANDLE")]
    pub handle: Option<String>,
    /// Accept a person who is not in the data yet
    #[arg(long, requires = "handle")]
    pub new: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ChecklistFormat,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Address of the published site; overrides site.toml
    #[arg(short = 'u', long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

/// Formats of checklists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ChecklistFormat {
    /// Markdown with a task list
    #[default]
    Markdown,
    /// A GitHub issue, with front matter as in issue templates
    GithubIssue,
    /// JSON for other programs
    Json,
}

#[derive(Args)]
pub(super) struct ImpactArgs {
    /// Handle of the person
    pub handle: String,
    /// Output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ImpactFormat,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Address of the published site; overrides site.toml
    #[arg(short = 'u', long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

/// Formats of an impact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ImpactFormat {
    /// For people, a line per seat, list and rule
    #[default]
    Human,
    /// Markdown with task lists, and the checklists for leaving
    Markdown,
    /// A GitHub issue, with front matter as in issue templates
    GithubIssue,
    /// JSON for other programs
    Json,
}

#[derive(Args)]
pub(super) struct RostersArgs {
    /// Write a patch for each source that corrects its lists, and the text of a pull request, to this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub patch: Option<PathBuf>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: RostersFormat,
    #[command(flatten)]
    pub site: SiteArgs,
}

/// Formats of comparisons of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum RostersFormat {
    /// For people: the differences of each list
    #[default]
    Human,
    /// JSON for other programs: all lists
    Json,
}

#[derive(Args)]
pub(super) struct IssueFormsArgs {
    /// Folder of the repository; forms are written to .github/ISSUE_TEMPLATE/
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Labels of the issues
    #[arg(long, value_name = "LABEL", value_delimiter = ',')]
    pub labels: Vec<String>,
    /// Also replace files that rolebook did not write
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Address of the published site; overrides site.toml
    #[arg(short = 'u', long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

#[derive(Args)]
pub(super) struct ImportArgs {
    /// Format of the data in the checkout
    #[arg(value_parser = PossibleValuesParser::new(formats::PRESETS.iter().map(|preset| preset.name)))]
    pub format: String,
    /// Folder of the checkout
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Folder of the site; default: this folder or its nearest parent that contains site.toml
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub site: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct InitArgs {
    /// Folder to create, or one that contains only hidden files, a README and a license
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Checkout of a community whose groups and people the site shows
    #[arg(long, value_name = "CHECKOUT", value_hint = ValueHint::DirPath)]
    pub from: Option<PathBuf>,
    /// Add the workflow that publishes the site to GitHub Pages
    #[arg(long)]
    pub github: bool,
}

#[derive(Args)]
pub(super) struct NewArgs {
    /// Kind of file
    #[command(subcommand)]
    pub file: NewFile,
    /// Folder of the site; default: this folder or its nearest parent that contains site.toml
    #[arg(short, long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub site: Option<PathBuf>,
}

/// Kinds of files with a template.
#[derive(Subcommand)]
pub(super) enum NewFile {
    /// A role: roles/NAME.md
    #[command(after_help = examples(&["rolebook new role reviewer"]))]
    Role {
        /// Its id, such as chair
        name: String,
    },
    /// A group: groups/NAME.toml
    #[command(after_help = examples(&["rolebook new group team-docs"]))]
    Group {
        /// Its id, which begins with its kind, such as team-docs
        name: String,
    },
    /// A checklist: checklists/NAME.toml, for the role with the id NAME if it exists
    #[command(after_help = examples(&["rolebook new checklist reviewer"]))]
    Checklist {
        /// Its id, such as chair
        name: String,
    },
    /// A page: NAME.md
    #[command(after_help = examples(&["rolebook new page guides/first-meeting"]))]
    Page {
        /// Its path, such as guides/first-meeting
        name: String,
    },
    /// A rule of governance: rules/NAME.toml
    #[command(after_help = examples(&["rolebook new rule two-leads"]))]
    Rule {
        /// Its id, such as two-leads
        name: String,
    },
    /// The workflow that publishes the site to GitHub Pages: .github/workflows/pages.yml of the repository
    #[command(after_help = examples(&["rolebook new workflow"]))]
    Workflow,
}

#[derive(Args)]
pub(super) struct SchemaArgs {
    /// Folder to write to
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Accept only the kinds of group, channels and accounts of the site in this folder
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub site: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct ThemeArgs {
    #[command(subcommand)]
    pub action: ThemeAction,
    /// Folder of the site; default: this folder or its nearest parent that contains site.toml
    #[arg(short, long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub site: Option<PathBuf>,
}

/// Actions on the files of the theme.
#[derive(Subcommand)]
pub(super) enum ThemeAction {
    /// List the files of the default theme and of the site, and which files of the site replace others
    #[command(after_help = examples(&["rolebook theme list"]))]
    List,
    /// Print a file of the default theme
    #[command(after_help = examples(&["rolebook theme show templates/group.html", "rolebook theme show strings/en.toml"]))]
    Show {
        /// Path of the file in the theme, such as templates/group.html
        #[arg(value_parser = ThemePath, hide_possible_values = true)]
        file: String,
    },
    /// Copy a file of the default theme to the theme of the site; an existing file is kept
    #[command(after_help = examples(&["rolebook theme eject templates/group.html", "rolebook theme eject assets/logo.svg"]))]
    Eject {
        /// Path of the file in the theme, such as templates/group.html
        #[arg(value_parser = ThemePath, hide_possible_values = true)]
        file: String,
    },
}

/// Accepts any text, and completes the files of the default theme. The command explains which files are similar.
#[derive(Clone)]
struct ThemePath;

impl TypedValueParser for ThemePath {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(default_theme().into_keys().map(PossibleValue::new)))
    }
}

#[derive(Args)]
pub(super) struct ExplainArgs {
    /// A code such as link/missing-anchor, or an area such as link
    pub code: String,
}

#[derive(Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    pub site: SiteArgs,
}

#[derive(Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[derive(Args)]
pub(super) struct ManArgs {
    /// Folder to write to
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
}

/// The examples at the end of a command's help.
fn examples(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| format!("  {line}"));
    std::iter::once("Examples:".to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// The areas of all diagnostics.
pub(super) fn areas() -> Vec<&'static str> {
    let mut areas: Vec<_> = CODES.iter().map(|code| code.area()).collect();
    areas.dedup();
    areas
}

fn import_example() -> String {
    format!("rolebook import {} ../community", formats::PRESETS[0].name)
}

fn source(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => Ok((name.to_owned(), path.into())),
        _ => Err("write NAME=PATH, such as community=../community".into()),
    }
}

fn domain(text: &str) -> Result<String, String> {
    if text.is_empty() || crate::config::is_domain(text) {
        Ok(text.to_owned())
    } else {
        Err("write only the domain, such as handbook.example.org".into())
    }
}

fn base_url(text: &str) -> Result<String, String> {
    crate::config::base_url(text)
        .ok_or_else(|| "write the full address, such as https://example.org/handbook/".into())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_command_has_examples_that_can_be_typed() {
        assert_examples(&Cli::command(), "rolebook");
    }

    /// Checks the examples of a command and of its subcommands.
    fn assert_examples(command: &clap::Command, typed: &str) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("  ")).collect();
        assert!(!examples.is_empty(), "{typed}");
        for example in examples {
            assert!(example.starts_with(typed), "{example}");
            assert!(Cli::try_parse_from(example.split(' ')).is_ok(), "{example}");
        }
        for subcommand in command.get_subcommands() {
            assert_examples(subcommand, &format!("{typed} {}", subcommand.get_name()));
        }
    }
}
