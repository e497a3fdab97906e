//! Why nothing, or not all, could be fetched.

use std::fmt;
use std::time::Duration;

use super::guard::Private;
use crate::unpack::reason;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// It is no address: why.
    NoAddress(String),
    /// Its scheme is another than `http` and `https`.
    Scheme(String),
    /// It is in a private network.
    Private(Private),
    /// robots.txt of this host forbids it.
    Robots(String),
    /// robots.txt of this host cannot be had, for it answers with this status.
    NoRobots(String, u16),
    /// The status of the answer.
    Status(u16),
    /// The host has no time, by its status, and asks to wait so long.
    Busy(u16, Duration),
    /// There are more redirects than these.
    Redirects(u32),
    /// There are more bytes than these.
    TooLarge(usize),
    /// It took longer than this.
    TooSlow(Duration),
    /// No connection, or it broke: why.
    Connection(String),
}

impl std::error::Error for Error {}

impl Error {
    /// What went wrong within `time`.
    pub(super) fn of(error: ureq::Error, time: Duration) -> Error {
        match error {
            ureq::Error::Timeout(_) => Error::TooSlow(time),
            ureq::Error::Other(other) => match other.downcast::<Private>() {
                Ok(private) => Error::Private(*private),
                Err(other) => Error::Connection(other.to_string()),
            },
            ureq::Error::BadUri(why) => Error::NoAddress(why),
            ureq::Error::HostNotFound => Error::Connection("there is no host of this name".to_owned()),
            ureq::Error::Io(error) => match error.downcast::<ureq::Error>() {
                Ok(inner) => Error::of(inner, time),
                Err(error) => Error::Connection(reason(&error)),
            },
            error => Error::Connection(error.to_string()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoAddress(why) => write!(f, "it is no address ({why})"),
            Error::Scheme(scheme) => write!(f, "only http and https are fetched, and not {scheme}"),
            Error::Private(private) => private.fmt(f),
            Error::Robots(host) => {
                write!(f, "robots.txt of {host} forbids to fetch it; save the page and add the file")
            }
            Error::NoRobots(host, status) => {
                write!(
                    f,
                    "robots.txt of {host} cannot be read (status {status}), so nothing is fetched there; try later"
                )
            }
            Error::Status(status) => match status {
                404 | 410 => write!(f, "there is no such page (status {status})"),
                401 | 402 | 403 | 407 => {
                    write!(
                        f,
                        "the site does not give it to a program (status {status}); save the page and add the file"
                    )
                }
                _ => write!(f, "the site answers with status {status}; try later"),
            },
            Error::Busy(status, wait) => {
                write!(f, "the site is busy (status {status}); try again in {} seconds", wait.as_secs().max(1))
            }
            Error::Redirects(most) => write!(f, "it leads on more than {most} times"),
            Error::TooLarge(bytes) => {
                let size = if *bytes < 1 << 20 { format!("{bytes} bytes") } else { format!("{} MiB", bytes >> 20) };
                write!(f, "it is larger than {size}; save it and add the file")
            }
            Error::TooSlow(time) => write!(f, "it took longer than {} seconds; try later", time.as_secs_f32()),
            Error::Connection(why) => write!(f, "no connection ({why})"),
        }
    }
}
