//! The program told to do things in a terminal: what its other tests, which call it from within, cannot see.

use hub::Place;
use serde_json::json;
use stories::Program;

use crate::support::{House, person};

/// The program on a house's data, with variables of its environment set.
fn program(house: &House, variables: &[&str]) -> Program {
    let database = match house.place.place() {
        Place::Sqlite(_) => None,
        Place::Postgres(url) => Some(url.as_str()),
    };
    let program = Program::new(house.place.folder(), database);
    if variables.is_empty() { program } else { program.started_by(&[&["env"], variables].concat()) }
}

#[test]
fn customers_are_merged_and_parted_wherever_the_flags_stand() {
    let house = House::new();
    for name in ["An", "Bình"] {
        house.add(person(name, &[])).unwrap();
    }
    let told = |program: &Program, line: &str| program.json(&line.split(' ').collect::<Vec<_>>());
    let name = || house.find(house.read(|tx| hub::customers::find_by_number(tx, 1)).unwrap().unwrap()).unwrap().name;
    let plain = program(&house, &[]);
    let in_variables = program(&house, &["DAUMOI_ORG=dau-moi", "DAUMOI_TAKE=name"]);
    // Numbers of merges may have gaps: each is as it was told.
    let mut last = json!(null);
    for (merge, undo) in [
        ("merge --org dau-moi 1 2 --take name", "merge undo # --org dau-moi"),
        ("merge 1 2 --take name --org dau-moi", "merge undo --org dau-moi #"),
        ("merge --take name --org dau-moi PID-1 PID-2", "merge --org dau-moi undo #"),
    ] {
        let merged = told(&plain, merge);
        assert_eq!((&merged["winner"], &merged["loser"], name().as_str()), (&json!(1), &json!(2), "Bình"), "{merge}");
        last.clone_from(&merged["merge"]);
        let parted = told(&plain, &undo.replace('#', &last.to_string()));
        assert_eq!((&parted["merge"], name().as_str()), (&last, "An"), "{undo}");
    }
    let merged = told(&in_variables, "merge 1 2");
    assert_eq!(merged["winner"], 1);
    let newest = &merged["merge"];
    for (program, line) in [
        (&plain, "merge list --org dau-moi --limit 2"),
        (&plain, "merge --org dau-moi list --limit 2"),
        (&in_variables, "merge list --limit 2"),
    ] {
        let all = told(program, line);
        let rows: Vec<_> =
            all.as_array().unwrap().iter().map(|row| (&row["merge"], row["undone_at"].is_null())).collect();
        assert_eq!(rows, [(newest, true), (&last, false)], "{line}");
    }
    told(&in_variables, &format!("merge undo {newest}"));
    for (line, why) in [
        (&["merge", "1", "2"][..], "org"),
        (&["merge", "--org", "dau-moi", "1"], "<LOSER>"),
        (&["merge", "--org", "dau-moi"], "<WINNER>"),
        (&["merge", "undo", "4"], "org"),
    ] {
        let ran = plain.run(line);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!((ran.status.code(), said.contains(why)), (Some(2), true), "{line:?}: {said}");
    }
}
