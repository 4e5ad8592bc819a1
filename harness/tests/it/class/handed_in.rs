//! What people hand in: files, folders, archives.

use std::io::{Cursor, Write as _};

use flate2::{Compression, write::GzEncoder};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A zip archive of these files.
pub(super) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("it is in memory");
        zip.write_all(text.as_bytes()).expect("it is in memory");
    }
    zip.finish().expect("it is in memory").into_inner()
}

/// A tar archive of these files, packed.
pub(super) fn tar_gz(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, name, text.as_bytes()).expect("it is in memory");
    }
    tar.into_inner().and_then(GzEncoder::finish).expect("it is in memory")
}
