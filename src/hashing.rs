//! Two hashes: [`Quick`], which differs in each process, and [`fnv`], which is the same everywhere.
//!
//! The ids and keys of a home are looked up by the thousands. The standard library's hash withstands keys chosen to
//! collide whatever the attacker knows, but takes several times as long. The quick one multiplies and folds words of
//! eight bytes, as wyhash and foldhash do, and starts from a number that differs in each process: nobody can write a
//! deck or history that makes a table slow.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A builder of hashers that start from one secret number.
#[derive(Debug, Clone, Copy)]
pub struct Quick(u64);

impl Default for Quick {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for Quick {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding(self.0)
    }
}

/// A map keyed by ids or keys.
pub type HashMap<K, V> = std::collections::HashMap<K, V, Quick>;
/// A set of ids or keys.
pub type HashSet<K> = std::collections::HashSet<K, Quick>;

/// A table to look things up in, made when it was wanted a few times: looking through everything that often takes about
/// as long as making it.
#[derive(Debug)]
pub(crate) struct Eventually<T> {
    made: OnceLock<T>,
    wanted: AtomicU32,
}

impl<T> Default for Eventually<T> {
    fn default() -> Self {
        Self {
            made: OnceLock::new(),
            wanted: AtomicU32::new(0),
        }
    }
}

impl<T> From<T> for Eventually<T> {
    fn from(made: T) -> Self {
        Self {
            made: made.into(),
            ..Self::default()
        }
    }
}

impl<T> Eventually<T> {
    /// Returns the table; `None` as long as looking through everything is quicker than making it.
    pub(crate) fn if_worth(&self, make: impl FnOnce() -> T) -> Option<&T> {
        const FEW: u32 = 16;
        let is_made = self.made.get().is_some();
        let is_worth = is_made || self.wanted.fetch_add(1, Ordering::Relaxed) >= FEW;
        is_worth.then(|| self.get(make))
    }

    /// Returns the table, made now unless it is there.
    pub(crate) fn get(&self, make: impl FnOnce() -> T) -> &T {
        self.made.get_or_init(make)
    }

    /// Returns the table if it is made.
    #[cfg(test)]
    pub(crate) fn if_made(&self) -> Option<&T> {
        self.made.get()
    }

    /// Returns the table for changing it, if it is made.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        self.made.get_mut()
    }

    /// Forgets the table: what it was made of has changed.
    pub(crate) fn forget(&mut self) {
        self.made.take();
    }
}

/// The hash of the bytes written so far.
#[derive(Debug, Clone, Copy)]
pub struct Folding(u64);

impl Folding {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        let mut last = *self;
        last.fold(0x2545_f491_4f6c_dd1d);
        last.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        // The last eight bytes, some of them again, are read at once.
        let last = bytes.last_chunk().copied().unwrap_or_else(|| {
            let mut last = [0; 8];
            last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            last
        });
        // The length distinguishes a text from one with trailing zeros.
        self.fold(u64::from_le_bytes(last) ^ ((bytes.len() as u64) << 56));
    }

    fn write_u8(&mut self, number: u8) {
        self.fold(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.fold(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.fold(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.fold(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.fold(number.cast_unsigned() as u64);
    }
}

/// The initial value of [`fnv`].
pub const FNV: u64 = 0xcbf2_9ce4_8422_2325;

/// Returns a hash of `bytes` that is the same on every machine and in every version (FNV-1a, 64 bit; G. Fowler, L. C.
/// Noll, K.-P. Vo; RFC 9923), continuing from `start`, which is [`FNV`] at first. It withstands no attack.
pub fn fnv(start: u64, bytes: impl IntoIterator<Item = u8>) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.into_iter().fold(start, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv_is_what_its_authors_say() {
        let of = |text: &str| fnv(FNV, text.bytes());
        assert_eq!(of(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(of("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(of("foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(fnv(of("foo"), "bar".bytes()), of("foobar"));
    }

    #[test]
    fn a_table_is_made_when_it_was_wanted_a_few_times() {
        let mut table = Eventually::default();
        let early = (0..16).filter_map(|_| table.if_worth(|| 1)).count();
        assert_eq!((early, table.if_worth(|| 2)), (0, Some(&2)));
        table.forget();
        assert_eq!(table.if_worth(|| 3), Some(&3), "it was wanted often enough");
        assert_eq!(Eventually::from(4).if_worth(|| 5), Some(&4));
    }

    #[test]
    fn texts_that_are_alike_are_spread_over_a_table() {
        let hashes = Quick::default();
        let texts = (0..4096).map(|n| format!("question-{n:06}"));
        let texts = texts.chain((0..64).map(|n| "\0".repeat(n)));
        let mut buckets = vec![0; 1024];
        let mut all = HashSet::default();
        for text in texts {
            let hash = hashes.hash_one(text.as_bytes());
            assert!(all.insert(hash), "{text:?}");
            buckets[hash as usize % 1024] += 1;
        }
        // Four per bucket: sixteen more in one happen once in millions of tables.
        assert!(buckets.iter().all(|count| *count < 24), "{buckets:?}");
    }
}
