//! The trace of a script: all events in order, as text.

use std::io::Write;
use std::sync::Arc;

use parking_lot::Mutex;
use service::telemetry::{self, Colours, LogFormat};
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry;

/// A trace, recorded or not. Clones share one text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    text: Option<Arc<Mutex<String>>>,
}

impl Trace {
    pub(crate) fn recorded() -> Self {
        Self { text: Some(Arc::default()) }
    }

    /// Adds a line if the trace is recorded.
    pub(crate) fn note(&self, line: impl FnOnce() -> String) {
        if let Some(text) = &self.text {
            let mut text = text.lock();
            text.push_str(&line());
            text.push('\n');
        }
    }

    pub(crate) fn text(&self) -> String {
        self.text.as_ref().map(|text| text.lock().clone()).unwrap_or_default()
    }

    /// Adds the log of this thread to the trace until the returned guard is dropped.
    pub(crate) fn capture_log(&self) -> Option<tracing::subscriber::DefaultGuard> {
        self.text.as_ref()?;
        enable_callsites();
        let filter = telemetry::log_filter("debug").ok()?;
        let (trace, format, colours) = (self.clone(), LogFormat::Json, Colours::None);
        let writer = move || Line(trace.clone());
        let subscriber = telemetry::subscriber(filter, format, colours, writer);
        Some(tracing::subscriber::set_default(subscriber))
    }
}

/// Writes a line of the log, without the wall-clock time at its start.
struct Line(Trace);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        let (_, behind_time) = line.split_once("\",").unwrap_or(("", &line));
        self.0.note(|| format!("log {}", behind_time.trim_end()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Sets the subscriber of threads without a trace: it records nothing. It keeps each log callsite
/// enabled for threads with a trace; otherwise a callsite that such a thread reaches first would be
/// disabled on every thread.
fn enable_callsites() {
    let nothing = dynamic_filter_fn(|_, _| false);
    // Any other global subscriber that is interested in every callsite would do as well.
    let _ = tracing::subscriber::set_global_default(registry().with(nothing));
}
