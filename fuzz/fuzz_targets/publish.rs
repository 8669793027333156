//! Any branch name and any state of the branch: a site replaces only a new or empty branch or an earlier site, unless the flag names the branch; and no name has a special meaning to git.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rolebook::config::is_branch_name;
use rolebook::publish::guard::{Branch, Tip, check};

fuzz_target!(|input: (u8, &str, Option<&str>)| {
    let (bits, name, replace) = input;
    let bit = |number: u8| bits & (1 << number) != 0;
    let file = |number: u8| bit(number).then(|| "site.toml".to_owned());
    let tip = Tip { is_site: bit(2), source: file(3), file: file(4), shares_history: bit(0) };
    let branch = Branch { is_checked_out: bit(5), is_default: bit(6), tip: bit(7).then_some(tip.clone()) };

    let is_allowed = check(name, replace, &branch).is_ok();
    if is_allowed {
        assert!(is_branch_name(name));
        assert!(!name.starts_with(['-', '/', '.']) && !name.starts_with("refs/"), "{name:?}");
        assert!(!name.contains([' ', '~', '^', ':', '?', '*', '[', '\\', '\0', '\n']), "{name:?}");
        assert!(!name.contains("..") && !name.contains("@{") && !name.contains("//"), "{name:?}");
        assert!(!["", "@", "HEAD"].contains(&name));
        assert!(replace.is_none_or(|replace| replace == name), "the flag names another branch");
    }
    if is_allowed && replace.is_none() {
        match &branch.tip {
            None => assert!(!branch.is_checked_out),
            Some(tip) => {
                assert!(tip.source.is_none() && !tip.shares_history);
                assert!(tip.is_site || !(branch.is_default || branch.is_checked_out || tip.file.is_some()));
            }
        }
    }
    assert_eq!(check(name, Some(name), &branch).is_ok(), is_branch_name(name));
    let is_possible = check(name, None, &branch).is_ok();
    assert!(!is_possible || check(name, Some(name), &branch).is_ok(), "the flag only allows");
});
