//! Groups of ids that renames connect (a union-find). It knows ids alone.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::deck::CardId;

/// Disjoint sets of ids, joined pair by pair.
#[derive(Default)]
pub(super) struct Groups {
    numbers: HashMap<CardId, usize>,
    /// The parent of each number; a root is its own.
    next: Vec<usize>,
}

impl Groups {
    fn number(&mut self, id: &CardId) -> usize {
        if let Some(&number) = self.numbers.get(id) {
            return self.root(number);
        }
        self.next.push(self.next.len());
        self.numbers.insert(id.clone(), self.next.len() - 1);
        self.next.len() - 1
    }

    fn root(&mut self, mut number: usize) -> usize {
        loop {
            let next = self.next.get(number).copied().unwrap_or(number);
            if next == number {
                return number;
            }
            // Path halving.
            let skip = self.next.get(next).copied().unwrap_or(next);
            if let Some(slot) = self.next.get_mut(number) {
                *slot = skip;
            }
            number = skip;
        }
    }

    pub(super) fn join(&mut self, one: &CardId, other: &CardId) {
        let (one, other) = (self.number(one), self.number(other));
        if let Some(next) = self.next.get_mut(one) {
            *next = other;
        }
    }

    pub(super) fn all(mut self) -> Vec<Arc<BTreeSet<CardId>>> {
        let ids: Vec<CardId> = self.numbers.keys().cloned().collect();
        let mut groups: HashMap<usize, BTreeSet<CardId>> = HashMap::new();
        for id in ids {
            let root = self.number(&id);
            groups.entry(root).or_default().insert(id);
        }
        groups.into_values().map(Arc::new).collect()
    }
}
