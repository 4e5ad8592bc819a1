//! The record for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::text::COMMANDS;
use crate::{
    trace::is_hidden,
    verdict::{Verdict, Verification},
};

/// A record as JSON: a verdict, a verification or the findings of a soak. The same record always gives the same text, and what a terminal
/// would act upon is escaped in it.
///
/// # Panics
/// Never for the records of [`crate::verdict`], which JSON can hold.
#[must_use]
pub fn json(record: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(record).expect("records have only text keys");
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        // Line feeds are between values: those within texts are escaped already.
        if is_hidden(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.push('\n');
    // These stand in texts only, where the log of a CI service would see commands.
    for mark in COMMANDS {
        out = out.replace(mark, &mark.replacen('#', "\\u0023", 1));
    }
    out
}

/// The JSON Schema of what `verify` finds out, as it is committed in `harness/schema/verification.schema.json`.
///
/// # Panics
/// Never: schemas are JSON.
#[must_use]
pub fn verification_schema() -> String {
    json(&schemars::schema_for!(Verification))
}

/// The JSON Schema of a verdict, as it is committed in `harness/schema/verdict.schema.json`.
///
/// # Panics
/// Never: schemas are JSON.
#[must_use]
pub fn schema() -> String {
    json(&schemars::schema_for!(Verdict))
}
