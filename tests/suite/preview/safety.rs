//! Security problems that similar servers have had.

use std::io::{Read, Write};
use std::time::Duration;

use super::{Preview, Reply};
use crate::support::TestSite;

fn preview() -> (TestSite, Preview) {
    let site = TestSite::small(&[
        ("content/guides/a.md", "# A\n\nHello. ![p](p.png)\n"),
        ("content/guides/p.png", "0123456789"),
        ("secret.txt", "keep this"),
        ("content/guides/notes.txt", "not part of the site"),
    ]);
    let preview = Preview::start(&site, &[]);
    (site, preview)
}

fn with_host(preview: &Preview, host: &str) -> Reply {
    preview.raw(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
}

#[test]
fn only_this_machine_can_connect() {
    let (_site, preview) = preview();
    assert!(!preview.log().contains("warning: anyone"));
    let others = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        // Sends no packet: determines the machine's outgoing address.
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    match others {
        Ok(address) if !address.ip().is_loopback() && !address.ip().is_unspecified() => {
            assert!(std::net::TcpStream::connect((address.ip(), preview.port)).is_err());
        }
        _ => eprintln!("skipped in part: this machine has no other address"),
    }
}

#[test]
fn listening_on_all_addresses_is_reported() {
    let site = TestSite::small(&[]);
    let preview = Preview::start(&site, &["--host", "0.0.0.0"]);
    preview.wait_for_log("anyone who can reach this machine");
    assert_eq!(with_host(&preview, "192.0.2.7:4000").status, 200, "IP addresses are safe from DNS rebinding");
    assert_eq!(with_host(&preview, "evil.example").status, 403);
}

#[test]
fn other_host_names_are_rejected() {
    let (_site, preview) = preview();
    for host in [
        "evil.example",
        &format!("evil.example:{}", preview.port),
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost@evil.example",
        "evil.example@localhost",
        "[::1].evil.example",
        "192.0.2.1",
        "",
    ] {
        let reply = with_host(&preview, host);
        assert!(matches!(reply.status, 400 | 403), "{host}: {}", reply.status);
        assert!(!reply.body().contains("Hello"), "{host}");
    }
    for host in ["localhost", &format!("localhost:{}", preview.port), &preview.host(), "[::1]"] {
        assert_eq!(with_host(&preview, host).status, 200, "{host}");
    }
    let two = "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(preview.raw(two).status, 400);
    let absolute = "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(preview.raw(absolute).status, 403);
    assert_eq!(preview.raw("GET / HTTP/1.0\r\n\r\n").status, 400, "a request without Host is rejected");
}

#[test]
fn host_names_can_be_allowed() {
    let site = TestSite::small(&[]);
    let preview = Preview::start(&site, &["--allow-host", "preview.test"]);
    assert_eq!(with_host(&preview, "Preview.Test:80").status, 200);
    assert_eq!(with_host(&preview, "other.test").status, 403);
}

#[test]
fn forwarded_headers_are_ignored() {
    let (_site, preview) = preview();
    let plain = preview.ask("/guides/a", "");
    let forged = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil\r\n\
        Forwarded: host=evil.example\r\n";
    let forwarded = preview.ask("/guides/a", forged);
    assert_eq!((plain.status, plain.header("location")), (307, Some("/guides/a/")));
    assert_eq!(forwarded.header("location"), plain.header("location"));
    let request = format!(
        "GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: {}\r\nConnection: close\r\n\r\n",
        preview.host()
    );
    assert_eq!(preview.raw(&request).status, 403);
}

fn upgrade(preview: &Preview, origin: &str) -> Reply {
    let mut stream = preview.connect();
    let request = format!(
        "GET /.rolebook/live?page=/ HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{origin}\r\n",
        preview.host()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = [0; 1024];
    let read = stream.read(&mut bytes).unwrap();
    Reply::new(&bytes[..read])
}

#[test]
fn live_reload_requires_the_same_origin() {
    let (_site, preview) = preview();
    assert_eq!(upgrade(&preview, &format!("Origin: http://{}\r\n", preview.host())).status, 101);
    for origin in [
        String::new(),
        "Origin: null\r\n".into(),
        "Origin: http://evil.example\r\n".into(),
        format!("Origin: https://{}\r\n", preview.host()),
        "Origin: http://127.0.0.1\r\n".into(),
        format!("Origin: http://{}.evil.example\r\n", preview.host()),
        format!("Origin: http://localhost:{}\r\n", preview.port),
        format!("Origin: http://127.0.0.1:{}\r\n", preview.port ^ 1),
    ] {
        assert_eq!(upgrade(&preview, &origin).status, 403, "{origin}");
    }
}

#[test]
fn other_origins_cannot_read_responses() {
    let (_site, preview) = preview();
    for path in ["/", "/.rolebook/client.js", "/api/handbook.json", "/guides/p.png", "/assets/rolebook.css"] {
        let reply = preview.ask(path, "Origin: http://evil.example\r\n");
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), None, "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
}

#[test]
fn no_path_leaves_the_site() {
    let (site, preview) = preview();
    std::fs::create_dir(site.path().join("public")).unwrap();
    for path in [
        "/../secret.txt",
        "/../../../../etc/passwd",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/guides/../../secret.txt",
        "/guides/%2e%2e/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/%00",
        "/guides/p.png%00.html",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/site.toml",
        "/content/guides/a.md",
        "/guides/a.md",
        "/guides/notes.txt",
        "/.git/config",
        "/guides/./p.png",
    ] {
        let reply = preview.ask(path, "");
        assert!(matches!(reply.status, 400 | 404), "{path}: {}", reply.status);
        assert!(!reply.body().contains("keep this") && !reply.body().contains("root:"), "{path}");
    }
    assert_eq!(preview.ask("/guides/p.png", "").body(), "0123456789", "pictures of pages are served");
    let away = preview.ask("//evil.example/guides/a", "");
    assert_eq!((away.status, away.header("location")), (404, None));
}

#[test]
#[cfg(unix)]
fn symbolic_links_out_of_a_source_are_rejected() {
    let site = TestSite::small(&[("secret.png", "keep this")]);
    let link =
        |path: &str| std::os::unix::fs::symlink(site.path().join("secret.png"), site.path().join(path));
    site.file("other/a.md", "# A\n\n![out](out.png) ![in](in.png)\n").file("other/in.png", "in");
    link("other/out.png").unwrap();
    let sources = "title = \"S\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"o\"\nformat = \"markdown\"\npath = \"other\"\nmount = \"o\"\nbroken_links = \"warn\"\n";
    site.file("site.toml", sources);
    let preview = Preview::start(&site, &[]);
    assert_eq!(preview.get("o/in.png").body(), "in");
    assert_eq!(preview.get("o/out.png").status, 404);
    // A file is replaced by a symbolic link while it is served.
    std::fs::remove_file(site.path().join("other/in.png")).unwrap();
    link("other/in.png").unwrap();
    assert_ne!(preview.get("o/in.png").body(), "keep this");
    preview.wait_for_status("o/in.png", 404);
    // A build copies neither.
    site.run(&["build"]).fine();
    assert!(!site.path().join("public/o/out.png").exists() && !site.path().join("public/o/in.png").exists());
}

#[test]
fn malformed_requests_do_not_end_the_server() {
    let (_site, mut preview) = preview();
    let long = "a".repeat(200_000);
    for request in [
        "\r\n\r\n".to_owned(),
        "GET\r\n\r\n".into(),
        "GET / HTTP/9.9\r\n\r\n".into(),
        "\u{0}\u{1}\u{2}\r\n\r\n".into(),
        format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n"),
        "GET / HTTP/1.1\r\nHost: local\u{e9}host\r\nConnection: close\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=9-1\r\nConnection: close\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=18446744073709551615-\r\nConnection: close\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=-0\r\nConnection: close\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"\"\"\r\nIf-Range: x\r\nConnection: close\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n".into(),
        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n".into(),
        "GET /.rolebook/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".into(),
        "GET /.rolebook/live?page=%ff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".into(),
    ] {
        let mut stream = preview.connect();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.read(&mut [0; 4096]);
        assert!(preview.is_running(), "{:?}", &request[..request.len().min(100)]);
    }
    assert_eq!(preview.get("").status, 200);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE"] {
        let reply =
            preview.raw(&format!("{method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        assert!(matches!(reply.status, 400 | 405), "{method}: {}", reply.status);
    }
}

#[test]
fn slow_and_many_clients_do_not_block_the_server() {
    let (site, preview) = preview();
    let slow: Vec<_> = (0..200)
        .map(|index| {
            let mut stream = preview.connect();
            // Half of the clients never finish their request, half never read the response.
            let request = if index % 2 == 0 {
                "GET / HTTP/1.1\r\nHost: loc".to_owned()
            } else {
                "GET /assets/rolebook.css HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20)
            };
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    for round in 0..3 {
        let text = format!("Round {round}.");
        site.file("content/guides/a.md", format!("# A\n\n{text}\n"));
        preview.wait_for("guides/a/", &text);
    }
    drop(slow);
}
