//! The default theme, the starter site and the codes of diagnostics are embedded in the binary; a change in them
//! rebuilds it.

fn main() {
    println!("cargo:rerun-if-changed=docs/diagnostics");
    println!("cargo:rerun-if-changed=themes/default");
    println!("cargo:rerun-if-changed=src/commands/starter");
}
