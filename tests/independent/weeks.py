"""Reads a calendar with the `icalendar` package and prints which events begin in a week of a zone: by zone and by
Monday, the instant and the group of each.

weeks.py CALENDAR MONDAY,… ZONE,…
"""

import datetime
import json
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

UTC = datetime.timezone.utc


def week_of(calendar, monday, zone):
    first = datetime.datetime.combine(monday, datetime.time(), zone)
    last = datetime.datetime.combine(monday + datetime.timedelta(7), datetime.time(), zone)
    found = []
    # What another zone calls the days of that week is at most a day off.
    for event in recurring_ical_events.of(calendar).between(first - datetime.timedelta(2), last + datetime.timedelta(2)):
        time = event["DTSTART"].dt
        if first <= time < last:
            group = event["SUMMARY"].split(": ", 1)[0]
            found.append(f"{time.astimezone(UTC):%Y-%m-%dT%H:%MZ} {group}")
    return sorted(found)


def main():
    calendar = icalendar.Calendar.from_ical(Path(sys.argv[1]).read_bytes())
    mondays = [datetime.date.fromisoformat(text) for text in sys.argv[2].split(",")]
    weeks = {
        name: {str(monday): week_of(calendar, monday, ZoneInfo(name)) for monday in mondays}
        for name in sys.argv[3].split(",")
    }
    print(json.dumps(weeks))


main()
