//! The guided tour of a demonstration: for each role, what to look at in five minutes, in the
//! order in which it makes sense.

use candour_core::permit::Role;
use serde::Serialize;

use super::typed::encode;

/// One stop of the tour.
#[derive(Serialize)]
pub struct Stop {
    /// What the link says.
    title: &'static str,
    /// Where it leads.
    address: String,
    /// What there is to see, and why it matters.
    says: &'static str,
}

/// A role that a visitor of the demonstration can try.
#[derive(Serialize)]
pub struct Part {
    /// The name to sign in with.
    pub name: String,
    /// The role in words.
    pub role: &'static str,
    /// What somebody of that role comes for.
    pub says: &'static str,
}

/// What somebody of a role sees of the system, in a sentence.
#[must_use]
pub fn part(role: Role) -> &'static str {
    match role {
        Role::Au => "Records what forces refer, in time or late, and sees it through to a decision.",
        Role::Dm => "Decides who investigates, whether there is a case to answer, and what follows.",
        Role::Sup => "Watches the clocks of a region: who is late, who waits for whom, what can be closed.",
        Role::Inv | Role::Lead => "Leads investigations from terms of reference to the final report.",
        Role::Leg | Role::Smn | Role::Pan | Role::Cwm => "Reads the cases on which they are asked to help.",
        Role::Qsi => "Reviews the quality of the work, and says why before reading a case.",
        Role::Com => "Sees figures, never a case.",
        Role::Psd | Role::Lpb => "Sees which cases there are of one force, and nothing of any other.",
        Role::Aud => "Reads any case until a day, says first why, and changes nothing.",
        Role::Cmp => "Sees their own matter, what they were told of it, and writes to those who deal with it.",
        Role::Ned => "Sees how the body performs and can check every figure; never sees a case.",
        Role::Adm => "Looks after accounts; never sees a case.",
        Role::Ops => "Runs the operator's commands.",
    }
}

/// The stops for a role; `region` is the first of the reader's own.
#[must_use]
pub fn stops(role: Role, region: &str) -> Vec<Stop> {
    let stop = |title, address: &str, says| Stop { title, address: address.to_owned(), says };
    let own = |stage: &str| format!("/staff/cases?stage={stage}&region={}", encode(region));
    let waiting = stop(
        "Who keeps finished investigations waiting",
        "/board/waiting",
        "Hundreds of reports are done and their people still wait: for prosecutors, courts, coroners, panels, forces. Follow a number to its cases.",
    );
    let timeliness = stop(
        "How long investigations take",
        "/board/timeliness",
        "Every figure shows how it is counted. Ask for any day, and for what was known on any day.",
    );
    match role {
        Role::Au => vec![
            stop(
                "Matters waiting for a decision",
                "/staff/cases?stage=assessment",
                "Open one. Its clock shows whether the force referred it in time, with the provision and the arithmetic.",
            ),
            stop(
                "Record a referral",
                "/staff/refer",
                "Leave something out and see what the form says. Nothing that you type is lost.",
            ),
            timeliness,
        ],
        Role::Dm => vec![
            Stop {
                title: "A matter of your region to decide on",
                address: own("assessment"),
                says: "Decide that an investigation is necessary and which mode it takes: the page offers only what the law of that matter allows, and cites it.",
            },
            Stop {
                title: "A report that waits for your decisions",
                address: own("after-report"),
                says: "Whether there is a case to answer is decided for each allegation against each person.",
            },
            waiting,
        ],
        Role::Sup => vec![
            Stop {
                title: "Your region's work, most overdue first",
                address: format!("/staff/cases?region={}", encode(region)),
                says: "Each date is worked out from the facts; open a case to see how.",
            },
            Stop {
                title: "Reports done, others still at work",
                address: own("waiting"),
                says: "Open one and go to After the report: several proceedings at once, each with an owner and a next date. Record that one has passed to somebody else, and see the figures move.",
            },
            waiting,
        ],
        Role::Inv | Role::Lead => vec![
            stop(
                "The investigations that you lead",
                "/staff/cases?mine=1",
                "Open one: terms of reference, people and allegations, and what the case waits for next.",
            ),
            stop(
                "Your finished investigations",
                "/staff/cases?mine=1&stage=waiting",
                "The timeline keeps everything: what happened, when you were told, and every correction.",
            ),
            timeliness,
        ],
        Role::Ned => vec![
            stop(
                "The published figures, computed",
                "/board/published",
                "What the body told the Home Secretary in December 2019, beside what its record says.",
            ),
            stop(
                "The caseload that was taken over",
                "/board/legacy",
                "538 investigations came from the body before. See them burn down, and how the forecast of December 2019 did.",
            ),
            waiting,
            stop(
                "What was known then",
                "/board/waiting?on=2019-09-30&known=2019-09-30",
                "Who was waiting at the end of September 2019, as known that day. Empty the boxes of As known on: some endings were told later, and nothing is hidden.",
            ),
            stop(
                "The accountability report",
                "/board/report",
                "The whole report as at a date, each figure with its rule and its source.",
            ),
        ],
        Role::Adm => vec![stop(
            "Accounts and their roles",
            "/staff/users",
            "Who can do what. Try to open a case: you cannot, and that is the point.",
        )],
        Role::Aud | Role::Qsi => vec![
            stop(
                "Read a case",
                "/staff/cases",
                "Open one: you are asked first why you are reading it. Those who answer for the case see who read it, when and why.",
            ),
            timeliness,
        ],
        Role::Leg | Role::Smn | Role::Pan | Role::Cwm | Role::Com => vec![timeliness],
        // What a force sees is one page, and it is the one on which they land.
        Role::Psd | Role::Lpb | Role::Cmp | Role::Ops => Vec::new(),
    }
}
