//! How many connections are open, altogether and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Limits;

/// The places for connections.
pub(crate) struct Slots {
    total: usize,
    per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Why a connection found no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    All,
    Address,
}

/// One taken place, free again when dropped.
pub(crate) struct Slot {
    slots: Arc<Slots>,
    address: Option<IpAddr>,
}

impl Slots {
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        let (total, per_address) = (limits.connections, limits.connections_per_address);
        Arc::new(Self { total, per_address, taken: Mutex::default() })
    }

    /// A place for a connection from `address`; `None` is a trusted proxy, which is not counted by address.
    pub(crate) fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Slot, Full> {
        let address = address.filter(|_| self.per_address > 0).map(household);
        let mut taken = self.lock();
        if taken.all >= self.total {
            return Err(Full::All);
        }
        if let Some(address) = address {
            let count = taken.by_address.entry(address).or_default();
            if *count >= self.per_address {
                return Err(Full::Address);
            }
            *count += 1;
        }
        taken.all += 1;
        drop(taken);
        Ok(Slot { slots: Arc::clone(self), address })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.lock();
        taken.all = taken.all.saturating_sub(1);
        let Some(address) = self.address else { return };
        if let Some(count) = taken.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

/// Whoever has one IPv6 address has its /64, so that counts as one.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_by_address_and_altogether() {
        let slots = Slots::new(&Limits { connections: 3, connections_per_address: 1, ..Limits::default() });
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let same_64: IpAddr = "2001:db8::2".parse().unwrap();
        let other: IpAddr = "192.0.2.1".parse().unwrap();
        let first = slots.take(Some(one)).unwrap();
        assert_eq!(slots.take(Some(same_64)).err(), Some(Full::Address));
        let _second = slots.take(Some(other)).unwrap();
        let _proxy = slots.take(None).unwrap();
        assert_eq!(slots.take(None).err(), Some(Full::All));
        drop(first);
        assert!(slots.take(Some(same_64)).is_ok());
    }

    #[test]
    fn nothing_is_left_behind() {
        let slots = Slots::new(&Limits::default());
        drop(slots.take(Some(IpAddr::from([192, 0, 2, 1]))).unwrap());
        let taken = slots.lock();
        assert_eq!((taken.all, taken.by_address.len()), (0, 0));
    }
}
