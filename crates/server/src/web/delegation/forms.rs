//! The forms by which an administrator changes the scheme: fill in, check answers, confirm. A form
//! that is sent twice meets what it did itself, and is refused for it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::case::words;
use candour_core::delegation::{self, Change, Delegations, Event, Holder};
use candour_core::law::powers::Powers;
use candour_core::permit::{Action, Object, Role, permit};
use candour_core::refusal::{Check, Problem as Wrong, Refusal};
use candour_store::plain::account::Account;
use candour_store::{Failure, delegations};

use super::{Scheme, loaded, says};
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};
use crate::web::field::{self, Choice, Field, Input, required_date};
use crate::web::form::FormPage;
use crate::web::typed::Typed;

/// A form of the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Grade,
    Grant,
    End,
    Exclude,
    Rescind,
}

/// How far a form has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It is filled in.
    Filling,
    /// Its answers are checked.
    Checking,
}

const FORMS: [Form; 5] = [Form::Grade, Form::Grant, Form::End, Form::Exclude, Form::Rescind];
const EXAMPLE: &str = "For example, 27 3 2019";
const OF: &str = "of";

impl Form {
    fn slug(self) -> &'static str {
        match self {
            Self::Grade => "grade",
            Self::Grant => "grant",
            Self::End => "end",
            Self::Exclude => "exclude",
            Self::Rescind => "rescind",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Grade => "Record the grade of a person",
            Self::Grant => "Delegate a power",
            Self::End => "End a grade, a delegation or an exclusion",
            Self::Exclude => "Keep somebody from a designated function",
            Self::Rescind => "Rescind an entry that should never have been made",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Grade => "The grade is recorded.",
            Self::Grant => "The delegation is recorded.",
            Self::End => "The end is recorded.",
            Self::Exclude => "The exclusion is recorded.",
            Self::Rescind => "The entry is rescinded.",
        }
    }

    /// What the reader should know before answering.
    fn facts(self) -> Vec<(String, String)> {
        match self {
            Self::Exclude => {
                let rule = Powers::built_in().exclusion();
                vec![("The rule".to_owned(), format!("{} ({})", rule.says, rule.citation))]
            }
            _ => Vec::new(),
        }
    }

    fn fields(self, scheme: &Scheme) -> Vec<Field> {
        let date = |name, label: &str| Field::new(name, label, Input::Date).with_hint(EXAMPLE);
        let instrument = || date("on", "What is the date of the instrument?");
        let from = || date("from", "What is the first day?");
        let last = |name| {
            Field::new(name, "What is the last day?", Input::Date)
                .with_hint("Leave empty if it is to hold until it is ended")
        };
        let person = || Field::new("person", "Whom is it about?", Input::Select(people(scheme)));
        let power = || Field::new("power", "Which power?", Input::Select(powers()));
        let reasons = || Field::new("reasons", "What are the reasons?", Input::Words);
        match self {
            Self::Grade => {
                let levels = Powers::built_in().levels().iter();
                let levels = levels.map(|l| Choice::new(&l.id, format!("{}: {}", l.id, l.name))).collect();
                let grade = Field::new("grade", "Which grade?", Input::Radios(levels))
                    .with_hint("It takes the place of the one that they hold on its first day");
                vec![person(), grade, instrument(), from(), last("to")]
            }
            Self::Grant => {
                let to = Field::new("to", "To whom is it delegated?", Input::Select(holders(scheme)));
                let cited = Field::new("instrument", "Which instrument delegates it?", Input::Line)
                    .with_hint("For example, Scheme of delegation 2020, annex B");
                vec![power(), to, cited, instrument(), from(), last("until")]
            }
            Self::End => {
                let of = Field::new(OF, "Which entry ends?", Input::Select(running(scheme)));
                let on = date("on", "When was the end decided?");
                vec![of, on, date("last", "What is the last day on which it holds?"), reasons()]
            }
            Self::Exclude => vec![person(), power(), instrument(), from(), reasons()],
            Self::Rescind => {
                let of = Field::new(OF, "Which entry should never have been made?", Input::Select(entries(scheme)));
                vec![of, date("on", "When was that decided?"), reasons()]
            }
        }
    }

    fn change(self, typed: &Typed) -> Result<Change, Refusal> {
        let mut check = Check::default();
        let on = required_date(&mut check, typed, "on", "The date");
        let change = match self {
            Self::Grade => {
                let person = chosen(&mut check, typed, "person", "Choose a person");
                let grade = chosen(&mut check, typed, "grade", "Choose a grade");
                let from = required_date(&mut check, typed, "from", "The first day");
                let to = check.field("to", field::date(typed, "to", "The last day"));
                (|| Some(Change::SetGrade { person: person?, grade: grade?, on: on?, from: from?, to: to? }))()
            }
            Self::Grant => {
                let power = chosen(&mut check, typed, "power", "Choose a power");
                let to = chosen(&mut check, typed, "to", "Choose to whom it is delegated");
                let to = to.and_then(|to| check.field("to", holder(&to)));
                let named = words::required("Name the instrument", "The instrument", typed.get("instrument"));
                let instrument = check.field("instrument", named);
                let from = required_date(&mut check, typed, "from", "The first day");
                let until = check.field("until", field::date(typed, "until", "The last day"));
                (|| {
                    let (powers, to, on, from) = (vec![power?], to?, on?, from?);
                    Some(Change::Grant { powers, to, on, from, until: until?, instrument: instrument? })
                })()
            }
            Self::End => {
                let of = entry(&mut check, typed);
                let last = required_date(&mut check, typed, "last", "The last day");
                let reasons = reasons(&mut check, typed);
                (|| Some(Change::End { of: of?, on: on?, last: last?, reasons: reasons? }))()
            }
            Self::Exclude => {
                let person = chosen(&mut check, typed, "person", "Choose a person");
                let power = chosen(&mut check, typed, "power", "Choose a power");
                let from = required_date(&mut check, typed, "from", "The first day");
                let reasons = reasons(&mut check, typed);
                (|| {
                    let (person, powers) = (person?, vec![power?]);
                    Some(Change::Exclude { person, powers, on: on?, from: from?, reasons: reasons? })
                })()
            }
            Self::Rescind => {
                let of = entry(&mut check, typed);
                let reasons = reasons(&mut check, typed);
                (|| Some(Change::Rescind { of: of?, on: on?, reasons: reasons? }))()
            }
        };
        check.done(change)
    }
}

fn chosen(check: &mut Check, typed: &Typed, name: &'static str, says: &str) -> Option<String> {
    let value = typed.get(name).to_owned();
    check.field(name, if value.is_empty() { Err(Refusal::new(says)) } else { Ok(value) })
}

fn entry(check: &mut Check, typed: &Typed) -> Option<u64> {
    check.field(OF, typed.get(OF).parse().map_err(|_| Refusal::new("Choose an entry")))
}

fn reasons(check: &mut Check, typed: &Typed) -> Option<String> {
    check.field("reasons", words::required("Give the reasons", "Reasons", typed.get("reasons")))
}

/// `grade:L3` or `person:u07`.
fn holder(text: &str) -> Result<Holder, Refusal> {
    match text.split_once(':') {
        Some(("grade", level)) => Ok(Holder::Grade(level.to_owned())),
        Some(("person", person)) => Ok(Holder::Person(person.to_owned())),
        _ => Err(Refusal::new("Choose to whom it is delegated")),
    }
}

/// Those to whom a power can be delegated: nobody who is only kept informed of a matter.
fn staff(scheme: &Scheme) -> impl Iterator<Item = &Account> {
    scheme.staff.iter().filter(|a| a.role != Role::Cmp)
}

fn people(scheme: &Scheme) -> Vec<Choice> {
    staff(scheme).map(|a| Choice::new(&a.id, format!("{}, {}", a.name, a.role.label()))).collect()
}

fn powers() -> Vec<Choice> {
    Powers::built_in().powers().iter().map(|p| Choice::new(&p.id, format!("{} ({})", p.name, p.id))).collect()
}

fn holders(scheme: &Scheme) -> Vec<Choice> {
    let levels = Powers::built_in().levels().iter();
    let levels = levels.map(|l| Choice::new(format!("grade:{}", l.id), format!("Grade {}: {}", l.id, l.name)));
    let people = staff(scheme).map(|a| Choice::new(format!("person:{}", a.id), a.name.as_str()));
    levels.chain(people).collect()
}

/// The entries that hold today or will.
fn running(scheme: &Scheme) -> Vec<Choice> {
    let Delegations { grades, grants, barred, .. } = &*scheme.delegations;
    let grades = grades.iter().map(|g| (g.of, g.to));
    let grants = grants.iter().map(|g| (g.of, g.until));
    let barred = barred.iter().map(|b| (b.of, b.to));
    let live = grades.chain(grants).chain(barred).filter(|(_, to)| to.is_none_or(|to| to >= scheme.today));
    let mut live: Vec<u64> = live.map(|(of, _)| of).collect();
    live.sort_unstable();
    live.into_iter().filter_map(|of| choice(scheme, of)).collect()
}

/// The entries that have not been rescinded, newest first.
fn entries(scheme: &Scheme) -> Vec<Choice> {
    let gone = scheme.delegations.rescinded();
    let all = scheme.delegations.entries.iter().rev();
    let left = all.filter(|e| !gone.contains(&e.version) && !matches!(e.event, Event::Rescinded(_)));
    left.filter_map(|e| choice(scheme, e.version)).collect()
}

/// Letters of an entry's words in a list of entries.
const CHOICE_CHARS_MAX: usize = 120;

fn choice(scheme: &Scheme, of: u64) -> Option<Choice> {
    let entry = scheme.delegations.entry(of)?;
    let says = says(scheme, &entry.event);
    let short: String = says.chars().take(CHOICE_CHARS_MAX).collect();
    let dots = if short.len() < says.len() { " ..." } else { "" };
    Some(Choice::new(of.to_string(), format!("{of}. {short}{dots}")))
}

/// The forms: address and title.
pub(super) fn all() -> Vec<(String, &'static str)> {
    FORMS.into_iter().map(|form| (format!("/staff/delegation/{}", form.slug()), form.title())).collect()
}

/// What is said on the scheme's page once a form is done.
pub(super) fn done(slug: &str) -> Option<&'static str> {
    FORMS.into_iter().find(|form| form.slug() == slug).map(Form::done)
}

/// `GET /staff/delegation/FORM`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, form) = opened(&app, &headers, &slug).await?;
    let scheme = loaded(&app).await?;
    render(&app, &visitor, &scheme, form, &Typed::of_query(query.as_deref()), Vec::new(), Step::Filling)
}

/// `POST /staff/delegation/FORM`
pub async fn submit(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let typed = Typed::of_body(&body);
    let sent = async {
        let (visitor, form) = opened(&app, &headers, &slug).await?;
        take(&app, &visitor, form, &typed).await
    };
    sent.await.map_err(|problem: Problem| problem.with_typed(&format!("/staff/delegation/{slug}"), &typed))
}

async fn opened(app: &Arc<App>, headers: &HeaderMap, slug: &str) -> Result<(Visitor, Form), Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    permit(&visitor.actor(), Action::Delegate, Object::Body).map_err(|d| Problem::Denied(d.to_string()))?;
    let form = FORMS.into_iter().find(|form| form.slug() == slug).ok_or(Problem::NotFound)?;
    Ok((visitor, form))
}

/// Takes what was typed to the next step.
async fn take(app: &Arc<App>, visitor: &Visitor, form: Form, typed: &Typed) -> Result<Response, Problem> {
    let scheme = loaded(app).await?;
    if typed.get("step") == "edit" {
        return render(app, visitor, &scheme, form, typed, Vec::new(), Step::Filling);
    }
    let actor = visitor.actor();
    let given = permit(&actor, Action::Delegate, Object::Body).map_err(|d| Problem::Denied(d.to_string()))?;
    let tried = readable(form, &scheme, typed).and_then(|()| form.change(typed)).and_then(|change| {
        known(&scheme, &change)?;
        delegation::decide(&scheme.delegations, &given, scheme.today, change.clone()).map(|_| change)
    });
    let change = match tried {
        Ok(change) if typed.get("step") == "confirm" => change,
        Ok(_) => return render(app, visitor, &scheme, form, typed, Vec::new(), Step::Checking),
        Err(refusal) => return render(app, visitor, &scheme, form, typed, refusal.problems, Step::Filling),
    };
    visitor.fresh(app, Action::Delegate)?;
    let recorded = app.write(move |_, w| delegations::change(w, &actor, &given, change.clone())).await;
    match recorded {
        Ok(()) => Ok(Redirect::to(&format!("/staff/delegation?done={}", form.slug())).into_response()),
        Err(Failure::Refused(refusal)) => render(app, visitor, &scheme, form, typed, refusal.problems, Step::Filling),
        Err(other) => Err(other.into()),
    }
}

fn readable(form: Form, scheme: &Scheme, typed: &Typed) -> Result<(), Refusal> {
    let fields = form.fields(scheme);
    let bad = typed.unreadable().iter().filter_map(|name| {
        let field = fields.iter().find(|f| f.parts().contains(name))?;
        let says = format!("{} Some characters could not be read. Type them again", field.label);
        Some(Wrong { field: field.name, says })
    });
    let problems: Vec<Wrong> = bad.collect();
    if problems.is_empty() { Ok(()) } else { Err(Refusal { problems }) }
}

/// Only people who have an account are given anything.
fn known(scheme: &Scheme, change: &Change) -> Result<(), Refusal> {
    let (field, person) = match change {
        Change::SetGrade { person, .. } | Change::Exclude { person, .. } => ("person", person),
        Change::Grant { to: Holder::Person(person), .. } => ("to", person),
        _ => return Ok(()),
    };
    if scheme.staff.iter().any(|a| a.id == *person) {
        return Ok(());
    }
    Err(Refusal::of(field, "Choose somebody who has an account"))
}

fn render(
    app: &App,
    visitor: &Visitor,
    scheme: &Scheme,
    form: Form,
    typed: &Typed,
    problems: Vec<Wrong>,
    step: Step,
) -> Result<Response, Problem> {
    let address = format!("/staff/delegation/{}", form.slug());
    let fields = form.fields(scheme);
    let page = FormPage::plain(form.title(), &address, "/staff/delegation", fields, typed, "Record this");
    let page = page.with_facts(form.facts());
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = match (problems.is_empty(), step) {
        (true, Step::Filling) => page,
        (true, Step::Checking) => page.checked(("Recorded by".to_owned(), visitor.account.name.clone())),
        (false, _) => page.with_problems(Refusal { problems: problems.into_iter().map(asked).collect() }),
    };
    let frame = Frame::of(app, Some(visitor), "delegation");
    app.pages.page_with(status, "staff/form.html", &frame, &page)
}

/// The rules speak of powers; a form asks for one.
fn asked(problem: Wrong) -> Wrong {
    let field = if problem.field == "powers" { "power" } else { problem.field };
    Wrong { field, ..problem }
}
