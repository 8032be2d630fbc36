//! Passkeys (WebAuthn): what is asked of a browser, and whether its answer is somebody's. Its device
//! has asked for a finger, a face or a PIN, so that a passkey is two factors, and it answers for this
//! address only, so that no page that looks like this one gets anything.

use std::sync::Arc;

use axum::http::HeaderMap;
use candour_core::record::hex;
use candour_store::accounts::Spent;
use candour_store::plain::account::{self, Account};
use candour_store::plain::{passkey, standing};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Uuid,
    Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::app::App;
use crate::errand::Errand;
use crate::error::Problem;
use crate::origin::Origin;

/// The longest answer of a browser, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Passkeys of one address.
pub struct Passkeys(Webauthn);

const NOBODYS: Wrong = "nobody has this passkey";

/// Why an answer is not taken: for the operator's log, as whoever sent it learns nothing.
type Wrong = &'static str;

impl Passkeys {
    /// Those of the address under which this installation is reached.
    ///
    /// # Errors
    /// Says what is wrong with the address.
    pub fn of(origin: &Origin) -> Result<Self, String> {
        let builder = WebauthnBuilder::new(origin.host(), origin.url()).map_err(|e| e.to_string())?;
        Ok(Self(builder.rp_name("Candour").build().map_err(|e| e.to_string())?))
    }

    /// What is asked of a browser that has a passkey: one of these, or any of this address.
    pub fn ask(&self, ids: &[Vec<u8>]) -> Result<(Json, DiscoverableAuthentication), Problem> {
        let (mut options, asked) = self.0.start_discoverable_authentication().map_err(|e| failed(&e))?;
        // A button asks for it, not the field of a form.
        options.mediation = None;
        let mut options = serde_json::to_value(&options).map_err(|e| Problem::Internal(e.to_string()))?;
        let ids = ids.iter().map(|id| serde_json::json!({ "type": "public-key", "id": in_base64(id) }));
        options["publicKey"]["allowCredentials"] = ids.collect();
        Ok((options, asked))
    }

    /// What is asked of a browser that is to make one, and has none of these.
    pub fn ask_for_new(
        &self,
        handle: &[u8],
        account: &Account,
        ids: Vec<Vec<u8>>,
    ) -> Result<(Json, PasskeyRegistration), Problem> {
        let ids = Some(ids).filter(|ids| !ids.is_empty());
        let asked = self.0.start_passkey_registration(uuid(handle), &account.name, &account.name, ids);
        let (options, asked) = asked.map_err(|e| failed(&e))?;
        let mut options = serde_json::to_value(&options).map_err(|e| Problem::Internal(e.to_string()))?;
        // With it its owner signs in without typing a name, where the device can keep it.
        options["publicKey"]["authenticatorSelection"]["residentKey"] = "preferred".into();
        Ok((options, asked))
    }

    /// Reads the answer of a browser that made one: its id, and what is kept of it.
    pub fn made(&self, answer: &str, asked: &PasskeyRegistration) -> Option<(Vec<u8>, String)> {
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let made = self.0.finish_passkey_registration(&answer, asked).ok()?;
        Some((made.cred_id().to_vec(), serde_json::to_string(&made).ok()?))
    }

    /// Holds an answer against the passkey that it says it is of; the passkey as it is now.
    fn holds(
        &self,
        answer: &PublicKeyCredential,
        asked: DiscoverableAuthentication,
        known: &passkey::Passkey,
    ) -> Option<String> {
        let mut known: Passkey = serde_json::from_str(&known.credential).ok()?;
        let result = self.0.finish_discoverable_authentication_v2(answer, asked, &known).ok()?;
        if !result.user_verified() {
            return None;
        }
        known.update_credential(&result)?;
        serde_json::to_string(&known).ok()
    }
}

/// Whose passkey answered an errand, which is used up with it. With an account, it has to be theirs.
///
/// # Errors
/// `Err` of the inner result: it was nobody's, and why.
pub async fn answered(
    app: &Arc<App>,
    headers: &HeaderMap,
    errand: Errand,
    answer: &str,
    of: Option<&Account>,
) -> Result<Result<Account, Wrong>, Problem> {
    let Some(answer) = read::<PublicKeyCredential>(answer) else { return Ok(Err("the answer is none of a passkey")) };
    let Some((asked, spent)) = errand.back::<DiscoverableAuthentication>(app, headers) else {
        return Ok(Err("nothing was asked of this browser, or too long ago"));
    };
    let id = answer.get_credential_id().to_vec();
    let there = app.read(move |app, tx| Ok(passkey::by_id(tx, &app.store.record.log, &id)?.is_some()));
    if !there.await? {
        return Ok(Err(NOBODYS));
    }
    let of = of.map(|account| account.id.clone());
    let taken = app.write(move |app, w| {
        let (log, today) = (w.log(), w.today());
        let tx = w.tx()?;
        let Some(passkeys) = &app.passkeys else { return Ok(Err("passkeys are not set up")) };
        let Some(known) = passkey::by_id(tx, log, answer.get_credential_id())? else {
            return Ok(Err(NOBODYS));
        };
        let is_theirs = of.as_deref().is_none_or(|of| of == known.account);
        if !is_theirs || answer.get_user_unique_id().is_some_and(|said| said != known.handle) {
            return Ok(Err("the passkey is another's"));
        }
        let Some(credential) = passkeys.holds(&answer, asked.clone(), &known) else {
            return Ok(Err("the passkey's answer does not hold"));
        };
        if !standing::of(tx, log, &known.account)?.is_open(today) {
            return Ok(Err("the account is closed"));
        }
        let Some(account) = account::by_id(tx, log, &known.account)? else { return Ok(Err("the account is gone")) };
        // After a start code was given, a password is chosen first.
        if errand == Errand::SignIn && account.password.is_empty() {
            return Ok(Err("the account has no password"));
        }
        use_up(tx, log, &known, &credential, &spent).map(|used| used.map(|()| account))
    });
    Ok(taken.await?)
}

fn use_up(
    tx: &mut candour_store::db::Tx<'_>,
    log: &str,
    known: &passkey::Passkey,
    credential: &str,
    spent: &Spent,
) -> Result<Result<(), Wrong>, candour_store::Failure> {
    match spent.spend(tx, log) {
        Ok(()) => {}
        Err(candour_store::Failure::Refused(_)) => return Ok(Err("the answer was given before")),
        Err(other) => return Err(other),
    }
    passkey::used(tx, log, &known.id, credential, spent.now)?;
    Ok(Ok(()))
}

/// By what a device is to know an account: bytes that say nothing of its owner.
#[must_use]
pub fn new_handle() -> Vec<u8> {
    let mut bytes = [0; 16];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    bytes.to_vec()
}

fn uuid(handle: &[u8]) -> Uuid {
    Uuid::from_slice(handle).unwrap_or_default()
}

fn read<T: serde::de::DeserializeOwned>(answer: &str) -> Option<T> {
    if answer.len() > ANSWER_BYTES_MAX { None } else { serde_json::from_str(answer).ok() }
}

fn in_base64(bytes: &[u8]) -> String {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    Base64UrlUnpadded::encode_string(bytes)
}

/// How a page names a passkey among those of its owner.
#[must_use]
pub fn name_of(id: &[u8]) -> String {
    hex(&Sha256::digest(id)[..8])
}

fn failed(error: &WebauthnError) -> Problem {
    Problem::Internal(format!("a passkey cannot be asked for: {error}"))
}
