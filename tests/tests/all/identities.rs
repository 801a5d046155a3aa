//! When two records are one: every spelling of a phone, names that must agree, several matches, codes, and keys that are free again.

use domain::identity::{Key, KeyKind};
use domain::matching::Match;
use domain::{ContactKind, Customer, Error, Id, System};
use hub::customers::{self, Incoming, Trust};
use unicode_normalization::UnicodeNormalization;

use crate::support::{House, person, point};

/// Finds or makes, as most dialects do; says which record it is and whether it is new.
fn arrive(house: &House, trust: Trust, own: Option<(System, &str)>, mut new: Customer) -> (Id, bool) {
    if let Some((system, code)) = own {
        new.codes.insert(system, code.to_owned());
    }
    let own = own.map(|(system, code)| (system, code.to_owned()));
    let end = house.write(move |tx| {
        let own = own.as_ref().map(|(system, code)| (*system, code.as_str()));
        match customers::find_match(tx, &new, &new.keys(), Incoming { name: &new.name, own, trust })? {
            Match::Found { customer, .. } => Ok((customer, false)),
            Match::New { doubtful } => Ok((customers::create(tx, new.clone(), &doubtful)?.id, true)),
        }
    });
    end.unwrap()
}

fn queue(house: &House) -> Vec<(Id, Id)> {
    house.read(|tx| store::duplicates::list(tx, 100)).unwrap().iter().map(|pair| (pair.low, pair.high)).collect()
}

#[test]
fn ten_spellings_and_the_old_prefix_are_one_person() {
    let house = House::new();
    let (an, is_new) = arrive(&house, Trust::Certain, None, person("An", &["01234567890"]));
    assert!(is_new);
    for spelling in [
        "0834567890",
        "834567890@x",
        "84834567890",
        "+84834567890",
        "0084834567890",
        "083 456 7890",
        "083.456.7890",
        "083-456-7890",
        "(+84) 83 456 7890",
        "+84 (0) 83-456-7890",
        "\u{a0}083\u{a0}456\u{2013}7890 ",
        "84 1234567890",
    ] {
        let found = arrive(&house, Trust::Certain, None, person("Ai Đó", &[spelling]));
        let is_other = spelling.contains('@');
        assert_eq!(found == (an, false), !is_other, "{spelling}");
    }
    assert_eq!(house.find(an).unwrap().points[0].raw, "01234567890", "one spelling is kept for ever");
}

#[test]
fn composed_and_decomposed_accents_are_one() {
    let house = House::new();
    let (an, _) =
        arrive(&house, Trust::NamesMustAgree, None, person("Đặng Ngọc Đức", &["đức@example.com", "0905000001"]));
    let decomposed: String = "ĐỨC@example.com".nfd().collect();
    let name: String = "đức đặng".nfd().collect();
    assert_eq!(arrive(&house, Trust::NamesMustAgree, None, person(&name, &[&decomposed])), (an, false));
    assert_eq!(arrive(&house, Trust::NamesMustAgree, None, person("DANG NGOC DUC", &["0905.000.001"])), (an, false));
    assert!(queue(&house).is_empty());
}

#[test]
fn a_shared_phone_with_another_name_is_another_person_and_a_pair_for_the_queue() {
    let house = House::new();
    let (mother, _) = arrive(&house, Trust::NamesMustAgree, None, person("Trần Thị Mai", &["0905000001"]));
    let (son, is_new) = arrive(&house, Trust::NamesMustAgree, None, person("Lê Văn Bình", &["0905 000 001"]));
    assert!(is_new);
    assert_eq!(queue(&house), [(mother, son)]);
    assert_eq!(arrive(&house, Trust::NamesMustAgree, None, person("Bình", &["+84905000001"])), (son, false));
    assert_eq!(
        arrive(&house, Trust::NamesMustAgree, None, person("", &["84905000001"])),
        (mother, false),
        "no name agrees with all"
    );
    assert_eq!(arrive(&house, Trust::Certain, None, person("Ai Cũng Được", &["0905000001"])), (mother, false));
    assert_eq!(queue(&house), [(mother, son)], "a pair is in the queue once");
    let held = house.place.number("SELECT count(*) FROM identities");
    assert_eq!(held, 1, "the key stays with the first");
}

#[test]
fn a_name_is_found_again_among_many_who_share_a_phone() {
    let house = House::new();
    let made: Vec<(Id, bool)> = (0..30)
        .map(|step| arrive(&house, Trust::NamesMustAgree, None, person(&format!("Khách{step:02}"), &["02438220001"])))
        .collect();
    assert!(made.iter().all(|(_, is_new)| *is_new));
    for (step, (id, _)) in made.iter().enumerate() {
        let found = arrive(&house, Trust::NamesMustAgree, None, person(&format!("Khách{step:02}"), &["02438220001"]));
        assert_eq!(found, (*id, false), "number {step} of those who share a phone");
    }
}

#[test]
fn several_matches_merge_nothing() {
    let house = House::new();
    let (by_phone, _) = arrive(&house, Trust::Certain, None, person("An", &["0905000001"]));
    let (by_mail, _) = arrive(&house, Trust::Certain, None, person("An", &["an@example.com"]));
    let both = person("An", &["an@example.com", "0905000001"]);
    assert_eq!(arrive(&house, Trust::Certain, None, both), (by_phone, false), "a phone is trusted before an e-mail");
    assert_eq!(queue(&house), [(by_phone, by_mail)]);
    let mut card = person("An", &["0905000001"]);
    card.national_id.number = "001 085 012 345".to_owned();
    let by_card = house.add(Customer { points: Vec::new(), ..card.clone() }).unwrap().id;
    assert_eq!(arrive(&house, Trust::Certain, None, card), (by_card, false), "a document is trusted before a phone");
}

#[test]
fn codes_of_the_own_system_decide() {
    let house = House::new();
    let (a1, _) = arrive(&house, Trust::NamesMustAgree, Some((System::Vbot, "A1")), person("An", &["0905000001"]));
    let (a2, is_new) = arrive(&house, Trust::Certain, Some((System::Vbot, "A2")), person("An", &["0905000001"]));
    assert!(is_new, "two codes of one system are two records");
    assert_eq!(queue(&house), [(a1, a2)]);
    let found =
        arrive(&house, Trust::NamesMustAgree, Some((System::Vbot, "A1")), person("Tên Khác Hẳn", &["0905000009"]));
    assert_eq!(found, (a1, false), "the code says who it is, whatever else came with it");
    let (other, is_new) =
        arrive(&house, Trust::NamesMustAgree, Some((System::OneOffice, "A1")), person("Tên Khác", &[]));
    assert!(is_new && other != a1, "the same code in another system is another code");
    let taken = house.add(Customer { codes: [(System::Vbot, "A1".to_owned())].into(), ..person("Ai", &[]) });
    assert!(matches!(taken, Err(Error::Conflict { .. })), "{taken:?}");
    let other_case = arrive(&house, Trust::NamesMustAgree, Some((System::Vbot, "a1")), person("Ai Đó", &[]));
    assert!(other_case.1, "codes keep their case");
}

#[test]
fn a_deleted_record_frees_its_keys() {
    let house = House::new();
    let (first, _) =
        arrive(&house, Trust::Certain, Some((System::Vbot, "A1")), person("An", &["0905000001", "an@example.com"]));
    house.write(move |tx| customers::delete(tx, first)).unwrap();
    assert_eq!(house.place.number("SELECT count(*) FROM identities"), 0);
    let (second, is_new) =
        arrive(&house, Trust::Certain, Some((System::Vbot, "A1")), person("An", &["0905000001", "an@example.com"]));
    assert!(is_new && second != first);
    assert!(queue(&house).is_empty());
}

#[test]
fn a_replaced_phone_frees_its_key_and_stays_in_the_history() {
    let house = House::new();
    let an = house.add(person("An", &["0905000001", "0905000002", "an@example.com"])).unwrap().id;
    house
        .write(move |tx| {
            customers::change(tx, an, |customer| {
                customer.replace_points(
                    ContactKind::Phone,
                    ["0905000002", "0905000003"].into_iter().filter_map(point).collect(),
                );
                Ok(())
            })
        })
        .unwrap();
    let keys = house.place.texts("SELECT key FROM identities ORDER BY key");
    assert_eq!(keys, ["+84905000002", "+84905000003", "an@example.com"]);
    let lines = house.read(move |tx| store::changes::of_customer(tx, an, 1)).unwrap();
    assert_eq!(lines[0].fields[0].old, "0905000001, 0905000002");
    let (other, is_new) = arrive(&house, Trust::Certain, None, person("Bình", &["0905000001"]));
    assert!(is_new && other != an);
}

#[test]
fn the_next_one_who_shares_a_freed_phone_is_found_by_it() {
    let house = House::new();
    let (mother, _) = arrive(&house, Trust::NamesMustAgree, None, person("Mai", &["0905000001"]));
    let (son, _) = arrive(&house, Trust::NamesMustAgree, None, person("Bình", &["0905000001"]));
    house.write(move |tx| customers::delete(tx, mother)).unwrap();
    assert_eq!(arrive(&house, Trust::Certain, None, person("Ai Đó", &["0905000001"])), (son, false));
    assert_eq!(house.place.number("SELECT count(*) FROM customers WHERE deleted_at IS NULL"), 1);
}

#[test]
fn a_phone_taken_from_another_record_makes_a_pair() {
    let house = House::new();
    let an = house.add(person("An", &["0905000001"])).unwrap().id;
    let binh = house.add(person("Bình", &["0905000002"])).unwrap().id;
    house
        .write(move |tx| {
            customers::change(tx, binh, |customer| {
                customer.add_points(point("0905000001"));
                Ok(())
            })
        })
        .unwrap();
    assert_eq!(queue(&house), [(an, binh)]);
    let holder = house
        .read(|tx| store::identities::holder(tx, &Key { kind: KeyKind::Phone, key: "+84905000001".into() }))
        .unwrap();
    assert_eq!(holder, Some(an));
}

#[test]
fn a_code_taken_by_a_change_is_refused_and_nothing_changes() {
    let house = House::new();
    house.add(Customer { codes: [(System::Vbot, "A1".to_owned())].into(), ..person("An", &[]) }).unwrap();
    let binh = house.add(person("Bình", &["0905000002"])).unwrap();
    let id = binh.id;
    let refused = house.write(move |tx| {
        customers::change(tx, id, |customer| {
            customer.codes.insert(System::Vbot, "A1".to_owned());
            customer.replace_points(ContactKind::Phone, Vec::new());
            Ok(())
        })
    });
    assert!(matches!(refused, Err(Error::Conflict { .. })));
    assert_eq!(house.find(id), Some(binh));
    assert_eq!(house.place.texts("SELECT key FROM identities ORDER BY key"), ["+84905000002", "A1"]);
}

#[test]
fn what_is_no_number_is_kept_and_is_no_key() {
    let house = House::new();
    let an = house.add(person("An", &["0365296xxx"])).unwrap();
    assert_eq!(house.find(an.id).unwrap().points[0].raw, "0365296xxx");
    assert_eq!(house.place.number("SELECT count(*) FROM identities"), 0);
    let (_, is_new) = arrive(&house, Trust::Certain, None, person("An", &["0365296xxx"]));
    assert!(is_new);
}
