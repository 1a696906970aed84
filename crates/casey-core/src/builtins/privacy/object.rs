//! `privacy object`: for what nothing is to be stored any more.

use std::{collections::BTreeMap, time::Duration};

use casey_privacy::{Basis, Objection, PurposeDecl, Recorded, SubjectId, purposes::RightsFulfil};
use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_util::builder::embed::{EmbedBuilder, EmbedFieldBuilder};

use super::Privacy;
use crate::{
    builtins::help::ACCENT,
    call::Call,
    complete::Choice,
    error::Failure,
    escape,
    press::{Press, Pressed},
    reply::Reply,
    select::{Select, SelectOption},
};

/// The action of the menu.
pub(super) const CHOOSE: &str = "object";

/// How long the menu works.
const LASTING: Duration = Duration::from_hours(1);

/// Options of a select menu (Discord Docs/Component Reference, String Select).
const OPTIONS: usize = 25;

#[derive(CommandModel, CreateCommand)]
#[command(name = "object", desc = "Object to something I store about you, or take that back")]
pub(super) struct Object {
    /// What it is stored for; leave it out to see what there is
    #[command(max_length = 40, autocomplete = true)]
    purpose: Option<String>,
    /// Take the objection back
    withdraw: Option<bool>,
}

pub(super) async fn run(me: &Privacy, call: &Call, typed: Object) -> Result<Reply, Failure> {
    let text = me.texts.of(call);
    let Some(wanted) = typed.purpose else { return panel(me, call).await };
    let wanted = wanted.trim();
    let Some(purpose) = me.desk.inventory.purposes().find(|known| known.id.eq_ignore_ascii_case(wanted))
    else {
        let known: Vec<String> = objectable(me).map(|known| escape::code(known.id)).collect();
        let shown = escape::code(&escape::shorten(wanted, 40));
        return Err(Failure::refused(text.msg_object_unknown(shown, known.join(", "))));
    };
    let (id, words) = (escape::code(purpose.id), purpose.words.trim_end_matches('.'));
    if typed.withdraw.unwrap_or(false) {
        let had = change(me, call, purpose, false).await?;
        let said = if had { text.msg_object_withdrawn(id, words) } else { text.msg_object_none(id) };
        return Ok(Reply::text(said).private());
    }
    match Recorded::of(purpose) {
        Recorded::NotPossible => Err(Failure::refused(text.msg_object_not_possible(id, words))),
        Recorded::InForce => {
            change(me, call, purpose, true).await?;
            Ok(Reply::text(text.msg_object_done(id, words)).private())
        }
        Recorded::AwaitsReview => {
            change(me, call, purpose, true).await?;
            Ok(Reply::text(text.msg_object_review(id, words)).private())
        }
    }
}

/// Takes a choice in the menu: what is chosen is objected to, what is not is not.
pub(super) async fn chosen(me: &Privacy, call: &Call, press: &Press) -> Result<Pressed, Failure> {
    let stands = standing(me, call).await?;
    for purpose in objectable(me) {
        let wanted = press.values.iter().any(|id| id == purpose.id);
        if wanted != stands.contains_key(purpose.id) {
            change(me, call, purpose, wanted).await?;
        }
    }
    Ok(Pressed::update(panel(me, call).await?))
}

/// The purposes that can be objected to.
pub(super) fn complete(me: &Privacy, typed: &str) -> Vec<Choice> {
    let typed = typed.trim().to_lowercase();
    let fits =
        |purpose: &&PurposeDecl| purpose.id.contains(&typed) || purpose.words.to_lowercase().contains(&typed);
    let choice = |purpose: &PurposeDecl| {
        Choice::text(escape::shorten(&format!("{}: {}", purpose.id, purpose.words), 100), purpose.id)
    };
    objectable(me).filter(fits).map(choice).collect()
}

fn objectable(me: &Privacy) -> impl Iterator<Item = &'static PurposeDecl> {
    me.desk.inventory.purposes().filter(|purpose| purpose.objection.is_possible()).take(OPTIONS)
}

async fn standing(me: &Privacy, call: &Call) -> Result<BTreeMap<String, bool>, Failure> {
    let subject = SubjectId::new(call.user_id().get());
    Ok(me.desk.objections.of(subject).await?.into_iter().collect())
}

/// Records an objection or takes it back. Returns whether anything changed.
async fn change(
    me: &Privacy,
    call: &Call,
    purpose: &'static PurposeDecl,
    object: bool,
) -> Result<bool, Failure> {
    let permit = me.gate.permit::<RightsFulfil>(SubjectId::new(call.user_id().get())).await?;
    let book = &me.desk.objections;
    Ok(if object {
        book.object(permit, purpose).await? != Recorded::NotPossible
    } else {
        book.withdraw(permit, purpose).await?
    })
}

async fn panel(me: &Privacy, call: &Call) -> Result<Reply, Failure> {
    let text = me.texts.of(call);
    let stands = standing(me, call).await?;
    let mut embed =
        EmbedBuilder::new().title(text.msg_object_title()).color(ACCENT).description(text.msg_object_intro());
    for purpose in me.desk.inventory.purposes().take(OPTIONS) {
        let state = match (stands.get(purpose.id), purpose.objection) {
            (Some(true), _) => text.msg_object_stands(),
            (Some(false), _) => text.msg_object_waits(),
            (None, Objection::No) => text.msg_object_never(),
            (None, _) => text.msg_object_may(),
        };
        let basis = match purpose.basis {
            Basis::Consent => text.msg_object_basis_consent(),
            Basis::Contract => text.msg_object_basis_contract(),
            Basis::LegalObligation => text.msg_object_basis_law(),
            Basis::LegitimateInterest | Basis::LegitimateInterestOfOthers => text.msg_object_basis_interest(),
        };
        let value = format!("{} ({basis})\n{state}", escape::code(purpose.id));
        embed = embed.field(EmbedFieldBuilder::new(escape::shorten(purpose.words, 256), value));
    }
    let options: Vec<SelectOption> = objectable(me)
        .map(|purpose| {
            SelectOption::new(escape::shorten(purpose.words, 100), purpose.id)
                .description(purpose.id)
                .chosen(stands.contains_key(purpose.id))
        })
        .collect();
    let reply = Reply::embed(embed.build()).private();
    let Some(most) = u8::try_from(options.len()).ok().filter(|most| *most > 0) else { return Ok(reply) };
    let menu = Select::strings(options).between(0, most).placeholder(text.msg_object_placeholder());
    Ok(reply.with_row(call.select(menu, CHOOSE, "", LASTING)?))
}
