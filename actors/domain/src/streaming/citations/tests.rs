use super::*;

struct Sources(&'static [&'static str]);

impl Supports for Sources {
    fn sources(&self) -> usize {
        self.0.len()
    }

    fn supports(&self, source: usize, sentence: &str) -> bool {
        self.0.get(source - 1).is_some_and(|text| sentence.split_whitespace().any(|word| text.contains(word)))
    }
}

fn cited(text: &str) -> (String, Vec<String>) {
    let mut operator = Citations::new(Box::new(Sources(&["refunds", "shop", "both refunds shop"])));
    let mut out = Vec::new();
    operator.push(text, &mut out);
    operator.end(Ending::Complete, &mut out);
    let mut shown = String::new();
    let mut marks = Vec::new();
    for piece in out {
        match piece {
            Piece::Text(text) => shown.push_str(&text),
            Piece::Mark(Mark::Citation { source, checked: true }) => marks.push(format!("{source}@{}", shown.len())),
            Piece::Mark(Mark::Citation { source, checked: false }) => marks.push(format!("{source}?")),
            Piece::Mark(Mark::CitationDropped { source }) => marks.push(format!("-{source}")),
            Piece::Mark(mark) => panic!("{mark:?}"),
        }
    }
    (shown, marks)
}

#[test]
fn markers_that_hold_stay_and_others_go() {
    type Case = (&'static str, &'static str, &'static [&'static str]);
    let cases: &[Case] = &[
        ("The refunds take long [1].", "The refunds take long [1].", &["1@25"]),
        ("The refunds take long. [1] Next", "The refunds take long. [1] Next", &["1@26"]),
        ("The refunds take long [2].", "The refunds take long.", &["-2"]),
        ("The refunds take long [9][1].", "The refunds take long[1].", &["-9", "1@24"]),
        ("The refunds [1, 2, 3] go", "The refunds [1][3] go", &["1@15", "3@18", "-2"]),
        ("The shop 【2†source】 is", "The shop [2] is", &["2@12"]),
        ("[1] Anything goes.", "[1] Anything goes.", &["1?"]),
        ("`refunds[1]` and a [1](http://x) and [x] [", "`refunds[1]` and a [1](http://x) and [x] [", &[]),
        ("In refunds [12345] and [1999-2024]", "In refunds [12345] and [1999-2024]", &[]),
        ("The refunds [1]", "The refunds [1]", &["1@15"]),
    ];
    for (text, shown, marks) in cases {
        let (found, found_marks) = cited(text);
        assert_eq!(found, *shown, "{text:?}");
        assert_eq!(found_marks, *marks, "{text:?}");
    }
}
