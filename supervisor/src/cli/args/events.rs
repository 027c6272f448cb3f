//! What can be typed about events.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum EventCommand {
    /// Every event that is published or accepted
    List,
    /// JSON Schema of the detail of an event
    Schema(EventSchema),
    /// Check events before they are published
    Validate(ValidateEvents),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct EventSchema {
    /// Its detail-type, e.g. WorkflowRequested
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline events validate event.json
  echo '{\"detail-type\": \"WorkflowRequested\", \"detail\": {\"workflow\": \"greet\"}}' | cueline events validate -")]
pub(in crate::cli) struct ValidateEvents {
    /// JSON with `detail-type` and `detail`, or a whole envelope of EventBridge; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<String>,
}
