//! Recognising unknown time zones. The clock's own crate (chrono 0.4) silently uses UTC for them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The folders in which chrono looks for time zones.
const ZONES: [&str; 4] = [
    "/usr/share/zoneinfo",
    "/share/zoneinfo",
    "/etc/zoneinfo",
    "/usr/share/lib/zoneinfo",
];

/// Returns whether the clock uses `named`, the value of `TZ`. `offset` is the clock's own, in seconds east of
/// Greenwich.
pub(super) fn is_known(named: &str, offset: i32) -> bool {
    let name = named.trim().trim_start_matches(':');
    let by_rule = || rule_offsets(name).is_some_and(|offsets| offsets.contains(&offset));
    name.is_empty() || name == "localtime" || has_file(name) || by_rule()
}

fn has_file(name: &str) -> bool {
    let name = Path::new(name);
    let paths: Vec<PathBuf> = if name.is_absolute() {
        vec![name.to_path_buf()]
    } else {
        ZONES
            .iter()
            .map(|zones| Path::new(zones).join(name))
            .collect()
    };
    paths.iter().any(|path| is_zone_file(path))
}

/// Returns whether a file begins like a zone file (RFC 8536).
fn is_zone_file(path: &Path) -> bool {
    let mut start = [0; 4];
    path.is_file()
        && File::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok())
        && start == *b"TZif"
}

/// Returns the offsets of standard and summer time in a POSIX rule (`WET0WEST,M3.5.0,M10.5.0`), in seconds east of
/// Greenwich; `None` if it is not such a rule.
fn rule_offsets(rule: &str) -> Option<[i32; 2]> {
    let (standard, rest) = offset(after_name(rule)?)?;
    if rest.is_empty() {
        return Some([standard; 2]);
    }
    let rest = after_name(rest)?;
    let summer = if rest.is_empty() || rest.starts_with(',') {
        standard + 3600
    } else {
        offset(rest)?.0
    };
    Some([standard, summer])
}

/// Returns the text after the zone's abbreviation: three letters or more, or anything in `<>`.
fn after_name(rule: &str) -> Option<&str> {
    if let Some(quoted) = rule.strip_prefix('<') {
        return quoted.split_once('>').map(|(_, rest)| rest);
    }
    let rest = rule.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    (rule.len() - rest.len() >= 3).then_some(rest)
}

/// Reads `[+-]hh[:mm[:ss]]`, which POSIX counts west of Greenwich. Returns the seconds east, and the rest.
fn offset(text: &str) -> Option<(i32, &str)> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (1, digits),
        None => (-1, text.strip_prefix('+').unwrap_or(text)),
    };
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    let parts = digits.strip_suffix(rest)?.split(':');
    let mut seconds = 0;
    for (part, unit) in parts.zip([3600, 60, 1]) {
        seconds += part.parse::<i32>().ok().filter(|n| *n < 168)? * unit;
    }
    Some((sign * seconds, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_clock_could_not_read_is_unknown() {
        for unknown in [
            "Europe/Berlinn",
            "XXX-24",
            "/etc/passwd",
            "/no/such/file",
            "nonsense",
            "CET-1CEST,X",
            "../../../etc/passwd",
            "UT0",
            "EST5EDT4,M3.2.0,M11.1.0",
        ] {
            assert!(!is_known(unknown, 0), "{unknown}");
        }
        // For an unknown zone the clock may use the system's zone.
        assert!(!is_known("Europe/Berlinn", 3600));
    }

    #[test]
    fn what_the_clock_could_read_is_known() {
        for known in [
            "",
            ":",
            "UTC0",
            "WET0WEST,M3.5.0/1,M10.5.0",
            "<+00>-00:00",
            "GMT+0",
            "localtime",
        ] {
            assert!(is_known(known, 0), "{known}");
        }
        let rules = [
            ("CET-1CEST", 3600),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 7200),
            ("EST5EDT4,M3.2.0,M11.1.0", -14_400),
            ("<-03>3", -10_800),
            ("IST-5:30", 19_800),
        ];
        for (rule, offset) in rules {
            assert!(is_known(rule, offset), "{rule}");
        }
        if Path::new("/usr/share/zoneinfo/Etc/UTC").exists() {
            assert!(is_known("Etc/UTC", 0) && is_known(":Etc/UTC", 0));
        }
    }
}
