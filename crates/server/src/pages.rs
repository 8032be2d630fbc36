//! The templates, and the answers made from them.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use minijinja::value::Serde;
use minijinja::{Environment, TemplateSource};
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::error::Problem;

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
    pub fn page(&self, template: &str, frame: &impl Serialize, page: &impl Serialize) -> Result<Response, Problem> {
        self.page_with(StatusCode::OK, template, frame, page)
    }

    /// A text made from a template, for a file rather than a page.
    pub fn text(&self, template: &str, page: &impl Serialize) -> Result<String, minijinja::Error> {
        #[derive(Serialize)]
        struct Whole<'a, P> {
            page: &'a P,
        }
        self.environment.get_template(template)?.render(Serde(&Whole { page }))
    }

    /// A page with a status of its own.
    pub fn page_with(
        &self,
        status: StatusCode,
        template: &str,
        frame: &impl Serialize,
        page: &impl Serialize,
    ) -> Result<Response, Problem> {
        #[derive(Serialize)]
        struct Whole<'a, F, P> {
            frame: &'a F,
            page: &'a P,
        }
        let template = self.environment.get_template(template)?;
        let html = template.render(Serde(&Whole { frame, page }))?;
        Ok((status, Html(html)).into_response())
    }
}
