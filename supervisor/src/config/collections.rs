//! Collections of a configuration file: the domain's own type, with defaults that suit the embedded world.

use std::collections::BTreeMap;

use cueline_domain::collection::{Collection, CollectionName, Embedding};
use toml::Value;

use super::{ConfigProblem, read::Source};

/// The collection of files that lie in no folder.
pub const DEFAULT_COLLECTION: &str = "default";
/// The model of a collection that names none.
pub const EMBEDDING_MODEL: &str = "all-MiniLM-L6-v2";
/// Length of its vectors.
pub const EMBEDDING_DIMENSION: usize = 384;

/// `[collections.NAME]` tables. `embedding = "none"` means words only; leaving it out means the local model.
pub(super) fn read(
    source: Option<&Source<'_>>,
    tables: BTreeMap<String, Value>,
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, Collection> {
    let mut collections = BTreeMap::new();
    if let Some(source) = source {
        for (name, value) in tables {
            let prefix = format!("collections.{name}");
            match collection(source, &prefix, &name, value) {
                Ok(collection) => {
                    problems.extend(collection.validate().into_iter().map(|found| {
                        let key = format!("{prefix}.{}", found.field);
                        source.problem(&key, format!("is {}", found.value), found.fix)
                    }));
                    collections.insert(name, collection);
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    if let (None, Ok(name)) = (collections.get(DEFAULT_COLLECTION), CollectionName::parse(DEFAULT_COLLECTION)) {
        let collection = Collection { embedding: Some(local_model()), ..Collection::named(name) };
        collections.insert(DEFAULT_COLLECTION.to_owned(), collection);
    }
    collections
}

fn collection(source: &Source<'_>, prefix: &str, name: &str, value: Value) -> Result<Collection, ConfigProblem> {
    let Value::Table(mut table) = value else {
        return Err(source.problem(prefix, "is not a table", format!("write `[{prefix}]`")));
    };
    if table.contains_key("name") {
        let key = format!("{prefix}.name");
        return Err(source.problem(&key, "the table's own name is the name", "remove `name`"));
    }
    let embedding = table.remove("embedding");
    let words_only = embedding.as_ref().and_then(Value::as_str) == Some("none");
    if let Some(given) = embedding.filter(|_| !words_only) {
        table.insert("embedding".to_owned(), given);
    } else if !words_only {
        let model = toml::Table::from_iter([
            ("model".to_owned(), Value::from(EMBEDDING_MODEL)),
            ("dimension".to_owned(), Value::from(EMBEDDING_DIMENSION as i64)),
        ]);
        table.insert("embedding".to_owned(), Value::Table(model));
    }
    table.insert("name".to_owned(), Value::from(name));
    source.typed(prefix, table)
}

fn local_model() -> Embedding {
    Embedding { model: EMBEDDING_MODEL.to_owned(), dimension: EMBEDDING_DIMENSION }
}
