//! Attached files and their limits.

use serde_json::{Value, json};

use super::support::{House, INSERT, ITEM, UPDATE, block_on, contact};

const MB: usize = 1024 * 1024;

/// Base64 of so many zero bytes.
fn zeros(bytes: usize) -> String {
    let mut text = "A".repeat(bytes.div_ceil(3) * 4);
    let padding = (3 - bytes % 3) % 3;
    text.truncate(text.len() - padding);
    text + &"=".repeat(padding)
}

fn files_of(house: &House, number: i64) -> Vec<domain::attachment::Attachment> {
    house.read(move |tx| {
        let id = hub::customers::find_by_number(tx, number)?.unwrap();
        hub::files::of_customer(tx, id)
    })
}

#[test]
fn bytes_come_back_and_the_journal_is_not_filled() {
    let house = House::new();
    let row = house.insert(json!({"files": [{"name": "ảnh 1.png", "file": zeros(60_000)}, {"file": "JVBERi0xLjc="}]}));
    assert_eq!(
        row["files"],
        json!([{"filename": "ảnh 1.png", "title": "ảnh 1.png"}, {"filename": "Tệp 2.pdf", "title": "Tệp 2.pdf"}])
    );
    let kept = files_of(&house, 1);
    assert_eq!((kept[0].size, kept[1].media_type.as_str()), (60_000, "application/pdf"));
    assert_eq!(block_on(house.hub.files().get(&kept[1].digest)).unwrap(), b"%PDF-1.7");
    assert!(house.journal().body.len() < 2_000 && house.journal().body.contains("ảnh 1.png"));
    house.post(UPDATE, &json!({"code": "KH-1", "files": r#"[{"name":"b","file":"eGlu"}]"#}));
    assert_eq!(house.get(ITEM, "code=KH-1")["data"]["num_file"], 3);
}

#[test]
fn limits() {
    let house = House::new();
    let send = |code: &str, sizes: &[usize]| -> Value {
        let files: Vec<Value> = sizes.iter().map(|size| json!({"file": zeros(*size)})).collect();
        house.post(INSERT, &contact(json!({"code": code, "name": code, "files": files})))
    };
    assert_eq!(send("a", &[10 * MB, 7 * MB, MB / 2])["error"], false);
    let before = house.everything();
    for (sizes, field) in
        [(&[1; 6][..], "files"), (&[10 * MB + 1][..], "files[0].file"), (&[10 * MB, 7 * MB, MB / 2 + 1][..], "files")]
    {
        let answer = send("b", sizes);
        assert_eq!(answer["error"], true);
        assert!(answer["message"].as_str().unwrap().starts_with(&format!("Trường {field} ")), "{answer}");
    }
    let too_large = house.post(INSERT, &contact(json!({"files": [{"file": zeros(20 * MB)}]})));
    assert_eq!(too_large["message"], "Nội dung yêu cầu vượt quá 25 MB");
    assert_eq!(house.everything(), before);
}
