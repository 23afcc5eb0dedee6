//! Mail behind a transport that records what it receives, and fails as a test demands.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use contract::contact::{self, ContactState};
use contract::notice::{self, NoticeState, NoticeSubject};
use contract::order::{self, OrderItem, OrderState, OrderStatus};
use contract::{Language, Outgoing, Timestamp, UserId};
use mail::Options;
use mail::domain::{Content, FailureKind, Letter, LetterState, Notice, To, Unsent};
use mail::public_url::PublicUrl;
use mail::transport::{Deliver, DeliveryFailure, OutgoingMail};
use parking_lot::Mutex;
use service::Loop;
use store::{Never, Stop, Tx};
use testing::platforms::START;
use testing::samples::{id, usd};
use testing::{Platforms, TestApp};

pub(crate) const ANN: &str = "ann@example.com";
pub(crate) const BOB: &str = "bob@example.com";

/// The buyer of [`order`], and its seller.
pub(crate) const BUYER: u8 = 1;
pub(crate) const SELLER: u8 = 2;

/// A transport that records mails.
#[derive(Default)]
pub(crate) struct Recorder {
    mails: Mutex<Vec<OutgoingMail>>,
    /// Failures of the next deliveries.
    failures: Mutex<VecDeque<FailureKind>>,
    attempts: Mutex<usize>,
    /// Whether the next delivery arrives, and its reply never does.
    is_hanging: Mutex<bool>,
}

#[async_trait::async_trait]
impl Deliver for Recorder {
    async fn deliver(&self, mail: &OutgoingMail) -> Result<(), DeliveryFailure> {
        *self.attempts.lock() += 1;
        if let Some(kind) = self.failures.lock().pop_front() {
            return Err(DeliveryFailure { kind, response: "no".to_owned() });
        }
        self.mails.lock().push(mail.clone());
        if std::mem::take(&mut *self.is_hanging.lock()) {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

pub(crate) struct PostOffice {
    pub(crate) platforms: Platforms,
    pub(crate) app: TestApp,
    recorder: Arc<Recorder>,
}

impl Deref for PostOffice {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl PostOffice {
    pub(crate) async fn open() -> Self {
        Self::open_on(Platforms::in_memory(), Arc::default()).await
    }

    /// Mail whose letters are never attempted.
    pub(crate) async fn without_sender() -> Self {
        let is_kept = |one: &Loop| one.name() != "mail.send_letters";
        Self::open_with(Platforms::in_memory(), Arc::default(), is_kept).await
    }

    /// Mail with this transport.
    pub(crate) async fn open_to(transport: Arc<dyn Deliver>) -> Self {
        let (platforms, recorder) = (Platforms::in_memory(), Arc::default());
        Self::open_as(platforms, recorder, transport, |_| true).await
    }

    async fn open_on(platforms: Platforms, recorder: Arc<Recorder>) -> Self {
        Self::open_with(platforms, recorder, |_| true).await
    }

    async fn open_with(
        platforms: Platforms,
        recorder: Arc<Recorder>,
        is_kept: fn(&Loop) -> bool,
    ) -> Self {
        let transport = recorder.clone();
        Self::open_as(platforms, recorder, transport, is_kept).await
    }

    async fn open_as(
        platforms: Platforms,
        recorder: Arc<Recorder>,
        transport: Arc<dyn Deliver>,
        is_kept: fn(&Loop) -> bool,
    ) -> Self {
        let sessions = platforms.sessions();
        let platform = platforms.platform_with(mail::NAME, sessions.clone());
        let options = Options {
            transport,
            kept: None,
            public_url: PublicUrl::parse("https://tickets.example").unwrap(),
            rate: NonZeroU32::new(1_000).unwrap(),
        };
        let mut service = mail::service(platform, options).await.unwrap();
        service.loops.retain(is_kept);
        let app = TestApp::start(&platforms, sessions, vec![service]);
        Self { platforms, app, recorder }
    }

    /// Ends the service as in a crash, and starts it again on its store.
    pub(crate) async fn crash(self) -> Self {
        let Self { platforms, app, recorder } = self;
        app.kill().await;
        Self::open_on(platforms, recorder).await
    }

    /// The next delivery arrives, and its reply never does.
    pub(crate) fn hang(&self) {
        *self.recorder.is_hanging.lock() = true;
    }

    /// Runs the service until the server has received this number of mails.
    pub(crate) async fn run_until_received(&self, mails: usize) {
        let received = async {
            while self.mails().len() < mails {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = self.app.settle() => {}
            () = received => {}
        }
    }

    /// The next deliveries fail.
    pub(crate) fn fail(&self, failures: &[FailureKind]) {
        self.recorder.failures.lock().extend(failures);
    }

    /// Number of deliveries so far, failed ones included.
    pub(crate) fn attempts(&self) -> usize {
        *self.recorder.attempts.lock()
    }

    /// The mails so far, each as recipient and subject.
    pub(crate) fn sent(&self) -> Vec<(String, String)> {
        self.mails().into_iter().map(|mail| (mail.to, mail.subject)).collect()
    }

    pub(crate) fn mails(&self) -> Vec<OutgoingMail> {
        self.recorder.mails.lock().clone()
    }

    /// Delivers messages, one after the other, and lets the service settle, for two seconds.
    pub(crate) async fn receive(&self, messages: &[Outgoing]) {
        for message in messages {
            self.app.publish(std::slice::from_ref(message)).await;
        }
        self.app.pass(Duration::from_secs(2)).await;
    }

    pub(crate) async fn letter(&self, id: &str) -> Option<Letter> {
        self.app.store(mail::NAME).find::<Letter>(id).await.unwrap()
    }

    /// Adds letters to the store, without messages.
    pub(crate) async fn owe(&self, letters: Vec<Letter>) {
        let inserting = move |tx: &mut Tx<'_>| {
            for letter in &letters {
                tx.insert(letter.clone());
            }
            Ok::<_, Stop<Never>>(())
        };
        self.app.store(mail::NAME).transact(inserting).await.unwrap();
    }

    /// Every letter.
    pub(crate) async fn letters(&self) -> Vec<Letter> {
        self.app.store(mail::NAME).pages(500).all().await.unwrap()
    }

    /// The reason for which a letter ended unsent.
    pub(crate) async fn unsent(&self, id: &str) -> Option<Unsent> {
        match self.letter(id).await?.state {
            LetterState::Unsent { reason, .. } => Some(reason),
            LetterState::Owed { .. } | LetterState::Sent { .. } => None,
        }
    }
}

/// The address of an account, verified.
pub(crate) fn contact(user: u8, version: u64, email: &str) -> ContactState {
    ContactState {
        user_id: id(user),
        version,
        email: email.to_owned(),
        is_verified: true,
        language: Language::English,
    }
}

pub(crate) fn verified(user: u8, email: &str) -> Outgoing {
    contact::CHANGED.of(contact(user, 1, email))
}

/// A complete order of two units by [`BUYER`] from [`SELLER`].
pub(crate) fn order(number: u8) -> OrderState {
    let item = OrderItem {
        ticket_id: id(50),
        seller: id::<UserId>(SELLER),
        title: "Concert".to_owned(),
        venue: None,
        starts_at: None,
        unit_price: usd(2_050),
        quantity: 2,
        returned: 0,
        returned_in_version: None,
        resale: None,
    };
    OrderState {
        id: id(number),
        version: 3,
        buyer: id(BUYER),
        status: OrderStatus::Complete { payment_id: None },
        expires_at: START,
        show_id: None,
        items: vec![item],
        total: usd(4_100),
        created_at: START,
    }
}

pub(crate) fn completed(number: u8) -> Outgoing {
    order::COMPLETED.of(order(number))
}

/// A notice to [`ANN`], requested at the start and valid for an hour.
pub(crate) fn notice(number: u8, subject: NoticeSubject) -> NoticeState {
    NoticeState {
        id: id::<contract::OrderId>(number).untyped(),
        version: 1,
        user_id: Some(id(BUYER)),
        email: ANN.to_owned(),
        language: Language::English,
        subject,
        requested_at: START,
        ends_at: START.plus(Duration::from_hours(1)),
    }
}

pub(crate) fn requested(number: u8, subject: NoticeSubject) -> Outgoing {
    notice::REQUESTED.of(notice(number, subject))
}

/// An owed notice to an address, due since this time.
pub(crate) fn owed(number: u8, email: String, due_at: Timestamp) -> Letter {
    let NoticeState { id, requested_at, ends_at, .. } =
        notice(number, NoticeSubject::PasswordChanged);
    let subject = NoticeSubject::PasswordChanged;
    Letter {
        id: format!("notice.{id}"),
        user_id: None,
        recipient: To::Address { email, language: Language::English },
        content: Content::Notice(Notice { subject, link: None, requested_at, ends_at }),
        created_at: due_at,
        ends_at,
        attempts: 0,
        state: LetterState::Owed { due_at },
    }
}
