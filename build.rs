//! Puts the files of the built-in themes into the program, and a hash of the program's own sources: pages and state that
//! another program made are never taken for its own.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders of `themes/` that every `dateline` carries.
const THEMES: [&str; 3] = ["archive", "bulletin", "default"];
const FNV: u64 = 0xcbf2_9ce4_8422_2325;

#[allow(clippy::disallowed_methods, reason = "what the program is built from is no file of a site")]
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
        for file in files.iter().filter(|file| is_carried(file)) {
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
    println!("cargo::rustc-env=DATELINE_CARD_RECIPE={:016x}", card_recipe(&root));
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("built_in_themes.rs");
    let mut file = fs::File::create(out)?;
    io::Write::write_all(&mut file, code.as_bytes())
}

/// Whether a file of a theme goes into the program: fonts only where cards are drawn with them, and never how they were made.
fn is_carried(file: &Path) -> bool {
    let is = |ending| file.extension().is_some_and(|extension| extension == ending);
    !is("sh") && (!is("ttf") || env::var_os("CARGO_FEATURE_IMAGES").is_some())
}

/// A hash of all that makes renditions of pictures: how they are made, and the crates that decode and encode. While it is the same,
/// renditions that an older program made need not be made again.
fn recipe(root: &Path) -> u64 {
    const CRATES: [&str; 9] =
        ["fast_image_resize", "image", "image-webp", "libwebp-sys", "moxcms", "png", "webp", "zune-core", "zune-jpeg"];
    made_by(root, &["src/picture/make.rs"], |name| CRATES.contains(&name))
}

/// A hash of everything that draws social cards, except the fonts: the drawing code, and the crates that lay out text, draw it,
/// compress it, and write dates.
fn card_recipe(root: &Path) -> u64 {
    const CRATES: [&str; 16] = [
        "cosmic-text",
        "fdeflate",
        "flate2",
        "font-types",
        "harfrust",
        "miniz_oxide",
        "png",
        "read-fonts",
        "skrifa",
        "swash",
        "unicode-bidi",
        "unicode-linebreak",
        "unicode-script",
        "unicode-segmentation",
        "zeno",
        "zlib-rs",
    ];
    let is_one = |name: &str| CRATES.contains(&name) || name.starts_with("icu_");
    made_by(root, &["src/picture/social_card/draw.rs", "src/render/dates.rs"], is_one)
}

/// A hash of these sources and of the versions of these crates.
fn made_by(root: &Path, sources: &[&str], is_one: impl Fn(&str) -> bool) -> u64 {
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    let name = |package: &str| {
        package.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"').map(str::to_string))
    };
    let packages = lock.split("[[package]]").filter(|package| name(package).is_some_and(|name| is_one(&name)));
    let packages: String = packages.collect();
    let made = sources.iter().fold(FNV, |hash, source| fnv(hash, &fs::read(root.join(source)).unwrap_or_default()));
    fnv(made, packages.as_bytes())
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
