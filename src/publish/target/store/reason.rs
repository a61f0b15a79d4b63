//! What a store says when it refuses, in few words, and what to do about it.

/// The useful part of a store's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) text: String,
    pub(super) hint: Option<&'static str>,
}

/// Codes of answers, part of them, and what to do. The first that fits holds.
const HINTS: &[(&[&str], &str)] = &[
    (
        &["NoSuchBucket", "ContainerNotFound", "specified bucket does not exist"],
        "make the bucket first, or correct the address; with `endpoint`, look whether that is right",
    ),
    (
        &["RequestTimeTooSkewed", "RequestExpired", "Request date header too old"],
        "the clock of this machine is wrong: set it, for the store takes no request that is some minutes off",
    ),
    (
        &[
            "AuthorizationHeaderMalformed",
            "PermanentRedirect",
            "IllegalLocationConstraint",
            "incorrectly configured region",
        ],
        "the bucket is in another region: set `region` in dateline.yaml, or AWS_REGION",
    ),
    (
        &["ExpiredToken", "TokenRefreshRequired", "token has expired", "AuthenticationErrorDetail: Lifetime"],
        "the credentials have expired: sign in again",
    ),
    (
        &[
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidToken",
            "InvalidSecurity",
            "AuthenticationFailed",
            "Unauthorized",
            "401",
            "NotSignedUp",
            "invalid_grant",
            "InvalidClientTokenId",
        ],
        "the store does not know these credentials: look at the variables of the environment that docs/publishing.md names",
    ),
    (
        &[
            "AccessDenied",
            "AuthorizationPermissionMismatch",
            "AuthorizationFailure",
            "Forbidden",
            "AllAccessDisabled",
            "403",
        ],
        "the credentials must be allowed to read, write, delete and list objects; without the right to list, S3 forbids to ask for \
         an object that is not there yet",
    ),
    (
        &["NotImplemented", "501"],
        "the store lacks something that publishing needs; if it is conditional writes (If-Match), `conditional_writes: false` does without",
    ),
    (
        &["SlowDown", "503", "TooManyRequests", "429"],
        "the store asks for fewer requests: set a smaller `concurrency`, or run again later",
    ),
    (&["QuotaExceeded", "InsufficientStorage", "507"], "the store is full"),
    (
        &[
            "dns error",
            "Connection refused",
            "connection refused",
            "No route to host",
            "Network is unreachable",
            "failed to lookup",
        ],
        "the store cannot be reached: is `endpoint` right, and is there a way to it from here?",
    ),
    (
        &["operation timed out", "deadline has elapsed"],
        "no answer in time: look at the line, or set a larger `timeout_seconds` or a smaller `concurrency`",
    ),
    (&["certificate", "UnknownIssuer"], "the certificate of the store is not trusted on this machine"),
];

/// What the library's error says: its innermost cause, without addresses that may hold signatures.
pub(super) fn of_error(error: &object_store::Error) -> Reason {
    let mut cause: &dyn std::error::Error = error;
    let mut text = cause.to_string();
    while let Some(next) = cause.source() {
        cause = next;
        text = cause.to_string();
    }
    of(&text)
}

/// What an answer says.
#[cfg(feature = "s3")]
pub(super) fn answered(status: u16, body: &[u8]) -> Reason {
    of(&format!("{status}: {}", String::from_utf8_lossy(body)))
}

fn of(text: &str) -> Reason {
    let text = text.replace("Server returned non-2xx status code: ", "");
    let hint = HINTS.iter().find(|(words, _)| words.iter().any(|word| text.contains(word)));
    Reason { text: short(&text), hint: hint.map(|(_, hint)| *hint) }
}

/// Status, code and message of an answer in XML; the beginning of any other.
fn short(text: &str) -> String {
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        let (value, _) = rest.split_once('<')?;
        Some(value.replace("&quot;", "\"").replace("&apos;", "'").replace("&#39;", "'").replace("&amp;", "&"))
    };
    let short = match element("Code") {
        Some(code) => {
            let status = text.split(": ").next().filter(|status| status.len() < 40).unwrap_or_default();
            let message = element("Message").unwrap_or_default();
            let parts = [status, &code, message.lines().next().unwrap_or_default()];
            parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(": ")
        }
        None => text.to_string(),
    };
    let mut short = short.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["X-Amz-", "x-goog-signature", "sig="] {
        if let Some(query) = short.find(mark) {
            short.truncate(query);
        }
    }
    short.trim_end_matches([':', ' ']).chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_shown_in_few_words_with_what_to_do() {
        for (text, expected, hint) in [
            (
                "Server returned non-2xx status code: 403 Forbidden: <?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code>\
                 <Message>The request signature we calculated does not match</Message><StringToSign>AWS4 x</StringToSign></Error>",
                "403 Forbidden: SignatureDoesNotMatch: The request signature we calculated does not match",
                "does not know these credentials",
            ),
            (
                "Server returned non-2xx status code: 403 Forbidden: <Error><Code>AccessDenied</Code></Error>",
                "403 Forbidden: AccessDenied",
                "read, write, delete and list",
            ),
            (
                "Server returned non-2xx status code: 400 Bad Request: <Error><Code>AuthorizationHeaderMalformed</Code><Message>The \
                 region &apos;us-east-1&apos; is wrong; expecting &apos;eu-west-1&apos;</Message></Error>",
                "400 Bad Request: AuthorizationHeaderMalformed: The region 'us-east-1' is wrong; expecting 'eu-west-1'",
                "set `region`",
            ),
            (
                "Server returned non-2xx status code: 403 Forbidden: <Error><Code>RequestTimeTooSkewed</Code></Error>",
                "403 Forbidden: RequestTimeTooSkewed",
                "the clock of this machine",
            ),
            ("https://h/x?X-Amz-Signature=abc", "https://h/x?", ""),
            ("nonsense", "nonsense", ""),
        ] {
            let reason = of(text);
            assert_eq!(reason.text, expected);
            assert!(reason.hint.unwrap_or_default().contains(hint), "{reason:?}");
            assert_eq!(reason.hint.is_none(), hint.is_empty(), "{reason:?}");
        }
    }
}
