//! Letters: issued after the whole text was seen, served, and translated.

use candour_core::case::informed::Person;
use candour_core::case::letter::{Issue, Letter, Serve, Service, Translate};
use candour_core::case::{Command, words};
use candour_core::day;
use candour_core::law::id;
use candour_core::letters::fill::{ADDED_CHARS_MAX, may_issue, recipients};
use candour_core::letters::{Letters, Template};
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{choose, date_field, fact, number};
use super::contact::{despite, despite_field, fact_of};
use crate::web::case_page::letters::{letter_name, recipient_name};
use crate::web::case_page::staff_name;
use crate::web::field::{Choice, Field, Input, date, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::{Typed, encode};

pub(super) struct IssueForm;
pub(super) struct ServeForm;
pub(super) struct TranslateForm;

fn template(asked: &Asked<'_>) -> Option<&'static Template> {
    Letters::built_in().named(asked.typed.get("letter"))
}

/// The letter as it would be issued, from what was typed so far.
fn issue(asked: &Asked<'_>) -> Result<Issue, Refusal> {
    let typed = asked.typed;
    let added = words::optional("What is added", typed.get("added")).map_err(|refusal| refusal.about("added"))?;
    let lead = asked.case().state.lead().map(|id| staff_name(asked.open, id));
    Ok(Issue { letter: typed.get("letter").to_owned(), to: typed.get("to").to_owned(), added, lead })
}

/// The letters that can be issued now, each with those to whom it can go.
fn offered(asked: &Asked<'_>) -> Vec<(&'static Template, Vec<String>)> {
    let state = &asked.case().state;
    let now = Letters::built_in().all().iter().filter(|t| may_issue(t, state, asked.context()).is_ok());
    now.map(|template| (template, recipients(template, state))).collect()
}

impl CaseForm for IssueForm {
    fn slug(&self) -> &'static str {
        "issue-letter"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::IssueLetter
    }

    fn title(&self, asked: &Asked<'_>) -> String {
        template(asked).map_or_else(|| "Issue a letter".to_owned(), |template| format!("Issue: {}", template.name))
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some(template) = template(asked) else { return Vec::new() };
        let counts = template.serves_as.map(|serves| fact("What its service does", serves.in_words()));
        let text = issue(asked).and_then(|issue| issue.text(asked.case(), asked.context()));
        let text = match text {
            Ok((_, filled)) => fact("What it says", filled.en),
            Err(refusal) => fact("Why it cannot be issued", refusal.to_string()),
        };
        let whom = fact("To", recipient_name(asked.app, asked.open, asked.typed.get("to")));
        let reached = asked.case().state.informed(asked.typed.get("to")).map(|person| fact_of(asked, person));
        let first = [whom].into_iter().chain(reached);
        first.chain([fact("It may not be issued", template.may_not.clone())]).chain(counts).chain([text]).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::REASONS]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        let hint = format!(
            "Leave empty if there is nothing to add. It stands under a heading of its own, and may have {ADDED_CHARS_MAX} characters"
        );
        vec![
            Field::new("letter", "Letter", Input::Hidden),
            Field::new("to", "To", Input::Hidden),
            Field::new("added", "What is added to the letter?", Input::Words).with_hint(hint),
        ]
    }

    fn follows(&self, asked: &Asked<'_>) -> Option<(String, String)> {
        let (_, filled) = issue(asked).ok()?.text(asked.case(), asked.context()).ok()?;
        Some(("The letter as it is issued".to_owned(), filled.en))
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let issue = issue(asked)?;
        issue.text(asked.case(), asked.context())?;
        Ok(Command::IssueLetter(issue))
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let none = offered(asked).iter().all(|(_, whom)| whom.is_empty());
        none.then_some("No letter can be issued now. The page of letters says why, letter by letter")
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        if template(asked).is_some() && !asked.typed.get("to").is_empty() {
            return Vec::new();
        }
        let each = offered(asked).into_iter().flat_map(|(template, whom)| {
            whom.into_iter().map(|to| {
                let name = recipient_name(asked.app, asked.open, &to);
                (
                    format!("letter={}&to={}", encode(&template.key), encode(&to)),
                    format!("{}, to {name}", template.name),
                )
            })
        });
        each.collect()
    }

    fn button(&self) -> &'static str {
        "Issue the letter"
    }

    fn done(&self) -> &'static str {
        "The letter is issued. Record its service once it is sent."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/letters")
    }
}

/// The letter that a form is about: the one named, or the only one of those that could be.
fn letter<'a>(asked: &Asked<'a>, could: fn(&Letter) -> bool) -> Option<&'a Letter> {
    let all: Vec<&Letter> = asked.open.case.state.letters.iter().filter(|letter| could(letter)).collect();
    match (asked.typed.get("n"), all.as_slice()) {
        ("", [only]) => Some(only),
        (n, _) => asked.open.case.state.letters.iter().find(|letter| letter.n.to_string() == n),
    }
}

fn letters(asked: &Asked<'_>, could: fn(&Letter) -> bool) -> Vec<(String, String)> {
    if letter(asked, could).is_some() {
        return Vec::new();
    }
    let all = asked.case().state.letters.iter().filter(|letter| could(letter));
    all.map(|letter| (format!("n={}", letter.n), letter_name(asked.app, asked.open, letter))).collect()
}

/// Names and values.
type Rows = Vec<(String, String)>;

/// What a letter that a form is about is, and the number to keep while it is filled in.
fn about(asked: &Asked<'_>, could: fn(&Letter) -> bool) -> (Rows, Rows) {
    let Some(letter) = letter(asked, could) else { return (Vec::new(), Vec::new()) };
    let facts =
        vec![fact("Letter", letter_name(asked.app, asked.open, letter)), fact("Dated", day::in_words(letter.on))];
    (facts, vec![("n".to_owned(), letter.n.to_string())])
}

/// Whom the letter goes to, where that is somebody who is kept informed.
fn addressee<'a>(asked: &Asked<'a>) -> Option<&'a Person> {
    letter(asked, unserved).and_then(|letter| asked.open.case.state.informed(&letter.to))
}

fn unserved(letter: &Letter) -> bool {
    letter.served.is_none()
}

impl CaseForm for ServeForm {
    fn slug(&self) -> &'static str {
        "serve-letter"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::IssueLetter
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record that a letter was served".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let mut facts = about(asked, unserved).0;
        facts.extend(addressee(asked).map(|person| fact_of(asked, person)));
        facts
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::UPDATE_NEXT, id::UPDATE_OUTCOME]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let ways = Service::ALL.into_iter().map(|way| Choice::new(way.id(), way.label())).collect();
        let mut fields = vec![
            Field::new("n", "Letter", Input::Hidden),
            Field::new("by", "How was it sent?", Input::Radios(ways)),
            date_field("sent_on", "When was it sent?"),
            date_field("given_on", "From which day does it count as given?")
                .with_hint("Leave empty if that is the day on which it was sent"),
            Field::new("proof", "How is that known?", Input::Words)
                .with_hint("For example, the number of the recorded delivery"),
        ];
        fields.extend(despite_field(addressee(asked).into_iter()));
        fields
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let n = check.field("n", number(typed, "Choose the letter"));
        let by = check.field("by", choose(Service::parse(typed.get("by")), "Choose how it was sent"));
        let sent_on = required_date(&mut check, typed, "sent_on", "The date on which it was sent");
        let given_on = check.field("given_on", date(typed, "given_on", "The date from which it counts as given"));
        let proof = words::required("Say how it is known", "How it is known", typed.get("proof"));
        let proof = check.field("proof", proof);
        let despite = despite(&mut check, typed);
        let serve = || {
            let (sent_on, given_on) = (sent_on?, given_on?);
            Some(Serve { n: n?, by: by?, sent_on, given_on, proof: proof?, despite: despite? })
        };
        check.done(serve().map(Command::ServeLetter))
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let none = !asked.case().state.letters.iter().any(unserved);
        none.then_some("No letter waits to be served")
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        letters(asked, unserved)
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        about(asked, unserved).1
    }

    fn button(&self) -> &'static str {
        "Record the service"
    }

    fn done(&self) -> &'static str {
        "The service of the letter is recorded."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/letters")
    }
}

impl CaseForm for TranslateForm {
    fn slug(&self) -> &'static str {
        "translate-letter"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::IssueLetter
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Add the Welsh text of a letter".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        about(asked, Letter::translation_due).0
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        Vec::new()
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![
            Field::new("n", "Letter", Input::Hidden),
            Field::new("text", "What is the Welsh text?", Input::Words),
            date_field("on", "When was it translated?"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let n = check.field("n", number(asked.typed, "Choose the letter"));
        let text = words::required("Enter the Welsh text", "The Welsh text", asked.typed.get("text"));
        let text = check.field("text", text);
        let on = required_date(&mut check, asked.typed, "on", "The date of the translation");
        let translate = || Some(Translate { n: n?, on: on?, text: text? });
        check.done(translate().map(Command::TranslateLetter))
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        let none = !asked.case().state.letters.iter().any(Letter::translation_due);
        none.then_some("No letter waits for its Welsh text")
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        letters(asked, Letter::translation_due)
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        about(asked, Letter::translation_due).1
    }

    fn button(&self) -> &'static str {
        "Add the Welsh text"
    }

    fn done(&self) -> &'static str {
        "The letter has its Welsh text."
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/letters")
    }
}
