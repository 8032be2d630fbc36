//! What changes an account: each change is an entry of its stream and what follows from it in the
//! plain tables, in one transaction.

use candour_core::account::{Event, Held, Proposed, stream};
use candour_core::day::Day;
use candour_core::permit::{Action, Actor, Object, Role, permit};
use candour_core::refusal::Refusal;
use serde_json::{Map, Value as Json};

use crate::db::{Error, Tx};
use crate::failure::Failure;
use crate::plain::account::{self, Account};
use crate::plain::account_change::{self, Waiting};
use crate::plain::factor::Factors;
use crate::plain::passkey::Passkey;
use crate::plain::{code, factor, passkey, provider_link, session, spent, standing};
use crate::reads;
use crate::record::{After, NewEvent, Write};

/// The longest reasons, in characters.
const REASONS_CHARS_MAX: usize = 2_000;
/// The most passkeys of an account.
const PASSKEYS_MAX: usize = 10;

const NOT_LINKED: &str = "This account is not connected to the identity provider";

/// A change of one's own account.
#[derive(Clone)]
pub enum Own {
    /// Another password, by its hash. Every session ends but the one of that name.
    Password(String, String),
    /// A password chosen with a start code: its digest, the hash, and when, in microseconds.
    Start(Vec<u8>, String, i64),
    /// A second factor: its sealed secret, the step of the code that confirmed it, and the digests
    /// of its recovery codes.
    SetFactor(Vec<u8>, i64, Vec<Vec<u8>>),
    /// No second factor.
    RemoveFactor,
    /// Other recovery codes.
    RecoveryCodes(Vec<Vec<u8>>),
    /// A recovery code that is used, by its digest.
    UseRecovery(Vec<u8>),
    /// A passkey, what its answer used up, and the digests of recovery codes where it is the first
    /// second factor.
    AddPasskey(Passkey, Spent, Vec<Vec<u8>>),
    /// No longer the passkey of that id. Every session ends but the one of that name.
    RemovePasskey(Vec<u8>, String),
    /// An account of the identity provider: its issuer and its subject.
    LinkProvider(String, String),
    /// No account of the identity provider. Every session ends but the one of that name.
    UnlinkProvider(String),
}

/// What an answer uses up: the digest of that under which it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The digest.
    pub digest: Vec<u8>,
    /// Now, in microseconds since 1970.
    pub now: i64,
    /// Those that were used up before are too old to be taken in any case.
    pub since: i64,
}

impl Spent {
    /// Uses it up; refused when it was before.
    pub fn spend(&self, tx: &mut Tx<'_>, log: &str) -> Result<(), Failure> {
        if spent::spend(tx, log, &self.digest, self.now, self.since)? {
            return Ok(());
        }
        Err(Refusal::new("This was answered before. Begin again").into())
    }
}

/// A change of somebody else's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A start code, by its digest, and until when it is good.
    StartCode(Vec<u8>, i64),
    /// It can no longer be used, and why.
    Disable(String),
    /// It can be used again, and why.
    Enable(String),
    /// Another role or other regions.
    Role(Role, Vec<String>),
    /// The last day on which it can be used.
    Leaves(Option<Day>),
    /// No second factor, and how it was made sure that its owner asked.
    ResetFactor(String),
    /// All its sessions end.
    EndSessions,
    /// An account of the identity provider signs in to it: its issuer and its subject.
    LinkProvider(String, String),
    /// No account of the identity provider signs in to it any more, and why.
    UnlinkProvider(String),
}

/// An entry of an account's stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was recorded.
    pub recorded_at: i64,
    /// Who recorded it, as an opaque id.
    pub actor: String,
    /// What happened.
    pub event: Event,
    /// Why, in words.
    pub reasons: String,
}

/// What happened to an account, newest first.
pub fn history(tx: &mut Tx<'_>, log: &str, id: &str) -> Result<Vec<Entry>, Error> {
    let stream = stream(id);
    let mut entries = tx.query(
        "select seq, recorded_at, actor, kind, data from event where log = $1 and stream = $2 order by version desc",
        &[log.into(), (&stream).into()],
        |row| {
            let seq = row.count(0)?;
            let bad = |says: String| Error::Content(format!("event {seq}: {says}; run candour verify"));
            let data: Map<String, Json> = serde_json::from_str(row.str(4)?).map_err(|e| bad(e.to_string()))?;
            let event = Event::decode(row.str(3)?, data).map_err(bad)?;
            let (recorded_at, actor) = (row.int(1)?, row.text(2)?);
            Ok((seq, Entry { recorded_at, actor, event, reasons: String::new() }))
        },
    )?;
    for (seq, _, value) in reads::words_of(tx, log, &stream)? {
        if let Some((_, entry)) = entries.iter_mut().find(|(of, _)| *of == seq) {
            entry.reasons = value;
        }
    }
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// Changes one's own account. A start code or a recovery code that is not good is refused.
pub fn change_own(w: &mut Write<'_>, actor: &Actor, change: &Own) -> Result<(), Failure> {
    let (log, id) = (w.log(), actor.id.as_str());
    let given = permit(actor, Action::KeepOwnAccount, Object::Body)?;
    let no_such_code = || Failure::from(Refusal::of("code", "The code is wrong, was used before, or is too old"));
    let tx = w.tx()?;
    let event = match change {
        Own::Password(hash, but) => {
            account::set_password(tx, log, id, hash)?;
            code::forget_start(tx, log, id)?;
            session::end_all(tx, log, id, Some(but))?;
            Event::PasswordChanged {}
        }
        Own::Start(digest, hash, now) => {
            if !code::use_start(tx, log, id, digest, *now)? {
                return Err(no_such_code());
            }
            account::set_password(tx, log, id, hash)?;
            session::end_all(tx, log, id, None)?;
            Event::Started {}
        }
        Own::SetFactor(sealed, step, digests) => {
            factor::put(tx, log, id, sealed, *step)?;
            code::put_recovery(tx, log, id, digests)?;
            Event::SecondFactorSet {}
        }
        Own::RemoveFactor => {
            factor::remove(tx, log, id)?;
            forget_needless_codes(tx, log, id)?;
            Event::SecondFactorRemoved {}
        }
        Own::RecoveryCodes(digests) => {
            code::put_recovery(tx, log, id, digests)?;
            Event::RecoveryCodesMade {}
        }
        Own::UseRecovery(digest) => {
            if !code::use_recovery(tx, log, id, digest)? {
                return Err(no_such_code());
            }
            Event::RecoveryCodeUsed {}
        }
        Own::AddPasskey(new, spent, digests) => {
            spent.spend(tx, log)?;
            add_passkey(tx, log, &Passkey { account: id.to_owned(), ..new.clone() })?;
            if !digests.is_empty() {
                code::put_recovery(tx, log, id, digests)?;
            }
            Event::PasskeyAdded {}
        }
        Own::RemovePasskey(of, but) => {
            if !passkey::remove(tx, log, id, of)? {
                return Err(Refusal::new("You have no such passkey. Open the page again").into());
            }
            session::end_all(tx, log, id, Some(but))?;
            forget_needless_codes(tx, log, id)?;
            Event::PasskeyRemoved {}
        }
        Own::LinkProvider(issuer, subject) => {
            link_provider(tx, log, (issuer, subject), id)?;
            Event::ProviderLinked {}
        }
        Own::UnlinkProvider(but) => {
            if !provider_link::unlink(tx, log, id)? {
                return Err(Refusal::new(NOT_LINKED).into());
            }
            session::end_all(tx, log, id, Some(but))?;
            Event::ProviderUnlinked {}
        }
    };
    append(w, (&actor.id, given.authority()), id, &event, "")
}

/// How somebody signs in, beside a password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ways {
    /// Their second factors.
    pub factors: Factors,
    /// Whether an account of the identity provider signs in.
    pub linked: bool,
}

impl Ways {
    /// Those of an account.
    pub fn of(tx: &mut Tx<'_>, log: &str, id: &str) -> Result<Self, Error> {
        Ok(Self { factors: factor::factors(tx, log, id)?, linked: provider_link::issuer_of(tx, log, id)?.is_some() })
    }
}

/// Whether a change takes two who keep accounts: what makes somebody more than they are, and what
/// would let one of the two sign in as somebody else. While a second factor is set up, a start code
/// alone opens nothing; nor does anybody use an account that has neither a password nor another way in.
#[must_use]
pub fn takes_two(change: &Change, account: &Account, ways: Ways) -> bool {
    match change {
        Change::Role(..) | Change::ResetFactor(_) | Change::LinkProvider(..) => true,
        Change::StartCode(..) => (!account.password.is_empty() || ways.linked) && !ways.factors.any(),
        Change::Disable(_)
        | Change::Enable(_)
        | Change::Leaves(_)
        | Change::EndSessions
        | Change::UnlinkProvider(_) => false,
    }
}

/// Changes somebody else's account. Only the operator does alone what takes two.
pub fn change(w: &mut Write<'_>, actor: &Actor, id: &str, change: &Change) -> Result<(), Failure> {
    let log = w.log();
    let given = permit(actor, Action::KeepAccounts, Object::Body)?;
    let account = of_somebody_else(w, actor, id)?;
    let ways = Ways::of(w.tx()?, log, id)?;
    if let Change::ResetFactor(reasons) = change {
        required(reasons)?;
    }
    if actor.role != Role::Ops && takes_two(change, &account, ways) {
        return Err(
            Refusal::new("This takes a second person: propose it, and another who keeps accounts approves").into()
        );
    }
    carry_out(w, (&actor.id, given.authority()), &account, change)
}

/// Asks another who keeps accounts for a change that takes two.
pub fn propose(w: &mut Write<'_>, actor: &Actor, id: &str, change: &Change) -> Result<(), Failure> {
    let log = w.log();
    let given = permit(actor, Action::KeepAccounts, Object::Body)?;
    let account = of_somebody_else(w, actor, id)?;
    let today = w.today();
    let tx = w.tx()?;
    let (proposal, why) = match change {
        Change::StartCode(..) => (Proposed::StartCode {}, ""),
        Change::Role(role, units) => (Proposed::Role(Held { role: role.id().to_owned(), units: units.clone() }), ""),
        Change::ResetFactor(reasons) => (Proposed::ResetSecondFactor {}, required(reasons)?),
        Change::LinkProvider(..) => {
            return Err(Refusal::new("Its owner connects it, or the operator").into());
        }
        Change::Disable(_)
        | Change::Enable(_)
        | Change::Leaves(_)
        | Change::EndSessions
        | Change::UnlinkProvider(_) => {
            return Err(Refusal::new("This takes nobody else").into());
        }
    };
    if account_change::of(tx, log, id)?.is_some() {
        return Err(
            Refusal::new("Something is proposed about this account already. It is approved or refused first").into()
        );
    }
    may_follow(tx, log, &account, change, today)?;
    let waiting = Waiting { account: id.to_owned(), proposed_by: actor.id.clone(), proposal };
    account_change::put(tx, log, &waiting)?;
    append(w, (&actor.id, given.authority()), id, &Event::ChangeProposed(waiting.proposal), why)
}

/// Approves what another proposed, as it was seen, and does it. `code` is the start code's digest and
/// until when it is good, if that was asked for.
pub fn approve(w: &mut Write<'_>, actor: &Actor, seen: &Waiting, code: (Vec<u8>, i64)) -> Result<(), Failure> {
    let given = permit(actor, Action::KeepAccounts, Object::Body)?;
    let id = seen.account.as_str();
    let account = of_somebody_else(w, actor, id)?;
    let waiting = take(w, seen)?;
    if waiting.proposed_by == actor.id {
        return Err(Refusal::new("You proposed this. Somebody else has to approve it").into());
    }
    let change = match waiting.proposal {
        Proposed::StartCode {} => Change::StartCode(code.0, code.1),
        Proposed::Role(Held { role, units }) => {
            let role = Role::parse(&role).ok_or_else(|| Refusal::new("The role that was proposed is no more"))?;
            Change::Role(role, units)
        }
        Proposed::ResetSecondFactor {} => Change::ResetFactor(String::new()),
    };
    let by = (actor.id.as_str(), given.authority());
    append(w, by, id, &Event::ChangeApproved { by: waiting.proposed_by }, "")?;
    carry_out(w, by, &account, &change)
}

/// Refuses what was proposed, or takes one's own proposal back.
pub fn drop_proposal(w: &mut Write<'_>, actor: &Actor, seen: &Waiting) -> Result<(), Failure> {
    let given = permit(actor, Action::KeepAccounts, Object::Body)?;
    let id = seen.account.as_str();
    of_somebody_else(w, actor, id)?;
    take(w, seen)?;
    append(w, (&actor.id, given.authority()), id, &Event::ChangeDropped {}, "")
}

/// What waits, if it is what was seen; it waits no more.
fn take(w: &mut Write<'_>, seen: &Waiting) -> Result<Waiting, Failure> {
    let log = w.log();
    let tx = w.tx()?;
    let waiting = account_change::of(tx, log, &seen.account)?.filter(|waiting| waiting == seen);
    let waiting = waiting.ok_or_else(|| Refusal::new("This is not proposed any more. Look at the account again"))?;
    account_change::remove(tx, log, &seen.account)?;
    Ok(waiting)
}

/// Adds an account for whoever is kept informed of a matter, as the case gives it: with a start code, and
/// whoever gave it.
pub(crate) fn add_for_matter(
    w: &mut Write<'_>,
    by: (&str, &str),
    account: &Account,
    (digest, until): (&[u8], i64),
    now: i64,
) -> Result<(), Failure> {
    let (log, id) = (w.log(), account.id.as_str());
    let tx = w.tx()?;
    account::add(tx, log, account, now)?;
    code::put_start(tx, log, id, digest, until)?;
    let held = Held { role: account.role.id().to_owned(), units: Vec::new() };
    append(w, by, id, &Event::Added(held), "")?;
    append(w, by, id, &Event::StartCodeGiven {}, "")
}

/// Ends such an account.
pub(crate) fn end_for_matter(w: &mut Write<'_>, by: (&str, &str), id: &str) -> Result<(), Failure> {
    let log = w.log();
    let tx = w.tx()?;
    let before = standing::of(tx, log, id)?;
    if before.disabled {
        return Ok(());
    }
    standing::put(tx, log, id, standing::Standing { disabled: true, ..before })?;
    code::forget_start(tx, log, id)?;
    session::end_all(tx, log, id, None)?;
    append(w, by, id, &Event::Disabled {}, "")
}

fn of_somebody_else(w: &mut Write<'_>, actor: &Actor, id: &str) -> Result<Account, Failure> {
    let log = w.log();
    if actor.id == id {
        return Err(Refusal::new("Somebody else has to change this about your own account").into());
    }
    let account = account::by_id(w.tx()?, log, id)?;
    account.ok_or_else(|| Refusal::new("There is no such account").into())
}

/// Refuses a change that the account, as it stands, does not let follow.
fn may_follow(tx: &mut Tx<'_>, log: &str, account: &Account, change: &Change, today: Day) -> Result<(), Failure> {
    let standing = standing::of(tx, log, &account.id)?;
    let refused = match change {
        Change::Role(role, _) if account.role == Role::Cmp || *role == Role::Cmp => {
            "Somebody who is kept informed is given an account in their case, and it stays that"
        }
        Change::StartCode(..) | Change::Enable(_) | Change::LinkProvider(..) if account.role == Role::Cmp => {
            "Somebody who is kept informed is given another account in their case"
        }
        Change::StartCode(..) if !standing.is_open(today) => "This account cannot be used. Enable it first",
        Change::Disable(_) if standing.disabled => "This account is disabled already",
        Change::Enable(_) if !standing.disabled => "This account is not disabled",
        Change::Leaves(None) if account.role == Role::Aud => {
            return Err(Refusal::of("last_day", "an auditor's account has a last day").into());
        }
        Change::ResetFactor(_) if !factor::factors(tx, log, &account.id)?.any() => "This account has no second factor",
        Change::UnlinkProvider(_) if provider_link::issuer_of(tx, log, &account.id)?.is_none() => NOT_LINKED,
        Change::LinkProvider(issuer, subject) if issuer.trim().is_empty() || subject.trim().is_empty() => {
            "Say which provider, and who it is there"
        }
        _ => return Ok(()),
    };
    Err(Refusal::new(refused).into())
}

/// Does it, records it, and ends the sessions of the account.
fn carry_out(w: &mut Write<'_>, by: (&str, &str), account: &Account, change: &Change) -> Result<(), Failure> {
    let (log, id, today) = (w.log(), account.id.as_str(), w.today());
    let tx = w.tx()?;
    may_follow(tx, log, account, change, today)?;
    let before = standing::of(tx, log, id)?;
    let (mut why, mut parted) = ("", false);
    let event = match change {
        Change::StartCode(digest, until) => {
            account::set_password(tx, log, id, "")?;
            code::put_start(tx, log, id, digest, *until)?;
            parted = provider_link::unlink(tx, log, id)?;
            Event::StartCodeGiven {}
        }
        Change::Disable(reasons) => {
            why = required(reasons)?;
            standing::put(tx, log, id, standing::Standing { disabled: true, ..before })?;
            code::forget_start(tx, log, id)?;
            Event::Disabled {}
        }
        Change::Enable(reasons) => {
            why = required(reasons)?;
            standing::put(tx, log, id, standing::Standing { disabled: false, ..before })?;
            Event::Enabled {}
        }
        Change::Role(role, units) => {
            account::set_role(tx, log, id, *role, units)?;
            Event::RoleChanged(Held { role: role.id().to_owned(), units: units.clone() })
        }
        Change::Leaves(last_day) => {
            standing::put(tx, log, id, standing::Standing { last_day: *last_day, ..before })?;
            Event::Leaves { last_day: *last_day }
        }
        Change::ResetFactor(reasons) => {
            why = reasons;
            factor::remove(tx, log, id)?;
            passkey::remove_all(tx, log, id)?;
            code::put_recovery(tx, log, id, &[])?;
            parted = provider_link::unlink(tx, log, id)?;
            Event::SecondFactorReset {}
        }
        Change::LinkProvider(issuer, subject) => {
            link_provider(tx, log, (issuer, subject), id)?;
            Event::ProviderLinked {}
        }
        Change::UnlinkProvider(reasons) => {
            why = required(reasons)?;
            provider_link::unlink(tx, log, id)?;
            Event::ProviderUnlinked {}
        }
        Change::EndSessions => Event::SessionsEnded {},
    };
    if !matches!(change, Change::Leaves(_)) {
        session::end_all(tx, log, id, None)?;
    }
    append(w, by, id, &event, why)?;
    // What would let somebody in past a new start goes with what was there before.
    if parted { append(w, by, id, &Event::ProviderUnlinked {}, "") } else { Ok(()) }
}

/// Without a second factor its recovery codes would open nothing.
fn forget_needless_codes(tx: &mut Tx<'_>, log: &str, id: &str) -> Result<(), Error> {
    if factor::factors(tx, log, id)?.any() { Ok(()) } else { code::put_recovery(tx, log, id, &[]) }
}

fn add_passkey(tx: &mut Tx<'_>, log: &str, new: &Passkey) -> Result<(), Failure> {
    if passkey::of(tx, log, &new.account)?.len() >= PASSKEYS_MAX {
        return Err(Refusal::new(format!("You have {PASSKEYS_MAX} passkeys. Take one away first")).into());
    }
    if !passkey::add(tx, log, new)? {
        return Err(Refusal::new("This passkey is in use already").into());
    }
    Ok(())
}

fn link_provider(tx: &mut Tx<'_>, log: &str, of: (&str, &str), id: &str) -> Result<(), Failure> {
    if provider_link::link(tx, log, of, id)? || provider_link::account_of(tx, log, of.0, of.1)?.as_deref() == Some(id) {
        return Ok(());
    }
    Err(Refusal::new("One of the two accounts is connected to another already. Part them first").into())
}

fn required(reasons: &str) -> Result<&str, Refusal> {
    let reasons = reasons.trim();
    if reasons.is_empty() {
        return Err(Refusal::of("reasons", "Give the reasons"));
    }
    if reasons.chars().count() > REASONS_CHARS_MAX {
        return Err(Refusal::of("reasons", format!("Reasons must have {REASONS_CHARS_MAX} characters at most")));
    }
    Ok(reasons)
}

fn append(
    w: &mut Write<'_>,
    (actor, authority): (&str, &str),
    id: &str,
    event: &Event,
    reasons: &str,
) -> Result<(), Failure> {
    let (kind, data) = event.encode();
    let words = if reasons.is_empty() { Vec::new() } else { vec![("reasons".to_owned(), reasons.to_owned())] };
    let new = NewEvent { kind, data, on: Some(w.today()), words };
    w.append(actor, authority, &stream(id), After::Latest, vec![new])?;
    Ok(())
}
