# What Casey says in its own commands. Arguments that are code or mentions come ready-made.

language-name = English

## Every command

done = Done.
confirm = Confirm
cancel = Cancel
cancelled = Cancelled; nothing was changed.
page-back = Back
page-next = Next

## Refusals of guards

guard-guild-only = This command works in servers only.
# $permissions (String) - names in bold
guard-permission = You need { $permissions } here to use this command.
# $permissions (String) - names in bold
guard-bot-permission = I need { $permissions } here to do that. Please ask an admin to give it to me.
# $module (String) - the module's title
guard-disabled = { $module } is switched off in this server.
# $command (String) - in code
guard-override-server = { $command } is not allowed in this server.
# $command (String) - in code
guard-override-channel = { $command } is not allowed in this channel.
# $command (String) - in code
guard-override-role = { $command } is not allowed for one of your roles here.
# $command (String) - in code
guard-override-member = { $command } is not allowed for you here.
guard-nsfw = This command works only in age-restricted channels.
# $time (String) - Discord's markup for a moment
guard-cooldown = That was a little fast. Try again { $time }.

## When something does not work

# $code (String) - reference code
failure-broken = Something went wrong on my side, and nothing you did caused it. If it keeps happening, please tell support the code { $code }.
# $code (String) - reference code
failure-unavailable = I cannot reach something I need for this right now. Please try again in a minute. (Code { $code })
# $channel (String) - mention of the channel
# $permissions (String) - names
cannot-speak = I cannot answer in { $channel }: I lack { $permissions } there. Please ask an admin to give it to me.
# $channel (String) - mention of the channel
cannot-speak-unknown = I cannot answer in { $channel }: Discord does not let me. Please ask an admin to look at my permissions there.
whispered = I sent you a direct message.
# $command (String) - the slash command
whisper-closed = That answer is only for you, but your direct messages are closed to me. Use { $command } instead, which only you will see.

## Buttons

press-foreign = I do not know this button. Please use the command again.
press-expired = This button has expired. Please use the command again.
press-not-yours = Only the person who used the command can press this.

## Forms and menus

form-needed = This needs a few words from you.
form-open = Write
form-late = That took me too long, so the form could not be opened. Please try again.
form-expired = This form has expired, so nothing was done. Please start again.
form-written = What you wrote:
menu-nobody = There is nobody behind this whom I could find.
yes = Yes
no = No

## Called by name

# $prefix (String) - in code
# $help (String) - in code
hello = Hello! My prefix here is { $prefix }. Try { $help }.
# $word (String) - in code
# $near (String) - in code
unknown-command-near = I have no command { $word }. Did you mean { $near }?

## Arguments that could not be read

# $option (String) - in code
# $expected (String) - one of the expect-… messages
refusal-missing = { $option } is missing: expected { $expected }.
# $read (String) - in code
# $option (String) - in code
# $expected (String) - one of the expect-… messages
refusal-misfit = I read { $read } for { $option }, but expected { $expected }.
# $read (String) - in code
# $option (String) - in code
# $expected (String) - one of the expect-… messages
# $near (String) - in code
refusal-misfit-near = I read { $read } for { $option }, but expected { $expected }. Did you mean { $near }?
# $read (String) - in code
refusal-surplus = I do not know what to do with { $read }: nothing more was expected.
# $names (String) - list in code
refusal-missing-sub = Say which: { $names }.
# $read (String) - in code
# $names (String) - list in code
refusal-unknown-sub = There is no { $read } here; expected one of { $names }.
# $read (String) - in code
# $names (String) - list in code
# $near (String) - in code
refusal-unknown-sub-near = There is no { $read } here; expected one of { $names }. Did you mean { $near }?
# $read (String) - in code
# $names (String) - list in code
refusal-unknown-flag = There is no option { $read }; expected one of { $names }.
# $read (String) - in code
# $near (String) - in code
refusal-unknown-flag-near = There is no option { $read }. Did you mean { $near }?
# $read (String) - in code
refusal-no-flags = There is no option { $read }: this command has none that are set by name.
# $option (String) - in code
refusal-repeated = { $option } is given twice.
# $read (String) - in code
# $expected (String) - one of the expect-… messages
refusal-not-found = I cannot find { $read }: expected { $expected }.
# $read (String) - in code
# $names (String) - list in code
refusal-ambiguous = { $read } could be several: { $names }. Please use a mention or an id.
# $option (String) - in code
# $length (Number) - characters read
# $min (Number) - characters at least
refusal-too-short = { $option } has { $length } characters; at least { $min } are needed.
# $option (String) - in code
# $length (Number) - characters read
# $max (Number) - characters at most
refusal-too-long = { $option } has { $length } characters; at most { $max } fit.
# $option (String) - in code
# $expected (String) - one of the expect-… messages
refusal-wrong-file = The file for { $option } is of the wrong type: expected { $expected }.
# $usage (String) - in code
refusal-usage = Usage: { $usage }
# $example (String) - in code
refusal-example = Example: { $example }

## What was expected

expect-nothing = nothing
expect-text = some text
# $min (Number)
# $max (Number)
expect-text-of = text of { $min } to { $max } characters
expect-integer = a whole number
expect-number = a number
# $what (String)
# $min (String)
expect-from = { $what } of at least { $min }
# $what (String)
# $max (String)
expect-up-to = { $what } of at most { $max }
# $what (String)
# $min (String)
# $max (String)
expect-between = { $what } between { $min } and { $max }
expect-boolean = yes or no
# $names (String) - list in code
expect-choice = one of { $names }
expect-user = a person (a mention, an id, or a name)
expect-role = a role (a mention, an id, or its name)
expect-mentionable = a person or a role
expect-channel = a channel (a mention, an id, or its name)
# $kinds (String)
expect-channel-of = a channel of the type { $kinds }
expect-file = an attached file
# $types (String) - list in code
expect-file-of = an attached file of the type { $types }

## ping

# $millis (Number) - milliseconds
ping = Pong! Your message took { $millis } ms to reach me.
ping-plain = Pong!

## help

help-title = What I can do
# $example (String) - in code
help-intro = { $example } tells more about a command. Slash commands work, too.
# $name (String) - in code
help-unknown = There is no command { $name }.
# $name (String) - in code
# $near (String) - in code
help-unknown-near = There is no command { $name }. Did you mean { $near }?
help-usage = Usage
help-aliases = Also
help-examples = Examples
help-options = Options
help-needs = You need
help-bot-needs = I need
help-optional = optional
help-in-servers = in servers only
help-guild-only = Works in servers only.
help-nsfw = Works only in age-restricted channels.
# $uses (Number)
# $seconds (Number)
help-cooldown = At most { $uses ->
    [one] once
   *[other] { $uses } times
} every { $seconds ->
    [one] second
   *[other] { $seconds } seconds
} per person.
help-menus = In the menu
# $name (String)
help-menu-user = { $name } (right click on a person, Apps)
# $name (String)
help-menu-message = { $name } (right click on a message, Apps)
help-choose = Only a part of it
help-everything = Everything

## about

# $version (String)
about = I am a bot made with casey-core { $version }.
# $count (Number)
about-guilds = { $count ->
    [one] I am in one server.
   *[other] I am in { $count } servers.
}
about-invite = Add me to a server
# $since (String) - Discord's markup for a moment
about-since = Running since { $since }.
# $privacy (String) - in code
about-privacy = { $privacy } shows what I keep about you.

## prefix

# $prefixes (String) - list in code
prefix-here = The prefix here is { $prefixes }.
# $prefixes (String) - list in code
prefix-several = The prefixes here are { $prefixes }.
# $mention (String)
prefix-mention = A mention works everywhere, too: { $mention } help
# $prefixes (String) - list in code
prefix-personal = Your own, which work everywhere: { $prefixes }
# $prefix (String) - in code
# $example (String) - in code
prefix-set = The prefix is { $prefix } now. Try { $example }.
# $prefix (String) - in code
# $prefixes (String) - list in code
prefix-added = { $prefix } works now, too. All prefixes here: { $prefixes }
# $prefix (String) - in code
prefix-known = { $prefix } is a prefix here already.
# $prefix (String) - in code
# $prefixes (String) - list in code
prefix-removed = { $prefix } is no prefix any more. What remains: { $prefixes }
# $prefix (String) - in code
# $prefixes (String) - list in code
prefix-unknown = { $prefix } is no prefix here. There are: { $prefixes }
# $prefix (String) - in code
prefix-last = { $prefix } is the only prefix here, so it has to stay. Set another one instead.
# $prefix (String) - in code
prefix-reset = The prefix is { $prefix } again.
# $most (Number)
prefix-too-many = A server has at most { $most } prefixes. Remove one first.
# $most (Number)
prefix-too-many-personal = You can have at most { $most } prefixes of your own. Remove one first.
# $prefix (String) - in code
prefix-personal-set = { $prefix } works for you everywhere now.
prefix-personal-cleared = You have no prefix of your own any more.
prefix-personal-none = You have no prefix of your own. Name one to set it.
prefix-bad-empty = A prefix has at least one character.
# $max (Number)
prefix-bad-length = A prefix has at most { $max } characters.
prefix-bad-character = A prefix has no spaces, backticks or invisible characters in it.
prefix-bad-beginning = A prefix cannot begin with @, #, <, > or /, which Discord uses itself.
store-refused = I may not store that about you, because you asked me not to. The privacy command tells more.

## settings

settings-title = Settings of this server
settings-prefixes = Prefixes
settings-language = Language
settings-modules = Modules
settings-on = on
settings-off = off
# $language (String)
# $languages (String) - list in code
settings-language-unknown = I do not speak { $language } yet. There are: { $languages }
# $language (String)
settings-language-set = I answer in { $language } here now.
# $language (String)
# $languages (String) - list with tags in code
settings-language-now = I answer in { $language } here. I speak: { $languages }
# $module (String)
settings-enabled = { $module } is on.
# $module (String)
settings-disabled = { $module } is off.
# $module (String)
# $modules (String) - list in code
settings-module-unknown = There is no module { $module }. There are: { $modules }
settings-no-modules = There is no module that can be switched off.

settings-change = Change these
settings-nowhere = Nowhere, but where a rule allows it
settings-everywhere = Everywhere
# $channels (String)
settings-only-in = Only in { $channels }
# $count (Number)
# $command (String) - in code
settings-rules = { $count ->
    [one] One more rule: { $command }
   *[other] { $count } more rules: { $command }
}

## setup

setup-intro = Choose below what I should do here. Every choice counts at once.
setup-permissions = My permissions here
setup-lacks-nothing = I may do all I need to.
# $names (String)
setup-lacks-server = My role lacks: { $names }. You find it in Server Settings, Roles; or use the button below.
# $names (String)
setup-lacks-channel = In this channel I lack: { $names }. Edit the channel's permissions for my role.
# $default (String)
setup-prefixes-hint = Up to 10, with spaces between them. Empty: { $default }
setup-check = Check again
setup-finish = Done
setup-give = Give me these permissions
setup-no-modules = All modules are off
setup-nowhere = Commands work nowhere; choose channels to change that
setup-everywhere = Commands work everywhere; choose channels to change that
# $help (String) - in code
setup-done = All set. { $help } shows what I can do.

rules-title = Where and for whom commands work
# $example (String)
rules-none = There are no rules here: everybody may use what their permissions allow. `{ $example }` makes one.
# $what (String)
# $whom (String)
rules-allowed = { $what } is allowed now: { $whom }
# $what (String)
# $whom (String)
rules-denied = { $what } is not allowed any more: { $whom }
# $count (Number)
# $what (String)
rules-cleared = { $count ->
    [one] One rule about { $what } is gone.
   *[other] { $count } rules about { $what } are gone.
}
# $what (String)
rules-none-such = There is no such rule about { $what }.
# $most (Number)
rules-too-many = A server has at most { $most } rules. Clear one first.
rules-one-target = Name one of channel, role and member for each rule, or none for everybody.
# $name (String) - in code
rules-unknown = There is no command or module { $name }.
# $module (String)
rules-module = everything of { $module }
rules-everything = everything
rules-everybody = everybody in this server
# $command (String) - in code
rules-why-always = { $command } works everywhere and for everybody: it cannot be switched off.
# $who (String)
# $command (String) - in code
# $place (String)
# $rule (String)
rules-why-yes = { $who } may use { $command } in { $place }, because of this rule: { $rule }
# $who (String)
# $command (String) - in code
# $place (String)
# $rule (String)
rules-why-no = { $who } may not use { $command } in { $place }, because of this rule: { $rule }
# $command (String) - in code
# $module (String)
rules-why-module = Nobody may use { $command } here: { $module } is switched off.
# $who (String)
# $command (String) - in code
# $place (String)
rules-why-free = No rule of this server keeps { $who } from using { $command } in { $place }.

## privacy

privacy-title = What I keep about you
privacy-nothing = I keep nothing about you.
privacy-intro = This is everything, by kind of data. Only you see this message.
# $count (Number)
privacy-rows = { $count ->
    [one] one entry
   *[other] { $count } entries
}
# $what (String)
# $why (String)
# $kept (String)
privacy-entry = { $what }
    For: { $why }
    Kept: { $kept }
privacy-memory = Besides, for a short time and in memory
# $site (String)
privacy-more = The privacy policy is at { $site }

object-title = What I store about you is for this
object-intro = Choose below what I shall store nothing for. It counts from the next moment on; what is stored already stays until its time is over.
object-stands = You objected: I store nothing for this.
object-waits = You objected: somebody of the server will look at it.
object-may = You may object.
object-never = It cannot be objected to: without it I could not do what you ask, or the law wants it.
object-basis-consent = with your consent
object-basis-contract = to do what you ask
object-basis-law = because the law wants it
object-basis-interest = a legitimate interest
object-placeholder = You object to nothing
# $id (String) - in code
# $words (String)
object-done = From now on I store nothing about you for { $id }: { $words }.
# $id (String) - in code
# $words (String)
object-review = Your objection to { $id } is noted: { $words }. Somebody of the server will look at it.
# $id (String) - in code
# $words (String)
object-withdrawn = You no longer object to { $id }: { $words }.
# $id (String) - in code
object-none = You did not object to { $id }.
# $id (String) - in code
# $words (String)
object-not-possible = { $id } cannot be objected to: { $words }. Without it I could not do what you ask, or the law wants it.
# $id (String) - in code
# $known (String) - list in code
object-unknown = I store nothing for { $id }. You can object to: { $known }
