"""What people whose data are stored may ask for: to be told what is held, to be forgotten, and not to be kept for ever."""
