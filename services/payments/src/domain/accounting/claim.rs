//! Amounts of sellers' shares, and units of tickets, that refunds or disputes claim from a captured
//! payment.

use contract::payment::ReturnedUnits;
use contract::{Money, TicketId, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::refusal::Refusal;

/// An amount of one seller's share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The seller; for a top-up, the owner of the account.
    pub seller: UserId,
    /// The amount.
    pub amount: Money,
}

/// The amount of one seller, in minor units.
pub(crate) fn amount_of(amounts: &[Claim], seller: UserId) -> i64 {
    let of_seller = amounts.iter().find(|claim| claim.seller == seller);
    of_seller.map_or(0, |claim| claim.amount.minor_units)
}

/// The sum in minor units.
pub(crate) fn sum(amounts: &[Claim]) -> i64 {
    amounts.iter().map(|claim| claim.amount.minor_units).sum()
}

/// Adds amounts, including those of new sellers, or subtracts them (`sign` -1).
///
/// # Errors
/// [`Refusal::Contradiction`] if an amount would become negative.
pub(crate) fn add_amounts(to: &mut Vec<Claim>, more: &[Claim], sign: i64) -> Result<(), Refusal> {
    for Claim { seller, amount } in more {
        if to.iter().all(|known| known.seller != *seller) {
            to.push(Claim { seller: *seller, amount: Money::zero(amount.currency) });
        }
        let moved = Money::new(sign * amount.minor_units, amount.currency);
        for known in to.iter_mut().filter(|known| known.seller == *seller) {
            known.amount = known.amount.plus(moved).map_err(|_| Refusal::Contradiction)?;
            if known.amount.minor_units < 0 {
                return Err(Refusal::Contradiction);
            }
        }
    }
    Ok(())
}

/// The units of a ticket.
pub(crate) fn units_of(units: &[ReturnedUnits], ticket_id: TicketId) -> u32 {
    let of_ticket = units.iter().find(|units| units.ticket_id == ticket_id);
    of_ticket.map_or(0, |units| units.quantity)
}

/// Adds units, including those of new tickets.
pub(crate) fn add_units(units: &mut Vec<ReturnedUnits>, more: &[ReturnedUnits]) {
    for one in more {
        match units.iter_mut().find(|known| known.ticket_id == one.ticket_id) {
            Some(known) => known.quantity += one.quantity,
            None => units.push(*one),
        }
    }
}

/// Subtracts units of known tickets, down to zero.
pub(crate) fn remove_units(units: &mut [ReturnedUnits], fewer: &[ReturnedUnits]) {
    for one in fewer {
        if let Some(known) = units.iter_mut().find(|known| known.ticket_id == one.ticket_id) {
            known.quantity = known.quantity.saturating_sub(one.quantity);
        }
    }
}
