"""What fetch is made of: judging addresses, manners towards hosts, undoing what servers pack."""
