//! What went wrong on the way, in words that say what to look at; what the machine or the other side said stands in brackets.

use std::error::Error;
use std::io;

use rustls::Error as TlsError;

/// A host and its port as people write them.
pub(crate) fn place(host: &str, port: u16) -> String {
    match host.contains(':') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    }
}

/// Why there is no connection.
pub(super) fn connecting(error: &io::Error, place: &str) -> String {
    let said = without_number(error);
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            format!("Không có máy chủ nào trả lời ở {place}: hãy kiểm tra tên máy chủ và cổng ({said})")
        }
        _ => format!("Không kết nối được tới {place}: hãy kiểm tra mạng và tường lửa ({said})"),
    }
}

/// Why a name has no address.
pub(super) fn looking_up(error: &io::Error, host: &str) -> String {
    format!("Không tìm thấy máy chủ {host}: hãy kiểm tra tên máy chủ và DNS ({})", without_number(error))
}

/// What is wrong with the encryption, when that is what an error is about.
pub(crate) fn encrypting(error: &(dyn Error + 'static), place: &str) -> Option<String> {
    let said = beneath(error)?;
    Some(match said {
        TlsError::InvalidCertificate(_) => {
            format!("Chứng chỉ TLS của {place} không tin được: hãy kiểm tra tên máy chủ và nơi cấp chứng chỉ ({said})")
        }
        TlsError::InvalidMessage(_) => {
            format!("{place} không dùng TLS từ đầu: hãy kiểm tra cổng và cách mã hóa ({said})")
        }
        _ => format!("Không lập được kết nối TLS với {place} ({said})"),
    })
}

/// What failed at the bottom of an error, in its own words.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(under) = innermost.source() {
        innermost = under;
    }
    let words = innermost.to_string();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The fault of TLS under an error.
fn beneath<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e TlsError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<TlsError>() {
            return Some(tls);
        }
        // An error of reading gives what lies under its wrapping as its source, not the wrapped one itself.
        let wrapped = error.downcast_ref::<io::Error>().and_then(|error| error.get_ref());
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

/// An error of the system without its number.
fn without_number(error: &io::Error) -> String {
    let words = error.to_string();
    words.split(" (os error").next().unwrap_or_default().to_owned()
}
