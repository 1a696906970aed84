//! A command being used: by whom, where, how.

mod components;

use std::{sync::Arc, time::Duration};

use twilight_model::{
    channel::{
        ChannelType,
        message::component::{ActionRow, Button, ButtonStyle, Component},
    },
    guild::Permissions,
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, MessageMarker, RoleMarker, UserMarker},
    },
    user::User,
};

use crate::{
    custom_id::{CustomIdError, Signer},
    effect::{Effect, InteractionRef, Receipt},
    error::{DiscordError, Failure},
    guard,
    ports::{Discord, Way},
    press, privacy,
    reply::Reply,
    text::Texts,
    time::{Clock, Timestamp},
    words::Tongues,
};

/// How long a confirm prompt can be answered.
const PROMPT: Duration = Duration::from_mins(10);

/// How long pages can be turned.
const PAGES: Duration = Duration::from_hours(24);

/// The core's action that takes a prompt back.
pub(crate) const CANCEL: &str = "cancel";

/// Where an answer goes.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// To an interaction.
    Interaction { interaction: InteractionRef, way: Way },
    /// To a message; after an edit, `answered` is the answer that the first version got.
    Message { id: Id<MessageMarker>, answered: Option<Id<MessageMarker>> },
}

/// The person.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: User,
    pub(crate) nick: Option<String>,
    pub(crate) roles: Vec<Id<RoleMarker>>,
    pub(crate) permissions: Permissions,
}

/// The place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) guild: Option<Id<GuildMarker>>,
    pub(crate) channel: Id<ChannelMarker>,
    pub(crate) kind: ChannelType,
    pub(crate) nsfw: bool,
    pub(crate) bot_permissions: Permissions,
}

/// A command being used, or a button being pressed.
#[derive(Clone)]
pub struct Call(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) caller: Caller,
    pub(crate) place: Place,
    pub(crate) origin: Origin,
    pub(crate) path: String,
    pub(crate) module: &'static str,
    pub(crate) lead: String,
    pub(crate) language: String,
    pub(crate) received: Timestamp,
    pub(crate) discord: Arc<dyn Discord>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) signer: Signer,
    pub(crate) texts: Texts,
    pub(crate) tongues: Tongues,
}

impl std::fmt::Debug for Call {
    /// Only the command: ids of people do not belong in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("path", &self.0.path).finish_non_exhaustive()
    }
}

impl Call {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Who asks.
    pub fn user(&self) -> &User {
        &self.0.caller.user
    }

    /// The id of who asks.
    pub fn user_id(&self) -> Id<UserMarker> {
        self.0.caller.user.id
    }

    /// The name people see here: nickname, display name or user name.
    pub fn display_name(&self) -> &str {
        let caller = &self.0.caller;
        caller.nick.as_deref().or(caller.user.global_name.as_deref()).unwrap_or(&caller.user.name)
    }

    /// The roles of who asks; none in direct messages.
    pub fn roles(&self) -> &[Id<RoleMarker>] {
        &self.0.caller.roles
    }

    /// What the person may do in this channel.
    pub fn permissions(&self) -> Permissions {
        self.0.caller.permissions
    }

    /// What Casey may do in this channel.
    pub fn bot_permissions(&self) -> Permissions {
        self.0.place.bot_permissions
    }

    /// The server; none in direct messages.
    pub fn guild(&self) -> Option<Id<GuildMarker>> {
        self.0.place.guild
    }

    /// The channel.
    pub fn channel(&self) -> Id<ChannelMarker> {
        self.0.place.channel
    }

    /// The kind of channel.
    pub fn channel_kind(&self) -> ChannelType {
        self.0.place.kind
    }

    /// Whether the channel is age-restricted.
    pub fn nsfw(&self) -> bool {
        self.0.place.nsfw
    }

    /// How it was given.
    pub fn way(&self) -> Way {
        match self.0.origin {
            Origin::Interaction { way, .. } => way,
            Origin::Message { .. } => Way::Prefix,
        }
    }

    /// The command and sub-command, as `prefix set`.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What stands in front of a command here: the prefix, or `/`.
    pub fn lead(&self) -> &str {
        &self.0.lead
    }

    /// How this person types a command, named by its English path: `,remind list`, or `/remind list` in the words of their language. What follows
    /// the path stays as it is.
    pub fn command(&self, path: &str) -> String {
        match self.way() {
            Way::Prefix => format!("{}{path}", self.lead()),
            _ => format!("/{}", self.0.tongues.path(self.language(), path)),
        }
    }

    /// Language tag to answer in.
    pub fn language(&self) -> &str {
        &self.0.language
    }

    /// When Casey received it.
    pub fn received(&self) -> Timestamp {
        self.0.received
    }

    /// The number of the event this came of: the message's or the interaction's id. After a restart the same event may come again, with the same
    /// number: what is stored under it is stored once.
    pub fn event_id(&self) -> u64 {
        match &self.0.origin {
            Origin::Interaction { interaction, .. } => interaction.id.get(),
            Origin::Message { id, .. } => id.get(),
        }
    }

    /// When the person sent it, by Discord's clock.
    pub fn sent(&self) -> Timestamp {
        match &self.0.origin {
            Origin::Interaction { interaction, .. } => Timestamp::of_id(interaction.id),
            Origin::Message { id, .. } => Timestamp::of_id(*id),
        }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Does something to Discord and tells what came of it.
    ///
    /// # Errors
    ///
    /// [`DiscordError`] when Discord did not do it.
    pub async fn perform(&self, effect: Effect) -> Result<Receipt, DiscordError> {
        self.0.discord.perform(effect).await
    }

    /// A button that only the person who asks can press, until `lasting` has passed. Its module's [`press`](crate::Module::press) is
    /// called with action and state.
    ///
    /// # Errors
    ///
    /// [`CustomIdError`] if action and state do not fit into a custom id.
    pub fn button(
        &self,
        label: impl Into<String>,
        style: ButtonStyle,
        action: &str,
        state: impl Into<String>,
        lasting: Duration,
    ) -> Result<Button, CustomIdError> {
        self.button_of(self.0.module, label.into(), style, action, state.into(), lasting)
    }

    pub(crate) fn button_of(
        &self,
        module: &str,
        label: String,
        style: ButtonStyle,
        action: &str,
        state: String,
        lasting: Duration,
    ) -> Result<Button, CustomIdError> {
        let custom_id = self.signed(module, action.to_owned(), state, lasting)?;
        Ok(Button {
            id: None,
            custom_id: Some(custom_id),
            disabled: false,
            emoji: None,
            label: Some(label),
            style,
            url: None,
            sku_id: None,
        })
    }

    /// Refuses unless the person has these permissions in the channel.
    ///
    /// # Errors
    ///
    /// A [`Failure::Refused`] that names what is missing.
    pub fn require(&self, needs: Permissions) -> Result<(), Failure> {
        guard::require(self.0.texts.of(self), self, needs)
    }

    /// A prompt with two buttons: confirming calls [`press`](crate::Module::press) of the module with action and state, cancelling takes the
    /// prompt back. Only the person who asks can press them, for ten minutes; they survive a restart. One press counts: a second one, be it of
    /// the other button, does nothing, unless the first was refused or failed.
    ///
    /// # Errors
    ///
    /// [`CustomIdError`] if action and state do not fit into a custom id.
    pub fn confirm(
        &self,
        question: impl Into<String>,
        action: &str,
        state: impl Into<String>,
    ) -> Result<Reply, CustomIdError> {
        let text = self.0.texts.of(self);
        let made = self.now();
        let action = press::once(action, made);
        let yes = self.button(text.msg_confirm(), ButtonStyle::Danger, &action, state, PROMPT)?;
        let no = self.button_of(
            privacy::CORE,
            text.msg_cancel(),
            ButtonStyle::Secondary,
            &press::once(CANCEL, made),
            String::new(),
            PROMPT,
        )?;
        Ok(Reply::text(question).with_row(row([yes, no])))
    }

    /// Buttons to page back and forth, with the page shown between them; `None` if there is only one page. A press calls
    /// [`press`](crate::Module::press) with the action and `state` followed by `,` and the number of the page, counted from 0: the module makes
    /// that page anew, so that the buttons need no memory.
    ///
    /// # Errors
    ///
    /// [`CustomIdError`] if action and state do not fit into a custom id.
    pub fn pages(
        &self,
        action: &str,
        state: &str,
        page: usize,
        of: usize,
    ) -> Result<Option<Component>, CustomIdError> {
        if of < 2 {
            return Ok(None);
        }
        let text = self.0.texts.of(self);
        let turn = |label: String, to: Option<usize>| {
            let target = to.unwrap_or(page);
            // Discord wants different ids within a message, even of buttons that cannot be pressed.
            let state = format!("{state},{target}{}", if to.is_none() { "x" } else { "" });
            self.button(label, ButtonStyle::Secondary, action, state, PAGES)
                .map(|button| Button { disabled: to.is_none(), ..button })
        };
        let back = turn(text.msg_page_back(), page.checked_sub(1))?;
        let next = turn(text.msg_page_next(), (page + 1 < of).then_some(page + 1))?;
        let place = Button {
            disabled: true,
            ..self.button(
                format!("{} / {of}", page + 1),
                ButtonStyle::Secondary,
                action,
                format!("{state},p"),
                PAGES,
            )?
        };
        Ok(Some(row([back, place, next])))
    }

    pub(crate) fn interaction(&self) -> Option<&InteractionRef> {
        match &self.0.origin {
            Origin::Interaction { interaction, .. } => Some(interaction),
            Origin::Message { .. } => None,
        }
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.0.origin
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }
}

/// A row of at most five buttons.
pub fn row(buttons: impl IntoIterator<Item = Button>) -> Component {
    Component::ActionRow(ActionRow {
        id: None,
        components: buttons.into_iter().map(Component::Button).collect(),
    })
}
