//! Edits of lists in YAML, by spans. All other bytes of a file stay the same.

use std::collections::HashSet;
use std::ops::Range;

use super::Obstacle;
use crate::facts::{Roster, RosterMember};

/// A change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// The bytes to replace.
    at: Range<usize>,
    text: String,
    /// The order of insertions at one place: members of a list, then its keys, then further lists; then by name.
    order: (u8, String),
}

const MEMBER: u8 = 0;
const KEY: u8 = 1;
const LIST: u8 = 2;

/// Applies edits; `None` if they overlap.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by(|a, b| (a.at.start, a.at.end, &a.order).cmp(&(b.at.start, b.at.end, &b.order)));
    let (mut result, mut end) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        result.push_str(text.get(end..edit.at.start)?);
        // A line that is added after a last line without an ending.
        if edit.at.is_empty() && edit.at.start == text.len() && !result.is_empty() && !result.ends_with('\n')
        {
            result.push_str(line_ending(text));
            result.push_str(edit.text.trim_end_matches(['\r', '\n']));
        } else {
            result.push_str(&edit.text);
        }
        end = edit.at.end;
    }
    result.push_str(text.get(end..)?);
    Some(result)
}

/// A file whose lists are edited.
pub(super) struct Editor<'a> {
    pub(super) text: &'a str,
    pub(super) lists: &'a [Roster],
}

/// A line of a block list with one member.
struct Item {
    line: Range<usize>,
    /// The text before the member: indentation and dash.
    before: String,
    /// The text of the member.
    token: Range<usize>,
}

impl<'a> Editor<'a> {
    /// Removes and adds members of a list. `removes` says which members are removed.
    pub(super) fn members(
        &self,
        list: &Roster,
        removes: &dyn Fn(&RosterMember) -> bool,
        added: &[String],
        new_key: Option<&str>,
    ) -> Result<Vec<Edit>, Obstacle> {
        let mut by_place: Vec<Vec<&RosterMember>> = vec![Vec::new(); list.places.len()];
        // Members follow the start of their place.
        let mut order: Vec<usize> = (0..list.places.len()).collect();
        order.sort_by_key(|index| list.places[*index].span.start);
        for member in &list.members {
            let after =
                order.partition_point(|index| list.places[*index].span.start <= member.handle.span.start);
            let place = after.checked_sub(1).ok_or(Obstacle::NoBlockList)?;
            by_place[order[place]].push(member);
        }
        let target = (0..list.places.len()).find(|index| list.places[*index].path == 0);
        let mut edits = Vec::new();
        for (index, members) in by_place.iter().enumerate() {
            let added = if Some(index) == target { added } else { &[] };
            let removed = members.iter().any(|member| removes(member));
            if removed || !added.is_empty() {
                self.place(list, index, members, removes, added, &mut edits)?;
            }
        }
        if target.is_none() && !added.is_empty() {
            let key = new_key.ok_or(Obstacle::NoBlockList)?;
            edits.push(self.new_key(list, key, &by_place, added)?);
        }
        Ok(edits)
    }

    /// Edits one value with members.
    fn place(
        &self,
        list: &Roster,
        index: usize,
        members: &[&RosterMember],
        removes: &dyn Fn(&RosterMember) -> bool,
        added: &[String],
        edits: &mut Vec<Edit>,
    ) -> Result<(), Obstacle> {
        let place = &list.places[index];
        let value = self.text.get(place.span.clone()).unwrap_or_default();
        if members.is_empty() {
            let key = place.key_span().ok_or(Obstacle::NoBlockList)?;
            return self.filled(key, value, added, edits);
        }
        let items: Vec<Item> = members.iter().map(|member| self.item(member)).collect::<Result<_, _>>()?;
        let mut remaining = Vec::new();
        for (member, item) in members.iter().zip(&items) {
            match removes(member) {
                true => edits.push(Edit {
                    at: item.line.clone(),
                    text: String::new(),
                    order: (MEMBER, String::new()),
                }),
                false => remaining.push((sort_key(&member.handle), item)),
            }
        }
        let Some(first) = items.first() else { return Ok(()) };
        if remaining.is_empty() && added.is_empty() {
            let key = place.key_span().ok_or(Obstacle::NoBlockList)?;
            let colon = self.colon(key).ok_or(Obstacle::NoBlockList)?;
            edits.push(Edit { at: colon..colon, text: " []".to_owned(), order: (KEY, String::new()) });
            return Ok(());
        }
        let is_sorted = remaining.is_sorted_by(|(a, _), (b, _)| a <= b);
        let last = remaining.last().map(|(_, item)| item.line.end);
        for handle in added {
            let key = sort_key(handle);
            let at = match is_sorted {
                true => {
                    let before = remaining.partition_point(|(other, _)| *other <= key);
                    before.checked_sub(1).map_or(first.line.start, |index| remaining[index].1.line.end)
                }
                false => last.unwrap_or(first.line.start),
            };
            let order = (MEMBER, if is_sorted { key } else { String::new() });
            edits.push(Edit { at: at..at, text: self.item_like(first, handle), order });
        }
        Ok(())
    }

    /// Adds members to an empty list: `key: []` or `key:`.
    fn filled(
        &self,
        key: &Range<usize>,
        value: &str,
        added: &[String],
        edits: &mut Vec<Edit>,
    ) -> Result<(), Obstacle> {
        let line = self.line(key.start);
        let after = self.after_key(key).ok_or(Obstacle::NoBlockList)?;
        let content = self.text[after..line.end].trim();
        let brackets = content.strip_prefix("[]").filter(|_| value == "[]");
        let rest = brackets.unwrap_or(content).trim();
        if !rest.is_empty() && !is_comment(rest) {
            return Err(Obstacle::NoBlockList);
        }
        if brackets.is_some() {
            let end = after + self.text[after..line.end].find("[]").map_or(0, |at| at + 2);
            edits.push(Edit { at: after..end, text: String::new(), order: (KEY, String::new()) });
        }
        let indent = self.indent_of(key.start).ok_or(Obstacle::NoBlockList)? + self.step();
        let text = self.items(&" ".repeat(indent), added);
        edits.push(Edit { at: line.end..line.end, text, order: (KEY, String::new()) });
        Ok(())
    }

    /// Adds a key with members after the last member of another key of the same record.
    fn new_key(
        &self,
        list: &Roster,
        key: &str,
        by_place: &[Vec<&RosterMember>],
        added: &[String],
    ) -> Result<Edit, Obstacle> {
        for (place, members) in list.places.iter().zip(by_place) {
            let (Some(other), Some(last)) = (place.key_span(), members.last()) else { continue };
            let Some(indent) = self.indent_of(other.start) else { continue };
            let item = self.item(last)?;
            let ending = line_ending(self.text);
            let mut text = format!("{}{}:{ending}", " ".repeat(indent), scalar(key, None));
            let before = item.before.split('-').next().unwrap_or_default();
            text.push_str(&self.items(before, added));
            return Ok(Edit { at: item.line.end..item.line.end, text, order: (KEY, String::new()) });
        }
        Err(Obstacle::NoBlockList)
    }

    /// Adds a list under a key, next to lists of the same kind in the same table.
    pub(super) fn new_list(
        &self,
        siblings: &[&Roster],
        name: &str,
        added: &[String],
    ) -> Result<Edit, Obstacle> {
        let mut ends = Vec::new();
        for list in siblings {
            let indent = self.indent_of(list.name.span.start).ok_or(Obstacle::NoBlockList)?;
            ends.push((list.name.to_lowercase(), list.name.span.start, indent, self.entry(&list.name.span)));
        }
        ends.sort_by_key(|(_, start, ..)| *start);
        let Some((_, first, indent, _)) = ends.first() else { return Err(Obstacle::NoBlockList) };
        if ends.iter().any(|(.., other, _)| other != indent) {
            return Err(Obstacle::NoBlockList);
        }
        let key = name.to_lowercase();
        let at = match ends.is_sorted_by(|(a, ..), (b, ..)| a <= b) {
            true => match ends.partition_point(|(other, ..)| *other <= key).checked_sub(1) {
                Some(index) => ends[index].3.end,
                None => self.line(*first).start,
            },
            false => ends.last().map_or(0, |(.., entry)| entry.end),
        };
        let mut sorted: Vec<String> = added.to_vec();
        sorted.sort_by_key(|handle| sort_key(handle));
        let prefix = " ".repeat(*indent);
        let ending = line_ending(self.text);
        let items = self.items(&" ".repeat(indent + self.step()), &sorted);
        let text = format!("{prefix}{}:{ending}{items}", scalar(name, None));
        Ok(Edit { at: at..at, text, order: (LIST, key) })
    }

    /// Removes the entry of a table with a list.
    pub(super) fn removed_list(&self, list: &Roster, has_members_alone: bool) -> Result<Vec<Edit>, Obstacle> {
        let key = &list.name.span;
        let indent = self.indent_of(key.start).ok_or(Obstacle::Unsafe)?;
        let entry = self.entry(key);
        let after = self.after_key(key).ok_or(Obstacle::Unsafe)?;
        let first = self.line(key.start);
        let rest = self.text[after..first.end].trim();
        if !rest.is_empty() && !is_comment(rest) && !matches!(rest, "[]" | "{}") {
            return Err(Obstacle::Unsafe);
        }
        if !has_members_alone && self.has_other_values(list, first.end..entry.end) {
            return Err(Obstacle::Unsafe);
        }
        let mut edits = vec![Edit { at: entry.clone(), text: String::new(), order: (LIST, String::new()) }];
        // The table must not become null.
        let above = self.text[..entry.start].split_inclusive('\n').rev().find(|line| !is_blank(line));
        let below = self.text[entry.end..].split_inclusive('\n').find(|line| !is_blank(line));
        let is_above = |line: &str| line.len() - line.trim_start_matches(' ').len() < indent;
        if let Some(line) = above.filter(|line| is_above(line) && below.is_none_or(is_above)) {
            let content = line.trim();
            let Some(start) = self.text[..entry.start].rfind(content).filter(|_| content.ends_with(':'))
            else {
                return Err(Obstacle::Unsafe);
            };
            let line = self.line(start);
            match start == line.start {
                true => {
                    let end = start + content.len();
                    edits.push(Edit { at: end..end, text: " {}".to_owned(), order: (KEY, String::new()) });
                }
                false => edits.push(Edit { at: line, text: String::new(), order: (KEY, String::new()) }),
            }
        }
        Ok(edits)
    }

    /// True if the record of a list has values besides its members that are lists or tables.
    fn has_other_values(&self, list: &Roster, lines: Range<usize>) -> bool {
        let mut at = lines.start;
        let keys: HashSet<usize> =
            list.places.iter().filter_map(|place| Some(place.key_span()?.start)).collect();
        let mut record = None;
        for line in self.text[lines].split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches(' ').len();
            let start = at + indent;
            at += line.len();
            if is_blank(line) {
                continue;
            }
            let record = *record.get_or_insert(indent);
            let content = line.split(" #").next().unwrap_or_default().trim();
            let is_open = content.ends_with(':') || content.ends_with(['{', '[', '|', '>', '-']);
            if indent == record && is_open && !content.starts_with("- ") && !keys.contains(&start) {
                return true;
            }
        }
        false
    }

    /// The lines of an entry of a table: that of its key, and those below that belong to its value.
    fn entry(&self, key: &Range<usize>) -> Range<usize> {
        let line = self.line(key.start);
        let indent = self.text[line.start..key.start].chars().count();
        let (mut end, mut at) = (line.end, line.end);
        for next in self.text[line.end..].split_inclusive('\n') {
            at += next.len();
            if is_blank(next) {
                continue;
            }
            let content = next.trim_start_matches(' ');
            let depth = next.len() - content.len();
            let is_item = content.starts_with("- ") || content.trim_end() == "-";
            if depth < indent || depth == indent && !is_item {
                break;
            }
            end = at;
        }
        line.start..end
    }

    /// The line with a member, if it is the only content of the line.
    fn item(&self, member: &RosterMember) -> Result<Item, Obstacle> {
        let token = member.handle.span.clone();
        let line = self.line(token.start);
        let before = &self.text[line.start..token.start];
        let dash = before.trim_start_matches([' ', '\t']).strip_prefix('-');
        let is_item = dash.is_some_and(|rest| !rest.is_empty() && rest.trim_matches([' ', '\t']).is_empty());
        let after = self.text.get(token.end..line.end).ok_or(Obstacle::NoBlockList)?;
        let rest = after.trim();
        let ends = rest.is_empty() || is_comment(rest) && after.starts_with([' ', '\t']);
        match is_item && ends {
            true => Ok(Item { before: before.to_owned(), line, token }),
            false => Err(Obstacle::NoBlockList),
        }
    }

    /// A line for a member in the style of another one.
    fn item_like(&self, other: &Item, handle: &str) -> String {
        let token = &self.text[other.token.clone()];
        let quote = token.chars().next().filter(|c| matches!(c, '"' | '\''));
        let has_sign = token.trim_start_matches(['"', '\'']).starts_with('@');
        let sign = if has_sign { "@" } else { "" };
        format!("{}{}{}", other.before, scalar(&format!("{sign}{handle}"), quote), line_ending(self.text))
    }

    /// Lines for members.
    fn items(&self, indent: &str, handles: &[String]) -> String {
        let ending = line_ending(self.text);
        handles.iter().map(|handle| format!("{indent}- {}{ending}", scalar(handle, None))).collect()
    }

    /// The spaces by which the items of a list are indented below its key, as in other lists of the file.
    fn step(&self) -> usize {
        let step = self.lists.iter().find_map(|list| {
            let place = list.places.first()?;
            let key = self.indent_of(place.key_span()?.start)?;
            let item = self.item(list.members.first()?).ok()?;
            let indent = item.before.len() - item.before.trim_start_matches(' ').len();
            indent.checked_sub(key)
        });
        step.unwrap_or(2)
    }

    /// The indentation of a key that begins its line.
    fn indent_of(&self, key: usize) -> Option<usize> {
        let before = &self.text[self.line(key).start..key];
        before.chars().all(|c| c == ' ').then_some(before.len())
    }

    /// The position after the colon of a key, unless its value begins on the same line.
    fn colon(&self, key: &Range<usize>) -> Option<usize> {
        let after = self.after_key(key)?;
        let rest = self.text[after..self.line(key.start).end].trim();
        (rest.is_empty() || is_comment(rest)).then_some(after)
    }

    /// The position after the colon of a key.
    fn after_key(&self, key: &Range<usize>) -> Option<usize> {
        let rest = self.text.get(key.end..self.line(key.start).end)?;
        rest.trim_start().starts_with(':').then(|| key.end + rest.find(':').unwrap_or_default() + 1)
    }

    /// The line that contains an offset, with its ending.
    fn line(&self, at: usize) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let at = at.min(bytes.len());
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
        start..end
    }
}

/// The line ending of a text: that of its first line.
fn line_ending(text: &str) -> &'static str {
    match memchr::memchr(b'\n', text.as_bytes()) {
        Some(end) if text[..end].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

fn is_comment(text: &str) -> bool {
    text.starts_with('#')
}

/// True for a line without content.
fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || is_comment(line.trim())
}

/// The order of members: by handle, ignoring case.
fn sort_key(handle: &str) -> String {
    handle.trim_start_matches('@').to_lowercase()
}

/// A text as YAML writes it, in quotes if it must be.
fn scalar(text: &str, quote: Option<char>) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
        && !is_other_type(text);
    match quote {
        Some('\'') => format!("'{}'", text.replace('\'', "''")),
        None if is_plain => text.to_owned(),
        _ => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// True for a text that YAML reads as a number, a date, a boolean or null.
fn is_other_type(text: &str) -> bool {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let of_number = |c: char| c.is_ascii_hexdigit() || "xoXO_.+-".contains(c);
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
        || text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(of_number)
}
