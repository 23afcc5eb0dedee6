//! 3-D Secure: the client receives the challenge's URL, and a payer ends it there.

use stripe_shared::{PaymentIntent, PaymentIntentStatus};

use crate::server::{TestServer, confirm};

const CARD: &str = "pm_card_authenticationRequired";

impl TestServer {
    /// A payment that requires a challenge, and the challenge's URL.
    async fn challenged(&self, return_url: &str) -> (PaymentIntent, String) {
        let created = self.created().await;
        let open = self.send(&confirm(&created, CARD).return_url(return_url)).await.unwrap();
        assert_eq!(open.status, PaymentIntentStatus::RequiresAction);
        let redirect = open.next_action.as_ref().unwrap().redirect_to_url.clone().unwrap();
        assert_eq!(redirect.return_url.as_deref(), Some(return_url));
        (open, redirect.url.unwrap())
    }

    async fn press(&self, url: &str, button: &str) -> reqwest::Response {
        let pressing = self.http.post(url).body(format!("outcome={button}"));
        let form = "application/x-www-form-urlencoded";
        pressing.header("Content-Type", form).send().await.unwrap()
    }
}

#[tokio::test]
async fn a_payer_ends_a_challenge_in_the_browser_and_is_redirected_back() {
    use PaymentIntentStatus::{RequiresCapture, RequiresPaymentMethod};
    let server = TestServer::start();
    for (button, status, return_url, joint) in [
        ("succeeded", RequiresCapture, "https://shop.example/back", "?"),
        ("failed", RequiresPaymentMethod, "https://shop.example/back?order=1", "&"),
    ] {
        let (open, url) = server.challenged(return_url).await;
        let page = server.http.get(&url).send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        let page = page.text().await.unwrap();
        assert!(page.contains(&format!(r#"name="outcome" value="{button}""#)), "{page}");
        let back = server.press(&url, button).await;
        assert_eq!(back.status(), 303);
        let id = open.id.as_str().replace('_', "%5F");
        let expected = format!("{return_url}{joint}payment_intent={id}&redirect_status={button}");
        assert_eq!(back.headers()["location"], expected);
        assert_eq!(server.status(&open).await, status);
        assert_eq!(server.press(&url, button).await.status(), 409);
        assert_eq!(server.http.get(&url).send().await.unwrap().status(), 409);
    }
}

#[tokio::test]
async fn without_a_return_url_the_page_ends_the_challenge() {
    let server = TestServer::start();
    let open = server.confirmed(CARD).await;
    assert_eq!(open.status, PaymentIntentStatus::RequiresAction);
    assert_eq!(open.next_action.as_ref().unwrap().type_, "use_stripe_sdk");
    let url = server.control_url(&format!("challenges/{}", open.id));
    assert_eq!(server.press(&url, "maybe").await.status(), 400);
    assert_eq!(server.press(&url, "succeeded").await.status(), 200);
    assert_eq!(server.status(&open).await, PaymentIntentStatus::RequiresCapture);
}

#[tokio::test]
async fn a_failed_challenge_is_visible_in_its_payment() {
    let server = TestServer::start();
    let (open, url) = server.challenged("https://shop.example/back").await;
    server.press(&url, "failed").await;
    let error = server.retrieved(&open).await.last_payment_error.unwrap();
    assert_eq!(error.code, Some(stripe::ApiErrorsCode::PaymentIntentAuthenticationFailure));
    let held = server.send(&confirm(&open, "pm_card_visa")).await.unwrap();
    assert_eq!(held.status, PaymentIntentStatus::RequiresCapture);
}
