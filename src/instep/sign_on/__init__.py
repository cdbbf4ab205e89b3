"""What is set up so that people sign in to an application through Instep? Values alone."""
