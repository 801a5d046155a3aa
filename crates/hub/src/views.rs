//! Saved views: lists as people left them, their own or shared with the org.

use domain::view::{LONGEST_NAME, View};
use domain::{Error, Id, Instant, Result, User, text};
use store::{Tx, views};

/// Letters of a view's filters at most.
const LONGEST_QUERY: usize = 4_000;

/// The views of a list that a user may use: their own and the shared ones, by name.
pub fn list(tx: &mut Tx<'_>, noun: &str, user: Id) -> Result<Vec<View>> {
    views::list(tx, noun, user)
}

/// Keeps a list as it is under a name; an own view of that name is replaced.
pub fn keep(tx: &mut Tx<'_>, noun: &str, user: Id, name: &str, query: &str, is_shared: bool) -> Result<View> {
    let name = text::tidy(name).into_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Error::invalid("name", format!("Tên danh sách phải có từ 1 đến {LONGEST_NAME} ký tự")));
    }
    if query.chars().count() > LONGEST_QUERY {
        return Err(Error::invalid("query", "Bộ lọc quá dài"));
    }
    let (id, created_at): (Id, Instant) = (tx.new_id(), tx.now());
    let new = View { id, noun: noun.to_owned(), user, name, is_shared, query: query.to_owned(), created_at };
    views::keep(tx, &new)?;
    Ok(new)
}

/// Takes a view away: an own one, or as an admin a shared one.
pub fn delete(tx: &mut Tx<'_>, id: Id, by: &User) -> Result<View> {
    let unknown = || Error::not_found("Không tìm thấy danh sách đã lưu này");
    let view = views::find(tx, id)?.filter(|view| view.user == by.id || view.is_shared).ok_or_else(unknown)?;
    if view.user != by.id && !by.role.sees_everything() {
        return Err(Error::forbidden("Chỉ người lưu hoặc quản trị viên được xóa danh sách dùng chung"));
    }
    views::delete(tx, id)?;
    Ok(view)
}
