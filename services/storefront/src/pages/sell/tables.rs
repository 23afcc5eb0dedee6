//! GET /sell/shows/{id}/orders.csv and hours.csv: the tables of the API as files, which browsers
//! cannot request by themselves: a link has no `Accept`.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Path;
use bytes::Bytes;
use contract::ShowId;
use futures::stream::{self, StreamExt as _};
use reqwest::Method;
use reqwest::header::ACCEPT;

use super::own::own_show;
use crate::api::{Reply, Target};
use crate::failure::Failure;
use crate::pages::next_of;
use crate::visit::Visit;

/// Pages of a thousand rows, the size of the API: more than the largest show has orders.
const PAGES_MAX: u32 = 1_000;

/// The rest of a table.
struct Rest {
    path: String,
    cursor: String,
    pages: u32,
}

/// The orders of a show.
pub(crate) async fn orders(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let id = own_show(&visit, &id).await?.id;
    table(visit, format!("/api/shows/{id}/orders"), ("orders", id)).await
}

/// The sums of each hour of a show.
pub(crate) async fn hours(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let id = own_show(&visit, &id).await?.id;
    table(visit, format!("/api/shows/{id}/sales?by=hour"), ("hours", id)).await
}

/// The table, page after page; a failure after the first page breaks the response off.
async fn table(
    visit: Visit,
    path: String,
    (kind, id): (&str, ShowId),
) -> Result<HttpResponse, Failure> {
    let first = read(&visit, &path).await?;
    let rest = rest(&path, first.next.as_deref(), 1);
    let later = stream::unfold(rest, move |rest| {
        let visit = visit.clone();
        async move {
            let Rest { path, cursor, pages } = rest?;
            Some(match read(&visit, &joined(&path, &cursor)).await {
                Ok(page) => {
                    let next = self::rest(&path, page.next.as_deref(), pages + 1);
                    (Ok(without_head(&page.body)), next)
                }
                Err(failure) => (Err(failure), None),
            })
        }
    });
    let body = stream::iter([Ok(first.body)]).chain(later);
    let name = format!("attachment; filename=\"{kind}-{id}.csv\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .streaming(body))
}

async fn read(visit: &Visit, path: &str) -> Result<Reply<Bytes>, Failure> {
    let api = &visit.ports().api;
    let request = api.request(Target::Tickets, Method::GET, path).header(ACCEPT, "text/csv");
    api.read(visit, request).await
}

fn rest(path: &str, next: Option<&str>, pages: u32) -> Option<Rest> {
    let cursor = next_of("", next?)?.trim_start_matches('?').to_owned();
    (pages < PAGES_MAX).then(|| Rest { path: path.to_owned(), cursor, pages })
}

fn joined(path: &str, cursor: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{cursor}")
}

/// The rows of a page: its first line names the columns.
fn without_head(page: &Bytes) -> Bytes {
    match page.iter().position(|byte| *byte == b'\n') {
        Some(end) => page.slice(end + 1..),
        None => Bytes::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_pages_have_rows_only() {
        let rows = |page: &'static str| without_head(&Bytes::from_static(page.as_bytes()));
        assert_eq!(rows("a,b\r\n1,2\r\n3,4\r\n"), "1,2\r\n3,4\r\n");
        assert_eq!(rows("a,b\r\n"), "");
        assert_eq!(rows(""), "");
    }
}
