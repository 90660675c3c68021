//! The files beside a text that the text names.

use std::path::{Component, Path, PathBuf};

use super::media::MediaNames;
use super::parcel::{MediaFile, MediaSource, Report};

/// A reader of files by their paths.
pub(super) struct Folder;

impl MediaSource for Folder {
    fn bytes(&mut self, entry: &str, limit: u64) -> Result<Option<Vec<u8>>, String> {
        match std::fs::metadata(entry) {
            Ok(file) if file.len() > limit => {
                Err(format!("{entry} is larger than {} MB", limit / 1_000_000))
            }
            Ok(file) if file.is_file() => std::fs::read(entry)
                .map(Some)
                .map_err(|error| error.to_string()),
            _ => Ok(None),
        }
    }
}

/// Returns the files that a text in `folder` names; missing ones are noted.
pub(super) fn wanted(media: &MediaNames, folder: &Path, report: &mut Report) -> Vec<MediaFile> {
    let mut files = Vec::new();
    for (name, own) in &media.named {
        let path = PathBuf::from(name);
        // Nothing outside of the text's own folder is read.
        let inside = path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let beside = folder.join(&path);
        let found = [beside, folder.join("media").join(&path)]
            .into_iter()
            .find(|path| path.is_file());
        match found
            .filter(|_| inside)
            .and_then(|path| path.into_os_string().into_string().ok())
        {
            Some(entry) => files.push(MediaFile {
                name: own.clone(),
                entry,
            }),
            None => report.note("files of cards that are missing from the source", name),
        }
    }
    files
}
