//! Colors that a site sets.

use std::fmt;

/// An opaque color in sRGB, written as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// The reason why a text is not a [`Color`], as the rest of a sentence that begins with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColorFault {
    /// Not a color of CSS.
    #[error("is not a color")]
    Syntax,
    /// A color with transparency, whose contrast depends on what is below it.
    #[error("is not opaque")]
    Translucent,
}

/// Maximum length of the text of a color in bytes. The parser calls itself for colors within colors.
const LONGEST: usize = 100;

impl Color {
    /// White.
    pub const WHITE: Self = Self([255; 3]);
    /// Black.
    pub const BLACK: Self = Self([0; 3]);

    /// Creates a color from `0xrrggbb`.
    pub const fn new(rgb: u32) -> Self {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Self([red, green, blue])
    }

    /// Reads a color of CSS: `#rgb`, `#rrggbb`, or a function such as `oklch(0.5 0.1 250)`. The parts of
    /// colors outside of sRGB are clamped.
    ///
    /// # Errors
    /// See [`ColorFault`].
    pub fn parse(text: &str) -> Result<Self, ColorFault> {
        // Names have another meaning in forced colors, and the parser also accepts digits without `#`.
        if text.len() > LONGEST || (!text.starts_with('#') && !text.contains('(')) {
            return Err(ColorFault::Syntax);
        }
        let color = csscolorparser::parse(text).map_err(|_| ColorFault::Syntax)?;
        match color.to_rgba8() {
            [red, green, blue, 255] => Ok(Self([red, green, blue])),
            _ => Err(ColorFault::Translucent),
        }
    }

    /// The red, green and blue parts.
    pub fn parts(self) -> [u8; 3] {
        self.0
    }

    /// The contrast ratio with another color, from 1 to 21 (WCAG 2.2, contrast ratio).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The relative luminance (WCAG 2.2, relative luminance).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Mixes it with another color, of which it takes so many percent.
    pub fn mix(self, other: Self, percent: u8) -> Self {
        let percent = u32::from(percent.min(100));
        let part = |at: usize| {
            let sum = u32::from(self.0[at]) * (100 - percent) + u32::from(other.0[at]) * percent;
            ((sum + 50) / 100) as u8
        };
        Self([part(0), part(1), part(2)])
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn colors_are_read_strictly() {
        for (text, hex) in [
            ("#abc", "#aabbcc"),
            ("#1F4FBF", "#1f4fbf"),
            ("#1f4fbfff", "#1f4fbf"),
            ("rgb(31 79 191)", "#1f4fbf"),
            ("hsl(222, 72%, 44%)", "#1f50c1"),
            ("oklch(1 0 0)", "#ffffff"),
            // Outside of sRGB.
            ("rgb(300 -5 0)", "#ff0000"),
        ] {
            assert_eq!(Color::parse(text).map(|color| color.to_string()), Ok(hex.to_owned()), "{text}");
        }
        for text in [
            "",
            "red",
            "abc",
            "1f4fbf",
            "#12",
            "#ggg",
            "var(--x)",
            "url(x)",
            "#fff;}body{display:none",
            "rgb(0 0 0);}",
            "light-dark(#fff, #000)",
            "transparent",
            "currentColor",
            "rgb(0 0 0",
            &"rgb(from ".repeat(100_000),
        ] {
            assert_eq!(Color::parse(text), Err(ColorFault::Syntax), "{text}");
        }
        assert_eq!(Color::parse("#0008"), Err(ColorFault::Translucent));
        assert_eq!(Color::parse("rgb(0 0 0 / 50%)"), Err(ColorFault::Translucent));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            text in prop_oneof![
                any::<String>(),
                "(#|rgb|hsl|hwb|lab|oklch|color|calc|from|none|NaN|[(),/% .-]|[0-9a-f]{1,8}|1e99|deg|\\PC){0,12}",
                "(rgb|hsl|hwb|oklab|oklch)\\((from #[0-9a-f]{3} )?([-0-9.]{1,6}(%|deg|rad)?[ ,]){3}/?[0-9.%]{0,5}\\)",
            ]
        ) {
            if let Ok(color) = Color::parse(&text) {
                prop_assert_eq!(Color::parse(&color.to_string()), Ok(color));
            }
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let contrast = |one, other| (Color::new(one).contrast(Color::new(other)) * 100.0).floor() / 100.0;
        assert_eq!(contrast(0x000000, 0xffffff), 21.0);
        assert_eq!(contrast(0xffffff, 0xffffff), 1.0);
        // The limits of gray on white.
        assert_eq!(contrast(0x767676, 0xffffff), 4.54);
        assert_eq!(contrast(0xffffff, 0x777777), 4.47);
    }

    #[test]
    fn mixtures() {
        let mix = |percent| Color::BLACK.mix(Color::WHITE, percent).to_string();
        assert_eq!([mix(0), mix(50), mix(100), mix(200)], ["#000000", "#808080", "#ffffff", "#ffffff"]);
    }
}
