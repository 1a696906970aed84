//! Looking back at the conversation: was anybody pinged, did Casey ask for anything that Discord would not have understood, does the website answer?

use casey_sim::{Channel, Pings};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::stage::{Stage, Trouble};
use crate::whole::Whole;

/// What a reminder says to the person who asked for it.
const REMINDER: &str = "you asked me to remind you";

/// What was found, when all was well.
pub(crate) struct Audit {
    /// Messages of Casey that stand in the channels.
    pub(crate) replies: usize,
}

impl Audit {
    /// Looks back.
    pub(crate) async fn of(whole: &Whole, stage: &Stage) -> Result<Self, Trouble> {
        stage.sim.expects_no_violations()?;
        let mut replies = 0;
        for channel in [&stage.general, &stage.alice.dm()?, &stage.bob.dm()?, &stage.carol.dm()?] {
            replies += unpinging(channel, &stage.casey.name())?;
        }
        website(whole.addresses().web.as_deref().unwrap_or_default()).await?;
        Ok(Self { replies })
    }
}

/// How many messages of `bot` there are, none of which notified anybody, except for a reminder, which is to notify one.
fn unpinging(channel: &Channel, bot: &str) -> Result<usize, Trouble> {
    let messages = channel.messages();
    let own = messages.iter().filter(|message| message.author == bot);
    let mut count = 0;
    for message in own {
        let Pings { people, roles, everyone } = message.pings();
        let wanted = usize::from(message.text().contains(REMINDER));
        if people.len() > wanted || !roles.is_empty() || *everyone {
            return Err(Trouble(format!("{:?} in {} pinged somebody", message.text(), channel.name())));
        }
        count += 1;
    }
    Ok(count)
}

/// Asks the website whether everything is ready.
async fn website(address: &str) -> Result<(), Trouble> {
    let host = address.trim_start_matches("http://");
    let asked = async {
        let mut stream = TcpStream::connect(host).await?;
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = asked.await.map_err(|error| Trouble(format!("the website does not answer: {error}")))?;
    let status = answer.lines().next().unwrap_or_default();
    if status.contains(" 200 ") {
        return Ok(());
    }
    Err(Trouble(format!("the website is not ready: {status}")))
}
