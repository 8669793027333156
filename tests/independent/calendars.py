"""Reads the calendars of a built site with the `icalendar` package, and works out from sigs.yaml, in its own
way, when meetings take place. Prints what differs.

calendars.py SIGS_YAML CALENDAR_FOLDER
"""

import datetime
import json
import re
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
import yaml

# Across the changes of clock in Europe and America, in autumn and in spring, and over the turn of a year.
WINDOWS = [
    (datetime.date(2026, 10, 10), datetime.date(2026, 11, 25)),
    (datetime.date(2026, 12, 20), datetime.date(2027, 1, 12)),
    (datetime.date(2027, 3, 1), datetime.date(2027, 4, 12)),
]
UTC = datetime.timezone.utc
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ZONES = {
    "PT (Pacific Time)": "America/Los_Angeles",
    "UTC": "UTC",
    "CET (Central European Time)": "Europe/Berlin",
    "Eastern Time (ET)": "America/New_York",
    "ET (Eastern Time)": "America/New_York",
    "EST (Eastern Time)": "America/New_York",
    "Poland": "Europe/Warsaw",
}
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "4th": 4, "last": -1}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def time_of(text):
    found = re.fullmatch(r"(\d+)(?::(\d+))?\s*(AM|PM)?", text)
    hour = int(found[1]) + (12 if found[3] == "PM" else 0)
    return datetime.time(hour, int(found[2] or 0))


def start_of(text):
    """The date behind `starting` or `start date`."""
    found = re.search(r"(?:(\d{4}) )?start(?:ing| date:) (?:\w+day )?(\w+)\.? (\d+)(?:st|nd|rd|th)?,? ?(\d{4})?", text)
    if not found:
        return None
    month = MONTHS.index(found[2][:3].lower()) + 1
    return datetime.date(int(found[1] or found[4]), month, int(found[3]))


def plan(meeting):
    """Whether a day is one of the meeting's, by weekday; whether that is only possible; None where nobody knows."""
    day, frequency = meeting["day"], meeting["frequency"].lower()
    weekday = next(index for index, name in enumerate(DAYS) if name in day.lower())
    whole = f"{day} {meeting['frequency']}"
    start = start_of(whole)
    if meeting["tz"] not in ZONES:
        return None
    after = re.search(r"after the (\w+) (\w+day)", frequency)
    if after and "month" in frequency:
        place, counted = PLACES[after[1]], DAYS.index(after[2])

        def follows(date):
            """True on the first such weekday behind the counted one, which may be in the month before."""
            back = (weekday - counted) % 7
            before = date - datetime.timedelta(back)
            return before.weekday() == counted and (before.day + 6) // 7 == place

        return weekday, follows, False
    place = re.search(r"\b(" + "|".join(PLACES) + r")\s+\w+day", whole.lower())
    if place and "month" in frequency:
        place = PLACES[place[1]]

        def fits(date):
            if place < 0:
                return (date + datetime.timedelta(7)).month != date.month
            return (date.day + 6) // 7 == place

        return weekday, fits, False
    weeks = {"weekly": 1, "biweekly": 2, "bi-weekly": 2, "every four weeks": 4}
    weeks = next((number for name, number in sorted(weeks.items(), key=lambda pair: -len(pair[0])) if name in frequency), None)
    if weeks is None:
        return None
    if start:
        return weekday, lambda date: date >= start and (date - start).days % (7 * weeks) == 0, False
    return weekday, lambda date: True, weeks > 1


def expected(meeting, window):
    known = plan(meeting)
    if not known:
        return None
    weekday, fits, possible = known
    first, last = window
    days = (first + datetime.timedelta(number) for number in range((last - first).days))
    zone = ZoneInfo(ZONES[meeting["tz"]])
    at = time_of(str(meeting["time"]))
    times = (datetime.datetime.combine(day, at, zone) for day in days if day.weekday() == weekday and fits(day))
    return {(time.astimezone(UTC).isoformat(), possible) for time in times}


def of_group(group):
    for owner in [group, *(group.get("subprojects") or [])]:
        yield from owner.get("meetings") or []


def occurrences(calendar, window, unconfirmed):
    found = {}
    for event in recurring_ical_events.of(calendar).between(*window):
        time = event["DTSTART"].dt
        possible = event.get("STATUS") == "TENTATIVE"
        assert possible == unconfirmed, event["SUMMARY"]
        assert possible == ("exact week not published" in event["SUMMARY"]), event["SUMMARY"]
        assert possible == (event.get("TRANSP") == "TRANSPARENT"), event["SUMMARY"]
        # The package fills in the end of an event that has none.
        assert "DTEND" not in event or event["DTEND"].dt == time, event["SUMMARY"]
        title = event["SUMMARY"].split(": ", 1)[1]
        title = re.sub(r" \(every \d weeks, exact week not published\)$", "", title)
        key = (title, str(event.get("LOCATION", "")))
        found.setdefault(key, set()).add((time.astimezone(UTC).isoformat(), possible))
    return found


def main():
    data = yaml.safe_load(Path(sys.argv[1]).read_text())
    folder = Path(sys.argv[2])
    groups = [group for kind in ("sigs", "workinggroups", "usergroups", "committees") for group in data[kind]]
    different, compared, uids = [], 0, {False: set(), True: set()}
    without = set()
    for group in groups:
        # Meetings whose weeks nobody knows are in a file of their own.
        calendars = []
        for unconfirmed, place in [(False, folder), (True, folder / "unconfirmed")]:
            file = place / f"{group['dir']}.ics"
            if not file.exists():
                continue
            text = file.read_bytes()
            calendar = icalendar.Calendar.from_ical(text)
            calendars.append((calendar, unconfirmed))
            for event in calendar.walk("VEVENT"):
                assert "DTEND" not in event and "DURATION" not in event, event
                assert event["UID"] not in uids[True] | uids[False], event["UID"]
                uids[unconfirmed].add(str(event["UID"]))
            for line in text.split(b"\r\n"):
                assert len(line) <= 75 and b"\n" not in line, line
            zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
            used = {event["DTSTART"].params.get("TZID") for event in calendar.walk("VEVENT")}
            # A calendar without events has time zones, as it may not be empty.
            assert not used or used - {"UTC", None} == zones, (group["dir"], used, zones)
        for window in WINDOWS:
            want = {}
            for meeting in of_group(group):
                times = expected(meeting, window)
                if times is None:
                    without.add((group["dir"], meeting["description"]))
                elif times:
                    # Some addresses begin with characters that nobody sees.
                    key = (meeting["description"], (meeting.get("url") or "").strip("\u200b"))
                    want.setdefault(key, set()).update(times)
            found = {}
            for calendar, unconfirmed in calendars:
                for key, times in occurrences(calendar, window, unconfirmed).items():
                    found.setdefault(key, set()).update(times)
            compared += sum(map(len, want.values()))
            if want != found:
                for key in sorted(want.keys() | found.keys()):
                    if want.get(key) != found.get(key):
                        different.append([group["dir"], *key, sorted(want.get(key, ())), sorted(found.get(key, ()))])
    for unconfirmed, place in [(False, folder), (True, folder / "unconfirmed")]:
        whole = icalendar.Calendar.from_ical((place / "all.ics").read_bytes())
        all_uids = [str(event["UID"]) for event in whole.walk("VEVENT")]
        assert sorted(all_uids) == sorted(uids[unconfirmed]), "all.ics holds the events of all"
    events, unconfirmed = (len(uids[which]) for which in (False, True))
    print(
        json.dumps(
            {
                "different": different,
                "compared": compared,
                "events": events,
                "unconfirmed": unconfirmed,
                "without": sorted(without),
            }
        )
    )


main()
