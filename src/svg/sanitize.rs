//! Sanitizes SVG files of sources, which run scripts when opened directly.

use svg_hush::{Filter, data_url_filter::allow_standard_images};

/// Removes scripts, links and references to other sites from a picture.
///
/// # Errors
/// A message if it is not well-formed.
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
