"""What a smooth expression does at an end of an interval, by series in a scale of growth."""
