//! Paths of pages.

use std::borrow::Cow;

use actix_web::http::Uri;

/// Parameters that campaigns add to links, by their names or the beginnings of their names.
const CAMPAIGN_PARAMETERS: [&str; 8] =
    ["utm_", "fbclid", "gclid", "gbraid", "wbraid", "msclkid", "mc_cid", "mc_eid"];

/// The path and query of a page, without the parameters of campaigns, which no page reads: links of
/// a campaign lead to the same kept page.
pub(crate) fn page_path(target: &Uri) -> Cow<'_, str> {
    without_campaigns(target.path_and_query().map_or("/", |path| path.as_str()))
}

/// A path and query without the parameters of campaigns.
pub(crate) fn without_campaigns(whole: &str) -> Cow<'_, str> {
    let Some((path, query)) = whole.split_once('?') else { return Cow::Borrowed(whole) };
    let is_own = |pair: &&str| !CAMPAIGN_PARAMETERS.iter().any(|name| pair.starts_with(name));
    if query.split('&').all(|pair| is_own(&pair)) {
        return Cow::Borrowed(whole);
    }
    let own: Vec<&str> = query.split('&').filter(is_own).collect();
    if own.is_empty() { Cow::Borrowed(path) } else { format!("{path}?{}", own.join("&")).into() }
}

/// A path of this site that a visitor returns to; the list for anything else.
pub(crate) fn own_path(text: Option<&str>) -> &str {
    let text = text.unwrap_or("/");
    let is_own = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(['\\', '\r', '\n', '\t', '\0'])
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_own { text } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_campaigns_are_left_out() {
        for (link, page) in [
            ("/", "/"),
            ("/?q=a&sort=newest", "/?q=a&sort=newest"),
            ("/?utm_source=a&utm_medium=b", "/"),
            ("/shows/1?fbclid=x&reported=1&gclid=y", "/shows/1?reported=1"),
            ("/?q=utm_source", "/?q=utm_source"),
        ] {
            assert_eq!(page_path(&link.parse().unwrap()), page, "{link}");
        }
    }

    #[test]
    fn a_visitor_returns_to_pages_of_this_site_only() {
        for path in ["/", "/orders/1", "/?q=a%20b&sort=newest"] {
            assert_eq!(own_path(Some(path)), path);
        }
        for path in [
            "",
            "orders",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil",
            "/a\r\nSet-Cookie: x=1",
            "javascript:alert(1)",
            "/ä",
        ] {
            assert_eq!(own_path(Some(path)), "/", "{path}");
        }
        assert_eq!(own_path(None), "/");
    }
}
