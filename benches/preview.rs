//! From saving a file to the server answering with the new text: `cargo bench --bench preview -- [SITE]
//! [NAME=PATH]`. It works on a copy in a temporary folder; it shows the distribution and asserts nothing.
//!
//! Without arguments it previews this project's own handbook.

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::copy_folder;

const EDITS: usize = 50;
/// Between edits, as of somebody who writes fast: what follows an edit is done by then.
const PAUSE: Duration = Duration::from_millis(300);

struct Server {
    process: Child,
    host: String,
    base: String,
}

impl Server {
    fn start(folder: &Path, sources: &[String]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_rolebook"))
            .args(["serve", "--port", "0"])
            .args(sources.iter().flat_map(|source| ["--source", source]))
            .current_dir(folder)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut lines = BufReader::new(process.stderr.take().expect("its terminal")).lines();
        let line = lines
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.contains("serving at"))
            .expect("an address");
        std::thread::spawn(move || lines.for_each(drop));
        let address =
            line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).expect("an address");
        let (host, base) = address.split_once('/').expect("a path");
        Self { process, host: host.to_owned(), base: format!("/{base}") }
    }

    fn connect(&self) -> BufReader<TcpStream> {
        let stream = TcpStream::connect(&self.host).expect("the server");
        stream.set_nodelay(true).expect("a socket");
        BufReader::new(stream)
    }

    fn get(&self, stream: &mut BufReader<TcpStream>, url: &str) -> Vec<u8> {
        let request = format!("GET {}{url} HTTP/1.1\r\nHost: {}\r\n\r\n", self.base, self.host);
        stream.get_mut().write_all(request.as_bytes()).expect("a request");
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).expect("an answer");
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().expect("a length");
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).expect("a page");
        body
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Documents with a paragraph to write in, spread evenly over a folder, and their addresses.
fn documents(folder: &Path, mount: &str) -> Vec<(PathBuf, String)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let documents = entries.filter_map(|entry| {
        let path = entry.path().strip_prefix(folder).ok()?.to_str()?.strip_suffix(".md")?.to_owned();
        let name = path.rsplit('/').next()?.to_lowercase();
        let plain =
            name != "readme" && name != "_index" && name != "index" && path.is_ascii() && !path.contains(' ');
        let text = std::fs::read_to_string(entry.path()).ok()?;
        (plain && !path.starts_with("roles/") && !text.contains("\n```"))
            .then(|| (entry.path().to_owned(), format!("{mount}{path}/")))
    });
    documents.collect()
}

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let site = arguments.iter().find(|argument| !argument.contains('='));
    let site = site.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let copy = tempfile::tempdir().expect("a temporary folder");
    let config = std::fs::read_to_string(site.join("site.toml")).expect("site.toml");
    std::fs::write(copy.path().join("site.toml"), &config).expect("a copy");
    let table: toml::Table = config.parse().expect("TOML");
    let mut candidates = Vec::new();
    let mut sources = Vec::new();
    for source in table["source"].as_array().into_iter().flatten() {
        let text = |key: &str| source.get(key).and_then(toml::Value::as_str);
        let given = arguments.iter().filter_map(|argument| argument.split_once('='));
        let given = given
            .filter(|(name, _)| Some(*name) == text("name"))
            .map(|(_, path)| PathBuf::from(path))
            .next_back();
        let from = given.unwrap_or_else(|| site.join(text("path").expect("a path")));
        if !from.is_dir() {
            continue;
        }
        let to = copy.path().join("sources").join(candidates.len().to_string());
        copy_folder(&from, &to);
        let mount = text("mount").map_or(String::new(), |mount| format!("{mount}/"));
        candidates.push(documents(&to, &mount));
        match text("name") {
            Some(name) => sources.push(format!("{name}={}", to.display())),
            None => std::fs::rename(&to, copy.path().join(text("path").expect("a path"))).expect("a copy"),
        }
        if text("name").is_none() {
            let place = copy.path().join(text("path").expect("a path"));
            *candidates.last_mut().expect("just added") = documents(&place, &mount);
        }
    }
    let all: Vec<(PathBuf, String)> = candidates.into_iter().flatten().collect();
    let started = Instant::now();
    let server = Server::start(copy.path(), &sources);
    server.get(&mut server.connect(), "");
    println!("first answer after {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    // Everything is checked and rendered once.
    std::thread::sleep(Duration::from_secs(2 + all.len() as u64 / 1000));
    let mut times = Vec::new();
    for edit in 0..EDITS {
        let (place, url) = &all[edit * all.len() / EDITS];
        let mut stream = server.connect();
        let mark = format!("Edit number {edit}.");
        let text = std::fs::read_to_string(place).expect("a document");
        server.get(&mut stream, url);
        let saved = Instant::now();
        std::fs::write(place, format!("{text}\n\n{mark}\n")).expect("a document");
        while memchr::memmem::find(&server.get(&mut stream, url), mark.as_bytes()).is_none() {
            assert!(saved.elapsed() < Duration::from_secs(10), "{url} never shows its edit");
        }
        times.push(saved.elapsed().as_secs_f64() * 1e3);
        std::thread::sleep(PAUSE);
    }
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times[(times.len() - 1) * part / 100];
    println!(
        "{} documents, {EDITS} edits, ms: least {:.1}, median {:.1}, 90 % {:.1}, worst {:.1}",
        all.len(),
        at(0),
        at(50),
        at(90),
        at(100)
    );
}
