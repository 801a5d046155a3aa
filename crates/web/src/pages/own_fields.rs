//! Custom fields in forms: each asked for as its type wants it, what is typed held to that type, and what was there kept as it is
//! until somebody changes it.

use domain::field::{Field, FieldEntity, FieldType, FieldValue, ValueItem};
use domain::identity::Country;
use domain::{Error, Result};
use hub::{Tx, fields};
use jiff::civil::Date;

use super::sent::Sent;
use super::typed;
use crate::{Visitor, show};

/// Lines of a text that are shown at once at most.
const MOST_ROWS: usize = 12;

/// How a field is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// One line.
    Line,
    /// One line that is a number.
    Decimal,
    /// One line that is a phone number.
    Phone,
    /// A day of the calendar.
    Day,
    /// Several lines.
    Area,
    /// One of the options, or none.
    One,
    /// Any of the options.
    Several,
}

/// A custom field in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The field.
    pub field: Field,
    /// What stands in the form.
    pub values: Vec<String>,
    /// What can be chosen, with what the record has that is no option, or no longer: it stays until somebody chooses something else.
    pub options: Vec<String>,
    /// What is wrong with it.
    pub refusal: Option<String>,
    /// How many values the record has.
    count: usize,
}

impl Own {
    /// As a record has it.
    pub fn of(field: Field, known: Option<&FieldValue>) -> Self {
        let values: Vec<String> = texts(known);
        let mut options: Vec<String> = Vec::new();
        if is_choice(&field) {
            options.extend(field.options.iter().map(|option| option.label.clone()));
            let foreign = values.iter().filter(|value| !field.options.iter().any(|option| option.label == **value));
            options.extend(foreign.cloned());
        }
        Self { field, count: values.len(), values, options, refusal: None }
    }

    /// The same, with what was sent in it.
    pub fn filled(self, values: Vec<String>) -> Self {
        Self { values, ..self }
    }

    /// Its name in the form.
    pub fn name(&self) -> String {
        name_of(&self.field)
    }

    /// What people read before it.
    pub fn label(&self) -> String {
        show::visible(&self.field.label)
    }

    /// What stands in it as one text.
    pub fn text(&self) -> String {
        self.values.join("\n")
    }

    /// How it is asked for. Where that would hide a part of what is there, it is asked for as a text.
    pub fn control(&self) -> Control {
        let is_line = self.values.len() <= 1 && self.values.iter().all(|value| !value.contains('\n'));
        let has_several = self.field.kind == FieldType::Checkbox || self.count > 1;
        match self.field.kind {
            _ if is_choice(&self.field) && has_several => Control::Several,
            _ if is_choice(&self.field) => Control::One,
            FieldType::LongText | FieldType::Checkbox => Control::Area,
            _ if !is_line || self.count > 1 => Control::Area,
            FieldType::Number => Control::Decimal,
            FieldType::Phone => Control::Phone,
            FieldType::Date if self.values.iter().all(|value| is_day(value)) => Control::Day,
            _ => Control::Line,
        }
    }

    /// Whether any of its options can be chosen.
    pub fn is_several(&self) -> bool {
        self.control() == Control::Several
    }

    /// Whether each line of its text is a value of its own.
    pub fn is_list(&self) -> bool {
        is_list(&self.field, self.count)
    }

    /// Lines that its text takes.
    pub fn rows(&self) -> usize {
        (self.text().lines().count() + 1).clamp(3, MOST_ROWS)
    }
}

fn name_of(field: &Field) -> String {
    format!("field-{}", field.number)
}

/// Whether there is something to choose from. A list that another program made without options is asked for as a text.
fn is_choice(field: &Field) -> bool {
    field.kind.is_choice() && !field.options.is_empty()
}

/// Whether each line of what is typed is a value of its own: several are taken where there are several.
fn is_list(field: &Field, count: usize) -> bool {
    !is_choice(field) && field.kind != FieldType::LongText && (field.kind.takes_several() || count > 1)
}

/// Whether a text is a day as `<input type="date">` takes it; of anything else that would show nothing.
fn is_day(text: &str) -> bool {
    text.len() == "2024-03-21".len() && text.parse::<Date>().is_ok()
}

/// A text as a form sends it back that nobody touched.
pub fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

fn texts(known: Option<&FieldValue>) -> Vec<String> {
    known.iter().flat_map(|known| &known.items).map(|item| item.text.clone()).collect()
}

/// The fields of a form, as the record has them or as they were just sent.
pub fn asked(fields: Vec<Field>, known: &[FieldValue], sent: Option<&Sent>) -> Vec<Own> {
    let own = |field: Field| {
        let (id, name) = (field.id, name_of(&field));
        let own = Own::of(field, known.iter().find(|value| value.field == id));
        match sent {
            Some(sent) if sent.all(&name).next().is_some() => {
                own.filled(sent.all(&name).filter(|value| !value.is_empty()).map(str::to_owned).collect())
            }
            _ => own,
        }
    };
    fields.into_iter().map(own).collect()
}

/// What a form sent of the fields of an entity, of a record that has the values known. A field that the form did not ask for, because it
/// is newer, is left alone.
pub fn read(
    tx: &mut Tx<'_>,
    entity: FieldEntity,
    known: &[FieldValue],
    sent: &Sent,
    country: Country,
) -> Result<Vec<FieldValue>> {
    let mut read = Vec::new();
    for field in fields::list(tx, entity)? {
        let name = name_of(&field);
        let values: Vec<&str> = sent.all(&name).collect();
        if !values.is_empty() {
            read.push(value(&field, known.iter().find(|value| value.field == field.id), &values, &name, country)?);
        }
    }
    Ok(read)
}

/// What a form sent of a field. What the record has already stays, be it what it may; anything else must be of the field's type, and
/// `place` is where it is told that it is not.
pub fn value(
    field: &Field,
    known: Option<&FieldValue>,
    sent: &[&str],
    place: &str,
    country: Country,
) -> Result<FieldValue> {
    let old: Vec<(String, &ValueItem)> =
        known.iter().flat_map(|known| &known.items).map(|item| (plain(&item.text), item)).collect();
    let mut sent: Vec<String> = sent.iter().map(|text| plain(text)).filter(|text| !text.is_empty()).collect();
    if let Some(known) = known
        && is_same(field, &old, &sent)
    {
        return Ok(known.clone());
    }
    if is_list(field, old.len()) {
        let lines = sent.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty());
        sent = lines.map(str::to_owned).collect();
    }
    let mut items = Vec::new();
    for text in sent {
        let item = match old.iter().find(|(known, _)| *known == text) {
            Some((_, item)) => (*item).clone(),
            None if is_choice(field) => ValueItem::plain(option(field, &text, place)?),
            None => ValueItem::plain(typed::value(&field.kind, &text, country, place)?),
        };
        items.push(item);
    }
    Ok(FieldValue::of(field, items))
}

/// Whether a form sent what the record has. Of options it does not tell in which order they were chosen.
fn is_same(field: &Field, old: &[(String, &ValueItem)], sent: &[String]) -> bool {
    let mut old: Vec<&str> = old.iter().map(|(text, _)| text.as_str()).filter(|text| !text.is_empty()).collect();
    let mut sent: Vec<&str> = sent.iter().map(String::as_str).collect();
    if !is_choice(field) {
        return old.join("\n") == sent.join("\n");
    }
    for texts in [&mut old, &mut sent] {
        texts.sort_unstable();
        texts.dedup();
    }
    old == sent
}

fn option(field: &Field, text: &str, place: &str) -> Result<String> {
    let found = field.options.iter().find(|option| plain(&option.label) == text);
    let found = found.ok_or_else(|| Error::invalid(place, "Không có mục này trong danh mục"))?;
    Ok(found.label.clone())
}

/// Tells a refusal at the field that it is about; whether it is about one of them.
pub fn tell(own: &mut [Own], visitor: &Visitor, refusal: &Error) -> bool {
    let Error::Invalid { field, message } = refusal else { return false };
    let about = own.iter_mut().find(|own| own.name() == *field);
    about.map(|own| own.refusal = Some(visitor.said(message))).is_some()
}
