//! BeeIQ's listener: whatever is asked, the answer is the vendor's.

#![no_main]

use libfuzzer_sys::fuzz_target;

const DOOR: fuzz::Door = fuzz::Door {
    routes: beeiq::routes,
    key: fuzz::Key::Listener,
    refused: |status, answer| status != 200 || answer["success"] == false,
};

fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus { fuzz::ask(&DOOR, input) });
