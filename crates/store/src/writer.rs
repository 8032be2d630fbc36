//! The one writer of a log: a thread that runs closures one after another, several to a commit.
//!
//! Each closure has a savepoint, so that one refusal leaves the others alone, and each is answered
//! only after the commit. While one commit waits for the disk the next closures gather, which is
//! all the grouping that is needed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::db::{Connection, Engine, Error};
use crate::failure::Failure;
use crate::record::Sources;
use crate::record::{Clock, Head, Write, lock_head, store_head};

/// Closures in one commit.
const BATCH_MAX: usize = 256;
/// How often a transaction is repeated when the database asks for it.
const TRIES_MAX: usize = 5;

#[derive(Clone)]
pub(crate) struct Writer {
    jobs: Sender<Box<dyn Job>>,
}

/// A closure on its way through the writer.
trait Job: Send {
    /// Runs it and says what became of it; its own result waits for the commit.
    fn run(&mut self, write: &mut Write<'_>) -> Ran;
    /// Answers whoever asked.
    fn answer(self: Box<Self>, commit: Result<(), Error>);
}

enum Ran {
    Kept,
    Undone,
    /// The database failed; its transaction may be gone.
    Failed(Error),
}

/// Why a transaction was not acknowledged.
enum Broken {
    /// Nothing of it was kept.
    Undone(Error),
    /// The connection was lost while it committed. If it did not, the log has the first head still;
    /// if it did, and nobody has written since, it has the second.
    Unanswered { error: Error, begun: Head, head: Head },
    /// The disk failed while it committed. It is undone here, but whoever opens the file after a
    /// crash may find all of it.
    Unforced(String),
}

impl Broken {
    fn is_of_the_disk(&self) -> bool {
        matches!(self, Self::Unforced(_) | Self::Undone(Error::Disk(_)))
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Undone(error)
    }
}

struct Closure<F, T, D> {
    f: F,
    result: Option<Result<T, Failure>>,
    done: D,
}

impl<F, T, D> Job for Closure<F, T, D>
where
    F: FnMut(&mut Write<'_>) -> Result<T, Failure> + Send,
    T: Send,
    D: FnOnce(Result<T, Failure>) + Send,
{
    fn run(&mut self, write: &mut Write<'_>) -> Ran {
        let f = &mut self.f;
        let ran = catch_unwind(AssertUnwindSafe(|| {
            let value = f(write)?;
            write.flush()?;
            Ok(value)
        }));
        let result = ran.unwrap_or_else(|_| Err(Error::Other("a write panicked".to_owned()).into()));
        let ran = match &result {
            Ok(_) => Ran::Kept,
            Err(Failure::Db(error)) => Ran::Failed(error.clone()),
            Err(_) => Ran::Undone,
        };
        self.result = Some(result);
        ran
    }

    fn answer(self: Box<Self>, commit: Result<(), Error>) {
        let result = match (commit, self.result) {
            (Ok(()), Some(result)) => result,
            // Refused before the commit failed: the refusal is the more useful answer.
            (Err(_), Some(Err(failure))) => Err(failure),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(Error::Other("the writer left it out".to_owned()).into()),
        };
        (self.done)(result);
    }
}

impl Writer {
    pub(crate) fn start(engine: Engine, log: &str, clock: Clock, sources: Sources) -> Self {
        let (jobs, queue) = channel();
        let desk = Desk { engine, log: log.to_owned(), clock, sources, connection: None };
        std::thread::spawn(move || desk.work(&queue));
        Self { jobs }
    }

    pub(crate) fn submit<F, T, D>(&self, f: F, done: D)
    where
        F: FnMut(&mut Write<'_>) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
        D: FnOnce(Result<T, Failure>) + Send + 'static,
    {
        let job = Box::new(Closure { f, result: None, done });
        if let Err(unsent) = self.jobs.send(job) {
            unsent.0.answer(Err(Error::Other("the writer has stopped".to_owned())));
        }
    }
}

/// The writer's thread.
struct Desk {
    engine: Engine,
    log: String,
    clock: Clock,
    sources: Sources,
    connection: Option<Connection>,
}

impl Desk {
    fn work(mut self, queue: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = queue.recv() {
            let mut batch = vec![first];
            batch.extend(queue.try_iter().take(BATCH_MAX - 1));
            let commit = self.run_until_settled(&mut batch);
            if let Err(error) = &commit {
                tracing::error!(log = self.log, %error, "a commit failed");
            }
            for job in batch {
                let commit = commit.clone();
                // Whoever asked may panic over the answer; the others still get theirs.
                if catch_unwind(AssertUnwindSafe(|| job.answer(commit))).is_err() {
                    tracing::error!(log = self.log, "an answer panicked");
                }
            }
        }
    }

    fn run_until_settled(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), Error> {
        let mut tries = 1;
        loop {
            let Err(broken) = self.run(batch) else {
                return Ok(());
            };
            self.forget_transaction();
            if broken.is_of_the_disk() {
                // Nothing more is said to be kept before a new connection has seen that it can be.
                self.connection = None;
            }
            let error = match broken {
                Broken::Undone(error) => error,
                Broken::Unanswered { error, begun, head } => {
                    return self.ask_whether_committed(error, &begun, &head);
                }
                Broken::Unforced(says) => return Err(Error::Unanswered(says)),
            };
            match error {
                Error::Busy(_) if tries < TRIES_MAX => tries += 1,
                // A connection that the server closed while idle is noticed only when used again.
                Error::Away(_) if tries == 1 => tries += 1,
                error => return Err(error),
            }
        }
    }

    fn run(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), Broken> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.engine.connect_to_write()?),
        };
        connection.begin_write()?;
        let mut head = lock_head(&mut connection.tx(), &self.log)?;
        let begun = head.clone();
        for job in batch {
            let before = head.clone();
            connection.savepoint()?;
            let mut write = Write::new(connection.tx(), &self.log, self.clock, &mut head, &mut self.sources);
            let ran = job.run(&mut write);
            match ran {
                Ran::Kept => connection.release()?,
                // The whole transaction is gone or to be repeated, so nobody's work is kept.
                Ran::Failed(error) if ends_transaction(&error) || !connection.in_transaction() => {
                    return Err(error.into());
                }
                Ran::Undone | Ran::Failed(_) => {
                    connection.rollback_to_savepoint()?;
                    head = before;
                }
            }
        }
        if head != begun {
            store_head(&mut connection.tx(), &self.log, &head)?;
        }
        connection.commit().map_err(|error| match error {
            Error::Away(_) => Broken::Unanswered { error, begun, head },
            Error::Disk(says) => Broken::Unforced(says),
            error => error.into(),
        })
    }

    /// Settles a commit that was not answered by looking for its head. Repeating it instead could
    /// record everything twice.
    fn ask_whether_committed(&mut self, error: Error, begun: &Head, head: &Head) -> Result<(), Error> {
        match self.found_head() {
            // A batch that moved no head wrote no evidence; the heads cannot tell whether it was kept.
            Ok(_) if begun == head => Err(Error::Unanswered(error.to_string())),
            Ok(found) if found == *head => Ok(()),
            Ok(found) if found == *begun => Err(error),
            Ok(_) | Err(_) => Err(Error::Unanswered(error.to_string())),
        }
    }

    fn found_head(&self) -> Result<Head, Error> {
        let mut connection = self.engine.connect()?;
        connection.begin_write()?;
        // Locking it waits for the lost transaction, should the server still be at it.
        let head = lock_head(&mut connection.tx(), &self.log)?;
        connection.rollback()?;
        Ok(head)
    }

    fn forget_transaction(&mut self) {
        let usable = self.connection.as_mut().is_some_and(|c| !c.in_transaction() || c.rollback().is_ok());
        if !usable || self.engine.is_remote() {
            self.connection = None;
        }
    }
}

/// Whether an error ends the transaction rather than the one statement that met it.
fn ends_transaction(error: &Error) -> bool {
    matches!(error, Error::Busy(_) | Error::Away(_))
}
