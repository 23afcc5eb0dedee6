//! The motifs of posters. Each paints on a sky, whose lower colour it may use again.

use super::canvas::{COVERED, Canvas, Colour, disc_coverage};

/// The directions of twelve lines through a point, 15° apart, in thousandths.
const DIRECTIONS: [(i32, i32); 12] = [
    (1000, 0),
    (966, 259),
    (866, 500),
    (707, 707),
    (500, 866),
    (259, 966),
    (0, 1000),
    (-259, 966),
    (-500, 866),
    (-707, 707),
    (-866, 500),
    (-966, 259),
];

/// The colours of a motif.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    /// Of the sky near the horizon.
    pub(super) sky: Colour,
    /// Of the shapes.
    pub(super) shape: Colour,
    /// Of the sun, the moon and the lamps.
    pub(super) light: Colour,
}

/// Numbers without a pattern for the eye, the same for each seed: a linear congruential generator
/// (the constants are those of Numerical Recipes).
pub(super) struct Scatter(pub(super) u32);

impl Scatter {
    /// The next number below a bound.
    fn below(&mut self, bound: i32) -> i32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i32::try_from(self.0 >> 17).unwrap_or(0) % bound
    }

    fn place(&mut self) -> (i32, i32) {
        (self.below(Canvas::width()), self.below(Canvas::height()))
    }
}

pub(super) fn sun(
    canvas: &mut Canvas,
    Palette { sky, shape, light }: Palette,
    scatter: &mut Scatter,
) {
    let ((x, y), radius) = ((340 + scatter.below(560), 300 + scatter.below(50)), 200);
    canvas.glow((x, y), 460, light);
    canvas.disc((x, y), radius, light);
    for stripe in 0..6 {
        let (top, height) = (y + 10 + 32 * stripe, 4 + 3 * stripe);
        canvas.paint(x - radius..x + radius, top..top + height, sky, |at_x, at_y| {
            disc_coverage((at_x - x, at_y - y), radius)
        });
    }
    canvas.disc((1_020, 1_330), 800, shape.mixed(sky, COVERED / 3));
    canvas.disc((240, 1_180), 660, shape);
    canvas.disc((700, 1_560), 930, shape.darker());
}

pub(super) fn waves(
    canvas: &mut Canvas,
    Palette { sky, shape, light }: Palette,
    scatter: &mut Scatter,
) {
    let sun = (240 + scatter.below(720), 190);
    canvas.glow(sun, 330, light);
    canvas.disc(sun, 120, light);
    for row in 0..8 {
        let (y, shift) = (400 + 46 * row, 92 * (row % 2));
        for column in 0..8 {
            let x = 184 * column - shift;
            let rings = [(92, shape), (74, light), (56, shape), (38, light), (20, sky)];
            for (radius, colour) in rings {
                canvas.disc((x, y), radius, colour);
            }
        }
    }
}

pub(super) fn arches(
    canvas: &mut Canvas,
    Palette { sky, shape, light }: Palette,
    scatter: &mut Scatter,
) {
    canvas.glow((200 + scatter.below(800), 420), 520, light);
    for arch in 0..5 {
        let (x, base) = (120 + 240 * arch, 590);
        let shapes = [(104, shape), (80, sky), (56, light), (30, shape.darker())];
        for (radius, colour) in shapes {
            let top = 300 + (104 - radius) / 2;
            canvas.disc((x, top), radius, colour);
            canvas.rectangle(x - radius..x + radius, top..base, colour);
        }
    }
    canvas.rectangle(0..Canvas::width(), 590..610, light);
    canvas.rectangle(0..Canvas::width(), 610..Canvas::height(), shape.darker());
}

pub(super) fn tiles(
    canvas: &mut Canvas,
    Palette { sky, shape, light }: Palette,
    scatter: &mut Scatter,
) {
    let side = 135;
    for row in 0..5 {
        for column in 0..9 {
            let (left, top) = (side * column, side * row);
            let (xs, ys) = (left..left + side, top..top + side);
            let colours = [(shape, light), (light, shape), (sky, shape), (shape, sky)];
            let colours = colours.into_iter().cycle().nth(index(column + 2 * row));
            let Some((ground, front)) = colours else { return };
            canvas.rectangle(xs.clone(), ys.clone(), ground);
            let corner = scatter.below(4);
            let x = left + side * (corner % 2);
            let y = top + side * (corner / 2);
            for (radius, colour) in [(side, front), (side * 2 / 3, ground), (side / 3, front)] {
                canvas.paint(xs.clone(), ys.clone(), colour, |at_x, at_y| {
                    disc_coverage((at_x - x, at_y - y), radius)
                });
            }
        }
    }
}

pub(super) fn rays(
    canvas: &mut Canvas,
    Palette { sky, shape, light }: Palette,
    scatter: &mut Scatter,
) {
    let (x, y) = (420 + scatter.below(360), 720);
    canvas.paint(0..Canvas::width(), 0..Canvas::height(), light, |at_x, at_y| {
        let (to_x, to_y) = (at_x - x, at_y - y);
        let crossed = DIRECTIONS.map(|(cos, sin)| to_x * sin - to_y * cos);
        let sides = crossed.iter().filter(|side| **side > 0).count();
        let nearest = crossed.iter().map(|side| side.abs()).min().unwrap_or(0);
        let edge = (nearest * (COVERED / 2) / 1_000).min(COVERED / 2);
        let ray = if sides % 2 == 0 { COVERED / 2 + edge } else { COVERED / 2 - edge };
        ray / 2
    });
    for (radius, colour) in
        [(330, shape), (270, light), (210, shape.darker()), (150, light), (90, sky)]
    {
        canvas.disc((x, y), radius, colour);
    }
}

pub(super) fn confetti(
    canvas: &mut Canvas,
    Palette { sky, shape, light }: Palette,
    scatter: &mut Scatter,
) {
    for colour in [shape, light, shape.darker(), sky, light, shape].into_iter().cycle().take(150) {
        let (place, radius) = (scatter.place(), 5 + scatter.below(26));
        canvas.disc(place, radius, colour);
    }
    for (place, radius, colour) in [
        ((330, 400), 190, shape),
        ((330, 400), 140, light),
        ((330, 400), 84, shape.darker()),
        ((790, 240), 110, light),
        ((790, 240), 62, shape),
    ] {
        canvas.disc(place, radius, colour);
    }
}

pub(super) fn bars(
    canvas: &mut Canvas,
    Palette { sky, shape, light }: Palette,
    scatter: &mut Scatter,
) {
    canvas.glow((600, 430), 600, shape);
    let (ground, half) = (560, 15);
    for bar in 0..24 {
        let x: i32 = 25 + 50 * bar;
        let middle = 600 - (600 - x).abs();
        let height = 50 + middle / 2 + scatter.below(170);
        let colour = shape.mixed(light, height * COVERED / 560);
        canvas.disc((x, ground - height), half, colour);
        canvas.rectangle(x - half..x + half, ground - height..ground, colour);
        let mirrored = colour.mixed(sky, COVERED * 3 / 4);
        canvas.rectangle(x - half..x + half, ground + 8..ground + 8 + height / 4, mirrored);
    }
}

pub(super) fn moon(
    canvas: &mut Canvas,
    Palette { sky, shape, light }: Palette,
    scatter: &mut Scatter,
) {
    let ((x, y), (shade_x, shade_y)) = ((800, 210), (850, 180));
    for _ in 0..90 {
        let (place, radius) = (scatter.place(), 1 + scatter.below(2));
        canvas.disc(place, radius, light.mixed(sky, COVERED / 3));
    }
    canvas.glow((x, y), 340, light);
    canvas.paint(x - 140..x + 140, y - 140..y + 140, light, |at_x, at_y| {
        let disc = disc_coverage((at_x - x, at_y - y), 130);
        disc * (COVERED - disc_coverage((at_x - shade_x, at_y - shade_y), 112)) / COVERED
    });
    for strip in 0..9 {
        let top = 500 + 20 * strip;
        let colour = sky.mixed(shape, COVERED * (strip + 3) / 12);
        canvas.rectangle(0..Canvas::width(), top..top + 20, colour);
    }
    canvas.disc((270, 1_010), 480, shape);
    canvas.rectangle(286..334, 300..560, shape);
    canvas.glow((310, 285), 170, light);
    canvas.rectangle(276..344, 262..308, shape);
    canvas.rectangle(292..328, 272..300, light);
    canvas.disc((310, 262), 26, shape);
}

fn index(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}
