//! Every address, in one list, and the layers around them: limits, cross-site protection, headers,
//! and the pages of problems.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, Version, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use candour_store::db::Error;
use serde::Serialize;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::api;
use crate::app::App;
use crate::error::{Problem, in_plain_words};
use crate::frame::Frame;
use crate::operator_log;
use crate::session::{self, Visitor};
use crate::step_up;
use crate::web::board::{caseload, legacy, overview, published, report, streamlined, timeliness, waiting};
use crate::web::typed::Typed;
use crate::web::{
    access, account, alerts, asset, behind, case_forms, case_page, delegation, force, health, holidays, home, law, log,
    material, own, passkey, provider, retention, security_txt, sign_in, start, users, work, work_list,
};

/// The largest form read. A megabyte of text in a field is refused by the field, with its name.
pub const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Forms of at most this are read as they come; longer ones, and those that do not say how long
/// they are, [`LARGE_AT_ONCE`] at a time, so that a few hundred of them do not fill the memory.
const SMALL_BYTES_MAX: u64 = 256 * 1024;
/// A form that is too large is read to its end up to this, so that its answer arrives; a larger one is
/// turned away at once.
const PASSED_OVER_MAX: u64 = 64 * 1024 * 1024;
/// Large forms that are read at once.
const LARGE_AT_ONCE: usize = 4;
/// No request takes longer.
const REQUEST_SECONDS_MAX: u64 = 60;
/// Sending a file, or scanning it before it is handed out, takes no longer.
const FILE_SECONDS_MAX: u64 = 60 * 60;
/// How much more than a file may hold is read, in bytes, so that the page arrives that says so.
const AROUND_A_FILE_MAX: usize = 64 * 1024 * 1024;

/// The server's addresses.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(home::public))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/sign-in/code", get(sign_in::show_code).post(sign_in::submit_code))
        .route("/sign-in/passkey", post(passkey::sign_in))
        .route("/sign-in/provider", get(provider::begin))
        .route("/sign-in/provider/back", get(provider::back))
        .route("/passkey", post(passkey::begin))
        .route("/start", get(start::show).post(start::submit))
        .route("/account", get(account::show))
        .route("/account/password", get(account::password::show).post(account::password::submit))
        .route("/account/second-factor", get(account::factor::show).post(account::factor::submit))
        .route("/account/passkeys", get(account::passkeys::show).post(account::passkeys::submit))
        .route("/account/provider", get(account::provider::show).post(account::provider::submit))
        .route("/account/provider/again", get(account::provider::again))
        .route("/account/sessions", post(account::end_sessions))
        .route("/staff", get(home::staff))
        .route("/staff/users", get(users::show))
        .route("/staff/users/{id}", get(users::one))
        .route("/staff/users/{id}/{change}", get(users::forms::show).post(users::forms::submit))
        .route("/staff/users/{id}/proposed/{answer}", get(users::second::show).post(users::second::submit))
        .route("/staff/delegation", get(delegation::show))
        .route("/staff/delegation/{change}", get(delegation::show_form).post(delegation::submit_form))
        .route("/staff/work", get(work::show))
        .route("/staff/alerts", get(alerts::show))
        .route("/staff/alerts.csv", get(alerts::csv))
        .route("/staff/access", get(access::show))
        .route("/staff/access/declare", get(access::conflicts::show_declare).post(access::conflicts::declare))
        .route("/staff/access/end", get(access::conflicts::show_end).post(access::conflicts::end))
        .route("/staff/access/review", get(access::glass::show_review).post(access::glass::review))
        .route("/staff/cases/{reference}/break-glass", get(access::glass::show_open).post(access::glass::open))
        .route("/staff/cases/{reference}/purpose", get(access::purpose::show).post(access::purpose::give))
        .route("/staff/cases/{reference}/account", get(access::portal::show_open).post(access::portal::open))
        .route("/staff/cases/{reference}/account-end", get(access::portal::show_end).post(access::portal::end))
        .route("/staff/cases/{reference}/assign", get(access::assign::show).post(access::assign::assign))
        .route("/staff/cases/{reference}/assign-end", get(access::assign::show_end).post(access::assign::end))
        .route("/staff/holidays", get(holidays::show))
        .route("/staff/holidays/add", get(holidays::show_add).post(holidays::add))
        .route("/staff/holidays/withdraw", get(holidays::show_withdraw).post(holidays::withdraw))
        .route("/staff/retention", get(retention::show))
        .route("/staff/retention/propose", get(retention::forms::show_propose).post(retention::forms::propose))
        .route("/staff/retention/answer", get(retention::forms::show_answer).post(retention::forms::answer))
        .route("/staff/retention/restrict", get(retention::forms::show_restrict).post(retention::forms::restrict))
        .route("/staff/retention/lift", get(retention::forms::show_lift).post(retention::forms::lift))
        .route("/staff/refer", get(case_forms::show_refer).post(case_forms::submit_refer))
        .route("/staff/cases", get(work_list::show))
        .route("/staff/cases.csv", get(work_list::csv))
        .route("/staff/cases/{reference}", get(case_page::overview::show))
        .route("/staff/cases/{reference}/timeline", get(case_page::timeline::show))
        .route("/staff/cases/{reference}/people", get(case_page::people::show))
        .route("/staff/cases/{reference}/allegations", get(case_page::allegations::show))
        .route("/staff/cases/{reference}/after", get(case_page::after::show))
        .route("/staff/cases/{reference}/learning", get(case_page::learning::show))
        .route("/staff/cases/{reference}/clocks", get(case_page::clocks::list))
        .route("/staff/cases/{reference}/clocks.json", get(case_page::clocks::list_json))
        .route("/staff/cases/{reference}/clocks/{key}", get(case_page::clocks::show))
        .route("/staff/cases/{reference}/gates", get(case_page::gates::show))
        .route("/staff/cases/{reference}/gates.json", get(case_page::gates::json))
        .route("/staff/cases/{reference}/readers", get(case_page::readers::show))
        .route("/staff/cases/{reference}/receipt", get(case_page::receipt::show).post(case_page::receipt::make))
        .route("/staff/cases/{reference}/readers.csv", get(case_page::readers::csv))
        .route("/staff/cases/{reference}/seal", get(case_page::seal::show))
        .route("/staff/cases/{reference}/seal/propose", get(access::seal::show_propose).post(access::seal::propose))
        .route("/staff/cases/{reference}/seal/answer", get(access::seal::show_answer).post(access::seal::answer))
        .route("/staff/cases/{reference}/letters", get(case_page::letters::show))
        .route("/staff/cases/{reference}/letters/{n}", get(case_page::letters::print))
        .route("/staff/cases/{reference}/material", get(material::show))
        .route("/staff/cases/{reference}/{form}", get(case_forms::show).post(case_forms::submit))
        .route("/staff/behind", get(behind::show))
        .route("/staff/behind.csv", get(behind::csv))
        .route("/own", get(own::list))
        .route("/own/leave", get(own::leave))
        .route("/own/cases/{reference}", get(own::matter::show))
        .route("/own/cases/{reference}/letters/{n}", get(own::matter::letter))
        .route("/own/cases/{reference}/write", get(own::write::show).post(own::write::submit))
        .route("/own/cases/{reference}/receipt", post(own::write::receipt))
        .route("/force", get(force::list))
        .route("/force/cases.csv", get(force::csv))
        .route("/force/cases/{reference}", get(force::show))
        .route("/board", get(overview::show))
        .route("/board.csv", get(overview::csv))
        .route("/board/timeliness", get(timeliness::show))
        .route("/board/timeliness.csv", get(timeliness::csv))
        .route("/board/caseload", get(caseload::show))
        .route("/board/caseload.csv", get(caseload::csv))
        .route("/board/legacy", get(legacy::show))
        .route("/board/legacy.csv", get(legacy::csv))
        .route("/board/waiting", get(waiting::show))
        .route("/board/waiting.csv", get(waiting::csv))
        .route("/board/streamlined", get(streamlined::show))
        .route("/board/streamlined.csv", get(streamlined::csv))
        .route("/board/published", get(published::show))
        .route("/board/published.csv", get(published::csv))
        .route("/board/report", get(report::show))
        .route("/board/report.csv", get(report::csv))
        .route("/board/report.json", get(report::json))
        .route("/law", get(law::index::show))
        .route("/law/rules.json", get(law::index::json))
        .route("/law/rules/{id}", get(law::rule::show))
        .route("/law/powers", get(law::powers::list))
        .route("/law/powers.json", get(law::powers::json))
        .route("/law/powers/{id}", get(law::powers::show))
        .route("/law/schemes", get(law::schemes::show))
        .route("/law/schemes.json", get(law::schemes::json))
        .route("/law/holidays", get(law::holidays::show))
        .route("/law/holidays.json", get(law::holidays::json))
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/tile/{*path}", get(log::tile))
        .merge(api::router())
        .route("/assets/{name}", get(asset::asset))
        .route("/.well-known/security.txt", get(security_txt::show))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(|| async { Problem::NotFound })
        .layer(middleware::from_fn_with_state(Arc::clone(&app), step_up::layer))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(Arc::new(Semaphore::new(LARGE_AT_ONCE)), large_in_turn))
        .layer(CsrfLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(REQUEST_SECONDS_MAX),
        ))
        .merge(files(&app))
        .layer(CatchPanicLayer::custom(|_| Problem::Internal("a page panicked".to_owned()).into_response()))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), finish))
        .with_state(app)
}

/// The addresses by which files come and go: larger and slower than pages, with limits of their own.
fn files(app: &App) -> Router<Arc<App>> {
    let most = usize::try_from(app.upload_bytes_max).unwrap_or(usize::MAX).saturating_add(AROUND_A_FILE_MAX);
    Router::new()
        .route("/staff/cases/{reference}/material/upload", post(material::upload::upload))
        .route("/staff/cases/{reference}/material/{file}", get(material::download::take))
        .layer(DefaultBodyLimit::max(most))
        .layer(CsrfLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(FILE_SECONDS_MAX)))
}

/// Refuses a form that says it is too long, and lets a large one wait for its turn.
async fn large_in_turn(State(turns): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let size = request.body().size_hint();
    if size.lower() > PASSED_OVER_MAX {
        return Problem::TooLarge.into_response();
    }
    if size.lower() > BODY_BYTES_MAX as u64 {
        // Whoever is still sending when the connection ends never sees the page that says why.
        let _turn = turns.acquire().await.ok();
        passed_over(request.into_body()).await;
        return Problem::TooLarge.into_response();
    }
    let is_small = size.upper().is_some_and(|bytes| bytes <= SMALL_BYTES_MAX);
    // The semaphore is never closed.
    let _turn = if is_small { None } else { turns.acquire().await.ok() };
    next.run(request).await
}

/// Reads a body to its end and keeps nothing of it.
async fn passed_over(mut body: Body) {
    while poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await.is_some_and(|frame| frame.is_ok()) {}
}

/// The outermost layer: turns problems into pages and puts the security headers on every answer.
async fn finish(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let headers = request.headers().clone();
    let mut response =
        if is_ambiguous(&request) { Problem::Unreadable.into_response() } else { next.run(request).await };
    // Whoever put two lengths on a request may have put another request behind it: RFC 9112, 6.3.
    let last = headers.contains_key(header::TRANSFER_ENCODING);
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| unexplained(&response));
    if let Some(problem) = problem {
        if problem.status().is_server_error() {
            // The path holds a case reference at most, never anything personal.
            tracing::error!(%method, path, ?problem, "a page failed");
        }
        let allow = response.headers_mut().remove(header::ALLOW);
        response = if api::is_under(&path) {
            api::Refused::from(problem).into_response()
        } else {
            // Whoever is signed in keeps their navigation; without the database there is nobody.
            let visitor = session::anybody(&app, &headers).await.ok();
            let page = problem_page(&app, visitor.as_ref(), &problem);
            if is_refusal(page.status()) {
                let account = visitor.as_ref().map_or("", |visitor| visitor.account.id.as_str());
                operator_log::refused(account, &method, &path, page.status(), (app.now)());
            }
            page
        };
        response.headers_mut().extend(allow.map(|methods| (header::ALLOW, methods)));
    }
    if api::is_under(&path) && (is_refusal(response.status()) || response.status() == StatusCode::UNAUTHORIZED) {
        operator_log::refused("", &method, &path, response.status(), (app.now)());
    }
    put_headers(&mut response, &path);
    if last {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Whether two readers could take different requests from it: two hosts or none, or two lengths.
fn is_ambiguous(request: &Request) -> bool {
    let headers = request.headers();
    let hosts = headers.get_all(header::HOST).iter().count();
    let lengths = headers.contains_key(header::TRANSFER_ENCODING) && headers.contains_key(header::CONTENT_LENGTH);
    hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) || lengths
}

/// Whether an answer says that somebody may not, or sent what is not taken from anybody.
fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::FORBIDDEN | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS)
}

/// Refusals of the layers themselves, which come without a page.
fn unexplained(response: &Response) -> Option<Problem> {
    let plain = response.headers().get(header::CONTENT_TYPE).is_none_or(|v| v.as_bytes().starts_with(b"text/plain"));
    match response.status() {
        _ if !plain => None,
        StatusCode::PAYLOAD_TOO_LARGE => Some(Problem::TooLarge),
        StatusCode::FORBIDDEN => {
            Some(Problem::Denied("This was sent from another site. Open the page here and send it again".to_owned()))
        }
        StatusCode::BAD_REQUEST => Some(Problem::Unreadable),
        StatusCode::METHOD_NOT_ALLOWED => Some(Problem::NoMethod),
        _ => None,
    }
}

#[derive(Serialize)]
struct ProblemPage {
    title: &'static str,
    says: String,
    /// Whether signing in again is the remedy.
    signed_out: bool,
    /// Where the case can be opened with a reason.
    with_reason: Option<String>,
    /// Where the reader says for what they read the case.
    with_purpose: Option<String>,
    /// Where the form was going, when one was being sent.
    address: Option<String>,
    /// What was typed into it.
    typed: Vec<(String, String)>,
}

fn problem_page(app: &App, visitor: Option<&Visitor>, problem: &Problem) -> Response {
    // Somebody of another face is signed in, and this page is not for them.
    if let (Problem::SignIn, Some(visitor)) = (problem, visitor) {
        let role = visitor.account.role.label().to_lowercase();
        let says = format!("This page is not for a {role}. What you may see is under the links above");
        return problem_page(app, Some(visitor), &Problem::Denied(says));
    }
    match problem {
        Problem::SignIn => return Redirect::to("/sign-in").into_response(),
        Problem::Enrol => return Redirect::to("/account/second-factor").into_response(),
        Problem::Unsent(why, address, typed) if matches!(**why, Problem::StepUp(_)) => {
            return again_page(app, visitor, why, address, typed);
        }
        _ => {}
    }
    let (title, says) = explained(problem);
    let (address, typed) = match problem {
        Problem::Unsent(_, address, typed) => (Some(address.clone()), typed.fields().to_vec()),
        _ => (None, Vec::new()),
    };
    let page = ProblemPage {
        title,
        says: sentence(says),
        signed_out: matches!(problem, Problem::Unsent(why, ..) if matches!(**why, Problem::SignIn)),
        with_reason: match problem {
            Problem::Challenged(_, address) => Some(address.clone()),
            _ => None,
        },
        with_purpose: match problem {
            Problem::Purposeless(address) => Some(address.clone()),
            _ => None,
        },
        address,
        typed,
    };
    let rendered = app.pages.page_with(problem.status(), "problem.html", &Frame::of(app, visitor, "problem"), &page);
    rendered.unwrap_or_else(|_| (problem.status(), "Sorry, there is a problem with the service").into_response())
}

#[derive(Serialize)]
struct AgainPage<'a> {
    problem: Option<&'static str>,
    minutes: i64,
    second_factor: bool,
    /// Whether a passkey does in place of all that.
    passkey: bool,
    /// What people call the identity provider, which may do so too.
    provider: Option<String>,
    address: &'a str,
    typed: &'a [(String, String)],
}

/// Asks somebody to show again that it is they, and keeps what was typed.
fn again_page(app: &App, visitor: Option<&Visitor>, why: &Problem, address: &str, typed: &Typed) -> Response {
    let page = AgainPage {
        problem: match why {
            Problem::StepUp(says) => *says,
            _ => None,
        },
        minutes: app.grave_minutes,
        second_factor: visitor.is_some_and(|visitor| visitor.factors.any()),
        passkey: app.passkeys.is_some() && visitor.is_some_and(|visitor| visitor.factors.passkeys > 0),
        provider: app.provider.as_ref().map(|provider| provider.name.clone()),
        address,
        typed: typed.fields(),
    };
    let rendered = app.pages.page_with(why.status(), "account/again.html", &Frame::of(app, visitor, "again"), &page);
    rendered.unwrap_or_else(|_| (why.status(), "Sorry, there is a problem with the service").into_response())
}

/// Words that may have come without their full stop.
fn sentence(says: String) -> String {
    if says.ends_with(['.', '?', '!']) { says } else { format!("{says}.") }
}

/// The heading and the words of a problem.
fn explained(problem: &Problem) -> (&'static str, String) {
    match problem {
        Problem::SignIn => ("You have been signed out", "Sign in again.".to_owned()),
        Problem::Enrol => ("Set up a second factor", "Your role signs in with a second factor.".to_owned()),
        Problem::StepUp(_) => ("Show that it is you", "Sign in again, and then do this.".to_owned()),
        Problem::NotFound => ("Page not found", "If you typed the address, check it is right. If you followed a link, go back and try again.".to_owned()),
        Problem::Denied(why) | Problem::Challenged(why, _) => ("You cannot do this", why.clone()),
        Problem::Purposeless(_) => ("Say first why you are reading this case", "With your role you say why before you read. You say it once for this case and today, and those who answer for the case can see it.".to_owned()),
        Problem::Bad(why) => ("This cannot be done", why.clone()),
        Problem::NotNow(why) => ("This cannot be done just now", why.clone()),
        Problem::Unreadable => ("The request could not be read", "Go back and try again.".to_owned()),
        Problem::NoMethod => ("This page does not take that", "Go back and use the links and buttons of the page.".to_owned()),
        Problem::TooLarge => ("That is too much to send at once", format!("A form may hold {} MB at most. Go back, shorten it and send it again.", BODY_BYTES_MAX / 1024 / 1024)),
        Problem::Database(error) => ("Sorry, there is a problem with the service", in_plain_words(error).to_owned()),
        Problem::Unsent(why, ..) if matches!(**why, Problem::SignIn) => (
            "You have been signed out",
            "Nothing was changed. What you typed is below. Sign in again in another tab, then come back here and send it again.".to_owned(),
        ),
        Problem::Unsent(why, ..) if matches!(**why, Problem::Database(Error::Unanswered(_))) => {
            let (title, says) = explained(why);
            (title, format!("{} What you typed is below.", sentence(says)))
        }
        Problem::Unsent(why, ..) => {
            let (title, says) = explained(why);
            (title, format!("{} Nothing was changed. What you typed is below; you can send it again from here.", sentence(says)))
        }
        Problem::Internal(_) => ("Sorry, there is a problem with the service", "Something went wrong that is not your doing. Try again, and tell the administrator if it goes on.".to_owned()),
    }
}

fn put_headers(response: &mut Response, path: &str) {
    const ALWAYS: [(&str, &str); 7] = [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ];
    for (name, value) in ALWAYS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // A file that somebody sent is shown by no browser, and could do nothing if one did.
    if path.contains("/material/") && response.headers().contains_key(header::CONTENT_DISPOSITION) {
        let nothing = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'");
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, nothing);
    }
    // A tile never changes, and says nothing of anybody.
    let lasts = path.starts_with("/assets/") || path.starts_with("/log/tile/") && response.status().is_success();
    if !lasts {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
