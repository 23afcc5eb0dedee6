//! Doors of sellers, while the other services are away.

use reqwest::Method;
use testing::{Platforms, Reply, User};

use crate::fixture::{
    Storefront, announced, category, offered, send, show, show_id, start, ticket, ticket_id,
};

async fn open() -> (Storefront, User) {
    let platforms = Platforms::in_memory();
    let app = start(&platforms, platforms.engine(storefront::NAME)).await;
    let storefront = Storefront { app };
    let messages = [announced(show(1, 1)), offered(category(1, 1)), offered(ticket(2, 1))];
    storefront.tell(&messages).await;
    (storefront, platforms.signed_in(show(1, 1).seller))
}

async fn opened(storefront: &Storefront, user: &User, path: &str) -> Reply {
    let request = storefront.app.request(Method::GET, path, Some(user));
    send(request.header("Accept", "text/html")).await
}

async fn scanned(storefront: &Storefront, user: &User, path: &str) -> Reply {
    let request = storefront.app.request(Method::POST, path, Some(user));
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    send(request.header("Accept", "text/html").body("scanId=first&code=BX1%3AA%2B+")).await
}

#[tokio::test]
async fn a_door_opens_for_the_seller_without_other_services() {
    let (storefront, seller) = open().await;
    let other = storefront.app.user();
    for path in [
        format!("/sell/shows/{}/door", show_id(1)),
        format!("/sell/tickets/{}/door", ticket_id(1)),
        format!("/sell/tickets/{}/door", ticket_id(2)),
    ] {
        let door = opened(&storefront, &seller, &path).await.expect(200);
        assert!(door.body.contains("autofocus"), "{}", door.body);
        assert_eq!(door.header("cache-control"), "no-store");
        opened(&storefront, &other, &path).await.expect(404);
        scanned(&storefront, &other, &path).await.expect(404);
    }
}

#[tokio::test]
async fn each_page_of_a_door_has_another_scan_id() {
    let (storefront, seller) = open().await;
    let path = format!("/sell/shows/{}/door", show_id(1));
    let mut ids = Vec::new();
    for _ in 0..2 {
        let door = opened(&storefront, &seller, &path).await.expect(200).body;
        let (_, id) = door.split_once("name=\"scanId\" value=\"").unwrap();
        ids.push(id.split('"').next().unwrap().to_owned());
    }
    assert!(ids.iter().all(|id| id.len() == 24) && ids[0] != ids[1], "{ids:?}");
}

#[tokio::test]
async fn a_scan_without_a_response_can_be_sent_again_with_its_id() {
    let (storefront, seller) = open().await;
    let path = format!("/sell/shows/{}/door", show_id(1));
    let page = scanned(&storefront, &seller, &path).await.expect(503).body;
    assert!(page.contains("Not checked"), "{page}");
    assert!(page.contains("name=\"scanId\" value=\"first\""), "{page}");
    // The text is as it was scanned, with its last space.
    assert!(page.contains("name=\"code\" value=\"BX1:A+ \""), "{page}");
    // The field of the next scan is empty.
    assert!(!page.contains("id=\"code\" name=\"code\" type=\"text\" value"), "{page}");
}
