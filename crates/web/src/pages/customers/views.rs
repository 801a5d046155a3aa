//! Saved views: a list as it is, under a name.

use axum::Form;
use axum::extract::Path;
use domain::Id;
use serde::Deserialize;

use super::Query;
use crate::Visitor;
use crate::page::{Answer, Toast, go};

/// What the form sends.
#[derive(Deserialize)]
pub struct Kept {
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
    shared: Option<String>,
}

/// `POST /customers/views`
pub async fn keep(visitor: Visitor, Form(kept): Form<Kept>) -> Answer {
    let user = visitor.user.id;
    // Read and written anew, so that nothing but what a list knows is kept.
    let query = Query::read(&kept.query).raw();
    let asked = query.clone();
    let view = visitor
        .write(move |tx| hub::views::keep(tx, "customers", user, &kept.name, &asked, kept.shared.is_some()))
        .await?;
    let toast = Toast::good(visitor.t.customers.view_kept(&view.name));
    go(&visitor, &format!("/customers?{query}"), Some(&toast))
}

/// `POST /customers/views/{id}/delete`
pub async fn delete(visitor: Visitor, Path(id): Path<i64>) -> Answer {
    let user = visitor.user.clone();
    let view = visitor.write(move |tx| hub::views::delete(tx, Id(id), &user)).await?;
    go(&visitor, "/customers", Some(&Toast::good(visitor.t.customers.view_deleted(&view.name))))
}
