//! Fetching, politely and safely: what is at an address of the web, `http` or `https`.
//!
//! robots.txt is heeded (RFC 9309), there is a pause between two fetches of one host, and whoever is asked to wait waits.
//! Size, time and redirects are bounded. No address in a private network is connected to unless that is allowed: each
//! address is checked when its name has been resolved and is about to be connected to, so that a name cannot lead there.

mod error;
mod guard;

use std::collections::HashMap;
use std::io::{self, BufRead, Cursor, Read};
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use onrecord::article::{Form, MAX_BYTES, Origin};
use robotstxt::DefaultMatcher;
use ureq::http::{Response, header};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};
use url::Url;

pub(crate) use self::error::Error;
use self::guard::Guard;
use crate::http::media_type;
use crate::open::Broken;

/// How to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manners {
    /// Who asks.
    pub user_agent: UserAgent,
    /// Whether addresses in private networks may be connected to.
    pub allow_private: bool,
    /// The most bytes that are taken from one address, unpacked.
    pub bytes: usize,
    /// The longest that one address may take, redirects and waiting left out.
    pub time: Duration,
    /// How many redirects are followed.
    pub redirects: u32,
    /// The least time between two fetches of one host.
    pub pause: Duration,
    /// How often an address is asked again that was busy (429, 503).
    pub retries: u32,
    /// The longest wait for one that was busy.
    pub patience: Duration,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners {
            user_agent: UserAgent::default(),
            allow_private: false,
            bytes: MAX_BYTES,
            time: Duration::from_secs(60),
            redirects: 5,
            pause: Duration::from_secs(1),
            retries: 2,
            patience: Duration::from_secs(60),
        }
    }
}

/// How the one who asks is called (User-Agent, RFC 9110). The letters at the beginning are the name that robots.txt may have
/// rules for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAgent(String);

impl Default for UserAgent {
    fn default() -> UserAgent {
        UserAgent(format!("onrecord/{} (reads news reports)", env!("CARGO_PKG_VERSION")))
    }
}

impl FromStr for UserAgent {
    type Err = NoHeader;

    fn from_str(name: &str) -> Result<UserAgent, NoHeader> {
        let plain = !name.trim().is_empty() && name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if plain { Ok(UserAgent(name.to_owned())) } else { Err(NoHeader(name.to_owned())) }
    }
}

impl UserAgent {
    /// The name that robots.txt may have rules for.
    fn token(&self) -> &str {
        let end = self.0.find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '-' | '_'))).unwrap_or(self.0.len());
        if end == 0 { "onrecord" } else { &self.0[..end] }
    }
}

/// Of robots.txt so much is read (RFC 9309 asks for at least 500 KiB).
const ROBOTS: usize = 512 << 10;

/// Fetches, and remembers for each host its robots.txt and when it may be asked next.
#[derive(Debug)]
pub struct Fetcher {
    manners: Manners,
    agent: Agent,
    /// By scheme, host and port.
    robots: Mutex<HashMap<String, Robots>>,
    /// When a host may be asked next.
    next: Mutex<HashMap<String, Instant>>,
}

/// That something cannot stand in the header of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoHeader(String);

impl std::fmt::Display for NoHeader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} cannot be sent as a name (User-Agent); plain letters are wanted", self.0)
    }
}

impl std::error::Error for NoHeader {}

impl Fetcher {
    /// A fetcher that has fetched nothing yet.
    #[must_use]
    pub fn new(manners: Manners) -> Fetcher {
        let guard = if manners.allow_private { Guard::new(|_| true) } else { Guard::new(guard::is_public) };
        Fetcher::guarded(manners, guard)
    }

    fn guarded(manners: Manners, guard: Guard) -> Fetcher {
        let config = Agent::config_builder()
            .user_agent(&manners.user_agent.0)
            .accept("text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, text/plain;q=0.9, */*;q=0.5")
            .timeout_global(Some(manners.time))
            // Redirects are followed here, each hop checked anew.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            // Behind a proxy nobody could tell what is connected to.
            .proxy(None)
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), guard);
        Fetcher { manners, agent, robots: Mutex::default(), next: Mutex::default() }
    }

    /// What is at an address. What is longer or takes longer than is allowed is there up to that.
    ///
    /// # Errors
    /// Why there is nothing.
    pub(crate) fn get(&self, address: &str) -> Result<Fetched, Error> {
        let mut at = Url::parse(address).map_err(|error| Error::NoAddress(error.to_string()))?;
        for _ in 0..=self.manners.redirects {
            self.may_fetch(&at)?;
            let response = self.patiently(&at)?;
            match redirect(&at, &response) {
                Some(to) => at = to?,
                None => return self.fetched(at, response),
            }
        }
        Err(Error::Redirects(self.manners.redirects))
    }

    /// One request, repeated where the host asks for it.
    fn patiently(&self, at: &Url) -> Result<Response<Body>, Error> {
        let mut tries = 0;
        loop {
            self.wait_for_turn(at);
            let response = self.once(at)?;
            if !matches!(response.status().as_u16(), 429 | 503) {
                return Ok(response);
            }
            let wait = retry_after(&response).unwrap_or(self.manners.pause * 4);
            if tries == self.manners.retries || wait > self.manners.patience {
                return Err(Error::Busy(response.status().as_u16(), wait));
            }
            tries += 1;
            thread::sleep(wait);
        }
    }

    /// One request.
    fn once(&self, at: &Url) -> Result<Response<Body>, Error> {
        if !matches!(at.scheme(), "http" | "https") {
            return Err(Error::Scheme(at.scheme().to_owned()));
        }
        let mut bare = at.clone();
        bare.set_fragment(None);
        // Nobody's password is sent along.
        let _ = bare.set_username("").and_then(|()| bare.set_password(None));
        self.agent.get(bare.as_str()).call().map_err(|error| Error::of(error, self.manners.time))
    }

    fn fetched(&self, at: Url, mut response: Response<Body>) -> Result<Fetched, Error> {
        let status = response.status().as_u16();
        if status != 200 && status != 203 {
            return Err(Error::Status(status));
        }
        let content_type =
            response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).map(str::to_owned);
        let mut bytes = Vec::new();
        let most = self.manners.bytes as u64;
        // The agent's own bound is not wanted: what came before a bound is kept.
        let reader = response.body_mut().with_config().limit(u64::MAX).reader();
        let cut = match reader.take(most + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > most => Some(Error::TooLarge(self.manners.bytes)),
            Ok(_) => None,
            Err(error) => Some(Error::of(error.into(), self.manners.time)),
        };
        bytes.truncate(self.manners.bytes);
        Ok(Fetched { url: at.to_string(), content_type, bytes, cut })
    }

    /// Whether robots.txt of the host lets this address be fetched.
    fn may_fetch(&self, at: &Url) -> Result<(), Error> {
        if !matches!(at.scheme(), "http" | "https") {
            return Err(Error::Scheme(at.scheme().to_owned()));
        }
        let host = at.origin().ascii_serialization();
        let known = lock(&self.robots).get(&host).cloned();
        let robots = match known {
            Some(robots) => robots,
            None => {
                let robots = self.robots_of(at)?;
                lock(&self.robots).insert(host.clone(), robots.clone());
                robots
            }
        };
        match robots {
            Robots::Rules(rules) => {
                let allowed = DefaultMatcher::default().one_agent_allowed_by_robots(
                    &rules,
                    self.manners.user_agent.token(),
                    at.as_str(),
                );
                if allowed { Ok(()) } else { Err(Error::Robots(host)) }
            }
            Robots::Unreachable(status) => Err(Error::NoRobots(host, status)),
        }
    }

    fn robots_of(&self, at: &Url) -> Result<Robots, Error> {
        let nobody = Robots::Rules(String::new());
        let Ok(mut at) = at.join("/robots.txt") else { return Ok(nobody) };
        for _ in 0..=self.manners.redirects {
            let mut response = self.once(&at)?;
            match redirect(&at, &response) {
                Some(to) => at = to?,
                None => {
                    let status = response.status().as_u16();
                    if !matches!(status, 200..300) {
                        return Ok(if status >= 500 { Robots::Unreachable(status) } else { nobody });
                    }
                    let mut rules = Vec::new();
                    // What came of it before it broke off are rules as well.
                    let _ = response.body_mut().as_reader().take(ROBOTS as u64).read_to_end(&mut rules);
                    return Ok(Robots::Rules(in_ascii(&rules)));
                }
            }
        }
        Ok(nobody)
    }

    /// Waits until the host may be asked again.
    fn wait_for_turn(&self, at: &Url) {
        let host = at.host_str().unwrap_or_default().to_owned();
        let now = Instant::now();
        let turn = {
            let mut next = lock(&self.next);
            let turn = next.get(&host).copied().unwrap_or(now).max(now);
            next.insert(host, turn + self.manners.pause);
            turn
        };
        thread::sleep(turn.saturating_duration_since(now));
    }
}

/// What robots.txt of a host says.
#[derive(Clone, Debug)]
enum Robots {
    Rules(String),
    /// The host could not tell: nothing may be fetched.
    Unreachable(u16),
}

/// What was at an address.
pub(crate) struct Fetched {
    /// Where it was found in the end.
    url: String,
    content_type: Option<String>,
    bytes: Vec<u8>,
    /// Why there is no more of it.
    cut: Option<Error>,
}

impl Fetched {
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            form: match media_type(self.content_type.as_deref().unwrap_or_default()).as_str() {
                "text/html" | "application/xhtml+xml" => Form::Html,
                // Servers call everything plain text that they do not know.
                _ => Form::Auto,
            },
            content_type: self.content_type.clone(),
            name: Some(self.url.clone()),
            url: Some(self.url.clone()),
            retrieved: Some(TimeZone::UTC.to_datetime(Timestamp::now()).date()),
            ..Origin::default()
        }
    }

    /// Its bytes, and where it breaks off an error.
    pub(crate) fn into_bytes(self) -> impl BufRead {
        Cursor::new(self.bytes).chain(Broken(self.cut.map(io::Error::other)))
    }

    /// All of its bytes.
    ///
    /// # Errors
    /// Why there is only a part of them.
    pub(crate) fn whole(self) -> Result<Vec<u8>, String> {
        self.cut.map_or(Ok(self.bytes), |cut| Err(cut.to_string()))
    }
}

/// Where a response leads to, if it leads anywhere.
fn redirect(at: &Url, response: &Response<Body>) -> Option<Result<Url, Error>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let to = response.headers().get(header::LOCATION)?.to_str().ok()?;
    Some(at.join(to).map_err(|error| Error::NoAddress(error.to_string())))
}

/// How long the host asks to wait: in seconds, or to a date (RFC 9110).
fn retry_after(response: &Response<Body>) -> Option<Duration> {
    let told = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = told.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = rfc2822::parse(told).ok()?.timestamp();
    let wait = then.as_second() - Timestamp::now().as_second();
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)))
}

/// Rules with all bytes beyond ASCII escaped, as in the addresses that they are held against.
fn in_ascii(rules: &[u8]) -> String {
    let mut ascii = String::with_capacity(rules.len());
    for &byte in rules.strip_prefix(crate::open::BYTE_ORDER_MARK).unwrap_or(rules) {
        if byte.is_ascii() {
            ascii.push(char::from(byte));
        } else {
            ascii.push_str(&format!("%{byte:02X}"));
        }
    }
    ascii
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
