//! The pages in process: who is let in, what strangers may not, and that nothing in the data breaks a page.

#![expect(clippy::unwrap_used, reason = "a failed expectation is the point of a test")]

#[path = "web/accounts.rs"]
mod accounts;
#[path = "web/belongings.rs"]
mod belongings;
#[path = "web/catalog.rs"]
mod catalog;
#[path = "web/companies.rs"]
mod companies;
#[path = "web/customers.rs"]
mod customers;
#[path = "web/deals.rs"]
mod deals;
#[path = "web/guard.rs"]
mod guard;
#[path = "web/history.rs"]
mod history;
#[path = "web/hostile.rs"]
mod hostile;
#[path = "web/leads.rs"]
mod leads;
#[path = "web/office.rs"]
mod office;
#[path = "web/own_fields.rs"]
mod own_fields;
#[path = "web/records.rs"]
mod records;
#[path = "web/settings.rs"]
mod settings;
#[path = "web/sign_in.rs"]
mod sign_in;
#[path = "web/support.rs"]
mod support;
#[path = "web/tickets.rs"]
mod tickets;
#[path = "web/traffic.rs"]
mod traffic;
