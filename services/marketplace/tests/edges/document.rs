//! The operations in the OpenAPI document that the program serves.

use serde_json::{Map, Value};

use crate::test_marketplace::TestMarketplace;

/// Methods that a browser can be made to send (OWASP: HTTP methods), without `CONNECT`, which has
/// no path.
pub(crate) const METHODS: [&str; 8] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

/// A method and a path: `GET /api/orders/{id}`.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    details: Value,
}

/// Every operation in the document of the program.
pub(crate) async fn operations(marketplace: &TestMarketplace) -> Vec<Operation> {
    let document = marketplace.app.get(None, "/openapi.json").await.expect(200).json();
    let paths = document["paths"].as_object().unwrap();
    let operations_of = |(path, item): (&String, &Value)| {
        let item = item.as_object().unwrap().clone();
        let named = item.into_iter().filter(|(method, _)| is_method(method));
        let path = path.clone();
        let operation = move |(method, details): (String, Value)| {
            let (method, path) = (method.to_uppercase(), path.clone());
            Operation { method, path, details }
        };
        named.map(operation).collect::<Vec<_>>()
    };
    let operations: Vec<Operation> = paths.iter().flat_map(operations_of).collect();
    assert!(operations.len() > 20, "the document is all but empty");
    operations
}

fn is_method(key: &str) -> bool {
    METHODS.contains(&key.to_uppercase().as_str())
}

impl Operation {
    /// `GET /api/orders/{id}`
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether the operation accepts a method at a path, with any word in place of an id:
    /// `/api/payments/account`.
    pub(crate) fn accepts(&self, method: &str, path: &str) -> bool {
        let mut parts = self.path.split('/').zip(path.split('/'));
        self.method == (if method == "HEAD" { "GET" } else { method })
            && self.path.split('/').count() == path.split('/').count()
            && parts.all(|(own, other)| own == other || own.starts_with('{'))
    }

    pub(crate) fn is_read(&self) -> bool {
        self.method == "GET"
    }

    pub(crate) fn changes_things(&self) -> bool {
        !self.is_read()
    }

    pub(crate) fn takes_body(&self) -> bool {
        self.details.get("requestBody").is_some()
    }

    pub(crate) fn takes_json(&self) -> bool {
        !self.details["requestBody"]["content"]["application/json"].is_null()
    }

    pub(crate) fn needs_session(&self) -> bool {
        self.details.get("security").is_some()
    }

    pub(crate) fn is_about_one(&self) -> bool {
        self.path.contains("{id}")
    }

    pub(crate) fn is_list(&self) -> bool {
        self.has_parameter("limit")
    }

    /// Whether the operation compares a precondition with the version of the changed resource.
    pub(crate) fn compares_versions(&self) -> bool {
        self.has_parameter("If-Match")
    }

    pub(crate) fn takes_key(&self) -> bool {
        self.has_parameter("Idempotency-Key")
    }

    pub(crate) fn answers_with(&self, status: u16, header: &str) -> bool {
        !self.details["responses"][status.to_string()]["headers"][header].is_null()
    }

    /// Whether no input of a client can be wrong. The parameters of every read, which are
    /// references, cannot.
    pub(crate) fn takes_no_input(&self) -> bool {
        let none = Vec::new();
        let parameters = self.details["parameters"].as_array().unwrap_or(&none);
        let is_own = |parameter: &Value| parameter.get("$ref").is_none();
        !parameters.iter().any(is_own) && !self.takes_body() && !self.changes_things()
    }

    fn has_parameter(&self, name: &str) -> bool {
        let is_it = |parameter: &Value| parameter["name"] == name;
        self.details["parameters"].as_array().is_some_and(|all| all.iter().any(is_it))
    }

    pub(crate) fn statuses(&self) -> Vec<u16> {
        let responses: Option<&Map<String, Value>> = self.details["responses"].as_object();
        responses.unwrap().keys().map(|status| status.parse().unwrap()).collect()
    }
}
