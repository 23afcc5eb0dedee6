//! Reads of more documents than one query returns, page by page.

use std::marker::PhantomData;

use crate::document::Document;
use crate::error::Unavailable;
use crate::reads::query::Query;
use crate::store::Store;

/// Every document of a collection or a query, in its order. Each page is read when it is requested;
/// a document that is added behind the pages read so far is on a later one.
pub struct Pages<D> {
    store: Store,
    next: Next,
    documents: PhantomData<fn() -> D>,
}

enum Next {
    /// Up to `limit` documents behind this `_id`.
    Scan {
        after: String,
        limit: u32,
    },
    Query(Query),
}

impl Store {
    /// Every document of a collection, indexed or not, in the order of their `_id`s, in pages of up
    /// to `limit`, read as by [`Store::scan`].
    #[must_use]
    pub fn pages<D: Document>(&self, limit: u32) -> Pages<D> {
        let next = Next::Scan { after: String::new(), limit };
        Pages { store: self.clone(), next, documents: PhantomData }
    }

    /// Every document of a query, in pages of its limit.
    #[must_use]
    pub fn pages_of<D: Document>(&self, query: Query) -> Pages<D> {
        Pages { store: self.clone(), next: Next::Query(query), documents: PhantomData }
    }
}

impl<D: Document> Pages<D> {
    /// The next page, which has at least one document; `None` behind the last one.
    ///
    /// # Errors
    /// [`Unavailable`] as [`Store::query`] and [`Store::scan`]; a retry reads the same page.
    pub async fn next(&mut self) -> Result<Option<Vec<D>>, Unavailable> {
        let page: Vec<D> = match &self.next {
            Next::Scan { after, limit } => self.store.scan(after, *limit).await?,
            Next::Query(query) => self.store.query(query.clone()).await?,
        };
        let Some(last) = page.last() else { return Ok(None) };
        match &mut self.next {
            Next::Scan { after, .. } => *after = last.document_id(),
            Next::Query(query) => query.after = Some(query.position_of(last)),
        }
        Ok(Some(page))
    }

    /// The documents of all remaining pages.
    ///
    /// # Errors
    /// As [`Pages::next`].
    pub async fn all(mut self) -> Result<Vec<D>, Unavailable> {
        let mut all = Vec::new();
        while let Some(page) = self.next().await? {
            all.extend(page);
        }
        Ok(all)
    }
}
