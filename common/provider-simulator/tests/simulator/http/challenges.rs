//! 3-D Secure: the client receives the challenge's URL, and a payer ends it there.

use crate::prelude::*;
use provider_simulator::IntentStatus::{RequiresAction, RequiresCapture, RequiresPaymentMethod};

use crate::server::TestServer;

const CARD: &str = "pm_card_authenticationRequired";

impl TestServer {
    async fn press(&self, url: &str, button: &str) -> reqwest::Response {
        let pressing = self.http.post(url).body(format!("outcome={button}"));
        let form = "application/x-www-form-urlencoded";
        pressing.header("Content-Type", form).send().await.unwrap()
    }
}

#[tokio::test]
async fn a_payer_ends_a_challenge_in_the_browser_and_is_redirected_back() {
    let server = TestServer::start();
    for (button, status, return_url, joint) in [
        ("succeeded", RequiresCapture, "https://shop.example/back", "?"),
        ("failed", RequiresPaymentMethod, "https://shop.example/back?order=1", "&"),
    ] {
        let id = server.merchant(Merchant::create);
        let confirmation = confirm(&id, CARD).with("return_url", return_url);
        let open = server.merchant(|merchant| merchant.get(&confirmation));
        let redirect = json!({ "redirect_to_url": { "return_url": return_url } });
        has(button, &open, &json!({ "status": "requires_action", "next_action": redirect }));
        let url = text(&open["next_action"]["redirect_to_url"], "url");
        let page = server.http.get(&url).send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        let page = page.text().await.unwrap();
        assert!(page.contains(&format!(r#"name="outcome" value="{button}""#)), "{page}");
        let back = server.press(&url, button).await;
        assert_eq!(back.status(), 303);
        let id_in_url = id.replace('_', "%5F");
        let expected =
            format!("{return_url}{joint}payment_intent={id_in_url}&redirect_status={button}");
        assert_eq!(back.headers()["location"], expected);
        assert_eq!(server.merchant(|merchant| merchant.status(&id)), status);
        assert_eq!(server.press(&url, button).await.status(), 409);
        assert_eq!(server.http.get(&url).send().await.unwrap().status(), 409);
    }
}

#[tokio::test]
async fn without_a_return_url_the_page_ends_the_challenge() {
    let server = TestServer::start();
    let id = server.merchant(|merchant| merchant.intent_in(RequiresAction));
    let url = server.control_url(&format!("challenges/{id}"));
    assert_eq!(server.press(&url, "maybe").await.status(), 400);
    assert_eq!(server.press(&url, "succeeded").await.status(), 200);
    assert_eq!(server.merchant(|merchant| merchant.status(&id)), RequiresCapture);
}
