//! Custom fields: what the org keeps beside the facts every org keeps.

use askama::Template;
use axum::extract::Path;
use domain::field::{Field, FieldEntity, FieldOption, FieldType};
use domain::{Error, Id};
use hub::fields;

use super::{Part, Sent, page};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Toast, go, show as show_page};

const ENTITIES: [FieldEntity; 4] = [FieldEntity::Customer, FieldEntity::Lead, FieldEntity::Deal, FieldEntity::Ticket];

const KINDS: [FieldType; 8] = [
    FieldType::Text,
    FieldType::LongText,
    FieldType::Number,
    FieldType::Date,
    FieldType::Phone,
    FieldType::Select,
    FieldType::Checkbox,
    FieldType::Radio,
];

/// What people read for what a field belongs to.
pub fn entity_label(entity: &FieldEntity, t: &Messages) -> &'static str {
    match entity {
        FieldEntity::Customer => t.nav.customers,
        FieldEntity::Lead => t.nav.leads,
        FieldEntity::Deal => t.nav.deals,
        FieldEntity::Ticket => t.nav.tickets,
    }
}

/// What people read for what values look like.
pub fn kind_label(kind: &FieldType, t: &Messages) -> String {
    let t = &t.settings_lists;
    let label = match kind {
        FieldType::Text => t.field_text,
        FieldType::LongText => t.field_long_text,
        FieldType::Number => t.field_number,
        FieldType::Date => t.field_date,
        FieldType::Phone => t.field_phone,
        FieldType::Select => t.field_select,
        FieldType::Checkbox => t.field_checkbox,
        FieldType::Radio => t.field_radio,
        FieldType::Other(word) => word,
    };
    label.to_owned()
}

#[derive(Template)]
#[template(path = "settings/fields.html")]
struct Fields {
    page: Page,
    part: Part,
    groups: Vec<(FieldEntity, Vec<Field>)>,
    kinds: [FieldType; 8],
    entities: [FieldEntity; 4],
}

impl Fields {
    /// Whether there is no field yet.
    fn is_blank(&self) -> bool {
        self.groups.iter().all(|(_, fields)| fields.is_empty())
    }

    /// The form is for a new field.
    fn known(&self) -> Option<&Field> {
        None
    }
}

/// `GET /settings/fields`
pub async fn list(visitor: Visitor) -> Answer {
    let groups =
        visitor.read(|tx| ENTITIES.into_iter().map(|entity| Ok((entity, fields::list(tx, entity)?))).collect()).await?;
    let (page, part) = (page(&visitor, Part::Fields), Part::Fields);
    show_page(&visitor, &Fields { page, part, groups, kinds: KINDS, entities: ENTITIES })
}

/// Choices as a form sends them, one a line. Those that were there before keep their numbers; new ones get the next.
fn options(sent: &Sent, before: &[FieldOption]) -> Vec<FieldOption> {
    let mut next = before.iter().map(|option| option.number).max().unwrap_or(0);
    let lines = sent.text("options").lines().map(str::trim).filter(|line| !line.is_empty());
    let mut found: Vec<FieldOption> = Vec::new();
    for label in lines {
        if found.iter().any(|option| option.label == label) {
            continue;
        }
        let number = match before.iter().find(|option| option.label == label) {
            Some(known) => known.number,
            None => {
                next += 1;
                next
            }
        };
        found.push(FieldOption { number, label: label.to_owned() });
    }
    found
}

/// Without options there would be nothing to choose from.
fn must_have_options(sent: &Sent) -> Result<(), Error> {
    if FieldType::of(sent.text("kind")).is_choice() && options(sent, &[]).is_empty() {
        return Err(Error::invalid("options", "Hãy ghi ít nhất một lựa chọn, mỗi dòng một lựa chọn"));
    }
    Ok(())
}

/// `POST /settings/fields`
pub async fn add(visitor: Visitor, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let entity = FieldEntity::of(sent.text("entity")).ok_or_else(|| Error::invalid("entity", "Hãy chọn đối tượng"))?;
    must_have_options(&sent)?;
    let field = Field {
        id: Id::default(),
        number: 0,
        entity,
        code: sent.text("code").to_owned(),
        label: sent.text("label").to_owned(),
        kind: FieldType::of(sent.text("kind")),
        options: options(&sent, &[]),
        description: sent.text("description").to_owned(),
    };
    let made = visitor.write(move |tx| fields::create(tx, &field)).await?;
    go(&visitor, "/settings/fields", Some(&Toast::good(visitor.t.settings_lists.added(&made.label))))
}

#[derive(Template)]
#[template(path = "settings/field.html")]
struct OneField {
    page: Page,
    part: Part,
    field: Field,
    carried: usize,
    kinds: Vec<FieldType>,
}

impl OneField {
    /// The form is for this field.
    fn known(&self) -> Option<&Field> {
        Some(&self.field)
    }
}

/// `GET /settings/fields/{number}`
pub async fn show(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    let (field, carried) = visitor
        .read(move |tx| {
            let field = find(tx, number)?;
            let carried = fields::carried(tx, &field)?;
            Ok((field, carried))
        })
        .await?;
    let mut page = page(&visitor, Part::Fields);
    page.title.clone_from(&field.label);
    let mut kinds = KINDS.to_vec();
    if !kinds.contains(&field.kind) {
        kinds.push(field.kind.clone());
    }
    show_page(&visitor, &OneField { page, part: Part::Fields, field, carried, kinds })
}

fn find(tx: &mut hub::Tx<'_>, number: i64) -> Result<Field, Error> {
    fields::find_by_number(tx, number)?
        .ok_or_else(|| Error::not_found(format!("Không tìm thấy trường thông tin số {number}")))
}

/// `POST /settings/fields/{number}`
pub async fn change(visitor: Visitor, Path(number): Path<i64>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    must_have_options(&sent)?;
    let kind = FieldType::of(sent.text("kind"));
    visitor
        .write(move |tx| {
            let known = find(tx, number)?;
            // Values are kept as they were written: under another type they would be read as what they are not.
            if kind != known.kind && fields::carried(tx, &known)? > 0 {
                let message = format!("Trường {} đang có giá trị nên không đổi được kiểu dữ liệu", known.label);
                return Err(Error::conflict(message));
            }
            fields::change(tx, known.entity, &known.code, |field| {
                sent.text("code").clone_into(&mut field.code);
                sent.text("label").clone_into(&mut field.label);
                field.kind = kind.clone();
                field.options = options(&sent, &known.options);
                sent.text("description").clone_into(&mut field.description);
            })
            .map(drop)
        })
        .await?;
    go(&visitor, "/settings/fields", Some(&Toast::good(visitor.t.settings.saved)))
}

/// `POST /settings/fields/{number}/delete`
pub async fn delete(visitor: Visitor, Path(number): Path<i64>) -> Answer {
    visitor.must_be_admin()?;
    visitor.write(move |tx| fields::remove(tx, number)).await?;
    go(&visitor, "/settings/fields", Some(&Toast::good(visitor.t.settings_lists.deleted)))
}
