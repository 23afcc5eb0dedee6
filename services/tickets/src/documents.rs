//! Collections, keys and indexes of tickets.

use contract::ShowId;
use store::{Collection, Index, document};

use crate::domain::{ImageFile, Report, Reporter, SaleCopy, SaleSums, Show, Ticket};

/// Tickets, by id. Indexed by age and price (tickets that can be ordered, all or of a seller; all
/// tickets of a seller; all and buyable tickets of a show), and by start (tickets whose
/// listing ends then).
pub static TICKETS: Collection = Collection {
    name: "tickets",
    indexes: &[
        Index { name: "buyable_by_age", fields: &["buyable", "createdAt"] },
        Index { name: "buyable_by_price", fields: &["buyable", "price"] },
        Index { name: "buyable_of_seller_by_age", fields: &["buyable", "seller", "createdAt"] },
        Index { name: "buyable_of_seller_by_price", fields: &["buyable", "seller", "price"] },
        Index { name: "of_seller_by_age", fields: &["seller", "createdAt"] },
        Index { name: "of_seller_by_price", fields: &["seller", "price"] },
        Index { name: "of_show_by_age", fields: &["show", "createdAt"] },
        Index { name: "of_show_by_price", fields: &["show", "price"] },
        Index { name: "buyable_of_show_by_age", fields: &["buyableOfShow", "createdAt"] },
        Index { name: "buyable_of_show_by_price", fields: &["buyableOfShow", "price"] },
        Index { name: "listed_until", fields: &["isListed", "startsAt"] },
    ],
    searched: &["searchable"],
    is_cached: true,
};

document!(Ticket, TICKETS, |ticket| ticket.id,
    "buyable" => is_buyable(ticket).then_some(true),
    "buyableOfShow" => show_of(ticket).filter(|_| is_buyable(ticket)),
    "show" => show_of(ticket),
    "isListed" => ticket.ends_listing().then_some(true),
    "startsAt" => ticket.starts_at(),
    "createdAt" => ticket.created_at,
    "price" => price_key(ticket),
    "seller" => ticket.seller,
    "searchable" => ticket.terms.title.folded(),
);

fn is_buyable(ticket: &Ticket) -> bool {
    ticket.is_listed() && ticket.left() > 0
}

fn show_of(ticket: &Ticket) -> Option<ShowId> {
    ticket.show.as_ref().map(|show| show.id)
}

/// Shows, by id. Indexed by start: listed shows, all or of a seller, and all shows of a seller.
pub static SHOWS: Collection = Collection {
    name: "shows",
    indexes: &[
        Index { name: "listed_by_start", fields: &["isListed", "startsAt"] },
        Index { name: "listed_of_seller_by_start", fields: &["isListed", "seller", "startsAt"] },
        Index { name: "of_seller_by_start", fields: &["seller", "startsAt"] },
    ],
    searched: &["searchable", "place"],
    is_cached: true,
};

document!(Show, SHOWS, |show| show.id,
    "isListed" => show.is_listed().then_some(true),
    "startsAt" => show.details.starts_at,
    "seller" => show.seller,
    "searchable" => show.details.title.folded(),
    "place" => show.details.venue.folded(),
);

/// Sort key of a price: the number of major units, because prices of different currencies have no
/// order.
fn price_key(ticket: &Ticket) -> i64 {
    let price = ticket.terms.price;
    let thousandths = 10_i64.pow(3 - u32::from(price.currency.minor_digits().min(3)));
    price.minor_units.saturating_mul(thousandths)
}

/// Files of images, by image and size. A show's next image inserts its files, and deletes those of
/// the last one.
pub static IMAGES: Collection = Collection::of_files("images");

document!(ImageFile, IMAGES, |file| ImageFile::id(file.image_id, file.size));

/// Copies of sales, by order. Indexed by show and time, and by buyer and time.
pub static SALE_COPIES: Collection = Collection::indexed(
    "sale_copies",
    &[
        Index { name: "of_show_by_time", fields: &["showId", "orderedAt"] },
        Index { name: "of_buyer_by_time", fields: &["buyer", "orderedAt"] },
    ],
);

document!(SaleCopy, SALE_COPIES, |copy| copy.0.order_id,
    "showId" => copy.0.show_id,
    "buyer" => copy.0.buyer,
    "orderedAt" => copy.0.ordered_at,
);

/// Sums of sales, by show and hour, and by show. Indexed by show and hour, and all totals by show.
pub static SALE_HOURS: Collection = Collection::indexed(
    "sale_hours",
    &[
        Index { name: "of_show_by_hour", fields: &["hourOf", "hour"] },
        Index { name: "totals", fields: &["isTotal", "showId"] },
    ],
);

document!(SaleSums, SALE_HOURS, |sums| SaleSums::id(sums.show_id, sums.hour),
    "hourOf" => sums.hour.map(|_| sums.show_id),
    "hour" => sums.hour,
    "isTotal" => sums.hour.is_none().then_some(true),
    "showId" => sums.show_id,
);

/// Reports of offers, by id. Indexed by age: open ones, and all of a reporter; and closed ones by
/// the time of their closing, after which they are deleted.
pub static REPORTS: Collection = Collection::indexed(
    "reports",
    &[
        Index { name: "open_by_age", fields: &["isOpen", "createdAt"] },
        Index { name: "of_reporter_by_age", fields: &["reporter", "createdAt"] },
        Index { name: "by_closing", fields: &["closedAt"] },
    ],
);

document!(Report, REPORTS, |report| report.id,
    "isOpen" => report.closing.is_none().then_some(true),
    "createdAt" => report.created_at,
    "reporter" => report.reporter,
    "closedAt" => report.closing.map(|closing| closing.at),
);

/// The open reports of each reporter, by account. A reporter without open reports has no document.
pub static REPORTERS: Collection = Collection::named("reporters");

document!(Reporter, REPORTERS, |reporter| reporter.id);
