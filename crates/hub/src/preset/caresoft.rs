//! Lists and ids of CareSoft's lead document. Where it prints an id alone, the label is invented and said to be.

use domain::catalog::CatalogKind;
use domain::field::FieldEntity;
use domain::{Result, Role};
use store::Tx;

use super::{Custom, Group, Item, Person, add_fields, add_items, add_people, add_teams, item};

/// Section 5.1 in its order, and no more: the statuses 1, 25 and 26 of other samples belong to other orgs.
pub(super) const LEAD_STATUSES: &[Item] = &[
    item("Tương tác mới").number(525).extra("1"),
    item("Đang liên hệ").number(557).extra("0"),
    item("Comming").number(558).extra("0"),
    item("Trạng thái demo").number(643).extra("0"),
    item("Lead Converted1").number(527).extra("2"),
    item("Lead Unqualified").number(528).extra("3"),
];

/// Section 5.2.
pub(super) const UNQUALIFIED_REASONS: &[Item] = &[
    item("No need").number(176),
    item("Not the decision maker").number(177),
    item("No budget").number(182),
    item("Lead unqualified").number(217),
];

/// Section 5.3 in its order; 10 is only sent, by the create sample, and its label is invented.
pub(super) const LEAD_LABELS: &[Item] =
    &[item("5").number(17), item("Cold").number(11), item("Freezing@2").number(22), item("Warm").number(10)];

/// Sent by the create sample and printed by the list; labels invented.
pub(super) const SERVICES: &[Item] =
    &[item("Tư vấn bán hàng").number(1244), item("Gọi ra theo chiến dịch").number(2_005_289)];

/// 124734559 is the agent of all samples, `50024` their `agent_id`; the list prints an assignee 1, who is the owner in a new
/// org. Addresses invented: the document masks them.
pub(super) const AGENTS: &[Person] = &[
    Person {
        email: "admin1.caresoft@example.com",
        name: "Admin1",
        number: Some(124_734_559),
        staff_code: Some("50024"),
        role: Role::Admin,
    },
    Person {
        email: "agent1.caresoft@example.com",
        name: "Agent 1",
        number: Some(1),
        staff_code: None,
        role: Role::Member,
    },
];

/// The group of the agent, and the group of the lead in section 3 whose name is invented.
pub(super) const TEAMS: &[Group] = &[
    Group { name: "Default Group", number: Some(12_153), members: &["admin1.caresoft@example.com"] },
    Group { name: "Bộ phận tư vấn", number: Some(12_945), members: &[] },
];

/// Of 6068 only the ids of field and option are sent; of 9579 no option is printed.
pub(super) const FIELDS: &[Custom] = &[
    Custom {
        entity: FieldEntity::Lead,
        number: 5159,
        code: "ki_tu_19",
        label: "Kí tự 19",
        kind: "STRING",
        options: &[],
    },
    Custom {
        entity: FieldEntity::Lead,
        number: 6068,
        code: "nhu_cau",
        label: "Nhu cầu",
        kind: "SELECT",
        options: &[(106_902, "Mua mới")],
    },
    Custom {
        entity: FieldEntity::Lead,
        number: 9579,
        code: "phan_loai_ticket_cha_2602",
        label: "Phân loại ticket cha(2602)",
        kind: "SELECT",
        options: &[],
    },
];

/// Fills what the document prints and sends.
pub(super) fn fill(tx: &mut Tx<'_>) -> Result<()> {
    add_items(tx, CatalogKind::LeadStatus, LEAD_STATUSES)?;
    add_items(tx, CatalogKind::UnqualifiedReason, UNQUALIFIED_REASONS)?;
    add_items(tx, CatalogKind::LeadLabel, LEAD_LABELS)?;
    add_items(tx, CatalogKind::Service, SERVICES)?;
    add_people(tx, AGENTS)?;
    add_teams(tx, TEAMS)?;
    add_fields(tx, FIELDS)
}
