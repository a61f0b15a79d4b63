//! Puts the files of the built-in themes into the program, and a hash of the program's own sources: pages and state that
//! another program made are never taken for its own.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders of `themes/` that every `dateline` carries.
const THEMES: [&str; 2] = ["archive", "default"];

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
    let mut engine = 0xcbf2_9ce4_8422_2325_u64;
    for source in &sources {
        // FNV-1a; a packaged crate may lack the lock file.
        for byte in fs::read(source).unwrap_or_default() {
            engine = (engine ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo::rustc-env=DATELINE_ENGINE={engine:016x}");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("built_in_themes.rs");
    let mut file = fs::File::create(out)?;
    io::Write::write_all(&mut file, code.as_bytes())
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
