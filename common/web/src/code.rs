//! The closed set of problem codes of the whole marketplace, each with its status and title.

use actix_web::http::StatusCode;
use serde::Serialize;

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $status:ident, $text:literal, $title:literal;)+) => {
        /// What went wrong, as programs read it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[$doc])* $code,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code,)+];

            /// The HTTP status that the code is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$code => StatusCode::$status,)+
                }
            }

            /// The code as it is written in a problem.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)+
                }
            }

            /// A short sentence that is the same for every problem of this code.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$code => $title,)+
                }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    MalformedJson = BAD_REQUEST, "malformed_json", "The body is not valid JSON";
    /// Fields of the body, the path, the query or a header break a rule; `errors` names each.
    InvalidRequest = BAD_REQUEST, "invalid_request", "The request breaks a rule";
    /// An id in the path is not an id.
    InvalidId = BAD_REQUEST, "invalid_id", "The id is not 24 hex digits";
    /// The signature under a provider's event is missing, wrong or too old.
    BadSignature = BAD_REQUEST, "bad_signature", "The signature is not the provider's";
    /// Nobody is signed in.
    NotSignedIn = UNAUTHORIZED, "not_signed_in", "Sign in first";
    /// The e-mail address or the password is wrong.
    BadCredentials = UNAUTHORIZED, "bad_credentials", "The e-mail address or the password is wrong";
    /// The card was refused.
    PaymentDeclined = PAYMENT_REQUIRED, "payment_declined", "The payment was declined";
    /// Somebody else's, or for administrators only.
    Forbidden = FORBIDDEN, "forbidden", "This is not yours to change";
    /// The account is banned.
    AccountBanned = FORBIDDEN, "account_banned", "The account is banned";
    /// An administrator took the ticket down, and only an administrator may offer it again.
    TakenDown = FORBIDDEN, "taken_down", "An administrator took the ticket down";
    /// Another site made the browser send this.
    CrossSite = FORBIDDEN, "cross_site", "Requests from other sites are refused";
    /// No such route, or nothing of yours with this id.
    NotFound = NOT_FOUND, "not_found", "Not found";
    /// The route does not take this method.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method_not_allowed", "The method is not allowed here";
    /// The e-mail address has an account.
    EmailTaken = CONFLICT, "email_taken", "The e-mail address has an account already";
    /// An administrator cannot erase the own account.
    Administrator = CONFLICT, "administrator", "Administrators cannot be erased";
    /// An order of the account is not paid yet.
    OpenOrders = CONFLICT, "open_orders", "An order is not paid yet";
    /// A payment of the account has not ended yet.
    OpenPayments = CONFLICT, "open_payments", "A payment has not ended yet";
    /// Units of the account's tickets are held, or sold for a time to come.
    OpenSales = CONFLICT, "open_sales", "Tickets of the account are still to be honoured";
    /// The account has credit.
    CreditLeft = CONFLICT, "credit_left", "There is credit on the account";
    /// No administrator who may sign in would be left.
    LastAdministrator = CONFLICT, "last_administrator", "The last administrator cannot be removed";
    /// Not so many units are left.
    SoldOut = CONFLICT, "sold_out", "Not enough units are available";
    /// The buyer would hold more than one may before paying.
    HoldLimit = CONFLICT, "hold_limit", "No more can be held at once";
    /// Unpaid orders from the buyer's network hold as many units of the ticket as one network may.
    NetworkLimit = CONFLICT, "network_limit", "No more can be held from your network at once";
    /// The order costs something else than its buyer expects.
    TotalChanged = CONFLICT, "total_changed", "The total is not the expected one";
    /// Sellers cannot buy their own tickets.
    OwnTicket = CONFLICT, "own_ticket", "You cannot order your own ticket";
    /// The ticket was withdrawn.
    NotOffered = CONFLICT, "not_offered", "The ticket is no longer offered";
    /// The only unit is held or sold, or units are and the change would touch them.
    Reserved = CONFLICT, "reserved", "The ticket is reserved";
    /// Fewer units than are held and sold.
    BelowCommitted = CONFLICT, "below_committed", "More units are held or sold already";
    /// Somebody changed it since it was read.
    VersionConflict = CONFLICT, "version_conflict", "It was changed since you read it";
    /// The order is paid.
    OrderComplete = CONFLICT, "order_complete", "The order is complete";
    /// The order was given up.
    OrderCancelled = CONFLICT, "order_cancelled", "The order is cancelled";
    /// The order was not paid in time.
    OrderExpired = CONFLICT, "order_expired", "The order has expired";
    /// The payment provider does not charge the amount, whatever the card.
    AmountNotChargeable = CONFLICT, "amount_not_chargeable", "The amount cannot be charged to a card";
    /// Another attempt to pay the order is under way.
    PaymentInProgress = CONFLICT, "payment_in_progress", "The order is being paid";
    /// The payment has not been captured.
    NotCaptured = CONFLICT, "not_captured", "The payment has not been captured";
    /// The payer disputes the payment at the bank, so it cannot be refunded.
    PaymentDisputed = CONFLICT, "payment_disputed", "The payer disputes the payment";
    /// More money or units than are left to be given back.
    RefundExceeds = CONFLICT, "refund_exceeds", "More than is left to be given back";
    /// Units were to go back to sale whose price was not refunded; `errors` names `returns`.
    UnitsNotRefunded = CONFLICT, "units_not_refunded", "The price of the units is not refunded";
    /// Something that only the payer may choose, and has not agreed to.
    PayerMustAgree = CONFLICT, "payer_must_agree", "The payer has not agreed to that";
    /// The seller's account does not cover what is to be given back.
    InsufficientCredit = CONFLICT, "insufficient_credit", "Not enough on the account";
    /// The thing is at another version than `If-Match` names, or at one that `If-None-Match` names.
    PreconditionFailed = PRECONDITION_FAILED, "precondition_failed",
        "It is at another version than the request names";
    /// The body did not arrive in time.
    RequestTimeout = REQUEST_TIMEOUT, "request_timeout", "The request took too long to arrive";
    /// The path and the query are too long.
    UriTooLong = URI_TOO_LONG, "uri_too_long", "The URI is too long";
    /// The headers are too large.
    HeadersTooLarge = REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large",
        "The headers are too large";
    /// The body is too large.
    TooLarge = PAYLOAD_TOO_LARGE, "too_large", "The body is too large";
    /// The body is not declared as JSON.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type",
        "The body must be application/json";
    /// The idempotency key came with another request before.
    IdempotencyKeyReused = UNPROCESSABLE_ENTITY, "idempotency_key_reused",
        "The idempotency key was used for another request";
    /// Too many in a time, of one's own or of everybody's; `Retry-After` says when to come again.
    TooManyRequests = TOO_MANY_REQUESTS, "too_many_requests", "Too many requests";
    /// Too many attempts to charge a card did not succeed; `Retry-After` has the time until the next one.
    TooManyCardAttempts = TOO_MANY_REQUESTS, "too_many_card_attempts",
        "Too many payments by card did not succeed";
    /// Too much at once; try again shortly.
    Busy = SERVICE_UNAVAILABLE, "busy", "Too busy right now";
    /// Something that is needed does not answer; try again.
    Unavailable = SERVICE_UNAVAILABLE, "unavailable", "Not available right now";
    /// A bug.
    Internal = INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side";
}
