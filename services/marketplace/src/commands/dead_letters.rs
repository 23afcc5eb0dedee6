//! Messages that a listener could never handle: lists them, shows one, publishes them again.

use bus::{Bus, DeadLetter};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde::Serialize;
use serde_json::value::RawValue;
use service::process::StartError;
use store::Unavailable;

use super::arguments::{json, service_names};
use super::operating::with_engines;
use super::output::{Output, print, print_json, table};
use crate::settings::MarketplaceSettings;

/// A dead letter, as JSON.
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

pub(super) fn command() -> Command {
    let service = || {
        let service = Arg::new("service").long("service").value_name("SERVICE");
        service.value_parser(service_names()).help("Only dead letters of this service")
    };
    let id = || Arg::new("id").value_name("ID").value_parser(clap::value_parser!(i64));
    Command::new("dead-letters")
        .about("Messages that a listener could not handle")
        .subcommand_required(true)
        .subcommand(Command::new("list").about("Lists dead letters").arg(service()).arg(json()))
        .subcommand(
            Command::new("show")
                .about("Shows a dead letter with its message")
                .arg(id().required(true).help("The number, as shown by list"))
                .arg(json()),
        )
        .subcommand(
            Command::new("replay")
                .about("Republishes one dead letter, or all; versions make repeats harmless")
                .arg(id().required_unless_present("all").help("The number, as shown by list"))
                .arg(
                    Arg::new("all")
                        .long("all")
                        .action(ArgAction::SetTrue)
                        .conflicts_with("id")
                        .help("All present dead letters"),
                )
                .arg(service().conflicts_with("id")),
        )
}

pub(super) async fn dead_letters(
    settings: &MarketplaceSettings,
    given: &ArgMatches,
) -> Result<(), StartError> {
    with_engines(settings, async |engines| work(engines.bus(), given).await).await
}

async fn work(bus: &Bus, given: &ArgMatches) -> Result<(), StartError> {
    match given.subcommand() {
        Some(("show", given)) => show(bus, id(given), given.into()).await?,
        Some(("replay", given)) if given.get_flag("all") => {
            replay_all(bus, service(given)).await?;
        }
        Some(("replay", given)) => {
            bus.replay(id(given)).await?;
            print("1 message published again")?;
        }
        Some((_, given)) => list(bus, service(given), given.into()).await?,
        None => {}
    }
    Ok(())
}

fn id(given: &ArgMatches) -> i64 {
    given.get_one::<i64>("id").copied().unwrap_or_default()
}

fn service(given: &ArgMatches) -> Option<&str> {
    given.get_one::<String>("service").map(String::as_str)
}

async fn list(bus: &Bus, service: Option<&str>, output: Output) -> Result<(), Unavailable> {
    let letters = bus.dead_letters(service).await?;
    if output == Output::Programs {
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

async fn show(bus: &Bus, id: i64, output: Output) -> Result<(), Unavailable> {
    let letter = bus.dead_letter(id).await?;
    let letter = letter.ok_or_else(|| Unavailable::new(format!("no such dead letter: {id}")))?;
    if output == Output::Programs {
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
