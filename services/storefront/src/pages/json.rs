//! Data within a page.

/// JSON for a `<script>` that holds data: no character of it ends the element or begins a comment.
pub(crate) struct Json(String);

impl Json {
    pub(crate) fn of(value: &serde_json::Value) -> Self {
        let escaped = |character: char| match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                format!("\\u{:04x}", u32::from(character))
            }
            other => other.to_string(),
        };
        Self(value.to_string().chars().map(escaped).collect())
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Json {}
