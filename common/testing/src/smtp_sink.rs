//! An SMTP server in the test process that keeps the mails it accepts, and replies as a test
//! scripts it.

mod conversation;
mod step;

use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use conversation::Conversation;
use step::Kept;
pub use step::{Recording, Stage, Step, SunkMail};

use crate::TEST_TIME_MAX;

/// A server on a free port of the loopback interface; stopped on drop.
pub struct SmtpSink {
    address: SocketAddr,
    kept: Arc<Kept>,
    mails: watch::Receiver<usize>,
    _accepting: JoinSet<()>,
}

impl SmtpSink {
    /// Starts a server that accepts everything and keeps the content of mails.
    pub async fn start() -> Self {
        Self::start_recording(Recording::Whole).await
    }

    /// Starts a server that accepts everything.
    pub async fn start_recording(recording: Recording) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (kept, mails) = Kept::new(recording);
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, Arc::clone(&kept)));
        Self { address, kept, mails, _accepting: accepting }
    }

    /// `smtp://127.0.0.1:…`
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The same address with credentials, which the server accepts unless it is scripted otherwise.
    pub fn url_of(&self, user: &str, password: &str) -> String {
        format!("smtp://{user}:{password}@{}", self.address)
    }

    /// Takes this step at a stage from now on, and accepts all others.
    pub fn on(&self, stage: Stage, step: Step) {
        self.script(move |at, _| if at == stage { step.clone() } else { Step::Accept });
    }

    /// Accepts everything from now on.
    pub fn accept(&self) {
        self.script(|_, _| Step::Accept);
    }

    /// Takes the steps of this function from now on. It receives the stage and the argument of the
    /// command: the address of MAIL and RCPT, the Message-ID of the content.
    pub fn script(&self, script: impl Fn(Stage, &str) -> Step + Send + Sync + 'static) {
        *self.kept.script.lock() = Arc::new(script);
    }

    /// Number of accepted mails.
    pub fn count(&self) -> usize {
        *self.mails.borrow()
    }

    /// Number of accepted connections.
    pub fn connections(&self) -> usize {
        *self.kept.connections.lock()
    }

    /// The accepted mails in their order, including those whose reply was scripted to be lost.
    pub fn mails(&self) -> Vec<SunkMail> {
        self.kept.mails.lock().clone()
    }

    /// Waits until the accepted mails fulfil a condition; panics after [`TEST_TIME_MAX`] with
    /// `what`, the awaited condition.
    pub async fn wait_for(&self, what: &str, fact: impl Fn(&[SunkMail]) -> bool) {
        let mut mails = self.mails.clone();
        let waiting = mails.wait_for(|_| fact(&self.kept.mails.lock()));
        let waited = tokio::time::timeout(TEST_TIME_MAX, waiting).await;
        let count = self.count();
        waited
            .unwrap_or_else(|_| panic!("{what}: not within {TEST_TIME_MAX:?}: {count} mails"))
            .unwrap();
    }
}

async fn accept(listener: TcpListener, kept: Arc<Kept>) {
    // Dropped with the server.
    let conversations = Mutex::new(JoinSet::new());
    while let Ok((stream, _)) = listener.accept().await {
        *kept.connections.lock() += 1;
        let mut conversations = conversations.lock();
        while conversations.try_join_next().is_some() {}
        conversations.spawn(Conversation::run(stream, Arc::clone(&kept)));
    }
}
