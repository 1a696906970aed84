# Was Casey in seinen eigenen Befehlen sagt. Angaben, die Code oder Erwähnungen sind, kommen fertig.

language-name = Deutsch

## Jeder Befehl

done = Erledigt.
confirm = Bestätigen
cancel = Abbrechen
cancelled = Abgebrochen; nichts wurde geändert.
page-back = Zurück
page-next = Weiter

## Ablehnungen

guard-guild-only = Dieser Befehl geht nur auf Servern.
guard-permission = Für diesen Befehl brauchst du hier { $permissions }.
guard-bot-permission = Dafür brauche ich hier { $permissions }. Bitte wende dich an jemanden, der mir das geben kann.
guard-disabled = { $module } ist auf diesem Server ausgeschaltet.
guard-override-server = { $command } ist auf diesem Server nicht erlaubt.
guard-override-channel = { $command } ist in diesem Kanal nicht erlaubt.
guard-override-role = { $command } ist einer deiner Rollen hier nicht erlaubt.
guard-override-member = { $command } ist dir hier nicht erlaubt.
guard-nsfw = Dieser Befehl geht nur in Kanälen mit Altersbeschränkung.
guard-cooldown = Das war ein bisschen schnell. Versuch es { $time } noch einmal.

## Wenn etwas nicht klappt

failure-broken = Bei mir ist etwas schiefgegangen; du hast nichts falsch gemacht. Wenn es öfter geschieht, nenne dem Support bitte den Code { $code }.
failure-unavailable = Etwas, das ich dafür brauche, kann ich gerade nicht erreichen. Bitte versuch es in einer Minute noch einmal. (Code { $code })
cannot-speak = In { $channel } kann ich nicht antworten: Mir fehlt dort { $permissions }. Bitte wende dich an jemanden, der mir das geben kann.
cannot-speak-unknown = In { $channel } kann ich nicht antworten: Discord lässt mich nicht. Bitte wende dich an jemanden, der meine Berechtigungen dort prüfen kann.
whispered = Ich habe dir eine Direktnachricht geschickt.
whisper-closed = Diese Antwort ist nur für dich, aber deine Direktnachrichten sind für mich geschlossen. Nimm stattdessen { $command }; das siehst nur du.

## Knöpfe

press-foreign = Diesen Knopf kenne ich nicht. Bitte gib den Befehl noch einmal.
press-expired = Dieser Knopf ist abgelaufen. Bitte gib den Befehl noch einmal.
press-not-yours = Das kann nur drücken, wer den Befehl gegeben hat.

## Formulare und Menüs

form-needed = Dafür brauche ich ein paar Worte von dir.
form-open = Schreiben
form-late = Das hat bei mir zu lange gedauert, deshalb ging das Formular nicht auf. Bitte versuch es noch einmal.
form-expired = Dieses Formular ist abgelaufen, deshalb ist nichts geschehen. Bitte fang noch einmal an.
form-written = Das hattest du geschrieben:
menu-nobody = Dahinter steht niemand, den ich finden könnte.
yes = Ja
no = Nein

## Beim Namen gerufen

hello = Hallo! Mein Präfix hier ist { $prefix }. Probier { $help }.
unknown-command-near = Einen Befehl { $word } habe ich nicht. Meinst du { $near }?

## Angaben, die nicht zu lesen waren

refusal-missing = { $option } fehlt: erwartet wird { $expected }.
refusal-misfit = Für { $option } steht da { $read }, erwartet wird aber { $expected }.
refusal-misfit-near = Für { $option } steht da { $read }, erwartet wird aber { $expected }. Meinst du { $near }?
refusal-surplus = Mit { $read } weiß ich nichts anzufangen: Mehr wurde nicht erwartet.
refusal-missing-sub = Sag, was davon: { $names }.
refusal-unknown-sub = { $read } gibt es hier nicht; erwartet wird eines von { $names }.
refusal-unknown-sub-near = { $read } gibt es hier nicht; erwartet wird eines von { $names }. Meinst du { $near }?
refusal-unknown-flag = Eine Option { $read } gibt es nicht; erwartet wird eine von { $names }.
refusal-unknown-flag-near = Eine Option { $read } gibt es nicht. Meinst du { $near }?
refusal-no-flags = Eine Option { $read } gibt es nicht: Dieser Befehl hat keine, die mit Namen gesetzt werden.
refusal-repeated = { $option } steht zweimal da.
refusal-not-found = { $read } kann ich nicht finden: erwartet wird { $expected }.
refusal-ambiguous = { $read } könnte mehreres sein: { $names }. Bitte nimm eine Erwähnung oder eine Id.
refusal-too-short = { $option } hat { $length } Zeichen; mindestens { $min } sind nötig.
refusal-too-long = { $option } hat { $length } Zeichen; höchstens { $max } passen hinein.
refusal-wrong-file = Die Datei für { $option } ist von der falschen Art: erwartet wird { $expected }.
refusal-usage = So geht es: { $usage }
refusal-example = Zum Beispiel: { $example }

## Was erwartet wurde

expect-nothing = nichts
expect-text = ein Text
expect-text-of = ein Text von { $min } bis { $max } Zeichen
expect-integer = eine ganze Zahl
expect-number = eine Zahl
expect-from = { $what } ab { $min }
expect-up-to = { $what } bis { $max }
expect-between = { $what } von { $min } bis { $max }
expect-boolean = ja oder nein (yes oder no)
expect-choice = eines von { $names }
expect-user = eine Person (eine Erwähnung, eine Id oder ein Name)
expect-role = eine Rolle (eine Erwähnung, eine Id oder ihr Name)
expect-mentionable = eine Person oder eine Rolle
expect-channel = ein Kanal (eine Erwähnung, eine Id oder sein Name)
expect-channel-of = ein Kanal der Art { $kinds }
expect-file = eine angehängte Datei
expect-file-of = eine angehängte Datei der Art { $types }

## ping

ping = Pong! Deine Nachricht hat { $millis } ms bis zu mir gebraucht.
ping-plain = Pong!

## help

help-title = Was ich kann
help-intro = { $example } sagt mehr zu einem Befehl. Slash-Befehle gehen auch.
help-unknown = Einen Befehl { $name } gibt es nicht.
help-unknown-near = Einen Befehl { $name } gibt es nicht. Meinst du { $near }?
help-usage = So geht es
help-aliases = Auch
help-examples = Beispiele
help-options = Optionen
help-needs = Du brauchst
help-bot-needs = Ich brauche
help-optional = nicht nötig
help-in-servers = nur auf Servern
help-guild-only = Geht nur auf Servern.
help-nsfw = Geht nur in Kanälen mit Altersbeschränkung.
help-cooldown = Je Person höchstens { $uses ->
    [one] einmal
   *[other] { $uses }-mal
} in { $seconds ->
    [one] einer Sekunde
   *[other] { $seconds } Sekunden
}.
help-menus = Im Menü
help-menu-user = { $name } (Rechtsklick auf eine Person, Apps)
help-menu-message = { $name } (Rechtsklick auf eine Nachricht, Apps)
help-choose = Nur ein Teil davon
help-everything = Alles

## about

about = Ich bin ein Bot, gebaut mit casey-core { $version }.
about-guilds = { $count ->
    [one] Ich bin auf einem Server.
   *[other] Ich bin auf { $count } Servern.
}
about-invite = Zu einem Server hinzufügen
about-since = Ich laufe seit { $since }.
about-privacy = { $privacy } zeigt, was ich über dich speichere.

## prefix

prefix-here = Das Präfix hier ist { $prefixes }.
prefix-several = Die Präfixe hier sind { $prefixes }.
prefix-mention = Eine Erwähnung geht auch, und zwar überall: { $mention } help
prefix-personal = Deine eigenen, die überall gehen: { $prefixes }
prefix-set = Das Präfix ist jetzt { $prefix }. Probier { $example }.
prefix-added = { $prefix } geht jetzt auch. Alle Präfixe hier: { $prefixes }
prefix-known = { $prefix } ist hier schon ein Präfix.
prefix-removed = { $prefix } ist kein Präfix mehr. Es bleiben: { $prefixes }
prefix-unknown = { $prefix } ist hier kein Präfix. Es gibt: { $prefixes }
prefix-last = { $prefix } ist das einzige Präfix hier und muss deshalb bleiben. Setze stattdessen ein anderes.
prefix-reset = Das Präfix ist wieder { $prefix }.
prefix-too-many = Ein Server hat höchstens { $most } Präfixe. Entferne erst eines.
prefix-too-many-personal = Du kannst höchstens { $most } eigene Präfixe haben. Entferne erst eines.
prefix-personal-set = { $prefix } geht für dich jetzt überall.
prefix-personal-cleared = Du hast kein eigenes Präfix mehr.
prefix-personal-none = Du hast kein eigenes Präfix. Nenne eines, um es zu setzen.
prefix-bad-empty = Ein Präfix hat mindestens ein Zeichen.
prefix-bad-length = Ein Präfix hat höchstens { $max } Zeichen.
prefix-bad-character = Ein Präfix enthält keine Leerzeichen, Backticks oder unsichtbaren Zeichen.
prefix-bad-beginning = Ein Präfix kann nicht mit @, #, <, > oder / beginnen; die benutzt Discord selbst.
store-refused = Das darf ich nicht über dich speichern, weil du es mir untersagt hast. Der Befehl für Datenschutz sagt mehr.

## settings

settings-title = Einstellungen dieses Servers
settings-prefixes = Präfixe
settings-language = Sprache
settings-modules = Module
settings-on = an
settings-off = aus
settings-language-unknown = { $language } spreche ich noch nicht. Es gibt: { $languages }
settings-language-set = Hier antworte ich jetzt auf { $language }.
settings-language-now = Hier antworte ich auf { $language }. Ich spreche: { $languages }
settings-enabled = { $module } ist an.
settings-disabled = { $module } ist aus.
settings-module-unknown = Ein Modul { $module } gibt es nicht. Es gibt: { $modules }
settings-no-modules = Es gibt kein Modul, das sich ausschalten ließe.

settings-change = Ändern
settings-nowhere = Nirgends, außer wo eine Regel es erlaubt
settings-everywhere = Überall
settings-only-in = Nur in { $channels }
settings-rules = { $count ->
    [one] Eine weitere Regel: { $command }
   *[other] { $count } weitere Regeln: { $command }
}

## setup

setup-intro = Wähle unten, was ich hier tun soll. Jede Wahl gilt sofort.
setup-permissions = Meine Berechtigungen hier
setup-lacks-nothing = Ich darf alles, was ich brauche.
setup-lacks-server = Meiner Rolle fehlt: { $names }. Das findest du in den Servereinstellungen unter Rollen; oder benutze den Knopf unten.
setup-lacks-channel = In diesem Kanal fehlt mir: { $names }. Ändere die Berechtigungen des Kanals für meine Rolle.
setup-prefixes-hint = Bis zu 10, durch Leerzeichen getrennt. Leer: { $default }
setup-check = Noch einmal prüfen
setup-finish = Fertig
setup-give = Diese Berechtigungen geben
setup-no-modules = Alle Module sind aus
setup-nowhere = Befehle gehen nirgends; wähle Kanäle, um das zu ändern
setup-everywhere = Befehle gehen überall; wähle Kanäle, um das zu ändern
setup-done = Alles bereit. { $help } zeigt, was ich kann.

rules-title = Wo und für wen Befehle gehen
rules-none = Hier gibt es keine Regeln: Alle dürfen, was ihre Berechtigungen erlauben. `{ $example }` macht eine.
rules-allowed = { $what } ist jetzt erlaubt: { $whom }
rules-denied = { $what } ist nicht mehr erlaubt: { $whom }
rules-cleared = { $count ->
    [one] Eine Regel zu { $what } ist weg.
   *[other] { $count } Regeln zu { $what } sind weg.
}
rules-none-such = So eine Regel zu { $what } gibt es nicht.
rules-too-many = Ein Server hat höchstens { $most } Regeln. Lösche erst eine.
rules-one-target = Nenne je Regel entweder einen Kanal, eine Rolle oder ein Mitglied, oder nichts davon für alle.
rules-unknown = Einen Befehl oder ein Modul { $name } gibt es nicht.
rules-module = alles von { $module }
rules-everything = alles
rules-everybody = alle auf diesem Server
rules-why-always = { $command } geht überall und für alle: Das lässt sich nicht ausschalten.
rules-why-yes = { $who } darf { $command } in { $place } benutzen, und zwar nach dieser Regel: { $rule }
rules-why-no = { $who } darf { $command } in { $place } nicht benutzen, und zwar nach dieser Regel: { $rule }
rules-why-module = Niemand darf { $command } hier benutzen: { $module } ist ausgeschaltet.
rules-why-free = Keine Regel dieses Servers hindert { $who } daran, { $command } in { $place } zu benutzen.

## privacy

privacy-title = Was ich über dich speichere
privacy-nothing = Ich speichere nichts über dich.
privacy-intro = Das ist alles, nach Art der Daten. Diese Nachricht siehst nur du.
privacy-rows = { $count ->
    [one] ein Eintrag
   *[other] { $count } Einträge
}
privacy-entry = { $what }
    Wozu: { $why }
    Wie lange: { $kept }
privacy-memory = Außerdem für kurze Zeit und im Arbeitsspeicher
privacy-more = Die Datenschutzerklärung steht unter { $site }

object-title = Wozu ich etwas über dich speichere
object-intro = Wähle unten, wozu ich nichts speichern soll. Das gilt vom nächsten Augenblick an; was schon gespeichert ist, bleibt, bis seine Zeit um ist.
object-stands = Du hast widersprochen: Dazu speichere ich nichts.
object-waits = Du hast widersprochen: Jemand vom Server sieht es sich an.
object-may = Du kannst widersprechen.
object-never = Dem kann man nicht widersprechen: Ohne das könnte ich nicht tun, was du willst, oder das Gesetz verlangt es.
object-basis-consent = mit deiner Einwilligung
object-basis-contract = um zu tun, was du willst
object-basis-law = weil das Gesetz es verlangt
object-basis-interest = ein berechtigtes Interesse
object-placeholder = Du widersprichst nichts
object-done = Von jetzt an speichere ich nichts mehr über dich für { $id }: { $words }.
object-review = Dein Widerspruch gegen { $id } ist vermerkt: { $words }. Jemand vom Server sieht ihn sich an.
object-withdrawn = Du widersprichst { $id } nicht mehr: { $words }.
object-none = Du hast { $id } nicht widersprochen.
object-not-possible = { $id } kann man nicht widersprechen: { $words }. Ohne das könnte ich nicht tun, was du willst, oder das Gesetz verlangt es.
object-unknown = Für { $id } speichere ich nichts. Widersprechen kannst du: { $known }
