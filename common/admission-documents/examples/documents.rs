//! Documents per second on one thread, by script: renders each sample for a while, and prints rates
//! and sizes. With a folder as argument it also stores the documents, to look at.

#![expect(clippy::expect_used, reason = "a program of measurement fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "it measures real time")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use admission_documents::{Document, Notes, Page, Renderer};
use contract::{Language, Timestamp};

/// Time of measurement of a sample.
const MEASURED: Duration = Duration::from_secs(3);

const SAMPLES: &[(&str, &str, &str)] = &[
    ("latin", "Nocturne for Eleven Strings", "Alte Gießerei, Leipzig, Straße der Künste 12"),
    (
        "long",
        "A Midsummer Night’s Dream in the Garden of the Old Observatory, with the Philharmonic Choir, the Children’s Ballet and a Firework at Midnight",
        "Observatory Garden, Greenwich",
    ),
    ("arabic", "ليلة الموسيقى العربية مع الأوركسترا Cairo", "دار الأوبرا، القاهرة"),
    ("hebrew", "קונצרט בירושלים", "בנייני האומה"),
    ("japanese", "東京タワー・セッションズ", "ブルーノート東京、港区南青山"),
    ("chinese", "北京交響樂團 北京交响乐团", "國家大劇院"),
    ("korean", "서울 재즈 페스티벌", "올림픽공원, 서울"),
    ("hindi", "दिल्ली में शास्त्रीय संगीत की रात", "कमानी सभागार, नई दिल्ली"),
    ("thai", "คืนดนตรีแห่งกรุงเทพ", "หอประชุมใหญ่"),
    ("emoji", "Rock 🎸 Night 👩‍🎤🏽", "Depot 9 🍺, Wien"),
    ("tamil", "சென்னை இசை விழா", "ಕನ್ನಡ ಭವನ, საქართველო, Հայաստան, አዲስ አበባ"),
    ("unknown", "\u{1e900}\u{1e901} 𓀀𓀁 ok", "\u{e000}\u{feff}\u{0}"),
];

fn document(title: &str, venue: &str) -> Document {
    let code =
        "BX1:".to_owned() + &"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".repeat(4)[..146];
    Document {
        id: title.to_owned(),
        created_at: Timestamp::from_unix_ms(1_796_500_800_000),
        language: Language::English,
        title: title.to_owned(),
        notes: Notes {
            code: "Code of this ticket".to_owned(),
            uses: vec![
                "Show this code at the door, on this screen or on paper. It admits one person, once.".to_owned(),
                "Do not pass a picture of it on: the first person who shows it is admitted.".to_owned(),
            ],
        },
        pages: vec![Page {
            title: title.to_owned(),
            category: Some("Stalls, row 7".to_owned()),
            starts: Some("Saturday, 5 December 2026 at 20:00 (Berlin)".to_owned()),
            venue: Some(venue.to_owned()),
            unit: "Ticket 2 of 3".to_owned(),
            reference: "0d5f3a2b1c4e5f6a7b8c9d0e".to_owned(),
            code,
        }],
    }
}

fn main() {
    let folder: Option<PathBuf> = std::env::args_os().nth(1).map(PathBuf::from);
    let mut renderer = Renderer::new();
    for (name, title, venue) in SAMPLES {
        let document = document(title, venue);
        let file = renderer.render(&document).expect("any document is rendered");
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("{name}.pdf")), &file).expect("cannot write");
        }
        let (begin, mut count) = (Instant::now(), 0_u32);
        while begin.elapsed() < MEASURED {
            renderer.render(&document).expect("any document is rendered");
            count += 1;
        }
        let rate = f64::from(count) / begin.elapsed().as_secs_f64();
        println!("{name:10} {rate:5.0}/s {:6} bytes", file.len());
    }
}
