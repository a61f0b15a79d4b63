//! The table of pages: every file of the site as it was last made.
//!
//! Records have one size and lie in parts by the upper bits of their name, ascending. A part is kept as it was read: to find a
//! page nothing has to be taken apart, and a part in which nothing changed is neither made again nor written.

use super::{KEY_PARTS, Made, Parts, State, Table, damaged};
use crate::diag::Checked;
use crate::hash::Hash;
use rayon::prelude::*;
use std::io;

/// How many pages share a part, about.
const PAGES: usize = 1024;

/// Bytes of a record: the name, the key, its parts, the hash of the bytes, the reasons.
const RECORD: usize = 8 + 16 + 4 * KEY_PARTS + 16 + 1;

/// Every file of the site as it was last made, by [`page_id`](super::page_id).
#[derive(Debug, Default)]
pub struct Pages {
    /// How many of the upper bits of a name say in which part it is.
    bits: u32,
    /// The records of each part; none where there is no part, or it is damaged.
    parts: Vec<Vec<u8>>,
    count: usize,
}

impl Pages {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// A page as it was last made.
    pub fn get(&self, id: u64) -> Option<Made> {
        let (records, _) = self.parts.get(bucket(id, self.bits) as usize)?.as_chunks();
        find(records, id, self.bits).map(|record| made(record))
    }

    /// The records of the names from `first` to `last`, as they lie in the parts.
    fn between(&self, first: u64, last: u64) -> impl Iterator<Item = &[u8]> {
        let parts = match self.parts.is_empty() {
            true => &[],
            false => &self.parts[bucket(first, self.bits) as usize..=bucket(last, self.bits) as usize],
        };
        parts.iter().map(move |part| {
            let end = last.checked_add(1).map_or(part.len(), |end| lower_bound(part, end) * RECORD);
            &part[lower_bound(part, first) * RECORD..end]
        })
    }
}

impl State {
    /// The files of the site as they were last made.
    pub fn pages(&self) -> Checked<Pages> {
        let known: Vec<u64> = self.parts(Table::Pages).keys().copied().collect();
        let bits = known.first().map_or(0, |id| (id >> 32) as u32);
        let read: Vec<_> = known.par_iter().map(|id| self.page_part(*id, bits)).collect();
        let mut pages = Checked::<Pages>::default();
        if known.is_empty() {
            return pages;
        }
        pages.value = Pages { bits, parts: vec![Vec::new(); 1 << bits.min(24)], count: 0 };
        for (id, part) in known.into_iter().zip(read) {
            match part {
                Ok(part) => {
                    pages.value.count += part.len() / RECORD;
                    pages.value.parts[id as u32 as usize] = part;
                }
                Err(diagnostic) => pages.diagnostics.push(diagnostic),
            }
        }
        pages
    }

    /// The records of a part, if it can be one of those that have so many bits in common.
    fn page_part(&self, id: u64, bits: u32) -> Result<Vec<u8>, crate::diag::Diagnostic> {
        let part = self.part(Table::Pages, id)?.unwrap_or_default();
        let (names, _) = part.as_chunks::<RECORD>();
        let is_whole = part.len().is_multiple_of(RECORD)
            && bits <= 24
            && (id >> 32, id & u64::from(u32::MAX) < 1 << bits) == (u64::from(bits), true)
            && names.is_sorted_by(|a, b| name(a) < name(b))
            && names.iter().all(|record| bucket(name(record), bits) == id & u64::from(u32::MAX));
        if is_whole { Ok(part) } else { Err(damaged(Table::Pages.folder())) }
    }

    /// Writes the table as it is now: as `last`, which [`State::pages`] gave, except the pages that are named by `changes`, each
    /// once. `made` says what became of such a page, by its place in `changes`; `None` where it is not in the table any more.
    pub fn put_pages(
        &self,
        last: &Pages,
        changes: &[u64],
        made: impl Fn(usize) -> Option<Made> + Sync,
    ) -> io::Result<Parts> {
        let mut order: Vec<(u64, u32)> = changes.iter().copied().zip(0..).collect();
        order.par_sort_unstable();
        let added = changes.iter().filter(|id| last.get(**id).is_none()).count();
        let bits = ((last.len() + added) / PAGES).next_power_of_two().trailing_zeros().min(24);
        let part = |number: u64| {
            let id = number | u64::from(bits) << 32;
            let first = if bits == 0 { 0 } else { number << (64 - bits) };
            let end = first | u64::MAX.checked_shr(bits).unwrap_or(0);
            let start = order.partition_point(|(id, _)| *id < first);
            let changes = &order[start..start + order[start..].partition_point(|(id, _)| *id <= end)];
            if changes.is_empty()
                && bits == last.bits
                && last.parts.get(number as usize).is_some_and(|part| !part.is_empty())
                && let Some(hash) = self.parts(Table::Pages).get(&id)
            {
                return Ok(Some((id, *hash)));
            }
            let bytes = merged(last.between(first, end), changes, &made);
            if bytes.is_empty() {
                return Ok(None);
            }
            Ok(Some((id, self.put(Table::Pages, id, &bytes)?)))
        };
        (0..1_u64 << bits).into_par_iter().filter_map(|number| part(number).transpose()).collect()
    }
}

/// Records with some of them changed. Both are in the order of names.
fn merged<'r>(
    old: impl Iterator<Item = &'r [u8]>,
    changes: &[(u64, u32)],
    made: &impl Fn(usize) -> Option<Made>,
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity((PAGES + PAGES / 4) * RECORD);
    let mut changes = changes.iter().copied().peekable();
    let put = |(id, at): (u64, u32), bytes: &mut Vec<u8>| {
        if let Some(made) = made(at as usize) {
            push(id, &made, bytes);
        }
    };
    for record in old.flat_map(|part| part.chunks_exact(RECORD)) {
        let id = name(record);
        while let Some(change) = changes.next_if(|(changed, _)| *changed < id) {
            put(change, &mut bytes);
        }
        match changes.next_if(|(changed, _)| *changed == id) {
            Some(change) => put(change, &mut bytes),
            None => bytes.extend_from_slice(record),
        }
    }
    changes.for_each(|change| put(change, &mut bytes));
    bytes
}

/// The part of a name.
fn bucket(id: u64, bits: u32) -> u64 {
    id.checked_shr(64 - bits).unwrap_or(0)
}

/// The record of a name among those of its part, whose names have so many upper bits in common. Names are hashes, so where one
/// lies can be guessed to within a few records; halving the part would look at memory all over it.
fn find(records: &[[u8; RECORD]], id: u64, bits: u32) -> Option<&[u8; RECORD]> {
    let share = u128::from(id.checked_shl(bits).unwrap_or(0));
    let mut at = ((share * records.len() as u128) >> 64) as usize;
    while at > 0 && name(&records[at]) > id {
        at -= 1;
    }
    records[at..].iter().take_while(|record| name(*record) <= id).find(|record| name(*record) == id)
}

/// Where a name is in a part, or would be.
fn lower_bound(part: &[u8], id: u64) -> usize {
    part.as_chunks::<RECORD>().0.partition_point(|record| name(record) < id)
}

fn name(record: &[u8]) -> u64 {
    record.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn made(record: &[u8]) -> Made {
    let mut rest = &record[8..];
    let mut made = Made { key: Hash(take(&mut rest, u128::from_le_bytes)), ..Made::default() };
    for part in &mut made.parts {
        *part = take(&mut rest, u32::from_le_bytes);
    }
    made.bytes = Hash(take(&mut rest, u128::from_le_bytes));
    made.reasons = take(&mut rest, u8::from_le_bytes);
    made
}

fn take<const N: usize, T: Default>(rest: &mut &[u8], read: impl Fn([u8; N]) -> T) -> T {
    let Some((bytes, tail)) = rest.split_first_chunk::<N>() else { return T::default() };
    *rest = tail;
    read(*bytes)
}

fn push(id: u64, made: &Made, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&id.to_le_bytes());
    bytes.extend_from_slice(&made.key.0.to_le_bytes());
    for part in made.parts {
        bytes.extend_from_slice(&part.to_le_bytes());
    }
    bytes.extend_from_slice(&made.bytes.0.to_le_bytes());
    bytes.push(made.reasons);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Head;
    use std::collections::BTreeMap;

    fn page(number: u64) -> (u64, Made) {
        let key = Hash::of(&number.to_le_bytes());
        (key.short(), Made { key, parts: [number as u32; KEY_PARTS], bytes: Hash(key.0 / 3), reasons: number as u8 })
    }

    /// Takes over a table, and says how many of its parts are other than before.
    fn keep(state: &mut State, parts: Parts) -> usize {
        let before = state.parts(Table::Pages).clone();
        let mut head = Head::default();
        head.tables[Table::Pages as usize] = parts.clone();
        state.remember(head);
        parts.iter().filter(|(id, hash)| before.get(id) != Some(hash)).count()
    }

    #[test]
    fn a_table_says_what_was_put_into_it() {
        let mut state = State::none().in_memory();
        let mut wanted: BTreeMap<u64, Made> = BTreeMap::new();
        // The number of parts grows from one to sixteen, then falls; each step changes, adds and removes.
        for (step, (add, remove)) in
            [(10, 0), (900, 3), (2000, 10), (20_000, 500), (0, 1), (1, 0), (0, 19_000)].into_iter().enumerate()
        {
            let last = state.pages().value;
            assert_eq!(last.len(), wanted.len());
            let old: Vec<u64> = wanted.keys().copied().collect();
            let mut changes: BTreeMap<u64, Option<Made>> = BTreeMap::new();
            changes.extend(old.iter().rev().take(remove).map(|id| (*id, None)));
            changes.extend(old.first().map(|id| (*id, Some(Made { reasons: step as u8, ..Made::default() }))));
            changes
                .extend((0..add).map(|number| page(number + 100_000 * step as u64)).map(|(id, made)| (id, Some(made))));
            // What was never there may be said to be gone.
            changes.insert(77, None);
            let names: Vec<u64> = changes.keys().rev().copied().collect();
            let parts = state.put_pages(&last, &names, |at| changes[&names[at]]).unwrap();
            let changed = keep(&mut state, parts);
            if add + remove as u64 == 1 {
                assert!(changed <= 3, "{changed}");
            }
            for (id, made) in changes {
                match made {
                    Some(made) => wanted.insert(id, made),
                    None => wanted.remove(&id),
                };
            }
            let now = state.pages().value;
            assert_eq!(now.len(), wanted.len());
            for (id, made) in &wanted {
                assert_eq!(now.get(*id), Some(*made));
                assert_eq!(now.get(id ^ 1), wanted.get(&(id ^ 1)).copied());
            }
        }
    }

    #[test]
    fn parts_that_cannot_be_are_reported() {
        let record = |id: u64| {
            let mut bytes = Vec::new();
            push(id, &Made::default(), &mut bytes);
            bytes
        };
        let damaged = |id: u64, bytes: Vec<u8>| {
            let mut state = State::none().in_memory();
            let hash = state.put(Table::Pages, id, &bytes).unwrap();
            keep(&mut state, Parts::from([(id, hash)]));
            let pages = state.pages();
            (pages.value.len(), pages.diagnostics.len())
        };
        assert_eq!(damaged(0, [record(1), record(2)].concat()), (2, 0));
        assert_eq!(damaged(0, [record(2), record(1)].concat()), (0, 1));
        assert_eq!(damaged(0, [record(1), record(1)].concat()), (0, 1));
        assert_eq!(damaged(0, record(1)[1..].to_vec()), (0, 1));
        assert_eq!(damaged(1 << 32, record(1 << 63)), (0, 1));
        assert_eq!(damaged(1 << 32 | 1, record(1 << 63)), (1, 0));
        assert_eq!(damaged(1 << 32 | 2, record(1 << 63)), (0, 1));
        assert_eq!(damaged(60 << 32, record(1)), (0, 1));
    }
}
