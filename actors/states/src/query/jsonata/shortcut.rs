//! Expressions that only walk: `$states.input.order.id`, `$customer.name`.
//!
//! Most expressions are such, and converting a document into the engine's values costs a hundred times more than
//! following three names. The engine remains the reference: wherever it would do more than look up a member (an array on
//! the way, a variable that may be a function) the shortcut steps aside.

use jsonata_core::ast::AstNode;
use serde_json::Value;

use super::mention::MEMBERS;
use crate::query::Scope;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shortcut {
    start: Start,
    names: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Start {
    /// Index into [`MEMBERS`].
    Member(usize),
    Variable(String),
}

pub(super) enum Found<'a> {
    Value(&'a Value),
    Undefined,
    /// The engine has to decide.
    Unclear,
}

impl Shortcut {
    pub(super) fn of(tree: &AstNode) -> Option<Shortcut> {
        let mut names = Vec::new();
        let variable = match tree {
            AstNode::Variable(variable) => variable,
            AstNode::Path { steps } => {
                let plain = |step: &jsonata_core::ast::PathStep| {
                    step.stages.is_empty()
                        && step.focus.is_none()
                        && step.index_var.is_none()
                        && step.ancestor_label.is_none()
                        && !step.is_tuple
                        && !step.inner_tuple
                };
                let (first, rest) = steps.split_first().filter(|_| steps.iter().all(plain))?;
                for step in rest {
                    let AstNode::Name(name) = &step.node else { return None };
                    names.push(name.clone());
                }
                let AstNode::Variable(variable) = &first.node else { return None };
                variable
            }
            _ => return None,
        };
        let start = match variable.as_str() {
            // `$` alone is a variable without a name.
            "" | "$" => return None,
            "states" => {
                if names.is_empty() {
                    return None;
                }
                let member = names.remove(0);
                Start::Member(MEMBERS.iter().position(|name| *name == member)?)
            }
            variable => Start::Variable(variable.to_owned()),
        };
        Some(Shortcut { start, names })
    }

    pub(super) fn walk<'a>(&self, scope: &Scope<'a>) -> Found<'a> {
        let start = match &self.start {
            Start::Member(member) => match super::session::member(scope, *member) {
                Some(value) => value,
                None => return Found::Undefined,
            },
            Start::Variable(name) => match scope.variables.get(name) {
                Some(value) => value,
                None => return Found::Unclear,
            },
        };
        let mut value = start;
        for name in &self.names {
            value = match value {
                Value::Object(members) => match members.get(name) {
                    Some(value) => value,
                    None => return Found::Undefined,
                },
                Value::Array(_) => return Found::Unclear,
                _ => return Found::Undefined,
            };
        }
        Found::Value(value)
    }
}
