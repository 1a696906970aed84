//! From JSON to what goes over the socket: compression and splitting (Discord docs: Gateway, Encoding and Compression).

use std::fmt;

use flate2::{Compress, Compression, FlushCompress};
use tokio_tungstenite::tungstenite::{
    Bytes, Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};
use zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer, zstd_sys::ZSTD_EndDirective};

use crate::chance::Chance;

/// The compression a client asked for in the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Transport {
    #[default]
    Plain,
    /// One zlib context for the whole connection; every payload ends with 00 00 ff ff.
    ZlibStream,
    /// One zstd context for the whole connection; every payload is flushed.
    ZstdStream,
}

/// How a payload ends in a zlib stream.
const SUFFIX: [u8; 4] = [0, 0, 0xff, 0xff];

/// Payloads of at least this many bytes are compressed where a client asked for it in IDENTIFY.
const WORTH_IT: usize = 1_024;

/// Most pieces a payload is broken into.
const PIECES: usize = 5;

enum Stream {
    Plain,
    Zlib(Box<Compress>),
    Zstd(Box<CCtx<'static>>),
}

/// Turns the payloads of one connection into WebSocket messages.
pub(super) struct Encoder {
    stream: Stream,
    /// Whether large payloads are compressed one by one.
    pub(super) each: bool,
    split: Option<Chance>,
}

/// Compression failed, which only a lack of memory can bring about.
#[derive(Debug)]
pub(super) struct Failed;

impl Encoder {
    pub(super) fn new(transport: Transport, split: Option<Chance>) -> Result<Self, Failed> {
        let stream = match transport {
            Transport::Plain => Stream::Plain,
            Transport::ZlibStream => Stream::Zlib(Box::new(Compress::new(Compression::fast(), true))),
            Transport::ZstdStream => {
                let mut context = CCtx::try_create().ok_or(Failed)?;
                context.set_parameter(CParameter::CompressionLevel(1)).map_err(|_| Failed)?;
                Stream::Zstd(Box::new(context))
            }
        };
        Ok(Self { stream, each: false, split })
    }

    /// The messages that carry a payload, in order.
    pub(super) fn encode(&mut self, text: String) -> Result<Vec<Message>, Failed> {
        let (bytes, kind) = match &mut self.stream {
            Stream::Plain if self.each && text.len() >= WORTH_IT => (
                deflate(
                    &mut Compress::new(Compression::fast(), true),
                    text.as_bytes(),
                    FlushCompress::Finish,
                )?,
                Data::Binary,
            ),
            Stream::Plain => match &mut self.split {
                None => return Ok(vec![Message::text(text)]),
                Some(_) => (text.into_bytes(), Data::Text),
            },
            Stream::Zlib(stream) => (deflate(stream, text.as_bytes(), FlushCompress::Sync)?, Data::Binary),
            Stream::Zstd(context) => (flush(context, text.as_bytes())?, Data::Binary),
        };
        let bytes = Bytes::from(bytes);
        let Some(chance) = &mut self.split else { return Ok(vec![Message::Binary(bytes)]) };
        // Only a zlib stream says by itself where a payload ends; the others need whole messages.
        if matches!(self.stream, Stream::Zlib(_)) && chance.hits(0.5) {
            return Ok(pieces(&bytes, &message_cuts(&bytes, chance)).map(Message::Binary).collect());
        }
        let cuts = cuts(bytes.len(), chance);
        let last = cuts.len();
        let frame = |(index, piece): (usize, Bytes)| {
            let opcode = OpCode::Data(if index == 0 { kind } else { Data::Continue });
            Message::Frame(Frame::message(piece, opcode, index == last))
        };
        Ok(pieces(&bytes, &cuts).enumerate().map(frame).collect())
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stream = match self.stream {
            Stream::Plain => "plain",
            Stream::Zlib(_) => "zlib-stream",
            Stream::Zstd(_) => "zstd-stream",
        };
        f.debug_struct("Encoder").field("stream", &stream).field("each", &self.each).finish_non_exhaustive()
    }
}

/// Compresses all of `input`, up to and including the flush.
fn deflate(stream: &mut Compress, input: &[u8], flush: FlushCompress) -> Result<Vec<u8>, Failed> {
    let mut out = Vec::with_capacity(input.len() / 2 + 64);
    let before = stream.total_in();
    loop {
        // The difference is at most the length of a slice.
        let taken = usize::try_from(stream.total_in() - before).unwrap_or(usize::MAX);
        stream.compress_vec(input.get(taken..).unwrap_or_default(), &mut out, flush).map_err(|_| Failed)?;
        let all = stream.total_in() - before == input.len() as u64;
        // Room that was left means that there was nothing more to write.
        if all && out.len() < out.capacity() {
            return Ok(out);
        }
        out.reserve(out.capacity().max(64));
    }
}

/// Compresses all of `input` and flushes.
fn flush(context: &mut CCtx<'static>, input: &[u8]) -> Result<Vec<u8>, Failed> {
    let mut out = vec![0; zstd_safe::compress_bound(input.len()) + 64];
    let mut written = 0;
    let mut input = InBuffer::around(input);
    loop {
        let mut buffer = OutBuffer::around_pos(out.as_mut_slice(), written);
        let left = context
            .compress_stream2(&mut buffer, &mut input, ZSTD_EndDirective::ZSTD_e_flush)
            .map_err(|_| Failed)?;
        written = buffer.pos();
        if left == 0 && input.pos == input.src.len() {
            out.truncate(written);
            return Ok(out);
        }
        out.resize(out.len() * 2, 0);
    }
}

/// Places at which to break something of this length: rising, none at an end.
fn cuts(length: usize, chance: &mut Chance) -> Vec<usize> {
    let wanted = chance.below(PIECES);
    let mut cuts: Vec<usize> =
        (0..wanted).filter(|_| length > 1).map(|_| 1 + chance.below(length.saturating_sub(1))).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// Places at which to break a payload of a zlib stream into messages: clients take a message that ends like a payload
/// for the end of it, and look at the last message alone.
fn message_cuts(bytes: &[u8], chance: &mut Chance) -> Vec<usize> {
    let mut cuts = cuts(bytes.len().saturating_sub(SUFFIX.len()) + 1, chance);
    cuts.retain(|cut| !bytes.get(..*cut).is_some_and(|before| before.ends_with(&SUFFIX)));
    cuts
}

fn pieces(bytes: &Bytes, cuts: &[usize]) -> impl Iterator<Item = Bytes> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain(std::iter::once(bytes.len()));
    starts.zip(ends).map(|(start, end)| bytes.slice(start..end))
}

#[cfg(test)]
mod tests;
