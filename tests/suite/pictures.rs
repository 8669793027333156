//! Pictures: the map of the community, people with several roles, and coverage of roles.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::host::Host;
use crate::support::TestSite;

/// Three groups that others work for, one of them with a vacancy; two working groups; two committees, of which the
/// painters' council provides the liaisons; a user group.
fn site() -> TestSite {
    let group = |kind: &str, name: &str, rest: &str| format!("kind = \"{kind}\"\nname = \"{name}\"\n{rest}");
    let lead = |role: &str, handle: &str, name: &str| {
        format!("[[leads]]\nrole = \"{role}\"\ngithub = \"{handle}\"\nname = \"{name}\"\n")
    };
    let site = TestSite::small(&[
        ("content/roles/chair.md", "+++\napplies_to = [\"sig\"]\norder = 1\n+++\n# Chair\n"),
        ("content/roles/tech.md", "+++\napplies_to = [\"sig\"]\norder = 2\n+++\n# Technical Lead\n"),
        (
            "content/roles/organizer.md",
            "+++\napplies_to = [\"wg\"]\nheld_as = [\"chair\"]\norder = 3\n+++\n# Organizer\n",
        ),
        (
            "content/roles/member.md",
            "+++\napplies_to = [\"committee\"]\nheld_as = [\"chair\"]\norder = 4\n+++\n# Committee Member\n",
        ),
    ]);
    let paint = [
        lead("chair", "ann", "Ann"),
        lead("chair", "bob", "<b>Bob</b>"),
        lead("tech", "ann", "Ann"),
        "[contact.liaison]\ngithub = \"cy\"\nname = \"Cy\"\n".into(),
    ];
    site.file("content/groups/sig-paint.toml", group("sig", "Paint", &paint.concat()));
    site.file(
        "content/groups/sig-brush.toml",
        group("sig", "<Brush> & \\\"Co\\\"", &lead("chair", "dee", "Dee")),
    );
    site.file("content/groups/sig-easel.toml", group("sig", "Easel", ""));
    let dry =
        format!("stakeholders = [\"sig-paint\", \"sig-brush\"]\n{}", lead("chair", "bob", "<b>Bob</b>"));
    site.file("content/groups/wg-dry.toml", group("wg", "Dry", &dry));
    site.file("content/groups/wg-wet.toml", group("wg", "Wet", "stakeholders = [\"sig-paint\"]\n"));
    site.file("content/groups/committee-jury.toml", group("committee", "Jury", ""));
    let council = lead("chair", "cy", "Cy");
    site.file("content/groups/committee-council.toml", group("committee", "Council", &council));
    site.file("content/groups/ug-gallery.toml", group("ug", "Gallery", ""));
    site
}

/// The picture of a page.
fn svg<'a>(page: &'a str, class: &str) -> &'a str {
    let start = page.find(&format!("<svg class=\"{class}\"")).unwrap_or_else(|| panic!("{class}: {page}"));
    &page[start..start + page[start..].find("</svg>").unwrap()]
}

/// The addresses of the links in a piece of HTML.
fn links(html: &str) -> Vec<&str> {
    html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn every_group_is_on_the_map_once() {
    let site = site();
    site.run(&["build"]).fine();
    let page = site.page("groups/index.html");
    let map = svg(&page, "rb-map");
    let mut urls = links(map);
    urls.sort_unstable();
    let ids = [
        "committee-council",
        "committee-jury",
        "sig-brush",
        "sig-easel",
        "sig-paint",
        "ug-gallery",
        "wg-dry",
        "wg-wet",
    ];
    assert_eq!(urls, ids.map(|id| format!("{id}/")));
    // The working groups have two ties and one; each is drawn for everyone and with both of its ends.
    assert_eq!(map.matches("class=\"rb-tie\"").count(), 3 * 3);
    assert_eq!(map.matches("rb-map-lone").count(), 1, "SIG Easel has no ties");
    let top = map.split("rb-map-top").nth(1).unwrap();
    assert_eq!(links(top)[0], "committee-council/", "the committee with liaisons is at the top");
    assert!(map.contains("SIG &lt;Brush&gt; &amp; &quot;Co&quot;") && !map.contains("<Brush>"), "{map}");
    // The tables have the same content.
    let tables = page.split("id=\"rb-past-map\"").nth(1).unwrap().split("</details>").next().unwrap();
    let (work_for, served_by) = tables.split_once("</table>").unwrap();
    assert_eq!(links(work_for), ["wg-dry/", "sig-paint/", "sig-brush/", "wg-wet/", "sig-paint/"]);
    assert_eq!(links(served_by), ["sig-brush/", "wg-dry/", "sig-paint/", "wg-dry/", "wg-wet/"]);
}

#[test]
fn without_stakeholders_there_is_no_map() {
    let site = TestSite::small(&[
        ("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\n"),
        ("content/groups/wg-y.toml", "kind = \"wg\"\nname = \"Y\"\n"),
    ]);
    site.run(&["build"]).fine();
    let page = site.page("groups/index.html");
    assert!(!page.contains("rb-map") && !page.contains("pictures.css"), "{page}");
}

#[test]
fn groups_with_ties_in_both_directions_appear_once() {
    let site = TestSite::small(&[
        ("content/groups/sig-x.toml", "kind = \"sig\"\nname = \"X\"\nstakeholders = [\"sig-z\"]\n"),
        ("content/groups/sig-z.toml", "kind = \"sig\"\nname = \"Z\"\n"),
        ("content/groups/wg-y.toml", "kind = \"wg\"\nname = \"Y\"\nstakeholders = [\"sig-x\", \"wg-y\"]\n"),
        ("content/groups/ug-u.toml", "kind = \"ug\"\nname = \"U\"\nstakeholders = [\"sig-x\"]\n"),
    ]);
    site.run(&["build"]).fine();
    let page = site.page("groups/index.html");
    let urls = links(svg(&page, "rb-map"));
    assert_eq!(urls.iter().collect::<BTreeSet<_>>().len(), 4);
    assert_eq!(urls.len(), 4, "{urls:?}");
    assert_eq!(svg(&page, "rb-map").matches("class=\"rb-tie\"").count(), 2 * 3, "Y and U are each tied to X");
}

#[test]
fn people_with_one_role_are_not_listed() {
    let site = site();
    site.run(&["build"]).fine();
    let page = site.page("people/index.html");
    let picture = svg(&page, "rb-dots");
    let people: Vec<&str> = links(picture).into_iter().filter(|url| !url.contains("groups")).collect();
    assert_eq!(people, ["bob/", "ann/"], "for equal numbers of roles, people in more groups come first");
    let columns: Vec<&str> = picture.split("rb-dots-row").next().map(links).unwrap();
    assert_eq!(columns, ["../groups/sig-paint/", "../groups/wg-dry/"]);
    let rows: Vec<Vec<&str>> = picture.split("rb-dots-row").skip(1).map(links).collect();
    assert_eq!(rows[0], ["bob/", "../groups/sig-paint/chair/", "../groups/wg-dry/organizer/"]);
    assert_eq!(rows[1], ["ann/", "../groups/sig-paint/"], "two roles in one group share a mark");
    assert!(picture.contains("&lt;b&gt;Bob") && !picture.contains("<b>"), "{picture}");
    assert!(picture.contains("text-anchor=\"middle\">CT</text>"), "{picture}");
    let table = page.split("id=\"rb-past-several\"").nth(1).unwrap().split("</table>").next().unwrap();
    assert_eq!(
        links(table),
        [
            "bob/",
            "../groups/sig-paint/chair/",
            "../groups/wg-dry/organizer/",
            "ann/",
            "../groups/sig-paint/chair/",
            "../groups/sig-paint/tech/"
        ]
    );
}

#[test]
fn roles_have_distinct_letters() {
    let role = "+++\napplies_to = [\"sig\"]\n+++\n# ";
    let site = TestSite::small(&[]);
    let mut group = String::from("kind = \"sig\"\nname = \"X\"\n");
    for (id, title) in [("a", "Chair"), ("b", "Chair of Day"), ("c", "Cicada"), ("d", "Éclair"), ("e", "D")]
    {
        site.file(&format!("content/roles/{id}.md"), format!("{role}{title}\n"));
        group += &format!("[[leads]]\nrole = \"{id}\"\ngithub = \"ann\"\nname = \"Ann\"\n");
    }
    site.file("content/groups/sig-x.toml", group);
    site.run(&["build"]).fine();
    let page = site.page("people/index.html");
    let key = page.split("rb-key-list").nth(1).unwrap().split("</p>").next().unwrap();
    let letters: BTreeSet<&str> = key.split("</b>").filter_map(|part| part.rsplit('>').next()).collect();
    assert_eq!(key.matches("<b ").count(), 5);
    assert_eq!(letters.iter().filter(|letter| letter.chars().count() == 1).count(), 5, "{letters:?}");
}

#[test]
fn coverage_counts_groups_by_state_of_a_role() {
    let site = site();
    site.run(&["build"]).fine();
    let page = site.page("coverage/index.html");
    let table = page.split("class=\"rb-bars\"").nth(1).unwrap().split("</table>").next().unwrap();
    // Chair: two in Paint, one in Brush, none in Easel. Technical Lead: one in Paint, none elsewhere.
    let rows: Vec<(Vec<&str>, Vec<&str>)> = table
        .split("<tr>")
        .skip(2)
        .map(|row| {
            let parts = row.split("<rect ").skip(1).map(|rect| rect.split("/>").next().unwrap()).collect();
            (parts, links(row))
        })
        .collect();
    assert_eq!(rows.len(), 4);
    let bar = |filled: &str, start: &str, width: &str| {
        format!("class=\"rb-bar-{filled}\" x=\"{start}%\" y=\"1\" width=\"{width}%\" height=\"14\"")
    };
    assert_eq!(
        rows[0].0,
        [bar("shared", "0.00", "33.33"), bar("alone", "33.33", "33.33"), bar("vacant", "66.66", "33.33")]
    );
    assert_eq!(
        rows[0].1,
        ["../roles/chair/", "../groups/sig-brush/chair/", "../groups/sig-easel/chair/"],
        "groups with one holder or none are linked"
    );
    assert_eq!(rows[1].0, [bar("alone", "0.00", "33.33"), bar("vacant", "33.33", "66.66")]);
    assert_eq!(rows[1].1.len(), 1 + 1 + 2);
}

/// The least contrast between a text in the pictures and its background, with the text. Colours are painted on a canvas
/// to resolve mixed ones.
const CONTRAST: &str = "(() => {
  const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const over = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (colour) => {
    const part = (value) => { value /= 255; return value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4; };
    return .2126 * part(colour[0]) + .7152 * part(colour[1]) + .0722 * part(colour[2]);
  };
  let least = [100, ''];
  for (const text of document.querySelectorAll('.rb-picture text, .rb-bars a, .rb-bars .rb-filled, .rb-bars .rb-company, .rb-key-list b')) {
    const under = [];
    const area = text.parentNode.querySelector(':scope > rect');
    const band = text.closest('.rb-dots-row')?.querySelector('.rb-dots-band');
    for (const shape of [area, band]) if (shape && shape.parentNode.contains(text)) under.unshift(getComputedStyle(shape).fill);
    for (let box = text; box; box = box.parentElement) {
      if (!box.closest('svg')) under.unshift(getComputedStyle(box).backgroundColor);
    }
    const style = getComputedStyle(text);
    const ground = over(under), ink = over([...under, text.closest('svg') ? style.fill : style.color]);
    const [a, b] = [light(ground), light(ink)].sort((a, b) => b - a);
    const contrast = (a + .05) / (b + .05);
    if (contrast < least[0]) least = [contrast, text.textContent];
  }
  return least;
})()";

#[test(needs(Browser))]
fn pictures_fit_are_legible_and_operable_by_keyboard() {
    let mut browser = Browser::start();
    let site = site();
    site.run(&["build"]).fine();
    let host = Host::start(site.path().join("public"), "/deep/");
    let tab = browser.open("about:blank");
    browser.call(Some(&tab), "Page.bringToFront", &json!({}));
    for page in ["groups/", "people/", "coverage/"] {
        browser.go(&tab, &format!("{}{page}", host.site()));
        for width in [320, 360, 1440] {
            browser.resize(&tab, width, 800);
            for scheme in ["light", "dark"] {
                let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
                browser.call(Some(&tab), "Emulation.setEmulatedMedia", &media);
                let beyond = browser
                    .run(&tab, "document.documentElement.scrollWidth - document.documentElement.clientWidth");
                assert_eq!(beyond, 0, "{page} at {width} in {scheme}");
                let contrast = browser.run(&tab, CONTRAST);
                let least = contrast[0].as_f64().unwrap();
                assert!((4.5..100.0).contains(&least), "{page} at {width} in {scheme}: {contrast}");
            }
        }
        let short = "[...document.querySelectorAll('.rb-picture a')].filter((link) => \
                     Math.min(link.getBoundingClientRect().height, link.getBoundingClientRect().width) < 24).length";
        assert_eq!(browser.run(&tab, short), 0, "{page}: large enough to touch");
    }
    // Keyboard navigation between groups: the focused group's ties are visible, and Enter follows its link.
    browser.go(&tab, &format!("{}groups/", host.site()));
    browser.run(&tab, "document.querySelector('.rb-map a[href=\"sig-paint/\"]').focus()");
    let shown = "[...document.querySelectorAll('.rb-tied .rb-tie')].filter((tie) => getComputedStyle(tie).opacity === '1').length";
    let press = |browser: &mut Browser, key: &str, code: u32, text: &str| {
        let down =
            json!({"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
        browser.call(Some(&tab), "Input.dispatchKeyEvent", &down);
        let up = json!({"type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code});
        browser.call(Some(&tab), "Input.dispatchKeyEvent", &up);
    };
    press(&mut browser, "Tab", 9, "");
    let focused = "document.activeElement.getAttribute('href')";
    let ties = |href: &Value| if *href == "wg-dry/" { 2 } else { 1 };
    let mut walked = BTreeSet::new();
    for _ in 0..2 {
        let href = browser.run(&tab, focused);
        assert_eq!(browser.run(&tab, shown), ties(&href), "{href}");
        walked.insert(href.as_str().unwrap().to_owned());
        press(&mut browser, "Tab", 9, "");
    }
    assert_eq!(walked, BTreeSet::from(["wg-dry/".to_owned(), "wg-wet/".to_owned()]));
    assert_eq!(browser.run(&tab, focused), "ug-gallery/", "the last link of the picture");
    press(&mut browser, "Enter", 13, "\r");
    browser.wait(&tab, "location.pathname === '/deep/groups/ug-gallery/'");
    assert_eq!(*host.missed.lock().unwrap(), [] as [String; 0]);
}
