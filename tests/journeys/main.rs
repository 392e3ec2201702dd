//! Real processes of `careloop run`, real HTTP: what a device cloud, a vendor, a nurse or a power cut does to them.

mod bad_input;
mod bench;
mod clinic;
mod connect;
mod console;
mod hostile;
mod loops;
mod office;
mod outage;
mod power;
mod private;
mod safe;
mod starts;
mod watch;
