//! What two records become, and that taking it back gives what was there.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Choices, Fact, Gains, Side, merged, parted, read, write};
use crate::catalog::{CatalogKind, Label};
use crate::contact_point::{ContactKind, ContactPoint};
use crate::customer::{Address, Customer, CustomerRef, Kind, Stage, Standing, UserRef};
use crate::dialect::System;
use crate::field::{FieldType, FieldValue, ValueItem};
use crate::id::Id;
use crate::identity::Country;
use crate::permit::Permit;

fn label(kind: CatalogKind, item: i64) -> Label {
    Label {
        kind,
        item: Id(item),
        number: item,
        code: (item % 2 == 0).then(|| format!("c{item}")),
        label: format!("l{item}"),
    }
}

fn point(raw: &str) -> ContactPoint {
    ContactPoint::new(ContactKind::Phone, raw, "", Country::VIET_NAM).unwrap()
}

fn value(field: i64, text: &str) -> FieldValue {
    let (code, label) = (format!("f{field}"), format!("F{field}"));
    FieldValue {
        field: Id(field),
        number: field,
        code,
        label,
        kind: FieldType::Text,
        items: vec![ValueItem::plain(text)],
    }
}

prop_compose! {
    fn customer(id: i64)(
        name in "[a-c]?", note in "[a-c]?", kind in any::<bool>(), stage in any::<bool>(), quiet in any::<bool>(),
        phones in prop::collection::vec(0..4_u8, 0..4), tags in prop::collection::btree_set(1..6_i64, 0..4),
        status in prop::option::of(10..13_i64), owners in prop::collection::btree_set(1..4_i64, 0..3),
        values in prop::collection::btree_map(1..4_i64, "[a-b]", 0..3), code in prop::option::of("[a-c]"),
        company in prop::option::of(50..52_i64), standings in prop::collection::btree_map(1..3_i64, 1..3_i64, 0..2),
        streets in prop::collection::vec("[a-b]?", 0..2), permit in 1..4_i64, extra in prop::option::of("[a-b]"),
    ) -> Customer {
        let mut customer = Customer { id: Id(id), number: id, name, note, do_not_contact: quiet, ..Customer::default() };
        customer.kind = if kind { Kind::Person } else { Kind::Organization };
        customer.stage = if stage { Stage::Lead } else { Stage::Customer };
        customer.add_points(phones.iter().map(|digit| point(&format!("090500000{digit}"))));
        customer.labels.extend(status.map(|item| label(CatalogKind::Status, item)));
        customer.labels.extend(tags.into_iter().map(|item| label(CatalogKind::Tag, item)));
        customer.owners.extend(owners.into_iter().map(|id| UserRef { id: Id(id), number: id, name: String::new(), email: String::new() }));
        customer.values.extend(values.into_iter().map(|(field, text)| value(field, &text)));
        customer.codes.extend(code.map(|code| (System::Vbot, code)));
        customer.company = company.map(|id| CustomerRef { id: Id(id), number: id, name: format!("o{id}") });
        customer.standings.extend(standings.into_iter().map(|(funnel, first)| Standing { funnel: Id(funnel), first, second: None }));
        customer.addresses.extend(streets.into_iter().map(|street| Address { street, ..Address::default() }));
        customer.permit = if permit == 1 { Permit::Everybody } else { Permit::OnlyMe { me: Id(permit) } };
        customer.extra.extend(extra.map(|text| ("x".to_owned(), text)));
        customer
    }
}

/// Where a label stands among those of other kinds means nothing.
fn in_order(mut customer: Customer) -> Customer {
    customer.labels.sort_by_key(|label| label.kind);
    customer
}

proptest! {
    #[test]
    fn taking_back_gives_what_was_there(winner in customer(1), loser in customer(2), chosen in prop::collection::vec(any::<bool>(), 40)) {
        let side = |loser: bool| if loser { Side::Loser } else { Side::Winner };
        let choices: Choices = Fact::of_both(&winner, &loser).into_iter().zip(chosen.into_iter().map(side)).collect();
        for choices in [choices, BTreeMap::new()] {
            let (after, gains) = merged(&winner, &loser, &choices);
            prop_assert_eq!(in_order(parted(&after, &gains)), in_order(winner.clone()));
            for point in &loser.points {
                prop_assert!(after.points.iter().any(|known| known.same_address(point)));
            }
        }
    }

    #[test]
    fn texts_say_everything(customer in customer(1)) {
        for fact in Fact::of_both(&customer, &customer) {
            let mut copy = customer.clone();
            write(&mut copy, &fact, &[]);
            write(&mut copy, &fact, &read(&customer, &fact));
            prop_assert_eq!(read(&copy, &fact), read(&customer, &fact));
            prop_assert_eq!(Fact::of(&fact.word()), Some(fact));
        }
    }
}

#[test]
fn what_came_later_stays() {
    let winner = Customer { id: Id(1), name: "An".into(), ..Customer::default() };
    let mut loser = Customer { id: Id(2), name: "Nguyễn An".into(), note: "cũ".into(), ..Customer::default() };
    loser.add_points([point("0905000001")]);
    let choices = Choices::from([(Fact::Name, Side::Loser)]);
    let (mut after, gains) = merged(&winner, &loser, &choices);
    assert_eq!((after.name.as_str(), after.note.as_str(), after.points.len()), ("Nguyễn An", "cũ", 1));
    after.note = "mới".into();
    after.add_points([point("0905000002")]);
    let back = parted(&after, &gains);
    assert_eq!((back.name.as_str(), back.note.as_str()), ("An", "mới"));
    assert_eq!(back.points, [point("0905000002")]);
}

#[test]
fn nobody_belongs_to_themselves() {
    let company = |id| Some(CustomerRef { id: Id(id), number: id, name: String::new() });
    let winner = Customer { id: Id(1), company: company(2), ..Customer::default() };
    let loser = Customer { id: Id(2), ..Customer::default() };
    let (after, gains) = merged(&winner, &loser, &Choices::new());
    assert_eq!(after.company, None);
    assert_eq!(parted(&after, &gains), winner);
    let loser = Customer { id: Id(2), company: company(1), ..Customer::default() };
    let (after, gains) = merged(&Customer { id: Id(1), ..Customer::default() }, &loser, &Choices::new());
    assert_eq!((after.company, gains), (None, Gains::default()));
}
