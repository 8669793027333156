"""Reads a calendar with the `icalendar` package and prints the events between two dates: summary, and start and end in
UTC.

occurrences.py CALENDAR FROM TO
"""

import datetime
import json
import sys
from pathlib import Path

import icalendar
import recurring_ical_events

UTC = datetime.timezone.utc


def main():
    calendar = icalendar.Calendar.from_ical(Path(sys.argv[1]).read_bytes())
    first, last = (datetime.date.fromisoformat(text) for text in sys.argv[2:4])
    found = []
    for event in recurring_ical_events.of(calendar).between(first, last):
        times = [event[name].dt.astimezone(UTC) for name in ("DTSTART", "DTEND")]
        found.append([str(event["SUMMARY"]), *(f"{time:%Y-%m-%dT%H:%MZ}" for time in times)])
    print(json.dumps(sorted(found, key=lambda event: (event[1], event[0]))))


main()
