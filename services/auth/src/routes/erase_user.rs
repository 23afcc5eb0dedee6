//! DELETE /api/users/me

use std::collections::BTreeSet;

use actix_web::web::Data;
use actix_web::{HttpRequest, delete};
use contract::part::Obstacle;
use contract::person::PersonAction;
use store::{Stop, Tx};
use web::{Body, ClientAddress, Code, FieldError, Problem, Response, SignedIn};

use crate::Ports;
use crate::code;
use crate::credentials::proof::Proof;
use crate::domain::{GivenCode, Password, PersonRequest, Refusal};
use crate::person_requests;
use crate::sessions::sign_on;

web::body! {
    /// Confirmation of an erasure.
    pub(crate) struct EraseUserBody {
        /// The present password.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) password: Password,
        /// An unused code of the second factor, or a recovery code; required while the factor is on.
        #[schema(value_type = Option<String>, min_length = 6, max_length = 40)]
        pub(crate) code: Option<GivenCode>,
        /// Whether credit on the account may be forfeited; false by default.
        pub(crate) forfeit_credit: Option<bool>,
    }
}

/// Erases the signed-in user's account in every service, permanently.
///
/// Sessions end, the e-mail address becomes free, and the account's tickets are withdrawn. Orders,
/// payments and ledger entries remain, under an id that no longer identifies a person. Rejected
/// while orders, payments or sales are open. Limit: ten requests a minute.
#[utoipa::path(
    request_body = EraseUserBody,
    responses(
        (status = 204, description = "The account is erased in this service; the other services follow within moments"),
        (status = 401, description = "Not signed in, `bad_credentials`, or after a right password `second_factor_required`"),
        (status = 409, description = "`administrator`, `open_orders`, `open_payments`, `open_sales` or `credit_left`: `errors` lists every obstacle; nothing was erased"),
        (status = 503, description = "Too many sign-ins at once, or a service did not respond in time; repeat the request to learn the outcome"),
    ),
    security(("session" = [])),
)]
#[delete("/api/users/me")]
pub(crate) async fn erase_user(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<EraseUserBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let EraseUserBody { password, code, forfeit_credit } = body.value;
    let action = PersonAction::CheckErasure { forfeits_credit: forfeit_credit.unwrap_or_default() };
    let claim = (who.user, address, &request);
    let present = ("password", &password);
    let (proof, _) = Proof::verify(&ports, claim, present, "Nothing was erased").await?;
    ports.person_requests.check(&who.user)?;
    let now = ports.clock.now();
    let id = ports.ids.next(now);
    let decide = move |tx: &mut Tx<'_>| {
        let user = proof.account_with_factor(tx, code.as_ref())?;
        if user.admin {
            return Ok(None);
        }
        Ok::<_, Stop<Refusal>>(Some(person_requests::request(tx, id, &user, action)?))
    };
    let Some(request) = ports.store.transact(decide).await? else {
        return Err(Problem::new(code::ADMINISTRATOR)
            .detail("Another administrator must revoke the administrator role first"));
    };
    let is_over = |request: &PersonRequest| request.is_erasure() || request.missing().is_empty();
    let late = "A service did not respond in time; repeat the request to learn the outcome";
    match person_requests::until(&ports, &request, now, is_over).await? {
        Some(request) if request.is_erasure() => {
            Ok(sign_on::without_cookies(&ports, Response::no_content()))
        }
        Some(request) => Err(refused(&request.obstacles())),
        None => Err(Problem::new(Code::UNAVAILABLE).detail(late)),
    }
}

/// The problem: the code of the first obstacle, and an error for each.
fn refused(obstacles: &BTreeSet<Obstacle>) -> Problem {
    let code = obstacles.iter().next().map_or(Code::UNAVAILABLE, |obstacle| match obstacle {
        Obstacle::OpenOrders => code::OPEN_ORDERS,
        Obstacle::OpenPayments => code::OPEN_PAYMENTS,
        Obstacle::OpenSales => code::OPEN_SALES,
        Obstacle::CreditLeft => code::CREDIT_LEFT,
    });
    let error = |obstacle: &Obstacle| {
        let (message, field) = match obstacle {
            Obstacle::OpenOrders => ("an order is not paid: pay it, cancel it or wait", None),
            Obstacle::OpenPayments => ("a payment, refund or dispute has not ended", None),
            Obstacle::OpenSales => ("units are held, or sold for a future date", None),
            Obstacle::CreditLeft => ("must be true: there is credit", Some("forfeitCredit")),
        };
        FieldError { message: message.to_owned(), field: field.map(str::to_owned) }
    };
    let detail = match code {
        Code::UNAVAILABLE => {
            "Nothing was erased because the account has changed; repeat the request"
        }
        _ => "Nothing was erased",
    };
    Problem::new(code).detail(detail).errors(obstacles.iter().map(error).collect())
}
