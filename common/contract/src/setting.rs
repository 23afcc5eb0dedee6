//! The declaration of a setting; `common/service` reads its value.

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// `data-dir`, given as `--data-dir`.
    pub flag: &'static str,
    /// `DATA_DIR`
    pub env: &'static str,
    /// Its default.
    pub default: &'static str,
    /// The form of a value: `DIR`.
    pub value: &'static str,
    /// Its purpose.
    pub help: &'static str,
}
