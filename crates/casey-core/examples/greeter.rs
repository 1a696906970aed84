//! A bot in 40 lines: `DISCORD_TOKEN=… cargo run -p casey-core --example greeter`.
use std::{sync::Arc, time::Duration};

use casey_core::{Call, Command, Failure, Limit, Module, Reply, Rules, escape};
use twilight_interactions::command::{CommandModel, CreateCommand, ResolvedUser};

#[derive(CommandModel, CreateCommand)]
#[command(name = "greet", desc = "Greet somebody")]
struct Greet {
    /// Whom to greet
    who: ResolvedUser,
    /// How often
    #[command(min_value = 1, max_value = 5)]
    times: Option<i64>,
}

async fn greet(call: Call, Greet { who, times }: Greet) -> Result<Reply, Failure> {
    if who.resolved.id == call.user_id() {
        return Err(Failure::refused("Somebody else has to greet you."));
    }
    let name = escape::markdown(&who.resolved.name);
    let lines: Vec<_> = (0..times.unwrap_or(1)).map(|_| format!("Hello, {name}!")).collect();
    Ok(Reply::text(lines.join("\n")))
}

struct Greeter;

impl Module for Greeter {
    fn name(&self) -> &'static str {
        "greeter"
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        let rules = Rules::new().aliases(["hi"]).example("@Alice 2").guild_only();
        vec![Command::new(greet).rules(rules.cooldown(Limit::new(3, Duration::from_secs(10))))]
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let settings = casey_discord::Settings::new(std::env::var("DISCORD_TOKEN")?)
        .api_url(std::env::var("DISCORD_API_URL").ok());
    casey_discord::run(settings, |bot| bot.module(Arc::new(Greeter))).await
}
