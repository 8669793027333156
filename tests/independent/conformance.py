#!/usr/bin/env python3
"""Independent conformance check.

usage: conformance.py COMMUNITY ORG ENHANCEMENTS  > out.json

Reads the three folders with PyYAML only (BaseLoader node graph: every scalar stays the
text that was written, and every node keeps its line and column).
"""
import glob, json, os, re, sys
from collections import Counter, defaultdict
import yaml

COMMUNITY, ORG, ENH = (os.path.abspath(p) for p in sys.argv[1:4])
ROOTS = {"community": COMMUNITY, "org": ORG, "enhancements": ENH}
YEAR = 2025


# ---------------------------------------------------------------- reader
class Y:
    """A thin view on a yaml node that keeps line (1-based) and column (0-based)."""

    def __init__(self, node):
        self.n = node

    @property
    def line(self):
        return self.n.start_mark.line + 1

    @property
    def col(self):
        return self.n.start_mark.column

    def is_map(self):
        return isinstance(self.n, yaml.MappingNode)

    def is_seq(self):
        return isinstance(self.n, yaml.SequenceNode)

    def items(self):
        if not self.is_map():
            return []
        return [(Y(k), Y(v)) for k, v in self.n.value]

    def list(self):
        return [Y(v) for v in self.n.value] if self.is_seq() else []

    def get(self, key):
        out = None
        for k, v in self.items():
            if k.text == key:
                out = v
        return out

    def key(self, key):
        out = None
        for k, v in self.items():
            if k.text == key:
                out = k
        return out

    @property
    def text(self):
        return self.n.value if isinstance(self.n, yaml.ScalarNode) else None

    def str(self, key, default=None):
        v = self.get(key)
        return v.text if v is not None and v.text is not None else default


def rel(source, path):
    return os.path.relpath(path, ROOTS[source]).replace(os.sep, "/")


_cache = {}


def load(path):
    if path not in _cache:
        with open(path, encoding="utf-8") as f:
            node = yaml.compose(f, Loader=yaml.BaseLoader)
        _cache[path] = Y(node) if node is not None else None
    return _cache[path]


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def texts(y):
    return [i.text for i in y.list() if i.text is not None] if y is not None else []


def low(xs):
    return [x.lower() for x in xs]


def uniq(xs):
    seen, out = set(), []
    for x in xs:
        if x not in seen:
            seen.add(x)
            out.append(x)
    return out


# ---------------------------------------------------------------- sigs.yaml
SIGS = load(os.path.join(COMMUNITY, "sigs.yaml"))
KINDS = {"sigs": "sig", "workinggroups": "wg", "usergroups": "ug", "committees": "committee"}


def people(y):
    out = []
    for p in (y.list() if y is not None else []):
        if p.str("github"):
            out.append({"handle": p.str("github"), "name": p.str("name"), "company": p.str("company"), "line": p.line})
    return out


GROUPS = {}
for section, kind in KINDS.items():
    sec = SIGS.get(section)
    for g in (sec.list() if sec is not None else []):
        L = g.get("leadership")
        d = {
            "dir": g.str("dir"), "kind": kind, "name": g.str("name"), "label": g.str("label"), "line": g.line,
            "charter_link": g.str("charter_link"),
            "chairs": people(L.get("chairs") if L else None),
            "tech_leads": people(L.get("tech_leads") if L else None),
            "emeritus": people(L.get("emeritus_leads") if L else None),
            "stakeholders": texts(g.get("stakeholder_sigs")),
            "meetings": [], "subprojects": [], "teams": [], "slack": None, "liaison": None,
        }
        c = g.get("contact")
        if c:
            d["slack"] = c.str("slack")
            d["teams"] = [(t.str("name"), t.line) for t in (c.get("teams").list() if c.get("teams") else [])]
            if c.get("liaison"):
                d["liaison"] = c.get("liaison").str("github")

        def meetings(y):
            r = []
            for m in (y.list() if y is not None else []):
                r.append({k: m.str(k) for k in ("description", "day", "time", "tz", "frequency", "url", "archive_url", "recordings_url", "calendar_url")} | {"line": m.line})
            return r
        d["meetings"] = meetings(g.get("meetings"))
        for s in (g.get("subprojects").list() if g.get("subprojects") is not None else []):
            d["subprojects"].append({
                "name": s.str("name"), "line": s.line, "owners": texts(s.get("owners")),
                "owner_lines": [(o.text, o.line) for o in (s.get("owners").list() if s.get("owners") is not None else [])],
                "leads": people(s.get("leads")), "meetings": meetings(s.get("meetings")),
            })
        GROUPS[d["dir"]] = d

SIG = [g for g in GROUPS.values() if g["kind"] == "sig"]
WG = [g for g in GROUPS.values() if g["kind"] == "wg"]
COM = [g for g in GROUPS.values() if g["kind"] == "committee"]


def handles(ps):
    return uniq(low(p["handle"] for p in ps))


def lead_ids(g):
    return uniq(handles(g["chairs"]) + handles(g["tech_leads"]))


leads = {g["dir"]: {"kind": g["kind"], "chairs": handles(g["chairs"]), "technical_leads": handles(g["tech_leads"])} for g in GROUPS.values()}


# ---------------------------------------------------------------- verdicts
V = defaultdict(dict)
X = defaultdict(dict)      # further topics that the brief does not name


def v(topic, subject, ok, table=None):
    (V if table is None else table)[topic][subject] = ok if isinstance(ok, str) else ("met" if ok else "unmet")


def weeks(words):
    """weeks between two meetings, from the words as written; None when not readable"""
    if not words:
        return None
    w = words.lower()
    n = {"one": 1, "two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4}
    m = re.search(r"every (other|one|two|three|four|\d+)(st|nd|rd|th)? weeks?", w)
    if m:
        return 2.0 if m.group(1) == "other" else float(n.get(m.group(1)) or int(m.group(1)))
    if re.search(r"\bbi-?weekly\b|fortnight", w):
        return 2.0
    if "month" in w:
        return 4.35
    if re.search(r"\bweekly\b", w):
        return 1.0
    return None


for g in SIG:
    v("two-chairs", g["dir"], len(handles(g["chairs"])) >= 2)
    v("technical-leads-number", g["dir"], len(handles(g["tech_leads"])) >= 2)
    ws = [w for w in (weeks(m["frequency"]) for m in g["meetings"]) if w is not None]
    v("meets-every-three-weeks", g["dir"], "unknown" if not ws else any(w <= 3 for w in ws))

claims = defaultdict(list)
for g in GROUPS.values():
    for i, m in enumerate(g["meetings"]):
        key = f'{g["dir"]}/{m["description"]}/{i}'
        v("notes-linked", key, bool(m["archive_url"]))
        v("recordings-linked", key, bool(m["recordings_url"]))
    for s in g["subprojects"]:
        key = f'{g["dir"]}/{s["name"]}'
        if s["leads"]:
            v("subproject-lead-number", key, len(handles(s["leads"])) >= 2)
        v("subproject-leads-or-owners", key, bool(s["leads"] or s["owners"]))
        for i, m in enumerate(s["meetings"]):
            k2 = f'{key}/{m["description"]}/{i}'
            v("subproject-notes-linked", k2, bool(m["archive_url"]), X)
            v("subproject-recordings-linked", k2, bool(m["recordings_url"]), X)
        for url, line in s["owner_lines"]:
            claims[url.strip().lower().rstrip("/")].append({"group": g["dir"], "subproject": s["name"], "line": line, "url": url})
for url in claims:
    v("owners-claimed-once", url, len(claims[url]) == 1)

for g in GROUPS.values():
    # "present": a charter file lies in the folder, whatever its case; "link resolves": the name sigs.yaml gives, letter by letter
    link = g["charter_link"]
    local = link if link and "://" not in link and not link.startswith("/") else None
    folder = os.path.join(COMMUNITY, g["dir"])
    files = os.listdir(folder) if os.path.isdir(folder) else []
    there = any(f.lower() in {"charter.md", (local or "charter.md").lower()} for f in files)
    topic, table = {"sig": ("charter-present", V), "wg": ("charter-present-wg", V)}.get(g["kind"], ("charter-present-committee", X))
    v(topic, g["dir"], there if (local or not link) else "unknown", table)
    v("charter-link-resolves", g["dir"], (local in files) if local else ("unknown" if link else "unmet"), X)


# annual reports
def strip_comments(t):
    return re.sub(r"<!--.*?-->", "", t, flags=re.S)


def report(path):
    t = strip_comments(read(path))
    prompts, tasks, cur, head, fence = [], {"done": 0, "open": 0}, None, None, False
    for line in t.splitlines():
        if line.lstrip().startswith("```"):
            fence = not fence
        if not fence and re.match(r"^#{1,6}\s", line):
            cur, head = None, line.strip("# ").strip()
            continue
        m = re.match(r"^\s*[-*+]\s+\[( ?|[xX])\](\s|$)", line)
        if m:
            tasks["done" if m.group(1).lower() == "x" else "open"] += 1
            continue
        m = re.match(r"^(\d+)[.)]\s+(.*)$", line)
        if m and not fence:
            cur = {"n": int(m.group(1)), "text": m.group(2).strip(), "answer": "", "heading": head}
            prompts.append(cur)
            continue
        if cur is not None:
            if re.match(r"^\s*\[[^\]]+\]:\s", line):
                continue
            cur["answer"] += line + "\n"
    for p in prompts:
        # words with at least one letter or digit
        p["words"] = sum(1 for w in p.pop("answer").split() if re.search(r"\w", w))
    return {"prompts": prompts, "tasks": tasks}


reports = {}
for g in SIG + WG:
    p = os.path.join(COMMUNITY, g["dir"], f"annual-report-{YEAR}.md")
    v("annual-report-present", g["dir"], os.path.isfile(p))
    if os.path.isfile(p):
        r = report(p)
        r["path"] = rel("community", p)
        reports[g["dir"]] = r
        v("annual-report-filled", g["dir"], any(q["words"] > 0 for q in r["prompts"]) or r["tasks"]["done"] > 0)
        v("annual-report-every-question-answered", g["dir"], all(q["words"] > 0 for q in r["prompts"]), X)
        v("annual-report-every-task-ticked", g["dir"], r["tasks"]["open"] == 0, X)
    else:
        v("annual-report-filled", g["dir"], "unknown")
for g in COM:
    v("annual-report-present-committee", g["dir"], os.path.isfile(os.path.join(COMMUNITY, g["dir"], f"annual-report-{YEAR}.md")), X)

# org members
ORGS = {}
for p in sorted(glob.glob(os.path.join(ORG, "config", "*", "org.yaml"))):
    o = load(p)
    ORGS[os.path.basename(os.path.dirname(p))] = {
        "path": rel("org", p), "doc": o, "admins": texts(o.get("admins")), "members": texts(o.get("members")),
        "line": (o.key("members") or o.key("admins")).line,
    }
IN_ORG = {}
for name, o in ORGS.items():
    for h in o["admins"] + o["members"]:
        IN_ORG.setdefault(h.lower(), []).append(name)

roles = defaultdict(list)
for g in GROUPS.values():
    for r in ("chairs", "tech_leads"):
        for p in g[r]:
            roles[p["handle"].lower()].append({"group": g["dir"], "role": r, "line": p["line"], "as": p["handle"]})
    for s in g["subprojects"]:
        for p in s["leads"]:
            roles[p["handle"].lower()].append({"group": g["dir"], "role": "subproject-lead", "subproject": s["name"], "line": p["line"], "as": p["handle"]})
for h in sorted(roles):
    v("lead-is-org-member", h, h in IN_ORG)
    v("lead-is-kubernetes-org-member", h, "kubernetes" in IN_ORG.get(h, []), X)

names = {g["name"].lower(): g["dir"] for g in SIG}
for g in WG:
    v("wg-has-stakeholders", g["dir"], bool(g["stakeholders"]))
    for s in g["stakeholders"]:
        v("stakeholder-is-a-sig", f'{g["dir"]}/{s}', s.lower() in names, X)


# ---------------------------------------------------------------- rosters
ROSTERS = []


def roster(source, path, name, members, line, kind, **more):
    r = {"source": source, "path": path, "name": name, "members": members, "line": line, "kind": kind} | more
    ROSTERS.append(r)
    return r


ALIASES = {}
for src in ("community", "org", "enhancements"):
    p = os.path.join(ROOTS[src], "OWNERS_ALIASES")
    ALIASES[src] = {}
    for k, y in load(p).get("aliases").items():
        r = roster(src, rel(src, p), k.text, texts(y), k.line, "alias", lines=[i.line for i in y.list()])
        ALIASES[src][k.text.lower()] = r

TEAMS = []


def teams(y, org, path, parents):
    for k, t in (y.items() if y is not None else []):
        a, b = texts(t.get("maintainers")), texts(t.get("members"))
        ln = [i.line for key in ("maintainers", "members") if t.get(key) for i in t.get(key).list()]
        TEAMS.append(roster("org", path, k.text, a + b, k.line, "team", org=org, parents=parents, maintainers=a, plain_members=b, lines=ln,
                            description=t.str("description"), repos=[q.text for q, _ in (t.get("repos").items() if t.get("repos") else [])]))
        teams(t.get("teams"), org, path, parents + [k.text])


for name, o in ORGS.items():
    roster("org", o["path"], name, o["admins"] + o["members"], o["line"], "org", org=name, admins=o["admins"], plain_members=o["members"],
           lines=[i.line for key in ("admins", "members") if o["doc"].get(key) for i in o["doc"].get(key).list()])
    teams(o["doc"].get("teams"), name, o["path"], [])
for p in sorted(glob.glob(os.path.join(ORG, "config", "*", "**", "teams.yaml"), recursive=True)):
    teams(load(p).get("teams"), os.path.relpath(p, os.path.join(ORG, "config")).split(os.sep)[0], rel("org", p), [])

SLACK_DIR = os.path.join(COMMUNITY, "communication", "slack-config")
USERS = [(k.text, y.text, k.line) for k, y in load(os.path.join(SLACK_DIR, "users.yaml")).get("users").items()]
USER_KEYS = {k for k, _, _ in USERS}
SLACK = []
for p in sorted(glob.glob(os.path.join(SLACK_DIR, "**", "usergroups.yaml"), recursive=True)):
    for u in load(p).get("usergroups").list():
        SLACK.append(roster("community", rel("community", p), u.str("name"), texts(u.get("members")), u.line, "slack",
                            long_name=u.str("long_name"), channels=texts(u.get("channels")), lines=[i.line for i in (u.get("members").list() if u.get("members") else [])]))

for d in sorted(GROUPS):
    p = os.path.join(COMMUNITY, d, "OWNERS")
    if not os.path.isfile(p):
        continue
    o = load(p)
    for key in ("approvers", "reviewers", "emeritus_approvers"):
        y = o.get(key)
        if y is None:
            continue
        written = texts(y)
        out, used = [], []
        for h in written:
            a = ALIASES["community"].get(h.lower())
            if a:
                used.append(h)
                out += a["members"]
            else:
                out.append(h)
        roster("community", rel("community", p), f"{d}/OWNERS:{key}", uniq(out), o.key(key).line, "owners", group=d, key=key, written=written, aliases=used,
               lines=[i.line for i in y.list()])


# ---------------------------------------------------------------- comparison
def compare(r, g, only=None):
    exp = only if only is not None else lead_ids(g)
    mem = uniq(low(r["members"]))
    em = set(handles(g["emeritus"]))
    missing, extra = [h for h in exp if h not in mem], [h for h in mem if h not in exp]
    out = {"source": r["source"], "path": r["path"], "line": r["line"], "list": r["name"], "kind": r["kind"], "group": g["dir"], "group_kind": g["kind"],
           "expected": exp, "members": r["members"], "missing": missing, "extra": extra, "former": [h for h in extra if h in em],
           "extra_lines": {h: l for h, l in zip(low(r["members"]), r["lines"]) if h in extra}}
    if r["kind"] == "team":
        mt = set(low(r["maintainers"]))
        out["extra_as_maintainer"] = [h for h in extra if h in mt]
    out["elsewhere"] = {h: sorted({q["group"] + ":" + q["role"] + (":" + q["subproject"] if "subproject" in q else "") for q in roles[h]}) for h in extra if h in roles}
    out["same"] = not missing and not extra
    return out


COMMITTEE_LISTS = {  # lists of a committee have no -leads name
    "committee-code-of-conduct": ["code-of-conduct-committee"],
    "committee-security-response": ["security-response-committee", "product-security-committee"],
    "committee-steering": ["steering-committee", "steering-members"],
}
LISTS, RETIRED, OTHER = [], [], []


def classify(r):
    name = r["name"].lower()
    if name in COMMITTEE_LISTS or any(name in v for v in COMMITTEE_LISTS.values()):
        d = name if name in COMMITTEE_LISTS else next(k for k, v in COMMITTEE_LISTS.items() if name in v)
        if d in GROUPS:
            LISTS.append(compare(r, GROUPS[d]))
        return
    d = None
    if name.endswith("-leads"):
        d = name[:-len("-leads")]
        if d in GROUPS:
            LISTS.append(compare(r, GROUPS[d]))
            return
    if r["kind"] == "slack":
        ln = (r["long_name"] or "").lower()
        m = re.match(r"^(sig|wg) (.+) leads$", ln)
        if m:
            for g in GROUPS.values():
                if g["kind"] == m.group(1) and g["name"].lower() == m.group(2):
                    LISTS.append(compare(r, g))
                    return
    if d is not None:
        sub = [k for k in GROUPS if d.startswith(k + "-")]
        row = {"source": r["source"], "path": r["path"], "line": r["line"], "list": r["name"], "kind": r["kind"], "group": d, "members": r["members"]}
        if re.match(r"^(sig|wg|ug|committee)-", d) and not sub:
            row["archived_folder"] = next((q for q in (f"archive/{d}", d) if os.path.isdir(os.path.join(COMMUNITY, q))), None)
            RETIRED.append(row)
        else:
            row["of"] = sub[0] if sub else None
            OTHER.append(row)


for r in ROSTERS:
    if r["kind"] in ("alias", "team", "slack"):
        classify(r)

WITHOUT = {}
by_file = defaultdict(set)
for c in LISTS:
    scope = f'{c["source"]}/OWNERS_ALIASES' if c["kind"] == "alias" else ("org/config (all teams)" if c["kind"] == "team" else "community/communication/slack-config (all user groups)")
    by_file[scope].add(c["group"])
    if c["kind"] == "team":
        by_file["org/config/" + c["path"].split("/")[1]].add(c["group"])
for scope, have in sorted(by_file.items()):
    WITHOUT[scope] = [d for d in GROUPS if d not in have]

mm = next((r for r in TEAMS if r["name"] == "milestone-maintainers"), None)
MM = None
if mm:
    mem = set(low(mm["members"]))
    MM = {"path": mm["path"], "line": mm["line"], "missing": {}, "missing_working_groups": {}, "missing_committees": {}, "former": {}}
    for g in GROUPS.values():
        miss = [h for h in lead_ids(g) if h not in mem]
        if miss:
            MM["missing" if g["kind"] == "sig" else "missing_working_groups" if g["kind"] == "wg" else "missing_committees"][g["dir"]] = miss
        fo = [h for h in handles(g["emeritus"]) if h in mem and h not in roles]
        if fo:
            MM["former"][g["dir"]] = fo

# further agreements that the files themselves promise in comments
MORE = []


def by(kind, name, **kw):
    return next((r for r in ROSTERS if r["kind"] == kind and r["name"] == name and all(r.get(k) == w for k, w in kw.items())), None)


def pair(why, a, bs):
    if not a or any(b is None for b in bs):
        return
    A, B = set(low(a["members"])), set()
    for b in bs:
        B |= set(low(b["members"]))
    MORE.append({"why": why, "list": a["name"], "source": a["source"], "path": a["path"], "line": a["line"], "against": [f'{b["path"]}:{b["line"]} {b["name"]}' for b in bs],
                 "missing": sorted(B - A), "extra": sorted(A - B)})


psc, rm = by("slack", "product-security-committee"), by("slack", "release-managers")
pair("comment: PSC + Release Managers", by("slack", "security-rel-team"), [psc, rm])
pair("Slack release-managers against the team release-engineering (managers + associates)", rm, [by("team", "release-engineering", org="kubernetes")])
pair("Slack release-team-leads against the team of the same name", by("slack", "release-team-leads"), [by("team", "release-team-leads", org="kubernetes")])
pair("Slack github-admins against the admins of kubernetes", by("slack", "github-admins"),
     [{"members": [h for h in ORGS["kubernetes"]["admins"] if h not in ("k8s-ci-robot", "k8s-github-robot", "thelinuxfoundation")], "path": ORGS["kubernetes"]["path"], "line": 1, "name": "admins (no bots)"}] if "kubernetes" in ORGS else [None])
pair("Slack enhancements-owners against alias enhancements-approvers", by("slack", "enhancements-owners"), [by("alias", "enhancements-approvers")])
pair("alias sig-release-subproject-leads (community) against org", by("alias", "sig-release-subproject-leads", source="community"), [by("alias", "sig-release-subproject-leads", source="org")])
pair("alias sig-testing-subproject-leads against subproject leads of SIG Testing", by("alias", "sig-testing-subproject-leads"),
     [{"members": [p["handle"] for s in GROUPS.get("sig-testing", {"subprojects": []})["subprojects"] for p in s["leads"]], "path": "sigs.yaml", "line": 0, "name": "leads of subprojects"}])
pair("alias sig-release-subproject-leads (community) against subproject leads of SIG Release", by("alias", "sig-release-subproject-leads", source="community"),
     [{"members": [p["handle"] for s in GROUPS.get("sig-release", {"subprojects": []})["subprojects"] for p in s["leads"]], "path": "sigs.yaml", "line": 0, "name": "leads of subprojects"}])
pair("alias sig-node-tech-leads against technical leads of SIG Node", by("alias", "sig-node-tech-leads"),
     [{"members": [p["handle"] for p in GROUPS.get("sig-node", {"tech_leads": []})["tech_leads"]], "path": "sigs.yaml", "line": 0, "name": "tech_leads"}])
need = by("slack", "release-team-leads")
if need and "sig-release" in GROUPS:
    MORE.append({"why": "comment above the list: should hold the SIG Release leads too", "list": need["name"], "source": need["source"], "path": need["path"], "line": need["line"],
                 "against": ["sigs.yaml sig-release leads"], "missing": sorted(set(lead_ids(GROUPS["sig-release"])) - set(low(need["members"]))), "extra": []})
PROVIDERS = []
for n in sorted({k for s in ALIASES.values() for k in s if k.startswith("provider-")}):
    sets = {s: sorted(low(ALIASES[s][n]["members"])) if n in ALIASES[s] else None for s in ALIASES}
    PROVIDERS.append({"alias": n, "same": len({json.dumps(x) for x in sets.values()}) == 1, "by_source": sets})


# ---------------------------------------------------------------- oddities
OD = defaultdict(list)


def where(source, path, line):
    return f"{source}/{path}:{line}"


def order(ms):
    if ms == sorted(ms):
        return "bytes" if ms != sorted(ms, key=str.lower) else "both"
    if ms == sorted(ms, key=str.lower):
        return "ignoring-case"
    return "unsorted"


for r in ROSTERS:
    at = where(r["source"], r["path"], r["line"])
    parts = [("", r["members"])] if "maintainers" not in r and "admins" not in r else [(k, r[k]) for k in ("admins", "maintainers", "plain_members") if k in r]
    if r["kind"] == "owners":
        parts = [("written", r["written"])]
    for part, ms in parts:
        o = order(ms)
        if o == "unsorted":
            firsts = [f"{a} > {b}" for a, b in zip(ms, ms[1:]) if a.lower() > b.lower()]
            OD["unsorted"].append({"at": at, "list": r["name"], "part": part, "kind": r["kind"], "breaks": firsts})
        elif o == "bytes" and len(ms) > 1:
            OD["sorted_by_bytes_only"].append({"at": at, "list": r["name"], "part": part, "kind": r["kind"]})
        elif o == "ignoring-case":
            OD["sorted_ignoring_case_only"].append({"at": at, "list": r["name"], "part": part, "kind": r["kind"]})
    lm = low(r["members"]) if r["kind"] != "owners" else low(r["written"])
    for h, n in Counter(lm).items():
        if n > 1:
            OD["duplicates"].append({"at": at, "list": r["name"], "kind": r["kind"], "handle": h,
                                     "lines": [l for m, l in zip(lm, r["lines"]) if m == h]})
    if not r["members"]:
        OD["empty_lists"].append({"at": at, "list": r["name"], "kind": r["kind"]})

# handles written in different case
spell = defaultdict(lambda: defaultdict(list))
for r in ROSTERS:
    if r["kind"] == "owners":
        continue
    for m, l in zip(r["members"], r["lines"]):
        spell[m.lower()][m].append(where(r["source"], r["path"], l))
for h, rs in roles.items():
    for q in rs:
        spell[h][q["as"]].append(where("community", "sigs.yaml", q["line"]))
for g in GROUPS.values():
    for p in g["emeritus"]:
        spell[p["handle"].lower()][p["handle"]].append(where("community", "sigs.yaml", p["line"]))
for k, _, l in USERS:
    spell[k.lower()][k].append(where("community", "communication/slack-config/users.yaml", l))
for h in sorted(spell):
    if len(spell[h]) > 1:
        OD["case"].append({"handle": h, "spellings": {s: {"count": len(a), "first": a[:4]} for s, a in spell[h].items()}})

# teams
byteam = defaultdict(list)
for t in TEAMS:
    org = {h.lower() for h in ORGS[t["org"]]["admins"] + ORGS[t["org"]]["members"]}
    bad = [m for m in t["members"] if m.lower() not in org]
    if bad:
        OD["team_members_not_in_their_org"].append({"at": where("org", t["path"], t["line"]), "list": t["name"], "org": t["org"], "members": bad,
                                                    "no_org_at_all": [m for m in bad if m.lower() not in IN_ORG]})
    byteam[(t["org"], t["name"])].append(where("org", t["path"], t["line"]))
for (o, n), w in byteam.items():
    if len(w) > 1:
        OD["team_name_twice_in_an_org"].append({"org": o, "team": n, "at": w})
allteams = {t["name"] for t in TEAMS}
prev = set()
for p in glob.glob(os.path.join(ORG, "config", "*", "**", "*.yaml"), recursive=True):
    prev |= set(re.findall(r"^\s+- (\S+)\s*$", "\n".join(re.findall(r"previously:\n((?:\s+- \S+\s*\n)+)", read(p))), flags=re.M))
for g in GROUPS.values():
    for n, l in g["teams"]:
        if n not in allteams:
            OD["contact_team_not_in_org"].append({"at": where("community", "sigs.yaml", l), "group": g["dir"], "team": n, "formerly": n in prev})
for o, d in ORGS.items():
    both = set(low(d["admins"])) & set(low(d["members"]))
    if both:
        OD["admin_and_member"].append({"org": o, "handles": sorted(both)})
for h, os_ in sorted(IN_ORG.items()):
    if "kubernetes" not in os_ and h in roles:
        OD["lead_not_in_org_kubernetes"].append({"handle": h, "orgs": sorted(set(os_)), "roles": [f'{q["group"]}:{q["role"]}' for q in roles[h]]})

# aliases
for src, al in ALIASES.items():
    for n, r in al.items():
        for m in r["members"]:
            if m.lower() not in IN_ORG:
                OD["alias_member_in_no_org"].append({"at": where(src, r["path"], r["lines"][r["members"].index(m)]), "alias": n, "member": m})
for r in ROSTERS:
    if r["kind"] == "owners":
        for m in r["written"]:
            if m.lower() not in ALIASES["community"] and m.lower() not in IN_ORG:
                OD["owners_entry_in_no_org"].append({"at": where(r["source"], r["path"], r["line"]), "entry": m, "key": r["key"]})
        for m in r["written"]:
            if re.search(r"-leads$|^committee-|^sig-|^wg-", m) and m.lower() not in ALIASES["community"]:
                OD["owners_alias_without_definition"].append({"at": where(r["source"], r["path"], r["line"]), "entry": m})
for d in GROUPS:
    if not os.path.isfile(os.path.join(COMMUNITY, d, "OWNERS")):
        OD["group_without_OWNERS"].append(d)
for p in sorted(glob.glob(os.path.join(COMMUNITY, "[sw][ig]*-*"))):
    d = os.path.basename(p)
    if os.path.isdir(p) and d not in GROUPS:
        OD["folder_without_group"].append(d)
used = {a.lower() for p in glob.glob(os.path.join(COMMUNITY, "**", "OWNERS"), recursive=True) for a in re.findall(r"^\s*-\s*(\S+)", read(p), flags=re.M)}
for n in ALIASES["community"]:
    if n not in used:
        OD["community_alias_unused_by_any_OWNERS"].append(n)

# slack
known = set(IN_ORG) | set(roles) | {m.lower() for t in TEAMS for m in t["members"]} | {m.lower() for a in ALIASES.values() for r in a.values() for m in r["members"]} | {p["handle"].lower() for g in GROUPS.values() for p in g["emeritus"]}
lowkeys = {k.lower() for k in USER_KEYS}
for r in SLACK:
    for m, l in zip(r["members"], r["lines"]):
        at = where("community", r["path"], l)
        if m not in USER_KEYS:
            OD["slack_member_not_in_users"].append({"at": at, "group": r["name"], "member": m, "other_case": m.lower() in lowkeys})
        if not re.match(r"^[A-Za-z0-9](-?[A-Za-z0-9])*-?$", m):
            OD["slack_member_no_possible_handle"].append({"at": at, "group": r["name"], "member": m, "id": next((i for k, i, _ in USERS if k == m), None)})
        elif m.lower() not in known:
            OD["slack_member_unknown_in_github_sources"].append({"at": at, "group": r["name"], "member": m})
ids = defaultdict(list)
for k, i, l in USERS:
    ids[i].append(f"{k}:{l}")
OD["slack_id_twice"] = [{"id": i, "keys": ks} for i, ks in ids.items() if len(ks) > 1]
OD["users_no_possible_handle"] = [f"{k}:{l}" for k, _, l in USERS if not re.match(r"^[A-Za-z0-9](-?[A-Za-z0-9])*-?$", k)]
OD["users_not_lower_case"] = [f"{k}:{l}" for k, _, l in USERS if k != k.lower()]
ks = [k.lower() for k, _, _ in USERS]
OD["users_unsorted_at"] = [f"{USERS[i][0]} > {USERS[i+1][0]} (line {USERS[i+1][2]})" for i in range(len(ks) - 1) if ks[i] > ks[i + 1]]
inslack = {m for r in SLACK for m in r["members"]}
OD["users_in_no_user_group"] = [len([k for k in USER_KEYS if k not in inslack]), len(USER_KEYS)]
OD["users_unknown_in_github_sources"] = [f"{k}:{l}" for k, _, l in USERS if k.lower() not in known]
OD["lead_not_in_users"] = sorted(h for h in {q for g in GROUPS.values() for q in lead_ids(g)} if h not in lowkeys)

# comments in lists, anchors, styles, tabs, trailing blanks
FILES = [(s, os.path.join(ROOTS[s], "OWNERS_ALIASES")) for s in ROOTS]
FILES += [("org", p) for p in sorted(glob.glob(os.path.join(ORG, "config", "*", "**", "*.yaml"), recursive=True))]
FILES += [("community", p) for p in sorted(glob.glob(os.path.join(SLACK_DIR, "**", "usergroups.yaml"), recursive=True))] + [("community", os.path.join(SLACK_DIR, "users.yaml"))]
FILES += [("community", os.path.join(COMMUNITY, d, "OWNERS")) for d in sorted(GROUPS) if os.path.isfile(os.path.join(COMMUNITY, d, "OWNERS"))]
FILES += [("community", os.path.join(COMMUNITY, "sigs.yaml"))]
STYLE = {}
listlines = {}
for r in ROSTERS:
    for l in r["lines"]:
        listlines[(r["source"], r["path"], l)] = r["name"]
for src, p in FILES:
    rp, t = rel(src, p), read(p)
    lines = t.split("\n")
    st = {"sequence_offset": Counter(), "mapping_step": Counter(), "flow": [], "quoted": Counter(), "block_scalars": 0}

    def walk(y, depth=0):
        for k, c in y.items():
            if c.is_seq():
                if c.n.flow_style:
                    st["flow"].append(c.line)
                elif c.n.value:
                    st["sequence_offset"][c.col - k.col] += 1
            elif c.is_map() and not c.n.flow_style and c.n.value:
                st["mapping_step"][c.col - k.col] += 1
            walk(c, depth + 1)
        seen = Counter(k.text for k, _ in y.items())
        for k, n in seen.items():
            if n > 1:
                OD["duplicate_yaml_key"].append({"at": where(src, rp, y.line), "key": k})
        for c in y.list():
            walk(c, depth + 1)
        if y.text is not None:
            if y.n.style in ("'", '"'):
                st["quoted"][y.n.style] += 1
            elif y.n.style in ("|", ">"):
                st["block_scalars"] += 1
    y = load(p)
    walk(y)
    STYLE[f"{src}/{rp}"] = {"sequence_offset": dict(sorted(st["sequence_offset"].items())), "mapping_step": dict(sorted(st["mapping_step"].items())),
                            "flow_sequences_at": st["flow"], "quoted": dict(st["quoted"]), "block_scalars": st["block_scalars"], "final_newline": t.endswith("\n"), "crlf": "\r" in t,
                            "tabs": "\t" in t, "trailing_blanks": [i + 1 for i, l in enumerate(lines) if l != l.rstrip()]}
    with open(p, encoding="utf-8") as f:
        for e in yaml.parse(f, Loader=yaml.BaseLoader):
            if isinstance(e, yaml.AliasEvent) or getattr(e, "anchor", None):
                OD["anchors"].append(where(src, rp, e.start_mark.line + 1))
    if rp.endswith("sigs.yaml") or rp.endswith("restrictions.yaml"):
        continue
    for i, l in enumerate(lines, 1):
        m = re.search(r"(^|\s)#(.*)$", l)
        if not m:
            continue
        whole = l.strip().startswith("#")
        name = listlines.get((src, rp, i))
        if not whole and name:
            OD["comment_after_member"].append({"at": where(src, rp, i), "list": name, "line": l.strip()})
        elif whole:
            before = next((listlines[(src, rp, j)] for j in range(i - 1, 0, -1) if (src, rp, j) in listlines), None)
            after = listlines.get((src, rp, i + 1)) or next((listlines.get((src, rp, j)) for j in range(i + 1, min(i + 3, len(lines)))), None)
            OD["comment_line"].append({"at": where(src, rp, i), "line": l.strip(), "within": before if before and before == after else None,
                                       "commented_out_entry": bool(re.match(r"^#\s*-\s*[A-Za-z0-9-]+$", l.strip())), "after_list": before})
        else:
            OD["comment_after_other"].append({"at": where(src, rp, i), "line": l.strip()})

# what the comments behind the members say
for src, p in FILES:
    rp, lines = rel(src, p), read(p).split("\n")
    home = next((d for d in rp.split("/") if d in GROUPS), None)
    for i, l in enumerate(lines, 1):
        name = listlines.get((src, rp, i))
        m = re.match(r"^\s*-\s+(\S+)\s+#\s*(.*)$", l)
        if not name or not m:
            continue
        h, words = m.group(1).lower(), m.group(2).strip()
        mine = {(q["group"], q["role"]) for q in roles.get(h, [])}
        for part in re.split(r"\s*/\s*", words):
            c = re.match(r"^(?:(SIG [A-Za-z ]+?) )?(Chair|Technical Lead)$", part)
            if c:
                g = names.get(c.group(1)[4:].lower()) if c.group(1) else home
                if g and (g, {"Chair": "chairs", "Technical Lead": "tech_leads"}[c.group(2)]) not in mine:
                    OD["role_comment_out_of_date"].append({"at": where(src, rp, i), "list": name, "handle": h, "comment": words, "is": sorted(r for gg, r in mine if gg == g)})
        if name == "milestone-maintainers":
            for part in re.split(r"\s*[/,]\s*", words):
                gs = [d for d in GROUPS if re.sub(r"^(SIG|wg|WG) ?-?", "", re.sub(r" organizer$", "", part)).strip().lower() in (GROUPS[d]["name"].lower(), d.split("-", 1)[1])]
                if gs and not any(gg in gs for gg, _ in mine):
                    em = [d for d in gs if h in handles(GROUPS[d]["emeritus"])]
                    OD["milestone_comment_names_a_group_without_role"].append({"at": where(src, rp, i), "handle": h, "comment": words, "group": gs, "emeritus": em})
for p in sorted(glob.glob(os.path.join(ORG, "config", "*", "*"))):
    d = os.path.basename(p)
    if os.path.isdir(p) and re.match(r"^(sig|wg|ug|committee)-", d) and d not in GROUPS:
        OD["org_folder_of_no_group"].append(rel("org", p))
for d, r in reports.items():
    raw = read(os.path.join(COMMUNITY, r["path"]))
    want = 4 if GROUPS[d]["kind"] == "sig" else 2
    if sorted(q["n"] for q in r["prompts"]) != list(range(1, want + 1)):
        OD["report_question_missing"].append({"report": r["path"], "has": [q["n"] for q in r["prompts"]]})
    if "TODO: Uncomment" in raw:
        OD["report_keeps_todo_comment"].append(r["path"])
    if "$sig-" in raw:
        OD["report_keeps_placeholder"].append(r["path"])
    un = [q["n"] for q in r["prompts"] if q["words"] == 0]
    if un:
        OD["report_unanswered"].append({"report": r["path"], "questions": un, "tasks": r["tasks"]})

# plain scalars that a YAML 1.1 reader turns into something else than text
for r in ROSTERS:
    if r["kind"] == "owners":
        continue
for src, p in FILES:
    def scan(y, path=""):
        for k, c in y.items():
            scan(c, k.text or "")
            if k.n.style is None and not isinstance(yaml.safe_load(k.text or '""'), str):
                OD["not_text_for_yaml"].append({"at": where(src, rel(src, p), k.line), "value": k.text, "key": True})
        for c in y.list():
            if c.text is not None and c.n.style is None:
                try:
                    val = yaml.safe_load(c.text)
                except yaml.YAMLError:
                    val = c.text
                if not isinstance(val, str):
                    OD["not_text_for_yaml"].append({"at": where(src, rel(src, p), c.line), "value": c.text})
            elif c.text is not None and c.n.style in ("'", '"') and path in ("members", "maintainers", "admins"):
                OD["quoted_member"].append({"at": where(src, rel(src, p), c.line), "value": c.text})
            scan(c, path)
    scan(load(p))

# owners urls that differ only in how they are written
def loose(u):
    u = u.lower().rstrip("/").replace("/refs/heads/", "/")
    u = re.sub(r"^https://github\.com/([^/]+/[^/]+)/blob/", r"https://raw.githubusercontent.com/\1/", u)
    return re.sub(r"^(https://raw\.githubusercontent\.com/[^/]+/[^/]+)/(master|main)/", r"\1/*/", u)


lo = defaultdict(set)
for u in claims:
    lo[loose(u)].add(u)
for k, s in lo.items():
    if len(s) > 1:
        OD["owners_same_but_for_branch"].append({"urls": sorted(s), "claims": [f'{c["group"]}/{c["subproject"]}:{c["line"]}' for u in sorted(s) for c in claims[u]]})
for u, cs in claims.items():
    if len({c["url"] for c in cs}) > 1:
        OD["owners_differ_in_case_or_slash"].append({"url": u, "written": sorted({c["url"] for c in cs})})
    if not re.match(r"^https://raw\.githubusercontent\.com/[^/]+/[^/]+/.+/owners$", u):
        OD["owners_unusual_url"].append({"url": cs[0]["url"], "at": [f'{c["group"]}/{c["subproject"]}:{c["line"]}' for c in cs]})

# sigs.yaml itself
for g in GROUPS.values():
    for r in ("chairs", "tech_leads", "emeritus"):
        hs = [p["handle"] for p in g[r]]
        if hs != sorted(hs):
            OD["sigs_yaml_unsorted"].append({"group": g["dir"], "role": r, "handles": hs})
        for h, n in Counter(low(hs)).items():
            if n > 1:
                OD["sigs_yaml_duplicate"].append({"group": g["dir"], "role": r, "handle": h})
    cur = set(lead_ids(g))
    for p in g["emeritus"]:
        if p["handle"].lower() in cur:
            OD["emeritus_and_current"].append({"group": g["dir"], "handle": p["handle"], "line": p["line"]})
prof = defaultdict(lambda: defaultdict(set))
for g in GROUPS.values():
    for ps in [g["chairs"], g["tech_leads"], g["emeritus"]] + [s["leads"] for s in g["subprojects"]]:
        for p in ps:
            for f in ("name", "company"):
                if p[f]:
                    prof[p["handle"].lower()][f].add(p[f])
for h in sorted(prof):
    for f in ("name", "company"):
        if len(prof[h][f]) > 1:
            OD["person_written_differently"].append({"handle": h, "field": f, "values": sorted(prof[h][f])})
for g in GROUPS.values():
    for h in (g["liaison"],):
        st = set(lead_ids(GROUPS["committee-steering"])) if "committee-steering" in GROUPS else set()
        if h and h.lower() not in st:
            OD["liaison_not_in_steering"].append({"group": g["dir"], "liaison": h})
        if not h:
            OD["group_without_liaison"].append(g["dir"])
    nm = Counter(s["name"] for s in g["subprojects"])
    for n, c in nm.items():
        if c > 1:
            OD["subproject_name_twice"].append({"group": g["dir"], "name": n})
    for m in g["meetings"] + [m for s in g["subprojects"] for m in s["meetings"]]:
        if weeks(m["frequency"]) is None:
            OD["rhythm_unreadable"].append({"at": where("community", "sigs.yaml", m["line"]), "words": m["frequency"]})
        if not m["url"]:
            OD["meeting_without_join_url"].append({"at": where("community", "sigs.yaml", m["line"]), "group": g["dir"], "meeting": m["description"]})

# KEPs
KEP = {"files": 0, "unreadable": [], "owning_sig_not_in_sigs_yaml": [], "participating_not_in_sigs_yaml": Counter(), "folder_differs_from_owner": [], "approver_is_no_lead_or_member": Counter()}
for p in sorted(glob.glob(os.path.join(ENH, "keps", "**", "kep.yaml"), recursive=True)):
    KEP["files"] += 1
    rp = rel("enhancements", p)
    try:
        k = load(p)
    except yaml.YAMLError as e:
        KEP["unreadable"].append({"path": rp, "error": str(e).split("\n")[0]})
        continue
    own = (k.str("owning-sig") or "").strip()
    if own not in GROUPS:
        KEP["owning_sig_not_in_sigs_yaml"].append({"path": rp, "owning-sig": own, "status": k.str("status")})
    elif rp.split("/")[1] != own:
        KEP["folder_differs_from_owner"].append({"path": rp, "owning-sig": own})
    for s in texts(k.get("participating-sigs")):
        if s not in GROUPS:
            KEP["participating_not_in_sigs_yaml"][s] += 1
    if k.str("status") in ("provisional", "implementable"):
        for a in texts(k.get("approvers")):
            h = a.strip().lstrip("@").lower()
            if h not in IN_ORG:
                KEP["approver_is_no_lead_or_member"][h] += 1
KEP["participating_not_in_sigs_yaml"] = dict(KEP["participating_not_in_sigs_yaml"].most_common())
KEP["approver_is_no_lead_or_member"] = dict(KEP["approver_is_no_lead_or_member"].most_common())

out = {
    "leads": leads,
    "verdicts": {k: dict(sorted(x.items())) for k, x in V.items()},
    "rosters": ROSTERS,
    "comparison": {"lists": LISTS, "retired": RETIRED, "other_leads_lists": OTHER, "without_list": WITHOUT, "milestone_maintainers": MM},
    "more": {"verdicts": {k: dict(sorted(x.items())) for k, x in X.items()}, "pairs": MORE, "providers": PROVIDERS, "reports": reports,
             "claims": {u: c for u, c in sorted(claims.items()) if len(c) > 1},
             "no_member": {h: roles[h] for h in roles if h not in IN_ORG}, "oddities": OD, "style": STYLE, "keps": KEP},
}
json.dump(out, sys.stdout, indent=1, ensure_ascii=False, default=list)
print()
