//! Reads a contact that is to be added or changed.

use domain::Result;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::reader::{Reader, Value};

use super::parts::{self, ADDRESS, CODE, SHORT, elements, gender, labels, long, long_text, own, typed_list};
use super::{Contact, DynamicUpdate, FilterContact, Typed};

/// The attribute whose name the vendor misspells, and as clients spell it who noticed.
const MORE_INFORMATION: [&str; 2] = ["more_infomation", "more_information"];

/// A contact. The document spells members in two ways, its version 1 in a third, and clients in a fourth.
pub fn contact(data: &Reader<'_>, zone: &TimeZone) -> Result<Contact> {
    let mut contact = Contact {
        ref_id: data.short(["refId", "ref_id", "refid"], CODE)?,
        id: data.short(["_id", "id", "public_id", "publicId"], SHORT)?,
        tags: labels(data, "tags")?,
        business: labels(data, ["business", "business_type"])?,
        categories: labels(data, ["categories", "contact_categories"])?,
        tag_removes: labels(data, ["tagRemoves", "tag_removes", "tagsRemoves"])?,
        business_removes: labels(data, ["businessRemoves", "business_removes"])?,
        categories_removes: labels(data, ["categoriesRemoves", "categories_removes", "categoryRemoves"])?,
        user_owner_email: data.short(["userOwnerEmail", "user_owner_email"], SHORT)?,
        avatar_url: data.short(["avatarUrl", "avatar_url"], ADDRESS)?,
        full_name: data.short(["fullName", "full_name", "fullname"], SHORT)?,
        gender: data.value("gender").map_or(Ok(None), |value| gender(&value))?,
        passport: data.short("passport", CODE)?,
        job_title: data.short(["jobTitle", "jobTitlte", "job_title"], SHORT)?,
        address: data.short("address", ADDRESS)?,
        ref_code: data.short(["refCode", "ref_code", "refcode"], CODE)?,
        ref_type: data.short(["refType", "ref_type", "reftype"], CODE)?,
        note: long_text(data, "note")?,
        birthday: data.date(["birthday", "birth_date", "birthDate"], zone)?.map(Some),
        phones: typed_list(data, ["phones", "phone"], point)?,
        emails: typed_list(data, ["emails", "email", "mail"], point)?,
        filter_contacts: filter_contacts(data)?,
        others: Vec::new(),
    };
    if let Some(values) = typed_list(data, MORE_INFORMATION, own)? {
        let path = MORE_INFORMATION[0].to_owned();
        contact.others.push(DynamicUpdate { field_code: path.clone(), values, path });
    }
    for value in elements(data, ["otherDynamicUpdates", "other_dynamic_updates"], parts::MOST)? {
        dynamic_update(&mut contact, &value, zone)?;
    }
    Ok(contact)
}

/// `filterContacts`: a funnel and the place in it.
fn filter_contacts(data: &Reader<'_>) -> Result<Vec<FilterContact>> {
    let mut all = Vec::new();
    for value in elements(data, ["filterContacts", "filter_contacts"], parts::MOST)? {
        let Some(object) = value.object()? else { continue };
        let second = object.integer(["secondLevelIndex", "second_level_index"])?;
        all.push(FilterContact {
            id: object.short(["id", "_id"], SHORT)?.ok_or_else(|| object.missing("id"))?,
            index: object.integer("index")?.ok_or_else(|| object.missing("index"))?,
            // There is no zeroth place: clients write it where there is no second level.
            second_level_index: second.filter(|second| *second != 0),
            path: object.path(),
        });
    }
    Ok(all)
}

/// One of `otherDynamicUpdates`. Attributes that every org has are members of the contact under other names.
fn dynamic_update(contact: &mut Contact, value: &Value<'_>, zone: &TimeZone) -> Result<()> {
    let Some(object) = value.object()? else { return Ok(()) };
    let code = object.short(["fieldCode", "field_code"], SHORT)?.ok_or_else(|| object.missing("fieldCode"))?;
    let one = |longest| first(&object, |value| value.short(longest));
    match code.as_str() {
        "full_name" => contact.full_name = one(SHORT)?.filter(|name| !name.is_empty()),
        "job_title" => contact.job_title = one(SHORT)?,
        "gender" => contact.gender = first(&object, gender)?,
        "address" => contact.address = one(ADDRESS)?,
        "passport" => contact.passport = one(CODE)?,
        "note" => contact.note = first(&object, long)?,
        "ref_code" => contact.ref_code = one(CODE)?,
        "birth_date" => contact.birthday = Some(day(&object, zone)?),
        "phone_number" => contact.phones = Some(values(&object, point)?),
        "mail" => contact.emails = Some(values(&object, point)?),
        _ => {
            let is_more = MORE_INFORMATION.contains(&code.as_str());
            let field_code = if is_more { MORE_INFORMATION[0].to_owned() } else { code };
            contact.others.push(DynamicUpdate { field_code, values: values(&object, own)?, path: object.path() });
        }
    }
    Ok(())
}

/// A phone or an e-mail.
fn point(value: &Value<'_>) -> Result<Option<String>> {
    value.short(SHORT)
}

/// The values of one of `otherDynamicUpdates`.
fn values(object: &Reader<'_>, read: impl Fn(&Value<'_>) -> Result<Option<String>>) -> Result<Vec<Typed>> {
    Ok(typed_list(object, ["values", "value"], read)?.unwrap_or_default())
}

/// The first of them; a blank text, which takes the old one away, when there is none.
fn first(object: &Reader<'_>, read: impl Fn(&Value<'_>) -> Result<Option<String>>) -> Result<Option<String>> {
    let first = values(object, read)?.into_iter().next();
    Ok(Some(first.map(|value| value.data).unwrap_or_default()))
}

fn day(object: &Reader<'_>, zone: &TimeZone) -> Result<Option<Date>> {
    match first(object, point)?.filter(|day| !day.is_empty()) {
        Some(day) => kit::dates::calendar_date(&day, zone, format!("{}.values", object.path())).map(Some),
        None => Ok(None),
    }
}
