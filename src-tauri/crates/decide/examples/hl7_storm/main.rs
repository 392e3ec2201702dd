//! Throws made-up bytes at the MLLP cutter and the HL7 reader, and accounts for every one of them.
//!
//! `cargo run --release -p decide --example hl7_storm -- 1000000 [seed]`: each input is a stream of frames, good messages
//! spoiled in some place or plain noise, cut into reads of any size. Every frame must come out as it went in, every byte of a
//! frame must lie in exactly one piece, and every piece is read as an event or refused with AE or AR and a reason.

mod storm;

use decide::hl7::SiteMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use storm::{dice, one, Tally};

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|a| a.parse::<u64>().ok());
    let (inputs, seed) = (args.next().unwrap_or(20_000), args.next().unwrap_or(1));
    let (map, mut tally) = (SiteMap::default(), Tally::default());
    for n in 0..inputs {
        if catch_unwind(AssertUnwindSafe(|| one(&mut dice(seed, n), &map, &mut tally))).is_err() {
            eprintln!("input {n} of seed {seed} broke a promise");
            std::process::exit(1);
        }
    }
    println!(
        "{inputs} inputs, {} frames, {} bytes: {} messages parsed, {} pieces refused AE, {} refused AR, {} envelope",
        tally.frames, tally.bytes, tally.parsed, tally.refused_ae, tally.refused_ar, tally.envelope
    );
}
