//! How a fact of a customer is asked for, and set to what a form sent.

use domain::contact_point::ContactKind;
use domain::customer::{Address, Gender, Kind, Stage, Standing, UserRef};
use domain::field::{self, Field, FieldValue};
use domain::funnel::Funnel;
use domain::identity::Country;
use domain::{ContactPoint, Customer, Error, Result, Viewer};
use hub::{Tx, catalog, companies, funnels, users};
use jiff::civil::Date;

use super::{Editor, Fact, place_of, point_line, stage_name};
use crate::messages::Messages;
use crate::pages::own_fields::{self, Own};
use crate::pages::{typed, words};
use crate::show;

impl Fact {
    /// How it is asked for, of a customer.
    pub fn editor(&self, tx: &mut Tx<'_>, customer: &Customer, t: &'static Messages) -> Result<Editor> {
        let word = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        let nothing = || word("", "—");
        Ok(match self {
            Self::Text(_) | Self::Company | Self::Code(_) => Editor::Line,
            Self::Note | Self::Points(_) | Self::Addresses => Editor::Area,
            Self::Day(_) => Editor::Day,
            Self::Kind => Editor::One(
                [Kind::Person, Kind::Organization].map(|kind| word(kind.word(), words::kind(kind, t))).to_vec(),
            ),
            Self::Stage => Editor::One(
                [Stage::Lead, Stage::Customer].map(|stage| word(stage.word(), words::stage(&stage, t))).to_vec(),
            ),
            Self::Gender => {
                let all = [Gender::Male, Gender::Female, Gender::Other].map(|it| word(it.word(), words::gender(it, t)));
                Editor::One([nothing()].into_iter().chain(all).collect())
            }
            Self::DoNotContact => Editor::One(vec![word("no", t.common.no), word("yes", t.common.yes)]),
            Self::Labels(kind) => {
                let items = catalog::list(tx, *kind)?;
                let items = items.into_iter().map(|item| (item.number.to_string(), show::visible(&item.label)));
                if kind.is_single() {
                    Editor::One([nothing()].into_iter().chain(items).collect())
                } else {
                    Editor::Some(items.collect())
                }
            }
            Self::Owners => {
                // Who is locked is not offered, but stays where they are until somebody takes them away.
                let is_there = |id| customer.owners.iter().any(|owner| owner.id == id);
                let known = users::list(tx)?.into_iter().filter(|user| user.active || is_there(user.id));
                Editor::Some(
                    known.map(|user| (user.number.to_string(), users::display_name(&user).to_owned())).collect(),
                )
            }
            Self::Funnel(funnel) => {
                let places = places(funnel).into_iter().map(|it| (place_of(&it), stage_name(funnel, &it)));
                Editor::One([nothing()].into_iter().chain(places).collect())
            }
            Self::Permit(circle) => {
                let (modes, users) = circle.choices(t);
                Editor::Both(modes, users)
            }
            Self::Field(field) => Editor::Own(Own::of(field.clone(), value_of(customer, field))),
        })
    }

    /// Sets it to what a form sent. A value that means nothing is refused by name.
    pub fn set(
        &self,
        tx: &mut Tx<'_>,
        viewer: &Viewer,
        customer: &mut Customer,
        sent: &[String],
        country: Country,
    ) -> Result<()> {
        let sent: Vec<&str> = sent.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
        let first = sent.first().copied().unwrap_or_default();
        let lines: Vec<&str> =
            sent.iter().flat_map(|value| value.lines()).map(str::trim).filter(|line| !line.is_empty()).collect();
        match self {
            Self::Text("name") if first.is_empty() && !customer.name.is_empty() => {
                return Err(Error::invalid("name", "Tên không được để trống"));
            }
            Self::Text(name) => set_text(customer, name, first),
            Self::Day(name) => set_date(customer, name, read_day(first)?),
            Self::Kind => customer.kind = Kind::of(first),
            Self::Stage => customer.stage = Stage::of(first),
            Self::Gender => customer.gender = Gender::of(first),
            Self::Note => first.clone_into(&mut customer.note),
            Self::DoNotContact => customer.do_not_contact = first == "yes",
            Self::Points(kind) => {
                let read = |line: &&str| read_point(customer, *kind, line, country, &self.key()).transpose();
                let points = lines.iter().filter_map(read).collect::<Result<_>>()?;
                customer.replace_points(*kind, points);
            }
            Self::Addresses => {
                let known = std::mem::take(&mut customer.addresses);
                let same = |line: &str| known.iter().find(|address| address.line() == line).cloned();
                let read =
                    |line: &&str| same(line).unwrap_or(Address { street: (*line).to_owned(), ..Address::default() });
                customer.addresses = lines.iter().map(read).collect();
            }
            Self::Labels(kind) => {
                let mut labels = Vec::new();
                for number in &sent {
                    let item = match number.parse() {
                        Ok(number) => catalog::find_by_number(tx, *kind, number)?,
                        Err(_) => None,
                    };
                    labels.push(item.ok_or_else(|| Error::not_found("Mục này không còn trong danh mục"))?.label());
                }
                customer.replace_labels(*kind, labels);
            }
            Self::Owners => {
                let mut owners = Vec::new();
                for number in &sent {
                    let user = match number.parse() {
                        Ok(number) => users::find_by_number(tx, number)?,
                        Err(_) => None,
                    };
                    let user = user.ok_or_else(|| Error::not_found("Không có người dùng này"))?;
                    owners.push(UserRef { id: user.id, number: user.number, name: user.name, email: user.email });
                }
                customer.owners = owners;
            }
            Self::Company if first.is_empty() => customer.company = None,
            Self::Company => {
                customer.company = Some(companies::meant(tx, viewer, country, customer, first)?);
            }
            Self::Funnel(funnel) if first.is_empty() => customer.standings.retain(|it| it.funnel != funnel.id),
            Self::Funnel(funnel) => {
                let (stage, step) = first.split_once('.').map_or((first, None), |(stage, step)| (stage, Some(step)));
                let unknown = || Error::invalid("funnels", "Không có mục này trong danh mục");
                let read = |text: &str| text.parse::<i64>().map_err(|_| unknown());
                let standing = funnels::standing(tx, funnel.id, read(stage)?, step.map(read).transpose()?)?;
                funnels::place(customer, standing);
            }
            Self::Permit(circle) => customer.permit = circle.read(tx, &customer.permit, &sent)?,
            Self::Code(system) if first.is_empty() => drop(customer.codes.remove(system)),
            Self::Code(system) => drop(customer.codes.insert(*system, first.to_owned())),
            Self::Field(field) => {
                let value = own_fields::value(field, value_of(customer, field), &sent, &self.key(), country)?;
                field::put(&mut customer.values, &[value]);
            }
        }
        Ok(())
    }
}

/// Every place of a funnel, counted from 1: each stage, and each step of it.
fn places(funnel: &Funnel) -> Vec<Standing> {
    let of_stage = |(first, stage): (i64, &domain::funnel::Stage)| {
        let steps = (1..).zip(&stage.steps).map(|(second, _)| Some(second));
        let all: Vec<Option<i64>> = [None].into_iter().chain(steps).collect();
        all.into_iter().map(move |second| Standing { funnel: funnel.id, first, second })
    };
    (1..).zip(&funnel.stages).flat_map(of_stage).collect()
}

fn value_of<'c>(customer: &'c Customer, field: &Field) -> Option<&'c FieldValue> {
    customer.values.iter().find(|value| value.field == field.id)
}

fn set_text(customer: &mut Customer, name: &str, value: &str) {
    let place = match name {
        "name" => &mut customer.name,
        "salutation" => &mut customer.salutation,
        "job_title" => &mut customer.job_title,
        "national_id" => &mut customer.national_id.number,
        "national_id_place" => &mut customer.national_id.place,
        "tax_code" => &mut customer.tax_code,
        _ => return,
    };
    value.clone_into(place);
}

fn set_date(customer: &mut Customer, name: &str, day: Option<Date>) {
    match name {
        "birth_date" => customer.birth_date = day,
        "national_id_date" => customer.national_id.date = day,
        _ => customer.founding_date = day,
    }
}

fn read_day(text: &str) -> Result<Option<Date>> {
    let day = || Error::invalid("day", "Ngày không hợp lệ");
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| day()) }
}

/// A contact point as typed. One that was there stays as its sender gave it.
fn read_point(
    customer: &Customer,
    kind: ContactKind,
    line: &str,
    country: Country,
    field: &str,
) -> Result<Option<ContactPoint>> {
    if let Some(known) = customer.points_of(kind).find(|known| point_line(known) == line) {
        return Ok(Some(known.clone()));
    }
    match line.split_once(": ").filter(|_| kind == ContactKind::Im) {
        Some((label, raw)) => typed::point(kind, raw, label, country, field),
        None => typed::point(kind, line, "", country, field),
    }
}
