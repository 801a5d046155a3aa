//! Contact persons of a customer, most often of a company: added, corrected and taken away on its page.

use axum::extract::Path;
use domain::customer::ContactPerson;
use domain::identity::Country;
use domain::{ContactKind, Customer, Error, Result};
use hub::customers;

use super::find;
use crate::page::{Answer, Toast, go};
use crate::pages::sent::{Sent, back};
use crate::pages::typed;
use crate::{Visitor, show as shown};

/// Contact persons of one customer that people may add at most.
const MOST: usize = 100;
/// Letters of each fact of a person at most.
const LONGEST: usize = 250;

/// How a form says which persons its writer saw, so that nobody else's change is written over.
pub fn seen(person: &ContactPerson) -> String {
    let ContactPerson { salutation, name, position, phone, birth_date, email } = person;
    let day = birth_date.map(|day| day.to_string()).unwrap_or_default();
    serde_json::to_string(&[salutation, name, position, phone, &day, email]).unwrap_or_default()
}

/// The day of birth as `<input type="date">` has it.
pub fn day(person: &ContactPerson) -> String {
    person.birth_date.map(|day| day.to_string()).unwrap_or_default()
}

/// Where to go on when the page that asked does not say what it is.
fn usual(number: i64) -> String {
    format!("/customers/{number}")
}

fn read(sent: &Sent) -> Result<ContactPerson> {
    let text = |name: &str| sent.text(name).trim().to_owned();
    let name = text("name");
    if shown::visible(&name).is_empty() {
        return Err(Error::invalid("name", "Tên không được để trống"));
    }
    let birth_date = match sent.some("birth_date") {
        Some(day) => Some(day.parse().map_err(|_| Error::invalid("birth_date", "Ngày không hợp lệ"))?),
        None => None,
    };
    let [salutation, position, phone, email] = ["salutation", "position", "phone", "email"].map(text);
    for (field, value) in
        [("name", &name), ("salutation", &salutation), ("position", &position), ("phone", &phone), ("email", &email)]
    {
        if value.chars().count() > LONGEST {
            return Err(Error::invalid(field, format!("Trường {field} dài quá {LONGEST} ký tự")));
        }
    }
    Ok(ContactPerson { salutation, name, position, phone, birth_date, email })
}

/// Holds what was typed to what somebody can be reached by; what `known` has already, be it what it may, stays.
fn must_be_reachable(new: &ContactPerson, known: Option<&ContactPerson>, country: Country) -> Result<()> {
    if known.is_none_or(|known| known.phone != new.phone) {
        typed::point(ContactKind::Phone, &new.phone, "", country, "phone")?;
    }
    if known.is_none_or(|known| known.email != new.email) {
        typed::point(ContactKind::Email, &new.email, "", country, "email")?;
    }
    Ok(())
}

/// The place of the person that a form is about, if they are still as its writer saw them.
fn place(customer: &Customer, place: usize, was: &str) -> Result<usize> {
    match customer.persons.get(place) {
        Some(person) if seen(person) == was => Ok(place),
        Some(_) => {
            Err(Error::conflict("Danh sách người liên hệ vừa được người khác thay đổi, hãy xem lại rồi làm tiếp"))
        }
        None => Err(Error::not_found("Không có người liên hệ này")),
    }
}

/// Changes the persons of a customer that the visitor sees.
async fn change(
    visitor: &Visitor,
    number: i64,
    edit: impl Fn(&mut Customer) -> Result<()> + Send + 'static,
) -> Result<()> {
    let viewer = visitor.viewer.clone();
    visitor
        .write(move |tx| {
            let known = find(tx, &viewer, number)?;
            let mut wanted = known.clone();
            edit(&mut wanted)?;
            customers::change(tx, known.id, |customer| {
                if customer.version != known.version {
                    return Err(Error::busy("the record was changed by somebody else meanwhile"));
                }
                customer.persons.clone_from(&wanted.persons);
                Ok(())
            })
            .map(drop)
        })
        .await
}

/// `POST /customers/{number}/persons`
pub async fn add(visitor: Visitor, Path(number): Path<i64>, sent: Sent) -> Answer {
    let new = read(&sent)?;
    must_be_reachable(&new, None, visitor.org.settings.country())?;
    let said = visitor.t.customer.person_added(shown::visible(&new.name));
    change(&visitor, number, move |customer| {
        if customer.persons.len() >= MOST {
            return Err(Error::conflict(format!("Một công ty có nhiều nhất {MOST} người liên hệ")));
        }
        customer.persons.push(new.clone());
        Ok(())
    })
    .await?;
    go(&visitor, &back(&visitor, &usual(number)), Some(&Toast::good(said)))
}

/// `POST /customers/{number}/persons/{place}`
pub async fn correct(visitor: Visitor, Path((number, at)): Path<(i64, usize)>, sent: Sent) -> Answer {
    let (new, was, country) = (read(&sent)?, sent.text("was").to_owned(), visitor.org.settings.country());
    change(&visitor, number, move |customer| {
        let at = place(customer, at, &was)?;
        must_be_reachable(&new, Some(&customer.persons[at]), country)?;
        customer.persons[at] = new.clone();
        Ok(())
    })
    .await?;
    go(&visitor, &back(&visitor, &usual(number)), Some(&Toast::good(visitor.t.customer.saved)))
}

/// `POST /customers/{number}/persons/{place}/delete`
pub async fn remove(visitor: Visitor, Path((number, at)): Path<(i64, usize)>, sent: Sent) -> Answer {
    let was = sent.text("was").to_owned();
    change(&visitor, number, move |customer| {
        let at = place(customer, at, &was)?;
        customer.persons.remove(at);
        Ok(())
    })
    .await?;
    go(&visitor, &back(&visitor, &usual(number)), Some(&Toast::good(visitor.t.customer.person_removed)))
}
