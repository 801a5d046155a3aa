//! What the pages ask of the part that sends: accounts read from a form and tried, webhooks tried at once.

use delivery::mail::{self, Letter, MailAccount};
use delivery::net::parse_url;
use delivery::sms::{self, Esms, Gateway, Provider, SmsAccount, Speedsms, Stringee, Text, Twilio};
use delivery::{Net, Options, Outcome, Worker};
use domain::message::MessageKind;
use domain::org::Org;
use domain::{Error, OrgId, Result, identity};
use hub::Hub;
use hub::outbox::Load;
use kit::courier::{Courier, Errand, NewAccount, Tried};

/// Reads forms always; sends only where this process may send at all.
pub struct PagesCourier {
    hub: Hub,
    net: Option<Net>,
}

impl PagesCourier {
    /// With the way out, if there is one.
    pub fn new(hub: &Hub, net: Option<&Net>) -> Self {
        Self { hub: hub.clone(), net: net.cloned() }
    }

    fn net(&self) -> Result<&Net> {
        self.net.as_ref().ok_or_else(|| Error::forbidden("Máy chủ này được chạy để không gửi gì ra ngoài"))
    }

    async fn try_mail(&self, org: &Org, settings: &str, to: String) -> Result<Tried> {
        if identity::email(&to).is_none() {
            return Err(Error::invalid("to", "Địa chỉ e-mail không hợp lệ"));
        }
        let letter = Letter {
            key: format!("test_{}", self.hub.now().0),
            to,
            subject: format!("Thư thử từ {}", org.name),
            text: format!(
                "Đây là thư thử của {}. Nếu bạn đọc được thư này, máy chủ e-mail đã được khai báo đúng.",
                org.name
            ),
            html: None,
            at: self.hub.now(),
        };
        Ok(tried(&mail::send(self.net()?, settings, &letter).await))
    }

    async fn try_sms(&self, org: &Org, settings: &str, to: &str) -> Result<Tried> {
        let phone = identity::phone(to, org.settings.country())
            .ok_or_else(|| Error::invalid("to", "Số điện thoại không hợp lệ"))?;
        let (key, body) = (format!("test_{}", self.hub.now().0), "Tin thử từ Đầu Mối".to_owned());
        let text = Text { key, phone, body, at: self.hub.now() };
        Ok(tried(&sms::send(self.net()?, settings, &text).await))
    }
}

fn tried(outcome: &Outcome) -> Tried {
    let arrived = matches!(outcome, Outcome::Sent { .. });
    Tried { arrived, status: outcome.status(), answer: outcome.answer().to_owned() }
}

impl Courier for PagesCourier {
    fn read_account(&self, kind: MessageKind, form: &[(String, String)]) -> Result<NewAccount> {
        let form = Form(form);
        let (provider, settings) = match kind {
            MessageKind::Email => {
                let (smtp, from) = (form.must("smtp")?, form.must("from")?);
                let account = MailAccount::read(&smtp, form.some("smtp_password"), &from, form.some("ca"))?;
                ("smtp".to_owned(), serde_json::to_string(&account))
            }
            MessageKind::Sms => {
                let account = SmsAccount { provider: form.provider()?, plain: form.some("no_accents").is_some() };
                account.check()?;
                (account.name().to_owned(), serde_json::to_string(&account))
            }
        };
        Ok(NewAccount { provider, settings: settings.map_err(Error::broken)? })
    }

    fn describe_account(&self, kind: MessageKind, settings: &str) -> Result<Vec<(&'static str, String)>> {
        let mut facts = Vec::new();
        match kind {
            MessageKind::Email => {
                let account: MailAccount = serde_json::from_str(settings).map_err(Error::broken)?;
                facts.push(("smtp", account.place()));
                facts.extend(account.user.clone().map(|user| ("user", user)));
                facts.push(("from", account.from));
            }
            MessageKind::Sms => {
                let account: SmsAccount = serde_json::from_str(settings).map_err(Error::broken)?;
                facts.push(("provider", account.name().to_owned()));
                facts.extend(account.sender().map(|sender| ("brandname", sender.to_owned())));
                facts.push(("host", account.host()));
            }
        }
        Ok(facts)
    }

    fn try_account<'a>(&'a self, org: &'a Org, kind: MessageKind, settings: String, to: String) -> Errand<'a, Tried> {
        Box::pin(async move {
            match kind {
                MessageKind::Email => self.try_mail(org, &settings, to).await,
                MessageKind::Sms => self.try_sms(org, &settings, &to).await,
            }
        })
    }

    fn check_url(&self, url: &str) -> Result<()> {
        let refused = |fault: delivery::Fault| Error::invalid("url", fault.to_string());
        let url = parse_url(url).map_err(refused)?;
        match &self.net {
            Some(net) => net.check(&url).map_err(refused),
            None => Ok(()),
        }
    }

    fn try_delivery(&self, org: OrgId, load: Load) -> Errand<'_, Tried> {
        Box::pin(async move {
            let worker = Worker::new(self.hub.clone(), self.net()?.clone(), Options::default());
            worker.deliver_now(org, load).await.map(|(outcome, _)| tried(&outcome))
        })
    }
}

/// What a form sent.
struct Form<'f>(&'f [(String, String)]);

impl Form<'_> {
    fn some(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim());
        found.filter(|value| !value.is_empty()).map(str::to_owned)
    }

    fn must(&self, name: &str) -> Result<String> {
        self.some(name).ok_or_else(|| Error::invalid(name, format!("Trường {name} không được để trống")))
    }

    fn provider(&self) -> Result<Provider> {
        let (brandname, url) = (self.some("brandname"), self.some("url"));
        Ok(match self.must("provider")?.as_str() {
            "esms" => {
                let (api_key, api_secret) = (self.must("api_key")?, self.must("api_secret")?);
                Provider::Esms(Esms { api_key, api_secret, brandname, url })
            }
            "speedsms" => Provider::Speedsms(Speedsms { access_token: self.must("access_token")?, brandname, url }),
            "stringee" => {
                let (api_key, api_secret) = (self.must("api_key")?, self.must("api_secret")?);
                Provider::Stringee(Stringee { api_key, api_secret, brandname: self.must("brandname")?, url })
            }
            "twilio" => {
                let (account_sid, auth_token) = (self.must("account_sid")?, self.must("auth_token")?);
                Provider::Twilio(Twilio { account_sid, auth_token, from: self.must("from")?, url })
            }
            "http" => Provider::Http(self.gateway()?),
            _ => return Err(Error::invalid("provider", "Không có nhà cung cấp này")),
        })
    }

    fn gateway(&self) -> Result<Gateway> {
        let lines = self.some("header").unwrap_or_default();
        let header = |line: &str| match line.split_once(':') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
            None => Err(Error::invalid("header", "Mỗi tiêu đề viết trên một dòng: Tên: giá trị")),
        };
        let headers = lines.lines().filter(|line| !line.trim().is_empty()).map(header).collect::<Result<_>>()?;
        Ok(Gateway {
            url: self.must("url")?,
            method: self.some("method").unwrap_or_else(|| "POST".to_owned()).to_ascii_uppercase(),
            headers,
            body: self.some("body"),
            success: self.some("success"),
            brandname: self.some("brandname"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Provider> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Form(&pairs).provider()
    }

    #[test]
    fn forms_name_what_is_missing() {
        assert!(read(&[("provider", "esms"), ("api_key", "k"), ("api_secret", "s")]).is_ok());
        for (pairs, missing) in [
            (&[("provider", "esms"), ("api_key", "k"), ("api_secret", " ")][..], "api_secret"),
            (&[("provider", "stringee"), ("api_key", "k"), ("api_secret", "s")], "brandname"),
            (&[("provider", "http")], "url"),
            (&[("provider", "pigeon")], "provider"),
            (&[], "provider"),
        ] {
            let refused = read(pairs).err();
            assert!(matches!(refused, Some(Error::Invalid { field, .. }) if field == missing), "{pairs:?}");
        }
    }

    #[test]
    fn a_gateway_has_a_header_a_line() {
        let form =
            [("url", "https://sms.example.vn"), ("header", "Authorization: Bearer a:b\n\nX-Y: z"), ("method", "put")];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let gateway = Form(&form).gateway().unwrap();
        assert_eq!(gateway.method, "PUT");
        assert_eq!(gateway.headers[0], ("Authorization".to_owned(), "Bearer a:b".to_owned()));
        assert_eq!(gateway.headers.len(), 2);
    }
}
