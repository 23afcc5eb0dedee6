//! A connection whose other end cannot hold it for ever. The HTTP library times only the first head of a connection; here everything that
//! comes after is timed: later heads, bodies, answers that nobody takes, and the pauses between.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a connection may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the first byte of a request until its answer, whole, has been taken by the system; then the connection is cut.
    pub exchange: Duration,
    /// From one exchange to the next; then the connection ends as if the client had closed it.
    pub pause: Duration,
}

/// A stream that ends when the other end takes too long.
pub struct Bounded<S> {
    stream: S,
    patience: Patience,
    phase: Phase,
    since: Instant,
    /// Fires when the phase is over at the earliest, so that a change of phase costs no more than a look at the time.
    timer: Pin<Box<Sleep>>,
}

/// What the connection is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nobody asks anything.
    Pause,
    /// Something was read.
    Asked,
    /// Something was written since.
    Answering,
}

impl<S> Bounded<S> {
    /// A stream that is waited for as long as this.
    pub fn new(stream: S, patience: Patience) -> Self {
        let timer = Box::pin(tokio::time::sleep(patience.exchange.min(patience.pause)));
        Self { stream, patience, phase: Phase::Pause, since: Instant::now(), timer }
    }

    fn enter(&mut self, phase: Phase) {
        if self.phase == Phase::Pause || phase == Phase::Pause {
            self.since = Instant::now();
        }
        self.phase = phase;
    }

    /// Whether a pause has taken too long; fails once an exchange has. Until then the task is woken in time to find out.
    fn is_left_alone(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        let Patience { exchange, pause } = self.patience;
        while self.timer.as_mut().poll(cx).is_ready() {
            let is_pause = self.phase == Phase::Pause;
            let due = self.since + if is_pause { pause } else { exchange };
            let now = Instant::now();
            if due > now {
                // An exchange that begins in this pause may be overdue sooner than the pause.
                self.timer.as_mut().reset(due.min(now + exchange));
            } else if is_pause {
                return Ok(true);
            } else {
                metrics::counter!("http_exchanges_cut_total").increment(1);
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        Ok(false)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let is_left_alone = self.is_left_alone(cx)?;
        let known = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer)? {
            Poll::Ready(()) if buffer.filled().len() > known && self.phase == Phase::Pause => {
                self.enter(Phase::Asked);
            }
            Poll::Ready(()) => {}
            // Nothing was read: for the reader this is the end.
            Poll::Pending if is_left_alone => {}
            Poll::Pending => return Poll::Pending,
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.is_left_alone(cx)?;
        self.enter(Phase::Answering);
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    /// Who flushes has written all that there is.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_left_alone(cx)?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        if self.phase == Phase::Answering {
            self.enter(Phase::Pause);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_left_alone(cx)?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
