//! The binary `candour`: see `candour --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    candour_server::cli::main()
}
