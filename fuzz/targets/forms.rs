//! Fields in every form: whatever a body is, its fields are an object of bounded size, and what is plainly written is read so.
//! The first byte says under which content type the rest is sent.

#![no_main]

use bytes::Bytes;
use kit::forms;
use kit::json::Node;
use libfuzzer_sys::fuzz_target;

const TYPES: [Option<&str>; 6] = [
    None,
    Some("application/json"),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=x"),
    Some("multipart/form-data"),
    Some("text/plain"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, body)) = bytes.split_first() else { return };
    let kind = TYPES[usize::from(*kind) % TYPES.len()];
    let body = Bytes::copy_from_slice(body);
    if let Ok(parsed) = read(kind, &body) {
        assert!(fields(&parsed).len() <= forms::MOST_FIELDS);
        let twice = forms::merge(parsed.clone(), parsed.clone());
        assert_eq!(sorted(&twice), sorted(&parsed), "sent twice is sent once");
        let alone = forms::merge(Node::Object(Vec::new()), parsed.clone());
        assert_eq!(alone, parsed, "an empty query adds nothing");
    }
    let Ok(text) = std::str::from_utf8(&body) else { return };
    if let Ok(query) = forms::read_text(text) {
        assert!(fields(&query).len() <= forms::MOST_FIELDS);
        let plain: Vec<(&str, &str)> = fields(&query)
            .iter()
            .filter_map(|(key, value)| Some((key.as_str(), value.as_text()?)))
            .filter(|(key, _)| !key.is_empty() && !key.contains(['[', ']']))
            .collect();
        let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(&plain).finish();
        let again = forms::read_text(&written).expect("what was read can be written and read again");
        assert_eq!(texts(&again), plain);
        same_in_parts(&plain);
    }
});

/// The same fields as parts.
fn same_in_parts(plain: &[(&str, &str)]) {
    const BOUNDARY: &str = "mot-ranh-gioi-khong-ai-viet";
    let is_quoted = |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let plain: Vec<_> =
        plain.iter().copied().filter(|(key, text)| is_quoted(key) && !text.contains(BOUNDARY)).collect();
    if plain.is_empty() {
        return;
    }
    let mut body = String::new();
    for (key, text) in &plain {
        body.push_str(&format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{text}\r\n"));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    let again = read(Some("multipart/form-data"), &Bytes::from(body)).expect("parts can be read");
    assert_eq!(texts(&again), plain);
}

fn read(kind: Option<&str>, body: &Bytes) -> domain::Result<Node> {
    fuzz::block_on(forms::read_body(kind, body)).map(|parsed| parsed.node)
}

fn fields(node: &Node) -> &[(String, Node)] {
    node.as_object().expect("fields are an object")
}

/// Fields without their order. Of several of one name the last one counts.
fn sorted(node: &Node) -> Vec<(&str, Option<&Node>)> {
    let mut names: Vec<&str> = fields(node).iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| (name, node.find(name))).collect()
}

fn texts(node: &Node) -> Vec<(&str, &str)> {
    fields(node).iter().map(|(key, value)| (key.as_str(), value.as_text().expect("a text stays one"))).collect()
}
