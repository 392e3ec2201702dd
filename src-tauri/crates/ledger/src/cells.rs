//! Every cell of the file, whatever table it is in: for proving that something is not in it.

use crate::{LedgerError, Reader};
use rusqlite::types::ValueRef;

impl Reader {
    /// Shows every text and every blob of every table, with the table's name; gives how many there were.
    pub fn each_cell(&self, see: &mut dyn FnMut(&str, &[u8])) -> Result<u64, LedgerError> {
        let mut names = self.conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
        let tables: Vec<String> = names.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
        let mut seen = 0;
        for table in tables {
            let mut statement = self.conn.prepare(&format!("SELECT * FROM \"{}\"", table.replace('"', "\"\"")))?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column)? {
                        see(&table, bytes);
                        seen += 1;
                    }
                }
            }
        }
        Ok(seen)
    }
}
