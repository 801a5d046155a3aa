//! The log lines of the program, to standard error.

use std::error::Error;
use std::io::{self, IsTerminal};
use std::panic::PanicHookInfo;
use std::str::FromStr;

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

impl FromStr for Format {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("expected text or json"),
        }
    }
}

/// Starts the log for the whole process. `levels` is a level or a list such as `info,hub=debug`. Fails if that cannot
/// be read, or if a log was started before. Panics are logged by their place, and by their message only if it is a
/// literal: a formatted one may hold a customer's data.
pub fn init(format: Format, levels: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    let colour = io::stderr().is_terminal();
    tracing::subscriber::set_global_default(subscriber(format, levels.parse()?, colour, io::stderr))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

pub(crate) fn subscriber<W>(format: Format, levels: Targets, colour: bool, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // When a line cannot be written (a full disk, a closed pipe) there is nowhere to say so: the library would use
    // `eprintln!`, which panics then.
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(colour).log_internal_errors(false);
    let layer = match format {
        Format::Text => layer.boxed(),
        Format::Json => layer.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    tracing_subscriber::registry().with(layer.with_filter(levels))
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let message = panic.payload().downcast_ref::<&'static str>();
    tracing::error!(place, message, "panic");
}
