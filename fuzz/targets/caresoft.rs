//! CareSoft's lead API: whatever is asked, the answer is the vendor's.

#![no_main]

use libfuzzer_sys::fuzz_target;

const DOOR: fuzz::Door = fuzz::Door {
    routes: caresoft::routes,
    key: fuzz::Key::Token,
    refused: |status, answer| status != 200 || answer["code"] != "ok",
};

fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::ask(&DOOR, input) });
