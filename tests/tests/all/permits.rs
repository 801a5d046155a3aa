//! Permits: four modes and every kind of viewer, in a record itself and in what is found.

use domain::customer::CustomerRef;
use domain::{Customer, Deal, Id, Instant, Lead, Permit, Result, Role, Ticket, Viewer};
use hub::leads::Query;
use hub::leads::lanes::Lane;
use hub::tickets::State;
use hub::{Filter, Tx, browse, customers, deals, leads, overview, tickets, users};

use crate::support::{House, person};

/// A house with a record of each way to share, and five people.
struct Shared {
    house: House,
    /// Everybody; only me; me and a team; me and a team that is unknown; me and somebody named.
    made: Vec<Id>,
    /// Me, a mate in the team, who is named, another one, and an admin: each with the places in `made` that they see.
    people: [(Viewer, &'static [usize]); 5],
    me: Id,
}

impl Shared {
    fn new() -> Self {
        let house = House::new();
        let users = ["me", "mate", "named", "other", "boss"].map(|name| {
            let role = if name == "boss" { Role::Admin } else { Role::Member };
            testbed::user(&house.hub, house.org, &format!("{name}@example.com"), role)
        });
        let [me, mate, named, _, _] = users.each_ref().map(|user| user.id);
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
        let made = permits.into_iter().enumerate().map(|(mode, permit)| {
            let customer = Customer { permit, ..person(&format!("Khách {mode}"), &[]) };
            house.add(customer).unwrap().id
        });
        let made = made.collect();
        let sees: [&[usize]; 5] = [&[0, 1, 2, 3, 4], &[0, 2], &[0, 4], &[0], &[0, 1, 2, 3, 4]];
        let mut sees = sees.into_iter();
        let people = users.map(|user| {
            let viewer = house.read(move |tx| hub::access::viewer_of(tx, Some(&user))).unwrap();
            (viewer, sees.next().unwrap())
        });
        Self { house, made, people, me }
    }
}

#[test]
fn four_modes_for_every_viewer() {
    let Shared { house, made, people, .. } = Shared::new();
    for (viewer, sees) in people {
        let wanted: Vec<Id> = sees.iter().rev().map(|mode| made[*mode]).collect();
        for keyword in [None, Some("khach".to_owned())] {
            let filter = Filter { keyword, ..Filter::everything(viewer.clone()) };
            let found = house.read(move |tx| customers::search(tx, &filter, 0, 100)).unwrap();
            assert_eq!(
                (found.0.iter().map(|customer| customer.id).collect::<Vec<_>>(), found.1),
                (wanted.clone(), wanted.len() as i64),
                "{viewer:?}"
            );
        }
        for (mode, id) in made.iter().copied().enumerate() {
            let viewer = viewer.clone();
            let found = house.read(move |tx| customers::find(tx, &viewer, id)).unwrap();
            assert_eq!(found.is_some(), sees.contains(&mode), "mode {mode}");
        }
    }
    let all = house.read(|tx| customers::search(tx, &Filter::everything(Viewer::Org), 0, 100)).unwrap();
    assert_eq!(all.1, 5);
}

/// Leads of each customer.
const LEADS: usize = 6;

/// What a viewer is shown, list by list and count by count: of each the places of the customers in `made`.
fn shown(tx: &mut Tx<'_>, viewer: &Viewer, made: &[Id]) -> Result<Vec<(&'static str, Vec<usize>)>> {
    let places = |whose: Vec<Id>| {
        let mut places: Vec<_> = whose.iter().filter_map(|id| made.iter().position(|known| known == id)).collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    let whose = |customer: &Option<CustomerRef>| customer.as_ref().map(|customer| customer.id);
    let mut lists = Vec::new();
    let filter = Filter::everything(viewer.clone());
    let changed = browse::customers(tx, &filter, browse::Order::Updated, None, 100)?.customers;
    lists.push(("by change", places(changed.iter().map(|customer| customer.id).collect())));
    let lane = leads::lanes::page(tx, viewer, &Lane::default(), None, 100)?.leads;
    lists.push(("lane of leads", places(lane.iter().filter_map(|lead| whose(&lead.customer)).collect())));
    let (page, total) = leads::page(tx, viewer, &Query::default(), 0, 100)?;
    assert_eq!(page.len() as i64, total);
    assert_eq!(page.len() as i64, leads::lanes::count(tx, viewer, &Lane::default())?);
    assert_eq!(page.len() as i64, leads::lanes::count_all(tx, viewer, &Lane::default())?);
    lists.push(("leads", places(page.iter().filter_map(|lead| whose(&lead.customer)).collect())));
    let sums = deals::lanes::sums(tx, viewer)?;
    let deals = deals::lanes::page(tx, viewer, deals::lanes::Lane::All, None, 100)?.deals;
    assert_eq!(sums.iter().map(|sum| sum.count).sum::<i64>(), deals.len() as i64);
    for keyword in [None, Some("thứ".to_owned())] {
        let wanted = deals::Wanted { keyword, created: (None, None), viewer: viewer.clone() };
        let (found, total) = deals::search(tx, &wanted, 0, 100)?;
        assert_eq!((found, total), (deals.clone(), deals.len() as i64));
    }
    // The deal of each place is shared as the customer is, and stands for it.
    lists.push(("deals", deals.iter().filter_map(|deal| deal.name.split_once(' ')?.1.parse().ok()).rev().collect()));
    for state in [State::Open, State::All] {
        let asked = tickets::Asked { state, ..tickets::Asked::default() };
        let page = tickets::page(tx, viewer, &asked, None, 100)?.tickets;
        lists.push(("tickets", places(page.iter().filter_map(|ticket| whose(&ticket.customer)).collect())));
        let counted = overview::open_tickets(tx, viewer, &[(Instant(0), Instant(i64::MAX))])?;
        assert_eq!(counted, [page.len() as i64]);
    }
    for subject in ["customer", "lead"] {
        let asked = overview::Asked { subject: Some(subject), ..overview::Asked::default() };
        let rows = overview::list(tx, viewer, &asked, None, 100)?.rows;
        let counted = overview::arrivals(tx, viewer, &[(Instant(0), Instant(i64::MAX))])?.concat();
        let counted: i64 = counted.iter().filter(|one| one.subject == subject).map(|one| one.count).sum();
        assert_eq!(counted, rows.len() as i64);
        lists.push((subject, places(rows.iter().filter_map(|(row, ..)| row.customer).collect())));
    }
    Ok(lists)
}

#[test]
fn every_list_and_count_goes_by_the_same_permits() {
    let Shared { house, made, people, me } = Shared::new();
    let all = made.clone();
    house
        .write(move |tx| {
            for (place, customer) in store::customers::list(tx, &all)?.into_iter().enumerate() {
                for _ in 0..LEADS {
                    leads::create(tx, Lead::default(), customer.id)?;
                }
                let whose = Some(CustomerRef { id: customer.id, number: customer.number, name: customer.name });
                let title = "Hỏng".to_owned();
                tickets::create(tx, Ticket { title, customer: whose.clone(), ..Ticket::default() })?;
                let name = format!("Thứ {place}");
                // One half by the permit of the deal itself, the other by that of its customer.
                let (permit, whose) = if place % 2 == 0 { (customer.permit, None) } else { (Permit::Everybody, whose) };
                deals::create(tx, Deal { name, permit, customer: whose, ..Deal::default() })?;
            }
            Ok(())
        })
        .unwrap();
    // First a quarter of all leads is more than there are customers who are hidden from somebody, then it is less: what is hidden
    // is counted by customer at first, and row by row afterwards.
    for hidden in [0, 20] {
        for number in 0..hidden {
            let customer = Customer { permit: Permit::OnlyMe { me }, ..person(&format!("Kín {number}"), &[]) };
            house.add(customer).unwrap();
        }
        for (viewer, sees) in &people {
            let (viewer, made) = (viewer.clone(), made.clone());
            for (list, places) in house.read(move |tx| shown(tx, &viewer, &made)).unwrap() {
                assert_eq!(places, *sees, "{list}, {hidden} more");
            }
        }
    }
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
