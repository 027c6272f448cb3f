//! The input that a rule gives a workflow: JSON in which a text such as `$.detail.order.id` stands for that part of the
//! event.

use serde_json::Value;

/// JSON with places in it that are filled from an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Template(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Fixed(Value),
    Place(Vec<Step>),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Name(String),
    At(usize),
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is no place in an event; {fix}")]
pub struct TemplateProblem {
    /// The text.
    pub value: String,
    /// What to write instead.
    pub fix: &'static str,
}

const FIX: &str =
    "write $, or a path such as $.detail.items[0]['odd name']; a text that begins with a dollar is written with two";

impl Template {
    /// The whole event, as EventBridge gives it to a target.
    pub fn whole() -> Self {
        Self(Node::Place(Vec::new()))
    }

    /// Reads a template.
    pub fn parse(value: &Value) -> Result<Self, TemplateProblem> {
        node(value).map(Self)
    }

    /// With the places filled. What an event does not have is null.
    pub fn fill(&self, event: &Value) -> Value {
        fill(&self.0, event)
    }
}

fn node(value: &Value) -> Result<Node, TemplateProblem> {
    Ok(match value {
        Value::String(text) => match text.strip_prefix('$') {
            None => Node::Fixed(value.clone()),
            Some(rest) if rest.starts_with('$') => Node::Fixed(Value::from(rest)),
            Some(rest) => {
                let problem = || TemplateProblem { value: text.chars().take(80).collect(), fix: FIX };
                Node::Place(steps(rest).ok_or_else(problem)?)
            }
        },
        Value::Array(items) => Node::List(items.iter().map(node).collect::<Result<_, _>>()?),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| Ok((name.clone(), node(value)?)));
            Node::Object(members.collect::<Result<_, _>>()?)
        }
        other => Node::Fixed(other.clone()),
    })
}

/// `.name`, `[3]` and `['name']`, any number of them.
fn steps(path: &str) -> Option<Vec<Step>> {
    let (mut steps, mut rest) = (Vec::new(), path);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            if name.is_empty() || name.contains([']', '\'', ' ']) {
                return None;
            }
            steps.push(Step::Name(name.to_owned()));
            rest = after;
        } else if let Some(after) = rest.strip_prefix("['") {
            let (name, after) = after.split_once("']")?;
            steps.push(Step::Name(name.to_owned()));
            rest = after;
        } else {
            let (at, after) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::At(at.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

fn fill(node: &Node, event: &Value) -> Value {
    match node {
        Node::Fixed(value) => value.clone(),
        Node::Place(steps) => {
            let there = steps.iter().try_fold(event, |value, step| match step {
                Step::Name(name) => value.get(name),
                Step::At(at) => value.get(at),
            });
            there.cloned().unwrap_or(Value::Null)
        }
        Node::List(items) => items.iter().map(|item| fill(item, event)).collect(),
        Node::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), fill(value, event))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_are_filled_and_the_rest_stays() {
        let event = json!({"detail-type": "T", "detail": {"a": [1, {"b c": true}], "n": 1.5}});
        let cases = [
            (json!("$"), event.clone()),
            (json!("$.detail-type"), json!("T")),
            (json!("$.detail.a[0]"), json!(1)),
            (json!("$.detail.a[1]['b c']"), json!(true)),
            (json!("$.detail.missing.more"), json!(null)),
            (json!("$$.detail"), json!("$.detail")),
            (json!({"x": ["$.detail.n", "plain", 3, null]}), json!({"x": [1.5, "plain", 3, null]})),
        ];
        for (template, expected) in cases {
            assert_eq!(Template::parse(&template).unwrap().fill(&event), expected, "{template}");
        }
        assert_eq!(Template::whole().fill(&event), event);
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for bad in ["$x", "$.", "$.a..b", "$.a[x]", "$.a[", "$.a['b", "$.a b", "$[-1]"] {
            let error = Template::parse(&json!({"deep": [bad]})).unwrap_err();
            assert_eq!(error.value, bad);
        }
    }
}
