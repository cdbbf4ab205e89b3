"""Where is kept what a job knows of groups, and how does its cycle read the directory's?"""
