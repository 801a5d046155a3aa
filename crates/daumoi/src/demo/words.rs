//! What is said in the example: a company that furnishes offices, its customers and its staff.

use domain::Dialect;

/// The staff: e-mail before the @, name, and whether it is an admin.
pub const STAFF: [(&str, &str, bool); 6] = [
    ("lan", "Trần Thị Lan", true),
    ("hung", "Phạm Quốc Hùng", false),
    ("mai", "Lê Ngọc Mai", false),
    ("khoa", "Đỗ Minh Khoa", false),
    ("thao", "Vũ Phương Thảo", false),
    ("son", "Bùi Thanh Sơn", false),
];

/// Teams with their members, by place in the staff list.
pub const TEAMS: [(&str, &[usize]); 3] =
    [("Kinh doanh", &[0, 1, 2]), ("Chăm sóc khách hàng", &[3, 4]), ("Thi công", &[4, 5])];

/// Doors through which new customers come, each as often as it is listed.
pub const DOORS: [Dialect; 12] = [
    Dialect::Beeiq,
    Dialect::Beeiq,
    Dialect::Beeiq,
    Dialect::Caresoft,
    Dialect::Caresoft,
    Dialect::OneOffice,
    Dialect::OneOffice,
    Dialect::Omicrm,
    Dialect::Omicrm,
    Dialect::Vbot,
    Dialect::Vbot,
    Dialect::Web,
];

pub const SOURCES: &[&str] = &[
    "Website",
    "Website",
    "Facebook",
    "Zalo",
    "Quảng cáo",
    "Tổng đài gọi đến",
    "Gọi ra",
    "Khách hàng giới thiệu",
    "Nhân viên giới thiệu",
    "Sự kiện",
    "Khách đến trực tiếp",
];
pub const STATUSES: &[&str] = &["Mới", "Đang chăm sóc", "Đang chăm sóc", "Tiềm năng", "Hẹn liên hệ lại"];
pub const TYPES: &[&str] = &["Khách lẻ", "Khách lẻ", "Khách doanh nghiệp", "Đại lý", "Đối tác"];
pub const GROUPS: &[&str] = &["Khách hàng VIP", "Khách hàng phổ thông", "Khách hàng phổ thông"];
pub const TAGS: &[&str] = &[
    "Bàn ghế",
    "Tủ hồ sơ",
    "Sảnh lễ tân",
    "Phòng họp",
    "Thi công trọn gói",
    "Báo giá gấp",
    "Khách quen",
    "Hội chợ 2026",
];
pub const SCALES: &[&str] =
    &["Dưới 10 nhân viên", "Từ 10 đến 49 nhân viên", "Từ 50 đến 199 nhân viên", "Từ 200 nhân viên trở lên"];
pub const SALUTATIONS: [&str; 2] = ["Anh", "Chị"];
pub const JOB_TITLES: &[&str] = &[
    "Giám đốc",
    "Trưởng phòng hành chính",
    "Kế toán trưởng",
    "Nhân viên mua hàng",
    "Quản lý tòa nhà",
    "Thư ký",
    "Chủ cửa hàng",
];
pub const LEAD_LABELS: &[&str] = &["Nóng", "Ấm", "Lạnh"];
pub const REASONS: &[&str] =
    &["Không có nhu cầu", "Không đủ ngân sách", "Không liên lạc được", "Đã chọn nhà cung cấp khác"];
pub const CHANNELS: &[&str] =
    &["Email", "Phone", "Web Contact Form", "Kite Call", "Kite Chat", "Kite Viber", "Kite Facebook"];
pub const SLAS: &[&str] = &["Tiêu chuẩn", "Ưu tiên", "Khẩn cấp"];
pub const STYLES: &[&str] = &["Hiện đại", "Tối giản", "Gỗ tự nhiên", "Cổ điển"];
pub const CATEGORIES: &[&str] = &["Bán mới", "Bán mới", "Bán thêm", "Gia hạn"];
pub const PACKAGES: &[&str] = &["Cơ bản", "Tiêu chuẩn", "Cao cấp"];

pub const LEAD_SUBJECTS: &[&str] = &[
    "Hỏi giá bàn làm việc nhóm sáu",
    "Cần 40 ghế xoay lưng lưới trước cuối tháng",
    "Tư vấn bố trí văn phòng 120 m²",
    "Xin báo giá tủ hồ sơ sắt",
    "Làm lại quầy lễ tân",
    "Hỏi vách ngăn kính cho phòng họp",
    "Đăng ký nhận mẫu vật liệu",
    "Muốn xem hàng tại kho",
    "Cần bàn nâng hạ cho phòng kỹ thuật",
    "Hỏi thuê bàn ghế cho sự kiện",
];

pub const NOTES: &[&str] = &[
    "Khách hẹn gọi lại sau 15 giờ, đang họp.",
    "Đã gửi bảng giá mới qua e-mail.",
    "Khách thích màu gỗ óc chó, hỏi thêm về thời hạn bảo hành.",
    "Gọi hai lần không nghe máy, nhắn tin qua Zalo.",
    "Đã khảo sát mặt bằng, chờ bản vẽ từ phía khách.",
    "Khách so sánh với một báo giá khác, cần giảm thêm 3%.",
    "Thanh toán chia làm hai đợt theo hợp đồng.",
    "Giao hàng vào thứ Bảy, có thang máy chở hàng.",
    "Khách đề nghị xuất hóa đơn theo tên công ty.",
    "Đã xác nhận lại số lượng: 24 bàn, 26 ghế.",
    "Người quyết định là giám đốc, tuần sau mới về.",
    "Khách hài lòng với lần lắp đặt trước.",
];

pub const COMMENTS: &[&str] = &[
    "Đã liên hệ lần đầu, khách đang xem thêm.",
    "Khách hẹn gặp tại văn phòng.",
    "Đã gửi hồ sơ năng lực.",
    "Cảm ơn anh/chị đã quan tâm, chúng tôi sẽ gọi lại trong ngày.",
];

pub const DEALS: &[(&str, u32)] = &[
    ("Trang bị 40 chỗ ngồi", 96_000_000),
    ("Nội thất phòng họp lớn", 58_500_000),
    ("Quầy lễ tân và sảnh chờ", 42_000_000),
    ("Tủ hồ sơ phòng kế toán", 18_900_000),
    ("Bàn nâng hạ điện", 37_200_000),
    ("Vách ngăn kính tầng 3", 64_000_000),
    ("Ghế lưng lưới, 25 chiếc", 31_250_000),
    ("Cải tạo khu làm việc mở", 185_000_000),
    ("Thuê bàn ghế hội nghị", 12_600_000),
    ("Bảo trì nội thất hằng năm", 9_800_000),
];

pub const TICKETS: &[(&str, &str)] = &[
    ("Ghế bị kẹt bánh xe", "Hai ghế giao tuần trước bị kẹt bánh, không xoay được."),
    ("Thiếu ốc lắp bàn", "Bộ bàn nhóm sáu thiếu bốn con ốc nối chân."),
    ("Xin đổi màu mặt tủ", "Mặt tủ giao màu xám, hợp đồng ghi màu trắng."),
    ("Hỏi thời hạn bảo hành", "Nhờ kiểm tra thời hạn bảo hành của bàn nâng hạ."),
    ("Giao hàng trễ hẹn", "Đơn hẹn giao sáng thứ Ba nhưng chưa thấy xe đến."),
    ("Yêu cầu hóa đơn", "Đề nghị gửi lại hóa đơn điện tử của đơn tháng trước."),
    ("Vách kính có tiếng kêu", "Vách ngăn kêu khi mở cửa, cần cân chỉnh lại bản lề."),
];

pub const EMAILS: &[(&str, &str)] = &[
    ("Báo giá nội thất văn phòng", "Kính gửi anh/chị, chúng tôi gửi báo giá theo yêu cầu."),
    ("Xác nhận lịch khảo sát", "Kính gửi anh/chị, lịch khảo sát đã được xác nhận."),
    ("Cảm ơn anh/chị đã mua hàng", "Cảm ơn anh/chị đã tin dùng sản phẩm của chúng tôi."),
];

pub const TEXTS: &[&str] = &[
    "Noi that Dau Moi: don hang cua quy khach se giao trong ngay mai.",
    "Noi that Dau Moi: lich khao sat 9h sang thu Nam. Cam on quy khach.",
    "Noi that Dau Moi: cam on quy khach da quan tam, chung toi se goi lai som.",
];
