//! The bot as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    casey_bot::main(&casey_config::Sources::from_process())
}
