# SPDX-License-Identifier: Apache-2.0
"""The parts of check.py: each module knows one thing that must hold, and returns findings."""
