//! What a form brings that nobody chose: its submission id, and the references of what it makes.

use std::sync::Arc;

use candour_core::case::Case;
use candour_core::reference::Reference;
use candour_store::cases;

use crate::app::{App, OpenCase};
use crate::error::Problem;
use crate::web::typed::Typed;

/// Hex digits of a submission id.
pub(in crate::web) const SUBMISSION_HEX: usize = 32;

/// The hidden field with the chance that a form's new references are drawn from.
pub const DRAWN: &str = "drawn";

/// The reference that a form draws for one of its fields.
///
/// A reference that whoever sends the form could choose would tell them, by its being refused, that
/// there is a case of that reference, sealed or not. Nobody finds the chance that gives a reference.
#[must_use]
pub fn drawn_from(chance: &str, name: &str) -> Reference {
    Reference::derived(&format!("form {name}"), chance)
}

/// The chance that a form came with, or new chance for one that came without.
pub fn chance(typed: &Typed) -> String {
    let came = typed.get(DRAWN);
    let whole = came.len() == SUBMISSION_HEX && came.bytes().all(|byte| byte.is_ascii_hexdigit());
    if whole { came.to_owned() } else { new_id() }
}

/// A new submission id.
pub(in crate::web) fn new_id() -> String {
    let mut bytes = [0u8; SUBMISSION_HEX / 2];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    candour_core::record::hex(&bytes)
}

/// An open case that does not exist yet, for the form that opens one.
pub async fn unopened(app: &Arc<App>, reference: Reference) -> Result<OpenCase, Problem> {
    let wanted = reference.clone();
    let mut open = app
        .read(move |app, tx| {
            let log = &app.store.record.log;
            let (case, staff) = (cases::load(tx, log, &wanted)?, candour_store::plain::account::all(tx, log)?);
            let (today, calendar) = (app.today(tx)?, candour_store::holidays::known(tx, log)?);
            let (people, linked, delegations) = (Vec::new(), Vec::new(), app.delegations(tx)?);
            let (access, hidden, reader) = (app.access(tx)?, Vec::new(), Default::default());
            let (until, uploads) = (None, Vec::new());
            Ok(OpenCase {
                case,
                today,
                staff,
                people,
                linked,
                calendar,
                delegations,
                access,
                hidden,
                uploads,
                until,
                reader,
                restricted: false,
            })
        })
        .await?;
    // A form that was sent twice meets the case it made; it gets the answer it got before.
    if open.case.matter().is_some() {
        open.case = Case::replay(reference, Vec::new());
    }
    Ok(open)
}
