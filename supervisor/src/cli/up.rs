//! `cueline up`.

use super::{args::Up, failure::Failure};
use crate::{
    config::{Config, Overrides},
    up::{self, Ready, UpOptions},
};

pub(super) fn run(args: &Up) -> Result<(), Failure> {
    let overrides = Overrides {
        admin: args.admin.clone(),
        insecure_admin: args.insecure_admin,
        models: args.models.clone(),
        log: args.log,
        ..args.place.overrides()
    };
    let config = Config::load(&overrides)?;
    let options = UpOptions { samples: args.sample.clone() };
    up::run(&config, &options, print).map_err(Failure::Start)
}

fn print(ready: &Ready) {
    println!("cueline is ready: admin {} inbox {} data {} ({} ms)", ready.admin, ready.inbox, ready.data, ready.millis);
    println!("  console  {}/ (token in {}/token)", ready.admin, ready.data);
    for note in &ready.notes {
        println!("  note     {note}");
    }
}
