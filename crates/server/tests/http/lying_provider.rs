//! An identity provider (OpenID Connect) of the test's own, which lies when it is told to. What it
//! signs is made here from RFC 7515 and OpenID Connect Core, so that the server's reading of it is
//! held against something else.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use candour_server::web::typed::Typed;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

pub const CLIENT: &str = "candour";
pub const SECRET: &str = "the secret of this installation";

/// How a token is made other than it should be.
pub type Lie = fn(&mut Says);

/// What it says of somebody.
pub struct Says {
    pub claims: Json,
    pub header: Json,
    /// Whether another key signs it than the one that is published.
    pub other_key: bool,
    /// Whether it is signed with the secret instead.
    pub by_secret: bool,
    /// What it answers instead of a token: a status and a body.
    pub instead: Option<(u16, String)>,
}

struct State {
    key: u8,
    /// What was asked at the address to which the browser was sent, by the code that was given.
    asked: Vec<(String, Typed)>,
    subject: String,
    now: i64,
    lie: Lie,
    /// Under which issuer it publishes what it is.
    published: String,
    questions: usize,
}

/// The provider; it ends with the process.
#[derive(Clone)]
pub struct LyingProvider {
    pub issuer: String,
    state: Arc<Mutex<State>>,
}

impl LyingProvider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let lie: Lie = |_| ();
        let state = State {
            key: 1,
            asked: Vec::new(),
            subject: String::new(),
            now: 0,
            lie,
            published: issuer.clone(),
            questions: 0,
        };
        let provider = Self { issuer, state: Arc::new(Mutex::new(state)) };
        let serving = provider.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that ends the connection early is its own affair.
                let _ = serving.serve(stream);
            }
        });
        provider
    }

    /// Somebody signs in at the address to which their browser was sent; the way back.
    pub fn signed_in(&self, address: &str, subject: &str, now: i64, lie: Lie) -> String {
        let (place, query) = address.split_once('?').unwrap();
        assert_eq!(place, format!("{}/authorize", self.issuer));
        let asked = Typed::of_query(Some(query));
        for (name, value) in
            [("response_type", "code"), ("client_id", CLIENT), ("scope", "openid"), ("code_challenge_method", "S256")]
        {
            assert_eq!(asked.get(name), value, "{query}");
        }
        let mut state = self.state.lock().unwrap();
        let code = format!("code{}", state.asked.len());
        let back = format!("/sign-in/provider/back?code={code}&state={}&iss={}", asked.get("state"), self.issuer);
        assert_eq!(asked.get("redirect_uri"), "https://candour.example/sign-in/provider/back");
        (state.subject, state.now, state.lie) = (subject.to_owned(), now, lie);
        state.asked.push((code, asked));
        back
    }

    /// One that publishes itself as another.
    pub fn as_another() -> Self {
        let provider = Self::start();
        "https://login.example".clone_into(&mut provider.state.lock().unwrap().published);
        provider
    }

    /// One that nobody reaches.
    pub fn away() -> Self {
        Self { issuer: "http://localhost:9".to_owned(), ..Self::start() }
    }

    /// From now on another key signs.
    pub fn change_key(&self) {
        self.state.lock().unwrap().key += 1;
    }

    /// How often it was asked what it is.
    pub fn questions(&self) -> usize {
        self.state.lock().unwrap().questions
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let (mut length, mut by) = (0, String::new());
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim().split_once(": ") else { break };
            match name.to_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "authorization" => value.clone_into(&mut by),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let (status, answer) = match first.split(' ').nth(1).unwrap_or_default() {
            "/.well-known/openid-configuration" => (200, self.describes_itself()),
            "/jwks" => (200, self.keys()),
            "/token" => self.token(&by, &Typed::read(&body)),
            _ => (404, "{}".to_owned()),
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nlocation: /jwks\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        reader.get_mut().write_all(&[head.as_bytes(), answer.as_bytes()].concat())
    }

    fn describes_itself(&self) -> String {
        let mut state = self.state.lock().unwrap();
        state.questions += 1;
        let at = |path: &str| format!("{}{path}", self.issuer);
        json!({
            "issuer": state.published, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "jwks_uri": at("/jwks"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        })
        .to_string()
    }

    fn keys(&self) -> String {
        let key = self.state.lock().unwrap().key;
        let point = key_of(key).verifying_key().to_encoded_point(false);
        let (x, y) = (base(point.x().unwrap()), base(point.y().unwrap()));
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": key.to_string(), "x": x, "y": y }] })
            .to_string()
    }

    /// Changes a code for a token, once.
    fn token(&self, by: &str, typed: &Typed) -> (u16, String) {
        let mut state = self.state.lock().unwrap();
        let credentials = Base64::encode_string(format!("{CLIENT}:{}", SECRET.replace(' ', "+")).as_bytes());
        assert_eq!(by, format!("Basic {credentials}"));
        let place = state.asked.iter().position(|(code, _)| code == typed.get("code"));
        let Some((_, asked)) = place.map(|place| state.asked.remove(place)) else {
            return (400, json!({ "error": "invalid_grant" }).to_string());
        };
        assert_eq!(asked.get("code_challenge"), base(&Sha256::digest(typed.get("code_verifier"))));
        let seconds = state.now / 1_000_000;
        let mut says = Says {
            claims: json!({
                "iss": self.issuer, "sub": state.subject, "aud": CLIENT, "nonce": asked.get("nonce"),
                "iat": seconds, "exp": seconds + 300,
            }),
            header: json!({ "alg": "ES256", "kid": state.key.to_string() }),
            other_key: false,
            by_secret: false,
            instead: None,
        };
        if asked.get("max_age") == "0" {
            assert_eq!(asked.get("prompt"), "login");
            says.claims["auth_time"] = seconds.into();
        }
        (state.lie)(&mut says);
        if let Some(instead) = says.instead {
            return instead;
        }
        let token = signed(&says, state.key);
        (200, json!({ "access_token": "x", "token_type": "Bearer", "id_token": token }).to_string())
    }
}

fn signed(says: &Says, key: u8) -> String {
    let signed = [&says.header, &says.claims].map(|part| base(part.to_string().as_bytes())).join(".");
    let signature = if says.by_secret {
        use hmac::{Hmac, KeyInit as _, Mac as _};
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        mac.finalize().into_bytes().to_vec()
    } else {
        let signature: Signature = key_of(if says.other_key { 200 } else { key }).sign(signed.as_bytes());
        signature.to_vec()
    };
    format!("{signed}.{}", base(&signature))
}

fn key_of(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).unwrap()
}

fn base(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}
