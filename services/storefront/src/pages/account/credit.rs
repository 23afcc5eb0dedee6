//! GET and POST /account: the balances with their entries, and a top-up.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use contract::{Currency, OrderId, Timestamp};
use reqwest::Method;
use serde_json::Value;

use crate::api::Target;
use crate::api::amounts::money;
use crate::api::payment_views::PaymentDetails;
use crate::api::views::{AccountView, BalanceView, EntryView};
use crate::cards::allow_script;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::pages::{next_of, with_cursor};
use crate::selling::amounts::amount;
use crate::selling::terms::price_rule;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "account/credit.html")]
struct CreditPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    email: String,
    balances: Vec<(Currency, String)>,
    lines: Vec<Line>,
    /// The currency of the entries, if only one is shown.
    shown: Option<Currency>,
    next: Option<String>,
    currencies: Vec<Currency>,
    chosen: Currency,
    done: Option<&'static str>,
    key: String,
}

/// An entry, as it is shown.
struct Line {
    at: Timestamp,
    text: &'static str,
    amount: String,
    is_credit: bool,
    balance: String,
    order: Option<OrderId>,
    /// Whether the order is the visitor's, and not one of a buyer.
    is_own_order: bool,
}

/// The page, at a cursor and for one currency if the query names them.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    page(&visit, Form::default(), StatusCode::OK).await
}

/// Charges a card and adds the amount to the account.
pub(crate) async fn top_up(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let t = visit.language();
    if visit.publishable_key().is_some() && form.given("token").is_none() {
        let form = form.with_error(Some("token"), t.card_failed());
        return page(&visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let mut body = form.texts(&["currency", "token"]);
    let currency: Option<Currency> = form.value("currency").parse().ok();
    if let (Some(text), Some(currency)) = (form.given("amount"), currency) {
        let Ok(amount) = amount(text, currency) else {
            let form = form.with_error(Some("amount"), price_rule(t, currency));
            return page(&visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        };
        body.insert("amount".to_owned(), amount);
    }
    let body = Value::from(body);
    let call = (Target::Payments, Method::POST, "/api/payments/top-ups");
    let key = form.given("key");
    match visit.ports().api.call::<PaymentDetails>(&visit, call, Some(&body), key).await {
        Ok(reply) if reply.body.status == "captured" => Ok(visit.go_to("/account?done=top-up")),
        Ok(reply) => Ok(visit.go_to(format!("/account/top-ups/{}", reply.body.id))),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, form, status).await
        }
    }
}

async fn page(visit: &Visit, form: Form, status: StatusCode) -> Result<HttpResponse, Failure> {
    let user = visit.signed_in()?;
    let (t, query) = (visit.language(), visit.query()?);
    let shown: Option<Currency> = query.value("currency").parse().ok();
    let path = match shown {
        Some(currency) => format!("/api/payments/account?currency={}", currency.code()),
        None => "/api/payments/account".to_owned(),
    };
    let path = with_cursor(&path, query);
    let list = visit.ports().api.get::<AccountView>(visit, Target::Payments, &path).await?;
    let all = "/api/payments/account?limit=1";
    let balances = match shown {
        None => list.body.balances,
        Some(_) => {
            visit.ports().api.get::<AccountView>(visit, Target::Payments, all).await?.body.balances
        }
    };
    let next = list.next.as_deref().and_then(|next| next_of("/account", next));
    let next = next.map(|next| match shown {
        Some(currency) => format!("{next}&currency={}", currency.code()),
        None => next,
    });
    let balance = |balance: &BalanceView| {
        (balance.currency, t.money(&money(&balance.balance, balance.currency)))
    };
    let balances: Vec<(Currency, String)> = balances.iter().map(balance).collect();
    let mut currencies: Vec<Currency> = Currency::all().collect();
    currencies.sort();
    let usual = balances.first().map_or_else(|| usual_currency(t), |(currency, _)| *currency);
    let key = form.next_key(|| visit.new_key());
    let page = CreditPage {
        visit,
        t,
        email: user.email,
        lines: list.body.entries.iter().map(|entry| Line::of(t, entry)).collect(),
        balances,
        shown,
        next,
        currencies,
        chosen: form.value("currency").parse().unwrap_or(usual),
        done: query.is("done", "top-up").then(|| t.done_topped_up()),
        key,
        form,
    };
    let response = visit.render(status, &page);
    let has_script = visit.publishable_key().is_some();
    Ok(if has_script { allow_script(response) } else { response })
}

/// The currency to begin with, where the account has none.
const fn usual_currency(t: Language) -> Currency {
    match t {
        Language::ENGLISH | Language::AMERICAN_ENGLISH => Currency::USD,
        Language::GERMAN => Currency::EUR,
    }
}

impl CreditPage<'_> {
    /// Whether a card is chosen: the one of the form, or the first.
    fn is_chosen(&self, token: &str) -> bool {
        let cards = self.visit.test_cards();
        let first = cards.first().map_or("", |(token, _)| token);
        self.form.given("token").unwrap_or(first) == token
    }
}

impl Line {
    fn of(t: Language, entry: &EntryView) -> Self {
        let is_credit = entry.side == "credit";
        let amount = money(&entry.amount, entry.currency);
        let amount = if is_credit {
            format!("+{}", t.money(&amount))
        } else {
            let debit = contract::Money::new(-amount.minor_units, amount.currency);
            t.money(&debit)
        };
        Self {
            at: entry.at,
            text: cause(t, &entry.cause, is_credit),
            amount,
            is_credit,
            balance: t.balance_after(&t.money(&money(&entry.balance, entry.currency))),
            order: entry.order_id,
            is_own_order: is_of_payer(&entry.cause, is_credit),
        }
    }
}

/// The words of a cause.
fn cause(t: Language, cause: &str, is_credit: bool) -> &'static str {
    match cause {
        "top_up" => t.entry_top_up(),
        "hold" => t.entry_hold(),
        "release" => t.entry_release(),
        "sale" => t.entry_sale(),
        "stray_capture" => t.entry_stray_capture(),
        "dispute_opened" => t.entry_dispute_opened(),
        "dispute_won" => t.entry_dispute_won(),
        "dispute_lost" => t.entry_dispute_lost(),
        "refund" if is_credit => t.entry_refund(),
        "refund" => t.entry_refund_given(),
        "refund_paid" => t.entry_refund_paid(),
        "refund_failed" => t.entry_refund_failed(),
        "refund_credited" => t.entry_refund_credited(),
        _ => t.entry_other(),
    }
}

/// Whether an entry belongs to the payer of its order; the others belong to a seller.
fn is_of_payer(cause: &str, is_credit: bool) -> bool {
    match cause {
        "hold" | "release" | "stray_capture" => true,
        "refund" | "refund_credited" => is_credit,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(cause: &str, side: &str) -> Line {
        let entry = json!({
            "at": 0, "cause": cause, "side": side, "currency": "eur", "amount": 12.5,
            "balance": 20, "orderId": "6920f3a1b2c3d4e5f6071829",
        });
        let at = serde_json::to_value(Timestamp::from_unix_ms(0)).unwrap();
        let mut entry = entry;
        entry["at"] = at;
        Line::of(Language::ENGLISH, &serde_json::from_value(entry).unwrap())
    }

    #[test]
    fn an_amount_has_its_sign() {
        assert_eq!(line("top_up", "credit").amount, "+€12.50");
        assert_eq!(line("hold", "debit").amount, "-€12.50");
        assert_eq!(line("hold", "debit").balance, "balance €20.00");
    }

    #[test]
    fn only_orders_of_the_payer_are_the_visitors_own() {
        assert!(line("hold", "debit").is_own_order);
        assert!(line("refund", "credit").is_own_order);
        assert!(!line("refund", "debit").is_own_order);
        assert!(!line("sale", "credit").is_own_order);
    }

    #[test]
    fn an_unknown_cause_has_words() {
        assert_eq!(line("bonus", "credit").text, "Booking");
    }
}
