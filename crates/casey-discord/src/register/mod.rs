//! Registering commands, by difference.

mod compare;

use casey_core::DiscordError;
use serde_json::Value;
use twilight_http::request::{Method, RequestBuilder};
use twilight_model::{
    application::command::Command,
    id::{Id, marker::ApplicationMarker},
};

pub use self::compare::Difference;
use crate::{directory::Rest, fault};

/// Registers commands for all servers, if they differ from those registered now (Discord Docs/Bulk Overwrite Global Application
/// Commands). Commands that are not among them are removed.
pub(crate) async fn register(
    rest: &Rest,
    application: Id<ApplicationMarker>,
    wanted: &[Command],
) -> Result<Difference, DiscordError> {
    let wanted =
        serde_json::to_value(wanted).map_err(|_| fault::invalid("the commands cannot be written as JSON"))?;
    let wanted = compare::lean(&wanted);
    let path = format!("applications/{application}/commands");
    let registered: Value = rest.get(format!("{path}?with_localizations=true")).await?;
    let difference = compare::compare(&registered, &wanted);
    if !difference.is_empty() {
        let request =
            RequestBuilder::raw(Method::Put, path).json(&numbered(wanted)).build().map_err(fault::unbuilt)?;
        rest.send(request).await?;
    }
    Ok(difference)
}

/// Commands with their permissions as numbers, as Discord's own schema has them; answers have text there.
fn numbered(mut commands: Value) -> Value {
    for command in commands.as_array_mut().into_iter().flatten() {
        if let Some(bits) = command.get("default_member_permissions").and_then(Value::as_str)
            && let Ok(bits) = bits.parse::<u64>()
        {
            command["default_member_permissions"] = bits.into();
        }
    }
    commands
}
