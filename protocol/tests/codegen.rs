//! The committed code in `src/generated` is what the `.proto` files say.
//!
//! `UPDATE=1 cargo test -p cueline-protocol --test codegen` writes it anew; no protoc is needed.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]

use std::{fs, path::Path};

const FILES: [&str; 2] = ["cueline.v1.rs", "cueline.v1.serde.rs"];

#[test]
fn generated_code_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::tempdir().unwrap();
    generate(&root.join("proto"), out.path());
    for file in FILES {
        let fresh = fs::read_to_string(out.path().join(file)).unwrap();
        let committed = root.join("src/generated").join(file);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&committed, &fresh).unwrap();
        }
        let known = fs::read_to_string(&committed).unwrap_or_default();
        assert!(known == fresh, "{file} is stale: run UPDATE=1 cargo test -p cueline-protocol --test codegen");
    }
}

fn generate(proto: &Path, out: &Path) {
    let mut files: Vec<_> =
        fs::read_dir(proto.join("cueline/v1")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let descriptors = protox::compile(&files, [proto]).unwrap();
    prost_build::Config::new()
        .out_dir(out)
        .btree_map(["."])
        .bytes(["."])
        .compile_well_known_types()
        .extern_path(".google.protobuf.Value", "crate::value::Value")
        .compile_fds(descriptors.clone())
        .unwrap();
    let bytes = prost_encode(&descriptors);
    pbjson_build::Builder::new()
        .register_descriptors(&bytes)
        .unwrap()
        .out_dir(out)
        .btree_map(["."])
        .build(&[".cueline.v1"])
        .unwrap();
}

fn prost_encode(set: &impl prost::Message) -> Vec<u8> {
    set.encode_to_vec()
}
