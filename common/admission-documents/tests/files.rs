//! The files: their size, and that equal values have equal bytes.

use admission_documents::{NotRendered, Renderer};

use crate::samples::{TITLES, document, page};

/// Bytes of a document of one admission with Latin texts.
const LATIN_BYTES_MAX: usize = 60 * 1024;

#[test]
fn equal_values_have_equal_bytes() {
    let pages = || TITLES.iter().map(|(title, venue)| page(2, title, venue)).collect();
    let first = Renderer::new().render(&document(pages())).unwrap();
    let mut used = Renderer::new();
    used.render(&document(vec![page(1, "Other", "Texts")])).unwrap();
    assert_eq!(used.render(&document(pages())).unwrap(), first);
    let other = used.render(&document(vec![page(3, TITLES[0].0, TITLES[0].1)])).unwrap();
    assert_ne!(used.render(&document(vec![page(4, TITLES[0].0, TITLES[0].1)])).unwrap(), other);
}

#[test]
fn a_latin_document_is_smaller_than_60_kib() {
    let mut renderer = Renderer::new();
    let size = |renderer: &mut Renderer, pages| renderer.render(&document(pages)).unwrap().len();
    let (title, venue) = TITLES[0];
    let one = size(&mut renderer, vec![page(1, title, venue)]);
    let ten = size(&mut renderer, (1..=10).map(|number| page(number, title, venue)).collect());
    assert!(one < LATIN_BYTES_MAX, "{one}");
    // The fonts are embedded once.
    assert!(ten < 5 * one, "{ten} of {one}");
}

#[test]
fn a_text_that_is_longer_than_a_code_is_refused() {
    let mut page = page(1, "Title", "Venue");
    page.code = "A".repeat(4_000);
    let refused = Renderer::new().render(&document(vec![page]));
    assert!(matches!(refused, Err(NotRendered::Code(_))), "{refused:?}");
}
