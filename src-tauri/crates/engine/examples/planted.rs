//! The `careloop` command with the planted faults in it: beside the real one, so that no build of that ever has them.

fn main() -> std::process::ExitCode {
    engine::cli::main()
}
