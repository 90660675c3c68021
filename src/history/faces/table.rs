//! A hash table of small entries, each in a quarter of what a processor fetches from memory at once.
//!
//! An entry has all that tells it from others except the text of its id: a look-up fetches one entry, and that text. It
//! knows numbers, never texts or faces.

/// An entry: a face of a card, or a card.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Slot {
    /// The hash by which it is found.
    pub(super) hash: u32,
    /// The place of the card's id in the text of all ids, in bytes.
    pub(super) start: u32,
    /// The length of the id, in bytes; 0 in an empty slot.
    pub(super) length: u16,
    /// What tells it from other entries of the same id.
    pub(super) side: u16,
    /// The number of the face or card.
    pub(super) number: u32,
}

impl Slot {
    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }
}

/// The entries, each in the first free slot from that of its hash on.
#[derive(Debug)]
pub(super) struct Table {
    /// At most seven eighths full; their number is a power of two.
    slots: Vec<Slot>,
    used: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self::for_entries(0)
    }
}

impl Table {
    /// Returns an empty table with room for `count` entries.
    pub(super) fn for_entries(count: usize) -> Self {
        /// The number of slots for a few entries.
        const LEAST: usize = 64;
        let size = (count.saturating_mul(8) / 7 + 1).next_power_of_two();
        Self {
            slots: vec![Slot::default(); size.max(LEAST)],
            used: 0,
        }
    }

    /// Returns the first slot for this hash, which most likely has the entry.
    pub(super) fn first(&self, hash: u32) -> Slot {
        let first = self.slots.get(self.place(hash));
        first.copied().unwrap_or_default()
    }

    /// Returns the entry of this hash for which `is_it` returns true.
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(&Slot) -> bool) -> Option<&Slot> {
        let end = self.slots.get(self.end_of_run(hash, is_it));
        end.filter(|slot| !slot.is_empty())
    }

    /// Adds an entry.
    pub(super) fn add(&mut self, slot: Slot) {
        if (self.used + 1) * 8 > self.slots.len() * 7 {
            let larger = Self::for_entries(self.used + 1);
            let smaller = std::mem::replace(self, larger);
            let entries = smaller.slots.into_iter();
            entries
                .filter(|slot| !slot.is_empty())
                .for_each(|slot| self.put(slot));
        }
        self.put(slot);
    }

    /// Puts `slot` in place of an entry of the same hash for which `is_it` returns true; adds it if there is none.
    pub(super) fn replace(&mut self, slot: Slot, is_it: impl Fn(&Slot) -> bool) {
        let place = self.end_of_run(slot.hash, is_it);
        match self.slots.get_mut(place) {
            Some(there) if !there.is_empty() => *there = slot,
            _ => self.add(slot),
        }
    }

    fn put(&mut self, slot: Slot) {
        let place = self.end_of_run(slot.hash, |_| false);
        if let Some(free) = self.slots.get_mut(place) {
            *free = slot;
            self.used += 1;
        }
    }

    /// Returns the place of the entry of this hash for which `is_it` returns true, or of the empty slot where it would be.
    fn end_of_run(&self, hash: u32, is_it: impl Fn(&Slot) -> bool) -> usize {
        let mut at = self.place(hash);
        while let Some(slot) = self.slots.get(at)
            && !(slot.is_empty() || slot.hash == hash && is_it(slot))
        {
            at = (at + 1) & (self.slots.len() - 1);
        }
        at
    }

    /// Returns the place of the first slot for a hash.
    fn place(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Few hashes for many entries, so that their runs meet and go around the end.
        #[test]
        fn each_entry_is_found_and_no_other(hashes in prop::collection::vec(0u32..200, 0..200), mask in any::<u32>()) {
            let mut table = Table::default();
            let entries: Vec<Slot> = (0u32..)
                .zip(&hashes)
                .map(|(number, hash)| Slot { hash: hash | mask << 8, start: number, length: 1, side: 0, number })
                .collect();
            for entry in &entries {
                table.add(*entry);
            }
            for (at, entry) in entries.iter().enumerate() {
                let with = |number: u32| move |slot: &Slot| slot.number == number;
                prop_assert_eq!(table.find(entry.hash, with(entry.number)), Some(entry));
                prop_assert_eq!(table.find(entry.hash ^ 1 << 31, with(entry.number)), None);
                if at % 3 == 0 {
                    let changed = Slot { side: 7, number: entry.number + 1000, ..*entry };
                    table.replace(changed, with(entry.number));
                    prop_assert_eq!(table.find(entry.hash, with(changed.number)), Some(&changed));
                    prop_assert_eq!(table.find(entry.hash, with(entry.number)), None);
                }
            }
            let last = Slot { hash: 5, start: 0, length: 1, side: 0, number: 5000 };
            table.replace(last, |_| false);
            prop_assert_eq!(table.find(5, |slot| slot.number == 5000), Some(&last));
            prop_assert_eq!(table.used, entries.len() + 1);
            prop_assert!(!table.first(5).is_empty());
        }
    }
}
