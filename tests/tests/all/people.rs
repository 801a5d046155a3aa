//! Users and teams: one address once in an org, any number of orgs an address, and numbers that never meet.

use domain::{Error, Role};
use hub::users::{self, NewUser};

use crate::support::House;

fn new(email: &str, staff_code: Option<&str>, number: Option<i64>) -> NewUser {
    NewUser {
        email: email.to_owned(),
        name: format!("Người {email}"),
        role: Role::Member,
        staff_code: staff_code.map(str::to_owned),
        number,
        password_hash: None,
    }
}

#[test]
fn an_address_a_code_and_a_number_belong_to_one_user() {
    let house = House::new();
    let add = |user: NewUser| house.write(move |tx| users::create(tx, &user));
    let an = add(new("An@Example.com", Some("NV01"), None)).unwrap();
    assert_eq!((an.number, an.email.as_str()), (1, "An@Example.com"));
    assert!(matches!(add(new(" an@example.COM ", None, None)), Err(Error::Conflict { .. })));
    assert!(matches!(add(new("binh@example.com", Some("NV01"), None)), Err(Error::Conflict { .. })));
    assert!(matches!(add(new("binh@example.com", None, Some(1))), Err(Error::Conflict { .. })));
    assert!(matches!(add(new("không phải thư", None, None)), Err(Error::Invalid { .. })));
    let agent = add(new("binh@example.com", None, Some(124_734_559))).unwrap();
    assert_eq!(agent.number, 124_734_559);
    let given = add(new("chi@example.com", None, Some(3))).unwrap();
    let next: Vec<i64> =
        (0..3).map(|step| add(new(&format!("u{step}@example.com"), None, None)).unwrap().number).collect();
    assert!(!next.contains(&given.number) && !next.contains(&an.number), "{next:?}");
    for wanted in ["AN@example.com", " an@example.com"] {
        assert_eq!(house.read(move |tx| users::find_by_email(tx, wanted)).unwrap().unwrap().id, an.id);
    }
    let by_code = house.read(|tx| store::users::find_by_code_or_name(tx, "NV01")).unwrap();
    let by_name = house.read(|tx| store::users::find_by_code_or_name(tx, "người  AN@example.com")).unwrap();
    assert_eq!((by_code.map(|user| user.id), by_name.map(|user| user.id)), (Some(an.id), Some(an.id)));
    assert_eq!(house.read(users::list).unwrap().len(), 6);
}

#[test]
fn one_address_in_two_orgs_signs_in_to_both() {
    let house = House::new();
    let other = testbed::org(&house.hub, "khac");
    for org in [house.org, other] {
        testbed::user(&house.hub, org, "an@example.com", Role::Owner);
    }
    let found = house.read(|tx| store::users::sign_ins(tx, "AN@example.com")).unwrap();
    assert_eq!(found.iter().map(|(org, ..)| *org).collect::<Vec<_>>(), [house.org, other]);
    assert!(house.read(|tx| store::users::sign_ins(tx, "nobody@example.com")).unwrap().is_empty());
}

#[test]
fn teams() {
    let house = House::new();
    let made = house
        .write(|tx| {
            let first = users::team(tx, "Kinh doanh")?;
            assert_eq!(users::team(tx, " kinh   DOANH ")?, first);
            let given = users::create_team(tx, "Chăm sóc", Some(2))?;
            let next = users::team(tx, "Kế toán")?;
            assert!(users::create_team(tx, "Khác", Some(2)).is_err());
            Ok([first.number, given.number, next.number])
        })
        .unwrap();
    assert_eq!(made, [1, 2, 3]);
    let names: Vec<_> = house.read(users::teams).unwrap().into_iter().map(|team| team.name).collect();
    assert_eq!(names, ["Kinh doanh", "Chăm sóc", "Kế toán"]);
}
