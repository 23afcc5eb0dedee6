//! GET /live: a stream of changes, as server-sent events.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use bytes::{Bytes, BytesMut};
use contract::{OrderId, Timestamp, UserId};
use futures::future::try_join_all;
use futures::{Stream, stream};
use serde_json::json;
use store::{Store, Unavailable};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use web::{ClientAddress, Closing, Code, NetworkSlot, Problem, Sessions};

use super::frames::{frame, stock};
use super::hub::{Batch, Frame};
use super::local::LocalHub;
use super::topic::Topic;
use crate::api::{Target, views::OrderView};
use crate::failure::Failure;
use crate::visit::Visit;

/// Maximum topics of a stream: the categories of a full page of the list.
const TOPICS_MAX: usize = 200;

/// Maximum orders of a stream: each is read once when it begins.
const ORDERS_MAX: usize = 10;

/// Period of comments, which keep proxies from closing a quiet stream, and notice dead clients.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Least lifetime of a stream, which ends with a heartbeat. Sessions are verified and deployments
/// proceed when browsers reconnect.
const LIFETIME: Duration = Duration::from_mins(10);

/// The lifetimes of streams differ by up to this, so that they do not reconnect together.
const LIFETIME_SPREAD_MS: u64 = 120_000;

/// Time after which a browser reconnects.
const RETRY: &str = "retry: 2000\n\n";

/// The session for which a stream shows orders.
struct Buyer {
    id: UserId,
    sessions: Data<Sessions>,
    token: String,
}

impl Buyer {
    /// Whether the session has neither expired nor been revoked.
    fn is_signed_in(&self) -> bool {
        self.sessions.verify(&self.token).is_some_and(|claims| claims.sub == self.id)
    }
}

struct Open {
    /// Sorted.
    topics: Box<[Topic]>,
    /// The buyer of the orders among the topics.
    buyer: Option<Buyer>,
    store: Store,
    clock: sources::Clock,
    batches: Receiver<Arc<Batch>>,
    heartbeat: Interval,
    ends_at: Instant,
    first: Option<Bytes>,
    /// Freed with the stream.
    _place: NetworkSlot,
}

/// Opens a stream of the topics. Errors: 400 `invalid_request`; 401 `not_signed_in` and 404
/// `not_found` for orders of others; 503 `busy` with too many streams.
pub(crate) async fn open(
    request: HttpRequest,
    address: ClientAddress,
) -> Result<HttpResponse, Problem> {
    let missing = || Problem::new(Code::UNAVAILABLE);
    let local = request.app_data::<Data<LocalHub>>().cloned().ok_or_else(missing)?;
    // Before anything is awaited: a stream must not miss the end of the process.
    let closing = request.app_data::<Data<Closing>>().map(|closing| closing.subscribe());
    let closing = closing.filter(|closing| !*closing.borrow());
    let closing = closing.ok_or_else(missing)?;
    let visit = Visit::begin(&request).await.map_err(problem)?;
    let form = visit.query().map_err(problem)?;
    let invalid = |rule: &str| Problem::invalid().error("topics", rule);
    let topics = form.value("topics").split(',').map(str::parse::<Topic>);
    let topics: BTreeSet<Topic> = topics.collect::<Result<_, _>>().map_err(invalid)?;
    let topics: Box<[Topic]> = topics.into_iter().collect();
    if topics.len() > TOPICS_MAX {
        return Err(invalid("must be at most 200 topics"));
    }
    if topics.iter().filter(|topic| matches!(topic, Topic::Order(_))).count() > ORDERS_MAX {
        return Err(invalid("must have at most 10 orders"));
    }
    let ports = visit.ports();
    let busy = || Problem::new(Code::BUSY).detail("Too many streams");
    let place = ports.live.places.take(address.into()).ok_or_else(busy)?;
    // Before the present state is read: no change is lost between the two.
    let batches = local.subscribe(closing);
    let now = ports.clock.now();
    let mut first = BytesMut::from(RETRY.as_bytes());
    let orders = topics.iter().filter_map(|topic| match topic {
        Topic::Order(id) => Some(*id),
        Topic::Ticket(_) => None,
    });
    let orders: Vec<OrderId> = orders.collect();
    let buyer = if orders.is_empty() { None } else { Some(buyer(&request, &visit)?) };
    let present_orders = try_join_all(orders.iter().map(|id| order(&visit, *id, now)));
    for frame in present_orders.await.map_err(problem)? {
        first.extend_from_slice(&frame);
    }
    first.extend_from_slice(&present(&ports.store, &topics, now).await?);
    let start = Instant::now();
    let spread = u64::from_le_bytes(ports.ids.random_bytes()) % LIFETIME_SPREAD_MS;
    let mut heartbeat = interval_at(start + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let open = Open {
        topics,
        buyer,
        store: ports.store.clone(),
        clock: ports.clock.clone(),
        batches,
        heartbeat,
        ends_at: start + LIFETIME + Duration::from_millis(spread),
        first: Some(first.freeze()),
        _place: place,
    };
    let mut response = HttpResponse::Ok();
    for cookie in visit.set_cookies() {
        response.append_header((actix_web::http::header::SET_COOKIE, cookie));
    }
    Ok(response
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((HeaderName::from_static("x-accel-buffering"), "no"))
        .streaming(frames(open)))
}

fn frames(open: Open) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(open, |mut open| async move {
        let next = open.next().await?;
        Some((Ok(next), open))
    })
}

impl Open {
    /// The next bytes; `None` at the end of its lifetime, or if the store does not respond.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            tokio::select! {
                batch = self.batches.recv() => match batch {
                    Ok(batch) if self.has_ended_session(&batch) => return None,
                    Ok(batch) => {
                        if let Some(bytes) = self.of_batch(&batch) {
                            return Some(bytes);
                        }
                    }
                    // Too slow: its orders are read anew by the page.
                    Err(RecvError::Lagged(_)) if self.buyer.is_some() => return None,
                    Err(RecvError::Lagged(_)) => {
                        let present = present(&self.store, &self.topics, self.clock.now());
                        // Boxed: it is rare, and every stream has room for the rest.
                        return Box::pin(present).await.ok();
                    }
                    Err(RecvError::Closed) => return None,
                },
                _ = self.heartbeat.tick() => {
                    let is_ended = self.buyer.as_ref().is_some_and(|buyer| !buyer.is_signed_in());
                    let is_ended = is_ended || Instant::now() >= self.ends_at;
                    return (!is_ended).then_some(Bytes::from_static(b":\n\n"));
                }
            }
        }
    }

    /// Whether a batch has a change for the buyer, whose session has ended meanwhile.
    fn has_ended_session(&self, Batch(frames): &Batch) -> bool {
        let Some(buyer) = &self.buyer else { return false };
        let is_for_buyer = frames.iter().any(|frame| frame.owner == Some(buyer.id));
        is_for_buyer && !buyer.is_signed_in()
    }

    /// The frames of its topics; those of one are not copied.
    fn of_batch(&self, Batch(frames): &Batch) -> Option<Bytes> {
        let is_own = |frame: &&Frame| {
            let buyer = self.buyer.as_ref().map(|buyer| buyer.id);
            let may_see = frame.owner.is_none() || frame.owner == buyer;
            may_see && self.topics.binary_search(&frame.topic).is_ok()
        };
        let mut own = frames.iter().filter(is_own);
        let first = own.next()?.bytes.clone();
        let Some(second) = own.next() else { return Some(first) };
        let mut joined = BytesMut::from(first);
        joined.extend_from_slice(&second.bytes);
        own.for_each(|frame| joined.extend_from_slice(&frame.bytes));
        Some(joined.freeze())
    }
}

/// The present state of the tickets among the topics.
async fn present(store: &Store, topics: &[Topic], now: Timestamp) -> Result<Bytes, Unavailable> {
    let tickets = topics.iter().filter_map(|topic| match topic {
        Topic::Ticket(id) => Some(*id),
        Topic::Order(_) => None,
    });
    let frames = stock(store, tickets, now).await?;
    let mut bytes = BytesMut::new();
    for frame in &frames {
        bytes.extend_from_slice(&frame.bytes);
    }
    Ok(bytes.freeze())
}

/// The session of a request for orders.
fn buyer(request: &HttpRequest, visit: &Visit) -> Result<Buyer, Problem> {
    let id = visit.signed_in().map_err(problem)?.user;
    let missing = || Problem::new(Code::NOT_SIGNED_IN);
    let sessions = request.app_data::<Data<Sessions>>().cloned().ok_or_else(missing)?;
    let token = visit.cookie(sessions.cookie.name()).ok_or_else(missing)?;
    Ok(Buyer { id, sessions, token })
}

/// The present state of an own order.
async fn order(visit: &Visit, id: OrderId, now: Timestamp) -> Result<Bytes, Failure> {
    let path = format!("/api/orders/{id}");
    let order: OrderView = visit.ports().api.get(visit, Target::Orders, &path).await?.body;
    let data = json!({
        "orderId": order.id,
        "version": order.version,
        "status": order.status_name(),
    });
    Ok(frame(order.message_name(), now, &data))
}

fn problem(failure: Failure) -> Problem {
    match failure {
        Failure::SignIn => Problem::new(Code::NOT_SIGNED_IN),
        Failure::NotFound => Problem::new(Code::NOT_FOUND),
        Failure::Invalid(rule) => Problem::invalid().detail(rule),
        Failure::Problem(refused) => match refused.status {
            401 => Problem::new(Code::NOT_SIGNED_IN),
            404 => Problem::new(Code::NOT_FOUND),
            429 => {
                Problem::new(Code::TOO_MANY_REQUESTS).retry_after(refused.retry_after.unwrap_or(1))
            }
            _ => Problem::new(Code::UNAVAILABLE),
        },
        Failure::Unavailable | Failure::Internal => Problem::new(Code::UNAVAILABLE),
    }
}
