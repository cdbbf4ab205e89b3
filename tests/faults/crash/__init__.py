"""What is left when the engine was killed at any of its moments, and run again?"""
