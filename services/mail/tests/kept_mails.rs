//! The routes of kept mails.

use crate::post_office::PostOffice;

/// Production requires a server.
#[tokio::test]
async fn a_marketplace_that_sends_mails_to_a_server_shows_none() {
    let office = PostOffice::open().await;
    for path in ["/dev/mail", "/dev/mail/receipt@example.com"] {
        office.get(None, path).await.expect_problem(404, "not_found");
    }
}
