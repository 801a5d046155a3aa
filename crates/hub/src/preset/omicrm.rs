//! Names that the examples of OMICRM's contact document send; its funnel is the usual one, which has two levels.

use domain::Result;
use domain::catalog::CatalogKind;
use domain::field::FieldEntity;
use store::Tx;

use super::{Custom, add_fields, add_labels};

/// `tags`, `tagRemoves`.
pub(super) const TAGS: &[&str] = &["Lead", "Contact", "Company", "Demo"];

/// `business`, `businessRemoves`.
pub(super) const INDUSTRIES: &[&str] = &["Food", "Education", "E-Commerce", "Demo"];

/// `categories`, `categoriesRemoves`. `High Prioriry` is the document's spelling in one place, `High Priority` in another.
pub(super) const GROUPS: &[&str] = &["High Prioriry", "High Priority", "Medium", "Low Priority", "Demo"];

/// The one dynamic attribute of the search sample, with the document's spelling.
const FIELDS: &[Custom] = &[Custom {
    entity: FieldEntity::Customer,
    number: 0,
    code: "more_infomation",
    label: "Thông tin thêm",
    kind: "customize",
    options: &[],
}];

/// Fills what the document sends.
pub(super) fn fill(tx: &mut Tx<'_>) -> Result<()> {
    add_labels(tx, CatalogKind::Tag, TAGS)?;
    add_labels(tx, CatalogKind::Industry, INDUSTRIES)?;
    add_labels(tx, CatalogKind::Group, GROUPS)?;
    add_fields(tx, FIELDS)
}
