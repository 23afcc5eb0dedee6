//! The declaration of a setting; `common/service` reads its value.

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// `data-dir`, given as `--data-dir`.
    pub flag: &'static str,
    /// `DATA_DIR`
    pub env: &'static str,
    /// What it is when it is not given.
    pub default: &'static str,
    /// What a value looks like: `DIR`.
    pub value: &'static str,
    /// What it is for.
    pub help: &'static str,
}
