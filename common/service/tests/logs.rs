//! Log lines: one for each event, with the ids of its request and trace, without personal data.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod kiosk;

use std::io::{Read as _, Write};
use std::net::TcpStream;
use std::sync::Arc;

use clap::ValueEnum as _;
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::Value;
use service::telemetry::{Colours, LogFormat, log_filter, subscriber};
use sources::{Trace, with_trace};
use testing::Platforms;

/// Collects log lines.
#[derive(Clone, Default)]
struct Paper {
    written: Arc<Mutex<Vec<u8>>>,
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.written.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Paper {
    fn read(&self) -> String {
        String::from_utf8(self.written.lock().clone()).unwrap()
    }

    fn objects(&self) -> Vec<Value> {
        self.read().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn log(&self, levels: &str, format: LogFormat) -> impl tracing::Subscriber + use<> {
        let paper = self.clone();
        let writer = move || paper.clone();
        subscriber(log_filter(levels).unwrap(), format, Colours::None, writer)
    }
}

/// The only test that logs for the whole program: requests are handled on threads of their own.
#[tokio::test]
async fn every_log_line_names_its_request_and_no_person() {
    let paper = Paper::default();
    tracing::subscriber::set_global_default(paper.log("warn", LogFormat::Json)).unwrap();
    let platforms = Platforms::in_memory();
    let app = kiosk::app(&platforms).await;
    let user = app.user();
    let trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = app
        .request(Method::GET, "/api/fail?card=4242", Some(&user))
        .header("traceparent", format!("00-{trace_id}-00f067aa0ba902b7-01"));
    let reply = app.send(request).await.expect_problem(503, "unavailable");
    let mut stranger = TcpStream::connect(app.base().strip_prefix("http://").unwrap()).unwrap();
    stranger.write_all(b"no request\r\n\r\n").unwrap();
    let mut answer = String::new();
    stranger.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");

    let (logged, lines) = (paper.read(), paper.objects());
    let line = lines.iter().find(|line| line["message"] == "request failed").unwrap();
    assert_eq!(line["level"], "ERROR");
    assert_eq!(line["error"], "cannot find the note");
    assert_eq!(line["requestId"], reply.text("requestId"));
    let traced = line["traceId"].as_str().unwrap();
    assert!(traced.len() == 32 && traced != trace_id, "the trace is the request's own: {traced}");
    let token = user.cookie.split('=').next_back().unwrap();
    assert!(!logged.contains("actix_http"), "strangers do not fill the log: {logged}");
    for secret in [token, "example.com", "4242", &user.id.to_string()] {
        assert!(!logged.contains(secret), "{secret} is in {logged}");
    }
}

#[tokio::test]
async fn text_lines_end_with_the_ids() {
    let paper = Paper::default();
    let _logging = tracing::subscriber::set_default(paper.log("info", LogFormat::Text));
    let trace = Trace::new([1; 16], [2; 8]);
    with_trace(trace, async { tracing::info!(count = 3, "counted") }).await;
    tracing::info!("alone");
    let logged = paper.read();
    let lines: Vec<&str> = logged.lines().collect();
    assert_eq!(lines.len(), 2, "{logged}");
    let ending = format!("counted count=3 traceId={}", "01".repeat(16));
    assert!(lines[0].ends_with(&ending), "{}", lines[0]);
    assert!(lines[1].ends_with("logs: alone"), "{}", lines[1]);
}

#[tokio::test]
async fn a_json_line_is_one_object_whatever_it_ends_with() {
    let paper = Paper::default();
    let _logging = tracing::subscriber::set_default(paper.log("info", LogFormat::Json));
    let span = tracing::info_span!("outer", place = "}");
    let trace = Trace::new([1; 16], [2; 8]);
    with_trace(trace, async {
        span.in_scope(|| tracing::info!(text = "a \"quote\"}\n", "odd}}"));
    })
    .await;
    tracing::info!("alone}}");
    let lines = paper.objects();
    assert_eq!(lines[0]["text"], "a \"quote\"}\n");
    assert_eq!(lines[0]["traceId"], "01".repeat(16));
    assert_eq!(lines[0]["spans"][0]["place"], "}");
    assert_eq!(lines[1]["message"], "alone}");
    assert_eq!(lines[1].get("traceId"), None);
}

#[test]
fn levels_are_a_level_or_levels_by_module() {
    for good in ["info", "warn,orders=debug", "off"] {
        assert!(log_filter(good).is_ok(), "{good}");
    }
    assert!(log_filter("orders=loud").is_err());
    assert_eq!(LogFormat::from_str("text", false), Ok(LogFormat::Text));
    assert_eq!(LogFormat::from_str("json", false), Ok(LogFormat::Json));
    assert!(LogFormat::from_str("yaml", false).is_err());
}
