//! Writes owed letters into the store of mail of a stopped marketplace, each to another address,
//! for measurements.
//!
//! `cargo run --release -p marketplace --example owe_mails -- ./data 100000`

use std::error::Error;
use std::path::PathBuf;

use contract::notice::NoticeSubject;
use contract::{Language, Timestamp};
use mail::domain::letter::OWED_MAX;
use mail::domain::{Content, Letter, LetterState, Notice, To};
use sources::{Clock, Ids};
use store::{Engine, Never, Options, Stop, Store, Tx};

/// Letters per commit.
const PAGE: u32 = 500;

fn letter(number: u32, now: Timestamp) -> Letter {
    let ends_at = now.plus(OWED_MAX);
    let subject = NoticeSubject::PasswordChanged;
    let content = Content::Notice(Notice { subject, link: None, requested_at: now, ends_at });
    let email = format!("reader-{number}@example.com");
    Letter {
        id: format!("notice.{number}"),
        user_id: None,
        recipient: To::Address { email, language: Language::English },
        content,
        created_at: now,
        ends_at,
        attempts: 0,
        state: LetterState::Owed { due_at: now },
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (directory, count) = (arguments.next(), arguments.next());
    let directory = PathBuf::from(directory.ok_or("name the data directory")?);
    let count: u32 = count.ok_or("name the number of mails")?.parse()?;
    std::fs::create_dir_all(&directory)?;
    let options = Options {
        source: mail::NAME,
        collections: mail::COLLECTIONS.to_vec(),
        clock: Clock::System,
        ids: Ids::random()?,
    };
    let engine = Engine::sqlite(directory.join("mail.db"));
    let (store, committer) = Store::open(engine, options).await?;
    let (written, ()) = tokio::join!(owe(&store, count), committer.run());
    written
}

/// Writes the letters, and ends the committer.
async fn owe(store: &Store, count: u32) -> Result<(), Box<dyn Error>> {
    let now = Clock::System.now();
    let mut first = 0;
    while first < count {
        let end = (first + PAGE).min(count);
        let writing = store.transact(move |tx: &mut Tx<'_>| {
            for number in first..end {
                tx.insert(letter(number, now));
            }
            Ok::<_, Stop<Never>>(())
        });
        writing.await.map_err(|failure| failure.to_string())?;
        first = end;
    }
    store.close();
    Ok(())
}
