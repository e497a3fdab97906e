//! Tables as Parquet files, a column at a time.

use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::Outgoing;
use super::tables::{Column, Holds, Table};
use crate::{Error, Result};

/// So many rows make a group: they are held in memory together.
const GROUP: usize = 1 << 16;

/// A file that is being written.
pub(super) struct File {
    table: &'static Table,
    rows: Vec<Vec<String>>,
    writer: SerializedFileWriter<fs::File>,
}

impl File {
    /// Begins the file of a table in a folder; one that is there is replaced.
    pub(super) fn begin(folder: &Path, table: &'static Table) -> Result<File> {
        let file = fs::File::create(folder.join(table.name).with_extension("parquet"))?;
        let fields = table.columns.iter().map(|column| Ok(Arc::new(field(column)?)));
        let schema = Type::group_type_builder(table.name).with_fields(fields.collect::<Result<_>>()?).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
        Ok(File { table, rows: Vec::new(), writer })
    }

    /// Adds the rows of a report.
    pub(super) fn add(&mut self, report: &Outgoing) -> Result<()> {
        self.rows.extend((self.table.rows)(report));
        if self.rows.len() >= GROUP { self.write() } else { Ok(()) }
    }

    /// Writes what is left, and ends the file.
    pub(super) fn end(mut self) -> Result<()> {
        if !self.rows.is_empty() {
            self.write()?;
        }
        self.writer.close()?;
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        for (at, column) in self.table.columns.iter().enumerate() {
            let cells = self.rows.iter().map(|row| row.get(at).map_or("", String::as_str));
            match column.holds {
                Holds::Text => write::<ByteArrayType>(&mut group, cells, |cell| Some(ByteArray::from(cell))),
                Holds::Integer => write::<Int64Type>(&mut group, cells, |cell| cell.parse().ok()),
                Holds::Real => write::<DoubleType>(&mut group, cells, |cell| cell.parse().ok()),
                Holds::Truth => write::<BoolType>(&mut group, cells, |cell| cell.parse().ok()),
            }?;
        }
        group.close()?;
        self.rows.clear();
        Ok(())
    }
}

fn field(column: &Column) -> Result<Type> {
    let (physical, logical) = match column.holds {
        Holds::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Holds::Integer => (Physical::INT64, None),
        Holds::Real => (Physical::DOUBLE, None),
        Holds::Truth => (Physical::BOOLEAN, None),
    };
    let builder = Type::primitive_type_builder(column.name, physical);
    Ok(builder.with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build()?)
}

/// Writes the next column of a group. Empty cells hold nothing.
fn write<'a, T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, fs::File>,
    cells: impl Iterator<Item = &'a str>,
    value: impl Fn(&str) -> Option<T::T>,
) -> Result<()> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        let value = if cell.is_empty() { None } else { value(cell) };
        // The definition level of an optional cell: 1 where there is one.
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    let Some(mut column) = group.next_column()? else {
        return Err(Error::Io(io::Error::other("a table has more cells in a row than columns")));
    };
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(column.close()?)
}

impl From<ParquetError> for Error {
    fn from(error: ParquetError) -> Error {
        match error {
            ParquetError::External(error) => match error.downcast::<io::Error>() {
                Ok(error) => (*error).into(),
                Err(error) => Error::Io(io::Error::other(error)),
            },
            other => Error::Io(io::Error::other(other)),
        }
    }
}
