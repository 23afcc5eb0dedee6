//! A code that a request contains: of the authenticator application, or a recovery code.

use contract::text::is_space;
use serde::Deserialize;

use super::recovery_code::RecoveryCodeHash;
use super::totp::DIGITS;

/// Maximum characters of a code as typed: twice those of a recovery code, for spaces and dashes.
const TYPED_MAX: usize = 40;

/// A given code: six digits, or a recovery code; spaces and dashes are ignored. `Debug` hides it.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum GivenCode {
    /// A code of the authenticator application.
    #[debug("Totp(…)")]
    Totp(u32),
    /// A recovery code.
    #[debug("Recovery(…)")]
    Recovery(RecoveryCodeHash),
}

/// The rule that a code breaks; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a code of {DIGITS} digits or a recovery code")]
pub struct NoCode;

impl TryFrom<String> for GivenCode {
    type Error = NoCode;

    fn try_from(typed: String) -> Result<Self, NoCode> {
        if typed.chars().count() > TYPED_MAX {
            return Err(NoCode);
        }
        let code: String = typed.chars().filter(|c| !is_space(*c) && *c != '-').collect();
        if code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
            return code.parse().map(Self::Totp).map_err(|_| NoCode);
        }
        RecoveryCodeHash::of_typed(&code).map(Self::Recovery).ok_or(NoCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(typed: &str) -> Result<GivenCode, NoCode> {
        GivenCode::try_from(typed.to_owned())
    }

    #[test]
    fn codes_are_six_digits_or_a_recovery_code_with_spaces_and_dashes() {
        for typed in ["012345", "012 345", " 0-12345\u{a0}", &format!("012345{}", " ".repeat(34))] {
            assert_eq!(parse(typed), Ok(GivenCode::Totp(12_345)), "{typed}");
        }
        let shown = parse("7ZQ4-H2M9-XK3D-0VTB").unwrap();
        assert!(matches!(shown, GivenCode::Recovery(_)));
        assert_eq!(parse(" 7zq4 h2m9 xk3d ovtb "), Ok(shown.clone()));
        let long = format!("012345{}", " ".repeat(35));
        for bad in ["", "12345", "1234567", "٠١٢٣٤٥", "12345a", "7ZQ4-H2M9-XK3D-0VT", &long] {
            assert_eq!(parse(bad), Err(NoCode), "{bad}");
        }
        assert!(!format!("{shown:?}{:?}", parse("012345")).contains("345"));
    }
}
