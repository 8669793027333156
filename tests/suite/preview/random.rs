//! Random edits on a copy of the real repository: after any edits, the preview sends what a clean build writes.
//! `ROLEBOOK_SEED` repeats a run; `ROLEBOOK_EDITS` sets the number of edits.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use rolebook::diagnostic::Severity;
use rolebook::engine::{Engine, Overrides};

use super::Preview;
use crate::support::{TestSite, copy, count, files, is_slow, project, seed, snapshot, until};

const EDITS: usize = 40;
const SLOW_EDITS: usize = 1000;
const BURST: usize = 40;

struct Editor {
    random: Rng,
    root: PathBuf,
    log: String,
    count: usize,
}

impl Editor {
    fn documents(&self, folder: &str) -> Vec<PathBuf> {
        let entries = walkdir::WalkDir::new(self.root.join(folder)).sort_by_file_name();
        let entries = entries.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
    }

    fn pick(&mut self, places: &[PathBuf]) -> PathBuf {
        places[self.random.usize(..places.len())].clone()
    }

    /// Saves as editors do: in place, or by replacing the file.
    fn save(&mut self, place: &Path, text: &str) {
        let _ = writeln!(self.log, "save {}", place.display());
        if self.random.bool() {
            fs::write(place, text).unwrap();
        } else {
            let other = place.with_extension("swap");
            fs::write(&other, text).unwrap();
            fs::rename(other, place).unwrap();
        }
    }

    fn edit(&mut self) {
        self.count += 1;
        let number = self.count;
        let folder = if self.random.u8(..4) == 0 { "content/guides" } else { "community" };
        let documents = self.documents(folder);
        let place = self.pick(&documents);
        let Ok(text) = fs::read_to_string(&place) else { return };
        match self.random.u8(..12) {
            0..=3 => self.save(&place, &format!("{text}\nA sentence, number {number}.\n")),
            4 => self.save(&place, &text.replacen("\n## ", &format!("\n## Number {number} "), 1)),
            5 => self.save(&place, &text.replacen("# ", &format!("# Title {number} "), 1)),
            6 => {
                let other = self.pick(&documents);
                let target = other.strip_prefix(self.root.join(folder)).unwrap().display().to_string();
                self.save(
                    &place,
                    &format!("{text}\nSee [the other](/{target}#number-{number}) and [it](/{target}).\n"),
                );
            }
            7 => {
                let name = place.with_file_name(format!("renamed-{number}.md"));
                let _ = writeln!(self.log, "rename {} {}", place.display(), name.display());
                fs::rename(&place, name).unwrap();
            }
            8 if folder == "community" => {
                let _ = writeln!(self.log, "remove {}", place.display());
                fs::remove_file(&place).unwrap();
            }
            8 | 9 => {
                let name = place.parent().unwrap().join(format!("new-{number}/page.md"));
                fs::create_dir(name.parent().unwrap()).unwrap();
                self.save(
                    &name,
                    &format!("# New {number}\n\n[up](../{})\n", place.file_name().unwrap().display()),
                );
            }
            10 => {
                let groups = fs::read_dir(self.root.join("content/groups")).unwrap();
                let mut groups: Vec<_> = groups.map(|entry| entry.unwrap().path()).collect();
                groups.sort();
                let place = self.pick(&groups);
                let text = fs::read_to_string(&place).unwrap();
                let mission = text.lines().find(|line| line.starts_with("mission = ")).map(str::to_owned);
                if let Some(mission) = mission {
                    self.save(&place, &text.replace(&mission, &format!("mission = \"Mission {number}.\"")));
                }
            }
            _ => match self.random.u8(..3) {
                0 => {
                    let place = self.root.join("themes/default/templates/document.html");
                    let text =
                        fs::read_to_string(project().join("themes/default/templates/document.html")).unwrap();
                    self.save(
                        &place,
                        &text.replacen(
                            "{% block main %}",
                            &format!("{{% block main %}}<!-- {number} -->"),
                            1,
                        ),
                    );
                }
                1 => {
                    let place = self.root.join("community/sigs.yaml");
                    let text = fs::read_to_string(&place).unwrap();
                    self.save(&place, &text.replacen("name: A", &format!("name: A{number}"), 1));
                }
                _ => {
                    let place = self.root.join("themes/default/assets/rolebook.css");
                    self.save(&place, &format!("body {{ margin: {number}px }}"));
                }
            },
        }
    }
}

/// A client that sends many requests over one connection.
struct Client<'a> {
    preview: &'a Preview,
    stream: BufReader<TcpStream>,
}

impl Client<'_> {
    fn get(&mut self, path: &str) -> (u16, Vec<u8>) {
        let path =
            percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC).to_string();
        let path = path.replace("%2F", "/");
        let request =
            format!("GET {}{path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.preview.base, self.preview.host());
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            if let Some(value) = line.strip_prefix("HTTP/1.1 ") {
                status = value[..3].parse().unwrap();
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (status, body)
    }

    /// The response without the client script.
    fn page(&mut self, path: &str) -> (u16, Vec<u8>) {
        let (status, mut body) = self.get(path);
        let find = |body: &[u8], text: &[u8]| body.windows(text.len()).position(|part| part == text);
        let start = find(&body[..body.len().min(4096)], b"<script src=\"/.rolebook/client.js\" ");
        if let Some(start) = start {
            let end = start + find(&body[start..], b"</script>").unwrap() + 9;
            body.drain(start..end);
        }
        (status, body)
    }
}

/// An excerpt around the first difference between response and build.
fn first_difference(sent: &[u8], built: &[u8]) -> String {
    let at = sent.iter().zip(built).take_while(|(a, b)| a == b).count();
    let part = |bytes: &[u8]| {
        let end = bytes.len().min(at + 80);
        String::from_utf8_lossy(&bytes[at.saturating_sub(80).min(end)..end]).into_owned()
    };
    format!("sent {:?}, built {:?}", part(sent), part(built))
}

#[test(needs(Snapshot))]
fn the_preview_equals_a_build_after_any_edits() {
    let data = snapshot();
    let seed = seed(20_261_124);
    let edits = count("ROLEBOOK_EDITS", if is_slow() { SLOW_EDITS } else { EDITS });
    let site = TestSite::new(&[]);
    for folder in ["content", "themes"] {
        copy(&project().join(folder), &site.path().join(folder));
    }
    copy(&data.join("community"), &site.path().join("community"));
    // Broken references must not prevent the build from writing.
    let config = fs::read_to_string(project().join("site.toml")).unwrap();
    let config = config.replacen("path = \"content\"", "path = \"content\"\nbroken_links = \"warn\"", 1);
    // The preview's search index may be older than that of a build.
    site.file("site.toml", config + "\n[search]\nenabled = false\n");
    let source = site.path().join("community");
    let preview = Preview::start(&site, &["--source", &format!("community={}", source.display())]);
    let mut editor = Editor {
        random: Rng::with_seed(seed),
        root: site.path().canonicalize().unwrap(),
        log: String::new(),
        count: 0,
    };
    let overrides =
        Overrides { sources: [("community".to_owned(), source.clone())].into(), ..Overrides::default() };
    let out = site.path().join("public");
    let mut all_paths: BTreeSet<String> = BTreeSet::new();
    while editor.count < edits {
        editor.log.clear();
        for _ in 0..BURST {
            editor.edit();
        }
        // Waits for the change that was saved last.
        let mark = format!("Mark {}.", editor.count);
        site.file("content/guides/zz-mark.md", format!("# Mark\n\n{mark}\n"));
        preview.wait_for("guides/zz-mark/", &mark);
        let mut engine = Engine::load(site.path(), &overrides).unwrap();
        let errors: Vec<_> =
            engine.diagnostics().into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "the edits must not cause errors: {errors:#?}");
        let result = engine.write(&out).unwrap();
        assert!(result.is_ok(), "{result:?}");
        let mut built = files(&out);
        built.remove(".rolebook");
        let now: BTreeSet<String> = built.keys().cloned().collect();
        let differs = |client: &mut Client| -> Vec<String> {
            let mut wrong = Vec::new();
            for (path, bytes) in &built {
                let url = path.strip_suffix("index.html").unwrap_or(path);
                let status = if path == "404.html" { 404 } else { 200 };
                let sent = client.page(url);
                if sent != (status, bytes.clone()) {
                    wrong.push(format!("{path}: {} {}", sent.0, first_difference(&sent.1, bytes)));
                }
            }
            for gone in all_paths.difference(&now) {
                if client.get(gone).0 != 404 {
                    wrong.push(format!("{gone} is still there"));
                }
            }
            wrong
        };
        let mut wrong = Vec::new();
        // New folders are checked a second time after a delay.
        until(|| {
            let mut client = Client { preview: &preview, stream: BufReader::new(preview.connect()) };
            wrong = differs(&mut client);
            wrong.is_empty().then_some(())
        });
        assert!(wrong.is_empty(), "seed {seed}, after {} edits: {wrong:#?}\n{}", editor.count, editor.log);
        all_paths.extend(now);
    }
    assert!(all_paths.len() > 1500, "{} files", all_paths.len());
}
