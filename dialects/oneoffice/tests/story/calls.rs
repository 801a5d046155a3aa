//! Every way of sending makes the same record, and every call is journalled with its fields and without its secrets.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::support::{DELETE, GETS, House, INSERT, ITEM, UPDATE, contact};

const FORM: &str = "application/x-www-form-urlencoded";

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn pairs(fields: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    fields.as_object().unwrap().iter().map(|(key, value)| (key.clone(), text(value))).collect()
}

fn urlencoded(fields: &Value) -> String {
    pairs(fields).iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

fn multipart(fields: &Value) -> String {
    let part = |(key, value): &(String, String)| {
        format!("--ranh-gioi\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n")
    };
    pairs(fields).iter().map(part).collect::<String>() + "--ranh-gioi--\r\n"
}

#[test]
fn all_ways_are_one() {
    let mut house = House::new();
    let fields = contact(json!({
        "desc": "a & b = \"c\"\nd", "phones": "0905000001,0905000002",
        "contacts": [{"type": "Facebook", "title": "fb"}],
        "detail": [{"formal_id": "Ông", "name": "Lê Bình", "birthday": "02/03/1980", "phone": "0905000007"}],
        "files": [{"name": "a.txt", "file": "++8="}],
    }));
    let brackets = "contacts[0][type]=Facebook&contacts[0][title]=fb&detail[0][formal_id]=%C3%94ng\
                    &detail[0][name]=L%C3%AA%20B%C3%ACnh&detail[0][birthday]=02/03/1980&detail[0][phone]=0905000007\
                    &files[0][name]=a.txt&files[0][file]=%2B%2B8%3D";
    let mut plain = fields.clone();
    for list in ["contacts", "detail", "files"] {
        plain.as_object_mut().unwrap().remove(list);
    }
    let token = format!("{INSERT}?access_token=golden");
    let ways: [(&str, String, &str, String); 8] = [
        ("json", token.clone(), "application/json", fields.to_string()),
        ("json as form", token.clone(), FORM, fields.to_string()),
        ("form", token.clone(), FORM, urlencoded(&fields)),
        ("form as json", token.clone(), "application/json", urlencoded(&fields)),
        ("query", format!("{token}&{}", urlencoded(&fields)), "application/json", "{}".into()),
        ("multipart", token.clone(), "multipart/form-data; boundary=ranh-gioi", multipart(&fields)),
        ("multipart without boundary", token.clone(), "multipart/form-data", multipart(&fields)),
        ("brackets", format!("{token}&{}", urlencoded(&plain)), FORM, brackets.replace(' ', "")),
    ];
    let mut first: Option<(Value, String)> = None;
    for (way, path, kind, body) in ways {
        house.move_to_another_org();
        let answer = house.post_as(&path, kind, body);
        assert_eq!(answer["error"], false, "{way}: {answer}");
        let body = house.journal().body;
        assert!(body.contains("0905000001") && body.contains("***") && !body.contains("golden"), "{way}: {body}");
        match &first {
            None => first = Some((answer, body)),
            Some((expected, _)) => assert_eq!(&answer, expected, "{way}"),
        }
    }
}

#[test]
fn refused_calls_are_journalled_and_change_nothing() {
    let house = House::new();
    house.insert(json!({}));
    let before = house.everything();
    let bodies = [
        "",
        "{",
        "[1,2]",
        "\"x\"",
        "null",
        "{\"code\":{}}",
        "--x",
        "--x\r\n\r\n",
        "code=%ff",
        "\u{feff}{\"name\":[[]]}",
        "{\"code\":\"\\u0000\"}",
        "{\"access_token\":\"lo-ra\",}}",
        "contacts=%5B%7B%5C%5D",
        "files=x",
        "detail[0]=x",
    ];
    for path in [INSERT, UPDATE, DELETE] {
        for body in bodies {
            for kind in ["application/json", FORM, "multipart/form-data; boundary=x", "x"] {
                let answer = house.post_as(&format!("{path}?access_token=golden"), kind, body);
                assert_eq!(answer["error"], true, "{path} {body}: {answer}");
                assert!(answer["message"].as_str().is_some_and(|message| !message.starts_with("Hệ thống")));
                let kept = house.journal();
                assert_eq!((kept.route.as_str(), kept.outcome.as_str()), (format!("POST {path}").as_str(), "refused"));
                assert!(!kept.body.contains("lo-ra") && !kept.body.contains("golden"), "{}", kept.body);
            }
        }
    }
    assert_eq!(house.everything(), before);
}

#[test]
fn changes_are_only_posted_and_reads_come_in_any_way() {
    let house = House::new();
    house.insert(json!({}));
    for path in [INSERT, UPDATE, DELETE] {
        let request = Request::get(format!("{path}?access_token=golden&code=KH-1")).body(Body::empty()).unwrap();
        let (status, answer) = house.send(request);
        assert_eq!((status, answer["message"].as_str()), (200, Some("API này chỉ nhận phương thức POST")));
    }
    for path in [ITEM, GETS] {
        assert_eq!(house.post(path, &json!({"code": "KH-1"}))["error"], false);
        assert_eq!(house.get(path, "code=KH-1")["error"], false);
    }
}

#[test]
fn reads_refuse_what_means_nothing() {
    let house = House::new();
    for query in [
        "page=x",
        "limit=%7B",
        "type=2",
        "status_id=lạ",
        "filters=%5B1%5D",
        "filters=%7B",
        "filters=%5B%7B%22date_created_from%22:%2299/99/2024%22%7D%5D",
    ] {
        let query = query.replace("lạ", "l%E1%BA%A1");
        let answer = house.get(GETS, &query);
        assert_eq!((&answer["error"], &answer["data"]), (&json!(true), &Value::Null), "{query}: {answer}");
    }
}

#[test]
fn nobody_waits_for_what_is_endless() {
    let house = House::new();
    let before = house.everything();
    let cf: serde_json::Map<String, Value> = (1..300).map(|number| (format!("cf{number}"), json!("x"))).collect();
    for more in [
        json!({"group_type_id": ",".repeat(40_000)}),
        json!({"trade_ids": vec!["PHIÊN DỊCH (VUT)"; 300]}),
        json!({"group_type_id": "(a,".repeat(1_000)}),
        json!({"phones": "1,".repeat(300)}),
        json!({"contacts": vec![json!({"type": "Email", "title": "a"}); 300]}),
        Value::Object(cf),
        (0..6_000).map(|number| (number.to_string(), json!(1))).collect::<serde_json::Map<_, _>>().into(),
    ] {
        let answer = house.post(INSERT, &contact(more));
        assert_eq!(answer["error"], true, "{answer}");
    }
    assert_eq!(house.everything(), before);
}
