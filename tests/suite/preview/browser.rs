//! The preview in a real browser.

use std::process::Command;

use super::Preview;
use crate::browser::Browser;
use crate::support::TestSite;

const SHADOW: &str = "document.querySelector('rolebook-preview').shadowRoot";

fn site() -> TestSite {
    let filler: String = (0..200).map(|line| format!("Line {line}.\n\n")).collect();
    TestSite::small(&[
        (
            "content/guides/long.md",
            &format!(
                "# Long\n\nAbove.\n\n{filler}\n<details id=\"more\"><summary>More</summary><p>Inside.</p></details>\n\n<input id=\"field\">\n\n## End\n\nBelow.\n"
            ),
        ),
        ("content/guides/other.md", "# Other\n\nOther text.\n"),
        (
            "content/checklists/start.toml",
            "title = \"Start\"\n[[items]]\nid = \"one\"\nphase = \"day-1\"\ntext = \"First thing\"\n",
        ),
    ])
}

fn long_with(site: &TestSite, above: &str, below: &str) {
    let place = site.path().join("content/guides/long.md");
    let text = std::fs::read_to_string(&place).unwrap();
    let text = text.replacen("Above.", above, 1).replacen("Below.", below, 1);
    std::fs::write(place, text).unwrap();
}

#[test(needs(Browser))]
fn a_changed_page_is_patched_in_place() {
    let mut browser = Browser::start();
    let site = site();
    let preview = Preview::start(&site, &[]);
    let url = |path: &str| format!("http://{}{}{path}", preview.host(), preview.base);
    let tab = browser.open_preview(&url("guides/long/"));
    let other = browser.open_preview(&url("guides/other/"));
    let second = browser.open_preview(&url("guides/long/"));
    browser.run(
        &tab,
        "window.kept = 'same page'; document.getElementById('more').open = true; \
         const field = document.getElementById('field'); field.value = 'typed'; field.focus(); \
         window.scrollTo({ top: 3000, behavior: 'instant' }); window.node = document.querySelector('#end')",
    );
    let scrolled = browser.run(&tab, "window.scrollY");
    assert!(scrolled.as_f64().unwrap() > 2000.0, "{scrolled}");
    long_with(&site, "Above.", "Edited below.");
    for tab in [&tab, &second] {
        browser.wait(tab, "document.body.textContent.includes('Edited below.')");
    }
    assert_eq!(browser.run(&tab, "window.kept"), "same page", "the page was loaded again");
    assert_eq!(browser.run(&tab, "document.getElementById('field').value"), "typed");
    assert_eq!(browser.run(&tab, "document.activeElement.id"), "field");
    assert_eq!(browser.run(&tab, "document.getElementById('more').open"), true);
    assert_eq!(browser.run(&tab, "window.scrollY"), scrolled);
    assert_eq!(browser.run(&tab, "window.node === document.querySelector('#end')"), true);
    // Many changes: text above, a heading, and its entries in the table of contents and the title.
    long_with(&site, "Above, and *more* of it.\n\n## Start\n\nNew.", "Edited below.");
    browser.wait(&tab, "!!document.querySelector('#start') && document.querySelector('.rb-toc').textContent.includes('Start')");
    assert_eq!(browser.run(&tab, "document.querySelectorAll('main h2').length"), 2);
    assert_eq!(browser.run(&tab, "window.kept"), "same page");
    assert_eq!(browser.run(&tab, "document.getElementById('field').value"), "typed");
    // The updated page equals a freshly loaded one.
    let fresh = browser.open_preview(&url("guides/long/"));
    let text = "document.querySelector('main').textContent";
    let loaded = browser.run(&fresh, text);
    assert_eq!(browser.run(&tab, text), loaded);
    // The other tab shows another page, and is updated only for its own changes.
    assert_eq!(browser.run(&other, "window.kept = 'other'"), "other");
    site.file("content/guides/other.md", "# Other\n\nChanged text.\n");
    browser.wait(&other, "document.body.textContent.includes('Changed text.')");
    assert_eq!(browser.run(&other, "window.kept"), "other");
}

#[test(needs(Browser))]
fn ticks_stay_and_new_items_get_checkboxes() {
    let mut browser = Browser::start();
    let site = site();
    let preview = Preview::start(&site, &[]);
    let tab = browser.open_preview(&format!("http://{}/checklists/start/", preview.host()));
    browser.wait(&tab, "document.querySelectorAll('[data-item] > input').length === 1");
    browser.run(&tab, "document.querySelector('[data-item] > input').click(); window.kept = 1");
    site.file(
        "content/checklists/start.toml",
        "title = \"Start\"\n[[items]]\nid = \"one\"\nphase = \"day-1\"\ntext = \"First thing, reworded\"\n\
         [[items]]\nid = \"two\"\nphase = \"day-1\"\ntext = \"Second thing\"\n",
    );
    browser.wait(&tab, "document.querySelectorAll('[data-item] > input').length === 2");
    browser.wait(&tab, "document.body.textContent.includes('reworded')");
    browser.wait(&tab, "document.querySelector('.rb-progress').textContent === '1 of 2 done'");
    assert_eq!(
        browser.run(&tab, "document.querySelectorAll('.rb-state, .rb-gone').length"),
        2,
        "the progress of the phase and the removed items are shown once"
    );
    assert_eq!(
        browser
            .run(&tab, "[...document.querySelectorAll('[data-item] button')].map((b) => b.textContent)")
            .to_string(),
        r#"["First thing, reworded","Add note","Second thing","Add note"]"#,
        "each item has its fold and its note once"
    );
    assert_eq!(
        browser.run(&tab, "document.querySelector('[data-item] > input').getAttribute('aria-label')"),
        "First thing, reworded"
    );
    assert_eq!(browser.run(&tab, "document.querySelector('[data-item] > input').checked"), true);
    assert_eq!(browser.run(&tab, "window.kept"), 1);
}

#[test(needs(Browser))]
fn a_style_sheet_is_swapped() {
    let mut browser = Browser::start();
    let site = site();
    let preview = Preview::start(&site, &[]);
    let tab = browser.open_preview(&format!("http://{}/guides/long/", preview.host()));
    browser.run(&tab, "window.kept = 'same page'");
    for colour in ["rgb(1, 2, 3)", "rgb(4, 5, 6)"] {
        site.file("themes/default/assets/rolebook.css", format!("body {{ color: {colour} }}"));
        browser.wait(&tab, &format!("getComputedStyle(document.body).color === '{colour}'"));
    }
    browser.wait(&tab, "document.querySelectorAll('link[rel=stylesheet]').length === 1");
    assert_eq!(browser.run(&tab, "window.kept"), "same page");
    long_with(&site, "Above.", "Still exchanged.");
    browser.wait(&tab, "document.body.textContent.includes('Still exchanged.')");
    assert_eq!(browser.run(&tab, "window.kept"), "same page");
}

#[test(needs(Browser))]
fn an_imported_script_is_reloaded() {
    let mut browser = Browser::start();
    let site = site();
    let preview = Preview::start(&site, &[]);
    let tab = browser.open_preview(&format!("http://{}/checklists/start/", preview.host()));
    browser.wait(&tab, "document.querySelectorAll('[data-item] > input').length === 1");
    browser.run(&tab, "document.querySelector('[data-item] > input').click(); window.kept = 1");
    // This script was not loaded before.
    let script = "export const copyList = () => { document.body.dataset.copied = 'first version'; };";
    site.file("themes/default/assets/transfer.js", script);
    preview.wait_for("assets/transfer.js", "first version");
    let copy =
        "[...document.querySelectorAll('button')].find((b) => b.textContent === 'Copy as Markdown').click()";
    browser.wait(&tab, &format!("{copy}, document.body.dataset.copied === 'first version'"));
    assert_eq!(browser.run(&tab, "window.kept"), 1);
    site.file("themes/default/assets/transfer.js", script.replace("first version", "second version"));
    browser.wait(&tab, "window.kept !== 1 && !!document.querySelector('rolebook-preview')");
    browser.wait(&tab, &format!("{copy}, document.body.dataset.copied === 'second version'"));
}

#[test(needs(Browser))]
fn errors_appear_and_disappear() {
    let mut browser = Browser::start();
    let site = site();
    let preview = Preview::start(&site, &[]);
    let tab = browser.open_preview(&format!("http://{}/guides/other/", preview.host()));
    let overlay = format!("{SHADOW}.querySelector('.overlay')");
    browser.wait(&tab, &format!("{overlay} === null"));
    let attack = "<img src=x onerror=window.hurt=1>";
    site.file("content/guides/other.md", format!("# Other\n\nOther text. `{attack}` [a](no.md)\n"));
    browser.wait(&tab, &format!("!!{overlay}"));
    let text = browser.run(&tab, &format!("{overlay}.textContent"));
    let text = text.as_str().unwrap();
    for part in ["link/missing-document", "content/guides/other.md:3:", "Other text.", "onerror"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(browser.run(&tab, &format!("{overlay}.querySelectorAll('img').length")), 0);
    assert_eq!(browser.run(&tab, "typeof window.hurt"), "undefined");
    browser.run(&tab, &format!("{overlay}.querySelector('.close').click()"));
    browser.wait(&tab, &format!("{overlay} === null"));
    site.file("content/guides/other.md", "# Other\n\nOther text. [c](gone.md)\n");
    browser.wait(&tab, &format!("!!{overlay} && {overlay}.textContent.includes('gone.md')"));
    site.file("content/guides/other.md", "# Other\n\nFixed.\n");
    browser.wait(&tab, &format!("{overlay} === null && document.body.textContent.includes('Fixed.')"));
}

#[test(needs(Browser))]
fn findings_are_listed_and_can_be_closed() {
    let mut browser = Browser::start();
    let site = site();
    site.file("more/a.md", "# A\n\n[gone](gone.md)\n");
    site.file(
        "site.toml",
        "title = \"S\"\n[[source]]\npath = \"content\"\n[[source]]\nname = \"more\"\nformat = \"markdown\"\n\
         path = \"more\"\nmount = \"more\"\nbroken_links = \"warn\"\n",
    );
    let preview = Preview::start(&site, &[]);
    let tab = browser.open_preview(&format!("http://{}/more/a/", preview.host()));
    let panel = format!("{SHADOW}.querySelector('.panel')");
    browser.wait(&tab, &format!("!!{panel}"));
    let text = browser.run(&tab, &format!("{panel}.textContent"));
    let text = text.as_str().unwrap();
    assert!(text.contains("1 diagnostic on this page") && text.contains("more:a.md:3:1"), "{text}");
    browser.run(&tab, &format!("{panel}.querySelector('.close').click()"));
    browser.wait(&tab, &format!("{panel} === null"));
    let other = browser.open_preview(&format!("http://{}/guides/other/", preview.host()));
    browser.wait(&other, &format!("{panel} === null"));
    site.file("more/a.md", "# A\n\n[gone](gone.md) and [lost](lost.md)\n");
    browser.wait(&tab, &format!("!!{panel} && {panel}.textContent.includes('lost.md')"));
    site.file("more/a.md", "# A\n\nFixed.\n");
    browser.wait(&tab, &format!("{panel} === null && document.body.textContent.includes('Fixed.')"));
}

#[test(needs(Browser))]
fn removed_pages_and_restarted_servers_are_handled() {
    let mut browser = Browser::start();
    let site = site();
    let preview = Preview::start(&site, &[]);
    let tab = browser.open_preview(&format!("http://{}/guides/other/", preview.host()));
    std::fs::remove_file(site.path().join("content/guides/other.md")).unwrap();
    browser.wait(&tab, "document.body.classList.contains('rb-kind-404')");
    site.file("content/guides/other.md", "# Other\n\nBack.\n");
    browser.wait(&tab, "document.body.textContent.includes('Back.')");
    let port = preview.port.to_string();
    drop(preview);
    site.file("content/guides/other.md", "# Other\n\nChanged while nobody served.\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolebook"));
    command.args(["serve", "--port", &port]).current_dir(site.path());
    let again = Preview::run(command);
    assert_eq!(again.port.to_string(), port);
    browser.wait(&tab, "document.body.textContent.includes('Changed while nobody served.')");
}

#[test(needs(Browser))]
fn the_browser_moves_to_the_edited_page() {
    let mut browser = Browser::start();
    let site = site();
    let preview = Preview::start(&site, &["--navigate"]);
    let tab = browser.open_preview(&format!("http://{}/", preview.host()));
    // The open page is already current; the test waits until the tab has received its state.
    site.file("content/index.md", "# Small\n\nStay here.\n");
    browser.wait(&tab, "document.body.textContent.includes('Stay here.')");
    site.file("content/guides/other.md", "# Other\n\nFollow me.\n");
    browser.wait(
        &tab,
        "location.pathname === '/guides/other/' && document.body.textContent.includes('Follow me.')",
    );
}
