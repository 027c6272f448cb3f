//! Operators one behind the other.

use super::operator::{Ending, Mark, Operator, Piece, Position};

/// A piece with its place in what the client saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Released {
    /// Where a text begins, or a mark stands.
    pub at: Position,
    /// What it is.
    pub piece: Piece,
}

/// Operators in order: each takes what the one before it released. Once one of them blocks, nothing that came in later gets
/// out, what was released before still does, and every guard tells its verdict.
pub struct Pipeline {
    operators: Vec<Box<dyn Operator>>,
    seen: Position,
    closed: bool,
    /// How many operators, from the first on, have been ended.
    ended: usize,
}

impl Pipeline {
    /// Operators in the order in which text passes them.
    pub fn new(operators: Vec<Box<dyn Operator>>) -> Self {
        Self { operators, seen: Position::default(), closed: false, ended: 0 }
    }

    /// Takes the next words of the model. Nothing comes back once the stream was blocked or ended.
    pub fn push(&mut self, text: &str) -> Vec<Released> {
        if self.closed || text.is_empty() {
            return Vec::new();
        }
        let out = self.pass(0, vec![Piece::Text(text.to_owned())]);
        self.placed(out)
    }

    /// No more text comes. Releases what was held and the verdicts. A second call gives nothing.
    pub fn end(&mut self, ending: Ending) -> Vec<Released> {
        if self.closed {
            return Vec::new();
        }
        let out = self.finish(ending);
        self.placed(out)
    }

    /// Whether nothing more will come out: it has ended, or was blocked.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The place behind everything that the client saw.
    pub fn seen(&self) -> Position {
        self.seen
    }

    /// Bytes that all operators hold together.
    pub fn held(&self) -> usize {
        self.operators.iter().map(|operator| operator.held()).sum()
    }

    /// The operators, in order.
    pub fn operators(&self) -> &[Box<dyn Operator>] {
        &self.operators
    }

    /// Gives pieces to the operators from number `first` on.
    fn pass(&mut self, first: usize, mut pieces: Vec<Piece>) -> Vec<Piece> {
        for number in first..self.operators.len() {
            let mut out = Vec::new();
            let mut coming = pieces.into_iter();
            while let Some(piece) = coming.next() {
                let operator = &mut self.operators[number];
                match piece {
                    Piece::Text(text) => operator.push(&text, &mut out),
                    Piece::Mark(mark) => operator.mark(mark, &mut out),
                }
                if !self.closed && blocks(&out) {
                    let verdicts = coming.filter(is_verdict).collect();
                    return self.blocked(number, out, verdicts);
                }
            }
            pieces = out;
        }
        pieces
    }

    /// Operator `number` has blocked: those before it end with nothing to say but their verdicts, those behind it release.
    fn blocked(&mut self, number: usize, mut out: Vec<Piece>, mut verdicts: Vec<Piece>) -> Vec<Piece> {
        self.closed = true;
        for before in self.ended..number {
            self.operators[before].end(Ending::Blocked, &mut verdicts);
        }
        self.operators[number].end(Ending::Blocked, &mut out);
        out.extend(verdicts.into_iter().filter(is_verdict));
        self.ended = number + 1;
        let mut out = self.pass(number + 1, out);
        out.extend(self.finish(Ending::Blocked));
        out
    }

    /// Ends the operators that have not been ended, in order.
    fn finish(&mut self, mut ending: Ending) -> Vec<Piece> {
        let mut all = Vec::new();
        while self.ended < self.operators.len() {
            let number = self.ended;
            let mut out = Vec::new();
            self.operators[number].end(ending, &mut out);
            self.ended += 1;
            if !self.closed && blocks(&out) {
                self.closed = true;
                ending = Ending::Blocked;
            }
            all.extend(self.pass(number + 1, out));
        }
        self.closed = true;
        all
    }

    fn placed(&mut self, pieces: Vec<Piece>) -> Vec<Released> {
        let mut released: Vec<Released> = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let at = self.seen;
            if let Piece::Text(text) = &piece {
                self.seen = self.seen.behind(text);
                if let Some(Released { piece: Piece::Text(last), .. }) = released.last_mut() {
                    last.push_str(text);
                    continue;
                }
            }
            released.push(Released { at, piece });
        }
        released
    }
}

fn blocks(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Mark(Mark::Blocked { .. })))
}

fn is_verdict(piece: &Piece) -> bool {
    matches!(piece, Piece::Mark(Mark::Verdict(_)))
}
