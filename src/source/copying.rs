//! Determines which files of a source are copied to the site.
//!
//! A copied file is served from the site's origin, so scripts in it could read and change every page. Authors of the
//! handbook are trusted with their own files. Of other people's files, only types are copied that browsers never
//! treat as a page, style sheet or script, given the content types that web servers assign by extension. Extensions
//! unknown to servers are not copied: some servers omit the content type, and browsers then guess it from the
//! content.

use crate::config::SourceConfig;

/// The way in which a file is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copying {
    /// Copied unchanged.
    AsIs,
    /// Copied without scripts and external references.
    Sanitized,
    /// Not copied.
    Never,
}

/// Images that browsers show within pages.
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "bmp", "apng"];

/// Audio and video.
const MEDIA: &[&str] =
    &["mp3", "ogg", "oga", "opus", "wav", "flac", "m4a", "aac", "mp4", "m4v", "webm", "ogv", "mov"];

/// Text that is shown as text, or downloaded from servers that do not know the type.
const TEXT: &[&str] = &["txt", "csv", "tsv", "json", "yaml", "yml", "ics"];

/// Downloads, and PDF: viewers isolate scripts in it from the site.
const FILES: &[&str] = &[
    "pdf", "zip", "gz", "tgz", "tar", "bz2", "xz", "zst", "7z", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
    "odt", "ods", "odp", "rtf", "epub",
];

/// An image that may contain scripts and styles.
const VECTOR: &str = "svg";

/// Determines how the file at a path of a source is copied, if a page shows or links it.
pub fn copying(path: &str, config: &SourceConfig) -> Copying {
    if config.trust.is_own() {
        return Copying::AsIs;
    }
    match extension(path).as_str() {
        VECTOR => Copying::Sanitized,
        other if [PICTURES, MEDIA, TEXT, FILES].iter().any(|list| list.contains(&other)) => Copying::AsIs,
        _ => Copying::Never,
    }
}

/// True if a path is an image that browsers show.
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
    fn files_of_other_people_are_copied_by_type() {
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
