#![doc = include_str!("../README.md")]
#![allow(clippy::print_stdout, reason = "the output of these chores is for people at a terminal")]

mod args;
mod bench;
mod fuzz;
mod keys;
mod need;
mod program;
mod rules;
mod services;
mod step;
mod test;

use std::process::ExitCode;

use args::Chore;

/// How a chore ended: exit codes 0, 1 and 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Failed,
    Misused,
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        match end {
            End::Done => Self::SUCCESS,
            End::Failed => Self::from(1),
            End::Misused => Self::from(2),
        }
    }
}

fn main() -> ExitCode {
    let end = match args::parse(std::env::args().skip(1)) {
        Ok(Chore::Help) => {
            println!("{}", args::USAGE);
            End::Done
        }
        Ok(Chore::Test { quick }) => test::run(quick),
        Ok(Chore::Bench { arguments }) => bench::run(&arguments),
        Ok(Chore::Fuzz { seconds, target }) => fuzz::run(seconds, target.as_deref()),
        Err(problem) => {
            eprintln!("xtask: {problem}\n\n{}", args::USAGE);
            End::Misused
        }
    };
    end.into()
}
