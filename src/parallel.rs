//! Work for several processors.
//!
//! The threads start with the first work that is worth them: most commands in most homes are done sooner. Everything
//! that uses [`rayon`] goes through here.

use std::sync::Once;

use rayon::prelude::*;

/// The fewest items worth handing to another thread.
const PART: usize = 512;

/// Does `work`, which uses [`rayon`], once its threads are there.
pub(crate) fn with_threads<T>(work: impl FnOnce() -> T) -> T {
    static POOL: Once = Once::new();
    POOL.call_once(make_pool);
    work()
}

/// Does both at once.
pub(crate) fn join<A: Send, B: Send>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    with_threads(|| rayon::join(one, other))
}

/// Tallies the numbers below `count`: adds each to a tally that `begin` starts, and joins the tallies. How the numbers are
/// split doesn't change the result, if `join` means the same as adding.
pub(crate) fn tally<T: Send>(
    count: usize,
    begin: impl Fn() -> T + Sync + Send,
    add: impl Fn(&mut T, usize) + Sync + Send,
    join: impl Fn(T, T) -> T + Sync + Send,
) -> T {
    let add = |mut so_far: T, number| {
        add(&mut so_far, number);
        so_far
    };
    if count <= PART {
        return (0..count).fold(begin(), add);
    }
    with_threads(|| {
        let parts = (0..count).into_par_iter().with_min_len(PART);
        parts.fold(&begin, add).reduce(&begin, &join)
    })
}

/// Makes the pool of threads. If the system gives none (a limit on processes), this thread does all the work.
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
    // It fails only if there is a pool already, which serves as well.
    let _ = pool.build_global();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_is_of_every_number_once() {
        for count in [0, 1, PART, PART + 1, 10 * PART + 7] {
            let sum = tally(
                count,
                || (0, 0),
                |(sum, seen), number| {
                    *sum += number;
                    *seen += 1;
                },
                |one, other| (one.0 + other.0, one.1 + other.1),
            );
            assert_eq!(sum, ((0..count).sum(), count));
        }
    }
}
