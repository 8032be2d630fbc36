//! Forms that were sent: a form sent twice has one effect and gets the same answer.

use candour_core::refusal::Refusal;

use crate::db::Tx;
use crate::failure::Failure;

/// The answer that this form got before, if it was sent before.
///
/// An id that was used for another form, or by somebody else, is refused.
pub fn answered(tx: &mut Tx<'_>, log: &str, id: &str, actor: &str, form: &str) -> Result<Option<String>, Failure> {
    let found = tx.query_one(
        "select actor, form, answer from submission where log = $1 and id = $2",
        &[log.into(), id.into()],
        |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)),
    )?;
    match found {
        None => Ok(None),
        Some((by, sent, answer)) if by == actor && sent == form => Ok(Some(answer)),
        Some(_) => {
            Err(Refusal::new("This form has been sent before with other answers, or on another page. What was sent first is in the record. To record something else, check this and send it again")
                .into())
        }
    }
}

/// Keeps the answer that a form got.
pub fn keep(
    tx: &mut Tx<'_>,
    log: &str,
    id: &str,
    actor: &str,
    form: &str,
    answer: &str,
    now: i64,
) -> Result<(), Failure> {
    tx.execute(
        "insert into submission (log, id, actor, form, answer, at) values ($1, $2, $3, $4, $5, $6)",
        &[log.into(), id.into(), actor.into(), form.into(), answer.into(), now.into()],
    )?;
    Ok(())
}
