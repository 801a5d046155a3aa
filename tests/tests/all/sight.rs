//! What a member sees of records that are hidden from them: nothing in history, no name beside a visible record, no answer.

use domain::change::Change;
use domain::customer::{CustomerRef, Kind};
use domain::identity::{Key, KeyKind};
use domain::{Customer, Deal, Id, Instant, Lead, Note, Permit, Role, Ticket, Viewer};
use hub::customers::Whole;
use hub::overview::{self, Asked};
use hub::{Filter, browse, customers, deals, leads, notes, tickets};

use crate::support::{House, person};

/// A house with two members; the first one hides things from the second.
struct Two {
    house: House,
    me: Id,
    other: Viewer,
}

impl Two {
    fn new() -> Self {
        let house = House::new();
        let [me, other] = ["me@example.com", "other@example.com"]
            .map(|email| testbed::user(&house.hub, house.org, email, Role::Member).id);
        Self { house, me, other: Viewer::User { id: other, teams: Vec::new() } }
    }

    fn mine(&self) -> Permit {
        Permit::OnlyMe { me: self.me }
    }

    fn add(&self, name: &str, permit: &Permit) -> CustomerRef {
        let made = self.house.add(Customer { permit: permit.clone(), ..person(name, &[]) }).unwrap();
        CustomerRef { id: made.id, number: made.number, name: made.name }
    }

    fn deal(&self, name: &str, permit: &Permit, customer: &CustomerRef, contacts: &[&CustomerRef]) -> Deal {
        let contacts = contacts.iter().map(|contact| (*contact).clone()).collect();
        let (name, permit, customer) = (name.to_owned(), permit.clone(), Some(customer.clone()));
        let new = Deal { name, permit, customer, contacts, ..Deal::default() };
        self.house.write(move |tx| deals::create(tx, new.clone())).unwrap()
    }

    fn join(&self, customer: &CustomerRef, company: Option<&CustomerRef>) {
        let (id, company) = (customer.id, company.cloned());
        let join = move |customer: &mut Customer| {
            customer.company.clone_from(&company);
            Ok(())
        };
        self.house.write(move |tx| customers::change(tx, id, join.clone()).map(drop)).unwrap();
    }

    fn lead(&self, customer: &CustomerRef) -> Lead {
        let id = customer.id;
        self.house.write(move |tx| leads::create(tx, Lead::default(), id)).unwrap()
    }

    fn note(&self, note: Note) -> Id {
        self.house.write(move |tx| notes::create(tx, note.clone())).unwrap().id
    }

    fn whole(&self, viewer: &Viewer, customer: &CustomerRef) -> Whole {
        let (viewer, id) = (viewer.clone(), customer.id);
        self.house.read(move |tx| customers::whole(tx, &viewer, id)).unwrap()
    }
}

/// Lines of a history that are about one kind of record.
fn about<'h>(history: &'h [Change], subject: &str) -> Vec<&'h Change> {
    history.iter().filter(|change| change.subject == subject).collect()
}

/// Everything that a history says in its fields.
fn said(history: &[Change]) -> String {
    let fields = history.iter().flat_map(|change| &change.fields);
    fields.map(|field| format!("{}: {} > {}\n", field.field, field.old, field.new)).collect()
}

#[test]
fn history_keeps_the_secrets_of_hidden_deals_and_notes() {
    let two = Two::new();
    let an = two.add("An", &Permit::Everybody);
    let open = two.deal("Đơn chung", &Permit::Everybody, &an, &[]);
    let secret = two.deal("Đơn kín", &two.mine(), &an, &[]);
    let id = an.id;
    for permit in [Permit::Everybody, two.mine()] {
        let note = Note { customer: Some(id), body: "ghi".into(), permit, ..Note::default() };
        two.house.write(move |tx| notes::create(tx, note.clone()).map(drop)).unwrap();
    }
    let seen = two.whole(&two.other, &an);
    assert_eq!((seen.deals.len(), seen.notes.len()), (1, 1));
    assert_eq!(about(&seen.history, "deal").iter().map(|it| it.subject_id).collect::<Vec<_>>(), [open.id]);
    assert_eq!(about(&seen.history, "note").iter().map(|it| it.subject_id).collect::<Vec<_>>(), [seen.notes[0].id]);
    assert!(!said(&seen.history).contains("Đơn kín"), "{}", said(&seen.history));
    let all = two.whole(&Viewer::Org, &an);
    assert_eq!((about(&all.history, "deal").len(), about(&all.history, "note").len()), (2, 2));
    let me = two.whole(&Viewer::User { id: two.me, teams: Vec::new() }, &an);
    assert_eq!(me.history, all.history);
    // What went over to somebody else is still what it was to who may not see it.
    let binh = two.add("Bình", &Permit::Everybody);
    for deal in [open.id, secret.id] {
        let to = binh.clone();
        let work = move |deal: &mut Deal| {
            deal.customer = Some(to.clone());
            Ok(())
        };
        two.house.write(move |tx| deals::change(tx, deal, work.clone()).map(drop)).unwrap();
    }
    let seen = two.whole(&two.other, &an);
    assert_eq!(about(&seen.history, "deal").iter().map(|it| it.subject_id).collect::<Vec<_>>(), [open.id]);
}

#[test]
fn a_note_is_as_hidden_as_what_it_is_on() {
    let two = Two::new();
    let [an, binh] = ["An", "Bình"].map(|name| two.add(name, &Permit::Everybody));
    let chi = two.add("Chi Kín", &two.mine());
    let deal = |name: &str, permit: Permit, customer: &CustomerRef| Some(two.deal(name, &permit, customer, &[]).id);
    // A deal goes over to somebody else with what was written about it; a lead and a ticket do when two records are parted.
    let (to_them, to_chi) =
        (deal("Đã sang Bình", Permit::Everybody, &binh), deal("Đã sang Chi", Permit::Everybody, &chi));
    let ticket = |customer: &CustomerRef| {
        let new = Ticket { title: "Hỏng".into(), customer: Some(customer.clone()), ..Ticket::default() };
        Some(two.house.write(move |tx| tickets::create(tx, new.clone())).unwrap().id)
    };
    let on = |deal: Option<Id>, lead: Option<Id>, ticket: Option<Id>| {
        two.note(Note { customer: Some(an.id), body: "ghi".into(), deal, lead, ticket, ..Note::default() })
    };
    let seen = [
        on(None, None, None),
        on(deal("Đơn chung", Permit::Everybody, &an), None, None),
        on(to_them, None, None),
        on(None, Some(two.lead(&an).id), None),
        on(None, None, ticket(&an)),
    ];
    let hidden = [
        on(deal("Đơn kín", two.mine(), &an), None, None),
        on(to_chi, None, None),
        on(None, Some(two.lead(&chi).id), None),
        on(None, None, ticket(&chi)),
    ];
    let all: Vec<Id> = hidden.iter().rev().chain(seen.iter().rev()).copied().collect();
    let seen: Vec<Id> = seen.into_iter().rev().collect();
    for (viewer, notes) in [(&two.other, &seen), (&Viewer::Org, &all)] {
        let whole = two.whole(viewer, &an);
        assert_eq!(whole.notes.iter().map(|note| note.id).collect::<Vec<_>>(), *notes);
        let (viewer, id) = (viewer.clone(), an.id);
        let past = two.house.read(move |tx| customers::history(tx, &viewer, id, None, 100)).unwrap();
        for history in [&whole.history, &past.lines] {
            assert_eq!(about(history, "note").iter().map(|change| change.subject_id).collect::<Vec<_>>(), *notes);
        }
    }
}

#[test]
fn the_first_page_counts_whom_its_lists_have() {
    let two = Two::new();
    let today = two.house.hub.now();
    let [an, chi] = [("An", Permit::Everybody), ("Chi Kín", two.mine())].map(|(name, permit)| two.add(name, &permit));
    for customer in [&an, &an, &chi] {
        two.lead(customer);
    }
    let tomorrow = today.plus_seconds(86_400);
    two.house.clock.set(tomorrow);
    for (name, permit) in [("Bình", Permit::Everybody), ("Dũng", two.mine()), ("Giang", two.mine())] {
        two.add(name, &permit);
    }
    two.lead(&chi);
    let days = [(today, tomorrow), (tomorrow, tomorrow.plus_seconds(86_400))];
    let me = Viewer::User { id: two.me, teams: Vec::new() };
    for (viewer, numbers) in [(&two.other, [1, 2, 1, 0]), (&me, [2, 3, 3, 1]), (&Viewer::Org, [2, 3, 3, 1])] {
        let asking = viewer.clone();
        let counted = two.house.read(move |tx| overview::arrivals(tx, &asking, &days)).unwrap();
        let counted = counted.iter().flat_map(|day| {
            ["customer", "lead"]
                .map(|noun| day.iter().filter(|one| one.subject == noun).map(|one| one.count).sum::<i64>())
        });
        assert_eq!(counted.collect::<Vec<_>>(), numbers);
        let listed = days.iter().flat_map(|day| ["customer", "lead"].map(|noun| listed(&two, viewer, noun, *day)));
        assert_eq!(listed.collect::<Vec<_>>(), numbers);
    }
}

/// How many lines the list behind a number of the first page has, over all its pages. Everybody on them has a name.
fn listed(two: &Two, viewer: &Viewer, noun: &'static str, (from, to): (Instant, Instant)) -> i64 {
    let asked = Asked { subject: Some(noun), at: (Some(from), Some(to)), ..Asked::default() };
    let (mut lines, mut after) = (0, None);
    loop {
        let (viewer, asked) = (viewer.clone(), asked.clone());
        let page = two.house.read(move |tx| overview::list(tx, &viewer, &asked, after, 1)).unwrap();
        assert!(page.rows.iter().all(|(_, customer, _)| customer.is_some()));
        lines += page.rows.len() as i64;
        after = page.next;
        if after.is_none() {
            return lines;
        }
    }
}

#[test]
fn names_of_hidden_records_do_not_show_through_visible_ones() {
    let two = Two::new();
    let [an, binh] = ["An", "Bình"].map(|name| two.add(name, &Permit::Everybody));
    let chi = two.add("Chi Kín", &two.mine());
    let firm = |name: &str, permit: Permit| {
        let new = Customer { kind: Kind::Organization, permit, ..person(name, &[]) };
        let made = two.house.add(new).unwrap();
        CustomerRef { id: made.id, number: made.number, name: made.name }
    };
    let (open, closed) = (firm("Công ty Mở", Permit::Everybody), firm("Công ty Kín", two.mine()));
    two.join(&an, Some(&open));
    two.join(&an, Some(&closed));
    two.deal("Đơn chung", &Permit::Everybody, &an, &[&binh, &chi]);
    two.deal("Đơn của Chi", &Permit::Everybody, &chi, &[]);

    let all = two.whole(&Viewer::Org, &an);
    assert_eq!(all.customer.company, Some(closed));
    assert_eq!(all.deals[0].contacts.len(), 2);
    assert!(said(&all.history).contains("company: Công ty Mở > Công ty Kín"));
    assert!(said(&all.history).contains("contacts:  > Bình, Chi Kín"));

    let seen = two.whole(&two.other, &an);
    assert_eq!(seen.customer.company, None);
    assert_eq!(seen.deals[0].contacts, [binh]);
    assert_eq!(seen.deals[0].customer.as_ref().map(|customer| customer.id), Some(an.id));
    let said = said(&seen.history);
    assert!(!said.contains("Kín"), "{said}");
    assert!(said.contains("company:  > Công ty Mở") && said.contains("customer:  > An"), "{said}");

    // The same in lists.
    let filter = Filter { keyword: Some("an".into()), ..Filter::everything(two.other.clone()) };
    let wanted = deals::Wanted { keyword: None, created: (None, None), viewer: two.other.clone() };
    let (found, paged, sales) = two
        .house
        .read(move |tx| {
            let page = browse::customers(tx, &filter, browse::Order::Newest, None, 10)?;
            Ok((customers::search(tx, &filter, 0, 10)?.0, page.customers, deals::search(tx, &wanted, 0, 10)?.0))
        })
        .unwrap();
    for list in [found, paged] {
        assert_eq!(list.iter().map(|customer| (customer.id, &customer.company)).collect::<Vec<_>>(), [(an.id, &None)]);
    }
    assert!(sales.iter().all(|deal| deal.contacts.iter().all(|it| it.name != "Chi Kín")));
    assert_eq!(sales.iter().map(|deal| deal.name.as_str()).collect::<Vec<_>>(), ["Đơn chung"]);
}

#[test]
fn a_change_by_somebody_keeps_what_they_do_not_see() {
    let two = Two::new();
    let an = two.add("An", &Permit::Everybody);
    let chi = two.add("Chi Kín", &two.mine());
    let deal = two.deal("Đơn chung", &Permit::Everybody, &an, &[&chi]);
    let (viewer, number) = (two.other.clone(), deal.number);
    let seen = two.house.read(move |tx| deals::steps::find_for(tx, &viewer, number)).unwrap();
    assert_eq!(seen.contacts, []);
    let viewer = two.other.clone();
    let facts = deals::steps::Facts { name: "Đơn mới".into(), ..deals::steps::Facts::default() };
    let corrected = two.house.write(move |tx| {
        let seen = deals::steps::Seen { viewer: &viewer, number, version: seen.version };
        deals::steps::correct(tx, seen, &facts)
    });
    assert_eq!(corrected.unwrap().contacts, [chi]);

    let secret = Some(two.deal("Đơn kín", &two.mine(), &an, &[]).id);
    let new = Ticket { title: "Hỏng".into(), customer: Some(an), deal: secret, ..Ticket::default() };
    let number = two.house.write(move |tx| tickets::create(tx, new.clone())).unwrap().number;
    let (viewer, writer) = (two.other.clone(), two.other.clone());
    let seen = two.house.read(move |tx| tickets::find_for(tx, &viewer, number)).unwrap();
    assert_eq!(seen.deal, None);
    let facts = tickets::Facts { title: "Hỏng nặng".into(), ..tickets::Facts::default() };
    let corrected = two.house.write(move |tx| {
        let seen = tickets::Seen { viewer: &writer, number, version: seen.version };
        tickets::correct(tx, seen, &facts)
    });
    corrected.unwrap();
    let all = two.house.read(move |tx| tickets::find_for(tx, &Viewer::Org, number)).unwrap();
    assert_eq!((all.deal, all.title.as_str()), (secret, "Hỏng nặng"));
}

#[test]
fn whether_a_key_is_known_is_told_of_visible_records_only() {
    let two = Two::new();
    let phone = |text: &str| Key { kind: KeyKind::Phone, key: text.to_owned() };
    let hidden = Customer { permit: two.mine(), ..person("Chi", &["0905000001", "0905000002"]) };
    two.house.add(hidden).unwrap();
    two.house.add(person("Bình", &["0905000002", "0905000003"])).unwrap();
    for (key, to_them, to_all) in [
        ("+84905000001", false, true),
        ("+84905000002", true, true),
        ("+84905000003", true, true),
        ("+84905000009", false, false),
    ] {
        let (viewer, asked) = (two.other.clone(), phone(key));
        let known = two.house.read(move |tx| {
            Ok((customers::is_known(tx, &viewer, &asked)?, customers::is_known(tx, &Viewer::Org, &asked)?))
        });
        assert_eq!(known.unwrap(), (to_them, to_all), "{key}");
    }
}
