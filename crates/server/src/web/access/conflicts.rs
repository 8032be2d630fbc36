//! Declaring a conflict of interest, and ending a declaration.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::access::Rules;
use candour_core::access::conflict::{About, Command, Sort, decide};
use candour_core::permit::{Action, Object, Role, permit};
use candour_core::reference::Reference;
use candour_core::refusal::{Check, Refusal};
use candour_store::plain::account;
use candour_store::{Failure, access};

use super::PAGE;
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};
use crate::web::case_page::open_for;
use crate::web::field::{Choice, Field, Input, date};
use crate::web::form::FormPage;
use crate::web::typed::{Typed, encode};

/// Who declares, and what they may choose from.
struct Asking {
    visitor: Visitor,
    /// The members of staff for whom the visitor may declare; none where it is their own.
    staff: Vec<Choice>,
    /// The case from which they came, whose people can be chosen.
    case: Option<OpenCase>,
}

/// `GET /staff/access/declare?case=REF`
pub async fn show_declare(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut typed = Typed::of_query(query.as_deref());
    let asking = asking(&app, &headers, &typed).await?;
    if let Some(open) = &asking.case {
        typed.set("reference", open.case.reference.to_string());
    }
    app.pages.page("staff/form.html", &frame(&app, &asking.visitor), &declare_page(&app, &asking, &typed))
}

/// `POST /staff/access/declare`
pub async fn declare(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let typed = Typed::of_body(&body);
    let asking = asking(&app, &headers, &typed).await?;
    let page = declare_page(&app, &asking, &typed);
    let command = read_declare(&app, &asking, &typed);
    let follows = "Every case that it is about is closed to them at once: in lists, by its address, and for every role \
                   and reason. Somebody else can end the declaration";
    submit(&app, &asking.visitor, &typed, page, command, follows, "declared").await
}

/// `GET /staff/access/end?of=N`
pub async fn show_end(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = keeper(&app, &headers).await?;
    app.pages.page("staff/form.html", &frame(&app, &visitor), &end_page(&Typed::of_query(query.as_deref())))
}

/// `POST /staff/access/end`
pub async fn end(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let visitor = keeper(&app, &headers).await?;
    let typed = Typed::of_body(&body);
    let command = match typed.get("of").parse() {
        Ok(of) => Ok(Command::End { of, reasons: typed.get("reasons").to_owned() }),
        Err(_) => Err(Refusal::of("of", "There is no such declaration that holds")),
    };
    let follows = "What it closed is open again as far as the role allows";
    submit(&app, &visitor, &typed, end_page(&typed), command, follows, "ended").await
}

async fn asking(app: &Arc<App>, headers: &HeaderMap, typed: &Typed) -> Result<Asking, Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    let may = |action| permit(&visitor.actor(), action, Object::Body);
    let keeps = may(Action::KeepConflicts).is_ok();
    if !keeps {
        may(Action::DeclareConflict).map_err(|denied| Problem::Denied(denied.to_string()))?;
    }
    let case = match Reference::parse(typed.get("case")) {
        Ok(reference) if !keeps => Some(open_for(app, &visitor, &reference).await?),
        _ => None,
    };
    let accounts =
        if keeps { app.read(|app, tx| Ok(account::all(tx, &app.store.record.log)?)).await? } else { Vec::new() };
    let staff = accounts
        .iter()
        .filter(|a| a.id != visitor.account.id && a.role != Role::Cmp)
        .map(|a| Choice::new(&a.id, &a.name))
        .collect();
    Ok(Asking { visitor, staff, case })
}

async fn keeper(app: &Arc<App>, headers: &HeaderMap) -> Result<Visitor, Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    permit(&visitor.actor(), Action::KeepConflicts, Object::Body).map_err(|d| Problem::Denied(d.to_string()))?;
    Ok(visitor)
}

fn frame(app: &App, visitor: &Visitor) -> Frame {
    Frame::of(app, Some(visitor), "access")
}

fn declare_page(app: &App, asking: &Asking, typed: &Typed) -> FormPage {
    let mut fields = vec![Field::new("case", "", Input::Hidden)];
    if !asking.staff.is_empty() {
        fields.push(Field::new("staff", "Whose conflict is it?", Input::Select(asking.staff.clone())));
    }
    let mut about = vec![Choice::new("force", "A force"), Choice::new("case", "A case")];
    for person in asking.case.iter().flat_map(|open| open.case.state.people().into_iter().map(move |p| (open, p))) {
        let (open, stream) = person;
        about.push(Choice::new(stream, open.person(stream)).with_hint("Every case that this person is in"));
    }
    let years = Rules::built_in().former_force_years;
    let forces = app.profile.forces.iter().map(|f| Choice::new(&f.id, &f.name)).collect();
    let sorts = Sort::ALL.iter().map(|sort| Choice::new(sort.id(), sort.label())).collect();
    fields.extend([
        Field::new("sort", "What sort of conflict is it?", Input::Radios(sorts)),
        Field::new("about", "What is it about?", Input::Radios(about)),
        Field::new("force", "If it is a force: which?", Input::Select(forces)),
        Field::new("served_until", "If it is service with a force: what was the last day?", Input::Date)
            .with_hint(format!("For example, 31 5 2016. Its cases are closed for {years} years from then")),
        Field::new("reference", "If it is a case: which?", Input::Line).with_hint("Its reference here"),
        Field::new("note", "What else is there to say?", Input::Words).with_hint("May be left empty"),
    ]);
    FormPage::plain("Declare a conflict of interest", &format!("{PAGE}/declare"), PAGE, fields, typed, "Declare it")
}

fn end_page(typed: &Typed) -> FormPage {
    let fields =
        vec![Field::new("of", "", Input::Hidden), Field::new("reasons", "Why does it no longer hold?", Input::Words)];
    FormPage::plain("End a declaration", &format!("{PAGE}/end"), PAGE, fields, typed, "End it")
}

fn read_declare(app: &App, asking: &Asking, typed: &Typed) -> Result<Command, Refusal> {
    let mut check = Check::default();
    let person = match asking.staff.is_empty() {
        true => Some(asking.visitor.account.id.clone()),
        false if asking.staff.iter().any(|one| one.value == typed.get("staff")) => Some(typed.get("staff").to_owned()),
        false => {
            check.problem("staff", "Choose whose conflict it is");
            None
        }
    };
    let sort = Sort::parse(typed.get("sort"));
    if sort.is_none() {
        check.problem("sort", "Choose what sort of conflict it is");
    }
    let about = read_about(app, asking, typed, &mut check);
    let served = check.field("served_until", date(typed, "served_until", "The last day of service"));
    let declare = (|| {
        let (person, sort, about, served_until) = (person?, sort?, about?, served?);
        Some(Command::Declare { person, sort, about, served_until, note: typed.get("note").to_owned() })
    })();
    check.done(declare)
}

fn read_about(app: &App, asking: &Asking, typed: &Typed, check: &mut Check) -> Option<About> {
    match typed.get("about") {
        "force" => match app.profile.force(typed.get("force")) {
            Some(force) => return Some(About::Force(force.id.clone())),
            None => check.problem("force", "Choose the force"),
        },
        "case" => match Reference::parse(typed.get("reference")) {
            Ok(reference) => return Some(About::Case(reference.stream())),
            Err(_) => check.problem("reference", "Enter the reference of the case, as it stands on its page"),
        },
        person => {
            let of_case = asking.case.as_ref().filter(|open| open.case.state.people().contains(&person));
            if of_case.is_some() {
                return Some(About::Person(person.to_owned()));
            }
            check.problem("about", "Choose what it is about");
        }
    }
    None
}

/// Tries what was typed and shows what follows; then carries it out.
async fn submit(
    app: &Arc<App>,
    visitor: &Visitor,
    typed: &Typed,
    page: FormPage,
    command: Result<Command, Refusal>,
    follows: &str,
    done: &str,
) -> Result<Response, Problem> {
    let frame = frame(app, visitor);
    if typed.get("step") == "edit" {
        return app.pages.page("staff/form.html", &frame, &page);
    }
    let actor = visitor.actor();
    let confirmed = typed.get("step") == "confirm";
    if let (Ok(command), true) = (&command, confirmed) {
        visitor.fresh(app, command.action(&actor.id))?;
    }
    let carried_out = match command {
        Err(refusal) => Err(Failure::Refused(refusal)),
        Ok(command) if confirmed => app.write(move |_, w| access::change_conflicts(w, &actor, command.clone())).await,
        Ok(command) => app.read(move |app, tx| tried(app, tx, &actor, command)).await,
    };
    match carried_out {
        Ok(()) if confirmed => Ok(Redirect::to(&format!("{PAGE}?done={}", encode(done))).into_response()),
        Ok(()) => {
            let page = page.checked(("What follows".to_owned(), follows.to_owned()));
            app.pages.page("staff/form.html", &frame, &page)
        }
        Err(Failure::Refused(refusal)) => {
            let page = page.with_problems(refusal);
            app.pages.page_with(StatusCode::UNPROCESSABLE_ENTITY, "staff/form.html", &frame, &page)
        }
        Err(other) => Err(other.into()),
    }
}

fn tried(
    app: &App,
    tx: &mut candour_store::db::Tx<'_>,
    actor: &candour_core::permit::Actor,
    command: Command,
) -> Result<(), Failure> {
    let given = permit(actor, command.action(&actor.id), Object::Body)?;
    let (recorded, today) = (app.access(tx)?, app.today(tx)?);
    access::is_known(tx, &app.store.record.log, &recorded, &actor.own, &command)?;
    decide(&recorded.conflicts, &given, today, command)?;
    Ok(())
}
