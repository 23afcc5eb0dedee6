//! POST /api/transfers

use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use contract::transfer::TransferRecipient;
use contract::{AdmissionId, GivenAddress, Language, TicketId, TransferId, UserId};
use store::{Query, Stop, Store, Tx, Unavailable};
use web::{Body, Problem, Response, Trader, once};

use super::views::{OfferedTransferView, TransferStateView};
use crate::Ports;
use crate::documents::of_ticket;
use crate::domain::{Admission, AdmissionIds, Refusal, Transfer, UNITS_MAX, UnitCount, Units};
use crate::transferring::{Choice, Offer, offer};

/// Admissions of a ticket among which those of a transfer are chosen: the result of one query. A
/// holder of more names them.
const HELD_MAX: u32 = 1_000;

/// Admissions that the decision reads: those of a transfer, and as many in case that other
/// requests offer some of them at the same time.
const CANDIDATES_MAX: usize = 2 * UNITS_MAX;

web::body! {
    /// Admissions, named or as a number of those of a ticket; and the recipient, as an account or
    /// an address.
    pub(crate) struct OfferTransferBody {
        /// 1 to 100 admissions, each once.
        #[schema(value_type = Option<Vec<AdmissionId>>, min_items = 1, max_items = 100)]
        pub(crate) admission_ids: Option<AdmissionIds>,
        /// The ticket, instead of `admissionIds`: the admissions that were issued first.
        pub(crate) ticket_id: Option<TicketId>,
        /// Admissions of that ticket, 1 to 100; 1 by default.
        #[schema(value_type = Option<u32>, minimum = 1, maximum = 100)]
        pub(crate) quantity: Option<UnitCount>,
        /// The recipient.
        pub(crate) to_user: Option<UserId>,
        /// The address of the recipient, instead of `toUser`. The account that opens the link in
        /// its mail becomes the recipient.
        #[schema(value_type = Option<String>, max_length = 254)]
        pub(crate) to_email: Option<GivenAddress>,
    }
}

/// Offers admissions to another person, who may accept them within seven days.
///
/// All of them change the holder, or none. Until then the sender may enter with each, which ends
/// the transfer. The response is the same whether an account or an address exists or not.
#[utoipa::path(
    request_body = OfferTransferBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key and body returns the first response")),
    responses(
        (status = 201, description = "The admissions are offered", body = OfferedTransferView),
        (status = 403, description = "`address_unverified`"),
        (status = 404, description = "No such admission of the signed-in user"),
        (status = 409, description = "`not_enough`, `not_valid`, `being_transferred` or `same_user`"),
    ),
    security(("session" = [])),
)]
#[post("/api/transfers")]
pub(crate) async fn offer_transfer(
    ports: Data<Ports>,
    Trader(who): Trader,
    request: HttpRequest,
    body: Body<OfferTransferBody>,
) -> Result<Response, Problem> {
    let (units, to) = wanted(body.value, &request)?;
    let choice = match units {
        Units::Named(ids) => Choice::All(ids.as_slice().to_vec()),
        Units::OfTicket(ticket, units) => Choice::First {
            candidates: candidates(&ports.store, who.user, ticket).await?,
            units: units.get(),
        },
    };
    let id = TransferId::from(ports.ids.next(ports.clock.now()));
    let offered = Offer { id, from: who.user, to, choice };
    let call = body.call;
    let decide = move |tx: &mut Tx<'_>| {
        once(tx, &offered.from.to_string(), &call, |tx| {
            offer(tx, &offered)?;
            let view = OfferedTransferView { id, state: TransferStateView::Offered };
            Ok::<_, Stop<Refusal>>(Response::created(format!("/api/transfers/{id}"), &view))
        })
    };
    Ok(ports.store.transact(decide).await?)
}

/// The admissions and the recipient of a body, each in either form.
fn wanted(
    body: OfferTransferBody,
    request: &HttpRequest,
) -> Result<(Units, TransferRecipient), Problem> {
    let invalid = |field: &str, rule: &str| {
        Problem::new(web::Code::INVALID_REQUEST).detail("Nothing was offered").error(field, rule)
    };
    let OfferTransferBody { admission_ids, ticket_id, quantity, to_user, to_email } = body;
    let units = match (admission_ids, ticket_id, quantity) {
        (Some(ids), None, None) => Units::Named(ids),
        (None, Some(ticket), quantity) => {
            Units::OfTicket(ticket, quantity.unwrap_or(UnitCount::ONE))
        }
        (Some(_), Some(_), _) => {
            return Err(invalid("ticketId", "must not be given beside admissionIds"));
        }
        (Some(_), None, Some(_)) => {
            return Err(invalid("quantity", "must not be given beside admissionIds"));
        }
        (None, None, _) => return Err(invalid("admissionIds", "is required, or ticketId")),
    };
    let to = match (to_user, to_email) {
        (Some(user_id), None) => TransferRecipient::User { user_id },
        (None, Some(given)) => TransferRecipient::Address {
            email: given.address.as_str().to_owned(),
            language: language_of(request),
        },
        (Some(_), Some(_)) => return Err(invalid("toEmail", "must not be given beside toUser")),
        (None, None) => return Err(invalid("toUser", "is required, or toEmail")),
    };
    Ok((units, to))
}

/// The language of a request: the first known one of `Accept-Language`, else English.
fn language_of(request: &HttpRequest) -> Language {
    let accepted = request.headers().get_all(ACCEPT_LANGUAGE);
    let accepted = accepted.filter_map(|value| value.to_str().ok());
    Language::preferred(accepted.flat_map(|value| value.split(','))).unwrap_or_default()
}

/// Admissions of a ticket that the holder can offer at present: the earliest issued ones first,
/// those of one order by their numbers.
async fn candidates(
    store: &Store,
    holder: UserId,
    ticket: TicketId,
) -> Result<Vec<AdmissionId>, Unavailable> {
    let held = Query::on("by_ticket").equals(of_ticket(holder, ticket)).limit(HELD_MAX);
    let mut held: Vec<Admission> = store.query(held).await?;
    held.retain(Admission::is_valid);
    held.sort_by_key(|one| (one.state.issued_at, one.state.order_id, one.state.unit));
    let transfers: Vec<TransferId> = held.iter().filter_map(|one| one.transfer).collect();
    let transfers = store.find_all::<Transfer>(transfers).await?;
    let mut transfers = transfers.into_iter();
    held.retain(|one| {
        let transfer = one.transfer.and_then(|_| transfers.next().flatten());
        !transfer.is_some_and(|transfer| transfer.is_offered())
    });
    Ok(held.iter().map(|one| one.state.id).take(CANDIDATES_MAX).collect())
}
