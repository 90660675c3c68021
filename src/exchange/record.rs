//! The record of an import, kept in the home's `imports/`, so that importing again updates.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::notation;
use crate::place::Source;

/// The version of the format.
const VERSION: u32 = 1;

/// The cards imported from one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "Import", deny_unknown_fields)]
pub(crate) struct Record {
    version: u32,
    /// The kind of the source.
    pub(crate) kind: String,
    /// The time zone by which its moments were read.
    #[serde(default)]
    pub(crate) zone: Option<String>,
    /// The cards imported from it.
    pub(crate) cards: Vec<Entry>,
}

/// A card imported from a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Its id.
    pub(crate) id: String,
    /// The key that distinguishes it from the source's other cards, if that is not the id.
    #[serde(default)]
    pub(crate) key: Option<String>,
    /// A hash of its content as it was written.
    pub(crate) hash: String,
}

/// The records of a home.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// The previous record of the source that is being read.
    pub(crate) own: Record,
    /// Its text, if it exists.
    pub(crate) own_text: Option<Vec<u8>>,
    /// Its file.
    pub(crate) path: PathBuf,
    /// The hashes of its cards, by id.
    own_hashes: HashMap<String, String>,
    /// The hashes of the cards of all sources, by id.
    hashes: HashMap<String, HashSet<String>>,
}

impl Records {
    /// Reads all records of `folder`; the own one is that of `source`.
    ///
    /// # Errors
    /// Fails if one can't be read: skipping a record would make every card look edited.
    pub(crate) fn load(folder: &Path, source: &str) -> Result<Self> {
        let mut records = Self {
            path: folder.join(format!("{source}.ron")),
            ..Self::default()
        };
        let listed = match fs::read_dir(folder) {
            Ok(listed) => listed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(records),
            Err(error) => return Err(Error::io("list", folder)(error)),
        };
        for entry in listed.filter_map(io::Result::ok) {
            let path = entry.path();
            let is_record = path.extension().is_some_and(|end| end == "ron")
                && !entry.file_name().to_string_lossy().starts_with('.');
            if is_record {
                records.read(&path)?;
            }
        }
        Ok(records)
    }

    fn read(&mut self, path: &Path) -> Result<()> {
        let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
        let record: Record = notation::read(&Source::new(path, text.as_str()))?;
        if record.version > VERSION {
            return Err(Error::Newer {
                path: path.to_path_buf(),
                found: record.version,
                known: VERSION,
            });
        }
        for entry in &record.cards {
            let hashes = self.hashes.entry(entry.id.clone()).or_default();
            hashes.insert(entry.hash.clone());
        }
        if path == self.path {
            self.own_text = Some(text.into_bytes());
            let hashes = record.cards.iter();
            self.own_hashes = hashes
                .map(|entry| (entry.id.clone(), entry.hash.clone()))
                .collect();
            self.own = record;
        }
        Ok(())
    }

    /// Returns the hash of the card `id` when this source last wrote it.
    pub(crate) fn hash(&self, id: &str) -> Option<&str> {
        self.own_hashes.get(id).map(String::as_str)
    }

    /// Returns whether the card `id` came from any source.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.hashes.contains_key(id)
    }

    /// Returns whether a source wrote the card `id` with this hash.
    pub(crate) fn wrote(&self, id: &str, hash: &str) -> bool {
        self.hashes
            .get(id)
            .is_some_and(|hashes| hashes.contains(hash))
    }
}

impl Record {
    /// Returns an empty record of the source.
    pub(crate) fn new(kind: &str, zone: Option<String>, cards: Vec<Entry>) -> Self {
        Self {
            version: VERSION,
            kind: kind.to_string(),
            zone,
            cards,
        }
    }

    /// Returns the ids by the keys under which the source has the cards.
    pub(crate) fn by_key(&self) -> BTreeMap<&str, &Entry> {
        self.cards
            .iter()
            .map(|entry| (entry.key.as_deref().unwrap_or(&entry.id), entry))
            .collect()
    }

    /// Returns the record in the form of its file: one line per card.
    pub(crate) fn to_text(&self) -> String {
        let quote = notation::quote;
        let mut out = format!(
            "Import(\n    version: {},\n    kind: {},\n",
            self.version,
            quote(&self.kind)
        );
        if let Some(zone) = &self.zone {
            out.push_str(&format!("    zone: {},\n", quote(zone)));
        }
        out.push_str("    cards: [\n");
        for entry in &self.cards {
            out.push_str(&format!("        (id: {}, ", quote(&entry.id)));
            if let Some(key) = &entry.key {
                out.push_str(&format!("key: {}, ", quote(key)));
            }
            out.push_str(&format!("hash: {}),\n", quote(&entry.hash)));
        }
        out.push_str("    ],\n)\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back() {
        let entry = |id: &str, key: Option<&str>| Entry {
            id: id.into(),
            key: key.map(String::from),
            hash: "0123".into(),
        };
        let record = Record::new(
            "table",
            Some("+01:00".into()),
            vec![
                entry("a", None),
                entry("b", Some("a \"front\"\nof two lines")),
            ],
        );
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("list.ron"), record.to_text()).unwrap();
        let records = Records::load(folder.path(), "list").unwrap();
        assert_eq!(records.own, record);
        assert!(records.wrote("b", "0123") && records.has("a") && !records.wrote("a", "9"));
        assert!(
            Records::load(&folder.path().join("none"), "x")
                .unwrap()
                .own_text
                .is_none()
        );
    }
}
