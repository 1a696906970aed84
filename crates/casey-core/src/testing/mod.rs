//! Tools for tests of modules: a bot on a stage, with a Discord that records what is done to it and a clock that is moved by hand.

mod clock;
mod directory;
mod discord;
mod events;
mod interactions;
mod languages;
mod reading;
mod stage;

pub use self::{
    clock::ManualClock,
    directory::StagedDirectory,
    discord::RecordedDiscord,
    languages::{unnamed, untranslated},
    reading::{option, read_whole},
    stage::{Stage, StageBuilder},
};
