//! What every page shows around its own content: whose it is, who is signed in, where they can go.

use candour_core::day;
use candour_store::db::Error;
use candour_store::record::Clock;
use serde::Serialize;

use crate::app::App;
use crate::session::{Face, Visitor};
use crate::web::alerts;
use crate::web::board::SHEETS;
use crate::web::tour::{self, Stop};

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
    /// Which entry of the navigation this page is under; for the Board's pages, their address.
    section: &'static str,
    /// The Board's pages, on those of them: address and title.
    board: Vec<(&'static str, &'static str)>,
    /// What to look at in a demonstration, on the page on which its visitor lands.
    tour: Vec<Stop>,
}

#[derive(Serialize)]
struct Who {
    name: String,
    role: &'static str,
    staff: bool,
    /// Where they land.
    home: &'static str,
    /// Whether they see a matter of their own, and nothing else.
    own: bool,
    /// Whether they see the cases of a force of their own.
    of_force: bool,
    lists_cases: bool,
    refers: bool,
    sees_figures: bool,
    sees_delegation: bool,
    declares: bool,
    lists_users: bool,
    keeps_holidays: bool,
    sees_alerts: bool,
    sees_retention: bool,
}

impl Frame {
    /// The frame of a page for a visitor, or for nobody.
    #[must_use]
    pub fn of(app: &App, visitor: Option<&Visitor>, section: &'static str) -> Self {
        use candour_core::permit::{Action, Object, permit};
        let on_board = section.starts_with("/board");
        let who = visitor.map(|visitor| {
            let actor = visitor.actor();
            let may = |action| permit(&actor, action, Object::Body).is_ok();
            Who {
                name: visitor.account.name.clone(),
                role: visitor.account.role.label(),
                staff: Face::of(visitor.account.role) == Face::Staff,
                home: Face::of(visitor.account.role).home(),
                own: Face::of(visitor.account.role) == Face::Own,
                of_force: may(Action::SeeStub),
                lists_cases: may(Action::ListCases),
                refers: may(Action::Refer),
                sees_figures: may(Action::SeeFigures),
                sees_delegation: may(Action::SeeDelegation),
                declares: may(Action::DeclareConflict) || may(Action::KeepConflicts),
                lists_users: may(Action::ListUsers),
                keeps_holidays: may(Action::KeepHolidays),
                sees_alerts: alerts::are_for(&actor),
                sees_retention: may(Action::SeeRetention),
            }
        });
        let sees_figures = who.as_ref().is_some_and(|who| who.sees_figures);
        let board = SHEETS.iter().filter(|_| on_board && sees_figures).map(|sheet| (sheet.address, sheet.title));
        let lands = visitor.filter(|v| app.demo && section == landing(Face::of(v.account.role)));
        let stops = |v: &Visitor| tour::stops(v.account.role, v.account.units.first().map_or("", |unit| unit));
        Self {
            board: board.collect(),
            tour: lands.map_or_else(Vec::new, stops),
            body: app.profile.short.clone(),
            body_title: app.profile.title.clone(),
            who,
            clock: demonstration_clock(app).ok().flatten(),
            section,
        }
    }
}

/// The section of the page on which a face lands.
fn landing(face: Face) -> &'static str {
    match face {
        Face::Staff => "home",
        Face::Board => "/board",
        Face::Force => "force",
        Face::Own => "own",
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
