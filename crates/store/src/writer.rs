//! The one writer of a log: a thread that runs closures one after another, several to a commit.
//!
//! Each closure has a savepoint, so that one refusal leaves the others alone, and each is answered
//! only after the commit. While one commit waits for the disk the next closures gather, which is
//! all the grouping that is needed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::db::{Connection, Engine, Error};
use crate::record::{Clock, Head, Write, lock_head, store_head};
use crate::store::{Failure, Sources};

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
        let ran = if result.is_ok() { Ran::Kept } else { Ran::Undone };
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
                job.answer(commit.clone());
            }
        }
    }

    fn run_until_settled(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), Error> {
        let mut tries = 1;
        loop {
            let commit = self.run(batch);
            if commit.is_err() {
                self.forget_transaction();
            }
            match commit {
                Err(Error::Busy(_)) if tries < TRIES_MAX => tries += 1,
                // A connection that the server closed while idle is noticed only when used again.
                Err(Error::Away(_)) if tries == 1 => tries += 1,
                settled => return settled,
            }
        }
    }

    fn run(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), Error> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.engine.connect()?),
        };
        connection.begin_write()?;
        let mut head = lock_head(&mut connection.tx(), &self.log)?;
        let begun = head.clone();
        for job in batch {
            let before = head.clone();
            connection.savepoint()?;
            let mut write = Write::new(connection.tx(), &self.log, self.clock, &mut head, &mut self.sources);
            let ran = job.run(&mut write);
            // After any error the whole transaction may be gone; then nobody's work is kept.
            if !connection.in_transaction() {
                return Err(Error::Full("the transaction was ended by the database".to_owned()));
            }
            match ran {
                Ran::Kept => connection.release()?,
                Ran::Undone => {
                    connection.rollback_to_savepoint()?;
                    head = before;
                }
            }
        }
        finish(connection, &self.log, &begun, &head)
    }

    fn forget_transaction(&mut self) {
        let usable = self.connection.as_mut().is_some_and(|c| !c.in_transaction() || c.rollback().is_ok());
        if !usable || self.engine.is_remote() {
            self.connection = None;
        }
    }
}

fn finish(connection: &mut Connection, log: &str, begun: &Head, head: &Head) -> Result<(), Error> {
    if head != begun {
        store_head(&mut connection.tx(), log, head)?;
    }
    connection.commit()
}
