//! The operations, as the OpenAPI document tells of them that the program serves.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::town::Town;

/// What a browser can be made to send (OWASP: HTTP methods), but for `CONNECT`, which has no path.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

/// What is done where: `GET /api/orders/{id}`.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    details: Value,
}

/// Every operation that the program says it has.
pub(crate) async fn operations(town: &Town) -> Vec<Operation> {
    let document = town.stage.get(None, "/openapi.json").await.expect(200).json();
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

/// Every path, with the methods that it does not take.
pub(crate) fn other_methods(operations: &[Operation]) -> Vec<(String, Vec<&'static str>)> {
    let paths: BTreeSet<&String> = operations.iter().map(|operation| &operation.path).collect();
    let others = |path: &String| {
        let takes = |method: &&str| {
            let known_as = if *method == "HEAD" { "GET" } else { *method };
            !operations.iter().any(|known| known.covers(path) && known.method == known_as)
        };
        METHODS.into_iter().filter(takes).collect()
    };
    paths.into_iter().map(|path| (path.clone(), others(path))).collect()
}

fn is_method(key: &str) -> bool {
    METHODS.contains(&key.to_uppercase().as_str())
}

impl Operation {
    /// `GET /api/orders/{id}`
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether a path is this operation's, or would be if a word of it were an id: `/api/payments/account`.
    fn covers(&self, path: &str) -> bool {
        let mut parts = self.path.split('/').zip(path.split('/'));
        self.path.split('/').count() == path.split('/').count()
            && parts.all(|(own, other)| own == other || own == "{id}")
    }

    pub(crate) fn changes_things(&self) -> bool {
        self.method != "GET"
    }

    pub(crate) fn takes_body(&self) -> bool {
        self.details.get("requestBody").is_some()
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

    /// Whether a precondition is compared with the version of what it changes.
    pub(crate) fn compares_versions(&self) -> bool {
        self.has_parameter("If-Match")
    }

    /// Whether it takes an idempotency key.
    pub(crate) fn takes_key(&self) -> bool {
        self.has_parameter("Idempotency-Key")
    }

    /// Whether its response with this status has this header.
    pub(crate) fn answers_with(&self, status: u16, header: &str) -> bool {
        !self.details["responses"][status.to_string()]["headers"][header].is_null()
    }

    /// Whether nothing that a client sends can be wrong here. What every read has, by reference, cannot.
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

    /// The statuses that the document says it is answered with.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        let responses: Option<&Map<String, Value>> = self.details["responses"].as_object();
        responses.unwrap().keys().map(|status| status.parse().unwrap()).collect()
    }
}
