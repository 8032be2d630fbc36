//! A small HTTP client: forms, cookies, and no redirects.

use std::sync::Mutex;
use std::time::Duration;

use candour_core::reference::Reference;
use candour_server::web::form::drawn_from;
use candour_server::web::typed::encode;

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
    /// All but the date.
    pub headers: Vec<(String, String)>,
}

/// Names and values.
pub type Headers = Vec<(String, String)>;

/// A client of one server.
pub struct Client {
    agent: ureq::Agent,
    pub url: String,
    pub cookie: String,
}

impl Client {
    pub fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self { agent: config.into(), url: url.to_owned(), cookie: String::new() }
    }

    /// The same person at another client.
    pub fn again(&self, url: &str) -> Self {
        Self { cookie: self.cookie.clone(), ..Self::new(url) }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        self.answer(request.call()).unwrap()
    }

    /// The same with a header.
    pub fn get_with(&mut self, path: &str, (name, value): (&str, &str)) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        self.answer(request.header(name, value).call()).unwrap()
    }

    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_post(path, fields).unwrap()
    }

    /// Posts a form; an error when the connection ends first.
    pub fn try_post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, ureq::Error> {
        let pairs: Vec<String> = fields.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        self.try_post_raw(path, pairs.join("&").as_bytes())
    }

    pub fn try_post_raw(&mut self, path: &str, body: &[u8]) -> Result<Answer, ureq::Error> {
        let request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        let sent = request.send(body);
        self.answer(sent)
    }

    /// Sends a file as a browser sends the form that asks for one.
    pub fn send_file(&mut self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        let boundary = submission();
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
        self.send_parts(path, &boundary, &body)
    }

    /// Sends a body as one in parts.
    pub fn send_parts(&mut self, path: &str, boundary: &str, body: &[u8]) -> Answer {
        let request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("cookie", &self.cookie)
            .header("content-type", format!("multipart/form-data; boundary={boundary}"));
        let sent = request.send(body);
        self.answer(sent).unwrap()
    }

    /// Takes a file away: the status, the headers, and the bytes or how they broke off.
    pub fn take(&mut self, path: &str) -> (u16, Headers, Result<Vec<u8>, ureq::Error>) {
        let request = self.agent.get(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        let mut response = request.call().unwrap();
        let text = |v: &ureq::http::HeaderValue| v.to_str().unwrap_or_default().to_owned();
        let headers = response.headers().iter().map(|(n, v)| (n.to_string(), text(v))).collect();
        (response.status().as_u16(), headers, response.body_mut().with_config().limit(64 << 20).read_to_vec())
    }

    fn answer(&mut self, sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, ureq::Error> {
        let mut response = sent?;
        let text = |v: &ureq::http::HeaderValue| v.to_str().unwrap_or_default().to_owned();
        let headers: Vec<(String, String)> = response.headers().iter().map(|(n, v)| (n.to_string(), text(v))).collect();
        for (_, cookie) in headers.iter().filter(|(n, _)| n == "set-cookie") {
            self.keep(cookie.split(';').next().unwrap_or_default());
        }
        let find = |name: &str| headers.iter().find(|(n, _)| n == name).map_or_else(String::new, |(_, v)| v.clone());
        let body = response.body_mut().with_config().limit(64 << 20).read_to_string()?;
        let (status, location) = (response.status().as_u16(), find("location"));
        let headers = headers.into_iter().filter(|(name, _)| name != "date").collect();
        Ok(Answer { status, location, body, headers })
    }

    /// Keeps a cookie in the place of the one of its name.
    pub fn keep(&mut self, cookie: &str) {
        let name = cookie.split_once('=').map_or(cookie, |(name, _)| name);
        let others = self.cookie.split("; ").filter(|held| !held.is_empty());
        let others = others.filter(|held| held.split_once('=').is_none_or(|(held, _)| held != name));
        self.cookie = others.chain([cookie]).collect::<Vec<_>>().join("; ");
    }

    /// What a hidden field of a form holds.
    pub fn hidden(page: &str, name: &str) -> String {
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or(("", ""));
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

/// Hex digits that no other call gives.
pub fn submission() -> String {
    use std::hash::{BuildHasher as _, Hasher as _};
    let half = || std::collections::hash_map::RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", half(), half())
}

/// The chance that each new reference was drawn from, as a form would carry it.
static DRAWN: Mutex<Vec<(Reference, &'static str)>> = Mutex::new(Vec::new());

/// A new case reference, drawn as the form of a referral draws it.
pub fn reference() -> Reference {
    let chance = submission().leak();
    let reference = drawn_from(chance, "case");
    DRAWN.lock().unwrap().push((reference.clone(), chance));
    reference
}

/// The answers of a referral that can be recorded, for the confirming step.
pub fn referral<'a>(case: &'a str, submission: &'a str, summary: &'a str) -> Vec<(&'a str, &'a str)> {
    let chance = DRAWN.lock().unwrap().iter().find(|(drawn, _)| drawn.as_plain() == case).map_or("", |(_, c)| c);
    vec![
        ("case", case),
        ("drawn", chance),
        ("version", "0"),
        ("submission", submission),
        ("step", "confirm"),
        ("kind", "complaint"),
        ("force", "metropolitan"),
        ("route", "mandatory"),
        ("clear_on-day", "1"),
        ("clear_on-month", "6"),
        ("clear_on-year", "2018"),
        ("on-day", "2"),
        ("on-month", "6"),
        ("on-year", "2018"),
        ("number", ""),
        ("summary", summary),
    ]
}
