"""Moments as the person before the page lives them."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def viewer_zone() -> tzinfo:
    """Of the browser; UTC where it does not say, or says one that is not known here."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def clock(moment: datetime, now: datetime) -> str:
    """``moment`` in the viewer's zone: the time alone if that is today."""
    zone = viewer_zone()
    local = moment.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M:%S}"
    return f"{local:%d %b %Y, %H:%M}"
