//! Personal data that can be told by its form, most of it by a checksum.
//!
//! Every scanner says what stands at a place from the characters there and at most [`super::REACH`] behind it, never from
//! what was found before. So overlapping finds are possible; the weightier explains the lighter.

mod checksums;
mod documents;
mod email;
mod groups;
mod iban;
mod ip;
mod numbers;
mod phone;

use super::Severity;
use super::reading::Reading;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A kind of personal data. The names are those of Bedrock Guardrails where it has the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pii {
    /// A card number: issuer's prefix, length, grouping, Luhn.
    #[serde(rename = "CREDIT_DEBIT_CARD_NUMBER")]
    Card,
    /// An IBAN: country, its length, modulo 97.
    #[serde(rename = "INTERNATIONAL_BANK_ACCOUNT_NUMBER")]
    Iban,
    /// A US social security number: 3-2-4 and the numbers that are given out, or nine digits behind a label.
    #[serde(rename = "US_SOCIAL_SECURITY_NUMBER")]
    UsSsn,
    /// A German tax id: its digit rule and ISO 7064 modulo 11,10.
    #[serde(rename = "DE_TAX_ID")]
    DeTaxId,
    /// A French social security number (NIR): month, modulo 97.
    #[serde(rename = "FR_SOCIAL_SECURITY_NUMBER")]
    FrNir,
    /// A UK national insurance number: the prefixes that are given out, a suffix A to D.
    #[serde(rename = "UK_NATIONAL_INSURANCE_NUMBER")]
    UkNino,
    /// A UK health service number, written 3 3 4: modulo 11.
    #[serde(rename = "UK_NATIONAL_HEALTH_SERVICE_NUMBER")]
    UkNhs,
    /// A mail address of a person; role mailboxes such as `support@` are not.
    #[serde(rename = "EMAIL")]
    Email,
    /// A telephone number: international, North American, national with separators, or behind a label.
    #[serde(rename = "PHONE")]
    Phone,
    /// An IPv4 or IPv6 address that is not a loopback, private, or documentation address. Off by default.
    #[serde(rename = "IP_ADDRESS")]
    IpAddress,
}

impl Pii {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Card,
        Self::Iban,
        Self::UsSsn,
        Self::DeTaxId,
        Self::FrNir,
        Self::UkNino,
        Self::UkNhs,
        Self::Email,
        Self::Phone,
        Self::IpAddress,
    ];

    /// The name that configuration, verdicts and placeholders use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Card => "CREDIT_DEBIT_CARD_NUMBER",
            Self::Iban => "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
            Self::UsSsn => "US_SOCIAL_SECURITY_NUMBER",
            Self::DeTaxId => "DE_TAX_ID",
            Self::FrNir => "FR_SOCIAL_SECURITY_NUMBER",
            Self::UkNino => "UK_NATIONAL_INSURANCE_NUMBER",
            Self::UkNhs => "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::IpAddress => "IP_ADDRESS",
        }
    }

    /// How bad it would be if it got out.
    pub fn severity(self) -> Severity {
        match self {
            Self::Card | Self::Iban | Self::UsSsn | Self::DeTaxId | Self::FrNir | Self::UkNino | Self::UkNhs => {
                Severity::High
            }
            Self::Email | Self::Phone => Severity::Medium,
            Self::IpAddress => Severity::Low,
        }
    }
}

/// Every kind at every place of a reading.
pub(super) fn scan(reading: &Reading) -> Vec<(Range<usize>, Pii)> {
    let mut found = Vec::new();
    numbers::scan(reading, &mut found);
    iban::scan(reading, &mut found);
    documents::scan(reading, &mut found);
    email::scan(reading, &mut found);
    ip::scan(reading, &mut found);
    found
}

/// Whether `byte` belongs to a word, so that a number beside it is part of something else. Letters beyond ASCII do not count:
/// most scripts that have them put numbers beside words without a space.
fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Whether one of `labels` stands in the 24 bytes before `at`, as in `SSN: `.
fn is_labelled(reading: &Reading, at: usize, labels: &[&str]) -> bool {
    const LOOK_BACK: usize = 24;
    let bytes = &reading.letters.as_bytes()[at.saturating_sub(LOOK_BACK)..at];
    labels.iter().any(|label| {
        let starts = (0..bytes.len()).filter(|start| bytes[*start..].starts_with(label.as_bytes()));
        let mut whole = starts.filter(|start| {
            let before = start.checked_sub(1).and_then(|index| bytes.get(index));
            !is_word(before) && !is_word(bytes.get(start + label.len()))
        });
        whole.next().is_some()
    })
}
