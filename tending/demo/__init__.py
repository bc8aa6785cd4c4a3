"""A made-up member with sixty sources and a year of reading, so that anybody can look at a living instance."""
