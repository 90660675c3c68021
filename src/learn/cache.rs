//! The file that keeps the result of learning.
//!
//! It is a file of the index (`crate::index::file`): the head holds all but the predictions, which few commands need.
//! Unlike the rest of the index it takes seconds to compute, so where the cache folder can't be written, it is kept in
//! the platform's state folder instead. A file with anything wrong in it counts as absent, since everything in it can be
//! computed again. It knows the types of
//! [`super::replay`] and [`super::answers`], never a history.

use std::fs;
use std::path::{Path, PathBuf};

use super::Weights;
use super::answers::Walk;
use super::layer::{Four, Layer};
use super::mixture::{Mixture, Scores};
use super::replay::{Checkpoint, Learned, Turn};
use crate::index::bytes::{In, Out};
use crate::index::file::{self, Body, Magic};
use crate::index::folder::Folder;

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
        let mut predicted = Vec::with_capacity(usize::try_from(body.len() / 4).unwrap_or(0));
        let read = body.each(0..body.len(), |said| {
            predicted.push(f32::from_le_bytes(said));
        });
        if read.is_none() {
            return Self::default();
        }
        self.learned.predicted = predicted;
        self
    }
}

/// The name of the file.
const NAME: &str = "learnt";

/// Where the file is kept: in the first of some folders that can be written.
#[derive(Debug, Default)]
pub struct Keeping(Vec<Folder>);

impl Keeping {
    /// Returns where the file of `home` is kept.
    pub fn of(home: &Path) -> Self {
        Self::new(Folder::lasting(home))
    }

    fn new(mut folders: Vec<Folder>) -> Self {
        // Some platforms have one folder for both.
        folders.dedup();
        Self(folders)
    }

    /// Returns the same for a home that is kept in one of these folders.
    #[cfg(test)]
    pub(super) fn within(caches: &[&Path], home: &Path) -> Self {
        let folders = caches.iter().map(|cache| Folder::within(cache, home));
        Self::new(folders.map(Option::unwrap).collect())
    }

    /// Reads the file; returns an empty result if there is none or anything is wrong with it.
    pub fn read(&self) -> Stored {
        let newest = self.paths().max_by_key(|path| {
            let meta = fs::metadata(path).and_then(|meta| meta.modified());
            meta.ok()
        });
        newest
            .and_then(|path| read_whole(&path))
            .unwrap_or_default()
    }

    /// Writes the file, whole or not at all, and returns whether it was written; a failure needs no message.
    pub fn write(&self, learned: &Learned, walked: Option<&Walked>) -> bool {
        let mut folders = self.0.iter();
        let mut written = folders.by_ref().filter(|folder| {
            let prepared = folder.prepare();
            let path = folder.file(NAME);
            prepared.is_ok_and(|()| write(&path, learned, walked).is_ok())
        });
        let is_written = written.next().is_some();
        // One that stood in is not needed any more.
        folders.for_each(|folder| drop(fs::remove_file(folder.file(NAME))));
        is_written
    }

    /// Returns the paths at which the file may be.
    pub(super) fn paths(&self) -> impl DoubleEndedIterator<Item = PathBuf> {
        self.0.iter().map(|folder| folder.file(NAME))
    }
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

fn write(path: &Path, learned: &Learned, walked: Option<&Walked>) -> std::io::Result<()> {
    let pieces = learned.predicted.chunks(1 << 15);
    let pieces = pieces.map(|piece| -> Vec<u8> {
        let bytes = piece.iter().flat_map(|said| said.to_le_bytes());
        bytes.collect()
    });
    file::write(path, MAGIC, &encode(learned, walked), pieces)
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

    fn whole(keeping: &Keeping) -> (Learned, Option<Walked>) {
        let stored = keeping.read().with_predictions();
        (stored.learned, stored.walked)
    }

    #[test]
    fn what_was_written_is_read_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let keeping = Keeping::within(&[&folder.path().join("cache/quiz")], folder.path());
        assert_eq!(whole(&keeping), (Learned::default(), None));
        let learned = learned();
        let walked = Walked {
            identity: u128::MAX - 1,
            walk: life(80, 8).walk(&learned.bounds()),
        };
        assert!(keeping.write(&learned, None) && learned.turns.len() < 3);
        assert_eq!(whole(&keeping), (learned.clone(), None));
        assert!(keeping.write(&learned, Some(&walked)));
        assert_eq!(whole(&keeping), (learned.clone(), Some(walked)));
        // Without the predictions, all the rest is there.
        let stored = keeping.read().learned;
        assert!(stored.predicted().is_empty());
        assert_eq!(stored.checkpoints, learned.checkpoints);
        assert!(!Keeping::default().write(&learned, None));
        let cache = folder.path().join("cache/quiz");
        assert!(Keeping::within(&[&cache, &cache], folder.path()).write(&learned, None));
        assert_eq!(whole(&keeping), (learned, None));
    }

    #[test]
    fn another_folder_stands_in_for_one_that_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let [cache, state] = ["cache", "state"].map(|name| folder.path().join(name));
        let keeping = Keeping::within(&[&cache, &state], folder.path());
        let learned = learned();
        let there = || {
            keeping
                .paths()
                .map(|path| path.exists())
                .collect::<Vec<_>>()
        };
        assert!(keeping.write(&learned, None));
        assert_eq!(there(), [true, false]);
        // What was written before it could not be any more is older.
        let first = keeping.paths().next().unwrap();
        let second = keeping.paths().next_back().unwrap();
        fs::create_dir_all(second.parent().unwrap()).unwrap();
        fs::rename(&first, &second).unwrap();
        fs::remove_dir_all(&cache).unwrap();
        fs::write(&cache, "a file").unwrap();
        assert_eq!(whole(&keeping), (learned.clone(), None));
        assert!(keeping.write(&Learned::default(), None));
        assert_eq!(whole(&keeping), (Learned::default(), None));
        assert_eq!(there(), [false, true]);
        fs::remove_file(&cache).unwrap();
        assert!(keeping.write(&learned, None));
        assert_eq!(there(), [true, false]);
        assert_eq!(whole(&keeping), (learned, None));
    }

    #[test]
    fn the_file_written_last_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let [cache, state] = ["cache", "state"].map(|name| folder.path().join(name));
        let both = Keeping::within(&[&cache, &state], folder.path());
        let learned = learned();
        let now = std::time::SystemTime::now();
        for (place, age) in [(&cache, 5), (&state, 3)] {
            let alone = Keeping::within(&[place], folder.path());
            let content = match age {
                5 => Learned::default(),
                _ => learned.clone(),
            };
            assert!(alone.write(&content, None));
            let file = fs::File::options()
                .write(true)
                .open(alone.paths().next().unwrap());
            let then = now - std::time::Duration::from_secs(age);
            file.unwrap().set_modified(then).unwrap();
        }
        assert_eq!(whole(&both), (learned, None));
    }

    #[test]
    fn any_trouble_is_no_cache() {
        let folder = tempfile::tempdir().unwrap();
        let keeping = Keeping::within(&[folder.path()], folder.path());
        assert!(keeping.write(&learned(), None));
        let path = &keeping.paths().next().unwrap();
        let bytes = fs::read(path).unwrap();
        for at in (0..bytes.len()).step_by(61) {
            let mut other = bytes.clone();
            other[at] ^= 0x10;
            fs::write(path, &other).unwrap();
            assert_eq!(whole(&keeping), (Learned::default(), None), "byte {at}");
            fs::write(path, &bytes[..at]).unwrap();
            assert_eq!(whole(&keeping), (Learned::default(), None), "cut at {at}");
        }
        let (mut head, _) = {
            fs::write(path, &bytes).unwrap();
            file::open(path, MAGIC).unwrap()
        };
        assert!(decode(&head).is_some());
        for cut in 0..head.len() {
            assert!(decode(&head[..cut]).is_none(), "{cut}");
        }
        head.push(0);
        assert!(decode(&head).is_none());
    }
}
