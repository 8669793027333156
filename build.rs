//! The default theme and the starter site are embedded in the binary; a change in them rebuilds it.

fn main() {
    println!("cargo:rerun-if-changed=themes/default");
    println!("cargo:rerun-if-changed=src/commands/starter");
}
