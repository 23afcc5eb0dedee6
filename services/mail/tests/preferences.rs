//! Preferences: mails that can be switched off, and those that cannot.

use contract::UserId;
use contract::notice::NoticeSubject;
use serde_json::json;
use testing::samples::id;

use crate::post_office::{ANN, BOB, BUYER, PostOffice, SELLER, completed, requested, verified};

#[tokio::test]
async fn everything_but_security_and_money_can_be_switched_off() {
    let office = PostOffice::open().await;
    let [buyer, seller] = [BUYER, SELLER].map(|user| office.platforms.signed_in(id(user)));
    let off = json!({"language": "de", "showChanges": false, "sales": false});
    for user in [&buyer, &seller] {
        let changed = office.put(Some(user), "/api/mail/preferences", &off).await.expect(200);
        let expected =
            json!({"language": "de", "showChanges": false, "sales": false, "isRefused": false});
        assert_eq!(changed.json(), expected);
    }
    let reset = requested(5, NoticeSubject::ResetPassword);
    office.receive(&[verified(BUYER, ANN), verified(SELLER, BOB), completed(9), reset]).await;
    let mails = office.mails();
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [ANN, ANN]);
    assert!(mails.iter().all(|mail| mail.html.contains("lang=\"de\"")), "the chosen language");
}

#[tokio::test]
async fn the_link_of_a_mail_switches_such_mails_off_and_nothing_else() {
    let office = PostOffice::open().await;
    office.receive(&[verified(SELLER, BOB), completed(9)]).await;
    let url = office.mails()[0].unsubscribe_url.clone().unwrap();
    let token = url.strip_prefix("https://tickets.example/unsubscribe/").unwrap();
    let unsubscribe = "/api/mail/unsubscribe";
    let other = format!("{}.{}", id::<UserId>(BUYER), &token[25..]);
    office.post(None, unsubscribe, &json!({"token": other})).await.expect_problem(404, "not_found");
    for _ in 0..2 {
        office.post(None, unsubscribe, &json!({"token": token})).await.expect(204);
    }
    let seller = office.platforms.signed_in(id(SELLER));
    let shown = office.get(Some(&seller), "/api/mail/preferences").await.expect(200);
    assert_eq!((shown.at("sales"), shown.at("showChanges")), (json!(false), json!(false)));
    for bad in ["", "x", &token[1..]] {
        let refused = office.post(None, unsubscribe, &json!({"token": bad})).await;
        refused.expect_problem(400, "invalid_request");
    }
}
