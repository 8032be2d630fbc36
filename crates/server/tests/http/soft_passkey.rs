//! A device that keeps a passkey, as WebAuthn Level 2 describes what it sends: made here from the
//! standard, so that the server's reading of it is held against something else.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;

/// A device with one passkey. Each field is what it says of itself; a test makes it lie.
#[derive(Clone)]
pub struct Device {
    pub id: Vec<u8>,
    pub origin: String,
    pub host: String,
    pub verified: bool,
    pub counter: u32,
    pub handle: Option<Vec<u8>>,
    key: SigningKey,
}

impl Device {
    /// From now on another key signs.
    pub fn key_of(&mut self, name: &str) {
        self.key = SigningKey::from_slice(&Sha256::digest(name.as_bytes())).unwrap();
    }

    /// Makes a passkey as it is asked to; the device, and its answer.
    pub fn made(name: &str, origin: &str, options: &Json) -> (Self, String) {
        let seed = Sha256::digest(name.as_bytes());
        let asked = &options["publicKey"];
        let device = Self {
            id: Sha256::digest(seed).to_vec(),
            origin: origin.to_owned(),
            host: asked["rp"]["id"].as_str().unwrap().to_owned(),
            verified: true,
            counter: 1,
            handle: Some(unbase(&asked["user"]["id"])),
            key: SigningKey::from_slice(&seed).unwrap(),
        };
        assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
        let client = device.client("webauthn.create", &asked["challenge"]);
        let response = json!({ "attestationObject": base(&device.attested()), "clientDataJSON": base(&client) });
        let answer = device.answer_of(&response);
        (device, answer)
    }

    /// Answers for its passkey.
    pub fn answer(&mut self, options: &Json) -> String {
        let asked = &options["publicKey"];
        assert_eq!(asked["userVerification"], "required");
        self.counter += u32::from(self.counter > 0);
        let client = self.client("webauthn.get", &asked["challenge"]);
        let data = self.data(0);
        let signature: Signature = self.key.sign(&[data.as_slice(), &Sha256::digest(&client)].concat());
        let response = json!({
            "authenticatorData": base(&data),
            "clientDataJSON": base(&client),
            "signature": base(signature.to_der().as_bytes()),
            "userHandle": self.handle.as_ref().map(|handle| base(handle)),
        });
        self.answer_of(&response)
    }

    fn answer_of(&self, response: &Json) -> String {
        json!({ "id": base(&self.id), "rawId": base(&self.id), "type": "public-key", "response": response }).to_string()
    }

    fn client(&self, sort: &str, challenge: &Json) -> Vec<u8> {
        json!({ "type": sort, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// The data that a signature covers.
    fn data(&self, flags: u8) -> Vec<u8> {
        let flags = flags | PRESENT | if self.verified { VERIFIED } else { 0 };
        [Sha256::digest(&self.host).as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// The key and where it comes from, which is said to be nowhere.
    fn attested(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_encoded_point(false);
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        // In CBOR: an EC2 key of ES256 on P-256, and its two coordinates of 32 bytes.
        let (kind, x, y) = ([0xa5, 1, 2, 3, 0x26, 0x20, 1], [0x21, 0x58, 32], [0x22, 0x58, 32]);
        let key = [&kind[..], &x, point.x().unwrap(), &y, point.y().unwrap()].concat();
        let data = [self.data(WITH_KEY).as_slice(), &[0; 16], &length, &self.id, &key].concat();
        let size = u8::try_from(data.len()).unwrap();
        [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"[..], &[size], &data].concat()
    }
}

fn base(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn unbase(text: &Json) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text.as_str().unwrap()).unwrap()
}
