//! Whole messages, answered by a bot on a stage.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| casey_fuzz::message(data));

#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    casey_fuzz::replay(casey_fuzz::message)
}
