//! Numbers and texts as bytes, little-endian.
//!
//! [`Out`] writes them one after another; [`In`] reads them in the same order. Bytes that nothing wrote give `None`, never
//! a panic, and never an allocation of more than they could hold.

/// Bytes to which numbers and texts are added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Out(Vec<u8>);

/// Bytes from which numbers and texts are taken; `None` where the rest is too short.
#[derive(Debug, Clone)]
pub(crate) struct In<'a>(&'a [u8]);

/// The methods for each kind of number.
macro_rules! numbers {
    ($($number:ident)*) => {
        impl Out {
            $(pub(crate) fn $number(&mut self, number: $number) {
                self.0.extend(number.to_le_bytes());
            })*
        }

        impl In<'_> {
            $(pub(crate) fn $number(&mut self) -> Option<$number> {
                Some($number::from_le_bytes(*self.array()?))
            })*
        }
    };
}

/// The methods for columns of each kind of number: their count, then the numbers.
macro_rules! columns {
    ($($column:ident: $number:ident)*) => {
        impl Out {
            $(pub(crate) fn $column(&mut self, numbers: &[$number]) {
                self.u64(numbers.len() as u64);
                self.0.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            })*
        }

        impl In<'_> {
            $(pub(crate) fn $column(&mut self) -> Option<Vec<$number>> {
                let numbers = self.arrays()?.iter();
                Some(numbers.map(|bytes| $number::from_le_bytes(*bytes)).collect())
            })*
        }
    };
}

numbers! { u8 u32 u64 i64 u128 }
columns! { column_u16: u16 column_u32: u32 column_u64: u64 }

impl Out {
    /// Returns an empty one with room for `bytes`.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Adds the length of `bytes`, then the bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.u64(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// Adds the length of `text` in bytes, then the text.
    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Returns the bytes so far.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl<'a> In<'a> {
    /// Returns a reader of `bytes`.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Takes bytes that [`Out::bytes`] wrote.
    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.u64()?;
        self.take(usize::try_from(length).ok()?)
    }

    /// Takes a text that [`Out::text`] wrote.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        str::from_utf8(self.bytes()?).ok()
    }

    /// Returns the number of bytes that are left.
    pub(crate) fn left(&self) -> usize {
        self.0.len()
    }

    /// Returns whether everything was taken.
    pub(crate) fn end(&self) -> bool {
        self.0.is_empty()
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(taken)
    }

    /// Takes a count and as many arrays.
    pub(crate) fn arrays<const N: usize>(&mut self) -> Option<&'a [[u8; N]]> {
        let count = usize::try_from(self.u64()?).ok()?;
        Some(self.take(count.checked_mul(N)?)?.as_chunks().0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_written_is_read_as_it_was() {
        let mut out = Out::with_capacity(8);
        out.u8(1);
        out.u32(3);
        out.u64(u64::MAX - 1);
        out.i64(-5);
        out.u128(u128::MAX - 6);
        out.text("naïve");
        out.bytes(b"\xff\0");
        out.column_u16(&[1, 2]);
        out.column_u32(&[u32::MAX]);
        out.column_u64(&[1, u64::MAX]);
        let bytes = out.into_bytes();
        let mut all = In::new(&bytes);
        assert_eq!(all.u8(), Some(1));
        assert_eq!((all.u32(), all.u64()), (Some(3), Some(u64::MAX - 1)));
        assert_eq!((all.i64(), all.u128()), (Some(-5), Some(u128::MAX - 6)));
        assert_eq!(all.text(), Some("naïve"));
        assert_eq!(all.bytes(), Some(b"\xff\0".as_slice()));
        assert_eq!(all.column_u16(), Some(vec![1, 2]));
        assert_eq!(all.column_u32(), Some(vec![u32::MAX]));
        assert!(!all.end());
        assert_eq!(all.column_u64(), Some(vec![1, u64::MAX]));
        assert!(all.end());
        assert_eq!(all.u8(), None);
    }

    #[test]
    fn the_form_is_the_same_on_every_machine() {
        let mut out = Out::default();
        out.u32(0x0102_0304);
        out.text("é");
        out.column_u32(&[7]);
        let text = [2, 0, 0, 0, 0, 0, 0, 0, 0xc3, 0xa9];
        let column = [1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0];
        let bytes = [[4, 3, 2, 1].as_slice(), &text, &column].concat();
        assert_eq!(out.into_bytes(), bytes);
    }

    #[test]
    fn what_was_not_written_is_nothing() {
        // A length that no memory holds, one whose product overflows, and a text that is not one.
        for length in [u64::MAX, u64::MAX / 4, u64::MAX / 8 + 1, 9] {
            let bytes = [length.to_le_bytes(), [0xff; 8]].concat();
            assert_eq!(In::new(&bytes).bytes(), None, "{length}");
            assert_eq!(In::new(&bytes).column_u16(), None, "{length}");
            assert_eq!(In::new(&bytes).column_u32(), None, "{length}");
            assert_eq!(In::new(&bytes).column_u64(), None, "{length}");
        }
        let bytes = [1u64.to_le_bytes(), [0xff; 8]].concat();
        assert_eq!(In::new(&bytes).text(), None);
        assert_eq!(In::new(&[1, 2, 3]).u32(), None);
    }

    proptest! {
        /// Any bytes are read without a panic, and never as more than they are.
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(prop_oneof![Just(0u8), 0u8..9, any::<u8>()], 0..80), kinds in prop::collection::vec(0usize..10, 0..12)) {
            let mut all = In::new(&bytes);
            let mut taken = 0;
            for kind in kinds {
                let width = match kind {
                    0 => all.u8().map(|_| 1),
                    1 => all.u32().map(|_| 4),
                    2 => all.u64().map(|_| 8),
                    3 => all.i64().map(|_| 8),
                    4 => all.u128().map(|_| 16),
                    5 => all.text().map(|text| 8 + text.len()),
                    6 => all.bytes().map(|bytes| 8 + bytes.len()),
                    7 => all.column_u16().map(|column| 8 + 2 * column.len()),
                    8 => all.column_u32().map(|column| 8 + 4 * column.len()),
                    _ => all.column_u64().map(|column| 8 + 8 * column.len()),
                };
                let Some(width) = width else { break };
                taken += width;
                prop_assert!(taken <= bytes.len());
                prop_assert_eq!(all.end(), taken == bytes.len());
            }
        }
    }
}
