//! The decision on a report in an invented case, by the path of its scheme: views and determination,
//! or memorandum and acceptance.

use candour_core::case::course::{Form, Path};
use candour_core::case::decision::{Answer, DecideCaseToAnswer};
use candour_core::case::memorandum::Act as Memorandum;
use candour_core::case::views::Act as Views;
use candour_core::case::{Case, Command, Context};
use candour_core::day::Day;

use super::words;

fn is_old(case: &Case, context: Context<'_>) -> bool {
    Path::of(&case.state, context) == Some(Path::Memorandum)
}

/// Asks the authority for what its scheme has it give.
pub(super) fn ask(case: &Case, context: Context<'_>, on: Day) -> Command {
    if is_old(case, context) {
        return Command::Memorandum(Memorandum::Request { on, report_on: on });
    }
    Command::Views(Views::Request { on, special: true, opinion: words::OPINION.to_owned() })
}

/// What the authority gives on an allegation: it agrees.
pub(super) fn hear(case: &Case, context: Context<'_>, n: u32, answer: Answer, on: Day) -> Command {
    if !is_old(case, context) {
        return Command::Views(Views::Receive { on, views: words::AUTHORITY.to_owned() });
    }
    let form = match answer {
        Answer::GrossMisconduct => Form::MisconductHearing,
        Answer::Misconduct => Form::MisconductMeeting,
        Answer::None | Answer::NotApplicable => Form::None,
    };
    Command::Memorandum(Memorandum::Receive { n, on, answer, form, says: words::AUTHORITY.to_owned() })
}

/// The decision on an allegation.
pub(super) fn answer(case: &Case, context: Context<'_>, n: u32, answer: Answer, on: Day) -> Command {
    let reasons = words::ANSWERED.to_owned();
    if is_old(case, context) {
        return Command::Memorandum(Memorandum::Accept { n, on, reasons });
    }
    Command::DecideCaseToAnswer(DecideCaseToAnswer { n, answer, on, reasons })
}
