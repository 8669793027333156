//! `#[test]` of the suite, which has a harness of its own: it registers the function under its path.

use proc_macro::{TokenStream, TokenTree};

/// Marks a test. `#[test(needs(Browser, Python("yaml")))]` says what the machine has to have for it.
#[proc_macro_attribute]
pub fn test(attribute: TokenStream, function: TokenStream) -> TokenStream {
    let needs = match attribute.into_iter().collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        [TokenTree::Ident(word), TokenTree::Group(group)] if word.to_string() == "needs" => {
            format!("use crate::harness::Need::*; &[{}]", group.stream())
        }
        _ => panic!("expected `#[test]` or `#[test(needs(…))]`"),
    };
    let needs = if needs.is_empty() { "&[]".to_owned() } else { format!("{{ {needs} }}") };
    let mut tokens = function.clone().into_iter();
    let name = tokens
        .find(|token| matches!(token, TokenTree::Ident(word) if word.to_string() == "fn"))
        .and_then(|_| tokens.next())
        .expect("expected a function");
    let registration = format!(
        "::inventory::submit! {{ crate::harness::Test {{ \
         path: ::std::concat!(::std::module_path!(), \"::{name}\"), run: {name}, needs: {needs} }} }}"
    );
    [function, registration.parse().unwrap()].into_iter().collect()
}
