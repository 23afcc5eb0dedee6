//! The values of a document: a page for each admission.

use admission_documents::{Document, Notes, Page};
use contract::show::ShowState;
use contract::{Language, Timestamp};
use sha2::{Digest as _, Sha256};

use super::words::Words;
use crate::domain::{Admission, Show};

/// The document of admissions, each with its show, without codes. Its id is a hash of everything
/// else in it and of the versions of the codes: as long as it is the same, so is the document.
pub(crate) fn document(language: Language, entries: &[(Admission, Option<Show>)]) -> Document {
    let words = Words(language);
    let page = |(admission, show): &(Admission, Option<Show>)| {
        page(words, admission, show.as_ref().and_then(|show| show.state.as_ref()))
    };
    let pages: Vec<Page> = entries.iter().map(page).collect();
    let issued = entries.iter().map(|(admission, _)| admission.state.issued_at).max();
    Document {
        id: id(language, entries, &pages),
        // That of the latest admission: a document rendered later has the same bytes.
        created_at: issued.unwrap_or(Timestamp::from_unix_ms(0)),
        language,
        title: pages.first().map(|page| page.title.clone()).unwrap_or_default(),
        notes: Notes {
            code: words.code().to_owned(),
            uses: [words.use_of_code(), words.keep(), words.refund()].map(str::to_owned).to_vec(),
        },
        pages,
    }
}

fn page(
    words: Words,
    Admission { state, terms, .. }: &Admission,
    show: Option<&ShowState>,
) -> Page {
    let Words(language) = words;
    let (unit, units) = (u64::from(state.unit), u64::from(state.units));
    let number = |number: u64| formats::number(language, number);
    let zone = show.map(|show| show.venue.time_zone.as_str());
    let starts = show.map(|show| show.starts_at).or(terms.starts_at);
    let starts = starts.map(|at| formats::long_time(language, &at, zone));
    let doors = show.and_then(|show| show.doors_at);
    let doors = doors.map(|at| words.doors(&formats::time_of_day(language, &at, zone)));
    let venue = show.map(|ShowState { venue, .. }| match &venue.address {
        Some(address) => format!("{}, {address}", venue.name),
        None => venue.name.clone(),
    });
    Page {
        title: show.map_or_else(|| terms.title.clone(), |show| show.title.clone()),
        category: show.map(|_| terms.title.clone()),
        starts: starts.map(|starts| {
            [Some(starts), doors].into_iter().flatten().collect::<Vec<_>>().join(", ")
        }),
        venue: venue.or_else(|| terms.venue.clone()),
        unit: words.unit_of(&number(unit), &number(units)),
        reference: state.id.to_string(),
        code: String::new(),
    }
}

fn id(language: Language, entries: &[(Admission, Option<Show>)], pages: &[Page]) -> String {
    let mut hash = Sha256::new();
    hash.update(language.tag());
    for ((admission, _), page) in entries.iter().zip(pages) {
        let Page { title, category, starts, venue, unit, reference, code: _ } = page;
        let version = admission.state.credential_version.to_string();
        let optional = [category, starts, venue].map(|text| text.as_deref().unwrap_or_default());
        for text in
            [title, unit, reference, &version].map(String::as_str).into_iter().chain(optional)
        {
            hash.update(text);
            hash.update([0]);
        }
    }
    format!("{:x}", hash.finalize())
}
