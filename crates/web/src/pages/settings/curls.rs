//! Calls that people copy: for each interface one that works as it stands, with the org's own values in it.

use domain::Dialect;
use domain::org::Org;

/// What stands for a token that is not at hand.
pub const PLACE: &str = "TOKEN";

/// What an interface is called by those who use it.
pub fn name(dialect: &Dialect) -> &'static str {
    match dialect {
        Dialect::OneOffice => "1Office",
        Dialect::Omicrm => "OMICRM",
        Dialect::Vbot => "VBot",
        Dialect::Caresoft => "CareSoft",
        Dialect::Beeiq => "BeeIQ / AntBuddy",
        Dialect::Web => "Web",
        Dialect::Cli => "CLI",
    }
}

/// What clients take for the address of the vendor's server.
pub fn base(dialect: Dialect, url: &str, org: &Org) -> String {
    match dialect {
        Dialect::Caresoft => format!("{url}/{}", org.slug),
        _ => url.to_owned(),
    }
}

/// A call that a token opens; none for listeners, which are opened by their address.
pub fn with_token(dialect: Dialect, url: &str, org: &Org, token: &str) -> Option<String> {
    let bearer = |path: &str, body: &str| {
        format!("curl '{url}{path}' -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{body}'")
    };
    Some(match dialect {
        Dialect::OneOffice => format!(
            "curl '{url}/api/customer/contact/insert?access_token={token}' -d code=KH-0001 --data-urlencode 'type=Cá nhân' --data-urlencode 'name=Lê Thu Hà' -d phones=0912345679 -d fountain_head_id=Website --data-urlencode 'trade_ids=Bán lẻ'"
        ),
        Dialect::Omicrm => bearer(
            "/api/v2/contact/add",
            r#"{"refId":"KH-OMI-1","fullName":"Trần Thị Bình","tags":["Website"],"phones":[{"data":"0912 345 679","type":"personal","valueType":"Cá nhân"}]}"#,
        ),
        Dialect::Vbot => bearer(
            "/api/crm/status/create",
            &format!(
                r#"{{"vbot_id":"{}","project_code":"{}","status_no":"HEN_GOI_LAI","status_name":"Hẹn gọi lại"}}"#,
                json_part(&org.vbot_id),
                json_part(&org.project_code)
            ),
        ),
        Dialect::Caresoft => bearer(
            &format!("/{}/api/v1/lead", org.slug),
            r#"{"lead":{"username":"Phạm Minh Châu","phone":"0912345680","subject":"Hỏi báo giá","service_id":1,"comment":"Gọi lại sau 17 giờ"}}"#,
        ),
        Dialect::Beeiq | Dialect::Web | Dialect::Cli => return None,
    })
}

/// A call to a listener at `path`.
pub fn to_listener(url: &str, path: &str, sender: &str) -> String {
    let sender = json_part(sender);
    format!(
        r#"curl '{url}{path}' -H 'Content-Type: application/json' -d '{{"senderUser":"{sender}","data":[{{"actionType":"add-contact","data":{{"name":"Nguyễn Thanh Bình","phones":[{{"type":"Mobile","value":"0912 345 678"}}],"emails":[{{"type":"Work","value":"binh@example.com"}}]}}}}]}}'"#
    )
}

/// A text as it stands between the quotes of JSON, within single quotes of a shell.
fn json_part(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].replace('\'', r"'\''")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_cannot_end_the_quotes() {
        assert_eq!(json_part("a\"b'c"), r#"a\"b'\''c"#);
    }
}
