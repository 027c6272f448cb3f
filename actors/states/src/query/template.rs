//! Payload templates of JSONPath states: `Parameters`, `ResultSelector`, `ItemSelector`, `Assign`.
//!
//! A key that ends in `.$` holds a path or an intrinsic function; the key loses the suffix and the value is what the
//! query finds. Everything else is copied as it stands.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::intrinsic::Call;
use super::path::Path;
use super::{Entropy, QueryError, Scope, SyntaxError, SyntaxErrorAt};

/// How deep a template may nest.
pub const MAX_DEPTH: usize = 64;

/// What may stand behind a `.$` key, and in `ErrorPath` and `CausePath`.
#[derive(Debug, Clone)]
pub enum Query {
    /// `$…`
    Path(Path),
    /// `States.…(…)`
    Call(Call),
}

impl Query {
    /// A path or an intrinsic function.
    pub fn parse(text: &str) -> Result<Query, SyntaxError> {
        if Call::looks_like(text) { Call::parse(text).map(Query::Call) } else { Path::parse(text).map(Query::Path) }
    }

    /// The value; `field` is named when a path finds nothing.
    pub fn evaluate<'a>(
        &self,
        scope: &Scope<'a>,
        entropy: &Entropy,
        field: &str,
    ) -> Result<Cow<'a, Value>, QueryError> {
        match self {
            Query::Path(path) => path.require(scope, field),
            Query::Call(call) => call.evaluate(scope, entropy).map(Cow::Owned).map_err(|error| error.in_field(field)),
        }
    }
}

/// A parsed payload template.
#[derive(Debug, Clone)]
pub struct Template {
    root: Node,
}

#[derive(Debug, Clone)]
enum Node {
    /// A subtree without queries.
    Literal(Value),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// `field` is the key as written, `.$` included: AWS names it so in its messages.
    Query {
        field: String,
        query: Query,
    },
}

impl Template {
    /// Finds every error, not only the first.
    pub fn parse(value: &Value) -> Result<Template, Vec<SyntaxErrorAt>> {
        let mut parser = Parser { at: String::new(), errors: Vec::new() };
        let root = parser.node(value, 0);
        if parser.errors.is_empty() { Ok(Template { root }) } else { Err(parser.errors) }
    }

    /// Fills the template in.
    pub fn evaluate(&self, scope: &Scope<'_>, entropy: &Entropy) -> Result<Value, QueryError> {
        self.root.fill(scope, entropy)
    }

    /// The queries of the template in order, each with its key as written. What a validator looks through.
    pub fn queries(&self) -> Vec<(&str, &Query)> {
        let mut found = Vec::new();
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            match node {
                Node::Literal(_) => {}
                Node::Array(items) => open.extend(items.iter().rev()),
                Node::Object(members) => open.extend(members.iter().rev().map(|(_, node)| node)),
                Node::Query { field, query } => found.push((field.as_str(), query)),
            }
        }
        found
    }
}

impl Node {
    fn fill(&self, scope: &Scope<'_>, entropy: &Entropy) -> Result<Value, QueryError> {
        Ok(match self {
            Node::Literal(value) => value.clone(),
            Node::Query { field, query } => query.evaluate(scope, entropy, field)?.into_owned(),
            Node::Array(items) => {
                let filled: Result<_, _> = items.iter().map(|item| item.fill(scope, entropy)).collect();
                Value::Array(filled?)
            }
            Node::Object(members) => {
                let mut filled = Map::with_capacity(members.len());
                for (key, node) in members {
                    filled.insert(key.clone(), node.fill(scope, entropy)?);
                }
                Value::Object(filled)
            }
        })
    }

    fn is_literal(&self) -> bool {
        matches!(self, Node::Literal(_))
    }
}

struct Parser {
    at: String,
    errors: Vec<SyntaxErrorAt>,
}

impl Parser {
    fn node(&mut self, value: &Value, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            self.complain(SyntaxError::new(format!("template nests deeper than {MAX_DEPTH} levels")));
            return Node::Literal(Value::Null);
        }
        let node = match value {
            Value::Array(items) => {
                let parse = |(index, item)| self.below(&format!("[{index}]"), |parser| parser.node(item, depth + 1));
                Node::Array(items.iter().enumerate().map(parse).collect())
            }
            Value::Object(members) => {
                let mut nodes = Vec::with_capacity(members.len());
                for (key, value) in members {
                    nodes.push(self.below(&format!("/{key}"), |parser| parser.member(key, value, depth)));
                }
                Node::Object(nodes)
            }
            _ => Node::Literal(value.clone()),
        };
        let literal = match &node {
            Node::Array(items) => items.iter().all(Node::is_literal),
            Node::Object(members) => members.iter().all(|(_, node)| node.is_literal()),
            _ => return node,
        };
        if literal { Node::Literal(value.clone()) } else { node }
    }

    fn member(&mut self, key: &str, value: &Value, depth: usize) -> (String, Node) {
        let Some(name) = key.strip_suffix(".$") else {
            return (key.to_owned(), self.node(value, depth + 1));
        };
        let query = match value.as_str() {
            Some(text) => Query::parse(text),
            None => Err(SyntaxError::new("expected a path or an intrinsic function")),
        };
        let node = match query {
            Ok(query) => Node::Query { field: key.to_owned(), query },
            Err(error) => {
                self.complain(error);
                Node::Literal(Value::Null)
            }
        };
        (name.to_owned(), node)
    }

    fn below<T>(&mut self, step: &str, parse: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.at.len();
        self.at.push_str(step);
        let parsed = parse(self);
        self.at.truncate(length);
        parsed
    }

    fn complain(&mut self, error: SyntaxError) {
        self.errors.push(SyntaxErrorAt { at: self.at.clone(), error });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fill(template: Value, input: Value) -> Result<Value, QueryError> {
        let variables = json!({"name": "Ada"});
        let scope = Scope {
            input: &input,
            context: &json!({"State": {"Name": "S"}}),
            variables: variables.as_object().unwrap(),
            result: None,
            error_output: None,
        };
        Template::parse(&template).unwrap().evaluate(&scope, &Entropy::new(0, 0))
    }

    #[test]
    fn queries_are_filled_in_at_any_depth_and_in_order() {
        let template = json!({
            "b.$": "$.x", "a": {"c.$": "$$.State.Name", "d": ["$.x", {"e.$": "$name"}]}, "f": 1,
            "g.$": "States.Format('{}!', $.x)"
        });
        let filled = fill(template, json!({"x": 7})).unwrap();
        let expected = r#"{"b":7,"a":{"c":"S","d":["$.x",{"e":"Ada"}]},"f":1,"g":"7!"}"#;
        assert_eq!(filled.to_string(), expected);
    }

    #[test]
    fn missing_path_names_key_and_input() {
        let error = fill(json!({"deep": {"value.$": "$.no"}}), json!({"x": 7})).unwrap_err();
        assert_eq!(error.error, "States.Runtime");
        assert_eq!(
            error.cause,
            r#"The JSONPath '$.no' specified for the field 'value.$' could not be found in the input '{"x":7}'"#
        );
        assert_eq!(error.field.as_deref(), Some("value.$"));
    }

    #[test]
    fn every_syntax_error_is_reported_with_its_place() {
        let template = json!({"a.$": "x", "b": [{"c.$": 1}], "d.$": "$.ok", "e.$": "States.Nope()"});
        let errors = Template::parse(&template).unwrap_err();
        let places: Vec<_> = errors.iter().map(|error| error.at.as_str()).collect();
        assert_eq!(places, ["/a.$", "/b[0]/c.$", "/e.$"]);
    }

    #[test]
    fn deep_template_is_refused() {
        let deep = (0..2000).fold(json!(1), |value, _| json!([value]));
        assert_eq!(Template::parse(&deep).unwrap_err().len(), 1);
        std::mem::forget(deep);
    }
}
