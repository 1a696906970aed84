//! A simulated Discord as a program of its own, for bots in any language.
//!
//! `cargo run -p casey-sim --example standalone -- [--listen 127.0.0.1:8480] [--heartbeat-ms 41250] [--split] [--empty]`
//!
//! `--split` breaks payloads into fragments and messages at random places; `--empty` starts without people, guilds and
//! bots, which are then made through the control API (see the README). Ctrl-C stops it.

#![allow(clippy::print_stdout, reason = "a program says where it is")]

use std::{env, error::Error, net::SocketAddr, time::Duration};

use casey_sim::{Sim, World};

/// What the command line says.
struct Arguments {
    listen: SocketAddr,
    heartbeat: Duration,
    split: bool,
    empty: bool,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut read = Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8480)),
            heartbeat: Duration::from_millis(41_250),
            split: false,
            empty: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--listen" => read.listen = value()?.parse()?,
                "--heartbeat-ms" => read.heartbeat = Duration::from_millis(value()?.parse::<u64>()?.max(1)),
                "--split" => read.split = true,
                "--empty" => read.empty = true,
                other => return Err(format!("there is no {other}; see the head of this example").into()),
            }
        }
        Ok(read)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(env::args().skip(1))?;
    let world = if arguments.empty { World::new() } else { World::demo() };
    let sim = Sim::builder(world)
        .listen(arguments.listen)
        .heartbeat(arguments.heartbeat)
        .gateway(|gateway| {
            gateway.split = arguments.split;
            gateway.offline_unless_said = true;
        })
        .start()
        .await?;
    println!("api      {}/api/v10", sim.api_url());
    println!("gateway  {}/?v=10&encoding=json", sim.gateway_url());
    println!("control  {}/sim", sim.api_url());
    if !arguments.empty {
        println!("token    {}", World::DEMO_TOKEN);
    }
    tokio::signal::ctrl_c().await?;
    sim.stop();
    print!("{}", sim.transcript());
    for violation in sim.violations() {
        println!("Discord would not have understood: {violation}");
    }
    Ok(())
}
