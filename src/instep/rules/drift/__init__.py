"""What does an account say otherwise than the job has written it?"""
