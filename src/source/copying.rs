//! Which files of a source may stand on the site beside its pages.
//!
//! A file that is copied is served from the site's own origin: whatever runs in it may read and change every page of
//! it. The handbook's own files are its writers' affair. Of other people's, only types are copied that no browser
//! takes for a page, a style or a script when a reader opens them, under the content types that web servers give
//! their names. Names that servers do not know are not among them: some answer without a type, and browsers guess
//! one from what is in the file.

use crate::config::SourceConfig;

/// How a file gets to the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copying {
    /// As it is.
    AsIs,
    /// Without what can run in it or ask other sites for something.
    Sanitized,
    /// Not at all.
    Never,
}

/// Pictures that browsers show within pages.
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "bmp", "apng"];

/// Sounds and films.
const MEDIA: &[&str] =
    &["mp3", "ogg", "oga", "opus", "wav", "flac", "m4a", "aac", "mp4", "m4v", "webm", "ogv", "mov"];

/// Text that is shown as text, by servers that do not know it as a file to download.
const TEXT: &[&str] = &["txt", "csv", "tsv", "json", "yaml", "yml", "ics"];

/// What is downloaded, and PDF: viewers keep what runs in one away from the site.
const FILES: &[&str] = &[
    "pdf", "zip", "gz", "tgz", "tar", "bz2", "xz", "zst", "7z", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
    "odt", "ods", "odp", "rtf", "epub",
];

/// A picture that is a document, with scripts and styles.
const VECTOR: &str = "svg";

/// How the file at a path of a source gets to the site, where a page shows or offers it.
pub fn copying(path: &str, config: &SourceConfig) -> Copying {
    if config.trust.is_own() {
        return Copying::AsIs;
    }
    match extension(path).as_str() {
        VECTOR => Copying::Sanitized,
        known if [PICTURES, MEDIA, TEXT, FILES].iter().any(|list| list.contains(&known)) => Copying::AsIs,
        _ => Copying::Never,
    }
}

/// Whether a path names a picture that browsers show.
pub fn is_picture(path: &str) -> bool {
    let extension = extension(path);
    extension == VECTOR || PICTURES.contains(&extension.as_str())
}

fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> SourceConfig {
        let text = format!("title = \"T\"\n[[source]]\npath = \"s\"\n{text}");
        crate::config::Config::parse(&text).unwrap().sources.remove(0)
    }

    #[test]
    fn other_peoples_files_are_copied_by_type() {
        let mounted = config("format = \"markdown\"");
        for path in
            ["a.png", "A.JPG", "d/e.webp", "a.pdf", "a.txt", "a.tar.gz", "a.mp4", "a.html.png", "x.yaml"]
        {
            assert_eq!(copying(path, &mounted), Copying::AsIs, "{path}");
        }
        for path in ["a.svg", "a.SVG"] {
            assert_eq!(copying(path, &mounted), Copying::Sanitized, "{path}");
        }
        for path in [
            "a.html",
            "a.HTM",
            "a.xhtml",
            "a.xht",
            "a.shtml",
            "a.js",
            "a.mjs",
            "a.css",
            "a.xml",
            "a.xsl",
            "a.xslt",
            "a.rdf",
            "a.mht",
            "a.mhtml",
            "a.swf",
            "a.wasm",
            "a.svgz",
            "a.hta",
            "a.htc",
            "a.webmanifest",
            "a.map",
            "a.png.html",
            "OWNERS",
            "Makefile",
            ".htaccess",
            "_headers",
            "CNAME",
            "png",
            "a.",
            "a.png ",
            "a.png/x",
        ] {
            assert_eq!(copying(path, &mounted), Copying::Never, "{path}");
        }
        assert_eq!(copying("a.html", &config("")), Copying::AsIs, "the handbook's own");
    }
}
