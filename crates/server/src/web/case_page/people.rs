//! The people of a case and their notices: what each is, how severe their conduct was assessed, where
//! the notice of investigation stands, what runs, and what can be done next or why it cannot.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use candour_core::case::clocks::{self, Standing};
use candour_core::case::officer::{Involved, notice};
use candour_core::case::power;
use candour_core::day;
use candour_core::permit::Action;
use serde::Serialize;

use super::{Identity, Tab, allowed, opened, tabs};
use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::frame::Frame;
use crate::session::Visitor;
use crate::web::case_forms::{OFFICER_FORMS, OfficerForm, everybody};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::{Typed, encode};

#[derive(Serialize)]
struct People {
    case: Identity,
    tabs: Vec<Tab>,
    people: Vec<PersonShown>,
    /// What can be done about the matter as a whole.
    matter: Steps,
    /// Whether the visitor may record a status.
    records: bool,
}

#[derive(Serialize)]
struct PersonShown {
    name: String,
    facts: Vec<(&'static str, String)>,
    clocks: Vec<(String, String)>,
    steps: Steps,
}

#[derive(Serialize, Default)]
struct Steps {
    /// What can be done: where, and what it is called.
    offered: Vec<(String, String)>,
    /// What cannot, and why.
    not_offered: Vec<(String, String)>,
}

/// `GET /staff/cases/REF/people`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (visitor, open) = opened(&app, &headers, &reference).await?;
    let typed = Typed::default();
    let asked = Asked { app: &app, open: &open, typed: &typed };
    let people = everybody(&asked);
    let page = People {
        case: Identity::of(&app, &open),
        tabs: tabs(&app, &visitor, &open, "people"),
        people: people.iter().map(|i| person(&asked, &visitor, i)).collect(),
        matter: steps(&asked, &visitor, &Involved::default(), false),
        records: allowed(&app, &visitor, &open, Action::SetStatus) && open.case.state.closed.is_none(),
    };
    app.pages.page("staff/people.html", &Frame::of(&app, Some(&visitor), "cases"), &page)
}

fn person(asked: &Asked<'_>, visitor: &Visitor, involved: &Involved) -> PersonShown {
    PersonShown {
        name: asked.open.person(&involved.person),
        facts: facts(asked, involved),
        clocks: running(asked, involved),
        steps: steps(asked, visitor, involved, true),
    }
}

fn facts(asked: &Asked<'_>, involved: &Involved) -> Vec<(&'static str, String)> {
    let notice = &involved.notice;
    let statuses = involved.statuses.iter().map(|(on, s)| format!("{} from {}", s.label(), day::in_words(*on)));
    let statuses: Vec<String> = statuses.collect();
    let severities = involved.severities.iter().map(|s| {
        let form = s.form.map(|form| format!(", likely form: {}", form.label().to_lowercase())).unwrap_or_default();
        format!("{}: {}{form}", day::in_words(s.on), s.severity.label())
    });
    let severities: Vec<String> = severities.collect();
    let left = involved.left.as_ref().map(|left| {
        let condition = left.condition.map_or("The disciplinary rules do not reach this person", |c| c.label());
        format!("Left on {}. {condition} ({})", day::in_words(left.on), left.citation)
    });
    let earlier = involved.earlier.iter().map(|e| match e.until_on {
        Some(until) => format!("{} until {}", e.action.label(), day::in_words(until)),
        None => format!("{} on {}", e.action.label(), day::in_words(e.from_on)),
    });
    let earlier: Vec<String> = earlier.collect();
    let interview = involved.interview.map(|i| match i.held {
        Some((on, true)) => format!("Held on {}", day::in_words(on)),
        Some((on, false)) => format!("The person did not come on {}", day::in_words(on)),
        None => format!("On {}", day::in_words(i.for_on)),
    });
    let given = notice.served.map(|(on, given)| match on == given {
        true => day::in_words(on),
        false => format!("{}, counts as given on {}", day::in_words(on), day::in_words(given)),
    });
    let withheld = notice.withheld.map(|(since, review)| {
        format!("Since {}, to be looked at again on {}", day::in_words(since), day::in_words(review))
    });
    let special = involved.special.map(|(goes_on, on)| {
        let says = if goes_on { "Proceedings may go on" } else { "No proceedings" };
        format!("{says}, determined on {}", day::in_words(on))
    });
    let list = |lines: Vec<String>| (!lines.is_empty()).then(|| lines.join("\n"));
    let stands = notice::stage(&asked.case().state, involved).label().to_owned();
    let rows = [
        ("Status", Some(list(statuses).unwrap_or_else(|| "Not assessed yet".to_owned()))),
        ("Former officer", left),
        ("Earlier disciplinary action", list(earlier)),
        ("Severity assessment", list(severities)),
        ("Notice of investigation", Some(stands)),
        ("Withheld", withheld),
        ("Served", given),
        ("Terms of reference", notice.terms.map(|(what, on)| format!("{}, {}", what.label(), day::in_words(on)))),
        ("Interview", interview),
        ("Special determination", special),
    ];
    rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// The clocks of a person that run, each with its last day.
fn running(asked: &Asked<'_>, involved: &Involved) -> Vec<(String, String)> {
    let clocks = clocks::of(&asked.case().state, asked.context());
    let own = clocks.into_iter().filter(|clock| clock.timer.about == involved.person && clock.runs());
    let shown = own.map(|clock| {
        let due = clock.due.map_or_else(|| "No number of days is set".to_owned(), day::in_words);
        let over = matches!(clock.standing(asked.open.today), Standing::Overdue(_));
        let over = if over { ", which has gone by" } else { "" };
        (clock.title.clone(), format!("{due}{over} ({})", clock.citation))
    });
    shown.collect()
}

fn steps(asked: &Asked<'_>, visitor: &Visitor, involved: &Involved, about_person: bool) -> Steps {
    let mut steps = Steps::default();
    for form in OFFICER_FORMS.iter().filter(|form| form.about_person == about_person) {
        if !allowed(asked.app, visitor, asked.open, form.action(asked.typed)) {
            continue;
        }
        let title = form.title(asked);
        match form.why(asked, involved) {
            None => steps.offered.push((address(asked.open, form, involved), title)),
            Some(why) => steps.not_offered.push((title, format!("{why}{}", cited(asked, form)))),
        }
    }
    steps
}

fn address(open: &OpenCase, form: &OfficerForm, involved: &Involved) -> String {
    let case = format!("/staff/cases/{}/{}", open.case.reference.as_plain(), form.slug());
    if form.about_person { format!("{case}?person={}", encode(&involved.person)) } else { case }
}

fn cited(asked: &Asked<'_>, form: &OfficerForm) -> String {
    let state = &asked.case().state;
    let rule = form.rules.first().and_then(|rule| power::cited(rule, state, asked.context(), asked.open.today));
    rule.map(|citation| format!(" ({citation})")).unwrap_or_default()
}
