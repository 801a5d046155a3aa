//! Both presets fill a new org whole, once, and with the printed ids.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use domain::catalog::{CatalogItem, CatalogKind, LeadStatusType};
use domain::field::{Field, FieldEntity, FieldType};
use domain::{Actor, Instant, OrgId, text};
use store::{migrate, users as stored};

use super::*;
use crate::files::Files;
use crate::orgs::NewOrg;
use crate::{CountingIds, FixedClock, Hub, Options, Place, leads};

const NOW: Instant = Instant(1_711_000_000_000_000);

fn hub(folder: &Path) -> Hub {
    let place = Place::Sqlite(folder.join("daumoi.db"));
    migrate::run(&place, NOW).unwrap();
    let files = Files::local(&folder.join("files")).unwrap();
    Hub::open_with(&place, Options::default(), files, Arc::new(FixedClock::new(NOW)), Arc::new(CountingIds::default()))
        .unwrap()
}

fn org(hub: &Hub, preset: Preset, admin_email: &str) -> OrgId {
    let (slug, name) = ("cong-ty".to_owned(), "Công ty".to_owned());
    let new = NewOrg { slug, name, admin_email: admin_email.to_owned(), preset, vbot: None };
    hub.create_org(new).unwrap().org.id
}

/// Fills a new org and runs `look` in it.
fn filled<T: Send + 'static>(preset: Preset, look: fn(&mut Tx<'_>) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(folder.path());
    let org = org(&hub, preset, "chu@example.com");
    hub.read(org, move |tx| Ok(look(tx))).wait().unwrap()
}

fn labels(tx: &mut Tx<'_>, kind: CatalogKind) -> Vec<String> {
    catalog::list(tx, kind).unwrap().into_iter().map(|item| item.label).collect()
}

/// Everything that a preset fills, as one text.
fn inventory(tx: &mut Tx<'_>) -> String {
    let mut text = String::new();
    for kind in CatalogKind::ALL {
        let items: Vec<CatalogItem> = catalog::list(tx, kind).unwrap();
        writeln!(text, "{items:?}").unwrap();
    }
    for entity in [FieldEntity::Customer, FieldEntity::Lead, FieldEntity::Deal, FieldEntity::Ticket] {
        let customs: Vec<Field> = fields::list(tx, entity).unwrap();
        writeln!(text, "{customs:?}").unwrap();
    }
    for user in users::list(tx).unwrap() {
        writeln!(text, "{user:?} {:?}", stored::teams_of(tx, user.id).unwrap()).unwrap();
    }
    writeln!(text, "{:?} {:?}", users::teams(tx).unwrap(), funnels::list(tx).unwrap()).unwrap();
    text
}

#[test]
fn usual_lists_are_enough_to_begin() {
    filled(Preset::Usual, |tx| {
        for kind in CatalogKind::ALL.into_iter().filter(|kind| *kind != CatalogKind::Tag) {
            assert!(!labels(tx, kind).is_empty(), "{kind:?} is empty");
        }
        let types: Vec<_> =
            catalog::list(tx, CatalogKind::LeadStatus).unwrap().iter().map(leads::status_type).collect();
        for wanted in [LeadStatusType::First, LeadStatusType::Converted, LeadStatusType::Unqualified] {
            assert_eq!(types.iter().filter(|found| **found == wanted).count(), 1, "{wanted:?}");
        }
        assert_eq!(labels(tx, CatalogKind::DealStage)[0], "Tiếp cận");
        assert_eq!(catalog::list(tx, CatalogKind::Currency).unwrap()[0].code.as_deref(), Some("VND"));
        let website = catalog::find_by_label(tx, CatalogKind::Source, "website").unwrap().unwrap();
        let above = catalog::find_by_label(tx, CatalogKind::Source, "Trực tuyến").unwrap().unwrap();
        assert_eq!(website.parent, Some(above.id));
        assert_eq!(users::list(tx).unwrap().len(), 1);
        assert!(fields::list(tx, FieldEntity::Customer).unwrap().is_empty());
    });
}

#[test]
fn both_presets_have_team_channels_and_funnel() {
    for preset in [Preset::Usual, Preset::VendorDocs] {
        filled(preset, |tx| {
            let owner = users::find_by_email(tx, "chu@example.com").unwrap().unwrap();
            let team = users::find_team(tx, usual::TEAM).unwrap().unwrap();
            assert_eq!(stored::teams_of(tx, owner.id).unwrap(), [team.id]);
            assert_eq!((owner.number, team.number), (1, 1));
            assert_eq!(labels(tx, CatalogKind::TicketChannel), usual::TICKET_CHANNELS);
            let funnels = funnels::list(tx).unwrap();
            assert_eq!(funnels.len(), 1);
            assert_eq!(funnels[0].name, usual::FUNNEL);
            assert!(funnels[0].has(1, Some(1)) && funnels[0].has(2, Some(2)) && !funnels[0].has(9, None));
        });
    }
}

#[test]
fn tables_keep_what_the_store_keeps() {
    let lists = [oneoffice::GROUPS, oneoffice::SOURCES, oneoffice::STATUSES, oneoffice::INDUSTRIES, oneoffice::SCALES];
    assert_eq!(lists.map(<[_]>::len), [91, 20, 11, 11, 2]);
    for label in lists.concat() {
        assert_eq!(text::tidy(label), label);
    }
}

#[test]
fn oneoffice_lists_stand_first_and_in_order() {
    filled(Preset::VendorDocs, |tx| {
        assert_eq!(labels(tx, CatalogKind::Group)[..91], *oneoffice::GROUPS);
        assert_eq!(labels(tx, CatalogKind::Source), oneoffice::SOURCES);
        assert_eq!(labels(tx, CatalogKind::Status)[..11], *oneoffice::STATUSES);
        assert_eq!(labels(tx, CatalogKind::Industry)[..11], *oneoffice::INDUSTRIES);
        assert_eq!(labels(tx, CatalogKind::Scale), oneoffice::SCALES);
        for printed in ["Việt ↔ Anh  ", "Ngôn ngữ khác ↔ Ngôn ngữ khác (ngoài tiếng Anh, tiếng Việt)"]
        {
            assert!(catalog::find_by_label(tx, CatalogKind::Group, printed).unwrap().is_some(), "{printed}");
        }
        for staff in ["NV06", "NV08", "Nguyễn Văn C"] {
            assert!(stored::find_by_code_or_name(tx, staff).unwrap().is_some(), "{staff}");
        }
        assert!(fields::find_by_code(tx, FieldEntity::Customer, "cf31").unwrap().is_some());
    });
}

#[test]
fn omicrm_names_are_there() {
    filled(Preset::VendorDocs, |tx| {
        let lists = [
            (CatalogKind::Tag, omicrm::TAGS),
            (CatalogKind::Industry, omicrm::INDUSTRIES),
            (CatalogKind::Group, omicrm::GROUPS),
        ];
        for (kind, names) in lists {
            for name in names {
                assert!(catalog::find_by_label(tx, kind, name).unwrap().is_some(), "{kind:?} {name}");
            }
        }
    });
}

#[test]
fn vbot_codes_are_there_and_those_it_creates_are_free() {
    filled(Preset::VendorDocs, |tx| {
        let lists = [
            (CatalogKind::Status, vbot::STATUSES),
            (CatalogKind::Type, vbot::TYPES),
            (CatalogKind::Group, vbot::GROUPS),
        ];
        for (kind, items) in lists {
            for wanted in items {
                let found = catalog::find_by_label(tx, kind, wanted.label).unwrap().unwrap();
                assert_eq!(found.code.as_deref(), wanted.code);
            }
        }
        for custom in vbot::FIELDS {
            assert!(fields::find_by_code(tx, FieldEntity::Customer, custom.code).unwrap().is_some(), "{}", custom.code);
        }
        let free = [
            (CatalogKind::Status, "MA_TRANG_THAI", "TEN_TRANG_THAI"),
            (CatalogKind::Status, "MA_TRANG_THAI_NEW", "TEN_TRANG_THAI"),
            (CatalogKind::Type, "MA_KIEU", "TEN_KIEU"),
            (CatalogKind::Type, "MA_KIEU_NEW", "TEN_KIEU"),
            (CatalogKind::Group, "MA_NHOM", "TEN_NHOM"),
            (CatalogKind::Group, "MA_NHOM_KHACH_HANG_NEW", "TEN_NHOM"),
        ];
        for (kind, code, name) in free {
            assert_eq!(catalog::find_by_code(tx, kind, code).unwrap(), None);
            assert_eq!(catalog::find_by_label(tx, kind, name).unwrap(), None);
        }
        for code in ["MA_THONG_TIN_KHACH_HANG", "MA_THONG_TIN_KHACH_HANG_NEW"] {
            assert_eq!(fields::find_by_code(tx, FieldEntity::Customer, code).unwrap(), None);
        }
    });
}

#[test]
fn caresoft_ids_are_found_by_number() {
    filled(Preset::VendorDocs, |tx| {
        let lists = [
            (CatalogKind::LeadStatus, caresoft::LEAD_STATUSES),
            (CatalogKind::UnqualifiedReason, caresoft::UNQUALIFIED_REASONS),
            (CatalogKind::LeadLabel, caresoft::LEAD_LABELS),
            (CatalogKind::Service, caresoft::SERVICES),
        ];
        let printed: [&[i64]; 4] =
            [&[525, 557, 558, 643, 527, 528], &[176, 177, 182, 217], &[17, 11, 22, 10], &[1_244, 2_005_289]];
        for ((kind, items), printed) in lists.into_iter().zip(printed) {
            let listed: Vec<_> = catalog::list(tx, kind).unwrap().into_iter().map(|item| item.number).collect();
            assert_eq!(listed, printed, "{kind:?}");
            for wanted in items {
                let found = catalog::find_by_number(tx, kind, wanted.number.unwrap()).unwrap().unwrap();
                assert_eq!((found.label.as_str(), found.extra.as_deref()), (wanted.label, wanted.extra));
            }
        }
        let agent = stored::find_by_number(tx, 124_734_559).unwrap().unwrap();
        let group = stored::find_team_by_number(tx, 12_153).unwrap().unwrap();
        assert_eq!((agent.name.as_str(), group.name.as_str()), ("Admin1", "Default Group"));
        assert_eq!(stored::teams_of(tx, agent.id).unwrap(), [group.id]);
        assert!(stored::find_by_number(tx, 1).unwrap().is_some());
        assert!(stored::find_team_by_number(tx, 12_945).unwrap().is_some());
        let found = [5159, 6068, 9579].map(|number| fields::find_by_number(tx, number).unwrap().unwrap());
        assert_eq!(found[0].label, "Kí tự 19");
        assert_eq!(found[2].label, "Phân loại ticket cha(2602)");
        assert_eq!(
            found.each_ref().map(|field| field.kind.clone()),
            [FieldType::Text, FieldType::Select, FieldType::Select]
        );
        assert_eq!(found[1].options[0].number, 106_902);
        assert!(found.iter().all(|field| field.entity == FieldEntity::Lead));
    });
}

#[test]
fn beeiq_names_are_there() {
    filled(Preset::VendorDocs, |tx| {
        let lists = [
            (CatalogKind::Tag, beeiq::TAGS),
            (CatalogKind::DealCategory, beeiq::DEAL_CATEGORIES),
            (CatalogKind::Package, beeiq::PACKAGES),
            (CatalogKind::Sla, beeiq::SLAS),
        ];
        for (kind, names) in lists {
            for name in names {
                assert!(catalog::find_by_label(tx, kind, name).unwrap().is_some(), "{kind:?} {name}");
            }
        }
        for person in beeiq::PEOPLE {
            assert!(users::find_sender(tx, person.email).unwrap().is_some(), "{}", person.email);
        }
        for team in beeiq::TEAMS {
            assert_eq!(users::find_team(tx, team.name).unwrap().unwrap().name, team.name);
        }
        for custom in beeiq::FIELDS {
            let found = store::fields::find_by_label(tx, custom.entity, custom.label).unwrap().unwrap();
            assert_eq!(found.kind, FieldType::of(custom.kind));
        }
        assert!(catalog::find_by_code(tx, CatalogKind::Currency, "VND").unwrap().is_some());
    });
}

#[test]
fn filling_twice_changes_nothing() {
    for preset in [Preset::Usual, Preset::VendorDocs] {
        let folder = tempfile::tempdir().unwrap();
        let hub = hub(folder.path());
        let org = org(&hub, preset, "chu@example.com");
        let (before, after) = hub
            .write(Actor::cli(org), move |tx| {
                let owner = users::find_by_email(tx, "chu@example.com")?.unwrap();
                let before = inventory(tx);
                fill(tx, preset, &owner)?;
                Ok((before, inventory(tx)))
            })
            .wait()
            .unwrap();
        assert_eq!(before, after);
    }
}

#[test]
fn what_an_org_has_is_reused() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(folder.path());
    // The owner has an address that a table gives to somebody else, and a list has labels and numbers of the tables.
    let org = org(&hub, Preset::Usual, "Sender@example.com");
    hub.write(Actor::cli(org), |tx| {
        let owner = users::find_by_email(tx, "sender@example.com")?.unwrap();
        catalog::create(tx, CatalogKind::Type, &NewItem { label: "loại  khách hàng", ..NewItem::default() })?;
        let taken = NewItem { label: "Khác", number: Some(558), ..NewItem::default() };
        catalog::create(tx, CatalogKind::LeadStatus, &taken)?;
        fill(tx, Preset::VendorDocs, &owner)?;
        let found = catalog::find_by_code(tx, CatalogKind::Type, "MA_LOAI_KHACH_HANG")?.unwrap();
        assert_eq!(found.label, "loại  khách hàng");
        assert_eq!(catalog::find_by_number(tx, CatalogKind::LeadStatus, 558)?.unwrap().label, "Khác");
        assert_eq!(users::list(tx)?.iter().filter(|user| user.email.eq_ignore_ascii_case(&owner.email)).count(), 1);
        Ok(())
    })
    .wait()
    .unwrap();
}
