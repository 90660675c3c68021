//! A person's habits in answering, as counts: the input of a simulation.
//!
//! It knows answers and the engine's simulator, never a history, a file or a clock.

use super::answers::{Answer, Answers};

/// The phases of a card in the engine's simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The answers of its first day.
    Learning,
    /// The first answer of a later day.
    Review,
    /// The answers after `Again` on such a day.
    Relearning,
}

/// How a person answers: shares of grades, and seconds per answer.
///
/// Every share starts with one of each grade (Laplace's rule) and every mean of seconds with one answer of 8 s: a few
/// answers change little, and no share is ever 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    /// The share of each grade among first answers, `Again` to `Easy`.
    pub first: [f32; 4],
    /// The share of each grade among recalled answers of later days, `Hard` to `Easy`.
    pub recalled: [f32; 3],
    /// On the first day, the shares of the grades that follow `Again`, `Hard` and `Good`.
    pub learning: [[f32; 4]; 3],
    /// The same, after `Again` on a later day.
    pub relearning: [[f32; 4]; 3],
    /// The mean seconds per answer by phase (learning, review, relearning) and grade.
    pub seconds: [[f32; 4]; 3],
    /// How often a new card is recalled on its first day before it is done.
    pub learning_steps: usize,
    /// The same for a forgotten card.
    pub relearning_steps: usize,
}

/// The sums from which [`Habits`] are computed.
struct Counts {
    first: [f32; 4],
    recalled: [f32; 3],
    after: [[[f32; 4]; 3]; 2],
    seconds: [[(f32, f32); 4]; 3],
    /// For learning and relearning: how often `Good` ended the phase, and how often it did not.
    ends: [[usize; 2]; 2],
}

impl Habits {
    /// Counts the answers on learning day number `from` and later.
    pub fn of(answers: &Answers, from: i32) -> Self {
        let mut counts = Counts {
            first: [1.0; 4],
            recalled: [1.0; 3],
            after: [[[1.0; 4]; 3]; 2],
            seconds: [[(8.0, 1.0); 4]; 3],
            ends: [[0; 2]; 2],
        };
        for (_, run) in answers.runs() {
            for (nth, day) in run.chunk_by(|_, next| next.elapsed == 0).enumerate() {
                if day.first().is_some_and(|first| first.day >= from) {
                    counts.day(day, nth == 0);
                }
            }
        }
        let steps = |[ended, not]: [usize; 2]| if not > ended { 2 } else { 1 };
        let [learning, relearning] = counts.after;
        let [new, forgotten] = counts.ends;
        Self {
            first: shares(counts.first),
            recalled: shares(counts.recalled),
            learning: learning.map(shares),
            relearning: relearning.map(shares),
            seconds: counts.seconds.map(|row| row.map(|(sum, of)| sum / of)),
            learning_steps: steps(new),
            relearning_steps: steps(forgotten),
        }
    }
}

impl Counts {
    /// Counts the answers of one face on one day.
    fn day(&mut self, day: &[Answer], is_new: bool) {
        let Some((first, rest)) = day.split_first() else {
            return;
        };
        let begun = if is_new {
            Phase::Learning
        } else {
            Phase::Review
        };
        self.time(begun, first);
        let grade = usize::from(first.grade);
        match (begun, grade) {
            (Phase::Learning, _) => count(self.first.get_mut(grade.wrapping_sub(1))),
            (_, 1) => {}
            _ => count(self.recalled.get_mut(grade.wrapping_sub(2))),
        }
        let (phase, step) = match (begun, grade) {
            (Phase::Learning, _) => (Phase::Learning, 0),
            (_, 1) => (Phase::Relearning, 1),
            // Asked again after it was recalled: practice that no rule asks for.
            _ => (Phase::Review, 2),
        };
        let mut before = first;
        for (at, answer) in rest.iter().enumerate() {
            self.time(phase, answer);
            let is_last = at + 1 == rest.len();
            // A last `Hard` ends the phase as `Good` does, but the simulator knows only `Good`.
            let grade = match answer.grade {
                2 if is_last => 3,
                grade => grade,
            };
            let rows = self.after.get_mut(step);
            let row = rows.and_then(|rows| rows.get_mut(usize::from(before.grade.min(3)) - 1));
            count(row.and_then(|row| row.get_mut(usize::from(grade).wrapping_sub(1))));
            before = answer;
        }
        let good = day.iter().position(|answer| answer.grade == 3);
        if let (Some(good), Some(ends)) = (good, self.ends.get_mut(step)) {
            let [ended, not] = ends;
            *(if good + 1 == day.len() { ended } else { not }) += 1;
        }
    }

    fn time(&mut self, phase: Phase, answer: &Answer) {
        let row = self.seconds.get_mut(phase as usize);
        let cell = row.and_then(|row| row.get_mut(usize::from(answer.grade).wrapping_sub(1)));
        if let Some((sum, of)) = cell.filter(|_| answer.ms > 0) {
            *sum += answer.ms as f32 / 1000.0;
            *of += 1.0;
        }
    }
}

fn count(cell: Option<&mut f32>) {
    if let Some(cell) = cell {
        *cell += 1.0;
    }
}

fn shares<const N: usize>(counts: [f32; N]) -> [f32; N] {
    let sum: f32 = counts.iter().sum();
    counts.map(|count| count / sum)
}

#[cfg(test)]
mod tests {
    use super::super::answers::tests::answer;
    use super::*;

    fn habits(runs: &[&[Answer]], from: i32) -> Habits {
        let mut answers = Answers::default();
        for (face, run) in (0..).zip(runs) {
            answers.push(face, face, None, run.iter().copied());
        }
        Habits::of(&answers, from)
    }

    #[test]
    fn counted_by_hand() {
        let one = [
            answer(0, 0, 0, 1),
            answer(1, 0, 0, 2),
            answer(2, 3, 3, 3),
            answer(3, 9, 6, 1),
            answer(4, 9, 0, 1),
            answer(5, 9, 0, 3),
        ];
        let two = [answer(0, 0, 0, 3)];
        let habits = habits(&[&one, &two], 0);
        assert_eq!(habits.first, [2.0, 1.0, 2.0, 1.0].map(|n| n / 6.0));
        assert_eq!(habits.recalled, [1.0, 2.0, 1.0].map(|n| n / 4.0));
        // `Hard` ended the first day and counts as `Good`.
        assert_eq!(habits.learning[0], [1.0, 1.0, 2.0, 1.0].map(|n| n / 5.0));
        assert_eq!(habits.relearning[0], [2.0, 1.0, 2.0, 1.0].map(|n| n / 6.0));
        // The initial answer of 8 s, and one of 4 s.
        assert_eq!(habits.seconds[Phase::Review as usize], [6.0, 8.0, 6.0, 8.0]);
        assert_eq!((habits.learning_steps, habits.relearning_steps), (1, 1));
    }

    #[test]
    fn who_is_asked_again_after_good_has_two_steps() {
        let twice = [answer(0, 0, 0, 3), answer(1, 0, 0, 3)];
        let once = [answer(0, 0, 0, 3)];
        assert_eq!(habits(&[&twice, &twice, &once], 0).learning_steps, 2);
        assert_eq!(habits(&[&twice, &once, &once], 0).learning_steps, 1);
    }

    #[test]
    fn days_before_the_first_one_do_not_count() {
        let run = [answer(0, 0, 0, 1), answer(1, 5, 5, 4)];
        let habits = habits(&[&run], 5);
        assert_eq!(habits.first, [0.25; 4]);
        assert_eq!(habits.recalled, [1.0, 1.0, 2.0].map(|n| n / 4.0));
    }
}
