//! What templates may call: `asset`, a bounded `range`, `urlencode`.

use super::Files;
use crate::path;
use rustc_hash::FxHashMap;
use std::cell::Cell;
use tera::{Kwargs, State, Tera, TeraResult, Value};

/// How many steps the `range` calls of one page may make together.
const RANGE_BUDGET: usize = 1_000_000;

thread_local! {
    static RANGE_LEFT: Cell<usize> = const { Cell::new(RANGE_BUDGET) };
}

/// Gives the page that this thread renders next a fresh budget for `range`.
pub fn refill_range() {
    RANGE_LEFT.set(RANGE_BUDGET);
}

pub(super) fn register(tera: &mut Tera, chain: &[(String, Files)], assets_url: &str) {
    let addresses: FxHashMap<String, Value> = chain
        .iter()
        .flat_map(|(_, files)| files.keys())
        .filter_map(|path| path.as_str().strip_prefix("static/"))
        .map(|path| (path.to_string(), Value::from(format!("{assets_url}{path}"))))
        .collect();
    tera.register_function("asset", move |arguments: Kwargs, _: &State| -> TeraResult<Value> {
        let path: &str = arguments.must_get("path")?;
        let unknown = || tera::Error::message(format!("there is no static file `{path}` in the theme"));
        addresses.get(path).cloned().ok_or_else(unknown)
    });
    tera.register_filter("urlencode", |text: &str, _: Kwargs, _: &State| {
        let mut out = String::with_capacity(text.len() * 3 / 2);
        path::push_encoded(&mut out, text);
        out.replace('/', "%2F")
    });
    tera.register_function("range", |arguments: Kwargs, _: &State| -> TeraResult<Vec<i64>> {
        let start: i64 = arguments.get("start")?.unwrap_or(0);
        let end: i64 = arguments.must_get("end")?;
        let step: i64 = arguments.get("step_by")?.unwrap_or(1);
        if step < 1 {
            return Err(tera::Error::message("`range` needs a step_by of 1 or more"));
        }
        let length = usize::try_from(end.saturating_sub(start)).unwrap_or(0).div_ceil(step as usize);
        let left = RANGE_LEFT.get();
        if length > left {
            return Err(tera::Error::message(format!(
                "the `range` loops of this page make more than {RANGE_BUDGET} steps"
            )));
        }
        RANGE_LEFT.set(left - length);
        Ok((0..length as i64).map(|n| start + n * step).collect())
    });
}
