//! What goes to stdout. That nobody reads it is no reason to stop, so what cannot be written is left out.

use std::{
    fmt::Display,
    io::{self, Write as _},
};

use serde_json::Value;

/// One line.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Text that has its own ends of lines.
pub(crate) fn text(text: impl Display) {
    let _ = write!(io::stdout().lock(), "{text}");
}

/// One line for an address: what it is, and where.
pub(crate) fn address(name: &str, address: impl Display) {
    line(format_args!("{:<18} {address}", format!("{name}:")));
}

/// A value as one line of JSON.
pub(crate) fn json(value: &Value) {
    line(value);
}
