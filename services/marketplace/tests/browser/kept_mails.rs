//! Mails that the program keeps as files, read at `/dev/mail` as a person does.

use testing::browser::Browser;

/// Waits for the newest mail of a subject to an address; returns the path of its page.
async fn newest(browser: &Browser, subject: &str, address: &str) -> String {
    const SCRIPT: &str = "const mail = [...document.querySelectorAll('li')].find((mail) => \
        mail.innerText.startsWith(`${arguments[0]} to ${arguments[1]},`)); \
        return mail?.querySelector('a').getAttribute('href') ?? null";
    let mut path = None;
    let is_kept = async || {
        browser.open_page("/dev/mail").await;
        let found = browser.run(SCRIPT, &[subject.into(), address.into()]).await;
        path = found.as_str().map(str::to_owned);
        path.is_some()
    };
    browser.until(&format!("{address} has the mail {subject:?}"), is_kept).await;
    path.unwrap()
}

/// Waits for the newest mail of a subject to an address, and opens its link to this page, which is
/// on the site of the browser. Returns the path.
pub(crate) async fn follow(
    browser: &Browser,
    (subject, page): (&str, &str),
    address: &str,
) -> String {
    const SCRIPT: &str = "const link = [...document.links].find((link) => \
        link.pathname.startsWith(arguments[0])); return link?.pathname ?? null";
    let mail = newest(browser, subject, address).await;
    browser.open_page(&mail).await;
    let link = browser.run(SCRIPT, &[page.into()]).await;
    assert!(link.is_string(), "{subject:?} has no link to {page}");
    let link = link.as_str().unwrap().to_owned();
    browser.open_page(&link).await;
    link
}
