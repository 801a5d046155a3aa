//! The list of customers and the page of one: found, edited, clashed over, kept from those they are not shared with.

use axum::http::StatusCode;
use domain::{Actor, Customer, Permit, Role};

use crate::support::House;

#[tokio::test]
async fn the_list_goes_on_without_end_and_without_repeats() {
    let house = House::new().await;
    for number in 0..120 {
        house
            .customer(&format!("Khách {number}"), &format!("0905{number:06}"), house.owner.id, Permit::Everybody)
            .await;
        house.clock.set(house.hub.now().plus_seconds(1));
    }
    let mut browser = house.browser("chu@example.vn").await;
    for order in ["newest", "oldest", "updated", "name"] {
        let mut page = browser.part(&format!("/customers?order={order}")).await;
        assert!(page.text.contains("120 khách hàng"));
        let (mut seen, mut pages) = (Vec::new(), 1);
        loop {
            seen.extend(page.text.match_indices("data-row").map(|(at, _)| {
                let row = &page.text[at..];
                row.split("href=\"/customers/").nth(1).unwrap().split('"').next().unwrap().parse::<i64>().unwrap()
            }));
            let Some(next) = page.text.split("hx-get=\"").nth(1) else { break };
            let next = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
            page = browser.part(&next).await;
            pages += 1;
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        match order {
            "oldest" => {}
            // The first is "Khách 0".
            "name" => sorted.sort_by_key(|number| (number - 1).to_string()),
            _ => sorted.reverse(),
        }
        assert_eq!((seen.len(), pages), (120, 3), "{order}");
        assert_eq!(seen, sorted, "{order}");
    }
}

#[tokio::test]
async fn a_fact_is_edited_in_place_and_a_clash_is_shown() {
    let house = House::new().await;
    let customer = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    let path = format!("/customers/{}/edit/name", customer.number);
    let form = browser.part(&path).await;
    assert!(form.text.contains("name=\"was\"") && form.text.contains("value=\"Lê An\""));
    let saved = browser.post_part(&path, &[("was", "Lê An"), ("value", "Lê Anh")]).await;
    assert_eq!(saved.status, StatusCode::OK);
    assert!(saved.text.contains("Lê Anh") && saved.text.contains("id=\"toasts\""));
    assert!(saved.text.contains("id=\"customer-head\" hx-swap-oob=\"true\""), "the head tells the name too");
    assert_eq!(saved.header("hx-trigger"), "customer-changed", "so that the timeline asks for its lines again");
    // Somebody who still sees the old name.
    let clash = browser.post_part(&path, &[("was", "Lê An"), ("value", "Lê Ánh")]).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    assert_eq!(clash.header("hx-reswap"), "outerHTML");
    assert!(clash.text.contains("<mark>Lê Anh</mark>") && clash.text.contains("value=\"Lê Ánh\""));
    assert_eq!(house.known(customer.id).await.name, "Lê Anh");
    let refused = browser.post_part(&path, &[("was", "Lê Anh"), ("value", "  ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Without script it is a form and a page.
    let page = browser.post(&path, &[("was", "Lê Anh"), ("value", "Lê Ánh")]).await;
    assert_eq!(
        (page.status, page.location()),
        (StatusCode::SEE_OTHER, format!("/customers/{}", customer.number).as_str())
    );
    assert_eq!(house.known(customer.id).await.name, "Lê Ánh");
}

#[tokio::test]
async fn what_else_is_shown_of_a_customer_follows_a_change() {
    let house = House::new().await;
    let customer = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let number = customer.number;
    let mut browser = house.browser("chu@example.vn").await;
    let (path, row) =
        (format!("/customers/{number}/edit/name"), format!("<tr id=\"customer-row-{number}\" hx-swap-oob=\"true\""));
    let mut was = "Lê An".to_owned();
    for (shown, is_row, is_title) in
        [(format!("/customers/{number}"), false, true), ("/customers?q=an&column=stage".to_owned(), true, false)]
    {
        let new = format!("{was}h");
        let saved = browser.post_part_from(&shown, &path, &[("was", &was), ("value", &new)]).await;
        assert_eq!(saved.text.contains(&format!("<title>{new} ·")), is_title, "{shown}");
        assert_eq!(saved.text.contains(&row), is_row, "{shown}");
        let columns = saved.text.split(&row).nth(1).unwrap_or_default().matches("data-label").count();
        assert_eq!(columns, usize::from(is_row), "with the columns of the list: {shown}");
        was = new;
    }
    let list = browser.get("/customers").await.text;
    assert!(list.contains(&format!("<tr id=\"customer-row-{number}\" data-row>")));
    let page = browser.get(&format!("/customers/{number}")).await.text;
    assert!(page.contains("customer-changed from:body"), "the timeline listens");
}

#[tokio::test]
async fn what_nobody_can_be_reached_by_is_refused_beside_the_field() {
    let house = House::new().await;
    let customer = house.customer("Lê An", "12", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    for (key, bad) in [("phones", "12ab"), ("phones", "abc"), ("emails", "sai@@x"), ("emails", "a b@c")] {
        let refused = browser.post("/customers", &[("name", "Trần Bình"), (key, bad)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        let told = refused.text.split(&format!("id=\"refusal-{key}\"")).nth(1).unwrap();
        assert!(told.starts_with(&format!(">“{bad}” không phải")), "{bad}");
        assert!(refused.text.contains("Trần Bình") && refused.text.contains(&format!(">{bad}</textarea>")), "{bad}");
        let path = format!("/customers/{}/edit/{key}", customer.number);
        let was = if key == "phones" { "12" } else { "" };
        let more = format!("{was}\n{bad} ");
        let refused = browser.post_part(&path, &[("was", was), ("value", &more)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    // What came through an interface stays, however it is written.
    let path = format!("/customers/{}/edit/phones", customer.number);
    let more = browser.post_part(&path, &[("was", "12"), ("value", "12\n0905 000 009")]).await;
    assert_eq!((more.status, house.known(customer.id).await.points.len()), (StatusCode::OK, 2));
    for (key, bad) in [("phone", "12ab"), ("email", "sai@@x")] {
        let form = [("subject", "Hỏi giá"), ("name", "Trần Bình"), (key, bad)];
        let refused = browser.post("/leads", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        let told = refused.text.split(&format!("id=\"refusal-{key}\"")).nth(1).unwrap();
        assert!(told.starts_with(&format!(">“{bad}” không phải")), "{bad}");
        for typed in ["Hỏi giá", "Trần Bình", bad] {
            assert!(refused.text.contains(&format!("value=\"{typed}\"")), "{typed} is still there");
        }
    }
    let kept = browser.post("/customers", &[("name", "Trần Bình"), ("phones", "1900 1234\n0905 000 002")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn several_phones_are_kept_as_typed() {
    let house = House::new().await;
    let customer = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    let path = format!("/customers/{}/edit/phones", customer.number);
    browser.post(&path, &[("was", "0905000001"), ("value", "0905000001\r\n+84 905 000 002\r\n\r\n")]).await;
    let raw: Vec<_> = house.known(customer.id).await.points.into_iter().map(|point| point.raw).collect();
    assert_eq!(raw, ["0905000001", "+84 905 000 002"]);
}

#[tokio::test]
async fn members_see_what_is_shared_with_them() {
    let house = House::new().await;
    let hidden = house.customer("Bí Mật", "0905000001", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut member = house.browser("nv@example.vn").await;
    assert!(!member.get("/customers").await.text.contains("Bí Mật"));
    assert!(!member.part("/customers/find?q=0905000001").await.text.contains("Bí Mật"));
    assert!(!member.get("/customers.csv").await.text.contains("Bí Mật"));
    for path in ["", "/edit/name", "/timeline", "/files/1"] {
        let page = member.part(&format!("/customers/{}{path}", hidden.number)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    for (path, form) in
        [("/edit/name", &[("was", "Bí Mật"), ("value", "X")][..]), ("/delete", &[]), ("/notes", &[("body", "X")])]
    {
        let page = member.post(&format!("/customers/{}{path}", hidden.number), form).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(house.known(hidden.id).await.name, "Bí Mật");
    let mut owner = house.browser("chu@example.vn").await;
    assert!(owner.get("/customers").await.text.contains("Bí Mật"));
}

#[tokio::test]
async fn another_org_sees_nothing() {
    let house = House::new().await;
    let customer = house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let other = house.other_org("beta").await;
    house.user(other, "khac@example.vn", Role::Owner).await;
    let mut stranger = house.browser("khac@example.vn").await;
    assert!(!stranger.get("/customers").await.text.contains("Lê An"));
    let page = stranger.get(&format!("/customers/{}", customer.number)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let page = stranger.post(&format!("/customers/{}/delete", customer.number), &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_is_there_already_is_shown_before_they_are_made_twice() {
    let house = House::new().await;
    house.customer("Lê An", "0905000001", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    let form = [("name", "Lê Văn An"), ("phones", "+84 905 000 001"), ("stage", "lead")];
    let known = browser.post("/customers", &form).await;
    assert_eq!(known.status, StatusCode::CONFLICT);
    assert!(known.text.contains(">Lê An</a>") && known.text.contains("value=\"Lê Văn An\""));
    let anyway = [&form[..], &[("anyway", "1")]].concat();
    let made = browser.post("/customers", &anyway).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let known = browser.post("/customers", &form).await.text;
    assert!(known.contains(">Lê An</a>") && known.contains(">Lê Văn An</a>"), "all who have it are named");
    let nameless = browser.post("/customers", &[("phones", "0905000009")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_list_is_kept_under_a_name_and_shared() {
    let house = House::new().await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let (mut owner, mut member) = (house.browser("chu@example.vn").await, house.browser("nv@example.vn").await);
    let form = [("name", "Mới tháng này"), ("query", "stage=lead&evil=1&order=updated"), ("shared", "1")];
    assert_eq!(owner.post("/customers/views", &form).await.location(), "/customers?stage=lead&order=updated");
    owner.post("/customers/views", &[("name", "Riêng tôi"), ("query", "q=x")]).await;
    let seen = member.get("/customers").await.text;
    assert!(seen.contains("Mới tháng này") && !seen.contains("Riêng tôi"));
    let id = owner.get("/customers").await.text;
    let id = id.split("/customers/views/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let page = member.post(&format!("/customers/views/{id}/delete"), &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(owner.post(&format!("/customers/views/{id}/delete"), &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_file_holds_the_whole_list_and_no_formula() {
    let house = House::new().await;
    house.customer("=1+1", "0905000001", house.owner.id, Permit::Everybody).await;
    house.customer("An, \"Bé\"", "0905000002", house.owner.id, Permit::Everybody).await;
    let mut browser = house.browser("chu@example.vn").await;
    let file = browser.get("/customers.csv?order=oldest&column=phone").await;
    assert!(file.header("content-disposition").starts_with("attachment"));
    let lines: Vec<&str> = file.text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "\"Số\",\"Tên\",\"Điện thoại\"");
    assert_eq!(lines[1], "\"PID-1\",\"'=1+1\",\"0905000001\"");
    assert_eq!(lines[2], "\"PID-2\",\"An, \"\"Bé\"\"\",\"0905000002\"");
}

#[tokio::test]
async fn a_long_file_is_sent_whole() {
    let house = House::new().await;
    let make = |tx: &mut hub::Tx<'_>| {
        (0..1_234).try_for_each(|count| {
            let new = Customer { name: format!("Khách {count}"), ..Customer::default() };
            hub::customers::create(tx, new, &[]).map(drop)
        })
    };
    house.hub.write(Actor::cli(house.org), make).await.unwrap();
    let mut browser = house.browser("chu@example.vn").await;
    for order in ["newest", "oldest", "updated", "name"] {
        let file = browser.get(&format!("/customers.csv?order={order}")).await;
        let mut lines: Vec<&str> = file.text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), 1_234, "{order}");
    }
}

#[tokio::test]
async fn many_are_changed_at_once_after_they_were_counted_and_put_back() {
    let house = House::new().await;
    let mut made = Vec::new();
    for (place, name) in ["An", "Bình", "Chi"].into_iter().enumerate() {
        made.push(house.customer(name, &format!("090500000{place}"), house.owner.id, Permit::Everybody).await);
    }
    let hidden = house.customer("Bí Mật", "0905000009", house.owner.id, Permit::OnlyMe { me: house.owner.id }).await;
    house.user(house.org, "nv@example.vn", Role::Member).await;
    let mut member = house.browser("nv@example.vn").await;
    // Ticks may be gone with the list in which they were: without any nobody is meant, and everybody only when that is said.
    let form = [("query", ""), ("action", "delete"), ("all", "1")];
    for path in ["/customers/bulk", "/customers/bulk/apply"] {
        assert_eq!(member.post(path, &form[..2]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    let asked = member.post("/customers/bulk", &form).await;
    assert!(asked.text.contains("cả danh sách đang lọc: 3 khách hàng.") && asked.text.contains("name=\"all\""));
    // Who is not shared with them is passed over even when named.
    let (first, secret) = (made[0].number.to_string(), hidden.number.to_string());
    let form = [("pick", first.as_str()), ("pick", secret.as_str()), ("action", "delete")];
    let asked = member.post("/customers/bulk", &form).await;
    assert!(asked.text.contains("Việc này áp dụng cho 1 khách hàng đã đánh dấu."));
    let done = member.post("/customers/bulk/apply", &form).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/customers?"));
    let list = member.get("/customers").await.text;
    assert!(list.contains("Đã thay đổi 1 khách hàng.") && !list.contains(">An</a>"));
    assert_eq!(house.known(hidden.id).await.name, "Bí Mật");
    // Nothing came in from outside: there is no call to look at.
    house.user(house.org, "qt@example.vn", Role::Admin).await;
    let form = [("pick", secret.as_str()), ("action", "owner.1")];
    let mut admin = house.browser("qt@example.vn").await;
    assert_eq!(admin.post("/customers/bulk/apply", &form).await.status, StatusCode::SEE_OTHER);
    let page = admin.get(&format!("/customers/{secret}")).await.text;
    assert!(page.contains("<ins>chu</ins>") && !page.contains("href=\"/inbox/"));
    let undo = list.split("/customers/bulk/").nth(2).or(list.split("/customers/bulk/").nth(1)).unwrap();
    let undo = undo.split('/').next().unwrap().to_owned();
    let undone = member.post_part_from("/customers?stage=lead", &format!("/customers/bulk/{undo}/undo"), &[]).await;
    assert_eq!(undone.header("hx-redirect"), "/customers?stage=lead", "back to the list as it was");
    assert!(member.get("/customers").await.text.contains(">An</a>"));
    // What was done stays listed, for each their own and for those who keep the settings all.
    let own = member.get("/customers/bulk").await.text;
    assert_eq!(
        (own.matches("data-row").count(), own.matches("đã hoàn tác").count(), own.contains("/undo\"")),
        (1, 1, false)
    );
    let all = admin.get("/customers/bulk").await.text;
    assert_eq!((all.matches("data-row").count(), all.matches("/undo\" hx-post").count()), (2, 1));
    assert!(all.contains("Giao cho chu") && all.contains("1 khách hàng"), "{all}");
    let nothing = member.post("/customers/bulk", &[("action", "on.tag.99")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
}
