//! Words of programs, in every language side by side: a missing translation does not compile.

/// Defines messages as methods of a type in this crate, whose first field is a language. Each has its
/// text in English and in German; parameters appear in braces.
#[macro_export]
macro_rules! messages {
    ($language:ty; $($(#[$meta:meta])* $name:ident$(($($parameter:ident),+))?: $english:literal, $german:literal;)+) => {
        impl $language {
            $(
                $(#[$meta])*
                #[must_use]
                pub(crate) fn $name(self $($(, $parameter: &str)+)?) -> $crate::messages!(@type $($($parameter)+)?) {
                    match self.0 {
                        ::contract::Language::English | ::contract::Language::AmericanEnglish => {
                            $crate::messages!(@text $english $(, $($parameter),+)?)
                        }
                        ::contract::Language::German => {
                            $crate::messages!(@text $german $(, $($parameter),+)?)
                        }
                    }
                }
            )+
        }
    };
    (@type) => { &'static str };
    (@type $($parameter:ident)+) => { String };
    (@text $text:literal) => { $text };
    (@text $text:literal, $($parameter:ident),+) => { format!($text) };
}
