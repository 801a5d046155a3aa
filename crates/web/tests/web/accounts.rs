//! What e-mail and SMS go out by: how a try ended stays in the page, history tells who changed the account and never a secret.

use std::sync::Arc;

use axum::http::StatusCode;
use domain::message::MessageKind;
use domain::org::Org;
use domain::{Error, OrgId, Result};
use hub::outbox::Load;
use kit::courier::{Courier, Errand, NewAccount, Tried};
use web::Web;

use crate::support::House;

/// Takes every account, and no message but those to one address.
struct Postman;

/// What it says of all others.
const REFUSED: &str = "Máy chủ e-mail không nhận tên đăng nhập hoặc mật khẩu: hãy kiểm tra cả hai (535 5.7.8 No)";

impl Courier for Postman {
    fn read_account(&self, kind: MessageKind, _: &[(String, String)]) -> Result<NewAccount> {
        let provider = if kind == MessageKind::Email { "smtp" } else { "esms" };
        Ok(NewAccount { provider: provider.to_owned(), settings: "bí mật 4711".to_owned() })
    }

    fn describe_account(&self, kind: MessageKind, _: &str) -> Result<Vec<(&'static str, String)>> {
        Ok(if kind == MessageKind::Email { Vec::new() } else { vec![("provider", "esms".to_owned())] })
    }

    fn try_account<'a>(&'a self, _: &'a Org, _: MessageKind, _: String, to: String) -> Errand<'a, Tried> {
        let arrived = to == "an@example.vn";
        let (status, answer) = if arrived { (250, "250 Ok: queued as 4F2A") } else { (535, REFUSED) };
        Box::pin(async move { Ok(Tried { arrived, status: Some(status), answer: answer.to_owned() }) })
    }

    fn check_url(&self, _: &str) -> Result<()> {
        Ok(())
    }

    fn try_delivery(&self, _: OrgId, _: Load) -> Errand<'_, Tried> {
        Box::pin(async { Err(Error::not_found("Không có webhook")) })
    }
}

#[tokio::test]
async fn how_a_try_ended_stays_and_history_tells_of_every_account() {
    let house = House::new().await;
    let web = Web::new(house.hub.clone(), Vec::new()).with_courier(Arc::new(Postman));
    let mut browser = house.browser("chu@example.vn").await.over(web::routes(web));
    let set = browser.post("/settings/mail", &[("smtp", "x")]).await;
    // Without a key, as on a PostgreSQL that was given none, secrets cannot be kept.
    if set.status != StatusCode::SEE_OTHER {
        return;
    }
    let arrived = browser.post_part("/settings/mail/test", &[("to", " an@example.vn ")]).await;
    assert!(arrived.status == StatusCode::OK && !arrived.text.contains("<html"), "{}", arrived.text);
    assert!(arrived.text.contains("Đã gửi thử") && arrived.text.contains("queued as 4F2A"), "{}", arrived.text);
    let refused = browser.post_part("/settings/mail/test", &[("to", "binh@example.vn")]).await;
    assert!(refused.text.contains("class=\"refusal\"") && refused.text.contains(REFUSED), "{}", refused.text);
    // Without a script the page comes again, with the same in it.
    let page = browser.post("/settings/mail/test", &[("to", "binh@example.vn")]).await;
    assert!(page.status == StatusCode::OK && page.text.contains("<html") && page.text.contains(REFUSED));
    let mut english = browser.clone().in_english();
    let told = english.post_part("/settings/mail/test", &[("to", "binh@example.vn")]).await.text;
    assert!(
        told.contains("The mail server refuses the user name or the password: check both (535 5.7.8 No)"),
        "{told}"
    );

    browser.post("/settings/mail", &[("smtp", "y")]).await;
    browser.post("/settings/mail/remove", &[]).await;
    browser.post("/settings/mail/remove", &[]).await;
    browser.post("/settings/sms", &[("provider", "esms")]).await;
    let sms = browser.get("/settings/sms").await.text;
    assert!(sms.contains("<dd>eSMS</dd>") && sms.contains("$.status=ok") && sms.contains("{{phone}}"), "{sms}");
    let history = browser.get("/settings/history").await.text;
    for told in ["Khai báo máy chủ e-mail", "Thay máy chủ e-mail", "Bỏ máy chủ e-mail", "Khai báo nhà cung cấp SMS"]
    {
        assert_eq!(history.matches(told).count(), 1, "{told}: {history}");
    }
    assert!(history.contains("<ins>eSMS</ins>") && history.contains("<del>SMTP</del>"), "{history}");
    assert!(!history.contains("4711"));
}
