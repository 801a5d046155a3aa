//! Attached files: the bytes in a folder under their digest, the facts beside the customer.

use domain::Error;
use hub::files;

use crate::support::{House, block_on, person};

#[test]
fn bytes_come_back_as_they_went() {
    let house = House::new();
    let an = house.add(person("An", &[])).unwrap().id;
    let every_byte: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    for bytes in [Vec::new(), b"xin ch\xc3\xa0o".to_vec(), every_byte] {
        let digest = block_on(house.hub.files().put(bytes.clone())).unwrap();
        assert_eq!(block_on(house.hub.files().put(bytes.clone())).unwrap(), digest, "the same bytes are kept once");
        let (size, kept) = (bytes.len(), digest.clone());
        house.write(move |tx| files::attach(tx, an, "tệp \"1\".bin", "application/octet-stream", size, &kept)).unwrap();
        assert_eq!(block_on(house.hub.files().get(&digest)).unwrap(), bytes);
    }
    let listed = house.read(move |tx| files::of_customer(tx, an)).unwrap();
    assert_eq!(listed.iter().map(|file| file.size).collect::<Vec<_>>(), [0, 9, 300_000]);
    assert!(listed.iter().all(|file| file.name == "tệp \"1\".bin" && file.digest.len() == 64));
    let kept = walk(&house.place.folder().join("files"));
    assert_eq!(kept, 3);
}

fn walk(folder: &std::path::Path) -> usize {
    let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}

#[test]
fn what_was_never_put_away_is_not_found() {
    let house = House::new();
    for digest in ["0".repeat(64).as_str(), "", "..", "../../x", "đ"] {
        let end = block_on(house.hub.files().get(digest));
        assert!(matches!(end, Err(Error::NotFound { .. } | Error::Busy { .. })), "{digest}: {end:?}");
    }
    let nobody = house.write(|tx| files::attach(tx, domain::Id(424_242), "a", "text/plain", 0, &"0".repeat(64)));
    assert!(nobody.is_err(), "nothing is attached to nobody");
}
