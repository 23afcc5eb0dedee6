//! The table of pages: each is audited, measured and shown in the gallery.

use testing::browser::Browser;

use crate::world::{Site, Visitor, World};

/// A page in one state.
pub(crate) struct Page {
    /// Its name in messages, and its file in the gallery.
    pub(crate) name: &'static str,
    pub(crate) site: Site,
    pub(crate) visitor: Visitor,
    /// Its path, with names of places of [`World`] in braces.
    path: &'static str,
    /// The status of the response.
    status: u16,
    /// Actions before the page has its state.
    steps: &'static [Step],
}

/// An action of a visitor.
enum Step {
    /// Fills the field with this label; the text has names of places of [`World`] in braces.
    Fill(&'static str, &'static str),
    /// Chooses the radio button with this label.
    Choose(&'static str),
    /// Clicks the link or button with this text.
    Click(&'static str),
    /// Waits until the page shows this alert; the response to the form has this status.
    Refused(u16, &'static str),
    /// Waits until the page shows this text; the response to the form has this status.
    Sees(u16, &'static str),
}

use Step::{Choose, Click, Fill, Refused, Sees};
use Visitor::{Admin, Buyer, Newcomer, Nobody, Seller};

/// Every page. A new page is one line.
pub(crate) const PAGES: &[Page] = &[
    page("home-empty", Nobody, "/").on(Site::Empty),
    page("home", Nobody, "/"),
    page("home-signed-in", Buyer, "/"),
    page("home-filtered", Nobody, "/?q=opera&sort=cheapest&available=1"),
    page("home-nothing-found", Nobody, "/?q=nothing-of-this-name"),
    page("show", Nobody, "/shows/{show}"),
    page("show-signed-in", Buyer, "/shows/{show}"),
    page("show-own", Seller, "/shows/{show}"),
    page("show-sold-out", Buyer, "/shows/{sold-out}"),
    page("show-postponed", Nobody, "/shows/{postponed}"),
    page("show-cancelled", Nobody, "/shows/{cancelled-show}"),
    page("show-nothing-chosen", Buyer, "/shows/{show}").after(NOTHING_CHOSEN),
    page("ticket", Buyer, "/tickets/{ticket}"),
    page("order-held", Buyer, "/orders/{held}"),
    page("order-declined", Buyer, "/orders/{held}").after(DECLINED),
    page("order-complete", Buyer, "/orders/{complete}"),
    page("order-cancelled", Buyer, "/orders/{cancelled}"),
    page("order-expired", Buyer, "/orders/{expired}"),
    page("order-refunded", Buyer, "/orders/{refunded}"),
    page("orders", Buyer, "/orders"),
    page("orders-empty", Newcomer, "/orders"),
    page("admissions", Buyer, "/admissions"),
    page("admissions-empty", Newcomer, "/admissions"),
    page("admission", Buyer, "/admissions/{complete-1}"),
    page("admission-resale", Buyer, "/admissions/{complete-1}/resale"),
    page("admission-elsewhere", Buyer, "/admissions/{complete-3}"),
    page("admission-used", Buyer, "/admissions/{complete-2}"),
    page("admission-void", Buyer, "/admissions/{void-1}"),
    page("admission-offered", Buyer, "/admissions/{complete-3}"),
    page("admission-send", Buyer, "/admissions/{complete-1}/send"),
    page("admission-send-errors", Buyer, "/admissions/{complete-1}/send").after(WRONG_ADDRESS),
    page("transfers", Buyer, "/transfers"),
    page("transfers-empty", Newcomer, "/transfers"),
    page("transfer-sent", Buyer, "/transfers/{transfer}"),
    page("transfer-received", Seller, "/transfers/{transfer}"),
    page("transfer-link", Buyer, "/transfers/link/{link}"),
    page("account", Buyer, "/account"),
    page("account-empty", Newcomer, "/account"),
    page("account-seller", Seller, "/account"),
    page("account-security", Buyer, "/account/security"),
    page("account-second-factor", Buyer, "/account/second-factor"),
    page("account-second-factor-key", Seller, "/account/second-factor").after(NEW_KEY),
    page("account-email", Buyer, "/account/email"),
    page("account-email-sent", Newcomer, "/account/email").after(LINK_SENT),
    page("account-email-errors", Newcomer, "/account/email").after(WRONG_OLD_PASSWORD),
    page("account-email-link", Buyer, "/account/email/{link}"),
    page("account-email-undo", Nobody, "/account/email/undo/{link}"),
    page("account-mail", Buyer, "/account/mail"),
    page("account-data", Buyer, "/account/data"),
    page("account-deleted", Nobody, "/account/deleted"),
    page("admin", Admin, "/admin"),
    page("admin-user", Admin, "/admin/users/{buyer}"),
    page("admin-show", Admin, "/admin/shows/{show}"),
    page("admin-ticket", Admin, "/admin/tickets/{ticket}"),
    page("admin-reports", Admin, "/admin/reports"),
    page("admin-mail", Admin, "/admin/mail"),
    page("admin-payments", Admin, "/admin/payments"),
    page("admin-refunds", Admin, "/admin/refunds"),
    page("admin-disputes", Admin, "/admin/disputes"),
    page("admin-hidden", Buyer, "/admin").refused(404),
    page("sell", Seller, "/sell"),
    page("sell-empty", Newcomer, "/sell"),
    page("sell-new-show", Seller, "/sell/shows/new"),
    page("sell-show", Seller, "/sell/shows/{show}"),
    page("sell-show-cancelled", Seller, "/sell/shows/{cancelled-show}"),
    page("sell-orders", Seller, "/sell/shows/{show}/orders"),
    page("sell-new-ticket", Seller, "/sell/tickets/new"),
    page("sell-ticket", Seller, "/sell/tickets/{ticket}"),
    page("sell-door", Seller, "/sell/shows/{show}/door"),
    page("sell-door-used", Seller, "/sell/shows/{show}/door").after(USED_CODE),
    page("sell-door-forged", Seller, "/sell/tickets/{ticket}/door").after(NO_CODE),
    page("sell-gates", Seller, "/sell/shows/{show}/door/gates"),
    page("sell-gate-created", Seller, "/sell/shows/{show}/door/gates").after(NEW_GATE),
    page("gate", Newcomer, "/gate"),
    page("sign-in", Nobody, "/signin"),
    page("sign-in-refused", Nobody, "/signin").after(WRONG_PASSWORD),
    page("sign-up", Nobody, "/signup"),
    page("sign-up-errors", Nobody, "/signup").after(SHORT_PASSWORD),
    page("sign-up-sent", Nobody, "/signup?done=sent"),
    page("sign-up-link", Nobody, "/signup/confirm/{link}"),
    page("password", Nobody, "/password"),
    page("password-sent", Nobody, "/password?done=sent"),
    page("password-restored", Nobody, "/password?done=restored"),
    page("password-link", Nobody, "/password/{link}"),
    page("password-link-ended", Nobody, "/password/{link}").after(LINK_ENDED),
    page("unsubscribe", Nobody, "/unsubscribe/{link}"),
    page("unsubscribe-unknown", Nobody, "/unsubscribe/{link}").after(UNKNOWN_LINK),
    page("about-imprint", Nobody, "/about/imprint"),
    page("about-terms", Nobody, "/about/terms"),
    page("not-found", Nobody, "/nothing").refused(404),
];

const NOTHING_CHOSEN: &[Step] =
    &[Click("Hold them for me"), Refused(422, "Choose at least one ticket.")];

const DECLINED: &[Step] =
    &[Choose("Test card that is declined"), Click("Pay"), Refused(402, "declined")];

const WRONG_PASSWORD: &[Step] = &[
    Fill("E-mail address", "nobody@example.com"),
    Fill("Password", "another password"),
    Click("Sign in"),
    Refused(422, "The e-mail address or the password is wrong."),
];

const SHORT_PASSWORD: &[Step] = &[
    Fill("E-mail address", "nobody@example"),
    Fill("Password", "short"),
    Click("Sign up"),
    Refused(400, "Please check what is marked below."),
];

const NEW_KEY: &[Step] = &[
    Fill("Current password", testing::customer::PASSWORD),
    Click("Begin"),
    Sees(200, "Add this key to your app"),
];

const USED_CODE: &[Step] =
    &[Fill("Code", "{used-code}"), Click("Check"), Sees(200, "The ticket was used before.")];

const NEW_GATE: &[Step] =
    &[Fill("Name", "North entrance"), Click("Add a device"), Sees(200, "This is shown once only.")];

const NO_CODE: &[Step] =
    &[Fill("Code", "https://example.com"), Click("Check"), Sees(200, "was not issued here")];

const LINK_SENT: &[Step] =
    &[Click("Send the link again"), Sees(200, "A mail with a link is on its way.")];

const WRONG_OLD_PASSWORD: &[Step] = &[
    Fill("New e-mail address", "other@example.com"),
    Fill("Current password", "another password"),
    Click("Change the address"),
    Refused(422, "Please check what is marked below."),
];

const WRONG_ADDRESS: &[Step] = &[
    Fill("E-mail address of the recipient", "friend@example"),
    Click("Send to a friend"),
    Refused(400, "Please check what is marked below."),
];

const LINK_ENDED: &[Step] = &[
    Fill("New password", "a password of four words"),
    Click("Save the password"),
    Sees(409, "This link has no effect any more"),
];

const UNKNOWN_LINK: &[Step] = &[Click("Switch off"), Sees(404, "This link does not work")];

const fn page(name: &'static str, visitor: Visitor, path: &'static str) -> Page {
    Page { name, site: Site::Full, visitor, path, status: 200, steps: &[] }
}

impl Page {
    const fn on(self, site: Site) -> Self {
        Self { site, ..self }
    }

    const fn refused(self, status: u16) -> Self {
        Self { status, ..self }
    }

    const fn after(self, steps: &'static [Step]) -> Self {
        Self { steps, ..self }
    }

    /// Opens the page in its state. The browser has the cookies of its visitor.
    pub(crate) async fn open(&self, browser: &Browser, world: &World) {
        let path = world.path(self.path);
        if self.status == 200 {
            browser.open_page(&path).await;
        } else {
            browser.open_refused(&path, self.status).await;
        }
        for step in self.steps {
            if let Refused(status, _) | Sees(status, _) = step {
                browser.allow_status(*status);
            }
        }
        for step in self.steps {
            match step {
                Fill(label, text) => browser.fill(label, &world.path(text)).await,
                Choose(label) => browser.choose(label).await,
                Click(text) => browser.click(text).await,
                Refused(_, text) => browser.sees_alert(text).await,
                Sees(_, text) => browser.sees(text).await,
            }
        }
    }
}
