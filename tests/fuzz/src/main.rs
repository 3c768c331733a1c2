//! libFuzzer around one reader of `passerelle::fuzz`, named by PASSERELLE_FUZZ_TARGET; by itself it
//! only names them. `scripts/fuzz` builds it so that the fuzzer sees what an input reaches.

#![cfg_attr(passerelle_fuzz, no_main)]

/// Says how it is used.
#[cfg(not(passerelle_fuzz))]
fn main() {
    eprintln!("This is no fuzzer yet: `make fuzz` builds one and runs it.");
}

#[cfg(passerelle_fuzz)]
mod fuzzer {
    use libfuzzer_sys::fuzz_target;
    use passerelle::fuzz::{Target, targets};
    use std::sync::OnceLock;

    fn target() -> &'static Target {
        static TARGET: OnceLock<Target> = OnceLock::new();
        TARGET.get_or_init(|| {
            let wanted = std::env::var("PASSERELLE_FUZZ_TARGET").unwrap_or_default();
            let mut all = targets();
            let found = all.iter().position(|target| target.name == wanted);
            let Some(found) = found else {
                let names: Vec<_> = all.iter().map(|target| target.name).collect();
                eprintln!("PASSERELLE_FUZZ_TARGET is one of: {}", names.join(" "));
                std::process::exit(2);
            };
            all.swap_remove(found)
        })
    }

    fuzz_target!(|bytes: &[u8]| {
        (target().run)(bytes);
    });
}
