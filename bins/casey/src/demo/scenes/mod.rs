//! What people type, and what Casey has to answer. Every command occurs.

pub(crate) mod away;
mod basics;
mod personal;
mod reminders;
mod rules;
mod server;

use super::programme::Scene;

/// The script until Casey is restarted.
pub(crate) const BEFORE: &[Scene] = &[
    ("a ping, typed and as slash command", |stage| Box::pin(basics::ping(stage))),
    ("help", |stage| Box::pin(basics::help(stage))),
    ("who Casey is", |stage| Box::pin(basics::about(stage))),
    ("Casey is mentioned", |stage| Box::pin(basics::mention(stage))),
    ("a typo, and its correction", |stage| Box::pin(basics::typo(stage))),
    ("the prefix is not for everybody to set", |stage| Box::pin(server::refused(stage))),
    ("a new prefix, and several", |stage| Box::pin(server::prefixes(stage))),
    ("a prefix of one's own", |stage| Box::pin(personal::prefix(stage))),
    ("settings", |stage| Box::pin(server::settings(stage))),
    ("all of it in one message", |stage| Box::pin(server::setup(stage))),
    ("a module is switched off and on", |stage| Box::pin(server::switched(stage))),
    ("where and for whom commands work", |stage| Box::pin(rules::made(stage))),
    ("rules are explained and cleared", |stage| Box::pin(rules::cleared(stage))),
    ("reminders", |stage| Box::pin(reminders::set(stage))),
    ("two hours later", |stage| Box::pin(reminders::due(stage))),
    ("what Casey keeps about somebody", |stage| Box::pin(personal::privacy(stage))),
    ("an objection, taken back again", |stage| Box::pin(personal::object(stage))),
    ("what is none of Casey's business", |stage| Box::pin(basics::silence(stage))),
    ("nobody is pinged", |stage| Box::pin(basics::everyone(stage))),
    ("direct messages", |stage| Box::pin(basics::direct(stage))),
];

/// The script after that.
pub(crate) const AFTER: &[Scene] = &[
    ("what was set is still set", |stage| Box::pin(away::kept(stage))),
    ("a reminder from before the restart", |stage| Box::pin(reminders::after(stage))),
];
