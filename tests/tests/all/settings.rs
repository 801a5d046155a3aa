//! Settings: all of a change or none of it, held from the next look on, and each org its own.

use domain::{Actor, Error};
use hub::orgs;

use crate::support::House;

fn pair(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

#[test]
fn all_or_none_and_only_here() {
    let house = House::new();
    let other = testbed::org(&house.hub, "khac");
    house.write(|tx| orgs::set(tx, &[pair("vbot.unknown", "create"), pair("journal.retention_days", " 7 ")])).unwrap();
    let refused = house.write(|tx| orgs::set(tx, &[pair("vbot.unknown", "refuse"), pair("time_zone", "Mars/Base")]));
    assert!(matches!(refused, Err(Error::Invalid { field, .. }) if field == "time_zone"));
    let (ours, theirs) =
        house.hub.read(house.org, |tx| Ok((orgs::find(tx, "DAU-MOI")?, orgs::find(tx, " khac ")?))).wait().unwrap();
    assert_eq!((ours.id, theirs.id), (house.org, other));
    assert_eq!((ours.settings.text("vbot.unknown"), ours.settings.journal_days()), ("create", 7));
    assert_eq!((theirs.settings.text("vbot.unknown"), theirs.settings.journal_days()), ("refuse", 30));
    let slugs: Vec<_> = house.read(orgs::list).unwrap().into_iter().map(|org| org.slug).collect();
    assert_eq!(slugs, ["dau-moi", "khac"]);
    let nobody = house.hub.write(Actor::cli(domain::OrgId(99)), |tx| orgs::set(tx, &[pair("locale", "en")]));
    assert!(matches!(nobody.wait(), Err(Error::NotFound { .. })));
    assert!(matches!(house.read(|tx| orgs::find(tx, "khong-co")), Err(Error::NotFound { .. })));
}
