//! Puts script and style together, names every file after its content, compresses what compresses, and writes the table of
//! them all as Rust.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::{Outcome, icon, listed};

/// Weights of the typeface: text, and what stands out.
const WEIGHTS: [u16; 2] = [400, 600];
/// Its parts, with the letters that each has.
const PARTS: [(&str, &str); 2] = [
    (
        "vietnamese",
        "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,\
         U+0323,U+0329,U+1EA0-1EF9,U+20AB",
    ),
    (
        "latin",
        "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,\
         U+2215,U+FEFF,U+FFFD",
    ),
];

/// What is served, as it is collected.
#[derive(Default)]
struct Table {
    entries: String,
    names: String,
}

/// Writes every file and the table of them.
pub fn write(home: &Path, modules: &Path, out: &Path) -> Outcome<()> {
    let mut table = Table::default();
    let mut style = fonts(modules, out, &mut table)?;
    for file in listed(&home.join("assets/style"), "css")? {
        style.push_str(&without_comments(&fs::read_to_string(file)?));
    }
    table.add(out, Some("STYLE"), "daumoi", "css", "text/css; charset=utf-8", style.as_bytes())?;
    let mut script = fs::read_to_string(modules.join("htmx.org/dist/htmx.min.js"))?;
    for file in listed(&home.join("assets/script"), "js")? {
        script.push_str(";\n");
        script.push_str(&fs::read_to_string(file)?);
    }
    table.add(out, Some("SCRIPT"), "daumoi", "js", "text/javascript; charset=utf-8", script.as_bytes())?;
    let drawing = fs::read(home.join("assets/icon.svg"))?;
    table.add(out, Some("ICON"), "icon", "svg", "image/svg+xml", &drawing)?;
    for (constant, name, size) in [("ICON_192", "icon-192", 192), ("ICON_512", "icon-512", 512)] {
        table.add(out, Some(constant), name, "png", "image/png", &icon::png(size)?)?;
    }
    fs::write(
        out.join("assets.rs"),
        format!("{}\n/// Every file.\npub static ALL: &[File] = &[\n{}];\n", table.names, table.entries),
    )?;
    Ok(())
}

/// Adds the files of the typeface; gives the style that names them.
fn fonts(modules: &Path, out: &Path, table: &mut Table) -> Outcome<String> {
    let mut style = String::new();
    for weight in WEIGHTS {
        for (part, letters) in PARTS {
            let name = format!("be-vietnam-pro-{part}-{weight}-normal");
            let bytes = fs::read(modules.join(format!("@fontsource/be-vietnam-pro/files/{name}.woff2")))?;
            // The two that every page needs are asked for at once.
            let constant = (weight == 400).then(|| format!("FONT_{}", part.to_uppercase()));
            let path = table.add(out, constant.as_deref(), &name, "woff2", "font/woff2", &bytes)?;
            writeln!(
                style,
                "@font-face{{font-family:\"Be Vietnam Pro\";font-weight:{weight};font-display:swap;\
                 src:url({path}) format(\"woff2\");unicode-range:{letters}}}"
            )?;
        }
    }
    Ok(style)
}

impl Table {
    /// Writes a file as it is and compressed, and adds it to the table; gives its path.
    fn add(
        &mut self,
        out: &Path,
        constant: Option<&str>,
        name: &str,
        ending: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Outcome<String> {
        let digest: String = Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let file = format!("{name}.{digest}.{ending}");
        fs::write(out.join(&file), bytes)?;
        let (mut brotli, mut gzip) = ("None".to_owned(), "None".to_owned());
        if !matches!(ending, "woff2" | "png") {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
            encoder.write_all(bytes)?;
            fs::write(out.join(format!("{file}.br")), encoder.into_inner())?;
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(bytes)?;
            fs::write(out.join(format!("{file}.gz")), encoder.finish()?)?;
            brotli = format!("Some(include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}.br\")))");
            gzip = format!("Some(include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}.gz\")))");
        }
        let path = format!("/assets/{file}");
        writeln!(
            self.entries,
            "    File {{ path: {path:?}, media_type: {media_type:?}, plain: include_bytes!(concat!(env!(\"OUT_DIR\"), \
             \"/{file}\")), brotli: {brotli}, gzip: {gzip} }},"
        )?;
        if let Some(constant) = constant {
            writeln!(self.names, "/// Where `{name}.{ending}` is served.\npub const {constant}: &str = {path:?};")?;
        }
        Ok(path)
    }
}

/// A style without its comments, which are for those who change it.
fn without_comments(style: &str) -> String {
    let mut kept = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}
