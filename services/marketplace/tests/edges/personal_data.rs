//! The effect of an erasure on each collection. A new collection needs an entry here: its service
//! erases it in `person.rs`, or has a reason to keep it.

use std::collections::BTreeSet;

use marketplace::services::ALL;
use store::Collection;

/// Service, collection, and the effect of an erasure on the documents of the person.
const EFFECTS: &[(&str, &str, &str)] = &[
    ("auth", "users", "erased"),
    ("auth", "email_addresses", "erased"),
    ("auth", "sessions", "erased"),
    ("auth", "second_factors", "erased"),
    ("auth", "devices", "erased"),
    ("auth", "guesses", "erased; those of familiar places are hashes, and end after 30 days"),
    ("auth", "sign_up_keys", "hashes, and end after a day"),
    ("auth", "person_requests", "exports erased; an erasure has the id only"),
    ("auth", "administrators", "none: administrators are not erased"),
    ("auth", "links", "erased; sign-ups with the address that were not confirmed, after a day"),
    ("auth", "reset_requests", "end when the link is sent, within moments"),
    ("auth", "link_requests", "hashes, and end after an hour"),
    ("auth", "migrations", "none"),
    ("tickets", "tickets", "withdrawn; words erased, of sold tickets all but title and venue"),
    (
        "tickets",
        "shows",
        "words and image erased, of shows with sold tickets all but title and venue",
    ),
    ("tickets", "images", "erased with the image of the show"),
    ("tickets", "reports", "erased; of the person's offers, until 90 days after their closing"),
    ("tickets", "reporters", "erased"),
    ("tickets", "sale_copies", "books: ids of buyers and sellers"),
    ("tickets", "sale_hours", "books: sums of shows"),
    ("orders", "inventories", "title of the ticket, as tickets has it"),
    ("orders", "orders", "books"),
    ("orders", "holdings", "erased"),
    ("orders", "sellers", "the id and whether it is banned, for messages that arrive late"),
    ("orders", "migrations", "none"),
    ("orders", "network_holds", "none: by network, until the order ends; of shows an hour longer"),
    ("orders", "shows", "the name of the venue, as tickets has it"),
    ("payments", "payments", "books"),
    ("payments", "refunds", "books"),
    ("payments", "disputes", "books"),
    ("payments", "accounts", "books"),
    ("payments", "entries", "books"),
    ("payments", "order_copies", "books"),
    ("payments", "attempts", "ids, and end after a day"),
    ("payments", "card_attempts", "erased; those by network are hashes, and end"),
    ("payments", "provider_events", "none: ids of the provider"),
    ("payments", "reconciliations", "none"),
    ("payments", "sales", "books"),
    ("payments", "show_refunds", "the name of the venue, as tickets has it"),
    ("expiration", "deadlines", "none: ids of orders"),
    ("admissions", "admissions", "none: as orders; a door still knows them"),
    ("admissions", "check_ins", "none: ids of admissions, for 30 days"),
    ("admissions", "counters", "none: numbers"),
    ("admissions", "gates", "erased"),
    ("admissions", "documents", "none: hashes, for 24 hours"),
    ("admissions", "document_files", "none: event and code, for 24 hours"),
    ("admissions", "issuers", "none: keys"),
    ("admissions", "bookings", "none: ids of orders"),
    ("admissions", "senders", "erased"),
    ("admissions", "transfers", "open ones ended; addresses deleted at the end; else as orders"),
    ("admissions", "shows", "the name of the venue, as tickets has it"),
    ("admissions", "tickets", "none: ids"),
    ("mail", "letters", "erased; of sign-ups and transfers to addresses, 30 days after their end"),
    ("mail", "contacts", "erased"),
    ("mail", "recipients", "erased; of earlier addresses hashes, which end"),
    ("mail", "preferences", "erased"),
    ("mail", "bookings", "erased"),
    ("mail", "shows", "the name of the venue, as tickets has it"),
    ("mail", "sellers", "erased"),
    ("mail", "sale_days", "erased"),
    ("storefront", "changes", "none: ends after a minute; ids of buyers, and states of orders"),
    ("storefront", "listings", "words and ids of sellers, as tickets has them"),
    ("storefront", "offers", "words and ids of sellers, as tickets has them"),
    ("storefront", "shows", "words and ids of sellers, as tickets has them"),
    ("every service", "person_requests_answered", "the id, so that nothing late brings data back"),
    ("every service", "idempotency_keys", "responses that repeat the books, and end after a day"),
    ("every service", "revocations", "the id, and ends with the longest token"),
];

#[test]
fn the_effect_of_an_erasure_on_every_collection_is_known() {
    let of_all: &[&Collection] = &[
        &service::person::COLLECTION,
        &service::revocations::COLLECTION,
        &web::idempotency::COLLECTION,
    ];
    let services = ALL.iter().map(|definition| (definition.name(), definition.collections));
    let collections = services.chain([("every service", of_all)]);
    let collections = collections.flat_map(|(service, collections)| {
        collections.iter().map(move |collection| (service, collection.name))
    });
    let known: BTreeSet<_> =
        EFFECTS.iter().map(|(service, collection, _)| (*service, *collection)).collect();
    assert_eq!(collections.collect::<BTreeSet<_>>(), known);
}
