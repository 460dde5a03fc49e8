//! A JSON text as a tape of nodes with byte ranges: enough to walk it by key and value and to point back into the
//! text, without a tree of strings.

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Object,
    Array,
    String,
    Number,
    /// `true`, `false`, `null`
    Literal,
}

/// One value. The range of a string is what stands between its quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) node: Node,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The key's range between its quotes; empty in arrays and at the top.
    pub(crate) key: (usize, usize),
    /// The index of the next value that is not inside this one.
    pub(crate) next: usize,
}

const DEEPEST: usize = 128;

/// Parses `text` from `start` to `end`. `None` when it is not one JSON object or array, or nested too deeply.
pub(crate) fn parse(text: &str, start: usize, end: usize) -> Option<Vec<Entry>> {
    let mut parser = Parser {
        bytes: text.as_bytes(),
        at: start,
        end,
        tape: Vec::with_capacity((end - start) / 24 + 4),
    };
    parser.space();
    if !matches!(parser.peek()?, b'{' | b'[') {
        return None;
    }
    parser.value((0, 0), 0)?;
    parser.space();
    (parser.at == end).then_some(parser.tape)
}

/// The bytes at which a string ends, goes on differently, or is none.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut control = 0;
    while control < 0x20 {
        stops[control] = true;
        control += 1;
    }
    stops[b'"' as usize] = true;
    stops[b'\\' as usize] = true;
    stops
};

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    tape: Vec<Entry>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        (self.at < self.end).then(|| self.bytes[self.at])
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn value(&mut self, key: (usize, usize), depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        self.space();
        let index = self.tape.len();
        let start = self.at;
        let node = match self.peek()? {
            b'{' => Node::Object,
            b'[' => Node::Array,
            b'"' => Node::String,
            b'-' | b'0'..=b'9' => Node::Number,
            b't' | b'f' | b'n' => Node::Literal,
            _ => return None,
        };
        self.tape.push(Entry {
            node,
            start,
            end: start,
            key,
            next: index + 1,
        });
        match node {
            Node::Object => self.members(b'}', depth)?,
            Node::Array => self.members(b']', depth)?,
            Node::String => {
                let (start, end) = self.string()?;
                self.tape[index].start = start;
                self.tape[index].end = end;
            }
            Node::Number => {
                while matches!(
                    self.peek(),
                    Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
                ) {
                    self.at += 1;
                }
            }
            Node::Literal => {
                while matches!(self.peek(), Some(b'a'..=b'z')) {
                    self.at += 1;
                }
                if !matches!(&self.bytes[start..self.at], b"true" | b"false" | b"null") {
                    return None;
                }
            }
        }
        if node != Node::String {
            self.tape[index].end = self.at;
        }
        self.tape[index].next = self.tape.len();
        Some(())
    }

    fn members(&mut self, close: u8, depth: usize) -> Option<()> {
        self.at += 1;
        self.space();
        if self.peek()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            self.space();
            let key = if close == b'}' {
                let key = self.string()?;
                self.space();
                self.expect(b':')?;
                key
            } else {
                (0, 0)
            };
            self.value(key, depth + 1)?;
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                byte if byte == close => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<(usize, usize)> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            let rest = self.bytes.get(self.at..self.end)?;
            self.at += rest.iter().position(|b| STOPS[usize::from(*b)])?;
            match self.bytes[self.at] {
                b'"' => {
                    self.at += 1;
                    return Some((start, self.at - 1));
                }
                b'\\' => self.at += 2,
                _ => return None,
            }
        }
    }
}

/// A decoded string with, for each of its bytes and its end, the offset in the source.
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) at: Vec<usize>,
}

/// Resolves the escapes of `raw`, whose first byte stands at `base`.
pub(crate) fn unescape(raw: &str, base: usize) -> Decoded {
    let bytes = raw.as_bytes();
    let mut text = String::with_capacity(raw.len());
    let mut at = Vec::with_capacity(raw.len() + 1);
    let mut i = 0;
    while i < bytes.len() {
        let from = i;
        let before = text.len();
        if bytes[i] != b'\\' {
            let length = raw[i..].chars().next().map_or(1, char::len_utf8);
            text.push_str(&raw[i..i + length]);
            i += length;
            at.extend((0..length).map(|k| base + from + k));
            continue;
        }
        let hex = |i: usize| {
            raw.get(i + 2..i + 6)
                .and_then(|h| u32::from_str_radix(h, 16).ok())
        };
        match bytes.get(i + 1) {
            Some(b'n') => text.push('\n'),
            Some(b't') => text.push('\t'),
            Some(b'r') => text.push('\r'),
            Some(b'b' | b'f') => text.push(' '),
            Some(b'u') => {
                if let Some(code) = hex(i) {
                    i += 4;
                    let low = (0xd800..0xdc00)
                        .contains(&code)
                        .then(|| {
                            (bytes.get(i + 2) == Some(&b'\\'))
                                .then(|| hex(i + 2))
                                .flatten()
                        })
                        .flatten();
                    let joined = low
                        .filter(|low| (0xdc00..0xe000).contains(low))
                        .map(|low| 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
                    if joined.is_some() {
                        i += 6;
                    }
                    text.push(
                        joined
                            .or(Some(code))
                            .and_then(char::from_u32)
                            .unwrap_or('\u{fffd}'),
                    );
                } else {
                    text.push('u');
                }
            }
            Some(byte) if byte.is_ascii() => text.push(char::from(*byte)),
            _ => {
                text.push('\\');
                i += 1;
                at.extend(std::iter::repeat_n(base + from, text.len() - before));
                continue;
            }
        }
        i = (i + 2).min(bytes.len());
        at.extend(std::iter::repeat_n(base + from, text.len() - before));
    }
    at.push(base + raw.len());
    Decoded { text, at }
}
