# What the module "management" says. Arguments that are code, mentions or moments come ready-made.

language-name = English

## Reminders

# $number (Number)
# $moment (String) - Discord's markup for a moment
# $relative (String) - the same, relative to now
remind-set = Reminder { $number } is set for { $moment } ({ $relative }).
# $number (Number)
# $moment (String) - Discord's markup for a moment
# $relative (String) - the same, relative to now
remind-set-dm = Reminder { $number } is set for { $moment } ({ $relative }). I will send you a direct message.
# $example (String) - code
remind-no-time = I found no time in that. Say how long from now, like { $example }.
# $word (String) - code
# $example (String) - code
remind-absolute = I do not know your time zone, so I cannot tell when { $word } is for you. Say how long from now instead, like { $example }.
# $shortest (String)
# $longest (String)
remind-bounds = I can remind you after { $shortest } at the soonest and { $longest } at the latest.
# $example (String) - code
remind-no-text = What shall I remind you of? Like { $example }.
# $most (Number)
remind-text-long = That is too long for a reminder: { $most } characters are the most.
# $most (Number)
# $command (String) - code
remind-too-many = You have { $most } reminders, which is the most I keep for one person. { $command } makes room.
remind-not-stored = You objected to what I would have to store for that, so I cannot remind you.
remind-none = You have no reminders.
remind-title = Your reminders
# $number (String) - code
# $relative (String) - Discord's markup for a moment, relative to now
# $place (String) - mention of the channel
# $text (String)
remind-entry = { $number } { $relative } in { $place }: { $text }
# $number (String) - code
# $relative (String) - Discord's markup for a moment, relative to now
# $text (String)
remind-entry-dm = { $number } { $relative } by direct message: { $text }
# $number (String) - code
# $relative (String) - Discord's markup for a moment, relative to now
# $text (String)
remind-entry-undelivered = { $number } was due { $relative }, and I could not reach you: { $text }
# $number (Number)
remind-cancelled = Reminder { $number } is cancelled and forgotten.
# $number (Number)
# $command (String) - code
remind-unknown = You have no reminder { $number }. { $command } shows those you have.
# $who (String) - mention of the person
# $text (String)
remind-due = { $who }, you asked me to remind you: { $text }
# $time (String) - a length of time
remind-late = -# This is { $time } late: I could not tell you when it was due.
