//! Admission of uploads: a rate limit for each seller, a bounded number at a time, and one thread
//! that renders.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::UserId;
use image::ImageFormat;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use web::{ClientAddress, Code, FileLimits, NetworkSlot, NetworkSlots, Problem, Quota, Throttle};

use super::rendering::{NotAnImage, rendered};
use crate::code;
use crate::domain::ImageSize;

/// The largest upload: 5 MB, a photograph of a phone. It arrives in time at 1 Mbit/s.
pub(crate) const UPLOAD: FileLimits =
    FileLimits { bytes_max: 5_000_000, arrival_max: Duration::from_secs(45) };

/// Concurrent uploads, shared evenly by networks: 40 MB of memory. A rendering takes about a
/// second, so that the last one waits a few.
const UPLOADS_MAX: usize = 8;

/// Admits and renders uploads. Clones share the limits.
#[derive(Clone)]
pub(crate) struct Uploads {
    of_seller: Throttle<UserId>,
    places: NetworkSlots,
    turn: Arc<Semaphore>,
}

impl Uploads {
    pub(crate) fn new(limit: Option<Quota>, clock: &sources::Clock) -> Self {
        Self {
            of_seller: Throttle::new("images", limit, clock),
            places: NetworkSlots::new(UPLOADS_MAX),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// A place for an upload, before its body is read. Errors: 503 `busy` with too many uploads in
    /// progress, 429 `too_many_requests` over the seller's rate limit.
    pub(crate) fn admit(
        &self,
        seller: UserId,
        address: ClientAddress,
    ) -> Result<NetworkSlot, Problem> {
        let place = self.places.take(address.into()).ok_or_else(busy)?;
        self.of_seller.check(&seller)?;
        Ok(place)
    }

    /// Renders an upload off the threads that serve requests, one upload at a time. The place stays
    /// taken until the end of the rendering, even if the request ends earlier. Errors: 415
    /// `unsupported_image`.
    pub(crate) async fn render(
        &self,
        place: NetworkSlot,
        upload: Bytes,
        format: ImageFormat,
    ) -> Result<Vec<(ImageSize, Vec<u8>)>, Problem> {
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| busy())?;
        let rendering = spawn_blocking(move || {
            let _until_the_end = (turn, place);
            rendered(&upload, format)
        });
        match rendering.await {
            Ok(rendered) => rendered.map_err(Problem::from),
            Err(error) => {
                // A bug of a decoder, which the upload has found.
                tracing::error!(%error, "an image could not be rendered");
                Err(NotAnImage::Unreadable.into())
            }
        }
    }
}

fn busy() -> Problem {
    Problem::new(Code::BUSY).detail("Too many concurrent uploads")
}

impl From<NotAnImage> for Problem {
    fn from(reason: NotAnImage) -> Self {
        let accepted = "image/jpeg, image/png, image/webp";
        Self::new(code::UNSUPPORTED_IMAGE).detail(reason.to_string()).header("Accept", accepted)
    }
}
