//! Colors of the site that are hard to read.

use crate::config::{Color, Colors, LEAST_CONTRAST, LowContrast};
use crate::diagnostic::{Diagnostic, code};
use crate::source::{Db, Site};

/// Finds `theme/low-contrast`.
pub(super) fn run(db: &dyn Db) -> Vec<Diagnostic> {
    let colors = &Site::get(db).config(db).brand.colors;
    colors.low_contrasts().into_iter().map(|low| diagnostic(colors, low)).collect()
}

fn diagnostic(colors: &Colors, low: LowContrast) -> Diagnostic {
    let background = match low.background {
        Some(background) => format!("`{}`", background.key()),
        None => "its own tint".to_owned(),
    };
    // Rounded down, so that a ratio below the limit does not appear to be at the limit.
    let ratio = (low.ratio * 10.0).floor() / 10.0;
    let (text, scheme) = (low.text.key(), low.scheme.key());
    let message = format!("the contrast of `{text}` with {background} is {ratio}:1 in the {scheme} scheme");
    let behind =
        low.background.map_or_else(|| colors.accent_tint(low.scheme), |name| colors.get(name, low.scheme));
    let is_light = behind.contrast(Color::BLACK) >= behind.contrast(Color::WHITE);
    let direction = if is_light { "darker" } else { "lighter" };
    let help = format!("text needs {LEAST_CONTRAST}:1; choose a {direction} `{text}` or another background");
    Diagnostic::new(code::THEME_LOW_CONTRAST, message, low.location).help(help)
}
