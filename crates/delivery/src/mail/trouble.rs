//! Why a letter did not go: at which step, whose fault it is, and what people are told to look at.

use lettre::transport::smtp::Error as SmtpError;

use super::account::{MailAccount, Security};
use crate::net::{Fault, words};
use crate::{Outcome, PATIENCE};

/// Where it went wrong, which tells whose fault it was.
pub(super) enum Trouble {
    /// No way there.
    Way(Fault),
    /// The server did not greet.
    Door(SmtpError),
    /// It did not begin to encrypt.
    Veil(SmtpError),
    /// It did not let the account in.
    SignIn(SmtpError),
    /// The letter, its sender or its recipient.
    Letter(SmtpError),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Way(fault)
    }
}

impl Trouble {
    /// Only a lasting refusal of the letter itself (5xx to sender, recipient or data) ends it. An account that is refused can be
    /// put right while the letter waits.
    pub(super) fn outcome(self, account: &MailAccount) -> Outcome {
        let (told, error, is_lasting) = match self {
            Self::Way(fault) => return fault.into(),
            Self::Door(error) => (door(&error, account), error, false),
            Self::Veil(error) => (veil(&error, account), error, false),
            Self::SignIn(error) => (sign_in(&error), error, false),
            Self::Letter(error) => {
                let is_lasting = error.is_permanent();
                (letter(&error), error, is_lasting)
            }
        };
        let status = error.status().and_then(|code| code.to_string().parse().ok());
        let answer = account.masked(told);
        match is_lasting {
            true => Outcome::Refused { status, answer },
            false => Outcome::Retry { status, answer, pause: None },
        }
    }
}

/// Nobody said anything in time.
pub(super) fn silence(account: &MailAccount) -> Outcome {
    let place = words::place(&account.host, account.port);
    let seconds = PATIENCE.as_secs();
    Outcome::retry(match account.security {
        Security::Tls => format!("{place} không trả lời trong {seconds} giây: hãy kiểm tra tên máy chủ và cổng"),
        // Such a port waits for the client to begin, as the client waits for the server.
        _ => format!(
            "{place} không trả lời trong {seconds} giây: hãy kiểm tra cổng; cổng dùng TLS từ đầu (thường là 465) cần smtps://"
        ),
    })
}

fn door(error: &SmtpError, account: &MailAccount) -> String {
    let (said, place) = (said(error), words::place(&account.host, account.port));
    match (error.status(), account.security) {
        (Some(_), _) => format!("Máy chủ e-mail không tiếp nhận kết nối từ máy này ({said})"),
        (None, Security::Tls) => {
            format!("{place} không trả lời như một máy chủ e-mail: hãy kiểm tra tên máy chủ và cổng ({said})")
        }
        (None, _) => format!(
            "{place} không trả lời như một máy chủ e-mail: hãy kiểm tra cổng; cổng dùng TLS từ đầu (thường là 465) cần smtps:// ({said})"
        ),
    }
}

fn veil(error: &SmtpError, account: &MailAccount) -> String {
    if error.is_client() {
        return "Máy chủ e-mail không có STARTTLS: hãy dùng smtps:// (thường là cổng 465), hoặc smtp:// nếu máy chủ ở trong mạng được phép"
            .to_owned();
    }
    words::encrypting(error, &words::place(&account.host, account.port))
        .unwrap_or_else(|| format!("Máy chủ e-mail không bắt đầu được STARTTLS ({})", said(error)))
}

fn sign_in(error: &SmtpError) -> String {
    if error.is_client() {
        return "Máy chủ e-mail không nhận đăng nhập bằng mật khẩu ở cổng này: hãy dùng kết nối có TLS, hoặc bỏ tên đăng nhập"
            .to_owned();
    }
    let said = said(error);
    match error.is_permanent() {
        true => format!("Máy chủ e-mail không nhận tên đăng nhập hoặc mật khẩu: hãy kiểm tra cả hai ({said})"),
        false => format!("Máy chủ e-mail lúc này chưa cho đăng nhập: hãy thử lại sau ({said})"),
    }
}

fn letter(error: &SmtpError) -> String {
    let said = said(error);
    if error.is_permanent() {
        format!("Máy chủ e-mail không nhận thư này: hãy kiểm tra địa chỉ người nhận và người gửi ({said})")
    } else if error.is_transient() {
        format!("Máy chủ e-mail lúc này chưa nhận thư: hãy thử lại sau ({said})")
    } else {
        format!("Máy chủ e-mail ngắt kết nối giữa chừng ({said})")
    }
}

/// What the server said, with its code; what the system said where the server said nothing.
fn said(error: &SmtpError) -> String {
    let words = words::innermost(error);
    match error.status() {
        Some(code) => format!("{code} {words}").trim_end().to_owned(),
        None => words,
    }
}
