//! One pass of sending: which of the due letters are attempted, and the effect of each attempt.

use std::collections::HashMap;

use contract::{Language, Timestamp, UserId};
use store::{Document, Loaded, Never, Stop, Tx};

use crate::domain::{
    Admission, Contact, Content, Letter, LetterState, MailKind, Preferences, Recipient, Show, To,
    Unsent,
};
use crate::recipients::{count_id, refusal_id};
use crate::transport::{DeliveryFailure, FailureKind};

/// A reserved letter, with the facts that its mail needs.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) letter: Letter,
    /// When the attempt was due.
    pub(crate) due_at: Timestamp,
    /// The address and the language of the recipient.
    pub(crate) address: Address,
    /// The show of a receipt.
    pub(crate) show: Option<Show>,
    /// The preferences, for the link that switches such mails off.
    pub(crate) preferences: Option<Preferences>,
}

/// The result of a reservation.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    /// The reserved letters.
    pub(crate) attempts: Vec<Attempt>,
    /// Reasons of the letters that ended instead.
    pub(crate) unsent: Vec<Unsent>,
}

/// The address of a recipient.
#[derive(derive_more::Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    #[debug("…")]
    pub(crate) email: String,
    pub(crate) language: Language,
}

/// The effect of an attempt.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A server accepted the mail.
    Sent,
    /// The delivery failed.
    Failed(DeliveryFailure),
    /// The mail cannot be rendered.
    Unrenderable,
    /// The pass ended before the attempt began.
    NotAttempted,
}

/// The state of the server that an attempt shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerState {
    /// It accepted the mail, or the sender of a mail whose recipient it delays.
    Available,
    /// It is away, or does not admit the sender.
    Unreachable,
}

impl Outcome {
    /// The state of the server; `None` where the attempt may have ended without it.
    pub(crate) const fn server(&self) -> Option<ServerState> {
        match self {
            Self::Sent => Some(ServerState::Available),
            Self::Failed(failure) => match failure.kind {
                FailureKind::Temporary => Some(ServerState::Available),
                FailureKind::Unreachable => Some(ServerState::Unreachable),
                FailureKind::RecipientRefused | FailureKind::Rejected => None,
            },
            Self::Unrenderable | Self::NotAttempted => None,
        }
    }
}

/// Documents of a claim, read together.
struct Facts {
    contacts: HashMap<UserId, Contact>,
    preferences: HashMap<UserId, Preferences>,
    shows: HashMap<String, Show>,
}

/// Reserves the letters that are still due and still true; settles or postpones the others.
/// `token` is random: preferences of accounts without any derive their secret from it.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    ids: &[String],
    token: &[u8; 32],
) -> Result<Claimed, Stop<Never>> {
    let now = tx.now();
    let letters = tx.get_all::<Letter>(ids)?;
    let is_due = |letter: &Letter| letter.due_at().is_some_and(|due_at| due_at <= now);
    let letters: Vec<Letter> = letters.into_iter().flatten().filter(is_due).collect();
    let mut facts = read(tx, &letters)?;
    let mut claimed = Claimed::default();
    // Read at once: each further read of a decision would run it again.
    let addressed = letters.iter().filter_map(|it| Some((it, address(it, &facts)?.email)));
    let recipients: Vec<String> =
        addressed.flat_map(|(it, email)| recipients_of(it, &email)).collect();
    tx.get_all::<Recipient>(&recipients)?;
    for letter in letters {
        let letter = match current(&letter, &facts, now) {
            Ok(()) => letter,
            Err(reason) => {
                claimed.unsent.push(reason);
                tx.save(letter.end(reason, None, now));
                continue;
            }
        };
        let Some(address) = address(&letter, &facts) else {
            // The listener of addresses makes it due.
            tx.save(letter.due(letter.ends_at));
            continue;
        };
        let [refusal, count] = recipients_of(&letter, &address.email);
        if tx.get::<Recipient>(&refusal)?.is_some_and(|it| it.is_refused(now)) {
            claimed.unsent.push(Unsent::AddressRefused);
            tx.save(letter.end(Unsent::AddressRefused, None, now));
            continue;
        }
        let known = tx.get::<Recipient>(&count)?;
        match known.unwrap_or_else(|| Recipient::none(count, now)).admit(now) {
            Admission::Full(until) => tx.save(letter.due(until.min(letter.ends_at))),
            Admission::Admitted(recipient) => {
                tx.put(recipient);
                let due_at = letter.due_at().unwrap_or(now);
                let letter = letter.attempt(now);
                tx.save(letter.clone());
                let preferences = preferences(tx, &letter, &mut facts, token);
                let show = show_of(&letter.content).and_then(|id| facts.shows.get(&id).cloned());
                claimed.attempts.push(Attempt { letter, due_at, address, show, preferences });
            }
        }
    }
    Ok(claimed)
}

/// Ids of the recipients of a letter to an address: of the refusal, and of the count.
fn recipients_of(letter: &Letter, email: &str) -> [String; 2] {
    [refusal_id(email), count_id(email, MailKind::of(&letter.content))]
}

fn read(tx: &mut Tx<'_>, letters: &[Letter]) -> Loaded<Facts> {
    let users: Vec<UserId> = letters.iter().filter_map(|letter| letter.user_id).collect();
    let shows: Vec<String> = letters.iter().filter_map(|it| show_of(&it.content)).collect();
    let contacts = tx.get_all::<Contact>(&users)?.into_iter().flatten();
    let contacts = contacts.map(|contact| (contact.user_id, contact)).collect();
    let preferences = tx.get_all::<Preferences>(&users)?.into_iter().flatten();
    let preferences = preferences.map(|it| (it.user_id, it)).collect();
    let shows = tx.get_all::<Show>(&shows)?.into_iter().flatten();
    let shows = shows.map(|show| (show.document_id(), show)).collect();
    Ok(Facts { contacts, preferences, shows })
}

fn show_of(content: &Content) -> Option<String> {
    match content {
        Content::Receipt(receipt) => receipt.show_id.map(|id| id.to_string()),
        Content::ShowChange(change) => Some(change.show_id.to_string()),
        Content::Notice(_)
        | Content::Refund(_)
        | Content::Transfer(_)
        | Content::FirstSale(_)
        | Content::DailySales(_) => None,
    }
}

/// Whether a letter is still to be sent, or the reason why not.
fn current(letter: &Letter, facts: &Facts, now: Timestamp) -> Result<(), Unsent> {
    if let Content::ShowChange(change) = &letter.content
        && let Some(show) = facts.shows.get(&change.show_id.to_string())
        && !show.confirms(change.starts_at, change.status, &change.venue.name)
    {
        return Err(Unsent::Obsolete);
    }
    let preferences = letter.user_id.and_then(|user| facts.preferences.get(&user));
    if preferences.is_some_and(|preferences| !preferences.want(&letter.content)) {
        return Err(Unsent::SwitchedOff);
    }
    if now < letter.ends_at {
        return Ok(());
    }
    // A letter that was never attempted had no address, or was owed during an outage.
    Err(match (letter.attempts, address(letter, facts)) {
        (0, None) => Unsent::NoAddress,
        _ => Unsent::TooLate,
    })
}

/// The address of a letter: its own, or the verified one of the account.
fn address(letter: &Letter, facts: &Facts) -> Option<Address> {
    let contact = letter.user_id.and_then(|user| facts.contacts.get(&user));
    let chosen = letter.user_id.and_then(|user| facts.preferences.get(&user)?.language);
    match &letter.recipient {
        To::Address { email, language } => {
            Some(Address { email: email.clone(), language: chosen.unwrap_or(*language) })
        }
        To::Account => contact.filter(|contact| contact.is_verified).map(|contact| Address {
            email: contact.email.clone(),
            language: chosen.unwrap_or(contact.language),
        }),
    }
}

/// The preferences of the account of a letter, created for one without any.
fn preferences(
    tx: &mut Tx<'_>,
    letter: &Letter,
    facts: &mut Facts,
    token: &[u8; 32],
) -> Option<Preferences> {
    let user = letter.user_id.filter(|_| letter.content.is_optional())?;
    let known = facts.preferences.entry(user).or_insert_with(|| {
        let created = Preferences::create(user, token);
        tx.insert(created.clone());
        created
    });
    Some(known.clone())
}

/// Records the outcomes of attempts. Returns the reasons of the letters that ended unsent.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    outcomes: &[(Attempt, Outcome)],
) -> Result<Vec<Unsent>, Stop<Never>> {
    let now = tx.now();
    let mut unsent = Vec::new();
    let ids: Vec<&String> = outcomes.iter().map(|(attempt, _)| &attempt.letter.id).collect();
    tx.get_all::<Letter>(&ids)?;
    let recipients =
        outcomes.iter().flat_map(|(it, _)| recipients_of(&it.letter, &it.address.email));
    tx.get_all::<Recipient>(&recipients.collect::<Vec<_>>())?;
    for (Attempt { letter: attempted, due_at, address, .. }, outcome) in outcomes {
        let known = tx.get::<Letter>(&attempted.id)?;
        // The letter was withdrawn or erased during the attempt, or its reservation expired.
        let Some(letter) = known.filter(|known| known.state == attempted.state) else { continue };
        let [refusal, count] = recipients_of(&letter, &address.email);
        let letter = match outcome {
            Outcome::Sent => letter.sent(now),
            Outcome::NotAttempted => {
                change_recipient(tx, count, |known, _| known.uncount())?;
                letter.not_attempted(*due_at)
            }
            Outcome::Unrenderable => letter.end(Unsent::Rejected, None, now),
            Outcome::Failed(failure) => {
                match failure.kind {
                    FailureKind::RecipientRefused => {
                        change_recipient(tx, refusal, Recipient::refuse)?;
                    }
                    FailureKind::Rejected | FailureKind::Temporary | FailureKind::Unreachable => {
                        change_recipient(tx, count, |known, _| known.uncount())?;
                    }
                }
                letter.fail(failure.kind, failure.response.clone(), now)
            }
        };
        if let LetterState::Unsent { reason, .. } = letter.state {
            unsent.push(reason);
        }
        tx.save(letter);
    }
    Ok(unsent)
}

/// Changes a recipient.
fn change_recipient(
    tx: &mut Tx<'_>,
    id: String,
    change: fn(&Recipient, Timestamp) -> Recipient,
) -> Loaded<()> {
    let now = tx.now();
    let known = tx.get::<Recipient>(&id)?.unwrap_or_else(|| Recipient::none(id, now));
    tx.put(change(&known, now));
    Ok(())
}

/// Counts the letters that ended unsent, after the commit.
pub(crate) fn count_unsent(reasons: &[Unsent]) {
    for reason in reasons {
        metrics::counter!("mails_unsent_total", "reason" => reason.as_str()).increment(1);
    }
}

/// Publishes the counters of attempts and of lost mails with 0: an increase, by which alerts fire,
/// needs an earlier value.
pub(crate) fn show_counters() {
    metrics::counter!("mails_sent_total").increment(0);
    for kind in [FailureKind::RecipientRefused, FailureKind::Rejected, FailureKind::Temporary] {
        metrics::counter!("mail_failures_total", "kind" => kind.as_str()).increment(0);
    }
    for reason in [Unsent::AddressRefused, Unsent::Rejected, Unsent::TooLate] {
        metrics::counter!("mails_unsent_total", "reason" => reason.as_str()).increment(0);
    }
}
