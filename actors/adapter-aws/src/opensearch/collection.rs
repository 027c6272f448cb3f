//! The index of a collection: made once, and given a field for vectors when their length is known.

use cueline_domain::collection::CollectionName;
use cueline_ports::{Condition, PortError, PortErrorKind, PortResult, Write};
use opensearch::http::Method;

use super::{
    OpenSearchIndex,
    client::Request,
    mapping,
    rows::{CollectionRow, collection_key, encode},
};

impl OpenSearchIndex {
    /// Makes the index of a collection if it is not there.
    pub(super) async fn make(&self, collection: &str) -> PortResult<()> {
        if self.known().made.contains(collection) {
            return Ok(());
        }
        CollectionName::parse(collection).map_err(|error| PortError::invalid(format!("index_collection: {error}")))?;
        let index = self.index(collection);
        let body = mapping::index(self.options.service);
        let request = Request { method: Method::Put, index: &index, part: "", query: &[], body };
        match self.client.repeat(&request).await {
            Err(error) if error.message.contains("resource_already_exists_exception") => {}
            made => _ = made?,
        }
        let row = encode(&CollectionRow::new(None, None))?;
        let put = Write::Put { key: collection_key(collection), body: row, condition: Condition::Absent };
        match self.table.transact(vec![put]).await {
            Err(error) if error.kind != PortErrorKind::Conflict => return Err(error),
            _ => {}
        }
        self.known().made.insert(collection.to_owned());
        Ok(())
    }

    /// The first vectors of a collection decide their length; the field is there before the row says so.
    pub(super) async fn agree(&self, collection: &str, dimension: usize) -> PortResult<()> {
        if let Some(CollectionRow { dimension: Some(agreed), .. }) = self.collection_row(collection).await? {
            return if agreed == dimension { Ok(()) } else { Err(other_dimension(0, dimension, agreed)) };
        }
        let index = self.index(collection);
        let engine = self.options.engine;
        let body = mapping::vectors(engine, dimension);
        self.client.repeat(&Request { method: Method::Put, index: &index, part: "_mapping", query: &[], body }).await?;
        loop {
            let (row, now) = match self.collection(collection).await? {
                Some((row, now)) => (Some(row), now),
                None => (None, CollectionRow::new(None, None)),
            };
            match now.dimension {
                Some(agreed) if agreed == dimension => return Ok(()),
                Some(agreed) => return Err(other_dimension(0, dimension, agreed)),
                None => {}
            }
            let put = Write::Put {
                key: collection_key(collection),
                body: encode(&CollectionRow::new(Some(dimension), Some(engine)))?,
                condition: row.map_or(Condition::Absent, Condition::Version),
            };
            match self.table.transact(vec![put]).await {
                Err(error) if error.kind == PortErrorKind::Conflict => {}
                done => return done,
            }
        }
    }
}

pub(super) fn other_dimension(at: usize, length: usize, dimension: usize) -> PortError {
    PortError::invalid(format!(
        "index_dimension: vector {at} has {length} numbers, the collection's have {dimension}: use the model that the \
         collection was embedded with, or another collection"
    ))
}
