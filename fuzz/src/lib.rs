#![doc = include_str!("../README.md")]

mod custom_id;
mod duration;
mod escape;
mod message;
mod prefix;
mod reader;
mod replay;
mod schema;
mod server;

pub use self::{
    custom_id::custom_id, duration::duration, escape::escape, message::message, prefix::prefix,
    reader::reader, replay::replay,
};

/// What a target does with an input: it panics where something does not hold.
pub type Target = fn(&[u8]);

/// All targets, by the name of their file and of the folder of their seeds.
pub const TARGETS: &[(&str, Target)] = &[
    ("custom_id", custom_id),
    ("duration", duration),
    ("escape", escape),
    ("message", message),
    ("prefix", prefix),
    ("reader", reader),
];

/// The bytes as text: what is not UTF-8 never gets as far as Casey, because it comes in JSON.
fn text(data: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(data)
}
