//! Wrong passwords in a short time: counted so that guessing is slow, and so that whoever an account belongs to still gets in.
//!
//! Counted are the failures of an e-mail from an address (then that pair waits), of an address with whatever e-mails (then that
//! address waits), and of an e-mail from anywhere (then only addresses from which its owner signed in before are listened to).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use domain::{Error, Instant, Result};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Wrong passwords for one e-mail from one address before the next are not even looked at.
const MOST_OF_PAIR: u32 = 10;
/// Wrong passwords from one address, behind which a whole office may be.
const MOST_FROM: u32 = 100;
/// Wrong passwords for one e-mail from anywhere.
const MOST_FOR: u32 = 50;
/// Seconds after which wrong passwords are forgotten.
const FORGET: i64 = 900;
/// Counts that are remembered at most.
const MOST_COUNTS: usize = 30_000;
/// Passwords looked at at once: each takes 19 MiB and one processor.
const AT_ONCE: usize = 2;

/// Wrong passwords in a short time, and how many are looked at just now.
pub struct Attempts {
    failures: Mutex<HashMap<Counted, Failures>>,
    looking: Semaphore,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Counted {
    Pair(String, Option<IpAddr>),
    From(IpAddr),
    For(String),
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    fn reach(self, most: u32, now: Instant) -> bool {
        self.count >= most && now < self.last.plus_seconds(FORGET)
    }
}

impl Default for Attempts {
    fn default() -> Self {
        Self { failures: Mutex::default(), looking: Semaphore::new(AT_ONCE) }
    }
}

impl Attempts {
    /// Refuses a pair of e-mail and address, or an address, that failed too often. Others who try the same e-mail are not kept out.
    pub(crate) fn check(&self, email: &str, address: Option<IpAddr>, now: Instant) -> Result<()> {
        let pair = self.reaches(&Counted::Pair(email.to_owned(), address), MOST_OF_PAIR, now);
        let from = address.is_some_and(|address| self.reaches(&Counted::From(network(address)), MOST_FROM, now));
        if pair || from {
            return Err(too_often());
        }
        Ok(())
    }

    /// Whether an e-mail is being guessed at from many places, so that only known addresses should be listened to.
    pub(crate) fn is_besieged(&self, email: &str, now: Instant) -> bool {
        self.reaches(&Counted::For(email.to_owned()), MOST_FOR, now)
    }

    /// Waits until a password may be worked on.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        self.looking.acquire().await.map_err(Error::broken)
    }

    /// Notes how an attempt ended. A success forgets the failures of that pair only: the others may be somebody else's.
    pub(crate) fn note(&self, email: &str, address: Option<IpAddr>, now: Instant, failed: bool) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = Counted::Pair(email.to_owned(), address);
        if !failed {
            failures.remove(&pair);
            return;
        }
        if failures.len() + 3 > MOST_COUNTS {
            failures.retain(|_, known| now < known.last.plus_seconds(FORGET));
        }
        if failures.len() + 3 > MOST_COUNTS {
            failures.clear();
        }
        let from = address.map(|address| Counted::From(network(address)));
        for counted in [pair, Counted::For(email.to_owned())].into_iter().chain(from) {
            let known = failures.entry(counted).or_insert(Failures { count: 0, last: now });
            let is_old = now >= known.last.plus_seconds(FORGET);
            *known = Failures { count: if is_old { 1 } else { known.count.saturating_add(1) }, last: now };
        }
    }

    fn reaches(&self, counted: &Counted, most: u32, now: Instant) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.get(counted).is_some_and(|known| known.reach(most, now))
    }
}

/// What an attempt is told that is not even looked at.
pub(crate) fn too_often() -> Error {
    Error::forbidden("Sai mật khẩu quá nhiều lần, vui lòng thử lại sau 15 phút")
}

/// The network that one customer of a provider has: an IPv4 address, or the 64 bits that every IPv6 line gets.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u32) -> Option<IpAddr> {
        Some(IpAddr::from(last.to_be_bytes()))
    }

    #[test]
    fn who_fails_too_often_waits() {
        let (attempts, now) = (Attempts::default(), Instant(0));
        let here = address(1);
        for _ in 0..MOST_OF_PAIR {
            assert!(attempts.check("a@example.com", here, now).is_ok());
            attempts.note("a@example.com", here, now, true);
        }
        assert!(attempts.check("a@example.com", here, now).is_err());
        assert!(attempts.check("a@example.com", None, now).is_ok(), "others are not kept out");
        assert!(attempts.check("b@example.com", here, now).is_ok());
        assert!(attempts.check("a@example.com", here, now.plus_seconds(FORGET)).is_ok());
        attempts.note("a@example.com", here, now, false);
        assert!(attempts.check("a@example.com", here, now).is_ok());
    }

    #[test]
    fn an_address_that_tries_everybody_waits() {
        let (attempts, now) = (Attempts::default(), Instant(0));
        for number in 0..MOST_FROM {
            attempts.note(&format!("{number}@example.com"), "2001:db8::1".parse().ok(), now, true);
        }
        assert!(attempts.check("new@example.com", "2001:db8::2".parse().ok(), now).is_err());
        assert!(attempts.check("new@example.com", "2001:db8:0:1::2".parse().ok(), now).is_ok());
    }

    #[test]
    fn an_e_mail_that_everybody_tries_is_besieged() {
        let (attempts, now) = (Attempts::default(), Instant(0));
        for number in 0..MOST_FOR {
            assert!(!attempts.is_besieged("a@example.com", now));
            attempts.note("a@example.com", address(number), now, true);
        }
        assert!(attempts.is_besieged("a@example.com", now));
        assert!(!attempts.is_besieged("b@example.com", now));
        assert!(!attempts.is_besieged("a@example.com", now.plus_seconds(FORGET)));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let attempts = Attempts::default();
        for number in 0..20_000 {
            attempts.note(&format!("{number}@example.com"), address(number), Instant(0), true);
        }
        assert!(attempts.failures.lock().unwrap().len() <= MOST_COUNTS);
    }
}
