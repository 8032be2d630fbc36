//! The end of the log for programs: how long it is, its root, and the newest checkpoint.

use candour_core::day;
use candour_core::record::hex;
use candour_store::reads;
use serde_json::json;

use super::answer::Answer;
use super::schema::{count, exactly, maybe_text, text};
use super::{Endpoint, Verb};
use crate::web::log;

pub(super) const HEAD: Endpoint = Endpoint {
    verb: Verb::Get,
    path: "/log",
    name: "getLog",
    says: "How many entries the log has, the root of its tree over them, and the newest checkpoint that its signer \
           published, as a signed note.",
    needs: None,
    query: &[],
    body: &[],
    changes: false,
    answers: || {
        exactly(&[
            ("log", text()),
            ("size", count()),
            ("root", text()),
            ("recorded_at", maybe_text()),
            ("checkpoint", maybe_text()),
        ])
    },
    handle: |app, _| {
        Box::pin(async move {
            let head = app.read(|app, tx| Ok(reads::head(tx, &app.store.record.log)?)).await?;
            let (size, root, at) = head.map_or((0, Vec::new(), None), |(size, root, at)| (size, root, Some(at)));
            Ok(Answer::of(json!({
                "log": &*app.store.record.log,
                "size": size,
                "root": hex(&root),
                "recorded_at": at.map(day::instant_in_iso),
                "checkpoint": log::published(app).ok(),
            })))
        })
    },
};
