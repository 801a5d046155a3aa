//! The enumerations of 1Office's contact document, in its order, and the staff and custom field it names.

use domain::catalog::CatalogKind;
use domain::field::FieldEntity;
use domain::{Result, Role};
use store::Tx;

use super::{Custom, Person, add_fields, add_labels, add_people, member};

/// `group_type_id`. Sixteen of them are printed with blanks behind, which no comparison sees; one has a comma inside.
pub(super) const GROUPS: &[&str] = &[
    "Anh ↔ BĐN",
    "Anh ↔ Campuchia",
    "Anh ↔ Đức",
    "Anh ↔ Hàn Quốc",
    "Anh ↔ Indonesia",
    "Anh ↔ Lào",
    "Anh ↔ Malaysia",
    "Anh ↔ Nga",
    "Anh ↔ Ngôn ngữ khác",
    "Anh ↔ Nhật Bản",
    "Anh ↔ Pháp",
    "Anh ↔ TBN",
    "Anh ↔ Thái Lan",
    "Anh ↔ Trung Quốc",
    "Anh ↔ Ý",
    "Cho thuê văn phòng khác",
    "Công bố sản phẩm",
    "Công chứng bản dịch",
    "Công văn nhập cảnh TLA",
    "Công văn nhập cảnh VUT",
    "Dịch vụ đăng ký doanh nghiệp (VN)",
    "Dịch vụ đăng ký đầu tư (NN)",
    "Dịch vụ hỗ trợ TinLaw khác",
    "Dịch vụ hỗ trợ VUT khác",
    "Dịch vụ kế toán - thuế (NN)",
    "Dịch vụ kế toán - thuế (VN)",
    "Dịch vụ kế toán - thuế khác",
    "Đào tạo Pháp lý nội bộ Doanh nghiệp",
    "Giấy phép con",
    "Giấy phép DN khác",
    "Giấy phép lao động TLA",
    "Giấy phép lao động VUT",
    "Giấy phép NNN khác",
    "HPH/CNLS tại SNV/LSQ",
    "Luật sư riêng cho Cá nhân",
    "Luật sư riêng cho Doanh nghiệp",
    "Lý lịch tư pháp TLA",
    "Lý lịch tư pháp VUT",
    "Ngôn ngữ khác ↔ Ngôn ngữ khác (ngoài tiếng Anh, tiếng Việt)",
    "Pháp lý Cá nhân theo vụ việc",
    "Pháp lý Doanh nghiệp theo vụ việc",
    "Phiên dịch nối tiếp",
    "Phiên dịch song song",
    "Sao y chứng thực",
    "Sở hữu trí tuệ",
    "Thẻ tạm trú TLA",
    "Thẻ tạm trú VUT",
    "Văn phòng chia sẻ",
    "Văn phòng trọn gói",
    "Việt ↔ Anh",
    "Việt ↔ BĐN",
    "Việt ↔ Campuchia",
    "Việt ↔ Đức",
    "Việt ↔ Hàn Quốc",
    "Việt ↔ Indonesia",
    "Việt ↔ Lào",
    "Việt ↔ Malaysia",
    "Việt ↔ Nga",
    "Việt ↔ Ngôn ngữ khác",
    "Việt ↔ Nhật Bản",
    "Việt ↔ Pháp",
    "Việt ↔ TBN",
    "Việt ↔ Thái Lan",
    "Việt ↔ Trung Quốc",
    "Việt ↔ Ý",
    "Visa Ai Cập",
    "Visa Ấn Độ",
    "Visa Anh",
    "Visa Campuchia",
    "Visa Canada",
    "Visa Dubai",
    "Visa Đài Loan",
    "Visa Hàn Quốc",
    "Visa Hong Kong",
    "Visa Indonesia",
    "Visa Israel",
    "Visa Macau",
    "Visa Mexico",
    "Visa Mỹ",
    "Visa New Zealand",
    "Visa Nga",
    "Visa nhập khác",
    "Visa Nhật Bản",
    "Visa Schengen",
    "Visa Thái Lan",
    "Visa Thổ Nhĩ Kỳ",
    "Visa Trung Quốc",
    "Visa Úc",
    "Visa Việt Nam TLA",
    "Visa Việt Nam VUT",
    "Visa xuất nước khác",
];

/// `scale_id`.
pub(super) const SCALES: &[&str] = &["Doanh nghiệp có vốn đầu tư nước ngoài", "Doanh nghiệp 100% vốn Việt Nam"];

/// `fountain_head_id`. The document calls it a tree and prints it flat.
pub(super) const SOURCES: &[&str] = &[
    "BOD giới thiệu",
    "Các nguồn khác",
    "Chat facebook",
    "Chat subiz",
    "Chat Zalo OA",
    "CTV giới thiệu",
    "Email CSKH",
    "Form yêu cầu tư vấn (website)",
    "Giới thiệu (hãy chọn nguồn chi tiết)",
    "Gửi Email marketing",
    "Hotline CSKH",
    "Kênh online khác",
    "Khách hàng giới thiệu",
    "Khách liên hệ trực tiếp VP",
    "Marketing online (hãy chọn nguồn chi tiết)",
    "Người khác giới thiệu",
    "Nội bộ giới thiệu",
    "Sales tự kiếm",
    "Tổng đài",
    "UBND giới thiệu",
];

/// `status_id`.
pub(super) const STATUSES: &[&str] = &[
    "Sales chưa liên hệ",
    "Leads đang chăm sóc (hợp lệ)",
    "Leads đã chốt đơn hàng (hợp lệ)",
    "Leads hết nhu cầu (hợp lệ)",
    "Không đáp ứng được yêu cầu/hồ sơ (hợp lệ)",
    "Khách báo liên hệ sau (chưa xác định)",
    "Khách chưa phản hồi (chưa xác định)",
    "Leads bị trùng (không hợp lệ)",
    "Số điện thoại không chính xác (không hợp lệ)",
    "Leads không liên lạc được (không hợp lệ)",
    "Dịch vụ công ty không hỗ trợ/Nhu cầu dịch vụ khác (không hợp lệ)",
];

/// `trade_ids`.
pub(super) const INDUSTRIES: &[&str] = &[
    "BIÊN DỊCH (VUT)",
    "BIÊN DỊCH TRƯỚC 05/05/2024 (VUT)",
    "CHO THUÊ VĂN PHÒNG (VUT)",
    "DỊCH VỤ KẾ TOÁN-THUẾ (TLA)",
    "DỊCH VỤ LUẬT SƯ (TLA)",
    "GIẤY PHÉP DN (TLA)",
    "GIẤY PHÉP DN TRƯỚC 05/05/2024 (TLA)",
    "GIẤY PHÉP NNN (TLA)",
    "PHIÊN DỊCH (VUT)",
    "VISA NHẬP (VUT)",
    "VISA XUẤT (VUT)",
];

/// Whom the example of `user_ids` names: two by code, one by name. The rest is invented.
const PEOPLE: &[Person] = &[
    Person {
        email: "nv06@example.com",
        name: "Nhân viên 06",
        number: None,
        staff_code: Some("NV06"),
        role: Role::Member,
    },
    Person {
        email: "nv08@example.com",
        name: "Nhân viên 08",
        number: None,
        staff_code: Some("NV08"),
        role: Role::Member,
    },
    member("nguyenvanc@example.com", "Nguyễn Văn C"),
];

const FIELDS: &[Custom] = &[Custom {
    entity: FieldEntity::Customer,
    number: 31,
    code: "cf31",
    label: "Số điện thoại (khác)",
    kind: "PHONE",
    options: &[],
}];

/// Fills what the document prints.
pub(super) fn fill(tx: &mut Tx<'_>) -> Result<()> {
    add_labels(tx, CatalogKind::Group, GROUPS)?;
    add_labels(tx, CatalogKind::Scale, SCALES)?;
    add_labels(tx, CatalogKind::Source, SOURCES)?;
    add_labels(tx, CatalogKind::Status, STATUSES)?;
    add_labels(tx, CatalogKind::Industry, INDUSTRIES)?;
    add_people(tx, PEOPLE)?;
    add_fields(tx, FIELDS)
}
