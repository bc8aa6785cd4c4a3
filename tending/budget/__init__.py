"""What a roster costs in minutes a week, against the minutes its reader gives."""
