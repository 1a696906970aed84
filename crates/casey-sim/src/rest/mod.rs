//! The HTTP API (Discord docs: API Reference).

mod applications;
mod call;
mod channels;
mod command_body;
mod commands;
mod components;
mod draft;
mod embeds;
mod error;
mod form;
mod gateway;
mod guilds;
mod interactions;
mod members;
mod messages;
mod reactions;
mod roles;
mod route;
mod server;
mod upload;
mod users;
mod webhooks;

pub use route::routes;
pub(crate) use server::listen;
pub(crate) use upload::content_type;
