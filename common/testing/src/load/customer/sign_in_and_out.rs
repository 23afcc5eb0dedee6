//! Sign-ins on another device, and sign-outs.

use reqwest::Method;
use serde_json::json;

use super::super::client::{Account, PASSWORD};
use super::{Customer, POLL_INTERVAL};

impl Customer {
    /// Signs in again and out, and waits until orders rejects the session too.
    pub(super) async fn sign_in_and_out(&mut self, account: &Account) {
        let body = json!({"email": account.email, "password": PASSWORD});
        let path = "/api/users/signin".to_owned();
        let Some(signed_in) = self.command(account, Method::POST, path, Some(body)).await else {
            return;
        };
        if signed_in.status != 200 {
            return self.record_unexpected("a sign-in", &signed_in);
        }
        let second_session = Account { cookie: signed_in.cookies(), ..account.clone() };
        let path = "/api/users/signout".to_owned();
        let Some(signed_out) =
            self.command(&second_session, Method::POST, path, Some(json!({}))).await
        else {
            return;
        };
        if signed_out.status != 200 {
            return self.record_unexpected("a sign-out", &signed_out);
        }
        // Other processes receive the revocation as a message, so the wait may last as long as a
        // fault.
        loop {
            let path = "/api/orders".to_owned();
            let Some(reply) = self.command(&second_session, Method::GET, path, None).await else {
                return;
            };
            match reply.status {
                401 => return,
                200 if !self.is_past_timeout() => tokio::time::sleep(POLL_INTERVAL).await,
                _ => {
                    return self.record_unexpected("a request of a session that was ended", &reply);
                }
            }
        }
    }
}
