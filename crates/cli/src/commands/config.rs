//! `config`: settings of the service, and where each comes from.

use serde_json::{Map, Value, json};
use tierlight_service::config::Config;

use super::serve::layers;
use crate::args::Format;
use crate::exit::{Output, usage};
use crate::serve_args::{ConfigArgs, ConfigCommand};
use crate::view::table;

pub fn run(args: &ConfigArgs, format: Format) -> anyhow::Result<Output> {
    let ConfigCommand::Show { settings } = &args.command;
    let layers = layers(settings)?;
    let text = match format {
        Format::Json => {
            let all: Map<String, Value> = layers
                .all()
                .map(|s| (s.name.to_owned(), json!({ "value": s.shown, "origin": s.origin.to_string(), "what": s.what })))
                .collect();
            serde_json::to_string_pretty(&all)? + "\n"
        }
        Format::Text => table(
            &["setting", "value", "from", "what it is"],
            layers.all().map(|s| vec![s.name.to_owned(), s.shown.clone(), s.origin.to_string(), s.what.to_owned()]),
        ),
    };
    // settings that do not go together are shown first, and then refused
    if let Err(error) = Config::new(&layers).and_then(|c| c.reachable()) {
        let mut out = std::io::stdout().lock();
        let _ = std::io::Write::write_all(&mut out, text.as_bytes());
        return Err(usage(error.to_string(), error.hint()));
    }
    Ok(Output::done(text))
}
