//! The forms of a case: the addresses under which they are opened and sent.

mod again;
mod allege;
mod approve_terms;
mod asks;
mod begin_proceeding;
mod case_to_answer;
mod changes;
mod close;
pub(super) mod contact;
mod decide_report;
mod discontinue;
mod end_proceeding;
pub(crate) mod forecast;
mod informed;
mod intake;
mod lead;
mod letter;
mod material;
mod memorandum;
mod mode;
mod officer_fields;
mod officer_forms;
mod officer_reads;
mod officer_status;
mod officer_whys;
mod plain;
mod proceeding_news;
mod prosecutor;
mod recommend;
pub(super) mod recommendation_step;
pub(crate) mod refer;
mod reinvestigate;
mod relate;
mod report;
mod resume;
mod return_matter;
mod review;
pub(super) mod review_step;
mod second;
mod suspend;
mod terms;
mod time;
mod update;
mod wishes;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::reference::Reference;

use super::case_page::open_for;
use super::form::{self, CaseForm};
use super::typed::Typed;
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::session::{Face, visitor};

/// Every form about a case that exists, in the order in which a case comes to need them.
pub static FORMS: &[&dyn CaseForm] = &[
    &mode::Form,
    &return_matter::Form,
    &again::CHIEF_OFFICER,
    &intake::INFORMATION,
    &intake::INVALID,
    &again::REDETERMINE,
    &again::HANDOVER,
    &intake::COMBINE,
    &wishes::WITHDRAWAL,
    &lead::Form,
    &terms::Form,
    &approve_terms::Form,
    &allege::Form,
    &forecast::Form,
    &suspend::Form,
    &wishes::PROCEEDINGS_ENDED,
    &wishes::ASK,
    &wishes::ANSWER,
    &wishes::PUBLIC_INTEREST,
    &resume::Form,
    &report::Form,
    &discontinue::Form,
    &report::RECEIVED,
    &decide_report::SEEK,
    &decide_report::RECEIVE,
    &memorandum::REQUEST,
    &memorandum::RECEIVE,
    &memorandum::JUDGE,
    &memorandum::ANSWER,
    &case_to_answer::Form,
    &decide_report::FORM,
    &decide_report::DIRECTION,
    &prosecutor::Form,
    &second::Form,
    &begin_proceeding::Form,
    &proceeding_news::Form,
    &end_proceeding::Form,
    &review::Form,
    &review_step::Form,
    &recommend::Form,
    &recommendation_step::Form,
    &close::Form,
    &reinvestigate::Form,
    &officer_status::Form,
    &officer_forms::LEFT,
    &officer_forms::EARLIER,
    &officer_forms::SEVERITY,
    &officer_forms::REVISE,
    &officer_forms::TOLD,
    &officer_forms::DRAFT,
    &officer_forms::APPROVE,
    &officer_forms::WITHHOLD,
    &officer_forms::SERVE,
    &officer_forms::TERMS,
    &officer_forms::ANSWER,
    &officer_forms::WITHDRAW,
    &officer_forms::INTERVIEW,
    &officer_forms::MOVE,
    &officer_forms::HELD,
    &officer_forms::SPECIAL,
    &officer_forms::CONVERSION,
    &officer_forms::CONVERT,
    &officer_forms::CONVERSION_TOLD,
    &officer_forms::CONVERSION_RECORDED,
    &officer_forms::ACCELERATE,
    &officer_forms::ACCELERATED_ANSWER,
    &officer_forms::DIRECT,
    &officer_forms::MEMORANDUM,
    &officer_forms::OBJECTION,
    &relate::Form,
    &informed::AddForm,
    &contact::Form,
    &update::GiveForm,
    &update::WithholdForm,
    &informed::EndForm,
    &material::Form,
    &letter::IssueForm,
    &letter::ServeForm,
    &letter::TranslateForm,
    &update::DelayForm,
    &time::MoreTime,
    &time::Exceptional,
    &changes::CorrectForm,
    &changes::RescindForm,
    &changes::ChangeForm,
];

pub(super) use officer_forms::{OFFICER_FORMS, OfficerForm, everybody};

/// The hidden field with the reference of the case that a form is about.
pub const CASE: &str = "case";

/// The form of that name.
fn named(slug: &str) -> Result<&'static dyn CaseForm, Problem> {
    FORMS.iter().copied().find(|f| f.slug() == slug).ok_or(Problem::NotFound)
}

/// `GET /staff/cases/REF/FORM`
pub async fn show(
    State(app): State<Arc<App>>,
    Path((reference, slug)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let form = named(&slug)?;
    let reference = Reference::parse(&reference).map_err(|_| Problem::NotFound)?;
    let open = open_for(&app, &visitor, &reference).await?;
    form::show(&app, &visitor, &open, form, &Typed::of_query(query.as_deref()))
}

/// `POST /staff/cases/REF/FORM`
pub async fn submit(
    State(app): State<Arc<App>>,
    Path((reference, slug)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let typed = Typed::of_body(&body);
    let address = format!("/staff/cases/{reference}/{slug}");
    let sent = async {
        let visitor = visitor(&app, Face::Staff, &headers).await?;
        let form = named(&slug)?;
        let reference = Reference::parse(&reference).map_err(|_| Problem::NotFound)?;
        let open = open_for(&app, &visitor, &reference).await?;
        form::submit(&app, &visitor, open, form, &typed).await
    };
    sent.await.map_err(|problem: Problem| problem.with_typed(&address, &typed))
}

/// `GET /staff/refer`
pub async fn show_refer(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let visitor = visitor(&app, Face::Staff, &headers).await?;
    let mut typed = Typed::default();
    let open = drawn(&app, &mut typed).await?;
    form::show(&app, &visitor, &open, &refer::Form, &typed)
}

/// `POST /staff/refer`
pub async fn submit_refer(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let mut typed = Typed::of_body(&body);
    let sent = async {
        let visitor = visitor(&app, Face::Staff, &headers).await?;
        // Under any reference but the one that was drawn for it the form comes back, with what was typed.
        let open = drawn(&app, &mut typed).await?;
        form::submit(&app, &visitor, open, &refer::Form, &typed).await
    };
    sent.await.map_err(|problem: Problem| problem.with_typed("/staff/refer", &typed))
}

/// The case that a referral would open, under the reference that was drawn for its form.
async fn drawn(app: &Arc<App>, typed: &mut Typed) -> Result<OpenCase, Problem> {
    let chance = form::chance(typed);
    let reference = form::drawn_from(&chance, CASE);
    typed.set(form::DRAWN, chance);
    form::unopened(app, reference).await
}
