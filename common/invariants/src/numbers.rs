//! Numbers and images of shows, at tickets: the copies of sales equal the sales, their sums equal
//! the copies, and each stored image is that of a show.

use std::collections::{BTreeMap, BTreeSet};

use contract::{ImageId, ShowId, TicketId, Timestamp};
use tickets::domain::{CategorySums, ImageSize, SaleCopy, SaleSums, hour_of};

use crate::copies::compare;
use crate::evidence::Evidence;
use crate::refunds::sum;
use crate::rule::{Findings, Rule};

/// Orders and the paid, refunded and disputed amounts of the sales of a show, or of one of its
/// hours.
type Totals = (u64, [i128; 3]);

/// Sold and returned units of a ticket, and their prices.
type Units = (u64, u64, [i128; 2]);

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    // No seller of a show reads resales.
    let sales = evidence.sales.iter().filter(|sale| sale.resale.is_none());
    let sales = sales.map(|sale| &sale.state);
    let sales = sales.map(|sale| (format!("sale of {}", sale.order_id), (sale.version, sale)));
    let copies = evidence.sale_copies.iter().map(|SaleCopy(sale)| sale);
    let copies = copies.map(|sale| (format!("sale of {}", sale.order_id), (sale.version, sale)));
    compare("tickets", &sales.collect(), &copies.collect(), findings);
    check_sums(evidence, findings);
    check_images(evidence, findings);
}

/// The sums of each show and hour equal the copies.
fn check_sums(evidence: &Evidence, findings: &mut Findings) {
    let mut totals: BTreeMap<(ShowId, Option<Timestamp>), Totals> = BTreeMap::new();
    let mut units: BTreeMap<(ShowId, Option<Timestamp>, TicketId), Units> = BTreeMap::new();
    for SaleCopy(sale) in &evidence.sale_copies {
        for hour in [None, Some(hour_of(sale.ordered_at))] {
            let (orders, amounts) = totals.entry((sale.show_id, hour)).or_default();
            *orders += 1;
            for (all, one) in amounts.iter_mut().zip([sale.paid, sale.refunded, sale.disputed]) {
                *all += sum([one]);
            }
            for item in &sale.items {
                let of = (sale.show_id, hour, item.ticket_id);
                let (sold, returned, [sold_for, returned_for]) = units.entry(of).or_default();
                let price = sum([item.unit_price]);
                *sold += u64::from(item.quantity);
                *returned += u64::from(item.returned);
                *sold_for += price * i128::from(item.quantity);
                *returned_for += price * i128::from(item.returned);
            }
        }
    }
    let mut sums_of_tickets = BTreeMap::new();
    let mut sums_of_shows = BTreeMap::new();
    for SaleSums { show_id, hour, orders, categories, paid, refunded, disputed } in
        &evidence.sale_sums
    {
        let amounts = [paid, refunded, disputed].map(|amount| sum([*amount]));
        sums_of_shows.insert((*show_id, *hour), (*orders, amounts));
        for (ticket, CategorySums { sold, returned, sold_for, returned_for }) in categories {
            let prices = [sum([*sold_for]), sum([*returned_for])];
            sums_of_tickets.insert((*show_id, *hour, *ticket), (*sold, *returned, prices));
        }
    }
    findings.expect(totals == sums_of_shows, Rule::CopiesConverge, || {
        format!("the sums of sales are {sums_of_shows:?} instead of {totals:?}")
    });
    findings.expect(units == sums_of_tickets, Rule::CopiesConverge, || {
        format!("the sums of units are {sums_of_tickets:?} instead of {units:?}")
    });
}

/// Each show has its image in every size, and no other image is stored.
fn check_images(evidence: &Evidence, findings: &mut Findings) {
    let shown = evidence.shows.iter().filter_map(|show| show.image);
    let in_sizes = |image: ImageId| ImageSize::ALL.map(|size| (image, size.name()));
    let shown: BTreeSet<_> = shown.flat_map(in_sizes).collect();
    let stored = evidence.images.iter().map(|(image, size)| (*image, size.name()));
    let stored: BTreeSet<_> = stored.collect();
    findings.expect(shown == stored, Rule::CopiesConverge, || {
        format!("shows have the images {shown:?}, but {stored:?} are stored")
    });
}
