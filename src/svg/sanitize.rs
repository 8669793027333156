//! SVG of other people: a picture in a page, and a document with scripts when it is opened by itself.

use svg_hush::{Filter, data_url_filter::allow_standard_images};

/// A picture without what can run in it, lead away from it, or ask other sites for something.
///
/// # Errors
/// Says why it is not well-formed.
pub fn sanitized(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut filter = Filter::new();
    filter.set_data_url_filter(allow_standard_images);
    let mut sanitized = Vec::new();
    filter.filter(&mut &*bytes, &mut sanitized).map_err(|error| {
        let reason =
            std::error::Error::source(&error).map_or_else(String::new, |reason| format!(": {reason}"));
        format!("{error}{reason}")
    })?;
    Ok(sanitized)
}
