//! Catalogs: the lists of the org, as trees where they are trees; items are added, changed, moved, merged and taken out.

use askama::Template;
use axum::extract::Path;
use domain::catalog::{CatalogItem, CatalogKind};
use domain::{Error, Id};
use hub::catalog::{self, Edit, Step};

use super::{Part, Sent, page};
use crate::Visitor;
use crate::messages::Messages;
use crate::page::{Answer, Page, Toast, go, show as show_page};
use crate::pages::words;

/// Records that are counted at most.
const MOST: i64 = 10_000;

/// Whether items of a list stand below one another.
fn is_tree(kind: CatalogKind) -> bool {
    matches!(kind, CatalogKind::Source | CatalogKind::Group | CatalogKind::Industry)
}

/// What the `extra` of a list's items is, where people set it: its values with what they read for them; none for free text.
pub struct Extra {
    /// What it is called.
    pub label: &'static str,
    /// Its values.
    pub values: Vec<(&'static str, &'static str)>,
}

fn extra(kind: CatalogKind, t: &Messages) -> Option<Extra> {
    let t = &t.settings_lists;
    match kind {
        CatalogKind::LeadStatus => Some(Extra {
            label: t.status_type,
            values: vec![("0", t.type_middle), ("1", t.type_first), ("2", t.type_converted), ("3", t.type_unqualified)],
        }),
        _ => None,
    }
}

#[derive(Template)]
#[template(path = "settings/catalogs.html")]
struct Catalogs {
    page: Page,
    part: Part,
    kinds: Vec<(CatalogKind, usize)>,
}

/// `GET /settings/catalogs`
pub async fn list(visitor: Visitor) -> Answer {
    let kinds = visitor
        .read(|tx| CatalogKind::ALL.into_iter().map(|kind| Ok((kind, catalog::list(tx, kind)?.len()))).collect())
        .await?;
    show_page(&visitor, &Catalogs { page: page(&visitor, Part::Catalogs), part: Part::Catalogs, kinds })
}

/// An item with how deep it stands.
struct Row {
    item: CatalogItem,
    depth: usize,
}

impl Row {
    /// Blanks before it in a list of choices.
    fn indent(&self) -> String {
        "\u{2003}".repeat(self.depth)
    }
}

/// Items in the order of their tree, those of a level in their own order.
fn tree(items: &[CatalogItem]) -> Vec<Row> {
    let mut rows = Vec::with_capacity(items.len());
    let is_known = |id: Id| items.iter().any(|item| item.id == id);
    let is_root = |item: &&CatalogItem| item.parent.is_none_or(|parent| !is_known(parent));
    let mut open: Vec<(CatalogItem, usize)> =
        items.iter().filter(is_root).rev().map(|item| (item.clone(), 0)).collect();
    while let Some((item, depth)) = open.pop() {
        let below = items.iter().rev().filter(|other| other.parent == Some(item.id));
        open.extend(below.map(|other| (other.clone(), depth + 1)));
        rows.push(Row { item, depth });
    }
    rows
}

fn kind(word: &str) -> Result<CatalogKind, Error> {
    CatalogKind::of(word).ok_or_else(|| Error::not_found("Không có danh mục này"))
}

#[derive(Template)]
#[template(path = "settings/catalog.html")]
struct Catalog {
    page: Page,
    part: Part,
    kind: CatalogKind,
    rows: Vec<Row>,
    is_tree: bool,
    extra: Option<Extra>,
}

impl Catalog {
    /// The form is for a new item.
    fn known(&self) -> Option<&CatalogItem> {
        None
    }

    /// What people read for the `extra` of an item.
    fn extra_of(&self, item: &CatalogItem) -> &'static str {
        let value = item.extra.as_deref().unwrap_or_default();
        let values = self.extra.iter().flat_map(|extra| &extra.values);
        values.into_iter().find(|(known, _)| *known == value).map_or("", |(_, label)| label)
    }
}

/// `GET /settings/catalogs/{kind}`
pub async fn show(visitor: Visitor, Path(word): Path<String>) -> Answer {
    let kind = kind(&word)?;
    let items = visitor.read(move |tx| catalog::list(tx, kind)).await?;
    let mut page = page(&visitor, Part::Catalogs);
    words::list(&kind, visitor.t).clone_into(&mut page.title);
    let extra = extra(kind, visitor.t);
    show_page(
        &visitor,
        &Catalog { page, part: Part::Catalogs, kind, rows: tree(&items), is_tree: is_tree(kind), extra },
    )
}

fn edit(sent: &Sent) -> Edit {
    Edit {
        label: sent.text("label").to_owned(),
        code: sent.some("code"),
        parent: sent.some("parent").and_then(|parent| parent.parse().ok()),
        // A picker of colours always sends one: whether it counts is a box of its own.
        colour: sent.some("colour").filter(|_| sent.has("has_colour")),
        extra: sent.some("extra"),
    }
}

fn place(kind: CatalogKind) -> String {
    format!("/settings/catalogs/{}", kind.word())
}

/// `POST /settings/catalogs/{kind}`
pub async fn add(visitor: Visitor, Path(word): Path<String>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let (kind, edit) = (kind(&word)?, edit(&sent));
    let item = visitor.write(move |tx| catalog::append(tx, kind, &edit)).await?;
    go(&visitor, &place(kind), Some(&Toast::good(visitor.t.settings_lists.added(&item.label))))
}

#[derive(Template)]
#[template(path = "settings/catalog_item.html")]
struct Item {
    page: Page,
    part: Part,
    kind: CatalogKind,
    item: CatalogItem,
    others: Vec<CatalogItem>,
    carried: i64,
    is_tree: bool,
    extra: Option<Extra>,
}

impl Item {
    /// The form is for this item.
    fn known(&self) -> Option<&CatalogItem> {
        Some(&self.item)
    }

    fn most(&self) -> i64 {
        MOST
    }
}

/// `GET /settings/catalogs/{kind}/{number}`
pub async fn item(visitor: Visitor, Path((word, number)): Path<(String, i64)>) -> Answer {
    visitor.must_be_admin()?;
    let kind = kind(&word)?;
    let (items, carried) = visitor
        .read(move |tx| {
            let items = catalog::list(tx, kind)?;
            let carried = match items.iter().find(|item| item.number == number) {
                Some(item) => catalog::carried(tx, item.id, MOST)?,
                None => 0,
            };
            Ok((items, carried))
        })
        .await?;
    let (mut found, others): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.number == number);
    let item = found.pop().ok_or_else(|| Error::not_found("Không có mục này trong danh mục"))?;
    let mut page = page(&visitor, Part::Catalogs);
    page.title.clone_from(&item.label);
    let (is_tree, extra) = (is_tree(kind), extra(kind, visitor.t));
    show_page(&visitor, &Item { page, part: Part::Catalogs, kind, item, others, carried, is_tree, extra })
}

/// `POST /settings/catalogs/{kind}/{number}`
pub async fn change(visitor: Visitor, Path((word, number)): Path<(String, i64)>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let (kind, mut edit) = (kind(&word)?, edit(&sent));
    visitor
        .write(move |tx| {
            if !sent.has("extra") {
                // What this form does not ask for stays.
                edit.extra = catalog::find_by_number(tx, kind, number)?.and_then(|item| item.extra);
            }
            catalog::edit(tx, kind, number, &edit).map(drop)
        })
        .await?;
    go(&visitor, &place(kind), Some(&Toast::good(visitor.t.settings.saved)))
}

/// `POST /settings/catalogs/{kind}/{number}/move`
pub async fn shift(visitor: Visitor, Path((word, number)): Path<(String, i64)>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let kind = kind(&word)?;
    let (step, word) = if sent.text("step") == "up" { (Step::Up, "up") } else { (Step::Down, "down") };
    visitor.write(move |tx| catalog::shift(tx, kind, number, step)).await?;
    go(&visitor, &format!("{}#item-{number}-{word}", place(kind)), None)
}

/// `POST /settings/catalogs/{kind}/{number}/merge`
pub async fn merge(visitor: Visitor, Path((word, number)): Path<(String, i64)>, sent: Sent) -> Answer {
    visitor.must_be_admin()?;
    let kind = kind(&word)?;
    let into = sent.text("into").parse().map_err(|_| Error::invalid("into", "Hãy chọn mục nhận gộp"))?;
    let moved = visitor.web.hub.merge_items(visitor.actor(), kind, number, into).await?;
    go(&visitor, &place(kind), Some(&Toast::good(visitor.t.settings_lists.merged(moved))))
}

/// `POST /settings/catalogs/{kind}/{number}/delete`
pub async fn delete(visitor: Visitor, Path((word, number)): Path<(String, i64)>) -> Answer {
    visitor.must_be_admin()?;
    let kind = kind(&word)?;
    visitor.write(move |tx| catalog::remove(tx, kind, number)).await?;
    go(&visitor, &place(kind), Some(&Toast::good(visitor.t.settings_lists.deleted)))
}
