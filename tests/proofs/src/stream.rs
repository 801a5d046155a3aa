//! A random stream of calls over all five doors: sensible ones, ones about records that are there, ones that are refused, and
//! ones with a value that nobody expects.

use std::rc::Rc;

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::desk::{Call, Desk};
use crate::races::spelling;

/// Stands in a call for the number of the `n`th record of a kind; each engine puts its own there.
pub fn number_of(kind: char, nth: usize) -> String {
    format!("«{kind}{nth}»")
}

const NAMES: [&str; 16] = [
    "Nguyễn Văn An",
    "An",
    "Nguyen Van An",
    "Trần Thị Bình",
    "Trần Bình",
    "Lê Thị Cúc",
    "LÊ THỊ CÚC",
    "Đỗ Đức",
    "Do Duc",
    "Công ty ABC",
    "Phạm Hoàng Yến",
    "Ông Năm",
    "O'Neil \"Mỹ\"",
    "😀 Vui",
    "Ngô   Quốc  Đạt",
    "Đặng Thị Ánh",
];
const WORDS: [&str; 14] = [
    "vip",
    "VIP",
    "Khách hàng",
    "khach hang",
    "Đà Nẵng",
    "web",
    "<b>đậm</b>",
    "a,b;c",
    "100%_x",
    "\\",
    "'; --",
    "ß ﬁ Ⅷ",
    "\u{1F600}\u{200D}x",
    "z\u{301}",
];
const DATES: [&str; 7] = [
    "2024/03/21 23:59:59",
    "21/03/2024",
    "2024-02-30",
    "1990-01-02",
    "hôm qua",
    "2024-03-21T08:11:06Z",
    "1482470382793",
];

/// Makes calls, one after the other, from a seed.
pub struct Stream {
    random: Rng,
    desk: Rc<Desk>,
}

impl Stream {
    /// The stream of a seed for an org.
    pub fn new(seed: u64, desk: &Desk) -> Self {
        Self { random: Rng::with_seed(seed), desk: Rc::new(desk.clone()) }
    }

    /// The next call.
    pub fn next_call(&mut self) -> Call {
        match self.random.usize(..100) {
            0..24 => self.beeiq(),
            24..43 => self.omicrm(),
            43..62 => self.vbot(),
            62..81 => self.caresoft(),
            _ => self.oneoffice(),
        }
    }

    fn beeiq(&mut self) -> Call {
        let desk = Rc::clone(&self.desk);
        let items: Vec<Value> = (0..1 + self.random.usize(..3)).map(|_| self.item()).collect();
        let sender = if self.random.u8(..40) == 0 { "ai@example.com" } else { "chu@example.com" };
        let call = desk.delivery("", &Value::Null);
        Call { body: json!({"senderUser": sender, "data": items}).to_string(), ..call }
    }

    fn item(&mut self) -> Value {
        let actions = [
            "add-contact",
            "add-lead",
            "update-contact",
            "update-lead",
            "add-note",
            "add-deal",
            "add-ticket",
            "send-sms",
            "nothing",
        ];
        let action = actions[self.random.usize(..100) * 81 / 1_000];
        let mut data = match action {
            "add-note" => json!({"body": self.word(), "tag": self.word()}),
            "add-ticket" => {
                json!({"title": self.word(), "body": self.word(), "channel": "Facebook", "groupName": self.word()})
            }
            "send-sms" => json!({"content": self.word()}),
            "add-deal" => {
                json!({"dealId": self.code(), "name": self.word(), "value": self.random.i64(..1_000_000), "stage": "",
                "dealWith": {"name": self.name(), "phones": [self.phone()]}, "description": self.word(), "closeDate": self.date()})
            }
            _ => {
                json!({"name": self.name(), "bgInfo": self.word(), "tag": self.word(), "passport": self.code(), "type": self.random.u8(..2),
                "gender": self.random.u8(..4), "dateOfBirth": self.date(), "addresses": [{"street": self.word(), "city": self.word()}],
                "cusFields": [{"name": self.word(), "value": self.word()}], "contactId": self.code(), "websites": [self.word()],
                "permit": {"status": self.random.u8(1..5), "users": ["chu@example.com"]}})
            }
        };
        self.keys(&mut data, "phones", "emails", "customerId");
        json!({"actionType": action, "data": self.roughened(data)})
    }

    /// Adds some of the keys by which people are known.
    fn keys(&mut self, data: &mut Value, phones: &str, emails: &str, number: &str) {
        if self.random.bool() {
            data[phones] = json!([self.phone(), {"type": "Work", "value": self.phone()}]);
        }
        if self.random.bool() {
            data[emails] = json!([{"type": "Home", "value": self.email()}]);
        }
        if !number.is_empty() && self.random.u8(..5) == 0 {
            data[number] = json!(format!("PID-{}", number_of('c', self.random.usize(..400))));
        }
    }

    fn omicrm(&mut self) -> Call {
        let desk = Rc::clone(&self.desk);
        let mut contact = json!({"refId": self.code(), "refCode": self.code(), "fullName": self.name(), "note": self.word(),
            "tags": [self.word(), self.word()], "business": [self.word()], "categories": [self.word()], "gender": "male",
            "passport": self.code(), "jobTitle": self.word(), "address": self.word(), "birthday": self.date(),
            "phones": [{"data": self.phone(), "type": "home"}], "emails": [{"data": self.email(), "type": "home"}],
            "otherDynamicUpdates": [{"fieldCode": "note", "value": [{"value": self.word()}]}]});
        contact = self.roughened(contact);
        let code = self.code();
        let phone = encoded(&self.phone());
        match self.random.u8(..16) {
            0..4 => desk.post("/api/v2/contact/add", &contact),
            4 => desk.post(
                "/api/v2/contact/addMany",
                &json!({"data": [contact, {"fullName": self.name(), "phones": [self.phone()]}]}),
            ),
            5..9 => desk.post("/api/v2/contact/update", &contact),
            9 => get(format!("/api/v2/contact/get/{code}")),
            10 => get(format!("/api/contacts/get?phone={phone}")),
            11 => get("/api/v2/contact/layout/list".to_owned()),
            12 => get("/api/v2/contact/filterContact/list".to_owned()),
            _ => {
                let keyword = self.keyword();
                let (page, size) = (self.random.i64(-1..5), self.random.i64(-1..30));
                desk.post(&format!("/api/v2/contact/search?page={page}&size={size}"), &json!({"keyword": keyword}))
            }
        }
    }

    fn vbot(&mut self) -> Call {
        let desk = Rc::clone(&self.desk);
        let customer = json!({"customer_no": self.code(), "customer_name": self.name(), "customer_address": self.word(),
            "customer_email": self.email(), "customer_phones": [self.phone(), self.phone()],
            "customer_status_code": self.one(&["MA_TRANG_THAI_KHACH_HANG", "S1", "S2"]),
            "customer_type_code": self.one(&["MA_LOAI_KHACH_HANG", "T1"]),
            "customer_group_name": self.one(&["Ten_nhom_khach_hang", "Nhóm 1"]),
            "fileds": [{"field_key": self.one(&["THONG_TIN_KHAC", "F1", "F2"]), "field_value": self.word()}]});
        let customer = self.roughened(customer);
        let mut list = |kind: &str, codes: &[&'static str]| {
            let (code, other) = (self.one(codes), self.one(codes));
            json!({format!("{kind}_no"): code, format!("{kind}_name"): self.word(), format!("{kind}_type"): "text",
                format!("{kind}_description"): "", format!("{kind}_no_old"): code, format!("{kind}_no_new"): other})
        };
        let lists = [
            list("status", &["S1", "S2"]),
            list("type", &["T1", "T2"]),
            list("group", &["G1", "G2"]),
            list("field", &["F1", "F2"]),
        ];
        match self.random.usize(..24) {
            0..6 => desk.vbot("create", &customer),
            6..11 => desk.vbot("update", &customer),
            11 => desk.vbot("delete", &customer),
            12 => desk.vbot("updateNO", &json!({"customer_no_old": self.code(), "customer_no_new": self.code()})),
            13..19 => {
                let place = self.random.usize(..4);
                let kind = ["status", "type", "group", "field"][place];
                let verb = self.one(&["create", "update", "updateNo", "delete"]);
                let call = desk.vbot("", &lists[place]);
                Call { path: format!("/api/crm/{kind}/{verb}"), ..call }
            }
            19 => desk.post("/v3.0/api/customer/get-detail", &json!({"customer_code": self.code()})),
            20 => desk.post("/v3.0/api/customer/count-all", &json!({"keyword": self.keyword()})),
            _ => {
                let (page, size) = (self.random.i64(-1..5), self.random.i64(-1..30));
                desk.post(
                    "/v3.0/api/customer/get-all",
                    &json!({"keyword": self.keyword(), "page": page, "page_size": size}),
                )
            }
        }
    }

    fn caresoft(&mut self) -> Call {
        let desk = Rc::clone(&self.desk);
        let slug = desk.slug.clone();
        let (lead_number, number) =
            (number_of('l', self.random.usize(..300)), number_of('c', self.random.usize(..400)));
        let lead = json!({"lead": {"username": self.name(), "phone": self.phone(), "email": self.email(), "subject": self.word(),
            "comment": {"body": self.word(), "is_public": self.random.u8(..2)}, "service_id": self.one(&["1244", "9"]),
            "lead_status_id": self.one(&["12", "557", "558", "77"]), "lead_label": self.one(&["10", "11,17", "x"]), "estimated_closed_date": self.date(),
            "ref_url": self.word(), "custom_fields": [{"id": "6068", "value": "106902"}], "unqualified_reasons": "1",
            "convert_type": self.random.u8(..4), "assignee_id": 124_734_559}});
        let lead = json!({"lead": self.roughened(lead["lead"].clone())});
        let contact = json!({"contact": {"username": self.name(), "phone_no": self.phone(), "email": self.email()}});
        match self.random.u8(..20) {
            0..6 => desk.post(&format!("/{slug}/api/v1/lead"), &lead),
            6..10 => Call { method: "PUT", ..desk.post(&format!("/{slug}/api/v1/lead/{lead_number}"), &lead) },
            10 => get(format!("/{slug}/api/v1/lead/{lead_number}")),
            11 => get(format!("/{slug}/api/v1/contacts/{number}")),
            12 => get(format!("/{slug}/api/v1/contactsByPhone?phoneNo={}", encoded(&self.phone()))),
            13 => desk.post(&format!("/{slug}/api/v1/contacts"), &contact),
            14 => Call { method: "PUT", ..desk.post(&format!("/{slug}/api/v1/contacts/{number}"), &contact) },
            15 => get(format!(
                "/{slug}/api/v1/{}",
                self.one(&["agents", "groups", "services", "lead/status", "lead/labels", "tickets/custom_fields"])
            )),
            _ => {
                let asked = match self.random.u8(..6) {
                    0 => format!("requester_id={number}"),
                    1 => "status_ids=12,558".to_owned(),
                    2 => "convert_type=2".to_owned(),
                    3 => "service_id=1244".to_owned(),
                    4 => format!("created_since={}", encoded(self.date())),
                    _ => format!("assignee_id={}", self.one(&["124734559", "x", "1"])),
                };
                get(format!(
                    "/{slug}/api/v1/leads?{asked}&count={}&page={}",
                    self.random.i64(-1..30),
                    self.random.i64(-1..5)
                ))
            }
        }
    }

    fn oneoffice(&mut self) -> Call {
        let desk = Rc::clone(&self.desk);
        let contact = json!({"code": self.code(), "type": self.one(&["Cá nhân", "Tổ chức", "0", "Ai"]), "name": self.name(),
            "phones": self.phone(), "emails": format!("{}, {}", self.email(), self.email()), "fountain_head_id": self.one(&["Tổng đài", "Website", "Không có"]),
            "trade_ids": "PHIÊN DỊCH (VUT)", "desc": self.word(), "private_code": self.code(), "job_tax": self.code(), "birthday": self.date(),
            "address": self.word(), "cf31": self.phone(), "branch_id": self.code(), "user_ids": "chu@example.com", "partner_id": self.word(),
            "contacts": json!([{"type": "Số điện thoại", "title": self.phone()}]).to_string()});
        let contact = self.roughened(contact);
        match self.random.u8(..16) {
            0..5 => desk.post("/api/customer/contact/insert", &contact),
            5..9 => desk.post("/api/customer/contact/update", &contact),
            9 => desk.post(
                "/api/customer/contact/update",
                &json!({"ID": number_of('c', self.random.usize(..400)), "desc": self.word()}),
            ),
            10 => desk
                .post("/api/customer/contact/delete", &json!({"delIds": format!("{},{}", self.code(), self.code())})),
            11 => get(format!("/api/customer/contact/item?code={}", self.code())),
            12 => get(format!("/api/customer/contact/item?ID={}", number_of('c', self.random.usize(..400)))),
            13 => get(format!("/api/customer/deal/gets?page={}&search={}", self.random.u8(..3), encoded(&self.word()))),
            _ => {
                let search = encoded(&self.keyword());
                get(format!(
                    "/api/customer/contact/gets?search={search}&page={}&limit={}",
                    self.random.i64(-1..4),
                    self.random.i64(-1..30)
                ))
            }
        }
    }

    /// Some members left out, and now and then one that is something else altogether.
    fn roughened(&mut self, value: Value) -> Value {
        let Value::Object(members) = value else { return value };
        let mut kept: Map<String, Value> = members.into_iter().filter(|_| self.random.u8(..20) > 0).collect();
        if self.random.u8(..14) == 0 && !kept.is_empty() {
            let place = self.random.usize(..kept.len());
            let junk = self.junk();
            if let Some((_, member)) = kept.iter_mut().nth(place) {
                *member = junk;
            }
        }
        Value::Object(kept)
    }

    fn junk(&mut self) -> Value {
        match self.random.u8(..12) {
            0 => Value::Null,
            1 => json!(""),
            2 => json!([]),
            3 => json!({}),
            4 => json!(i64::MAX),
            5 => json!(-1.5e300),
            6 => json!(true),
            7 => json!("a".repeat(5_000)),
            8 => json!("nul \u{0} nul"),
            9 => json!([[["sâu"]]]),
            10 => json!(0),
            _ => json!(" \t\n "),
        }
    }

    fn one(&mut self, of: &[&'static str]) -> &'static str {
        of[self.random.usize(..of.len())]
    }

    fn name(&mut self) -> &'static str {
        self.one(&NAMES)
    }

    fn word(&mut self) -> String {
        let word = self.one(&WORDS);
        if self.random.u8(..3) == 0 { format!("{word} {}", self.random.u8(..50)) } else { word.to_owned() }
    }

    fn date(&mut self) -> &'static str {
        self.one(&DATES)
    }

    fn code(&mut self) -> String {
        format!("KH{}", self.random.u16(..400))
    }

    fn phone(&mut self) -> String {
        if self.random.u8(..25) == 0 {
            return self.one(&["abc", "113", "0283 822 1234", "036529xxx", "+1 202 555 0143"]).to_owned();
        }
        spelling(self.random.usize(..400), self.random.usize(..10))
    }

    fn email(&mut self) -> String {
        let number = self.random.u16(..400);
        if self.random.bool() { format!("k{number}@example.com") } else { format!(" K{number}@Example.COM ") }
    }

    fn keyword(&mut self) -> String {
        match self.random.u8(..8) {
            0 | 1 => self.phone(),
            2 => self.email(),
            3 => self.code(),
            4 => self.word(),
            5 => String::new(),
            _ => self.name().to_owned(),
        }
    }
}

fn get(path: String) -> Call {
    Call { method: "GET", path, body: String::new() }
}

/// A value of a query.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
