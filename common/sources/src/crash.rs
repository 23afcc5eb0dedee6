//! Crash points and planted bugs, by which tests break a process from within; empty without the feature `faults`.
//!
//! A process dies at the points that `CRASH_AT` names: `name`, or `name:3` for the third time that it is passed. It has the
//! bug that `PLANTED_BUG` names, so that the tests can show that they would see it; a test that runs everything on one thread plants
//! it there.

#[cfg(feature = "faults")]
use std::cell::Cell;
#[cfg(feature = "faults")]
use std::sync::OnceLock;
#[cfg(feature = "faults")]
use std::sync::atomic::{AtomicU64, Ordering};

/// A place to die at, if `CRASH_AT` says so.
#[cfg(not(feature = "faults"))]
#[inline]
pub const fn point(_: &'static str) {}

/// A place to die at, if `CRASH_AT` says so.
#[cfg(feature = "faults")]
pub fn point(name: &'static str) {
    if is_due(name) {
        std::process::abort();
    }
}

/// Whether the process is to die here, now; for a place where it has to do something first.
#[cfg(feature = "faults")]
#[must_use]
pub fn is_due(name: &'static str) -> bool {
    static CHOSEN: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let chosen = CHOSEN.get_or_init(|| {
        let text = std::env::var("CRASH_AT").ok()?;
        let (name, nth) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), nth.parse().unwrap_or(1)))
    });
    chosen.as_ref().is_some_and(|(chosen, nth)| {
        chosen == name && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == *nth
    })
}

/// A bug that can be planted, each a mistake that somebody could make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// Messages are published before the commit that they tell of.
    PublishBeforeCommit,
    /// A listener acknowledges before its handler has committed.
    AcknowledgeBeforeCommit,
    /// An engine commits whatever version is replaced.
    NoVersionCheck,
    /// An order is checked against the stock outside of the decision that holds it.
    CheckThenInsertHold,
    /// A provider that did not answer is asked again under another key.
    NewIdempotencyKeyOnRetry,
    /// Money is taken before the order has accepted the payment.
    CaptureBeforeAcceptance,
    /// An order expires although it is complete.
    ExpiryIgnoresCompletion,
    /// A hint expires an order whose deadline has not passed.
    ExpiryIgnoresDeadline,
    /// An order that is cancelled once more gives its units back once more.
    DoubleRelease,
    /// A redelivered message puts units on sale again.
    RedeliveryReturnsUnits,
    /// A listener follows a message whatever its version.
    VersionIgnored,
    /// Messages whose publishing failed leave the outbox.
    OutboxDropped,
    /// An event is kept whoever signed it.
    SignatureNotChecked,
    /// A refund that was not answered is asked for again under another key.
    RefundUnderNewKey,
    /// Credit is spent whether it is there or not.
    CreditNotChecked,
    /// What a buyer holds in orders that await their payment is not counted.
    HoldForgottenWhilePaying,
}

impl Bug {
    /// Every bug.
    pub const ALL: [Self; 16] = [
        Self::PublishBeforeCommit,
        Self::AcknowledgeBeforeCommit,
        Self::NoVersionCheck,
        Self::CheckThenInsertHold,
        Self::NewIdempotencyKeyOnRetry,
        Self::CaptureBeforeAcceptance,
        Self::ExpiryIgnoresCompletion,
        Self::ExpiryIgnoresDeadline,
        Self::DoubleRelease,
        Self::RedeliveryReturnsUnits,
        Self::VersionIgnored,
        Self::OutboxDropped,
        Self::SignatureNotChecked,
        Self::RefundUnderNewKey,
        Self::CreditNotChecked,
        Self::HoldForgottenWhilePaying,
    ];

    /// Its name, as `PLANTED_BUG` has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PublishBeforeCommit => "publish-before-commit",
            Self::AcknowledgeBeforeCommit => "acknowledge-before-commit",
            Self::NoVersionCheck => "no-version-check",
            Self::CheckThenInsertHold => "check-then-insert-hold",
            Self::NewIdempotencyKeyOnRetry => "new-idempotency-key-on-retry",
            Self::CaptureBeforeAcceptance => "capture-before-acceptance",
            Self::ExpiryIgnoresCompletion => "expiry-ignores-completion",
            Self::ExpiryIgnoresDeadline => "expiry-ignores-deadline",
            Self::DoubleRelease => "double-release",
            Self::RedeliveryReturnsUnits => "redelivery-returns-units",
            Self::VersionIgnored => "version-ignored",
            Self::OutboxDropped => "outbox-dropped",
            Self::SignatureNotChecked => "signature-not-checked",
            Self::RefundUnderNewKey => "refund-under-new-key",
            Self::CreditNotChecked => "credit-not-checked",
            Self::HoldForgottenWhilePaying => "hold-forgotten-while-paying",
        }
    }
}

#[cfg(feature = "faults")]
thread_local! {
    static PLANTED_HERE: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// Gives what runs on this thread a bug, or takes it away.
#[cfg(feature = "faults")]
pub fn plant(bug: Option<Bug>) {
    PLANTED_HERE.set(bug);
}

/// Whether this process, or what runs on this thread, has this bug.
#[cfg(feature = "faults")]
#[must_use]
pub fn is_planted(bug: Bug) -> bool {
    static PLANTED: OnceLock<Option<Bug>> = OnceLock::new();
    let planted = PLANTED.get_or_init(|| {
        let name = std::env::var("PLANTED_BUG").ok()?;
        Bug::ALL.into_iter().find(|bug| bug.name() == name)
    });
    PLANTED_HERE.get().or(*planted) == Some(bug)
}
