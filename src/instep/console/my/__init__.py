"""What do people of the directory see: how they sign in, and My apps? The admin center is closed to their sessions."""
