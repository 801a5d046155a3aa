//! Two records become one and two again: what changes hands, what old names lead to, and that undoing gives what there was.

use std::collections::BTreeMap;

use domain::catalog::CatalogKind;
use domain::customer::{CustomerRef, Stage};
use domain::dialect::System;
use domain::merge::{Choices, Fact, Side};
use domain::{Customer, Deal, Error, Id, Lead, Note, Permit, Result, Role, Ticket, Viewer};
use hub::merges::{self, Merged, Wish};
use hub::{Filter, Tx, catalog, contacts, customers, deals, leads, notes, tickets};
use proptest::prelude::*;

use crate::support::{House, create_apart, person, phones, point};

fn wish(winner: i64, loser: i64) -> Wish {
    Wish { winner, loser, ..Wish::default() }
}

impl House {
    fn merge(&self, winner: i64, loser: i64) -> Result<Merged> {
        self.write(move |tx| merges::merge(tx, &Viewer::Org, &wish(winner, loser)))
    }

    fn undo(&self, number: i64) -> Result<Merged> {
        self.write(move |tx| merges::undo(tx, &Viewer::Org, number))
    }

    fn keyword(&self, keyword: &str) -> Vec<i64> {
        let filter = Filter { keyword: Some(keyword.to_owned()), ..Filter::everything(Viewer::Org) };
        let found = self.read(move |tx| customers::search(tx, &filter, 0, 50)).unwrap().0;
        found.into_iter().map(|customer| customer.number).collect()
    }
}

fn coded(name: &str, points: &[&str], system: System, code: &str) -> Customer {
    let mut customer = person(name, points);
    customer.codes.insert(system, code.to_owned());
    customer
}

fn reference(customer: &Customer) -> CustomerRef {
    CustomerRef { id: customer.id, number: customer.number, name: customer.name.clone() }
}

/// A lead, a deal, a ticket, a note, and a person of the organization, all of one customer.
fn endow(tx: &mut Tx<'_>, customer: &Customer) -> Result<()> {
    leads::create(tx, Lead { subject: "Hỏi giá".into(), ..Lead::default() }, customer.id)?;
    let named = Some(reference(customer));
    deals::create(tx, Deal { name: "Đơn hàng".into(), customer: named.clone(), ..Deal::default() })?;
    tickets::create(tx, Ticket { title: "Hỏng".into(), customer: named.clone(), ..Ticket::default() })?;
    notes::create(tx, Note { body: "Đã gọi".into(), customer: Some(customer.id), ..Note::default() })?;
    create_apart(tx, &Customer { company: named, ..person("Nhân viên", &[]) }).map(drop)
}

#[test]
fn everything_changes_hands_and_old_names_lead_to_the_winner() {
    let house = House::new();
    let winner = house.add(coded("Nguyễn An", &["0905000001"], System::Vbot, "KH-1")).unwrap();
    let loser = house.add(coded("An Nguyễn", &["0905000002", "an@example.com"], System::Vbot, "KH-2")).unwrap();
    let (kept, own) = (loser.clone(), winner.clone());
    house.write(move |tx| endow(tx, &kept)).unwrap();
    let other = house.add(person("Bình", &[])).unwrap();
    let (concerned, third) = (reference(&loser), reference(&other));
    house
        .write(move |tx| {
            let contacts = vec![third.clone(), concerned.clone()];
            deals::create(tx, Deal { name: "Chung".into(), contacts, ..Deal::default() })
        })
        .unwrap();
    let seen = house.read(move |tx| merges::preview(tx, &Viewer::Org, &wish(own.number, 2))).unwrap();
    let ones: Vec<(&str, i64)> = seen.moves.iter().filter(|(_, rows)| *rows > 0).copied().collect();
    assert_eq!(ones, [("leads", 1), ("deals", 1), ("tickets", 1), ("notes", 1), ("people", 1)]);
    let merged = house.merge(winner.number, loser.number).unwrap();
    assert_eq!(merged.moved, ones);
    let now = house.find(winner.id).unwrap();
    assert_eq!((now.name.as_str(), phones(&now)), ("Nguyễn An", vec!["0905000001", "0905000002"]));
    assert_eq!(now.codes[&System::Vbot], "KH-1");
    let whole = house.read(move |tx| customers::whole(tx, &Viewer::Org, winner.id)).unwrap();
    let counts = (whole.leads.len(), whole.deals.len(), whole.tickets.len(), whole.notes.len());
    assert_eq!(counts, (1, 1, 1, 1));
    assert!(whole.history.iter().any(|line| line.subject_id == loser.id), "the loser's history is read with it");
    for (number, keyword) in [(1, "0905000002"), (1, "2"), (1, "KH-2"), (1, "an@example.com"), (1, "KH-1")] {
        assert_eq!(house.keyword(keyword), [number], "{keyword}");
    }
    house
        .read(move |tx| {
            assert_eq!(customers::find_by_number(tx, 2)?, Some(winner.id));
            assert_eq!(customers::find_by_code(tx, System::Vbot, "KH-2")?, Some(winner.id));
            assert_eq!(customers::find_by_code(tx, System::Vbot, "KH-1")?, Some(winner.id));
            assert_eq!(customers::find_canonical(tx, &Viewer::Org, loser.id)?.unwrap().id, winner.id);
            let phone = contacts::find_by_point(tx, &Viewer::Org, &point("0905000002").unwrap())?;
            assert_eq!(phone.id, winner.id);
            let deal = deals::find_by_name(tx, "Chung")?.unwrap();
            let contacts: Vec<i64> = deals::find(tx, deal)?.contacts.iter().map(|it| it.number).collect();
            assert_eq!(contacts, [4, 1]);
            let staff = customers::find_by_number(tx, 3)?.unwrap();
            assert_eq!(customers::find(tx, &Viewer::Org, staff)?.unwrap().company.unwrap().number, 1);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_change_through_an_old_name_reaches_the_winner_and_a_deleted_one_frees_all_names() {
    let house = House::new();
    let winner = house.add(coded("An", &["0905000001"], System::Vbot, "KH-1")).unwrap();
    let loser = house.add(coded("Anh", &["0905000002"], System::Vbot, "KH-2")).unwrap();
    house.merge(1, 2).unwrap();
    let changed = house.write(move |tx| {
        customers::change(tx, loser.id, |customer| {
            customer.note = "mới".into();
            Ok(())
        })
    });
    assert_eq!(changed.unwrap().after.id, winner.id);
    assert_eq!(house.keyword("KH-2"), [1], "a change does not forget the old names");
    house.write(move |tx| customers::delete(tx, loser.id)).unwrap();
    house
        .read(move |tx| {
            for code in ["KH-1", "KH-2"] {
                assert_eq!(customers::find_by_code(tx, System::Vbot, code)?, None);
            }
            assert_eq!(
                customers::find_by_number(tx, 2)?.and_then(|id| customers::find(tx, &Viewer::Org, id).ok()?),
                None
            );
            Ok(())
        })
        .unwrap();
    assert!(house.undo(1).unwrap_err().public().contains("đã bị xóa"));
}

#[test]
fn values_are_chosen_and_what_came_later_stays() {
    let house = House::new();
    let tag = house.write(|tx| catalog::find_or_create(tx, CatalogKind::Tag, "VIP")).unwrap();
    let status = house.write(|tx| catalog::find_or_create(tx, CatalogKind::Status, "Mới")).unwrap();
    let winner =
        house.add(Customer { note: "của An".into(), stage: Stage::Lead, ..person("An", &["0905000001"]) }).unwrap();
    let loser = Customer { note: "của Anh".into(), labels: vec![status, tag], ..person("Anh", &["0905000002"]) };
    house.add(loser).unwrap();
    let choices = Choices::from([(Fact::Note, Side::Loser), (Fact::Label(CatalogKind::Status), Side::Winner)]);
    let chosen = Wish { choices, versions: Some((1, 1)), ..wish(1, 2) };
    house.write(move |tx| merges::merge(tx, &Viewer::Org, &chosen)).unwrap();
    let now = house.find(winner.id).unwrap();
    assert_eq!((now.note.as_str(), now.stage, now.labels.len()), ("của Anh", Stage::Customer, 1));
    house
        .write(move |tx| {
            leads::create(tx, Lead { subject: "sau khi gộp".into(), ..Lead::default() }, winner.id)?;
            customers::change(tx, winner.id, |customer| {
                customer.note = "viết sau".into();
                customer.add_points(point("0905000003"));
                Ok(())
            })
        })
        .unwrap();
    house.undo(1).unwrap();
    let now = house.find(winner.id).unwrap();
    assert_eq!((now.note.as_str(), now.stage), ("viết sau", Stage::Lead));
    assert_eq!(phones(&now), ["0905000001", "0905000003"]);
    assert!(now.labels.is_empty());
    let back = house.read(|tx| customers::find_by_number(tx, 2)).unwrap().and_then(|id| house.find(id)).unwrap();
    assert_eq!(
        (back.number, back.note.as_str(), back.labels.len(), phones(&back)),
        (2, "của Anh", 2, vec!["0905000002"])
    );
    assert_eq!(house.read(move |tx| leads::of_customer(tx, winner.id)).unwrap().len(), 1);
    assert_eq!((house.keyword("0905000002"), house.keyword("KH-0")), (vec![2], vec![]));
}

#[test]
fn what_cannot_be_merged_or_undone_says_why() {
    let house = House::new();
    for name in ["An", "Bình", "Chi", "Dung"] {
        house.add(person(name, &[])).unwrap();
    }
    let refused = |end: Result<Merged>, why: &str| {
        let error = end.unwrap_err();
        assert!(error.is_refusal() && error.public().contains(why), "{error}");
    };
    refused(house.merge(1, 1), "chính nó");
    refused(house.merge(1, 99), "Không tìm thấy");
    let seen = Wish { versions: Some((1, 7)), ..wish(1, 2) };
    let end = house.write(move |tx| merges::merge(tx, &Viewer::Org, &seen));
    assert!(matches!(end, Err(Error::Conflict { message }) if message.contains("Khách hàng 2")));
    house.merge(2, 1).unwrap();
    refused(house.merge(3, 1), "đã được gộp vào khách hàng 2");
    refused(house.merge(1, 3), "đã được gộp");
    house.merge(3, 2).unwrap();
    house.merge(3, 4).unwrap();
    // A chain leads to its end.
    assert_eq!(house.keyword("1"), [3]);
    refused(house.undo(1), "lần gộp sau đó (2)");
    refused(house.undo(2), "lần gộp sau đó (3)");
    refused(house.undo(9), "Không tìm thấy");
    house.undo(3).unwrap();
    refused(house.undo(3), "đã được hoàn tác");
    house.undo(2).unwrap();
    assert_eq!(house.keyword("1"), [2]);
    house.clock.set(domain::Instant(house.clock_now().0 + 91 * 86_400_000_000));
    refused(house.undo(1), "90 ngày");
}

impl House {
    fn clock_now(&self) -> domain::Instant {
        self.hub.now()
    }
}

#[test]
fn who_may_not_see_a_record_cannot_merge_it() {
    let house = House::new();
    let user = testbed::user(&house.hub, house.org, "an@example.com", Role::Member);
    house.add(person("An", &[])).unwrap();
    house.add(Customer { permit: Permit::OnlyMe { me: Id(9_999) }, ..person("Bình", &[]) }).unwrap();
    let viewer = Viewer::User { id: user.id, teams: Vec::new() };
    let as_member = viewer.clone();
    let end = house.write(move |tx| merges::merge(tx, &as_member, &wish(1, 2)));
    assert!(matches!(end, Err(Error::NotFound { .. })));
    house.merge(1, 2).unwrap();
    let end = house.write(move |tx| merges::undo(tx, &viewer, 1));
    assert!(matches!(end, Err(Error::NotFound { .. })));
}

#[test]
fn the_queue_moves_with_the_merge_and_comes_back() {
    let house = House::new();
    let add = |name: &str| house.add(person(name, &["0905000001"])).unwrap();
    let (one, two, three) = (add("An"), add("Bình"), add("Chi"));
    let open = || {
        let (doubts, next) = house.read(|tx| merges::queue(tx, &Viewer::Org, None, 10)).unwrap();
        assert!(next.is_none());
        doubts.into_iter().map(|it| (it.low.number, it.high.number)).collect::<Vec<_>>()
    };
    assert_eq!(open(), [(1, 3), (2, 3), (1, 2)]);
    let first = house.read(|tx| merges::queue(tx, &Viewer::Org, None, 2)).unwrap();
    let rest = house.read(move |tx| merges::queue(tx, &Viewer::Org, first.1, 2)).unwrap();
    assert_eq!(rest.0.iter().map(|it| (it.low.number, it.high.number)).collect::<Vec<_>>(), [(1, 2)]);
    assert_eq!(rest.0[0].evidence, ("phone".to_owned(), "+84905000001".to_owned()));
    let facts = house.read(|tx| merges::compare(tx, &Viewer::Org, 1, 2)).unwrap().facts;
    assert_eq!(
        facts.iter().map(|it| (it.field.as_str(), it.one.as_str(), it.other.as_str())).collect::<Vec<_>>(),
        [("name", "An", "Bình")]
    );
    house.write(|tx| merges::dismiss(tx, &Viewer::Org, 1, 3)).unwrap();
    assert_eq!(open(), [(2, 3), (1, 2)]);
    house.merge(1, 2).unwrap();
    // Somebody has decided that 1 and 3 are not the same: that holds.
    assert_eq!(open(), []);
    house.undo(1).unwrap();
    assert_eq!(open(), [(2, 3), (1, 2)]);
    assert_eq!([one.number, two.number, three.number], [1, 2, 3]);
    let all = house.read(|tx| merges::list(tx, &Viewer::Org, None, 10)).unwrap();
    assert!(all.len() == 1 && all[0].0.undone.is_some());
}

#[test]
fn pairs_of_others_do_not_end_the_queue() {
    let house = House::new();
    let [me, member] =
        ["toi@example.com", "nv@example.com"].map(|email| testbed::user(&house.hub, house.org, email, Role::Member).id);
    let mine = Permit::OnlyMe { me };
    for (name, permit) in [("An", &Permit::Everybody), ("Bình", &Permit::Everybody), ("Chi", &mine), ("Dung", &mine)] {
        house.add(Customer { permit: permit.clone(), ..person(name, &["0905000001"]) }).unwrap();
    }
    let viewer = Viewer::User { id: member, teams: Vec::new() };
    let (doubts, next) = house.read(move |tx| merges::queue(tx, &viewer, None, 1)).unwrap();
    assert_eq!(doubts.iter().map(|it| (it.low.number, it.high.number)).collect::<Vec<_>>(), [(1, 2)]);
    assert!(next.is_some());
}

/// Everything that is told of customers, without how often and when they were changed.
fn dump(house: &House) -> BTreeMap<String, Vec<String>> {
    let ids: Vec<Id> = house
        .place
        .texts("SELECT CAST(id AS TEXT) FROM customers ORDER BY id")
        .iter()
        .map(|id| Id(id.parse().unwrap()))
        .collect();
    let mut customers = house.read(move |tx| store::customers::list(tx, &ids)).unwrap();
    for customer in &mut customers {
        customer.labels.sort_by_key(|label| label.kind);
        (customer.version, customer.updated_at, customer.updated_by) = (0, domain::Instant(0), String::new());
    }
    let mut dump =
        BTreeMap::from([("customers".to_owned(), customers.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>())]);
    for customer in &customers {
        for key in customer.keys().into_iter().map(|key| key.key).chain([customer.number.to_string()]) {
            dump.insert(format!("search {key}"), house.keyword(&key).iter().map(ToString::to_string).collect());
        }
    }
    for (name, query) in [
        ("leads", "SELECT id || ' ' || customer_id FROM leads ORDER BY id"),
        ("deals", "SELECT id || ' ' || customer_id || contacts FROM deals ORDER BY id"),
        ("tickets", "SELECT id || ' ' || customer_id FROM tickets ORDER BY id"),
        ("notes", "SELECT id || ' ' || customer_id FROM notes ORDER BY id"),
        ("identities", "SELECT kind || key || ' ' || customer_id FROM identities ORDER BY kind, key"),
        ("duplicates", "SELECT low_id || ' ' || high_id || evidence || state FROM duplicates ORDER BY low_id, high_id"),
    ] {
        dump.insert(name.to_owned(), house.place.texts(query));
    }
    dump
}

fn some_customer(seed: u8, others: &[Customer]) -> Customer {
    let names = ["An", "Nguyễn An", "", "Bình"];
    let points = [&["0905000001"][..], &["0905000002", "an@example.com"], &["0905000001", "an@example.com"], &[]];
    let mut customer = person(names[usize::from(seed % 4)], points[usize::from(seed / 4 % 4)]);
    if seed.is_multiple_of(3) {
        customer.codes.insert(System::Vbot, format!("KH-{seed}-{}", others.len()));
    }
    customer.company = others.get(usize::from(seed / 16)).map(reference);
    customer.do_not_contact = seed.is_multiple_of(5);
    customer
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn undoing_gives_what_there_was(seeds in prop::collection::vec(any::<u8>(), 3..7), pairs in prop::collection::vec((0..7_usize, 0..7_usize, any::<bool>()), 1..6)) {
        let house = House::new();
        let mut all: Vec<Customer> = Vec::new();
        for seed in seeds {
            let made = house.add(some_customer(seed, &all)).unwrap();
            if seed.is_multiple_of(2) {
                let (kept, first) = (made.clone(), reference(all.first().unwrap_or(&made)));
                house.write(move |tx| {
                    endow(tx, &kept)?;
                    let contacts = vec![first.clone(), reference(&kept)];
                    deals::create(tx, Deal { name: "Chung".into(), customer: Some(first.clone()), contacts, ..Deal::default() })
                }).unwrap();
            }
            all.push(made);
        }
        let mut states = vec![dump(&house)];
        let mut numbers = Vec::new();
        for (winner, loser, chooses) in pairs {
            let (Some(winner), Some(loser)) = (all.get(winner), all.get(loser)) else { continue };
            let facts = Fact::of_both(winner, loser).into_iter().step_by(2);
            let choices = if chooses { facts.map(|fact| (fact, Side::Loser)).collect() } else { Choices::new() };
            let wish = Wish { choices, ..wish(winner.number, loser.number) };
            match house.write(move |tx| merges::merge(tx, &Viewer::Org, &wish)) {
                Ok(merged) => {
                    numbers.push(merged.number);
                    states.push(dump(&house));
                }
                Err(error) => prop_assert!(error.is_refusal(), "{error}"),
            }
        }
        states.pop();
        while let (Some(number), Some(state)) = (numbers.pop(), states.pop()) {
            house.undo(number).unwrap();
            prop_assert_eq!(dump(&house), state);
        }
    }
}
