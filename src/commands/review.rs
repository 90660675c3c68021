//! `quiz review`: the daily session.

use super::learning::{self, Today};
use super::{give_ids, print, say_problems, wanted};
use crate::cli::Review;
use crate::error::Result;
use crate::session::Session;
use crate::study::Study;
use crate::ui::picture::Gallery;
use crate::ui::session;
use crate::ui::summary::{self, nothing_line};

/// Runs the session, then prints a summary.
///
/// # Errors
/// Fails as the session does, and for unknown deck names and tags.
pub fn run(study: &mut Study, flags: Review) -> Result<()> {
    give_ids(study)?;
    say_problems(study);
    study.refuse_newer()?;
    let mut wanted = wanted(study, &flags.decks, flags.tag.as_ref())?;
    wanted.new = flags.new;
    wanted.ahead = flags.ahead;
    let session = Session::new(study, wanted.clone(), flags.limit);
    let queue = session.queue();
    if queue.all() == 0 {
        let new = queue.new_beyond();
        let mut text = format!("{}\n", nothing_line(session.study(), &wanted));
        if queue.later().is_some() {
            text.push_str(
                "To go ahead: `quiz review --ahead 3` asks what is due within three days.\n",
            );
        }
        if new > 0 {
            text.push_str(&format!(
                "To learn more today: `quiz review --new {}`.\n",
                new.min(10)
            ));
        }
        text.push_str("To see what you know: `quiz test` asks without moving the schedule.\n");
        return print(&text);
    }
    let gallery = Gallery::new(&session.study().home.path).filter(|_| !flags.no_images);
    let summary = session::run(session, gallery)?;
    learning::learn(study);
    let mut lines = summary::lines(study, &wanted, &summary);
    if let Some(today) = Today::new(study) {
        lines.insert(lines.len().min(1), today.line());
    }
    print(&(lines.join("\n") + "\n"))
}
