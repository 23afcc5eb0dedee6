//! Requests, each with its method, path and body, and the responses that the contract allows.

use contract::{AdmissionId, Id, OrderId, PaymentId, ShowId, TicketId, TransferId, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use super::arguments::{Consent, Recipient, Refund, RefundTarget, Scan};
use super::card::Card;
use super::show::{Postponement, ShowTerms};
use super::terms::{Terms, amount, with};
use crate::reply::Reply;

/// The password of every account.
pub const PASSWORD: &str = "a fine password";

/// A request of a customer or of an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Signs up an account with this address.
    SignUp(String),
    /// Signs in with this address.
    SignIn(String),
    /// Requests a link to another address.
    ChangeEmail(String),
    /// Verifies or changes the address by the token of a mailed link.
    ConfirmEmail(String),
    /// Undoes a change of the address by the token of a mailed link.
    RestoreEmail(String),
    /// Requests a link that sets a password, to this address.
    RequestReset(String),
    /// Sets the password by the token of a mailed link.
    ResetPassword(String),
    /// Ends the session.
    SignOut,
    /// Renews the token of the session.
    Renew,
    /// Offers a ticket.
    Offer(Terms),
    /// Replaces the terms of an offer.
    Edit(TicketId, Terms),
    /// Withdraws an offer as its seller.
    Withdraw(TicketId),
    /// Withdraws an offer as an administrator.
    TakeDown(TicketId),
    /// Reports a ticket to the administrators.
    Report(TicketId),
    /// Creates a show with its price categories.
    CreateShow(ShowTerms),
    /// Replaces the terms of a show.
    EditShow(ShowId, ShowTerms),
    /// Postpones a show.
    PostponeShow(ShowId, Postponement),
    /// Cancels a show.
    CancelShow(ShowId),
    /// Reads a show.
    ReadShow(ShowId),
    /// Offers a further price category of a show.
    OfferIn(ShowId, Terms),
    /// Orders units of tickets.
    Order(Vec<(TicketId, u32)>),
    /// Pays an order by card.
    Pay(OrderId, Card),
    /// Pays an order by credit.
    PayByCredit(OrderId),
    /// Adds cents to the credit of the account by a card payment.
    TopUp(u32, Card),
    /// Refunds a payment as the seller of one of its items.
    Refund(PaymentId, Refund),
    /// Returns all units of an order of a postponed show, as its payer.
    Return(PaymentId),
    /// Consents to refunds of a payment.
    Agree(PaymentId, Consent),
    /// Cancels an order.
    Cancel(OrderId),
    /// Reads an order.
    ReadOrder(OrderId),
    /// Reads a ticket.
    ReadTicket(TicketId),
    /// Reads a payment.
    ReadPayment(PaymentId),
    /// Lists the orders of the account.
    ListOrders,
    /// Lists the admissions of the account.
    ListAdmissions,
    /// Shows the code of an admission.
    ShowCode(AdmissionId),
    /// Offers an admission for resale, at a price in cents.
    Resell(AdmissionId, u32),
    /// Ends the resale of an admission.
    EndResale(AdmissionId),
    /// Binds an admission to the device with a public key.
    BindDevice(AdmissionId, String),
    /// Scans a code at the door of a ticket.
    CheckIn(Scan),
    /// Offers admissions to another person.
    OfferTransfer(Vec<AdmissionId>, Recipient),
    /// Becomes the recipient of a transfer by the token of a mailed link.
    ClaimTransfer(String),
    /// Accepts a transfer.
    AcceptTransfer(TransferId),
    /// Declines a transfer.
    DeclineTransfer(TransferId),
    /// Takes a transfer back.
    CancelTransfer(TransferId),
    /// Exports the stored data of the account.
    Export,
    /// Erases the account.
    Erase {
        /// Whether the account forfeits its credit.
        forfeits: bool,
    },
    /// Bans an account.
    Ban(UserId),
    /// Lifts a ban.
    Unban(UserId),
    /// Posts an event to payments that the provider never sent.
    Forge,
}

impl Request {
    /// The method and the path.
    pub fn target(&self) -> (Method, String) {
        let path = str::to_owned;
        match self {
            Self::SignUp(..) => (Method::POST, path("/api/users/signup")),
            Self::SignIn(..) => (Method::POST, path("/api/users/signin")),
            Self::ChangeEmail(..) => (Method::POST, path("/api/users/email")),
            Self::ConfirmEmail(..) => (Method::POST, path("/api/users/email/confirm")),
            Self::RestoreEmail(..) => (Method::POST, path("/api/users/email/restore")),
            Self::RequestReset(..) => (Method::POST, path("/api/users/password/forgotten")),
            Self::ResetPassword(..) => (Method::POST, path("/api/users/password/reset")),
            Self::SignOut => (Method::POST, path("/api/users/signout")),
            Self::Renew => (Method::POST, path("/api/users/renew")),
            Self::Export => (Method::GET, path("/api/users/me/export")),
            Self::Erase { .. } => (Method::DELETE, path("/api/users/me")),
            Self::Ban(user) => (Method::POST, format!("/api/users/{user}/ban")),
            Self::Unban(user) => (Method::POST, format!("/api/users/{user}/unban")),
            Self::Offer(..) | Self::OfferIn(..) => (Method::POST, path("/api/tickets")),
            Self::CreateShow(..) => (Method::POST, path("/api/shows")),
            Self::EditShow(show, _) => (Method::PUT, format!("/api/shows/{show}")),
            Self::PostponeShow(show, _) => (Method::POST, format!("/api/shows/{show}/postpone")),
            Self::CancelShow(show) => (Method::POST, format!("/api/shows/{show}/cancel")),
            Self::ReadShow(show) => (Method::GET, format!("/api/shows/{show}")),
            Self::Edit(ticket, _) => (Method::PUT, format!("/api/tickets/{ticket}")),
            Self::Withdraw(ticket) | Self::TakeDown(ticket) => {
                (Method::DELETE, format!("/api/tickets/{ticket}"))
            }
            Self::Report(ticket) => (Method::PUT, format!("/api/tickets/{ticket}/report")),
            Self::ReadTicket(ticket) => (Method::GET, format!("/api/tickets/{ticket}")),
            Self::Order(..) => (Method::POST, path("/api/orders")),
            Self::ListOrders => (Method::GET, path("/api/orders")),
            Self::Cancel(order) => (Method::DELETE, format!("/api/orders/{order}")),
            Self::ReadOrder(order) => (Method::GET, format!("/api/orders/{order}")),
            Self::Pay(..) | Self::PayByCredit(..) => (Method::POST, path("/api/payments")),
            Self::TopUp(..) => (Method::POST, path("/api/payments/top-ups")),
            Self::ReadPayment(payment) => (Method::GET, format!("/api/payments/{payment}")),
            Self::Refund(payment, _) | Self::Return(payment) => {
                (Method::POST, format!("/api/payments/{payment}/refunds"))
            }
            Self::Agree(payment, _) => (Method::PUT, format!("/api/payments/{payment}/consent")),
            Self::ListAdmissions => (Method::GET, path("/api/admissions?limit=100")),
            Self::ShowCode(admission) => (Method::GET, format!("/api/admissions/{admission}/code")),
            Self::Resell(admission, _) => {
                (Method::POST, format!("/api/admissions/{admission}/resale"))
            }
            Self::EndResale(admission) => {
                (Method::DELETE, format!("/api/admissions/{admission}/resale"))
            }
            Self::BindDevice(admission, _) => {
                (Method::POST, format!("/api/admissions/{admission}/device"))
            }
            Self::CheckIn(..) => (Method::POST, path("/api/check-ins")),
            Self::OfferTransfer(..) => (Method::POST, path("/api/transfers")),
            Self::ClaimTransfer(..) => (Method::POST, path("/api/transfers/links/claim")),
            Self::AcceptTransfer(id) => (Method::POST, format!("/api/transfers/{id}/accept")),
            Self::DeclineTransfer(id) => (Method::POST, format!("/api/transfers/{id}/decline")),
            Self::CancelTransfer(id) => (Method::DELETE, format!("/api/transfers/{id}")),
            Self::Forge => (Method::POST, path("/api/payments/webhook")),
        }
    }

    /// The JSON body, if the request has one.
    pub fn body(&self) -> Option<Value> {
        Some(match self {
            Self::SignUp(email) | Self::SignIn(email) => {
                json!({"email": email, "password": PASSWORD})
            }
            Self::ChangeEmail(email) => json!({"email": email, "currentPassword": PASSWORD}),
            Self::ConfirmEmail(token) | Self::RestoreEmail(token) | Self::ClaimTransfer(token) => {
                json!({"token": token})
            }
            Self::RequestReset(email) => json!({"email": email}),
            Self::ResetPassword(token) => json!({"token": token, "newPassword": PASSWORD}),
            Self::Offer(terms) | Self::Edit(_, terms) => terms.body(),
            Self::OfferIn(show, terms) => with(terms.body(), "showId", Some(json!(show))),
            Self::CreateShow(terms) | Self::EditShow(_, terms) => terms.body(),
            Self::PostponeShow(_, postponement) => postponement.body(),
            Self::Order(items) => {
                json!({"items": items.iter().copied().map(units_of).collect::<Vec<_>>()})
            }
            Self::Pay(order, card) => json!({"orderId": order, "token": card.token()}),
            Self::PayByCredit(order) => json!({"orderId": order, "method": "credit"}),
            Self::TopUp(cents, card) => {
                json!({"amount": amount(*cents), "token": card.token()})
            }
            Self::Refund(_, Refund { cents, to, units }) => {
                let to = (*to == RefundTarget::Credit).then(|| json!("credit"));
                let body = with(json!({}), "amount", cents.map(|cents| amount(cents).into()));
                with(with(body, "to", to), "returns", units.map(|units| json!([units_of(units)])))
            }
            Self::Agree(_, Consent { credit, units }) => {
                let units = units.map(|units| json!([units_of(units)]));
                with(json!({"credit": credit}), "returns", units)
            }
            Self::Resell(_, cents) => json!({"price": amount(*cents)}),
            Self::Report(..) => json!({"reason": "fraud"}),
            Self::BindDevice(_, key) => json!({"publicKey": key}),
            Self::CheckIn(Scan { id, code, ticket }) => {
                json!({"scanId": id, "code": code, "ticketId": ticket})
            }
            Self::OfferTransfer(admissions, Recipient::User(user)) => {
                json!({"admissionIds": admissions, "toUser": user})
            }
            Self::OfferTransfer(admissions, Recipient::Email(email)) => {
                json!({"admissionIds": admissions, "toEmail": email})
            }
            Self::Erase { forfeits } => json!({"password": PASSWORD, "forfeitCredit": forfeits}),
            Self::SignOut
            | Self::Ban(..)
            | Self::Unban(..)
            | Self::CancelShow(..)
            | Self::AcceptTransfer(..)
            | Self::DeclineTransfer(..)
            | Self::Return(..) => json!({}),
            Self::Forge => {
                json!({"id": "evt_forged", "object": "event", "type": "payment_intent.succeeded"})
            }
            Self::Renew
            | Self::Withdraw(..)
            | Self::TakeDown(..)
            | Self::Cancel(..)
            | Self::ReadOrder(..)
            | Self::ReadTicket(..)
            | Self::ReadShow(..)
            | Self::ReadPayment(..)
            | Self::ListOrders
            | Self::ListAdmissions
            | Self::ShowCode(..)
            | Self::EndResale(..)
            | Self::CancelTransfer(..)
            | Self::Export => return None,
        })
    }

    /// Whether a response is preliminary: a repeat of the request returns the result.
    pub const fn is_pending(&self, reply: &Reply) -> bool {
        let is_final = matches!(
            self,
            Self::CancelShow(..)
                | Self::PostponeShow(..)
                | Self::ChangeEmail(..)
                | Self::RequestReset(..)
                | Self::EndResale(..)
        );
        reply.status == 202 && !is_final
    }

    /// Whether a request has an idempotency key, with which a repeat receives the first response. A
    /// show and a transfer have one status only, a link one use, a device a key, and a scan an id, so
    /// that they need none.
    pub fn has_key(&self) -> bool {
        let is_change = matches!(
            self,
            Self::CancelShow(..)
                | Self::PostponeShow(..)
                | Self::ChangeEmail(..)
                | Self::BindDevice(..)
                | Self::CheckIn(..)
                | Self::ClaimTransfer(..)
                | Self::AcceptTransfer(..)
                | Self::DeclineTransfer(..)
                | Self::ConfirmEmail(..)
                | Self::RestoreEmail(..)
                | Self::RequestReset(..)
                | Self::ResetPassword(..)
        );
        self.target().0 == Method::POST && !is_change
    }

    /// Whether no idempotency key stores this response: a postponement may end the refusal of a
    /// payer, and a door may be earlier than the message of its ticket.
    pub fn is_temporary(&self, reply: &Reply) -> bool {
        match self {
            Self::Return(_) => reply.status == 403 || reply.text("code") == "refund_period_over",
            Self::CheckIn(_) => reply.status == 404,
            _ => false,
        }
    }

    /// Whether the contract allows this response. `also` lists problem codes that the circumstances
    /// of the request allow in addition.
    pub fn allows(&self, reply: &Reply, also: &[&str]) -> bool {
        let (success, refusals): (u16, &[&str]) = match self {
            Self::SignUp(..) | Self::Offer(..) | Self::CreateShow(..) | Self::TopUp(..) => {
                (201, &[])
            }
            Self::OfferIn(..) => (201, &["show_cancelled"]),
            Self::Edit(..) => (200, &["reserved"]),
            Self::ChangeEmail(..) => (202, &["same_address"]),
            Self::ConfirmEmail(..) => (200, &["link_ended"]),
            Self::RestoreEmail(..) => (204, &["link_ended", "email_taken"]),
            Self::ResetPassword(..) => (204, &["link_ended"]),
            Self::EditShow(..) => (200, &["reserved", "show_cancelled"]),
            Self::PostponeShow(..) => (202, &["show_cancelled"]),
            Self::CancelShow(..) | Self::RequestReset(..) => (202, &[]),
            Self::Withdraw(..) => (204, &["reserved"]),
            Self::Order(..) => {
                (201, &["sold_out", "not_offered", "not_found", "show_cancelled", "shows_differ"])
            }
            Self::Pay(..) | Self::PayByCredit(..) => (
                201,
                &[
                    "order_cancelled",
                    "show_cancelled",
                    "order_expired",
                    "order_complete",
                    "payment_in_progress",
                    "not_found",
                ],
            ),
            Self::Refund(..) => (
                201,
                &[
                    "refund_exceeds",
                    "insufficient_credit",
                    "units_not_refunded",
                    "payer_must_agree",
                ],
            ),
            Self::Return(..) => (201, &["refund_exceeds", "refund_period_over", "forbidden"]),
            Self::Agree(..) => (200, &["refund_exceeds"]),
            Self::Cancel(..) => (204, &["order_complete"]),
            Self::Report(..)
            | Self::TakeDown(..)
            | Self::Erase { .. }
            | Self::Ban(..)
            | Self::Unban(..) => (204, &[]),
            Self::ShowCode(..) => (200, &["not_valid", "held_by_device"]),
            // A listing begins and ends with messages, and another person may hold it by now.
            Self::Resell(..) => {
                let refusals = &[
                    "not_valid",
                    "above_cap",
                    "being_transferred",
                    "resale_limit",
                    "show_started",
                    "not_found",
                ];
                (201, refusals)
            }
            Self::EndResale(..) => (202, &["not_listed", "not_found"]),
            Self::BindDevice(..) => (201, &["not_valid"]),
            Self::CheckIn(..) => (200, &["not_found"]),
            Self::OfferTransfer(..) => {
                (201, &["not_found", "not_valid", "being_transferred", "same_user"])
            }
            Self::ClaimTransfer(..) => (200, &["transfer_ended", "same_user"]),
            Self::AcceptTransfer(..) | Self::DeclineTransfer(..) => {
                (204, &["transfer_ended", "not_found"])
            }
            Self::CancelTransfer(..) => (204, &["transfer_ended"]),
            Self::SignIn(..)
            | Self::SignOut
            | Self::Renew
            | Self::ListAdmissions
            | Self::ReadOrder(..)
            | Self::ReadTicket(..)
            | Self::ReadShow(..)
            | Self::ReadPayment(..)
            | Self::ListOrders
            | Self::Export => (200, &[]),
            Self::Forge => (400, &[]),
        };
        let code = reply.text("code");
        let code = code.as_str();
        let is_success = reply.status == success
            && match self {
                Self::Pay(_, card) | Self::TopUp(_, card) => card.may_succeed(),
                Self::Forge => code == "bad_signature",
                _ => true,
            }
            && (success != 201 || reply.id::<Id>().is_some() || reply.is_of_admission());
        let is_refusal = refusals.contains(&code) || also.contains(&code);
        is_success || is_refusal && (reply.status == 402) == (code == "payment_declined")
    }
}

fn units_of((ticket, quantity): (TicketId, u32)) -> Value {
    json!({"ticketId": ticket, "quantity": quantity})
}
