//! A collection with queries and judgements, in the layout of BEIR.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, Result, bail};
use cueline_domain::evaluation::Qrels;
use serde::{Deserialize, de::DeserializeOwned};

/// A judged collection.
#[derive(Debug, Default)]
pub struct Judged {
    /// Documents in the order of the file.
    pub documents: Vec<Document>,
    /// Queries that have a judgement.
    pub queries: Vec<Query>,
    /// What is relevant to which query.
    pub qrels: Qrels,
}

/// A document.
#[derive(Debug, Clone, Deserialize)]
pub struct Document {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Its text.
    pub text: String,
}

/// A query.
#[derive(Debug, Clone, Deserialize)]
pub struct Query {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: String,
    /// What is asked.
    pub text: String,
}

impl Judged {
    /// Reads `docs.jsonl` (or `corpus.jsonl`), `queries.jsonl` and `qrels.tsv` (or `qrels/test.tsv`) of a directory.
    pub fn read(directory: &Path) -> Result<Self> {
        let documents = json_lines(&first(directory, &["docs.jsonl", "corpus.jsonl"])?)?;
        let mut queries: Vec<Query> = json_lines(&first(directory, &["queries.jsonl"])?)?;
        let qrels = judgements(&first(directory, &["qrels.tsv", "qrels/test.tsv"])?)?;
        queries.retain(|query| qrels.contains_key(&query.id));
        if queries.is_empty() {
            bail!("no query of queries.jsonl has a judgement in qrels.tsv");
        }
        Ok(Self { documents, queries, qrels })
    }
}

fn first(directory: &Path, names: &[&str]) -> Result<std::path::PathBuf> {
    let found = names.iter().map(|name| directory.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("{} has no {}", directory.display(), names.join(" or ")))
}

fn json_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let lines = BufReader::new(File::open(path)?).lines();
    let parsed = lines.enumerate().filter(|(_, line)| line.as_ref().map_or(true, |line| !line.trim().is_empty()));
    parsed
        .map(|(at, line)| serde_json::from_str(&line?).with_context(|| format!("{} line {}", path.display(), at + 1)))
        .collect()
}

fn judgements(path: &Path) -> Result<Qrels> {
    let mut qrels = Qrels::new();
    for (at, line) in BufReader::new(File::open(path)?).lines().enumerate() {
        let line = line?;
        let columns: Vec<&str> = line.split('\t').collect();
        let (query, document, gain) = match columns[..] {
            [query, document, gain] => (query, document, gain),
            [query, _, document, gain] => (query, document, gain),
            [""] => continue,
            _ => bail!("{} line {}: expected query, document and score", path.display(), at + 1),
        };
        match gain.trim().parse::<i64>() {
            Ok(gain) => {
                let gain = u32::try_from(gain).unwrap_or(0);
                qrels.entry(query.to_owned()).or_default().insert(document.to_owned(), gain);
            }
            // The head of the table.
            Err(_) if at == 0 => {}
            Err(_) => bail!("{} line {}: the score `{gain}` is not a number", path.display(), at + 1),
        }
    }
    Ok(qrels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_is_read_and_queries_without_judgement_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        assert!(Judged::read(folder.path()).unwrap_err().to_string().contains("docs.jsonl"));
        write("docs.jsonl", "{\"_id\": \"1\", \"title\": \"t\", \"text\": \"x\"}\n\n");
        write("queries.jsonl", "{\"_id\": \"q\", \"text\": \"?\"}\n{\"_id\": \"r\", \"text\": \"?\"}\n");
        write("qrels.tsv", "query-id\tcorpus-id\tscore\nq\t1\t2\n");
        let judged = Judged::read(folder.path()).unwrap();
        assert_eq!((judged.documents.len(), judged.queries.len(), judged.qrels["q"]["1"]), (1, 1, 2));
        write("qrels.tsv", "q\t1\t2\nq\t1\tx\n");
        assert!(Judged::read(folder.path()).unwrap_err().to_string().contains("line 2"));
    }
}
