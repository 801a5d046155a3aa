//! How a dialect sees one customer: the very JSON that it answers, and what it cannot show.

use domain::change;
use domain::customer::{Kind, Stage};
use domain::merge::{self, Fact};
use domain::{ContactKind, Customer, Permit, Result};
use hub::Tx;

/// One dialect's view of customers.
pub trait Lens: Send + Sync {
    /// The dialect's word, such as `omicrm`.
    fn name(&self) -> &'static str;

    /// The dialect as people call it, such as `OMICRM`.
    fn title(&self) -> &'static str;

    /// A living customer as this dialect shows them to a caller who may see them.
    fn shown(&self, tx: &mut Tx<'_>, customer: &Customer) -> Result<Seen>;
}

/// A customer through a dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The call that gives this answer, such as `GET /api/v2/contact/get/{id}`.
    pub call: String,
    /// The JSON text as the dialect answers it.
    pub json: String,
    /// Facts that this customer has and this dialect cannot show: the fields' names in history, such as `tax_code`.
    pub hidden: Vec<String>,
}

/// A customer as `show` writes them, and which of their facts that leaves out. A fact counts as left out when the text is the
/// same without it, so that what is told here cannot fall behind what the dialect does.
pub fn seen(customer: &Customer, call: &str, show: impl Fn(&Customer) -> String) -> Seen {
    let json = show(customer);
    let fields = change::of_customer(&Customer::default(), customer);
    let mut hidden: Vec<String> = fields.into_iter().map(|change| change.field).collect();
    hidden.dedup();
    hidden.retain(|field| {
        let without = without(customer, field);
        without != *customer && show(&without) == json
    });
    Seen { call: call.to_owned(), json, hidden }
}

/// A customer without one of their facts, by its name in history; of what everybody has, such as a stage, with the other one.
fn without(customer: &Customer, field: &str) -> Customer {
    let mut copy = customer.clone();
    match field {
        "given_name" => copy.given_name.clear(),
        "family_name" => copy.family_name.clear(),
        "name" => copy.name.clear(),
        "kind" if copy.kind == Kind::Person => copy.kind = Kind::Organization,
        "kind" => copy.kind = Kind::Person,
        "stage" if copy.stage == Stage::Lead => copy.stage = Stage::Customer,
        "stage" => copy.stage = Stage::Lead,
        "national_id" => copy.national_id.number.clear(),
        "national_id_date" => copy.national_id.date = None,
        "national_id_place" => copy.national_id.place.clear(),
        "permit" => copy.permit = Permit::Everybody,
        "phones" => copy.replace_points(ContactKind::Phone, Vec::new()),
        "emails" => copy.replace_points(ContactKind::Email, Vec::new()),
        "ims" => copy.replace_points(ContactKind::Im, Vec::new()),
        "websites" => copy.replace_points(ContactKind::Website, Vec::new()),
        "owners" => copy.owners.clear(),
        field => {
            copy.labels.retain(|label| change::customer_label_field(label.kind) != field);
            copy.values.retain(|value| format!("fields.{}", value.code) != field);
            copy.standings.retain(|standing| change::funnel_field(standing.funnel) != field);
            copy.codes.retain(|system, _| format!("codes.{}", system.word()) != field);
            copy.extra.retain(|key, _| key != field);
            if let Some(fact) = Fact::of(field) {
                merge::write(&mut copy, &fact, &[]);
            }
        }
    }
    copy
}

#[cfg(test)]
mod tests {
    use domain::Id;
    use domain::customer::Standing;

    use super::*;

    #[test]
    fn what_is_not_shown_is_told() {
        let mut customer =
            Customer { name: "An".into(), note: "quen".into(), tax_code: "01".into(), ..Customer::default() };
        customer.extra.insert("hobby".into(), "cờ".into());
        customer.codes.insert(domain::System::Vbot, "KH-1".into());
        let standing = |funnel| Standing { funnel: Id(funnel), first: 1, second: None };
        customer.standings = vec![standing(7), standing(8)];
        let seen = seen(&customer, "GET /x", |it| {
            let shown = it.standings.iter().any(|standing| standing.funnel == Id(8));
            format!("{} {} {:?} {shown}", it.name, it.note, it.codes)
        });
        assert_eq!(seen.hidden, ["tax_code", "funnels.7", "hobby"]);
    }
}
