//! Messages that a listener could never handle: lists them, shows one, publishes them again.

use bus::{Bus, DeadLetter};
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::value::RawValue;
use service::process::StartError;
use store::Unavailable;

use super::arguments::service_names;
use super::output::{Format, print, print_json, table};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LetterView<'l> {
    id: i64,
    service: &'l str,
    subject: &'l str,
    origin: &'l str,
    reason: &'l str,
    at: contract::Timestamp,
    message: Box<RawValue>,
}

impl<'l> From<&'l DeadLetter> for LetterView<'l> {
    fn from(letter: &'l DeadLetter) -> Self {
        let DeadLetter { id, service, subject, origin, reason, body, at } = letter;
        // A listener keeps what is no JSON as a JSON text.
        let message = RawValue::from_string(body.clone()).unwrap_or_default();
        Self { id: *id, service, subject, origin, reason, at: *at, message }
    }
}

#[derive(Subcommand)]
pub(super) enum Operation {
    /// Lists dead letters.
    List {
        #[command(flatten)]
        of: OfService,
        #[command(flatten)]
        format: Format,
    },
    /// Shows a dead letter with its message.
    Show {
        /// The number, as shown by list.
        id: i64,
        #[command(flatten)]
        format: Format,
    },
    /// Republishes one dead letter, or all; versions make repeats harmless.
    Replay {
        /// The number, as shown by list.
        #[arg(required_unless_present = "all", conflicts_with_all = ["all", "service"])]
        id: Option<i64>,
        /// All present dead letters.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        of: OfService,
    },
}

#[derive(Args)]
pub(super) struct OfService {
    /// Only dead letters of this service.
    #[arg(long, value_parser = service_names())]
    service: Option<String>,
}

impl Operation {
    pub(super) async fn run(self, bus: &Bus) -> Result<(), StartError> {
        match self {
            Self::List { of, format } => list(bus, of.service.as_deref(), format).await?,
            Self::Show { id, format } => show(bus, id, format).await?,
            Self::Replay { id: Some(id), .. } => {
                bus.replay(id).await?;
                print("1 message published again")?;
            }
            Self::Replay { id: None, of, .. } => replay_all(bus, of.service.as_deref()).await?,
        }
        Ok(())
    }
}

async fn list(bus: &Bus, service: Option<&str>, format: Format) -> Result<(), Unavailable> {
    let letters = bus.dead_letters(service).await?;
    if format.json {
        return print_json(&letters.iter().map(LetterView::from).collect::<Vec<_>>());
    }
    if letters.is_empty() {
        return print("no dead letters");
    }
    let row = |letter: &DeadLetter| {
        let DeadLetter { id, subject, reason, at, .. } = letter;
        [id.to_string(), at.to_string(), subject.clone(), reason.clone()]
    };
    let rows: Vec<_> = letters.iter().map(row).collect();
    print(&table(["id", "given up", "subject", "reason"], &rows))
}

async fn show(bus: &Bus, id: i64, format: Format) -> Result<(), Unavailable> {
    let letter = bus.dead_letter(id).await?;
    let letter = letter.ok_or_else(|| Unavailable::new(format!("no such dead letter: {id}")))?;
    if format.json {
        return print_json(&LetterView::from(&letter));
    }
    let DeadLetter { service, subject, origin, reason, body, at, .. } = &letter;
    print(&format!(
        "id        {id}\nservice   {service}\nsubject   {subject}\norigin    {origin}\n\
         given up  {at}\nreason    {reason}\nmessage   {body}"
    ))
}

/// Republishes the present dead letters. A repeated failure is a new dead letter with a greater
/// number.
async fn replay_all(bus: &Bus, service: Option<&str>) -> Result<(), Unavailable> {
    let (mut replayed, mut newest) = (0_u64, None);
    loop {
        let mut letters = bus.dead_letters(service).await?;
        if newest.is_none() {
            // Oldest first: a list has a bound, and letters beyond it are reported below.
            newest = letters.last().map(|letter| letter.id);
        }
        letters.retain(|letter| newest.is_some_and(|newest| letter.id <= newest));
        if letters.is_empty() {
            break;
        }
        for letter in letters {
            bus.replay(letter.id).await?;
            replayed += 1;
        }
    }
    let left = bus.dead_letters(service).await?.len();
    let left = if left == 0 { String::new() } else { format!("; {left} are left or new") };
    print(&format!("{replayed} messages published again{left}"))
}
