//! Record that material was received, with a file that was sent before.

use candour_core::case::material::{Receive, Sort, Source};
use candour_core::case::{Command, words};
use candour_core::permit::Action;
use candour_core::record::hex;
use candour_core::refusal::{Check, Refusal};
use candour_store::files::Upload;

use super::asks::{choose, date_field, fact};
use crate::web::beside::Beside;
use crate::web::field::{Choice, Field, Input, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::material::in_words;
use crate::web::typed::Typed;

pub(super) struct Form;

/// The file that the form is about: the one named, or the only one that waits.
fn upload<'a>(asked: &Asked<'a>) -> Option<&'a Upload> {
    match (asked.typed.get("file"), waiting(asked).as_slice()) {
        ("", [only]) => Some(only),
        // One that was recorded since is found too: the form was sent twice.
        (id, _) => asked.open.uploads.iter().find(|upload| upload.id == id),
    }
}

fn waiting<'a>(asked: &Asked<'a>) -> Vec<&'a Upload> {
    asked.open.uploads.iter().filter(|upload| !upload.taken).collect()
}

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "material-received"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::AddMaterial
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record material that came with a file".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let Some(upload) = upload(asked) else { return Vec::new() };
        let mut facts = vec![fact("File", upload.name.clone())];
        if let Some(holds) = upload.holds {
            facts.push(fact("Length", in_words(holds.bytes)));
            facts.push(fact("SHA-256", hex(&holds.digest)));
        }
        facts.push(fact("Scanned", upload.scan.says()));
        facts
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        Vec::new()
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        let sorts = Sort::ALL.map(|sort| Choice::new(sort.id(), sort.label())).to_vec();
        let sources = Source::ALL.map(|source| Choice::new(source.id(), source.label())).to_vec();
        vec![
            Field::new("file", "File", Input::Hidden),
            Field::new("sort", "What is it?", Input::Radios(sorts)),
            Field::new("from", "From whom did it come?", Input::Radios(sources)),
            date_field("on", "When did we receive it?"),
            Field::new("description", "What does it show, and how did it come?", Input::Words)
                .with_hint("For example: body-worn video of the arrest, on a disc from the force"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let typed = asked.typed;
        let upload = choose(upload(asked), "The file is no longer here. Send it again on the page Material")?;
        let holds = choose(upload.holds, "The file did not come whole. Send it again on the page Material")?;
        let mut check = Check::default();
        let sort = check.field("sort", choose(Sort::parse(typed.get("sort")), "Say what it is"));
        let from = check.field("from", choose(Source::parse(typed.get("from")), "Say from whom it came"));
        let on = required_date(&mut check, typed, "on", "The date on which it was received");
        let description =
            words::required("Say what it shows, and how it came", "The description", typed.get("description"));
        let description = check.field("description", description);
        let receive = (|| {
            Some(Command::ReceiveMaterial(Receive {
                file: upload.id.clone(),
                holds,
                scan: upload.scan.clone(),
                name: upload.name.clone(),
                on: on?,
                from: from?,
                sort: sort?,
                description: description?,
            }))
        })();
        check.done(receive)
    }

    fn beside(&self, asked: &Asked<'_>, _: &Command) -> Option<Beside> {
        upload(asked).map(|upload| Beside::File(Upload { taken: false, ..upload.clone() }))
    }

    fn begins_with(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        upload(asked).map(|upload| ("file".to_owned(), upload.id.clone())).into_iter().collect()
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        waiting(asked)
            .is_empty()
            .then_some("No file of yours waits to be recorded. Send one first, on the page Material")
    }

    fn one_of(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        if upload(asked).is_some() {
            return Vec::new();
        }
        waiting(asked).into_iter().map(|upload| (format!("file={}", upload.id), upload.name.clone())).collect()
    }

    fn button(&self) -> &'static str {
        "Record the material"
    }

    fn done(&self) -> &'static str {
        "The material is recorded. It stands on the page Material."
    }

    fn stands_alone(&self) -> bool {
        false
    }

    fn back(&self, case: &str) -> String {
        format!("{case}/material")
    }
}
