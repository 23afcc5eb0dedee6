//! The result of a scan at a door.

use contract::Timestamp;
use serde::Deserialize;

/// The result of a scan.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckInView {
    pub(crate) result: CheckInResult,
    #[serde(default)]
    pub(crate) used_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) title: Option<String>,
    #[serde(default)]
    pub(crate) unit: Option<u32>,
    #[serde(default)]
    pub(crate) units: Option<u32>,
}

/// Why a door admits the holder of a code, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CheckInResult {
    Admitted,
    AlreadyUsed,
    Listed,
    Void,
    Superseded,
    WrongTicket,
    ExpiredCode,
    Forged,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_result_of_a_scan_is_known() {
        let read = |result: &str| serde_json::from_value::<CheckInView>(json!({"result": result}));
        for (name, result) in [
            ("admitted", CheckInResult::Admitted),
            ("already_used", CheckInResult::AlreadyUsed),
            ("listed", CheckInResult::Listed),
            ("void", CheckInResult::Void),
            ("superseded", CheckInResult::Superseded),
            ("wrong_ticket", CheckInResult::WrongTicket),
            ("expired_code", CheckInResult::ExpiredCode),
            ("forged", CheckInResult::Forged),
        ] {
            assert_eq!(read(name).unwrap().result, result);
        }
        assert!(read("other").is_err());
    }
}
