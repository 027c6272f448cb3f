//! Base64 as it is met in the wild: of either alphabet, with or without padding, cut anywhere.

use ::base64::Engine;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const ANY: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a text; `None` when it is none.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    ANY.decode(text.replace('-', "+").replace('_', "/")).ok()
}
