//! The last sequence that this process published on each subject, so that its own consumers wait
//! for it.

use std::collections::HashMap;

use parking_lot::Mutex;

/// The sequence of the last message of each subject that this process published.
#[derive(Default)]
pub(super) struct LastPublished {
    last: Mutex<HashMap<String, u64>>,
}

impl LastPublished {
    /// Records the sequence of a message of this subject.
    pub(super) fn record(&self, subject: &str, sequence: u64) {
        let mut last = self.last.lock();
        match last.get_mut(subject) {
            Some(known) => *known = sequence.max(*known),
            None => {
                last.insert(subject.to_owned(), sequence);
            }
        }
    }

    /// The last sequence on these subjects; 0 when this process published on none of them.
    pub(super) fn last_of(&self, subjects: &[String]) -> u64 {
        let last = self.last.lock();
        subjects.iter().filter_map(|subject| last.get(subject)).max().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_sequence_of_all_subjects_counts() {
        let published = LastPublished::default();
        let of = |subjects: &[&str]| {
            let subjects: Vec<String> = subjects.iter().map(|&one| one.to_owned()).collect();
            published.last_of(&subjects)
        };
        assert_eq!(of(&["a"]), 0);
        published.record("a", 7);
        published.record("b", 9);
        published.record("a", 3);
        assert_eq!((of(&["a"]), of(&["a", "b"]), of(&["c"])), (7, 9, 0));
    }
}
