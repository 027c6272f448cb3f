//! Where the items of a Map come from: the input, an expression, a reader; and how they are put into batches.

use super::{
    run::Run,
    task::{self, Cue},
    trouble::Trouble,
    view::{Eval, View, plain},
};
use crate::{
    Items, Json, Purpose,
    definition::{
        expression::{Number, NumberSource},
        fan::{ItemBatcher, ItemsSource, Map},
        scope::StateDef,
    },
    query::{QueryError, jsonata::Expected, path::Path},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// `ItemReader`: a task whose result is the array of items.
pub(super) fn read(run: &mut Run<'_>, frame: u32, def: &StateDef, map: &Map) -> Result<(), Trouble> {
    let Some(reader) = &map.reader else { return Ok(()) };
    let view = View::new(run, frame, def)?;
    let eval = view.eval();
    let input = eval.select(&map.flow.input_path, &view.data)?;
    let parameters = match &reader.arguments {
        Some(arguments) => eval.payload(arguments, &input, "ItemReader")?,
        None => json!({}),
    };
    let mut config = reader.config.clone();
    if let Some(number) = &reader.max_items {
        let most = max_items(&eval, number, &input)?;
        if let Some(config) = config.as_object_mut() {
            config.shift_remove("MaxItemsPath");
            config.insert("MaxItems".into(), most.into());
        }
    }
    let arguments = Arc::new(json!({ "Parameters": parameters, "ReaderConfig": config }));
    let resource = reader.resource.clone();
    task::schedule(
        run,
        frame,
        Cue { purpose: Purpose::ReadItems, resource, arguments, credentials: None, timeout: None, heartbeat: None },
    )
}

fn max_items(eval: &Eval<'_>, number: &Number, input: &Json) -> Result<i64, Trouble> {
    let most = eval.count(number, input)?;
    if most < 0 || (most == 0 && matches!(number.source, NumberSource::Literal(_))) {
        return Err(Trouble::bare("States.ItemReaderFailed", "field MaxItems must be positive"));
    }
    Ok(most)
}

/// The items, how many, and whether they are batches.
pub(super) fn find(
    run: &Run<'_>,
    frame: u32,
    map: &Map,
    view: &View<'_>,
    input: &Json,
) -> Result<(Items, u32, bool), Trouble> {
    let eval = view.eval();
    let items = locate(run, frame, map, view, &eval, input)?;
    if let Items::Value(value) = &items {
        run.check(frame, value)?;
    }
    let array = match &items {
        Items::Input { pointer } => view.data.pointer(pointer),
        Items::Value(value) => Some(&**value),
        Items::Result { pointer } => {
            run.state.thread(frame)?.result.as_ref().and_then(|result| result.pointer(pointer))
        }
    };
    let array = array.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let total = u32::try_from(array.len()).map_err(|_| Trouble::runtime("Too many items."))?;
    match &map.batcher {
        None => Ok((items, total, false)),
        Some(batcher) => {
            let batches = batches(map, view, batcher, array, input)?;
            let total = batches.len() as u32;
            let batches = Value::Array(batches);
            run.check(frame, &batches)?;
            Ok((Items::Value(Arc::new(batches)), total, true))
        }
    }
}

fn locate(
    run: &Run<'_>,
    frame: u32,
    map: &Map,
    view: &View<'_>,
    eval: &Eval<'_>,
    input: &Json,
) -> Result<Items, Trouble> {
    if map.reader.is_some() {
        return from_reader(run, frame, map, eval);
    }
    match &map.items {
        ItemsSource::Whole if input.is_array() => Ok(if Arc::ptr_eq(input, &view.data) {
            Items::Input { pointer: String::new() }
        } else {
            Items::Value(input.clone())
        }),
        ItemsSource::Whole => Err(not_an_array(view, "$", input)),
        ItemsSource::Path(path) => {
            let value = path.evaluate(&eval.at(input))?.ok_or_else(|| missing(path, input))?;
            if !value.is_array() {
                return Err(Trouble::bare(
                    "States.Runtime",
                    format!("Reference path \"{}\" must point to array.", normal(path)),
                ));
            }
            Ok(pointed(path, &value, input, &view.data).unwrap_or_else(|| Items::Value(Arc::new(value.into_owned()))))
        }
        ItemsSource::Literal(items) => Ok(Items::Value(items.clone())),
        ItemsSource::Template(template) => Ok(Items::Value(Arc::new(eval.payload(template, input, "Items")?))),
        ItemsSource::Jsonata(expression) => {
            let items = eval.session().evaluate_as(expression, Expected::Array, "Items")?;
            Ok(Items::Value(Arc::new(items)))
        }
    }
}

fn not_an_array(view: &View<'_>, path: &str, input: &Value) -> Trouble {
    if view.jsonata() {
        let cause = format!("Map state input must be an array but was: {input}");
        return QueryError::new("States.QueryEvaluationError", cause).into();
    }
    Trouble::bare("States.Runtime", format!("Reference path \"{path}\" must point to array."))
}

fn missing(path: &Path, input: &Value) -> Trouble {
    let cause = format!(
        "The JSONPath '{}' specified for the field 'ItemsPath' could not be found in the input '{input}'",
        path.source()
    );
    Trouble::runtime(cause)
}

/// AWS names a context path as if the context were the input.
fn normal(path: &Path) -> &str {
    path.source().strip_prefix('$').filter(|rest| rest.starts_with('$')).unwrap_or(path.source())
}

/// A plain path into the data of the frame: the journal then names the items instead of repeating them.
fn pointed(path: &Path, found: &Value, input: &Json, data: &Json) -> Option<Items> {
    if !Arc::ptr_eq(input, data) {
        return None;
    }
    let names = path.source().strip_prefix('$')?;
    let pointer = names.replace('~', "~0").replace('.', "/");
    let same = data.pointer(&pointer).is_some_and(|there| std::ptr::eq(there, found));
    same.then_some(Items::Input { pointer })
}

/// The reader's result is the array of items. Otherwise `ItemsPath` may find them in it; AWS does not look at it here.
fn from_reader(run: &Run<'_>, frame: u32, map: &Map, eval: &Eval<'_>) -> Result<Items, Trouble> {
    let result = run.state.thread(frame)?.result.clone().unwrap_or_default();
    if result.is_array() {
        return Ok(Items::Result { pointer: String::new() });
    }
    if let ItemsSource::Path(path) = &map.items
        && let Some(value) = path.evaluate(&eval.at(&result))?
        && value.is_array()
    {
        return Ok(Items::Value(Arc::new(value.into_owned())));
    }
    Err(Trouble::bare("States.ItemReaderFailed", "Attempting to map over non-iterable node."))
}

/// `ItemBatcher`: items become `{"BatchInput": …, "Items": […]}`, each item already what `ItemSelector` makes of it.
fn batches(
    map: &Map,
    view: &View<'_>,
    batcher: &ItemBatcher,
    items: &[Value],
    input: &Json,
) -> Result<Vec<Value>, Trouble> {
    let eval = view.eval();
    let limit = |number: &Option<Number>| -> Result<usize, Trouble> {
        let Some(number) = number else { return Ok(usize::MAX) };
        let most = eval.count(number, input)?;
        if most < 1 {
            return Err(Trouble::runtime(format!(
                "The {} field must be positive, but was: {}",
                number.field,
                plain(&most.into())
            )));
        }
        Ok(most as usize)
    };
    let (most_items, most_bytes) = (limit(&batcher.max_items)?, limit(&batcher.max_bytes)?);
    let shared = match &batcher.input {
        Some(payload) => Some(eval.payload(payload, input, "ItemBatcher/BatchInput")?),
        None => None,
    };
    let batch = |items: Vec<Value>| match &shared {
        Some(shared) => json!({ "BatchInput": shared, "Items": items }),
        None => json!({ "Items": items }),
    };
    let empty = batch(Vec::new()).to_string().len();
    let (mut all, mut open, mut bytes) = (Vec::new(), Vec::new(), empty);
    for (index, item) in items.iter().enumerate() {
        let item = match &map.selector {
            None => item.clone(),
            Some(selector) => {
                let item_view = view.with_item(index as u32, item);
                let eval = item_view.eval();
                eval.payload(selector, input, "ItemSelector")?
            }
        };
        let size = item.to_string().len() + 1;
        if !open.is_empty() && (open.len() >= most_items || bytes + size > most_bytes) {
            all.push(batch(std::mem::take(&mut open)));
            bytes = empty;
        }
        bytes += size;
        open.push(item);
    }
    if !open.is_empty() {
        all.push(batch(open));
    }
    Ok(all)
}
