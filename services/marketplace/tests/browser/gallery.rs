//! Pictures of every page, for people to look at: `cargo xtask gallery`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use testing::User;
use testing::browser::{Browser, DESKTOP, PHONE, Scheme, Screen, Script, with_browser};

use crate::marketplace::Marketplace;
use crate::pages::PAGES;
use crate::world::{Site, world};

/// The screens of the pictures.
const SCREENS: [Screen; 2] = [PHONE, DESKTOP];

/// The password of every account of the demo.
const DEMO_PASSWORD: &str = "a fine evening";

/// Pages of the demo: their names, accounts and paths. `{n}` is the n-th show of the list.
const DEMO: &[(&str, &str, &str)] = &[
    ("demo-home", "", "/"),
    ("demo-show", "", "/shows/{0}"),
    ("demo-show-buyer", "ann", "/shows/{1}"),
    ("demo-orders", "ann", "/orders"),
    ("demo-order", "ann", "/orders/{order}"),
];

/// Writes a picture of each page on each screen in each scheme, and a page that shows them, to the
/// directory that the variable `GALLERY` names.
#[tokio::test]
#[ignore = "writes files: cargo xtask gallery"]
async fn gallery() {
    let directory = PathBuf::from(std::env::var_os("GALLERY").unwrap());
    std::fs::create_dir_all(&directory).unwrap();
    let mut index = String::from(HEAD);
    pictures_of_the_demo(&directory, &mut index).await;
    let world = world().await;
    for site in [Site::Full, Site::Empty] {
        with_browser(world.client(site).base(), Script::On, async |browser| {
            for page in PAGES.iter().filter(|page| page.site == site) {
                world.sign_in(browser, page.visitor).await;
                page.open(browser, world).await;
                pictures(browser, page.name, &directory, &mut index).await;
            }
        })
        .await;
    }
    std::fs::write(directory.join("index.html"), index).unwrap();
}

async fn pictures_of_the_demo(directory: &Path, index: &mut String) {
    let data = crate::marketplace::directory();
    let demo = Marketplace::of_demo(data.path()).await;
    let client = demo.client();
    let shows = client.get(None, "/api/shows").await.ids();
    with_browser(client.base(), Script::On, async |browser| {
        for (name, account, path) in DEMO {
            browser.open_page("/").await;
            browser.forget_cookies().await;
            let mut path = (*path).to_owned();
            if !account.is_empty() {
                let body = json!({
                    "email": format!("{account}@example.com"), "password": DEMO_PASSWORD,
                });
                let user = User::by_token(&client.post(None, "/api/users/signin", &body).await);
                let orders = client.get(Some(&user), "/api/orders").await.ids();
                path = path.replace("{order}", orders.first().map_or("", String::as_str));
                browser.sign_in_as(&user).await;
            }
            for (number, id) in shows.iter().enumerate() {
                path = path.replace(&format!("{{{number}}}"), id);
            }
            browser.open_page(&path).await;
            pictures(browser, name, directory, index).await;
        }
    })
    .await;
}

async fn pictures(browser: &Browser, name: &str, directory: &Path, index: &mut String) {
    write!(index, "<h2>{name}</h2>\n<div>").unwrap();
    for scheme in Scheme::ALL {
        for screen in SCREENS {
            let file = format!("{name}-{}-{}.png", screen.width, scheme.name());
            browser.screenshot(screen, scheme, &directory.join(&file)).await;
            let width = screen.width / 2;
            let image = format!("<img src=\"{file}\" alt=\"{file}\" width={width}>");
            write!(index, "<a href=\"{file}\">{image}</a>").unwrap();
        }
    }
    index.push_str("</div>\n");
}

const HEAD: &str = "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n<title>Gallery</title>\n\
    <style>body{font:16px sans-serif;background:#888} div{display:flex;gap:16px;\
    align-items:start;overflow-x:auto}</style>\n";
