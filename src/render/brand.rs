//! The style sheet with the colors, fonts and corners that a site sets.

use std::fmt::Write;

use crate::config::{Brand, Color, ColorName, Colors, Fonts, Scheme};

/// Fonts of text in the default theme, which replace missing characters.
const TEXT_FONTS: &str =
    "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", \"Liberation Sans\", sans-serif";
/// Fonts of code in the default theme.
const CODE_FONTS: &str =
    "ui-monospace, \"SF Mono\", \"Cascadia Code\", Menlo, Consolas, \"Liberation Mono\", monospace";

/// The style sheet of a site, if it sets anything.
pub(super) fn style_sheet(brand: &Brand) -> Option<String> {
    if !brand.has_style() {
        return None;
    }
    let mut css = String::new();
    // Writing to a text cannot fail.
    for font in &brand.fonts.files {
        let file = &font.file.asset;
        let (low, high) = font.weight;
        let style = if font.is_italic { "italic" } else { "normal" };
        let _ = write!(
            css,
            "@font-face {{\n  font-family: {};\n  src: url(\"{file}\") format(\"woff2\");\n  font-weight: {low} {high};\n  \
             font-style: {style};\n  font-display: swap;\n}}\n",
            font.family
        );
    }
    // Printed pages have the colors of the default theme, which are for paper.
    let colors = colors(&brand.colors);
    if !colors.is_empty() {
        let _ = write!(css, "@media screen {{\n:root {{\n{colors}}}\n}}\n");
    }
    let properties: String = [fonts(&brand.fonts), corners(brand.radius)].concat();
    if !properties.is_empty() {
        let _ = write!(css, ":root {{\n{properties}}}\n");
    }
    if brand.logo.is_some() {
        css.push_str(".rb-brand img {\n  block-size: 28px;\n  object-fit: contain;\n}\n");
    }
    Some(css)
}

fn colors(colors: &Colors) -> String {
    let mut properties = String::new();
    let mut add = |property: &str, color: &dyn Fn(Scheme) -> Color| {
        let (light, dark) = (color(Scheme::Light), color(Scheme::Dark));
        let _ = writeln!(properties, "  {property}: light-dark({light}, {dark});");
    };
    for name in ColorName::ALL.into_iter().filter(|name| colors.is_set(*name)) {
        add(name.property(), &|scheme| colors.get(name, scheme));
    }
    if colors.is_set(ColorName::Accent) {
        add("--accent-soft", &|scheme| colors.accent_tint(scheme));
        add("--accent-line", &|scheme| colors.accent_line(scheme));
        add("--on-accent", &|scheme| colors.on_accent(scheme));
    }
    properties
}

fn fonts(fonts: &Fonts) -> String {
    let families = [("--font", &fonts.text, TEXT_FONTS), ("--mono", &fonts.code, CODE_FONTS)];
    let set = families.into_iter().filter_map(|(property, family, rest)| {
        Some(format!("  {property}: {}, {rest};\n", family.as_ref()?))
    });
    set.collect()
}

fn corners(radius: Option<u8>) -> String {
    let Some(radius) = radius.map(u16::from) else { return String::new() };
    let sizes = [("-small", radius / 2), ("", radius), ("-large", radius * 3 / 2)];
    sizes.into_iter().map(|(name, size)| format!("  --radius{name}: {size}px;\n")).collect()
}
