//! What is written is read back equal: any customer within the limits, made, changed to any other, on either engine.

use std::cell::Cell;
use std::collections::BTreeMap;

use domain::catalog::{CatalogKind, Label};
use domain::customer::{Address, ContactPerson, CustomerRef, Gender, Kind, NationalId, Stage, Standing, UserRef};
use domain::field::{FieldEntity, FieldType, FieldValue, ValueItem};
use domain::identity::Country;
use domain::{ContactKind, ContactPoint, Customer, Id, Permit, Role, System, Team};
use hub::{catalog, customers, users};
use jiff::civil::Date;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};

use crate::support::{House, person};

/// What customers of the org can refer to.
#[derive(Debug, Clone)]
struct Known {
    labels: Vec<Label>,
    users: Vec<UserRef>,
    teams: Vec<Team>,
    fields: Vec<domain::field::Field>,
    funnels: Vec<Id>,
    company: CustomerRef,
}

fn furnish(house: &House) -> Known {
    let users: Vec<UserRef> = ["an@example.com", "binh@example.com", "chi@example.com"]
        .into_iter()
        .map(|email| testbed::user(&house.hub, house.org, email, Role::Member))
        .map(|user| UserRef { id: user.id, number: user.number, name: user.name, email: user.email })
        .collect();
    let company = house.add(Customer { kind: Kind::Organization, ..person("Công ty Đầu Mối", &[]) }).unwrap();
    let company = CustomerRef { id: company.id, number: company.number, name: company.name };
    house
        .write(move |tx| {
            let mut labels = Vec::new();
            for kind in CatalogKind::ALL.into_iter().take(7) {
                for name in ["Một", "Hai", "Ba"] {
                    labels.push(catalog::find_or_create(tx, kind, name)?);
                }
            }
            let mut fields = Vec::new();
            for (code, kind) in
                [("cf1", FieldType::Text), ("cf2", FieldType::Checkbox), ("cf3", FieldType::Other("MAP".into()))]
            {
                let new = domain::field::Field {
                    id: Id::default(),
                    number: 0,
                    entity: FieldEntity::Customer,
                    code: code.to_owned(),
                    label: format!("Trường {code}"),
                    kind,
                    options: Vec::new(),
                    description: String::new(),
                };
                fields.push(hub::fields::create(tx, &new)?);
            }
            let stage = domain::funnel::Stage { name: "Mới".into(), steps: vec!["Gọi".into(), "Gặp".into()] };
            let mut funnels = Vec::new();
            for name in ["Bán", "Giữ"] {
                funnels.push(store::funnels::insert(tx, name, &[stage.clone(), stage.clone()])?.id);
            }
            Ok(Known {
                labels,
                users: users.clone(),
                teams: vec![users::team(tx, "Kinh doanh")?, users::team(tx, "Chăm sóc")?],
                fields,
                funnels,
                company: company.clone(),
            })
        })
        .unwrap()
}

/// Any text of up to forty letters of any script, which holds no NUL: that one is refused at the door.
fn text() -> impl Strategy<Value = String> {
    let any_text =
        vec(any::<char>(), 0..40).prop_map(|letters| letters.into_iter().filter(|letter| *letter != '\0').collect());
    prop_oneof![2 => any_text, 2 => "[ \\t]?[A-ZĐa-zđàảãạăâêôơư '\"\\\\,;|{}\\[\\]$%_?:]{0,30}\n?", 1 => Just(String::new())]
}

fn date() -> impl Strategy<Value = Date> {
    (1..=9999_i16, 1..=12_i8, 1..=28_i8).prop_map(|(year, month, day)| jiff::civil::date(year, month, day))
}

fn points() -> impl Strategy<Value = Vec<ContactPoint>> {
    let phone = prop_oneof!["0[35789][0-9]{8}", "\\+84 9[0-9]{2} [0-9]{3} [0-9]{3}", text()];
    let point = prop_oneof![
        (Just(ContactKind::Phone), phone, text()),
        (Just(ContactKind::Email), prop_oneof!["[a-z]{1,8}@[a-z]{1,8}\\.vn", text()], text()),
        (Just(ContactKind::Im), text(), text()),
        (Just(ContactKind::Website), text(), text()),
    ];
    vec(point.prop_map(|(kind, raw, label)| ContactPoint::new(kind, &raw, &label, Country::VIET_NAM)), 0..8)
        .prop_map(|points| points.into_iter().flatten().collect())
}

fn address() -> impl Strategy<Value = Address> {
    let part = text;
    (part(), part(), part(), part(), part(), part(), part(), part()).prop_map(
        |(label, street, area, city, state, zip, country_code, country)| Address {
            label,
            street,
            area,
            city,
            state,
            zip,
            country_code,
            country,
        },
    )
}

fn contact_person() -> impl Strategy<Value = ContactPerson> {
    (text(), text(), text(), text(), proptest::option::of(date()), text()).prop_map(
        |(salutation, name, position, phone, birth_date, email)| ContactPerson {
            salutation,
            name,
            position,
            phone,
            birth_date,
            email,
        },
    )
}

fn permit(known: &Known) -> impl Strategy<Value = Permit> + use<> {
    let users: Vec<Id> = known.users.iter().map(|user| user.id).collect();
    let teams: Vec<Id> = known.teams.iter().map(|team| team.id).collect();
    prop_oneof![
        Just(Permit::Everybody),
        select(users.clone()).prop_map(|me| Permit::OnlyMe { me }),
        (select(users.clone()), proptest::option::of(select(teams)))
            .prop_map(|(me, team)| Permit::MeAndTeam { me, team }),
        (select(users.clone()), subsequence(users.clone(), 0..=users.len()))
            .prop_map(|(me, users)| Permit::MeAndUsers { me, users }),
    ]
}

fn values(known: &Known) -> impl Strategy<Value = Vec<FieldValue>> + use<> {
    let item =
        || (text(), text(), text()).prop_map(|(text, type_code, type_label)| ValueItem { text, type_code, type_label });
    subsequence(known.fields.clone(), 0..=known.fields.len()).prop_flat_map(move |fields| {
        let count = fields.len();
        vec(vec(item(), 1..4), count).prop_map(move |items| {
            fields.iter().zip(items).map(|(field, items)| FieldValue::of(field, items)).collect()
        })
    })
}

fn standings(known: &Known) -> impl Strategy<Value = Vec<Standing>> + use<> {
    let standing = |funnel| {
        (1..3_i64, proptest::option::of(1..3_i64)).prop_map(move |(first, second)| Standing { funnel, first, second })
    };
    subsequence(known.funnels.clone(), 0..=known.funnels.len())
        .prop_flat_map(move |funnels| funnels.into_iter().map(standing).collect::<Vec<_>>())
}

fn labels(known: &Known) -> impl Strategy<Value = Vec<Label>> + use<> {
    let count = known.labels.len();
    subsequence(known.labels.clone(), 0..=count).prop_shuffle().prop_map(|labels| {
        let mut customer = Customer::default();
        labels.into_iter().for_each(|label| customer.add_label(label));
        customer.labels
    })
}

type Facts = (Vec<String>, (bool, bool, bool), Option<Gender>, Vec<Option<Date>>);

fn facts() -> impl Strategy<Value = Facts> {
    let gender = proptest::option::of(select(vec![Gender::Male, Gender::Female, Gender::Other]));
    (vec(text(), 12), any::<(bool, bool, bool)>(), gender, vec(proptest::option::of(date()), 3))
}

fn customer(known: &Known) -> impl Strategy<Value = Customer> + use<> {
    let company = known.company.clone();
    let users = known.users.clone();
    let owners = subsequence(users.clone(), 0..=users.len()).prop_shuffle();
    let lists = (points(), vec(address(), 0..3), vec(contact_person(), 0..3));
    let codes = btree_map(select(System::ALL.to_vec()), text(), 0..5);
    let extra = btree_map("[a-z_]{1,12}", text(), 0..4);
    let carried = (labels(known), owners, values(known), standings(known), permit(known), any::<bool>());
    (facts(), lists, codes, extra, carried).prop_map(move |(facts, lists, codes, extra, carried)| {
        let (texts, (organization, lead, do_not_contact), gender, dates) = facts;
        let (points, addresses, persons) = lists;
        let (labels, owners, values, standings, permit, has_company) = carried;
        let [
            name,
            given_name,
            family_name,
            salutation,
            number,
            place,
            tax_code,
            job_title,
            note,
            avatar_url,
            partner,
            branch,
        ] = texts.try_into().unwrap();
        let mut made = Customer {
            kind: if organization { Kind::Organization } else { Kind::Person },
            stage: if lead { Stage::Lead } else { Stage::Customer },
            name,
            given_name,
            family_name,
            salutation,
            gender,
            birth_date: dates[0],
            national_id: NationalId { number, date: dates[1], place },
            tax_code,
            founding_date: dates[2],
            job_title,
            note,
            avatar_url,
            partner,
            branch,
            do_not_contact,
            addresses,
            persons,
            codes,
            labels,
            owners,
            company: has_company.then(|| company.clone()),
            values,
            standings,
            permit,
            extra,
            ..Customer::default()
        };
        made.add_points(points);
        made
    })
}

/// Codes are unique in an org: those of each record get a beginning of their own.
fn with_own_codes(mut customer: Customer, count: u64) -> Customer {
    let codes: BTreeMap<System, String> = std::mem::take(&mut customer.codes);
    customer.codes = codes.into_iter().map(|(system, code)| (system, format!("{count}-{code}"))).collect();
    customer
}

#[test]
fn any_customer_is_read_back_as_it_was_written() {
    let house = House::new();
    let known = furnish(&house);
    let mut runner = TestRunner::new(Config { cases: 96, failure_persistence: None, ..Config::default() });
    let count = Cell::new(0);
    let end = runner.run(&(customer(&known), customer(&known)), |(first, second)| {
        count.set(count.get() + 2);
        let (first, second) = (with_own_codes(first, count.get()), with_own_codes(second, count.get() + 1));
        let made = house.add(first.clone()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let wanted = Customer {
            id: made.id,
            number: made.number,
            version: 1,
            created_at: made.created_at,
            created_by: made.created_by.clone(),
            updated_at: made.created_at,
            updated_by: made.created_by.clone(),
            ..first
        };
        prop_assert_eq!(house.find(made.id), Some(wanted.clone()));

        let after = Customer {
            id: made.id,
            number: made.number,
            version: 1,
            created_at: wanted.created_at,
            created_by: wanted.created_by.clone(),
            updated_at: wanted.updated_at,
            updated_by: wanted.updated_by.clone(),
            ..second
        };
        let (id, edit) = (made.id, after.clone());
        let changed = house
            .write(move |tx| {
                customers::change(tx, id, |customer| {
                    *customer = edit.clone();
                    Ok(())
                })
            })
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        let version = if wanted == after { 1 } else { 2 };
        prop_assert_eq!(house.find(id), Some(Customer { version, ..after }));
        prop_assert_eq!(changed.after.version, version);
        let held = house.place.number(&format!("SELECT count(*) FROM identities WHERE customer_id = {id}"));
        prop_assert!(held as usize <= changed.after.keys().len());
        Ok(())
    });
    end.unwrap_or_else(|error| panic!("{error}"));
}
