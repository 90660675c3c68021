//! Columns of values of one size: in memory of their own, or where they lie in the head of an index.
//!
//! A start needs a few of a hundred thousand values: it reads them in place instead of copying all.

use std::ops::Range;
use std::sync::Arc;

use super::bytes::{In, Out};

/// A value of `N` bytes.
pub(crate) trait Fixed<const N: usize>: Copy {
    fn to_bytes(self) -> [u8; N];
    fn from_bytes(bytes: [u8; N]) -> Self;
}

impl Fixed<1> for u8 {
    fn to_bytes(self) -> [u8; 1] {
        [self]
    }

    fn from_bytes([byte]: [u8; 1]) -> Self {
        byte
    }
}

impl Fixed<4> for u32 {
    fn to_bytes(self) -> [u8; 4] {
        self.to_le_bytes()
    }

    fn from_bytes(bytes: [u8; 4]) -> Self {
        Self::from_le_bytes(bytes)
    }
}

/// Values of `N` bytes each.
#[derive(Debug)]
pub(crate) struct Column<T, const N: usize> {
    /// The values, unless they are stored.
    own: Vec<T>,
    stored: Option<Part>,
}

/// A part of the head of an index.
#[derive(Debug)]
struct Part {
    head: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Part {
    fn bytes(&self) -> &[u8] {
        self.head.get(self.range.clone()).unwrap_or(&[])
    }
}

impl<T, const N: usize> Default for Column<T, N> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T, const N: usize> From<Vec<T>> for Column<T, N> {
    fn from(own: Vec<T>) -> Self {
        Self { own, stored: None }
    }
}

impl<T: Fixed<N>, const N: usize> Column<T, N> {
    /// Takes a column that [`store`] wrote from `input`, which reads `head` up to its end.
    pub(crate) fn load(input: &mut In, head: &Arc<Vec<u8>>) -> Option<Self> {
        let length = input.bytes()?.len();
        let end = head.len().checked_sub(input.left())?;
        let range = end.checked_sub(length)?..end;
        let head = Arc::clone(head);
        length.is_multiple_of(N).then_some(Self {
            own: Vec::new(),
            stored: Some(Part { head, range }),
        })
    }

    pub(crate) fn len(&self) -> usize {
        let stored = self.stored.as_ref().map(|part| part.range.len() / N);
        stored.unwrap_or(self.own.len())
    }

    pub(crate) fn get(&self, at: usize) -> Option<T> {
        match &self.stored {
            None => self.own.get(at).copied(),
            Some(part) => {
                let (all, _) = part.bytes().as_chunks();
                all.get(at).map(|bytes| T::from_bytes(*bytes))
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Returns the values for changing them; those of an index are copied first.
    pub(crate) fn own(&mut self) -> &mut Vec<T> {
        if self.stored.is_some() {
            self.own = self.iter().collect();
            self.stored = None;
        }
        &mut self.own
    }
}

impl Column<u8, 1> {
    /// Returns the bytes in `range`.
    pub(crate) fn slice(&self, range: Range<usize>) -> Option<&[u8]> {
        let all = self.stored.as_ref().map(Part::bytes);
        all.unwrap_or(&self.own).get(range)
    }
}

/// Adds values to the bytes of a file of the index.
pub(crate) fn store<T: Fixed<N>, const N: usize>(values: impl Iterator<Item = T>, out: &mut Out) {
    let bytes: Vec<u8> = values.flat_map(Fixed::to_bytes).collect();
    out.bytes(&bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_column_is_what_it_was() {
        let mut out = Out::default();
        out.u8(7);
        store([1u32, u32::MAX].into_iter(), &mut out);
        store("naive".bytes(), &mut out);
        let head = Arc::new(out.into_bytes());
        let mut input = In::new(&head);
        assert_eq!(input.u8(), Some(7));
        let mut numbers = Column::<u32, 4>::load(&mut input, &head).unwrap();
        let text = Column::<u8, 1>::load(&mut input, &head).unwrap();
        assert!(input.end());
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [1, u32::MAX]);
        assert_eq!((numbers.len(), numbers.get(2)), (2, None));
        assert_eq!(text.slice(1..3), Some(b"ai".as_slice()));
        assert_eq!((text.len(), text.slice(1..6)), (5, None));
        numbers.own().push(5);
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [1, u32::MAX, 5]);
    }

    #[test]
    fn bytes_that_are_no_whole_values_are_no_column() {
        let mut out = Out::default();
        out.bytes(&[0; 6]);
        let head = Arc::new(out.into_bytes());
        let load = Column::<u32, 4>::load(&mut In::new(&head), &head);
        assert!(load.is_none());
        assert!(Column::<u32, 4>::load(&mut In::new(&head[..9]), &head).is_none());
    }
}
