//! Every page × every kind of id of one org, asked for by somebody who is signed in to another: nothing is read and nothing
//! changes. And every change, asked for from another site: refused.
//!
//! Pages, fields of forms and kinds of ids are read from the route table, the templates and the schema, so that a new one is
//! asked about without being named here.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use domain::{Actor, Dialect, OrgId, Role};
use hub::sessions::{Entrance, Origin};
use hub::users::hash_password;
use hub::webhooks::NewEndpoint;
use std::collections::BTreeSet;
use std::sync::Arc;
use tower::ServiceExt as _;

use crate::doors::{Doors, Tenant, enter};
use crate::support::block_on;
use crate::tenants::{NAME, furnish};
use crate::tidy::{root, text};

/// With this variable naming a file many requests of the matrix are made, and their number is written there; otherwise some.
const EVERYTHING: &str = "DAUMOI_TEST_EVERYTHING";
const SOME: usize = 1_500;
const MANY: usize = 60_000;

/// What only the org that is not to be reached says.
const MARKS: [&str; 4] = [NAME, "Nhóm kín", "nhãn kín", "bi-mat@example.com"];

/// The pages over a database, and somebody at them.
struct Pages {
    router: Router,
    cookie: String,
}

impl Pages {
    /// The owner of an org, signed in.
    fn of(doors: &Doors, org: OrgId) -> Self {
        let hash = hash_password("mật khẩu thử").unwrap();
        let owner = doors.hub.write(Actor::cli(org), move |tx| {
            let owner = hub::users::list(tx)?.into_iter().find(|user| user.role == Role::Owner).unwrap();
            store::users::update_password(tx, owner.id, &hash)?;
            Ok(owner.email)
        });
        let entered = block_on(doors.hub.enter(&owner.wait().unwrap(), "mật khẩu thử", &Origin::default()));
        let Ok(Entrance::Open(session)) = entered else { panic!("{} is not let in", org.0) };
        let lenses: Vec<Arc<dyn kit::lens::Lens>> = vec![
            Arc::new(oneoffice::Lens),
            Arc::new(omicrm::Lens),
            Arc::new(vbot::Lens),
            Arc::new(caresoft::Lens),
            Arc::new(beeiq::Lens),
        ];
        let web = web::Web::new(doors.hub.clone(), lenses).with_player(doors.player());
        Self { router: web::routes(web), cookie: format!("__Host-daumoi={}; daumoi-language=vi", session.reveal()) }
    }

    /// Sends a request from a page of ours, or from another site; gives the status and the text.
    fn send(&self, asked: &Asked, site: &str) -> (u16, String) {
        let request = Request::builder()
            .method(asked.method)
            .uri(&asked.path)
            .header(header::HOST, "crm.example.vn")
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-site", site)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(asked.form.clone()));
        let router = self.router.clone();
        block_on(async move {
            let response = router.oneshot(request.unwrap()).await.unwrap();
            let status = response.status().as_u16();
            let said =
                response.headers().iter().map(|(name, value)| format!("{name}: {value:?}\n")).collect::<String>();
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, said + &String::from_utf8_lossy(&bytes))
        })
    }

    fn ask(&self, asked: &Asked) -> (u16, String) {
        self.send(asked, "same-origin")
    }
}

/// One request for a page.
#[derive(Debug, Clone)]
struct Asked {
    method: &'static str,
    path: String,
    form: String,
}

/// The route table of the pages, with whether each is asked for and posted to.
fn routes() -> Vec<(String, bool, bool)> {
    let source = text(&root().join("crates/web/src/routes.rs"));
    let found: Vec<_> = source
        .split(".route(\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(path, rest)| (path.to_owned(), rest.lines().next().unwrap_or_default()))
        .filter(|(path, _)| !path.starts_with("/assets"))
        .map(|(path, line)| {
            let (gets, posts) = (line.contains(" get("), line.contains(" post(") || line.contains(".post("));
            assert!(gets || posts, "{path} is neither read nor changed: {line}");
            (path, gets, posts)
        })
        .collect();
    assert!(found.len() > 100, "only {} pages were found", found.len());
    found
}

/// Names of the fields of all forms, with those that templates make.
fn fields() -> Vec<String> {
    let mut found: BTreeSet<String> =
        ["value", "was", "phones", "emails", "winner", "loser", "owners", "tags", "on.tag", "stage_id", "item"]
            .map(str::to_owned)
            .into();
    let mut folders = vec![root().join("crates/web/templates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = text(&path);
            let names = source.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(names.filter(|name| !name.contains('{')).map(str::to_owned));
        }
    }
    assert!(found.len() > 70, "only {} fields were found", found.len());
    found.into_iter().collect()
}

/// What a field says when it is not the one that is tried.
fn usual(field: &str) -> &'static str {
    match field {
        "name" | "label" | "title" | "subject" | "body" | "note" => "x",
        "email" | "who" => "x@example.com",
        "phone" | "phones" => "0911000077",
        "role" => "member",
        "kind" => "person",
        "version" | "winner_version" | "loser_version" | "active" | "on" => "1",
        "url" => "https://hooks.example.com/x",
        "step" => "next",
        "how" => "converted",
        "noun" => "customers",
        "action" => "delete",
        _ => "",
    }
}

/// Addresses of a route with an id in every place that takes one; other places say one of what they may.
fn paths(route: &str, id: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for part in route.split('/').skip(1) {
        let choices: Vec<&str> = match part {
            "{dialect}" => vec!["oneoffice", "omicrm", "vbot", "caresoft", "beeiq"],
            "{kind}" if route.contains("messages") => vec!["email", "sms"],
            "{kind}" => vec!["tag", "status"],
            "{fact}" => vec!["name", "phones", "note", "company"],
            "{what}" => vec!["request", "answer"],
            place if place.starts_with('{') => vec![id],
            plain => vec![plain],
        };
        let longer = |path: &String| choices.iter().map(|choice| format!("{path}/{choice}")).collect::<Vec<_>>();
        all = all.iter().flat_map(longer).collect();
    }
    all
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A question before an id is put into it.
struct Template {
    method: &'static str,
    /// With `{id}` where the id goes.
    path: String,
    /// The field that says the id while the others say what they usually do; all of them with `*`.
    field: Option<String>,
}

impl Template {
    fn with(&self, id: &str, fields: &[String]) -> Asked {
        let path = self.path.replace("{id}", &encoded(id));
        let Some(tried) = &self.field else { return Asked { method: self.method, path, form: String::new() } };
        let value = |field: &String| if tried == field || tried == "*" { id } else { usual(field) };
        let pairs = fields.iter().map(|field| (field.as_str(), value(field))).filter(|(_, value)| !value.is_empty());
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Asked { method: self.method, path, form }
    }
}

/// Everything there is to ask about an id.
fn templates(fields: &[String]) -> Vec<Template> {
    let every: Vec<String> = fields.iter().map(|field| format!("{field}={{id}}")).collect();
    let mut all = Vec::new();
    for (route, gets, posts) in routes() {
        for path in paths(&route, "{id}") {
            if gets {
                let asked = [path.clone(), format!("{path}?q={{id}}"), format!("{path}?{}", every.join("&"))];
                all.extend(asked.map(|path| Template { method: "GET", path, field: None }));
            }
            // These end the session, or take its rights away: nothing could be asked afterwards.
            if posts && !["/sign-out", "/account/", "/settings/users/"].iter().any(|ends| path.starts_with(ends)) {
                let tried = fields.iter().map(String::as_str).chain(["*"]);
                let post = |field: &str| Template { method: "POST", path: path.clone(), field: Some(field.to_owned()) };
                all.extend(tried.map(post));
            }
        }
    }
    all
}

/// One id of every kind that the schema knows: the newest of each column that names something.
fn ids(doors: &Doors, org: OrgId) -> Vec<(String, String)> {
    let columns = if doors.place.is_postgres() {
        "SELECT table_name || ' ' || column_name FROM information_schema.columns c WHERE table_schema = 'public'
         AND table_name NOT LIKE '%_part_' AND EXISTS (SELECT 1 FROM information_schema.columns o
             WHERE o.table_schema = 'public' AND o.table_name = c.table_name AND o.column_name = 'org_id')"
    } else {
        "SELECT t.name || ' ' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) o WHERE o.name = 'org_id')"
    };
    let mut found = Vec::new();
    for column in doors.place.texts(columns) {
        let (table, column) = column.split_once(' ').unwrap();
        let named = ["id", "number", "code", "key", "digest", "slug", "email"];
        if column == "org_id" || !named.iter().any(|end| column == *end || column.ends_with(&format!("_{end}"))) {
            continue;
        }
        let newest = format!(
            "SELECT CAST(max({column}) AS TEXT) FROM {table} WHERE org_id = {} HAVING max({column}) IS NOT NULL",
            org.0
        );
        found.extend(doors.place.texts(&newest).into_iter().map(|id| (format!("{table}.{column}"), id)));
    }
    found.sort();
    found.dedup_by(|one, other| one.1 == other.1);
    // Whoever asks about an id that is a mark may write it into their own org, and is then shown it: those come last.
    found.sort_by_key(|(_, id)| MARKS.iter().any(|mark| id.contains(mark)));
    assert!(found.len() > 40, "only {} kinds of ids were found", found.len());
    found
}

/// Two orgs, the first with one of everything.
fn two_orgs(doors: &Doors) -> (Tenant, Tenant) {
    let (theirs, mine) = (doors.tenant("cua-ho"), doors.tenant("cua-toi"));
    furnish(doors, &theirs);
    let endpoint = NewEndpoint {
        url: "https://hooks.example.com/bi-mat".to_owned(),
        events: Vec::new(),
        dialects: Vec::new(),
        format: domain::webhook::Format::Standard,
    };
    // Where there is no key for what is sealed, there is no endpoint either.
    drop(block_on(doors.hub.create_endpoint(Actor::cli(theirs.org), endpoint, None)));
    enter(doors, &theirs, Dialect::Omicrm, NAME, "0905000099", "BM-99");
    let view = |tx: &mut hub::Tx<'_>| {
        let user = hub::users::list(tx)?[0].id;
        hub::views::keep(tx, "customers", user, NAME, "q=bi", true)?;
        hub::messages::queue(tx, domain::message::MessageKind::Sms, None, "0905000099", "", NAME)
    };
    doors.hub.write(Actor::cli(theirs.org), view).wait().unwrap();
    enter(doors, &mine, Dialect::Caresoft, "Của Tôi", "0911000001", "Hỏi giá");
    (theirs, mine)
}

/// Asks as somebody about the ids of an org; gives how much was asked, and what told its name.
fn matrix(doors: &Doors, pages: &Pages, org: OrgId, most: usize) -> (usize, Vec<Asked>) {
    let fields = fields();
    let (templates, ids) = (templates(&fields), ids(doors, org));
    let all = templates.len() * ids.len();
    assert!(all > 50_000, "only {all} questions");
    // Every so many; an odd step comes by every template and every id.
    let step = (all / most).max(1) | 1;
    let mut telling = Vec::new();
    let mut own = BTreeSet::new();
    let mut asked = 0;
    for place in (0..all).step_by(step) {
        let question = templates[place % templates.len()].with(&ids[place / templates.len()].1, &fields);
        let (status, said) = pages.ask(&question);
        assert!(status < 500, "{question:?}: {status} {said}");
        assert!(!said.contains("location: \"/sign-in"), "{question:?} ended the session");
        // A page says again what its form said, now or later; that is no secret to whoever sent it.
        let sent = |mark: &&str| question.form.contains(&encoded(mark)) || question.path.contains(&encoded(mark));
        own.extend(MARKS.into_iter().filter(sent));
        if MARKS.iter().any(|mark| said.contains(mark) && !own.contains(mark)) {
            telling.push(question);
        }
        asked += 1;
    }
    (asked, telling)
}

#[test]
fn somebody_of_another_org_reaches_nothing_through_the_pages() {
    let doors = Doors::new();
    let (theirs, mine) = two_orgs(&doors);
    let pages = Pages::of(&doors, mine.org);
    let before = doors.place.everything_of(theirs.org);
    let most = if std::env::var_os(EVERYTHING).is_some() { MANY } else { SOME };
    let (asked, telling) = matrix(&doors, &pages, theirs.org, most);
    assert!(telling.is_empty(), "{} of {asked} tell, such as {:?}", telling.len(), telling.first());
    let after = doors.place.everything_of(theirs.org);
    for ((table, before), (_, after)) in before.iter().zip(&after) {
        assert_eq!(before, after, "{table} changed");
    }
    if let Some(file) = std::env::var_os(EVERYTHING) {
        assert!(asked > 50_000, "{asked}");
        std::fs::write(file, asked.to_string()).unwrap();
    }
}

/// The same questions by somebody who may ask them: if they did not read and change, the silence above would prove nothing.
#[test]
fn somebody_of_the_org_itself_reaches_much_of_it() {
    let doors = Doors::new();
    let (theirs, _) = two_orgs(&doors);
    let pages = Pages::of(&doors, theirs.org);
    let before = doors.place.everything_of(theirs.org);
    let (asked, telling) = matrix(&doors, &pages, theirs.org, 600);
    assert!(telling.len() > asked / 100, "{} of {asked}", telling.len());
    let after = doors.place.everything_of(theirs.org);
    let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count();
    assert!(changed >= 5, "{changed} tables");
}

#[test]
fn every_change_that_another_site_asks_for_is_refused() {
    let doors = Doors::new();
    let (theirs, _) = two_orgs(&doors);
    let pages = Pages::of(&doors, theirs.org);
    let fields = fields();
    let value = |field: &String| Some(usual(field)).filter(|value| !value.is_empty()).unwrap_or("1");
    let pairs = fields.iter().map(|field| (field.as_str(), value(field)));
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let changes: Vec<Asked> = routes()
        .into_iter()
        .filter(|(_, _, posts)| *posts)
        .flat_map(|(route, ..)| paths(&route, "1"))
        .map(|path| Asked { method: "POST", path, form: form.clone() })
        .collect();
    assert!(changes.len() > 60, "only {} changes", changes.len());
    let before = doors.place.everything_but(&[]);
    for asked in &changes {
        for site in ["cross-site", "same-site", "", "none, cross-site"] {
            let (status, _) = pages.send(asked, site);
            assert_eq!(status, 403, "{} from {site:?}", asked.path);
        }
    }
    assert_eq!(doors.place.everything_but(&[]), before);
    // From our own pages they are not refused so, and change something.
    let ends = |asked: &&Asked| !asked.path.contains("sign-out") && !asked.path.contains("/users/");
    let accepted = changes.iter().filter(ends).filter(|asked| pages.ask(asked).0 != 403).count();
    assert!(accepted > 50, "{accepted} of {}", changes.len());
    assert_ne!(doors.place.everything_but(&[]), before);
}
