//! E-mail addresses: syntax and canonical form.

use crate::text::{folded, is_default_ignorable, is_word};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

/// Maximum length of an address in bytes (RFC 5321, 4.5.3.1.3).
const ADDRESS_MAX: usize = 254;

/// Maximum length of the local part in bytes (RFC 5321, 4.5.3.1.1).
const LOCAL_PART_MAX: usize = 64;

/// ASCII characters of the local part without quotes (RFC 5322, 3.2.3, `atext` and the full stop).
const LOCAL_PART_ASCII: &str = "!#$%&'*+-/=?^_`{|}~.";

/// An e-mail address in its canonical form, so that all spellings of an address have one account.
/// The local part is folded (`NFKC_Casefold`), the domain is mapped by UTS 46 (nontransitional) to
/// its Unicode form. `Debug` hides it: addresses do not belong in logs.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[debug("EmailAddress(…)")]
#[serde(transparent)]
pub struct EmailAddress(String);

/// The e-mail address of a new account, as a request spells it.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Deserialize)]
#[debug("GivenAddress(…)")]
#[serde(try_from = "String")]
pub struct GivenAddress {
    /// Its canonical form.
    pub address: EmailAddress,
    /// The form of addresses stored before canonical forms, if different: in lower case.
    pub earlier: Option<EmailAddress>,
}

/// The e-mail address of an existing account, as a request spells it. The account may be older than
/// the rules of new addresses: one that breaks them is looked up by its own spelling.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct KnownAddress(GivenAddress);

/// The rule that an address breaks; it follows the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenAddressRule {
    /// The address has no local part and domain.
    #[error("must be an e-mail address: a local part, @ and a domain")]
    NoAt,
    /// The local part is empty or too long.
    #[error("must be an e-mail address: the part before @ must be 1 to 64 bytes")]
    LocalPartLength,
    /// The local part has a full stop at an end, or two in a row.
    #[error("must be an e-mail address: no full stop may begin, end or follow another before @")]
    LocalPartDots,
    /// The local part has a character that is neither a letter, a digit nor one of some signs.
    #[error("must be an e-mail address: the part before @ must not contain U+{:04X}", u32::from(*.0))]
    LocalPartCharacter(char),
    /// The domain has a character that no domain name has.
    #[error("must be an e-mail address: the domain must not contain U+{:04X}", u32::from(*.0))]
    DomainCharacter(char),
    /// The domain is not an internationalised domain name of at least two labels.
    #[error(
        "must be an e-mail address: the part behind @ must be a domain name such as example.com"
    )]
    NotADomain,
    /// The last label of the domain begins with a digit, as in an IP address.
    #[error("must be an e-mail address: the domain must not end in a number")]
    NumericDomain,
    /// The address is longer than the limit of mail.
    #[error("must be an e-mail address of at most {ADDRESS_MAX} bytes")]
    TooLong,
}

impl EmailAddress {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first character of the local part, and the domain: enough for the owner to recognise the
    /// address.
    #[must_use]
    pub fn abbreviated(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let first: String = local.chars().take(1).collect();
        format!("{first}…@{domain}")
    }

    /// The form of addresses stored before canonical forms.
    fn earlier(text: &str) -> Self {
        Self(text.trim().to_lowercase())
    }

    /// The canonical form of a stored address, which may be older than canonical forms.
    #[must_use]
    pub fn canonical(&self) -> Self {
        Self::parse(&self.0).unwrap_or_else(|_| self.clone())
    }

    /// The canonical form of an address.
    ///
    /// # Errors
    /// [`BrokenAddressRule`]
    pub fn parse(text: &str) -> Result<Self, BrokenAddressRule> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(BrokenAddressRule::NoAt)?;
        let local = local_part(local)?;
        let (domain, ascii_len) = domain_name(domain)?;
        if local.len() + 1 + ascii_len.max(domain.len()) > ADDRESS_MAX {
            return Err(BrokenAddressRule::TooLong);
        }
        Ok(Self(format!("{local}@{domain}")))
    }
}

impl TryFrom<String> for GivenAddress {
    type Error = BrokenAddressRule;

    fn try_from(text: String) -> Result<Self, BrokenAddressRule> {
        let (address, earlier) = (EmailAddress::parse(&text)?, EmailAddress::earlier(&text));
        Ok(Self { earlier: Some(earlier).filter(|earlier| *earlier != address), address })
    }
}

impl TryFrom<String> for KnownAddress {
    type Error = BrokenAddressRule;

    /// Checks only the rules that all versions share: an `@`, no control characters, and the
    /// maximum length.
    fn try_from(text: String) -> Result<Self, BrokenAddressRule> {
        let earlier = EmailAddress::earlier(&text);
        match GivenAddress::try_from(text) {
            Ok(given) => Ok(Self(given)),
            Err(BrokenAddressRule::NoAt) => Err(BrokenAddressRule::NoAt),
            // The ids of counts separate address and network by a line feed.
            Err(rule) if earlier.0.contains(char::is_control) => Err(rule),
            Err(_) if earlier.0.len() > ADDRESS_MAX => Err(BrokenAddressRule::TooLong),
            Err(_) => Ok(Self(GivenAddress { address: earlier, earlier: None })),
        }
    }
}

impl GivenAddress {
    /// Forms under which the account may be stored. The given spelling is first, so that an account
    /// from before canonical forms is found even if another account has the canonical form.
    pub fn forms(&self) -> impl Iterator<Item = &EmailAddress> {
        self.earlier.iter().chain(std::iter::once(&self.address))
    }
}

impl KnownAddress {
    /// The address under which guesses are counted.
    #[must_use]
    pub fn address(&self) -> &EmailAddress {
        &self.0.address
    }

    /// Forms under which the account may be stored, in the order of [`GivenAddress::forms`].
    pub fn forms(&self) -> impl Iterator<Item = &EmailAddress> {
        self.0.forms()
    }
}

/// The folded local part. Outside ASCII only letters, marks and digits are accepted, so that no
/// invisible character, sign or symbol makes one address look like another (after the
/// `IdentifierClass` of RFC 8264). They are checked before the folding, which maps `²` to `2`, and
/// after it, because it may map a letter to a sign.
fn local_part(text: &str) -> Result<String, BrokenAddressRule> {
    let is_plain = |c: char| {
        is_word(c) && !c.is_ascii() || c.is_ascii_alphanumeric() || LOCAL_PART_ASCII.contains(c)
    };
    let local = folded(text);
    let unfit = text.chars().chain(local.chars()).find(|c| !is_plain(*c));
    if let Some(unfit) = unfit {
        return Err(BrokenAddressRule::LocalPartCharacter(unfit));
    }
    if !(1..=LOCAL_PART_MAX).contains(&local.len()) {
        return Err(BrokenAddressRule::LocalPartLength);
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(BrokenAddressRule::LocalPartDots);
    }
    Ok(local)
}

/// A domain name in its Unicode form, and the length of its ASCII form, which mail uses. UTS 46
/// ignores invisible characters and maps symbols to letters; this function rejects invisible
/// characters (except joiners, which UTS 46 checks by context) and symbols.
fn domain_name(text: &str) -> Result<(String, usize), BrokenAddressRule> {
    const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];
    let is_invisible = |c: &char| is_default_ignorable(*c) && !JOINERS.contains(c);
    if let Some(invisible) = text.chars().find(is_invisible) {
        return Err(BrokenAddressRule::DomainCharacter(invisible));
    }
    let (rules, hyphens) = (AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    let ascii = Uts46::new().to_ascii(text.as_bytes(), rules, hyphens, DnsLength::Verify);
    let ascii = ascii.map_err(|_| BrokenAddressRule::NotADomain)?.into_owned();
    let (unicode, checked) = Uts46::new().to_unicode(ascii.as_bytes(), rules, hyphens);
    checked.map_err(|_| BrokenAddressRule::NotADomain)?;
    let is_of_domain = |c: char| is_word(c) || matches!(c, '-' | '.') || JOINERS.contains(&c);
    if let Some(unfit) = unicode.chars().find(|c| !is_of_domain(*c)) {
        return Err(BrokenAddressRule::DomainCharacter(unfit));
    }
    let (_, last) = unicode.rsplit_once('.').ok_or(BrokenAddressRule::NotADomain)?;
    if last.starts_with(char::is_numeric) {
        return Err(BrokenAddressRule::NumericDomain);
    }
    Ok((unicode.into_owned(), ascii.len()))
}
