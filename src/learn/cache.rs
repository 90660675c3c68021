//! The file in the cache folder that keeps the result of learning.
//!
//! It is a file of the index (`crate::index::file`): the head holds all but the predictions, which few commands need.
//! A file with anything wrong in it counts as absent, since everything in it can be computed again. It knows the types of
//! [`super::replay`] and [`super::answers`], never a history.

use std::fs;
use std::path::Path;

use super::Weights;
use super::answers::Walk;
use super::layer::{Four, Layer};
use super::mixture::{Mixture, Scores};
use super::replay::{Checkpoint, Learned, Turn};
use crate::index::bytes::{In, Out};
use crate::index::file::{self, Body, Magic};

/// The format: change it with each change of the format or of a rule of this module.
const MAGIC: &Magic = b"quiz learnt  003";

/// The engine that made it: change it with the engine's version.
const ENGINE: &str = "fsrs 6.6.2";

/// A walk over the answers of a part of the history that is known by its identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// The identity of the part.
    pub identity: u128,
    /// The walk, with the bounds of the checkpoints.
    pub walk: Walk,
}

/// What the file keeps.
#[derive(Debug, Default)]
pub struct Stored {
    /// The result of learning, without its predictions.
    pub learned: Learned,
    /// The walk over the part of the history that stays between two starts.
    pub walked: Option<Walked>,
    predictions: Option<Body>,
}

impl Stored {
    /// Returns the walk over the part with this identity, if it is known.
    pub fn on(&self, identity: u128) -> Option<&Walked> {
        self.walked
            .as_ref()
            .filter(|walked| walked.identity == identity)
    }

    /// Reads the predictions too; if they can't be read, nothing is known.
    pub fn with_predictions(mut self) -> Self {
        let Some(body) = self.predictions.take() else {
            return self;
        };
        let Some(bytes) = body.read(0..body.len()) else {
            return Self::default();
        };
        let said = bytes.as_chunks().0.iter();
        self.learned.predicted = said.map(|said| f32::from_le_bytes(*said)).collect();
        self
    }
}

/// Reads `path`; returns an empty result if it does not exist or anything is wrong with it.
pub fn read(path: &Path) -> Stored {
    read_whole(path).unwrap_or_default()
}

fn read_whole(path: &Path) -> Option<Stored> {
    let (head, body) = file::open(path, MAGIC)?;
    let (learned, walked) = decode(&head)?;
    let last = learned.checkpoints.last();
    let judged = last.map_or(0, |last| last.mixture.judged);
    (Some(body.len()) == judged.checked_mul(4)).then_some(Stored {
        learned,
        walked,
        predictions: Some(body),
    })
}

/// Writes `path`, whole or not at all, and returns whether it was written; a failure needs no message.
pub fn write(path: &Path, learned: &Learned, walked: Option<&Walked>) -> bool {
    let pieces = learned.predicted.chunks(1 << 15);
    let pieces = pieces.map(|piece| -> Vec<u8> {
        let bytes = piece.iter().flat_map(|said| said.to_le_bytes());
        bytes.collect()
    });
    let written = || -> std::io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        file::write(path, MAGIC, &encode(learned, walked), pieces)
    };
    written().is_ok()
}

/// Returns all but the predictions as the head of the file.
fn encode(learned: &Learned, walked: Option<&Walked>) -> Vec<u8> {
    let mut out = Out::default();
    out.text(ENGINE);
    out.u8(u8::from(walked.is_some()));
    if let Some(Walked { identity, walk }) = walked {
        out.u128(*identity);
        out.column_u64(&walk.keys);
        out.u64(walk.judged as u64);
        out.u64(walk.after as u64);
    }
    out.u64(learned.checkpoints.len() as u64);
    for point in &learned.checkpoints {
        put_checkpoint(&mut out, point);
    }
    out.u64(learned.turns.len() as u64);
    for turn in &learned.turns {
        out.i64(turn.at);
        out.u32(turn.day.cast_unsigned());
        out.u8(u8::from(turn.fitted));
    }
    out.into_bytes()
}

/// Parses the head of a file; `None` if anything is wrong with it.
fn decode(head: &[u8]) -> Option<(Learned, Option<Walked>)> {
    let mut head = In::new(head);
    if head.text()? != ENGINE {
        return None;
    }
    let walked = match flag(&mut head)? {
        true => Some(Walked {
            identity: head.u128()?,
            walk: Walk {
                keys: head.column_u64()?,
                judged: usize::try_from(head.u64()?).ok()?,
                after: usize::try_from(head.u64()?).ok()?,
            },
        }),
        false => None,
    };
    let mut learned = Learned::default();
    for _ in 0..head.u64()? {
        learned.checkpoints.push(checkpoint(&mut head)?);
    }
    for _ in 0..head.u64()? {
        learned.turns.push(Turn {
            at: head.i64()?,
            day: day(&mut head)?,
            fitted: flag(&mut head)?,
        });
    }
    head.end().then_some((learned, walked))
}

fn put_checkpoint(out: &mut Out, point: &Checkpoint) {
    out.i64(point.bound.0);
    out.u64(point.bound.1);
    out.u64(point.key);
    put_mixture(out, &point.mixture);
    out.u8(u8::from(point.fit.is_some()));
    for weight in point.fit.unwrap_or_default() {
        out.u32(weight.to_bits());
    }
}

fn checkpoint(head: &mut In) -> Option<Checkpoint> {
    let bound = (head.i64()?, head.u64()?);
    let key = head.u64()?;
    let mixture = mixture(head)?;
    let fitted = flag(head)?;
    let mut weights = Weights::default();
    for weight in &mut weights {
        *weight = f32::from_bits(head.u32()?);
    }
    Some(Checkpoint {
        bound,
        key,
        mixture,
        fit: fitted.then_some(weights),
    })
}

fn put_mixture(out: &mut Out, mixture: &Mixture) {
    let (scores, layer) = (&mixture.scores, &mixture.layer);
    out.u64(mixture.judged);
    out.u64(mixture.forgotten);
    out.u8(u8::from(mixture.fitted_leads));
    out.u32(layer.day.cast_unsigned());
    let scores = [scores.default, scores.fitted, scores.layer, scores.said];
    let rest = [layer.miss, layer.variance, layer.mean, layer.seen];
    let reals = scores.iter().chain(&layer.weights);
    for real in reals.chain(layer.covariance.as_flattened()).chain(&rest) {
        out.u64(real.to_bits());
    }
}

fn mixture(head: &mut In) -> Option<Mixture> {
    let (judged, forgotten) = (head.u64()?, head.u64()?);
    let fitted_leads = flag(head)?;
    let day = day(head)?;
    let [default, fitted, layer, said] = four(head)?;
    let weights = four(head)?;
    let covariance = [four(head)?, four(head)?, four(head)?, four(head)?];
    let [miss, variance, mean, seen] = four(head)?;
    Some(Mixture {
        judged,
        forgotten,
        scores: Scores {
            default,
            fitted,
            layer,
            said,
        },
        layer: Layer {
            weights,
            covariance,
            day,
            miss,
            variance,
            mean,
            seen,
        },
        fitted_leads,
    })
}

fn four(head: &mut In) -> Option<Four> {
    let mut real = || head.u64().map(f64::from_bits);
    Some([real()?, real()?, real()?, real()?])
}

fn day(head: &mut In) -> Option<i32> {
    head.u32().map(u32::cast_signed)
}

fn flag(head: &mut In) -> Option<bool> {
    head.u8().map(|flag| flag != 0)
}

#[cfg(test)]
mod tests {
    use super::super::replay::tests::life;
    use super::*;

    fn learned() -> Learned {
        Learned::from(Learned::default(), &life(80, 8), &mut |_| {})
    }

    fn whole(path: &Path) -> (Learned, Option<Walked>) {
        let stored = read(path).with_predictions();
        (stored.learned, stored.walked)
    }

    #[test]
    fn what_was_written_is_read_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache/quiz/learnt");
        assert_eq!(whole(&path), (Learned::default(), None));
        let learned = learned();
        let walked = Walked {
            identity: u128::MAX - 1,
            walk: life(80, 8).walk(&learned.bounds()),
        };
        assert!(write(&path, &learned, None) && learned.turns.len() < 3);
        assert_eq!(whole(&path), (learned.clone(), None));
        assert!(write(&path, &learned, Some(&walked)));
        assert_eq!(whole(&path), (learned.clone(), Some(walked)));
        // Without the predictions, all the rest is there.
        let stored = read(&path).learned;
        assert!(stored.predicted().is_empty());
        assert_eq!(stored.checkpoints, learned.checkpoints);
    }

    #[test]
    fn any_trouble_is_no_cache() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("learnt");
        assert!(write(&path, &learned(), None));
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(61) {
            let mut other = bytes.clone();
            other[at] ^= 0x10;
            fs::write(&path, &other).unwrap();
            assert_eq!(whole(&path), (Learned::default(), None), "byte {at}");
            fs::write(&path, &bytes[..at]).unwrap();
            assert_eq!(whole(&path), (Learned::default(), None), "cut at {at}");
        }
        let (mut head, _) = {
            fs::write(&path, &bytes).unwrap();
            file::open(&path, MAGIC).unwrap()
        };
        assert!(decode(&head).is_some());
        for cut in 0..head.len() {
            assert!(decode(&head[..cut]).is_none(), "{cut}");
        }
        head.push(0);
        assert!(decode(&head).is_none());
    }
}
