//! Tables: rows of cells, each under its own column.

use super::walker::Walker;
use crate::wire::block::{Block, Inline, Row};
use crate::wire::dom::{Element, Node};
use crate::wire::text::clean;

/// The widest table whose cells are put under their columns.
const COLUMNS: usize = 200;
/// Empty cells that stand for those which reach over several columns or rows, for each real one: more are not a table.
const EMPTY: usize = 8;

/// A table while its rows are read.
#[derive(Default)]
pub(super) struct Grid {
    rows: Vec<Row>,
    /// For each column, how many rows below a cell still reaches into.
    reach: Vec<usize>,
    cells: usize,
    empty: usize,
}

impl Grid {
    /// Adds empty cells where a cell of a row above reaches into this one.
    fn pass_over(&mut self, row: &mut Row) {
        while let Some(rows) = self.reach.get_mut(row.cells.len()).filter(|rows| **rows > 0) {
            *rows -= 1;
            self.empty += 1;
            row.cells.push((false, Vec::new()));
        }
    }

    /// Adds a cell, and empty ones for the other columns it reaches over.
    fn push(&mut self, row: &mut Row, cell: &Element<'_>, content: Vec<Inline>) {
        let span = |name: &str| cell.attribute(name).and_then(|count| count.parse::<usize>().ok()).unwrap_or(1).max(1);
        self.pass_over(row);
        self.cells += 1;
        let (mut columns, rows) = (span("colspan").min(COLUMNS), span("rowspan").min(10_000));
        if self.empty > EMPTY * self.cells + COLUMNS {
            columns = 1;
        }
        let mut content = Some(content);
        for _ in 0..columns {
            let at = row.cells.len();
            if rows > 1 && at < COLUMNS {
                if self.reach.len() <= at {
                    self.reach.resize(at + 1, 0);
                }
                self.reach[at] = rows - 1;
            }
            row.cells.push((cell.is("th"), content.take().unwrap_or_default()));
        }
        self.empty += columns - 1;
    }

    fn end_row(&mut self, mut row: Row) {
        self.pass_over(&mut row);
        // What a cell at the end reaches over shows nothing.
        let last = row.cells.iter().rposition(|(_, cell)| !cell.is_empty()).map_or(0, |at| at + 1);
        row.cells.truncate(last);
        if !row.cells.is_empty() {
            self.rows.push(row);
        }
    }
}

impl Walker {
    pub(super) fn table(&mut self, element: &Element<'_>, unescaped: u8) {
        self.flush();
        if let Some(caption) = element.child("caption").and_then(Element::text) {
            self.out.push(Block::Paragraph(vec![Inline::Strong(vec![Inline::Text(caption)])]));
        }
        let mut grid = Grid::default();
        let outer_tables = std::mem::take(&mut self.inner_tables);
        self.rows(element, unescaped, &mut grid);
        self.flush();
        if !grid.rows.is_empty() {
            self.out.push(Block::Table(grid.rows));
        }
        let inner = std::mem::replace(&mut self.inner_tables, outer_tables);
        self.out.extend(inner);
    }

    /// The rows below an element. What stands between them and in none of them stands before the table, as browsers have it.
    fn rows(&mut self, element: &Element<'_>, unescaped: u8, grid: &mut Grid) {
        for node in &element.children {
            let child = match node {
                Node::Element(child) => child,
                Node::Text(text) if text.trim().is_empty() => continue,
                Node::Text(text) => {
                    self.add_text(text, unescaped);
                    continue;
                }
            };
            if child.is("caption") {
                continue;
            }
            if self.is_left_out(child) {
                continue;
            }
            if child.is("tr") {
                self.row(child, unescaped, grid);
            } else if !child.is("table") && child.find("tr").is_some() {
                self.rows(child, unescaped, grid);
            } else {
                self.element(child, unescaped);
            }
        }
    }

    fn row(&mut self, element: &Element<'_>, unescaped: u8, grid: &mut Grid) {
        let mut row = Row::default();
        for node in &element.children {
            let cell = match node {
                Node::Element(cell) => cell,
                Node::Text(text) if text.trim().is_empty() => continue,
                Node::Text(text) => {
                    self.add_text(text, unescaped);
                    continue;
                }
            };
            if self.is_left_out(cell) {
                continue;
            }
            let content = self.cell(cell, unescaped);
            grid.push(&mut row, cell, content);
        }
        grid.end_row(row);
    }

    /// The content of a cell as one run of text; tables inside it stand after the outer one.
    fn cell(&mut self, cell: &Element<'_>, unescaped: u8) -> Vec<Inline> {
        let mut content: Vec<Inline> = Vec::new();
        for block in self.inner(cell, unescaped) {
            let inlines = match block {
                Block::Paragraph(inlines) | Block::Heading(_, inlines) => inlines,
                Block::Table(_) => {
                    self.inner_tables.push(block);
                    continue;
                }
                other => vec![Inline::Text(clean(&other.plain()))],
            };
            if !content.is_empty() {
                content.push(Inline::Break);
            }
            content.extend(inlines);
        }
        content
    }
}
