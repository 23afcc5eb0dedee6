//! Tests of storefront.
