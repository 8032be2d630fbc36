//! The forms by which an administrator changes somebody else's account: fill in, check answers,
//! confirm. Each is an entry of the account's stream, which its owner sees. What takes two is only
//! proposed here (`second.rs`).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use candour_core::day;
use candour_core::permit::{Action, Role};
use candour_core::refusal::Refusal;
use candour_store::Failure;
use candour_store::accounts::{self, Change, Ways};
use candour_store::plain::account::Account;
use candour_store::plain::standing::Standing;
use serde::Serialize;

use super::{Known, LIST, found, keeper};
use crate::app::App;
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::Visitor;
use crate::totp;
use crate::web::field::{Choice, Field, Input, date};
use crate::web::form::FormPage;
use crate::web::typed::Typed;

/// For how many hours a start code is good.
pub(crate) const START_CODE_HOURS: i64 = 24;
/// How the account's page is told that something was proposed.
const PROPOSED: &str = "proposed";
const HOUR_MICROS: i64 = 60 * 60 * 1_000_000;

/// A form about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    StartCode,
    Role,
    Leaves,
    EndSessions,
    ResetFactor,
    Disconnect,
    Disable,
    Enable,
}

const FORMS: [Form; 8] = [
    Form::StartCode,
    Form::Role,
    Form::Leaves,
    Form::EndSessions,
    Form::ResetFactor,
    Form::Disconnect,
    Form::Disable,
    Form::Enable,
];

impl Form {
    fn slug(self) -> &'static str {
        match self {
            Self::StartCode => "start-code",
            Self::Role => "role",
            Self::Leaves => "leaves",
            Self::EndSessions => "end-sessions",
            Self::ResetFactor => "reset-second-factor",
            Self::Disconnect => "disconnect",
            Self::Disable => "disable",
            Self::Enable => "enable",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::StartCode => "Give a start code",
            Self::Role => "Change the role or the regions",
            Self::Leaves => "Set the last day",
            Self::EndSessions => "End all sessions",
            Self::ResetFactor => "Take the second factor away",
            Self::Disconnect => "Disconnect it from the identity provider",
            Self::Disable => "Disable the account",
            Self::Enable => "Enable the account again",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::StartCode => "The start code was given.",
            Self::Role => "The role is changed, and all sessions are ended.",
            Self::Leaves => "The last day is recorded.",
            Self::EndSessions => "All sessions are ended.",
            Self::ResetFactor => "The second factor is taken away.",
            Self::Disconnect => "It is no longer connected to the identity provider.",
            Self::Disable => "The account is disabled.",
            Self::Enable => "The account is enabled.",
        }
    }

    /// What follows, said before it is confirmed.
    fn follows(self) -> String {
        match self {
            Self::StartCode => format!(
                "The current password stops working, the connection with the identity provider ends, and all sessions end. You are shown a code once; give it to the person \
                 yourself. With it they choose a password that you do not know. It is good once, for {START_CODE_HOURS} hours"
            ),
            Self::Role => {
                "All sessions end, and the new role holds from the next sign-in. Powers that were delegated by \
                           name or grade stay as they are: see Delegation"
                    .to_owned()
            }
            Self::Leaves => "After that day nobody can use the account".to_owned(),
            Self::EndSessions => "The person signs in again".to_owned(),
            Self::ResetFactor => {
                "Their app, all their passkeys and the connection with the identity provider go. The person signs in \
                 with their password alone until they set up another. They see that you did this, and why"
                    .to_owned()
            }
            Self::Disconnect => "Nobody signs in to it through the identity provider any more, and all sessions end".to_owned(),
            Self::Disable => "All sessions end at once, and nobody can sign in with the account".to_owned(),
            Self::Enable => "The person can sign in again by the ways that they had: their password, their passkeys, the identity provider".to_owned(),
        }
    }

    fn fields(self, app: &App) -> Vec<Field> {
        let why = |label: &str| vec![Field::new("reasons", label, Input::Words).with_hint("The person sees this")];
        match self {
            Self::StartCode | Self::EndSessions => Vec::new(),
            Self::Role => {
                // Somebody of a force gets an account of its own, by the command that names the force.
                let roles = Role::held().filter(|role| !role.is_of_a_force());
                let roles = roles.map(|role| Choice::new(role.id(), role.label())).collect();
                let mut regions = vec![Choice::new("", "None")];
                regions.extend(app.profile.regions().into_iter().map(|region| Choice::new(region, region)));
                vec![
                    Field::new("role", "Which role?", Input::Radios(roles)),
                    Field::new("unit", "For which region?", Input::Radios(regions))
                        .with_hint("For several regions use the command candour user role"),
                ]
            }
            Self::Leaves => vec![
                Field::new("last_day", "What is the last day?", Input::Date)
                    .with_hint("For example, 31 3 2027. Leave empty to take it back"),
            ],
            Self::ResetFactor => why("How did you make sure that it is the person who asks?"),
            Self::Disconnect => why("Why is it disconnected?"),
            Self::Disable => why("Why is the account disabled?"),
            Self::Enable => why("Why is the account enabled again?"),
        }
    }

    /// Reads the answers. A start code is drawn when it is carried out.
    fn change(self, app: &App, typed: &Typed) -> Result<Change, Refusal> {
        let reasons = || match typed.get("reasons").trim() {
            "" => Err(Refusal::of("reasons", "Give the reasons")),
            reasons => Ok(reasons.to_owned()),
        };
        Ok(match self {
            Self::StartCode => Change::StartCode(Vec::new(), 0),
            Self::EndSessions => Change::EndSessions,
            Self::Role => {
                let role = Role::parse(typed.get("role")).filter(|role| !role.is_of_a_force());
                let role = role.ok_or_else(|| Refusal::of("role", "Choose a role"))?;
                let unit = typed.get("unit");
                let known = unit.is_empty() || app.profile.regions().contains(&unit);
                if !known {
                    return Err(Refusal::of("unit", "Choose a region"));
                }
                Change::Role(role, Some(unit.to_owned()).into_iter().filter(|unit| !unit.is_empty()).collect())
            }
            Self::Leaves => {
                let last = date(typed, "last_day", "The last day").map_err(|refusal| refusal.about("last_day"))?;
                Change::Leaves(last)
            }
            Self::ResetFactor => Change::ResetFactor(reasons()?),
            Self::Disconnect => Change::UnlinkProvider(reasons()?),
            Self::Disable => Change::Disable(reasons()?),
            Self::Enable => Change::Enable(reasons()?),
        })
    }
}

/// The forms that an account can be changed by as it stands: address and title.
pub(super) fn offered(id: &str, standing: Standing, ways: Ways) -> Vec<(String, &'static str)> {
    let fits = |form: &Form| match form {
        Form::Enable => standing.disabled,
        Form::Disable | Form::StartCode | Form::EndSessions => !standing.disabled,
        Form::ResetFactor => ways.factors.any(),
        Form::Disconnect => ways.linked,
        Form::Role | Form::Leaves => true,
    };
    FORMS.into_iter().filter(fits).map(|form| (format!("{LIST}/{id}/{}", form.slug()), form.title())).collect()
}

/// What is said on the account's page once a form is done.
pub(super) fn done(slug: &str) -> Option<&'static str> {
    if slug == PROPOSED {
        return Some("It is proposed. Another who keeps accounts approves or refuses it.");
    }
    FORMS.into_iter().find(|form| form.slug() == slug).map(Form::done)
}

/// `GET /staff/users/ID/FORM`
pub async fn show(
    State(app): State<Arc<App>>,
    Path((id, slug)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, account, ways, form) = opened(&app, &headers, &id, &slug).await?;
    let mut typed = Typed::default();
    typed.set("role", account.role.id());
    typed.set("unit", account.units.first().map_or("", String::as_str));
    render(&app, &visitor, StatusCode::OK, &page(&app, (&account, ways), form, &typed))
}

/// `POST /staff/users/ID/FORM`
pub async fn submit(
    State(app): State<Arc<App>>,
    Path((id, slug)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (visitor, account, ways, form) = opened(&app, &headers, &id, &slug).await?;
    let typed = Typed::of_body(&body);
    let page = page(&app, (&account, ways), form, &typed);
    if typed.get("step") == "edit" {
        return render(&app, &visitor, StatusCode::OK, &page);
    }
    let change = match form.change(&app, &typed) {
        Ok(change) => change,
        Err(refusal) => return render(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &page.with_problems(refusal)),
    };
    let two = accounts::takes_two(&change, &account, ways);
    if typed.get("step") != "confirm" {
        return render(&app, &visitor, StatusCode::OK, &page.checked(follows(form, two)));
    }
    visitor.fresh(&app, Action::KeepAccounts)?;
    let (code, digest, until) = start_code(&app);
    let change = if form == Form::StartCode { Change::StartCode(digest, until) } else { change };
    let actor = visitor.actor();
    let carry_out = if two { accounts::propose } else { accounts::change };
    match app.write(move |_, w| carry_out(w, &actor, &id, &change)).await {
        Ok(()) if two => Ok(Redirect::to(&format!("{LIST}/{}?done={PROPOSED}", account.id)).into_response()),
        Ok(()) if form == Form::StartCode => code_page(&app, &visitor, &account, code, until),
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{}?done={slug}", account.id)).into_response()),
        Err(Failure::Refused(refusal)) => {
            render(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &page.with_problems(refusal))
        }
        Err(other) => Err(other.into()),
    }
}

/// A new start code, its digest, and until when it is good.
pub(in crate::web) fn start_code(app: &App) -> (String, Vec<u8>, i64) {
    let (code, digest) = totp::new_code();
    (code, digest, (app.now)() + START_CODE_HOURS * HOUR_MICROS)
}

/// Whoever keeps accounts, somebody else's account, whether it has a second factor, and the form.
async fn opened(
    app: &Arc<App>,
    headers: &HeaderMap,
    id: &str,
    slug: &str,
) -> Result<(Visitor, Account, Ways, Form), Problem> {
    let form = FORMS.into_iter().find(|form| form.slug() == slug);
    let (visitor, account, known) = of_somebody_else(app, headers, id).await?;
    Ok((visitor, account, known.ways, form.ok_or(Problem::NotFound)?))
}

/// Whoever keeps accounts, and an account that is not their own.
pub(super) async fn of_somebody_else(
    app: &Arc<App>,
    headers: &HeaderMap,
    id: &str,
) -> Result<(Visitor, Account, Known), Problem> {
    let visitor = keeper(app, headers, Action::KeepAccounts).await?;
    let (account, known) = found(app, id).await?;
    if account.id == visitor.account.id {
        return Err(Problem::Denied("Somebody else has to change this about your own account".to_owned()));
    }
    Ok((visitor, account, known))
}

fn page(app: &App, (account, ways): (&Account, Ways), form: Form, typed: &Typed) -> FormPage {
    let address = format!("{LIST}/{}/{}", account.id, form.slug());
    let title = format!("{}: {}", form.title(), account.name);
    let fields = form.fields(app);
    let at_once = fields.is_empty();
    let page = FormPage::plain(&title, &address, &format!("{LIST}/{}", account.id), fields, typed, form.title());
    if !at_once {
        return page;
    }
    // A form that asks nothing says at once what follows from it.
    let two = form.change(app, typed).is_ok_and(|change| accounts::takes_two(&change, account, ways));
    page.with_facts(vec![follows(form, two)]).at_once()
}

fn follows(form: Form, two: bool) -> (String, String) {
    let says = match (form, two) {
        (Form::StartCode, true) => format!(
            "Another who keeps accounts approves it or not. Whoever approves it is shown the code, and gives it to the \
             person: with it they choose a password that neither of you knows. It is good once, for {START_CODE_HOURS} hours"
        ),
        (_, true) => format!("Another who keeps accounts approves it or not. Once they do: {}", form.follows()),
        (_, false) => form.follows(),
    };
    ("What follows".to_owned(), says)
}

pub(super) fn render(app: &App, visitor: &Visitor, status: StatusCode, page: &FormPage) -> Result<Response, Problem> {
    app.pages.page_with(status, "staff/form.html", &Frame::of(app, Some(visitor), "users"), page)
}

#[derive(Serialize)]
struct CodePage {
    name: String,
    code: String,
    until: String,
    back: String,
}

pub(super) fn code_page(
    app: &App,
    visitor: &Visitor,
    account: &Account,
    code: String,
    until: i64,
) -> Result<Response, Problem> {
    let page = CodePage {
        name: account.name.clone(),
        code,
        until: day::instant_in_words(until),
        back: format!("{LIST}/{}", account.id),
    };
    app.pages.page("staff/start_code.html", &Frame::of(app, Some(visitor), "users"), &page)
}
