//! `harness new`.

use clap::{Args, ValueEnum};

use super::{Exit, terminal::Terminal};
use crate::{
    author::{self, New, Template},
    grade::{Catalog, Error},
    report,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness new stay-connected --channel websocket
  harness new live-scores --channel sse --title 'Live scores' --chapter 'Staying connected'

What it makes is a small challenge that `harness verify` finds sound: change it step by step, as
challenges/README.md shows. It replaces nothing, and makes all of it or nothing.")]
pub(super) struct NewArguments {
    /// The challenge's name, such as `stay-connected`: of its folder and its crate.
    slug: String,
    /// What it practises.
    #[arg(long, value_enum)]
    channel: ChannelName,
    /// What it is called [default: made from its name].
    #[arg(long)]
    title: Option<String>,
    /// The title of the chapter that it is put into [default: the last one].
    #[arg(long, value_name = "TITLE")]
    chapter: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ChannelName {
    /// A client that comes back after a reset.
    Websocket,
    /// A client that comes back to where it was in a feed.
    Sse,
}

pub(super) fn run(catalog: &Catalog, arguments: &NewArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let template = match arguments.channel {
        ChannelName::Websocket => Template::WebSocket,
        ChannelName::Sse => Template::Sse,
    };
    let NewArguments { slug, title, chapter, .. } = arguments;
    let new = New { slug: slug.clone(), template, title: title.clone(), chapter: chapter.clone() };
    terminal.print(&report::created(&author::create(catalog, &new)?, terminal.style))?;
    Ok(Exit::Passed)
}
