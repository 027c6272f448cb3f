//! Many documents in one request: what was refused is sent again, what became of the rest is known or said to be unknown.

use bytes::{BufMut, Bytes, BytesMut};
use cueline_ports::{PortError, PortErrorKind, PortResult};
use opensearch::http::Method;
use serde_json::{Value, json};

use super::{
    Service,
    client::{Client, Failure, Request, kind_of, pause},
};

/// Most bytes of a request. The smallest instances of a domain take 10 MiB.
const MOST_BYTES: usize = 4 << 20;
/// Most documents of a request.
const MOST_DOCUMENTS: usize = 500;
/// Tries of a document that the service has no time for. An index that was just made on Serverless is found only after some
/// seconds, too.
const TRIES: u32 = 12;

/// What a request of several actions did to each of them.
struct Item {
    id: String,
    status: u16,
    code: String,
}

/// Adds documents, which get ids from the service: collections of Serverless refuse any other. A failure that is
/// [`Failure::Unknown`] may have added some of them.
pub(super) async fn add(client: &Client, index: &str, documents: &[Bytes]) -> Result<Vec<String>, Failure> {
    let action = Bytes::from_static(b"{\"index\":{}}\n");
    let mut ids = vec![String::new(); documents.len()];
    let mut batches = batches(documents).peekable();
    while let Some(mut waiting) = batches.next() {
        // Serverless has no such parameter; a search sees later what it must, see `visible`.
        let refresh = client.service() == Service::Es && batches.peek().is_none();
        let query: &[(&str, &str)] = if refresh { &[("refresh", "true")] } else { &[] };
        let mut tries = 1;
        while !waiting.is_empty() {
            let mut body = BytesMut::new();
            for at in &waiting {
                body.put(action.clone());
                body.put(documents.get(*at).cloned().unwrap_or_default());
                body.put_u8(b'\n');
            }
            let request = Request { method: Method::Post, index, part: "_bulk", query, body: body.freeze() };
            let (again, why) = match client.once(&request).await {
                Ok(answer) => {
                    let items = items(client, index, &answer, waiting.len()).map_err(Failure::Unknown)?;
                    let mut again = Vec::new();
                    let mut why = None;
                    for (at, item) in waiting.iter().zip(items) {
                        match kind_of(item.status) {
                            _ if (200..300).contains(&item.status) => ids[*at] = item.id,
                            PortErrorKind::Throttled | PortErrorKind::Unavailable | PortErrorKind::NotFound => {
                                why.get_or_insert((item.status, item.code));
                                again.push(*at);
                            }
                            // Some of the others may have been added; they are found by their token and deleted.
                            kind => {
                                let what = format!("{} ({})", item.code, item.status);
                                return Err(Failure::Unknown(client.error(Method::Post, index, kind, &what)));
                            }
                        }
                    }
                    let error = why.map(|(status, code)| {
                        client.error(Method::Post, index, kind_of(status), &format!("{code} ({status})"))
                    });
                    (again, error)
                }
                Err(Failure::Refused(error)) if error.is_transient() || error.kind == PortErrorKind::NotFound => {
                    (waiting, Some(error))
                }
                Err(failure) => return Err(failure),
            };
            if let Some(error) = why {
                if tries >= TRIES {
                    return Err(Failure::Unknown(error));
                }
                pause(tries, error.retry_after).await;
                tries += 1;
            }
            waiting = again;
        }
    }
    Ok(ids)
}

/// Deletes documents; gives how many of them were there.
pub(super) async fn delete(client: &Client, index: &str, ids: &[String]) -> PortResult<usize> {
    let mut deleted = 0;
    for ids in ids.chunks(MOST_DOCUMENTS) {
        let mut waiting: Vec<&String> = ids.iter().collect();
        let mut tries = 1;
        while !waiting.is_empty() {
            let body: String = waiting.iter().map(|id| format!("{}\n", json!({"delete": {"_id": id}}))).collect();
            let request = Request { method: Method::Post, index, part: "_bulk", query: &[], body: Bytes::from(body) };
            let answer = match client.repeat(&request).await {
                // With the index, everything of it has gone.
                Err(error) if error.kind == PortErrorKind::NotFound => return Ok(deleted),
                answer => answer?,
            };
            let mut again = Vec::new();
            let mut why = None;
            for (id, item) in waiting.iter().zip(items(client, index, &answer, waiting.len())?) {
                match item.status {
                    200..300 => deleted += 1,
                    404 => {}
                    status => {
                        why = Some(client.error(
                            Method::Post,
                            index,
                            kind_of(status),
                            &format!("{} ({status})", item.code),
                        ));
                        again.push(*id);
                    }
                }
            }
            if let Some(error) = why {
                if tries >= TRIES || !(error.is_transient() || error.kind == PortErrorKind::Conflict) {
                    return Err(error);
                }
                pause(tries, error.retry_after).await;
                tries += 1;
            }
            waiting = again;
        }
    }
    Ok(deleted)
}

/// Positions of documents, in requests that are not too large. A document that is too large by itself goes alone.
fn batches(documents: &[Bytes]) -> impl Iterator<Item = Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for (at, document) in documents.iter().enumerate() {
        let size = document.len() + 16;
        match batches.last_mut() {
            Some(batch) if size <= room && batch.len() < MOST_DOCUMENTS => {
                batch.push(at);
                room -= size;
            }
            _ => {
                batches.push(vec![at]);
                room = MOST_BYTES.saturating_sub(size);
            }
        }
    }
    batches.into_iter()
}

fn items(client: &Client, index: &str, answer: &Value, expected: usize) -> PortResult<Vec<Item>> {
    let item = |item: &Value| {
        let result = item.as_object()?.values().next()?;
        Some(Item {
            id: result["_id"].as_str().unwrap_or_default().to_owned(),
            status: u16::try_from(result["status"].as_u64()?).ok()?,
            code: result["error"]["type"].as_str().unwrap_or("no code").to_owned(),
        })
    };
    let items: Option<Vec<Item>> = answer["items"].as_array().and_then(|items| items.iter().map(item).collect());
    items.filter(|items| items.len() == expected).ok_or_else(|| -> PortError {
        client.error(
            Method::Post,
            index,
            PortErrorKind::Unavailable,
            "the answer to _bulk has not an item for each action",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_no_larger_than_allowed() {
        let of = |sizes: &[usize]| {
            let documents: Vec<Bytes> = sizes.iter().map(|size| Bytes::from(vec![b'x'; *size])).collect();
            batches(&documents).map(|batch| batch.len()).collect::<Vec<_>>()
        };
        assert_eq!(of(&[]), [0_usize; 0]);
        assert_eq!(of(&[10, 20]), [2]);
        assert_eq!(of(&[MOST_BYTES / 2, MOST_BYTES / 2, 10]), [1, 2]);
        assert_eq!(of(&[10, MOST_BYTES * 2, 10]), [1, 1, 1]);
        assert_eq!(of(&vec![1; 1_100]), [500, 500, 100]);
    }
}
