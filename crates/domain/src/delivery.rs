//! When something that could not be delivered is tried again, and when it is given up.

use crate::id::Instant;

/// Seconds between one attempt and the next: ten attempts over a little more than three days.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// A receiver cannot ask for a longer pause than this, in seconds.
const LONGEST_PAUSE: i64 = 86_400;
/// What is added to a wait at most, in thousandths of it, so that what failed together does not come back together.
const MOST_JITTER: i64 = 100;
/// Seconds after which an endpoint that only ever failed is told nothing more: five days.
pub const PATIENCE: i64 = 5 * 86_400;

/// Attempts in all before something is given up.
pub const ATTEMPTS: i64 = WAITS.len() as i64 + 1;

/// When to try again after the attempt at `step`, which counts from 0; `None` when that was the last. `pause` is what the
/// receiver asked for in seconds, `jitter` a random number below 1,000 that was drawn beforehand.
pub fn next_attempt(now: Instant, step: i64, pause: Option<i64>, jitter: i64) -> Option<Instant> {
    let wait = *WAITS.get(usize::try_from(step).ok()?)?;
    let spread = wait * 1_000 * MOST_JITTER * jitter.clamp(0, 999) / 1_000;
    let wait = wait.max(pause.unwrap_or(0).clamp(0, LONGEST_PAUSE));
    Some(Instant(now.plus_seconds(wait).0 + spread))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let now = Instant(1_000_000);
        let waits: Vec<_> = (0..).map_while(|step| next_attempt(now, step, None, 0)).collect();
        let seconds: Vec<_> = waits.iter().map(|at| (at.0 - now.0) / 1_000_000).collect();
        assert_eq!(seconds, WAITS);
        assert_eq!(waits.len() as i64 + 1, ATTEMPTS);
    }

    #[test]
    fn jitter_only_ever_adds_up_to_a_tenth() {
        let now = Instant(0);
        for step in 0..9 {
            let (least, most) =
                (next_attempt(now, step, None, 0).unwrap(), next_attempt(now, step, None, 999).unwrap());
            assert!(least < most && most.0 < least.0 + least.0 / 10, "{step}");
        }
    }

    #[test]
    fn a_pause_that_was_asked_for_is_kept_up_to_a_day() {
        let wait = |pause| next_attempt(Instant(0), 0, Some(pause), 0).unwrap().0 / 1_000_000;
        assert_eq!((wait(1), wait(90), wait(i64::MAX), wait(-9)), (5, 90, 86_400, 5));
    }
}
