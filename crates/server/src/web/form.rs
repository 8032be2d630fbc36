//! The course of a form about a case: fill in, check answers, confirm.
//!
//! Every form carries the case, the version seen and a submission id. A form that is sent twice has
//! one effect; one that was overtaken comes back with what was typed and what changed meanwhile.
//! What a form asks and which command it gives is said by a [`CaseForm`] in its own file.

pub(in crate::web) mod drawn;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::case::{self, Case, Command, Context};
use candour_core::day;
use candour_core::permit::{Action, Actor, permit};
use candour_core::reference::Reference;
use candour_core::refusal::{Problem as Wrong, Refusal};
use candour_store::plain::submission;
use candour_store::record::Write;
use candour_store::{Failure, access, cases, delegations, links};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::beside::Beside;
use super::deciding;
use super::field::Field;
use super::typed::Typed;
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Fresh, Visitor};
pub use drawn::{DRAWN, chance, drawn_from, unopened};
use drawn::{SUBMISSION_HEX, new_id};

/// A form about a case.
pub trait CaseForm: Send + Sync {
    /// Its name in addresses.
    fn slug(&self) -> &'static str;
    /// What its reader must be allowed to do.
    fn action(&self, typed: &Typed) -> Action;
    /// Its heading.
    fn title(&self, asked: &Asked<'_>) -> String;
    /// What the reader should know before answering: facts of the case.
    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)>;
    /// The rules under which the answer is given, by id, as in force on the matter's day.
    fn rules(&self, asked: &Asked<'_>) -> Vec<&'static str>;
    /// What it asks.
    fn fields(&self, asked: &Asked<'_>) -> Vec<Field>;
    /// The ids of the powers that it decides under, of either scheme; none when it decides nothing.
    fn decides(&self, _: &Asked<'_>) -> &'static [&'static str] {
        &[]
    }
    /// Whether it asks if a second person has to approve, where the record cannot tell.
    fn asks_about_a_second(&self) -> bool {
        true
    }
    /// Reads the answers.
    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal>;
    /// What is recorded in the same transaction beside that command, which the answers gave.
    fn beside(&self, _: &Asked<'_>, _: &Command) -> Option<Beside> {
        None
    }
    /// Why it cannot be filled in at all now, if it cannot.
    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str>;
    /// The same in full, where the reason holds something of the case or a provision.
    fn why_not(&self, asked: &Asked<'_>) -> Option<String> {
        self.not_now(asked).map(str::to_owned)
    }
    /// When it is about one of several things and none is named: each, with the query that names it.
    fn one_of(&self, _: &Asked<'_>) -> Vec<(String, String)> {
        Vec::new()
    }
    /// What follows from the answers, shown with them when they are checked.
    fn follows(&self, _: &Asked<'_>) -> Option<(String, String)> {
        None
    }
    /// What its boxes hold when it is opened, by the names under which they are sent.
    fn begins_with(&self, _: &Asked<'_>) -> Vec<(String, String)> {
        Vec::new()
    }
    /// Its hidden fields that hold a reference nobody has yet, drawn when the form is opened, so that
    /// sending it again makes nothing twice.
    fn draws(&self) -> &'static [&'static str] {
        &[]
    }
    /// What the button of the last step says.
    fn button(&self) -> &'static str;
    /// What is said on the case's page once it is done, in words that hold nothing of the case.
    fn done(&self) -> &'static str;
    /// Whether it can be opened from a case's page as it is, without naming an entry or a field.
    fn stands_alone(&self) -> bool {
        true
    }
    /// The page from which it is opened, given the address of its case.
    fn back(&self, case: &str) -> String {
        case.to_owned()
    }
}

/// What a form is asked about.
pub struct Asked<'a> {
    /// The app.
    pub app: &'a App,
    /// The case, with everything known of it.
    pub open: &'a OpenCase,
    /// What was typed so far.
    pub typed: &'a Typed,
}

impl Asked<'_> {
    /// The case.
    #[must_use]
    pub fn case(&self) -> &Case {
        &self.open.case
    }

    /// What a decision about it is made against.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        self.app.deciding(&self.open.delegations, self.open.today, self.open.calendar)
    }
}

/// How far a form has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It is filled in.
    Filling,
    /// Its answers are checked.
    Checking,
    /// Its answers are checked, and make a proposal for a second person.
    Proposing,
}

/// A form as it is shown.
#[derive(Serialize)]
pub(super) struct FormPage {
    title: String,
    /// Where it is sent.
    address: String,
    /// Where the way back leads.
    back: String,
    case: Option<super::case_page::Identity>,
    facts: Vec<(String, String)>,
    rules: Vec<super::case_page::RuleShown>,
    /// Under what the reader would decide, or why they may not.
    powers: Vec<deciding::PowerShown>,
    /// Of several things that it could be about, each with its address.
    one_of: Vec<(String, String)>,
    fields: Vec<Field>,
    /// What was typed, by name.
    typed: std::collections::HashMap<String, String>,
    /// What is wrong: field, words, and the id of the box to go to.
    problems: Vec<Shown>,
    /// Whether the reader is asked to check the answers.
    checking: bool,
    /// The answers in words, when they are checked.
    answers: Vec<(String, String)>,
    /// What others entered since the form was opened.
    overtaken: Vec<(String, String)>,
    hidden: Vec<(String, String)>,
    button: &'static str,
    /// Whether there is nothing to check, so that its one button carries it out.
    at_once: bool,
}

#[derive(Serialize)]
struct Shown {
    field: String,
    says: String,
    goes_to: String,
}

impl FormPage {
    /// A form that is about no case.
    pub(super) fn plain(
        title: &str,
        address: &str,
        back: &str,
        fields: Vec<Field>,
        typed: &Typed,
        button: &'static str,
    ) -> Self {
        let (hidden, fields): (Vec<Field>, Vec<Field>) =
            fields.into_iter().partition(|field| field.input == super::field::Input::Hidden);
        Self {
            title: title.to_owned(),
            address: address.to_owned(),
            back: back.to_owned(),
            case: None,
            facts: Vec::new(),
            rules: Vec::new(),
            powers: Vec::new(),
            one_of: Vec::new(),
            answers: fields.iter().map(|f| (f.label.clone(), f.said(typed))).collect(),
            typed: typed.fields().iter().cloned().collect(),
            fields,
            problems: Vec::new(),
            checking: false,
            overtaken: Vec::new(),
            hidden: hidden.iter().map(|f| (f.name.to_owned(), typed.get(f.name).to_owned())).collect(),
            button,
            at_once: false,
        }
    }

    /// The same as a form that asks nothing: its one button carries it out.
    pub(super) fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// The same with what its reader should know before answering.
    pub(super) fn with_facts(mut self, facts: Vec<(String, String)>) -> Self {
        self.facts = facts;
        self
    }

    /// The same with what is wrong.
    pub(super) fn with_problems(mut self, refusal: Refusal) -> Self {
        let shown =
            |p: Wrong| Shown { goes_to: goes_to(&self.fields, p.field), field: p.field.to_owned(), says: p.says };
        self.problems = refusal.problems.into_iter().map(shown).collect();
        self
    }

    /// The same as it is shown to be checked, with what would follow.
    pub(super) fn checked(mut self, follows: (String, String)) -> Self {
        self.checking = true;
        self.answers.push(follows);
        let parts = self.fields.iter().flat_map(Field::parts);
        let kept = parts.map(|part| {
            let value = self.typed.get(&part).cloned().unwrap_or_default();
            (part, value)
        });
        self.hidden.extend(kept);
        self
    }
}

/// Shows an empty form.
pub fn show(
    app: &App,
    visitor: &Visitor,
    open: &OpenCase,
    form: &dyn CaseForm,
    typed: &Typed,
) -> Result<Response, Problem> {
    allowed(app, visitor, &open.case, form.action(typed))?;
    let asked = Asked { app, open, typed };
    if let Some(why) = form.why_not(&asked) {
        return Err(Problem::Bad(why));
    }
    let mut begun = typed.clone();
    for (name, value) in form.begins_with(&asked) {
        if typed.get(&name).is_empty() {
            begun.set(&name, value);
        }
    }
    let typed = afresh(open, form, &begun);
    let asked = Asked { app, open, typed: &typed };
    render(&asked, visitor, form, StatusCode::OK, Vec::new(), Step::Filling, Vec::new())
}

/// Takes what was typed to the next step.
pub async fn submit(
    app: &Arc<App>,
    visitor: &Visitor,
    open: OpenCase,
    form: &dyn CaseForm,
    typed: &Typed,
) -> Result<Response, Problem> {
    let asked = Asked { app, open: &open, typed };
    allowed(app, visitor, &open.case, form.action(typed))?;
    if typed.get("case") != open.case.reference.as_plain() {
        let says = "This form was opened for another case. Nothing was changed. Open the form on the right case";
        return render(
            &asked,
            visitor,
            form,
            StatusCode::UNPROCESSABLE_ENTITY,
            vec![general(says)],
            Step::Filling,
            Vec::new(),
        );
    }
    let drawn = |name: &&str| typed.get(name) == drawn_from(typed.get(DRAWN), name).as_plain();
    if !form.draws().iter().all(drawn) {
        return incomplete(app, visitor, &open, form, typed);
    }
    if typed.get("step") == "edit" {
        return render(&asked, visitor, form, StatusCode::OK, Vec::new(), Step::Filling, Vec::new());
    }
    let command = readable(form, &asked).and_then(|()| deciding::command(form, &asked, &visitor.actor()));
    let command = match command {
        Ok(command) => command,
        Err(refusal) => {
            return render(
                &asked,
                visitor,
                form,
                StatusCode::UNPROCESSABLE_ENTITY,
                refusal.problems,
                Step::Filling,
                Vec::new(),
            );
        }
    };
    if typed.get("step") != "confirm" {
        return check(&asked, visitor, form, command);
    }
    let fresh = visitor.fresh(app, form.action(typed))?;
    confirm(app, (visitor, fresh), &open, form, typed, command).await
}

fn allowed(app: &App, visitor: &Visitor, case: &Case, action: Action) -> Result<(), Problem> {
    let stream = case.reference.stream();
    let given = permit(&visitor.actor(), action, cases::object(case, &stream, &app.profile));
    Ok(given.map(drop)?)
}

fn readable(form: &dyn CaseForm, asked: &Asked<'_>) -> Result<(), Refusal> {
    let fields = deciding::fields(form, asked);
    let bad = asked.typed.unreadable().iter().filter_map(|name| {
        let field = fields.iter().find(|f| f.parts().contains(name))?;
        let says =
            format!("{} holds characters that could not be read, shown as \u{FFFD}. Type them again", field.label);
        Some(Wrong { field: field.name, says })
    });
    let problems: Vec<Wrong> = bad.collect();
    if problems.is_empty() { Ok(()) } else { Err(Refusal { problems }) }
}

/// Tries the command without writing, and shows the answers to be checked.
fn check(asked: &Asked<'_>, visitor: &Visitor, form: &dyn CaseForm, command: Command) -> Result<Response, Problem> {
    let (app, open) = (asked.app, asked.open);
    let stream = open.case.reference.stream();
    let given = permit(&visitor.actor(), command.action(), cases::object(&open.case, &stream, &app.profile));
    let given = given?;
    let beside = form.beside(asked, &command);
    let step = if matches!(command, Command::Propose(_)) { Step::Proposing } else { Step::Checking };
    let tried = case::decide(&open.case, &given, asked.context(), command).map_err(Failure::from);
    let tried = tried.and_then(|_| match beside {
        Some(beside) => beside.check(asked.context(), &visitor.actor(), &open.case),
        None => Ok(()),
    });
    match tried {
        Ok(()) => render(asked, visitor, form, StatusCode::OK, Vec::new(), step, Vec::new()),
        Err(Failure::Refused(refusal)) => {
            render(asked, visitor, form, StatusCode::UNPROCESSABLE_ENTITY, refusal.problems, Step::Filling, Vec::new())
        }
        Err(other) => Err(other.into()),
    }
}

async fn confirm(
    app: &Arc<App>,
    (visitor, fresh): (&Visitor, Fresh),
    open: &OpenCase,
    form: &dyn CaseForm,
    typed: &Typed,
    command: Command,
) -> Result<Response, Problem> {
    let reference = open.case.reference.clone();
    let seen = typed.get("version").parse::<u64>().ok();
    let Some(seen) = seen.filter(|_| typed.get("submission").len() == SUBMISSION_HEX) else {
        return incomplete(app, visitor, open, form, typed);
    };
    let beside = form.beside(&Asked { app, open, typed }, &command);
    let done = if matches!(command, Command::Propose(_)) { deciding::PROPOSED } else { form.slug() };
    let sent = Sent {
        id: typed.get("submission").to_owned(),
        form: fingerprint(form.slug(), &reference, &command, beside.as_ref()),
        answer: format!("/staff/cases/{}?done={done}", reference.as_plain()),
        seen: Some(seen),
        reference,
        visitor: visitor.clone(),
        fresh,
        command,
        beside,
    };
    match app.write(move |app, w| sent.carry_out(app, w)).await {
        Ok(answer) => Ok(Redirect::to(&answer).into_response()),
        Err(Failure::Moved) => overtaken(app, visitor, &open.case.reference, form, typed, seen).await,
        Err(Failure::Refused(refusal)) => {
            let typed = afresh(open, form, typed);
            let asked = Asked { app, open, typed: &typed };
            render(&asked, visitor, form, StatusCode::UNPROCESSABLE_ENTITY, refusal.problems, Step::Filling, Vec::new())
        }
        Err(other) => Err(other.into()),
    }
}

/// What a submission id stands for: the form, the case and the answers. The same id with other
/// answers is not the same form sent twice.
pub(in crate::web) fn fingerprint(
    slug: &str,
    reference: &Reference,
    command: &Command,
    beside: Option<&Beside>,
) -> String {
    let answers = match beside {
        Some(beside) => Sha256::digest(format!("{command:?}{beside:?}")),
        None => Sha256::digest(format!("{command:?}")),
    };
    format!("{slug}:{}:{}", reference.as_plain(), candour_core::record::hex(&answers))
}

/// A confirmed form on its way into the record.
pub(crate) struct Sent {
    /// The id under which it counts once.
    pub id: String,
    /// What it holds, so that the same id with other answers is refused.
    pub form: String,
    /// What is answered, now and when it is sent again.
    pub answer: String,
    /// The version of the case that was seen, where it has to be the newest.
    pub seen: Option<u64>,
    /// The case.
    pub reference: Reference,
    /// Who sends it.
    pub visitor: Visitor,
    /// Without it none is made: what it does may be grave.
    #[expect(dead_code, reason = "it is proof, and proof is only had")]
    pub fresh: Fresh,
    /// What it does.
    pub command: Command,
    /// What is recorded beside it.
    pub beside: Option<Beside>,
}

impl Sent {
    /// Records it, or gives the answer that it got before.
    pub(crate) fn carry_out(&self, app: &App, w: &mut Write<'_>) -> Result<String, Failure> {
        let (log, now) = (w.log(), (app.now)());
        // What closes a case to somebody may have been recorded since the request came.
        let actor = Actor { own: access::own_in(w, &self.visitor.account.id)?, ..self.visitor.account.actor() };
        if let Some(answer) = submission::answered(w.tx()?, log, &self.id, &actor.id, &self.form)? {
            return Ok(answer);
        }
        let case = cases::load(w.tx()?, log, &self.reference)?;
        if self.seen.is_some_and(|seen| case.version() != seen) {
            return Err(Failure::Moved);
        }
        let stream = case.reference.stream();
        let given = permit(&actor, self.command.action(), cases::object(&case, &stream, &app.profile))?;
        let delegations = delegations::load(w.tx()?, log)?;
        let context = app.deciding_in(w, &delegations)?;
        let fresh = case::decide(&case, &given, context, self.command.clone())?;
        links::check(w.tx()?, log, &actor.own, &case, &fresh)?;
        cases::record(w, &actor, &given, &case, context, fresh)?;
        if let Some(beside) = &self.beside {
            beside.record(context, w, &actor, &given, &case)?;
        }
        submission::keep(w.tx()?, log, &self.id, &actor.id, &self.form, &self.answer, now)?;
        Ok(self.answer.clone())
    }
}

/// Gives back a form that came without its version or its submission id, with new ones.
fn incomplete(
    app: &App,
    visitor: &Visitor,
    open: &OpenCase,
    form: &dyn CaseForm,
    typed: &Typed,
) -> Result<Response, Problem> {
    let typed = afresh(open, form, typed);
    let asked = Asked { app, open, typed: &typed };
    let says =
        "This form arrived incomplete and nothing was changed. What you typed is below. Check it and send it again";
    render(&asked, visitor, form, StatusCode::UNPROCESSABLE_ENTITY, vec![general(says)], Step::Filling, Vec::new())
}

/// What was typed, to be sent again against the case as it is now.
fn afresh(open: &OpenCase, form: &dyn CaseForm, typed: &Typed) -> Typed {
    let mut typed = typed.clone();
    // What a form that opens a case is about was drawn already.
    if open.case.matter().is_some() {
        typed.set(DRAWN, new_id());
    }
    for name in form.draws() {
        typed.set(name, drawn_from(typed.get(DRAWN), name).as_plain());
    }
    typed.set("version", open.case.version().to_string());
    typed.set("submission", new_id());
    typed
}

/// Gives the form back with what was typed and what others entered meanwhile.
async fn overtaken(
    app: &Arc<App>,
    visitor: &Visitor,
    reference: &Reference,
    form: &dyn CaseForm,
    typed: &Typed,
    seen: u64,
) -> Result<Response, Problem> {
    let open = app.open_case(&visitor.actor(), reference).await?.ok_or(Problem::NotFound)?;
    let name = |id: &str| open.staff.iter().find(|a| a.id == id).map_or_else(|| id.to_owned(), |a| a.name.clone());
    let newer = open.case.entries.iter().filter(|e| e.version > seen);
    let newer = newer.map(|e| {
        let says = super::case_page::says::says(app, &open, e).into_iter();
        let says: Vec<String> = says.map(|(what, value)| format!("{what}: {value}")).collect();
        let title = match says.as_slice() {
            [] => e.event.title().to_owned(),
            says => format!("{} ({})", e.event.title(), says.join(", ")),
        };
        let at = day::instant_in_words(e.recorded_at);
        (title, format!("by {} on {at}", name(&e.actor)))
    });
    let newer = newer.collect();
    let typed = afresh(&open, form, typed);
    let asked = Asked { app, open: &open, typed: &typed };
    let says = match form.not_now(&asked) {
        Some(why) => format!("Somebody else changed this case while you were filling in the form. {why}. What you typed is below, and nothing of it was saved"),
        None => "Somebody else changed this case while you were filling in the form. What you typed is below. Check it against the changes and send it again".to_owned(),
    };
    render(&asked, visitor, form, StatusCode::CONFLICT, vec![general(&says)], Step::Filling, newer)
}

fn general(says: &str) -> Wrong {
    Wrong { field: "", says: says.to_owned() }
}

fn render(
    asked: &Asked<'_>,
    visitor: &Visitor,
    form: &dyn CaseForm,
    status: StatusCode,
    problems: Vec<Wrong>,
    step: Step,
    overtaken: Vec<(String, String)>,
) -> Result<Response, Problem> {
    let Asked { app, open, typed } = *asked;
    let fields = deciding::fields(form, asked);
    let exists = open.case.matter().is_some();
    let case = open.case.reference.as_plain();
    let back = if exists { format!("/staff/cases/{case}") } else { "/staff".to_owned() };
    let address = if exists { format!("{back}/{}", form.slug()) } else { format!("/staff/{}", form.slug()) };
    let shown = problems.into_iter().map(|p| Shown {
        goes_to: goes_to(&fields, p.field),
        field: p.field.to_owned(),
        says: p.says,
    });
    let shown: Vec<Shown> = shown.collect();
    let mut hidden = vec![("case".to_owned(), case.to_owned())];
    let kept = ["version", "submission", DRAWN].map(|name| (name.to_owned(), typed.get(name).to_owned()));
    hidden.extend(kept);
    hidden.extend(
        fields
            .iter()
            .filter(|f| f.input == super::field::Input::Hidden)
            .map(|f| (f.name.to_owned(), typed.get(f.name).to_owned())),
    );
    let visible: Vec<Field> = fields.into_iter().filter(|f| f.input != super::field::Input::Hidden).collect();
    let checking = step != Step::Filling;
    if checking {
        let parts = visible.iter().flat_map(Field::parts);
        hidden.extend(parts.map(|part| {
            let value = typed.get(&part).to_owned();
            (part, value)
        }));
    }
    let page = FormPage {
        title: form.title(asked),
        back: if exists { form.back(&back) } else { back },
        case: exists.then(|| super::case_page::Identity::of(app, open)),
        facts: form.facts(asked),
        rules: super::case_page::rules(app, open, &form.rules(asked)),
        powers: deciding::shown(form, asked, &visitor.account.id),
        one_of: form.one_of(asked).into_iter().map(|(query, says)| (format!("{address}?{query}"), says)).collect(),
        answers: visible
            .iter()
            .map(|f| (f.label.clone(), f.said(typed)))
            .chain(form.follows(asked).filter(|_| checking))
            .collect(),
        typed: typed.fields().iter().cloned().collect(),
        fields: visible,
        address,
        problems: shown,
        checking,
        overtaken,
        hidden,
        button: if step == Step::Proposing { deciding::PROPOSE } else { form.button() },
        at_once: false,
    };
    let section = if exists { "cases" } else { "refer" };
    let frame = Frame::of(app, Some(visitor), section);
    app.pages.page_with(status, "staff/form.html", &frame, &page)
}

/// The box that an error in the summary leads to: the first one of its field.
fn goes_to(fields: &[Field], name: &str) -> String {
    let field = fields.iter().find(|f| f.name == name).or(fields.first());
    field.and_then(|f| f.parts().into_iter().next()).unwrap_or_default()
}
