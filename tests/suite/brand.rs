//! Logo, icons, colors, fonts and links that a site sets in `site.toml`.

use std::fs;

use serde_json::{Value, json};

use rolebook::config::{ColorName, Scheme};

use crate::accessibility::violations;
use crate::browser::Browser;
use crate::host::Host;
use crate::html::broken_links;
use crate::navigation::{NAVIGATION, small};
use crate::support::{TestSite, built, files, project};

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 28 28\"><script>window.hacked = 1</script>\
                    <circle cx=\"14\" cy=\"14\" r=\"12\" onload=\"window.hacked = 1\"/></svg>";

const BRAND: &str = r##"
[brand]
logo = "brand/logo.svg"
icon = "brand/icon.png"
touch_icon = "brand/touch.png"
picture = "brand/social.jpg"
radius = 4

[brand.colors]
accent = "#7a1f5c"
background = { light = "oklch(1 0 0)", dark = "#101214" }

[brand.fonts]
text = "Source Sans 3"
code = "monospace"

[[brand.fonts.files]]
family = "Source Sans 3"
file = "brand/fonts/source-sans.woff2"
weight = [200, 900]

[[brand.fonts.files]]
family = "Source Sans 3"
file = "brand/fonts/source-sans-italic.woff2"
style = "italic"

[[brand.footer]]
label = "Imprint"
address = "https://painters.example/imprint?a=1&b=2"

[[brand.footer]]
label = "Write to us"
address = "mailto:list@painters.example"

[[brand.footer]]
page = "guides/colours.md"
"##;

fn icon() -> Vec<u8> {
    fs::read(project().join("themes/default/assets/touch-icon.png")).unwrap()
}

/// The miniature community with lines at the end of site.toml, and the files of [`BRAND`].
fn miniature(lines: &str) -> TestSite {
    let site = TestSite::copy(&project().join("tests/sites/miniature"));
    let text = fs::read_to_string(site.path().join("site.toml")).unwrap();
    site.file("site.toml", format!("{text}\n{lines}"));
    site.file("brand/logo.svg", LOGO).file("brand/icon.png", icon()).file("brand/touch.png", icon());
    site.file("brand/social.jpg", b"\xff\xd8\xff\xe0 jpeg");
    site.file("brand/fonts/source-sans.woff2", "wOF2 upright");
    site.file("brand/fonts/source-sans-italic.woff2", "wOF2 italic");
    site
}

#[test]
fn a_brand_that_sets_nothing_changes_nothing() {
    let (without, with) = (built(miniature("").path()), built(miniature("[brand]\n").path()));
    assert!(without == with);
    assert!(!without.contains_key("assets/brand.css"));
    assert!(without.keys().all(|path| !path.contains("brand/")));
}

#[test]
fn files_links_and_pictures_of_a_brand() {
    let site = miniature(BRAND);
    let run = site.run(&["build"]).fine();
    assert!(!run.stderr.contains("--> site.toml"), "{}", run.stderr);
    for (asset, file) in [
        ("logo.svg", "logo.svg"),
        ("icon.png", "icon.png"),
        ("touch-icon.png", "touch.png"),
        ("picture.jpg", "social.jpg"),
        ("font-1.woff2", "fonts/source-sans.woff2"),
        ("font-2.woff2", "fonts/source-sans-italic.woff2"),
    ] {
        let copied = fs::read(site.path().join("public/assets/brand").join(asset)).unwrap();
        assert!(copied == fs::read(site.path().join("brand").join(file)).unwrap(), "{asset}");
    }
    let page = site.page("groups/sig-paint/index.html");
    for part in [
        "<link rel=\"icon\" href=\"../../assets/brand/icon.png\" type=\"image/png\">",
        "<link rel=\"apple-touch-icon\" href=\"../../assets/brand/touch-icon.png\">",
        "assets/rolebook.css\">\n<link rel=\"stylesheet\" href=\"../../assets/brand.css\">",
        "<img src=\"../../assets/brand/logo.svg\" alt=\"\"",
        "<meta property=\"og:image\" content=\"https://painters.example/assets/brand/picture.jpg\">",
        "<a href=\"https://painters.example/imprint?a=1&amp;b=2\" class=\"rb-external\">Imprint</a>",
        "<a href=\"mailto:list@painters.example\">Write to us</a>",
        "<a href=\"../../guides/colours/\">",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(
        !page.contains("og:image:width") && !page.contains(" style=") && !page.contains("<style"),
        "{page}"
    );
    let all = files(&site.path().join("public"));
    assert!(!all.keys().any(|path| path.starts_with("pictures/")), "the pictures of kinds are left out");
    assert_eq!(broken_links(&all, |_| true), [] as [String; 0]);
    // A script in the logo does not run on pages, because they show the logo as an image.
    let mut shown = 0;
    for (path, bytes) in all.iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = String::from_utf8_lossy(bytes);
        for (at, _) in text.match_indices("assets/brand/logo.svg") {
            let tag = text[..at].rfind('<').unwrap();
            assert!(text[tag..].starts_with("<img src=\""), "{path}: {}", &text[tag..at]);
            shown += 1;
        }
    }
    assert!(shown > 10, "{shown}");
}

#[test]
fn the_style_sheet_contains_what_a_site_sets() {
    let site = miniature(BRAND);
    site.run(&["build"]).fine();
    let css = fs::read_to_string(project().join("themes/default/assets/rolebook.css")).unwrap();
    let fonts = |property: &str| {
        let rest = css.split_once(&format!("  {property}: ")).unwrap().1;
        rest.split_once(';').unwrap().0
    };
    let expected = format!(
        "@font-face {{
  font-family: \"Source Sans 3\";
  src: url(\"brand/font-1.woff2\") format(\"woff2\");
  font-weight: 200 900;
  font-style: normal;
  font-display: swap;
}}
@font-face {{
  font-family: \"Source Sans 3\";
  src: url(\"brand/font-2.woff2\") format(\"woff2\");
  font-weight: 400 400;
  font-style: italic;
  font-display: swap;
}}
@media screen {{
:root {{
  --bg: light-dark(#ffffff, #101214);
  --accent: light-dark(#7a1f5c, #caa5be);
  --accent-soft: light-dark(#f4edf2, #1f1e22);
  --accent-line: light-dark(#d7bcce, #483e47);
  --on-accent: light-dark(#ffffff, #000000);
}}
}}
:root {{
  --font: \"Source Sans 3\", {};
  --mono: monospace, {};
  --radius-small: 2px;
  --radius: 4px;
  --radius-large: 6px;
}}
.rb-brand img {{
  block-size: 28px;
  object-fit: contain;
}}
",
        fonts("--font"),
        fonts("--mono")
    );
    assert_eq!(site.page("assets/brand.css"), expected);
    // Only what is set.
    let site = small("[brand]\nradius = 0\n");
    site.run(&["build"]).fine();
    let corners = ":root {\n  --radius-small: 0px;\n  --radius: 0px;\n  --radius-large: 0px;\n}\n";
    assert_eq!(site.page("assets/brand.css"), corners);
    // The color of the header is that of the browser's bars.
    let site = small("[brand.colors]\nraised = { light = \"#fff4e6\", dark = \"#201810\" }\n");
    site.run(&["build"]).fine();
    let page = site.page("index.html");
    assert!(page.contains("content=\"#fff4e6\" media=\"(prefers-color-scheme: light)\""), "{page}");
    assert!(page.contains("content=\"#201810\" media=\"(prefers-color-scheme: dark)\""), "{page}");
}

/// The colors that contrasts are computed from are those of the style sheet.
#[test]
fn default_colors_are_those_of_the_style_sheet() {
    let css = fs::read_to_string(project().join("themes/default/assets/rolebook.css")).unwrap();
    for name in ColorName::ALL {
        let [light, dark] = Scheme::ALL.map(|scheme| name.default(scheme));
        let declaration = format!("  {}: light-dark({light}, {dark});\n", name.property());
        assert!(css.contains(&declaration), "{declaration}");
    }
}

#[test]
fn hostile_values_are_errors_at_their_location() {
    for (lines, marked, message) in [
        // Colors, with attempts to end the declaration.
        ("[brand.colors]\naccent = \"#fff;} body{display:none}\"", "7:10", "invalid color for `accent`"),
        ("[brand.colors]\naccent = \"url(https://evil.example/)\"", "7:10", "is not a color"),
        ("[brand.colors]\naccent = \"red\"", "7:10", "is not a color"),
        ("[brand.colors]\naccent = \"var(--x)\"", "7:10", "is not a color"),
        ("[brand.colors]\naccent = \"#1234\"", "7:10", "is not opaque"),
        ("[brand.colors]\ntext = { dark = \"expression(alert(1))\" }", "7:17", "is not a color"),
        ("[brand.colors]\ntext = { drak = \"#fff\" }", "7:10", "unknown field `drak`"),
        ("[brand.colors]\nacent = \"#fff\"", "7:1", "unknown field `acent`"),
        // Names of fonts, with attempts to end the text.
        ("[brand.fonts]\ntext = 'x\"; } body { display: none'", "7:8", "invalid font family for `text`"),
        ("[brand.fonts]\ntext = 'x\\22 '", "7:8", "invalid font family"),
        ("[brand.fonts]\ncode = '</style><script>'", "7:8", "invalid font family for `code`"),
        ("[brand.fonts]\ntext = \"a\\nb\"", "7:8", "invalid font family"),
        ("[[brand.fonts.files]]\nfamily = \"A\"\nfile = \"a.ttf\"", "8:8", "in the format WOFF2"),
        (
            "[[brand.fonts.files]]\nfamily = \"A\"\nfile = \"a.woff2\"\nweight = [900, 100]",
            "9:10",
            "invalid `weight`",
        ),
        (
            "[[brand.fonts.files]]\nfamily = \"A\"\nfile = \"a.woff2\"\nstyle = \"x; }\"",
            "9:9",
            "unknown value of `style`",
        ),
        // Sizes.
        ("[brand]\nradius = 1000", "7:10", "`radius` is out of range"),
        ("[brand]\nradius = \"4px; }\"", "7:10", "expected a whole number"),
        // Addresses.
        ("[[brand.footer]]\nlabel = \"X\"\naddress = \"javascript:alert(1)\"", "8:11", "invalid `address`"),
        (
            "[[brand.footer]]\nlabel = \"X\"\naddress = \" java\\tscript:alert(1)\"",
            "8:11",
            "invalid `address`",
        ),
        ("[[brand.footer]]\nlabel = \"X\"\naddress = \"data:text/html,x\"", "8:11", "invalid `address`"),
        ("[[brand.footer]]\nlabel = \"X\"\naddress = \"//evil.example\"", "8:11", "invalid `address`"),
        ("[[brand.footer]]\nlabel = \"X\"\naddress = \"imprint\"", "8:11", "invalid `address`"),
        ("[[brand.footer]]\nlabel = \"X\"\naddress = \"https://a:b@x.example\"", "8:11", "invalid `address`"),
        ("[[navigation]]\nlabel = \"X\"\naddress = \"javascript:alert(1)\"", "8:11", "invalid `address`"),
        // Entries.
        ("[[brand.footer]]\naddress = \"https://x.example\"", "6:1", "missing field `label`"),
        ("[[navigation]]\nlabel = \"X\"", "6:1", "the entry has no target"),
        (
            "[[navigation]]\nsection = \"groups\"\npage = \"index.md\"",
            "8:8",
            "`section` and `page` exclude each other",
        ),
        ("[[navigation]]\nsection = \"groups\"\nlabl = \"X\"", "8:1", "unknown field `labl`"),
        // Paths.
        ("[brand]\nlogo = \"../logo.svg\"", "7:8", "invalid path for `logo`"),
        ("[brand]\nlogo = \"a/../../logo.svg\"", "7:8", "invalid path for `logo`"),
        ("[brand]\nlogo = \"/etc/logo.svg\"", "7:8", "invalid path for `logo`"),
        ("[brand]\nlogo = 'brand\\logo.svg'", "7:8", "invalid path for `logo`"),
        ("[brand]\nlogo = \".git/logo.svg\"", "7:8", "invalid path for `logo`"),
        ("[brand]\nlogo = \"https://x.example/logo.svg\"", "7:8", "invalid path for `logo`"),
        ("[brand]\nlogo = \"logo.gif\"", "7:8", "in the format SVG or PNG for `logo`"),
        ("[brand]\ntouch_icon = \"icon.svg\"", "7:14", "in the format PNG for `touch_icon`"),
        ("[brand]\npicture = \"picture.svg\"", "7:11", "in the format PNG or JPEG for `picture`"),
    ] {
        let site = small(&format!("\n{lines}\n"));
        let run = site.run(&["build"]);
        assert_eq!(run.code, 1, "{lines}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{lines}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("site.toml:{marked}\n")), "{lines}: {}", run.stderr);
        assert!(!site.path().join("public").exists(), "{lines}");
    }
}

#[test]
fn files_that_cannot_be_used_are_errors() {
    let check = |site: &TestSite, message: &str| {
        let run = site.run(&["build"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains(message) && run.stderr.contains("site.toml:7:8"), "{}", run.stderr);
    };
    let site = small("\n[brand]\nlogo = \"brand/logo.svg\"\n");
    check(&site, "cannot read `brand/logo.svg`");
    site.file("brand/logo.svg", LOGO).run(&["build"]).fine();
    let good = files(&site.path().join("public"));
    site.file("brand/logo.svg", "<html></html>");
    check(&site, "`brand/logo.svg` is not a file in the format SVG");
    site.file("brand/logo.svg", [LOGO.as_bytes(), &[b' '; 512 << 10]].concat());
    check(&site, "`brand/logo.svg` is larger than 512 kB");
    site.file("brand/logo.svg", b"<svg \xff");
    check(&site, "is not a file in the format SVG");
    fs::remove_file(site.path().join("brand/logo.svg")).unwrap();
    fs::create_dir(site.path().join("brand/logo.svg")).unwrap();
    check(&site, "it is a folder");
    #[cfg(unix)]
    {
        let elsewhere = TestSite::new(&[("logo.svg", LOGO)]);
        fs::remove_dir(site.path().join("brand/logo.svg")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("logo.svg"), site.path().join("brand/logo.svg"))
            .unwrap();
        check(&site, "it is a symbolic link");
        fs::remove_dir_all(site.path().join("brand")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), site.path().join("brand")).unwrap();
        check(&site, "cannot read `brand/logo.svg`");
    }
    // The site of the last good build is still there.
    assert!(files(&site.path().join("public")) == good);
}

#[test]
fn low_contrast_is_reported_for_the_scheme() {
    let warnings = |lines: &str| -> Vec<String> {
        let site = small(&format!("\n[brand.colors]\n{lines}\n"));
        let run = site.run(&["check"]).fine();
        let lines = run.stderr.lines().filter(|line| line.contains("[theme/low-contrast]"));
        lines.map(|line| line.trim_start_matches("warning: the contrast of ").to_owned()).collect()
    };
    assert_eq!(warnings("accent = \"#7a1f5c\""), [] as [&str; 0], "the dark accent is derived");
    assert_eq!(
        warnings("accent = \"#e08a00\""),
        ["`accent` with `surface` is 2.3:1 in the light scheme [theme/low-contrast]"]
    );
    assert_eq!(
        warnings("accent = { light = \"#7a1f5c\", dark = \"#7a1f5c\" }"),
        ["`accent` with `surface` is 1.5:1 in the dark scheme [theme/low-contrast]"]
    );
    // The colors of the theme on a background of the site.
    assert_eq!(
        warnings("background = \"#777777\""),
        [
            "`accent` with `background` is 1.6:1 in the light scheme [theme/low-contrast]",
            "`secondary` with `background` is 1.5:1 in the light scheme [theme/low-contrast]",
            "`text` with `background` is 3.7:1 in the light scheme [theme/low-contrast]",
        ]
    );
    let site = small("\n[brand.colors]\naccent = \"#e08a00\"\n");
    assert_eq!(site.run(&["build", "--strict"]).code, 1);
    assert!(site.run(&["check"]).stderr.contains("--> site.toml:7:10"));
}

#[test(needs(Axe, Browser))]
fn a_branded_site_is_accessible_in_both_schemes() {
    let site = miniature(&format!("{BRAND}{NAVIGATION}"));
    site.run(&["build"]).fine();
    let mut browser = Browser::start();
    let host = Host::start(site.path().join("public"), "/");
    let mut faults = Vec::new();
    for path in
        ["", "groups/sig-paint/", "groups/sig-paint/chair/", "guides/colours/", "skills/", "calendar/"]
    {
        let tab = browser.open(&format!("{}{path}", host.site()));
        for scheme in ["light", "dark"] {
            let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
            browser.call(Some(&tab), "Emulation.setEmulatedMedia", &features);
            let accent = "(link => getComputedStyle(document.body.appendChild(link)).color)(document.createElement('a'))";
            let expected = if scheme == "light" { "rgb(122, 31, 92)" } else { "rgb(202, 165, 190)" };
            if path.is_empty() {
                assert_eq!(browser.run(&tab, accent), expected, "{scheme}");
            }
            let violations = violations(&mut browser, &tab, None);
            faults.extend(violations.iter().map(|fault| format!("{path}, {scheme}: {fault}")));
        }
        assert_eq!(browser.run(&tab, "window.hacked ?? null"), Value::Null, "{path}");
        browser.close(tab);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert_eq!(*host.missed.lock().unwrap(), [] as [String; 0]);
}
