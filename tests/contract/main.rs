//! The connectors and the built-in vendors agree: every request is made over real loopback HTTP, by a hand-driven clock.

mod chart;
mod checks;
mod desk;
mod pages;
mod readings;
mod texts;
