//! The whole measurement.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use casey_sim::{Fleet, Sim, World};
use tokio::time::sleep;
use twilight_model::gateway::Intents;

use crate::{
    activity::{Activity, Script},
    args::Plan,
    atlas::Atlas,
    error::BenchError,
    reader,
    report::Report,
    sample::{Figures, Sample},
    subject::{Subject, TOKEN},
    terms::Terms,
    waits::{self, Waits},
};

/// How long a bot may take until it has a session.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the world of a plan is like.
pub(crate) const fn fleet(plan: &Plan) -> Fleet {
    Fleet { guilds: plan.guilds, members: 200, channels: 20, roles: 15 }
}

/// Measures everything a plan says.
pub(crate) fn run(plan: &Plan) -> Result<Report, BenchError> {
    // An error only says that a provider has been chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(BenchError::Runtime)?;
    runtime.block_on(all(plan))
}

async fn all(plan: &Plan) -> Result<Report, BenchError> {
    if let Some(path) = &plan.casey {
        // Its turn comes late: better to know now.
        path.metadata().map_err(|error| BenchError::Start(path.clone(), error))?;
    }
    let terms = Terms::ask().await?;
    let readings = reader::measure(&terms.commands, plan.rounds)?;
    let fleet = fleet(plan);
    eprintln!("making a world of {} guilds", fleet.guilds);
    // The subjects are one bot to the gateway, and would otherwise have to wait for each other.
    let sim = Sim::builder(World::fleet("Casey", TOKEN, fleet))
        .patience(PATIENCE)
        .gateway(|gateway| gateway.identify_window = Duration::ZERO)
        .start()
        .await?;
    let atlas = Arc::new(Atlas::of(&sim, fleet)?);
    let bench = Bench { plan, terms: &terms, sim: &sim, atlas: &atlas };
    let subjects = Subject::all(plan.casey.as_deref());
    let mut samples = vec![Vec::new(); subjects.len()];
    let mut run = 0;
    for round in 0..plan.rounds {
        // Each begins once, so that none is always the first.
        for turn in 0..subjects.len() {
            let index = (round + turn) % subjects.len();
            eprintln!("round {} of {}: {}", round + 1, plan.rounds, subjects[index].name());
            samples[index].push(bench.sample(&subjects[index], round as u64, run).await?);
            run += 1;
        }
    }
    let mut waits = Vec::new();
    for subject in subjects.iter().filter(|subject| matches!(subject, Subject::Bare | Subject::Casey(_))) {
        let mut rounds = Vec::new();
        for round in 0..plan.rounds {
            eprintln!("round {} of {}: answers of {}", round + 1, plan.rounds, subject.name());
            rounds.push(waits::measure(&sim, &atlas, &terms, subject, (plan.asks, run)).await?);
            run += 1;
        }
        waits.push((subject.clone(), Waits::of(&rounds)));
    }
    let figures = samples.iter().map(|samples| Figures::of(samples));
    let rows = subjects.into_iter().zip(figures).collect();
    Ok(Report::new(plan, &terms, rows, waits, readings))
}

struct Bench<'a> {
    plan: &'a Plan,
    terms: &'a Terms,
    sim: &'a Sim,
    atlas: &'a Arc<Atlas>,
}

impl Bench<'_> {
    /// Starts a subject, lets the world happen to it, and reads what that cost.
    async fn sample(&self, subject: &Subject, round: u64, run: u64) -> Result<Sample, BenchError> {
        let gateway = self.sim.gateway();
        while gateway.sessions() > 0 {
            sleep(Duration::from_millis(10)).await;
        }
        gateway.forget_sessions();
        let mut child = subject.start(self.sim, self.terms)?;
        tokio::select! {
            connected = gateway.expects_sessions(1) => connected?,
            ended = ended(&mut child) => return Err(ended),
        }
        child.settles().await?;
        let started = child.usage()?;
        let (sent_before, answers_before) = (gateway.counts().dispatches, self.answers());
        let activity = Activity::new(Arc::clone(self.atlas), self.script(subject, round, run));
        let commands = activity.commands();
        let flooded = gateway.flood(activity, None).await?;
        child.settles().await?;
        let sample = Sample {
            sent: gateway.counts().dispatches - sent_before,
            happened: self.plan.events,
            commands: commands.load(Ordering::Relaxed),
            answers: self.answers() - answers_before,
            took_s: flooded.took.as_secs_f64(),
            started,
            settled: child.usage()?,
        };
        child.runs()?;
        self.check(subject, &sample, child)?;
        Ok(sample)
    }

    fn script(&self, subject: &Subject, round: u64, run: u64) -> Script {
        Script {
            events: self.plan.events,
            intents: if self.plan.unfiltered { Intents::all() } else { subject.intents(self.terms) },
            commands: self.plan.commands,
            seed: round,
            run,
        }
    }

    /// Messages that bots have sent so far.
    fn answers(&self) -> u64 {
        let counters = self.sim.counters();
        let sent =
            counters.iter().filter(|((method, route), _)| method == "POST" && route.ends_with("/messages"));
        sent.map(|(_, count)| count).sum()
    }

    /// Makes sure that nothing was left out: a loop that lost its connection would look very fast.
    fn check(
        &self,
        subject: &Subject,
        sample: &Sample,
        child: crate::child::Child,
    ) -> Result<(), BenchError> {
        let same = |what, found, expected| {
            let subject = subject.name();
            if found == expected {
                Ok(())
            } else {
                Err(BenchError::Incomplete { subject, what, found, expected })
            }
        };
        match subject {
            Subject::Casey(_) => same("answered commands", sample.answers, sample.commands),
            Subject::BareEverything | Subject::Bare | Subject::BareLean => {
                let seen = child.seen()?;
                let number = |key: &str| seen[key].as_u64().unwrap_or_default();
                same("failed to read events", number("failed"), 0)?;
                same("saw guilds", number("guilds"), self.plan.guilds as u64)?;
                if *subject != Subject::BareLean {
                    // READY is among them.
                    same("saw events", number("events"), sample.sent + 1)?;
                }
                Ok(())
            }
        }
    }
}

/// Waits until a bot ends, which it should not.
async fn ended(child: &mut crate::child::Child) -> BenchError {
    loop {
        if let Err(error) = child.runs() {
            return error;
        }
        sleep(Duration::from_millis(50)).await;
    }
}
