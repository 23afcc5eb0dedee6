//! 3-D Secure: the client is told where to go, and a person ends it there.

use stripe_shared::{PaymentIntent, PaymentIntentStatus};

use crate::served::{Served, confirm};

const CARD: &str = "pm_card_authenticationRequired";

impl Served {
    /// A payment in its challenge, and where that is.
    async fn challenged(&self, return_url: &str) -> (PaymentIntent, String) {
        let created = self.created().await;
        let open = self.ask(&confirm(&created, CARD).return_url(return_url)).await.unwrap();
        assert_eq!(open.status, PaymentIntentStatus::RequiresAction);
        let redirect = open.next_action.as_ref().unwrap().redirect_to_url.clone().unwrap();
        assert_eq!(redirect.return_url.as_deref(), Some(return_url));
        (open, redirect.url.unwrap())
    }

    async fn press(&self, url: &str, button: &str) -> reqwest::Response {
        let body = format!("outcome={button}");
        let pressing =
            self.http.post(url).header("Content-Type", "application/x-www-form-urlencoded");
        pressing.body(body).send().await.unwrap()
    }
}

#[tokio::test]
async fn a_person_ends_a_challenge_in_the_browser_and_comes_back() {
    let served = Served::start();
    for (button, status, return_url, joint) in [
        ("succeeded", PaymentIntentStatus::RequiresCapture, "https://shop.example/back", "?"),
        (
            "failed",
            PaymentIntentStatus::RequiresPaymentMethod,
            "https://shop.example/back?order=1",
            "&",
        ),
    ] {
        let (open, url) = served.challenged(return_url).await;
        let page = served.http.get(&url).send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        let page = page.text().await.unwrap();
        assert!(page.contains(&format!(r#"name="outcome" value="{button}""#)), "{page}");
        let back = served.press(&url, button).await;
        assert_eq!(back.status(), 303);
        let id = open.id.as_str().replace('_', "%5F");
        let expected = format!("{return_url}{joint}payment_intent={id}&redirect_status={button}");
        assert_eq!(back.headers()["location"], expected);
        assert_eq!(served.retrieved(&open).await.status, status);
        assert_eq!(served.press(&url, button).await.status(), 409);
        assert_eq!(served.http.get(&url).send().await.unwrap().status(), 409);
    }
}

#[tokio::test]
async fn without_a_way_back_the_page_ends_it() {
    let served = Served::start();
    let open = served.confirmed(CARD).await;
    assert_eq!(open.status, PaymentIntentStatus::RequiresAction);
    assert_eq!(open.next_action.as_ref().unwrap().type_, "use_stripe_sdk");
    let url = served.knob(&format!("challenges/{}", open.id));
    assert_eq!(served.press(&url, "maybe").await.status(), 400);
    assert_eq!(served.press(&url, "succeeded").await.status(), 200);
    assert_eq!(served.retrieved(&open).await.status, PaymentIntentStatus::RequiresCapture);
}

#[tokio::test]
async fn a_challenge_that_failed_is_told_by_its_payment() {
    let served = Served::start();
    let (open, url) = served.challenged("https://shop.example/back").await;
    served.press(&url, "failed").await;
    let error = served.retrieved(&open).await.last_payment_error.unwrap();
    let code = stripe::ApiErrorsCode::PaymentIntentAuthenticationFailure;
    assert_eq!(error.code, Some(code));
    let held = served.ask(&confirm(&open, "pm_card_visa")).await.unwrap();
    assert_eq!(held.status, PaymentIntentStatus::RequiresCapture);
}
