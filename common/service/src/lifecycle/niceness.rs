//! Lower scheduling priority for background threads.

/// Niceness of background threads: beside busy request threads each gets a third of the processor
/// time of one of those, and all of it when those are idle. Never none: messages and
/// deadlines must be processed in time.
#[cfg(target_os = "linux")]
const BACKGROUND_NICENESS: i32 = 5;

/// Lowers the priority of the current thread below threads that serve requests. Only Linux has
/// priorities of threads; elsewhere, and where it is not permitted, all stay equal.
pub(crate) fn lower_priority() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(BACKGROUND_NICENESS);
}
