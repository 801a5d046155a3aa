//! What clients of all five interfaces can ask: each route of the route tables, with an id in one place at a time.
//!
//! A template marks a place that takes an id as `{id}`, which is left out while another place is tried, or as `{id!}`, which
//! then takes along the object that it stands in, or as `{id:this}`, which then says `this`. `{new}` is a code that nobody has
//! yet, and `{phone}` such a phone.

use std::cell::Cell;

use domain::Dialect;
use serde_json::{Value, json};

use super::doors::Tenant;

/// One request.
#[derive(Debug, Clone)]
pub struct Question {
    pub method: &'static str,
    pub path: String,
    pub body: Value,
    /// Whether it only looks.
    pub reads: bool,
}

/// Every route of a dialect as a client of `tenant` asks it: with everything in place, or with `id` in each place in turn.
pub fn of(door: Dialect, tenant: &Tenant, id: Option<&str>) -> Vec<Question> {
    let mut all = Vec::new();
    for (method, route) in routes(door) {
        let (paths, bodies) = templates(door, method, route, tenant);
        assert!(!paths.is_empty(), "{method} {route} has no template");
        for path in &paths {
            for body in &bodies {
                all.extend(fill(door, path, body, id).into_iter().map(|(path, body)| Question {
                    method,
                    path,
                    body,
                    reads: method == "GET" || READING.iter().any(|word| route.contains(word)),
                }));
            }
        }
    }
    // After this one there is little left to ask about.
    all.sort_by_key(|question| question.path.contains("deleteAll"));
    all
}

/// What routes that look although they are posted to have in their paths.
const READING: [&str; 6] = ["contact/search", "contacts/list", "get-all", "get-detail", "count-all", "check-exist"];

/// The route table of a dialect.
pub fn routes(door: Dialect) -> Vec<(&'static str, &'static str)> {
    match door {
        Dialect::OneOffice => oneoffice::ROUTES.to_vec(),
        Dialect::Omicrm => omicrm::ROUTES.to_vec(),
        Dialect::Caresoft => caresoft::ROUTES.to_vec(),
        Dialect::Beeiq => beeiq::ROUTES.to_vec(),
        Dialect::Vbot => vbot::ROUTES.iter().map(|route| ("POST", route.path())).collect(),
        Dialect::Web | Dialect::Cli => Vec::new(),
    }
}

/// The paths and bodies of a route. A route that this does not know has none, and then the test says so.
fn templates(door: Dialect, method: &str, route: &str, tenant: &Tenant) -> (Vec<String>, Vec<Value>) {
    match door {
        Dialect::OneOffice => of_oneoffice(route),
        Dialect::Omicrm => of_omicrm(route),
        Dialect::Caresoft => of_caresoft(method, route, tenant),
        Dialect::Beeiq => of_beeiq(route, tenant),
        Dialect::Vbot => of_vbot(route, tenant),
        Dialect::Web | Dialect::Cli => (Vec::new(), Vec::new()),
    }
}

fn of_oneoffice(route: &str) -> (Vec<String>, Vec<Value>) {
    let facts = json!({"type": "Cá nhân", "name": "x", "phones": "{phone}", "fountain_head_id": "{id:Tổng đài}",
        "trade_ids": "{id:PHIÊN DỊCH (VUT)}", "branch_id": "{id}", "partner_id": "{id}", "user_ids": "{id}",
        "status_id": "{id}", "group_type_id": "{id}", "scale_id": "{id}", "private_code": "{id}", "job_tax": "{id}",
        "create_from_crm_call_history_id": "{id}", "cf31": "{id}"});
    let with = |name: &str, value: &str| {
        let mut facts = facts.clone();
        facts[name] = Value::from(value);
        facts
    };
    let last = route.rsplit_once("contact/").or(route.rsplit_once("customer/")).map_or("", |(_, last)| last);
    let (query, bodies) = match last {
        "insert" => ("", vec![with("code", "{id:{new}}")]),
        "update" => ("", vec![with("code", "{id:CH-1}"), with("ID", "{id}")]),
        "delete" => ("", vec![json!({"delIds": "{id}"}), json!({"code": "{id}"}), json!({"ID": "{id}"})]),
        "item" => ("?code={id}&ID={id}&id={id}", vec![Value::Null]),
        _ => (
            "?search={id}&code={id}&user_ids={id}&status_id={id}&group_type_id={id}&trade_ids={id}&fountain_head_id={id}&phones={id}",
            vec![Value::Null],
        ),
    };
    (vec![format!("{route}{query}")], bodies)
}

fn of_omicrm(route: &str) -> (Vec<String>, Vec<Value>) {
    let facts = json!({"fullName": "x", "phones": ["{phone}"], "tags": ["{id}"], "business": ["{id}"], "categories": ["{id}"],
        "tagRemoves": ["{id}"], "userOwnerEmail": "{id}", "passport": "{id}", "refCode": "{id}",
        "filterContacts": [{"id": "{id!}", "index": 1}],
        "otherDynamicUpdates": [{"fieldCode": "{id!}", "values": [{"data": "x"}]}]});
    let with = |name: &str, value: &str| {
        let mut facts = facts.clone();
        facts[name] = Value::from(value);
        facts
    };
    let new = || with("refId", "{id:{new}}");
    let path = route.replace("{id}", "{id:1}");
    match route.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default() {
        "add" => (vec![path], vec![new()]),
        "addMany" | "add-more" => (vec![path], vec![json!({"data": [new()]})]),
        "update" => (vec![path], vec![with("refId", "{id:CH-1}"), with("_id", "{id}"), with("public_id", "{id}")]),
        "search" => (vec![path], vec![search()]),
        "list" if route.contains("contacts/") => (vec![path], vec![search()]),
        "get" if route.ends_with("get") => (vec![format!("{path}?phone={{id}}")], vec![Value::Null]),
        "auth" => (vec![format!("{path}?apiKey={{id}}")], vec![Value::Null]),
        _ => (vec![path], vec![Value::Null]),
    }
}

fn search() -> Value {
    json!({"keyword": "{id}", "includeIds": ["{id}"], "excludeIds": ["{id}"], "tags": ["{id}"], "business": ["{id}"],
        "categories": ["{id}"], "page": 1, "size": 5})
}

fn of_caresoft(method: &str, route: &str, tenant: &Tenant) -> (Vec<String>, Vec<Value>) {
    let domain = format!("{{id:{}}}", tenant.slug);
    let path = route.replace("{domain}", &domain).replace("{leadId}", "{id:1}").replace("{contactId}", "{id:1}");
    let values = json!([{"id": "{id:6068}", "value": "{id:x}"}]);
    let lead = json!({"lead": {"subject": "x", "phone": "{phone}", "service_id": "{id:1244}", "requester_id": "{id}",
        "group_id": "{id}", "assignee_id": "{id}", "lead_status_id": "{id}", "unqualify_reason": "{id}", "labels": ["{id}"],
        "comment": {"body": "x", "author_id": "{id}"}, "custom_fields": values}});
    let contact = json!({"contact": {"username": "x", "phone_no": "{phone}", "organization_id": "{id}", "custom_fields": values}});
    let body = if route.contains("contacts") { contact } else { lead };
    match (method, route.rsplit('/').next().unwrap_or_default()) {
        ("GET", "contactsByPhone") => (vec![format!("{path}?phoneNo={{id:0911000001}}")], vec![Value::Null]),
        ("GET", "contacts") => (vec![format!("{path}?phone={{id}}&email={{id}}&page=1")], vec![Value::Null]),
        ("GET", "lead" | "leads") => {
            let filters =
                "requester_id={id}&assignee_id={id}&service_id={id}&status_ids={id}&convert_type={id}&page={id:1}";
            (vec![format!("{path}?{filters}")], vec![Value::Null])
        }
        ("GET", _) => (vec![path], vec![Value::Null]),
        _ => (vec![path], vec![body]),
    }
}

fn of_beeiq(route: &str, tenant: &Tenant) -> (Vec<String>, Vec<Value>) {
    let own = tenant.listener.rsplit('/').next().unwrap_or_default();
    let path = route.replace("{secret}", &format!("{{id:{own}}}"));
    let contact = json!({"name": "x", "phones": ["{phone}"], "contactId": "{id}", "customerId": "{id}", "passport": "{id}",
        "tag": "{id}", "companyLead": "{id}", "companyContact": {"name": "y", "contactId": "{id}", "customerId": "{id}"},
        "cusFields": [{"name": "{id!}", "value": "x"}], "permit": {"status": 4, "users": [{"email": "{id!}"}]}});
    let who = json!({"name": "x", "contactId": "{id}", "customerId": "{id}", "passport": "{id}"});
    let note = |model: &str| json!({"model": model, "body": "x", "contactId": "{id}", "customerId": "{id}", "dealId": "{id}", "passport": "{id}"});
    let actions = [
        ("add-contact", contact.clone()),
        ("add-lead", contact.clone()),
        ("update-contact", contact.clone()),
        ("update-lead", contact),
        ("add-note", note("contact")),
        ("add-note", note("deal")),
        (
            "add-deal",
            json!({"name": "x", "dealId": "{id:{new}}", "stage": "{id}", "category": "{id}", "package": "{id}", "dealWith": who,
                "contacts": [who], "owner_opportunity": [{"users": [{"email": "{id!}"}]}, {"groups": [{"name": "{id!}"}]}]}),
        ),
        (
            "add-ticket",
            json!({"title": "x", "body": "y", "contactId": "{id}", "customerId": "{id}", "dealId": "{id}", "passport": "{id}",
                "groupName": "{id}"}),
        ),
        ("send-sms", json!({"content": "x", "phones": ["{id:{phone}}"]})),
    ];
    let sender = format!("{{id:{}}}", tenant.sender);
    let body =
        |(action, data): &(&str, Value)| json!({"senderUser": sender, "data": [{"actionType": action, "data": data}]});
    (vec![path], actions.iter().map(body).collect())
}

fn of_vbot(route: &str, tenant: &Tenant) -> (Vec<String>, Vec<Value>) {
    let lower = route.to_ascii_lowercase();
    let mut parts = lower.rsplit('/');
    let (verb, subject) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let customer = |name: &str, no: &str| {
        json!({name: no, "customer_name": "x", "customer_phones": ["{phone}"],
            "customer_status_code": "{id:MA_TRANG_THAI_KHACH_HANG}", "customer_type_code": "{id:MA_LOAI_KHACH_HANG}",
            "customer_group_name": "{id:Ten_nhom_khach_hang}", "fields": [{"field_key": "{id:THONG_TIN_KHAC}", "field_value": "x"}]})
    };
    let item = |suffix: &str, value: &str| (format!("{subject}_{suffix}"), Value::from(value));
    let bodies = match (subject, verb) {
        (_, "token") => vec![json!({"grant_type": "refresh_token", "refresh_token": "{id:x}"})],
        (_, "get-all" | "count-all") => vec![json!({"keyword": "{id}", "page": "{id:1}"})],
        (_, "get-detail") => vec![json!({"customer_code": "{id}"}), json!({"customer_no": "{id}"})],
        (_, "check-exist-field-value") => vec![
            json!({"field_key": "customer_code", "field_value": "{id:x}"}),
            json!({"field_key": "{id:customer_phones}", "field_value": "0905000000"}),
        ],
        ("customer", "create" | "insert") => {
            vec![customer("customer_no", "{id:{new}}"), customer("customer_code", "{id:{new}}")]
        }
        ("customer", "update") => vec![customer("customer_no", "{id:CH-1}"), customer("customer_code", "{id:CH-1}")],
        ("customer", "updateno") => vec![
            json!({"customer_no_old": "{id}", "customer_no_new": "{new}"}),
            json!({"customer_no_old": "CH-1", "customer_no_new": "{id}"}),
        ],
        ("customer", "deleteall") => vec![json!({})],
        (_, "updateno") => vec![Value::from_iter([item("no_old", "{id}"), item("no_new", "{new}")])],
        (_, "delete") => vec![Value::from_iter([item("no", "{id}")]), Value::from_iter([item("code", "{id}")])],
        _ => {
            let mut body = Value::from_iter([item("no", "{id:{new}}"), item("name", "x")]);
            if subject == "field" {
                body["field_type"] = json!(["SELECT"]);
                body["field_options"] = json!(["{id:a}"]);
            }
            vec![body]
        }
    };
    let named = |mut body: Value| {
        if !lower.starts_with("/v3.0") && verb != "token" {
            body["vbot_id"] = Value::from(format!("{{id:vbot-{}}}", tenant.slug));
            body["project_code"] = Value::from(format!("{{id:PR-{}}}", tenant.slug));
        }
        body
    };
    (vec![route.to_owned()], bodies.into_iter().map(named).collect())
}

/// A template with `id` in each of its places in turn; once without it when there is none to try.
fn fill(door: Dialect, path: &str, body: &Value, id: Option<&str>) -> Vec<(String, Value)> {
    let Some(id) = id else {
        return vec![(fill_path(path, &mut Places::none()), fill_body(body, &mut Places::none()))];
    };
    let places = path.matches("{id").count() + body.to_string().matches("{id").count();
    let one = |place: usize| {
        let mut places = Places { next: 0, chosen: place, id };
        let path = fill_path(path, &mut places);
        (path, fill_body(body, &mut places))
    };
    // A number may be sent as one: CareSoft's document does.
    let as_number = |(path, body): &(String, Value)| {
        let number: i64 = id.parse().ok().filter(|_| door == Dialect::Caresoft)?;
        let text = body.to_string();
        let bare = text.replace(&format!("\"{id}\""), &number.to_string());
        (bare != text).then(|| (path.clone(), serde_json::from_str(&bare).unwrap()))
    };
    let texts: Vec<_> = (0..places.max(1)).map(one).collect();
    let numbers: Vec<_> = texts.iter().filter_map(as_number).collect();
    texts.into_iter().chain(numbers).collect()
}

/// Which place is tried, counted as they are met.
struct Places<'i> {
    next: usize,
    chosen: usize,
    id: &'i str,
}

impl Places<'_> {
    fn none() -> Self {
        Self { next: 0, chosen: usize::MAX, id: "" }
    }

    /// What a marked text becomes; `None` leaves it out.
    fn fill(&mut self, text: &str) -> Option<String> {
        let Some(default) = text.strip_prefix("{id").and_then(|rest| rest.strip_suffix('}')) else {
            return Some(fresh(text));
        };
        let place = self.next;
        self.next += 1;
        match default.strip_prefix(':') {
            _ if place == self.chosen => Some(self.id.to_owned()),
            default => default.map(fresh),
        }
    }
}

/// A text with new codes and phones.
fn fresh(text: &str) -> String {
    thread_local!(static NEXT: Cell<u32> = const { Cell::new(0) });
    let number = NEXT.replace(NEXT.get() + 1);
    text.replace("{new}", &format!("MOI-{number}")).replace("{phone}", &format!("0912{number:06}"))
}

fn fill_path(template: &str, places: &mut Places<'_>) -> String {
    let (path, query) = template.split_once('?').unwrap_or((template, ""));
    let parts: Vec<String> =
        path.split('/').map(|part| places.fill(part).as_deref().map_or_else(String::new, escaped)).collect();
    let filled = query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some(format!("{name}={}", escaped(&places.fill(value)?)))
    });
    let query: Vec<String> = filled.collect();
    if query.is_empty() { parts.join("/") } else { format!("{}?{}", parts.join("/"), query.join("&")) }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// A body without what has no value.
fn fill_body(template: &Value, places: &mut Places<'_>) -> Value {
    walk(template, places).ok().flatten().unwrap_or(Value::Null)
}

/// A value whose place must be filled was not: what it belongs to makes no sense without it.
struct Needed;

fn walk(value: &Value, places: &mut Places<'_>) -> Result<Option<Value>, Needed> {
    match value {
        Value::String(text) => match (text.strip_suffix("!}"), places.fill(&text.replace("!}", "}"))) {
            (Some(_), None) => Err(Needed),
            (_, filled) => Ok(filled.map(Value::from)),
        },
        Value::Array(items) => {
            let walked: Vec<_> = items.iter().map(|item| walk(item, places)).collect();
            let is_needed = walked.iter().any(Result::is_err);
            let left: Vec<Value> = walked.into_iter().filter_map(Result::ok).flatten().collect();
            match left.is_empty() {
                true if is_needed => Err(Needed),
                true => Ok(None),
                false => Ok(Some(Value::from(left))),
            }
        }
        Value::Object(members) => {
            let walked: Vec<_> = members.iter().map(|(name, value)| (name, walk(value, places))).collect();
            if walked.iter().any(|(_, value)| value.is_err()) {
                return Ok(None);
            }
            let left = walked.into_iter().filter_map(|(name, value)| Some((name.clone(), value.ok()??)));
            Ok(Some(Value::Object(left.collect())))
        }
        other => Ok(Some(other.clone())),
    }
}
