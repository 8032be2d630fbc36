//! Why something was not written: an answer to the person who asked, or a failure of the database.

use candour_core::permit::Denied;
use candour_core::refusal::Refusal;

use crate::db::Error;

/// Why something was not written. The first three are answers to the person who asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// They may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// It may not be done so.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The stream has moved on since it was read.
    #[error("somebody else changed this in the meantime")]
    Moved,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] Error),
}
