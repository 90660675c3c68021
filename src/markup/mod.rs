//! The markup of card text: what in a text is to be read as it stands.

mod verbatim;

pub use verbatim::{Kind, Leaf, leaves};

use std::ops::Range;

/// Whether one of `ranges`, which are in order and do not overlap, holds `at`.
pub fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.start <= at);
    next.checked_sub(1)
        .and_then(|last| ranges.get(last))
        .is_some_and(|range| range.contains(&at))
}

/// Where code is in `text`: spans in backticks and fenced blocks, with what opens and closes them.
pub fn code(text: &str) -> Vec<Range<usize>> {
    ranges(text, |kind| kind != Kind::Formula)
}

/// Where formulas are in `text`, with their dollar signs.
pub fn formulas(text: &str) -> Vec<Range<usize>> {
    ranges(text, |kind| kind == Kind::Formula)
}

fn ranges(text: &str, wanted: impl Fn(Kind) -> bool) -> Vec<Range<usize>> {
    leaves(text)
        .into_iter()
        .filter(|leaf| wanted(leaf.kind))
        .map(|leaf| leaf.whole)
        .collect()
}
