//! A show with its seller, and the decisions of orders on its revisions.

use std::ops::Deref;
use std::time::Duration;

use contract::number::WholeNumber;
use contract::show_terms::{CHANGED, ShowRevisionOutcome, ShowTermsState};
use contract::text::Trusted as _;
use contract::{ShowId, TicketId};
use store::{Document, Never, Stop, Tx};
use testing::User;
use testing::samples::usd;
use tickets::domain::{Details, Place, Quantity, TimeZone, Title, Venue};
use tickets::{Settings, Show};

use crate::box_office::BoxOffice;
use crate::samples::terms;

pub(crate) struct ShowFixture {
    office: BoxOffice,
    pub(crate) seller: User,
    pub(crate) id: ShowId,
}

impl Deref for ShowFixture {
    type Target = BoxOffice;

    fn deref(&self) -> &BoxOffice {
        &self.office
    }
}

impl ShowFixture {
    pub(crate) async fn open() -> Self {
        Self::open_with(Settings::default()).await
    }

    pub(crate) async fn open_with(settings: Settings) -> Self {
        let office = BoxOffice::open_with(settings).await;
        let seller = office.app.user();
        let id = testing::samples::id(1);
        let fixture = Self { office, seller, id };
        fixture.add_show(id).await;
        fixture
    }

    /// Another show of the seller.
    pub(crate) async fn add_show(&self, id: ShowId) {
        let now = self.platforms.clock.now();
        let venue = Place {
            name: Venue::trusted("Opera"),
            time_zone: TimeZone::trusted("Europe/Berlin"),
            address: None,
        };
        let details = Details {
            title: Title::trusted("=Concert \"A\""),
            description: None,
            venue,
            doors_at: None,
            starts_at: now.plus(Duration::from_hours(1000)),
        };
        let show = Show::create(id, self.seller.id, details, now).unwrap();
        self.write(move |tx| {
            tx.insert(show.clone());
            Ok(())
        })
        .await;
    }

    /// Adds a price category.
    pub(crate) async fn add_ticket(&self, id: TicketId, title: &str, price: i64, quantity: u32) {
        let seller = self.seller.id;
        let mut offer = terms(1, price);
        offer.title = Title::trusted(title);
        offer.price = usd(price);
        offer.quantity = Quantity::try_from(WholeNumber(quantity.into())).unwrap();
        let show = self.id;
        self.write(move |tx| {
            let known = tx.get::<Show>(show)?.unwrap();
            let (show, ticket) = known.offer(id, seller, offer.clone(), tx.now()).unwrap();
            tx.insert(ticket);
            tx.save(show);
            Ok(())
        })
        .await;
    }

    async fn write(
        &self,
        decide: impl Fn(&mut Tx<'_>) -> Result<(), Stop<Never>> + Send + Sync + 'static,
    ) {
        self.app.store(tickets::NAME).transact(decide).await.unwrap();
    }

    /// A stored document.
    pub(crate) async fn stored<D: Document>(&self, id: &str) -> Option<D> {
        self.app.store(tickets::NAME).find(id).await.unwrap()
    }

    pub(crate) async fn stored_show(&self) -> Show {
        self.stored(&self.id.to_string()).await.unwrap()
    }

    /// The output of a request whose revision orders decides with this outcome.
    pub(crate) async fn deciding<F: Future>(
        &self,
        outcome: ShowRevisionOutcome,
        request: F,
    ) -> F::Output {
        let decide = async || {
            if let Some(revision) = self.stored_show().await.revision {
                let number = revision.number;
                let terms = ShowTermsState { show_id: self.id, number, outcome };
                self.app.publish(&[CHANGED.of(terms)]).await;
            }
        };
        self.app.settle_between(request, decide).await
    }
}
