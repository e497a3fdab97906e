//! What the fuzz targets run: arbitrary bytes as an input of any kind, with the laws that always hold.

#![allow(missing_docs, reason = "no part of the library's interface")]

use std::ops::ControlFlow;

use crate::{Holds, Item, Options, bytes};

/// Whatever comes, something is told of it, and everything that is told says where and why, in one line.
pub fn input(data: &[u8], holds: Option<Holds>) {
    let mut any = false;
    let _ = bytes("in", "in", data, &Options { holds, ..Options::default() }, &mut |item| {
        any = true;
        assert!(item.place().starts_with("in"), "{:?}", item.place());
        if let Item::Lost(lost) = item {
            assert!(!lost.why.is_empty() && !lost.why.contains('\n'), "{lost}");
        }
        ControlFlow::Continue(())
    });
    assert!(any || data.iter().all(u8::is_ascii_whitespace), "nothing is told of {data:?}");
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    /// Pieces of which feeds and archives are made, so that arbitrary input is not only noise.
    const PIECES: [&str; 30] = [
        "<?xml version=\"1.0\"?>",
        "<rss version=\"2.0\">",
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<description>",
        "The mayor said no.",
        "</description>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "</channel>",
        "</rss>",
        "<feed xmlns=\"http://www.w3.org/2005/Atom\">",
        "<entry>",
        "</entry>",
        "{\"version\":\"https://jsonfeed.org/version/1\",",
        "\"items\":[",
        "{\"id\":\"1\",\"content_text\":\"No.\"},",
        "]}",
        "WARC/1.0\r\n",
        "WARC-Type: response\r\n",
        "WARC-Target-URI: http://a.example/\r\n",
        "Content-Length: 40\r\n",
        "\r\n",
        "HTTP/1.1 200 OK\r\n",
        "Transfer-Encoding: chunked\r\n",
    ];

    fn any_input() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            6 => proptest::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..8),
        ];
        let bytes = proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat());
        prop_oneof![3 => bytes.clone(), 1 => bytes.prop_map(|bytes| gzip(&bytes))]
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    proptest! {
        #[test]
        fn nothing_panics_and_every_loss_is_told(
            bytes in any_input(),
            holds in proptest::sample::select(&[None, Some(Holds::Feed), Some(Holds::Warc)][..]),
        ) {
            input(&bytes, holds);
        }
    }
}
