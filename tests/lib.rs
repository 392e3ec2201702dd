//! Whole-product tests: contract, journeys, simulation, desktop.
