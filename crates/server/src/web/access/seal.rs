//! Proposing that a case is sealed, that its list is changed or that it is unsealed, and answering what
//! somebody else proposed.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::access::seal::Answer;
use candour_core::permit::{Action, permit};
use candour_core::reference::Reference;
use candour_core::refusal::Refusal;
use candour_store::plain::account::Account;
use candour_store::{access, cases};

use super::glass::submit;
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::{Face, Visitor, visitor};
use crate::web::case_page::{open_for, seal, staff_name};
use crate::web::field::{Choice, Field, Input};
use crate::web::form::FormPage;
use crate::web::typed::Typed;

const UNSEAL: &str = "unseal";

/// What is said on the page of a form before a case is sealed, and to its members afterwards.
pub(in crate::web) const MEANS: &str = "To everybody who is not on the list there is no such case: its address, lists, searches and \
     files answer as if it had never been recorded, and no reason opens it. Figures leave it out. Being on the list lets nobody do \
     more than their role does.";

/// The case, and who wants to do something to its seal.
struct Asking {
    visitor: Visitor,
    open: OpenCase,
    typed: Typed,
    address: String,
}

async fn asking(
    app: &Arc<App>,
    headers: &HeaderMap,
    reference: &str,
    action: Action,
    mut typed: Typed,
) -> Result<Asking, Problem> {
    let visitor = visitor(app, Face::Staff, headers).await?;
    let reference = Reference::parse(reference).map_err(|_| Problem::NotFound)?;
    let open = open_for(app, &visitor, &reference).await?;
    let stream = reference.stream();
    permit(&visitor.actor(), action, cases::object(&open.case, &stream, &app.profile))?;
    let address = format!("/staff/cases/{}/seal", reference.as_plain());
    // A box that was not sent yet begins with the list as it is.
    if typed.fields().iter().all(|(name, _)| name != "members") {
        let list = open.access.seals.list(&stream).unwrap_or_default();
        let names: Vec<String> = list.iter().map(|id| staff_name(&open, id)).collect();
        typed.set("members", names.join("\n"));
    }
    Ok(Asking { visitor, open, typed, address })
}

/// `GET /staff/cases/REF/seal/propose`, for the end of a seal with `?does=unseal`
pub async fn show_propose(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let typed = Typed::of_query(query.as_deref());
    let asking = asking(&app, &headers, &reference, Action::ProposeSeal, typed).await?;
    let frame = Frame::of(&app, Some(&asking.visitor), "cases");
    app.pages.page("staff/form.html", &frame, &propose_page(&app, &asking))
}

/// `POST /staff/cases/REF/seal/propose`
pub async fn propose(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let asking = asking(&app, &headers, &reference, Action::ProposeSeal, Typed::of_body(&body)).await?;
    let page = propose_page(&app, &asking);
    let (actor, typed, wanted) = (asking.visitor.actor(), asking.typed.clone(), asking.open.case.reference.clone());
    let staff = asking.open.staff.clone();
    let carry_out = move |app: &App, w: &mut candour_store::record::Write<'_>| {
        let members = match typed.get("does") {
            UNSEAL => None,
            _ => Some(ids(&staff, typed.get("members"))?),
        };
        access::propose_seal(w, &actor, &app.profile, &wanted, (members.as_deref(), typed.get("reasons")))
    };
    let follows = "Nothing changes until a supervisor or decision maker of the region approves it, who is not you";
    let done = format!("{}?done=proposed", asking.address);
    submit(&app, &asking.visitor, ("cases", &asking.typed), page, follows, &done, carry_out).await
}

/// The opaque ids of people whose names were typed, one on each line.
fn ids(staff: &[Account], names: &str) -> Result<Vec<String>, Refusal> {
    let names = names.lines().map(str::trim).filter(|name| !name.is_empty());
    let found = names.map(|name| {
        let account = staff.iter().find(|account| account.name.to_lowercase() == name.to_lowercase());
        let account = account.ok_or_else(|| {
            let says = format!("There is nobody called {name} among those who may read this case. Check the name");
            Refusal::of("members", says)
        });
        account.map(|account| account.id.clone())
    });
    found.collect()
}

fn propose_page(app: &App, asking: &Asking) -> FormPage {
    let Asking { open, typed, address, .. } = asking;
    let unseal = typed.get("does") == UNSEAL;
    let stream = open.case.reference.stream();
    let sealed = open.access.seals.list(&stream).is_some();
    let mut fields = vec![Field::new("does", "", Input::Hidden)];
    if !unseal {
        fields.push(Field::new("members", "Who is on the list?", Input::Words).with_hint(
            "One name on each line, as under “May read it” above. At least one supervisor or decision maker of the region, and one more who may change the list",
        ));
    }
    fields.push(Field::new("reasons", "What are your reasons?", Input::Words));
    let fact = |what: &str, says: String| (what.to_owned(), says);
    let mut facts = vec![fact("Case", open.case.reference.to_string()), fact("What a seal does", MEANS.to_owned())];
    if !unseal {
        facts.push(fact("May read it", readers(app, open).join(", ")));
    }
    let title = match (unseal, sealed) {
        (true, _) => "Propose to unseal this case",
        (false, true) => "Propose another list",
        (false, false) => "Propose to seal this case",
    };
    FormPage::plain(title, &format!("{address}/propose"), address, fields, typed, "Propose it").with_facts(facts)
}

/// Who may read the case by their role.
fn readers(app: &App, open: &OpenCase) -> Vec<String> {
    let stream = open.case.reference.stream();
    let object = cases::object(&open.case, &stream, &app.profile);
    let may = |account: &&Account| permit(&account.actor(), Action::ReadCase, object).is_ok();
    open.staff.iter().filter(may).map(|account| account.name.clone()).collect()
}

/// `GET /staff/cases/REF/seal/answer?of=N`
pub async fn show_answer(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let typed = Typed::of_query(query.as_deref());
    let asking = asking(&app, &headers, &reference, Action::ApproveSeal, typed).await?;
    let (_, page) = answer_page(&asking)?;
    app.pages.page("staff/form.html", &Frame::of(&app, Some(&asking.visitor), "cases"), &page)
}

/// `POST /staff/cases/REF/seal/answer`
pub async fn answer(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let asking = asking(&app, &headers, &reference, Action::ApproveSeal, Typed::of_body(&body)).await?;
    let (of, page) = answer_page(&asking)?;
    if asking.typed.get("step") == "confirm" {
        asking.visitor.fresh(&app, Action::ApproveSeal)?;
    }
    let (actor, typed, wanted) = (asking.visitor.actor(), asking.typed.clone(), asking.open.case.reference.clone());
    let carry_out = move |app: &App, w: &mut candour_store::record::Write<'_>| {
        let answer = match typed.get("answer") {
            "approve" => Answer::Approve,
            "send-back" => Answer::SendBack,
            _ => return Err(Refusal::of("answer", "Choose whether you approve it").into()),
        };
        access::answer_seal(w, &actor, &app.profile, &wanted, (of, answer, typed.get("reasons")))
    };
    let follows = "What you approve holds from the next page that anybody opens";
    let done = format!("{}?done=answered", asking.address);
    submit(&app, &asking.visitor, ("cases", &asking.typed), page, follows, &done, carry_out).await
}

fn answer_page(asking: &Asking) -> Result<(u64, FormPage), Problem> {
    let Asking { open, typed, address, .. } = asking;
    let of: u64 = typed.get("of").parse().map_err(|_| Problem::NotFound)?;
    let stream = open.case.reference.stream();
    let proposal = open.access.seals.about(&stream).find(|proposal| proposal.entry.version == of);
    let proposal = proposal.ok_or(Problem::NotFound)?;
    let fact = |what: &str, says: String| (what.to_owned(), says);
    let facts = vec![
        fact("Case", open.case.reference.to_string()),
        fact("Proposal", seal::what(open, &proposal).to_owned()),
        fact("On the list", seal::listed(open, &proposal)),
        fact("Proposed by", staff_name(open, &proposal.entry.actor)),
        fact("Their reasons", proposal.entry.word("reasons").unwrap_or_default().to_owned()),
        fact("What a seal does", MEANS.to_owned()),
    ];
    let answers = vec![Choice::new("approve", "Yes, I approve it"), Choice::new("send-back", "No, I send it back")];
    let fields = vec![
        Field::new("of", "", Input::Hidden),
        Field::new("answer", "Do you approve this proposal?", Input::Radios(answers)),
        Field::new("reasons", "What are your reasons?", Input::Words),
    ];
    let title = "Answer a proposal about the seal";
    let page = FormPage::plain(title, &format!("{address}/answer"), address, fields, typed, "Record the answer");
    Ok((of, page.with_facts(facts)))
}
