//! OMICRM's contacts: whatever is asked, the answer is the vendor's.

#![no_main]

use libfuzzer_sys::fuzz_target;

const DOOR: fuzz::Door = fuzz::Door {
    routes: omicrm::routes,
    key: fuzz::Key::Token,
    refused: |status, answer| status != 200 || answer["status_code"] != 9999,
};

fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::ask(&DOOR, input) });
