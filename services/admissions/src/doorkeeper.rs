//! Sender of scans: the seller of an event, by session, or a gate at its door, by key.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use contract::{GateId, ShowId, TicketId, UserId};
use store::{Stop, Tx};
use web::{Problem, SignedIn};

use crate::domain::{Event, Gate, GateKey, Refusal};
use crate::event::check_seller;

/// Sender of scans. A request with a key is one of the gate, whatever its cookies are.
#[derive(Debug, Clone)]
pub(crate) enum Doorkeeper {
    /// The seller.
    Seller(UserId),
    /// A gate.
    Gate(GateKey),
}

/// The door of a request, whose right to check was verified.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) event: Event,
    /// The gate; `None` for the seller.
    pub(crate) gate: Option<GateId>,
    /// The seller, or the gate: each chooses its own ids of scans.
    pub(crate) id: String,
}

impl Doorkeeper {
    /// The door of a request for an event, or for that of the gate. Errors: of a seller as
    /// [`check_seller`]; of a gate [`Refusal::GateEnded`], [`Refusal::OtherGate`].
    pub(crate) fn door(
        &self,
        tx: &mut Tx<'_>,
        requested: Option<&Event>,
    ) -> Result<Door, Stop<Refusal>> {
        match self {
            Self::Seller(user) => {
                let event = requested.ok_or(Refusal::UnknownEvent)?;
                check_seller(tx, event, *user)?;
                Ok(Door { event: event.clone(), gate: None, id: user.to_string() })
            }
            Self::Gate(key) => {
                let gate = tx.get::<Gate>(key.id)?.filter(|gate| key.opens(gate));
                let gate = gate.ok_or(Refusal::GateEnded)?;
                if requested.is_some_and(|event| !gate.event.includes(event)) {
                    return Err(Refusal::OtherGate.into());
                }
                let event = requested.cloned().unwrap_or(gate.event);
                Ok(Door { event, gate: Some(gate.id), id: gate.id.to_string() })
            }
        }
    }

    /// The event of a request; `None` for that of the gate. Errors: 400 without an event of a
    /// seller, and with two.
    pub(crate) fn requested(
        &self,
        (ticket, show): (Option<TicketId>, Option<ShowId>),
    ) -> Result<Option<Event>, Problem> {
        let invalid = |rule: &str| Err(Problem::invalid().error("ticketId", rule));
        match (ticket, show, self) {
            (Some(ticket), None, _) => Ok(Some(Event::Tickets(vec![ticket]))),
            (None, Some(show), _) => Ok(Some(Event::Show(show))),
            (None, None, Self::Gate(_)) => Ok(None),
            (None, None, Self::Seller(_)) => invalid("is required, or showId"),
            (Some(_), Some(_), _) => invalid("cannot be combined with showId"),
        }
    }
}

impl FromRequest for Doorkeeper {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        // A proxy may require another scheme.
        if let Some(key) = given.and_then(|value| value.strip_prefix("Bearer ")) {
            let key = GateKey::parse(key).ok_or_else(|| Refusal::GateEnded.into());
            return ready(key.map(Self::Gate));
        }
        let who = SignedIn::from_request(request, payload).into_inner();
        ready(who.map(|who| Self::Seller(who.user)))
    }
}
