//! GET /api/transfers

use std::str::FromStr;

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use store::Query;
use web::{Cursor, Page, PageSize, Problem, QueryString, Response, SignedIn};

use super::views::{TransferRole, TransferView};
use crate::Ports;
use crate::domain::Transfer;

web::params! {
    /// Page of the list.
    pub(crate) struct ListTransfersParams {
        /// `sender`: those that the user offered; `recipient`, the default: those offered to the
        /// user.
        pub(crate) role: TransferRole,
        /// Transfers on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

impl FromStr for TransferRole {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sender" => Ok(Self::Sender),
            "recipient" => Ok(Self::Recipient),
            _ => Err("must be sender or recipient"),
        }
    }
}

/// Lists the transfers of the signed-in user, newest first.
#[utoipa::path(
    params(ListTransfersParams),
    responses(
        (status = 200, description = "A page of transfers", body = [TransferView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
    ),
    security(("session" = [])),
)]
#[get("/api/transfers")]
pub(crate) async fn list_transfers(
    ports: Data<Ports>,
    who: SignedIn,
    params: QueryString<ListTransfersParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListTransfersParams { role, limit, cursor } = params.0;
    let own = match role.unwrap_or(TransferRole::Recipient) {
        TransferRole::Sender => Query::on("by_sender").equals(who.user),
        TransferRole::Recipient => Query::on("by_recipient").equals(who.user),
    };
    let page = (limit, cursor);
    let page = Page::<Transfer>::read(&ports.store, &request, own.descending(), page).await?;
    Ok(page.shown(|transfer| TransferView::of(transfer, who.user)))
}
