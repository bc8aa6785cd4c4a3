"""What is measured, not asserted: `python -m benchmarks`, results and how to read them in README.md."""
