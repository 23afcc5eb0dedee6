//! Any text can be rendered.

use admission_documents::Renderer;
use proptest::prelude::*;

use crate::samples::{TITLES, document, page};

/// Characters that fonts, PDF/A or layout treat in a special way.
const SPECIAL: [&str; 16] = [
    "\u{0}",
    "\u{ad}",
    "\u{200d}",
    "\u{200f}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{e000}",
    "\u{10ffff}",
    "\u{fe0f}",
    "\u{301}",
    "\u{1f3fd}",
    "\u{1e900}",
    "👩‍🎤",
];

#[test]
fn titles_of_every_script_are_rendered() {
    let mut renderer = Renderer::new();
    for (title, venue) in TITLES {
        let file = renderer.render(&document(vec![page(1, title, venue)])).unwrap();
        assert!(file.starts_with(b"%PDF-1.7"), "{title}");
    }
}

#[test]
fn special_characters_and_their_pairs_are_rendered() {
    let mut renderer = Renderer::new();
    let pairs = SPECIAL.iter().flat_map(|first| SPECIAL.map(|second| format!("{first}{second}")));
    let texts: Vec<_> = SPECIAL.map(str::to_owned).into_iter().chain(pairs).collect();
    for text in texts {
        for title in [text.clone(), format!("a{text}b"), format!("س{text}ल")] {
            let result = renderer.render(&document(vec![page(1, &title, &text)]));
            assert!(result.is_ok(), "{title:?}: {result:?}");
        }
    }
}

#[test]
fn texts_of_any_length_stay_on_their_page() {
    let mut renderer = Renderer::new();
    for title in ["", " ", &"a".repeat(100_000), &"字 ".repeat(50_000), &"م".repeat(5_000)] {
        let file = renderer.render(&document(vec![page(1, title, title)])).unwrap();
        assert!(file.len() < 100_000, "{}", file.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_rendered(
        title in any::<String>(),
        venue in ".{0,60}",
        pieces in prop::collection::vec(prop::sample::select(SPECIAL.to_vec()), 0..8),
    ) {
        let special = pieces.concat();
        let page = page(1, &format!("{title}{special}"), &format!("{special}{venue}"));
        let rendered = Renderer::new().render(&document(vec![page]));
        prop_assert!(rendered.is_ok(), "{rendered:?}");
    }
}
