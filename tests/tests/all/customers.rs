//! Customers made, changed and taken away, with the lines that history keeps of it.

use domain::catalog::CatalogKind;
use domain::change::Change;
use domain::change::What;
use domain::customer::Stage;
use domain::{Customer, Dialect, Error, Id, System, Viewer};
use hub::{catalog, customers};
use testbed::STILL;

use crate::support::{House, person, phones};

fn history(house: &House, id: Id) -> Vec<Change> {
    house.read(move |tx| store::changes::of_customer(tx, id, 100)).unwrap()
}

#[test]
fn a_life_and_its_history() {
    let house = House::new();
    let made = house.add(person("Nguyễn Văn An", &["0905 000 001", "an@example.com"])).unwrap();
    assert_eq!((made.number, made.version), (1, 1));
    assert_eq!((made.created_at, made.updated_at), (STILL, STILL));
    assert_eq!(made.created_by, "Người thử");
    assert_eq!(house.find(made.id).as_ref(), Some(&made));

    house.clock.set(STILL.plus_seconds(60));
    let id = made.id;
    let changed = house
        .write(move |tx| {
            customers::change(tx, id, |customer| {
                customer.name = "Nguyễn Văn An (cty B)".to_owned();
                customer.job_title = "Giám đốc".to_owned();
                Ok(())
            })
        })
        .unwrap();
    assert_eq!((changed.after.version, changed.after.updated_at), (2, STILL.plus_seconds(60)));
    assert_eq!(house.find(id), Some(changed.after));

    let nothing = house.write(move |tx| customers::change(tx, id, |_| Ok(()))).unwrap();
    assert!(nothing.fields.is_empty());
    assert_eq!(house.find(id).unwrap().version, 2, "a change that changes nothing is none");

    house.write(move |tx| customers::note_duplicate(tx, id, "Trùng số điện thoại")).unwrap();
    house.write(move |tx| customers::delete(tx, id)).unwrap();
    assert_eq!(house.find(id), None);
    assert!(matches!(house.write(move |tx| customers::delete(tx, id)), Err(Error::NotFound { .. })));
    assert!(matches!(house.write(move |tx| customers::change(tx, id, |_| Ok(()))), Err(Error::NotFound { .. })));

    let lines = history(&house, id);
    let what: Vec<What> = lines.iter().map(|line| line.what).collect();
    assert_eq!(what, [What::Deleted, What::Duplicate, What::Updated, What::Created], "newest first");
    let fields: Vec<_> =
        lines[2].fields.iter().map(|field| (field.field.as_str(), field.old.as_str(), field.new.as_str())).collect();
    assert_eq!(fields, [("name", "Nguyễn Văn An", "Nguyễn Văn An (cty B)"), ("job_title", "", "Giám đốc")]);
    let first = &lines[3];
    assert_eq!((first.at, first.actor.as_str(), first.dialect.as_str()), (STILL, "Người thử", Dialect::Beeiq.word()));
    assert_eq!(first.fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["name", "phones", "emails"]);
}

#[test]
fn a_lead_that_becomes_a_customer_says_so() {
    let house = House::new();
    let lead = house.add(Customer { stage: Stage::Lead, ..person("Lê Bình", &[]) }).unwrap();
    assert_eq!(customers::reading_code(&lead), "LID-1");
    let id = lead.id;
    house
        .write(move |tx| {
            customers::change(tx, id, |customer| {
                customer.stage = Stage::Customer;
                Ok(())
            })
        })
        .unwrap();
    assert_eq!(customers::reading_code(&house.find(id).unwrap()), "PID-1");
    assert_eq!(history(&house, id)[0].text, "Đầu mối trở thành khách hàng");
}

#[test]
fn numbers_count_and_find() {
    let house = House::new();
    let made: Vec<_> = (0..70).map(|step| house.add(person(&format!("An {step}"), &[])).unwrap()).collect();
    for (place, customer) in made.iter().enumerate() {
        assert_eq!(customer.number, place as i64 + 1);
        let number = customer.number;
        assert_eq!(house.read(move |tx| customers::find_by_number(tx, number)).unwrap(), Some(customer.id));
    }
    let gone = made[4].id;
    house.write(move |tx| customers::delete(tx, gone)).unwrap();
    assert_eq!(house.read(|tx| customers::find_by_number(tx, 5)).unwrap(), None);
    assert_eq!(house.add(person("Sau", &[])).unwrap().number, 71, "a number is never given again");
}

#[test]
fn what_no_engine_should_keep_is_refused_and_changes_nothing() {
    let house = House::new();
    let before = house.place.everything_but(&["counters"]);
    let long = "ả".repeat(1_001);
    let many: Vec<String> = (0..201).map(|step| format!("09050{step:05}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let coded = |code: String| Customer { codes: [(System::Vbot, code)].into(), ..person("An", &[]) };
    for wrong in [person(&long, &[]), person("An", &many), coded("x".repeat(251))] {
        assert!(matches!(house.add(wrong), Err(Error::Invalid { .. })));
    }
    assert_eq!(house.place.everything_but(&["counters"]), before);
}

/// A thousand letters that no engine can make smaller.
fn noise(letters: usize) -> String {
    let mut state = 7_u32;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4e00 + (state >> 8) % 20_000).unwrap()
    };
    (0..letters).map(|_| letter()).collect()
}

#[test]
fn the_longest_texts_that_are_allowed_are_kept_on_either_engine() {
    let house = House::new();
    let mut long = person(&noise(1_000), &[]);
    let website =
        domain::ContactPoint::new(domain::ContactKind::Website, &noise(1_000), "", domain::identity::Country::VIET_NAM);
    let im = domain::ContactPoint::new(
        domain::ContactKind::Im,
        &noise(1_000),
        &noise(1_000),
        domain::identity::Country::VIET_NAM,
    );
    long.add_points([website, im].into_iter().flatten());
    long.add_points(crate::support::point(&format!("{}@example.com", "a".repeat(200))));
    long.national_id.number = noise(250);
    long.tax_code = "ﷺ".repeat(250);
    long.codes = System::ALL.into_iter().map(|system| (system, noise(250))).collect();
    long.note = noise(200_000);
    let made = house.add(long).unwrap();
    assert_eq!(house.find(made.id), Some(made));
}

#[test]
fn the_longest_labels_and_codes_are_kept_or_refused_but_never_break() {
    let house = House::new();
    for letters in [1, 250, 1_000, 20_000] {
        let text = noise(letters);
        let broken = |error: &Error| matches!(error, Error::Broken { .. } | Error::Busy { .. });
        let label = text.clone();
        let end = house.write(move |tx| catalog::find_or_create(tx, CatalogKind::Tag, &label));
        assert!(!end.is_err_and(|error| broken(&error)), "a tag of {letters} letters");
        let code = text.clone();
        let end = house.write(move |tx| {
            let new = store::catalog::NewItem { label: "Nhãn", code: Some(&code), ..Default::default() };
            catalog::create(tx, CatalogKind::Status, &new)
        });
        assert!(!end.is_err_and(|error| broken(&error)), "a status with a code of {letters} letters");
        let name = text.clone();
        let end = house.write(move |tx| hub::users::team(tx, &name));
        assert!(!end.is_err_and(|error| broken(&error)), "a team of {letters} letters");
        let code = text.clone();
        let end = house.write(move |tx| {
            hub::deals::create(tx, domain::Deal { code: Some(code.clone()), name: code.clone(), ..Default::default() })
        });
        assert!(!end.is_err_and(|error| broken(&error)), "a deal with a code of {letters} letters");
        let staff_code = text.clone();
        let end = house.write(move |tx| {
            let new = hub::users::NewUser {
                email: format!("u{letters}@example.com"),
                name: staff_code.clone(),
                role: domain::Role::Member,
                staff_code: Some(staff_code.clone()),
                number: None,
                password_hash: None,
            };
            hub::users::create(tx, &new)
        });
        assert!(!end.is_err_and(|error| broken(&error)), "a user with a staff code of {letters} letters");
        let label = text.clone();
        let end = house.write(move |tx| hub::fields::find_or_create(tx, domain::field::FieldEntity::Customer, &label));
        assert!(!end.is_err_and(|error| broken(&error)), "a field of {letters} letters");
    }
}

#[test]
fn labels_keep_the_order_in_which_they_were_given() {
    let house = House::new();
    let labels = house
        .write(|tx| {
            ["A", "B", "C", "D"]
                .into_iter()
                .map(|label| catalog::find_or_create(tx, CatalogKind::Tag, label))
                .collect::<domain::Result<Vec<_>>>()
        })
        .unwrap();
    let order = |places: &[usize]| places.iter().map(|place| labels[*place].clone()).collect::<Vec<_>>();
    let made = house.add(Customer { labels: order(&[0, 1, 2]), ..person("An", &[]) }).unwrap();
    for places in [&[2, 1, 0][..], &[3, 0], &[0, 3, 1], &[1, 2, 3, 0], &[], &[2, 0]] {
        let (id, labels) = (made.id, order(places));
        let wanted = labels.clone();
        house
            .write(move |tx| {
                customers::change(tx, id, |customer| {
                    customer.replace_labels(CatalogKind::Tag, labels.clone());
                    Ok(())
                })
            })
            .unwrap();
        assert_eq!(house.find(id).unwrap().labels, wanted);
    }
}

#[test]
fn one_record_whole_as_far_as_its_viewer_may_see() {
    let house = House::new();
    let an = house.add(person("An", &["0905000001"])).unwrap();
    let id = an.id;
    let whole = house
        .write(move |tx| {
            let customer = Some(domain::customer::CustomerRef { id, number: 1, name: "An".into() });
            hub::leads::create(tx, domain::Lead { subject: "Hỏi giá".into(), ..Default::default() }, id)?;
            let deal = hub::deals::create(
                tx,
                domain::Deal { name: "Bán xe".into(), customer: customer.clone(), ..Default::default() },
            )?;
            hub::deals::change(tx, deal.id, |deal| {
                deal.value = "150000000".into();
                Ok(())
            })?;
            hub::tickets::create(tx, domain::Ticket { title: "Hỏng".into(), customer, ..Default::default() })?;
            hub::notes::create(tx, domain::Note { body: "Gọi lại".into(), customer: Some(id), ..Default::default() })?;
            hub::messages::queue(tx, domain::message::MessageKind::Sms, Some(id), "0905000001", "", "Xin chào")?;
            customers::whole(tx, &Viewer::Org, id)
        })
        .unwrap();
    assert_eq!(
        (whole.leads.len(), whole.deals.len(), whole.tickets.len(), whole.notes.len(), whole.messages.len()),
        (1, 1, 1, 1, 1)
    );
    assert_eq!(whole.deals[0].value, "150000000");
    assert_eq!(whole.leads[0].customer.as_ref().unwrap().name, "An");
    assert_eq!(whole.notes[0].author_name, "Người thử");
    assert_eq!(whole.messages[0].recipient, "0905000001");
    assert_eq!(whole.history.len(), 6);
    assert_eq!(phones(&whole.customer), ["0905000001"]);
}
