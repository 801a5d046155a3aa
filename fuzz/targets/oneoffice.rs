//! 1Office's contacts, customers and deals: whatever is asked, the answer is the vendor's.

#![no_main]

use libfuzzer_sys::fuzz_target;

const DOOR: fuzz::Door = fuzz::Door {
    routes: oneoffice::routes,
    key: fuzz::Key::Token,
    refused: |status, answer| status != 200 || answer["error"] == true,
};

fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::ask(&DOOR, input) });
