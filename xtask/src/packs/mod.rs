//! `cargo xtask packs`: derived tables written anew, then sizes and digests of all tables, into the descriptors.

pub mod derive;

use anyhow::Context;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::root;

pub fn run() -> anyhow::Result<()> {
    derive::write()?;
    for entry in std::fs::read_dir(root().join("datasets"))? {
        let folder = entry?.path();
        let path = folder.join("datapackage.json");
        if !path.is_file() {
            continue;
        }
        let mut descriptor: Value = serde_json::from_str(&std::fs::read_to_string(&path)?).with_context(|| path.display().to_string())?;
        let resources = descriptor["resources"].as_array_mut().context("resources")?;
        for resource in resources {
            let file = folder.join(resource["path"].as_str().context("path")?);
            let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
            let digest = Sha256::digest(&bytes).iter().fold("sha256:".to_owned(), |hash, byte| hash + &format!("{byte:02x}"));
            resource["hash"] = digest.into();
            resource["bytes"] = bytes.len().into();
        }
        std::fs::write(&path, serde_json::to_string_pretty(&descriptor)? + "\n")?;
        println!("{}", path.display());
    }
    Ok(())
}
