//! Documents: values with an id, a JSON form and index keys.

use std::any::Any;
use std::sync::Arc;

use contract::{Id, Timestamp, TypedId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::collection::Collection;

/// A stored value. The store counts its versions itself, outside its body.
pub trait Document: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The collection it belongs to.
    const COLLECTION: &'static Collection;

    /// Its `_id`, unique in the collection; decisions read it by this.
    fn document_id(&self) -> String;

    /// The value of a field of an index or a search; [`Key::Null`] for none, as for every field of a
    /// collection without indexes.
    fn key(&self, field: &str) -> Key {
        let _ = field;
        Key::Null
    }
}

/// Defines a document: its collection, its id, and the values of the indexed fields; a field
/// without a value is not in the index.
#[macro_export]
macro_rules! document {
    ($type:ty, $collection:expr, |$it:ident| $id:expr $(, $field:literal => $value:expr)* $(,)?) => {
        impl $crate::Document for $type {
            const COLLECTION: &'static $crate::Collection = &$collection;

            fn document_id(&self) -> String {
                let $it = self;
                $id.to_string()
            }

            fn key(&self, field: &str) -> $crate::Key {
                let $it = self;
                // Some documents have no indexed field.
                let _ = $it;
                match field {
                    $($field => $value.into(),)*
                    _ => $crate::Key::Null,
                }
            }
        }
    };
}

/// The value of an indexed field. Integers sort before text, `Null` before both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, derive_more::From)]
pub enum Key {
    /// No value.
    #[from(ignore)]
    Null,
    /// A number, a boolean (0 or 1) or a time (milliseconds since 1970).
    #[from(bool, u32, i64)]
    Integer(i64),
    /// A text or an id.
    #[from(&str, String)]
    Text(String),
}

impl From<Timestamp> for Key {
    fn from(value: Timestamp) -> Self {
        Self::Integer(value.unix_ms())
    }
}

impl<T: Into<Key>> From<Option<T>> for Key {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<Id> for Key {
    fn from(value: Id) -> Self {
        Self::Text(value.to_string())
    }
}

impl<K> From<TypedId<K>> for Key {
    fn from(value: TypedId<K>) -> Self {
        value.untyped().into()
    }
}

/// Decodes a document of one type from its JSON text.
pub(crate) type Decode = fn(&str) -> Result<Arc<dyn AnyDocument>, serde_json::Error>;

/// A document of any type, for the committer.
pub(crate) trait AnyDocument: Send + Sync {
    fn encode(&self) -> Result<String, serde_json::Error>;
    fn keys(&self, fields: &[&'static str]) -> Vec<Key>;
    fn as_any(&self) -> &dyn Any;
}

impl<D: Document> AnyDocument for D {
    fn encode(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn keys(&self, fields: &[&'static str]) -> Vec<Key> {
        fields.iter().map(|field| self.key(field)).collect()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

pub(crate) fn decode<D: Document>(body: &str) -> Result<Arc<dyn AnyDocument>, serde_json::Error> {
    Ok(Arc::new(serde_json::from_str::<D>(body)?))
}
