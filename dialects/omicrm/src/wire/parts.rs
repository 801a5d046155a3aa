//! Reads what several bodies share: texts within limits, lists of names, typed values.

use domain::Result;
use kit::json::Node;
use kit::reader::{Names, Reader, Value};

use super::Typed;

/// Letters of a name, a contact point or another short fact at most.
pub const SHORT: usize = 500;
/// Letters of a code, of a passport's number, and of a name of a tag and the like at most.
pub const CODE: usize = 250;
/// Letters of a web address at most.
pub const ADDRESS: usize = 2_000;
/// Elements of a list at most; a longer one would keep everybody else waiting.
pub const MOST: usize = 200;

/// A text of any length, kept as sent; a blank one says nothing.
pub fn long_text(data: &Reader<'_>, names: impl Names) -> Result<Option<String>> {
    data.value(names).map_or(Ok(None), |value| long(&value))
}

/// The same of a value.
pub fn long(value: &Value<'_>) -> Result<Option<String>> {
    Ok(value.text()?.filter(|text| !text.trim().is_empty()))
}

/// A value of an attribute of the org's own, where a checkbox may hold `true`.
pub fn own(value: &Value<'_>) -> Result<Option<String>> {
    Ok(value.written()?.filter(|text| !text.trim().is_empty()))
}

/// A gender in whatever word. One that is not known, and so are `true` and `false`, is no mistake.
pub fn gender(value: &Value<'_>) -> Result<Option<String>> {
    if matches!(value.node(), Node::Bool(_)) { value.written() } else { value.short(SHORT) }
}

/// The elements of a list; a lone one stands for a list of one.
pub fn elements<'d>(data: &'d Reader<'_>, names: impl Names, most: usize) -> Result<Vec<Value<'d>>> {
    let Some(value) = data.value(names).filter(|value| !value.node().is_empty()) else { return Ok(Vec::new()) };
    let values = data.list_or_one(names)?;
    if values.len() > most { Err(value.invalid(&format!("có quá {most} phần tử"))) } else { Ok(values) }
}

/// Names of tags and the like.
pub fn labels(data: &Reader<'_>, names: impl Names) -> Result<Vec<String>> {
    let values = elements(data, names, MOST)?;
    values.iter().filter_map(|value| value.short(CODE).transpose()).collect()
}

/// A list of typed values, the data of each being what `read` makes of it; `None` when the list was not sent. An empty list
/// is a list.
pub fn typed_list<F>(data: &Reader<'_>, names: impl Names, read: F) -> Result<Option<Vec<Typed>>>
where
    F: Fn(&Value<'_>) -> Result<Option<String>>,
{
    match data.value(names).map(|value| value.node()) {
        None | Some(Node::Null) => return Ok(None),
        Some(Node::Text(text)) if text.trim().is_empty() => return Ok(None),
        Some(_) => {}
    }
    let values = elements(data, names, MOST)?;
    values.iter().filter_map(|value| typed(value, &read).transpose()).collect::<Result<_>>().map(Some)
}

/// `{data, type, valueType}`, as version 1 spells it with `value` for `type`, as items spell it, or the value alone.
/// `None` when it holds nothing.
fn typed(value: &Value<'_>, read: impl Fn(&Value<'_>) -> Result<Option<String>>) -> Result<Option<Typed>> {
    let Node::Object(_) = value.node() else {
        return Ok(read(value)?.map(|data| Typed { data, ..Typed::default() }));
    };
    let Some(object) = value.object()? else { return Ok(None) };
    let Some(data) = object.value(["data", "display_value", "displayValue"]) else { return Ok(None) };
    let Some(data) = read(&data)? else { return Ok(None) };
    Ok(Some(Typed {
        data,
        kind: object.short(["type", "value", "data_type", "dataType"], CODE)?.unwrap_or_default(),
        value_type: object.short(["valueType", "value_type"], CODE)?.unwrap_or_default(),
    }))
}
