//! The process itself: what is set up for every command.

/// Makes a write beyond the limit on file size fail, as on a full disk, instead of silently killing the process.
#[cfg(unix)]
pub(super) fn heed_file_size() {
    let passed = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    // If it can't be registered, the system's default stays.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, passed);
}

#[cfg(not(unix))]
pub(super) fn heed_file_size() {}
