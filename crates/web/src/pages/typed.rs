//! Phones and e-mails as people type them into forms: held to what somebody can be reached by, unlike what other programs send.

use domain::identity::Country;
use domain::{ContactKind, ContactPoint, Error, Result};

/// A contact point as typed; none when nothing was. A phone that cannot be dialled and an e-mail that has not the form of one are
/// refused, and `field` is where that is told.
pub fn point(
    kind: ContactKind,
    raw: &str,
    label: &str,
    country: Country,
    field: impl Into<String>,
) -> Result<Option<ContactPoint>> {
    let point = ContactPoint::new(kind, raw, label, country);
    let Some(ContactPoint { raw, .. }) = point.as_ref().filter(|point| !point.is_reachable()) else { return Ok(point) };
    Err(match kind {
        ContactKind::Phone => Error::invalid(field, format!("“{raw}” không phải số điện thoại, ví dụ 0905 123 456")),
        _ => Error::invalid(field, format!("“{raw}” không phải địa chỉ e-mail, ví dụ an@example.vn")),
    })
}
