//! The JSON of events, written like Discord writes it. Every field that clients decode is there.

use std::fmt::Write as _;

const SINCE: &str = "2024-05-01T12:00:00.000000+00:00";
const NOW: &str = "2026-01-02T03:04:05.678000+00:00";

/// Who does something, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene {
    /// Number of the guild in the world.
    pub(crate) place: usize,
    pub(crate) guild: u64,
    pub(crate) channel: u64,
    pub(crate) person: u64,
    pub(crate) role: u64,
}

/// A message and who wrote it where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said {
    pub(crate) id: u64,
    pub(crate) scene: Scene,
}

fn user(id: u64) -> String {
    format!(
        r#"{{"id":"{id}","username":"person_{tail}","global_name":"Person {tail}","discriminator":"0","avatar":"{id:032x}","banner":null,"accent_color":null,"avatar_decoration_data":null,"primary_guild":null,"public_flags":0,"flags":0}}"#,
        tail = id >> 22 & 0xFFFF,
    )
}

/// A membership without the user, to be put between braces.
fn membership(scene: Scene) -> String {
    format!(
        r#""nick":null,"roles":["{}"],"joined_at":"{SINCE}","communication_disabled_until":null,"avatar":null,"banner":null,"premium_since":null,"pending":false,"flags":0,"mute":false,"deaf":false"#,
        scene.role,
    )
}

fn member(scene: Scene) -> String {
    format!(r#"{{{},"user":{}}}"#, membership(scene), user(scene.person))
}

/// The fields of a message, to be put between braces. `content` needs no escapes.
fn message_fields(said: Said, content: &str, edited: bool, embed: bool) -> String {
    let edited = if edited { format!("\"{NOW}\"") } else { "null".to_owned() };
    let embeds = if embed {
        format!(
            r#"{{"type":"rich","title":"A title","description":"{content}","url":"https://example.org/page","color":3447003,"fields":[{{"name":"One","value":"{content}","inline":true}}]}}"#
        )
    } else {
        String::new()
    };
    format!(
        r#""id":"{id}","channel_id":"{channel}","author":{author},"content":"{content}","embeds":[{embeds}],"components":[],"attachments":[],"mentions":[],"mention_roles":[],"mention_everyone":false,"timestamp":"{NOW}","edited_timestamp":{edited},"flags":0,"pinned":false,"tts":false"#,
        id = said.id,
        channel = said.scene.channel,
        author = user(said.scene.person),
    )
}

/// What a message is like beside its text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    pub(crate) edited: bool,
    pub(crate) embed: bool,
    /// The message it replies to; Discord sends that along.
    pub(crate) replied: Option<Said>,
}

/// `MESSAGE_CREATE` and `MESSAGE_UPDATE` (Discord docs: Gateway Events).
pub(crate) fn message(said: Said, content: &str, look: Look) -> String {
    let fields = message_fields(said, content, look.edited, look.embed);
    let scene = said.scene;
    let mut text = format!(
        r#"{{{fields},"type":{kind},"channel_type":0,"guild_id":"{guild}","nonce":"{nonce}","member":{{{membership}}}"#,
        kind = if look.replied.is_some() { 19 } else { 0 },
        guild = scene.guild,
        nonce = said.id,
        membership = membership(scene),
    );
    if let Some(replied) = look.replied {
        // Writing to a string does not fail.
        let _ = write!(
            text,
            r#","message_reference":{{"type":0,"channel_id":"{channel}","message_id":"{id}","guild_id":"{guild}"}},"referenced_message":{{{fields},"type":0}}"#,
            channel = replied.scene.channel,
            id = replied.id,
            guild = replied.scene.guild,
            fields = message_fields(replied, content, false, false),
        );
    }
    text.push('}');
    text
}

/// `MESSAGE_DELETE`.
pub(crate) fn deleted(said: Said) -> String {
    format!(
        r#"{{"id":"{}","channel_id":"{}","guild_id":"{}"}}"#,
        said.id, said.scene.channel, said.scene.guild
    )
}

/// `MESSAGE_REACTION_ADD`.
pub(crate) fn reaction(said: Said, scene: Scene) -> String {
    format!(
        r#"{{"user_id":"{user}","channel_id":"{channel}","message_id":"{id}","guild_id":"{guild}","message_author_id":"{author}","member":{member},"emoji":{{"id":null,"name":"👍"}},"burst":false,"burst_colors":[],"type":0}}"#,
        user = scene.person,
        channel = said.scene.channel,
        id = said.id,
        guild = scene.guild,
        author = said.scene.person,
        member = member(scene),
    )
}

/// `TYPING_START`.
pub(crate) fn typing(scene: Scene) -> String {
    format!(
        r#"{{"channel_id":"{}","guild_id":"{}","user_id":"{}","timestamp":1767323045,"member":{}}}"#,
        scene.channel,
        scene.guild,
        scene.person,
        member(scene)
    )
}

/// `PRESENCE_UPDATE`.
pub(crate) fn presence(scene: Scene, online: bool) -> String {
    let status = if online { "online" } else { "idle" };
    format!(
        r#"{{"user":{{"id":"{}"}},"guild_id":"{}","status":"{status}","activities":[{{"id":"custom","name":"Custom Status","type":4,"state":"at the harbour","created_at":1767323045000}}],"client_status":{{"desktop":"{status}"}}}}"#,
        scene.person, scene.guild
    )
}

/// `GUILD_MEMBER_ADD` and `GUILD_MEMBER_UPDATE`.
pub(crate) fn membership_event(scene: Scene) -> String {
    format!(r#"{{{},"user":{},"guild_id":"{}"}}"#, membership(scene), user(scene.person), scene.guild)
}

/// `GUILD_MEMBER_REMOVE`.
pub(crate) fn left(scene: Scene) -> String {
    format!(r#"{{"user":{},"guild_id":"{}"}}"#, user(scene.person), scene.guild)
}

/// `VOICE_STATE_UPDATE`.
pub(crate) fn voice(scene: Scene, muted: bool) -> String {
    format!(
        r#"{{"channel_id":"{}","guild_id":"{}","user_id":"{}","session_id":"{:032x}","deaf":false,"mute":false,"self_deaf":false,"self_mute":{muted},"self_video":false,"suppress":false,"request_to_speak_timestamp":null,"member":{}}}"#,
        scene.channel,
        scene.guild,
        scene.person,
        scene.person,
        member(scene)
    )
}

/// `CHANNEL_UPDATE`.
pub(crate) fn channel(scene: Scene, topic: &str) -> String {
    format!(
        r#"{{"id":"{}","type":0,"guild_id":"{}","name":"channel","topic":"{topic}","position":3,"parent_id":null,"permission_overwrites":[],"nsfw":false,"rate_limit_per_user":0,"last_message_id":null,"flags":0}}"#,
        scene.channel, scene.guild
    )
}
