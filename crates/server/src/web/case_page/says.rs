//! What an entry says, in words: for the timeline, and for whoever was overtaken by it.

use candour_core::case::allocation::{Directorate, Pathway};
use candour_core::case::correction::{Input, fields};
use candour_core::case::course::Form;
use candour_core::case::decision::Answer;
use candour_core::case::matter::{MatterKind, Route};
use candour_core::case::mode::Mode;
use candour_core::case::need::Back;
use candour_core::case::scheme::{Fixed, Related};
use candour_core::case::{Entry, Event, decision, second, suspension};
use candour_core::day;
use candour_core::holder::Holder;
use candour_core::law::regime;
use candour_core::letters::Letters;
use candour_core::reference::Reference;
use candour_core::retention::Ground;

use super::letters::{informed_name, recipient_name};
use super::{says_of_decisions, says_reviews, staff_name};
use crate::app::{App, OpenCase};

/// What an entry says, as it was told.
pub(crate) fn says(app: &App, open: &OpenCase, entry: &Entry) -> Vec<(String, String)> {
    let profile = &app.profile;
    let row = |label: &str, value: String| (label.to_owned(), value);
    let of = |version: u64| open.case.entries.iter().find(|e| e.version == version).map_or("", |e| e.event.title());
    match &entry.event {
        Event::Referred(m) | Event::Received(m) => {
            let mut says = vec![row("Kind", m.kind.label().into()), row("Force", profile.force_name(&m.force).into())];
            says.extend(m.route.map(|r| row("Route", r.label().into())));
            says.extend(m.clear_on.map(|d| row("Became clear", day::in_words(d))));
            says.extend(m.incident_on.map(|d| row("Incident", day::in_words(d))));
            says.extend(m.number.clone().map(|n| row("Number", n)));
            says.extend(m.reinvestigates.as_deref().map(|r| row("Investigates again", named(open, r))));
            says.extend(m.related.iter().map(|older| row("Relates to", older_in_words(open, older))));
            says.extend(m.scheme.as_ref().map(|scheme| row("Scheme", scheme_name(scheme))));
            says
        }
        Event::WordsDisposed(e) => {
            let ground = Ground::parse(&e.ground).map_or_else(|| e.ground.clone(), |ground| ground.label().to_owned());
            let mut says = vec![
                row("Texts", e.places().count().to_string()),
                row("Ground", ground),
                row("Proposed by", super::staff_name(open, &e.by)),
            ];
            let again = e.again.as_ref();
            says.extend(again.map(|a| {
                row("Brought back by an older backup, and first approved by", super::staff_name(open, &a.approved_by))
            }));
            says
        }
        Event::LinkFound(e) => {
            let scheme = e.scheme.as_ref().map(|scheme| row("Scheme", scheme_name(scheme)));
            [row("Relates to", older_in_words(open, &e.older))].into_iter().chain(scheme).collect()
        }
        Event::ClockExtended(e) => vec![
            row("Clock", clock_name(app, &e.clock)),
            row("New last day", day::in_words(e.to)),
            row("Provision", e.citation.clone()),
        ],
        Event::ClockExcused(e) => vec![row("Clock", clock_name(app, &e.clock)), row("Provision", e.citation.clone())],
        Event::ClockMissed(e) => {
            vec![row("Clock", clock_name(app, &e.clock)), row("Last day", day::in_words(e.due))]
        }
        Event::ClockMoved(e) => vec![
            row("Clock", clock_name(app, &e.clock)),
            row("Last day before", day::in_words(e.from)),
            row("Last day now", day::in_words(e.to)),
            row("Bank holiday", day::in_words(e.holiday)),
        ],
        Event::NeedDecided(e) => {
            let back = e.back.map(|b| row("Goes back", b.label().into()));
            back.into_iter().chain([row("Power", e.citation.clone())]).collect()
        }
        Event::ModeDecided(e) => {
            let replaced = e.supersedes.map(|of_version| row("In place of", entry_name(open, of_version)));
            let mode = [row("Mode", e.mode.label().into()), row("Power", e.citation.clone())];
            mode.into_iter().chain(replaced).collect()
        }
        Event::Allocated(e) => {
            vec![row("Directorate", e.directorate.label().into()), row("Pathway", e.pathway.label().into())]
        }
        Event::LeadAppointed(e) => vec![row("Lead", staff_name(open, &e.lead))],
        Event::TermsApproved(e) => vec![row("Entry", of(e.of).into())],
        Event::Suspended(e) => {
            vec![row("To be reviewed", day::in_words(e.review_on)), row("Power", e.citation.clone())]
        }
        Event::Resumed(suspension::Resumed { citation, .. })
        | Event::Discontinued(suspension::Discontinued { citation, .. })
        | Event::ProsecutorDecided(decision::ProsecutorDecided { citation, .. }) => {
            vec![row("Power", citation.clone())]
        }
        Event::ReinvestigationDetermined(e) => {
            vec![row("New case", named(open, &e.anew)), row("Power", e.citation.clone())]
        }
        Event::MaterialReceived(e) => vec![
            row("What it is", e.sort.label().into()),
            row("From", e.from.label().into()),
            row("Scan", e.scan.says()),
        ],
        Event::CompletionExpected(e) => vec![row("Expected by", day::in_words(e.expected_on))],
        Event::CaseToAnswerDecided(e) => {
            let mut says = vec![
                row("Allegation", allegation_name(app, open, e.n)),
                row("Answer", e.answer.label().into()),
                row("Power", e.citation.clone()),
            ];
            says.extend(e.views.map(|views| row("Authority’s views", views.label().into())));
            says
        }
        Event::ProceedingBegun(e) => {
            let mut says = vec![row("Proceeding", proceeding_name(app, open, e.n))];
            says.extend(e.person.as_deref().map(|person| row("About", open.person(person))));
            says.push(row("Responsible", e.owner.label().into()));
            says.push(row("Next step expected", day::in_words(e.expected_on)));
            says
        }
        Event::ProceedingUpdated(e) => vec![
            row("Proceeding", proceeding_name(app, open, e.n)),
            row("Responsible", e.owner.label().into()),
            row("Next step expected", day::in_words(e.expected_on)),
        ],
        Event::ProceedingEnded(e) => {
            let stage = open.case.state.proceedings.iter().find(|p| p.n == e.n);
            let stage = stage.and_then(|p| profile.lists.stage(&p.stage));
            let outcome = stage.map_or(e.outcome.as_str(), |s| s.outcome_name(&e.outcome));
            vec![row("Proceeding", proceeding_name(app, open, e.n)), row("Outcome", outcome.to_owned())]
        }
        Event::AllegationsRecorded(e) => match e.allegations.as_slice() {
            [one] => vec![
                row("Allegation", one.n.to_string()),
                row("Against", open.person(&one.person)),
                row("Category", category(app, &one.category)),
            ],
            all => vec![row("Allegations", all.len().to_string())],
        },
        Event::Officer(e) => super::says_officer::says(open, e),
        Event::FindingsRecorded(e) => vec![row("Findings", e.findings.len().to_string())],
        Event::InformedAdded(e) => vec![
            row("Who", informed_name(open, &e.key)),
            row("Part in the case", e.role.label().into()),
            row("How", e.method.label().into()),
            row("In Welsh", if e.welsh { "Yes" } else { "No" }.into()),
        ],
        Event::ContactAgreed(e) => {
            let ways: Vec<&str> = e.ways.iter().map(|way| way.label()).collect();
            let yes = |is: bool| if is { "Yes" } else { "No" }.to_owned();
            vec![
                row("Who", informed_name(open, &e.key)),
                row("Only", ways.join(", ")),
                row("A message may be left", yes(e.messages)),
                row("Could be harmed if somebody learnt of it", yes(e.at_risk)),
            ]
        }
        Event::InformedEnded(e) => vec![row("Who", informed_name(open, &e.key))],
        Event::PersonWrote(e) => vec![row("From", informed_name(open, &e.key))],
        Event::UpdateGiven(e) => {
            let letter = e.letter.map(|n| row("Letter", n.to_string()));
            let said = [row("Who", informed_name(open, &e.key)), row("How", e.method.label().into())];
            said.into_iter().chain(letter).collect()
        }
        Event::UpdateWithheld(e) => vec![
            row("From whom", informed_name(open, &e.key)),
            row("Purpose", e.purpose.label().into()),
            row("To be reviewed", day::in_words(e.review_on)),
            row("Exception", e.citation.clone()),
        ],
        Event::OutcomeTold(e) => {
            let letter = e.letter.map(|n| row("Letter", n.to_string()));
            let said = [row("Who", informed_name(open, &e.key)), row("Outcome", outcome_name(app, open, &e.of))];
            said.into_iter().chain([row("How", e.method.label().into())]).chain(letter).collect()
        }
        Event::DelayNoticeGiven(e) => {
            let letter = e.letter.map(|n| row("Letter", n.to_string()));
            let said = [row("Period", e.period.to_string()), row("It ended on", day::in_words(e.ended))];
            said.into_iter().chain([row("Provision", e.citation.clone())]).chain(letter).collect()
        }
        Event::LetterIssued(e) => vec![
            row("Letter", format!("{}. {}", e.n, template_name(&e.letter))),
            row("To", recipient_name(app, open, &e.to)),
            row("Welsh text", if e.languages.iter().any(|l| l == "cy") { "With it" } else { "Translation due" }.into()),
        ],
        Event::LetterServed(e) => {
            vec![row("Letter", e.n.to_string()), row("How", e.by.label().into()), row("Sent", day::in_words(e.sent_on))]
        }
        Event::LetterTranslated(e) => vec![row("Letter", e.n.to_string())],
        Event::Changed(e) => vec![row(e.what.label(), value_in_words(app, open, e.what.id(), &e.to))],
        Event::Corrected(e) => {
            let target = open.case.entries.iter().find(|t| t.version == e.of);
            let field = target.and_then(|t| fields(&t.event).iter().find(|f| f.name == e.field));
            let in_words = |v: &Option<String>| {
                v.as_deref().map_or_else(|| "nothing".to_owned(), |v| value_in_words(app, open, &e.field, v))
            };
            let mut says = vec![
                row("Entry", of(e.of).into()),
                row("Field", field.map_or(e.field.clone(), |f| f.label.to_owned())),
            ];
            if field.is_none_or(|f| f.input != Input::Words) {
                says.push(row("From", in_words(&e.old)));
                says.push(row("To", in_words(&e.new)));
            }
            says
        }
        Event::ReviewReceived(_)
        | Event::ReviewValidated(_)
        | Event::ReviewInvalidated(_)
        | Event::ReviewLateAccepted(_)
        | Event::ReviewForwarded(_)
        | Event::ReviewPapers(_)
        | Event::ReviewAllocated(_)
        | Event::ReviewDecided(_)
        | Event::ReviewRemedied(_)
        | Event::ReviewAnswered(_)
        | Event::ReviewEnded(_) => says_reviews::review(open, &entry.event),
        Event::RecommendationDrafted(_)
        | Event::RecommendationNoted(_)
        | Event::RecommendationIssued(_)
        | Event::RecommendationExtension(_)
        | Event::RecommendationAnswered(_)
        | Event::RecommendationRepresentations(_)
        | Event::RecommendationPublished(_)
        | Event::RecommendationInCourt(_)
        | Event::RecommendationEnded(_) => says_reviews::recommendation(&entry.event),
        Event::Rescinded(e) => vec![row("Entry", of(e.of).into())],
        Event::Proposed(e) => vec![row("Decision", e.decision.title().into())],
        Event::Approved(second::Approved { of: version }) | Event::SentBack(second::SentBack { of: version }) => {
            let proposal = open.case.entries.iter().find(|e| e.version == *version);
            let decision = proposal.and_then(|e| match &e.event {
                Event::Proposed(proposed) => Some(proposed.decision.title().to_owned()),
                _ => None,
            });
            decision.map(|title| row("Decision", title)).into_iter().collect()
        }
        Event::Closed(e) => e.publication.map(|p| row("Publication", p.label().into())).into_iter().collect(),
        Event::ReportSubmitted(e) => {
            let obscured =
                |under: &String| row("Copies for others", format!("Sensitive information is left out ({under})"));
            e.obscured_under.as_ref().map(obscured).into_iter().collect()
        }
        Event::TermsDrafted(_) => Vec::new(),
        other => says_of_decisions::says(app, open, other),
    }
}

/// An older matter to which a matter relates.
pub(super) fn older_in_words(open: &OpenCase, older: &Related) -> String {
    let handled = if older.open_then { "was then still being handled" } else { "was then no longer being handled" };
    let name = named(open, &older.to);
    format!("{name}, which came to attention on {} and {handled}", day::in_words(older.attention))
}

/// What a scheme is called, and its overlays.
pub(super) fn scheme_name(scheme: &Fixed) -> String {
    let known = |id: &String| regime::built_in().overlays.iter().find(|o| o.id == *id).map(|o| o.name.clone());
    let name = regime::all().iter().find(|r| r.id == scheme.regime).map_or(scheme.regime.clone(), |r| r.name.clone());
    [name].into_iter().chain(scheme.overlays.iter().filter_map(known)).collect::<Vec<_>>().join(", with ")
}

/// What a clock is called, by its key: the rule and the entry that started it.
fn clock_name(app: &App, key: &str) -> String {
    let rule = app.law.rules().iter().filter(|rule| key.starts_with(&format!("{}.", rule.id)));
    rule.max_by_key(|rule| rule.id.len()).map_or_else(|| key.to_owned(), |rule| rule.title.clone())
}

fn value_in_words(app: &App, open: &OpenCase, field: &str, value: &str) -> String {
    let words = match field {
        "force" => Some(app.profile.force_name(value).to_owned()),
        "kind" => MatterKind::parse(value).map(|k| k.label().to_owned()),
        "route" => Route::parse(value).map(|r| r.label().to_owned()),
        "mode" => Mode::parse(value).map(|m| m.label().to_owned()),
        "lead" => Some(staff_name(open, value)),
        "back" => Back::parse(value).map(|b| b.label().to_owned()),
        "directorate" => Directorate::parse(value).map(|d| d.label().to_owned()),
        "pathway" => Pathway::parse(value).map(|p| p.label().to_owned()),
        "form" => Form::parse(value).map(|f| f.label().to_owned()),
        "answer" => Answer::parse(value).map(|a| a.label().to_owned()),
        "owner" => Holder::parse(value).map(|h| h.label().to_owned()),
        "stage" => app.profile.lists.stage(value).map(|s| s.name.clone()),
        date if date == "on" || date.ends_with("_on") => day::parse("", value).ok().map(day::in_words),
        _ => None,
    };
    words.unwrap_or_else(|| value.to_owned())
}

pub(crate) fn word_label(field: &str) -> String {
    let label = match field {
        "summary" => "Summary",
        "reasons" => "Reasons",
        "conclusion" => "Conclusion",
        "terms" => "Terms of reference",
        "what" => "What is alleged",
        "note" => "Note",
        "conduct" => "The conduct in question",
        "why" => "Why not in person or by e-mail",
        "opinion" => "Our opinion",
        "views" => "The authority’s views",
        "says" => "What it says",
        "name" => "Name",
        "file" => "SHA-256 of the file, and its bytes",
        "description" => "Description",
        "contact" => "Which address or number, when, and what must not be said",
        "despite" => "Why by a way that was not agreed",
        "proof" => "How it is known",
        "text" => "The letter",
        "text_cy" => "Welsh text",
        "new" => "Corrected text",
        other => other,
    };
    label.to_owned()
}

/// What an entry is called, with its day.
fn entry_name(open: &OpenCase, version: u64) -> String {
    let entry = open.case.entries.iter().find(|e| e.version == version);
    let on = entry.and_then(|e| e.on).map_or_else(String::new, |on| format!(" of {}", day::in_words(on)));
    entry.map_or_else(String::new, |e| format!("{}{on}", e.event.title()))
}

/// What an allegation is called on a case's pages.
pub(super) fn allegation_name(app: &App, open: &OpenCase, n: u32) -> String {
    let found = open.case.state.allegations.iter().find(|a| a.alleged.n == n);
    let found =
        found.map(|a| format!("{}, against {}", category(app, &a.alleged.category), open.person(&a.alleged.person)));
    found.map_or_else(|| n.to_string(), |words| format!("{n}. {words}"))
}

/// What an outcome is called: that of the investigation, or of a proceeding.
pub(crate) fn outcome_name(app: &App, open: &OpenCase, of: &str) -> String {
    let proceeding = of.strip_prefix("proceeding-").and_then(|n| n.parse().ok());
    proceeding.map_or_else(
        || "The outcome of the investigation".to_owned(),
        |n| format!("The outcome of proceeding {}", proceeding_name(app, open, n)),
    )
}

/// What a letter is called, by its key.
fn template_name(key: &str) -> String {
    Letters::built_in().named(key).map_or_else(|| key.to_owned(), |template| template.name.clone())
}

/// The case that a link leads to; one that the reader is not to know of is not named. Only links that
/// were held against the record go through here: what anybody may type would tell them by its absence.
pub(crate) fn named(open: &OpenCase, plain: &str) -> String {
    let hidden = Reference::parse(plain).is_ok_and(|reference| open.hidden.contains(&reference.stream()));
    if hidden { "A case that is not named here".to_owned() } else { in_full(plain) }
}

/// A reference as it is written.
pub(super) fn in_full(plain: &str) -> String {
    Reference::parse(plain).map_or_else(|_| plain.to_owned(), |reference| reference.to_string())
}

/// What a proceeding is called on a case's pages.
pub(crate) fn proceeding_name(app: &App, open: &OpenCase, n: u32) -> String {
    let stage = open.case.state.proceedings.iter().find(|p| p.n == n).map_or("", |p| p.stage.as_str());
    let name = app.profile.lists.stage(stage).map_or(stage, |s| s.name.as_str());
    format!("{n}. {name}")
}

/// A category as people say it: its code and its name, or what another system called it.
pub(crate) fn category(app: &App, coded: &str) -> String {
    match (app.profile.lists.category(coded), coded.split_once(':')) {
        (Some(name), Some((_, code))) => format!("{code} {name}"),
        _ => coded.to_owned(),
    }
}
