//! Attacks in mounted documents, judged by a browser's own parser.

use std::fmt::Write as _;

use fastrand::Rng;
use rolebook::html::{Additions, Context, HtmlPolicy, Label, LinkTarget, document};
use rolebook::parse::{LinkKind, parse};
use serde_json::json;

use crate::browser::Browser;
use crate::support::is_slow;

/// Keeps every address unchanged, so that the sanitizer is the only defence.
struct AsWritten;

impl Context for AsWritten {
    fn target(&self, destination: &str, _: LinkKind) -> LinkTarget {
        LinkTarget { href: rolebook::url::Href::new(destination), ..LinkTarget::default() }
    }

    fn label(&self, _: Label) -> String {
        "label".into()
    }
}

/// Finds forbidden content in HTML, and in the browser's serialisation of it.
const JUDGE: &str = r#"
(documents => {
  const elements = new Set(('script style iframe frame frameset object embed applet base meta link form button select ' +
    'textarea option title noscript noembed noframes template svg math xmp plaintext listing video audio body html head ' +
    'dialog slot portal marquee isindex keygen param').split(' '));
  const schemes = new Set(['javascript:', 'vbscript:', 'data:', 'file:', 'blob:', 'about:']);
  const addresses = new Set(('href src action formaction cite longdesc background poster ping data codebase lowsrc dynsrc ' +
    'manifest profile classid').split(' '));
  const scheme = value => { try { return new URL(value, 'https://base.example/').protocol; } catch { return ''; } };
  const faults = (html, problems) => {
    const page = new DOMParser().parseFromString('<body>' + html, 'text/html');
    if (page.head.children.length) problems.push('head: ' + page.head.innerHTML);
    for (const element of page.body.querySelectorAll('*')) {
      const name = element.localName;
      if (elements.has(name)) problems.push('<' + name + '>');
      if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml') problems.push('namespace of <' + name + '>');
      if (name === 'input' && (element.type !== 'checkbox' || !element.disabled && element.hasAttribute('name'))) {
        problems.push('<input type=' + element.type + '>');
      }
      for (const { name, value } of element.attributes) {
        if (/^(on|xmlns|style$|srcdoc$|http-equiv$|is$|slot$|form$|autofocus$|contenteditable$|accesskey$)|:/i.test(name)) {
          problems.push(name + '=');
        }
        if (addresses.has(name) && schemes.has(scheme(value))) problems.push(name + '=' + value);
        if (/srcset/.test(name)) {
          for (const part of value.split(/[\s,]+/)) if (schemes.has(scheme(part))) problems.push(name + '=' + value);
        }
        if ((name === 'id' || name === 'name') && /^rb-/.test(value)) problems.push(name + '=' + value);
      }
    }
    return page.body.innerHTML;
  };
  return documents.map(html => {
    const problems = [];
    // Parses and serialises repeatedly, to detect mutation XSS.
    faults(faults(faults(html, problems), problems), problems);
    return problems.join(', ');
  });
})"#;

#[test(needs(Browser))]
fn no_attack_reaches_a_page() {
    let mut browser = Browser::start();
    let count = if is_slow() { 20_000 } else { 600 };
    let tab = browser.open("about:blank");
    let seeds: Vec<u64> = (0..count).collect();
    for seeds in seeds.chunks(500) {
        let documents: Vec<String> =
            seeds.iter().map(|seed| Attack(Rng::with_seed(*seed)).document()).collect();
        let pages: Vec<String> = documents.iter().map(|text| page(text)).collect();
        let problems = browser.run(&tab, &format!("{JUDGE}({})", json!(pages)));
        let problems = problems.as_array().unwrap_or_else(|| panic!("no answer for {seeds:?}"));
        for ((problems, text), page) in problems.iter().zip(&documents).zip(&pages) {
            assert_eq!(problems, "", "{text}\n\ngave\n\n{page}");
        }
    }
}

/// The judge detects attacks in unsanitized HTML.
#[test(needs(Browser))]
fn the_judge_detects_attacks() {
    let mut browser = Browser::start();
    let tab = browser.open("about:blank");
    let guilty = [
        "<a href='java\nscript:x'>x</a>",
        "<p onclick=x>",
        "<p style=x>",
        "<svg><a>x</a></svg>",
        "<title>x</title>",
        "<img srcset='a.png 1x, javascript:x 2x'>",
        "<a id=rb-x>",
        "<q cite='&#1;javascript:x'>",
    ];
    let innocent = ["<p>javascript:x onclick=x &lt;script></p>", "<a href='x' title='javascript:x'>x</a>"];
    let problems = browser.run(&tab, &format!("{JUDGE}({})", json!([&guilty[..], &innocent[..]].concat())));
    for (index, html) in guilty.iter().chain(&innocent).enumerate() {
        assert_eq!(problems[index] != "", index < guilty.len(), "{html}: {}", problems[index]);
    }
}

fn page(text: &str) -> String {
    let parsed = parse(text);
    let rendered = document(text, &parsed, HtmlPolicy::Sanitized, &AsWritten, Additions::default());
    format!("<h1>{}</h1>\n{}", rendered.title.unwrap_or_default(), rendered.body)
}

/// Published attacks, from the collections of OWASP, DOMPurify, ammonia and others.
const VECTORS: [&str; 62] = [
    "<script>alert(1)</script>",
    "<script src=//x.example/x.js></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"x\" onerror=\"alert(1)\" onerror=x>",
    "<img src=x:x onerror/=alert(1)>",
    "<img/src='x'/onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text x=9 y=9>x</text></a></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' onload='alert(1)'/>#x\"></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /><a id=x>x</a></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></iframe></foreignObject></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><desc><noscript><style></noscript><img src=x onerror=alert(1)></style></desc></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror=alert(1) src>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<template><template><img src=x onerror=alert(1)></template></template>",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
    "<title><img title=\"</title><img src=x onerror=alert(1)>\"></title>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<noembed><img title=\"</noembed><img src=x onerror=alert(1)>\"></noembed>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<style>@import'javascript:alert(1)';</style>",
    "<style><!--</style><img src=x onerror=alert(1)>--></style>",
    "<div style=\"background:url(javascript:alert(1))\">x</div>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=javascript&colon;alert(1)>x</a>",
    "<a href=\"java&Tab;script:alert(1)\">x</a>",
    "<a href=\"&#1;javascript:alert(1)\">x</a>",
    "<a href=\"&#0000106avascript:alert(1)\">x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
    "<a href=\"x\" ping=\"javascript:alert(1)\">x</a>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe>",
    "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
    "<embed src=\"javascript:alert(1)\">",
    "<form action=\"javascript:alert(1)\"><button>x</button></form>",
    "<button form=x formaction=\"javascript:alert(1)\">x</button>",
    "<input type=image src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<base href=\"javascript:/a/\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<link rel=stylesheet href=\"javascript:alert(1)\">",
    "<video poster=javascript:alert(1)><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<img srcset=\"x.png 1x, javascript:alert(1) 2x\">",
    "<q cite=\"javascript:alert(1)\">x</q>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<? <img src=x onerror=alert(1)> ?>",
    "</ <img src=x onerror=alert(1)>>",
    "<a id=rb-main name=rb-nav>x</a>",
];

const SCHEMES: [&str; 9] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java&#10;script:alert(1)",
    "&#x6A;avascript&colon;alert(1)",
    "\u{1}javascript:alert(1)",
    "vbscript:x",
    "data:text/html,<script>alert(1)</script>",
    "java\\script:alert(1)",
];

const WRAPPERS: [&str; 26] = [
    "svg",
    "math",
    "noscript",
    "template",
    "title",
    "style",
    "textarea",
    "select",
    "table",
    "tr",
    "td",
    "mtext",
    "mi",
    "annotation-xml",
    "foreignObject",
    "desc",
    "p",
    "a",
    "h1",
    "h2",
    "div",
    "details",
    "xmp",
    "option",
    "form",
    "caption",
];

/// Generates random attacks.
struct Attack(Rng);

impl Attack {
    fn document(mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.0.usize(1..5) {
            let attack = self.attack();
            let block = match self.0.u8(0..12) {
                0 => format!("# {attack}\n"),
                1 => format!("> {attack}\n"),
                2 => format!("- {attack}\n- [ ] {attack}\n"),
                3 => format!("| a |\n|---|\n| {} |\n", attack.replace(['\n', '|'], " ")),
                4 => format!("x[^1]\n\n[^1]: {attack}\n"),
                5 => format!("<div>\n{attack}\n</div>\n"),
                6 => format!("<div>\n\n*x* {attack}\n\n</div>\n"),
                7 => format!("```{attack}\n{attack}\n```\n"),
                8 => format!("`{attack}` text {attack}\n"),
                _ => format!("{attack}\n"),
            };
            let _ = writeln!(text, "{block}");
        }
        text
    }

    fn attack(&mut self) -> String {
        let mut attack = match self.0.u8(0..8) {
            0 => {
                let scheme = *self.0.choice(&SCHEMES).unwrap();
                let forms = [
                    "[x](S)",
                    "![x](S)",
                    "<S>",
                    "[x](<S>)",
                    "[x][r]\n\n[r]: S",
                    "[x](S \"t\" onclick=x)",
                    "![x](x \"S\")",
                ];
                self.0.choice(forms).unwrap().replace('S', scheme)
            }
            1 => {
                let scheme = *self.0.choice(&SCHEMES).unwrap();
                let forms = [
                    "<a href=\"S\">x</a>",
                    "<img src='S'>",
                    "<img longdesc=\"S\">",
                    "<q cite=S>x</q>",
                    "<source srcset=\"S\">",
                    "<a ping='S'>x</a>",
                    "<a xlink:href=\"S\">x</a>",
                    "<td background='S'>",
                    "<image href='S' src=S>",
                ];
                self.0.choice(forms).unwrap().replace('S', scheme)
            }
            _ => (*self.0.choice(&VECTORS).unwrap()).to_owned(),
        };
        for _ in 0..self.0.usize(0..4) {
            attack = self.mutated(&attack);
        }
        attack
    }

    fn mutated(&mut self, attack: &str) -> String {
        let characters: Vec<char> = attack.chars().collect();
        let at = self.0.usize(0..=characters.len());
        let (before, after): (String, String) =
            (characters[..at].iter().collect(), characters[at..].iter().collect());
        let wrapper = *self.0.choice(&WRAPPERS).unwrap();
        match self.0.u8(0..13) {
            0 => format!("<{wrapper}>{attack}</{wrapper}>"),
            1 => format!("<{wrapper}>{attack}"),
            2 => format!("{before}<{wrapper}>{after}"),
            3 => format!("{before}</{wrapper}>{after}"),
            4 => format!(
                "{before}{}{after}",
                self.0.choice(["<!--", "-->", "--!>", "<!-- x -->", "<?", "]]>"]).unwrap()
            ),
            5 => {
                let odd = [
                    "\n", "\t", "\0", "\u{c}", "/", "\"", "'", "`", "<", ">", "=", "&", "\\", " ", "\n\n",
                    "\u{a0}", "*",
                ];
                format!("{before}{}{after}", self.0.choice(odd).unwrap())
            }
            6 => characters.iter().map(|c| if self.0.bool() { c.to_ascii_uppercase() } else { *c }).collect(),
            7 => match after.chars().next() {
                Some(first) => format!("{before}&#{};{}", first as u32, &after[first.len_utf8()..]),
                None => before,
            },
            8 => match after.chars().next() {
                Some(first) => format!("{before}{}", &after[first.len_utf8()..]),
                None => before,
            },
            9 => format!("{before}{}{after}", *self.0.choice(&VECTORS).unwrap()),
            10 => format!("<{wrapper} title=\"{}\">x</{wrapper}>", attack.replace('"', "'")),
            11 => format!("<{wrapper} {}>x", attack.trim_matches(['<', '>'])),
            _ => format!("{before}**{after}"),
        }
    }
}
