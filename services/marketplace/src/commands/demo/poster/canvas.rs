//! The canvas of a poster: pixels, and shapes with smooth edges.

use std::ops::Range;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _, ImageResult};
use serde::Deserialize;

/// Width in pixels.
const WIDTH: u16 = 1_200;

/// Height in pixels.
const HEIGHT: u16 = 675;

/// The coverage of a pixel inside a shape.
pub(super) const COVERED: i32 = 256;

/// Steps of a gradient: fine enough for the dither.
const GRADIENT_STEPS: i32 = 4_096;

/// Thresholds of an ordered dither, in sixteenths of a level: without it a gradient has bands.
const DITHER: [[i32; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// Red, green and blue; in the file `#rrggbb`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Colour([u8; 3]);

impl TryFrom<String> for Colour {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] = number.ok_or("must be a colour such as #ff8800")?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl Colour {
    /// The colour with a share of another one, from 0 to [`COVERED`].
    pub(super) fn mixed(self, other: Self, share: i32) -> Self {
        let Self([red, green, blue]) = self;
        let Self([to_red, to_green, to_blue]) = other;
        let mix = |from: u8, to: u8| {
            let (from, to) = (i32::from(from), i32::from(to));
            channel(from + (to - from) * share / COVERED)
        };
        Self([mix(red, to_red), mix(green, to_green), mix(blue, to_blue)])
    }

    /// The colour with some black.
    pub(super) fn darker(self) -> Self {
        self.mixed(Self([0; 3]), COVERED / 4)
    }
}

fn channel(level: i32) -> u8 {
    u8::try_from(level.clamp(0, 255)).unwrap_or(u8::MAX)
}

/// The pixels, row by row.
pub(super) struct Canvas {
    pixels: Vec<[u8; 3]>,
}

impl Canvas {
    /// The width.
    pub(super) fn width() -> i32 {
        WIDTH.into()
    }

    /// The height.
    pub(super) fn height() -> i32 {
        HEIGHT.into()
    }

    /// A canvas with a gradient from the top to the bottom, slightly inclined.
    pub(super) fn gradient(Colour(top): Colour, Colour(bottom): Colour) -> Self {
        let mut pixels = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT));
        let length = 4 * Self::height() + Self::width();
        for (y, thresholds) in (0..Self::height()).zip(DITHER.iter().cycle()) {
            for (x, threshold) in (0..Self::width()).zip(thresholds.iter().cycle()) {
                let step = (4 * y + x) * GRADIENT_STEPS / length;
                let mix = |from: u8, to: u8| {
                    let sum = i32::from(from) * (GRADIENT_STEPS - step) + i32::from(to) * step;
                    channel((sum * 16 / GRADIENT_STEPS + threshold) / 16)
                };
                let ([red, green, blue], [to_red, to_green, to_blue]) = (top, bottom);
                pixels.push([mix(red, to_red), mix(green, to_green), mix(blue, to_blue)]);
            }
        }
        Self { pixels }
    }

    /// Paints a colour on a part of the canvas; `coverage` returns that of each pixel, from 0 to
    /// [`COVERED`].
    pub(super) fn paint(
        &mut self,
        xs: Range<i32>,
        ys: Range<i32>,
        colour: Colour,
        coverage: impl Fn(i32, i32) -> i32,
    ) {
        let (left, right) = (xs.start.max(0), xs.end.min(Self::width()));
        let columns = usize::try_from(left).unwrap_or(0)..usize::try_from(right).unwrap_or(0);
        for (y, row) in (0..).zip(self.pixels.chunks_exact_mut(WIDTH.into())) {
            if !ys.contains(&y) {
                continue;
            }
            for (x, pixel) in (left..).zip(row.get_mut(columns.clone()).unwrap_or_default()) {
                let Colour(painted) = Colour(*pixel).mixed(colour, coverage(x, y));
                *pixel = painted;
            }
        }
    }

    /// Paints a rectangle.
    pub(super) fn rectangle(&mut self, xs: Range<i32>, ys: Range<i32>, colour: Colour) {
        self.paint(xs, ys, colour, |_, _| COVERED);
    }

    /// Paints a disc.
    pub(super) fn disc(&mut self, (x, y): (i32, i32), radius: i32, colour: Colour) {
        let reach = radius + 1;
        self.paint(x - reach..x + reach, y - reach..y + reach, colour, |at_x, at_y| {
            disc_coverage((at_x - x, at_y - y), radius)
        });
    }

    /// Paints a light that fades towards its edge.
    pub(super) fn glow(&mut self, (x, y): (i32, i32), radius: i32, colour: Colour) {
        let square = radius * radius;
        self.paint(x - radius..x + radius, y - radius..y + radius, colour, |at_x, at_y| {
            let (to_x, to_y) = (at_x - x, at_y - y);
            let inside = (square - to_x * to_x - to_y * to_y).max(0);
            // The square of a share fades smoothly at the edge.
            let share = inside / (square / 181).max(1);
            share * share * COVERED / (181 * 181 * 2)
        });
    }

    /// The canvas as a PNG file.
    pub(super) fn into_png(self) -> ImageResult<Vec<u8>> {
        let mut file = Vec::new();
        let (pixels, size) = (self.pixels.as_flattened(), (WIDTH.into(), HEIGHT.into()));
        let (encoder, colour) = (PngEncoder::new(&mut file), ExtendedColorType::Rgb8);
        encoder.write_image(pixels, size.0, size.1, colour)?;
        Ok(file)
    }
}

/// The coverage of a pixel at a distance from the centre of a disc: partial on the edge, which is
/// two pixels wide.
pub(super) fn disc_coverage((to_x, to_y): (i32, i32), radius: i32) -> i32 {
    let (square, outer) = (to_x * to_x + to_y * to_y, (radius + 1) * (radius + 1));
    ((outer - square) * COVERED / (4 * radius).max(1)).clamp(0, COVERED)
}
