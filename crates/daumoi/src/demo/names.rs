//! Invented people and companies: names put together from lists, phones that nobody was given, addresses at example.com.

use domain::customer::Gender;
use domain::text;
use fastrand::Rng;

const FAMILY: &[&str] = &[
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương",
    "Lý", "Đinh", "Trịnh", "Mai", "Tạ", "Lương", "Châu", "Cao", "Thái",
];
const MIDDLE_MALE: &[&str] = &["Văn", "Hữu", "Đức", "Quốc", "Minh", "Thanh", "Công", "Gia", "Xuân", "Trọng", "Nhật"];
const GIVEN_MALE: &[&str] = &[
    "An", "Bình", "Cường", "Dũng", "Đạt", "Hải", "Hiếu", "Hùng", "Huy", "Khánh", "Khoa", "Kiên", "Lâm", "Long", "Nam",
    "Nghĩa", "Phong", "Phúc", "Quân", "Quang", "Sơn", "Tâm", "Thắng", "Thịnh", "Toàn", "Trung", "Tuấn", "Việt",
];
const MIDDLE_FEMALE: &[&str] =
    &["Thị", "Ngọc", "Thu", "Thanh", "Minh", "Phương", "Kim", "Bích", "Mai", "Hoài", "Thùy", "Khánh"];
const GIVEN_FEMALE: &[&str] = &[
    "Anh", "Chi", "Dung", "Duyên", "Giang", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Hương", "Lan", "Linh", "Loan", "Mai",
    "My", "Nga", "Ngân", "Nhung", "Oanh", "Quyên", "Thảo", "Thủy", "Trang", "Trinh", "Uyên", "Vân", "Yến",
];
const COMPANY_KINDS: &[&str] = &["Công ty TNHH", "Công ty Cổ phần", "Công ty TNHH MTV", "Hợp tác xã", "Trung tâm"];
const COMPANY_TRADES: &[(&str, &str)] = &[
    ("Phần mềm", "Công nghệ thông tin"),
    ("Du lịch", "Du lịch và khách sạn"),
    ("Xây dựng", "Xây dựng"),
    ("Vận tải", "Vận tải và kho bãi"),
    ("Nông sản", "Nông nghiệp"),
    ("Bán lẻ", "Bán lẻ"),
    ("Giáo dục", "Giáo dục"),
    ("Dược phẩm", "Y tế"),
    ("Bao bì", "Sản xuất"),
    ("Địa ốc", "Bất động sản"),
];
const COMPANY_NAMES: &[&str] = &[
    "Lá Biếc",
    "Suối Mây",
    "Gió Nồm",
    "Đá Cuội",
    "Trăng Khuyết",
    "Mưa Rào",
    "Cánh Diều",
    "Bến Lặng",
    "Nắng Hanh",
    "Sương Sớm",
    "Đồi Thông Nhỏ",
    "Hạt Dẻ",
    "Thuyền Giấy",
    "Cầu Vồng Đôi",
    "Ngọn Nến",
    "Chong Chóng",
];
const PREFIXES: &[&str] = &[
    "090", "091", "093", "094", "096", "097", "098", "032", "034", "035", "038", "039", "070", "077", "079", "081",
    "083", "086", "088", "089", "056", "058",
];
const STREETS: &[&str] = &[
    "Hoa Sen",
    "Lúa Vàng",
    "Cây Bàng",
    "Sông Xanh",
    "Phượng Vĩ",
    "Bằng Lăng",
    "Chợ Mới",
    "Bến Nước",
    "Vườn Cau",
    "Đồi Chè",
];
const WARDS: &[&str] =
    &["Phường Bình Minh", "Phường Hòa An", "Phường Tân Lập", "Xã Phú Thịnh", "Xã An Hòa", "Phường Đông"];
const PROVINCES: &[&str] = &[
    "Hà Nội",
    "Thành phố Hồ Chí Minh",
    "Đà Nẵng",
    "Hải Phòng",
    "Cần Thơ",
    "Huế",
    "Quảng Ninh",
    "Bắc Ninh",
    "Hưng Yên",
    "Ninh Bình",
    "Thanh Hóa",
    "Nghệ An",
    "Quảng Trị",
    "Khánh Hòa",
    "Gia Lai",
    "Đắk Lắk",
    "Lâm Đồng",
    "Đồng Nai",
    "Tây Ninh",
    "Vĩnh Long",
    "An Giang",
    "Cà Mau",
    "Phú Thọ",
    "Thái Nguyên",
    "Lào Cai",
];
const HOSTS: &[&str] = &["example.com", "example.org", "example.net"];

/// One of a list.
pub fn pick<T: Copy>(rng: &mut Rng, list: &[T]) -> T {
    list[rng.usize(..list.len())]
}

/// A person's name in its parts.
#[derive(Debug, Clone)]
pub struct Name {
    /// Family name.
    pub family: &'static str,
    /// Middle and given name.
    pub given: String,
    /// Which names were drawn from.
    pub gender: Gender,
}

impl Name {
    /// A name drawn from the lists.
    pub fn draw(rng: &mut Rng) -> Self {
        let (gender, middle, given) = match rng.bool() {
            true => (Gender::Male, MIDDLE_MALE, GIVEN_MALE),
            false => (Gender::Female, MIDDLE_FEMALE, GIVEN_FEMALE),
        };
        let given = format!("{} {}", pick(rng, middle), pick(rng, given));
        Self { family: pick(rng, FAMILY), given, gender }
    }

    /// The name as it is spoken.
    pub fn full(&self) -> String {
        format!("{} {}", self.family, self.given)
    }
}

/// The name and industry of a company; different for every `count`.
pub fn company(count: usize) -> (String, &'static str) {
    let (trade, industry) = COMPANY_TRADES[count % COMPANY_TRADES.len()];
    let kind = COMPANY_KINDS[count % COMPANY_KINDS.len()];
    // 16 names and 10 trades: together they repeat after 80.
    (format!("{kind} {trade} {}", COMPANY_NAMES[count % COMPANY_NAMES.len()]), industry)
}

/// A mobile number for every `count`, spelt in one of the ways in which people spell them.
pub fn mobile(rng: &mut Rng, count: usize) -> String {
    let prefix = PREFIXES[count % PREFIXES.len()];
    let rest = format!("{count:04}");
    match rng.u8(..10) {
        0 => format!("+84 {} 000 {rest}", &prefix[1..]),
        1 => format!("84{}000{rest}", &prefix[1..]),
        2 => format!("{prefix}.000.{rest}"),
        3 | 4 => format!("{prefix} 000 {rest}"),
        5 if prefix == "070" => format!("0120000{rest}"),
        6 if prefix == "079" => format!("0121 000 {rest}"),
        _ => format!("{prefix}000{rest}"),
    }
}

/// An office's number for every `count`.
pub fn landline(count: usize) -> String {
    format!("{} 3000 {count:04}", ["024", "028", "0236"][count % 3])
}

/// An address for a name; different for every `count`.
pub fn email(rng: &mut Rng, name: &str, count: usize) -> String {
    let words = text::words(name);
    let last = words.last().map_or("khach", String::as_str);
    let first = words.first().map_or("hang", String::as_str);
    format!("{last}.{first}{count}@{}", pick(rng, HOSTS))
}

/// Street, ward and province.
pub fn address(rng: &mut Rng) -> (String, &'static str, &'static str) {
    let street = format!("Số {} đường {}", rng.u16(1..=280), pick(rng, STREETS));
    (street, pick(rng, WARDS), pick(rng, PROVINCES))
}
