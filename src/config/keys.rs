//! Declaration of `site.toml`.

use super::{BrokenLinks, FailOn};
use crate::diagnostic::CODES;
use crate::formats::{MAPPING, NAMES, VOCABULARY};
use crate::parse::shape::{
    CommunityFields, FieldSet, Names, Record, Shape,
    Shape::{Boolean, Choice, Either, Entries, Filled, Integer, List, Pair, Table, Text},
    TEXTS, fields,
};

/// The values of `broken_links`.
pub(super) const BROKEN_LINKS: [(&str, BrokenLinks); 3] =
    [("error", BrokenLinks::Error), ("warn", BrokenLinks::Warn), ("ignore", BrokenLinks::Ignore)];

/// The values of `fail_on`.
pub(super) const FAIL_ON: [(&str, FailOn); 2] = [("severity", FailOn::Severity), ("unmet", FailOn::Unmet)];

/// The file `site.toml`.
pub(crate) static SITE: Record = Record {
    about: "the configuration of a site",
    parts: &[
        &FieldSet {
            name: "site",
            fields: fields![
                "title" => Text, Required, "the title of the site";
                "description" => Text, "one sentence";
                "base_url" => Filled, "the URL of the published site, with any path; `--base-url` overrides it";
                "language" => Text, "the [language](languages.md) of the interface, BCP 47; `en` by default";
                "theme" => Filled, "the name of a folder in `themes/`, see [Themes](themes.md); `default` by default";
                "navigation" => List(&Table(&NAVIGATION)), "the entries of the [main navigation](site.md#navigation); by default the sections that are not empty";
                "brand" => Table(&BRAND), "[logo, icons, colors, fonts and links](site.md#brand) of the site";
                "new_issue" => Filled, "the URL at which readers open checklists as issues; also on GitLab and Forgejo";
                "components" => Boolean, "whether to add the page `/components/` with every component of the theme; `false` by default";
                "history" => Boolean, "whether pages show when and by whom they were changed; `true` by default";
                "source" => List(&Table(&SOURCE)), "[sources](site.md#sources): folders whose files the site shows; by default the folder `content`";
                "search" => Table(&SEARCH), "the [search](site.md#search)";
                "external" => Table(&EXTERNAL), "[requests to external URLs](site.md#external-urls)";
                "accept" => List(&Table(&ACCEPT)), "[diagnostics](site.md#accepted-diagnostics) that are correct but cannot be fixed here";
                "rules" => Table(&RULES), "[rules](site.md#rules) of governance";
                "publish" => Table(&PUBLISH), "where [`rolebook publish`](site.md#publishing) pushes the site";
            ],
        },
        &VOCABULARY,
    ],
    rest: None,
};

static NAVIGATION: Record = Record {
    about: "an entry of the navigation, with one of `section`, `page` and `address`",
    parts: &[&FieldSet {
        name: "site.navigation",
        fields: fields![
            "section" => Filled, OneOf, "the id of a section, such as `groups`";
            "page" => Filled, OneOf, "a page, as a path from the root of the site";
            "address" => Filled, OneOfLabeled, "an external URL, with a label";
            "label" => Filled, "the text of the link; by default the label of the section or the title of the page";
        ],
    }],
    rest: None,
};

static BRAND: Record = Record {
    about: "logo, icons, colors, fonts and links of the site",
    parts: &[&FieldSet {
        name: "site.brand",
        fields: fields![
            "logo" => Filled, "the logo in the header, shown at 28 × 28 pixels; SVG or PNG";
            "icon" => Filled, "the icon of the site; SVG or PNG";
            "touch_icon" => Filled, "the icon for home screens of phones; PNG, 180 × 180 pixels";
            "picture" => Filled, "the image for links to the site; PNG or JPEG, 1200 × 630 pixels";
            "radius" => Integer(0, 32), "the radius of corners of fields and alerts in pixels, which others follow; 8 by default";
            "colors" => Table(&COLORS), "the colors";
            "fonts" => Table(&FONTS), "the fonts";
            "footer" => List(&Table(&NAVIGATION)), "links in the footer, with the keys of [`[[navigation]]`](site.md#navigation)";
        ],
    }],
    rest: None,
};

static COLORS: Record = Record {
    about: "the colors, each one text for the light scheme or a table with one for each scheme",
    parts: &[&FieldSet {
        name: "site.brand.colors",
        fields: fields![
            "accent" => COLOR, "links, focus, selection; their background, their border and text on buttons follow from it";
            "background" => COLOR, "the background of the page";
            "surface" => COLOR, "panels, code, alerts";
            "raised" => COLOR, "the header, cards, fields and menus; also the bars of the browser";
            "text" => COLOR, "text";
            "secondary" => COLOR, "secondary text";
        ],
    }],
    rest: None,
};

/// A color for the light scheme, or for both.
const COLOR: Shape = Either(&[Filled, Table(&SCHEMES)]);

pub(super) static SCHEMES: Record = Record {
    about: "a color for each scheme",
    parts: &[&FieldSet {
        name: "site.brand.colors.schemes",
        fields: fields![
            "light" => Filled, "the color in the light scheme";
            "dark" => Filled, "the color in the dark scheme";
        ],
    }],
    rest: None,
};

static FONTS: Record = Record {
    about: "the fonts",
    parts: &[&FieldSet {
        name: "site.brand.fonts",
        fields: fields![
            "text" => Filled, "the family of text";
            "code" => Filled, "the family of code";
            "files" => List(&Table(&FONT_FILE)), "font files of the site";
        ],
    }],
    rest: None,
};

static FONT_FILE: Record = Record {
    about: "a font file of the site",
    parts: &[&FieldSet {
        name: "site.brand.fonts.files",
        fields: fields![
            "family" => Text, Required, "the family that the font belongs to";
            "file" => Text, Required, "the file; WOFF2";
            "weight" => Either(&[WEIGHT, Pair(&WEIGHT)]), "the weight, or a list of the lowest and the highest weight of a variable font; 400 by default";
            "style" => Choice(|| STYLES.map(|(name, _)| name).to_vec()), "the style; `normal` by default";
        ],
    }],
    rest: None,
};

const WEIGHT: Shape = Integer(1, 1000);

/// The values of `style`, and whether they are italic.
pub(super) const STYLES: [(&str, bool); 2] = [("normal", false), ("italic", true)];

static SOURCE: Record = Record {
    about: "a source",
    parts: &[
        &FieldSet {
            name: "site.source",
            fields: fields![
                "name" => Text, "the name for `--source NAME=PATH` and in diagnostics; the name of the folder by default";
                "path" => Text, Required, "the folder, relative to `site.toml`";
                "format" => Choice(|| NAMES.clone()), "how its [data is read](site.md#sources); `handbook` by default for a source without entries such as `[[source.groups]]`";
                "optional" => Boolean, "`true` if the folder may be missing";
                "mount" => Filled, "the first part of the URLs of its documents; the name by default";
                "web" => Filled, "the URL of its files, for “View source” and links to them";
                "edit" => Filled, "the URL at which its files are edited; by default [derived from `web`](site.md#sources)";
                "aliases" => TEXTS, "other URLs of its files";
                "teams" => Filled, "the start of the URLs of GitHub teams";
                "charter_template" => Text, "the path of a document; sections that a charter copies from it are not shown";
                "normative" => TEXTS, "the documents that contain obligations, in `.gitignore` syntax";
                "broken_links" => Choice(|| BROKEN_LINKS.map(|(name, _)| name).to_vec()), "how broken references are reported; `warn` by default, in the handbook's own files `error`";
                "exclude" => TEXTS, "files to skip, in `.gitignore` syntax";
            ],
        },
        &MAPPING,
    ],
    rest: Some(CommunityFields {
        names: Names::Channels,
        shape: &Filled,
        about: "the start of the URLs of these channels; also the keys of [`[channels]`](site.md#channels)",
    }),
};

static SEARCH: Record = Record {
    about: "the search",
    parts: &[&FieldSet {
        name: "site.search",
        fields: fields![
            "enabled" => Boolean, "whether the site has a search; `true` by default";
            "words" => Integer(0, u32::MAX as i64), "how many words of text and of headings the index contains of each mounted document; 100 by default, 0 for all";
        ],
    }],
    rest: None,
};

static EXTERNAL: Record = Record {
    about: "requests to external URLs",
    parts: &[&FieldSet {
        name: "site.external",
        fields: fields![
            "accept" => List(&Integer(100, 599)), "status codes to accept besides success; none by default";
            "exclude" => TEXTS, "patterns of URLs not to request; none by default";
            "timeout" => Integer(1, 600), "the seconds to wait for an answer; 20 by default";
            "retries" => Integer(0, 10), "how often a failed request is repeated; 2 by default";
            "hosts" => Integer(1, 256), "the number of hosts requested in parallel; 16 by default";
            "rate" => Integer(1, 1000), "requests per second and host, at most; 5 by default";
            "max_age" => Integer(-1, 87_600), "the hours to cache a success; 168 by default, -1 disables the cache";
            "headers" => Entries(&Entries(&Either(&[Text, Table(&VARIABLE)]))), "additional headers by pattern of hosts; none by default";
            "allow_private" => Either(&[Boolean, TEXTS]), "whether private addresses are requested: `true`, or patterns of hosts; `false` by default";
        ],
    }],
    rest: None,
};

pub(super) static VARIABLE: Record = Record {
    about: "the value of an environment variable, sent over https only",
    parts: &[&FieldSet {
        name: "site.external.headers",
        fields: fields!["env" => Text, Required, "the name of the variable";],
    }],
    rest: None,
};

static ACCEPT: Record = Record {
    about: "an accepted diagnostic",
    parts: &[&FieldSet {
        name: "site.accept",
        fields: fields![
            "code" => Choice(|| CODES.iter().map(|code| code.name()).collect()), Required, "the code of the diagnostic";
            "path" => Text, Required, "the file; `*` matches anything but `/`, `**` matches anything";
            "source" => Text, "the name of the source that contains the file; any by default";
            "reason" => Text, Required, "why the diagnostic is accepted";
        ],
    }],
    rest: None,
};

static RULES: Record = Record {
    about: "rules of governance",
    parts: &[&FieldSet {
        name: "site.rules",
        fields: fields![
            "fail_on" => Choice(|| FAIL_ON.map(|(name, _)| name).to_vec()), "the findings that fail a build or check: those with the severity of an error, the default, or every subject that does not meet a rule";
        ],
    }],
    rest: None,
};

static PUBLISH: Record = Record {
    about: "where the site is published",
    parts: &[&FieldSet {
        name: "site.publish",
        fields: fields![
            "remote" => Filled, "the name or URL of a git remote; `origin` by default";
            "branch" => Filled, "the branch that contains the published site and nothing else; `gh-pages` by default";
            "cname" => Filled, "a custom domain of the site; none by default";
        ],
    }],
    rest: None,
};
