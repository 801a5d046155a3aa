//! The last days of the example as clients tell them: calls through the doors of all dialects, some of which are refused.

use anyhow::{Result, bail};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use domain::{Actor, Clock as _, Dialect, Instant, Viewer};
use hub::leads::steps::{self, Sale, Seen};
use hub::orgs::MadeOrg;
use hub::{FixedClock, Hub, leads, listeners};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::fill::{ORG, OWNER};
use super::parcels;
use crate::doors;

/// Minutes of a day.
const DAY: i64 = 1_440;
/// Bytes of an answer at most.
const LONGEST: usize = 1 << 20;

/// A client of all five dialects.
struct Client<'c> {
    hub: &'c Hub,
    routes: Router,
    clock: &'c FixedClock,
    made: &'c MadeOrg,
    now: Instant,
}

/// Sends everything, the oldest first. `clock` is the hub's, and `now` the moment at which the example ends.
pub fn send(hub: &Hub, clock: &FixedClock, made: &MadeOrg, now: Instant) -> Result<()> {
    let routes = doors::routes(hub).into_iter().fold(Router::new(), |all, (_, routes)| all.merge(routes));
    let client = Client { hub, routes, clock, made, now };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        clock.set(now.minus_days(7));
        let endpoint = parcels::subscribe(hub, made.org.id).await?;
        client.earlier().await?;
        client.yesterday().await?;
        client.today().await?;
        hub.write_uses().await?;
        Ok(parcels::settle(hub, clock, made.org.id, endpoint, now).await?)
    })
}

impl Client<'_> {
    /// From six days ago on.
    async fn earlier(&self) -> Result<()> {
        self.beeiq(6 * DAY + 70, "add-lead", &person("Đặng Hoài Thương", "0967 200 101", "thuong.dang@example.com"))
            .await?;
        self.vbot(6 * DAY, "create", &json!({
            "customer_no": "VB-2001", "customer_name": "Lương Gia Bảo", "customer_phones": ["0967200102"],
            "customer_status_code": "DANG_CHAM_SOC", "customer_type_code": "KHACH_LE", "customer_group_name": "Khách hàng phổ thông",
        }))
        .await?;
        // The status was never set up.
        self.vbot(6 * DAY - 2, "create", &json!({
            "customer_no": "VB-2002", "customer_name": "Tạ Thu Cúc", "customer_phones": ["0967200103"],
            "customer_status_code": "KHACH_MOI_2026", "customer_type_code": "KHACH_LE", "customer_group_name": "Khách hàng phổ thông",
        }))
        .await?;
        self.ticket(5 * DAY + 200, "0967200102", "Bàn họp giao thiếu mặt kính", "Tiêu chuẩn", "Phone").await?;
        let lead =
            self.enquiry(5 * DAY, "Vương Khánh Ly", "0967200104", "Cần bố trí lại phòng kế toán 8 người").await?;
        self.moves(5 * DAY - 90, lead, &json!({ "lead_status_id": 2 })).await?;
        self.oneoffice(
            4 * DAY + 300,
            &[
                ("code", "KH-2003"),
                ("type", "Cá nhân"),
                ("name", "Triệu Minh Quân"),
                ("phones", "0967200105"),
                ("emails", "quan.trieu@example.com"),
                ("fountain_head_id", "Khách hàng giới thiệu"),
                ("trade_ids", "Xây dựng"),
            ],
        )
        .await?;
        // The same code once more.
        self.oneoffice(
            4 * DAY + 240,
            &[
                ("code", "KH-2003"),
                ("type", "Cá nhân"),
                ("name", "Triệu Minh Quân"),
                ("phones", "0967200105"),
                ("fountain_head_id", "Website"),
                ("trade_ids", "Xây dựng"),
            ],
        )
        .await?;
        let lead = self.enquiry(3 * DAY + 400, "Nghiêm Thị Sen", "0967200106", "Xin mẫu vải bọc ghế").await?;
        self.moves(3 * DAY, lead, &json!({ "lead_status_id": 5, "unqualify_reason": 1 })).await?;
        self.ticket(3 * DAY - 60, "0967200105", "Ghế xoay bị lệch trục", "Ưu tiên", "Email").await?;
        self.omicrm(
            2 * DAY + 350,
            &json!({
                "refId": "OMI-2004", "fullName": "Quách Tuấn Kiệt", "tags": ["Phòng họp"],
                "phones": [{ "data": "0967 200 107", "type": "personal", "valueType": "Cá nhân" }],
            }),
        )
        .await?;
        let lead = self.enquiry(2 * DAY + 200, "Mạc Đình Chi", "0967200115", "Trang bị phòng khám mới").await?;
        self.converts(2 * DAY + 40, lead, "Phòng khám Mạc Đình", "74500000").await?;
        // Another name on a phone that is known: a pair for the queue.
        self.omicrm(
            2 * DAY,
            &json!({
                "refId": "OMI-2005", "fullName": "Âu Dương Hạnh",
                "phones": [{ "data": "0967200105", "type": "personal", "valueType": "Cá nhân" }],
            }),
        )
        .await
    }

    /// Somebody turns a lead into a deal on its page.
    async fn converts(&self, ago: i64, lead: i64, name: &str, value: &str) -> Result<()> {
        self.clock.set(self.moment(ago));
        let actor = Actor { dialect: Dialect::Web, name: OWNER.into(), ..Actor::cli(self.made.org.id) };
        let sale = Sale { name: name.into(), value: value.into(), ..Sale::default() };
        let converted = self.hub.write(actor, move |tx| {
            let (found, _) = leads::find_for(tx, &Viewer::Org, lead)?;
            steps::convert(tx, Seen { viewer: &Viewer::Org, number: lead, version: found.version }, &sale).map(drop)
        });
        Ok(converted.await?)
    }

    fn moment(&self, ago: i64) -> Instant {
        Instant(self.now.0 - ago * 60_000_000)
    }

    /// The day before.
    async fn yesterday(&self) -> Result<()> {
        let lead = self.enquiry(DAY + 300, "Lại Phương Nam", "0967200108", "Báo giá 60 ghế hội trường").await?;
        self.moves(DAY + 200, lead, &json!({ "lead_status_id": 3 })).await?;
        // The service is not on the list.
        let unknown = json!({ "lead": { "phone": "0967200109", "subject": "Hỏi giá", "service_id": 77 } });
        self.caresoft(DAY + 150, "POST", "lead", &unknown).await?;
        self.omicrm(DAY + 100, &json!({ "refId": "OMI-2004", "fullName": "Quách Tuấn Kiệt" })).await?;
        self.beeiq(DAY, "add-contact", &person("Lưu Bảo Trân", "+84 967 200 110", "tran.luu@example.com")).await?;
        self.ticket(DAY - 30, "0967200110", "Xin lịch lắp đặt tầng 5", "Tiêu chuẩn", "Kite Chat").await
    }

    /// The last hours.
    async fn today(&self) -> Result<()> {
        self.oneoffice(
            410,
            &[
                ("code", "KH-2006"),
                ("type", "Cá nhân"),
                ("name", "Hứa Minh Thư"),
                ("phones", "0967200111"),
                ("fountain_head_id", "Website"),
                ("trade_ids", "Bán lẻ"),
            ],
        )
        .await?;
        self.beeiq(300, "send-sms", &json!({
            "content": "Noi that Dau Moi: lich khao sat 9h sang mai. Cam on quy khach.", "phones": ["0967200110", "0967200111"],
        }))
        .await?;
        self.ticket(190, "0967200111", "Đổi kích thước kệ trưng bày", "Ưu tiên", "Web Contact Form").await?;
        // Somebody who is no user of the org.
        let stranger = json!({ "senderUser": "form-cu@example.com", "data": [{ "actionType": "add-lead",
            "data": person("Cù Thanh Vân", "0967200112", "van.cu@example.com") }] });
        self.json(95, "POST", &listeners::path(&self.made.listener_secret), &stranger).await?;
        // The same person again, written in another way; and one item of two that cannot be read.
        let twice = json!({ "senderUser": OWNER, "data": [
            { "actionType": "add-lead", "data": person("Đặng Hoài Thương", "0084 967.200.101", "thuong.dang@example.com") },
            { "actionType": "add-ticket", "data": { "passport": "000199999999", "title": "Không rõ của ai", "body": "Gọi lại giúp tôi" } },
        ] });
        self.json(48, "POST", &listeners::path(&self.made.listener_secret), &twice).await?;
        self.enquiry(21, "Tống Ngọc Diệp", "0967200113", "Tư vấn vách ngăn cho 3 phòng họp").await?;
        self.beeiq(6, "add-lead", &person("Phùng Đức Anh", "0967 200 114", "anh.phung@example.com")).await
    }

    /// One action of a listener.
    async fn beeiq(&self, ago: i64, action: &str, data: &Value) -> Result<()> {
        let body = json!({ "senderUser": OWNER, "data": [{ "actionType": action, "data": data }] });
        self.json(ago, "POST", &listeners::path(&self.made.listener_secret), &body).await.map(drop)
    }

    /// A request for help.
    async fn ticket(&self, ago: i64, phone: &str, title: &str, sla: &str, channel: &str) -> Result<()> {
        let data = json!({
            "contactType": "customer", "phone": phone, "title": title, "body": title,
            "groupName": "Chăm sóc khách hàng", "slaName": sla, "channel": channel,
        });
        self.beeiq(ago, "add-ticket", &data).await
    }

    /// A lead of the switchboard; gives its number.
    async fn enquiry(&self, ago: i64, name: &str, phone: &str, subject: &str) -> Result<i64> {
        let body = json!({ "lead": {
            "username": name, "phone": phone, "subject": subject, "service_id": 1, "lead_status_id": 1, "comment": "Khách gọi vào tổng đài",
        } });
        let answer = self.caresoft(ago, "POST", "lead", &body).await?;
        match answer["lead"]["id"].as_i64() {
            Some(number) => Ok(number),
            None => bail!("the example's lead was refused: {answer}"),
        }
    }

    async fn moves(&self, ago: i64, lead: i64, facts: &Value) -> Result<()> {
        self.caresoft(ago, "PUT", &format!("lead/{lead}"), &json!({ "lead": facts })).await.map(drop)
    }

    async fn caresoft(&self, ago: i64, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.json(ago, method, &format!("/{ORG}/api/v1/{path}"), body).await
    }

    async fn omicrm(&self, ago: i64, body: &Value) -> Result<()> {
        self.json(ago, "POST", "/api/v2/contact/add", body).await.map(drop)
    }

    async fn vbot(&self, ago: i64, what: &str, facts: &Value) -> Result<()> {
        let mut body = json!({ "vbot_id": self.made.org.vbot_id, "project_code": self.made.org.project_code });
        if let (Some(body), Some(facts)) = (body.as_object_mut(), facts.as_object()) {
            body.extend(facts.clone());
        }
        self.json(ago, "POST", &format!("/api/crm/customer/{what}"), &body).await.map(drop)
    }

    async fn oneoffice(&self, ago: i64, facts: &[(&str, &str)]) -> Result<()> {
        let path = format!("/api/customer/contact/insert?access_token={}", self.made.token.reveal());
        let facts: serde_json::Map<String, Value> =
            facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        self.json(ago, "POST", &path, &Value::Object(facts)).await.map(drop)
    }

    /// Calls `ago` minutes before the end; gives the answer.
    async fn json(&self, ago: i64, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.clock.set(self.moment(ago));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.made.token.reveal()))
            .body(Body::from(body.to_string()))?;
        let answer = match self.routes.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let status = answer.status();
        if status.is_server_error() {
            bail!("{method} {path} of the example was answered with {status} at {}", self.clock.now().rfc3339());
        }
        Ok(serde_json::from_slice(&to_bytes(answer.into_body(), LONGEST).await?)?)
    }
}

/// Somebody with a phone and an e-mail address, as a web form sends them.
fn person(name: &str, phone: &str, email: &str) -> Value {
    json!({
        "name": name,
        "phones": [{ "type": "Mobile", "value": phone }],
        "emails": [{ "type": "Work", "value": email }],
    })
}
