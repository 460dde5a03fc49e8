//! Spoken and written number runs: from tokens to a value and its groups.
//!
//! A run is what one breath of dictation can hold: digits, teens, tens, "double four", "oh", letters, NATO words,
//! "b as in boy", with pauses, fillers, dashes and self-corrections between. Neighbours are never added up: "forty
//! five six" is 456 (or 4056), not 51.

use super::doc::Doc;
use super::lexicon::class;
use super::token::Shape;

const MOST_CHARS: usize = 48;
const MOST_GROUPS: usize = 12;
const MOST_ATOMS: usize = 24;

/// A part of a run between two pauses.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Group {
    pub(crate) first: u32,
    pub(crate) end: u32,
    pub(crate) chars: u8,
    pub(crate) atoms: u8,
    /// The pause before it was a correction ("no wait").
    pub(crate) corrected: bool,
    /// The pause before it was more than a space: a comma, a dash, a word.
    pub(crate) paused: bool,
}

/// A run of number and letter words.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) first: usize,
    pub(crate) end: usize,
    chars: [u8; MOST_CHARS],
    len: usize,
    values: [u16; MOST_ATOMS],
    pub(crate) atoms: usize,
    pub(crate) letters: usize,
    /// Digits said or written one by one.
    pub(crate) singles: usize,
    pub(crate) groups: [Group; MOST_GROUPS],
    pub(crate) group_count: usize,
    /// A "thousand" or "million" was said.
    pub(crate) cardinal: bool,
    /// A decimal point.
    pub(crate) decimal: bool,
    hundred: bool,
}

impl Run {
    fn new(first: usize) -> Self {
        Self {
            first,
            end: first,
            chars: [0; MOST_CHARS],
            len: 0,
            values: [0; MOST_ATOMS],
            atoms: 0,
            letters: 0,
            singles: 0,
            groups: [Group::default(); MOST_GROUPS],
            group_count: 0,
            cardinal: false,
            decimal: false,
            hundred: false,
        }
    }

    /// The value in the usual reading: digits and lower-case letters.
    pub(crate) fn chars(&self) -> &str {
        std::str::from_utf8(&self.chars[..self.len]).unwrap_or("")
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn digits(&self) -> usize {
        self.len - self.letters.min(self.len)
    }

    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups[..self.group_count]
    }

    fn push(&mut self, char: u8) {
        if self.len < MOST_CHARS {
            self.chars[self.len] = char;
            self.len += 1;
        }
    }

    fn atom(&mut self, value: u16) {
        if self.atoms < MOST_ATOMS {
            self.values[self.atoms] = value;
            self.atoms += 1;
        }
        if let Some(group) = self.groups.get_mut(self.group_count.saturating_sub(1)) {
            group.atoms = group.atoms.saturating_add(1);
        }
    }

    fn open_group(&mut self, first: usize, corrected: bool) {
        if self.group_count < MOST_GROUPS {
            let first = u32::try_from(first).unwrap_or(u32::MAX);
            self.groups[self.group_count] = Group { first, end: first, corrected, ..Group::default() };
            self.group_count += 1;
        }
        self.hundred = false;
    }

    fn close_group(&mut self, end: usize, chars_before: usize) {
        if let Some(group) = self.groups.get_mut(self.group_count.saturating_sub(1)) {
            group.end = u32::try_from(end).unwrap_or(u32::MAX);
            group.chars = u8::try_from(self.len - chars_before.min(self.len)).unwrap_or(u8::MAX);
        }
        self.end = end;
    }

    /// Forgets the last group, when there is another before it.
    pub(crate) fn drop_last_group(&mut self) -> bool {
        if self.group_count < 2 {
            return false;
        }
        self.group_count -= 1;
        let gone = self.groups[self.group_count];
        self.len = self.len.saturating_sub(usize::from(gone.chars));
        self.atoms = self.atoms.saturating_sub(usize::from(gone.atoms));
        self.letters = self.chars[..self.len].iter().filter(|b| b.is_ascii_lowercase()).count();
        self.end = self.groups[self.group_count - 1].end as usize;
        true
    }

    /// "ten nine eight seven", "five ten fifteen twenty": four or more numbers in equal steps.
    pub(crate) fn counts(&self) -> bool {
        let steady = |values: &[u16]| {
            values.len() >= 4 && {
                let step = i32::from(values[1]) - i32::from(values[0]);
                step != 0 && values.windows(2).all(|w| i32::from(w[1]) - i32::from(w[0]) == step)
            }
        };
        let values = &self.values[..self.atoms];
        self.letters == 0 && (steady(values) || values.len() > 4 && steady(&values[1..]))
    }

    /// Values of two or three digits with pauses between ("one twelve, ninety eight, one oh five"): a list of
    /// readings, not one number.
    pub(crate) fn lists(&self) -> bool {
        let groups = self.groups();
        let paused = groups.iter().filter(|group| group.paused).count();
        groups.len() >= 3
            && paused + 1 >= groups.len()
            && self.letters == 0
            && groups.iter().all(|group| (1..=3).contains(&group.chars) && group.atoms <= 3)
            && groups.iter().any(|group| group.atoms < group.chars)
            || self.years()
    }

    fn years(&self) -> bool {
        let mut at = 0;
        let mut count = 0;
        for group in self.groups() {
            let end = at + usize::from(group.chars);
            match self.chars.get(at..end) {
                Some([b'1', b'9', _, _] | [b'2', b'0', _, _]) => count += 1,
                _ => return false,
            }
            at = end;
        }
        count >= 2
    }
}

/// Reads the run that starts at token `first`, not beyond `limit`. With `armed`, something announced it: letters,
/// corrections and wider pauses belong to it.
pub(crate) fn read(doc: &Doc<'_>, first: usize, limit: usize, armed: bool) -> Option<Run> {
    if !starts(doc, first, limit, armed) {
        return None;
    }
    let mut run = Run::new(first);
    run.open_group(first, false);
    let mut before = 0;
    let mut at = atom(doc, first, limit, &mut run, armed)?;
    run.close_group(at, before);
    loop {
        if at >= limit || run.len >= MOST_CHARS - 8 {
            break;
        }
        if !doc.taken[at]
            && let Some(next) = atom(doc, at, limit, &mut run, armed)
        {
            at = next;
            run.close_group(at, before);
            continue;
        }
        let Some(join) = join(doc, at, limit, armed) else { break };
        let saved = (run.len, run.atoms, run.letters, run.singles, run.cardinal, run.hundred, run.group_count);
        before = run.len;
        run.open_group(join.next, join.corrected);
        if let Some(group) = run.groups.get_mut(run.group_count - 1) {
            group.paused = join.paused;
        }
        match atom(doc, join.next, limit, &mut run, armed) {
            Some(next) => {
                run.decimal |= join.decimal;
                at = next;
                run.close_group(at, before);
            }
            None => {
                (run.len, run.atoms, run.letters, run.singles, run.cardinal, run.hundred, run.group_count) = saved;
                break;
            }
        }
    }
    Some(run)
}

/// Whether a run may begin here: a number, or a letter that something armed or that a number follows.
fn starts(doc: &Doc<'_>, at: usize, limit: usize, armed: bool) -> bool {
    if at >= limit || doc.taken[at] {
        return false;
    }
    let class = doc.class(at);
    match doc.shape(at) {
        Some(Shape::Number) => true,
        Some(Shape::Word) => {
            if class & (class::DIGIT | class::TEEN | class::TENS | class::MULTIPLE) != 0 {
                return true;
            }
            if class & class::OH != 0 && at + 1 < limit && numeric(doc, at + 1) {
                return true;
            }
            if class & class::HUNDRED != 0 {
                return false;
            }
            if at + 1 < limit && doc.glued(at + 1) && doc.shape(at + 1) == Some(Shape::Number) {
                return doc.word(at).len() <= 6;
            }
            if class & (class::LETTER | class::NATO) != 0 || caps(doc, at) {
                let after = spelled(doc, at, limit).unwrap_or(at + 1);
                let next = if doc.is_punct(after, b',') || doc.is_punct(after, b'-') { after + 1 } else { after };
                return next < limit
                    && !doc.taken[next]
                    && (numeric(doc, next)
                        || armed && (doc.has(next, class::LETTER | class::NATO) || after > at + 1)
                        || !armed && after > at + 1 && doc.has(next, class::LETTER | class::NATO)
                        || !armed
                            && doc.has(next, class::NATO)
                            && class & class::NATO != 0);
            }
            false
        }
        _ => false,
    }
}

fn caps(doc: &Doc<'_>, at: usize) -> bool {
    let word = doc.word(at);
    doc.shape(at) == Some(Shape::Word) && (2..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase())
}

pub(crate) fn numeric(doc: &Doc<'_>, at: usize) -> bool {
    doc.shape(at) == Some(Shape::Number) || doc.has(at, class::CARDINAL & !class::HUNDRED & !class::THOUSAND)
}

/// "b as in boy", "m for mary", "v like victor": the index after it.
fn spelled(doc: &Doc<'_>, at: usize, limit: usize) -> Option<usize> {
    if !doc.has(at, class::LETTER) {
        return None;
    }
    let mut next = at + 1;
    if doc.is_punct(next, b',') {
        next += 1;
    }
    let word = if doc.is(next, "as") && doc.is(next + 1, "in") {
        next + 2
    } else if doc.is_any(next, &["as", "for", "like"]) {
        next + 1
    } else {
        return None;
    };
    let same = doc.word(word).bytes().next().map(|b| b.to_ascii_lowercase())
        == doc.word(at).bytes().next().map(|b| b.to_ascii_lowercase());
    (word < limit && same && doc.shape(word) == Some(Shape::Word) && doc.word(word).len() > 1).then_some(word + 1)
}

/// Reads one atom at `at` into the run and returns the index after it.
fn atom(doc: &Doc<'_>, at: usize, limit: usize, run: &mut Run, armed: bool) -> Option<usize> {
    if at >= limit || doc.taken[at] {
        return None;
    }
    match doc.shape(at)? {
        Shape::Number => Some(written(doc, at, limit, run)),
        Shape::Word => word(doc, at, limit, run, armed),
        _ => None,
    }
}

fn written(doc: &Doc<'_>, at: usize, limit: usize, run: &mut Run) -> usize {
    let text = doc.word(at);
    for b in text.bytes() {
        run.push(b);
    }
    if text.len() == 1 {
        run.singles += 1;
    }
    run.hundred = false;
    run.atom(text.parse().unwrap_or(u16::MAX));
    let next = at + 1;
    if next < limit && doc.glued(next) && doc.shape(next) == Some(Shape::Word) {
        let tail = doc.word(next);
        let code = tail.len() <= 4
            && tail.bytes().all(|b| b.is_ascii_alphabetic())
            && !doc.has(next, class::UNIT)
            && !["st", "nd", "rd", "th", "s", "x", "am", "pm", "k"].iter().any(|t| tail.eq_ignore_ascii_case(t));
        if code {
            push_letters(tail, run);
            return next + 1;
        }
    }
    next
}

fn push_letters(word: &str, run: &mut Run) {
    for b in word.bytes().filter(u8::is_ascii_alphabetic) {
        run.push(b.to_ascii_lowercase());
        run.letters += 1;
    }
    run.atom(u16::MAX);
}

fn word(doc: &Doc<'_>, at: usize, limit: usize, run: &mut Run, armed: bool) -> Option<usize> {
    let bits = doc.class(at);
    let ascii = |value: u16| b'0' + u8::try_from(value % 10).unwrap_or(0);
    if bits & (class::DIGIT | class::OH) != 0 {
        let value = if bits & class::OH != 0 { 0 } else { doc.value(at) };
        if run.hundred && run.len > 0 && value > 0 {
            run.chars[run.len - 1] = ascii(value);
            run.hundred = false;
        } else {
            run.push(ascii(value));
        }
        run.singles += 1;
        run.atom(value);
        return Some(at + 1);
    }
    if bits & (class::TEEN | class::TENS) != 0 {
        let mut value = doc.value(at);
        let mut next = at + 1;
        if bits & class::TENS != 0 {
            let unit = if doc.is_punct(next, b'-') && doc.glued(next) { next + 1 } else { next };
            if unit < limit && doc.has(unit, class::DIGIT) && doc.value(unit) > 0 && !doc.taken[unit] {
                value += doc.value(unit);
                next = unit + 1;
            }
        }
        if run.hundred && run.len > 1 {
            run.chars[run.len - 2] = ascii(value / 10);
            run.chars[run.len - 1] = ascii(value);
            run.hundred = false;
        } else {
            run.push(ascii(value / 10));
            run.push(ascii(value));
        }
        run.atom(value);
        return Some(next);
    }
    if bits & class::HUNDRED != 0 && run.len > 0 {
        run.push(b'0');
        run.push(b'0');
        run.hundred = true;
        if run.atoms > 0 {
            run.values[run.atoms - 1] = run.values[run.atoms - 1].saturating_mul(100);
        }
        let and = doc.is(at + 1, "and") && at + 2 < limit && numeric(doc, at + 2);
        return Some(if and { at + 2 } else { at + 1 });
    }
    if bits & class::THOUSAND != 0 && run.len > 0 {
        for _ in 0..3 {
            run.push(b'0');
        }
        run.cardinal = true;
        run.hundred = true;
        let and = doc.is(at + 1, "and") && at + 2 < limit && numeric(doc, at + 2);
        return Some(if and { at + 2 } else { at + 1 });
    }
    if bits & class::MULTIPLE != 0 {
        let next = at + 1;
        let digit = doc.has(next, class::DIGIT | class::OH);
        let letter = doc.has(next, class::LETTER);
        if next < limit && (digit || letter && armed || doc.shape(next) == Some(Shape::Number) && doc.word(next).len() == 1) {
            let char = if doc.has(next, class::OH) {
                b'0'
            } else if digit {
                ascii(doc.value(next))
            } else {
                doc.word(next).bytes().next().unwrap_or(b'0').to_ascii_lowercase()
            };
            for _ in 0..doc.value(at) {
                run.push(char);
                run.letters += usize::from(char.is_ascii_lowercase());
                run.singles += 1;
                run.atom(u16::from(char.saturating_sub(b'0')));
            }
            run.hundred = false;
            return Some(next + 1);
        }
        return None;
    }
    if bits & (class::LETTER | class::NATO) != 0 {
        if !armed && run.len == 0 && doc.is_any(at, &["a", "i"]) && spelled(doc, at, limit).is_none() {
            return None;
        }
        let next = spelled(doc, at, limit).unwrap_or(at + 1);
        // A lone letter after the value is the next word of the sentence ("… five a day") unless more code follows.
        let closes = armed && run.len > 0 && (next >= limit || doc.shape(next) != Some(Shape::Word));
        if doc.is_any(at, &["a", "i"]) && next == at + 1 && !closes && !(next < limit && (numeric(doc, next) || doc.has(next, class::LETTER | class::NATO))) {
            return None;
        }
        if !armed && bits & class::NATO != 0 && run.len > 0 && run.letters == 0 {
            return None;
        }
        let char = if bits & class::LETTER != 0 {
            doc.word(at).bytes().next().unwrap_or(b'x').to_ascii_lowercase()
        } else {
            u8::try_from(doc.value(at)).unwrap_or(b'x')
        };
        run.push(char);
        run.letters += 1;
        run.hundred = false;
        run.atom(u16::MAX);
        return Some(next);
    }
    let next = at + 1;
    if next < limit && doc.glued(next) && doc.shape(next) == Some(Shape::Number) && doc.word(at).len() <= 6 {
        push_letters(doc.word(at), run);
        return Some(next);
    }
    if armed && caps(doc, at) && !doc.has(at, class::UNIT) {
        push_letters(doc.word(at), run);
        return Some(next);
    }
    None
}

struct Join {
    next: usize,
    corrected: bool,
    decimal: bool,
    paused: bool,
}

/// What may stand between two parts of one value. Returns where the next part must begin.
fn join(doc: &Doc<'_>, from: usize, limit: usize, armed: bool) -> Option<Join> {
    let mut join = Join { next: from, corrected: false, decimal: false, paused: false };
    let mut words = 0;
    let mut spare = 0;
    while join.next < limit {
        let at = join.next;
        if at > from && (starts(doc, at, limit, armed || join.corrected)) {
            return Some(join);
        }
        spare += 1;
        if spare > 12 {
            return None;
        }
        match doc.shape(at)? {
            Shape::Punct => {
                let byte = u8::try_from(doc.tokens[at].word).unwrap_or(0);
                match byte {
                    b'-' | b'(' | b')' => {}
                    b'/' if doc.glued(at) => {}
                    b'+' if at > from => {}
                    b'.' | b'!' | b';' => {
                        let glued = doc.glued(at) && doc.glued(at + 1);
                        if glued {
                            let (a, b) = (doc.word(at - 1).len(), doc.word(at + 1).len());
                            if doc.shape(at + 1) != Some(Shape::Number) {
                                return None;
                            }
                            join.decimal |= !(a >= 2 && b >= 3);
                        } else if !armed && !join.corrected {
                            return None;
                        }
                        join.paused = true;
                    }
                    b',' => join.paused = true,
                    _ => return None,
                }
                join.next += 1;
            }
            Shape::Clitic => {
                if words == 0 {
                    return None;
                }
                join.next += 1;
            }
            Shape::Word => {
                words += 1;
                if words > 8 {
                    return None;
                }
                join.next = join_word(doc, at, armed, &mut join)?;
            }
            _ => return None,
        }
    }
    None
}

fn join_word(doc: &Doc<'_>, at: usize, armed: bool, join: &mut Join) -> Option<usize> {
    let bits = doc.class(at);
    if doc.is(at, "point") {
        join.decimal = true;
        return Some(at + 1);
    }
    if doc.is_any(at, &["dot", "period", "plus", "pound", "star", "hash"]) {
        return armed.then_some(at + 1);
    }
    join.paused = !doc.is_any(at, &["dash", "hyphen", "space", "slash"]) || join.paused;
    if bits & class::CORRECTION != 0 || doc.is_any(at, &["no", "wait"]) {
        join.corrected |= !doc.is(at, "mean") || doc.is(at - 1, "i");
        return Some(at + 1);
    }
    if doc.is(at, "i") && doc.is(at + 1, "mean") {
        return Some(at + 1);
    }
    if doc.is(at, "one") && doc.is_any(at + 1, &["sec", "second", "moment", "minute"]) {
        return Some(at + 2);
    }
    if bits & (class::FILLER | class::SEPARATOR) != 0 {
        return Some(at + 1);
    }
    if doc.is_any(at, &["on", "me"]) && doc.is_any(at - 1, &["hold", "let", "hang", "bear"]) {
        return Some(at + 1);
    }
    if doc.is_any(at, &["hang", "bear", "excuse"]) && doc.is_any(at + 1, &["on", "with", "me"]) {
        return Some(at + 1);
    }
    if doc.is(at, "with") && doc.is(at - 1, "bear") || doc.is(at, "know") && doc.is(at - 1, "you") || doc.is(at, "you") && doc.is(at + 1, "know") {
        return Some(at + 1);
    }
    if (armed || join.corrected)
        && doc.is_any(at, &["and", "it", "that", "is", "make", "should", "be", "strike", "again", "followed", "by", "the", "rest", "next", "was", "meant", "to", "say", "my", "bad", "apologies"])
    {
        // Only "and" and a correction may bridge on their own: "and then four".
        let bridges = join.corrected || doc.is_any(at, &["and", "followed", "by"]) || doc.is_any(at, &["that", "it", "is", "make"]) && doc.is_any(at + 1, &["be", "is", "that", "s"]);
        return bridges.then_some(at + 1);
    }
    None
}
