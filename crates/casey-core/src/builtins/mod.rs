//! The commands every bot has: `ping help about prefix settings setup`, and `privacy`.

mod about;
mod core;
mod help;
mod ping;
mod prefix;
mod privacy;
mod settings;
mod setup;
mod turns;

use std::sync::{Arc, OnceLock, Weak};

pub use self::{core::Facts, privacy::PrivacyDesk};
use crate::{catalogue::Catalogue, house::Ports, module::Module, prefix::PrefixBook, text::Texts};

/// A module that a server may switch off.
#[derive(Clone, Debug)]
pub(crate) struct Switch {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
}

/// The built-in modules. `shelf` will point at the finished catalogue, which help shows; the catalogue itself holds these modules.
pub(crate) fn modules(
    ports: &Ports,
    book: &Arc<PrefixBook>,
    texts: &Texts,
    shelf: &Arc<OnceLock<Weak<Catalogue>>>,
    facts: Facts,
    desk: Option<PrivacyDesk>,
    others: &[Arc<dyn Module>],
) -> Vec<Arc<dyn Module>> {
    let switches = others.iter().filter(|module| module.optional());
    let core = core::Core {
        settings: Arc::clone(&ports.settings),
        directory: Arc::clone(&ports.directory),
        gate: ports.gate.clone(),
        book: Arc::clone(book),
        texts: texts.clone(),
        turns: turns::Turns::new(),
        shelf: Arc::clone(shelf),
        switches: switches.map(|module| Switch { name: module.name(), title: module.title() }).collect(),
        started: ports.clock.now(),
        facts,
        has_privacy: desk.is_some(),
    };
    let mut modules: Vec<Arc<dyn Module>> = vec![Arc::new(core)];
    if let Some(desk) = desk {
        modules.push(Arc::new(privacy::Privacy::new(desk, ports.gate.clone(), texts.clone())));
    }
    modules
}
