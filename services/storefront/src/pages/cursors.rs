//! Pages of lists: the cursors of the API in the queries of pages.

use crate::form::Form;

/// The path of a list of the API, at the cursor of a page.
pub(crate) fn with_cursor(path: &str, form: &Form) -> String {
    cursor_of(path, form, "cursor")
}

/// The same, for a page with several lists: the field of the cursor has the name of the list.
pub(crate) fn cursor_of(path: &str, form: &Form, name: &str) -> String {
    match form.given(name).filter(|cursor| cursor.bytes().all(|b| b.is_ascii_hexdigit())) {
        Some(cursor) => {
            let joined = if path.contains('?') { '&' } else { '?' };
            format!("{path}{joined}cursor={cursor}")
        }
        None => path.to_owned(),
    }
}

/// The path of a page, at the cursor of the API's next page.
pub(crate) fn next_of(path: &str, next: &str) -> Option<String> {
    let (_, query) = next.split_once('?')?;
    let cursor = query.split('&').find(|pair| pair.starts_with("cursor="))?;
    Some(format!("{path}?{cursor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cursors_reach_the_api() {
        let form = |query: &str| Form::parse(query.as_bytes()).unwrap();
        assert_eq!(with_cursor("/api/orders", &form("cursor=0aF9")), "/api/orders?cursor=0aF9");
        assert_eq!(with_cursor("/api/orders", &form("cursor=1%26limit%3D100")), "/api/orders");
        assert_eq!(with_cursor("/api/orders", &form("")), "/api/orders");
        let of_shows = cursor_of("/api/shows?limit=10", &form("shows=0a&tickets=0b"), "shows");
        assert_eq!(of_shows, "/api/shows?limit=10&cursor=0a");
    }

    #[test]
    fn a_page_continues_with_its_own_path() {
        let next = "/api/orders?limit=20&cursor=0a";
        assert_eq!(next_of("/orders", next).as_deref(), Some("/orders?cursor=0a"));
        assert_eq!(next_of("/orders", "/api/orders"), None);
    }
}
