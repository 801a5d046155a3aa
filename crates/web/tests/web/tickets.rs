//! Tickets with their clock, companies with their people, the first page with the lists behind its numbers; and no name breaks them.

use axum::http::StatusCode;
use domain::customer::Kind;
use domain::{Actor, Customer, Dialect, Permit, Role, Viewer};
use hub::{customers, tickets};

use crate::leads::{fill, lead};
use crate::support::House;

#[tokio::test]
async fn a_ticket_is_opened_closed_and_opened_again() {
    let house = House::new().await;
    fill(&house).await;
    let an = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    let whom = an.number.to_string();
    assert_eq!(
        browser.post("/tickets", &[("facts", "1"), ("title", " ")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let form =
        [("facts", "1"), ("customer", &*whom), ("title", "Máy hỏng"), ("team", "1"), ("channel", "1"), ("sla", "1")];
    let made = browser.post("/tickets", &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let path = made.location().to_owned();
    house.clock.set(house.hub.now().plus_seconds(3_600));
    assert!(browser.get(&path).await.text.contains("còn 3 giờ 0 phút"));
    house.clock.set(house.hub.now().plus_seconds(4 * 3_600));
    let late = browser.get("/tickets").await;
    assert!(late.text.contains("Máy hỏng") && late.text.contains("quá hạn 1 giờ 0 phút"));
    for filter in
        ["team=1", "channel=1", "sla=1", "q=0001", "q=1", "from=2024-03-01&to=2024-03-31", "team=1&channel=1&sla=1"]
    {
        for state in ["open", "all"] {
            assert!(
                browser.get(&format!("/tickets?state={state}&{filter}")).await.text.contains("Máy hỏng"),
                "{state} {filter}"
            );
        }
        assert!(!browser.get(&format!("/tickets?state=closed&{filter}")).await.text.contains("Máy hỏng"), "{filter}");
    }
    for filter in ["team=9", "channel=9", "from=2024-04-01", "q=nobody"] {
        assert!(!browser.get(&format!("/tickets?state=all&{filter}")).await.text.contains("Máy hỏng"), "{filter}");
    }
    let closed = browser.post_part(&format!("{path}/close"), &[("version", "1")]).await;
    assert!(closed.status == StatusCode::OK && closed.text.contains("/reopen?version=2"), "{}", closed.text);
    let row = closed.text.split("<template><tr id=\"ticket-row-1\" hx-swap-oob=\"true\"").nth(1).unwrap();
    assert!(row.split("</template>").next().unwrap().contains("Đã đóng"), "{row}");
    let clash = browser.post_part(&format!("{path}/close"), &[("version", "1")]).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    let typed = browser.post_part(&path, &[("facts", "1"), ("version", "1"), ("title", "Đang gõ dở")]).await;
    assert_eq!(typed.status, StatusCode::CONFLICT);
    let form = typed.text.split("<details class=\"asked no-print\" open>").nth(1).unwrap().split("</form>").next();
    assert!(form.is_some_and(|form| form.contains("class=\"refusal\"") && form.contains("Đang gõ dở")));
    for filter in ["team=1", "channel=1", "sla=1", ""] {
        assert!(browser.get(&format!("/tickets?state=closed&{filter}")).await.text.contains("Máy hỏng"), "{filter}");
    }
    assert_eq!(browser.post(&format!("{path}/reopen?version=2"), &[]).await.status, StatusCode::SEE_OTHER);
    let form = [("facts", "1"), ("version", "3"), ("title", "Máy vẫn hỏng")];
    assert_eq!(browser.post(&path, &form).await.status, StatusCode::SEE_OTHER);
    let page = browser.get(&path).await;
    assert!(page.text.contains("Máy vẫn hỏng") && !page.text.contains("quá hạn"));
    assert_eq!(browser.post(&format!("{path}/notes"), &[("note", "Đã gọi")]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&path).await.text.contains("Đã gọi"));
}

#[tokio::test]
async fn tickets_of_hidden_customers_are_hidden() {
    let house = House::new().await;
    fill(&house).await;
    let secret = house.customer("Bí Mật", "0905000001", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    let facts = tickets::Facts { title: "Kín".to_owned(), ..tickets::Facts::default() };
    let whom = secret.number;
    let made = house
        .hub
        .write(Actor::cli(house.org), move |tx| tickets::open(tx, &Viewer::Org, Some(whom), &facts))
        .await
        .unwrap();
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut member = house.browser("nv@example.vn").await;
    for path in ["/tickets", "/tickets?state=all", "/tickets?q=0001", "/tickets?q=1"] {
        assert!(!member.get(path).await.text.contains("Kín"), "{path}");
    }
    let path = format!("/tickets/{}", made.number);
    assert_eq!(member.get(&path).await.status, StatusCode::NOT_FOUND);
    for step in ["", "/close", "/reopen", "/notes"] {
        let form = [("version", "1"), ("title", "X"), ("note", "X")];
        assert_eq!(member.post(&format!("{path}{step}"), &form).await.status, StatusCode::NOT_FOUND, "{step}");
        let elsewhere =
            house.browser("chu@example.vn").await.post_from_elsewhere(&format!("{path}{step}"), &form).await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "{step}");
    }
    // Nor can anything be opened for somebody who is not seen.
    let whom = whom.to_string();
    for (path, form) in [
        ("/tickets", [("facts", "1"), ("title", "X"), ("customer", &*whom)]),
        ("/deals", [("facts", "1"), ("name", "X"), ("customer", &*whom)]),
        ("/leads", [("service", "1"), ("subject", "X"), ("customer", &*whom)]),
    ] {
        let page = member.post(path, &form).await;
        assert!(!page.text.contains("Bí Mật"), "{path}");
        assert_ne!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
    let all = house.hub.read(house.org, move |tx| customers::whole(tx, &Viewer::Org, secret.id)).await.unwrap();
    assert_eq!((all.leads.len(), all.deals.len(), all.tickets.len()), (0, 0, 1));
}

#[tokio::test]
async fn a_company_has_its_people() {
    let house = House::new().await;
    let actor = Actor { user: Some(house.owner.id), dialect: Dialect::OneOffice, ..Actor::cli(house.org) };
    let company = Customer { name: "Công ty Sao Mai".to_owned(), kind: Kind::Organization, ..Customer::default() };
    let company = house.hub.write(actor.clone(), move |tx| customers::create(tx, company.clone(), &[])).await.unwrap();
    let id = company.id;
    for number in 0..40 {
        house
            .hub
            .write(actor.clone(), move |tx| {
                let company = customers::find_ref(tx, id)?;
                customers::create(tx, Customer { name: format!("Người {number}"), company, ..Customer::default() }, &[])
            })
            .await
            .unwrap();
    }
    let mut browser = house.browser("chu@example.vn").await;
    let list = browser.get("/companies").await;
    assert!(list.text.contains("Công ty Sao Mai") && !list.text.contains("Người 1<"));
    assert!(list.text.split("data-row").nth(1).unwrap().contains(">40</td>"));
    let path = format!("/companies/{}", company.number);
    let first = browser.get(&path).await;
    let next = first.text.split("hx-get=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = browser.part(&next).await;
    let is_numbered = |rest: &&str| rest.starts_with(|letter: char| letter.is_ascii_digit());
    let people = |page: &str| page.split(">Người ").skip(1).filter(is_numbered).count();
    assert_eq!(people(&first.text) + people(&second.text), 40);
    assert_eq!(browser.get("/companies?q=sao%20mai").await.text.matches("data-row").count(), 1);
    // A person has no such page.
    assert_eq!(browser.get("/companies/2").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_number_of_the_first_page_has_its_list() {
    let house = House::new().await;
    fill(&house).await;
    let mut browser = house.browser("chu@example.vn").await;
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    for number in 0..3 {
        let one = house
            .customer(&format!("Khách {number}"), &format!("090500000{number}"), house.owner.id, Permit::Everybody)
            .await;
        lead(&house, &one, "Hỏi giá").await;
    }
    let page = browser.get("/").await;
    let links: Vec<String> = page
        .text
        .split("href=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&"))
        .collect();
    let count = |door: &str, noun: &str| {
        let start = format!("/arrivals?noun={noun}&door={door}&from=2024-03-21");
        links.iter().filter(|link| link.starts_with(&start)).count()
    };
    assert_eq!((count("vbot", "customer"), count("caresoft", "lead"), count("vbot", "lead")), (1, 1, 0));
    for (path, rows) in [
        ("/arrivals?noun=customer&door=vbot&from=2024-03-21&to=2024-03-21", 3),
        ("/arrivals?noun=lead&source=0", 3),
        ("/arrivals?noun=lead&source=1", 0),
        ("/arrivals", 6),
        ("/arrivals?from=2024-03-22", 0),
    ] {
        assert_eq!(browser.get(path).await.text.matches("data-row").count(), rows, "{path}");
    }
    for link in
        links.iter().filter(|link| ["/arrivals", "/leads?", "/tickets?"].iter().any(|known| link.starts_with(known)))
    {
        assert_eq!(browser.get(link).await.status, StatusCode::OK, "{link}");
    }
    let english = house.browser("chu@example.vn").await.in_english().get("/?days=30").await;
    assert!(english.text.contains("New customers per day") && english.text.contains("days=7"));
}

#[tokio::test]
async fn the_first_page_counts_for_members_whom_they_see() {
    let house = House::new().await;
    fill(&house).await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mine = Permit::OnlyMe { me: house.owner.id };
    for (number, permit) in [Permit::Everybody, mine.clone(), mine].into_iter().enumerate() {
        let one =
            house.customer(&format!("Khách {number}"), &format!("090500000{number}"), house.owner.id, permit).await;
        lead(&house, &one, "Hỏi giá").await;
    }
    for (email, count) in [("nv@example.vn", 1), ("chu@example.vn", 3)] {
        let mut browser = house.browser(email).await;
        let page = browser.get("/").await.text.replace("&#38;", "&").replace("&amp;", "&");
        let mut followed = 0;
        for link in page.split("href=\"").skip(1).filter(|link| link.starts_with("/arrivals?")) {
            let (path, rest) = link.split_once('"').unwrap();
            let inner = rest.split_once('>').unwrap().1.split("</a>").next().unwrap();
            let number = inner.split_once("<strong>").map_or(inner, |(_, rest)| rest.split('<').next().unwrap());
            // On most days nobody came.
            if number != "0" {
                assert_eq!(number, count.to_string(), "{email} {path}");
                assert_eq!(browser.get(path).await.text.matches("data-row").count(), count, "{email} {path}");
                followed += 1;
            }
        }
        // Of customers and of leads the figure, the chart with its door, today's door and total, and the source.
        assert_eq!(followed, 12);
    }
}

#[tokio::test]
async fn no_name_breaks_these_pages() {
    let house = House::new().await;
    fill(&house).await;
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}moc";
    let an = house.customer(evil, "0905000001", house.owner.id, Permit::Everybody).await;
    lead(&house, &an, evil).await;
    let long = "Ộ".repeat(250);
    let mut browser = house.browser("chu@example.vn").await;
    let whom = an.number.to_string();
    for (path, form) in [
        ("/tickets", [("facts", "1"), ("title", evil), ("body", evil), ("customer", &*whom)]),
        ("/tickets", [("facts", "1"), ("title", &*long), ("body", "   "), ("customer", &*whom)]),
        ("/deals", [("facts", "1"), ("name", evil), ("description", evil), ("customer", &*whom)]),
        ("/deals/1/notes", [("x", ""), ("body", evil), ("y", ""), ("z", "")]),
        ("/leads/1/comments", [("x", ""), ("body", evil), ("y", ""), ("z", "")]),
    ] {
        assert_eq!(browser.post(path, &form).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    for mut browser in [browser.clone(), browser.in_english()] {
        for path in [
            "/",
            "/leads",
            "/leads?view=table",
            "/leads/1",
            "/leads/new?customer=1",
            "/deals",
            "/deals?view=table",
            "/deals/1",
            "/deals/new",
            "/tickets",
            "/tickets?state=all",
            "/tickets/1",
            "/tickets/2",
            "/tickets/new",
            "/companies",
            "/arrivals",
            "/leads?q=%3Cscript%3E&who=x&from=y&after=z",
            "/deals?q=%22%3E&after=x",
            "/tickets?after=1.x&team=z",
        ] {
            for page in [browser.get(path).await, browser.part(path).await] {
                assert_eq!(page.status, StatusCode::OK, "{path}");
                for evil in ["<script>", "<img src=x"] {
                    assert!(!page.text.contains(evil), "{path}: {evil}");
                }
            }
        }
        for path in ["/leads/99", "/deals/99", "/tickets/99", "/companies/99", "/leads/x"] {
            assert!(browser.get(path).await.status.is_client_error(), "{path}");
        }
    }
}
