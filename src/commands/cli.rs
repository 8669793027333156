//! What can be typed.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::formats;

/// Compiles a community's governance into a handbook its leads can work from.
#[derive(Parser)]
#[command(version, propagate_version = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Write the site
    Build(BuildArgs),
    /// Find everything a build would find, and write nothing
    Check(CheckArgs),
    /// Preview the site in a browser and keep it up to date while you edit
    Serve(ServeArgs),
    /// Build the site and push it to the branch that GitHub Pages serves
    Publish(PublishArgs),
    /// Show which cited clauses have changed since they were reviewed, and accept them
    Review(ReviewArgs),
    /// Print one checklist, made out for a role in a group
    Checklist(ChecklistArgs),
    /// Write the checklists as GitHub issue forms into a repository
    IssueForms(IssueFormsArgs),
    /// Write group data files from a checkout (facts only)
    Import(ImportArgs),
    /// Start a site
    Init(InitArgs),
    /// Write a new file from a template
    New(NewArgs),
}

#[derive(Args)]
pub(super) struct SiteArgs {
    /// Folder of the site; by default the nearest one upwards that holds site.toml
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// Path of a named source
    #[arg(long, value_name = "NAME=PATH", value_parser = source)]
    pub source: Vec<(String, PathBuf)>,
}

#[derive(Args)]
pub(super) struct MessageArgs {
    /// How diagnostics are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub message_format: MessageFormat,
    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,
}

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// For people, with the source line
    #[default]
    Human,
    /// One JSON object a line
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
    /// Folder to write to; by default public/ in the site
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Address the site will live at, in place of the one in site.toml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
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
    /// Ask for addresses outside the site, too
    #[arg(long)]
    pub external: bool,
    /// Believe no answer of an earlier check
    #[arg(long, requires = "external")]
    pub fresh: bool,
}

#[derive(Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// Name or address to listen at
    #[arg(long, default_value = "127.0.0.1")]
    pub host: String,
    /// Port to listen at; the next free one if it is taken
    #[arg(long, default_value_t = 4000)]
    pub port: u16,
    /// A further name by which browsers may reach it; may be repeated
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Open the site in a browser
    #[arg(long)]
    pub open: bool,
    /// Move the browser to the page that is being edited
    #[arg(long)]
    pub navigate: bool,
    /// Look at files again and again, where the system does not tell of changes (network folders)
    #[arg(long)]
    pub poll: bool,
}

#[derive(Args)]
pub(super) struct PublishArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// Name or address of the remote to push to; by default what site.toml says, else origin
    #[arg(long)]
    pub remote: Option<String>,
    /// Branch of the published site; by default what site.toml says, else gh-pages
    #[arg(long)]
    pub branch: Option<String>,
    /// Show what would be added, changed and removed, and push nothing
    #[arg(long)]
    pub dry_run: bool,
    /// First line of the commit's message, in place of `Publish` and the source commit
    #[arg(long)]
    pub message: Option<String>,
    /// Domain of the site; an empty one takes the domain away
    #[arg(long, value_name = "HOST", value_parser = domain)]
    pub cname: Option<String>,
    /// Keep one commit without history
    #[arg(long)]
    pub orphan: bool,
    /// Publish with changes that are not committed
    #[arg(long)]
    pub allow_dirty: bool,
    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,
    /// Has no effect: warnings stop a publication only under --strict
    #[arg(long, hide = true, conflicts_with = "strict")]
    pub allow_warnings: bool,
    /// Replace whatever others pushed meanwhile
    #[arg(long)]
    pub force: bool,
    /// Replace this branch whatever it holds, sources included; must be the branch that is published to
    #[arg(long, value_name = "BRANCH")]
    pub replace_branch: Option<String>,
    /// Address the site will live at, in place of the one in site.toml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

#[derive(Args)]
pub(super) struct ReviewArgs {
    #[command(flatten)]
    pub site: SiteArgs,
    /// Documents or clauses to accept, such as governance.md or governance.md#chairs
    #[arg(value_name = "DOCUMENT[#CLAUSE]")]
    pub clauses: Vec<String>,
    /// Accept everything
    #[arg(long, conflicts_with = "clauses")]
    pub all: bool,
}

#[derive(Args)]
pub(super) struct ChecklistArgs {
    /// Id or title of a role, or id of a checklist that is made out for groups
    pub role: String,
    /// Id or name of a group
    pub group: String,
    /// Handle of the person it is for
    #[arg(long = "for", value_name = "HANDLE")]
    pub handle: Option<String>,
    /// The person is in no data yet
    #[arg(long, requires = "handle")]
    pub new: bool,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ChecklistFormat,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Address the site lives at, in place of the one in site.toml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

/// How a checklist is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ChecklistFormat {
    /// A text with a task list
    #[default]
    Markdown,
    /// A GitHub issue, with front matter as in issue templates
    GithubIssue,
    /// For other programs
    Json,
}

#[derive(Args)]
pub(super) struct IssueFormsArgs {
    /// The repository: forms go to .github/ISSUE_TEMPLATE/ below it
    pub dir: PathBuf,
    /// Labels that the issues get
    #[arg(long, value_name = "LABEL", value_delimiter = ',')]
    pub labels: Vec<String>,
    /// Replace files that rolebook did not write, too
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Address the site lives at, in place of the one in site.toml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

#[derive(Args)]
pub(super) struct ImportArgs {
    /// Format of the checkout's data
    #[arg(value_parser = PossibleValuesParser::new(formats::importable()))]
    pub format: String,
    /// The checkout
    pub dir: PathBuf,
    /// Folder of the site; by default the nearest one upwards that holds site.toml
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct InitArgs {
    /// Folder to make
    pub dir: PathBuf,
    /// Add the workflow that publishes the site to GitHub Pages
    #[arg(long)]
    pub github: bool,
}

#[derive(Args)]
pub(super) struct NewArgs {
    /// What to write
    #[command(subcommand)]
    pub file: NewFile,
    /// Folder of the site; by default the nearest one upwards that holds site.toml
    #[arg(long, value_name = "DIR", global = true)]
    pub site: Option<PathBuf>,
}

/// What can be written from a template.
#[derive(Subcommand)]
pub(super) enum NewFile {
    /// A role: roles/NAME.md
    Role {
        /// Its id, such as chair
        name: String,
    },
    /// A group: groups/NAME.toml
    Group {
        /// Its id, such as docs
        name: String,
    },
    /// A checklist: checklists/NAME.toml, for the role of this name if there is one
    Checklist {
        /// Its id, such as chair
        name: String,
    },
    /// A page: NAME.md
    Page {
        /// Its path, such as guides/first-meeting
        name: String,
    },
    /// The workflow that publishes the site to GitHub Pages: .github/workflows/pages.yml of the repository
    Workflow,
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
