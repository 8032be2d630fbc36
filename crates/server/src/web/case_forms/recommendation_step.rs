//! What becomes of a recommendation: one form, and of its steps those that can be taken.

use candour_core::case::recommendation::{
    Act, Answer, CourtStep, Does, Ending, Over, Recommendation, Representations, Sort, Step as Noted, What,
};
use candour_core::case::{Command, made};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, fact};
use super::review_step::Step;
use crate::web::field::{Choice, Field, Input, date, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

const CHECKED: Step = ("checked", "Record that it was checked by legal and quality assurance", false);
const CONSULTED: Step = ("consulted", "Record that the recipient was consulted", false);
const ISSUE: Step = ("issue", "Make the recommendation", false);
const PUBLISH: Step = ("publish", "Record that the recommendation was published", false);
const EXTEND: Step = ("extend", "Decide on more time for the answer", true);
const ANSWER: Step = ("answer", "Record the answer", true);
const REPRESENTATIONS: Step = ("representations", "Decide on the representations against publishing", true);
const PUBLISH_ANSWER: Step = ("publish-answer", "Record that the answer was published", false);
const COURT: Step = ("court", "Record judicial review", false);
const FOLLOW_UP: Step = ("followed-up", "Record that it was followed up", false);
const CLOSE: Step = ("close", "Close the recommendation", false);
const WITHDRAW: Step = ("withdraw", "Withdraw the recommendation", true);
const SUPERSEDE: Step = ("supersede", "Put another recommendation in its place", true);
const ALL: [Step; 13] = [
    CHECKED,
    CONSULTED,
    ISSUE,
    PUBLISH,
    EXTEND,
    ANSWER,
    REPRESENTATIONS,
    PUBLISH_ANSWER,
    COURT,
    FOLLOW_UP,
    CLOSE,
    WITHDRAW,
    SUPERSEDE,
];

/// The steps that can be taken about a recommendation now.
pub(in crate::web) fn steps(asked: &Asked<'_>, r: &Recommendation) -> Vec<Step> {
    if r.ended.is_some() {
        return Vec::new();
    }
    let others = asked.case().state.recommendations.len() > 1;
    if r.issued.is_none() {
        let checked = r.has(Noted::LegalCheck);
        let may_issue = checked || r.drafted.sort == Sort::Early;
        let offered =
            [(CHECKED, !checked), (CONSULTED, true), (ISSUE, may_issue), (WITHDRAW, true), (SUPERSEDE, others)];
        return offered.into_iter().filter(|(_, may)| *may).map(|(step, _)| step).collect();
    }
    let (waits, learning) = (r.answered.is_none(), r.drafted.sort == Sort::Learning);
    let objected = r.representations == Some(Representations::Waiting);
    let published = r.is_published(What::Answer);
    let offered = [
        (PUBLISH, !r.is_published(What::Recommendation)),
        (EXTEND, waits && r.must_be_answered()),
        (ANSWER, waits),
        (REPRESENTATIONS, objected),
        (PUBLISH_ANSWER, !waits && !objected && !published && r.in_court.is_none()),
        (COURT, learning && !published),
        (FOLLOW_UP, !waits || !r.must_be_answered()),
        (CLOSE, r.is_done()),
        (WITHDRAW, true),
        (SUPERSEDE, others),
    ];
    offered.into_iter().filter(|(_, may)| *may).map(|(step, _)| step).collect()
}

fn named<'a>(asked: &Asked<'a>) -> Option<&'a Recommendation> {
    let n: u32 = asked.typed.get("n").parse().ok()?;
    asked.open.case.state.recommendation(n)
}

fn step(typed: &Typed) -> Option<Step> {
    ALL.into_iter().find(|step| step.0 == typed.get("step_of"))
}

fn yes_no(yes: &str, no: &str) -> Input {
    Input::Radios(vec![Choice::new("yes", yes), Choice::new("no", no)])
}

fn asks(asked: &Asked<'_>, r: &Recommendation, step: Step) -> Vec<Field> {
    match step.0 {
        "extend" => vec![
            date_field("asked_on", "When was the application for more time received?"),
            date_field("to", "What is the new last day?").with_hint("Leave empty if more time is refused"),
        ],
        "answer" => {
            let answers = Answer::ALL.iter().map(|a| Choice::new(a.id(), a.label())).collect();
            let mut fields = vec![Field::new("choice", "What does it answer?", Input::Radios(answers))];
            if r.drafted.sort == Sort::Learning {
                let input = yes_no("Yes", "No");
                fields.push(Field::new("represents", "Did representations against publishing it come with it?", input));
            }
            fields
        }
        "representations" => {
            let input = yes_no("Yes, all of them", "No, some or all are rejected");
            vec![Field::new("choice", "Are the representations accepted?", input)]
        }
        "court" => {
            let over = Over::ALL.iter().map(|o| Choice::new(o.id(), o.label())).collect();
            let steps = CourtStep::ALL.iter().map(|s| Choice::new(s.id(), s.label())).collect();
            vec![
                Field::new("over", "Of which decision?", Input::Radios(over)),
                Field::new("choice", "What happened?", Input::Radios(steps)),
            ]
        }
        "supersede" => {
            let others = asked.case().state.recommendations.iter().filter(|other| other.drafted.n != r.drafted.n);
            let name = |n: u32| Choice::new(n.to_string(), format!("Recommendation {n}"));
            let input = Input::Radios(others.map(|other| name(other.drafted.n)).collect());
            vec![Field::new("choice", "Which recommendation takes its place?", input)]
        }
        _ => Vec::new(),
    }
}

fn does(check: &mut Check, typed: &Typed, step: Step) -> Option<Does> {
    let choice = typed.get("choice");
    Some(match step.0 {
        "checked" => Does::Note(Noted::LegalCheck),
        "consulted" => Does::Note(Noted::Consulted),
        "followed-up" => Does::Note(Noted::FollowedUp),
        "issue" => Does::Issue,
        "publish" => Does::Publish(What::Recommendation),
        "publish-answer" => Does::Publish(What::Answer),
        "extend" => {
            let asked = required_date(check, typed, "asked_on", "The date of the application");
            let to = check.field("to", date(typed, "to", "The new last day"));
            Does::Extend(asked?, to?)
        }
        "answer" => {
            let answer = check.field("choice", choose(Answer::parse(choice), "Choose what it answers"))?;
            Does::Answer(answer, typed.get("represents") == "yes")
        }
        "representations" => {
            let given = matches!(choice, "yes" | "no").then_some(choice == "yes");
            Does::DecideRepresentations(check.field("choice", choose(given, "Say whether they are accepted"))?)
        }
        "court" => {
            let over = check.field("over", choose(Over::parse(typed.get("over")), "Choose the decision"));
            let step = check.field("choice", choose(CourtStep::parse(choice), "Choose what happened"));
            Does::Court(over?, step?)
        }
        "supersede" => {
            let by = choose(choice.parse().ok(), "Choose the recommendation that takes its place");
            Does::End(Ending::Superseded, Some(check.field("choice", by)?))
        }
        "close" => Does::End(Ending::Closed, None),
        _ => Does::End(Ending::Withdrawn, None),
    })
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "recommendation-step"
    }

    fn action(&self, typed: &Typed) -> Action {
        match typed.get("step_of") {
            "" | "checked" | "consulted" | "followed-up" => Action::DraftRecommendation,
            "issue" | "extend" | "representations" | "withdraw" | "supersede" => Action::DecideRecommendation,
            _ => Action::FollowRecommendation,
        }
    }

    fn decides(&self, asked: &Asked<'_>) -> &'static [&'static str] {
        match (step(asked.typed), named(asked)) {
            (Some(ISSUE), Some(r)) => made::recommendation(&asked.case().state, r.drafted.n),
            (Some(EXTEND), Some(r)) if r.drafted.sort == Sort::Learning => &["P.28B_EXT"],
            (Some(REPRESENTATIONS), _) => &["P.28B_WITHHOLD"],
            _ => &[],
        }
    }

    fn title(&self, asked: &Asked<'_>) -> String {
        step(asked.typed).map_or("Take the next step of a recommendation", |step| step.1).to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some(r) = named(asked) else { return Vec::new() };
        let standing = r.standing(&asked.case().state, asked.context());
        let due = r.answer_due(&asked.case().state, asked.context());
        let due = due.map(|due| fact("Answer due by", candour_core::day::in_words(due)));
        let about =
            [fact("Sort", r.drafted.sort.label()), fact("To", r.drafted.to.label()), fact("Where it stands", standing)];
        about.into_iter().chain(due).collect()
    }

    fn rules(&self, asked: &Asked<'_>) -> Vec<&'static str> {
        let Some(r) = named(asked) else { return Vec::new() };
        match asked.typed.get("step_of") {
            "issue" if r.drafted.sort == Sort::Learning => vec![id::LEARNING, id::LEARNING_RECIPIENTS],
            "extend" if r.drafted.sort == Sort::Learning => vec![id::LEARNING_EXTENSION],
            "answer" | "extend" => r.drafted.sort.answered_under().into_iter().collect(),
            "publish-answer" => vec![id::PUBLISH_RESPONSE],
            "representations" => vec![id::PUBLISH_RESPONSE, id::PUBLISH_AFTER_REJECTION],
            "court" => vec![id::LEARNING_IN_COURT, id::PUBLISH_AFTER_COURT],
            _ => vec![r.drafted.sort.made_under()],
        }
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        if named(asked).is_some() && step(asked.typed).is_some() {
            return Vec::new();
        }
        let all = asked.case().state.recommendations.iter();
        all.flat_map(|r| {
            let n = r.drafted.n;
            let line =
                move |step: Step| (format!("n={n}&step_of={}", step.0), format!("Recommendation {n}: {}", step.1));
            steps(asked, r).into_iter().map(line)
        })
        .collect()
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let (Some(r), Some(step)) = (named(asked), step(asked.typed)) else {
            return Vec::new();
        };
        let words = if step.2 { "Reasons, or what it says" } else { "What else is known?" };
        let mut fields = vec![Field::new("n", "", Input::Hidden), Field::new("step_of", "", Input::Hidden)];
        fields.extend(asks(asked, r, step));
        fields.push(date_field("on", "When was it?"));
        fields.push(Field::new("reasons", words, Input::Words));
        fields
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let n = check.field("n", super::asks::number(asked.typed, "Choose the recommendation"));
        let step = check.field("step_of", choose(step(asked.typed), "Choose the step"));
        let on = required_date(&mut check, asked.typed, "on", "The date");
        let does = step.and_then(|step| does(&mut check, asked.typed, step));
        let words = if step.is_none_or(|step| step.2) {
            super::asks::reasons(&mut check, asked.typed, "Give the reasons, or say what it says")
        } else {
            check.field("reasons", candour_core::case::words::optional("The note", asked.typed.get("reasons")))
        };
        let command = (|| Some(Command::Recommend(Act { n: n?, on: on?, does: does?, words: words? })))();
        check.done(command)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let open = asked.case().state.recommendations.iter().any(|r| r.ended.is_none());
        (!open).then_some("No recommendation is open in this case. Draft one first")
    }

    fn button(&self) -> &'static str {
        "Record this"
    }

    fn done(&self) -> &'static str {
        "The step of the recommendation is recorded."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/learning")
    }
}
