//! What happens to the customers of the example: enquiries, sales, trouble, notes and messages.

use domain::catalog::LeadStatusType;
use domain::contact_point::{ContactKind, ContactPoint};
use domain::customer::{Stage, Standing};
use domain::funnel::Funnel;
use domain::identity::Country;
use domain::lead::{Closing, Conversion};
use domain::message::{MessageKind, MessageState};
use domain::{CatalogKind, Deal, Dialect, Error, Id, Instant, Lead, Message, Note, Result, Ticket};
use fastrand::Rng;
use hub::{Tx, catalog, customers, deals, fields, funnels, leads, messages, notes, tickets};

use super::cast::Cast;
use super::names::{self, pick};
use super::people::Draft;
use super::timeline::Timeline;
use super::words;

/// One customer whose life is told.
pub struct Life<'l> {
    /// Chance.
    pub rng: &'l mut Rng,
    /// Where it is written down.
    pub timeline: &'l mut Timeline,
    /// Who plays.
    pub cast: &'l Cast,
    /// Their number, which counts those who came before.
    pub number: i64,
    /// Who they are.
    pub draft: &'l Draft,
    /// Enquiries so far, so that each ends in another way.
    pub enquiries: &'l mut usize,
    /// Sales so far.
    pub sales: &'l mut usize,
}

/// Every place of a funnel: each step of each stage, counted from 1.
fn places(funnel: &Funnel) -> Vec<Standing> {
    let of_stage = |(first, stage): (i64, &domain::funnel::Stage)| {
        let steps = (1..).zip(&stage.steps).map(|(second, _)| Some(second)).collect::<Vec<_>>();
        let steps = if steps.is_empty() { vec![None] } else { steps };
        steps.into_iter().map(move |second| Standing { funnel: funnel.id, first, second }).collect::<Vec<_>>()
    };
    (1..).zip(&funnel.stages).flat_map(of_stage).collect()
}

/// The customer with a number.
fn known(tx: &mut Tx<'_>, number: i64) -> Result<Id> {
    customers::find_by_number(tx, number)?.ok_or_else(|| Error::broken(format!("customer {number} did not come")))
}

/// The newest enquiry of the customer with a number.
fn newest_lead(tx: &mut Tx<'_>, number: i64) -> Result<Id> {
    let customer = known(tx, number)?;
    let newest = leads::of_customer(tx, customer)?.into_iter().next();
    newest.map(|lead| lead.id).ok_or_else(|| Error::broken(format!("customer {number} asked nothing")))
}

impl Life<'_> {
    /// Everything that happens after they came.
    pub fn tell(&mut self) {
        if self.draft.customer.stage == Stage::Lead {
            self.enquiry();
        }
        for _ in 0..self.rng.usize(..3) {
            self.note();
        }
        if self.rng.u8(..10) < 6 {
            self.update();
        }
        if self.draft.customer.stage == Stage::Customer && self.rng.u8(..10) < 6 {
            let day = self.rng.i64(1..20);
            self.sale(self.draft.at, day);
        }
        if self.rng.u8(..10) < 2 {
            self.trouble();
        }
        self.stand();
        if self.rng.u8(..10) < 4 {
            self.message();
        }
        if self.draft.door == Dialect::Beeiq && self.rng.u8(..10) < 2 {
            self.comes_again();
        }
    }

    fn later(&mut self, at: Instant, days: i64) -> Option<Instant> {
        self.timeline.after(self.rng, at, days)
    }

    /// They ask for something; the enquiry goes through its statuses as far as time allows.
    fn enquiry(&mut self) {
        let place = *self.enquiries;
        *self.enquiries += 1;
        let (number, door, owner, at) = (self.number, self.draft.door, self.draft.owner, self.draft.at.plus_seconds(1));
        let user = self.cast.user(owner).clone();
        let team = self.cast.teams.first().cloned();
        let (subject, label) = (pick(self.rng, words::LEAD_SUBJECTS), pick(self.rng, words::LEAD_LABELS));
        let (source, area) = (pick(self.rng, words::SOURCES), self.rng.u16(30..900));
        let field = self.cast.field("dien_tich").cloned();
        let expected = at.plus_seconds(86_400 * self.rng.i64(14..90));
        self.timeline.add(at, door, owner, move |tx| {
            let customer = known(tx, number)?;
            let mut lead = Lead { subject: subject.into(), team: team.clone(), ..Lead::default() };
            lead.assignee = Some(user.clone());
            lead.expected_close = Some(expected);
            lead.reference_url = "https://www.example.com/bao-gia".into();
            lead.values.extend(field.as_ref().map(|field| fields::value(field, &area.to_string())));
            for (kind, label) in [(CatalogKind::LeadLabel, label), (CatalogKind::Source, source)] {
                lead.set_label(catalog::find_or_create(tx, kind, label)?);
            }
            leads::create(tx, lead, customer).map(drop)
        });
        if let Some(at) = self.later(at, 1) {
            self.comment(at);
        }
        let target = place % self.cast.lead_statuses.len();
        let is_middle = |place: &usize| self.cast.lead_statuses[*place].1 == LeadStatusType::Middle;
        let mut path: Vec<usize> = (0..target).filter(is_middle).collect();
        if self.cast.lead_statuses[target].1 != LeadStatusType::First {
            path.push(target);
        }
        let mut at = at;
        for status in path {
            let days = self.rng.i64(1..6);
            let Some(next) = self.later(at, days) else { return };
            at = next;
            self.lead_becomes(at, status);
        }
    }

    /// The enquiry takes another status; a last one closes it.
    fn lead_becomes(&mut self, at: Instant, status: usize) {
        let (status, meaning) = self.cast.lead_statuses[status].clone();
        let (number, owner) = (self.number, self.draft.owner);
        let closer = self.cast.user(owner).clone();
        let reason = pick(self.rng, words::REASONS);
        let how = match meaning {
            LeadStatusType::Converted => Some(Conversion::Deal),
            LeadStatusType::Unqualified => Some(Conversion::Unqualified),
            LeadStatusType::First | LeadStatusType::Middle => None,
        };
        let door = if how.is_some() { Dialect::Web } else { Dialect::Caresoft };
        self.timeline.add(at, door, owner, move |tx| {
            let lead = newest_lead(tx, number)?;
            let reason = match how {
                Some(Conversion::Unqualified) => {
                    Some(catalog::find_or_create(tx, CatalogKind::UnqualifiedReason, reason)?)
                }
                _ => None,
            };
            leads::change(tx, lead, |lead| {
                lead.last_status = lead.label(CatalogKind::LeadStatus).cloned();
                lead.set_label(status.label());
                reason.into_iter().for_each(|reason| lead.set_label(reason));
                lead.closing = how.map(|how| Closing { how, at, by: Some(closer.id), by_number: Some(closer.number) });
                Ok(())
            })?;
            if how == Some(Conversion::Deal) {
                let customer = known(tx, number)?;
                customers::change(tx, customer, |customer| {
                    customer.stage = Stage::Customer;
                    Ok(())
                })?;
            }
            Ok(())
        });
        if how == Some(Conversion::Deal) {
            self.sale(at, 0);
        }
    }

    fn comment(&mut self, at: Instant) {
        let (number, body) = (self.number, pick(self.rng, words::COMMENTS));
        let is_public = self.rng.bool();
        self.timeline.add(at, Dialect::Caresoft, self.draft.owner, move |tx| {
            let (customer, lead) = (Some(known(tx, number)?), Some(newest_lead(tx, number)?));
            notes::create(tx, Note { customer, lead, body: body.into(), is_public, ..Note::default() }).map(drop)
        });
    }

    /// A sale begins some days after `at` and goes on as far as time allows.
    fn sale(&mut self, at: Instant, days: i64) {
        let Some(at) = self.later(at, days) else { return };
        let place = *self.sales;
        *self.sales += 1;
        let (number, owner, code) = (self.number, self.draft.owner, format!("HD-{:04}", place + 1));
        let user = self.cast.user(owner).clone();
        let team = self.cast.teams.first().cloned();
        let stages = self.cast.deal_stages.clone();
        let (name, price) = pick(self.rng, words::DEALS);
        let is_dollar = self.rng.u8(..8) == 0;
        let value = if is_dollar { price / 25_000 } else { price / 1_000 * self.rng.u32(80..130) * 10 };
        let labels = [
            (CatalogKind::Currency, if is_dollar { "USD" } else { "VND" }),
            (CatalogKind::DealCategory, pick(self.rng, words::CATEGORIES)),
            (CatalogKind::Package, pick(self.rng, words::PACKAGES)),
        ];
        let close_at = Some(at.plus_seconds(86_400 * self.rng.i64(20..90)));
        let door = pick(self.rng, &[Dialect::Beeiq, Dialect::Beeiq, Dialect::Web]);
        let (first, own_code) = (stages.first().cloned(), code.clone());
        self.timeline.add(at, door, owner, move |tx| {
            let customer = known(tx, number)?;
            let mut deal = Deal { name: name.into(), value: value.to_string(), close_at, ..Deal::default() };
            deal.code = Some(own_code.clone());
            deal.customer = customers::find_ref(tx, customer)?;
            deal.owners.push(user.clone());
            deal.teams.extend(team.clone());
            first.iter().for_each(|stage| deal.set_label(stage.label()));
            for (kind, label) in labels {
                deal.set_label(catalog::find_or_create(tx, kind, label)?);
            }
            deals::create(tx, deal).map(drop)
        });
        let target = place % stages.len();
        let mut at = at;
        let mut path = vec![target / 2, target];
        path.dedup();
        for stage in path.into_iter().filter(|stage| *stage > 0) {
            let days = self.rng.i64(2..8);
            let Some(next) = self.later(at, days) else { return };
            at = next;
            let (code, stage) = (code.clone(), stages[stage].label());
            self.timeline.add(at, Dialect::Beeiq, owner, move |tx| {
                let deal = deals::find_by_code(tx, &code)?.ok_or_else(|| Error::broken(format!("no deal {code}")))?;
                deals::change(tx, deal, |deal| {
                    deal.set_label(stage.clone());
                    Ok(())
                })
                .map(drop)
            });
        }
    }

    fn note(&mut self) {
        let days = self.rng.i64(1..30);
        let Some(at) = self.later(self.draft.at, days) else { return };
        let (number, body, channel) = (self.number, pick(self.rng, words::NOTES), pick(self.rng, words::CHANNELS));
        let door = pick(self.rng, &[Dialect::Beeiq, Dialect::Web]);
        let author = self.rng.usize(..words::STAFF.len());
        self.timeline.add(at, door, author, move |tx| {
            let labels = vec![catalog::find_or_create(tx, CatalogKind::TicketChannel, channel)?];
            let customer = Some(known(tx, number)?);
            notes::create(tx, Note { customer, body: body.into(), labels, ..Note::default() }).map(drop)
        });
    }

    /// Something becomes known of them through another door.
    fn update(&mut self) {
        let days = self.rng.i64(2..40);
        let Some(at) = self.later(self.draft.at, days) else { return };
        let (number, what) = (self.number, self.rng.u8(..4));
        let phone = names::mobile(self.rng, 1_000 + number as usize);
        let (tag, status) = (pick(self.rng, words::TAGS), pick(self.rng, words::STATUSES));
        let next = self.cast.user(self.draft.owner + 1).clone();
        let door = pick(self.rng, &[Dialect::OneOffice, Dialect::Omicrm, Dialect::Vbot, Dialect::Web]);
        self.timeline.add(at, door, self.draft.owner, move |tx| {
            let customer = known(tx, number)?;
            let tag = catalog::find_or_create(tx, CatalogKind::Tag, tag)?;
            let status = catalog::find_or_create(tx, CatalogKind::Status, status)?;
            customers::change(tx, customer, |customer| {
                match what {
                    0 => drop(customer.add_points(ContactPoint::new(
                        ContactKind::Phone,
                        &phone,
                        "Home",
                        Country::VIET_NAM,
                    ))),
                    1 => customer.add_label(tag.clone()),
                    2 => customer.add_label(status.clone()),
                    _ => customer.owners = vec![next.clone()],
                }
                Ok(())
            })
            .map(drop)
        });
    }

    fn trouble(&mut self) {
        let days = self.rng.i64(5..60);
        let Some(at) = self.later(self.draft.at, days) else { return };
        let (number, (title, body)) = (self.number, pick(self.rng, words::TICKETS));
        let labels = [
            (CatalogKind::TicketChannel, pick(self.rng, words::CHANNELS)),
            (CatalogKind::Sla, pick(self.rng, words::SLAS)),
        ];
        let team = self.cast.teams.get(1).cloned();
        let days = self.rng.i64(1..5);
        // Some still wait, so that there is something to do.
        let closed_at = self.later(at, days).filter(|_| number % 3 != 0);
        self.timeline.add(at, Dialect::Beeiq, self.rng.usize(3..words::STAFF.len()), move |tx| {
            let customer = known(tx, number)?;
            let mut ticket = Ticket { title: title.into(), body: body.into(), closed_at, ..Ticket::default() };
            ticket.customer = customers::find_ref(tx, customer)?;
            ticket.team.clone_from(&team);
            for (kind, label) in labels {
                ticket.labels.push(catalog::find_or_create(tx, kind, label)?);
            }
            tickets::create(tx, ticket).map(drop)
        });
    }

    /// A message that was sent long ago: nothing of the example is ever really sent.
    fn message(&mut self) {
        let days = self.rng.i64(1..30);
        let Some(at) = self.later(self.draft.at, days) else { return };
        let first = |kind| self.draft.customer.points_of(kind).next().map(|point| point.raw.clone());
        let (email, phone) = (first(ContactKind::Email), first(ContactKind::Phone));
        let (kind, recipient, subject, body) = match (email, phone) {
            (Some(email), _) if self.rng.bool() => {
                let (subject, body) = pick(self.rng, words::EMAILS);
                (MessageKind::Email, email, subject, body)
            }
            (_, Some(phone)) => (MessageKind::Sms, phone, "", pick(self.rng, words::TEXTS)),
            _ => return,
        };
        let is_refused = self.rng.u8(..12) == 0;
        let (state, answer) = match (is_refused, kind) {
            (true, _) => (MessageState::Failed, "Người nhận không tồn tại"),
            (false, MessageKind::Email) => (MessageState::Sent, "250 OK"),
            (false, MessageKind::Sms) => (MessageState::Sent, "Đã nhận"),
        };
        let number = self.number;
        self.timeline.add(at, Dialect::Beeiq, self.draft.owner, move |tx| {
            let sent = Message {
                kind,
                customer: Some(known(tx, number)?),
                recipient: recipient.clone(),
                subject: subject.into(),
                body: body.into(),
                state,
                answer: answer.into(),
                sent_at: (!is_refused).then(|| at.plus_seconds(2)),
                ..Message::default()
            };
            messages::record(tx, sent).map(drop)
        });
    }

    /// Every other customer stands somewhere in the funnels, so that each place has somebody.
    fn stand(&mut self) {
        let Some(at) = self.later(self.draft.at, 1).filter(|_| self.number % 2 == 0) else { return };
        let places: Vec<Standing> = self.cast.funnels.iter().flat_map(places).collect();
        let Some(standing) =
            usize::try_from(self.number / 2).ok().and_then(|turn| places.get(turn % places.len().max(1))).cloned()
        else {
            return;
        };
        let number = self.number;
        self.timeline.add(at, Dialect::Omicrm, self.draft.owner, move |tx| {
            let (customer, standing) = (known(tx, number)?, standing.clone());
            customers::change(tx, customer, |customer| {
                funnels::place(customer, standing);
                Ok(())
            })
            .map(drop)
        });
    }

    fn comes_again(&mut self) {
        let days = self.rng.i64(3..50);
        let Some(at) = self.later(self.draft.at, days) else { return };
        let number = self.number;
        self.timeline.add(at, Dialect::Beeiq, self.draft.owner, move |tx| {
            let customer = known(tx, number)?;
            customers::note_duplicate(tx, customer, "Dữ liệu gửi đến trùng với khách hàng này, không tạo mới")
        });
    }
}
