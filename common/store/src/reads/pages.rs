//! Reads of a whole collection, page by page.

use std::marker::PhantomData;

use crate::document::Document;
use crate::error::Unavailable;
use crate::store::Store;

/// Every document of a collection, indexed or not, in the order of their `_id`s. Each page is read
/// when it is requested; a document that is added behind the pages read so far is on a later one.
pub struct Pages<D> {
    store: Store,
    limit: u32,
    after: String,
    kind: PhantomData<fn() -> D>,
}

impl Store {
    /// Every document of a collection, in pages of up to `limit`, read as by [`Store::scan`].
    #[must_use]
    pub fn pages<D: Document>(&self, limit: u32) -> Pages<D> {
        Pages { store: self.clone(), limit, after: String::new(), kind: PhantomData }
    }
}

impl<D: Document> Pages<D> {
    /// The next page, which has at least one document; `None` behind the last one.
    ///
    /// # Errors
    /// [`Unavailable`] when the engine does not respond or a document cannot be decoded; a retry
    /// reads the same page.
    pub async fn next(&mut self) -> Result<Option<Vec<D>>, Unavailable> {
        let page: Vec<D> = self.store.scan(&self.after, self.limit).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after = last.document_id();
        Ok(Some(page))
    }
}
