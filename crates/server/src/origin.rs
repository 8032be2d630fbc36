//! The address under which this installation is reached, as the operator names it: passkeys are made
//! for it, and the identity provider sends people back to it.

use webauthn_rs::prelude::Url;

/// A scheme, a host and perhaps a port.
#[derive(Debug, Clone)]
pub struct Origin(Url);

impl Origin {
    /// Reads one: `https://candour.example`, or on this machine alone `http://localhost:8080`.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |says: &str| format!("the origin {text:?} {says}; name it as https://candour.example");
        let url = Url::parse(text).map_err(|e| wrong(&format!("cannot be read ({e})")))?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if !bare || url.password().is_some() {
            return Err(wrong("holds more than a scheme, a host and a port"));
        }
        match (url.scheme(), url.domain()) {
            (_, None) => Err(wrong("has no name of a host")),
            ("https", _) | ("http", Some("localhost")) => Ok(Self(url)),
            _ => Err(wrong("is not of https")),
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The name of its host.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.domain().unwrap_or_default()
    }

    /// The address of a page of it, whose path begins with a slash.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.0.origin().ascii_serialization())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        for (text, page) in [
            ("https://candour.example", "https://candour.example/sign-in"),
            ("https://candour.example/", "https://candour.example/sign-in"),
            ("https://candour.example:8443", "https://candour.example:8443/sign-in"),
            ("http://localhost:8080", "http://localhost:8080/sign-in"),
        ] {
            assert_eq!(Origin::parse(text).unwrap().address("/sign-in"), page);
        }
        for (text, says) in [
            ("http://candour.example", "not of https"),
            ("https://127.0.0.1:8080", "no name of a host"),
            ("https://candour.example/x", "holds more"),
            ("https://u:p@candour.example", "holds more"),
            ("https://candour.example?a", "holds more"),
            ("candour.example", "cannot be read"),
            ("", "cannot be read"),
            ("mailto:a@b.example", "holds more"),
        ] {
            let refused = Origin::parse(text).unwrap_err();
            assert!(refused.contains(says), "{text}: {refused}");
        }
    }
}
