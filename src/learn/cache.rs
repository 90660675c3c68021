//! The file in the cache folder that keeps the result of learning.
//!
//! The file is a sequence of 64-bit words, little-endian: a word for the format and what it was made with, the lengths,
//! the checkpoints, the turns, the predictions, and a hash of all of them. A file with anything wrong in it counts as
//! absent, since everything in it can be computed again. It knows the types of [`super::replay`], never a history.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::Weights;
use super::answers::{hash, mix};
use super::layer::{Four, Layer};
use super::mixture::{Mixture, Scores};
use super::replay::{Checkpoint, Learned, Turn};

/// The format: change it with each change of the format, of a rule of this module, or of the engine's version.
const MADE_WITH: &str = "quiz learnt 2, fsrs 6.6.2";

/// Reads `path`; returns an empty result if it does not exist or anything is wrong with it.
pub fn read(path: &Path) -> Learned {
    fs::read(path)
        .ok()
        .and_then(|bytes| decode(&bytes))
        .unwrap_or_default()
}

/// Writes `path`, whole or not at all, and returns whether it was written; a failure needs no message.
pub fn write(path: &Path, learned: &Learned) -> bool {
    let written = || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        // Not synced: a torn file counts as absent.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&encode(learned))?;
        file.persist(path)?;
        Ok(())
    };
    written().is_ok()
}

/// Returns `learned` as the bytes of the file.
fn encode(learned: &Learned) -> Vec<u8> {
    let lengths = [
        learned.checkpoints.len(),
        learned.turns.len(),
        learned.predicted.len(),
    ];
    let mut words = vec![hash(MADE_WITH)];
    words.extend(lengths.map(|length| length as u64));
    for point in &learned.checkpoints {
        words.extend([point.bound.0.cast_unsigned(), point.bound.1, point.key]);
        words.extend(mixture_words(&point.mixture));
        words.push(u64::from(point.fit.is_some()));
        let fit = point.fit.unwrap_or_default();
        words.extend(fit.map(|weight| u64::from(weight.to_bits())));
    }
    for turn in &learned.turns {
        let day = u64::from(turn.day.cast_unsigned());
        words.extend([turn.at.cast_unsigned(), day, u64::from(turn.fitted)]);
    }
    for pair in learned.predicted.chunks(2) {
        let bits = |at: usize| u64::from(pair.get(at).map_or(0, |said| said.to_bits()));
        words.push(bits(0) | (bits(1) << 32));
    }
    words.push(sum(&words));
    words.into_iter().flat_map(u64::to_le_bytes).collect()
}

/// Parses the bytes of a file; `None` if anything is wrong with them.
fn decode(bytes: &[u8]) -> Option<Learned> {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let words: Vec<u64> = chunks
        .iter()
        .map(|word| u64::from_le_bytes(*word))
        .collect();
    let (check, words) = words.split_last()?;
    if !rest.is_empty() || *check != sum(words) {
        return None;
    }
    let mut words = Words(words);
    if words.next()? != hash(MADE_WITH) {
        return None;
    }
    let (points, turns, judged) = (words.length()?, words.length()?, words.length()?);
    let mut learned = Learned::default();
    for _ in 0..points {
        learned.checkpoints.push(checkpoint(&mut words)?);
    }
    for _ in 0..turns {
        learned.turns.push(Turn {
            at: words.next()?.cast_signed(),
            day: words.day()?,
            fitted: words.next()? != 0,
        });
    }
    for word in words.0 {
        let said = [*word as u32, (*word >> 32) as u32].map(f32::from_bits);
        learned.predicted.extend(said);
    }
    learned.predicted.truncate(judged);
    let last = learned.checkpoints.last();
    let rest_on = last.map_or(0, |last| last.mixture.judged);
    (learned.predicted.len() == judged && rest_on == judged as u64).then_some(learned)
}

/// Returns a hash of `words`.
fn sum(words: &[u64]) -> u64 {
    words.iter().fold(0, |sum, word| mix(sum ^ word))
}

/// The words that are still unread.
struct Words<'a>(&'a [u64]);

impl Words<'_> {
    fn next(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn real(&mut self) -> Option<f64> {
        self.next().map(f64::from_bits)
    }

    fn day(&mut self) -> Option<i32> {
        Some(u32::try_from(self.next()?).ok()?.cast_signed())
    }

    /// Reads a length that the rest of the file can hold.
    fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(self.next()?).ok()?;
        (length / 2 <= self.0.len()).then_some(length)
    }

    fn four(&mut self) -> Option<Four> {
        Some([self.real()?, self.real()?, self.real()?, self.real()?])
    }
}

fn mixture_words(mixture: &Mixture) -> Vec<u64> {
    let (scores, layer) = (&mixture.scores, &mixture.layer);
    let mut words = vec![
        mixture.judged,
        mixture.forgotten,
        u64::from(mixture.fitted_leads),
        u64::from(layer.day.cast_unsigned()),
    ];
    let scores = [scores.default, scores.fitted, scores.layer, scores.said];
    let rest = [layer.miss, layer.variance, layer.mean, layer.seen];
    let reals = scores.iter().chain(&layer.weights);
    let reals = reals.chain(layer.covariance.as_flattened()).chain(&rest);
    words.extend(reals.map(|real| real.to_bits()));
    words
}

fn mixture(words: &mut Words) -> Option<Mixture> {
    let (judged, forgotten) = (words.next()?, words.next()?);
    let fitted_leads = words.next()? != 0;
    let day = words.day()?;
    let [default, fitted, layer, said] = words.four()?;
    let weights = words.four()?;
    let covariance = [words.four()?, words.four()?, words.four()?, words.four()?];
    let [miss, variance, mean, seen] = words.four()?;
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

fn checkpoint(words: &mut Words) -> Option<Checkpoint> {
    let bound = (words.next()?.cast_signed(), words.next()?);
    let key = words.next()?;
    let mixture = mixture(words)?;
    let fitted = words.next()? != 0;
    let mut weights = Weights::default();
    for weight in &mut weights {
        *weight = f32::from_bits(u32::try_from(words.next()?).ok()?);
    }
    Some(Checkpoint {
        bound,
        key,
        mixture,
        fit: fitted.then_some(weights),
    })
}

#[cfg(test)]
mod tests {
    use super::super::replay::tests::life;
    use super::*;

    fn learned() -> Learned {
        Learned::from(Learned::default(), &life(80, 8), &mut |_| {})
    }

    #[test]
    fn what_was_written_is_read_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache/quiz/learnt");
        assert_eq!(read(&path), Learned::default());
        let learned = learned();
        assert!(write(&path, &learned) && learned.turns.len() < 3);
        assert_eq!(read(&path), learned);
    }

    #[test]
    fn any_trouble_is_no_cache() {
        let bytes = encode(&learned());
        assert!(decode(&bytes).is_some());
        for at in (0..bytes.len()).step_by(61) {
            let mut other = bytes.clone();
            if let Some(byte) = other.get_mut(at) {
                *byte ^= 0x10;
            }
            assert_eq!(decode(&other), None, "byte {at}");
            assert_eq!(decode(bytes.get(..at).unwrap()), None, "cut at {at}");
        }
        assert_eq!(decode(&[]), None);
    }
}
