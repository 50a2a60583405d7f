"""What people may type into the pages of this app. A form checks; actions write."""
