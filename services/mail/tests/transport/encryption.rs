//! Encrypted sessions with aiosmtpd, whose certificate is of an authority of the test.

use std::path::Path;
use std::sync::Arc;

use mail::transport::{Authorities, Deliver, DeliveryFailure, FailureKind};
use mail::transport::{SmtpOptions, SmtpTransport, SmtpUrl};
use parking_lot::Mutex;
use testing::{SmtpEncryption, SmtpServer, SmtpSink, TestAuthority};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::samples::{sample, sender};

const USER: &str = "shop";
const PASSWORD: &str = "fine-password";

/// First byte of a TLS handshake (RFC 8446, 5.1).
const HANDSHAKE: u8 = 22;

/// The commands that a client may send before STARTTLS has encrypted the session.
const BEFORE_TLS: &[u8] = b"EHLO boxoffice.example\r\nSTARTTLS\r\n";

/// A relay before a server. It records the bytes of the first client.
struct Wire {
    port: u16,
    sent: Arc<Mutex<Vec<u8>>>,
    _relaying: JoinSet<()>,
}

impl Wire {
    async fn before(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let at = listener.local_addr().unwrap().port();
        let (sent, mut relaying) = (Arc::default(), JoinSet::new());
        relaying.spawn(relay(listener, port, Arc::clone(&sent)));
        Self { port: at, sent, _relaying: relaying }
    }

    /// Asserts that only handshakes and encrypted bytes follow the permitted commands.
    fn assert_encrypted(&self, encryption: SmtpEncryption) {
        let sent = self.sent.lock();
        let encrypted = match encryption {
            SmtpEncryption::StartTls => sent.strip_prefix(BEFORE_TLS),
            SmtpEncryption::Tls => Some(sent.as_slice()),
        };
        let sent = String::from_utf8_lossy(&sent);
        assert_eq!(encrypted.unwrap().first(), Some(&HANDSHAKE), "{sent}");
        for secret in ["AUTH", "MAIL FROM", PASSWORD] {
            assert!(!sent.contains(secret), "{sent}");
        }
    }
}

async fn relay(listener: TcpListener, port: u16, sent: Arc<Mutex<Vec<u8>>>) {
    let (client, _) = listener.accept().await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut from_server, mut to_server) = server.into_split();
    let commands = async {
        let mut bytes = [0; 4_096];
        while let Ok(count @ 1..) = from_client.read(&mut bytes).await {
            sent.lock().extend(&bytes[..count]);
            to_server.write_all(&bytes[..count]).await.unwrap();
        }
    };
    let _ = tokio::join!(commands, copy(&mut from_server, &mut to_client));
}

/// A server with a certificate for this name.
async fn server(encryption: SmtpEncryption, authority: &TestAuthority, name: &str) -> SmtpServer {
    let certificate = authority.issue(name);
    let start = move || SmtpServer::start_encrypted((USER, PASSWORD), encryption, &certificate);
    tokio::task::spawn_blocking(start).await.unwrap()
}

fn transport(encryption: SmtpEncryption, port: u16, authorities: Authorities) -> SmtpTransport {
    let scheme = match encryption {
        SmtpEncryption::StartTls => "smtp",
        SmtpEncryption::Tls => "smtps",
    };
    let url = format!("{scheme}://{USER}:{PASSWORD}@127.0.0.1:{port}?tls=required");
    let server = (SmtpUrl::parse(&url).unwrap(), authorities);
    SmtpTransport::new(server, sender(), SmtpOptions::default())
}

fn trusting(authority: &TestAuthority) -> Authorities {
    Authorities::read(&authority.certificate()).unwrap()
}

#[tokio::test]
async fn mails_and_credentials_are_encrypted() {
    let authority = TestAuthority::create();
    for encryption in [SmtpEncryption::StartTls, SmtpEncryption::Tls] {
        let server = server(encryption, &authority, "IP:127.0.0.1").await;
        let wire = Wire::before(server.port).await;
        let transport = transport(encryption, wire.port, trusting(&authority));
        for number in [1, 2] {
            transport.deliver(&sample(number)).await.unwrap();
        }
        assert_eq!(server.mails().len(), 2, "{encryption:?}");
        wire.assert_encrypted(encryption);
    }
}

/// The failure of a delivery to a server with a certificate that is not trusted.
async fn refused(
    encryption: SmtpEncryption,
    (authority, name): (&TestAuthority, &str),
    trusted: Authorities,
) -> DeliveryFailure {
    let server = server(encryption, authority, name).await;
    let wire = Wire::before(server.port).await;
    let transport = transport(encryption, wire.port, trusted);
    let failure = transport.deliver(&sample(1)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable, "{encryption:?}: {failure:?}");
    assert!(failure.response.starts_with("connect: "), "{encryption:?}: {failure:?}");
    assert_eq!(server.mails().len(), 0, "{encryption:?}");
    wire.assert_encrypted(encryption);
    failure
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let (authority, other) = (TestAuthority::create(), TestAuthority::create());
    for encryption in [SmtpEncryption::StartTls, SmtpEncryption::Tls] {
        for trusted in [Authorities::default(), trusting(&other)] {
            let failure = refused(encryption, (&authority, "IP:127.0.0.1"), trusted).await;
            let expected = "invalid peer certificate: UnknownIssuer";
            assert!(failure.response.contains(expected), "{encryption:?}: {failure:?}");
        }
    }
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused() {
    let authority = TestAuthority::create();
    for encryption in [SmtpEncryption::StartTls, SmtpEncryption::Tls] {
        for name in ["DNS:mail.example.com", "IP:127.0.0.2"] {
            let trusted = trusting(&authority);
            let failure = refused(encryption, (&authority, name), trusted).await;
            let expected = "invalid peer certificate: certificate not valid for name \"127.0.0.1\"";
            assert!(failure.response.contains(expected), "{encryption:?}: {failure:?}");
        }
    }
}

/// A machine in the middle could remove the extension from the reply.
#[tokio::test]
async fn no_credentials_are_sent_to_a_server_without_starttls() {
    let sink = SmtpSink::start().await;
    let port = sink.url().rsplit(':').next().unwrap().parse().unwrap();
    let wire = Wire::before(port).await;
    let transport = transport(SmtpEncryption::StartTls, wire.port, Authorities::default());
    let failure = transport.deliver(&sample(1)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable, "{failure:?}");
    assert_eq!(wire.sent.lock().as_slice(), b"EHLO boxoffice.example\r\n");
}

#[test]
fn a_file_without_valid_certificates_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("authorities.pem");
    let of = |body: &str| format!("-----BEGIN {body}-----\nAAAA\n-----END {body}-----\n");
    for pem in [String::new(), of("PRIVATE KEY"), of("CERTIFICATE")] {
        std::fs::write(&file, &pem).unwrap();
        assert!(Authorities::read(&file).is_err(), "{pem}");
    }
    assert!(Authorities::read(Path::new("/nonexistent.pem")).is_err());
}
