//! What this process has published, so that its own consumers are sure to find it.

use std::collections::HashMap;

use parking_lot::Mutex;

/// The place of the last message of each subject, as far as this process published it.
#[derive(Default)]
pub(super) struct Published {
    last: Mutex<HashMap<String, u64>>,
}

impl Published {
    /// A message of this subject is kept at this place.
    pub(super) fn note(&self, subject: &str, sequence: u64) {
        let mut last = self.last.lock();
        match last.get_mut(subject) {
            Some(known) => *known = sequence.max(*known),
            None => {
                last.insert(subject.to_owned(), sequence);
            }
        }
    }

    /// The last place of these subjects; 0 when this process published on none of them.
    pub(super) fn last_of(&self, subjects: &[String]) -> u64 {
        let last = self.last.lock();
        subjects.iter().filter_map(|subject| last.get(subject)).max().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_place_of_any_of_the_subjects_counts() {
        let published = Published::default();
        let of = |subjects: &[&str]| {
            let subjects: Vec<String> = subjects.iter().map(|&one| one.to_owned()).collect();
            published.last_of(&subjects)
        };
        assert_eq!(of(&["a"]), 0);
        published.note("a", 7);
        published.note("b", 9);
        published.note("a", 3);
        assert_eq!((of(&["a"]), of(&["a", "b"]), of(&["c"])), (7, 9, 0));
    }
}
