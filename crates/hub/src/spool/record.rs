//! One kept call as bytes: a head with its length and checksum, and what it brings. Whatever was cut short or changed does not read.

use domain::{Id, Instant, OrgId};
use sha2::{Digest as _, Sha256};

/// Bytes of a head: mark, length, wave, org, listener, moment, checksum.
pub(super) const HEAD: usize = 4 + 4 + 8 + 8 + 8 + 8 + 8;
/// What every record begins with.
const MARK: [u8; 4] = *b"dmq1";
/// Where the checksum stands.
const SUM: usize = HEAD - 8;

/// What a head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Bytes that follow.
    pub(super) length: usize,
    /// Calls of one wave were taken in at once: none of them was acknowledged before the last of them had come.
    pub(super) wave: u64,
    /// Whose call it is.
    pub(super) listener: (OrgId, Id),
    /// When it came.
    pub(super) at: Instant,
}

/// A record with its head.
pub(super) fn written(wave: u64, listener: (OrgId, Id), at: Instant, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD + content.len());
    bytes.extend(MARK);
    bytes.extend((content.len() as u32).to_le_bytes());
    bytes.extend(wave.to_le_bytes());
    bytes.extend(listener.0.0.to_le_bytes());
    bytes.extend(listener.1.0.to_le_bytes());
    bytes.extend(at.0.to_le_bytes());
    let sum = sum(&bytes, content);
    bytes.extend(sum);
    bytes.extend(content);
    bytes
}

/// The head of the record that some bytes begin with; none when it is not whole, or not as it was written.
pub(super) fn read(bytes: &[u8]) -> Option<(Head, &[u8])> {
    let head = bytes.get(..HEAD)?;
    let number = |from: usize| head.get(from..from + 8)?.try_into().map(i64::from_le_bytes).ok();
    if head[..4] != MARK {
        return None;
    }
    let length = u32::from_le_bytes(head.get(4..8)?.try_into().ok()?) as usize;
    let content = bytes.get(HEAD..HEAD.checked_add(length)?)?;
    if head[SUM..] != sum(&head[..SUM], content) {
        return None;
    }
    let listener = (OrgId(number(16)?), Id(number(24)?));
    Some((Head { length, wave: number(8)? as u64, listener, at: Instant(number(32)?) }, content))
}

fn sum(head: &[u8], content: &[u8]) -> [u8; 8] {
    let digest = Sha256::new().chain_update(head).chain_update(content).finalize();
    let mut sum = [0; 8];
    sum.copy_from_slice(&digest[..8]);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_written_reads() {
        let bytes = written(7, (OrgId(1), Id(2)), Instant(3), b"xin chao");
        let (head, content) = read(&bytes).unwrap();
        assert_eq!(head, Head { length: 8, wave: 7, listener: (OrgId(1), Id(2)), at: Instant(3) });
        assert_eq!(content, b"xin chao");
        assert!((0..bytes.len()).all(|end| read(&bytes[..end]).is_none()), "cut short at any byte");
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(read(&changed).is_none(), "changed at byte {place}");
        }
    }
}
