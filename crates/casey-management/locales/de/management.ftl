# Was das Modul „management“ sagt. Angaben, die Code, Erwähnungen oder Zeitpunkte sind, kommen fertig.

language-name = Deutsch

## Erinnerungen

remind-set = Erinnerung { $number } ist für { $moment } gesetzt ({ $relative }).
remind-set-dm = Erinnerung { $number } ist für { $moment } gesetzt ({ $relative }). Ich schicke dir eine Direktnachricht.
remind-no-time = Darin habe ich keine Zeit gefunden. Sag, wie lange von jetzt an, etwa { $example }.
remind-absolute = Deine Zeitzone kenne ich nicht, deshalb weiß ich nicht, wann { $word } für dich ist. Sag stattdessen, wie lange von jetzt an, etwa { $example }.
remind-bounds = Die kürzeste Zeit ist { $shortest }, die längste { $longest }.
remind-no-text = Woran soll ich dich erinnern? Etwa { $example }.
remind-text-long = Das ist zu lang für eine Erinnerung: Höchstens { $most } Zeichen gehen.
remind-too-many = Du hast { $most } Erinnerungen; mehr behalte ich für eine Person nicht. { $command } macht Platz.
remind-not-stored = Du hast dem widersprochen, was ich dafür speichern müsste, deshalb kann ich dich nicht erinnern.
remind-none = Du hast keine Erinnerungen.
remind-title = Deine Erinnerungen
remind-entry = { $number } { $relative } in { $place }: { $text }
remind-entry-dm = { $number } { $relative } als Direktnachricht: { $text }
remind-entry-undelivered = { $number } war { $relative } fällig, und ich konnte dich nicht erreichen: { $text }
remind-cancelled = Erinnerung { $number } ist abgesagt und vergessen.
remind-unknown = Eine Erinnerung { $number } hast du nicht. { $command } zeigt die, die du hast.
remind-due = { $who }, du wolltest von mir erinnert werden: { $text }
remind-late = -# Das kommt um { $time } zu spät: Als es fällig war, konnte ich dir nichts sagen.
