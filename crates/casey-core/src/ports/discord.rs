use async_trait::async_trait;

use crate::{
    effect::{Effect, Receipt},
    error::DiscordError,
};

/// The hands: does to Discord what an [`Effect`] says.
///
/// Implementations set `allowed_mentions` on every message, keep Discord's length limits and wait out rate limits.
#[async_trait]
pub trait Discord: Send + Sync {
    /// Performs one effect.
    ///
    /// # Errors
    ///
    /// [`DiscordError`] when Discord did not do it. Whether a time-out was before or after the act is not known.
    async fn perform(&self, effect: Effect) -> Result<Receipt, DiscordError>;
}
