//! Addresses: paths within the site, and references from one page to another.

mod forge;
mod href;

pub use forge::{
    Forge, ForgeAddress, IssueFields, View, edit_address, equivalent_addresses, folder_address, raw_address,
};
pub use href::{Href, SCHEMES, fill_pattern, is_mail, is_pattern, is_web};

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Characters to encode in the path of an `href` (RFC 3986, 3.3), in addition to those that HTML escapes.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'\\')
    .add(b'|')
    .add(b'^')
    .add(b'[')
    .add(b']');

/// Characters to encode in a value within a query (WHATWG URL, 5.1), in addition to those of a path.
const QUERY_VALUE: &AsciiSet = &PATH.add(b'&').add(b'=').add(b'+');

/// Characters to encode in a fragment (RFC 3986, 3.5).
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'%');

/// Characters to encode in a query or fragment that may already contain percent-encoding.
const SUFFIX: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// Makes the site path `to` (such as `/roles/chair/`) relative to the page at `from`. The first segment is never
/// empty and never contains a colon, so that it cannot be read as a host or scheme (RFC 3986, 4.2).
pub fn relative(from: &str, to: &str) -> String {
    let base = &from[..memchr::memrchr(b'/', from.as_bytes()).map_or(0, |slash| slash + 1)];
    let shared = base.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
    let common = memchr::memrchr(b'/', &base.as_bytes()[..shared]).map_or(0, |slash| slash + 1);
    let up = memchr::memchr_iter(b'/', &base.as_bytes()[common..]).count();
    let down = &to[common..];
    let first = &down.as_bytes()[..memchr::memchr(b'/', down.as_bytes()).unwrap_or(down.len())];
    let mut relative = String::with_capacity(3 * up.max(1) + down.len());
    if up == 0 && (first.is_empty() || first.contains(&b':')) {
        relative.push_str("./");
    }
    (0..up).for_each(|_| relative.push_str("../"));
    push_encoded(&mut relative, down, PATH);
    relative
}

/// Appends a text with percent-encoding.
fn push_encoded(address: &mut String, text: &str, set: &'static AsciiSet) {
    if is_unreserved(text) {
        address.push_str(text);
    } else {
        address.extend(utf8_percent_encode(text, set));
    }
}

/// True if a text consists of characters that no set encodes, as nearly all addresses do. Without an early exit, the
/// compiler compares many bytes at a time.
fn is_unreserved(text: &str) -> bool {
    let is_unreserved = |byte: u8| {
        byte.is_ascii_alphanumeric() | (byte == b'-') | (byte == b'.') | (byte == b'/') | (byte == b'_')
    };
    text.bytes().fold(true, |all, byte| all & is_unreserved(byte))
}

/// Percent-encodes a site path.
pub fn encode_path(path: &str) -> String {
    Cow::from(utf8_percent_encode(path, PATH)).into_owned()
}

/// Percent-encodes a value for the query of an address.
pub fn encode_query_value(value: &str) -> String {
    Cow::from(utf8_percent_encode(value, QUERY_VALUE)).into_owned()
}

/// Joins an address within the site to the address of the site, which ends in `/`.
pub fn below(base: &str, url: &str) -> String {
    format!("{base}{}", encode_path(url.trim_start_matches('/')))
}

/// Percent-encodes a fragment.
pub fn encode_fragment(fragment: &str) -> String {
    Cow::from(utf8_percent_encode(fragment, FRAGMENT)).into_owned()
}

/// Percent-encodes a query and fragment, keeping existing percent-encoding.
pub fn encode_suffix(suffix: &str) -> String {
    Cow::from(utf8_percent_encode(suffix, SUFFIX)).into_owned()
}

/// Percent-decodes a text. Returns it unchanged if the result is not UTF-8.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), |text| text.into_owned())
}

/// Joins a relative path to a folder and resolves `.` and `..`. Also returns the number of steps that lead above the
/// root.
pub fn join(folder: &str, path: &str) -> (String, usize) {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let mut above = 0;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    above += 1;
                }
            }
            part => parts.push(part),
        }
    }
    (parts.join("/"), above)
}

/// The scheme of an absolute address in lower case (RFC 3986, 3.1).
pub fn scheme(destination: &str) -> Option<String> {
    let (scheme, _) = destination.split_once(':')?;
    let mut bytes = scheme.bytes();
    (bytes.next()?.is_ascii_alphabetic()
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')))
    .then(|| scheme.to_ascii_lowercase())
}

/// The part after `https://` or `http://` in any case (RFC 3986, 3.1).
pub fn without_web_scheme(address: &str) -> Option<&str> {
    let (start, rest) = address.split_at_checked("http".len())?;
    let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest);
    rest.strip_prefix("://").filter(|_| start.eq_ignore_ascii_case("http"))
}

/// An email address without the scheme `mailto:`. Any other text is unchanged.
pub fn without_mailto(text: &str) -> &str {
    let rest = text.split_once(':').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("mailto"));
    rest.map_or(text, |(_, address)| address).trim()
}

/// Removes the part of an email address before the `@`, which may identify a person and does not belong in lists.
pub fn without_name(destination: &str) -> Cow<'_, str> {
    let (scheme, address) = match destination.split_once(':') {
        Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto") => ("mailto:", address),
        _ => ("", destination),
    };
    match address.split_once('@') {
        Some((name, rest)) if !name.contains('/') => {
            let host = rest.split(['?', ',', '&', ';']).next().unwrap_or(rest);
            format!("{scheme}…@{host}").into()
        }
        _ => destination.into(),
    }
}

/// An address of a file in a form in which two addresses of one file are equal: in lower case, without `refs/heads/`
/// before the branch, and without a slash at its end.
pub fn file_address(address: &str) -> String {
    address.to_lowercase().replacen("/refs/heads/", "/", 1).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths() {
        for (from, to, expected) in [
            ("/", "/", "./"),
            ("/", "/roles/chair/", "roles/chair/"),
            ("/roles/chair/", "/", "../../"),
            ("/roles/chair/", "/roles/chair/", "./"),
            ("/roles/chair/", "/roles/member/", "../member/"),
            ("/roles/chair/", "/roles/chairperson/", "../chairperson/"),
            ("/groups/paint/", "/groups/paint/chair/", "chair/"),
            ("/groups/paint/chair/", "/groups/paint/", "../"),
            ("/a/", "/a/b c/ü.png", "b%20c/ü.png".replace('ü', "%C3%BC").as_str()),
            ("/a/", "/a/x:y/", "./x:y/"),
            ("/404.html", "/roles/", "roles/"),
        ] {
            assert_eq!(relative(from, to), expected, "{from} -> {to}");
        }
    }

    #[test]
    fn joining() {
        assert_eq!(join("a/b", "../c.md"), ("a/c.md".into(), 0));
        assert_eq!(join("a", "./b/./c/"), ("a/b/c".into(), 0));
        assert_eq!(join("a", "../../../x"), ("x".into(), 2));
        assert_eq!(join("", ""), (String::new(), 0));
    }

    #[test]
    fn email_addresses_without_a_scheme() {
        for text in ["a@x.example", "mailto:a@x.example", "MAILTO: a@x.example"] {
            assert_eq!(without_mailto(text), "a@x.example", "{text}");
        }
        for text in ["https://x.example/mailto:a", "", "mail:x"] {
            assert_eq!(without_mailto(text), text);
        }
    }

    #[test]
    fn schemes() {
        assert_eq!(scheme("https://x"), Some("https".into()));
        assert_eq!(scheme("MAILTO:x@y"), Some("mailto".into()));
        assert_eq!(scheme("a b:c"), None);
        assert_eq!(scheme("../x:y"), None);
        assert_eq!(scheme("no"), None);
    }
}
