//! The resale of an admission: a listing is sold as a ticket of one unit, or ends.

use contract::admission::{AdmissionStatus, Listing};
use contract::money::Decimal;
use contract::order::OrderState;
use contract::{Currency, Decided, Id, Money, TicketId, Timestamp};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{Admission, Refusal};

/// Resales of one admission: all of them are refunded in one commit once it is void, and its
/// messages name each.
const RESALES_MAX: usize = 10;

/// Whole percent of a price.
const PERCENT: i128 = 100;

/// Price of a resale without its currency: zero or more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Decimal")]
pub struct ResalePrice(Decimal);

impl TryFrom<Decimal> for ResalePrice {
    type Error = &'static str;

    fn try_from(price: Decimal) -> Result<Self, Self::Error> {
        if price.is_negative() { Err("must be zero or more") } else { Ok(Self(price)) }
    }
}

impl ResalePrice {
    /// The price in a currency.
    ///
    /// # Errors
    /// [`Refusal::NotAPrice`].
    pub fn in_currency(&self, currency: Currency) -> Result<Money, Refusal> {
        self.0.in_currency(currency).map_err(Refusal::NotAPrice)
    }
}

impl Admission {
    /// Offers it for resale, by the cap of its ticket in percent.
    ///
    /// # Errors
    /// [`Refusal::NotValid`], [`Refusal::ShowStarted`], [`Refusal::ResaleLimit`],
    /// [`Refusal::AboveCap`].
    pub fn list(&self, price: Money, cap: u16, now: Timestamp) -> Result<Self, Refusal> {
        if self.state.status != AdmissionStatus::Valid {
            return Err(Refusal::NotValid);
        }
        if self.terms.starts_at.is_some_and(|starts_at| starts_at <= now) {
            return Err(Refusal::ShowStarted);
        }
        if self.state.resales.len() >= RESALES_MAX {
            return Err(Refusal::ResaleLimit);
        }
        let Money { minor_units, currency } = self.terms.price;
        let most = i128::from(minor_units) * i128::from(cap) / PERCENT;
        let most = Money::new(i64::try_from(most).unwrap_or(i64::MAX), currency);
        if cap == 0 || price.currency != currency || price.minor_units > most.minor_units {
            return Err(Refusal::AboveCap { most });
        }
        let listing = Listing {
            ticket_id: self.next_ticket(now),
            title: self.terms.title.clone(),
            venue: self.terms.venue.clone(),
            starts_at: self.terms.starts_at,
            price,
            is_ending: false,
        };
        let mut listed = self.with(AdmissionStatus::Listed, now);
        listed.state.listing = Some(listing);
        Ok(listed)
    }

    /// Requests the end of the listing: a purchase that is under way decides first.
    ///
    /// # Errors
    /// [`Refusal::NotListed`].
    pub fn end_listing(&self, now: Timestamp) -> Result<Decided<Self>, Refusal> {
        let listing = self.listing().ok_or(Refusal::NotListed)?;
        if listing.is_ending {
            return Ok(Decided::AlreadyApplied);
        }
        let listing = Some(Listing { is_ending: true, ..listing.clone() });
        let mut ending = self.with(AdmissionStatus::Listed, now);
        ending.state.listing = listing;
        Ok(Decided::applied(ending))
    }

    /// Its ticket is withdrawn without a sale.
    pub fn unlist(&self, ticket: TicketId, now: Timestamp) -> Decided<Self> {
        match self.listing() {
            Some(listing) if listing.ticket_id == ticket => {
                Decided::applied(self.with(AdmissionStatus::Valid, now))
            }
            Some(_) | None => Decided::AlreadyApplied,
        }
    }

    /// A complete order has bought it. A void one becomes the buyer's too, for the refund of
    /// the order.
    ///
    /// # Errors
    /// [`Refusal::NotListed`].
    pub fn resell(
        &self,
        order: &OrderState,
        ticket: TicketId,
        now: Timestamp,
    ) -> Result<Decided<Self>, Refusal> {
        if self.state.resales.contains(&order.id) {
            return Ok(Decided::AlreadyApplied);
        }
        let listing = self.state.listing.as_ref().filter(|listing| listing.ticket_id == ticket);
        let status = match (listing, self.state.status) {
            (Some(_), AdmissionStatus::Listed) => AdmissionStatus::Valid,
            (Some(_), status @ AdmissionStatus::Void { .. }) => status,
            (Some(_) | None, _) => return Err(Refusal::NotListed),
        };
        let mut resold = self.with_code(status, now).ok_or(Refusal::NotValid)?;
        resold.state.holder = order.buyer;
        resold.state.resales.push(order.id);
        Ok(Decided::applied(resold))
    }

    /// The listing, if it is listed.
    #[must_use]
    pub fn listing(&self) -> Option<&Listing> {
        self.state.listing.as_ref().filter(|_| self.state.status == AdmissionStatus::Listed)
    }

    /// Id of the ticket of a listing that begins now. A repeat of the decision derives the same.
    fn next_ticket(&self, now: Timestamp) -> TicketId {
        let listing = format!("{} {}", self.state.id, self.state.version);
        let [h0, h1, h2, h3, h4, h5, h6, h7, ..]: [u8; 32] = Sha256::digest(listing).into();
        // An id begins with the second of its origin.
        let [s0, s1, s2, s3, ..] = Id::first_minted_at(now).to_bytes();
        Id::from_bytes([s0, s1, s2, s3, h0, h1, h2, h3, h4, h5, h6, h7]).into()
    }
}
