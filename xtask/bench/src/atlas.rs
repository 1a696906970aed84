//! The ids of a simulated world.

use casey_sim::{Fleet, Sim, SimError};

/// How many people of a guild take part in what happens. In a real guild most are silent.
const ACTIVE: usize = 20;

/// One guild.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) id: u64,
    pub(crate) channels: Vec<u64>,
    pub(crate) people: Vec<u64>,
    pub(crate) roles: Vec<u64>,
}

/// All guilds.
#[derive(Clone, Debug)]
pub(crate) struct Atlas {
    pub(crate) places: Vec<Place>,
}

impl Atlas {
    /// Looks up a world that was made as a fleet.
    pub(crate) fn of(sim: &Sim, fleet: Fleet) -> Result<Self, SimError> {
        let place = |number: usize| {
            let guild = sim.guild(&format!("guild-{number}"))?;
            let channel = |index| Ok(guild.channel(&format!("channel-{index}"))?.id().get());
            let person = |index| Ok(guild.person(&format!("person-{number}-{index}"))?.id().get());
            let role = |index| Ok(guild.role(&format!("role-{index}"))?.id().get());
            Ok(Place {
                id: guild.id().get(),
                channels: (0..fleet.channels).map(channel).collect::<Result<_, SimError>>()?,
                people: (0..fleet.members.min(ACTIVE)).map(person).collect::<Result<_, SimError>>()?,
                roles: (0..fleet.roles).map(role).collect::<Result<_, SimError>>()?,
            })
        };
        Ok(Self { places: (0..fleet.guilds).map(place).collect::<Result<_, SimError>>()? })
    }
}
