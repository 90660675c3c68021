//! Figures: pure functions from history and now, each documented with its definition where it is computed.
//!
//! Most figures are tallies over faces: `new` starts an empty one, `add` counts a face or an answer, `join` combines the
//! tallies of two sets of faces, and `finish` returns the result. One [`walk`] over the faces fills any number of them.

pub mod activity;
pub mod forecast;
pub mod habits;
pub mod known;
pub mod retention;
pub mod streak;
pub mod trouble;

#[cfg(test)]
pub(crate) mod property;

use rayon::prelude::*;

use crate::history::Room;

/// The fewest faces worth handing to another thread.
const PART: usize = 512;

/// Tallies `faces` in parallel: adds each to a tally that `begin` starts, with room for a history, and joins the tallies.
/// How the faces are split doesn't change the result.
pub fn walk<F: Sync, T: Send>(
    faces: &[F],
    begin: impl Fn() -> T + Sync + Send,
    add: impl Fn(&mut T, &F, &mut Room) + Sync + Send,
    join: impl Fn(T, T) -> T + Sync + Send,
) -> T {
    let start = || (begin(), Room::default());
    let add = |(mut so_far, mut room): (T, Room), face: &F| {
        add(&mut so_far, face, &mut room);
        (so_far, room)
    };
    let parts = faces.par_iter().with_min_len(PART).fold(start, add);
    parts.map(|(tally, _)| tally).reduce(&begin, join)
}
