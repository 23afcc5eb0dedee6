//! Connections: the duration of an exchange is bounded, and so is the idle time between two.

use std::io::ErrorKind;
use std::time::Duration;

use service::connection_timeouts::{ConnectionTimeouts, TimedStream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::time::{Instant, advance};

const MAX: Duration = Duration::from_mins(1);

const TIMEOUTS: ConnectionTimeouts =
    ConnectionTimeouts { exchange: MAX, idle: Duration::from_secs(75) };

const MS: Duration = Duration::from_millis(1);

/// A millisecond less than the exchange timeout.
const ALMOST_MAX: Duration = Duration::from_millis(59_999);

/// A millisecond less than the idle timeout.
const ALMOST_PAUSE: Duration = Duration::from_millis(74_999);

/// Both ends of a connection that buffers this number of bytes.
fn connection(bytes: usize) -> (TimedStream<DuplexStream>, DuplexStream) {
    let (server, client) = duplex(bytes);
    (TimedStream::new(server, TIMEOUTS), client)
}

#[tokio::test(start_paused = true)]
async fn an_endless_request_is_cut_off_in_time() {
    let (mut server, mut client) = connection(64);
    advance(ALMOST_PAUSE).await;
    client.write_all(b"GET").await.unwrap();
    let mut bytes = [0; 3];
    server.read_exact(&mut bytes).await.unwrap();
    let began = Instant::now();
    let sending = async {
        // A byte now and then does not help.
        for _ in 0..100 {
            tokio::time::sleep(MAX / 10).await;
            client.write_all(b" ").await.unwrap();
        }
    };
    let reading = async {
        loop {
            if let Err(error) = server.read_u8().await {
                return error;
            }
        }
    };
    tokio::select! {
        error = reading => assert_eq!(error.kind(), ErrorKind::TimedOut),
        () = sending => panic!("it is never cut off"),
    }
    assert_eq!(began.elapsed(), MAX);
}

#[tokio::test(start_paused = true)]
async fn an_unread_response_is_cut_off_in_time() {
    let (mut server, mut client) = connection(64);
    client.write_all(b"GET").await.unwrap();
    server.read_exact(&mut [0; 3]).await.unwrap();
    advance(ALMOST_MAX).await;
    let began = Instant::now();
    let error = server.write_all(&[b'x'; 65]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(began.elapsed(), MS, "the whole exchange has one bound");
}

#[tokio::test(start_paused = true)]
async fn idle_time_ends_a_connection_after_any_number_of_exchanges() {
    let (mut server, mut client) = connection(64);
    for _ in 0..3 {
        advance(ALMOST_PAUSE).await;
        client.write_all(b"x").await.unwrap();
        server.read_u8().await.unwrap();
        advance(ALMOST_MAX).await;
        server.write_all(b"y").await.unwrap();
        server.flush().await.unwrap();
        client.read_u8().await.unwrap();
    }
    let began = Instant::now();
    assert_eq!(server.read(&mut [0; 1]).await.unwrap(), 0, "as if the client had closed it");
    assert_eq!(began.elapsed(), TIMEOUTS.idle);
}
