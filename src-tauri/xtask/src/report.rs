//! Progress, part by part, and the sum at the end.

use crate::counts::Counts;
use crate::Outcome;
use std::time::Instant;

/// What has been run so far.
pub struct Report {
    parts: usize,
    begun: usize,
    total: Counts,
    broken: Vec<String>,
    started: Instant,
}

impl Report {
    /// A report on so many parts.
    pub fn of(parts: usize) -> Self {
        Report { parts, begun: 0, total: Counts::default(), broken: Vec::new(), started: Instant::now() }
    }

    /// Runs a part and adds what it counted. A part that could not be run at all has failed once.
    pub fn part(&mut self, what: &str, work: impl FnOnce() -> Outcome<Counts>) {
        self.begun += 1;
        println!("\n[{}/{}] {what}", self.begun, self.parts);
        let began = Instant::now();
        let counts = work().unwrap_or_else(|why| {
            println!("{why}");
            Counts::one(false)
        });
        self.total = self.total.and(counts);
        let seconds = began.elapsed().as_secs_f64();
        if counts.failed == 0 {
            println!("[{}/{}] {what}: {} passed, {seconds:.1} s", self.begun, self.parts, counts.passed);
        } else {
            println!("[{}/{}] {what}: {} FAILED, {} passed, {seconds:.1} s", self.begun, self.parts, counts.failed, counts.passed);
            self.broken.push(what.to_string());
        }
    }

    /// Prints the sum; an error if anything failed.
    pub fn end(self) -> Outcome {
        println!("\n{:.0} s in all", self.started.elapsed().as_secs_f64());
        if !self.broken.is_empty() {
            println!("failed: {}", self.broken.join(", "));
        }
        println!("{} passed, {} failed", self.total.passed, self.total.failed);
        if self.total.failed == 0 && self.total.passed > 0 {
            Ok(())
        } else {
            Err("not everything passed".into())
        }
    }
}
