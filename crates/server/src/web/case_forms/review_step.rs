//! What is done about an application for a review: one form, and of its steps those that can be taken.

use candour_core::case::review::{
    Act, Body, Does, Ending, Family, Ground, Invalid, Outcome, Papers, Remedy, Review, Sort, remedies,
};
use candour_core::case::{Command, made};
use candour_core::law::id;
use candour_core::permit::{Action, Role};
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, fact};
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(super) struct Form;

/// A step: its name in addresses, what it is called, and whether its words are demanded.
pub(in crate::web) type Step = (&'static str, &'static str, bool);

const VALID: Step = ("valid", "Find the application valid", false);
const INVALID: Step = ("invalid", "Find the application invalid", true);
const LATE: Step = ("late", "Accept the application though it is late", true);
const FORWARD: Step = ("forward", "Record that the application was forwarded", false);
const ASKED: Step = ("papers-requested", "Record that the papers were asked for", false);
const CAME: Step = ("papers-received", "Record that the papers came", false);
const ALLOCATE: Step = ("allocate", "Allocate the review", false);
const DECIDE: Step = ("decide", "Decide the review", true);
const REMEDY: Step = ("remedy", "Record what follows from the review", true);
const ANSWER: Step = ("answer", "Record the answer of the force", true);
const CLOSE: Step = ("close", "Close the review", false);
const WITHDRAW: Step = ("withdraw", "Record that the application was withdrawn", false);
const ALL: [Step; 12] = [VALID, INVALID, LATE, FORWARD, ASKED, CAME, ALLOCATE, DECIDE, REMEDY, ANSWER, CLOSE, WITHDRAW];

/// The steps that can be taken about an application now.
pub(in crate::web) fn steps(asked: &Asked<'_>, review: &Review) -> Vec<Step> {
    let late = !review.in_time(&asked.case().state, asked.context());
    if review.ended.is_some() {
        return Vec::new();
    }
    if let Some((_, _)) = review.decided {
        let mut steps = Vec::new();
        if !matches!(review.decided, Some((Outcome::NotUpheld, _))) {
            steps.push(REMEDY);
        }
        steps.push(if review.unanswered().next().is_some() { ANSWER } else { CLOSE });
        return steps;
    }
    if let Some((why, _)) = review.invalid {
        let forward = why == Invalid::WrongBody && review.forwarded.is_none();
        return vec![if forward { FORWARD } else { CLOSE }];
    }
    if review.valid.is_some() {
        let decide = review.reviewer.is_some().then_some(DECIDE);
        return [ASKED, CAME, ALLOCATE].into_iter().chain(decide).chain([WITHDRAW]).collect();
    }
    let first = if late && review.late_accepted.is_none() { LATE } else { VALID };
    vec![first, INVALID, WITHDRAW]
}

fn named<'a>(asked: &Asked<'a>) -> Option<&'a Review> {
    let n: u32 = asked.typed.get("n").parse().ok()?;
    asked.open.case.state.review(n)
}

fn step(typed: &Typed) -> Option<Step> {
    ALL.into_iter().find(|step| step.0 == typed.get("step_of"))
}

fn choices<T: Copy>(all: &[T], shown: impl Fn(T) -> (&'static str, &'static str)) -> Input {
    Input::Radios(all.iter().map(|one| shown(*one)).map(|(id, label)| Choice::new(id, label)).collect())
}

fn choice(asked: &Asked<'_>, review: &Review, step: Step) -> Option<Field> {
    Some(match step.0 {
        "valid" if !matches!(review.received.sort, Sort::VictimsRight | Sort::NonRecording) => {
            let input = choices(Ground::ALL, |ground| (ground.id(), ground.label()));
            Field::new("choice", "Why is it for us to decide?", input)
        }
        "invalid" => Field::new("choice", "Why is it invalid?", choices(Invalid::ALL, |why| (why.id(), why.label()))),
        "allocate" => {
            let staff =
                asked.open.staff.iter().filter(|a| a.role != Role::Cmp).map(|a| Choice::new(&a.id, &a.name)).collect();
            let hint = "Somebody who did not make the decision that is reviewed";
            Field::new("choice", "Who reviews it?", Input::Select(staff)).with_hint(hint)
        }
        "decide" => Field::new("choice", review.received.sort.test(), choices(Outcome::ALL, |o| (o.id(), o.label()))),
        "remedy" => {
            let of = remedies(review.received.sort);
            let hint = "Compensation cannot be recommended: regulation 30(1)(d) leaves it out";
            Field::new("choice", "What follows?", choices(of, |r| (r.id(), r.label()))).with_hint(hint)
        }
        "answer" => {
            let waiting = review.unanswered().flat_map(|made| {
                let label = made.remedy.label();
                [("yes", "accepted"), ("no", "not accepted")]
                    .map(|(id, says)| Choice::new(format!("{}-{id}", made.m), format!("{label}: {says}")))
            });
            Field::new("choice", "Which recommendation, and what is the answer?", Input::Radios(waiting.collect()))
        }
        _ => return None,
    })
}

fn does(review: Option<&Review>, step: Step, choice: &str) -> Result<Does, Refusal> {
    let family = review.map(|r| r.received.sort.family());
    Ok(match step.0 {
        "valid" => Does::Validate(Ground::parse(choice)),
        "invalid" => Does::Invalidate(choose(Invalid::parse(choice), "Choose why it is invalid")?),
        "late" => Does::AcceptLate,
        "forward" if family == Some(Family::Appeal) => Does::Forward(Body::Force),
        "forward" => Does::Forward(Body::LocalPolicingBody),
        "papers-requested" => Does::NotePapers(Papers::Requested),
        "papers-received" => Does::NotePapers(Papers::Received),
        "allocate" if choice.is_empty() => return Err(Refusal::new("Choose the reviewer")),
        "allocate" => Does::Allocate(choice.to_owned()),
        "decide" => Does::Decide(choose(Outcome::parse(choice), "Choose the decision")?),
        "remedy" => Does::Remedy(choose(Remedy::parse(choice), "Choose what follows")?),
        "answer" => {
            let answer = choice.split_once('-').and_then(|(m, yes)| Some((m.parse().ok()?, yes == "yes")));
            let (m, accepted) = choose(answer, "Choose the recommendation and the answer")?;
            Does::Answer(m, accepted)
        }
        "close" => Does::End(Ending::Closed),
        _ => Does::End(Ending::Withdrawn),
    })
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "review-step"
    }

    fn action(&self, typed: &Typed) -> Action {
        match typed.get("step_of") {
            "late" | "allocate" | "decide" | "remedy" => Action::DecideReview,
            _ => Action::HandleReview,
        }
    }

    fn decides(&self, asked: &Asked<'_>) -> &'static [&'static str] {
        match (step(asked.typed), named(asked)) {
            (Some(LATE), _) => &["P.OUT_OF_TIME"],
            (Some(DECIDE), Some(review)) => made::review(&asked.case().state, review.received.n),
            _ => &[],
        }
    }

    fn title(&self, asked: &Asked<'_>) -> String {
        step(asked.typed).map_or("Take the next step of a review", |step| step.1).to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some(review) = named(asked) else { return Vec::new() };
        let sort = fact("What is to be reviewed", review.received.sort.label());
        vec![sort, fact("Where it stands", review.standing())]
    }

    fn rules(&self, asked: &Asked<'_>) -> Vec<&'static str> {
        let Some(review) = named(asked) else { return Vec::new() };
        match asked.typed.get("step_of") {
            "valid" | "invalid" => vec![review.received.sort.applies_by(), id::REVIEW_BODY],
            "late" => vec![id::REVIEW_LATE],
            "forward" => vec![id::REVIEW_FORWARD],
            "remedy" => vec![review.received.sort.decided_under(), id::REMEDY],
            "answer" => vec![id::REMEDY_RESPONSE],
            _ => vec![review.received.sort.decided_under()],
        }
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        if named(asked).is_some() && step(asked.typed).is_some() {
            return Vec::new();
        }
        let all = asked.case().state.reviews.iter();
        all.flat_map(|review| {
            let n = review.received.n;
            let line = move |step: Step| (format!("n={n}&step_of={}", step.0), format!("Application {n}: {}", step.1));
            steps(asked, review).into_iter().map(line)
        })
        .collect()
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let (Some(review), Some(step)) = (named(asked), step(asked.typed)) else {
            return Vec::new();
        };
        let words = if step.2 { "Reasons, or what it says" } else { "What else is known?" };
        let mut fields = vec![Field::new("n", "", Input::Hidden), Field::new("step_of", "", Input::Hidden)];
        fields.extend(choice(asked, review, step));
        fields.push(date_field("on", "When was it?"));
        fields.push(Field::new("reasons", words, Input::Words));
        fields
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let n = check.field("n", super::asks::number(asked.typed, "Choose the application"));
        let step = check.field("step_of", choose(step(asked.typed), "Choose the step"));
        let on = required_date(&mut check, asked.typed, "on", "The date");
        let choice = asked.typed.get("choice");
        let does = step.and_then(|step| check.field("choice", does(named(asked), step, choice)));
        let words = if step.is_none_or(|step| step.2) {
            super::asks::reasons(&mut check, asked.typed, "Give the reasons, or say what it says")
        } else {
            check.field("reasons", candour_core::case::words::optional("The note", asked.typed.get("reasons")))
        };
        let command = (|| Some(Command::Review(Act { n: n?, on: on?, does: does?, words: words? })))();
        check.done(command)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let open = asked.case().state.reviews.iter().any(|review| review.ended.is_none());
        (!open).then_some("No review is open in this case")
    }

    fn button(&self) -> &'static str {
        "Record this"
    }

    fn done(&self) -> &'static str {
        "The step of the review is recorded."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/learning")
    }
}
