//! The task under one WebSocket.

use std::{sync::Arc, time::Duration};

use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, unbounded_channel},
        watch,
    },
    time::{Instant, sleep, sleep_until},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::{
    codec::Encoder,
    flood::{Flood, Frame},
    hub::{Out, Payload},
    line::Scissors,
    protocol::{Connection, guild_text},
    upgrade::Address,
};
use crate::{
    chance::Chance,
    record::{RawData, RawFrame},
    shared::Shared,
};

pub(super) type Stream = WebSocketStream<TokioIo<Upgraded>>;

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The client closed with 1000 or 1001, or the simulation stops.
    Goodbye,
    Fell,
}

/// The writing side: from payloads to the socket.
struct Writer {
    sink: SplitSink<Stream, Message>,
    encoder: Encoder,
    scissors: Option<Scissors>,
}

/// Speaks the gateway's protocol until one of the two sides has enough.
pub(super) async fn serve(shared: Arc<Shared>, stream: Stream, address: Address, scissors: Option<Scissors>) {
    let (sink, stream) = stream.split();
    let (out, inbox) = unbounded_channel();
    let (id, settings) = {
        let mut state = shared.lock();
        (state.hub.open(out.clone()), state.settings.gateway)
    };
    let transport = if settings.compression { address.transport } else { super::codec::Transport::Plain };
    let split = settings.split.then(|| Chance::seeded(settings.seed ^ id));
    let mut connection = Connection::new(id, out, address);
    let end = if let Ok(encoder) = Encoder::new(transport, split) {
        connection.open(&mut shared.lock());
        shared.tell();
        let mut writer = Writer { sink, encoder, scissors };
        converse(&shared, &mut connection, &mut writer, (stream, inbox), settings.heartbeat).await
    } else {
        tracing::error!("the simulated gateway cannot compress");
        End::Fell
    };
    shared.lock().hub.closed(id, end == End::Goodbye, std::time::Instant::now());
    shared.tell();
}

async fn converse(
    shared: &Shared,
    connection: &mut Connection,
    writer: &mut Writer,
    (mut stream, mut inbox): (SplitStream<Stream>, UnboundedReceiver<Out>),
    heartbeat: Duration,
) -> End {
    let mut flood: Option<Flood> = None;
    let mut deadline = Instant::now() + heartbeat.mul_f32(1.5);
    let mut stop = shared.stopping();
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => {
                writer.close(1001).await;
                return End::Goodbye;
            }
            () = sleep_until(deadline) => {
                writer.close(4009).await;
                forget(shared, connection);
                return End::Fell;
            }
            frame = stream.next() => match frame {
                Some(Ok(Message::Text(text))) => {
                    let beat = connection.receive(&mut shared.lock(), text.as_str(), std::time::Instant::now());
                    if beat {
                        deadline = Instant::now() + heartbeat.mul_f32(1.5);
                    }
                    shared.tell();
                }
                Some(Ok(Message::Binary(_) | Message::Frame(_))) => {
                    writer.close(4002).await;
                    return End::Fell;
                }
                Some(Ok(Message::Close(frame))) => {
                    let goodbye = frame.is_some_and(|frame| matches!(u16::from(frame.code), 1000 | 1001));
                    return if goodbye { End::Goodbye } else { End::Fell };
                }
                Some(Err(_)) | None => return End::Fell,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            },
            Some(out) = inbox.recv() => match out {
                Out::Flood(next) => flood = Some(next),
                out => if let Some(end) = write(shared, connection, writer, out).await {
                    return end;
                }
            },
            batch = next_batch(&mut flood), if flood.is_some() => match batch {
                None => flood = None,
                Some(batch) => if let Some(end) = write_batch(shared, connection, writer, (batch, &mut inbox)).await {
                    return end;
                }
            },
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means the simulation is gone, which is a stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn write(shared: &Shared, connection: &Connection, writer: &mut Writer, out: Out) -> Option<End> {
    let text = match out {
        Out::Dispatch { seq, payload } => dispatch_text(shared, connection, seq, &payload)?,
        Out::Text(text) => {
            record(shared, connection, &text);
            text
        }
        Out::Close(code) => {
            writer.close(code).await;
            if matches!(code, 4004 | 4007 | 4009..=4014) {
                forget(shared, connection);
            }
            return Some(End::Fell);
        }
        Out::Cut(bytes) => {
            match &writer.scissors {
                Some(scissors) if bytes > 0 => scissors.cut_after(bytes),
                _ => return Some(End::Fell),
            }
            return None;
        }
        Out::HangUp | Out::Flood(_) => return Some(End::Fell),
    };
    writer.encoder.each = connection.compress;
    writer.send([text]).await
}

/// Ends the session of a connection, unless it has moved to another one.
fn forget(shared: &Shared, connection: &Connection) {
    let Some(session) = &connection.session else { return };
    let mut state = shared.lock();
    if state.hub.is_on(session, connection.id) {
        state.hub.end(session);
    }
}

fn record(shared: &Shared, connection: &Connection, text: &str) {
    // Text that a test had sent on purpose may be anything.
    let frame: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let data = if frame.is_object() { RawData::Json(frame["d"].clone()) } else { RawData::Text(text.into()) };
    note(
        shared,
        RawFrame {
            connection: connection.id,
            by_client: false,
            op: frame["op"].as_u64(),
            name: None,
            seq: None,
            data,
        },
    );
}

fn note(shared: &Shared, frame: RawFrame) {
    let mut state = shared.lock();
    let at = state.now();
    state.record.frame(at, frame);
}

fn dispatch_text(shared: &Shared, connection: &Connection, seq: u64, payload: &Payload) -> Option<String> {
    let (name, text, data) = match payload {
        Payload::Text { name, body } => {
            (name.clone(), frame_text(name, seq, body), RawData::Text(body.clone()))
        }
        Payload::Guild { id, new } => {
            let session = connection.session.as_deref()?;
            let body = guild_text(&shared.lock(), session, *id, *new)?;
            ("GUILD_CREATE".into(), frame_text("GUILD_CREATE", seq, &body), RawData::Left)
        }
    };
    note(
        shared,
        RawFrame {
            connection: connection.id,
            by_client: false,
            op: Some(0),
            name: Some(name),
            seq: Some(seq),
            data,
        },
    );
    Some(text)
}

fn frame_text(name: &str, seq: u64, body: &str) -> String {
    format!(r#"{{"t":"{name}","s":{seq},"op":0,"d":{body}}}"#)
}

/// What a flood has due; waits where a rate says so.
async fn next_batch(flood: &mut Option<Flood>) -> Option<Vec<Frame>> {
    let flood = flood.as_mut()?;
    loop {
        let batch = flood.due(std::time::Instant::now())?;
        if !batch.is_empty() {
            return Some(batch);
        }
        sleep(Duration::from_millis(1)).await;
    }
}

async fn write_batch(
    shared: &Shared,
    connection: &Connection,
    writer: &mut Writer,
    (batch, inbox): (Vec<Frame>, &mut UnboundedReceiver<Out>),
) -> Option<End> {
    let texts: Vec<String> = loop {
        while let Ok(out) = inbox.try_recv() {
            if let Some(end) = write(shared, connection, writer, out).await {
                return Some(end);
            }
        }
        let session = connection.session.as_deref()?;
        let mut state = shared.lock();
        // Whatever has a number already goes first: numbers are given under this lock.
        if !inbox.is_empty() {
            continue;
        }
        let number = |frame: Frame| {
            let payload = frame.payload();
            let (_, seq) = state.hub.number(session, payload.clone())?;
            match &payload {
                Payload::Text { name, body } => Some(frame_text(name, seq, body)),
                Payload::Guild { .. } => None,
            }
        };
        break batch.into_iter().filter_map(number).collect();
    };
    writer.send(texts).await
}

impl Writer {
    /// Sends payloads; says how the connection ended if it did.
    async fn send(&mut self, texts: impl IntoIterator<Item = String>) -> Option<End> {
        for text in texts {
            let Ok(messages) = self.encoder.encode(text) else {
                tracing::error!("the simulated gateway cannot compress");
                return Some(End::Fell);
            };
            for message in messages {
                if self.sink.feed(message).await.is_err() {
                    return Some(End::Fell);
                }
            }
        }
        self.sink.flush().await.is_err().then_some(End::Fell)
    }

    async fn close(&mut self, code: u16) {
        let frame = CloseFrame { code: CloseCode::from(code), reason: reason(code).into() };
        // A client that is gone cannot be told why.
        let _ = self.sink.send(Message::Close(Some(frame))).await;
        let _ = self.sink.close().await;
    }
}

/// Discord's words for its close codes (Discord docs: Opcodes and Status Codes, Gateway Close Event Codes).
fn reason(code: u16) -> &'static str {
    match code {
        4000 => "Unknown error.",
        4001 => "Unknown opcode.",
        4002 => "Error while decoding payload.",
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4005 => "Already authenticated.",
        4007 => "Invalid sequence.",
        4008 => "Rate limited.",
        4009 => "Session timed out.",
        4010 => "Invalid shard.",
        4011 => "Sharding required.",
        4012 => "Invalid API version.",
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        _ => "",
    }
}
