//! Addresses that pages may link to.

use std::fmt;
use std::ops::Deref;

use serde::Serialize;

/// Schemes allowed in links. Addresses with other schemes are rendered as text: `javascript:` and similar schemes run
/// in the page, and handlers of others start programs with arguments chosen by the author of the link.
pub const SCHEMES: [&str; 14] = [
    "ftp", "geo", "http", "https", "irc", "ircs", "mailto", "matrix", "news", "sip", "sms", "tel", "webcal",
    "xmpp",
];

/// An address that stands for any page of the site.
const SOME_PAGE: &str = "https://site.invalid/page/";

/// True for web addresses. The case of the scheme does not matter (RFC 3986, 3.1).
pub fn is_web(address: &str) -> bool {
    let begins =
        |start: &str| address.get(..start.len()).is_some_and(|prefix| prefix.eq_ignore_ascii_case(start));
    begins("https://") || begins("http://")
}

/// True for email addresses: `list@example.org`.
pub fn is_mail(address: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '=' | '~');
    address.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && (name.chars().chain(host.chars())).all(fits)
    })
}

/// True if an address with a placeholder for a value is safe in a link, whatever the value is.
pub fn is_pattern(pattern: &str, placeholder: &str) -> bool {
    let sample = pattern.replace(placeholder, "x");
    let read = ::url::Url::parse(&sample).ok().filter(|read| SCHEMES.contains(&read.scheme()));
    let without_credentials =
        read.is_some_and(|read| read.username().is_empty() && read.password().is_none());
    // The value is neither part of the scheme nor of the host.
    let start = pattern.find(placeholder).map_or("", |at| &pattern[..at]);
    let path = start.split_once(':').map(|(_, rest)| rest.strip_prefix("//").map_or(Some(rest), after_host));
    without_credentials && path.flatten().is_some()
}

/// The part of an address after the host.
fn after_host(rest: &str) -> Option<&str> {
    rest.find(['/', '?', '#']).map(|at| &rest[at..])
}

/// Replaces the placeholder of a pattern that [`is_pattern`] accepts with a percent-encoded value.
pub fn fill_pattern(pattern: &str, placeholder: &str, value: &str) -> Option<Href> {
    let is_query = pattern.find(placeholder).is_some_and(|at| pattern[..at].contains('?'));
    let value = if is_query { super::encode_query_value(value) } else { super::encode_path(value) };
    Href::new(&pattern.replace(placeholder, &value))
}

/// An address that is safe in a link: within the site, or with one of [`SCHEMES`]. Only the constructors create one,
/// so a link to an unchecked address does not compile.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Href(String);

impl Href {
    /// Checks an address as browsers read it on a page: they remove tabs, line breaks and leading control characters,
    /// and read `\` as `/` (URL, 4.4).
    pub fn new(address: &str) -> Option<Self> {
        // An address with such a prefix has that scheme, even if the rest is invalid.
        let fits = is_web(address) || {
            let page = ::url::Url::parse(SOME_PAGE).ok();
            ::url::Url::options()
                .base_url(page.as_ref())
                .parse(address)
                .is_ok_and(|read| SCHEMES.contains(&read.scheme()))
        };
        fits.then(|| Self(address.to_owned()))
    }

    /// Checks a web address: `https:` or `http:`.
    pub fn web(address: &str) -> Option<Self> {
        is_web(address).then(|| Self(address.to_owned()))
    }

    /// Checks an email address and adds `mailto:`.
    pub fn mail(address: &str) -> Option<Self> {
        is_mail(address).then(|| Self(format!("mailto:{address}")))
    }

    /// The address of a page or file of the site (`/roles/chair/`), relative to the page at `from`.
    pub fn relative(from: &str, to: &str) -> Self {
        Self(super::relative(from, to))
    }

    /// The address of a page or file of the site below `base`, the path of the site: `/handbook/`.
    pub fn rooted(base: &str, to: &str) -> Self {
        // Two leading slashes would start a host.
        let base = base.trim_matches('/');
        let base = if base.is_empty() { String::new() } else { format!("/{base}") };
        Self(format!("{base}/{}", super::encode_path(to.trim_start_matches('/'))))
    }

    /// The address of an element on the same page.
    pub fn element(id: &str) -> Self {
        Self::default().fragment(id)
    }

    /// Adds a fragment.
    pub fn fragment(mut self, id: &str) -> Self {
        self.0.push('#');
        super::push_encoded(&mut self.0, id, super::FRAGMENT);
        self
    }

    /// Adds a query.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.0.push_str(&format!("?{name}={}", super::encode_path(value)));
        self
    }

    /// Adds a query, a fragment or both, given as they are written. Any other text is ignored.
    pub fn suffix(mut self, suffix: &str) -> Self {
        if suffix.starts_with(['?', '#']) {
            self.0.push_str(suffix);
        }
        self
    }

    /// True if it has a scheme and so leads out of the site or to a program.
    pub fn is_absolute(&self) -> bool {
        self.0.contains("://") || self.0.starts_with("mailto:")
    }

    /// Returns the address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Href {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Href".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

#[cfg(test)]
impl From<&str> for Href {
    fn from(address: &str) -> Self {
        Self::new(address).expect("an address that links may have")
    }
}

impl Deref for Href {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_browsers_follow_without_running_them() {
        for address in [
            "https://x.example/",
            "HTTPS://x.example",
            "http://[not-an-address",
            "//x.example/a",
            "\\\\x.example\\a",
            "a/b.md",
            "../a?b#c",
            "#a",
            "./javascript:x",
            "a/javascript:x",
            "mailto:a@x.example",
            "MAILTO:a@x.example",
            "matrix:r/x:y.example",
            "ircs://x.example/y",
            "tel:+123",
            "%6aavascript:alert(1)",
            "javascript%3Aalert(1)",
            "javascript&colon;alert(1)",
            // Not a scheme, as browsers keep the leading or inner character.
            "\u{200b}javascript:alert(1)",
            "\u{a0}javascript:alert(1)",
            "java\u{ad}script:alert(1)",
        ] {
            assert!(Href::new(address).is_some(), "{address:?}");
        }
    }

    #[test]
    fn addresses_that_run_or_start_something() {
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "\t\n\u{1}\u{0}javascript:alert(1)",
            "java\tscript:alert(1)",
            "java\nscript\r:alert(1)",
            "javascript\t:alert(1)",
            "javascript://https://x.example/%0aalert(1)",
            "data:text/html,<script>alert(1)</script>",
            "DATA:,x",
            "vbscript:x",
            "blob:https://x.example/1",
            "file:///etc/passwd",
            "view-source:https://x.example/",
            "filesystem:https://x.example/1",
            "about:blank",
            "ssh://-oProxyCommand=x/",
            "vscode://file/x",
            "rolebook:page:javascript:alert(1)",
            "x:y",
        ] {
            assert_eq!(Href::new(address), None, "{address:?}");
        }
    }

    #[test]
    fn patterns_fix_the_scheme_and_the_host() {
        for pattern in [
            "https://x.example/{v}",
            "https://x.example/#/{v}",
            "https://x.example?room={v}",
            "ircs://x.example/{v},isnick",
            "mailto:{v}@x.example",
        ] {
            assert!(is_pattern(pattern, "{v}"), "{pattern}");
            assert!(fill_pattern(pattern, "{v}", "a b&c").is_some(), "{pattern}");
        }
        for pattern in [
            "javascript:alert({v})",
            "data:text/html,{v}",
            "x.example/{v}",
            "{v}://x.example/",
            "https://{v}",
            "https://{v}.example/",
            "https://x.example:{v}/",
            "https://a:b@x.example/{v}",
            "https://x.example/",
            "",
        ] {
            assert!(!is_pattern(pattern, "{v}"), "{pattern}");
        }
        let filled = |pattern, value| fill_pattern(pattern, "{v}", value).unwrap().to_string();
        assert_eq!(filled("https://x.example/#/{v}", "#a:b.example"), "https://x.example/#/%23a:b.example");
        assert_eq!(filled("https://x.example/?a={v}", "b&c=d"), "https://x.example/?a=b%26c%3Dd");
    }

    #[test]
    fn within_the_site_nothing_reads_as_a_scheme_or_host() {
        for (from, to, expected) in [
            ("/", "/javascript:x/", "./javascript:x/"),
            ("/a/", "/a/javascript:x", "./javascript:x"),
            ("/", "//evil.example/", ".//evil.example/"),
            ("/", "/\\evil.example/", "%5Cevil.example/"),
        ] {
            let href = Href::relative(from, to);
            let read = ::url::Url::parse("https://site.invalid").unwrap().join(&href).unwrap();
            assert_eq!(read.origin().ascii_serialization(), "https://site.invalid", "{to}");
            assert!(href.starts_with(expected), "{href}");
        }
        assert_eq!(Href::rooted("/", "//evil.example/").as_str(), "/evil.example/");
        assert_eq!(Href::rooted("/my%20book/", "/a b/").as_str(), "/my%20book/a%20b/");
    }
}
