//! The admissions of an order, on its page.

use std::time::Duration;

use contract::Timestamp;

use crate::api::Target;
use crate::api::admission_views::AdmissionView;
use crate::api::views::{OrderStatus, OrderView};
use crate::visit::Visit;

/// Admissions on the page of an order: the most of one page of the API. More have their own list.
const SHOWN_MAX: u32 = 100;

/// Time after the latest payment of an order in which its page is read again by itself. Admissions
/// are issued within seconds; later reads help only after an outage.
const AWAITED_MAX: Duration = Duration::from_mins(10);

/// The admissions, as far as they are known.
pub(crate) enum OfOrder {
    /// The order has none, and receives none.
    None,
    /// They are being issued.
    Issuing {
        /// Whether the page is read again by itself.
        is_awaited: bool,
    },
    /// Those that are shown.
    Issued {
        admissions: Vec<AdmissionView>,
        /// Whether there are more.
        has_more: bool,
    },
    /// Admissions does not respond.
    Unavailable,
}

impl OfOrder {
    /// Reads those of a complete order. An outage does not take the page of the order
    /// away.
    pub(crate) async fn read(visit: &Visit, order: &OrderView) -> Self {
        if order.status != OrderStatus::Complete {
            return Self::None;
        }
        let path = format!("/api/admissions?order={}&limit={SHOWN_MAX}", order.id);
        let api = &visit.ports().api;
        match api.get::<Vec<AdmissionView>>(visit, Target::Admissions, &path).await {
            Ok(list) => Self::of(order, list.body, list.next.is_some(), visit.ports().clock.now()),
            Err(_) => Self::Unavailable,
        }
    }

    fn of(
        order: &OrderView,
        mut admissions: Vec<AdmissionView>,
        has_more: bool,
        now: Timestamp,
    ) -> Self {
        if admissions.is_empty() {
            let is_over = order.is_refunded() || order.is_of_cancelled_show();
            let is_awaited = now < order.expires_at.plus(AWAITED_MAX);
            return if is_over { Self::None } else { Self::Issuing { is_awaited } };
        }
        // In the order of the receipt.
        let place =
            |of: &AdmissionView| order.items.iter().position(|item| item.ticket_id == of.ticket_id);
        admissions.sort_by_key(|of| (place(of), of.unit));
        Self::Issued { admissions, has_more }
    }

    /// Whether some of them admit: they have a document.
    pub(crate) fn has_valid(&self) -> bool {
        match self {
            Self::Issued { admissions, .. } => admissions.iter().any(AdmissionView::is_valid),
            Self::None | Self::Issuing { .. } | Self::Unavailable => false,
        }
    }

    /// Whether the page is read again by itself.
    pub(crate) fn is_awaited(&self) -> bool {
        matches!(self, Self::Issuing { is_awaited: true })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const TICKETS: [&str; 2] = ["0b0000000000000000000000", "0a0000000000000000000000"];

    /// An order of two tickets, whose time to pay ended at 20:00.
    fn order(changes: &Value) -> OrderView {
        let item = |ticket: &str| json!({"ticketId": ticket, "title": "Stalls", "price": 10, "quantity": 2, "returned": 0});
        let mut order = json!({
            "id": "0c0000000000000000000000", "version": 3, "status": "complete",
            "currency": "usd", "total": 40, "items": TICKETS.map(item),
            "createdAt": "2027-01-01T19:45:00Z", "expiresAt": "2027-01-01T20:00:00Z",
            "payments": [], "refunds": [],
        });
        order.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        serde_json::from_value(order).unwrap()
    }

    fn admission(ticket: &str, unit: u32) -> AdmissionView {
        serde_json::from_value(json!({
            "id": "0d0000000000000000000000", "ticketId": ticket, "title": "Stalls",
            "unit": unit, "units": 2, "state": "valid",
            "credentialVersion": 1, "isOnDevice": false, "price": 10, "currency": "usd",
        }))
        .unwrap()
    }

    fn at(time: &str) -> Timestamp {
        serde_json::from_value(json!(format!("2027-01-01T{time}Z"))).unwrap()
    }

    #[test]
    fn a_complete_order_awaits_its_admissions_for_ten_minutes() {
        let read = |time| OfOrder::of(&order(&json!({})), Vec::new(), false, at(time));
        assert!(read("20:09:59").is_awaited());
        assert!(matches!(read("20:10:00"), OfOrder::Issuing { is_awaited: false }));
    }

    #[test]
    fn a_refunded_order_awaits_none() {
        let refund = json!({"amount": 40, "at": "2027-01-01T20:00:00Z", "status": "succeeded", "to": "card"});
        let refunded = order(&json!({"refunds": [refund]}));
        assert!(matches!(OfOrder::of(&refunded, Vec::new(), false, at("20:00:00")), OfOrder::None));
    }

    #[test]
    fn admissions_are_in_the_order_of_the_receipt() {
        let [first, second] = TICKETS;
        let listed = [(second, 2), (first, 2), (second, 1), (first, 1)]
            .map(|(id, unit)| admission(id, unit));
        let shown = OfOrder::of(&order(&json!({})), listed.to_vec(), true, at("20:00:00"));
        let OfOrder::Issued { admissions, has_more: true } = shown else { panic!("none is shown") };
        let places: Vec<_> =
            admissions.iter().map(|of| (of.ticket_id.to_string(), of.unit)).collect();
        let expected = [(first, 1), (first, 2), (second, 1), (second, 2)];
        assert_eq!(places, expected.map(|(id, unit)| (id.to_owned(), unit)));
    }
}
