//! What providers are asked and how their answers are read, against the examples of their public documents.

use serde_json::json;
use url::form_urlencoded;

use super::*;

const NOW: Instant = Instant(1_711_008_666_000_000);

fn text(body: &str) -> Text {
    Text { key: "msg_1".into(), phone: "+84912345678".into(), body: body.into(), at: NOW }
}

fn reply(status: u16, body: &str) -> Reply {
    Reply { status, pause: None, body: body.into() }
}

fn account(provider: Provider) -> SmsAccount {
    SmsAccount { provider, plain: false }
}

fn esms(brandname: Option<&str>) -> SmsAccount {
    account(Provider::Esms(Esms {
        api_key: "KEY1".into(),
        api_secret: "SECRET1".into(),
        brandname: brandname.map(Into::into),
        url: None,
    }))
}

fn gateway(body: &str) -> Gateway {
    Gateway {
        url: "https://sms.example.vn/send".into(),
        method: "POST".into(),
        headers: Vec::new(),
        body: Some(body.into()),
        success: None,
        brandname: None,
    }
}

#[test]
fn esms_is_asked_as_its_document_says() {
    let asked = esms(Some("DAUMOI")).request(&text("Chào bạn")).unwrap();
    assert_eq!(asked.url, "https://rest.esms.vn/MainService.svc/json/SendMultipleMessage_V4_post_json/");
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.headers, [("Content-Type".to_owned(), "application/json".to_owned())]);
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let expected = json!({
        "ApiKey": "KEY1", "SecretKey": "SECRET1", "Content": "Chào bạn", "Phone": "0912345678", "SmsType": "2",
        "IsUnicode": "1", "RequestId": "msg_1", "Brandname": "DAUMOI",
    });
    assert_eq!(body, expected);
    let plain = SmsAccount { plain: true, ..esms(None) }.request(&text("Chào bạn")).unwrap();
    let body: Value = serde_json::from_slice(&plain.body).unwrap();
    assert_eq!(
        (&body["Content"], &body["IsUnicode"], &body["SmsType"]),
        (&json!("Chao ban"), &json!("0"), &json!("8"))
    );
    assert_eq!(body.get("Brandname"), None);
}

#[test]
fn esms_answers() {
    let read = |body| esms(None).read(&reply(200, body));
    let taken = r#"{"CodeResult":"100","CountRegenerate":0,"SMSID":"d533459ee42b2b9525ba9eabf6a8156"}"#;
    assert_eq!(read(taken), Verdict::Sent("eSMS d533459ee42b2b9525ba9eabf6a8156".into()));
    assert!(matches!(read(r#"{"CodeResult":124,"ErrorMessage":"Duplicate"}"#), Verdict::Sent(_)));
    let wrong = r#"{"CodeResult":"108","ErrorMessage":"Phone number is not in correct format."}"#;
    assert_eq!(read(wrong), refused("eSMS 108: Phone number is not in correct format."));
    assert!(matches!(read(r#"{"CodeResult":"103","ErrorMessage":"Not enough balance"}"#), Verdict::Later(_)));
    assert!(matches!(read("<html>"), Verdict::Later(_)));
    let leaky = read(r#"{"CodeResult":"101","ErrorMessage":"Wrong ApiKey KEY1 or SECRET1"}"#);
    assert_eq!(leaky, later("eSMS 101: Wrong ApiKey *** or ***"));
}

#[test]
fn speedsms() {
    let account = |brandname: Option<&str>| {
        account(Provider::Speedsms(Speedsms {
            access_token: "token1".into(),
            brandname: brandname.map(Into::into),
            url: Some("http://127.0.0.1:9/".into()),
        }))
    };
    let asked = account(Some("DAUMOI")).request(&text("Xin chao")).unwrap();
    assert_eq!(asked.url, "http://127.0.0.1:9/index.php/sms/send");
    assert_eq!(asked.headers[1], ("Authorization".to_owned(), "Basic dG9rZW4xOng=".to_owned()));
    assert_eq!(asked.body, r#"{"to":["84912345678"],"content":"Xin chao","sms_type":3,"sender":"DAUMOI"}"#);
    assert!(account(None).request(&text("x")).unwrap().body.ends_with(br#""sms_type":2,"sender":""}"#));
    let read = |status, body| account(None).read(&reply(status, body));
    let taken =
        r#"{"status":"success","code":"00","data":{"tranId":123456,"totalSMS":1,"totalPrice":250,"invalidPhone":[]}}"#;
    assert_eq!(read(200, taken), Verdict::Sent("SpeedSMS 123456".into()));
    let invalid = r#"{"status":"success","code":"00","data":{"tranId":1,"totalSMS":0,"invalidPhone":["84912345678"]}}"#;
    assert!(matches!(read(200, invalid), Verdict::Refused(_)));
    let wrong = r#"{"status":"error","code":"105","message":"Phone number invalid"}"#;
    assert_eq!(read(200, wrong), refused("SpeedSMS 105: Phone number invalid"));
    assert!(matches!(read(200, r#"{"status":"error","code":"300","message":"balance"}"#), Verdict::Later(_)));
    assert!(matches!(read(429, r#"{"name":"Too Many Requests","status":429}"#), Verdict::Later(_)));
}

#[test]
fn stringee() {
    let account = account(Provider::Stringee(Stringee {
        api_key: "SK1".into(),
        api_secret: "secret1".into(),
        brandname: "DAUMOI".into(),
        url: None,
    }));
    let asked = account.request(&text("Xin chào")).unwrap();
    assert_eq!(asked.url, "https://api.stringee.com/v1/sms");
    assert_eq!(asked.body, r#"{"sms":[{"from":"DAUMOI","to":"84912345678","text":"Xin chào"}]}"#);
    let (name, token) = &asked.headers[1];
    assert_eq!(name, "X-STRINGEE-AUTH");
    // Made once with another implementation of JSON web tokens.
    assert_eq!(token, include_str!("stringee.jwt").trim());
    let read = |body| account.read(&reply(200, body));
    let taken = r#"{"smsSent":1,"result":[{"price":"830","smsType":2,"r":0,"msg":"Success"}]}"#;
    assert_eq!(read(taken), Verdict::Sent("Stringee".into()));
    let as_text = taken.replace(":0,", ":\"0\",");
    assert_eq!(read(&as_text), Verdict::Sent("Stringee".into()));
    let wrong = r#"{"smsSent":0,"result":[{"r":4,"msg":"Brandname not found"}]}"#;
    assert_eq!(read(wrong), later("Stringee 4: Brandname not found"));
    assert!(matches!(read("{}"), Verdict::Later(_)));
}

#[test]
fn twilio() {
    let account = |from: &str| {
        account(Provider::Twilio(Twilio {
            account_sid: "AC1".into(),
            auth_token: "token1".into(),
            from: from.into(),
            url: None,
        }))
    };
    let asked = account("+15005550006").request(&text("Chào & hẹn")).unwrap();
    assert_eq!(asked.url, "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json");
    assert_eq!(asked.body, "To=%2B84912345678&From=%2B15005550006&Body=Ch%C3%A0o+%26+h%E1%BA%B9n");
    assert_eq!(asked.headers[1].1, "Basic QUMxOnRva2VuMQ==");
    let service = account(&format!("MG{}", "0".repeat(32))).request(&text("x")).unwrap();
    assert!(String::from_utf8_lossy(&service.body).contains("&MessagingServiceSid=MG0"));
    let read = |status, body| account("x").read(&reply(status, body));
    assert_eq!(read(201, r#"{"sid":"SM1","status":"queued"}"#), Verdict::Sent("Twilio SM1".into()));
    let wrong = r#"{"code":21211,"message":"The 'To' number is not valid.","more_info":"…","status":400}"#;
    assert_eq!(read(400, wrong), refused("Twilio 21211: The 'To' number is not valid."));
    let account = r#"{"code":20003,"message":"Authenticate","status":401}"#;
    let locked = "Nhà cung cấp SMS không nhận khóa hoặc mật khẩu: hãy kiểm tra tài khoản (Twilio 20003: Authenticate)";
    assert_eq!(read(401, account), Verdict::Later(locked.into()));
    assert!(matches!(read(429, r#"{"code":20429}"#), Verdict::Later(_)));
    let busy = "Nhà cung cấp SMS đang gặp sự cố: hãy thử lại sau (HTTP 503 busy now)";
    assert_eq!(read(503, "busy\n now"), Verdict::Later(busy.into()));
}

#[test]
fn a_gateway_is_filled_by_what_its_body_is() {
    let hostile = text("\"},\"to\":\"x\"\n&text=<b> {{phone}} ạ");
    let json = gateway(r#"{"to":"{{phone}}","text":"{{ text }}","n":1,"more":["{{phone84}}","{{phone0}}","{{id}}"]}"#);
    let asked = json.request(&hostile).unwrap();
    assert_eq!(asked.headers, [("Content-Type".to_owned(), "application/json".to_owned())]);
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let more = ["84912345678", "0912345678", "msg_1"];
    assert_eq!(body, json!({"to": "+84912345678", "text": hostile.body, "n": 1, "more": more}));

    let form = gateway("to={{phone}}&text={{text}}").request(&hostile).unwrap();
    let pairs: Vec<_> = form_urlencoded::parse(&form.body).into_owned().collect();
    assert_eq!(pairs, [("to".to_owned(), "+84912345678".to_owned()), ("text".to_owned(), hostile.body)]);

    let xml = gateway("<sms><to>{{phone}}</to><text>{{text}}</text></sms>").request(&text("a<b>&\"c\"")).unwrap();
    assert_eq!(xml.body, "<sms><to>+84912345678</to><text>a&lt;b&gt;&amp;&quot;c&quot;</text></sms>");

    let get = Gateway {
        method: "GET".into(),
        body: None,
        url: "https://sms.example.vn/?to={{phone0}}&m={{text}}&k={{id}}".into(),
        ..gateway("")
    };
    let asked = get.request(&text("a b&c=đ+")).unwrap();
    assert_eq!(asked.url, "https://sms.example.vn/?to=0912345678&m=a%20b%26c%3D%C4%91%2B&k=msg_1");
    assert!(asked.body.is_empty() && asked.headers.is_empty());

    let given = Gateway {
        headers: vec![
            ("content-type".into(), "application/json; charset=utf-8".into()),
            ("X-Id".into(), "{{id}}".into()),
        ],
        ..json
    };
    let asked = given.request(&text("x")).unwrap();
    assert_eq!(asked.headers.len(), 2, "what is given is not added again");
    assert_eq!(asked.headers[1].1, "msg_1");
}

#[test]
fn a_gateway_that_cannot_work_is_refused() {
    let good = gateway(r#"{"to":"{{phone}}","text":"{{text}}"}"#);
    assert_eq!(good.check(), Ok(()));
    let with = |change: fn(&mut Gateway)| {
        let mut wrong = good.clone();
        change(&mut wrong);
        wrong.check()
    };
    let wrong: [fn(&mut Gateway); 12] = [
        |it| it.url = "ftp://x".into(),
        |it| it.url = "https://".into(),
        |it| it.url = "https://a b/".into(),
        |it| it.method = "post".into(),
        |it| it.method = "GET".into(),
        |it| it.body = Some(r#"{"to":{{phone}},"text":"{{text}}"}"#.into()),
        |it| it.body = Some(r#"{"to":"{{phone}}","text":"{{message}}"}"#.into()),
        |it| it.body = Some(r#"{"to":"{{phone}}"}"#.into()),
        |it| it.body = Some("to={{phone}}&text={{text".into()),
        |it| it.headers.push(("X".into(), "a\r\nB: c".into())),
        |it| it.headers.push(("Host".into(), "example.com".into())),
        |it| it.success = Some("$..a=1".into()),
    ];
    for (index, change) in wrong.into_iter().enumerate() {
        assert!(with(change).is_err(), "number {index}");
    }
    assert!(with(|it| it.headers.push(("X".into(), "{{text}}".into()))).is_err());
}

#[test]
fn answers_of_a_gateway() {
    let plain = gateway("to={{phone}}&text={{text}}");
    assert_eq!(plain.read(&reply(202, " ok\n")), Verdict::Sent("HTTP 202 ok".into()));
    assert!(matches!(plain.read(&reply(400, "bad")), Verdict::Refused(_)));
    for status in [301, 401, 403, 404, 410, 429, 500, 503] {
        assert!(matches!(plain.read(&reply(status, "")), Verdict::Later(_)), "{status}");
    }
    let ruled = Gateway { success: Some("$.status=ok".into()), ..plain };
    assert!(matches!(ruled.read(&reply(200, r#"{"status":"ok"}"#)), Verdict::Sent(_)));
    assert!(matches!(ruled.read(&reply(200, r#"{"status":"failed"}"#)), Verdict::Later(_)));
    assert!(matches!(ruled.read(&reply(200, "ok")), Verdict::Later(_)));
    let keyed = Gateway { headers: vec![("Authorization".into(), "Bearer 0123456789abcdef".into())], ..ruled };
    let said = account(Provider::Http(keyed)).read(&reply(500, "no such key 0123456789abcdef"));
    let told = "Nhà cung cấp SMS đang gặp sự cố: hãy thử lại sau (HTTP 500 no such key ***)";
    assert_eq!(said, Verdict::Later(told.into()));
}

#[test]
fn settings_survive_being_kept() {
    for account in [esms(Some("DAUMOI")), account(Provider::Http(gateway("to={{phone}}&text={{text}}")))] {
        let kept = serde_json::to_string(&account).unwrap();
        assert_eq!(serde_json::from_str::<SmsAccount>(&kept).unwrap(), account);
        assert!(!format!("{account:?}").contains("SECRET1"));
    }
    assert_eq!(esms(None).host(), "https://rest.esms.vn");
    let keyed = Gateway { url: "https://sms.example.vn:8443/k/secret?a=b".into(), ..gateway("") };
    assert_eq!(account(Provider::Http(keyed)).host(), "https://sms.example.vn:8443");
}

#[test]
fn phones_as_they_are_wanted() {
    let vietnamese = text("");
    assert_eq!((vietnamese.digits(), vietnamese.national().as_str()), ("84912345678", "0912345678"));
    let foreign = Text { phone: "+6591234567".into(), ..text("") };
    assert_eq!((foreign.digits(), foreign.national().as_str()), ("6591234567", "6591234567"));
}
