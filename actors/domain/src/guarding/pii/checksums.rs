//! Check digits.

/// Luhn's: cards.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(*digit) * if place % 2 == 1 { 2 } else { 1 };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// ISO 7064 modulo 97 of digits and capital letters: an IBAN turned round leaves 1.
pub(super) fn modulo_97(characters: impl Iterator<Item = u8>) -> Option<u32> {
    let mut rest = 0_u32;
    for character in characters {
        rest = match character {
            b'0'..=b'9' => rest * 10 + u32::from(character - b'0'),
            b'A'..=b'Z' => rest * 100 + u32::from(character - b'A') + 10,
            _ => return None,
        } % 97;
    }
    Some(rest)
}

/// ISO 7064 modulo 11,10: the German tax id.
pub(super) fn modulo_11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10_u32, |product, digit| {
        let sum = (product + u32::from(*digit)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(*check)
}

/// Weighted modulo 11 of ten digits: the UK health service number.
pub(super) fn modulo_11(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let sum: u32 = body.iter().zip((2..=10).rev()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    match 11 - sum % 11 {
        11 => *check == 0,
        10 => false,
        rest => u32::from(*check) == rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn known_numbers_check_and_their_neighbours_do_not() {
        type Check = fn(&[u8]) -> bool;
        let french: Check = |digits| {
            let (body, key) = digits.split_at(digits.len() - 2);
            let rest = modulo_97(body.iter().map(|digit| digit + b'0')).unwrap();
            97 - rest == u32::from(key[0]) * 10 + u32::from(key[1])
        };
        let cases: [(&str, Check); 5] = [
            ("4111111111111111", luhn),
            ("378282246310005", luhn),
            ("86095742719", modulo_11_10),
            ("9434765919", modulo_11),
            ("255081416802538", french),
        ];
        for (number, check) in cases {
            let good = digits(number);
            assert!(check(&good), "{number}");
            for place in 0..good.len() {
                let mut bad = good.clone();
                bad[place] = (bad[place] + 1) % 10;
                assert!(!check(&bad), "{number} with another digit at {place}");
            }
        }
    }
}
