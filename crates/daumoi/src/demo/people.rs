//! The customers of the example: drafts made from lists, and how a draft comes in.

use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{Address, ContactPerson, Gender, Kind, NationalId, Stage};
use domain::identity::Country;
use domain::matching::Match;
use domain::{CatalogKind, Customer, Dialect, Error, Id, Instant, Permit, Result, System};
use fastrand::Rng;
use hub::customers::{self, Incoming, Trust};
use hub::{Tx, catalog, fields};
use jiff::civil::date;

use super::cast::Cast;
use super::names::{self, Name, pick};
use super::words;

/// A customer before they are known.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What is known of them, without what must be looked up.
    pub customer: Customer,
    /// When they came.
    pub at: Instant,
    /// Through which door.
    pub door: Dialect,
    /// Who takes care of them, by place in the staff list.
    pub owner: usize,
    labels: Vec<(CatalogKind, &'static str)>,
    values: Vec<(&'static str, String)>,
    company: Option<String>,
    is_private: bool,
}

/// A company, the `count`th of all that come.
pub fn company(rng: &mut Rng, count: usize, at: Instant) -> Draft {
    let (name, industry) = names::company(count);
    let manager = Name::draw(rng);
    let mut customer = Customer { kind: Kind::Organization, name, ..Customer::default() };
    // No province has the number 99, so that this is nobody's.
    customer.tax_code = format!("9900{count:06}");
    let (year, month, day) = (rng.i16(1998..=2023), rng.i8(1..=12), rng.i8(1..=28));
    customer.founding_date = Some(date(year, month, day));
    add(&mut customer, ContactKind::Phone, &names::landline(count), "Work");
    add(&mut customer, ContactKind::Email, &format!("lienhe{count}@example.com"), "Work");
    add(&mut customer, ContactKind::Website, &format!("https://congty{count}.example.com"), "");
    customer.addresses.push(place(rng, "Work"));
    customer.persons.push(ContactPerson {
        salutation: salutation(manager.gender).into(),
        name: manager.full(),
        position: pick(rng, words::JOB_TITLES).into(),
        phone: names::mobile(rng, 5_000 + count),
        birth_date: None,
        email: names::email(rng, &manager.full(), 5_000 + count),
    });
    let mut draft = draft(rng, customer, at);
    draft.labels.extend([
        (CatalogKind::Type, "Khách doanh nghiệp"),
        (CatalogKind::Group, "Khách hàng doanh nghiệp"),
        (CatalogKind::Industry, industry),
        (CatalogKind::Scale, pick(rng, words::SCALES)),
    ]);
    draft.values.push(("so_cho_ngoi", rng.u16(8..=320).to_string()));
    draft.values.push(("ngay_het_han_thue", format!("{}-{:02}-01", rng.u16(2027..=2030), rng.u8(1..=12))));
    draft
}

/// A person, the `count`th of all that come; some belong to one of the companies.
pub fn person(rng: &mut Rng, count: usize, at: Instant, companies: &[String]) -> Draft {
    let name = Name::draw(rng);
    let mut customer = Customer { gender: Some(name.gender), ..Customer::default() };
    customer.name_from_parts(&name.full(), "");
    customer.salutation = salutation(name.gender).into();
    if rng.u8(..10) < 7 {
        customer.birth_date = Some(date(rng.i16(1962..=2003), rng.i8(1..=12), rng.i8(1..=28)));
    }
    add(&mut customer, ContactKind::Phone, &names::mobile(rng, count), pick(rng, &["Mobile", "Mobile", "Work", ""]));
    if rng.u8(..10) < 7 {
        add(&mut customer, ContactKind::Email, &names::email(rng, &name.full(), count), "Work");
    }
    if rng.u8(..10) < 2 {
        add(
            &mut customer,
            ContactKind::Im,
            &format!("khach.{count}"),
            pick(rng, &["Facebook", "Zalo", "Skype", "Viber"]),
        );
    }
    if rng.u8(..10) < 6 {
        customer.addresses.push(place(rng, "Home"));
    }
    if rng.u8(..10) < 3 {
        // No province has the number 000.
        customer.national_id = NationalId {
            number: format!("0001{count:08}"),
            date: Some(date(rng.i16(2021..=2025), rng.i8(1..=12), rng.i8(1..=28))),
            place: "Cục Cảnh sát quản lý hành chính về trật tự xã hội".into(),
        };
    }
    let company = (rng.u8(..10) < 4 && !companies.is_empty()).then(|| companies[rng.usize(..companies.len())].clone());
    if company.is_some() {
        customer.job_title = pick(rng, words::JOB_TITLES).into();
    }
    let mut draft = draft(rng, customer, at);
    draft.company = company;
    draft.is_private = rng.u8(..12) == 0;
    draft.labels.push((CatalogKind::Type, pick(rng, words::TYPES)));
    draft.labels.push((CatalogKind::Group, pick(rng, words::GROUPS)));
    if rng.u8(..10) < 4 {
        draft.values.push(("phong_cach", pick(rng, words::STYLES).into()));
    }
    draft
}

/// Somebody else who gives the phone of `other`, as a family or a reception does.
pub fn twin(rng: &mut Rng, other: &Draft, at: Instant) -> Draft {
    let name = Name::draw(rng);
    let mut customer = Customer { gender: Some(name.gender), name: name.full(), ..Customer::default() };
    customer.points = other.customer.points_of(ContactKind::Phone).cloned().collect();
    draft(rng, customer, at)
}

/// What every draft has: a door with its code, a stage, labels and an owner.
fn draft(rng: &mut Rng, mut customer: Customer, at: Instant) -> Draft {
    let door = pick(rng, &words::DOORS);
    let count = rng.u32(100_000..1_000_000);
    let code = match door {
        Dialect::OneOffice => Some((System::OneOffice, format!("KH-{count}"))),
        Dialect::Omicrm => Some((System::OmicrmRefId, format!("OMI{count}"))),
        Dialect::Vbot => Some((System::Vbot, format!("VB{count}"))),
        _ => None,
    };
    customer.codes.extend(code);
    let is_lead = customer.kind == Kind::Person
        && match door {
            Dialect::Caresoft => true,
            Dialect::Beeiq => rng.bool(),
            _ => false,
        };
    customer.stage = if is_lead { Stage::Lead } else { Stage::Customer };
    let mut labels =
        vec![(CatalogKind::Source, pick(rng, words::SOURCES)), (CatalogKind::Status, pick(rng, words::STATUSES))];
    if rng.bool() {
        labels.push((CatalogKind::Tag, pick(rng, words::TAGS)));
    }
    let owner = rng.usize(..words::STAFF.len());
    Draft { customer, at, door, owner, labels, values: Vec::new(), company: None, is_private: false }
}

fn add(customer: &mut Customer, kind: ContactKind, raw: &str, label: &str) {
    customer.add_points(ContactPoint::new(kind, raw, label, Country::VIET_NAM));
}

fn place(rng: &mut Rng, label: &str) -> Address {
    let (street, area, city) = names::address(rng);
    Address {
        label: label.into(),
        street,
        area: area.into(),
        city: city.into(),
        country_code: "VN".into(),
        ..Address::default()
    }
}

fn salutation(gender: Gender) -> &'static str {
    words::SALUTATIONS[usize::from(gender == Gender::Female)]
}

impl Draft {
    /// Comes in: matched against those who are there, and made when nobody is the same.
    pub fn arrive(&self, tx: &mut Tx<'_>, cast: &Cast) -> Result<Id> {
        let mut new = self.customer.clone();
        for (kind, label) in &self.labels {
            new.add_label(catalog::find_or_create(tx, *kind, label)?);
        }
        for (code, text) in &self.values {
            if let Some(field) = cast.field(code) {
                new.replace_value(fields::value(field, text));
            }
        }
        let owner = cast.user(self.owner);
        new.owners.push(owner.clone());
        if self.is_private {
            new.permit = Permit::MeAndTeam { me: owner.id, team: cast.teams.first().map(|team| team.id) };
        }
        if let Some(company) = &self.company
            && let Some(id) = customers::find_organizations(tx, company)?.first()
        {
            new.company = customers::find_ref(tx, *id)?;
        }
        let own = new.codes.first_key_value().map(|(system, code)| (*system, code.clone()));
        let own = own.as_ref().map(|(system, code)| (*system, code.as_str()));
        let incoming = Incoming { name: &self.customer.name, own, trust: Trust::NamesMustAgree };
        match customers::find_match(tx, &new, &new.keys(), incoming)? {
            Match::New { doubtful } => Ok(customers::create(tx, new, &doubtful)?.id),
            Match::Found { .. } => Err(Error::broken("two people of the example are one")),
        }
    }
}
