//! Sanitizes SVG files of sources, which run scripts when opened directly.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use svg_hush::{Filter, data_url_filter::allow_standard_images};

/// Maximum number of elements within each other: the filter indents by depth, and repeats the namespaces of all elements
/// around.
const MAX_DEPTH: usize = 200;

/// Maximum number of namespaces that are declared at one place.
const MAX_NAMESPACES: usize = 300;

/// CSS functions that load an address written as a text. The filter removes the addresses of `url()`.
const LOADING: [&str; 4] = ["image-set(", "image(", "src(", "cross-fade("];

/// Removes scripts, links and references to other sites from a picture.
///
/// # Errors
/// A message if it is not well-formed or is not in UTF-8, is nested too deeply, or if its style sheets load addresses in
/// ways that cannot be removed.
pub fn sanitized(bytes: &[u8]) -> Result<Vec<u8>, String> {
    check_nesting(bytes)?;
    let mut filter = Filter::new();
    filter.set_data_url_filter(allow_standard_images);
    let mut sanitized = Vec::new();
    filter.filter(&mut &*bytes, &mut sanitized).map_err(|error| {
        let reason =
            std::error::Error::source(&error).map_or_else(String::new, |reason| format!(": {reason}"));
        format!("{error}{reason}")
    })?;
    check_styles(&sanitized)?;
    Ok(sanitized)
}

fn reader(bytes: &[u8]) -> Result<Reader<&[u8]>, String> {
    std::str::from_utf8(bytes).map(Reader::from_str).map_err(|_| "it is not valid UTF-8".to_owned())
}

fn check_nesting(bytes: &[u8]) -> Result<(), String> {
    let mut reader = reader(bytes)?;
    // The number of namespaces that each open element declares.
    let mut open: Vec<usize> = Vec::new();
    let mut in_scope = 0;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(element) => {
                let mut attributes = element.attributes();
                let attributes = attributes.with_checks(false).filter_map(Result::ok);
                let declared =
                    attributes.filter(|attribute| attribute.key.as_ref().starts_with("xmlns")).count();
                open.push(declared);
                in_scope += declared;
                if open.len() > MAX_DEPTH || in_scope > MAX_NAMESPACES {
                    return Err("it is nested too deeply".to_owned());
                }
            }
            Event::End(_) => in_scope -= open.pop().unwrap_or_default(),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Checks the style sheets and style attributes of a picture that the filter has written.
fn check_styles(bytes: &[u8]) -> Result<(), String> {
    let mut reader = reader(bytes)?;
    // The text of the open style sheet.
    let mut sheet: Option<String> = None;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(element) => {
                check_attributes(&element)?;
                sheet = (element.name().as_ref() == "style").then(String::new);
            }
            Event::Empty(element) => check_attributes(&element)?,
            Event::Text(text) => sheet.iter_mut().for_each(|sheet| sheet.push_str(&text)),
            Event::CData(text) => sheet.iter_mut().for_each(|sheet| sheet.push_str(&text)),
            Event::End(_) => sheet.take().map_or(Ok(()), |sheet| check_style(&sheet))?,
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn check_attributes(element: &BytesStart<'_>) -> Result<(), String> {
    let mut attributes = element.attributes();
    let attributes = attributes.with_checks(false).filter_map(Result::ok);
    let mut styles = attributes.filter(|attribute| attribute.key.as_ref() == "style");
    styles.try_for_each(|style| check_style(&style.value))
}

fn check_style(css: &str) -> Result<(), String> {
    let css = css.to_lowercase();
    // An escape may hide a function.
    match css.contains('\\') || LOADING.iter().any(|function| css.contains(function)) {
        true => Err("its styles may load files of other sites".to_owned()),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::sanitized;

    fn svg(content: &str) -> Vec<u8> {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{content}</svg>").into_bytes()
    }

    #[test]
    fn styles_load_nothing() {
        for style in [
            "svg{background:image-set(\"https://x.example/a\" 1x)}",
            "svg{background:-webkit-IMAGE-SET('https://x.example/a' 1x)}",
            "svg{background:\\69mage-set('https://x.example/a' 1x)}",
            "svg{background:&#105;mage-set('https://x.example/a' 1x)}",
            "svg{background:<![CDATA[image-set]]>('https://x.example/a' 1x)}",
            "@font-face{font-family:x;src:src('https://x.example/a')}",
        ] {
            // The filter drops functions with escapes itself.
            let is_harmless = |content: &str| {
                sanitized(&svg(content))
                    .is_ok_and(|bytes| !String::from_utf8(bytes).unwrap().contains("mage-set"))
            };
            let sheet = format!("<style>{style}</style><rect/>");
            assert!(sanitized(&svg(&sheet)).is_err() || is_harmless(&sheet), "{style}");
            let attribute = format!(
                "<rect style=\"{}\"/>",
                style.replace('"', "'").replace("<![CDATA[", "").replace("]]>", "")
            );
            assert!(sanitized(&svg(&attribute)).is_err() || is_harmless(&attribute), "{attribute}");
        }
        let harmless = svg(
            "<style>.a{fill:url(#b);font:1px image}</style><rect style=\"fill:red\"/><text>src(x)</text>",
        );
        assert!(sanitized(&harmless).is_ok(), "{:?}", sanitized(&harmless));
    }

    #[test]
    fn deep_pictures_are_rejected() {
        let nested = |depth: usize| svg(&format!("{}<rect/>{}", "<g>".repeat(depth), "</g>".repeat(depth)));
        assert!(sanitized(&nested(150)).is_ok());
        assert!(sanitized(&nested(250)).is_err());
        assert!(sanitized(&svg(&"<g>".repeat(100_000))).is_err());
        let declaring = |of: usize| {
            let names: String = (0..of).map(|number| format!(" xmlns:a{number}=\"urn:a\"")).collect();
            svg(&format!("<g{names}><g{names}/></g>"))
        };
        assert!(sanitized(&declaring(10)).is_ok());
        let deep = "<g xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" xmlns:c=\"urn:c\">".repeat(150);
        assert!(sanitized(&svg(&format!("{deep}{}", "</g>".repeat(150)))).is_err());
    }
}
