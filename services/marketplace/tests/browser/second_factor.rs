//! The second factor: switched on, used at sign-in, and switched off.

use auth::domain::second_factor::{Secret, TimeStep};
use sources::Clock;
use testing::browser::{Browser, PHONE, Scheme, Script, with_browser};
use testing::customer::PASSWORD;

use crate::marketplace::{fresh, marketplace};

/// The present code, by the clock of this machine as of an app.
fn code(key: &str) -> String {
    let secret = Secret::try_from(key.replace(' ', "")).unwrap();
    format!("{:06}", secret.code_of(TimeStep::at(Clock::System.now())))
}

/// The texts of the elements for code on the page.
async fn codes(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('main code')].map((it) => it.innerText)";
    serde_json::from_value(browser.run(script, &[]).await).unwrap()
}

async fn signs_in(browser: &Browser, address: &str, code: &str) {
    browser.open_page("/signin?return=/orders").await;
    browser.fill("E-mail address", address).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.sees("Your account has a second factor.").await;
    assert_eq!(browser.content("E-mail address").await, address);
    assert_eq!(browser.content("Password").await, "");
    browser.fill("Password", PASSWORD).await;
    browser.fill("Code", code).await;
    browser.click("Sign in").await;
}

#[tokio::test]
async fn a_second_factor_is_switched_on_used_and_switched_off() {
    let client = marketplace().await.client();
    for script in [Script::Off, Script::On] {
        let name = fresh("careful");
        let (user, address) = (client.sign_up(&name).await, format!("{name}@example.com"));
        with_browser(client.base(), script, async |browser| {
            browser.allow_status(422);
            browser.sign_in_as(&user).await;
            browser.open_page("/account/security").await;
            browser.click("Set up").await;
            browser.fill("Current password", PASSWORD).await;
            browser.click("Begin").await;
            browser.sees("Add this key to your app").await;
            let key = codes(browser).await.swap_remove(0);
            browser.fill("Code", "000000").await;
            browser.click("Switch the second factor on").await;
            browser.sees("This code is wrong or was used.").await;
            assert_eq!(codes(browser).await, [key.as_str()]);
            browser.fill("Code", &code(&key)).await;
            browser.click("Switch the second factor on").await;
            browser.sees("Your recovery codes").await;
            let recovery = codes(browser).await;
            assert_eq!(recovery.len(), 10);
            if script == Script::On {
                browser.set_screen(PHONE, Scheme::Light).await;
                assert_eq!(browser.accessibility_violations().await, Vec::<String>::new());
            }
            browser.click("I have kept them").await;
            browser.sees("Unused recovery codes: 10").await;
            browser.forget_cookies().await;
            signs_in(browser, &address, &recovery[0]).await;
            browser.arrives_at("/orders").await;
            browser.open_page("/account/second-factor").await;
            browser.sees("Unused recovery codes: 9").await;
            browser.fill("Current password", PASSWORD).await;
            browser.fill("Code", &recovery[1]).await;
            browser.click("New recovery codes").await;
            browser.sees("Your recovery codes").await;
            let replaced = codes(browser).await;
            browser.click("I have kept them").await;
            browser.fill("Current password", PASSWORD).await;
            browser.fill("Code", &replaced[0]).await;
            browser.click("Switch off").await;
            browser.sees("The second factor is off.").await;
        })
        .await;
    }
}
