//! Settings that are on or off, by default depending on the mode.

use crate::configuration::settings::Mode;

/// A setting that is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
    /// On in production, off in development.
    Auto,
}

impl Switch {
    /// Whether the setting is on in a mode.
    #[must_use]
    pub const fn in_mode(self, mode: Mode) -> bool {
        match (self, mode) {
            (Self::On, _) | (Self::Auto, Mode::Production) => true,
            (Self::Off, _) | (Self::Auto, Mode::Development) => false,
        }
    }
}

/// Parses a switch.
///
/// # Errors
/// The rule, for another text than `on`, `off` and `auto`.
pub fn switch(text: &str) -> Result<Switch, &'static str> {
    match text {
        "on" => Ok(Switch::On),
        "off" => Ok(Switch::Off),
        "auto" => Ok(Switch::Auto),
        _ => Err("must be on, off or auto"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_on_where_it_says_so_and_by_itself_in_production() {
        let modes = [Mode::Production, Mode::Development];
        for (text, expected) in [("on", [true; 2]), ("off", [false; 2]), ("auto", [true, false])] {
            let parsed = switch(text).map(|parsed| modes.map(|mode| parsed.in_mode(mode)));
            assert_eq!(parsed, Ok(expected), "{text}");
        }
        for text in ["", "ON", "true", "1"] {
            assert!(switch(text).is_err(), "{text}");
        }
    }
}
