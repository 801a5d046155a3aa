//! Reads what contacts are searched by.

use domain::Result;
use jiff::tz::TimeZone;
use kit::reader::{Names, Reader, Value};

use super::Search;
use super::parts::{self, CODE, SHORT, elements};

/// Ids of `includeIds` or `excludeIds` at most.
const MOST_IDS: usize = 10_000;

/// A search.
pub fn search(data: &Reader<'_>, zone: &TimeZone) -> Result<Search> {
    let mut search = Search {
        keyword: data.short("keyword", SHORT)?,
        tags: labels(data, "tags")?,
        business: labels(data, ["business", "business_type"])?,
        categories: labels(data, ["categories", "contact_categories"])?,
        include_ids: ids(data, ["includeIds", "include_ids"])?,
        exclude_ids: ids(data, ["excludeIds", "exclude_ids"])?.unwrap_or_default(),
        page: data.integer("page")?,
        size: data.integer("size")?,
        ..Search::default()
    };
    for value in elements(data, "ranges", parts::MOST)? {
        let Some(object) = value.object()? else { continue };
        let range = match object.short("field", SHORT)?.as_deref() {
            Some("created_date") => &mut search.created,
            Some("last_updated_date") => &mut search.updated,
            Some(_) => return Err(object.invalid("field", "chỉ nhận created_date hoặc last_updated_date")),
            None => return Err(object.missing("field")),
        };
        if let Some(from) = millis(&object, "from", zone)? {
            range.from = Some(range.from.map_or(from, |known| known.max(from)));
        }
        if let Some(to) = millis(&object, "to", zone)? {
            range.to = Some(range.to.map_or(to, |known| known.min(to)));
        }
    }
    Ok(search)
}

/// Names of tags and the like.
fn labels(data: &Reader<'_>, names: impl Names) -> Result<Option<Vec<String>>> {
    asked(&elements(data, names, parts::MOST)?, |value| value.short(CODE))
}

fn ids(data: &Reader<'_>, names: impl Names) -> Result<Option<Vec<String>>> {
    asked(&elements(data, names, MOST_IDS)?, Value::trimmed)
}

/// What a list asks for. `None` when there is no list or nothing in it, which asks for everybody; one of blanks asks for nobody.
fn asked<'d>(values: &[Value<'d>], read: impl Fn(&Value<'d>) -> Result<Option<String>>) -> Result<Option<Vec<String>>> {
    if values.is_empty() {
        return Ok(None);
    }
    values.iter().filter_map(|value| read(value).transpose()).collect::<Result<_>>().map(Some)
}

/// Epoch milliseconds, or a date as people write it.
fn millis(object: &Reader<'_>, name: &'static str, zone: &TimeZone) -> Result<Option<i64>> {
    match object.integer(name) {
        Ok(number) => Ok(number),
        Err(_) => Ok(object.instant(name, zone)?.map(|micros| micros.div_euclid(1_000))),
    }
}
