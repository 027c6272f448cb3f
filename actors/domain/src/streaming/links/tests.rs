use super::*;

fn filtered(text: &str) -> (String, Vec<String>) {
    let hosts = AllowedHosts::new(&["good.example", "*.docs.example"], true).unwrap();
    let mut operator = Links::new(hosts);
    let mut out = Vec::new();
    operator.push(text, &mut out);
    operator.end(Ending::Complete, &mut out);
    let mut shown = String::new();
    let mut hosts = Vec::new();
    for piece in out {
        match piece {
            Piece::Text(text) => shown.push_str(&text),
            Piece::Mark(Mark::LinkRemoved { host }) => hosts.push(host),
            Piece::Mark(mark) => panic!("{mark:?}"),
        }
    }
    (shown, hosts)
}

#[test]
fn addresses_that_are_allowed_stay() {
    for text in [
        "see [a](https://good.example/x?y=z) b",
        "![a](https://img.docs.example/x.png \"title\")",
        "[a](<https://good.example>) and <https://good.example/x>",
        "https://good.example:8443/x, https://good.example.",
        "[a](#part) [b](/path/x) [c](page.html) [d](?q=1) [e]()",
        "arr[0]: int, [note]: warning: this, f[i](x) and a[1](y, z)",
        "www and http and 5 < 6, a: b :/ c, </p> <b>x</b> <!-- y -->",
        "[x]: https://good.example/a",
        "Vec<String>, HashMap<K, V> and <T: Ord>",
        "https://good.example/?u=https://other.example/",
    ] {
        // A call in code reads like a relative link, and stays.
        assert_eq!(filtered(text), (text.to_owned(), vec![]), "{text:?}");
    }
}

#[test]
fn addresses_that_are_not_allowed_go() {
    let cases = [
        ("a ![logo](https://evil.test/p?d=1) b", "a ![logo](link removed) b"),
        ("[s](http://evil.test)", "[s](link removed)"),
        ("[s](//evil.test/x)", "[s](link removed)"),
        ("[s](/\\evil.test)", "[s](link removed)"),
        ("[s](/&#47;evil.test)", "[s](link removed)"),
        ("[s](\n  https://evil.test/a(b)c)d", "[s](\n  link removed)d"),
        ("[s](<https://evil.test/>)", "[s](link removed)"),
        ("[s](https://good.example@evil.test/)", "[s](link removed)"),
        ("[s](https://good.example.evil.test/)", "[s](link removed)"),
        ("[s](https://good.example%2eevil.test/)", "[s](link removed)"),
        ("[s](https:evil.test)", "[s](link removed)"),
        ("[s](JavaScript:alert(1))", "[s](link removed)"),
        ("[s](javascript&colon;alert(1))", "[s](link removed)"),
        ("[s](data:text/html,x)", "[s](link removed)"),
        ("[s](https://docs.example/)", "[s](link removed)"),
        ("[![a](https://evil.test/a)](https://good.example/)", "[![a](link removed)](https://good.example/)"),
        ("[a](https://good.example \"![b](https://evil.test)\")", "[a](https://good.example \"![b](link removed)\")"),
        ("[id]: //evil.test/x", "[id]: (link removed)"),
        ("go to https://evil.test/path(a)b now", "go to (link removed) now"),
        ("(see https://evil.test)", "(see (link removed))"),
        ("WWW.evil.test, HTTPS://EVIL.TEST", "(link removed) (link removed)"),
        ("ftp://evil.test x", "ftp(link removed) x"),
        ("<img src=\"//evil.test\">", "&lt;img src=\"//evil.test\">"),
        ("<A HREF=/\\evil.test>", "&lt;A HREF=/\\evil.test>"),
        ("<script", "&lt;script"),
        ("<div style=x>a</div>", "&lt;div style=x>a</div>"),
        ("<x/onload=y>", "&lt;x/onload=y>"),
        ("[s](https://evil.test/unfinished", "[s](link removed)"),
        ("[s](https://evil.test/a\n\nNext", "[s](link removed)\n\nNext"),
    ];
    for (text, expected) in cases {
        assert_eq!(filtered(text).0, expected, "{text:?}");
    }
    assert_eq!(filtered("[s](https://evil.test/x)").1, ["evil.test"]);
}

#[test]
fn a_host_pattern_names_a_host() {
    for pattern in ["https://a.example", "a.example/x", "*", "*.", "a..b", "a_b", ""] {
        assert!(AllowedHosts::new(&[pattern], false).is_err(), "{pattern:?}");
    }
    let hosts = AllowedHosts::new(&["*.a.example"], false).unwrap();
    assert!(hosts.allows("x.a.example") && !hosts.allows("a.example") && !hosts.allows(".a.example"));
}
