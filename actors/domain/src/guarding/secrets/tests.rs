use super::*;

fn kinds(text: &str) -> Vec<(String, Secret)> {
    let reading = Reading::of(text);
    let mut found: Vec<(String, Secret)> =
        scan(&reading).into_iter().map(|(range, kind, _)| (text[reading.original(range)].to_owned(), kind)).collect();
    found.dedup();
    found
}

/// Written in two halves, so that no scanner of repositories takes a made-up token for a real one.
fn token(prefix: &str, rest: &str) -> String {
    format!("{prefix}{rest}")
}

#[test]
fn tokens_are_known_by_their_prefix() {
    let body = "Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4fGh7j";
    let cases = [
        (token("AKIA", "IOSFODNN7EXAMPLE"), Secret::AwsAccessKey),
        (token("ghp_", body), Secret::GithubToken),
        (token("github_pat_", body), Secret::GithubToken),
        (token("glpat-", &body[..20]), Secret::GitlabToken),
        (token("xoxb-", "123456789012-abcdefABCDEF"), Secret::SlackToken),
        (token("sk-", body), Secret::ModelKey),
        (token("sk-proj-", body), Secret::ModelKey),
        (token("AIza", &body[..35]), Secret::GoogleKey),
        (token("sk_live_", &body[..24]), Secret::StripeKey),
        (token("npm_", body), Secret::ServiceToken),
        (token("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"), Secret::Jwt),
    ];
    for (token, kind) in cases {
        for text in [format!("Use {token} now."), format!("\"{token}\""), format!("x={token}, y"), token.clone()] {
            assert!(kinds(&text).contains(&(token.clone(), kind)), "{text} gives {:?}", kinds(&text));
        }
        assert!(!kinds(&format!("a{token}")).iter().any(|(_, found)| *found == kind), "part of a word: {token}");
    }
}

#[test]
fn a_private_key_reaches_to_its_last_line_or_to_the_end() {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n";
    let key = format!("-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----");
    assert_eq!(kinds(&format!("Here: {key} and so on")), [(key.clone(), Secret::PrivateKey)]);
    let cut = &key[..60];
    let reading = Reading::of(cut);
    assert_eq!(scan(&reading), [(0..60, Secret::PrivateKey, Tail::Key)]);
    for c in key[60..].char_indices() {
        assert!(Tail::Key.goes_on(&key[..60 + c.0], c.1));
    }
    assert!(!Tail::Key.goes_on(&key, ' '));
    assert_eq!(kinds("A file with -----BEGIN PRIVATE KEY----- on its first line."), []);
    assert_eq!(kinds(&key.replace("PRIVATE", "PUBLIC")), []);
}

#[test]
fn values_of_secrets_are_found_and_stand_ins_are_not() {
    let cases = [
        ("password = \"hunter2!x\"", Some(("hunter2!x", Secret::Assigned))),
        ("The password is Tr0ub4dor&3.", Some(("Tr0ub4dor&3", Secret::Assigned))),
        (
            "client_secret: 8f14e45fceea167a5a36dedd4bea2543",
            Some(("8f14e45fceea167a5a36dedd4bea2543", Secret::Assigned)),
        ),
        (
            "the secret is wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.",
            Some(("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", Secret::AwsSecretKey)),
        ),
        ("postgres://app:s3cr3tpw@db:5432/x", Some(("s3cr3tpw", Secret::UrlPassword))),
        ("password = os.environ[\"DB_PASSWORD\"]", None),
        ("password: ${DB_PASSWORD}", None),
        ("The password is required.", None),
        ("token = get_token()", None),
        ("api_key = \"your-api-key-here-123\"", None),
        ("The secret of 2 good teams is trust.", None),
        ("commit 8f14e45fceea167a5a36dedd4bea2543abcd1234", None),
        ("https://user:password@example.com/", None),
        ("max_tokens: 4096", None),
        ("sk-learn-compatible-estimators-are-nice", None),
    ];
    for (text, expected) in cases {
        let expected: Vec<(String, Secret)> =
            expected.into_iter().map(|(text, kind)| (text.to_owned(), kind)).collect();
        assert_eq!(kinds(text), expected, "{text}");
    }
}
