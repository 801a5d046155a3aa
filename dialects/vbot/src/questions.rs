//! What the third version can be asked: customers in pages, how many, one of them, whether a value is known.

use domain::dialect::System;
use domain::identity::{self, Key, KeyKind};
use domain::{Error, Result};
use hub::access::Caller;
use hub::catalog::Unknown;
use hub::{Answer, Filter, Tx, customers, fields};
use kit::forms;
use kit::http::Shared;
use kit::json::{Node, Parsed};
use kit::reader::Reader;
use serde_json::{Value, json};

use crate::calls::Ground;
use crate::routes::{Question, Version};
use crate::{customers as written, error, map};

/// Customers on a page unless it is said, and at most.
const PAGE_SIZE: i64 = 20;
const LARGEST_PAGE: i64 = 200;

/// A question with what it is about.
#[derive(Debug, Clone)]
enum Asked {
    Page { keyword: Option<String>, page: i64, size: i64 },
    Count { keyword: Option<String> },
    One { no: String },
    IsKnown { key: String, value: String },
}

/// Answers a question. Nothing is changed, so that the journal does not keep it.
pub async fn answer(
    shared: &Shared,
    caller: &Caller,
    question: Question,
    query: Option<&str>,
    body: Result<Parsed>,
) -> Answer {
    let asked = forms::read_text(query.unwrap_or_default())
        .and_then(|query| Ok(forms::merge(query, body?.node)))
        .and_then(|members| Asked::read(question, &members));
    let asked = match asked {
        Ok(asked) => asked,
        Err(error) => return error::failed(Version::V3, &error),
    };
    let ground = Ground::of(caller);
    let found = shared.hub.read(caller.org.id, move |tx| asked.look(tx, &ground)).await;
    match found {
        Ok(data) => error::done(Version::V3, &data),
        Err(error) => error::failed(Version::V3, &error),
    }
}

impl Asked {
    fn read(question: Question, members: &Node) -> Result<Self> {
        let body = Reader::object(members, "")?;
        body.reject_nul()?;
        let keyword = body.trimmed(["keyword", "search"])?;
        Ok(match question {
            Question::Page => {
                let page = body.integer("page")?.unwrap_or(1);
                let size = body.integer(["page_size", "limit"])?.unwrap_or(PAGE_SIZE);
                if !(1..=1_000_000_000).contains(&page) {
                    return Err(body.invalid("page", "phải từ 1 trở lên"));
                }
                if !(1..=LARGEST_PAGE).contains(&size) {
                    return Err(body.invalid("page_size", &format!("phải từ 1 đến {LARGEST_PAGE}")));
                }
                Self::Page { keyword, page, size }
            }
            Question::Count => Self::Count { keyword },
            Question::One => {
                let no = body.trimmed(["customer_code", "customer_no"])?;
                Self::One { no: no.ok_or_else(|| body.missing("customer_code"))? }
            }
            Question::IsKnown => {
                let key = body.trimmed("field_key")?.ok_or_else(|| body.missing("field_key"))?;
                // A custom field may hold `true`.
                let value = body.value("field_value").map_or(Ok(None), |value| value.written())?;
                let value = value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
                Self::IsKnown { key, value: value.ok_or_else(|| body.missing("field_value"))? }
            }
        })
    }

    fn look(&self, tx: &mut Tx<'_>, ground: &Ground) -> Result<Value> {
        let filter = |keyword: &Option<String>| Filter {
            keyword: keyword.clone(),
            country: ground.country,
            ..Filter::everything(ground.viewer.clone())
        };
        match self {
            Self::Page { keyword, page, size } => {
                let (found, total) = customers::search(tx, &filter(keyword), (page - 1) * size, *size)?;
                let items: Vec<Value> = found.iter().map(map::shown).collect();
                Ok(json!({ "total": total, "page": page, "page_size": size, "items": items }))
            }
            Self::Count { keyword } => Ok(json!(customers::search(tx, &filter(keyword), 0, 1)?.1)),
            Self::One { no } => {
                let id = written::find(tx, ground, no)?;
                let customer = customers::find(tx, &ground.viewer, id)?;
                customer.as_ref().map(map::shown).ok_or_else(|| Error::not_found("Không tìm thấy khách hàng"))
            }
            Self::IsKnown { key, value } => Ok(json!(is_known(tx, ground, key, value)?)),
        }
    }
}

/// Whether a customer that the caller may see has a value: a code, a phone, an e-mail, or a custom value.
fn is_known(tx: &mut Tx<'_>, ground: &Ground, key: &str, value: &str) -> Result<bool> {
    let name = match key {
        "customer_code" | "customer_no" => {
            identity::code(value).map(|key| Key { kind: KeyKind::Code(System::Vbot), key })
        }
        "customer_phones" | "customer_phone" => {
            identity::phone(value, ground.country).map(|key| Key { kind: KeyKind::Phone, key })
        }
        "customer_email" => identity::email(value).map(|key| Key { kind: KeyKind::Email, key }),
        custom => {
            let field = fields::named_by_code(tx, custom, "field_key", Unknown::Refuse)?;
            return fields::is_value(tx, &ground.viewer, &field, value);
        }
    };
    match name {
        Some(key) => customers::is_known(tx, &ground.viewer, &key),
        None => Ok(false),
    }
}
