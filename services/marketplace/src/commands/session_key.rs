//! Takes a step of changing the key that sessions are signed with.

use service::process::StartError;
use service::session_key::rotation::{self, POLL_PERIOD, Step};
use web::session::Jwk;

use super::output::print;
use crate::settings::MarketplaceSettings;

pub(super) fn session_key(settings: &MarketplaceSettings, step: Step) -> Result<(), StartError> {
    let path = settings.session_key.path();
    let ring = rotation::take(step, path)?;
    let mut lines = vec![format!("{} holds", path.display())];
    for (at, key) in ring.public.iter().enumerate() {
        let does = if at == 0 { "signs" } else { "is accepted" };
        lines.push(format!("  {}  {does}", Jwk::of(key).kid));
    }
    lines.push(next(step, settings));
    Ok(print(&lines.join("\n"))?)
}

/// Next step of the operator, and its time.
fn next(step: Step, settings: &MarketplaceSettings) -> String {
    let lifetime = settings.services.get::<auth::Settings>().lifetimes.token;
    match step {
        Step::Announce => format!(
            "Next: once every process has read its key file (they look every {POLL_PERIOD:?}; a mounted secret may take \
             minutes to reach them) and /.well-known/jwks.json shows the new key, use"
        ),
        Step::Use => {
            format!("Next: once no token of the old key is left, after {lifetime:?}, retire")
        }
        Step::Retire => "Tokens of other keys are refused; their sessions renew them.".to_owned(),
    }
}
