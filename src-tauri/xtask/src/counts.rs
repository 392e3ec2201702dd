//! How many checks passed and failed, read from what each runner prints.

/// Passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
}

impl Counts {
    /// One check that passed or failed.
    pub fn one(passed: bool) -> Self {
        Counts { passed: passed.into(), failed: (!passed).into() }
    }

    /// Both together.
    pub fn and(self, other: Counts) -> Self {
        Counts { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }

    /// A runner that failed without a failed test (it did not compile, it crashed) has failed once.
    pub fn of_run(self, succeeded: bool) -> Self {
        if !succeeded && self.failed == 0 {
            Counts { failed: 1, ..self }
        } else {
            self
        }
    }
}

/// `test result: ok. 12 passed; 0 failed; ...`, one such line for each test binary.
pub fn of_cargo_test(lines: &[String]) -> Counts {
    lines
        .iter()
        .filter_map(|l| l.trim().strip_prefix("test result: "))
        .map(|l| Counts { passed: number_before(l, " passed"), failed: number_before(l, " failed") })
        .fold(Counts::default(), Counts::and)
}

/// `Summary [ 3.1s] 120 tests run: 119 passed (2 slow), 1 failed, 3 skipped`.
pub fn of_nextest(lines: &[String]) -> Counts {
    lines
        .iter()
        .filter(|l| l.trim_start().starts_with("Summary ["))
        .map(|l| Counts { passed: number_before(l, " passed"), failed: number_before(l, " failed") + number_before(l, " timed out") })
        .next_back()
        .unwrap_or_default()
}

/// `Tests  1 failed | 11 passed (12)`.
pub fn of_vitest(lines: &[String]) -> Counts {
    lines
        .iter()
        .filter(|l| l.trim_start().starts_with("Tests "))
        .map(|l| Counts { passed: number_before(l, " passed"), failed: number_before(l, " failed") })
        .next_back()
        .unwrap_or_default()
}

/// `  1 failed`, `  2 flaky`, `  29 passed (1.2m)`, each on a line of its own.
pub fn of_playwright(lines: &[String]) -> Counts {
    let mut counts = Counts::default();
    for line in lines {
        let mut words = line.split_whitespace();
        let number = words.next().and_then(|n| n.parse::<u32>().ok());
        match (number, words.next()) {
            (Some(n), Some("passed")) => counts.passed = n,
            (Some(n), Some("failed")) => counts.failed += n,
            // A test that passed only when tried again is a test that failed.
            (Some(n), Some("flaky")) => counts.failed += n,
            _ => {}
        }
    }
    counts
}

fn number_before(line: &str, word: &str) -> u32 {
    let Some(end) = line.find(word) else { return 0 };
    let digits: String = line[..end].chars().rev().take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_string).collect()
    }

    #[test]
    fn several_test_binaries_are_added_up() {
        let said = lines("test result: ok. 12 passed; 0 failed; 1 ignored\nx\ntest result: FAILED. 3 passed; 2 failed;");
        assert_eq!(of_cargo_test(&said), Counts { passed: 15, failed: 2 });
    }

    #[test]
    fn the_other_runners_are_understood() {
        let nextest = lines("     Summary [   0.9s] 120 tests run: 119 passed (2 slow), 1 failed, 3 skipped");
        assert_eq!(of_nextest(&nextest), Counts { passed: 119, failed: 1 });
        let vitest = lines(" Test Files  1 failed | 3 passed (4)\n      Tests  1 failed | 11 passed (12)");
        assert_eq!(of_vitest(&vitest), Counts { passed: 11, failed: 1 });
        let playwright = lines("  1 failed\n    [chromium] > a.spec.ts\n  1 flaky\n  29 passed (1.2m)");
        assert_eq!(of_playwright(&playwright), Counts { passed: 29, failed: 2 });
    }

    #[test]
    fn a_runner_that_crashed_before_its_first_test_has_failed() {
        assert_eq!(of_cargo_test(&lines("error: could not compile")).of_run(false).failed, 1);
        assert_eq!(Counts { passed: 3, failed: 2 }.of_run(false).failed, 2);
    }
}
