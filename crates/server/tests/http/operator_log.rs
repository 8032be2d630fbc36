//! What the operator's log says of security, and what it never says.

use candour_core::permit::Role;

use crate::client::{reference, referral, submission};
use crate::engines::on_sqlite;
use crate::server::{PASSWORD, Server, account, make};

/// Begins a line of its own in a log that does not escape.
const FORGED: &str = "nobody\r\n{\"level\":\"INFO\",\"fields\":{\"message\":\"signed in\"}}";
const WORD: &str = "Quetzalcanary";

#[test]
fn sign_ins_and_refusals_are_in_the_operators_log_by_opaque_id_and_nothing_typed_is() {
    on_sqlite(|database| {
        make(database, 0);
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let server = Server::start_logged(database, &log);
        let (name, director) = (account(Role::Au, "London", 0), account(Role::Ned, "London", 0));
        let mut assessor = server.signed_in(name);
        let case = reference().as_plain().to_owned();
        let summary = format!("About a {WORD}.");
        assert_eq!(assessor.post("/staff/refer", &referral(&case, &submission(), &summary)).status, 303);
        assert_eq!(assessor.get(&format!("/staff/cases?number={WORD}")).status, 200);
        let mut visitor = server.visitor();
        for (who, password) in [(name, "Quetzalcanary is wrong"), (FORGED, PASSWORD)] {
            assert_eq!(visitor.post("/sign-in", &[("name", who), ("password", password)]).status, 422);
        }
        assert_eq!(server.signed_in(director).get("/staff/users").status, 403, "not of that face");
        assert_eq!(assessor.get("/staff/users").status, 403);
        assert_eq!(assessor.post("/sign-out", &[]).status, 303);
        drop(server);
        let text = std::fs::read_to_string(&log).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of_security: Vec<&serde_json::Value> =
            lines.iter().filter(|line| line["target"] == "candour_security").map(|line| &line["fields"]).collect();
        let said: Vec<&str> = of_security.iter().filter_map(|fields| fields["message"].as_str()).collect();
        let expected = ["signed in", "not signed in", "not signed in", "signed in", "refused", "refused", "signed out"];
        assert_eq!(said, expected, "{text}");
        let id = of_security[0]["account"].as_str().unwrap();
        assert!(!id.is_empty() && of_security[1]["account"] == id && of_security[2]["account"] == "", "{text}");
        assert_eq!((&of_security[5]["path"], &of_security[5]["status"]), (&"/staff/users".into(), &403.into()));
        for personal in [name, director, WORD, PASSWORD, "nobody"] {
            assert!(!text.contains(personal), "{personal} is in the log: {text}");
        }
        assert!(lines.iter().all(|line| line["timestamp"].as_str().is_some_and(|at| at.ends_with('Z'))), "{text}");
    });
}
