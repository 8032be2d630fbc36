//! The accounts of a demonstration: invented people, at least one for each role, each with the
//! same password.

use std::sync::Arc;

use candour_core::day::Day;
use candour_core::delegation::Change;
use candour_core::permit::{Action, Actor, Object, Role, permit};
use candour_core::profile::Profile;
use candour_store::plain::account::{self, Account};
use candour_store::record::{After, NewEvent, Write};
use candour_store::{Failure, Store, accounts, delegations};

/// The password of every account of a demonstration.
pub const DEMO_PASSWORD: &str = "candour demonstration";
/// Investigators of each region.
const INVESTIGATORS: usize = 5;
/// The last day of the demonstration's auditor, a year after its clock begins.
const AUDITED_UNTIL: Day = Day::constant(2021, 3, 31);

/// An account of the demonstration.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// Its opaque id.
    pub id: String,
    /// The name to sign in with.
    pub name: &'static str,
    /// Its role.
    pub role: Role,
    /// Its regions, or its force.
    pub units: Vec<String>,
    /// Its last day.
    pub until: Option<Day>,
}

/// Invented names, one for each account of the demonstration.
static NAMES: &[&str] = &[
    "Asha Verran",
    "Colm Pedlar",
    "Dilys Harbone",
    "Emeka Thorne",
    "Freya Lindqvale",
    "Gethin Marlow",
    "Hana Okell",
    "Idris Calloway",
    "Juno Fairhurst",
    "Kasim Ellery",
    "Lowri Banfield",
    "Mattias Crewe",
    "Nia Tolland",
    "Oskar Whitlam",
    "Perdita Shaw-Adeyi",
    "Quill Ramsden",
    "Rhian Storey",
    "Silas Underhay",
    "Tamsin Oyelade",
    "Ulric Penhale",
    "Verity Nakamoor",
    "Wynn Castellan",
    "Xanthe Birkett",
    "Yusuf Arkwell",
    "Zadie Holloran",
    "Anselm Dray",
    "Bronwen Tull",
    "Caspian Reyes-Holt",
    "Dorcas Inskip",
    "Evander Pryce",
    "Fenella Umber",
    "Gwil Astley",
    "Hester Quarmby",
    "Ifor Delacroix",
    "Jessamy Rook",
    "Kofi Trevanion",
    "Leocadia Marsh",
    "Meirion Sand",
    "Nadira Plowright",
    "Osian Fell",
    "Petra Vantongeren",
    "Ruben Askew",
    "Seren Holbeche",
    "Tobiah Lunn",
    "Una Mackerras",
    "Vikram Sollis",
    "Winifred Oake",
    "Ximena Pott",
    "Ynyr Blakelock",
    "Zora Whitcombe",
    "Alun Farrier",
    "Bettina Crouch",
    "Clemency Varga",
    "Dougal Ferncombe",
    "Elspeth Nkemelu",
    "Faolan Greaves",
    "Ginevra Tosh",
    "Huw Ballantine-Roe",
];

/// The accounts of a demonstration: for each region a decision maker, a supervisor and
/// investigators, and one each for the roles without a region. The first region has two decision
/// makers, so that two people can decide at once, and there are two administrators. Those of a force are of one of the first region,
/// and one of them of another.
#[must_use]
pub fn demo_accounts(profile: &Profile) -> Vec<DemoAccount> {
    let mut wanted: Vec<(Role, Option<&str>)> = vec![(Role::Au, None), (Role::Ned, None), (Role::Adm, None)];
    for (i, region) in profile.regions().into_iter().enumerate() {
        let extra = (i == 0).then_some((Role::Dm, Some(region)));
        let team = [Role::Dm, Role::Sup].into_iter().chain([Role::Inv; INVESTIGATORS]);
        wanted.extend(team.map(|role| (role, Some(region))).chain(extra));
    }
    let (mine, other) = two_forces(profile);
    wanted.extend([(Role::Psd, mine), (Role::Psd, other), (Role::Lpb, mine)]);
    wanted.extend([Role::Aud, Role::Leg, Role::Qsi, Role::Smn, Role::Pan, Role::Cwm, Role::Com].map(|r| (r, None)));
    wanted.push((Role::Adm, None));
    let account = |(i, (role, region)): (usize, (Role, Option<&str>))| {
        let name = NAMES.get(i)?;
        let units = region.map(str::to_owned).into_iter().collect();
        let until = (role == Role::Aud).then_some(AUDITED_UNTIL);
        Some(DemoAccount { id: format!("u{:02}", i + 1), name, role, units, until })
    };
    wanted.into_iter().enumerate().filter_map(account).collect()
}

/// The largest force of London, where there is one, and another.
fn two_forces(profile: &Profile) -> (Option<&str>, Option<&str>) {
    let ids = || profile.forces.iter().map(|force| force.id.as_str());
    let mine = ids().find(|id| *id == "metropolitan").or_else(|| ids().next());
    (mine, ids().find(|id| Some(*id) != mine))
}

/// Adds an account and records that it was added.
pub fn add_account(w: &mut Write<'_>, account: &Account) -> Result<(), Failure> {
    let (log, now) = (w.log(), w.now());
    let mut data = serde_json::Map::new();
    data.insert("role".to_owned(), account.role.id().into());
    data.insert("units".to_owned(), account.units.clone().into());
    let added = NewEvent { kind: "account.added".to_owned(), data, on: None, words: Vec::new() };
    w.append("operator", "OPS operate yes", &format!("account:{}", account.id), After::Nothing, vec![added])?;
    Ok(account::add(w.tx()?, log, account, now)?)
}

/// Adds the accounts of a demonstration.
pub(super) fn make_accounts(store: &Store, accounts: &Arc<Vec<DemoAccount>>) -> Result<(), Failure> {
    let password = crate::password::hash(DEMO_PASSWORD)?;
    let accounts = Arc::clone(accounts);
    store.record.write(move |w| {
        for a in accounts.iter() {
            let (id, name, units) = (a.id.clone(), a.name.to_owned(), a.units.clone());
            add_account(w, &Account { id, name, role: a.role, units, password: password.clone() })?;
            if a.until.is_some() {
                accounts::change(w, &Actor::operator(), &a.id, &accounts::Change::Leaves(a.until))?;
            }
        }
        Ok(())
    })
}

/// The instrument of a demonstration's scheme of delegation.
const INSTRUMENT: &str = "Scheme of delegation of the demonstration";

/// The grade that an account of a demonstration has: who decides is a director, who allocates and
/// approves an operations manager.
#[must_use]
pub fn grade_of(role: Role) -> Option<&'static str> {
    match role {
        Role::Dm => Some("L4"),
        Role::Sup => Some("L3"),
        Role::Au => Some("L2"),
        Role::Inv => Some("L1"),
        _ => None,
    }
}

/// Adopts the default scheme and gives the accounts their grades, from the day of the first act on.
pub(super) fn make_scheme(w: &mut Write<'_>, accounts: &[DemoAccount], from: Day) -> Result<(), Failure> {
    let operator = Actor::operator();
    let given = permit(&operator, Action::Delegate, Object::Body)?;
    let adopt = Change::Adopt { on: from, from, instrument: INSTRUMENT.to_owned() };
    delegations::change(w, &operator, &given, adopt)?;
    let graded = accounts.iter().filter_map(|a| Some((a.id.clone(), grade_of(a.role)?.to_owned())));
    for (person, grade) in graded {
        let change = Change::SetGrade { person, grade, on: from, from, to: None };
        delegations::change(w, &operator, &given, change)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_name_for_every_account_and_no_name_twice() {
        let profile = Profile::named("iopc").unwrap();
        let accounts = demo_accounts(&profile);
        assert_eq!(accounts.len(), 4 + profile.regions().len() * (2 + INVESTIGATORS) + 11);
        let names: std::collections::HashSet<_> = accounts.iter().map(|a| a.name).collect();
        assert_eq!(names.len(), accounts.len());
    }
}
