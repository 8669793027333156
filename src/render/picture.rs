//! Preview pictures for links on other sites: 1200 × 630 pixels, one for each kind of page.
//!
//! They are PNG files with a palette, which is small because they have few colours.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, Glyph, PxScale, ScaleFont};

/// Width and height that sites expect of preview pictures (ogp.me).
pub(super) const SIZE: (u32, u32) = (1200, 630);

/// Number of shades between the background and each ink.
const SHADES: usize = 16;
/// RGB values of the background.
const GROUND: [u8; 3] = [0x15, 0x17, 0x1b];
/// RGB values of the inks: text, muted text, accent.
const INKS: [[u8; 3]; 3] = [[0xe4, 0xe6, 0xea], [0xa2, 0xa9, 0xb4], [0x24, 0x56, 0xc8]];
const TEXT: usize = 0;
const SOFT: usize = 1;
const ACCENT: usize = 2;

/// Distance between the text and the left and right edges.
const MARGIN: f32 = 96.0;

static BOLD: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(dejavu::sans::bold()).ok());
static REGULAR: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(dejavu::sans::regular()).ok());

/// Draws the kind of page in large letters and the title of the site below, at the side at which the language starts. A
/// text is left out if the font lacks one of its characters, or if its script needs more than glyphs next to each other.
/// The accent is that of the site, or else that of the default theme.
pub(super) fn picture(label: &str, site: &str, accent: Option<[u8; 3]>, is_rtl: bool) -> Vec<u8> {
    let mut inks = INKS;
    inks[ACCENT] = accent.unwrap_or(inks[ACCENT]);
    let mut canvas = Canvas { pixels: vec![0; (SIZE.0 * SIZE.1) as usize], inks, is_rtl };
    canvas.bar(0, 24, 0..SIZE.1 as usize);
    canvas.bar(MARGIN as usize, 120, 372..380);
    canvas.write(&BOLD, label, 104.0, 320.0, TEXT);
    canvas.write(&REGULAR, site, 44.0, 460.0, SOFT);
    canvas.png()
}

struct Canvas {
    /// Palette indexes.
    pixels: Vec<u8>,
    /// RGB values of the inks.
    inks: [[u8; 3]; 3],
    /// True if the language starts at the right.
    is_rtl: bool,
}

/// True for characters of Hebrew, Arabic and related scripts, which run from right to left and mostly join.
fn runs_from_right(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

impl Canvas {
    /// Draws a bar at a distance from the side at which the language starts.
    fn bar(&mut self, distance: usize, width: usize, rows: std::ops::Range<usize>) {
        let start = if self.is_rtl { SIZE.0 as usize - distance - width } else { distance };
        self.fill(start..start + width, rows, ACCENT);
    }

    fn fill(&mut self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>, ink: usize) {
        for row in rows {
            let start = row * SIZE.0 as usize;
            self.pixels[start + columns.start..start + columns.end].fill(index(ink, SHADES));
        }
    }

    /// Draws one line on a baseline, in a smaller size if it would be too wide.
    fn write(&mut self, font: &Option<FontRef>, text: &str, size: f32, base: f32, ink: usize) {
        let is_drawn = |font: &&FontRef, c: char| font.glyph_id(c).0 != 0 && !runs_from_right(c);
        let Some(font) = font.as_ref().filter(|font| text.chars().all(|c| is_drawn(font, c))) else {
            return;
        };
        let room = SIZE.0 as f32 - 2.0 * MARGIN;
        let needed = width(font, text, size);
        let scaled = font.as_scaled(PxScale::from(if needed > room { size * room / needed } else { size }));
        let mut x = if self.is_rtl { SIZE.0 as f32 - MARGIN - needed.min(room) } else { MARGIN };
        let mut before = None;
        for character in text.chars() {
            let id = scaled.glyph_id(character);
            x += before.map_or(0.0, |before| scaled.kern(before, id));
            self.draw(&scaled, Glyph { id, scale: scaled.scale(), position: ab_glyph::point(x, base) }, ink);
            x += scaled.h_advance(id);
            before = Some(id);
        }
    }

    fn draw<F: Font>(&mut self, font: &impl ScaleFont<F>, glyph: Glyph, ink: usize) {
        let Some(outline) = font.outline_glyph(glyph) else { return };
        let corner = outline.px_bounds().min;
        outline.draw(|x, y, coverage| {
            let (x, y) = (corner.x + x as f32, corner.y + y as f32);
            let within = x >= 0.0 && y >= 0.0 && x < SIZE.0 as f32 && y < SIZE.1 as f32;
            let shade = (coverage.clamp(0.0, 1.0) * SHADES as f32).round() as usize;
            if within && shade > 0 {
                let at = y as usize * SIZE.0 as usize + x as usize;
                self.pixels[at] = self.pixels[at].max(index(ink, shade));
            }
        });
    }

    fn png(&self) -> Vec<u8> {
        let mut palette = GROUND.to_vec();
        for ink in self.inks {
            for shade in 1..=SHADES {
                let mix = |ground: u8, ink: u8| {
                    (usize::from(ground) * (SHADES - shade) + usize::from(ink) * shade).div_euclid(SHADES)
                        as u8
                };
                palette.extend((0..3).map(|part| mix(GROUND[part], ink[part])));
            }
        }
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette);
        encoder.set_deflate_compression(png::DeflateCompression::Level(2));
        // Filters make pictures with a palette larger, and choosing them takes longer than the rest of a small site.
        encoder.set_filter(png::Filter::NoFilter);
        // Writing to memory cannot fail, and the size matches the pixels.
        let result = encoder.write_header().and_then(|mut writer| writer.write_image_data(&self.pixels));
        debug_assert!(result.is_ok());
        bytes
    }
}

/// Palette index of a shade of an ink.
fn index(ink: usize, shade: usize) -> u8 {
    if shade == 0 { 0 } else { (ink * SHADES + shade) as u8 }
}

fn width(font: &FontRef, text: &str, size: f32) -> f32 {
    let scaled = font.as_scaled(PxScale::from(size));
    text.chars().map(|character| scaled.h_advance(scaled.glyph_id(character))).sum()
}

#[cfg(test)]
mod tests {
    use super::picture;

    #[test]
    fn text_that_must_be_joined_is_left_out_and_the_rest_starts_at_the_right() {
        assert_ne!(picture("Data", "Site", None, true), picture("Data", "Site", None, false));
        assert_eq!(picture("بيانات", "Site", None, true), picture("", "Site", None, true));
        assert_eq!(picture("נתונים", "Site", None, false), picture("", "Site", None, false));
    }
}
