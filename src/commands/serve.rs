//! `rolebook serve`

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::cli::ServeArgs;
use super::report::{Extent, Reporter};
use super::terminal::one_line;
use super::{SUCCESS, USAGE_ERROR, load, usage};
use crate::diagnostic::{Diagnostic, counted};
use crate::serve::{Options, Server, ServerEvent};

/// Previews the site until the user ends it.
pub(super) fn run(args: &ServeArgs) -> u8 {
    let reporter = Reporter::for_people(Extent::Brief);
    let engine = match load(&args.site, args.base_url.clone(), &reporter) {
        Ok(engine) => engine,
        Err(code) => return code,
    };
    let options = Options {
        host: args.host.clone(),
        port: args.port,
        allow_hosts: args.allow_host.clone(),
        navigate: args.navigate,
        poll: args.poll,
    };
    let server = match Server::bind(options) {
        Ok(server) => server,
        Err(error) => return usage(error.to_string()),
    };
    let url = server.url(&engine);
    if args.port != 0 && server.port() != args.port {
        say!("note: port {} is in use", args.port);
    }
    say!("serving at {url} (stop with Ctrl-C)");
    if !server.is_local() {
        say!("warning: anyone who can reach this machine can read the site, including drafts");
    }
    if args.open
        && let Err(error) = open::that_detached(&url)
    {
        status!("warning: cannot open a browser: {error}");
    }
    let mut previous = Arc::default();
    let report = move |event| match event {
        ServerEvent::Changed { files, took } => changed(&files, took),
        ServerEvent::Checked(current) => checked(&reporter, &mut previous, current),
        ServerEvent::Polling => status!(
            "warning: the system cannot watch that many folders; rolebook polls twice a second instead \
             (on Linux, fs.inotify.max_user_watches and max_user_instances set the limit)"
        ),
        ServerEvent::Failed => {
            say!("error: internal error in rolebook; the preview continues without an answer")
        }
        ServerEvent::Blind(why) => say!("error: changes are no longer detected: {why}"),
    };
    match server.run(engine, report) {
        Ok(()) => SUCCESS,
        Err(error) => {
            say!("error: {error}");
            USAGE_ERROR
        }
    }
}

fn changed(files: &[String], took: Duration) {
    let what = match files {
        [] => "the site".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {}", counted(rest.len(), "other file")),
    };
    status!("{} changed ({:.1} ms)", one_line(&what), took.as_secs_f64() * 1e3);
}

/// Reports new diagnostics, and the counts if they have changed.
fn checked(reporter: &Reporter, previous: &mut Arc<Vec<Diagnostic>>, current: Arc<Vec<Diagnostic>>) {
    // Diagnostics that only moved are not new.
    let key = |diagnostic: &Diagnostic| {
        let file = diagnostic.location.as_ref().map(|location| location.file.clone());
        (diagnostic.code, diagnostic.message.clone(), file)
    };
    let before: BTreeSet<_> = previous.iter().map(key).collect();
    let now: BTreeSet<_> = current.iter().map(key).collect();
    if before != now {
        let new: Vec<_> =
            current.iter().filter(|diagnostic| !before.contains(&key(diagnostic))).cloned().collect();
        reporter.report(&new);
        let fixed = before.difference(&now).count();
        let fixed = if fixed > 0 { format!("{fixed} fixed; ") } else { String::new() };
        status!("{fixed}{}", reporter.tally(&current));
    }
    *previous = current;
}
