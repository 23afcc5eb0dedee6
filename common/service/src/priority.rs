//! Who comes first when there is more to do than the machine can.

/// Niceness of threads that work in the background: beside busy request threads they get a third of what one of those gets,
/// and everything when those are idle. Never nothing: what is sold has to be told of, paid and let go in time.
#[cfg(target_os = "linux")]
const BACKGROUND_NICENESS: i32 = 5;

/// Has this thread step back behind those that somebody waits for. Only Linux knows priorities of threads; elsewhere, and where
/// it is not allowed, all stay equal.
pub(crate) fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(BACKGROUND_NICENESS);
}
