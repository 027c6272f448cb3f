//! The S3 objects a case brought along, read as an `ItemReader` would.

use cueline_states::dataset;
use serde_json::Value;

/// The items, or error and cause.
pub fn read(mocks: &serde_json::Map<String, Value>, arguments: &Value) -> Result<Value, (String, String)> {
    let (parameters, config) = (&arguments["Parameters"], &arguments["ReaderConfig"]);
    let objects = mocks.get("__s3_objects__").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let wanted = |object: &&Value| object["Bucket"] == parameters["Bucket"] && object["Key"] == parameters["Key"];
    let Some(object) = objects.iter().find(wanted) else {
        return Err(("States.ItemReaderFailed".into(), format!("no object for {parameters}")));
    };
    let body = object["Body"].as_str().unwrap_or_default();
    dataset::read_items(config, body.as_bytes()).map_err(|why| ("States.ItemReaderFailed".into(), why.to_string()))
}
