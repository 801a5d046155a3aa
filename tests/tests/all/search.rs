//! Searching: by every spelling that people try, with every filter, page by page, and never outside the own org.

use domain::catalog::CatalogKind;
use domain::customer::{Stage, UserRef};
use domain::{Customer, Dialect, Id, Role, System, Viewer};
use hub::{Filter, catalog, customers};
use testbed::STILL;
use unicode_normalization::UnicodeNormalization;

use crate::support::{House, create_apart, person};

fn everything() -> Filter {
    Filter::everything(Viewer::Org)
}

fn names(house: &House, filter: Filter) -> Vec<String> {
    let (found, total) = house.read(move |tx| customers::search(tx, &filter, 0, 1_000)).unwrap();
    assert_eq!(found.len() as i64, total, "the total is exact");
    found.into_iter().map(|customer| customer.name).collect()
}

fn by_keyword(house: &House, keyword: &str) -> Vec<String> {
    let mut found = names(house, Filter { keyword: Some(keyword.to_owned()), ..everything() });
    found.sort();
    found
}

#[test]
fn by_everything_that_people_try() {
    let house = House::new();
    let mut duc = person("Nguyễn Minh Đức", &["01234567890", "Minh.Duc@Example.com"]);
    duc.codes = [(System::Vbot, "KH-0042".to_owned()), (System::OneOffice, "vpmedia 01".to_owned())].into();
    duc.national_id.number = "001 085-012345".to_owned();
    let duc = house.add(duc).unwrap();
    house.add(person("Lê Thị Đức Hạnh", &["+84 28 3822 0001", "hanh@vidu.vn"])).unwrap();
    house.add(person("Dương O'Neil", &["0905000001"])).unwrap();
    let decomposed: String = "đức".nfd().collect();
    let number = duc.number.to_string();
    let both = &["Lê Thị Đức Hạnh", "Nguyễn Minh Đức"][..];
    let one = &["Nguyễn Minh Đức"][..];
    let other = &["Lê Thị Đức Hạnh"][..];
    for (keyword, wanted) in [
        ("duc", both),
        ("Đức", both),
        (&decomposed, both),
        ("ĐƯC", both),
        ("du", &["Dương O'Neil", "Lê Thị Đức Hạnh", "Nguyễn Minh Đức"]),
        ("duc ngu", one),
        ("hạnh lê", other),
        ("uc", &[]),
        ("duc khong", &[]),
        ("o'neil", &["Dương O'Neil"]),
        ("neil", &["Dương O'Neil"]),
        ("01234567890", one),
        ("0834567890", one),
        ("+84 83 456 7890", one),
        ("0084-834.567.890", one),
        ("7890", one),
        ("67 890", one),
        ("890", &[]),
        ("00.01", &["Dương O'Neil", "Lê Thị Đức Hạnh"]),
        ("38220001", other),
        ("(028) 3822 0001", other),
        ("minh.duc@", one),
        ("MINH.DUC@EXAMPLE.COM", one),
        ("example.com", &[]),
        ("hanh@v", other),
        ("KH-0042", one),
        ("kh-0042", one),
        ("KH-004", &[]),
        ("VPMEDIA 01", one),
        ("001085012345", one),
        ("001 085 012 345", one),
        (&number, one),
        (&format!("PID-{number}"), one),
        (&format!("lid-{number}"), one),
        (&format!("CID-{number}"), one),
        ("PID-999", &[]),
        ("   ", &["Dương O'Neil", "Lê Thị Đức Hạnh", "Nguyễn Minh Đức"]),
    ] {
        assert_eq!(by_keyword(&house, keyword), wanted, "{keyword}");
    }
}

#[test]
fn an_address_with_accents_is_found() {
    let house = House::new();
    house.add(person("Đức", &["đức@thưđiệntử.vn"])).unwrap();
    for keyword in ["đức@thưđiệntử.vn", "ĐỨC@", "duc@thudientu.vn"] {
        assert_eq!(by_keyword(&house, keyword), ["Đức"], "{keyword}");
    }
}

#[test]
fn no_keyword_breaks_a_question() {
    let house = House::new();
    house.add(person("An \"AND\" OR* NOT (x) 'y' : & | ! <-> \\", &[])).unwrap();
    let long = "chữ ".repeat(5_000);
    for keyword in [
        "\"", "'", "*", "AND", "a OR b", "NOT", "(", ")", "a:b", "^a", "{", "\\", "a & b", "!x", "<->", "%", "_", "-",
        "+", "'; DROP", &long,
    ] {
        by_keyword(&house, keyword);
    }
    assert_eq!(by_keyword(&house, "and or not x y").len(), 1);
}

#[test]
fn what_changes_is_found_anew_and_what_is_deleted_is_not() {
    let house = House::new();
    let id = house.add(person("Nguyễn An", &["0905000001"])).unwrap().id;
    house
        .write(move |tx| {
            customers::change(tx, id, |customer| {
                customer.name = "Trần Bình".to_owned();
                customer.points.clear();
                Ok(())
            })
        })
        .unwrap();
    for (keyword, found) in [("nguyen", 0), ("0905000001", 0), ("trần", 1)] {
        assert_eq!(by_keyword(&house, keyword).len(), found, "{keyword}");
    }
    house.write(move |tx| customers::delete(tx, id)).unwrap();
    assert!(by_keyword(&house, "trần").is_empty());
    assert!(names(&house, everything()).is_empty());
    let range = Filter { created: (Some(STILL), None), ..everything() };
    assert!(names(&house, range).is_empty());
}

#[test]
fn every_filter_alone_and_together() {
    let house = House::new();
    let an = testbed::user(&house.hub, house.org, "an@example.com", Role::Member);
    let owner = UserRef { id: an.id, number: an.number, name: an.name.clone(), email: an.email.clone() };
    let label = |kind, text: &'static str| house.write(move |tx| catalog::find_or_create(tx, kind, text)).unwrap();
    let vip = label(CatalogKind::Tag, "VIP");
    let old = label(CatalogKind::Tag, "Cũ");
    let groups = label(CatalogKind::Group, "Sỉ");
    let industry = label(CatalogKind::Industry, "Xây dựng");
    let source = label(CatalogKind::Source, "Web");
    let status = label(CatalogKind::Status, "Nóng");
    let carrying = |name: &str, labels: &[&domain::Label]| {
        let mut customer = person(name, &[]);
        labels.iter().for_each(|label| customer.add_label((*label).clone()));
        customer
    };
    let mut ids = Vec::new();
    for (minute, customer) in [
        carrying("a", &[&vip, &groups, &source]),
        Customer { owners: vec![owner.clone()], ..carrying("b", &[&old, &industry]) },
        Customer { stage: Stage::Lead, ..carrying("c", &[&vip, &old, &status]) },
        Customer { owners: vec![owner], stage: Stage::Lead, ..carrying("d", &[]) },
    ]
    .into_iter()
    .enumerate()
    {
        house.clock.set(STILL.plus_seconds(60 * minute as i64));
        ids.push(house.add(customer).unwrap().id);
    }
    let at = |minute: i64| Some(STILL.plus_seconds(60 * minute));
    let labels = |groups: &[&[&domain::Label]]| -> Vec<Vec<Id>> {
        groups.iter().map(|group| group.iter().map(|label| label.item).collect()).collect()
    };
    for (filter, wanted) in [
        (Filter { labels: labels(&[&[&vip]]), ..everything() }, "ca"),
        (Filter { labels: labels(&[&[&vip, &old]]), ..everything() }, "cba"),
        (Filter { labels: labels(&[&[&vip], &[&old]]), ..everything() }, "c"),
        (Filter { labels: labels(&[&[&groups]]), ..everything() }, "a"),
        (Filter { labels: labels(&[&[&industry]]), ..everything() }, "b"),
        (Filter { labels: labels(&[&[&source]]), ..everything() }, "a"),
        (Filter { labels: labels(&[&[&status]]), ..everything() }, "c"),
        (Filter { labels: labels(&[&[]]), ..everything() }, ""),
        (Filter { owners: vec![an.id], ..everything() }, "db"),
        (Filter { owners: vec![an.id, Id(424_242)], ..everything() }, "db"),
        (Filter { stage: Some(Stage::Lead), ..everything() }, "dc"),
        (Filter { stage: Some(Stage::Customer), owners: vec![an.id], ..everything() }, "b"),
        (Filter { created: (at(1), at(3)), ..everything() }, "cb"),
        (Filter { created: (at(2), None), ..everything() }, "dc"),
        (Filter { created: (None, at(1)), ..everything() }, "a"),
        (Filter { updated: (at(3), None), stage: Some(Stage::Lead), ..everything() }, "d"),
        (Filter { only: Some(vec![ids[0], ids[2], Id(424_242)]), ..everything() }, "ca"),
        (Filter { only: Some(Vec::new()), ..everything() }, ""),
        (Filter { without: vec![ids[3], ids[0]], ..everything() }, "cb"),
        (
            Filter {
                only: Some(vec![ids[0], ids[2]]),
                without: vec![ids[2]],
                keyword: Some("a".into()),
                ..everything()
            },
            "a",
        ),
    ] {
        assert_eq!(names(&house, filter.clone()).concat(), wanted, "{filter:?}");
    }
}

#[test]
fn pages_are_stable_and_hold_each_record_once() {
    let house = House::new();
    let made: Vec<Id> = (0..57).map(|step| house.add(person(&format!("Khách {step}"), &[])).unwrap().id).collect();
    let page = |offset: i64| {
        let filter = Filter { keyword: Some("khach".into()), ..everything() };
        let (found, total) = house.read(move |tx| customers::search(tx, &filter, offset, 10)).unwrap();
        assert_eq!(total, 57);
        found.into_iter().map(|customer| customer.id).collect::<Vec<_>>()
    };
    let mut seen: Vec<Id> = (0..6).flat_map(|number| page(number * 10)).collect();
    assert!(page(60).is_empty());
    seen.reverse();
    assert_eq!(seen, made, "newest first, each once");
    let before = page(20);
    let renamed = before[3];
    house
        .write(move |tx| {
            customers::change(tx, renamed, |customer| {
                customer.job_title = "Giám đốc".into();
                Ok(())
            })
        })
        .unwrap();
    assert_eq!(page(20), before, "a change moves nobody to another page");
}

/// More than are gathered in one pass.
#[test]
fn many_are_counted_exactly_and_listed_newest_first() {
    const MANY: i64 = 10_030;
    let house = House::new();
    house
        .write(|tx| {
            (1..=MANY).try_for_each(|number| {
                let customer = Customer { id: Id(number), number, ..person("Mộc Lan", &[]) };
                store::search::index(tx, None, &customer)
            })
        })
        .unwrap();
    let page = |keyword: &'static str, offset: i64| {
        let filter = Filter { keyword: Some(keyword.to_owned()), ..everything() };
        let found = house.read(move |tx| store::search::find(tx, &filter, offset, 20)).unwrap();
        (found.ids.iter().map(|id| id.0).collect::<Vec<_>>(), found.total)
    };
    let newest = |from: i64, count: i64| (from - count + 1..=from).rev().collect::<Vec<_>>();
    for (offset, wanted) in [
        (0, newest(MANY, 20)),
        (10_000, newest(30, 20)),
        (MANY - 5, newest(5, 5)),
        (MANY, Vec::new()),
        (i64::MAX, Vec::new()),
    ] {
        assert_eq!(page("moc l", offset), (wanted, MANY), "{offset}");
    }
    assert_eq!(page("10029", 0), (vec![10_029], 1));
    assert_eq!(page("lan", 9_999).0, newest(31, 20));
}

#[test]
fn two_orgs_with_the_same_data_never_see_each_other() {
    let house = House::new();
    let other = testbed::org(&house.hub, "to-chuc-khac");
    let add = |org, step: usize| {
        let mut customer = person(&format!("Khách {step}"), &["0905000001", "khach@example.com"]);
        customer.codes = [(System::Vbot, format!("KH{step}"))].into();
        customer.national_id.number = format!("{step:012}");
        let actor = testbed::actor(org, Dialect::Vbot, None);
        house.hub.write(actor, move |tx| create_apart(tx, &customer)).wait().unwrap()
    };
    let ours: Vec<_> = (0..5).map(|step| add(house.org, step)).collect();
    let theirs: Vec<_> = (0..5).map(|step| add(other, step)).collect();
    assert_eq!(ours.iter().map(|c| c.number).collect::<Vec<_>>(), theirs.iter().map(|c| c.number).collect::<Vec<_>>());
    for (org, mine, foreign) in [(house.org, &ours, &theirs), (other, &theirs, &ours)] {
        let ids: Vec<Id> = mine.iter().rev().map(|customer| customer.id).collect();
        let range = Filter { created: (Some(STILL), None), ..everything() };
        for filter in [everything(), range, Filter { without: vec![Id(424_242)], ..everything() }].into_iter().chain(
            ["khach", "0905000001", "0001", "khach@"]
                .map(|keyword| Filter { keyword: Some(keyword.into()), ..everything() }),
        ) {
            let found = house.hub.read(org, move |tx| customers::search(tx, &filter, 0, 100)).wait().unwrap();
            assert_eq!((found.0.iter().map(|customer| customer.id).collect::<Vec<_>>(), found.1), (ids.clone(), 5));
        }
        let foreign_id = foreign[0].id;
        let filter = Filter { only: Some(vec![foreign_id]), ..everything() };
        assert_eq!(house.hub.read(org, move |tx| customers::search(tx, &filter, 0, 10)).wait().unwrap().1, 0);
        assert_eq!(house.hub.read(org, move |tx| store::customers::find(tx, foreign_id)).wait().unwrap(), None);
        assert_eq!(house.hub.read(org, move |tx| customers::find_ref(tx, foreign_id)).wait().unwrap(), None);
        let actor = testbed::actor(org, Dialect::Vbot, None);
        assert!(house.hub.write(actor.clone(), move |tx| customers::delete(tx, foreign_id)).wait().is_err());
        let changed = house.hub.write(actor.clone(), move |tx| {
            customers::change(tx, foreign_id, |customer| {
                customer.name = "Của tôi".into();
                Ok(())
            })
        });
        assert!(changed.wait().is_err());
        let history = house.hub.read(org, move |tx| store::changes::of_customer(tx, foreign_id, 10)).wait().unwrap();
        assert!(history.is_empty());
        let held = house.hub.read(org, |tx| customers::find_by_code(tx, System::Vbot, "KH0")).wait().unwrap();
        assert_eq!(held, Some(mine[0].id));
    }
    assert_eq!(house.find(ours[0].id), Some(ours[0].clone()));
}
