//! Pages: the template environment, and what every page shows around its own content.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use candour_core::day;
use candour_store::db::Error;
use candour_store::record::Clock;
use minijinja::value::Serde;
use minijinja::{Environment, TemplateSource};
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::app::App;
use crate::error::Problem;
use crate::session::{Face, Visitor};

#[derive(RustEmbed)]
#[folder = "templates"]
struct OwnTemplates;

#[derive(RustEmbed)]
#[folder = "../../assets/templates"]
struct ComponentTemplates;

/// The templates, ready to render.
pub struct Pages {
    environment: Environment<'static>,
}

/// What every page shows around its own content.
#[derive(Serialize)]
pub struct Frame {
    /// The body's short name.
    body: String,
    /// The body's name in full.
    body_title: String,
    /// Who is signed in.
    who: Option<Who>,
    /// When a demonstration clock stands, in words.
    clock: Option<String>,
    /// Which entry of the navigation this page is under.
    section: &'static str,
}

#[derive(Serialize)]
struct Who {
    name: String,
    role: &'static str,
    staff: bool,
    lists_cases: bool,
    refers: bool,
    sees_figures: bool,
    lists_users: bool,
}

impl Pages {
    /// The templates that come with the binary; from disk in a debug build.
    pub fn load() -> Result<Self, minijinja::Error> {
        let loader = |name: &str| {
            let found = OwnTemplates::get(name).or_else(|| ComponentTemplates::get(name));
            let source = found.map(|file| String::from_utf8_lossy(&file.data).into_owned());
            Ok(source.map(TemplateSource::from))
        };
        Ok(Self { environment: crate::components::environment(loader)? })
    }

    /// A page.
    pub fn page(&self, template: &str, frame: &Frame, page: &impl Serialize) -> Result<Response, Problem> {
        self.page_with(StatusCode::OK, template, frame, page)
    }

    /// A page with a status of its own.
    pub fn page_with(
        &self,
        status: StatusCode,
        template: &str,
        frame: &Frame,
        page: &impl Serialize,
    ) -> Result<Response, Problem> {
        #[derive(Serialize)]
        struct Whole<'a, P> {
            frame: &'a Frame,
            page: &'a P,
        }
        let template = self.environment.get_template(template)?;
        let html = template.render(Serde(&Whole { frame, page }))?;
        Ok((status, Html(html)).into_response())
    }
}

impl Frame {
    /// The frame of a page for a visitor, or for nobody.
    #[must_use]
    pub fn of(app: &App, visitor: Option<&Visitor>, section: &'static str) -> Self {
        use candour_core::permit::{Action, Object, permit};
        let who = visitor.map(|visitor| {
            let actor = visitor.account.actor();
            let may = |action| permit(&actor, action, Object::Body).is_ok();
            Who {
                name: visitor.account.name.clone(),
                role: visitor.account.role.label(),
                staff: Face::of(visitor.account.role) == Face::Staff,
                lists_cases: may(Action::ListCases),
                refers: may(Action::Refer),
                sees_figures: may(Action::SeeFigures),
                lists_users: may(Action::ListUsers),
            }
        });
        Self {
            body: app.profile.short.clone(),
            body_title: app.profile.title.clone(),
            who,
            clock: demonstration_clock(app).ok().flatten(),
            section,
        }
    }
}

fn demonstration_clock(app: &App) -> Result<Option<String>, Error> {
    match app.store.record.clock {
        Clock::Real => Ok(None),
        Clock::Demonstration if app.store.record.engine.is_remote() => {
            // Frames are made on the server's own threads, which must not wait for a network.
            tokio::task::block_in_place(|| app.store.record.engine.read(|tx| app.log_time(tx)))
                .map(|at| Some(day::instant_in_words(at)))
        }
        Clock::Demonstration => {
            let at = app.store.record.engine.read(|tx| app.log_time(tx))?;
            Ok(Some(day::instant_in_words(at)))
        }
    }
}

/// A CSV file of that name.
#[must_use]
pub fn csv(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)], text)
        .into_response()
}

/// A cell that a spreadsheet will not take for a formula.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
