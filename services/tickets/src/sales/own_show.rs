//! The show whose numbers a request reads, for its seller and administrators.

use contract::ShowId;
use store::Store;
use web::session::Role;
use web::{Code, Problem, SignedIn};

use crate::domain::{Refusal, Show};

/// The show with this id. Errors: 404 if it does not exist; 403 `forbidden` for other users.
pub(crate) async fn own_show(store: &Store, who: &SignedIn, id: ShowId) -> Result<Show, Problem> {
    let show = store.find::<Show>(&id.to_string()).await?.ok_or(Refusal::UnknownShow)?;
    if show.seller == who.user || who.role == Role::Admin {
        return Ok(show);
    }
    Err(Problem::new(Code::FORBIDDEN)
        .detail("Only its seller and administrators see the sales of a show"))
}
