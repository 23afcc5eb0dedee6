//! Samples of documents.

use admission_codes::{Claims, UnixSeconds, sign_static};
use admission_documents::{Document, Notes, Page};
use contract::{Id, Language, Timestamp};
use ed25519_dalek::SigningKey;

/// Titles in several scripts, each with a venue.
pub(crate) const TITLES: [(&str, &str); 11] = [
    ("Nocturne for Eleven Strings", "Alte Gießerei, Straße der Künste 12, Łódź"),
    ("Ночь фильмов Тарковского", "Μέγαρο Μουσικής Αθηνών"),
    ("ليلة الموسيقى العربية مع Cairo Jazz", "دار الأوبرا، القاهرة"),
    ("קונצרט בירושלים", "בנייני האומה"),
    ("東京タワー・セッションズ", "ブルーノート東京、港区南青山"),
    ("北京交響樂團 北京交响乐团", "國家大劇院"),
    ("서울 재즈 페스티벌", "올림픽공원, 서울"),
    ("दिल्ली में शास्त्रीय संगीत की रात", "कमानी सभागार, नई दिल्ली"),
    ("คืนดนตรีแห่งกรุงเทพ", "หอประชุมใหญ่"),
    ("சென்னை இசை விழா", "ಕನ್ನಡ ಭವನ, საქართველო, Հայաստան, አዲስ አበባ"),
    ("Rock 🎸 Night 👩‍🎤🏽", "Depot 9 🍺, Wien"),
];

/// The code of an admission of this number.
pub(crate) fn code(number: u8) -> String {
    let claims = Claims {
        kid: 1,
        ticket: Id::from_bytes([7; 12]),
        admission: Id::from_bytes([number; 12]),
        credential_version: 1,
        not_after: UnixSeconds::new(1_900_000_000),
    };
    sign_static(claims, &SigningKey::from_bytes(&[1; 32])).to_string()
}

/// A page of an admission of this number.
pub(crate) fn page(number: u8, title: &str, venue: &str) -> Page {
    Page {
        title: title.to_owned(),
        category: Some("Stalls, row 7".to_owned()),
        starts: Some("Saturday, 5 December 2026 at 20:00 (Berlin)".to_owned()),
        venue: Some(venue.to_owned()),
        unit: format!("Ticket {number} of 3"),
        reference: Id::from_bytes([number; 12]).to_string(),
        code: code(number),
    }
}

/// A document of these pages.
pub(crate) fn document(pages: Vec<Page>) -> Document {
    Document {
        id: "sample".to_owned(),
        created_at: Timestamp::from_unix_ms(1_796_500_800_000),
        language: Language::English,
        title: pages.first().map(|page| page.title.clone()).unwrap_or_default(),
        notes: Notes {
            code: "Code of this ticket".to_owned(),
            uses: vec!["Show this code at the door. It admits one person, once.".to_owned()],
        },
        pages,
    }
}
