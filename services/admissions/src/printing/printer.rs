//! Renders documents on few threads, away from those that serve requests.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use admission_documents::{Document, Renderer};
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use web::{ClientAddress, Code, NetworkSlot, NetworkSlots, Problem};

/// Threads that render: two documents at a time leave the other cores to requests.
const THREADS: usize = 2;

/// Documents that wait or are rendered, shared evenly by networks. A page takes some milliseconds,
/// so that the last document of one page waits a fraction of a second.
const WAITING_MAX: usize = 64;

/// Renders documents. Clones share the threads and the limits.
#[derive(Clone)]
pub(crate) struct Printer {
    places: NetworkSlots,
    turns: Arc<Semaphore>,
    /// Renderers that no thread uses: each has parsed the fonts.
    idle: Arc<Mutex<Vec<Renderer>>>,
    /// Size of the cached files, as last counted, with those added since.
    pub(super) cached_bytes: Arc<AtomicU64>,
}

impl Printer {
    /// A printer that has rendered nothing yet, which its metrics show.
    pub(crate) fn idle() -> Self {
        let printer = Self {
            places: NetworkSlots::new(WAITING_MAX),
            turns: Arc::new(Semaphore::new(THREADS)),
            idle: Arc::default(),
            cached_bytes: Arc::default(),
        };
        metrics::counter!("admission_documents_rendered_total").increment(0);
        printer.publish_waiting();
        printer
    }

    /// A place in the queue for a request from this address. Errors: 503 `busy` if the queue is
    /// full, or the share of this network.
    pub(crate) fn admit(&self, address: ClientAddress) -> Result<NetworkSlot, Problem> {
        let place = self.places.take(address.into()).ok_or_else(busy);
        self.publish_waiting();
        place
    }

    /// Renders a document. The place stays taken until the end of the rendering, even if the
    /// request ends earlier. Errors: 500 for a bug.
    pub(crate) async fn render(
        &self,
        place: NetworkSlot,
        document: Document,
    ) -> Result<Bytes, Problem> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| busy())?;
        let idle = Arc::clone(&self.idle);
        let rendering = spawn_blocking(move || {
            let _until_the_end = (turn, place);
            let known = idle.lock().pop();
            let mut renderer = known.unwrap_or_default();
            let pdf = renderer.render(&document);
            idle.lock().push(renderer);
            pdf
        });
        let rendered = rendering.await;
        self.publish_waiting();
        match rendered {
            Ok(Ok(pdf)) => {
                metrics::counter!("admission_documents_rendered_total").increment(1);
                Ok(Bytes::from(pdf))
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "a document could not be rendered");
                Err(Problem::new(Code::INTERNAL))
            }
            Err(error) => {
                tracing::error!(%error, "a document could not be rendered");
                Err(Problem::new(Code::INTERNAL))
            }
        }
    }

    fn publish_waiting(&self) {
        let waiting = u32::try_from(self.places.taken()).unwrap_or(u32::MAX);
        metrics::gauge!("admission_documents_waiting").set(f64::from(waiting));
    }
}

fn busy() -> Problem {
    Problem::new(Code::BUSY).detail("Too many documents are rendered at the moment")
}
