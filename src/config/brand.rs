//! `[brand]`: logo, icons, colors, fonts and links of the site.

use std::collections::BTreeMap;

use super::color::Color;
use super::keys::{SCHEMES, STYLES};
use super::navigation::{self, NavigationEntry};
use crate::diagnostic::{Location, code};
use crate::parse::{At, Fields, Node, Reader, Value};
use crate::site_path::SitePath;

/// `[brand]`: the parts of the theme that a site sets without templates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// The logo in the header.
    pub logo: Option<BrandFile>,
    /// The icon of the site.
    pub icon: Option<BrandFile>,
    /// The icon for home screens of phones.
    pub touch_icon: Option<BrandFile>,
    /// The picture of links to the site, in place of those that rolebook draws.
    pub picture: Option<BrandFile>,
    /// The colors.
    pub colors: Colors,
    /// The fonts.
    pub fonts: Fonts,
    /// The radius of corners, in pixels.
    pub radius: Option<u8>,
    /// Links in the footer, before those of the theme.
    pub footer: Vec<NavigationEntry>,
}

impl Brand {
    /// All files that it names.
    pub fn files(&self) -> impl Iterator<Item = &BrandFile> {
        let pictures = [&self.logo, &self.icon, &self.touch_icon, &self.picture].into_iter().flatten();
        pictures.chain(self.fonts.files.iter().map(|font| &font.file))
    }

    /// True if the other one names the same files as the same assets.
    pub fn has_same_files(&self, other: &Self) -> bool {
        let name = |file: &BrandFile| (file.path.clone(), file.asset.clone(), file.largest);
        self.files().map(name).eq(other.files().map(name))
    }

    /// True if it changes the style sheet of the site.
    pub fn has_style(&self) -> bool {
        let has_fonts =
            self.fonts.text.is_some() || self.fonts.code.is_some() || !self.fonts.files.is_empty();
        self.logo.is_some() || self.radius.is_some() || has_fonts || !self.colors.is_empty()
    }
}

/// A file of the site that becomes an asset of the theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandFile {
    /// The path, relative to the folder of the site.
    pub path: SitePath,
    /// The format, by the extension of its name.
    pub format: FileFormat,
    /// The name among the assets of the theme: `brand/logo.svg`.
    pub asset: String,
    /// Maximum size in bytes.
    pub largest: u64,
    /// The location of the path in `site.toml`.
    pub location: Location,
}

/// A format of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// Web Open Font Format 2.
    Woff2,
}

impl FileFormat {
    /// The format of the file at a path, by its extension.
    fn of(path: &str) -> Option<Self> {
        let (_, extension) = path.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "svg" => Self::Svg,
            "png" => Self::Png,
            "jpg" | "jpeg" => Self::Jpeg,
            "woff2" => Self::Woff2,
            _ => return None,
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Svg => "SVG",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Woff2 => "WOFF2",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Woff2 => "woff2",
        }
    }

    /// The content type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Woff2 => "font/woff2",
        }
    }

    /// True if the content of a file begins as files of this format do.
    pub fn is_format_of(self, bytes: &[u8]) -> bool {
        match self {
            Self::Svg => std::str::from_utf8(bytes).is_ok_and(|text| text.contains("<svg")),
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Woff2 => bytes.starts_with(b"wOF2"),
        }
    }
}

/// A color scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
}

impl Scheme {
    /// Both schemes.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// Its key in `site.toml`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A color of the theme that a site can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorName {
    /// The background of the page.
    Background,
    /// Panels, code, alerts.
    Surface,
    /// The header, cards, fields, menus.
    Raised,
    /// Text.
    Text,
    /// Secondary text.
    Secondary,
    /// Links, focus, selection.
    Accent,
}

impl ColorName {
    /// All colors.
    pub const ALL: [Self; 6] =
        [Self::Background, Self::Surface, Self::Raised, Self::Text, Self::Secondary, Self::Accent];

    /// Its key in `site.toml`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Background => "background",
            Self::Surface => "surface",
            Self::Raised => "raised",
            Self::Text => "text",
            Self::Secondary => "secondary",
            Self::Accent => "accent",
        }
    }

    /// The custom property of the style sheets.
    pub fn property(self) -> &'static str {
        match self {
            Self::Background => "--bg",
            Self::Surface => "--surface",
            Self::Raised => "--raised",
            Self::Text => "--text",
            Self::Secondary => "--soft",
            Self::Accent => "--accent",
        }
    }

    /// The color of the default theme in a scheme.
    pub fn default(self, scheme: Scheme) -> Color {
        let (light, dark) = match self {
            Self::Background => (0xfbfbf9, 0x14171b),
            Self::Surface => (0xf2f2ee, 0x20252c),
            Self::Raised => (0xffffff, 0x1b1f25),
            Self::Text => (0x1a1e24, 0xe8eaed),
            Self::Secondary => (0x555c66, 0xa9b0ba),
            Self::Accent => (0x1f4fbf, 0x96b6ff),
        };
        Color::new(if scheme == Scheme::Light { light } else { dark })
    }
}

/// Backgrounds that text is on.
const BACKGROUNDS: [ColorName; 3] = [ColorName::Background, ColorName::Surface, ColorName::Raised];

/// The least contrast of text with its background (WCAG 2.2, 1.4.3).
pub const LEAST_CONTRAST: f64 = 4.5;

/// The contrast of an accent that is derived for the dark scheme.
const DERIVED_CONTRAST: f64 = 7.0;

/// `[brand.colors]`: the colors that the site sets, with their locations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Colors(BTreeMap<(ColorName, Scheme), (Color, Location)>);

/// Two colors that are hard to tell apart.
#[derive(Clone, Debug, PartialEq)]
pub struct LowContrast {
    /// The color of the text.
    pub text: ColorName,
    /// The background; `None` for the tint of the accent.
    pub background: Option<ColorName>,
    /// The scheme in which they are shown.
    pub scheme: Scheme,
    /// The contrast ratio.
    pub ratio: f64,
    /// The location of one of them in `site.toml`.
    pub location: Location,
}

impl Colors {
    /// True if the site sets no color.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The color in a scheme: that of the site, or else that of the default theme. From an accent for the light scheme
    /// alone, a lighter one is derived for the dark scheme.
    pub fn get(&self, name: ColorName, scheme: Scheme) -> Color {
        let own = self.0.get(&(name, scheme)).map(|(color, _)| *color);
        own.unwrap_or_else(|| match self.0.get(&(name, Scheme::Light)) {
            Some((light, _)) if name == ColorName::Accent => self.derived(*light),
            _ => name.default(scheme),
        })
    }

    /// True if the site sets the color in any scheme.
    pub fn is_set(&self, name: ColorName) -> bool {
        Scheme::ALL.into_iter().any(|scheme| self.0.contains_key(&(name, scheme)))
    }

    /// The first mixture of an accent with white that is legible in the dark scheme.
    fn derived(&self, accent: Color) -> Color {
        let mixtures = (0..=100).step_by(5).map(|percent| accent.mix(Color::WHITE, percent));
        let backgrounds = BACKGROUNDS.map(|name| self.get(name, Scheme::Dark));
        let mut legible = mixtures
            .filter(|color| backgrounds.iter().all(|other| color.contrast(*other) >= DERIVED_CONTRAST));
        legible.next().unwrap_or(Color::WHITE)
    }

    /// The background of elements that the accent marks.
    pub fn accent_tint(&self, scheme: Scheme) -> Color {
        self.get(ColorName::Background, scheme).mix(self.get(ColorName::Accent, scheme), 8)
    }

    /// The border of elements that the accent marks.
    pub fn accent_line(&self, scheme: Scheme) -> Color {
        self.get(ColorName::Background, scheme).mix(self.get(ColorName::Accent, scheme), 30)
    }

    /// The color of text on the accent.
    pub fn on_accent(&self, scheme: Scheme) -> Color {
        let accent = self.get(ColorName::Accent, scheme);
        if accent.contrast(Color::WHITE) >= accent.contrast(Color::BLACK) {
            Color::WHITE
        } else {
            Color::BLACK
        }
    }

    /// For each color of text and scheme, the background with the lowest contrast, if it is too low and the site sets
    /// one of both.
    pub fn low_contrasts(&self) -> Vec<LowContrast> {
        let texts = [ColorName::Text, ColorName::Secondary, ColorName::Accent];
        let pairs = Scheme::ALL.into_iter().flat_map(|scheme| texts.map(|text| (scheme, text)));
        let lowest = pairs.filter_map(|(scheme, text)| {
            let color = self.get(text, scheme);
            let tint = (text == ColorName::Accent && self.is_set(text)).then_some(None);
            let backgrounds = BACKGROUNDS.into_iter().map(Some).chain(tint);
            let low = backgrounds.filter_map(|background| {
                let other =
                    background.map_or_else(|| self.accent_tint(scheme), |name| self.get(name, scheme));
                let location = self.location(text, scheme).or_else(|| self.location(background?, scheme))?;
                let ratio = color.contrast(other);
                let location = location.clone();
                (ratio < LEAST_CONTRAST).then_some(LowContrast { text, background, scheme, ratio, location })
            });
            low.min_by(|one, other| one.ratio.total_cmp(&other.ratio))
        });
        lowest.collect()
    }

    /// The location of the value that determines a color in a scheme.
    fn location(&self, name: ColorName, scheme: Scheme) -> Option<&Location> {
        let derived = || self.0.get(&(name, Scheme::Light)).filter(|_| name == ColorName::Accent);
        self.0.get(&(name, scheme)).or_else(derived).map(|(_, location)| location)
    }
}

/// `[brand.fonts]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fonts {
    /// The family of text.
    pub text: Option<FontFamily>,
    /// The family of code.
    pub code: Option<FontFamily>,
    /// Font files of the site.
    pub files: Vec<FontFile>,
}

/// The name of a font family: letters, digits, spaces, hyphens, underscores and periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFamily(String);

/// Families that every browser has (CSS Fonts 4, generic font families).
const GENERIC_FAMILIES: [&str; 8] = [
    "serif",
    "sans-serif",
    "monospace",
    "system-ui",
    "ui-serif",
    "ui-sans-serif",
    "ui-monospace",
    "ui-rounded",
];

/// Maximum length of the name of a font family in bytes.
const LONGEST_FAMILY: usize = 100;

impl FontFamily {
    fn parse(text: &str) -> Option<Self> {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
        (text.len() <= LONGEST_FAMILY && text.chars().all(fits)).then(|| Self(text.to_owned()))
    }
}

impl std::fmt::Display for FontFamily {
    /// Writes it as in a style sheet.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match GENERIC_FAMILIES.contains(&self.0.as_str()) {
            true => f.write_str(&self.0),
            false => write!(f, "\"{}\"", self.0),
        }
    }
}

/// `[[brand.fonts.files]]`: a font file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFile {
    /// The family that it belongs to.
    pub family: FontFamily,
    /// The file.
    pub file: BrandFile,
    /// The lowest and highest weight, from 1 to 1000.
    pub weight: (u16, u16),
    /// True for an italic font.
    pub is_italic: bool,
}

/// Maximum size of logo and icons in bytes. Every page loads them.
const LARGEST_ICON: u64 = 512 << 10;
/// Maximum size of the picture of links in bytes. Other sites ignore larger ones.
const LARGEST_PICTURE: u64 = 5 << 20;
/// Maximum size of a font file in bytes.
const LARGEST_FONT: u64 = 2 << 20;

/// The weight of a font whose entry has none.
const NORMAL_WEIGHT: u16 = 400;

pub(super) fn brand(reader: &mut Reader, mut fields: Fields) -> Brand {
    use FileFormat::{Jpeg, Png, Svg};
    let mut picture = |reader: &mut Reader, key, formats: &[FileFormat], largest| {
        let path = fields.filled(reader, key)?;
        file(reader, key, &path, formats, largest, &key.replace('_', "-"))
    };
    let logo = picture(reader, "logo", &[Svg, Png], LARGEST_ICON);
    let icon = picture(reader, "icon", &[Svg, Png], LARGEST_ICON);
    let touch_icon = picture(reader, "touch_icon", &[Png], LARGEST_ICON);
    let picture = picture(reader, "picture", &[Png, Jpeg], LARGEST_PICTURE);
    let colors = fields.table(reader, "colors").map(|fields| colors(reader, fields));
    let fonts = fields.table(reader, "fonts").map(|fields| fonts(reader, fields));
    let radius = fields.number(reader, "radius");
    let footer = fields.tables(reader, "footer");
    let footer = navigation::entries(reader, footer);
    fields.finish(reader);
    Brand {
        logo,
        icon,
        touch_icon,
        picture,
        colors: colors.unwrap_or_default(),
        fonts: fonts.unwrap_or_default(),
        radius,
        footer,
    }
}

/// Reads the path of a file, which becomes an asset with the given name.
fn file(
    reader: &mut Reader,
    key: &str,
    path: &At<String>,
    formats: &[FileFormat],
    largest: u64,
    name: &str,
) -> Option<BrandFile> {
    let parsed = SitePath::parse(path);
    if let Err(fault) = &parsed {
        let help = "write a path below the folder of site.toml, such as brand/logo.svg";
        reader.invalid(path, format!("invalid path for `{key}`: it {fault}"), Some(help));
    }
    let format = FileFormat::of(path).filter(|format| formats.contains(format));
    if format.is_none() {
        let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
        let message = format!("expected a file in the format {} for `{key}`", names.join(" or "));
        reader.invalid(path, message, None);
    }
    let (path, location, format) = (parsed.ok()?, reader.location(&path.span), format?);
    let asset = format!("brand/{name}.{}", format.extension());
    Some(BrandFile { path, format, asset, largest, location })
}

fn colors(reader: &mut Reader, mut fields: Fields) -> Colors {
    let mut colors = BTreeMap::new();
    for name in ColorName::ALL {
        match fields.node(name.key()) {
            None => {}
            Some(node @ Node { value: Value::Table(_), .. }) => {
                let Some(mut schemes) = reader.fields(name.key(), node, &SCHEMES) else { continue };
                for scheme in Scheme::ALL {
                    let text = schemes.filled(reader, scheme.key());
                    let color = text.and_then(|text| color(reader, name.key(), &text));
                    colors.extend(color.map(|color| ((name, scheme), color)));
                }
                schemes.finish(reader);
            }
            Some(node) => {
                let text = reader.filled(name.key(), node);
                let color = text.and_then(|text| color(reader, name.key(), &text));
                colors.extend(color.map(|color| ((name, Scheme::Light), color)));
            }
        }
    }
    fields.finish(reader);
    Colors(colors)
}

fn color(reader: &mut Reader, key: &str, text: &At<String>) -> Option<(Color, Location)> {
    match Color::parse(text) {
        Ok(color) => Some((color, reader.location(&text.span))),
        Err(fault) => {
            let help = "write it as #rrggbb, or as a function of CSS such as oklch(0.5 0.1 250)";
            reader.invalid(text, format!("invalid color for `{key}`: `{}` {fault}", text.value), Some(help));
            None
        }
    }
}

fn fonts(reader: &mut Reader, mut fields: Fields) -> Fonts {
    let text = fields.filled(reader, "text").and_then(|name| family(reader, "text", &name));
    let code = fields.filled(reader, "code").and_then(|name| family(reader, "code", &name));
    let files = fields.tables(reader, "files").into_iter().zip(1..);
    let files = files.filter_map(|(fields, number)| font_file(reader, fields, number)).collect();
    fields.finish(reader);
    Fonts { text, code, files }
}

fn family(reader: &mut Reader, key: &str, name: &At<String>) -> Option<FontFamily> {
    let family = FontFamily::parse(name);
    if family.is_none() {
        let message = format!("invalid font family for `{key}`: `{}`", name.value);
        let help = "write one name of letters, digits, spaces, hyphens, underscores and periods";
        reader.invalid(name, message, Some(help));
    }
    family
}

/// Reads the family of a font file. Browsers ignore files for generic families.
fn own_family(reader: &mut Reader, name: &At<String>) -> Option<FontFamily> {
    if GENERIC_FAMILIES.contains(&name.as_str()) {
        let message = format!("invalid font family for `family`: `{}` is a generic family", name.value);
        reader.invalid(name, message, Some("write the name of the font"));
        return None;
    }
    family(reader, "family", name)
}

fn font_file(reader: &mut Reader, mut fields: Fields, number: usize) -> Option<FontFile> {
    let family = fields.required(reader, "family").and_then(|name| own_family(reader, &name));
    let file = fields.required(reader, "file").and_then(|path| {
        file(reader, "file", &path, &[FileFormat::Woff2], LARGEST_FONT, &format!("font-{number}"))
    });
    let weight = weight(reader, &mut fields);
    let style = fields.filled(reader, "style");
    let is_italic = style.and_then(|style| reader.choice(&style, "value of `style`", STYLES));
    fields.finish(reader);
    Some(FontFile { family: family?, file: file?, weight, is_italic: is_italic.unwrap_or(false) })
}

/// Reads a weight, or a list of the lowest and the highest weight of a variable font.
fn weight(reader: &mut Reader, fields: &mut Fields) -> (u16, u16) {
    const KEY: &str = "weight";
    const WEIGHTS: std::ops::RangeInclusive<i64> = 1..=1000;
    let number = |node: &Node| match node.value {
        Value::Integer(number) if WEIGHTS.contains(&number) => u16::try_from(number).ok(),
        _ => None,
    };
    let Some(node) = fields.node(KEY) else { return (NORMAL_WEIGHT, NORMAL_WEIGHT) };
    let weights = match &node.value {
        Value::List(nodes) if nodes.len() == 2 => number(&nodes[0]).zip(number(&nodes[1])),
        _ => number(node).map(|weight| (weight, weight)),
    };
    weights.filter(|(low, high)| low <= high).unwrap_or_else(|| {
        let help =
            "write a number from 1 to 1000, or the lowest and the highest of a variable font: [200, 900]";
        reader.report(
            code::DATA_INVALID_VALUE,
            &node.span,
            format!("invalid `{KEY}`"),
            Some(help.to_owned()),
        );
        (NORMAL_WEIGHT, NORMAL_WEIGHT)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_of_fonts_end_neither_text_nor_declaration(
            text in prop_oneof![any::<String>(), "([\"'\\\\;{}<>/*\n ]|[a-z]|\\PC){0,12}"]
        ) {
            if let Some(family) = FontFamily::parse(&text) {
                let css = family.to_string();
                let name = css.strip_prefix('"').and_then(|css| css.strip_suffix('"')).unwrap_or(&css);
                prop_assert_eq!(name, text.as_str());
                let ends = |c: char| c.is_control() || "\"'\\;{}<>/*@()".contains(c);
                prop_assert!(!name.contains(ends));
            }
        }
    }
}
