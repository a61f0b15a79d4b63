//! CSV (RFC 4180): the first line names the columns, each other line becomes a map of texts.

use serde_json::{Map, Value};

/// What is wrong, with line and column.
pub(super) type Fault = (String, u32, u32);

/// A cell, and where it begins.
struct Cell {
    text: String,
    line: u32,
    column: u32,
}

/// Reads a table: a list with a map for each row. Cells are parted by commas, or by semicolons or tabs where the first line has such and
/// no comma. Empty lines count for nothing.
pub(super) fn read(text: &str) -> Result<Value, Fault> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let comma = [',', ';', '\t'].into_iter().find(|comma| first.contains(*comma)).unwrap_or(',');
    let mut rows = rows(text, comma)?.into_iter();
    let Some(head) = rows.next() else { return Err(("the table has no columns".to_string(), 1, 1)) };
    for (number, cell) in head.iter().enumerate() {
        let name = cell.text.trim();
        if name.is_empty() {
            return Err((format!("column {} has no name", number + 1), cell.line, cell.column));
        }
        if head[..number].iter().any(|other| other.text.trim() == name) {
            return Err((format!("two columns are called `{}`", name.escape_debug()), cell.line, cell.column));
        }
    }
    let mut table = Vec::new();
    for row in rows {
        if row.len() != head.len() {
            // At the first cell too many, or the last before those that lack.
            let at = row.get(head.len()).or(row.last());
            let (line, column) = at.map_or((1, 1), |cell| (cell.line, cell.column));
            return Err((
                format!("the row has {} cells, and there are {} columns", row.len(), head.len()),
                line,
                column,
            ));
        }
        let cells = head.iter().zip(row).map(|(name, cell)| (name.text.trim().to_string(), Value::String(cell.text)));
        table.push(Value::Object(cells.collect::<Map<String, Value>>()));
    }
    Ok(Value::Array(table))
}

fn rows(text: &str, comma: char) -> Result<Vec<Vec<Cell>>, Fault> {
    let mut rows = Vec::new();
    let mut row: Vec<Cell> = Vec::new();
    let (mut line, mut column) = (1, 1);
    let mut chars = text.chars().peekable();
    let mut cell = Cell { text: String::new(), line, column };
    // Whether the cell is in quotes, and whether these have ended.
    let (mut is_quoted, mut is_open) = (false, false);
    while let Some(c) = chars.next() {
        let here = (line, column);
        (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        match c {
            '"' if is_open && chars.peek() == Some(&'"') => {
                chars.next();
                column += 1;
                cell.text.push('"');
            }
            '"' if is_open => is_open = false,
            c if is_open => cell.text.push(c),
            '"' if cell.text.is_empty() && !is_quoted => (is_quoted, is_open) = (true, true),
            '\r' if chars.peek() == Some(&'\n') => {}
            c if c == comma || c == '\n' => {
                let next = Cell { text: String::new(), line, column };
                row.push(std::mem::replace(&mut cell, next));
                let was_quoted = std::mem::take(&mut is_quoted);
                if c == '\n' {
                    let row = std::mem::take(&mut row);
                    let is_empty = row.len() == 1 && row[0].text.trim().is_empty() && !was_quoted;
                    rows.extend((!is_empty).then_some(row));
                }
            }
            _ if is_quoted => return Err(("a cell goes on behind its quotation mark".to_string(), here.0, here.1)),
            c => cell.text.push(c),
        }
    }
    if is_open {
        return Err(("a quotation mark has no end".to_string(), cell.line, cell.column));
    }
    if !row.is_empty() || !cell.text.trim().is_empty() || is_quoted {
        row.push(cell);
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_become_maps() {
        let expected = json!([{"name": "Oil", "price": "71.2"}, {"name": "Wheat", "price": ""}]);
        for text in [
            "name,price\nOil,71.2\nWheat,\n",
            "name,price\r\nOil,71.2\r\n\r\nWheat,",
            "name;price\nOil;71.2\nWheat;\n",
            "name\tprice\nOil\t71.2\nWheat\t\n",
            "\n\"name\", price\n\"Oil\",71.2\n\"Wheat\",\"\"\n",
        ] {
            assert_eq!(read(text), Ok(expected.clone()), "{text:?}");
        }
        let text = "a,b\n\"x, \"\"y\"\"\nz\",\" \"\n";
        assert_eq!(read(text), Ok(json!([{"a": "x, \"y\"\nz", "b": " "}])));
        assert_eq!(read("only\n1\n\"\"\n"), Ok(json!([{"only": "1"}, {"only": ""}])));
        assert_eq!(read("a,b\n"), Ok(json!([])));
    }

    #[test]
    fn faults_have_their_place() {
        for (text, message, line, column) in [
            ("", "the table has no columns", 1, 1),
            ("a,b\n1,2,3\n", "the row has 3 cells, and there are 2 columns", 2, 5),
            ("a,b\n1\n", "the row has 1 cells, and there are 2 columns", 2, 1),
            ("a,,c\n", "column 2 has no name", 1, 3),
            ("a,b,a \n", "two columns are called `a`", 1, 5),
            ("a,b\n\"1,2\n", "a quotation mark has no end", 2, 1),
            ("a,b\n\"1\"x,2\n", "a cell goes on behind its quotation mark", 2, 4),
        ] {
            assert_eq!(read(text), Err((message.to_string(), line, column)), "{text:?}");
        }
    }
}
