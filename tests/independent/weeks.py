"""Reads calendars with the `icalendar` package and prints which events begin in a week of a zone: by zone and by
Monday, the instant and the group of each.

weeks.py CALENDAR,… MONDAY,… ZONE,…
"""

import datetime
import json
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

UTC = datetime.timezone.utc


def week_of(calendars, monday, zone):
    first = datetime.datetime.combine(monday, datetime.time(), zone)
    last = datetime.datetime.combine(monday + datetime.timedelta(7), datetime.time(), zone)
    found = []
    # What another zone calls the days of that week is at most a day off.
    days = (first - datetime.timedelta(2), last + datetime.timedelta(2))
    for event in (event for calendar in calendars for event in recurring_ical_events.of(calendar).between(*days)):
        time = event["DTSTART"].dt
        if first <= time < last:
            group = event["SUMMARY"].split(": ", 1)[0]
            found.append(f"{time.astimezone(UTC):%Y-%m-%dT%H:%MZ} {group}")
    return sorted(found)


def main():
    calendars = [icalendar.Calendar.from_ical(Path(name).read_bytes()) for name in sys.argv[1].split(",")]
    mondays = [datetime.date.fromisoformat(text) for text in sys.argv[2].split(",")]
    weeks = {
        name: {str(monday): week_of(calendars, monday, ZoneInfo(name)) for monday in mondays}
        for name in sys.argv[3].split(",")
    }
    print(json.dumps(weeks))


main()
