//! How long people wait for the answer to `/ping` while much else happens.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use casey_sim::Sim;
use tokio::time::sleep;

use crate::{
    activity::{Activity, Script},
    atlas::Atlas,
    error::BenchError,
    sample::median,
    subject::Subject,
    terms::Terms,
};

/// Events per second that happen meanwhile, none of them a command.
pub(crate) const RATE: f64 = 2_000.0;

/// Between two questions.
const PAUSE: Duration = Duration::from_millis(10);

/// Medians over rounds, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Waits {
    pub(crate) asked: usize,
    pub(crate) half_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Waits {
    /// Medians over rounds.
    pub(crate) fn of(rounds: &[Self]) -> Self {
        let over = |figure: fn(&Self) -> f64| median(rounds.iter().map(figure).collect());
        let asked = rounds.iter().map(|round| round.asked).sum();
        Self { asked, half_ms: over(|round| round.half_ms), p99_ms: over(|round| round.p99_ms) }
    }
}

/// Asks so many times, and waits for each answer.
pub(crate) async fn measure(
    sim: &Sim,
    atlas: &Arc<Atlas>,
    terms: &Terms,
    subject: &Subject,
    (asked, run): (usize, u64),
) -> Result<Waits, BenchError> {
    let gateway = sim.gateway();
    while gateway.sessions() > 0 {
        sleep(PAUSE).await;
    }
    gateway.forget_sessions();
    let mut child = subject.answering(sim, terms)?;
    gateway.expects_sessions(1).await?;
    sim.expects_command("ping").await?;
    child.settles().await?;
    // More than enough: it ends with the bot.
    let script = Script { events: u64::MAX, intents: subject.intents(terms), commands: 0, seed: run, run };
    let activity = Activity::new(Arc::clone(atlas), script);
    let flood = tokio::spawn({
        let gateway = gateway.clone();
        async move { gateway.flood(activity, Some(RATE)).await }
    });
    let mut waits = Vec::with_capacity(asked);
    for number in 0..asked {
        let place = number % atlas.places.len();
        let guild = sim.guild(&format!("guild-{place}"))?;
        let (channel, person) = (guild.channel("channel-0")?, guild.owner()?);
        let begun = Instant::now();
        person.slash(&channel, "ping").sends().await?.answer().await?;
        waits.push(begun.elapsed().as_secs_f64() * 1_000.0);
        sleep(PAUSE).await;
    }
    child.runs()?;
    drop(child);
    flood.abort();
    Ok(Waits { asked, half_ms: percentile(&mut waits, 0.5), p99_ms: percentile(&mut waits, 0.99) })
}

/// The value that this share of the others does not exceed.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let at = (share * values.len() as f64).ceil() as usize;
    values.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let mut values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let found = [0.01, 0.5, 0.99, 1.0].map(|share| percentile(&mut values, share));
        assert!(found.iter().zip([1.0, 50.0, 99.0, 100.0]).all(|(is, wanted)| (is - wanted).abs() < 1e-9));
        assert!(percentile(&mut [7.0], 0.99) > 6.0 && percentile(&mut [], 0.5).is_nan());
    }
}
