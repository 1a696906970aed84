#![doc = include_str!("../README.md")]
#![allow(clippy::print_stdout, reason = "the figures are for people at a terminal, or for a pipe")]

mod activity;
mod args;
mod atlas;
mod bare;
mod child;
mod error;
mod measure;
mod payload;
mod reader;
mod report;
mod rng;
mod sample;
mod subject;
mod terms;
mod usage;
mod waits;

use std::process::ExitCode;

use args::{Ask, Plan};
use error::BenchError;

/// How it ended: exit codes 0, 1 and 2.
enum End {
    Held,
    Missed,
    Misused,
}

fn main() -> ExitCode {
    let end = match args::parse(std::env::args().skip(1)) {
        Ok(Ask::Help) => {
            println!("{}", args::USAGE);
            End::Held
        }
        Ok(Ask::Bare(task)) => end(bare::run(&task).map(|seen| {
            println!("{seen}");
            true
        })),
        Ok(Ask::Measure(plan)) => end(measure(&plan)),
        Err(problem) => {
            eprintln!("casey-bench: {problem}\n\n{}", args::USAGE);
            End::Misused
        }
    };
    ExitCode::from(match end {
        End::Held => 0,
        End::Missed => 1,
        End::Misused => 2,
    })
}

fn end(outcome: Result<bool, BenchError>) -> End {
    match outcome {
        Ok(true) => End::Held,
        Ok(false) => End::Missed,
        Err(error) => {
            eprintln!("casey-bench: {}", error.chain());
            End::Missed
        }
    }
}

/// Measures everything and prints it; whether every figure held its bound.
fn measure(plan: &Plan) -> Result<bool, BenchError> {
    let report = measure::run(plan)?;
    if plan.json {
        println!("{}", report.json());
    } else {
        println!("{}", report.table());
    }
    Ok(report.held())
}
