//! What a Vietnamese company begins with, in Vietnamese.

use domain::catalog::CatalogKind;
use domain::{Result, User};
use store::Tx;

use super::{Item, add_funnel, add_items, add_labels, item};
use crate::users;

/// Team that everything unassigned falls to.
pub(super) const TEAM: &str = "Mặc định";

// Codes are what VBot clients send, whose statuses and types are known by code alone.
const STATUSES: &[Item] = &[
    item("Mới").code("MOI"),
    item("Đang chăm sóc").code("DANG_CHAM_SOC"),
    item("Tiềm năng").code("TIEM_NANG"),
    item("Đã mua hàng").code("DA_MUA_HANG"),
    item("Khách hàng thân thiết").code("THAN_THIET"),
    item("Hẹn liên hệ lại").code("HEN_LIEN_HE_LAI"),
    item("Ngừng giao dịch").code("NGUNG_GIAO_DICH"),
];

const TYPES: &[Item] = &[
    item("Khách lẻ").code("KHACH_LE"),
    item("Khách doanh nghiệp").code("KHACH_DOANH_NGHIEP"),
    item("Đại lý").code("DAI_LY"),
    item("Nhà cung cấp").code("NHA_CUNG_CAP"),
    item("Đối tác").code("DOI_TAC"),
];

const GROUPS: &[Item] = &[
    item("Khách hàng VIP").code("VIP"),
    item("Khách hàng phổ thông").code("PHO_THONG"),
    item("Khách hàng doanh nghiệp").code("DOANH_NGHIEP"),
];

const INDUSTRIES: &[&str] = &[
    "Bán lẻ",
    "Bất động sản",
    "Công nghệ thông tin",
    "Du lịch và khách sạn",
    "Giáo dục",
    "Nông nghiệp",
    "Sản xuất",
    "Tài chính và bảo hiểm",
    "Vận tải và kho bãi",
    "Xây dựng",
    "Y tế",
    "Ngành khác",
];

const SCALES: &[&str] =
    &["Dưới 10 nhân viên", "Từ 10 đến 49 nhân viên", "Từ 50 đến 199 nhân viên", "Từ 200 nhân viên trở lên"];

const SOURCES: &[Item] = &[
    item("Trực tuyến"),
    item("Website").under("Trực tuyến"),
    item("Facebook").under("Trực tuyến"),
    item("Zalo").under("Trực tuyến"),
    item("Email").under("Trực tuyến"),
    item("Quảng cáo").under("Trực tuyến"),
    item("Điện thoại"),
    item("Tổng đài gọi đến").under("Điện thoại"),
    item("Gọi ra").under("Điện thoại"),
    item("Giới thiệu"),
    item("Khách hàng giới thiệu").under("Giới thiệu"),
    item("Nhân viên giới thiệu").under("Giới thiệu"),
    item("Sự kiện"),
    item("Khách đến trực tiếp"),
    item("Nguồn khác"),
];

const LEAD_STATUSES: &[Item] = &[
    item("Mới").extra("1"),
    item("Đang liên hệ").extra("0"),
    item("Đang tư vấn").extra("0"),
    item("Đã chuyển đổi").extra("2"),
    item("Không đạt").extra("3"),
];

const UNQUALIFIED_REASONS: &[&str] = &[
    "Không có nhu cầu",
    "Không đủ ngân sách",
    "Không phải người quyết định",
    "Không liên lạc được",
    "Thông tin liên hệ sai",
    "Đã chọn nhà cung cấp khác",
    "Trùng",
];

const LEAD_LABELS: &[Item] =
    &[item("Nóng").colour("#d64545"), item("Ấm").colour("#e0a030"), item("Lạnh").colour("#4a7fb5")];

const SERVICES: &[&str] = &["Tư vấn bán hàng"];

/// Lists that a company may have instead from the vendors' documents: theirs have an order, a first and a last of their own.
pub(super) fn fill_what_documents_print(tx: &mut Tx<'_>) -> Result<()> {
    add_items(tx, CatalogKind::Status, STATUSES)?;
    add_items(tx, CatalogKind::Group, GROUPS)?;
    add_labels(tx, CatalogKind::Industry, INDUSTRIES)?;
    add_labels(tx, CatalogKind::Scale, SCALES)?;
    add_items(tx, CatalogKind::Source, SOURCES)?;
    add_items(tx, CatalogKind::LeadStatus, LEAD_STATUSES)?;
    add_labels(tx, CatalogKind::UnqualifiedReason, UNQUALIFIED_REASONS)?;
    add_items(tx, CatalogKind::LeadLabel, LEAD_LABELS)?;
    add_labels(tx, CatalogKind::Service, SERVICES)
}

const DEAL_STAGES: &[&str] =
    &["Tiếp cận", "Khảo sát nhu cầu", "Báo giá", "Thương lượng", "Ký hợp đồng", "Thành công", "Thất bại"];

const DEAL_CATEGORIES: &[&str] = &["Bán mới", "Bán thêm", "Gia hạn"];

const PACKAGES: &[&str] = &["Cơ bản", "Tiêu chuẩn", "Cao cấp"];

const CURRENCIES: &[Item] = &[
    item("VND").code("VND"),
    item("USD").code("USD"),
    item("EUR").code("EUR"),
    item("JPY").code("JPY"),
    item("CNY").code("CNY"),
    item("KRW").code("KRW"),
    item("SGD").code("SGD"),
    item("THB").code("THB"),
    item("GBP").code("GBP"),
    item("AUD").code("AUD"),
];

// With the hours within which a ticket should be solved.
const SLAS: &[Item] = &[item("Tiêu chuẩn").extra("72"), item("Ưu tiên").extra("24"), item("Khẩn cấp").extra("4")];

/// As the listener document lists them: it speaks of nine and names eight.
pub(super) const TICKET_CHANNELS: &[&str] =
    &["Email", "Phone", "Web Contact Form", "Kite Call", "Kite Chat", "Kite Viber", "Kite Facebook", "Kite Skype"];

/// The funnel that OMICRM clients place customers in.
pub(super) const FUNNEL: &str = "Hành trình khách hàng";

const FUNNEL_STAGES: &[(&str, &[&str])] = &[
    ("Mới", &["Chưa liên hệ", "Đã liên hệ"]),
    ("Quan tâm", &["Đã tư vấn", "Đã báo giá"]),
    ("Khách hàng", &["Mua lần đầu", "Mua lại"]),
    ("Rời bỏ", &["Hết nhu cầu", "Chọn nơi khác"]),
];

/// The usual lists that no document prints whole.
pub(super) fn fill(tx: &mut Tx<'_>) -> Result<()> {
    add_items(tx, CatalogKind::Type, TYPES)?;
    add_labels(tx, CatalogKind::DealStage, DEAL_STAGES)?;
    add_labels(tx, CatalogKind::DealCategory, DEAL_CATEGORIES)?;
    add_labels(tx, CatalogKind::Package, PACKAGES)?;
    add_items(tx, CatalogKind::Currency, CURRENCIES)?;
    add_items(tx, CatalogKind::Sla, SLAS)?;
    add_labels(tx, CatalogKind::TicketChannel, TICKET_CHANNELS)?;
    add_funnel(tx, FUNNEL, FUNNEL_STAGES)
}

/// The first team, with the owner in it.
pub(super) fn team(tx: &mut Tx<'_>, owner: &User) -> Result<()> {
    let team = users::team(tx, TEAM)?;
    users::join_team(tx, team.id, owner.id)
}
