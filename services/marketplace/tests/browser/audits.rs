//! Properties of every page: accessible in both colour schemes, no wider than a small phone, and
//! light on a first visit.

use testing::browser::{DESKTOP, PHONE, SMALL_PHONE, Scheme, Script, with_browser};

use crate::pages::{PAGES, Page};
use crate::world::{Site, Visitor, world};

/// Bytes of everything that a first visit loads, compressed, with headers.
const FIRST_VISIT_BYTES_MAX: u64 = 60 * 1024;

/// Audits the pages of one half of the table: tests run side by side.
async fn audit(half: &[Page]) {
    let world = world().await;
    let mut broken = Vec::new();
    for site in [Site::Full, Site::Empty] {
        with_browser(world.client(site).base(), Script::On, async |browser| {
            for page in half.iter().filter(|page| page.site == site) {
                world.sign_in(browser, page.visitor).await;
                browser.set_screen(SMALL_PHONE, Scheme::Light).await;
                page.open(browser, world).await;
                let wide = browser.too_wide().await;
                broken.extend(wide.into_iter().map(|element| (page.name, "width", element)));
                for (screen, scheme) in [(PHONE, Scheme::Light), (DESKTOP, Scheme::Dark)] {
                    browser.set_screen(screen, scheme).await;
                    let found = browser.accessibility_violations().await;
                    broken.extend(found.into_iter().map(|rule| (page.name, scheme.name(), rule)));
                }
            }
        })
        .await;
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[tokio::test]
async fn the_first_half_of_the_pages_is_accessible_and_narrow() {
    audit(&PAGES[..PAGES.len() / 2]).await;
}

#[tokio::test]
async fn the_second_half_of_the_pages_is_accessible_and_narrow() {
    audit(&PAGES[PAGES.len() / 2..]).await;
}

#[tokio::test]
async fn a_first_visit_loads_little_and_from_this_site_only() {
    let world = world().await;
    let base = world.client(Site::Full).base().to_owned();
    let is_first = |page: &&Page| page.visitor == Visitor::Nobody && page.site == Site::Full;
    with_browser(&base, Script::On, async |browser| {
        for page in PAGES.iter().filter(is_first) {
            browser.forget_cached_responses().await;
            page.open(browser, world).await;
            let responses = browser.responses().await;
            let bytes: u64 = responses.iter().map(|(_, bytes)| bytes).sum();
            assert!(bytes > 1_000, "{}: {responses:?}", page.name);
            assert!(bytes < FIRST_VISIT_BYTES_MAX, "{}: {bytes}: {responses:?}", page.name);
            let is_own = responses.iter().all(|(url, _)| url.starts_with(&base));
            assert!(is_own, "{}: {responses:?}", page.name);
        }
    })
    .await;
}

/// The second response is 304, whose headers replace those of the first.
#[tokio::test]
async fn a_second_visit_has_its_style_and_its_script() {
    let client = world().await.client(Site::Empty);
    with_browser(client.base(), Script::On, async |browser| {
        for _ in 0..3 {
            browser.open_page("/").await;
            browser.sees("Nothing is on sale yet.").await;
            let sheets = browser.run("return document.styleSheets[0].cssRules.length", &[]).await;
            assert!(sheets.as_u64().is_some_and(|rules| rules > 0), "no style: {sheets}");
        }
    })
    .await;
}
