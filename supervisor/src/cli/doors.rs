//! `cueline doors`: how clients of AWS reach the endpoints.

use super::{args::Everywhere, client::Client, failure::Failure, output};
use crate::{
    api::System,
    config::{Config, data_directory},
    doors::DoorKeys,
};

/// What clients want to hear; any would do.
const REGION: &str = "us-east-1";

pub(super) async fn show(everywhere: &Everywhere) -> Result<(), Failure> {
    let data = data_directory(&everywhere.overrides())?;
    let keys = DoorKeys::find(&data).map_err(|error| {
        Failure::failed(format!("doors_unreadable: {}: {error}", data.join("doors.json").display()))
    })?;
    let Some(keys) = keys else {
        return Err(Failure::failed(format!(
            "doors_closed: {} has no keys yet; they are made by the first `cueline up` with the doors open",
            data.display()
        )));
    };
    let (address, running) = match Client::connect(everywhere) {
        Ok(client) => (client.get::<System>("/admin/v1/system", &[]).await?.doors, true),
        Err(Failure::NotRunning(_)) => {
            let configured = Config::load(&everywhere.overrides())?.doors;
            (configured.map(|doors| format!("http://{}", doors.address)), false)
        }
        Err(failure) => return Err(failure),
    };
    if everywhere.json {
        output::json(&serde_json::json!({
            "endpoint": address,
            "running": running,
            "region": REGION,
            "access_key_id": keys.access_key_id,
            "secret_access_key": keys.secret_access_key,
        }));
        return Ok(());
    }
    let Some(address) = address else {
        return Err(Failure::failed("doors_closed: this cueline serves no S3 and EventBridge endpoints"));
    };
    // Lines for `eval "$(cueline doors)"`, so remarks are comments.
    if !running {
        say!("# no cueline is running; this is where its doors will be");
    }
    say!("export AWS_ENDPOINT_URL={address}");
    say!("export AWS_ACCESS_KEY_ID={}", keys.access_key_id);
    say!("export AWS_SECRET_ACCESS_KEY={}", keys.secret_access_key);
    say!("export AWS_DEFAULT_REGION={REGION} AWS_REGION={REGION}");
    say!("# aws s3 cp report.pdf s3://inbox/");
    say!("# aws events put-events --entries file://entries.json");
    Ok(())
}
