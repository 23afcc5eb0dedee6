//! Orders in the pages: from the purchase to its end.

mod card_form;
mod challenges;
mod deadlines;
mod keyboard;
mod onlookers;
mod purchases;
mod repetitions;
mod stripe_site;
mod tabs;
mod visitor;
