//! Per-connection read, write and idle timeouts. The HTTP library limits only the first head; this
//! stream also limits later heads, bodies, responses that the client does not read, and idle time.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Timeouts of a connection.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionTimeouts {
    /// From the first byte of a request to the end of its response; then the connection is cut.
    pub exchange: Duration,
    /// Between two exchanges; then the connection ends as if the client had closed it.
    pub idle: Duration,
}

/// A stream that ends when its timeouts expire.
pub struct TimedStream<S> {
    stream: S,
    timeouts: ConnectionTimeouts,
    phase: Phase,
    since: Instant,
    /// Fires at the earliest end of the phase, so that a change of phase only reads the time.
    timer: Pin<Box<Sleep>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    Request,
    Response,
}

impl<S> TimedStream<S> {
    /// A stream with these timeouts.
    pub fn new(stream: S, timeouts: ConnectionTimeouts) -> Self {
        let timer = Box::pin(tokio::time::sleep(timeouts.exchange.min(timeouts.idle)));
        Self { stream, timeouts, phase: Phase::Idle, since: Instant::now(), timer }
    }

    fn enter(&mut self, phase: Phase) {
        if self.phase == Phase::Idle || phase == Phase::Idle {
            self.since = Instant::now();
        }
        self.phase = phase;
    }

    /// Whether the idle timeout has expired; an error past the exchange timeout; wakes at either.
    fn is_idle_too_long(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        let ConnectionTimeouts { exchange, idle } = self.timeouts;
        while self.timer.as_mut().poll(cx).is_ready() {
            let is_pause = self.phase == Phase::Idle;
            let due = self.since + if is_pause { idle } else { exchange };
            let now = Instant::now();
            if due > now {
                // An exchange that begins in this phase may expire sooner than the idle timeout.
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

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let is_idle_too_long = self.is_idle_too_long(cx)?;
        let known = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer)? {
            Poll::Ready(()) if buffer.filled().len() > known && self.phase == Phase::Idle => {
                self.enter(Phase::Request);
            }
            Poll::Ready(()) => {}
            // Nothing was read: the reader sees the end of the stream.
            Poll::Pending if is_idle_too_long => {}
            Poll::Pending => return Poll::Pending,
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.is_idle_too_long(cx)?;
        self.enter(Phase::Response);
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    /// A flush after a response ends the exchange.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_idle_too_long(cx)?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        if self.phase == Phase::Response {
            self.enter(Phase::Idle);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_idle_too_long(cx)?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
