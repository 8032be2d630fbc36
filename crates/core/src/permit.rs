//! Permission as a value.
//!
//! The whole access policy is one table, `access/matrix.toml`, and the pure function [`permit`].
//! Deny is the default, and what is decided first is: a seal whose list somebody is not on, an account
//! whose last day went by, a wall that keeps somebody out, the force of somebody who is of a force, then
//! the matrix (role, region, stage, assignment, purpose, name), then a case that they opened with a reason
//! ([`crate::access`]). What a command needs is a [`Permit`], which only this file can make, so a
//! handler that forgets to ask does not compile.

mod matrix;
mod role;

use serde::Deserialize;

use crate::access::Own;
use matrix::MATRIX;

pub use matrix::in_markdown;
pub use role::Role;

/// What somebody may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// See figures: aggregates only.
    SeeFigures,
    /// See which cases there are: reference, kind, force, stage and dates.
    ListCases,
    /// Open a case and read it.
    ReadCase,
    /// See who has read a case.
    SeeReaders,
    /// Record a referral or a receipt.
    Refer,
    /// Decide that no investigation is necessary, and return the matter.
    ReturnMatter,
    /// Decide the mode of investigation.
    DecideMode,
    /// Allocate the investigation and appoint its lead.
    AppointLead,
    /// Draft terms of reference.
    DraftTerms,
    /// Approve terms of reference.
    ApproveTerms,
    /// Suspend, resume or discontinue an investigation.
    Suspend,
    /// Record when completion is expected.
    Forecast,
    /// Add material with a file to a case.
    AddMaterial,
    /// Take a file of a case away.
    ReadMaterial,
    /// Record an allegation against a person.
    Allege,
    /// Submit the final report.
    SubmitReport,
    /// Decide whether there is a case to answer, and whether the prosecutor is told.
    DecideOnReport,
    /// Record what was asked of the authority or the complainant, and what they answered.
    Correspond,
    /// Decide whether the public interest requires a complaint to go on.
    DecidePublicInterest,
    /// Record what becomes of the proceedings after a report.
    FollowProceeding,
    /// Investigate again.
    Reinvestigate,
    /// Approve a decision that somebody else proposed, or send it back.
    ApproveDecision,
    /// Record an application for a review, and what becomes of it.
    HandleReview,
    /// Decide a review and what follows from it, accept a late application, allocate it.
    DecideReview,
    /// Draft a recommendation, and note its steps.
    DraftRecommendation,
    /// Make a recommendation or withdraw it, decide on more time and on what is not published.
    DecideRecommendation,
    /// Record the answer to a recommendation, and what was published.
    FollowRecommendation,
    /// Close a case.
    Close,
    /// Record what a person is to the investigation, and their service.
    SetStatus,
    /// Assess the severity of conduct, or revise the assessment.
    AssessSeverity,
    /// Draft a notice of investigation.
    DraftNotice,
    /// Approve, withhold or withdraw a notice of investigation.
    ApproveNotice,
    /// Serve a notice of investigation, and record what follows it.
    ServeNotice,
    /// Submit an indication of crime or misconduct, or a case for the accelerated procedure.
    SubmitIndication,
    /// Decide whether a death or serious injury matter becomes a conduct matter.
    ConvertDsi,
    /// Record what the authority was told, and what it did.
    FollowAuthority,
    /// Decide on the accelerated procedure.
    DirectAccelerated,
    /// Determine whether proceedings against a former officer may go on.
    DetermineSpecially,
    /// Correct an entry, or change something from a day on.
    Correct,
    /// Rescind an entry.
    Rescind,
    /// See the scheme of delegation: who may decide what.
    SeeDelegation,
    /// Change the scheme of delegation.
    Delegate,
    /// Give more time before a clock runs out, or record exceptional circumstances.
    GiveTime,
    /// Note what became of a clock: a last day that went by, a holiday that moved one.
    KeepClocks,
    /// Say who is kept informed, and record what they were told.
    KeepInformed,
    /// Withhold an update from somebody.
    WithholdUpdate,
    /// Issue letters, and record their service and translation.
    IssueLetter,
    /// Make a receipt for one entry.
    MakeReceipt,
    /// Add a bank holiday that was appointed after a release.
    KeepHolidays,
    /// See who has an account, and with which role.
    ListUsers,
    /// Keep other people's accounts: roles, start codes, sessions, the last day.
    KeepAccounts,
    /// Keep one's own account: password, second factor, sessions.
    KeepOwnAccount,
    /// Declare a conflict of interest of one's own.
    DeclareConflict,
    /// See all declared conflicts, declare one for somebody else, end one.
    KeepConflicts,
    /// Open a case that is not one's own, with a reason.
    BreakGlass,
    /// Review why somebody opened a case that is not theirs.
    ReviewGlass,
    /// Say for what one reads a case, where the matrix asks for it.
    GivePurpose,
    /// Ask an adviser to read a case until a day, or end that.
    AssignReader,
    /// See what was unusual about who looked.
    SeeAlerts,
    /// See a stub of a case of one's own force.
    SeeStub,
    /// Give somebody who is kept informed an account for their matter, or end it.
    KeepPortal,
    /// See one's own matter: what one was told of it.
    SeeOwnMatter,
    /// Write to whoever deals with one's own matter.
    WriteOfOwnMatter,
    /// Propose that a case is sealed, that the list of a sealed case is changed, or that it is unsealed.
    ProposeSeal,
    /// Approve such a proposal of somebody else, or send it back.
    ApproveSeal,
    /// See which words are due for disposal, what was proposed, and what is on hold; no words.
    SeeRetention,
    /// Propose to dispose of personal words.
    ProposeDisposal,
    /// Approve or refuse a disposal that somebody else proposed.
    ApproveDisposal,
    /// Put a case on legal hold or restrict its words, and lift either.
    Restrict,
    /// Read the words of a case that is restricted.
    ReadRestricted,
    /// Take over the data of another system.
    Import,
    /// Run the commands of the operator: accounts, the demonstration clock.
    Operate,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 72] = [
        Self::SeeFigures,
        Self::ListCases,
        Self::ReadCase,
        Self::SeeReaders,
        Self::Refer,
        Self::ReturnMatter,
        Self::DecideMode,
        Self::AppointLead,
        Self::DraftTerms,
        Self::ApproveTerms,
        Self::Suspend,
        Self::Forecast,
        Self::AddMaterial,
        Self::ReadMaterial,
        Self::Allege,
        Self::SubmitReport,
        Self::DecideOnReport,
        Self::Correspond,
        Self::DecidePublicInterest,
        Self::FollowProceeding,
        Self::Reinvestigate,
        Self::ApproveDecision,
        Self::HandleReview,
        Self::DecideReview,
        Self::DraftRecommendation,
        Self::DecideRecommendation,
        Self::FollowRecommendation,
        Self::Close,
        Self::SetStatus,
        Self::AssessSeverity,
        Self::DraftNotice,
        Self::ApproveNotice,
        Self::ServeNotice,
        Self::SubmitIndication,
        Self::ConvertDsi,
        Self::FollowAuthority,
        Self::DirectAccelerated,
        Self::DetermineSpecially,
        Self::Correct,
        Self::Rescind,
        Self::SeeDelegation,
        Self::Delegate,
        Self::GiveTime,
        Self::KeepClocks,
        Self::KeepInformed,
        Self::WithholdUpdate,
        Self::IssueLetter,
        Self::MakeReceipt,
        Self::KeepHolidays,
        Self::ListUsers,
        Self::KeepAccounts,
        Self::KeepOwnAccount,
        Self::DeclareConflict,
        Self::KeepConflicts,
        Self::BreakGlass,
        Self::ReviewGlass,
        Self::GivePurpose,
        Self::AssignReader,
        Self::SeeAlerts,
        Self::SeeStub,
        Self::KeepPortal,
        Self::SeeOwnMatter,
        Self::WriteOfOwnMatter,
        Self::ProposeSeal,
        Self::ApproveSeal,
        Self::SeeRetention,
        Self::ProposeDisposal,
        Self::ApproveDisposal,
        Self::Restrict,
        Self::ReadRestricted,
        Self::Import,
        Self::Operate,
    ];
}

impl Action {
    /// Its name in the matrix and in the record.
    #[must_use]
    pub fn id(self) -> String {
        kebab(&format!("{self:?}"))
    }
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// An opaque id; never a name.
    pub id: String,
    /// Their role.
    pub role: Role,
    /// The regions whose cases they work on.
    pub units: Vec<String>,
    /// The force that they are of, for somebody of a force. Nothing of another is ever theirs.
    pub tenant: Option<String>,
    /// What the record says of their own access: what they are kept from, and what they opened.
    pub own: Own,
}

impl Actor {
    /// The operator at the command line.
    #[must_use]
    pub fn operator() -> Self {
        Self::new("operator", Role::Ops, Vec::new())
    }

    /// Somebody of whom the record says nothing: nothing keeps them out, and they opened nothing. Where
    /// the role is a force's, its first unit is that force.
    #[must_use]
    pub fn new(id: impl Into<String>, role: Role, units: Vec<String>) -> Self {
        let (tenant, units) = if role.is_of_a_force() { (units.into_iter().next(), Vec::new()) } else { (None, units) };
        Self { id: id.into(), role, units, tenant, own: Own::default() }
    }
}

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object<'a> {
    /// Nothing in particular.
    Body,
    /// A case.
    Case {
        /// Its stream.
        stream: &'a str,
        /// The force that it is about.
        force: Option<&'a str>,
        /// The region that handles it.
        region: Option<&'a str>,
        /// Who leads it.
        lead: Option<&'a str>,
        /// Whether its mode has been decided.
        decided: bool,
    },
}

/// When a role may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Cell {
    /// Always.
    Yes,
    /// On cases of their own regions.
    Unit,
    /// On cases whose mode has not been decided.
    Assessment,
    /// On cases of the force that they are of.
    OwnForce,
    /// On cases of which they said for what they read them, that day.
    Reason,
    /// On cases that they were asked to read, until the day that was named.
    Assigned,
    /// On cases of which they are kept informed, once they were given an account for it.
    Named,
}

/// Proof that somebody may do one thing to one object. Only [`permit`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    action: Action,
    object: String,
    actor: String,
    authority: String,
}

impl Permit {
    /// Whether this is the permit for `action` on the stream.
    #[must_use]
    pub fn is_for(&self, action: Action, stream: &str) -> bool {
        self.action == action && self.object == stream
    }

    /// To whom it was given, as an opaque id.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Under which condition it was given: a cell of the matrix, or `break-glass`.
    #[must_use]
    pub fn scope(&self) -> &str {
        self.authority.rsplit(' ').next().unwrap_or_default()
    }

    /// Whether a reason that the reader gave allows it, and no role.
    #[must_use]
    pub fn is_by_reason(&self) -> bool {
        self.authority.ends_with(BY_REASON)
    }

    /// By what role and rule it was given, as kept with every event: `DM decide-mode unit`.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

/// A denial. Its words are fit to show and tell nothing about the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{says}")]
pub struct Denied {
    says: &'static str,
    hides: bool,
}

impl Denied {
    /// Whether the answer has to be what an unknown reference answers, byte for byte.
    #[must_use]
    pub fn hides(&self) -> bool {
        self.hides
    }
}

/// Whether `actor` may do `action` to `object`: proof, or a denial.
///
/// Pure and total; denies whatever is not allowed. A wall goes before everything else that concerns
/// a case, so that no role and no reason opens what somebody is kept from.
pub fn permit(actor: &Actor, action: Action, object: Object<'_>) -> Result<Permit, Denied> {
    let denied = |says| Err(Denied { says, hides: false });
    // First of all, because each of the others would say that there is a case.
    if is_outside_a_seal(actor, action, object) {
        return Err(Denied { says: UNKNOWN, hides: true });
    }
    if has_ended(actor) {
        return denied(ENDED);
    }
    if let Object::Case { stream, force, .. } = object
        && actor.own.is_kept_from(stream, force)
    {
        return denied(WALLED);
    }
    if is_of_another(actor, object) || opens_a_seal(actor, action, object) {
        return denied(NOT_YOURS);
    }
    let row = &MATRIX.actions[&action];
    let by_role = held_roles(actor, object).into_iter().find_map(|role| {
        let cell = *row.cells.get(&role)?;
        fits(cell, actor, object).then(|| format!("{} {} {}", role.id(), row.id, cell.id()))
    });
    let allowed = by_role.or_else(|| by_reason(actor, action, object));
    let object = match object {
        Object::Body => String::new(),
        Object::Case { stream, .. } => stream.to_owned(),
    };
    match allowed {
        Some(authority) => Ok(Permit { action, object, actor: actor.id.clone(), authority }),
        None => denied(NOT_YOURS),
    }
}

/// Whether somebody would be allowed to do it once they have said for what they read the case.
#[must_use]
pub fn asks_purpose(actor: &Actor, action: Action, object: Object<'_>) -> bool {
    let Object::Case { stream, .. } = object else { return false };
    let mut told = actor.clone();
    told.own.purposes.push((stream.to_owned(), 0));
    permit(actor, action, object).is_err() && permit(&told, action, object).is_ok()
}

/// Whether the matrix lets somebody do it to some case, if not to every one.
#[must_use]
pub fn may_somewhere(actor: &Actor, action: Action) -> bool {
    let also_lead = (actor.role == Role::Inv).then_some(Role::Lead);
    let cells = &MATRIX.actions[&action].cells;
    !has_ended(actor) && [Some(actor.role), also_lead].into_iter().flatten().any(|role| cells.contains_key(&role))
}

fn has_ended(actor: &Actor) -> bool {
    actor.own.ended || (actor.role == Role::Aud && !actor.own.timed)
}

/// Whether something is of another force than the one that somebody is of. Without a force of their
/// own, everything is.
fn is_of_another(actor: &Actor, object: Object<'_>) -> bool {
    let own = actor.tenant.as_deref();
    match object {
        _ if !actor.role.is_of_a_force() => false,
        Object::Body => own.is_none(),
        Object::Case { force, .. } => own.is_none() || own != force,
    }
}

/// How the authority of a permit ends that a reason gave.
const BY_REASON: &str = " break-glass";
const ENDED: &str = "Your account has passed its last day. Ask an administrator if you still need it";
const WALLED: &str = "This case is closed to you because of a conflict of interest that was declared";
const UNKNOWN: &str = "There is no such case";
const NOT_YOURS: &str = "Your role does not allow this. Ask your supervisor if you need it for your work";

/// Whether a case is sealed and somebody is not on its list. Being on it allows nothing: the matrix goes
/// on from there.
fn is_outside_a_seal(actor: &Actor, action: Action, object: Object<'_>) -> bool {
    let Object::Case { stream, .. } = object else { return false };
    // A clock of the law runs on in a sealed case. Noting that it did shows nothing of the case.
    actor.own.is_outside(stream) && action != Action::KeepClocks
}

/// Whether it would be a reason that opens a sealed case. None does.
fn opens_a_seal(actor: &Actor, action: Action, object: Object<'_>) -> bool {
    matches!(object, Object::Case { stream, .. } if action == Action::BreakGlass && actor.own.is_inside(stream))
}

/// Reading a case that somebody opened with a reason; it lets them do nothing else to it.
fn by_reason(actor: &Actor, action: Action, object: Object<'_>) -> Option<String> {
    match object {
        // A seal that came after the reason ends it, for those on the list too.
        Object::Case { stream, .. }
            if action == Action::ReadCase
                && !actor.role.is_of_a_force()
                && actor.own.has_opened(stream)
                && !actor.own.is_inside(stream) =>
        {
            Some(format!("{} read-case{BY_REASON}", actor.role.id()))
        }
        _ => None,
    }
}

fn held_roles(actor: &Actor, object: Object<'_>) -> Vec<Role> {
    let leads = matches!(object, Object::Case { lead: Some(lead), .. } if lead == actor.id);
    if actor.role == Role::Inv && leads { vec![Role::Inv, Role::Lead] } else { vec![actor.role] }
}

fn fits(cell: Cell, actor: &Actor, object: Object<'_>) -> bool {
    match (cell, object) {
        (Cell::Yes, _) => true,
        (Cell::Unit, Object::Case { region: Some(region), .. }) => actor.units.iter().any(|u| u == region),
        (Cell::Assessment, Object::Case { decided, .. }) => !decided,
        // What is of another force never comes this far.
        (Cell::OwnForce, _) => actor.tenant.is_some(),
        (Cell::Reason, Object::Case { stream, .. }) => actor.own.purpose_for(stream).is_some(),
        (Cell::Assigned, Object::Case { stream, .. }) => actor.own.assigned_to(stream).is_some(),
        (Cell::Assigned, Object::Body) => !actor.own.assigned.is_empty(),
        (Cell::Named, Object::Case { stream, .. }) => actor.own.named_in(stream).is_some(),
        (Cell::Named, Object::Body) => !actor.own.named.is_empty(),
        (Cell::Unit | Cell::Assessment | Cell::Reason, _) => false,
    }
}

impl Cell {
    fn id(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Unit => "unit",
            Self::Assessment => "assessment",
            Self::OwnForce => "own-force",
            Self::Reason => "reason",
            Self::Assigned => "assigned",
            Self::Named => "named",
        }
    }
}

/// The debug form of an action is its name in capitals and lower case; its name is in kebab case.
fn kebab(camel: &str) -> String {
    let mut kebab = String::new();
    for c in camel.chars() {
        if c.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role) -> Actor {
        Actor::new("u1", role, vec!["London".into()])
    }

    fn case<'a>(region: &'a str, lead: Option<&'a str>, decided: bool) -> Object<'a> {
        Object::Case { stream: "case:X", force: Some("metropolitan"), region: Some(region), lead, decided }
    }

    #[test]
    fn a_permit_is_good_for_one_action_on_one_case_only() {
        let given = permit(&actor(Role::Dm), Action::DecideMode, case("London", None, false)).unwrap();
        assert!(given.is_for(Action::DecideMode, "case:X"));
        assert!(!given.is_for(Action::Close, "case:X"));
        assert!(!given.is_for(Action::DecideMode, "case:Y"));
        assert_eq!(given.authority(), "DM decide-mode unit");
    }

    #[test]
    fn a_decision_maker_decides_in_their_own_regions_only() {
        assert!(permit(&actor(Role::Dm), Action::DecideMode, case("North West", None, false)).is_err());
        assert!(permit(&actor(Role::Dm), Action::DecideMode, Object::Body).is_err());
    }

    #[test]
    fn an_investigator_reads_the_cases_they_lead_and_no_others() {
        assert!(permit(&actor(Role::Inv), Action::ReadCase, case("London", Some("u1"), true)).is_ok());
        assert!(permit(&actor(Role::Inv), Action::ReadCase, case("London", Some("u2"), true)).is_err());
        assert!(permit(&actor(Role::Inv), Action::ReadCase, case("London", None, true)).is_err());
    }

    #[test]
    fn nobody_but_the_lead_submits_the_report() {
        for role in Role::ALL {
            let object = case("London", Some("u1"), true);
            let allowed = permit(&actor(role), Action::SubmitReport, object).is_ok();
            // An account never has the role LEAD itself; the matrix would let it.
            assert_eq!(allowed, matches!(role, Role::Inv | Role::Lead), "{role:?}");
        }
    }

    #[test]
    fn administrators_and_directors_never_open_a_case() {
        for role in [Role::Adm, Role::Ned] {
            for decided in [false, true] {
                let object = case("London", Some("u1"), decided);
                assert!(permit(&actor(role), Action::ReadCase, object).is_err());
                assert!(permit(&actor(role), Action::ListCases, Object::Body).is_err());
            }
        }
    }
}
