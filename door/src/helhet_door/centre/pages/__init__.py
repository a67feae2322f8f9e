"""The pages, a blueprint for each of the things that people come for."""

from __future__ import annotations

from flask import Blueprint

from helhet_door.centre.pages.branch import branch
from helhet_door.centre.pages.entry import entry
from helhet_door.centre.pages.logs import logs
from helhet_door.centre.pages.members import members
from helhet_door.centre.pages.openings import openings
from helhet_door.centre.pages.overview import overview
from helhet_door.centre.pages.people import people
from helhet_door.centre.pages.staff import staff
from helhet_door.centre.pages.statistics import statistics

PAGES: tuple[Blueprint, ...] = (entry, overview, branch, members, staff, statistics, openings, logs, people)
