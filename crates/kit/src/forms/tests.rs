//! Forms in every way that clients send them.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    // Nothing here waits for anything: the body is there.
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(end) = future.as_mut().poll(&mut context) {
            return end;
        }
    }
}

fn text(form: &str) -> String {
    read_text(form).unwrap().to_json()
}

fn body(content_type: &str, body: &str) -> String {
    match block_on(read_body(Some(content_type), &Bytes::from(body.to_owned()))) {
        Ok(parsed) => parsed.node.to_json(),
        Err(error) => error.public().to_owned(),
    }
}

#[test]
fn brackets() {
    for (form, expected) in [
        ("a=1&b=x+y%20z", r#"{"a":"1","b":"x y z"}"#),
        ("a=1&a=2", r#"{"a":"2"}"#),
        ("a[]=1&a[]=2", r#"{"a":["1","2"]}"#),
        ("a[0][t]=x&a[0][v]=1&a[2][t]=y", r#"{"a":[{"t":"x","v":"1"},{"t":"y"}]}"#),
        ("a[][t]=x&a[][v]=1&a[][t]=y&a[][v]=2", r#"{"a":[{"t":"x","v":"1"},{"t":"y","v":"2"}]}"#),
        ("a[t]=x&a[5]=y", r#"{"a":{"t":"x","5":"y"}}"#),
        ("a=1&a[t]=x", r#"{"a":{"t":"x"}}"#),
        ("a[b=1&[c]=2&d]=3&e[f]g=4", r#"{"a[b":"1","[c]":"2","d]":"3","e[f]g":"4"}"#),
        ("", "{}"),
        ("a", r#"{"a":""}"#),
    ] {
        assert_eq!(text(form), expected, "{form}");
    }
    let deep = format!("a{}=1", "[x]".repeat(20));
    assert_eq!(text("a[1715830000123][x]=1&a[][x]=2"), r#"{"a":[{"x":"1"},{"x":"2"}]}"#);
    assert!(text(&deep).starts_with(r#"{"a[x]"#));
    assert!(read_text("a=%ff").is_err());
    assert!(read_text(&"a=1&".repeat(MOST_FIELDS + 1)).is_err());
}

#[test]
fn bodies_are_sniffed() {
    let form = "application/x-www-form-urlencoded";
    for (kind, sent, expected) in [
        (form, "a=1", r#"{"a":"1"}"#),
        (form, r#" {"a":1}"#, r#"{"a":1}"#),
        ("application/json", "a=1", r#"{"a":"1"}"#),
        ("application/json", "", "{}"),
        ("application/json", "[]", "{}"),
        ("application/json", "// x\n{a:1,}", r#"{"a":1}"#),
        ("text/plain", "[1]", "Dữ liệu gửi lên phải là đối tượng JSON"),
        ("application/json", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n", r#"{"a":"1"}"#),
        ("multipart/form-data; boundary=x", "nothing", "Nội dung multipart/form-data không đọc được"),
        ("multipart/form-data", "--x\r\nContent-Disp", "Nội dung multipart/form-data không đọc được"),
    ] {
        assert_eq!(body(kind, sent), expected, "{sent}");
    }
}

#[test]
fn files_become_base64() {
    let part = |name: &str, file: &str, text: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n{text}\r\n")
    };
    let sent =
        format!("{}{}{}--x--\r\n", part("files", "a.txt", "xin"), part("files", "b.txt", ""), part("files", "", ""));
    let expected = r#"{"files":[{"name":"a.txt","file":"eGlu"},{"name":"b.txt","file":""}]}"#;
    assert_eq!(body("multipart/form-data; boundary=x", &sent), expected);
    let sent = format!("{}--x--\r\n", part("files[]", "đ.txt", "xin"));
    assert_eq!(body("multipart/form-data; boundary=x", &sent), r#"{"files":[{"name":"đ.txt","file":"eGlu"}]}"#);
}

#[test]
fn the_body_counts_for_more_unless_it_is_empty() {
    let merged = |query: &str, body: &str| merge(read_text(query).unwrap(), read_text(body).unwrap()).to_json();
    assert_eq!(merged("a=1&b=2", "b=3&c=4"), r#"{"a":"1","b":"3","c":"4"}"#);
    assert_eq!(merged("a=1&b=2", "b=&c="), r#"{"a":"1","b":"2","c":""}"#);
}

proptest! {
    #[test]
    fn anything_is_read_or_refused(kind in ".{0,30}", sent in any::<Vec<u8>>()) {
        let _ = block_on(read_body(Some(&kind), &Bytes::from(sent)));
    }

    #[test]
    fn any_key_is_put_somewhere(keys in proptest::collection::vec("[ab\\[\\]0-2]{0,8}", 0..12)) {
        let form: Vec<String> = keys.iter().map(|key| format!("{key}=v")).collect();
        prop_assert!(matches!(read_text(&form.join("&")), Ok(Node::Object(_))));
    }
}

#[test]
fn all_values_of_a_list_count() {
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\n--x--\r\n";
    for (sent, expected) in [
        ("a=1", r#"{"a":"1"}"#),
        ("a=1&a=2&a=3&b=4&b=5", r#"{"a":["1","2","3"],"b":"5"}"#),
        ("a[]=1&a[]=2&a=3", r#"{"a":["1","2","3"]}"#),
        (r#"{"a":1,"a":2}"#, r#"{"a":1,"a":2}"#),
        (multipart, r#"{"a":["1","2"]}"#),
    ] {
        let kind = Some("application/x-www-form-urlencoded");
        let parsed = block_on(read_body_with_lists(kind, &Bytes::from(sent), &["a"])).unwrap();
        assert_eq!(parsed.node.to_json(), expected, "{sent}");
    }
}
