//! What a form records beside the command on its own case, in the same transaction: a person who
//! is new to the register, the file that material came with, or the case in which a matter is
//! investigated again.

use candour_core::case::mode::{DecideMode, Mode, power};
use candour_core::case::reinvestigation::Reinvestigate;
use candour_core::case::{self, Case, Command, Context, Fresh};
use candour_core::permit::{Actor, Object, Permit, permit};
use candour_core::person::{self, Registered};
use candour_core::refusal::Refusal;
use candour_store::files::{self, Upload};
use candour_store::record::Write;
use candour_store::{Failure, cases, people};

/// What is recorded beside a command.
#[derive(Debug, Clone)]
pub enum Beside {
    /// A person who is new to the register.
    Person {
        /// Their stream.
        stream: String,
        /// What the chain holds of them.
        registered: Registered,
        /// Who they are, in personal words.
        words: Vec<(String, String)>,
    },
    /// The file that material came with, which waits no more.
    File(Upload),
    /// The case in which a matter is investigated again, with its mode.
    Case {
        /// What opens it.
        again: Reinvestigate,
        /// Its mode.
        mode: Mode,
    },
}

impl Beside {
    /// Tries it without writing. `old` is the case that the form is about.
    pub fn check(&self, context: Context<'_>, actor: &Actor, old: &Case) -> Result<(), Failure> {
        match self {
            Self::Person { .. } | Self::File(_) => Ok(()),
            Self::Case { again, mode } => {
                open_again(context, actor, old, (again, *mode), |_, case, fresh| Ok(case.as_if(&fresh)))
            }
        }
    }

    /// Records it, under the permit for the form's own command where it needs none of its own.
    pub fn record(
        &self,
        context: Context<'_>,
        w: &mut Write<'_>,
        actor: &Actor,
        given: &Permit,
        old: &Case,
    ) -> Result<(), Failure> {
        match self {
            Self::Person { stream, registered, words } => {
                let event = person::Event::Registered(registered.clone());
                people::register(w, actor, given, stream, &event, words.clone())
            }
            Self::File(upload) => {
                let log = w.log();
                files::take(w.tx()?, log, upload)
            }
            Self::Case { again, mode } => open_again(context, actor, old, (again, *mode), |given, case, fresh| {
                cases::record(w, actor, given, case, context, fresh)
            }),
        }
    }
}

/// Opens the case in which a matter is investigated again and decides its mode. `put` takes what
/// was decided and gives the case as it is afterwards.
fn open_again(
    context: Context<'_>,
    actor: &Actor,
    old: &Case,
    (again, mode): (&Reinvestigate, Mode),
    mut put: impl FnMut(&Permit, &Case, Vec<Fresh>) -> Result<Case, Failure>,
) -> Result<(), Failure> {
    let new = Case::replay(again.anew.clone(), Vec::new());
    let stream = new.reference.stream();
    let open = again.opens(old).ok_or_else(|| Refusal::new("There is no such case"))?;
    let open = Command::Open(open);
    // A case that is not open yet has no region of its own.
    let region = old.state.force().and_then(|force| context.profile.region(force));
    let given = permit(
        actor,
        open.action(),
        Object::Case { stream: &stream, force: old.state.force(), region, lead: None, decided: false },
    )?;
    let fresh = case::decide(&new, &given, context, open)?;
    let new = put(&given, &new, fresh)?;
    let citation = power(&new.state, context).unwrap_or_default();
    let decide = DecideMode { mode, on: again.on, reasons: again.reasons.clone(), citation };
    let decide = Command::DecideMode(decide);
    let given = permit(actor, decide.action(), cases::object(&new, &stream, context.profile))?;
    let fresh = case::decide(&new, &given, context, decide)?;
    put(&given, &new, fresh).map(drop)
}
