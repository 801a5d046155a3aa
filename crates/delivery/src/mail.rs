//! E-mail: one letter through the org's own mail server, by SMTP.

mod account;
mod letter;
mod stream;
#[cfg(test)]
mod tests;
mod trouble;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error as SmtpError, response::Response};
use tokio::time::{Duration, timeout};

pub use account::{MailAccount, Security};
pub use letter::Letter;

use crate::net::{Fault, Net};
use crate::{Outcome, PATIENCE};
use trouble::Trouble;

/// How long the farewell may take once the letter was taken.
const FAREWELL: Duration = Duration::from_secs(2);

/// Sends a letter by the account whose settings these are, as they were sealed.
pub async fn send(net: &Net, settings: &str, letter: &Letter) -> Outcome {
    let Ok(account) = serde_json::from_str::<MailAccount>(settings) else {
        return Outcome::retry("Không đọc được cấu hình e-mail");
    };
    let message = match letter.message(&account) {
        Ok(message) => message,
        Err(reason) => return Outcome::refused(reason),
    };
    let mail = (message.envelope(), message.formatted());
    match timeout(PATIENCE, hand_over(net, &account, mail.0, &mail.1)).await {
        Ok(Ok(response)) => Outcome::Sent { status: status(&response), answer: words(&response) },
        Ok(Err(trouble)) => trouble.outcome(&account),
        Err(_) => trouble::silence(&account),
    }
}

async fn hand_over(net: &Net, account: &MailAccount, envelope: &Envelope, mail: &[u8]) -> Result<Response, Trouble> {
    let mut connection = open(net, account).await?;
    let taken = connection.send(envelope, mail).await.map_err(Trouble::Letter)?;
    // The letter is on its way whatever becomes of this.
    drop(timeout(FAREWELL, connection.quit()).await);
    Ok(taken)
}

/// A connection that is encrypted and authenticated as far as the account asks for it.
async fn open(net: &Net, account: &MailAccount) -> Result<AsyncSmtpConnection, Trouble> {
    let hello = ClientId::Domain(account.domain().to_owned());
    let plain = match account.security {
        Security::Network => match net.connect(&account.host, account.port, false).await {
            // Not in a network of the operator's: then only with encryption.
            Err(Fault::Forbidden(_)) => None,
            other => Some(other?),
        },
        Security::StartTls | Security::Tls => None,
    };
    let is_plain = plain.is_some();
    let stream = match plain {
        Some(stream) => stream,
        None => net.connect(&account.host, account.port, true).await?,
    };
    let mut connection = if account.security == Security::Tls {
        let stream = stream::encrypt(net, account, stream).await?;
        AsyncSmtpConnection::connect_with_transport(stream, &hello).await.map_err(Trouble::Door)?
    } else {
        AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await.map_err(Trouble::Door)?
    };
    if !is_plain && account.security != Security::Tls {
        let parameters = parameters(account).map_err(Trouble::Veil)?;
        connection.starttls(parameters, &hello).await.map_err(Trouble::Veil)?;
    }
    if let (Some(user), Some(password)) = (&account.user, &account.password) {
        let credentials = Credentials::new(user.clone(), password.clone());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(Trouble::SignIn)?;
    }
    Ok(connection)
}

fn parameters(account: &MailAccount) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(account.host.clone());
    if let Some(ca) = &account.ca {
        builder = builder.add_root_certificate(Certificate::from_pem(ca.as_bytes())?);
    }
    builder.build_rustls()
}

fn status(response: &Response) -> Option<u16> {
    response.code().to_string().parse().ok()
}

fn words(response: &Response) -> String {
    let words = response.message().collect::<Vec<_>>().join(" ");
    format!("{} {words}", response.code()).trim_end().to_owned()
}
