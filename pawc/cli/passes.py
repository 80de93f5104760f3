"""`pawc passes`: every pass there is, with its options and their defaults, and the order in which a build runs them."""

from __future__ import annotations

import argparse
from inspect import getdoc

from pawc.driver.pipeline import building
from pawc.pass_spec import load_pass, option_fields
from pawc.passes import PASSES


def configure(parser: argparse.ArgumentParser) -> None:
    """It takes no arguments."""


def run(arguments: argparse.Namespace) -> int:
    for name in PASSES:
        cls = load_pass(name, PASSES)
        print(f"{name}\n    {(getdoc(cls) or '').splitlines()[0]}")
        for option in option_fields(cls):
            print(f"    {option.name}={option.default!r}: {option.type}")
    pipeline = building(level=-1, seed=0, bits=8)
    print(f"\nA build runs:\n    {pipeline.text}")
    return 0
