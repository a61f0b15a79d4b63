//! The signature of an item: `x-superdesk-signature: sha1=` and the HMAC-SHA-1 of the raw body in hexadecimal digits.

use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign, verify};

/// The field of the signature.
pub(super) const FIELD: &str = "x-superdesk-signature";

/// The secret that senders sign with.
pub(super) struct Secret(Key);

impl Secret {
    /// The secret as the environment has it. One that is empty was meant to be one, so it is an error.
    pub(super) fn of(value: Option<String>) -> Result<Option<Secret>, &'static str> {
        match value {
            Some(value) if value.trim().is_empty() => Err("is empty"),
            value => Ok(value.map(|value| Secret(Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, value.as_bytes())))),
        }
    }

    /// Whether this is the secret itself, compared in constant time.
    pub(super) fn is(&self, candidate: &[u8]) -> bool {
        const SIGNED: &[u8] = b"password";
        let candidate = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, candidate), SIGNED);
        verify(&self.0, SIGNED, candidate.as_ref()).is_ok()
    }

    /// Whether a signature is that of these bytes, compared in constant time.
    pub(super) fn has_signed(&self, signature: &str, body: &[u8]) -> bool {
        let digits = signature.strip_prefix("sha1=").and_then(bytes);
        digits.is_some_and(|digits| verify(&self.0, body, &digits).is_ok())
    }
}

/// The bytes that hexadecimal digits stand for.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = digits.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_rfc_2202() {
        let secret = Secret::of(Some("Jefe".to_string())).ok().flatten().unwrap();
        let body = b"what do ya want for nothing?";
        let right = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        assert!(secret.has_signed(right, body));
        assert!(secret.has_signed(&right.to_uppercase().replace("SHA1", "sha1"), body));
        for wrong in ["", "sha1=", "sha1=eff", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", &right[..43], "sha1=zz"] {
            assert!(!secret.has_signed(wrong, body), "{wrong}");
        }
        assert!(!secret.has_signed(right, b"what do ya want for nothing!"));
        assert!(secret.is(b"Jefe") && !secret.is(b"jefe") && !secret.is(b""));
    }

    #[test]
    fn an_empty_secret_is_none() {
        assert!(Secret::of(Some(" ".to_string())).is_err());
        assert!(matches!(Secret::of(None), Ok(None)));
    }
}
