//! Reads what several actions share: contact points, addresses, tags, custom fields, permits, owners.

use domain::Result;
use kit::json::Node;
use kit::reader::{Names, Reader, Value};

use super::{Address, ContactType, CusField, Owners, Permit, Typed};

/// Letters of a name or title at most.
pub const NAME: usize = 500;
/// Letters of a code, of a label and of other short words at most.
pub const CODE: usize = 250;
/// Letters of a contact point or of a line of an address at most.
const LINE: usize = 500;
/// Digits of an amount at most.
const LONGEST_AMOUNT: usize = 40;
/// Elements of a list at most; a longer one would keep everybody else waiting.
const MOST: usize = 200;

/// A text of any length, kept as sent; a blank one says nothing.
pub fn long_text(data: &Reader<'_>, name: &'static str) -> Result<Option<String>> {
    Ok(data.text(name)?.filter(|text| !text.trim().is_empty()))
}

/// The elements of a list; a lone one stands for a list of one, and `{}` is how some clients write an empty list.
pub fn many<'d>(data: &'d Reader<'_>, names: impl Names) -> Result<Vec<Value<'d>>> {
    at_most(data, names, MOST)
}

/// The same with a limit of its own.
pub fn at_most<'d>(data: &'d Reader<'_>, names: impl Names, most: usize) -> Result<Vec<Value<'d>>> {
    let Some(value) = data.value(names).filter(|value| !value.node().is_empty()) else { return Ok(Vec::new()) };
    let values = data.list_or_one(names)?;
    if values.len() > most { Err(value.invalid(&too_many(most))) } else { Ok(values) }
}

fn too_many(most: usize) -> String {
    format!("có quá {most} phần tử")
}

/// An amount of money as plain decimal text.
pub fn amount(data: &Reader<'_>, name: &'static str) -> Result<Option<String>> {
    match data.decimal(name)? {
        Some(amount) if amount.len() > LONGEST_AMOUNT => Err(data.invalid(name, "là số quá dài")),
        amount => Ok(amount),
    }
}

/// `type`: 0 contact or lead, 1 account.
pub fn kind(data: &Reader<'_>) -> Result<Option<i64>> {
    match data.integer("type")? {
        Some(kind) if kind != 0 && kind != 1 => Err(data.invalid("type", "chỉ nhận 0 (cá nhân) hoặc 1 (tổ chức)")),
        kind => Ok(kind),
    }
}

/// `contactType`: what a record that is not known becomes.
pub fn contact_type(data: &Reader<'_>) -> Result<Option<ContactType>> {
    match data.trimmed("contactType")?.map(|word| word.to_ascii_lowercase()).as_deref() {
        None => Ok(None),
        Some("lead") => Ok(Some(ContactType::Lead)),
        Some("customer" | "contact" | "account") => Ok(Some(ContactType::Customer)),
        Some(_) => Err(data.invalid("contactType", "chỉ nhận lead hoặc customer")),
    }
}

/// A number, its text, or the word; a list, as the document's structures print it, says nothing.
pub fn gender(data: &Reader<'_>) -> Result<Option<i64>> {
    let word = match data.value("gender").map(|value| value.node()) {
        None | Some(Node::List(_)) => return Ok(None),
        Some(Node::Object(_) | Node::Bool(_)) => Some("{}".to_owned()),
        Some(_) => data.trimmed("gender")?.map(|word| word.to_lowercase()),
    };
    match word.as_deref() {
        None => Ok(None),
        Some("0" | "male" | "nam") => Ok(Some(0)),
        Some("1" | "female" | "nữ") => Ok(Some(1)),
        Some("2" | "other" | "khác") => Ok(Some(2)),
        Some(_) => Err(data.invalid("gender", "chỉ nhận 0 (nam), 1 (nữ) hoặc 2 (khác)")),
    }
}

/// `emails`, or `email` as notes and tickets have it. A number is nobody's address.
pub fn emails(data: &Reader<'_>) -> Result<Vec<Typed>> {
    let values = many(data, ["emails", "email"])?;
    if let Some(value) = values.iter().find(|value| matches!(value.node(), Node::Number(_))) {
        return Err(value.invalid("phải là địa chỉ e-mail"));
    }
    all_typed(&values, "type")
}

/// `phones`, or `phone` as notes and tickets have it.
pub fn phones(data: &Reader<'_>) -> Result<Vec<Typed>> {
    all_typed(&many(data, ["phones", "phone"])?, "type")
}

/// `im`, whose type is the `protocol`.
pub fn messengers(data: &Reader<'_>) -> Result<Vec<Typed>> {
    all_typed(&many(data, "im")?, "protocol")
}

/// `websites`: a text in the table, objects in the sample.
pub fn websites(data: &Reader<'_>) -> Result<Vec<String>> {
    Ok(all_typed(&many(data, "websites")?, "type")?.into_iter().map(|site| site.value).collect())
}

fn all_typed(values: &[Value<'_>], label: &'static str) -> Result<Vec<Typed>> {
    values.iter().filter_map(|value| typed(value, label).transpose()).collect()
}

/// An object with a `value`, or the bare value; `None` when it says nothing.
pub fn typed(value: &Value<'_>, label: &'static str) -> Result<Option<Typed>> {
    match value.node() {
        Node::Object(_) => match value.object()? {
            Some(object) => {
                let label = object.short(label, CODE)?.unwrap_or_default();
                let inner = object.value("value").map_or(Ok(None), |inner| inner.short(LINE))?;
                Ok(inner.map(|value| Typed { label, value }))
            }
            None => Ok(None),
        },
        _ => Ok(value.short(LINE)?.map(|value| Typed { label: String::new(), value })),
    }
}

/// `addresses`: objects, or an address in one line.
pub fn addresses(data: &Reader<'_>) -> Result<Vec<Address>> {
    let mut found = Vec::new();
    for value in many(data, "addresses")? {
        let address = match value.node() {
            Node::Text(_) => Address { street: value.short(LINE)?.unwrap_or_default(), ..Address::default() },
            _ => value.object()?.map_or_else(|| Ok(Address::default()), |object| address(&object))?,
        };
        if address != Address::default() {
            found.push(address);
        }
    }
    Ok(found)
}

fn address(data: &Reader<'_>) -> Result<Address> {
    let part = |data: &Reader<'_>, name| data.short(name, LINE).map(Option::unwrap_or_default);
    let is_object = data.value("country").is_some_and(|country| matches!(country.node(), Node::Object(_)));
    let (country_code, country) = match (is_object, data.nested("country")) {
        (true, Ok(Some(country))) => (part(&country, "code")?, part(&country, "name")?),
        _ => match part(data, "country")? {
            code if code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic()) => {
                (code.to_ascii_uppercase(), String::new())
            }
            name => (String::new(), name),
        },
    };
    Ok(Address {
        label: part(data, "type")?,
        street: part(data, "street")?,
        city: part(data, "city")?,
        state: part(data, "state")?,
        zip: part(data, "zip")?,
        country_code,
        country,
    })
}

/// `tag`: one text with commas, or a list.
pub fn tags(data: &Reader<'_>) -> Result<Vec<String>> {
    // Counted before it is taken apart: a body of commas would become a hundred times as large.
    let commas = data.value("tag").and_then(|value| value.node().as_text()).map_or(0, |text| text.matches(',').count());
    if commas > MOST {
        return Err(data.invalid("tag", &too_many(MOST)));
    }
    let tags = data.comma_separated("tag")?;
    if tags.len() > MOST {
        return Err(data.invalid("tag", &too_many(MOST)));
    }
    if tags.iter().any(|tag| tag.chars().count() > CODE) {
        return Err(data.invalid("tag", &format!("có nhãn dài quá {CODE} ký tự")));
    }
    Ok(tags)
}

/// `cusFields`: a list of `{name, value}`, or a map.
pub fn cus_fields(data: &Reader<'_>) -> Result<Vec<CusField>> {
    if data.value("cusFields").is_some_and(|value| matches!(value.node(), Node::Object(_)))
        && let Some(map) = data.nested("cusFields")?
        && !map.members().all(|(name, _)| name == "name" || name == "value")
    {
        let fields: Vec<CusField> =
            map.members().map(|(name, value)| cus_field(name, &value)).collect::<Result<_>>()?;
        return if fields.len() > MOST { Err(data.invalid("cusFields", &too_many(MOST))) } else { Ok(fields) };
    }
    let mut found = Vec::new();
    for value in many(data, "cusFields")? {
        let Some(field) = value.object()? else { continue };
        let Some(name) = field.short("name", CODE)? else { return Err(field.missing("name")) };
        found.push(match field.value("value") {
            Some(value) => cus_field(&name, &value)?,
            None => CusField { name, value: String::new() },
        });
    }
    Ok(found)
}

/// Several choices may come as a list instead of a text with `|`.
fn cus_field(name: &str, value: &Value<'_>) -> Result<CusField> {
    let text = match value.node() {
        Node::List(_) => value.values()?.join("|"),
        _ => value.written()?.unwrap_or_default(),
    };
    if text.split('|').count() > MOST {
        return Err(value.invalid(&format!("có quá {MOST} lựa chọn")));
    }
    if name.trim().is_empty() || name.chars().count() > CODE {
        return Err(value.invalid(&format!("phải có tên từ 1 đến {CODE} ký tự")));
    }
    Ok(CusField { name: name.trim().to_owned(), value: text })
}

/// `permit`; one without a status says nothing.
pub fn permit(data: &Reader<'_>) -> Result<Option<Permit>> {
    let Some(permit) = data.nested("permit")? else { return Ok(None) };
    let Some(status) = permit.integer("status")? else { return Ok(None) };
    if !(1..=4).contains(&status) {
        return Err(permit.invalid("status", "chỉ nhận từ 1 đến 4"));
    }
    let (group, users) = (permit.short("group", CODE)?, words(&permit, "users", "email")?);
    Ok(Some(Permit { status, group, users }))
}

/// `owner_opportunity`: an object, or a list of them.
pub fn owners(data: &Reader<'_>) -> Result<Option<Owners>> {
    let all = many(data, "owner_opportunity")?;
    if all.is_empty() {
        return Ok(None);
    }
    let mut owners = Owners::default();
    for owner in &all {
        let Some(owner) = owner.object()? else { continue };
        owners.users.extend(words(&owner, "users", "email")?);
        owners.groups.extend(words(&owner, "groups", "name")?);
    }
    Ok(Some(owners))
}

/// Short texts, each bare or inside an object.
fn words(data: &Reader<'_>, name: &'static str, inner: &'static str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for value in many(data, name)? {
        found.extend(match value.node() {
            Node::Object(_) => value.object()?.map_or(Ok(None), |object| object.short(inner, CODE))?,
            _ => value.short(CODE)?,
        });
    }
    Ok(found)
}
