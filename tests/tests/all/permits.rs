//! Permits: four modes and every kind of viewer, in a record itself and in what is found.

use domain::{Id, Permit, Role, Viewer};
use hub::{Filter, customers, users};

use crate::support::{House, person};

#[test]
fn four_modes_for_every_viewer() {
    let house = House::new();
    let people: Vec<_> =
        ["me@example.com", "mate@example.com", "named@example.com", "other@example.com", "boss@example.com"]
            .into_iter()
            .map(|email| {
                let role = if email.starts_with("boss") { Role::Admin } else { Role::Member };
                testbed::user(&house.hub, house.org, email, role)
            })
            .collect();
    let [me, mate, named, _, _] = [0, 1, 2, 3, 4].map(|place: usize| people[place].id);
    let team = house
        .write(move |tx| {
            let team = users::team(tx, "Kinh doanh")?;
            users::team(tx, "kinh  DOANH")?;
            users::join_team(tx, team.id, mate)?;
            users::join_team(tx, team.id, mate)?;
            Ok(team.id)
        })
        .unwrap();
    assert_eq!(house.place.number("SELECT count(*) FROM teams"), 1);
    let permits = [
        Permit::Everybody,
        Permit::OnlyMe { me },
        Permit::MeAndTeam { me, team: Some(team) },
        Permit::MeAndTeam { me, team: None },
        Permit::MeAndUsers { me, users: vec![named] },
    ];
    let made: Vec<Id> = permits
        .iter()
        .enumerate()
        .map(|(mode, permit)| {
            let mut customer = person(&format!("Khách {mode}"), &[]);
            customer.permit = permit.clone();
            house.add(customer).unwrap().id
        })
        .collect();
    // Which of the five records each of the five people sees.
    let sees: [&[usize]; 5] = [&[0, 1, 2, 3, 4], &[0, 2], &[0, 4], &[0], &[0, 1, 2, 3, 4]];
    for (person, sees) in people.iter().zip(sees) {
        let user = person.clone();
        let viewer = house.read(move |tx| hub::access::viewer_of(tx, Some(&user))).unwrap();
        let wanted: Vec<Id> = sees.iter().rev().map(|mode| made[*mode]).collect();
        for keyword in [None, Some("khach".to_owned())] {
            let filter = Filter { keyword, ..Filter::everything(viewer.clone()) };
            let found = house.read(move |tx| customers::search(tx, &filter, 0, 100)).unwrap();
            assert_eq!(
                (found.0.iter().map(|customer| customer.id).collect::<Vec<_>>(), found.1),
                (wanted.clone(), wanted.len() as i64),
                "{}",
                person.email
            );
        }
        for (mode, id) in made.iter().copied().enumerate() {
            let viewer = viewer.clone();
            let found = house.read(move |tx| customers::find(tx, &viewer, id)).unwrap();
            assert_eq!(found.is_some(), sees.contains(&mode), "{} and mode {mode}", person.email);
        }
    }
    let all = house.read(|tx| customers::search(tx, &Filter::everything(Viewer::Org), 0, 100)).unwrap();
    assert_eq!(all.1, 5);
}

#[test]
fn a_permit_that_changes_is_found_by_its_new_viewers_only() {
    let house = House::new();
    let [an, binh] = ["an@example.com", "binh@example.com"]
        .map(|email| testbed::user(&house.hub, house.org, email, Role::Member).id);
    let mut customer = person("Khách", &[]);
    customer.permit = Permit::OnlyMe { me: an };
    let id = house.add(customer).unwrap().id;
    let count = |user: Id| {
        let filter = Filter::everything(Viewer::User { id: user, teams: Vec::new() });
        house.read(move |tx| customers::search(tx, &filter, 0, 10)).unwrap().1
    };
    assert_eq!((count(an), count(binh)), (1, 0));
    house
        .write(move |tx| {
            customers::change(tx, id, |customer| {
                customer.permit = Permit::MeAndUsers { me: binh, users: vec![] };
                Ok(())
            })
        })
        .unwrap();
    assert_eq!((count(an), count(binh)), (0, 1));
}

#[test]
fn modes_as_clients_name_them() {
    let house = House::new();
    let an = testbed::user(&house.hub, house.org, "an@example.com", Role::Member).id;
    let binh = testbed::user(&house.hub, house.org, "binh@example.com", Role::Member).id;
    let actor = testbed::actor(house.org, domain::Dialect::Beeiq, Some(an));
    let named = house.hub.write(actor, move |tx| {
        let team = users::team(tx, "Kinh doanh")?.id;
        let emails = ["BINH@example.com".to_owned(), "ai@example.com".to_owned()];
        for (mode, wanted) in [
            (1, Permit::Everybody),
            (2, Permit::OnlyMe { me: an }),
            (3, Permit::MeAndTeam { me: an, team: Some(team) }),
            (4, Permit::MeAndUsers { me: an, users: vec![binh] }),
            (9, Permit::Everybody),
        ] {
            assert_eq!(users::permit(tx, mode, Some(" kinh DOANH"), &emails)?, wanted);
        }
        assert_eq!(users::permit(tx, 3, Some("Không Có"), &[])?, Permit::MeAndTeam { me: an, team: None });
        Ok(())
    });
    named.wait().unwrap();
}
