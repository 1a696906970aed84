//! The task under one WebSocket.

use std::{sync::Arc, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, unbounded_channel},
        watch,
    },
    time::{Instant, sleep, sleep_until},
};

use super::{
    flood::{Flood, Frame},
    hub::{Out, Payload},
    protocol::{Connection, guild_text},
};
use crate::shared::Shared;

type Sink = SplitSink<WebSocket, Message>;

/// Why a connection ended.
enum End {
    /// The client closed with 1000 or 1001, or the simulation stops.
    Goodbye,
    Fell,
}

/// Speaks the gateway's protocol until one of the two sides has enough.
pub(crate) async fn serve(shared: Arc<Shared>, socket: WebSocket) {
    let (mut sink, stream) = socket.split();
    let (out, inbox) = unbounded_channel();
    let (id, heartbeat) = {
        let mut state = shared.lock();
        (state.hub.open(out.clone()), state.settings.heartbeat)
    };
    let mut connection = Connection::new(id, out);
    connection.hello(heartbeat);
    shared.tell();
    let end = converse(&shared, &mut connection, &mut sink, (stream, inbox), heartbeat).await;
    shared.lock().hub.closed(id, matches!(end, End::Goodbye));
    shared.tell();
}

async fn converse(
    shared: &Shared,
    connection: &mut Connection,
    sink: &mut Sink,
    (mut stream, mut inbox): (SplitStream<WebSocket>, UnboundedReceiver<Out>),
    heartbeat: Duration,
) -> End {
    let mut flood: Option<Flood> = None;
    let mut deadline = Instant::now() + heartbeat.mul_f32(1.5);
    let mut stop = shared.stopping();
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => {
                close(sink, 1001).await;
                return End::Goodbye;
            }
            () = sleep_until(deadline) => {
                close(sink, 4000).await;
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
                Some(Ok(Message::Binary(_))) => {
                    close(sink, 4002).await;
                    return End::Fell;
                }
                Some(Ok(Message::Close(Some(CloseFrame { code: 1000 | 1001, .. })))) => return End::Goodbye,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Fell,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            },
            Some(out) = inbox.recv() => match out {
                Out::Flood(next) => flood = Some(next),
                out => if let Some(end) = write(shared, connection, sink, out).await {
                    return end;
                }
            },
            batch = next_batch(&mut flood), if flood.is_some() => match batch {
                None => flood = None,
                Some(batch) => if write_batch(shared, connection, sink, batch).await.is_err() {
                    return End::Fell;
                }
            },
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means the simulation is gone, which is a stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn write(shared: &Shared, connection: &Connection, sink: &mut Sink, out: Out) -> Option<End> {
    let text = match out {
        Out::Dispatch { seq, payload } => dispatch_text(shared, connection, seq, &payload)?,
        Out::Text(text) => text,
        Out::Close(code) => {
            close(sink, code).await;
            if matches!(code, 4004 | 4007 | 4009..=4014)
                && let Some(session) = &connection.session
            {
                shared.lock().hub.end(session);
            }
            return Some(End::Fell);
        }
        Out::HangUp | Out::Flood(_) => return Some(End::Fell),
    };
    sink.send(Message::Text(text.into())).await.is_err().then_some(End::Fell)
}

fn dispatch_text(shared: &Shared, connection: &Connection, seq: u64, payload: &Payload) -> Option<String> {
    match payload {
        Payload::Text { name, body } => Some(frame_text(name, seq, body)),
        Payload::Guild(guild) => {
            let session = connection.session.as_deref()?;
            let body = guild_text(&shared.lock(), session, *guild)?;
            Some(frame_text("GUILD_CREATE", seq, &body))
        }
    }
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
    sink: &mut Sink,
    batch: Vec<Frame>,
) -> Result<(), axum::Error> {
    let Some(session) = connection.session.as_deref() else { return Ok(()) };
    let texts: Vec<String> = {
        let mut state = shared.lock();
        let number = |frame: Frame| {
            let payload = frame.payload();
            let (_, seq) = state.hub.number(session, payload.clone())?;
            match &payload {
                Payload::Text { name, body } => Some(frame_text(name, seq, body)),
                Payload::Guild(_) => None,
            }
        };
        batch.into_iter().filter_map(number).collect()
    };
    for text in texts {
        sink.feed(Message::Text(text.into())).await?;
    }
    sink.flush().await
}

async fn close(sink: &mut Sink, code: u16) {
    let reason = match code {
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
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        _ => "",
    };
    // A client that is gone cannot be told why.
    let _ = sink.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
    let _ = sink.close().await;
}
