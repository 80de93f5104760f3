"""Syntax trees and data files -> IR."""
