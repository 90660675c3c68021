//! Access to fields of other programs' JSON: a missing field, or one of another type, is empty.

use serde_json::Value;

/// Returns the text of a field.
pub(super) fn text(value: &Value, key: &str) -> String {
    let text = value.get(key).and_then(Value::as_str);
    text.unwrap_or("").to_string()
}

/// Returns the items of a field that is a list.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    let items = value.get(key).and_then(Value::as_array);
    items.into_iter().flatten()
}
