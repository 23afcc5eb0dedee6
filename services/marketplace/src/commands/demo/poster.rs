//! Posters: drawn from a motif and four colours, in integers, so that every build draws the same.

mod canvas;
mod motifs;

use serde::Deserialize;
use store::Unavailable;

use self::canvas::{Canvas, Colour};
use self::motifs::{Palette, Scatter};

/// A poster.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Poster {
    motif: Motif,
    /// Varies the places and sizes of the shapes.
    seed: u32,
    /// Of the sky at the top and at the bottom, of the shapes, and of the light.
    colours: [Colour; 4],
}

/// The shapes of a poster.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Motif {
    /// A sun behind hills.
    Sun,
    /// Rows of waves.
    Waves,
    /// An arcade.
    Arches,
    /// A wall of tiles.
    Tiles,
    /// A sunburst.
    Rays,
    /// Discs of all sizes.
    Confetti,
    /// The bars of an equaliser.
    Bars,
    /// A moon over a lighthouse.
    Moon,
}

impl Poster {
    /// Draws the poster, 1,200 by 675 pixels, as a PNG file.
    pub(super) fn draw(self) -> Result<Vec<u8>, Unavailable> {
        let [top, bottom, shape, light] = self.colours;
        let mut canvas = Canvas::gradient(top, bottom);
        let draw = match self.motif {
            Motif::Sun => motifs::sun,
            Motif::Waves => motifs::waves,
            Motif::Arches => motifs::arches,
            Motif::Tiles => motifs::tiles,
            Motif::Rays => motifs::rays,
            Motif::Confetti => motifs::confetti,
            Motif::Bars => motifs::bars,
            Motif::Moon => motifs::moon,
        };
        let palette = Palette { sky: bottom, shape, light };
        draw(&mut canvas, palette, &mut Scatter(self.seed));
        let cannot = |error| Unavailable::caused_by("cannot encode a poster", error);
        canvas.into_png().map_err(cannot)
    }
}
