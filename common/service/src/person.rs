//! Requests of a person to all services: an export, or erasure. Each implements [`PersonalData`].

mod part;

use std::future::{Future, ready};
use std::ops::Not;

use bus::{Handled, Listener, Undeliverable};
use contract::catalogue::services::ON_PERSON_REQUESTED;
use contract::part::{Made, Obstacle, PartState};
use contract::person::{PersonAction, PersonRequestState, REQUESTED};
use contract::{Id, MessageType, UserId};
use serde::{Deserialize, Serialize};
use store::{Collection, Document, Loaded, Never, Query, Stop, Store, Tx, Unavailable};

use crate::{Loop, Platform};

pub use part::{PART_BYTES_MAX, PART_ITEMS_MAX, Part};

const TYPES: &[MessageType<PersonRequestState>] = &[REQUESTED];

/// Documents per deletion: few enough for one commit.
const PAGE: u32 = 200;

/// The last request of each person that the service has completed.
pub static COLLECTION: Collection = Collection::named("person_requests_answered");

/// A service's export and erasure of a person's data. Each step may be repeated after a redelivery.
pub trait PersonalData: Clone + Send + Sync + 'static {
    /// Adds the data stored about the person, and nothing about others.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not respond, as for all errors here.
    fn export(
        &self,
        user: UserId,
        part: &mut Part,
    ) -> impl Future<Output = Result<(), Unavailable>> + Send;

    /// Obstacles to the erasure of the person at present; none by default.
    ///
    /// # Errors
    /// As [`Self::export`].
    fn obstacles(
        &self,
        user: UserId,
        forfeits_credit: bool,
    ) -> impl Future<Output = Result<Vec<Obstacle>, Unavailable>> + Send {
        let _ = (user, forfeits_credit);
        ready(Ok(Vec::new()))
    }

    /// Erases the data stored about the person, except for the books. Responses for idempotency
    /// keys, which repeat the books, remain for a day: a late repeat must have no second effect.
    ///
    /// # Errors
    /// As [`Self::export`].
    fn erase(&self, user: UserId) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// The last request of a person that the service has completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CompletedRequest {
    user_id: UserId,
    request: Id,
    version: u64,
    /// Whether the erasure has begun: the person's remaining sessions store nothing more, which the
    /// erasure would not find.
    #[serde(default, skip_serializing_if = "Not::not")]
    is_being_erased: bool,
    /// Whether the person is erased; no later message changes that.
    is_erased: bool,
}

store::document!(CompletedRequest, COLLECTION, |request| request.user_id);

impl CompletedRequest {
    fn covers(&self, request: &PersonRequestState) -> bool {
        self.is_erased || self.request == request.id && self.version >= request.version
    }
}

/// The service's listener for requests of a person.
///
/// # Errors
/// [`Unavailable`] when the bus does not respond, or the catalogue has no part of this service.
pub async fn listener(
    service: &'static str,
    store: &Store,
    platform: &Platform,
    data: impl PersonalData,
) -> Result<Loop, Unavailable> {
    let missing = || Unavailable::new(format!("the catalogue has no part of {service}"));
    let part = contract::part::by(service).ok_or_else(missing)?;
    let (store, clock, ids) = (store.clone(), platform.clock.clone(), platform.ids.clone());
    let handler = move |received: bus::Received<PersonRequestState>| {
        let (store, data, id) = (store.clone(), data.clone(), ids.next(clock.now()));
        async move { on_person_requested(&store, part, id, &data, received.state).await }
    };
    let name = (service, ON_PERSON_REQUESTED);
    Ok(Loop::listener(Listener::new(&platform.bus, &platform.clock, name, TYPES, handler).await?))
}

async fn on_person_requested(
    store: &Store,
    part: MessageType<PartState>,
    id: Id,
    data: &impl PersonalData,
    request: PersonRequestState,
) -> Result<Handled, Undeliverable> {
    let PersonRequestState { user_id, action, .. } = request;
    let known = store.find::<CompletedRequest>(&user_id.to_string()).await?;
    if known.is_some_and(|known| known.covers(&request)) {
        return Ok(Handled::AlreadyApplied);
    }
    let made = match action {
        PersonAction::Export => {
            let mut part = Part::default();
            data.export(user_id, &mut part).await?;
            part.made()
        }
        PersonAction::CheckErasure { forfeits_credit } => {
            Made::Check { obstacles: data.obstacles(user_id, forfeits_credit).await? }
        }
        PersonAction::Erase => {
            store.transact(move |tx| Ok::<_, Stop<Never>>(begin_erasure(tx, &request)?)).await?;
            data.erase(user_id).await?;
            Made::Erasure
        }
    };
    let state =
        PartState { id, request: request.id, request_version: request.version, user_id, made };
    let completing =
        move |tx: &mut Tx<'_>| Ok::<_, Stop<Never>>(complete(tx, request, part, &state)?);
    Ok(store.transact(completing).await?)
}

/// Marks the person as being erased. The mark completes no request, so that a crash repeats the
/// erasure.
fn begin_erasure(tx: &mut Tx<'_>, request: &PersonRequestState) -> Loaded<()> {
    let known = tx.get::<CompletedRequest>(request.user_id)?;
    let none = CompletedRequest {
        user_id: request.user_id,
        request: request.id,
        version: 0,
        is_being_erased: false,
        is_erased: false,
    };
    tx.put(CompletedRequest { is_being_erased: true, ..known.unwrap_or(none) });
    Ok(())
}

/// Publishes the part, once.
fn complete(
    tx: &mut Tx<'_>,
    request: PersonRequestState,
    part: MessageType<PartState>,
    state: &PartState,
) -> Loaded<Handled> {
    let PersonRequestState { id, version, user_id, action } = request;
    let known = tx.get::<CompletedRequest>(user_id)?;
    if known.as_ref().is_some_and(|known| known.covers(&request)) {
        return Ok(Handled::AlreadyApplied);
    }
    let is_erased = matches!(action, PersonAction::Erase);
    let is_being_erased = !is_erased && known.is_some_and(|known| known.is_being_erased);
    let completed = CompletedRequest { user_id, request: id, version, is_being_erased, is_erased };
    tx.put(completed);
    tx.publish(part.of(state.clone()));
    Ok(Handled::Applied)
}

/// Whether a person is erased, or the erasure has begun; a session may outlast it by a moment, and
/// must store nothing.
///
/// # Errors
/// As [`Tx::get`].
pub fn is_erased(tx: &mut Tx<'_>, user: UserId) -> Loaded<bool> {
    Ok(tx
        .get::<CompletedRequest>(user)?
        .is_some_and(|known| known.is_being_erased || known.is_erased))
}

/// As [`is_erased`] for several persons, in their order: decisions read them at once.
///
/// # Errors
/// As [`Tx::get_all`].
pub fn are_erased(tx: &mut Tx<'_>, users: &[UserId]) -> Loaded<Vec<bool>> {
    let known = tx.get_all::<CompletedRequest>(users)?.into_iter();
    let is_erased = |known: CompletedRequest| known.is_being_erased || known.is_erased;
    Ok(known.map(|known| known.is_some_and(is_erased)).collect())
}

/// Deletes documents, as far as they exist.
///
/// # Errors
/// [`Unavailable`] when the store does not respond.
pub async fn delete<D: Document>(store: &Store, ids: Vec<String>) -> Result<(), Unavailable> {
    end(store, ids, delete_one::<D>).await
}

/// Deletes the documents of a query; a repeat deletes the rest.
///
/// # Errors
/// As [`delete`].
pub async fn delete_all<D: Document>(store: &Store, query: Query) -> Result<(), Unavailable> {
    end_all(store, query, delete_one::<D>).await
}

/// Ends the documents of a query, page by page; a repeat ends the rest. `end_one` removes each of
/// them from the query.
///
/// # Errors
/// As [`delete`].
pub async fn end_all<D: Document>(
    store: &Store,
    query: Query,
    end_one: fn(&mut Tx<'_>, &D),
) -> Result<(), Unavailable> {
    let query = query.limit(PAGE);
    loop {
        let page: Vec<D> = store.query(query.clone()).await?;
        if page.is_empty() {
            return Ok(());
        }
        end(store, page.iter().map(Document::document_id).collect(), end_one).await?;
    }
}

async fn end<D: Document>(
    store: &Store,
    ids: Vec<String>,
    end_one: fn(&mut Tx<'_>, &D),
) -> Result<(), Unavailable> {
    let ending = store.transact(move |tx: &mut Tx<'_>| {
        for document in tx.get_all::<D>(&ids)?.into_iter().flatten() {
            end_one(tx, &document);
        }
        Ok::<_, Stop<Never>>(())
    });
    let cannot = format!("cannot delete from {}", D::COLLECTION.name);
    ending.await.map_err(|failure| Unavailable::caused_by(cannot, failure))
}

fn delete_one<D: Document>(tx: &mut Tx<'_>, document: &D) {
    tx.delete::<D>(document.document_id());
}
