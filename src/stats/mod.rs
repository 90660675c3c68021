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

use crate::history::Room;
use crate::parallel;

/// Tallies `faces` in parallel: adds each to a tally that `begin` starts, with room for a history, and joins the tallies.
/// How the faces are split doesn't change the result.
pub fn walk<'f, F: Sync, T: Send>(
    faces: &'f [F],
    begin: impl Fn() -> T + Sync + Send,
    add: impl Fn(&mut T, &'f F, &mut Room) + Sync + Send,
    join: impl Fn(T, T) -> T + Sync + Send,
) -> T {
    let (tally, _) = parallel::tally(
        faces.len(),
        || (begin(), Room::default()),
        |(tally, room), at| {
            if let Some(face) = faces.get(at) {
                add(tally, face, room);
            }
        },
        |(one, room), (other, _)| (join(one, other), room),
    );
    tally
}

/// Changes the value with this number, adding values up to there if there are too few.
fn change<T: Clone + Default>(values: &mut Vec<T>, number: usize, change: impl FnOnce(&mut T)) {
    if number >= values.len() {
        values.resize(number + 1, T::default());
    }
    if let Some(value) = values.get_mut(number) {
        change(value);
    }
}
