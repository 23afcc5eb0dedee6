//! Summarises the sales of a day: each seller is owed a letter.

use std::time::Duration;

use store::{Never, Query, Stop, Tx, Unavailable};

use crate::Ports;
use crate::domain::{Content, Letter, SaleDay};
use crate::letters::owe;

/// Days per step.
const PAGE: u32 = 100;

/// Pause between two reads: a summary is not urgent.
pub(crate) const PERIOD: Duration = Duration::from_mins(1);

/// Creates the letters of a page of days that are over. Returns their number.
pub(crate) async fn summarise_days(ports: Ports) -> Result<usize, Unavailable> {
    let query = Query::on("due").equals(true).to(ports.clock.now()).limit(PAGE);
    let due: Vec<SaleDay> = ports.store.query(query).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let ids: Vec<String> = due.into_iter().map(|day| day.id).collect();
    let count = ids.len();
    let summarising = ports.store.transact(move |tx: &mut Tx<'_>| {
        let now = tx.now();
        let mut letters = Vec::new();
        for day in tx.get_all::<SaleDay>(&ids)?.into_iter().flatten() {
            let Some(since) = day.due_at.filter(|due_at| *due_at <= now) else { continue };
            let content = Content::DailySales(day.sales.clone());
            let id = format!("sales.{}", day.id);
            letters.extend(Letter::to_account(id, day.seller, content, (since, now)));
            tx.save(day.summarised());
        }
        Ok::<_, Stop<Never>>(owe(tx, letters)?)
    });
    let cannot = |failure| Unavailable::caused_by("cannot summarise sales", failure);
    ports.notify_sender(summarising.await.map_err(cannot)?);
    Ok(count)
}
