//! The limit: the same SQL on the same tables with a prepared statement on a connection of each
//! thread, and the least HTML. No sign-in, layout, permission, audit, or even escaping.
//!
//! Creating is one row for one commit-waiting request, gathered as `store/src/writer.rs` gathers.

use std::cell::OnceCell;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::Result;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use rusqlite::{Connection, params};
use serde::Deserialize;
use tokio::sync::oneshot;

/// Cases on a page, and one more to know whether there are more: as the work list asks.
const LIST_ROWS: i64 = 51;
/// Rows in one commit: as the record's writer allows.
const BATCH_MAX: usize = 256;
const LOG: &str = "iopc";

/// The text of `store/src/reads.rs`.
const LIST: &str = "select stream, number, kind, force, region, stage, mode, lead, received, opened, completed, \
    closed, due, due_rule, version from case_row where log = ?1 and (due, stream) > ('', '') \
    and (?2 = '' or lead = ?2) and (?3 = '' or stage = ?3) and (?4 = '' or force = ?4) \
    and (?5 = '' or kind = ?5) and (?6 = '' or region = ?6) and (?7 = '' or number = ?7) \
    and (?8 = 1 or stage <> 'closed') order by due, stream limit ?9";
/// The texts of `store/src/cases.rs`.
const EVENTS: &str = "select version, seq, recorded_at, actor, authority, on_date, kind, data from event \
    where log = ?1 and stream = ?2 order by version";
const WORDS: &str = "select seq, field, value from text where log = ?1 \
    and seq in (select seq from event where log = ?1 and stream = ?2) order by seq, field";

/// The table of the record, with its keys.
const OWN_TABLE: &str = "create table event (log text not null, seq bigint not null, stream text not null, \
    version bigint not null, kind text not null, data text not null, actor text not null, \
    authority text not null, recorded_at bigint not null, on_date text not null, \
    prev_hash bytea not null, hash bytea not null, primary key (log, seq)); \
    create unique index event_stream on event (log, stream, version)";
const OWN_INSERT: &str = "insert into event (log, seq, stream, version, kind, data, actor, authority, recorded_at, \
    on_date, prev_hash, hash) values (?1, ?2, ?3, 1, 'case.referred', ?4, 'u01', 'AU refer yes', ?2, \
    '2020-03-30', ?5, ?5)";

struct Shared {
    database: Box<Path>,
    creates: Sender<Create>,
}

struct Create {
    data: String,
    tell: oneshot::Sender<()>,
}

thread_local! {
    static CONNECTION: OnceCell<Connection> = const { OnceCell::new() };
}

/// Serves until the process is ended.
pub fn serve(database: &Path, own: &Path) -> Result<()> {
    let (creates, queue) = channel();
    let writing = open(own)?;
    writing.pragma_update(None, "journal_mode", "wal")?;
    writing.execute_batch(OWN_TABLE)?;
    std::thread::spawn(move || write(&writing, &queue));
    let shared = Arc::new(Shared { database: database.into(), creates });
    let router = Router::new()
        .route("/list", get(list))
        .route("/case", get(case))
        .route("/create", post(create))
        .with_state(shared);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        crate::say(&format!("the limit is at http://{}\n", listener.local_addr()?));
        axum::serve(listener, router).await?;
        Ok(())
    })
}

#[allow(clippy::disallowed_methods, reason = "the limit is no part of the product and opens its own connections")]
fn open(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    Ok(connection)
}

fn with_connection(
    shared: &Shared,
    f: impl FnOnce(&Connection) -> Result<String, rusqlite::Error>,
) -> Result<Html<String>, StatusCode> {
    CONNECTION.with(|kept| {
        if kept.get().is_none() {
            let opened = open(&shared.database).map_err(failed)?;
            // Nobody else sets the connection of this thread.
            let _ = kept.set(opened);
        }
        let connection = kept.get().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        f(connection).map(Html).map_err(failed)
    })
}

#[allow(clippy::needless_pass_by_value, reason = "the shape of map_err")]
fn failed(error: rusqlite::Error) -> StatusCode {
    crate::progress(&format!("the limit failed: {error}"));
    StatusCode::INTERNAL_SERVER_ERROR
}

#[derive(Deserialize)]
struct Listed {
    region: String,
}

async fn list(State(shared): State<Arc<Shared>>, Query(asked): Query<Listed>) -> Result<Html<String>, StatusCode> {
    with_connection(&shared, |connection| {
        let mut statement = connection.prepare_cached(LIST)?;
        let values = params![LOG, "", "", "", "", asked.region, "", 0, LIST_ROWS];
        let mut rows = statement.query(values)?;
        let mut html = String::from("<!DOCTYPE html><title>Cases</title><table>");
        while let Some(row) = rows.next()? {
            html.push_str("<tr>");
            for column in [0, 1, 3, 2, 5, 8, 12] {
                let text = row.get_ref(column)?.as_str()?;
                let _ = write!(html, "<td>{text}</td>");
            }
            html.push_str("</tr>");
        }
        html.push_str("</table>");
        Ok(html)
    })
}

#[derive(Deserialize)]
struct Asked {
    stream: String,
}

async fn case(State(shared): State<Arc<Shared>>, Query(asked): Query<Asked>) -> Result<Html<String>, StatusCode> {
    with_connection(&shared, |connection| {
        let mut html = String::from("<!DOCTYPE html><title>Case</title><table>");
        for (sql, columns) in [(EVENTS, [5, 6, 7]), (WORDS, [1, 2, 2])] {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![LOG, asked.stream])?;
            while let Some(row) = rows.next()? {
                html.push_str("<tr>");
                for column in columns {
                    let text = row.get_ref(column)?.as_str()?;
                    let _ = write!(html, "<td>{text}</td>");
                }
                html.push_str("</tr>");
            }
        }
        html.push_str("</table>");
        Ok(html)
    })
}

async fn create(State(shared): State<Arc<Shared>>, data: String) -> StatusCode {
    let (tell, told) = oneshot::channel();
    let sent = shared.creates.send(Create { data, tell });
    match (sent, told.await) {
        (Ok(()), Ok(())) => StatusCode::CREATED,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The one writer. A batch that fails is dropped, which its requests notice.
fn write(connection: &Connection, queue: &Receiver<Create>) {
    let mut seq = 0_i64;
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH_MAX - 1));
        let committed = commit(connection, &batch, seq);
        seq += i64::try_from(batch.len()).unwrap_or(0);
        match committed {
            Ok(()) => {
                for create in batch {
                    // Whoever asked may have gone.
                    let _ = create.tell.send(());
                }
            }
            Err(error) => crate::progress(&format!("the limit failed: {error}")),
        }
    }
}

fn commit(connection: &Connection, batch: &[Create], from: i64) -> Result<(), rusqlite::Error> {
    connection.execute_batch("begin immediate")?;
    let mut insert = connection.prepare_cached(OWN_INSERT)?;
    for (seq, create) in (from + 1..).zip(batch) {
        let stream = format!("case:{seq:011}");
        insert.execute(params![LOG, seq, stream, create.data, [7_u8; 32]])?;
    }
    connection.execute_batch("commit")
}
