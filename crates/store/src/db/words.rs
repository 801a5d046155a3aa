//! Words that statements have for what each engine writes in its own way, and for what must be the same wherever it is asked.
//!
//! - `IDS($n)`: the ids bound there, after `IN`. A list of one, as most are, is bound as that id: engines take half the work for
//!   it, and an index in its order.
//! - `SHARED(table, $n)`: whether the [`domain::Viewer`] bound there may see the row of that table or alias, by its own permit.
//! - `SEEN(column, $n)`: whether they may see the customer whose id that is; who has none is seen. A lookup in the index of the
//!   customers that are not shared with everybody.
//! - `HIDDEN($n)`: the customers that they may not see, after `IN`.

use std::borrow::Cow;

use super::sql::Value;

/// How one engine writes them. `#` stands for the number of the value, `@` for the table.
pub(super) struct Words {
    list: &'static str,
    sees_all: &'static str,
    shared: &'static str,
    restricted: &'static str,
}

pub(super) const SQLITE: Words = Words {
    list: "(SELECT value FROM json_each(#))",
    sees_all: "# IS NULL",
    shared: "(@.permit = 1 OR @.permit_me IS NULL OR @.permit_me IN (SELECT value FROM json_each(#))
              OR EXISTS (SELECT 1 FROM json_each(@.permit_with) WHERE value IN (SELECT value FROM json_each(#))))",
    restricted: "customers whose INDEXED BY customers_by_permit",
};

pub(super) const POSTGRES: Words = Words {
    list: "(SELECT unnest(#::bigint[]))",
    sees_all: "#::bigint[] IS NULL",
    shared: "(@.permit = 1 OR @.permit_me IS NULL OR @.permit_me = ANY(#::bigint[])
              OR translate(@.permit_with, '[]', '{}')::bigint[] && #::bigint[])",
    restricted: "customers whose",
};

const NAMES: [&str; 4] = ["IDS(", "SHARED(", "SEEN(", "HIDDEN("];

/// A statement as an engine gets it with its values.
pub(super) fn as_sent<'s>(text: &'s str, values: &[Value<'_>], words: &Words) -> Cow<'s, str> {
    words.write(text, |number| {
        let index = number.trim_start_matches('$').parse::<usize>().unwrap_or_default();
        index.checked_sub(1).and_then(|index| values.get(index)).is_some_and(Value::is_one_id)
    })
}

/// The forms in which an engine gets a statement, for the checks that all statements go through: with lists of several ids, and
/// with lists of one if there are any.
pub fn forms(text: &str, is_postgres: bool) -> Vec<String> {
    let words = if is_postgres { POSTGRES } else { SQLITE };
    let forms = if text.contains("IDS(") { &[false, true][..] } else { &[false] };
    forms.iter().map(|is_one| words.write(text, |_| *is_one).into_owned()).collect()
}

impl Words {
    fn write<'s>(&self, text: &'s str, is_one: impl Fn(&str) -> bool) -> Cow<'s, str> {
        let next = |rest: &str| NAMES.iter().filter_map(|name| Some((rest.find(name)?, *name))).min();
        if next(text).is_none() {
            return text.into();
        }
        let mut whole = String::with_capacity(text.len() + 64);
        let mut rest = text;
        while let Some((at, name)) = next(rest) {
            let (inside, after) = rest[at + name.len()..].split_once(')').unwrap_or_default();
            let (subject, number) = inside.split_once(", ").unwrap_or(("", inside));
            let numbered = |text: &str| text.replace('#', number);
            whole.push_str(&rest[..at]);
            whole.push_str(&match name {
                "IDS(" if is_one(number) => format!("({number})"),
                "IDS(" => numbered(self.list),
                "SHARED(" => {
                    format!("({} OR {})", numbered(self.sees_all), numbered(&self.shared.replace('@', subject)))
                }
                "SEEN(" => {
                    let hidden = self.hidden(number, &format!("AND whose.id = {subject}"));
                    format!("({} OR NOT EXISTS {hidden})", numbered(self.sees_all))
                }
                _ => self.hidden(number, ""),
            });
            rest = after;
        }
        whole.push_str(rest);
        whole.into()
    }

    /// The customers that the viewer may not see, with one more condition.
    fn hidden(&self, number: &str, and: &str) -> String {
        let shared = self.shared.replace('@', "whose").replace('#', number);
        let (restricted, sees_all) = (self.restricted, self.sees_all.replace('#', number));
        format!(
            "(SELECT whose.id FROM {restricted}
              WHERE whose.org_id = $1 AND whose.permit <> 1 AND NOT ({sees_all} OR {shared}) {and})"
        )
    }
}
