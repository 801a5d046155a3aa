//! What is found is what a plain look at every record finds: random customers, random questions, on either engine.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::HashSet;

use domain::catalog::CatalogKind;
use domain::customer::{Kind, Stage, UserRef};
use domain::identity::{self, Country};
use domain::{ContactKind, Customer, Id, Instant, Label, Permit, Role, System, Viewer, text};
use hub::{Filter, catalog, customer_number, customers};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use store::search::{After, Order};
use testbed::STILL;

use crate::support::{House, person};

const PHONES: [&str; 6] = ["0905000001", "+84 905 000 002", "01234567890", "028 3822 0001", "98765431", "+12025550143"];
const MAILS: [&str; 4] = ["an@example.com", "An.Nguyen@Example.com", "đức@example.com", "không phải thư@"];
const CODES: [&str; 5] = ["A1", "a1", "KH 42", "905000001", "Mã-Đ"];
const WORDS: [&str; 11] =
    ["Đức", "Duc", "An", "Anh", "Nguyễn", "Thị", "Ánh", "0905", "Ltd.", "日本", "Konstantinopolis"];

#[derive(Debug, Clone)]
struct Known {
    labels: Vec<Label>,
    users: Vec<UserRef>,
    team: Id,
}

fn customer(known: &Known) -> impl Strategy<Value = Customer> + use<> {
    let ids: Vec<Id> = known.users.iter().map(|user| user.id).collect();
    let team = known.team;
    let permit = prop_oneof![
        2 => Just(Permit::Everybody),
        1 => select(ids.clone()).prop_map(|me| Permit::OnlyMe { me }),
        1 => select(ids.clone()).prop_map(move |me| Permit::MeAndTeam { me, team: Some(team) }),
        1 => (select(ids.clone()), subsequence(ids, 0..3)).prop_map(|(me, users)| Permit::MeAndUsers { me, users }),
    ];
    let name = vec(select(WORDS.to_vec()), 0..4).prop_map(|words| words.join(" "));
    let points = (subsequence(PHONES.to_vec(), 0..3), subsequence(MAILS.to_vec(), 0..2));
    let carried = (
        subsequence(known.labels.clone(), 0..4),
        subsequence(known.users.clone(), 0..=2),
        permit,
        any::<(bool, bool)>(),
        btree_map(select(vec![System::Vbot, System::Beeiq]), select(CODES.to_vec()), 0..2),
    );
    (name, points, carried).prop_map(
        |(name, (phones, mails), (labels, owners, permit, (lead, organization), codes))| {
            let points: Vec<&str> = phones.into_iter().chain(mails).collect();
            let mut made = person(&name, &points);
            labels.into_iter().for_each(|label| made.add_label(label));
            made.owners = owners;
            made.permit = permit;
            made.kind = if organization { Kind::Organization } else { Kind::Person };
            made.stage = if lead { Stage::Lead } else { Stage::Customer };
            made.codes = codes.into_iter().map(|(system, code)| (system, code.to_owned())).collect();
            made
        },
    )
}

fn question(known: &Known) -> impl Strategy<Value = Filter> + use<> {
    let words = vec(select(WORDS.to_vec()), 1..3).prop_map(|words| words.join(" "));
    let parts = select([&PHONES[..], &MAILS, &CODES, &WORDS].concat()).prop_flat_map(|text| {
        let letters: Vec<char> = text.chars().collect();
        (0..letters.len(), 0..=letters.len())
            .prop_map(move |(from, to)| letters[from.min(to)..to.max(from)].iter().collect())
    });
    let whole = select([&PHONES[..], &MAILS, &CODES, &WORDS].concat()).prop_map(str::to_owned);
    let number =
        (1..40_i64, select(vec!["", "PID-", "lid-", "CID-"])).prop_map(|(number, prefix)| format!("{prefix}{number}"));
    let keyword = proptest::option::weighted(0.7, prop_oneof![words, parts, whole, number, ".{0,12}"]);
    let keyword = keyword.prop_map(|keyword| keyword.map(|keyword: String| keyword.replace('\0', "")));
    let (items, ids): (Vec<Id>, Vec<Id>) =
        (known.labels.iter().map(|label| label.item).collect(), known.users.iter().map(|user| user.id).collect());
    let labels = vec(subsequence(items, 1..3), 0..2);
    let team = known.team;
    let viewer = prop_oneof![
        Just(Viewer::Org),
        (select(ids.clone()), any::<bool>())
            .prop_map(move |(id, in_team)| Viewer::User { id, teams: if in_team { vec![team] } else { Vec::new() } }),
    ];
    let bound = || proptest::option::weighted(0.2, (0..40_i64).prop_map(|minute| STILL.plus_seconds(60 * minute)));
    let ranges = ((bound(), bound()), (bound(), bound()));
    let lists = (proptest::option::weighted(0.2, vec(0..40_i64, 0..20)), vec(0..40_i64, 0..3));
    let stage = proptest::option::weighted(0.3, select(vec![Stage::Lead, Stage::Customer]));
    let kind = proptest::option::weighted(0.2, select(vec![Kind::Person, Kind::Organization]));
    (keyword, labels, subsequence(ids, 0..2), (stage, kind), viewer, ranges, lists).prop_map(
        |(keyword, labels, owners, (stage, kind), viewer, (created, updated), (only, without))| Filter {
            keyword,
            labels,
            owners,
            kind,
            stage,
            created,
            updated,
            // Places, until the ids are known.
            only: only.map(|places| places.into_iter().map(Id).collect()),
            without: without.into_iter().map(Id).collect(),
            viewer,
            country: Country::VIET_NAM,
        },
    )
}

/// Whether a customer is what was asked for, as plainly as it can be said.
fn matches(customer: &Customer, filter: &Filter) -> bool {
    let carries = |item: &Id| customer.labels.iter().any(|label| label.item == *item);
    let owned_by = |owner: &Id| customer.owners.iter().any(|user| user.id == *owner);
    let within = |at: Instant, (from, to): (Option<Instant>, Option<Instant>)| {
        from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to)
    };
    filter.labels.iter().all(|group| group.iter().any(carries))
        && (filter.owners.is_empty() || filter.owners.iter().any(owned_by))
        && filter.kind.is_none_or(|kind| kind == customer.kind)
        && filter.stage.is_none_or(|stage| stage == customer.stage)
        && within(customer.created_at, filter.created)
        && within(customer.updated_at, filter.updated)
        && filter.only.as_ref().is_none_or(|only| only.contains(&customer.id))
        && !filter.without.contains(&customer.id)
        && customer.permit.allows(&filter.viewer)
        && filter.keyword.as_deref().is_none_or(|keyword| keyword.trim().is_empty() || named(customer, keyword.trim()))
}

fn named(customer: &Customer, keyword: &str) -> bool {
    let same = |code: &String| text::fold(code) == text::fold(keyword);
    let asked = text::words(keyword);
    let own = text::words(&customer.name);
    let by_name = !asked.is_empty() && asked.iter().all(|asked| own.iter().any(|word| word.starts_with(asked)));
    let by_mail = !keyword.contains(char::is_whitespace)
        && customer
            .points_of(ContactKind::Email)
            .any(|point| text::fold(point.key.as_ref().unwrap_or(&point.raw)).starts_with(&text::fold(keyword)));
    customer.codes.values().any(same)
        || customer_number(keyword) == Some(customer.number)
        || by_name
        || by_mail
        || by_phone(customer, keyword)
}

fn by_phone(customer: &Customer, keyword: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (asked, key) = (digits(keyword), identity::phone(keyword, Country::VIET_NAM));
    customer.points_of(ContactKind::Phone).any(|point| match (&key, &point.key) {
        (Some(key), Some(own)) => key == own,
        (Some(key), None) => digits(key) == digits(&point.raw),
        (None, own) => {
            let own = digits(own.as_ref().unwrap_or(&point.raw));
            asked.len() >= 4 && !keyword.chars().any(char::is_alphabetic) && own.ends_with(&asked)
        }
    })
}

fn furnish(house: &House) -> Known {
    let users = ["an@example.com", "binh@example.com", "chi@example.com"]
        .into_iter()
        .map(|email| testbed::user(&house.hub, house.org, email, Role::Member))
        .map(|user| UserRef { id: user.id, number: user.number, name: user.name, email: user.email })
        .collect();
    house
        .write(move |tx| {
            let mut labels = Vec::new();
            for kind in [CatalogKind::Tag, CatalogKind::Group, CatalogKind::Status] {
                for name in ["Một", "Hai"] {
                    labels.push(catalog::find_or_create(tx, kind, name)?);
                }
            }
            let users: &Vec<UserRef> = &users;
            Ok(Known { labels, users: users.clone(), team: hub::users::team(tx, "Kinh doanh")?.id })
        })
        .unwrap()
}

/// Adds customers a minute apart; every third is changed later on, and every seventh is taken away again.
fn populate(house: &House, customers: Vec<Customer>) -> Vec<Customer> {
    let mut taken = HashSet::new();
    let mut kept = Vec::new();
    for (minute, mut new) in customers.into_iter().enumerate() {
        house.clock.set(STILL.plus_seconds(60 * minute as i64));
        new.codes.retain(|system, code| taken.insert((*system, code.clone())));
        let id = house.add(new).unwrap().id;
        if minute % 3 == 2 {
            house
                .write(move |tx| {
                    customers::change(tx, id, |customer| {
                        customer.name.push_str(" Sau");
                        customer.labels.reverse();
                        customer.labels.truncate(1);
                        Ok(())
                    })
                })
                .unwrap();
        }
        match minute % 7 {
            6 => house.write(move |tx| customers::delete(tx, id)).unwrap(),
            _ => kept.push(house.find(id).unwrap()),
        }
    }
    kept.reverse();
    kept
}

fn in_order<'c>(customers: impl Iterator<Item = &'c Customer>, order: Order) -> Vec<After> {
    let mut rows: Vec<&Customer> = customers.collect();
    match order {
        Order::Newest => rows.sort_by_key(|row| Reverse(row.id)),
        Order::Oldest => rows.sort_by_key(|row| row.id),
        Order::Updated => rows.sort_by_key(|row| Reverse((row.updated_at, row.id))),
        Order::Name => rows.sort_by_key(|row| (text::words(&row.name), row.id)),
    }
    rows.into_iter().map(|row| After { updated_at: row.updated_at, id: row.id }).collect()
}

#[test]
fn what_is_found_is_what_a_plain_look_finds() {
    let house = House::new();
    let known = furnish(&house);
    let settings = || Config { cases: 600, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(settings());
    let all = vec(customer(&known), 40).new_tree(&mut runner).unwrap().current();
    let kept = populate(&house, all);
    let mut asked = TestRunner::new(settings());
    let hits = Cell::new(0);
    let order =
        (select(vec![Order::Newest, Order::Oldest, Order::Updated, Order::Name]), select(vec![1, 10_000, 1_000_000]));
    let end =
        asked.run(&(question(&known), 0..30_i64, 1..30_i64, order), |(mut filter, offset, size, (order, total))| {
            let of_place = |place: &Id| kept.get(place.0 as usize).map_or(Id(424_242), |customer| customer.id);
            filter.only = filter.only.map(|places| places.iter().map(of_place).collect());
            filter.without = filter.without.iter().map(of_place).collect();
            let wanted: Vec<Id> =
                kept.iter().filter(|customer| matches(customer, &filter)).map(|customer| customer.id).collect();
            let asked = filter.clone();
            let found = house.read(move |tx| store::search::find(tx, &asked, offset, size)).unwrap();
            let page: Vec<Id> = wanted.iter().copied().skip(offset as usize).take(size as usize).collect();
            hits.set(hits.get() + usize::from(!wanted.is_empty()));
            prop_assert_eq!((found.ids, found.total), (page, wanted.len() as i64), "{:?}", filter);

            // The same by key, from some row on; how it is gone about depends on how many are said to match.
            let bare = Filter { only: None, without: Vec::new(), ..filter };
            let wanted = in_order(kept.iter().filter(|customer| matches(customer, &bare)), order);
            let start = (offset as usize).min(wanted.len());
            let after = start.checked_sub(1).map(|last| wanted[last]);
            let asked = bare.clone();
            let paged = house.read(move |tx| store::search::after(tx, &asked, order, after, size, total)).unwrap();
            let page: Vec<Id> = wanted.iter().skip(start).take(size as usize).map(|row| row.id).collect();
            prop_assert_eq!(paged, page, "{:?} after {:?} of {}: {:?}", order, after, total, bare);
            Ok(())
        });
    end.unwrap_or_else(|error| panic!("{error}"));
    assert!(hits.get() > 80, "only {} questions found anything", hits.get());
}
