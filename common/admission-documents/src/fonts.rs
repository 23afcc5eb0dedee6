//! The fonts that documents embed. Those of the machine are never used.

use std::sync::Arc;

use krilla::Data;
use krilla::text::Font;
use parley::FontContext;
use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};

/// The font files, by family.
const FILES: &[&[u8]] = &[
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../fonts/NotoSansCJK-Regular.otf"),
    include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../fonts/NotoSansArmenian-Regular.ttf"),
    include_bytes!("../fonts/NotoSansBengali-Regular.ttf"),
    include_bytes!("../fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("../fonts/NotoSansEthiopic-Regular.ttf"),
    include_bytes!("../fonts/NotoSansGeorgian-Regular.ttf"),
    include_bytes!("../fonts/NotoSansGujarati-Regular.ttf"),
    include_bytes!("../fonts/NotoSansGurmukhi-Regular.ttf"),
    include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("../fonts/NotoSansKannada-Regular.ttf"),
    include_bytes!("../fonts/NotoSansKhmer-Regular.ttf"),
    include_bytes!("../fonts/NotoSansLao-Regular.ttf"),
    include_bytes!("../fonts/NotoSansMalayalam-Regular.ttf"),
    include_bytes!("../fonts/NotoSansMyanmar-Regular.ttf"),
    include_bytes!("../fonts/NotoSansSinhala-Regular.ttf"),
    include_bytes!("../fonts/NotoSansTamil-Regular.ttf"),
    include_bytes!("../fonts/NotoSansTelugu-Regular.ttf"),
    include_bytes!("../fonts/NotoSansThai-Regular.ttf"),
];

/// The families of the files, in the order in which a character looks for its glyph.
pub(crate) const FAMILIES: &str = "Noto Sans, Noto Sans CJK JP, Noto Sans Arabic, \
    Noto Sans Armenian, Noto Sans Bengali, Noto Sans Devanagari, Noto Sans Ethiopic, \
    Noto Sans Georgian, Noto Sans Gujarati, Noto Sans Gurmukhi, Noto Sans Hebrew, \
    Noto Sans Kannada, Noto Sans Khmer, Noto Sans Lao, Noto Sans Malayalam, Noto Sans Myanmar, \
    Noto Sans Sinhala, Noto Sans Tamil, Noto Sans Telugu, Noto Sans Thai";

/// The fonts, for layout and for embedding.
pub(crate) struct Fonts {
    pub(crate) layout: FontContext,
    /// By the id of their file.
    embedded: Vec<(u64, Font)>,
}

impl Fonts {
    /// Parses the files, which takes some milliseconds.
    pub(crate) fn new() -> Self {
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut collection = Collection::new(options);
        let mut embedded = Vec::new();
        for file in FILES {
            let blob = Blob::new(Arc::new(*file));
            if let Some(font) = Font::new(Data::from(*file), 0) {
                embedded.push((blob.id(), font));
            }
            collection.register_fonts(blob, None);
        }
        let layout = FontContext { collection, source_cache: SourceCache::default() };
        Self { layout, embedded }
    }

    /// The font of the file with this id.
    pub(crate) fn embedded(&self, file: u64) -> Option<Font> {
        self.embedded.iter().find(|(id, _)| *id == file).map(|(_, font)| font.clone())
    }
}
