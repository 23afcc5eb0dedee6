//! The field `returns` of requests: units of an order that return to sale.

use contract::TicketId;
use contract::payment::ReturnedUnits;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;
use web::body::JsonObject;

/// Maximum number of tickets per request: as many as an order can have.
const RETURNS_MAX: usize = 10;

/// Units to return to sale.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReturnsBody {
    /// The ticket.
    ticket_id: TicketId,
    /// Number of units, at least one.
    #[schema(minimum = 1)]
    quantity: u32,
}

/// Refuses too many tickets, a repeated ticket, and a quantity of zero.
pub(crate) fn parse_returns(
    returns: Option<Vec<JsonObject<ReturnsBody>>>,
) -> Result<Vec<ReturnedUnits>, Problem> {
    let refused = |rule: &str| Err(Problem::invalid().error("returns", rule));
    let returns: Vec<ReturnsBody> =
        returns.unwrap_or_default().into_iter().map(|JsonObject(units)| units).collect();
    if returns.len() > RETURNS_MAX {
        return refused("must be at most 10 tickets");
    }
    for (at, units) in returns.iter().enumerate() {
        if units.quantity == 0 {
            return refused("must be 1 unit or more of each ticket");
        }
        if returns.iter().take(at).any(|earlier| earlier.ticket_id == units.ticket_id) {
            return refused("must name each ticket once");
        }
    }
    let units = |ReturnsBody { ticket_id, quantity }| ReturnedUnits { ticket_id, quantity };
    Ok(returns.into_iter().map(units).collect())
}
