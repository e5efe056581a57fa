"""What people whose data are stored may ask for: to hear what is held, to be forgotten, not to be kept for ever."""
