//! A file part becomes a part of a chat message: what the file is decides how a model is shown it.
//!
//! Only an image may be named by an address of the web, since only images have one in chat completions. Anything else
//! is sent itself, as `useChat` does with what a user chooses.

use crate::chat::reading::{Object, RequestRefusal, refuse, unsupported};
use serde_json::{Value, json};

use crate::chat::ui::data_url::DataUrl;

/// Translates a user's file part.
pub(crate) fn translate(part: &Object<'_>) -> Result<Value, RequestRefusal> {
    if part.get("providerReference").is_some() {
        let fix = "is not served here; send the file itself as url, e.g. \"data:image/png;base64,…\"";
        return Err(unsupported(part.param("providerReference"), fix));
    }
    let said = essence(part.named("mediaType", "say what the file is, e.g. \"image/png\"")?);
    let url = part.named("url", "write the file, e.g. \"data:image/png;base64,…\"")?;
    let data = DataUrl::read(url);
    // An image of some kind (`image`, `image/*`) is of the kind that its address says.
    let media_type = match (&data, said.split_once('/')) {
        (Some(data), None | Some((_, "*"))) => essence(data.media_type),
        _ => said,
    };
    let param = part.param("url");
    match media_type.split('/').next().unwrap_or_default() {
        "image" => image(url, data, &param),
        "text" => text(data, &param),
        _ => match media_type.as_str() {
            "application/pdf" => {
                base64(data, &param)?;
                let filename = part.string("filename")?.unwrap_or("document.pdf");
                Ok(json!({ "type": "file", "file": { "filename": filename, "file_data": url } }))
            }
            "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => audio("wav", data, &param),
            "audio/mp3" | "audio/mpeg" => audio("mp3", data, &param),
            other => {
                let message = format!("is {other:?}; send an image, a text, a PDF, or audio as wav or mp3");
                Err(unsupported(part.param("mediaType"), message))
            }
        },
    }
}

/// A media type without its parameters.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn image(url: &str, data: Option<DataUrl<'_>>, param: &str) -> Result<Value, RequestRefusal> {
    if data.is_some() {
        base64(data, param)?;
    } else if !is_https(url) {
        let message = format!("is {:?}; write an https: or a data: URL", beginning(url));
        return Err(refuse("invalid_value", param, message));
    }
    Ok(json!({ "type": "image_url", "image_url": { "url": url } }))
}

fn audio(format: &str, data: Option<DataUrl<'_>>, param: &str) -> Result<Value, RequestRefusal> {
    let data = base64(data, param)?;
    Ok(json!({ "type": "input_audio", "input_audio": { "data": data, "format": format } }))
}

fn text(data: Option<DataUrl<'_>>, param: &str) -> Result<Value, RequestRefusal> {
    let data = data.ok_or_else(|| not_itself(param))?;
    let Some(bytes) = data.bytes() else {
        let written = if data.is_base64 { "Base64" } else { "percent-encoded" };
        return Err(refuse("invalid_value", param, format!("is a data: URL that is not {written}; encode it anew")));
    };
    Ok(json!({ "type": "text", "text": String::from_utf8_lossy(&bytes) }))
}

/// The Base64 of a file that is sent itself.
fn base64<'a>(data: Option<DataUrl<'a>>, param: &str) -> Result<&'a str, RequestRefusal> {
    let data = data.ok_or_else(|| not_itself(param))?;
    if !data.is_base64 || data.data.is_empty() {
        let message = "is a data: URL without Base64; write e.g. \"data:image/png;base64,…\"";
        return Err(refuse("invalid_value", param, message));
    }
    Ok(data.data)
}

fn not_itself(param: &str) -> RequestRefusal {
    refuse("invalid_value", param, "is no data: URL; only images may be of the web, send the file itself")
}

fn is_https(url: &str) -> bool {
    let host = url.split_once("://").filter(|(scheme, _)| scheme.eq_ignore_ascii_case("https"));
    host.is_some_and(|(_, host)| !host.is_empty())
        && url.chars().all(|char| !char.is_whitespace() && !char.is_control())
}

/// Enough of an address to know it by.
fn beginning(url: &str) -> String {
    url.chars().take(40).collect()
}
