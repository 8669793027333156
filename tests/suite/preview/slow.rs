//! A slow page does not block other requests.

#[cfg(unix)]
use std::io::{BufRead, BufReader};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::process::{Command, Stdio};

use super::{Preview, Reply};
#[cfg(unix)]
use crate::support::until;
use crate::support::{PATIENCE, TestSite};

/// A site whose page `/slow/` takes seconds.
fn site() -> TestSite {
    let loops: String =
        (0..5).map(|level| format!("{{% for x{level} in [0,1,2,3,4,5,6,7,8,9] %}}")).collect();
    let template = format!(
        "{{% extends \"default/document.html\" %}}{{% block after %}}{{% if page.title == \"Slow\" %}}\
         {{% set long = range(end=2000) | join(sep=\" \") %}}\
         {loops}{{% set _ = long | upper %}}{}{{% endif %}}{{% endblock after %}}",
        "{% endfor %}".repeat(5)
    );
    TestSite::small(&[
        ("content/slow.md", "# Slow\n\nFirst.\n"),
        ("content/quick.md", "# Quick\n\nFirst.\n"),
        ("themes/default/templates/document.html", &template),
    ])
}

/// Sends a request without waiting for the response.
fn ask(preview: &Preview, path: &str) -> TcpStream {
    let mut stream = preview.connect();
    let request = format!(
        "GET {}{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        preview.base,
        preview.host()
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn is_answered(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let waits = stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    !waits
}

fn answer(mut stream: TcpStream) -> Reply {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    Reply::new(&bytes)
}

#[test]
fn a_slow_page_blocks_no_other_request() {
    let site = site();
    let preview = Preview::start(&site, &[]);
    let slow: Vec<TcpStream> = (0..6).map(|_| ask(&preview, "slow/")).collect();
    // Later requests are answered earlier: for pages, data, and unknown paths.
    assert!(preview.get("quick/").body().contains("First."));
    assert_eq!(preview.get("api/handbook.json").status, 200);
    assert_eq!(preview.get("nosuch/").status, 404);
    assert!(!slow.iter().any(is_answered), "the slow page was answered too early");
    // Changes do not wait for it either.
    site.file("content/quick.md", "# Quick\n\nSecond.\n");
    preview.wait_for("quick/", "Second.");
    assert!(!slow.iter().any(is_answered), "the slow page was answered too early");
    // Waiting requests get the page with its latest change.
    site.file("content/slow.md", "# Slow\n\nThird.\n");
    for stream in slow {
        let page = answer(stream);
        assert!(page.status == 200 && page.body().contains("</html>"), "{page:?}");
    }
    preview.wait_for("slow/", "Third.");
    // Idle work still completes.
    site.file("content/quick.md", "# Quick\n\n[x](nosuch.md)\n");
    preview.wait_for_log("link/missing-document");
}

/// Ctrl-C ends a preview that is blocked by writing to a full terminal pipe.
#[test]
#[cfg(unix)]
fn a_second_ctrl_c_ends_a_blocked_preview() {
    let site = TestSite::small(&[("content/a.md", "# A\n")]);
    let mut process = Command::new(env!("CARGO_BIN_EXE_rolebook"))
        .args(["serve", "--port", "0"])
        .current_dir(site.path())
        .env("NO_COLOR", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = process.id().to_string();
    let interrupt = || assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("serving at http://")).unwrap();
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    // Far more diagnostics than fit into a pipe, of which only the first are read.
    let links: String = (0..2_000).map(|number| format!("[x](gone-{number}.md)\n\n")).collect();
    site.file("content/a.md", format!("# A\n\n{links}"));
    assert!(lines.any(|line| line.contains("gone-0.md")));
    interrupt();
    until(|| TcpStream::connect(&address).is_err().then_some(()))
        .expect("the preview stops accepting connections");
    assert!(process.try_wait().unwrap().is_none(), "the process waits for the preview to end");
    interrupt();
    assert!(until(|| process.try_wait().unwrap()).is_some(), "the process is still running");
}
