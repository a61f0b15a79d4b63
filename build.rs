//! Puts the files of the built-in themes into the program, and a hash of the program's own sources: pages and state that
//! another program made are never taken for its own.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders of `themes/` that every `dateline` carries.
const THEMES: [&str; 2] = ["archive", "default"];
const FNV: u64 = 0xcbf2_9ce4_8422_2325;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut code = String::from(
        "/// A theme's files by path.\ntype BuiltIn = &'static [(&'static str, &'static [u8])];\n\
         /// The built-in themes, by name.\nstatic BUILT_IN: &[(&str, BuiltIn)] = &[\n",
    );
    for theme in THEMES {
        let folder = root.join("themes").join(theme);
        let mut files = Vec::new();
        walk(&folder, &mut files)?;
        files.sort();
        code.push_str(&format!("    ({theme:?}, &[\n"));
        for file in &files {
            let name = file.strip_prefix(&folder).map_err(io::Error::other)?;
            let name = name.to_string_lossy().replace('\\', "/");
            code.push_str(&format!("        ({name:?}, include_bytes!({file:?})),\n"));
        }
        code.push_str("    ]),\n");
    }
    code.push_str("];\n");
    let mut sources = Vec::new();
    walk(&root.join("src"), &mut sources)?;
    walk(&root.join("vocab"), &mut sources)?;
    sources.extend([root.join("Cargo.lock"), root.join("build.rs")]);
    sources.sort();
    // A packaged crate may lack the lock file.
    let engine = sources.iter().fold(FNV, |hash, source| fnv(hash, &fs::read(source).unwrap_or_default()));
    println!("cargo::rustc-env=DATELINE_ENGINE={engine:016x}");
    println!("cargo::rustc-env=DATELINE_RECIPE={:016x}", recipe(&root));
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("built_in_themes.rs");
    let mut file = fs::File::create(out)?;
    io::Write::write_all(&mut file, code.as_bytes())
}

/// A hash of all that makes renditions of pictures: how they are made, and the crates that decode and encode. While it is the same,
/// renditions that an older program made need not be made again.
fn recipe(root: &Path) -> u64 {
    const CRATES: [&str; 9] =
        ["fast_image_resize", "image", "image-webp", "libwebp-sys", "moxcms", "png", "webp", "zune-core", "zune-jpeg"];
    let make = fs::read(root.join("src/picture/make.rs")).unwrap_or_default();
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    let is_one = |package: &&str| CRATES.iter().any(|name| package.contains(&format!("\nname = \"{name}\"\n")));
    let packages: String = lock.split("[[package]]").filter(is_one).collect();
    fnv(fnv(FNV, &make), packages.as_bytes())
}

/// FNV-1a.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else if !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
