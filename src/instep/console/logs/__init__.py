"""What does an administrator see of what happened: provisioning logs, charts, the audit log?"""
