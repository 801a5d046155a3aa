//! One thing done to many customers, and taken back.

use domain::catalog::CatalogKind;
use domain::{Dialect, Id, Permit, Viewer};
use hub::bulk::{self, Action, Done};
use hub::{Filter, catalog, customers, leads};

use crate::support::{House, block_on, person};

impl House {
    fn many(&self, viewer: &Viewer, action: Action) -> Done {
        let filter = Filter::everything(Viewer::Org);
        let ids = self.read(move |tx| bulk::select(tx, &filter)).unwrap();
        block_on(self.hub.bulk(testbed::actor(self.org, Dialect::Web, None), viewer.clone(), ids, action)).unwrap()
    }

    fn take_back(&self, batch: Id) -> domain::Result<Done> {
        block_on(self.hub.undo_bulk(testbed::actor(self.org, Dialect::Web, None), Viewer::Org, batch))
    }
}

#[test]
fn labels_and_owners_go_on_and_come_off() {
    let house = House::new();
    let item = |kind, name: &'static str| house.write(move |tx| catalog::find_or_create(tx, kind, name)).unwrap();
    let (tag, old, new) =
        (item(CatalogKind::Tag, "VIP"), item(CatalogKind::Status, "Mới"), item(CatalogKind::Status, "Cũ"));
    let user = testbed::user(&house.hub, house.org, "an@example.com", domain::Role::Member);
    let has = domain::Customer { labels: vec![old.clone(), tag.clone()], ..person("An", &["0905000001"]) };
    let first = house.add(has).unwrap();
    for n in 0..400 {
        house.add(person(&format!("Khách {n}"), &[])).unwrap();
    }
    let hidden = domain::Customer { permit: Permit::OnlyMe { me: Id(999_999) }, ..person("Kín", &[]) };
    let hidden = house.add(hidden).unwrap();
    let member = Viewer::User { id: user.id, teams: Vec::new() };
    let tagged = house.many(&member, Action::Label(tag.item));
    assert_eq!(tagged.changed, 400, "one has it, one is hidden");
    let moved = house.many(&Viewer::Org, Action::Label(new.item));
    let owned = house.many(&Viewer::Org, Action::Own(user.id));
    assert_eq!((moved.changed, owned.changed), (402, 402));
    assert_eq!(house.find(hidden.id).unwrap().labels, [new]);
    // What somebody changed since stays.
    house
        .write(move |tx| {
            customers::change(tx, hidden.id, |customer| {
                customer.owners.clear();
                Ok(())
            })
        })
        .unwrap();
    assert_eq!(house.take_back(owned.batch).unwrap().changed, 401);
    assert_eq!(house.take_back(moved.batch).unwrap().changed, 402);
    assert_eq!(house.take_back(tagged.batch).unwrap().changed, 400);
    let back = house.find(first.id).unwrap();
    assert_eq!((back.label(CatalogKind::Status), back.owners.len()), (Some(&old), 0));
    assert_eq!(back.labels_of(CatalogKind::Tag).count(), 1);
    assert!(house.take_back(tagged.batch).unwrap_err().public().contains("đã được hoàn tác"));
    assert!(house.take_back(Id(1)).unwrap_err().public().contains("Không tìm thấy"));
}

#[test]
fn who_was_deleted_comes_back_with_their_leads_and_keys() {
    let house = House::new();
    let gone = house.add(person("An", &["0905000001", "an@example.com"])).unwrap();
    house.write(move |tx| leads::create(tx, domain::Lead::default(), gone.id)).unwrap();
    let deleted = house.many(&Viewer::Org, Action::Delete);
    assert_eq!(deleted.changed, 1);
    let other = house.add(person("Bình", &["0905000001"])).unwrap();
    assert_eq!(house.take_back(deleted.batch).unwrap().changed, 1);
    let back = house.find(gone.id).unwrap();
    assert_eq!((back.number, &back.points), (gone.number, &gone.points));
    assert_eq!(house.read(move |tx| leads::of_customer(tx, gone.id)).unwrap().len(), 1);
    let holders = house.read(move |tx| gone.keys().iter().map(|key| customers::find_by_key(tx, key)).collect());
    let holders: Vec<Option<Id>> = holders.unwrap();
    assert_eq!(holders, [Some(other.id), Some(back.id)]);
    assert_eq!(house.read(|tx| customers::duplicates(tx, 10)).unwrap().len(), 1);
}
