//! Whatever is split and compressed comes out again as it went in.

#![allow(clippy::unwrap_used)]
use flate2::{Decompress, FlushDecompress};
use proptest::prelude::*;
use zstd_safe::DCtx;

use super::*;

/// What a client does with the messages of one connection.
enum Client {
    Plain,
    Zlib(Decompress, Vec<u8>),
    Zstd(DCtx<'static>),
}

impl Client {
    fn of(transport: Transport) -> Self {
        match transport {
            Transport::Plain => Self::Plain,
            Transport::ZlibStream => Self::Zlib(Decompress::new(true), Vec::new()),
            Transport::ZstdStream => Self::Zstd(DCtx::create()),
        }
    }

    /// The payload, once a message completes it.
    fn take(&mut self, message: &[u8]) -> Option<String> {
        match self {
            Self::Plain => Some(String::from_utf8(message.to_vec()).unwrap()),
            Self::Zlib(stream, waiting) => {
                waiting.extend(message);
                // As Discord's documentation has it: the last message alone tells the end.
                if !message.ends_with(&SUFFIX) {
                    return None;
                }
                let text = inflate(stream, &std::mem::take(waiting));
                Some(String::from_utf8(text).unwrap())
            }
            Self::Zstd(context) => {
                let mut text = Vec::new();
                let mut buffer = [0; 512];
                let mut input = InBuffer::around(message);
                loop {
                    let mut output = OutBuffer::around(buffer.as_mut_slice());
                    context.decompress_stream(&mut output, &mut input).unwrap();
                    text.extend_from_slice(output.as_slice());
                    if input.pos == input.src.len() && output.pos() < output.capacity() {
                        return Some(String::from_utf8(text).unwrap());
                    }
                }
            }
        }
    }
}

fn inflate(stream: &mut Decompress, bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(64);
    let before = stream.total_in();
    loop {
        let taken = usize::try_from(stream.total_in() - before).unwrap();
        stream.decompress_vec(&bytes[taken..], &mut text, FlushDecompress::Sync).unwrap();
        if stream.total_in() - before == bytes.len() as u64 && text.len() < text.capacity() {
            return text;
        }
        text.reserve(text.capacity());
    }
}

/// Puts fragments together as a WebSocket library does.
fn whole(messages: Vec<Message>) -> Vec<Vec<u8>> {
    let mut done = Vec::new();
    let mut open: Option<Vec<u8>> = None;
    for message in messages {
        match message {
            Message::Text(text) => done.push(text.as_bytes().to_vec()),
            Message::Binary(bytes) => done.push(bytes.to_vec()),
            Message::Frame(frame) => {
                let continues = frame.header().opcode == OpCode::Data(Data::Continue);
                assert_eq!(continues, open.is_some(), "a fragment continues one that was begun");
                open.get_or_insert_default().extend_from_slice(frame.payload());
                if frame.header().is_final {
                    done.extend(open.take());
                }
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(open.is_none(), "the last fragment is marked");
    done
}

fn transports() -> impl Strategy<Value = Transport> {
    prop_oneof![Just(Transport::Plain), Just(Transport::ZlibStream), Just(Transport::ZstdStream)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_payload_arrives_whole_and_in_order(
        transport in transports(),
        split in any::<Option<u64>>(),
        payloads in proptest::collection::vec("(\\PC{0,40}|a{0,3000}|[\\x00-\\xff]{0,900})", 1..12),
    ) {
        let mut encoder = Encoder::new(transport, split.map(Chance::seeded)).unwrap();
        let mut client = Client::of(transport);
        for payload in payloads {
            let messages = encoder.encode(payload.clone()).unwrap();
            let arrived: Vec<String> =
                whole(messages).iter().filter_map(|message| client.take(message)).collect();
            prop_assert_eq!(arrived, [payload]);
        }
    }

    #[test]
    fn cuts_rise_and_stay_inside(length in 0_usize..2_000, seed in any::<u64>()) {
        let cuts = cuts(length, &mut Chance::seeded(seed));
        prop_assert!(cuts.is_sorted_by(|a, b| a < b));
        prop_assert!(cuts.iter().all(|cut| *cut > 0 && *cut < length));
    }

    #[test]
    fn no_message_but_the_last_looks_like_an_end(
        bytes in proptest::collection::vec(prop_oneof![Just(0_u8), Just(0xff_u8)], 0..60),
        seed in any::<u64>(),
    ) {
        let bytes = Bytes::from([bytes, SUFFIX.to_vec()].concat());
        let cuts = message_cuts(&bytes, &mut Chance::seeded(seed));
        let parts: Vec<Bytes> = pieces(&bytes, &cuts).collect();
        prop_assert_eq!(parts.concat(), bytes.to_vec());
        let (last, before) = parts.split_last().unwrap();
        prop_assert!(last.ends_with(&SUFFIX));
        prop_assert!(before.iter().all(|part| !part.ends_with(&SUFFIX)));
    }
}

#[test]
fn large_payloads_are_compressed_one_by_one_if_asked_for() {
    let mut encoder = Encoder::new(Transport::Plain, None).unwrap();
    encoder.each = true;
    let small = encoder.encode("small".to_owned()).unwrap();
    assert_eq!(small, [Message::text("small")]);
    let large = "x".repeat(5_000);
    let [Message::Binary(bytes)] = &encoder.encode(large.clone()).unwrap()[..] else { panic!("one message") };
    assert!(bytes.len() < 200);
    assert_eq!(inflate(&mut Decompress::new(true), bytes), large.as_bytes());
}

#[test]
fn payloads_are_really_split() {
    let mut encoder = Encoder::new(Transport::ZlibStream, Some(Chance::seeded(3))).unwrap();
    let counts: Vec<usize> =
        (0..40).map(|number| encoder.encode(format!("payload {number}")).unwrap().len()).collect();
    assert!(counts.iter().any(|count| *count > 2), "{counts:?}");
}
