//! JSON whose strings may be expressions: `Arguments`, `Output`, `Assign`, `ItemSelector`.

use serde_json::{Map, Value};

use super::convert::Exit;
use super::expression::Expression;
use super::session::{JsonataSession, undefined};
use super::unwrap;
use crate::query::{QueryError, SyntaxError, SyntaxErrorAt};

/// How deep a template may nest.
const MAX_DEPTH: usize = 64;

/// A parsed template. Only whole strings `{% … %}` are expressions; keys never are.
#[derive(Debug, Clone)]
pub struct JsonataTemplate {
    root: Node,
}

#[derive(Debug, Clone)]
enum Node {
    /// A subtree without expressions.
    Literal(Value),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
    Expression(Expression),
}

impl JsonataTemplate {
    /// Finds every error, not only the first.
    pub fn parse(value: &Value) -> Result<JsonataTemplate, Vec<SyntaxErrorAt>> {
        let mut errors = Vec::new();
        let root = parse(value, &mut String::new(), 0, &mut errors);
        if errors.is_empty() { Ok(JsonataTemplate { root }) } else { Err(errors) }
    }

    /// The expressions of the template in order. What a validator looks through.
    #[must_use]
    pub fn expressions(&self) -> Vec<&Expression> {
        let mut found = Vec::new();
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            match node {
                Node::Literal(_) => {}
                Node::Array(items) => open.extend(items.iter().rev()),
                Node::Object(members) => open.extend(members.iter().rev().map(|(_, node)| node)),
                Node::Expression(expression) => found.push(expression),
            }
        }
        found
    }

    /// The expression, when the template is nothing else.
    #[must_use]
    pub fn as_expression(&self) -> Option<&Expression> {
        match &self.root {
            Node::Expression(expression) => Some(expression),
            _ => None,
        }
    }

    pub(super) fn fill(
        &self,
        session: &JsonataSession<'_>,
        field: &str,
        bytes_left: &mut usize,
    ) -> Result<Value, QueryError> {
        fill(&self.root, session, &mut field.to_owned(), bytes_left)
    }
}

fn fill(
    node: &Node,
    session: &JsonataSession<'_>,
    field: &mut String,
    bytes_left: &mut usize,
) -> Result<Value, QueryError> {
    let length = field.len();
    match node {
        Node::Literal(value) => {
            Exit { bytes_left }.pass(value).map_err(|_| too_large(field))?;
            Ok(value.clone())
        }
        Node::Expression(expression) => {
            session.evaluate_within(expression, field, bytes_left)?.ok_or_else(|| undefined(expression, field))
        }
        Node::Array(items) => {
            let mut filled = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                field.push_str(&format!("[{index}]"));
                filled.push(fill(item, session, field, bytes_left)?);
                field.truncate(length);
            }
            Ok(Value::Array(filled))
        }
        Node::Object(members) => {
            let mut filled = Map::with_capacity(members.len());
            for (key, node) in members {
                field.push('/');
                field.push_str(key);
                filled.insert(key.clone(), fill(node, session, field, bytes_left)?);
                field.truncate(length);
            }
            Ok(Value::Object(filled))
        }
    }
}

fn too_large(field: &str) -> QueryError {
    let cause = format!("The value of the field '{field}' exceeds the maximum size.");
    QueryError::new(QueryError::QUERY_EVALUATION, cause).in_field(field)
}

fn parse(value: &Value, at: &mut String, depth: usize, errors: &mut Vec<SyntaxErrorAt>) -> Node {
    let mut complain = |at: &str, error| {
        errors.push(SyntaxErrorAt { at: at.to_owned(), error });
        Node::Literal(Value::Null)
    };
    if depth > MAX_DEPTH {
        return complain(at, SyntaxError::new(format!("template nests deeper than {MAX_DEPTH} levels")));
    }
    let length = at.len();
    match value {
        Value::String(text) => match unwrap(text).map(Expression::parse) {
            None => Node::Literal(value.clone()),
            Some(Ok(expression)) => Node::Expression(expression),
            Some(Err(error)) => complain(at, error),
        },
        Value::Array(items) => {
            let mut nodes = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                at.push_str(&format!("[{index}]"));
                nodes.push(parse(item, at, depth + 1, errors));
                at.truncate(length);
            }
            if nodes.iter().all(is_literal) { Node::Literal(value.clone()) } else { Node::Array(nodes) }
        }
        Value::Object(members) => {
            let mut nodes = Vec::with_capacity(members.len());
            for (key, value) in members {
                at.push('/');
                at.push_str(key);
                nodes.push((key.clone(), parse(value, at, depth + 1, errors)));
                at.truncate(length);
            }
            let literal = nodes.iter().all(|(_, node)| is_literal(node));
            if literal { Node::Literal(value.clone()) } else { Node::Object(nodes) }
        }
        _ => Node::Literal(value.clone()),
    }
}

fn is_literal(node: &Node) -> bool {
    matches!(node, Node::Literal(_))
}
