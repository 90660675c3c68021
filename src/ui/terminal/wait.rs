//! Waiting for keys and for a change of the terminal's size.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

/// The event that ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waited {
    /// There are keys to read.
    Keys,
    /// The size changed.
    Size,
    /// A signal came.
    Interrupted,
    /// Nothing came within the time given.
    Nothing,
}

/// Waits until there are `keys` to read, a change of `size`, or the end of `patience`.
///
/// # Errors
/// Fails if the terminal is gone.
#[cfg(not(target_vendor = "apple"))]
pub(super) fn wait(
    keys: BorrowedFd,
    size: Option<BorrowedFd>,
    patience: Option<Duration>,
) -> io::Result<Waited> {
    by_poll(keys, size, patience)
}

/// Waits as above, but by select(2): on macOS poll(2) can't wait for terminals.
#[cfg(target_vendor = "apple")]
pub fn wait(
    keys: BorrowedFd,
    size: Option<BorrowedFd>,
    patience: Option<Duration>,
) -> io::Result<Waited> {
    by_select(keys, size, patience)
}

#[cfg(any(not(target_vendor = "apple"), test))]
fn by_poll(
    keys: BorrowedFd,
    size: Option<BorrowedFd>,
    patience: Option<Duration>,
) -> io::Result<Waited> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let timeout = patience.map(|patience| Timespec {
        tv_sec: i64::try_from(patience.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: patience.subsec_nanos().into(),
    });
    let keys = PollFd::from_borrowed_fd(keys, PollFlags::IN);
    let size = size.map(|size| PollFd::from_borrowed_fd(size, PollFlags::IN));
    let mut fds: Vec<PollFd> = [Some(keys), size].into_iter().flatten().collect();
    match poll(&mut fds, timeout.as_ref()) {
        Ok(0) => return Ok(Waited::Nothing),
        Err(rustix::io::Errno::INTR) => return Ok(Waited::Interrupted),
        Err(error) => return Err(error.into()),
        Ok(_) => {}
    }
    let mut can_read = fds.iter().map(|fd| fd.revents().contains(PollFlags::IN));
    match (can_read.next(), can_read.next()) {
        (_, Some(true)) => Ok(Waited::Size),
        (Some(true), _) => Ok(Waited::Keys),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(any(target_vendor = "apple", test))]
fn by_select(
    keys: BorrowedFd,
    size: Option<BorrowedFd>,
    patience: Option<Duration>,
) -> io::Result<Waited> {
    use nix::sys::select::{FD_SETSIZE, FdSet, select};
    use nix::sys::time::{TimeVal, TimeValLike};
    use std::os::fd::AsRawFd;
    let fits = |fd: &BorrowedFd| usize::try_from(fd.as_raw_fd()).is_ok_and(|fd| fd < FD_SETSIZE);
    if ![Some(keys), size].iter().flatten().all(fits) {
        return Err(io::Error::other("too many open files"));
    }
    let mut fds = FdSet::new();
    for fd in [Some(keys), size].into_iter().flatten() {
        fds.insert(fd);
    }
    let mut timeout = patience
        .map(|patience| TimeVal::milliseconds(i64::try_from(patience.as_millis()).unwrap_or(0)));
    match select(None, &mut fds, None, None, timeout.as_mut()) {
        Ok(0) => Ok(Waited::Nothing),
        Ok(_) if size.is_some_and(|size| fds.contains(size)) => Ok(Waited::Size),
        Ok(_) => Ok(Waited::Keys),
        Err(nix::errno::Errno::EINTR) => Ok(Waited::Interrupted),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn both_ways_of_waiting_see_the_same() {
        for way in [by_poll, by_select] {
            let (keys, mut typed) = UnixStream::pair().unwrap();
            let (size, mut resized) = UnixStream::pair().unwrap();
            let moment = Some(Duration::from_millis(1));
            let look = || way(keys.as_fd(), Some(size.as_fd()), moment).unwrap();
            assert_eq!(look(), Waited::Nothing);
            typed.write_all(b"k").unwrap();
            assert_eq!(look(), Waited::Keys);
            assert_eq!(way(keys.as_fd(), None, None).unwrap(), Waited::Keys);
            resized.write_all(b"s").unwrap();
            assert_eq!(look(), Waited::Size);
        }
    }
}
