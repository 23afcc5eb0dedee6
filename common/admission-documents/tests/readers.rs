//! Independent readers read the files: their codes, their texts and their structure.

use admission_documents::Renderer;
use testing::{QrSymbol, read_pdfs, read_qr_codes};

use crate::samples::{TITLES, code, document, page};

/// Documents of one page each, and one of all pages, as two programs check and draw them: the codes
/// are read from the drawn pages.
#[test]
fn independent_readers_find_codes_texts_and_no_errors() {
    let folder = tempfile::tempdir().unwrap();
    let mut renderer = Renderer::new();
    let numbered = || (1_u8..).zip(TITLES);
    let pages = numbered().map(|(number, (title, venue))| page(number, title, venue));
    let mut documents: Vec<_> = pages.clone().map(|page| document(vec![page])).collect();
    documents.push(document(pages.collect()));
    let mut files = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        let file = folder.path().join(format!("{number}.pdf"));
        std::fs::write(&file, renderer.render(document).unwrap()).unwrap();
        files.push(file);
    }
    let readings = read_pdfs(folder.path(), &files);
    for (reading, document) in readings.iter().zip(&documents) {
        assert!(reading.errors.is_empty(), "{}: {:?}", document.title, reading.errors);
        assert_eq!(reading.pages.len(), document.pages.len());
        for (text, page) in reading.texts.iter().zip(&document.pages) {
            assert!(text.contains(&page.unit) && text.contains(&page.reference), "{text}");
        }
    }
    assert!(readings[0].texts[0].contains(TITLES[0].1), "{:?}", readings[0].texts);
    let images: Vec<_> = readings.iter().flat_map(|reading| reading.pages.clone()).collect();
    let expected =
        |number| vec![QrSymbol { text: code(number), version: 6, level: "M".to_owned() }];
    let once: Vec<_> = numbered().map(|(number, _)| expected(number)).collect();
    assert_eq!(read_qr_codes(&images), [once.clone(), once].concat());
}
