//! The weights' file format: safetensors, read in place.
//!
//! A file is eight bytes of header length (little endian), a JSON header that names each tensor with its type, its
//! shape and its place, and then the tensors' bytes
//! ([the format](https://huggingface.co/docs/safetensors)). The large tensors are 8-bit and are used where they lie,
//! be that in the program, in a mapped file or in memory; the small ones (scales, biases) are decoded at loading, which
//! settles both their alignment and their byte order.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;

/// Headers are a few kilobytes; whatever claims more is no header.
const LONGEST_HEADER: usize = 1 << 20;

/// Why weights could not be loaded.
#[derive(Debug)]
pub struct ModelError(String);

impl ModelError {
    /// An error that says what is wrong with the weights, as a clause.
    pub(crate) fn new(what: impl Into<String>) -> ModelError {
        ModelError(what.into())
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "these bytes are not weights that this version can use: {}", self.0)
    }
}

impl std::error::Error for ModelError {}

/// The types of element that weights are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Element {
    I8,
    U8,
    I16,
    I32,
    F32,
}

impl Element {
    /// Bytes an element.
    fn size(self) -> usize {
        match self {
            Element::I8 | Element::U8 => 1,
            Element::I16 => 2,
            Element::I32 | Element::F32 => 4,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Tensor {
    dtype: Element,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

/// A weights file whose header has been checked: every tensor lies inside, and is as long as its shape says.
pub(crate) struct Weights {
    bytes: Cow<'static, [u8]>,
    data: usize,
    tensors: BTreeMap<String, Tensor>,
    metadata: BTreeMap<String, String>,
}

impl fmt::Debug for Weights {
    /// Names what is there; the millions of numbers help nobody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Weights").field("tensors", &self.tensors.keys()).finish_non_exhaustive()
    }
}

impl Weights {
    /// Reads the header and checks it against the bytes.
    ///
    /// # Errors
    /// If the bytes are cut short, the header is malformed, or a tensor's place contradicts its shape.
    pub(crate) fn parse(bytes: Cow<'static, [u8]>) -> Result<Weights, ModelError> {
        let length = bytes.first_chunk().map(|&length| u64::from_le_bytes(length));
        let length = length.ok_or_else(|| ModelError::new("they are shorter than a header"))?;
        let length = usize::try_from(length).ok().filter(|&length| length <= LONGEST_HEADER);
        let data = length.ok_or_else(|| ModelError::new("their header has no sensible length"))? + 8;
        let header = bytes.get(8..data).ok_or_else(|| ModelError::new("they end inside the header"))?;
        let header: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(header).map_err(|error| ModelError::new(format!("header: {error}")))?;

        let mut metadata = BTreeMap::new();
        let mut tensors = BTreeMap::new();
        for (name, value) in header {
            let wrong = |error| ModelError::new(format!("header, {name}: {error}"));
            if name == "__metadata__" {
                metadata = serde_json::from_value(value).map_err(wrong)?;
                continue;
            }
            let tensor: Tensor = serde_json::from_value(value).map_err(wrong)?;
            let (start, end) = tensor.data_offsets;
            let size = tensor.shape.iter().try_fold(tensor.dtype.size(), |size, &side| size.checked_mul(side));
            if start > end || Some(end - start) != size || end > bytes.len() - data {
                return Err(ModelError::new(format!("{name} does not lie where its shape says")));
            }
            tensors.insert(name, tensor);
        }
        Ok(Weights { bytes, data, tensors, metadata })
    }

    /// A line of the metadata.
    pub(crate) fn metadata(&self, key: &str) -> Result<&str, ModelError> {
        self.optional(key).ok_or_else(|| ModelError::new(format!("they lack the entry {key}")))
    }

    /// A line of the metadata that need not be there.
    pub(crate) fn optional(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }

    /// A line of the metadata that lists things, a space between them.
    pub(crate) fn list<T>(&self, key: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, ModelError> {
        let items = self.metadata(key)?.split(' ');
        let unknown = |item: &str| ModelError::new(format!("the entry {key} has an unknown {item}"));
        items.map(|item| read(item).ok_or_else(|| unknown(item))).collect()
    }

    /// Whether there is a tensor of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// The bytes of the whole file, for the ranges that [`Weights::place`] gives.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A tensor's shape.
    pub(crate) fn shape(&self, name: &str) -> Result<&[usize], ModelError> {
        Ok(&self.tensor(name)?.shape)
    }

    /// Where a tensor of this type and shape lies in [`Weights::bytes`].
    pub(crate) fn place(&self, name: &str, dtype: Element, shape: &[usize]) -> Result<Range<usize>, ModelError> {
        let tensor = self.tensor(name)?;
        if tensor.dtype != dtype || tensor.shape != shape {
            let (found, is) = (&tensor.shape, tensor.dtype);
            return Err(ModelError::new(format!("{name} is {is:?} {found:?}, not {dtype:?} {shape:?}")));
        }
        Ok(self.data + tensor.data_offsets.0..self.data + tensor.data_offsets.1)
    }

    /// The numbers of a small tensor.
    pub(crate) fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let place = self.place(name, Element::F32, shape)?;
        let (numbers, _) = self.bytes[place].as_chunks();
        let numbers: Vec<f32> = numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        // A number that is none would spread through everything that is computed from it.
        if numbers.iter().all(|number| number.is_finite()) {
            Ok(numbers)
        } else {
            Err(ModelError::new(format!("{name} holds infinities or values that are no numbers")))
        }
    }

    /// The numbers of a tensor of 16-bit ones whose columns have a scale each, in the tensor `name.scale`.
    pub(crate) fn scaled_columns(&self, name: &str, rows: usize, columns: usize) -> Result<Vec<f32>, ModelError> {
        let scale = self.floats(&format!("{name}.scale"), &[columns])?;
        let (words, _) = self.bytes[self.place(name, Element::I16, &[rows, columns])?].as_chunks();
        let words = words.iter().map(|&bytes| i16::from_le_bytes(bytes));
        Ok(words.zip(scale.iter().cycle()).map(|(word, scale)| f32::from(word) * scale).collect())
    }

    /// The whole numbers of a small tensor.
    pub(crate) fn integers(&self, name: &str, shape: &[usize]) -> Result<Vec<i32>, ModelError> {
        let place = self.place(name, Element::I32, shape)?;
        let (numbers, _) = self.bytes[place].as_chunks();
        Ok(numbers.iter().map(|&bytes| i32::from_le_bytes(bytes)).collect())
    }

    fn tensor(&self, name: &str) -> Result<&Tensor, ModelError> {
        self.tensors.get(name).ok_or_else(|| ModelError::new(format!("they lack the tensor {name}")))
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, Weights};

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
    }

    fn complaint(bytes: Vec<u8>) -> String {
        Weights::parse(bytes.into()).expect_err("must be refused").to_string()
    }

    #[test]
    fn reads_what_the_header_names() {
        let header = r#"{"__metadata__":{"format":"x"},"a":{"dtype":"F32","shape":[2],"data_offsets":[2,10]},
            "b":{"dtype":"I8","shape":[1,2],"data_offsets":[0,2]}}"#;
        let data = [&[255, 7][..], &1.5f32.to_le_bytes(), &(-2f32).to_le_bytes()].concat();
        let weights = Weights::parse(file(header, &data).into()).unwrap();
        assert_eq!(weights.metadata("format").unwrap(), "x");
        assert_eq!(weights.floats("a", &[2]).unwrap(), [1.5, -2.0]);
        assert_eq!(weights.bytes()[weights.place("b", Element::I8, &[1, 2]).unwrap()], [255, 7]);
        assert!(weights.place("b", Element::I8, &[2]).is_err() && weights.place("b", Element::U8, &[1, 2]).is_err());
        assert!(weights.floats("c", &[1]).unwrap_err().to_string().contains("lack the tensor c"));
    }

    #[test]
    fn refuses_the_rest() {
        let tensor = |shape: &str, from: u64, to: u64| {
            file(&format!(r#"{{"a":{{"dtype":"F32","shape":{shape},"data_offsets":[{from},{to}]}}}}"#), &[0; 8])
        };
        let wrong = "where its shape says";
        for (bytes, part) in [
            (vec![], "shorter than a header"),
            (vec![255; 9], "no sensible length"),
            (vec![9, 0, 0, 0, 0, 0, 0, 0, b'{'], "inside the header"),
            (file("{", &[]), "header: "),
            (file(r#"{"a":3}"#, &[]), "header, a: "),
            (file(r#"{"a":{"dtype":"F16","shape":[],"data_offsets":[0,2]}}"#, &[0; 2]), "header, a: "),
            (tensor("[2]", 0, 4), wrong),
            (tensor("[2]", 8, 0), wrong),
            (tensor("[2]", 4, 12), wrong),
            (tensor("[4611686018427387904,4]", 0, 8), wrong),
        ] {
            let complaint = complaint(bytes);
            assert!(complaint.contains(part), "{complaint:?} does not say {part:?}");
        }
        let weights = file(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, &f32::NAN.to_le_bytes());
        assert!(Weights::parse(weights.into()).unwrap().floats("a", &[1]).is_err());
    }
}
