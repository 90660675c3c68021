//! The process itself: threads and signals, set up for every command.

/// Prepares the process for any command.
pub(super) fn prepare() {
    make_pool();
    heed_file_size();
}

/// Makes the pool of threads that read decks. If the system gives no threads (a limit on processes), this thread does
/// all the work.
fn make_pool() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // A pool that failed to start can't be made again, so try first whether threads start.
    let can_start = (0..threads)
        .map(|_| std::thread::Builder::new().spawn(|| {}))
        .collect::<Vec<_>>()
        .into_iter()
        .all(|thread| thread.is_ok_and(|thread| thread.join().is_ok()));
    let pool = rayon::ThreadPoolBuilder::new();
    let pool = if can_start {
        pool.num_threads(threads)
    } else {
        pool.num_threads(1).use_current_thread()
    };
    // There is no other pool yet, and rayon's own is as good.
    let _ = pool.build_global();
}

/// Makes a write beyond the limit on file size fail, as on a full disk, instead of silently killing the process.
#[cfg(unix)]
fn heed_file_size() {
    let passed = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    // If it can't be registered, the system's default stays.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, passed);
}

#[cfg(not(unix))]
fn heed_file_size() {}
