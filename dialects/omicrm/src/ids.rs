//! Ids on the wire: 24 hex digits that hold org and entity, and a public id made of the same digits in another form.

use domain::{Id, Instant, OrgId};

/// Set in the half that names an entity when it is none of the database, such as an attribute that every org has.
const BUILT_IN: u64 = 1 << 63;

/// `id`, `_id`: 8 digits of org and 16 of entity.
pub fn hex(org: OrgId, id: Id) -> String {
    written(org, id.0 as u64)
}

/// The id of something that every org has, by its number.
pub fn built_in(org: OrgId, number: u64) -> String {
    written(org, BUILT_IN | number)
}

/// Ids are never negative, so that the casts lose nothing.
fn written(org: OrgId, entity: u64) -> String {
    format!("{:08x}{entity:016x}", org.0 as u32)
}

/// `value_id`: which value of which attribute of which record.
pub fn value(record: Id, attribute: u64, position: usize) -> String {
    let place = (attribute << 10) ^ (attribute >> 22) ^ position as u64;
    format!("{:08x}{:016x}", place as u32, record.0 as u64)
}

/// `public_id`: a UUID of version 8 that holds the same digits, followed by the milliseconds at which the record was made.
pub fn public(org: OrgId, id: Id, made: Instant) -> String {
    let id = hex(org, id);
    let (first, second, third) = (&id[..8], &id[8..12], &id[12..15]);
    format!("{first}-{second}-8{third}-8{}-{}000000{}", &id[15..18], &id[18..], made.millis())
}

/// The entity that an `id` or `public_id` names, if it belongs to the org.
pub fn parse(org: OrgId, text: &str) -> Option<Id> {
    let text = text.trim();
    if !text.is_ascii() {
        return None;
    }
    let digits = if text.len() == 24 { text.to_owned() } else { from_public(text)? };
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let owner = u32::from_str_radix(&digits[..8], 16).ok()?;
    let entity = i64::from_str_radix(&digits[8..], 16).ok()?;
    (i64::from(owner) == org.0).then_some(Id(entity))
}

/// The 24 digits inside a public id. The milliseconds may be missing.
fn from_public(text: &str) -> Option<String> {
    let (uuid, millis) = text.split_at_checked(36)?;
    let groups: Vec<&str> = uuid.split('-').collect();
    let [first, second, third, fourth, fifth] = groups[..] else { return None };
    let lengths = [first, second, third, fourth, fifth].map(str::len);
    let is_sound = lengths == [8, 4, 4, 4, 12] && millis.bytes().all(|byte| byte.is_ascii_digit());
    let (third, fourth) = (third.strip_prefix('8')?, fourth.strip_prefix('8')?);
    let fifth = fifth.strip_suffix("000000")?;
    is_sound.then(|| [first, second, third, fourth, fifth].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_the_record() {
        let (org, id, made) = (OrgId(0xfe00_0001), Id(i64::MAX - 0x1234_5678), Instant(1_711_008_666_000_000));
        let (plain, public) = (hex(org, id), public(org, id, made));
        assert_eq!(plain.len(), 24);
        assert_eq!(public.len(), 36 + 13);
        assert_ne!(plain, public);
        for text in [&plain, &public, &plain.to_uppercase(), &format!(" {public} "), &public[..36].to_owned()] {
            assert_eq!(parse(org, text), Some(id), "{text}");
            assert_eq!(parse(OrgId(2), text), None, "{text}");
        }
    }

    #[test]
    fn nonsense_names_nobody() {
        let org = OrgId(1);
        for text in ["", "1", "ơơơơơơơơơơơơ", "00000001+000000000000001", "00000001800000000000000a", "KH-1"]
        {
            assert_eq!(parse(org, text), None, "{text}");
        }
        assert_eq!(parse(org, &built_in(org, 1)), None);
        assert_eq!(parse(org, &format!("{}-----{}", "0".repeat(20), "0".repeat(11))), None);
    }
}
