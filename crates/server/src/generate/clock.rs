//! The clock of a demonstration log: it stands until it is moved, and only ever forward.

use candour_core::day::{self, Day};
use candour_core::refusal::Refusal;
use candour_store::Failure;
use candour_store::record::{After, NewEvent, Write};

/// Moves a demonstration clock forward to 09:00 London on a day, and records that it was moved.
pub fn move_clock(w: &mut Write<'_>, to: Day) -> Result<(), Failure> {
    goes_forward(w, to)?;
    w.not_before(day::nine_o_clock(to))?;
    let mut data = serde_json::Map::new();
    data.insert("to".to_owned(), to.to_string().into());
    let moved = NewEvent { kind: "clock.moved".to_owned(), data, on: Some(to), words: Vec::new() };
    w.append("operator", "OPS operate yes", "log", After::Latest, vec![moved])?;
    Ok(())
}

/// Refuses to move a clock to where it stands already, or back.
pub(super) fn goes_forward(w: &Write<'_>, to: Day) -> Result<(), Failure> {
    if day::nine_o_clock(to) <= w.now() && w.position() > 1 {
        let now = day::of_instant(w.now());
        let says = format!("the clock goes forward only; it stands at {now}, so choose a later day than {to}");
        return Err(Refusal::new(says).into());
    }
    Ok(())
}
