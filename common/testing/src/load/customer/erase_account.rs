//! Erasures: a new account offers a ticket and is erased.

use reqwest::Method;
use serde_json::json;

use super::super::client::{Account, PASSWORD};
use super::Customer;

impl Customer {
    /// Signs up with a new address, offers a ticket and erases the account. The checker examines
    /// the remaining data.
    pub(super) async fn erase_account(&mut self, like: &Account) {
        let email = format!("leaver-{}-{}-{}", self.number, self.commands, like.email);
        let body = json!({"email": email, "password": PASSWORD});
        let anonymous = Account { cookie: String::new(), ..like.clone() };
        let path = "/api/users/signup".to_owned();
        let Some(reply) = self.command(&anonymous, Method::POST, path, Some(body)).await else {
            return;
        };
        let (Ok(id), 201) = (reply.text("id").parse(), reply.status) else {
            return self.record_unexpected("a sign-up", &reply);
        };
        let leaver = Account { id, email, cookie: reply.cookies() };
        let body =
            json!({"title": "Farewell", "price": 1, "description": "Withdrawn with its account"});
        let path = "/api/tickets".to_owned();
        let offered = self.command(&leaver, Method::POST, path, Some(body)).await;
        let Some(offered) = offered else { return };
        if offered.status != 201 {
            return self.record_unexpected("an offer", &offered);
        }
        let body = json!({"password": PASSWORD});
        let path = "/api/users/me".to_owned();
        let erased = self.command(&leaver, Method::DELETE, path, Some(body)).await;
        // A repeat after a lost response is not signed in.
        if let Some(erased) = erased.filter(|erased| ![204, 401].contains(&erased.status)) {
            self.record_unexpected("an erasure", &erased);
        }
    }
}
