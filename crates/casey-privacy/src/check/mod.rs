//! Checks that the inventory says what is really stored.
//!
//! [`schema`] compares it with the shape of a database. Reading that shape is the work of whoever knows the
//! database; here it is plain data.

mod finding;
mod schema;
mod shape;

pub use finding::{Code, Finding};
pub use schema::schema;
pub use shape::{ColumnShape, ShapeKind, TableShape};
