//! Refer: record that a force referred a matter, or that one was received in another way.

use candour_core::case::matter::{How, Matter, MatterKind, Open, Route};
use candour_core::case::{Command, words};
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::plain::yes_or_no;
use super::relate;
use crate::web::field::{Choice, Field, Input, date, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(crate) struct Form;

pub(crate) const RECEIVED: &str = "received";

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "refer"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Refer
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record a referral".to_owned()
    }

    fn facts(&self, _: &Asked<'_>) -> Vec<(String, String)> {
        Vec::new()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::REFER_COMPLAINT, id::REFER_CONDUCT, id::REFER_DSI, id::REFER_CALL_IN, id::REFER_VOLUNTARY]
    }

    fn fields(&self, asked: &Asked<'_>) -> Vec<Field> {
        let profile = &asked.app.profile;
        let mut routes: Vec<Choice> = Route::ALL.into_iter().map(|r| Choice::new(r.id(), r.label())).collect();
        routes.push(Choice::new(RECEIVED, "Not referred: it reached us in another way"));
        let kinds = profile.kinds.iter().map(|k| Choice::new(k.id(), k.label())).collect();
        let forces = profile.forces.iter().map(|f| Choice::new(&f.id, &f.name)).collect();
        let example = "For example, 27 3 2019";
        vec![
            Field::new("kind", "What kind of matter is it?", Input::Radios(kinds)),
            Field::new("force", "Which force is it about?", Input::Select(forces)),
            Field::new("route", "How was it referred?", Input::Radios(routes)),
            Field::new("clear_on", "When did it become clear to the authority that it had to be referred?", Input::Date)
                .with_hint(format!("For a death or serious injury, the day it came to the authority's attention. Leave empty for a voluntary referral. {example}")),
            Field::new("on", "When was it referred to us?", Input::Date).with_hint(example),
            Field::new("incident_on", "When was the incident?", Input::Date).with_hint(format!("Leave empty if it is not known. {example}")),
            Field::new("related", "Does it relate to an older matter?", Input::Line)
                .with_hint("Its reference here, or the force's number for it. Leave empty if it relates to none. A matter that relates to an older one which is still being handled stays with the older one's scheme"),
            Field::new("related_attention", "When did the older matter come to attention?", Input::Date).with_hint("Leave empty if there is none"),
            yes_or_no("related_open", "Was the older matter still being handled when this one came to attention?"),
            Field::new("number", "Our own number for it", Input::Line).with_hint("For example, 2020/123456. Leave empty if it has none"),
            Field::new("summary", "What is it about?", Input::Words).with_hint("A few sentences. Name people only where you must"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let mut check = Check::default();
        let kind = MatterKind::parse(typed.get("kind")).ok_or_else(|| Refusal::new("Choose what kind of matter it is"));
        let kind = check.field("kind", kind);
        let force = typed.get("force").trim();
        if force.is_empty() {
            check.problem("force", "Choose the force");
        }
        let route = Route::parse(typed.get("route"));
        if route.is_none() && typed.get("route") != RECEIVED {
            check.problem("route", "Choose how it was referred");
        }
        let clear_on = check.field("clear_on", date(typed, "clear_on", "The date it became clear")).flatten();
        let on = required_date(&mut check, typed, "on", "The date it was referred to us");
        let incident_on = check.field("incident_on", date(typed, "incident_on", "The date of the incident")).flatten();
        let related = relate::read(&mut check, typed, false);
        let number = check.field("number", words::line("The number", typed.get("number"))).filter(|n| !n.is_empty());
        let summary =
            check.field("summary", words::required("Say what it is about", "The summary", typed.get("summary")));
        let open = (|| {
            let matter = Matter {
                kind: kind?,
                force: force.to_owned(),
                number,
                route,
                clear_on,
                incident_on,
                filed_by: None,
                import: None,
                reinvestigates: None,
                related: related.into_iter().collect(),
                scheme: None,
            };
            let how = if route.is_some() { How::Referred } else { How::Received };
            Some(Command::Open(Open { how, on: on?, matter, summary: summary? }))
        })();
        check.done(open)
    }

    fn not_now(&self, _: &Asked<'_>) -> Option<&'static str> {
        None
    }

    fn button(&self) -> &'static str {
        "Record the referral"
    }

    fn done(&self) -> &'static str {
        "The matter is recorded. The case now waits for a decision on the mode of investigation."
    }
}
